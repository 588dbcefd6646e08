"""What every expectation has in common: the way from an answer to a verdict, traps, and the collision guard.

Owns the order of judging: form first, then known misconceptions, then the score. It knows no kind of answer. The state follows
from the rule alone: a recognised trap changes what the learner reads, never what is earned.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from graders.answers import JSON, plain
from graders.errors import ContentError
from graders.forms import Form, Malformed, NotAttempted, Read
from graders.forms.reading import Picks
from graders.language import _
from graders.verdict import State, Verdict, graded

MOST_LINES = 3
_TRAP_NAME = re.compile(r"(?:[^\s:][^:]*:)*[a-z0-9]+(?:-[a-z0-9]+)*")
FULL = 1.0 - 1e-9  # what `graders.verdict.graded` calls right


@dataclass(frozen=True, slots=True)
class Trap:
    """A known misconception.

    Attributes
    ----------
    name
        Id in kebab case, such as ``"sign-reversed"``; a part or row stands before it as ``"part:name"``.
    answer
        The wrong answer it leads to, computed from the case.
    reply
        What the learner reads: what you probably did, why it misleads on the job, one next step; three short lines at most.

    Raises
    ------
    ContentError
        When the name or the reply is not of that form.
    """

    name: str
    answer: Any
    reply: str

    def __post_init__(self) -> None:
        if not _TRAP_NAME.fullmatch(self.name):
            raise ContentError(f'Expected a trap name such as "sign-reversed", got {self.name!r}.')
        check_reply(self.reply, f"trap {self.name}")


def check_reply(reply: str, place: str) -> None:
    """Refuse a reply that is empty or longer than three lines."""
    lines = reply.splitlines()
    if not reply.strip() or len(lines) > MOST_LINES:
        raise ContentError(f"Expected a reply of one to three lines, got {len(lines)} ({place}). Shorten it.")


class Expectation(ABC):
    """What is expected of one answer, built from the case by a key.

    A kind says how its values score and how it replies; this class makes the verdict. `form` is the only source of the form
    that learners are checked against.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def form(self) -> Form:
        """The shape of the answer, without any expected value."""

    @abstractmethod
    def right_answers(self) -> list[JSON]:
        """Return the right answer as JSON data, then other spellings and orders that score 1 as well."""

    @abstractmethod
    def _traps(self) -> Iterable[Trap]:
        """Yield every trap, as whole answers."""

    @abstractmethod
    def _score(self, value: Any, picks: Picks | None) -> float:
        """Return the share of the points a read value earns."""

    @abstractmethod
    def _reply(self, value: Any, score: float, picks: Picks | None) -> str:
        """Return what the learner reads when no trap is recognised."""

    def judge(self, raw: JSON, picks: Picks | None = None) -> Verdict:
        """Judge one answer.

        Parameters
        ----------
        raw
            JSON data out of `graders.answers.plain`; anything at all, it is never trusted.
        picks
            The picks of this learner's case; needed where rows or options are a `Pick`.

        Returns
        -------
        The verdict; no JSON data makes this raise.

        Raises
        ------
        ContentError
            When the case lacks a pick that the form names.
        """
        reading = self.form.read(raw, picks)
        if isinstance(reading, NotAttempted):
            return not_attempted()
        if isinstance(reading, Malformed):
            return Verdict(State.MALFORMED, 0.0, reading.message)
        return self._judge_value(reading.value, picks)

    def live_traps(self) -> tuple[Trap, ...]:
        """Return the traps that can be recognised, their answers as JSON data."""
        return tuple(trap for trap, value in self._guarded() if value is not None)

    def silent_traps(self) -> tuple[Trap, ...]:
        """Return the traps that are switched off on this case.

        A trap is silent when its answer would be right here, when it is the answer of an earlier trap, or when the form would
        refuse it (an undefined number, too few names).
        """
        return tuple(trap for trap, value in self._guarded() if value is None)

    def _judge_value(self, value: Any, picks: Picks | None) -> Verdict:
        score = self._score(value, picks)
        trap = self._recognised(value) if score < FULL else None
        if trap is None:
            return graded(score, self._reply(value, score, picks))
        return graded(score, self._trap_reply(trap, picks), trap.name)

    def _trap_reply(self, trap: Trap, picks: Picks | None) -> str:
        return trap.reply

    def _recognised(self, value: Any) -> Trap | None:
        return next((trap for trap, known in self._guarded() if known is not None and self._same(value, known)), None)

    def _guarded(self) -> Iterator[tuple[Trap, Any]]:
        """Yield each trap with its read value, None when it is silent."""
        seen: list[Any] = []
        for trap in self._traps():
            answer = plain(trap.answer)
            reading = self.form.read(answer)
            if isinstance(reading, Read) and not self._collides(reading.value, seen):
                seen.append(reading.value)
                yield replace(trap, answer=answer), reading.value
            else:
                yield trap, None

    def _collides(self, value: Any, seen: list[Any]) -> bool:
        return self._score(value, None) >= FULL or any(self._same(value, known) for known in seen)

    def _same(self, value: Any, known: Any) -> bool:
        return bool(value == known)

    def _read_alike(self, answer: JSON, spellings: Iterable[JSON]) -> list[JSON]:
        """Return the spellings that the form reads as this answer; which ones depends on the other options' names."""
        meant = self.form.read(answer)
        return [spelling for spelling in spellings if self.form.read(spelling) == meant]


def not_attempted() -> Verdict:
    """Return the verdict on an answer that was left as it came."""
    return Verdict(State.NOT_ATTEMPTED, 0.0, _("Nothing is filled in yet.\nGive an answer, then check it again."))


def close(value: float, expected: float, tolerance: float) -> bool:
    """Return whether a number is within a tolerance, its end included whatever the last binary digit."""
    return abs(value - expected) <= tolerance + 1e-9 * (abs(expected) + tolerance)


def check_tolerance(tolerance: float) -> None:
    """Refuse a tolerance that is no usable number."""
    if not (math.isfinite(tolerance) and tolerance >= 0.0):
        raise ContentError(f"Expected a finite tolerance, 0 or more, got {tolerance!r}.")


def right_text() -> str:
    """Return what a right answer reads when its kind has nothing to add."""
    return _("Right.")
