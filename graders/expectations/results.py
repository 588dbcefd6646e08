"""Results of a learner's function on given inputs, judged input by input; the function itself never gets here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graders.answers import JSON, plain
from graders.errors import ContentError
from graders.expectations.base import Expectation, Trap, check_reply, check_tolerance, close, right_text
from graders.forms import ResultsForm
from graders.forms.options import fold
from graders.forms.reading import Picks, shorten
from graders.language import _


@dataclass(frozen=True, slots=True)
class Results(Expectation):
    """Results of the learner's function are expected, one for each input; the score is the share that is right.

    A result that is nan, missing or of another type is only wrong itself. Truth values are not numbers.

    Parameters
    ----------
    expected
        JSON data by input, all numbers finite; None where the function is to return None.
    tolerance
        For the numbers in them.
    labels
        What is particular about each input, for the learner; empty for numbered ones.
    replies
        By position, what the learner reads when this is the first wrong result; or a `Trap` to name it, whose answer is the
        wrong result at this position.
    traps
        Misconceptions with all the results they lead to.
    label, wrong
        As in `Number`.

    Raises
    ------
    ContentError
        When a number is not finite, or labels and replies do not fit the results.

    >>> Results([0.5, None], tolerance=0.01, labels=["two files", "no bad file"]).judge([0.5, 0]).score
    0.5
    """

    expected: Sequence[Any]
    tolerance: float
    labels: Sequence[str] = ()
    replies: Mapping[int, str | Trap] = field(default_factory=dict)
    traps: Sequence[Trap] = ()
    label: str = ""
    wrong: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "expected", plain(list(self.expected)))
        object.__setattr__(self, "tolerance", float(self.tolerance))
        object.__setattr__(self, "labels", tuple(self.labels))
        object.__setattr__(self, "traps", tuple(self.traps))
        check_tolerance(self.tolerance)
        if not isinstance(self.expected, list) or any(_marked(result) for result in self.expected):
            raise ContentError(f"Expected results as JSON data with finite numbers, got {shorten(str(self.expected))}.")
        if all(result is None for result in self.expected):
            raise ContentError("Expected at least one result that is not None, or nothing could be told from a blank.")
        count = len(self.expected)
        if self.labels and len(self.labels) != count:
            raise ContentError(f"Expected a label for each of {count} results, got {len(self.labels)}.")
        if any(not 0 <= place < count for place in self.replies):
            raise ContentError(f"Expected replies for positions 0 to {count - 1}, got {sorted(self.replies)}.")
        for reply in [self.wrong, *self.replies.values()]:
            if isinstance(reply, str) and reply:
                check_reply(reply, "replies")

    @property
    def form(self) -> ResultsForm:
        """How many results."""
        return ResultsForm(len(self.expected), self.label)

    def right_answers(self) -> list[JSON]:
        """Return the results, then with whole numbers as floats."""
        return [list(self.expected), [_as_float(result) for result in self.expected]]

    def _traps(self) -> Iterator[Trap]:
        yield from self.traps
        for place, reply in self.replies.items():
            if isinstance(reply, Trap):
                results = list(self.expected)
                results[place] = reply.answer
                yield Trap(reply.name, results, reply.reply)

    def _wrong_places(self, value: Sequence[JSON]) -> list[int]:
        pairs = enumerate(zip(value, self.expected, strict=True))
        return [place for place, (got, expected) in pairs if not agrees(got, expected, self.tolerance)]

    def _score(self, value: Any, picks: Picks | None) -> float:
        return 1.0 - len(self._wrong_places(value)) / len(value)

    def _same(self, value: Any, known: Any) -> bool:
        return all(agrees(got, trap, self.tolerance) for got, trap in zip(value, known, strict=True))

    def _reply(self, value: Any, score: float, picks: Picks | None) -> str:
        if score >= 1.0:
            return right_text()
        wrong = self._wrong_places(value)
        place = next((place for place in wrong if place in self.replies), None)
        if place is not None:
            reply = self.replies[place]
            return reply.reply if isinstance(reply, Trap) else reply
        if self.wrong:
            return self.wrong
        return _("Results that are right: {good} of {count}.\nThe first that is not: {label}.").format(
            good=len(value) - len(wrong),
            count=len(value),
            label=self.labels[wrong[0]] if self.labels else _("input {place}").format(place=wrong[0] + 1),
        )


def agrees(got: JSON, expected: JSON, tolerance: float) -> bool:
    """Return whether one result is the other: numbers within the tolerance, text however spelled, types kept apart."""
    if isinstance(expected, bool) or expected is None:
        return got is expected
    if isinstance(expected, int | float):
        if isinstance(got, bool) or not isinstance(got, int | float):
            return False
        try:
            return close(float(got), float(expected), tolerance)
        except OverflowError:
            return False
    if isinstance(expected, str):
        return isinstance(got, str) and fold(got) == fold(expected)
    if isinstance(expected, list):
        return (
            isinstance(got, list)
            and len(got) == len(expected)
            and all(agrees(one, other, tolerance) for one, other in zip(got, expected, strict=True))
        )
    return (
        isinstance(got, dict)
        and got.keys() == expected.keys()
        and all(agrees(got[name], expected[name], tolerance) for name in expected)
    )


def _marked(result: JSON) -> bool:
    """Return whether some value in a result is no plain JSON data."""
    if isinstance(result, dict):
        return any(name.startswith("$") or _marked(part) for name, part in result.items())
    return isinstance(result, list) and any(_marked(part) for part in result)


def _as_float(result: JSON) -> JSON:
    whole = isinstance(result, int) and not isinstance(result, bool) and abs(result) < 2**53
    return float(result) if whole else result
