"""Numbers in rows and columns, judged entry by entry."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graders.answers import JSON, plain
from graders.errors import ContentError
from graders.expectations.base import Expectation, Trap, check_reply, check_tolerance, close, right_text
from graders.forms import ArrayForm
from graders.forms.reading import Picks, shorten
from graders.language import _


@dataclass(frozen=True, slots=True)
class Array(Expectation):
    """Numbers in rows and columns are expected; the score is the share of entries within the tolerance.

    Parameters
    ----------
    expected
        Nested lists or an array, all entries finite.
    tolerance, unit, label, traps, wrong
        As in `Number`; a trap is recognised when every entry is within the tolerance of the trap's.

    Raises
    ------
    ContentError
        When the expected values are ragged, empty or not finite.

    >>> Array([[0.58, 0.72], [0.9, 1.0]], tolerance=0.005).judge([["0,58", 0.72], [0.9, 0.8]]).score
    0.75
    """

    expected: Any
    tolerance: float
    unit: str = ""
    label: str = ""
    traps: Sequence[Trap] = ()
    wrong: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "expected", plain(self.expected))
        object.__setattr__(self, "tolerance", float(self.tolerance))
        object.__setattr__(self, "traps", tuple(self.traps))
        check_tolerance(self.tolerance)
        entries = list(_flat(self.expected))
        usable = all(isinstance(entry, int | float) and not isinstance(entry, bool) for entry in entries)
        if not entries or not usable or len(entries) != math.prod(_shape(self.expected)):
            raise ContentError(f"Expected finite numbers in rows of equal length, got {shorten(str(self.expected))}.")
        if self.wrong:
            check_reply(self.wrong, "wrong")

    @property
    def form(self) -> ArrayForm:
        """The shape and the unit."""
        return ArrayForm(_shape(self.expected), self.unit, self.label)

    def right_answers(self) -> list[JSON]:
        """Return the numbers, then as text, then with decimal commas."""
        return [self.expected, _each(self.expected, repr), _each(self.expected, _with_comma)]

    def _traps(self) -> Iterable[Trap]:
        return self.traps

    def _right(self, value: Sequence[float | None]) -> int:
        pairs = zip(value, _flat(self.expected), strict=True)
        return sum(got is not None and close(got, expected, self.tolerance) for got, expected in pairs)

    def _score(self, value: Any, picks: Picks | None) -> float:
        return self._right(value) / len(value)

    def _same(self, value: Any, known: Any) -> bool:
        return all(
            got is expected or (got is not None and expected is not None and close(got, expected, self.tolerance))
            for got, expected in zip(value, known, strict=True)
        )

    def _reply(self, value: Any, score: float, picks: Picks | None) -> str:
        if score >= 1.0:
            return right_text()
        if self.wrong:
            return self.wrong
        said = _("Numbers that are right: {good} of {count}.\nRedo one of the others step by step, unit first.")
        if not self.unit:
            said = _("Numbers that are right: {good} of {count}.\nRedo one of the others step by step.")
        return said.format(good=self._right(value), count=len(value))


def _shape(nested: JSON) -> tuple[int, ...]:
    if not isinstance(nested, list):
        return ()
    inner = {_shape(item) for item in nested}
    return (len(nested), *(inner.pop() if len(inner) == 1 else (0,)))  # no length at all fits ragged rows


def _flat(nested: JSON) -> Iterator[JSON]:
    if not isinstance(nested, list):
        yield nested
        return
    for item in nested:
        yield from _flat(item)


def _each(nested: JSON, write: Any) -> JSON:
    return [_each(item, write) for item in nested] if isinstance(nested, list) else write(nested)


def _with_comma(value: float) -> str:
    text = f"{value:.12f}"  # twelve decimals cannot be mistaken for grouped thousands
    return text.replace(".", ",") if float(text) == value and len(text) <= 40 else repr(value)
