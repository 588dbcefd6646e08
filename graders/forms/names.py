"""Forms that hold names: one of a list, a set, an order. Owns the counting and splitting of names, not what is right."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graders.answers import JSON
from graders.errors import ContentError
from graders.forms.options import LONGEST_NAME, Menu, Options, fold, menu, tidy
from graders.forms.reading import (
    Malformed,
    NotAttempted,
    Picks,
    Read,
    Reading,
    is_blank,
    listed,
    settled,
    shorten,
    shown,
)
from graders.language import _

_LONGEST_LIST = 1000
_NUMBERING = re.compile(r"\s*[0-9]{1,3}[.)]\s+")
_NONE = frozenset({"none", "nothing", "noneofthem", "aucun", "aucune", "rien", "{}", "[]", "()", "set()"})


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """One of several options.

    >>> ChoiceForm({"above": "Above the mean", "below": "Below the mean"}).read("above the MEAN")
    Read(value='above')
    """

    options: Options
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", tidy(self.options))

    def read(self, raw: JSON, picks: Picks | None = None) -> Reading:
        """Read one name.

        Returns
        -------
        Reading
            Its value the id of the option.
        """
        early = settled(raw)
        if early is not None:
            return early
        if isinstance(raw, list) and len(raw) == 1 and is_blank(raw[0]):
            return NotAttempted()
        choices = menu(self.options, picks)
        found = choices.find(raw)
        return Malformed(choices.refusal(raw)) if found is None else Read(found)


@dataclass(frozen=True, slots=True)
class ChoicesForm:
    """A set of options; the order does not count.

    Attributes
    ----------
    options
        What can be chosen.
    exactly, at_most
        How many are asked, or the most that may be given; with neither, any number and none at all are answers.

    >>> ChoicesForm({"dti": "DTI", "income": "Income"}, exactly=2).read("Income, DTI") == Read(frozenset({"dti", "income"}))
    True
    """

    options: Options
    exactly: int | None = None
    at_most: int | None = None
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", tidy(self.options))
        if any(count is not None and count < 1 for count in (self.exactly, self.at_most)):
            raise ContentError(f"Expected to ask for 1 name or more, got {self.exactly!r}, {self.at_most!r}.")

    def read(self, raw: JSON, picks: Picks | None = None) -> Reading:
        """Read a set of names.

        Returns
        -------
        Reading
            Its value a frozenset of ids.
        """
        choices = menu(self.options, picks)
        items = _names(raw, choices, none_allowed=self.exactly is None)
        if not isinstance(items, list):
            return items
        if not items and self.exactly is None:
            return Read(frozenset())
        found = _found(items, choices)
        if isinstance(found, Malformed):
            return found
        names = list(dict.fromkeys(found))
        problem = _miscount(names, choices, self.exactly, self.at_most)
        return Malformed(problem) if problem else Read(frozenset(names))


@dataclass(frozen=True, slots=True)
class RankingForm:
    """Some of the options in order, first the strongest; no name twice.

    >>> RankingForm({"dti": "DTI", "income": "Income"}, length=2).read(["Income", "dti"])
    Read(value=('income', 'dti'))
    """

    options: Options
    length: int
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", tidy(self.options))
        if self.length < 1:
            raise ContentError(f"Expected to ask for 1 name or more, got {self.length!r}.")

    def read(self, raw: JSON, picks: Picks | None = None) -> Reading:
        """Read an order of names.

        Returns
        -------
        Reading
            Its value a tuple of ids, as long as was asked.
        """
        choices = menu(self.options, picks)
        items = _names(raw, choices, none_allowed=False)
        if not isinstance(items, list):
            return items
        found = _found(items, choices)
        if isinstance(found, Malformed):
            return found
        twice = next((name for name in found if found.count(name) > 1), None)
        if twice is not None:
            return Malformed(
                _("Different names were expected, got {name} more than once.\nKeep it once.").format(
                    name=shorten(choices.label(twice))
                )
            )
        problem = _miscount(found, choices, self.length, None)
        return Malformed(problem) if problem else Read(tuple(found))


def _names(raw: JSON, choices: Menu, *, none_allowed: bool) -> list[JSON] | NotAttempted | Malformed:
    """Return the slots as they were typed, blank ones left out; nothing filled in is not attempted."""
    early = settled(raw)
    if early is not None:
        return early
    items: list[JSON] | None
    if isinstance(raw, str):
        items = _split(raw, choices)
    elif isinstance(raw, int | float):
        items = [raw]
    else:
        items = listed([] if raw == {} else raw)
    if items is None or len(items) > _LONGEST_LIST:
        return Malformed(
            _(
                "A list of names was expected, got {got}.\nWrite the names in square brackets, with commas between."
            ).format(got=shown(raw))
        )
    if not items and none_allowed:
        return []
    filled = [item for item in items if not is_blank(item)]
    return filled or NotAttempted()


def _split(text: str, choices: Menu) -> list[JSON]:
    if len(text) > LONGEST_NAME or (choices.labels is not None and choices.find(text) is not None):
        return [text]
    if fold(text) in _NONE:
        return []
    bare = text.strip().strip("[](){}")
    for mark in ("\n", ";", ">", ","):
        if mark in bare:
            break
    else:
        return [bare]
    return [_NUMBERING.sub("", piece, count=1) for piece in bare.split(mark) if piece.strip()]


def _found(items: list[JSON], choices: Menu) -> list[str] | Malformed:
    found = []
    for item in items:
        name = choices.find(item)
        if name is None:
            return Malformed(choices.refusal(item))
        found.append(name)
    return found


def _miscount(names: list[str], choices: Menu, exactly: int | None, at_most: int | None) -> str:
    """Return the message on too few or too many names, empty when the count is right."""
    got = shown([choices.label(name) for name in names])
    if exactly is not None and len(names) < exactly:
        text = _("Names expected: {wanted}. Got {count}: {got}.\nAdd what is missing.")
        return text.format(wanted=exactly, count=len(names), got=got)
    if exactly is not None and len(names) > exactly:
        text = _("Names expected: {wanted}. Got {count}: {got}.\nKeep as many as are asked.")
        return text.format(wanted=exactly, count=len(names), got=got)
    if at_most is not None and len(names) > at_most:
        text = _("Names expected: {wanted} at most. Got {count}: {got}.\nKeep the ones that matter most.")
        return text.format(wanted=at_most, count=len(names), got=got)
    return ""
