"""What judging an answer results in. Data only: no rule of judging lives here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The six outcomes of a question; each has its own text for the learner."""

    NOT_ATTEMPTED = "not attempted"
    MALFORMED = "malformed"
    WRONG = "wrong"
    PARTLY_RIGHT = "partly right"
    RIGHT = "right"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of judging one answer.

    Attributes
    ----------
    state
        One of the six outcomes.
    score
        Share of the points earned, in [0, 1].
    message
        What the learner reads: at most three short lines, never the expected value.
    trap
        Name of the recognised misconception, for the instructor; None when there is none.
    waits
        Whether it is not judged because a person reads and marks it, as planned: nothing failed.
    required
        What a person who marks it looks for, computed from this learner's case; it stands beside the answer in the graded
        notebook, and a learner sees it with the feedback alone.
    """

    state: State
    score: float
    message: str
    trap: str | None = None
    waits: bool = False
    required: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:  # also refuses nan
            raise ValueError(f"expected a score in [0, 1], got {self.score!r}")


def graded(score: float, message: str, trap: str | None = None) -> Verdict:
    """Return the verdict whose state follows from the score.

    >>> graded(0.5, "Two of four.").state
    <State.PARTLY_RIGHT: 'partly right'>
    """
    score = min(max(float(score), 0.0), 1.0)
    if score >= 1.0 - 1e-9:
        return Verdict(State.RIGHT, 1.0, message, trap)
    if score <= 1e-9:
        return Verdict(State.WRONG, 0.0, message, trap)
    return Verdict(State.PARTLY_RIGHT, score, message, trap)
