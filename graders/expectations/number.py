"""One number: within its tolerance, near it, or not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from graders.answers import JSON
from graders.errors import ContentError
from graders.expectations.base import Expectation, Trap, check_reply, close, right_text
from graders.forms import NumberForm, Read
from graders.forms.numerals import is_percent
from graders.forms.reading import Picks
from graders.language import _

NEAR = 3.0  # a near answer lies within three tolerances: the method is right, the rounding is not
_MOST_DIGITS = 12
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Number(Expectation):
    """One number is expected.

    Full points within the tolerance, half within three tolerances; half also for the right value given as a fraction where
    percent was asked.

    Parameters
    ----------
    expected
        The right value, in `unit`.
    tolerance
        How far off is still right, in `unit`; never negative.
    unit, label, low, high, whole
        As in `graders.forms.NumberForm`.
    reason
        Why this tolerance, for authors and instructors.
    traps
        Known misconceptions with the number each leads to. One that lies within three tolerances is silent.
    wrong
        What the learner reads when no trap is recognised.

    Raises
    ------
    ContentError
        When the expected value or the tolerance is no usable number, or the form itself would refuse the expected value.

    >>> Number(3.4, tolerance=0.1, unit="%").judge("3,45 %").score
    1.0
    """

    expected: float
    tolerance: float
    unit: str = ""
    label: str = ""
    reason: str = ""
    traps: Sequence[Trap] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False
    wrong: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "expected", float(self.expected))
        object.__setattr__(self, "tolerance", float(self.tolerance))
        object.__setattr__(self, "traps", tuple(self.traps))
        if not (math.isfinite(self.expected) and math.isfinite(self.tolerance) and self.tolerance >= 0):
            raise ContentError(f"Expected a finite number and tolerance, got {self.expected!r} ± {self.tolerance!r}.")
        outside = (self.low is not None and self.expected < self.low) or (
            self.high is not None and self.expected > self.high
        )
        if outside or (self.whole and not self.expected.is_integer()):
            raise ContentError(f"Expected {self.expected!r} to fit its own form {self.form}. Widen the form.")
        if self.wrong:
            check_reply(self.wrong, "wrong")

    @property
    def form(self) -> NumberForm:
        """The number's label, unit and range."""
        return NumberForm(self.label, self.unit, self.low, self.high, self.whole)

    def right_answers(self) -> list[JSON]:
        """Return the number, then rounded, as text, with a decimal comma, with its unit."""
        value = self.expected
        answers: list[JSON] = [value, repr(value)]
        answers += [int(value), str(int(value))] if value.is_integer() and abs(value) < 1e15 else []
        rounded = self._rounded()
        if rounded is not None:
            text, point = rounded
            comma = text.replace(".", ",") + ("0" if point == 3 else "")  # three decimals could be thousands
            answers += [float(text), text, comma, f" {comma}\u202f", text.replace("-", "\u2212")]
            answers += [f"{comma} {self.unit}", f"{text}{self.unit}"] if self.unit else []
        return answers

    def _rounded(self) -> tuple[str, int] | None:
        """Return the shortest decimal text within the tolerance and its number of decimals, None when there is none."""
        for digits in range(_MOST_DIGITS + 1):
            text = f"{self.expected:.{digits}f}"
            if len(text) > _LONGEST:
                return None
            fits = isinstance(self.form.read(float(text)), Read)
            if fits and abs(float(text) - self.expected) <= self.tolerance:
                return text, digits
        return None

    def _traps(self) -> Iterable[Trap]:
        return self.traps

    def _score(self, value: Any, picks: Picks | None) -> float:
        if close(value, self.expected, self.tolerance):
            return 1.0
        near = close(value, self.expected, NEAR * self.tolerance)
        return 0.5 if near or self._is_fraction(value) else 0.0

    def _is_fraction(self, value: float) -> bool:
        return is_percent(self.unit) and value != 0.0 and close(value * 100.0, self.expected, self.tolerance)

    def _collides(self, value: Any, seen: list[Any]) -> bool:
        return value in seen or self._score(value, None) > 0.0

    def _recognised(self, value: Any) -> Trap | None:
        live = ((trap, known) for trap, known in self._guarded() if known is not None)
        near = [(abs(value - known), trap) for trap, known in live if self._same(value, known)]
        if not near:
            return None
        distance, trap = min(near, key=lambda pair: pair[0])
        return trap if distance < abs(value - self.expected) else None

    def _same(self, value: Any, known: Any) -> bool:
        return close(value, known, self.tolerance)

    def _reply(self, value: Any, score: float, picks: Picks | None) -> str:
        if score >= 1.0:
            return right_text()
        if score > 0.0 and self._is_fraction(value):
            return _("The right value, but as a fraction: it was asked in {unit}.\nMultiply by 100.").format(
                unit=self.unit
            )
        if score > 0.0:
            return _("Close, but not precise enough.\nRound only at the end, and keep one decimal more.")
        if self.wrong:
            return self.wrong
        if value * self.expected < 0.0:
            return _("The sign is the other way round.\nCheck which direction counts as positive, then the size.")
        if self._is_other_unit(value):
            return _("Not this number.\nCheck the unit, then each step that leads to it.")
        return _("Not this number.\nCheck which numbers go in, then each step that leads to it.")

    def _is_other_unit(self, value: float) -> bool:
        """Tell whether a hundred or a thousand times more or less would be right, or nearly; a count has no other unit."""
        scaled = (value * times for times in (0.001, 0.01, 100.0, 1000.0))
        return (
            not self.whole and value != 0.0 and any(close(one, self.expected, NEAR * self.tolerance) for one in scaled)
        )
