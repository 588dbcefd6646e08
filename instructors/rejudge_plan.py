"""What judging stored answers again comes to, before and after it is written: data alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

from graders.verdict import State


@dataclass(frozen=True, slots=True)
class Mark:
    """What a question was given: state and words, the automatic points, and whether it waits for a person as planned."""

    state: State
    points: float
    trap: str | None
    message: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that is judged otherwise now.

    Attributes
    ----------
    before, after
        What it was given, and what it is given by the keys as they are.
    kept
        The points a person gave, which count in place of both; None where nobody did.
    output
        What the judged cell is to show.
    """

    learner: str
    question: str
    before: Mark
    after: Mark
    out_of: float
    kept: float | None = None
    output: NotebookNode = field(default_factory=NotebookNode, repr=False, compare=False)

    @property
    def gained(self) -> float:
        """Points by which the learner's score changes."""
        return 0.0 if self.kept is not None else round(self.after.points - self.before.points, 2)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left as it is, and why; of the whole submission where no question is named."""

    learner: str
    question: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A question whose key does not judge: nothing is written for it, whoever answered."""

    question: str
    learners: tuple[str, ...]
    error: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What judging again comes to.

    Attributes
    ----------
    submissions, answers
        How many were judged again.
    unanswered
        How many questions hold no answer, and stay as they are.
    changes, left, failed
        What changes, what is left to a person, and which keys fail.
    digests
        Of the graded notebooks this was read from, by learner.
    """

    assignment: str
    submissions: int = 0
    answers: int = 0
    unanswered: int = 0
    changes: tuple[Change, ...] = ()
    left: tuple[Left, ...] = ()
    failed: tuple[Failed, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def needs_a_human(self) -> bool:
        """Whether somebody has to look at something."""
        return bool(self.left or self.failed)
