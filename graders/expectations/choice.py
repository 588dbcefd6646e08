"""One name out of a list, and what all expectations of names share: ids, options, spellings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from graders.answers import JSON
from graders.errors import ContentError
from graders.expectations.base import Expectation, Trap, check_reply, right_text
from graders.forms import ChoiceForm, Options
from graders.forms.options import GivenOptions, menu, tidy
from graders.forms.reading import Picks
from graders.language import _


@dataclass(frozen=True, slots=True)
class Choice(Expectation):
    """One option is expected; all or nothing.

    Parameters
    ----------
    expected
        Id of the right option, or several ids when each of them is acceptable.
    options
        Ids with labels, a list of names, or a `Pick`.
    label, traps, wrong
        As in `Number`.

    Raises
    ------
    ContentError
        When the expected option is not among the options.

    >>> Choice("above", {"above": "Above the mean", "below": "Below the mean"}).judge("ABOVE").score
    1.0
    """

    expected: str | Collection[str]
    options: GivenOptions
    label: str = ""
    traps: Sequence[Trap] = ()
    wrong: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "expected", names_of(self.expected))
        object.__setattr__(self, "options", tidy(self.options))
        object.__setattr__(self, "traps", tuple(self.traps))
        among(self.expected, self.form.options, "expected")
        if not self.expected:
            raise ContentError("Expected an acceptable option, got none.")
        if self.wrong:
            check_reply(self.wrong, "wrong")

    @property
    def form(self) -> ChoiceForm:
        """The options."""
        return ChoiceForm(self.options, self.label)  # type: ignore[arg-type]  # tidied above

    def right_answers(self) -> list[JSON]:
        """Return every acceptable option, each in several spellings."""
        options = self.form.options
        return [
            answer
            for name in self.expected
            for answer in self._read_alike(name, [name, *(one for (one,) in respelled([name], options))])
        ]

    def _traps(self) -> Iterable[Trap]:
        return self.traps

    def _score(self, value: Any, picks: Picks | None) -> float:
        return 1.0 if value in self.expected else 0.0

    def _reply(self, value: Any, score: float, picks: Picks | None) -> str:
        if score >= 1.0:
            return right_text()
        return self.wrong or _("Not this one.\nGo back to the figure the question is about and read it once more.")


def names_of(given: str | Iterable[Any]) -> tuple[str, ...]:
    """Return ids as text, a set in alphabetical order, each once."""
    if isinstance(given, str | int):
        return (str(given),)
    names = [str(name) for name in given]
    return tuple(dict.fromkeys(sorted(names) if isinstance(given, set | frozenset) else names))


def among(names: Iterable[str], options: Options, place: str) -> None:
    """Refuse names that are no options; options that are a pick are only known when judging."""
    strangers = [name for name in names if isinstance(options, dict) and name not in options]
    if strangers:
        raise ContentError(f"Expected names among the options {list(options)} ({place}), got {strangers}.")  # type: ignore[arg-type]  # a dict here


def respelled(names: Sequence[str], options: Options) -> list[list[str]]:
    """Return ways to write the same names: labels, quotes, capitals, spaces or hyphens for underscores."""
    known = menu(options, None)
    return [
        [known.label(name) for name in names],
        [f" '{name}' " for name in names],
        [name.upper() for name in names],
        [name.replace("_", " ") for name in names],
        [name.replace("_", "-") for name in names],
    ]
