"""A short text that a person reads and marks: counted here, never judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graders.answers import JSON
from graders.errors import ContentError
from graders.expectations.base import Expectation, Trap
from graders.forms import TextForm
from graders.forms.reading import Picks
from graders.language import _, number
from graders.verdict import State, Verdict


@dataclass(frozen=True, slots=True)
class Memo(Expectation):
    """A text is expected, and an instructor gives its points.

    What was handed in waits for a human, with no points until then; one that is too short or too long is told so, and waits all
    the same. A blank one is not attempted. There are no traps: what a text says is nobody's guess here.

    Parameters
    ----------
    label
        What the text is, in a few words.
    least_words, most_words
        Range of its length, ends included.
    required
        Points a good memo on this case makes, one line each, computed from the case: for the person who marks, who sees them
        beside the memo. They are part of no form and of no message; learners see them in their feedback, once it is marked.

    Raises
    ------
    ContentError
        When the range is none, or a required point is no line of text.

    >>> Memo("The memo", 2, 50).judge("Income pushes.").waits
    True
    """

    label: str = ""
    least_words: int = 0
    most_words: int = 400
    required: Sequence[str] = ()

    def __post_init__(self) -> None:
        TextForm(self.label, self.least_words, self.most_words)  # refuses a range that is none
        if isinstance(self.required, str) or not all(map(_is_line, self.required)):
            raise ContentError(
                f"Expected required points of one line of text each, got {self.required!r}. Write a list."
            )
        object.__setattr__(self, "required", tuple(self.required))

    @property
    def form(self) -> TextForm:
        """How long the text may be."""
        return TextForm(self.label, self.least_words, self.most_words)

    def right_answers(self) -> list[JSON]:
        """Return nothing: there is no text that is right."""
        return []

    def judge(self, raw: JSON, picks: Picks | None = None) -> Verdict:
        """Judge one text, as `Expectation.judge`: whatever was handed in waits, and what a marker looks for goes with it."""
        verdict = Expectation.judge(self, raw, picks)
        if verdict.state is State.NOT_ATTEMPTED:
            return verdict
        return replace(verdict, waits=True, required=tuple(self.required))

    def _traps(self) -> Iterable[Trap]:
        return ()

    def _score(self, value: Any, picks: Picks | None) -> float:
        return 0.0

    def _reply(self, value: Any, score: float, picks: Picks | None) -> str:
        told = _("Handed in: {words} words.")
        return told.format(words=number(len(value.split())))

    def _judge_value(self, value: Any, picks: Picks | None) -> Verdict:
        return Verdict(State.NOT_JUDGED, 0.0, self._reply(value, 0.0, picks), waits=True)


def _is_line(point: object) -> bool:
    return isinstance(point, str) and bool(point.strip()) and len(point.splitlines()) == 1
