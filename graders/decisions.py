"""What a learner decided, or answered, before looking, as a figure lays it over what is revealed.

Owns the reading of a saved answer into names. Nobody judges it here: it is there to be compared with what one sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from graders.forms import ChoiceForm, ChoicesForm, Form, MappingForm, PartsForm, RankingForm, Read


class Shows(Protocol):
    """Something a notebook displays."""

    def _ipython_display_(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, or what stands in the form of a practice item or of a graded question.

    Attributes
    ----------
    item, title
        Which, and what was asked.
    made
        Whether there is anything to go on: a decision, an answer that can be read, or the wish to look without one.
    skipped
        Whether the learner chose to look without deciding.
    names
        Options named in each part, in the learner's order: title of the part (the form's label where there are no parts) to ids.
    words
        The whole decision in words.
    prompt
        What to show instead while nothing is decided.
    """

    item: str
    title: str
    made: bool
    skipped: bool = False
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: str = ""
    prompt: Shows | None = None

    def then(self, shown: Any) -> Any:
        """Return what is to be shown now: `shown` once anything is decided, until then the prompt.

        >>> Decided("1.a", "The sum", made=True).then("a table")
        'a table'
        """
        return shown if self.made else self.prompt


def named(form: Form, value: Any) -> dict[str, tuple[str, ...]]:
    """Return the options that a read answer names, by part.

    >>> named(RankingForm(["income", "dti"], 2, label="reasons"), ("dti", "income"))
    {'reasons': ('dti', 'income')}
    """
    if isinstance(form, PartsForm):
        found: dict[str, tuple[str, ...]] = {}
        for name, reading in value.items():
            if isinstance(reading, Read):
                ids = _ids(form.parts[name], reading.value)
                found |= {form.title(name): ids} if ids is not None else {}
        return found
    ids = _ids(form, value)
    return {form.label: ids} if ids is not None else {}


def _ids(form: Form, value: Any) -> tuple[str, ...] | None:
    if isinstance(form, ChoiceForm):
        return (value,)
    if isinstance(form, ChoicesForm):
        return tuple(sorted(value))
    if isinstance(form, RankingForm):
        return tuple(value)
    if isinstance(form, MappingForm):
        return tuple(f"{row}: {option}" for row, option in value.items() if option is not None)
    return None
