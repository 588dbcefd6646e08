"""What reading an answer results in, and how we quote what we got. Owns no rule of any one form.

A reading never raises and never judges: it only says whether the answer has the shape that was asked for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graders.answers import JSON
from graders.language import _

Picks = Mapping[str, Any]
LONGEST_QUOTE = 60
_DOTS = frozenset(". …\t\r\n\u00a0\u2009\u202f")


@dataclass(frozen=True, slots=True)
class NotAttempted:
    """Nothing was filled in."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """Not the shape that was asked for; the message says what was expected, what we got and what to do."""

    message: str


@dataclass(frozen=True, slots=True)
class Read:
    """The answer in the form's own shape, ids instead of labels, floats instead of text."""

    value: Any


Reading = NotAttempted | Malformed | Read


def is_blank(raw: JSON) -> bool:
    """Return whether a slot was left as it came: ``...``, None, or text of only spaces and dots.

    >>> is_blank({"$blank": True}), is_blank(" ... "), is_blank(0)
    (True, True, False)
    """
    if raw is None or raw is ...:
        return True
    if isinstance(raw, str):
        return all(character in _DOTS for character in raw)
    return isinstance(raw, dict) and "$blank" in raw


def has_blanks(raw: JSON) -> bool:
    """Return whether any slot of an answer was left as it came.

    >>> has_blanks({"a": 1, "b": [2, {"$blank": True}]}), has_blanks([1, 2])
    (True, False)
    """
    if is_blank(raw):
        return True
    slots = raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ()
    return any(has_blanks(slot) for slot in slots)


def says_nothing(raw: JSON) -> bool:
    """Return whether every slot of an answer was left as it came; an empty list is an answer: none of the options.

    >>> says_nothing({"a": None, "b": ["...", None]}), says_nothing([])
    (True, False)
    """
    if is_blank(raw):
        return True
    slots = list(raw.values()) if isinstance(raw, dict) else raw if isinstance(raw, list) else []
    return bool(slots) and all(says_nothing(slot) for slot in slots)


def settled(raw: JSON) -> NotAttempted | Malformed | None:
    """Return the reading that holds whatever the form: nothing there, or no data at all; None when there is data to read."""
    if is_blank(raw):
        return NotAttempted()
    if isinstance(raw, dict) and "$refused" in raw:
        return Malformed(_refusal(raw))
    if isinstance(raw, dict) and "$number" in raw:
        return Malformed(not_a_number(raw))
    return None


def _refusal(raw: Mapping[str, JSON]) -> str:
    if raw["$refused"] in ("size", "depth"):
        return _("A short answer was expected, got one too large to be read.\nHand in only the few values asked for.")
    kind = shown(raw.get("type", "?"))
    return _(
        "Numbers, names or a list of them were expected, got an object of type {kind}.\nHand in its values instead."
    ).format(kind=kind)


def not_a_number(raw: JSON) -> str:
    """Return the message on a calculation that gave nan or infinity."""
    return _(
        "A number was expected, got {got}: the calculation gave no usable number.\n"
        "Look for a missing value or a division by zero in it."
    ).format(got=shown(raw))


def is_non_finite(raw: JSON) -> bool:
    """Return whether the value is nan, infinite or out of all range, bare or as it travels."""
    if isinstance(raw, float):
        return not math.isfinite(raw)
    return isinstance(raw, dict) and "$number" in raw


def listed(raw: JSON) -> list[JSON] | None:
    """Return the items of a list, or of a pandas Series that travelled as ``{"0": ..., "1": ...}``; None for anything else.

    >>> listed({"1": "dti", "0": "income"})
    ['income', 'dti']
    """
    if isinstance(raw, list | tuple):
        return list(raw)
    if not isinstance(raw, dict) or not raw:
        return None
    first = 0 if "0" in raw else 1
    places = [str(place) for place in range(first, first + len(raw))]
    return [raw[place] for place in places] if all(place in raw for place in places) else None


def shown(raw: JSON) -> str:
    """Quote a value in the learner's own words, on one line and short."""
    if is_blank(raw):
        return _("nothing")
    if isinstance(raw, str):
        return _("“{text}”").format(text=shorten(raw, LONGEST_QUOTE - 2))
    if isinstance(raw, list | tuple):
        return shorten(", ".join(_item(item) for item in raw[:12])) if raw else _("an empty list")
    if isinstance(raw, dict) and "$number" in raw:
        return shorten(str(raw["$number"])) if isinstance(raw["$number"], str) else _("no number")
    if isinstance(raw, dict):
        return shorten("{" + ", ".join(str(key)[:LONGEST_QUOTE] for key in list(raw)[:12]) + "}")
    return _item(raw)


def _item(raw: JSON) -> str:
    if is_blank(raw):
        return "..."
    if isinstance(raw, str):
        return shorten(raw)
    if isinstance(raw, list | tuple):
        return "[…]"
    if isinstance(raw, dict):
        return shorten(str(raw["$number"])) if isinstance(raw.get("$number"), str) else "{…}"
    if (
        isinstance(raw, int) and raw.bit_length() > 200
    ):  # Python itself refuses to print integers of thousands of digits
        return "…"
    return shorten(str(raw))


def shorten(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Return the text on one line, cut to length, safe to encode.

    >>> shorten("a  long" + chr(10) + "text", 8)
    'a long …'
    """
    whole = text[: longest * 4].encode("utf-8", "replace").decode("utf-8")
    line = re.sub(r"[\x00-\x1f\x7f-\x9f\s]+", " ", whole).strip()
    return line if len(line) <= longest else line[: longest - 1] + "…"
