"""What a learner may choose from, and how a name is recognised however it is spelled.

Owns options (fixed, or picked for each learner) and their matching. It knows no right answer.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graders.answers import JSON
from graders.errors import ContentError
from graders.forms.reading import Picks, is_blank, shorten, shown
from graders.language import _

LONGEST_NAME = 2000
SHORTEST_BEGINNING = 5
_LISTED_IN_FULL = 150
_QUOTES = "\"'`´‘’“”«»‹› \t\r\n\u00a0\u202f"
_JOINTS = re.compile(r"(?<=[^\W_])[\s_\u2010-\u2015-]+(?=[^\W_])")


@dataclass(frozen=True, slots=True)
class Pick:
    """Options that differ per learner: ``case.picks[name]``, a list of ids or ids with their labels.

    The exported form only names the pick, so that it is the same for everybody.
    """

    name: str


Options = dict[str, str] | Pick
GivenOptions = Mapping[Any, str] | Iterable[Any] | Pick


def tidy(options: GivenOptions) -> Options:
    """Return options as ids with labels; a plain list of names labels each with itself.

    Raises
    ------
    ContentError
        When there is nothing to choose from, or an id is there twice.

    >>> tidy(["income", "dti"])
    {'income': 'income', 'dti': 'dti'}
    """
    if isinstance(options, Pick):
        return options
    if isinstance(options, Mapping):
        labels = {str(name): str(name) if is_blank(label) else str(label) for name, label in options.items()}
    elif isinstance(options, str):
        raise ContentError(f"Expected options as ids with labels or a list of names, got the text {options!r}.")
    else:
        names = [str(name) for name in options]
        labels = {name: name for name in names}
        if len(labels) < len(names):
            raise ContentError(f"Expected every option once, got {names}. Remove the repeated ones.")
    if not labels or any(is_blank(name) or len(name) > LONGEST_NAME for name in labels):
        raise ContentError(f"Expected options with names that can be typed, got {shorten(str(list(labels)))}.")
    return labels


@dataclass(frozen=True, slots=True)
class Menu:
    """Options resolved for one learner.

    Attributes
    ----------
    labels
        Label by id; None when the options are a pick and no picks are at hand, and then any name is taken as it stands.
    """

    labels: dict[str, str] | None

    def find(self, raw: JSON) -> str | None:
        """Return the id meant by a learner's spelling; None when no option, or more than one, is meant.

        >>> Menu({"net_income": "Net income (EUR)"}).find("'Net-Income'")
        'net_income'
        """
        if isinstance(raw, str) and raw in (self.labels or ()):
            return raw
        text = _text(raw)
        if text is None:
            return None
        if self.labels is None or text in self.labels:
            return text
        for same in (_as_it_stands, fold):
            meant = {name for name, label in self.labels.items() if same(text) in (same(name), same(label))}
            if meant:
                return meant.pop() if len(meant) == 1 else None
        return self._begun(fold(text))

    def _begun(self, core: str) -> str | None:
        """Return the one id whose own name or label begins so, as in "cannot be known" for "cannot be known from this"."""
        if len(core) < SHORTEST_BEGINNING:
            return None
        labels = self.labels or {}
        meant = [name for name, label in labels.items() if fold(name).startswith(core) or fold(label).startswith(core)]
        return meant[0] if len(meant) == 1 else None

    def label(self, name: str) -> str:
        """Return what the learner sees of an id."""
        return (self.labels or {}).get(name, name)

    def refusal(self, raw: JSON) -> str:
        """Return the message on a name that is none of the options."""
        names = list(self.labels or ())  # as they stand in the lesson's cells; labels are understood as well
        in_full = ", ".join(names)
        if len(in_full) <= _LISTED_IN_FULL:
            return _("One of these was expected: {options}. Got {got}.\nCopy one of them as it stands.").format(
                options=in_full, got=shown(raw)
            )
        known = [*names, *(self.labels or {}).values()]
        near = difflib.get_close_matches(raw[:LONGEST_NAME], known, 1) if isinstance(raw, str) else []
        if near:
            return _("A name of the list was expected, got {got}.\nThe nearest in spelling is {near}.").format(
                got=shown(raw), near=shorten(near[0])
            )
        return _("A name of the list was expected, got {got}.\nCopy it from the list in the question.").format(
            got=shown(raw)
        )


def menu(options: Options, picks: Picks | None) -> Menu:
    """Resolve options for one learner.

    Parameters
    ----------
    options
        Fixed, or a pick.
    picks
        The learner's picks; None takes every name of a pick as it stands (a key's own answers are read so).

    Raises
    ------
    ContentError
        When the case has no such pick, or it is no list of names.
    """
    if not isinstance(options, Pick):
        return Menu(options)
    if picks is None:
        return Menu(None)
    if options.name not in picks:
        raise ContentError(f"Expected the case to pick {options.name!r}, got {sorted(picks)}. Add it in case.py.")
    picked = picks[options.name]
    if not isinstance(picked, Mapping | list | tuple):
        raise ContentError(f"Expected the pick {options.name!r} to be names or names with labels, got {picked!r}.")
    labels = tidy(picked)
    return Menu(labels if isinstance(labels, dict) else None)


def _text(raw: JSON) -> str | None:
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    if isinstance(raw, str) and len(raw) <= LONGEST_NAME:
        return raw.strip(_QUOTES)
    if isinstance(raw, bool):
        return str(raw)
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 2**53:
        return str(int(raw))
    if isinstance(raw, int) and raw.bit_length() <= 64:
        return str(raw)
    return None


def _as_it_stands(text: str) -> str:
    return text


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the spelling-free core of a name: no accents, capitals, quotes, nor spaces, underscores or hyphens between words.

    >>> fold("Utilisation_avg-3m") == fold(" utilisation AVG 3m. ")
    True
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    core = _JOINTS.sub("", bare.strip(_QUOTES).casefold())
    return core.rstrip(".,;:") or core
