"""Forms that hold numbers: one number, and numbers in rows and columns. How a number is written is read elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graders.answers import JSON
from graders.errors import ContentError
from graders.forms.numerals import read_number
from graders.forms.reading import Malformed, NotAttempted, Picks, Read, Reading, is_blank, listed, settled, shown
from graders.language import _, number


@dataclass(frozen=True, slots=True)
class NumberForm:
    """One number.

    Attributes
    ----------
    label
        What the number is, in a few words.
    unit
        Asked unit, such as ``"%"`` or ``"EUR"``; empty for a pure number.
    low, high
        Range, ends included; None for no end.
    whole
        Whether only whole numbers are asked.

    >>> NumberForm(unit="%").read("3,5 %")
    Read(value=3.5)
    """

    label: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    whole: bool = False

    def __post_init__(self) -> None:
        ends = [end for end in (self.low, self.high) if end is not None]
        if not all(math.isfinite(end) for end in ends) or ends != sorted(ends):
            raise ContentError(f"Expected a range from low to high, got low={self.low!r}, high={self.high!r}.")

    def read(self, raw: JSON, picks: Picks | None = None) -> Reading:
        """Read one number; `picks` are not used.

        Returns
        -------
        Reading
            Its value a finite float in the asked unit.
        """
        early = settled(raw)
        if early is not None:
            return early
        items = listed(raw)
        if items is not None and len(items) == 1:
            early, raw = settled(items[0]), items[0]
            if early is not None:
                return early
        value = read_number(raw, self.unit)
        return value if isinstance(value, Malformed) else self._in_range(value, raw)

    def _in_range(self, value: float, raw: JSON) -> Reading:
        if self.whole and not value.is_integer():
            return Malformed(
                _("A whole number was expected, got {got}.\nRound as the question says.").format(got=shown(raw))
            )
        low, high = self.low, self.high
        if (low is None or low <= value) and (high is None or value <= high):
            return Read(value)
        if high is None:
            text = _("A number of at least {low} was expected, got {got}.")
        elif low is None:
            text = _("A number of at most {high} was expected, got {got}.")
        else:
            text = _("A number from {low} to {high} was expected, got {got}.")
        text = "\n".join([text, self._next_step(value)])
        return Malformed(text.format(low=number(low or 0.0), high=number(high or 0.0), got=shown(raw)))

    def _next_step(self, value: float) -> str:
        """Return what to check of a number outside the range: only what can be the cause."""
        if self.low is not None and value < 0.0 <= self.low:
            return _("Check the sign.")
        return _("Check the unit.") if self.unit else _("Check what is asked for.")


@dataclass(frozen=True, slots=True)
class ArrayForm:
    """Numbers in rows and columns.

    Attributes
    ----------
    shape
        Lengths along each dimension; ``(4,)`` is a list of four numbers.
    unit, label
        As in `NumberForm`.

    >>> ArrayForm((2, 2)).read([[1, "2,5"], [3, 4]])
    Read(value=(1.0, 2.5, 3.0, 4.0))
    """

    shape: tuple[int, ...]
    unit: str = ""
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", tuple(self.shape))
        if not self.shape or min(self.shape) < 1:
            raise ContentError(f"Expected a shape of whole numbers from 1, such as (4,), got {self.shape!r}.")

    def read(self, raw: JSON, picks: Picks | None = None) -> Reading:
        """Read the numbers; `picks` are not used.

        Returns
        -------
        Reading
            Its value a flat tuple in row order, None where a slot is still blank.
        """
        early = settled(raw)
        if early is not None:
            return early
        entries = list(self._entries(raw, self.shape))
        if all(is_blank(entry) for entry in entries):
            return NotAttempted()
        if len(entries) != math.prod(self.shape) or any(entry is _MISFIT for entry in entries):
            return Malformed(
                _("Numbers expected: {shape}. Got {got}.\nFill one number into each place.").format(
                    shape=" × ".join(map(str, self.shape)), got=shown(raw)
                )
            )
        values = [None if is_blank(entry) else read_number(entry, self.unit) for entry in entries]
        problems = [value for value in values if isinstance(value, Malformed)]
        return problems[0] if problems else Read(tuple(values))

    def _entries(self, raw: JSON, shape: tuple[int, ...]) -> Iterator[JSON]:
        if not shape:
            yield raw
            return
        if is_blank(raw):  # a whole row left as it came
            yield from [raw] * math.prod(shape)
            return
        items = listed(raw)
        if items is None or len(items) != shape[0]:
            yield _MISFIT
            return
        for item in items:
            yield from self._entries(item, shape[1:])


class _Misfit:
    """Stands where an array has another shape than was asked; no JSON value can be it."""


_MISFIT: Any = _Misfit()
