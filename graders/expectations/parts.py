"""Several named answers in one question, each with its own expectation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graders.answers import JSON, plain
from graders.errors import ContentError
from graders.expectations.base import FULL, Expectation, Trap, not_attempted, right_text
from graders.expectations.memo import Memo
from graders.forms import Malformed, NotAttempted, PartsForm, Read, Reading
from graders.forms.reading import Picks
from graders.forms.several import at_most_three, part_line
from graders.verdict import State, Verdict, graded


@dataclass(frozen=True, slots=True)
class Parts(Expectation):
    """Several named answers are expected; the score is the weighted mean of theirs.

    A part left blank or not readable earns nothing; the others are judged all the same. A part's traps are exposed as whole
    answers with the other parts right, named ``"<part>:<trap>"``.

    Parameters
    ----------
    parts
        Expectation by name of the part.
    weights
        Positive weight by name; None for equal weights.
    traps
        Misconceptions over several parts: the answer is a dict of the parts it shows in, others do not matter.
    label
        What is asked, in a few words.

    Raises
    ------
    ContentError
        When there is no part, or the weights do not fit the parts.

    >>> from graders.expectations import Choice, Number
    >>> both = Parts({"base": Number(3.4, 0.1, unit="%"), "side": Choice("below", ["above", "below"])})
    >>> both.judge({"base": "3,4 %", "side": "above"}).score
    0.5
    """

    parts: Mapping[str, Expectation]
    weights: Mapping[str, float] | None = None
    traps: Sequence[Trap] = ()
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", dict(self.parts))
        object.__setattr__(self, "traps", tuple(self.traps))
        weights = dict.fromkeys(self.parts, 1.0) if self.weights is None else dict(self.weights)
        object.__setattr__(self, "weights", weights)
        if not self.parts or set(weights) != set(self.parts):
            raise ContentError(f"Expected a weight for each part {list(self.parts)}, got {list(weights)}.")
        if any(isinstance(part, Memo) for part in self.parts.values()):
            raise ContentError("Expected parts that are judged at once, got a Memo. Make it a question of its own.")
        if not all(math.isfinite(weight) and weight > 0 for weight in weights.values()):
            raise ContentError(f"Expected positive weights, got {weights}.")
        for trap in self.traps:
            if not isinstance(trap.answer, dict) or not set(trap.answer) <= set(self.parts):
                raise ContentError(
                    f"Trap {trap.name}: expected a dict of parts {list(self.parts)}, got {trap.answer!r}."
                )

    @property
    def form(self) -> PartsForm:
        """The form of every part."""
        return PartsForm({name: part.form for name, part in self.parts.items()}, self.label)

    def right_answers(self) -> list[JSON]:
        """Return all parts right, then every part in its other spellings."""
        each = {name: part.right_answers() for name, part in self.parts.items()}
        return [
            {name: answers[place % len(answers)] for name, answers in each.items()}
            for place in range(max(len(answers) for answers in each.values()))
        ]

    def judge(self, raw: JSON, picks: Picks | None = None) -> Verdict:
        """Judge every part, as `Expectation.judge`; a part that cannot be read spoils only itself."""
        form = self.form
        pieces = form.split(raw)
        if isinstance(pieces, NotAttempted):
            return not_attempted()
        if isinstance(pieces, Malformed):
            return Verdict(State.MALFORMED, 0.0, pieces.message)
        return self._judge_value({name: form.parts[name].read(piece, picks) for name, piece in pieces.items()}, picks)

    def live_traps(self) -> tuple[Trap, ...]:
        """Return the traps that can be recognised, as whole answers with the other parts right."""
        return tuple(self._whole(trap) for trap, value in self._guarded() if value is not None)

    def silent_traps(self) -> tuple[Trap, ...]:
        """Return the traps that are switched off, as whole answers with the other parts right."""
        return tuple(self._whole(trap) for trap, value in self._guarded() if value is None)

    def _whole(self, trap: Trap) -> Trap:
        return replace(trap, answer={**self.right_answers()[0], **trap.answer})

    def _judge_value(self, value: Any, picks: Picks | None) -> Verdict:
        verdicts = {name: _judged(part, value[name], picks) for name, part in self.parts.items()}
        states = {verdict.state for verdict in verdicts.values()}
        if states == {State.NOT_ATTEMPTED}:
            return not_attempted()
        if states <= {State.NOT_ATTEMPTED, State.MALFORMED}:
            unread = {name: verdict for name, verdict in verdicts.items() if verdict.state is State.MALFORMED}
            return Verdict(State.MALFORMED, 0.0, self._message(unread))
        message = self._message(verdicts)
        score = self._mean({name: verdict.score for name, verdict in verdicts.items()})
        if score >= FULL:
            return graded(score, message)
        whole = self._recognised(value)
        if whole is not None:
            return graded(score, whole.reply, whole.name)
        first = next((f"{name}:{verdict.trap}" for name, verdict in verdicts.items() if verdict.trap), None)
        return graded(score, message, first)

    def _message(self, verdicts: Mapping[str, Verdict]) -> str:
        form = self.form
        lines = [
            part_line(form.title(name), verdict.message)
            for name, verdict in verdicts.items()
            if verdict.state is not State.RIGHT
        ]
        return at_most_three(lines) if lines else right_text()

    def _mean(self, scores: Mapping[str, float]) -> float:
        weights = self.weights or {}
        return sum(weights[name] * score for name, score in scores.items()) / sum(weights.values())

    def _traps(self) -> Iterable[Trap]:
        return self.traps

    def _guarded(self) -> Iterator[tuple[Trap, Any]]:
        """Yield the traps on the whole, then those of each part; answers and values name only the parts they show in."""
        right = self.form.read(self.right_answers()[0])
        known: dict[str, Reading] = right.value if isinstance(right, Read) else {}
        seen: list[Any] = []
        for trap in self.traps:
            answer = plain(trap.answer)
            reading = self.form.read(answer)
            value = reading.value if isinstance(reading, Read) and isinstance(answer, dict) else None
            if value is None or self._collides({**known, **_filled(value)}, seen):
                yield trap, None
            else:
                seen.append(value)
                yield replace(trap, answer=answer), value
        for name, part in self.parts.items():
            for trap, inner in part._guarded():
                silent = inner is None or self._collides({**known, name: Read(inner)}, seen)
                named = Trap(f"{name}:{trap.name}", {name: trap.answer}, trap.reply)
                yield named, None if silent else {name: Read(inner)}

    def _recognised(self, value: Any) -> Trap | None:
        for (trap, known), _whole in zip(self._guarded(), self.traps, strict=False):  # those on the whole come first
            if known is not None and self._same(value, known):
                return trap
        return None

    def _score(self, value: Any, picks: Picks | None) -> float:
        return self._mean({name: _judged(part, value[name], picks).score for name, part in self.parts.items()})

    def _reply(self, value: Any, score: float, picks: Picks | None) -> str:
        return self._message({name: _judged(part, value[name], picks) for name, part in self.parts.items()})

    def _same(self, value: Any, known: Any) -> bool:
        filled = _filled(known)
        return all(
            isinstance(value[name], Read) and self.parts[name]._same(value[name].value, reading.value)
            for name, reading in filled.items()
        )


def _filled(value: Mapping[str, Reading]) -> dict[str, Read]:
    return {name: reading for name, reading in value.items() if isinstance(reading, Read)}


def _judged(part: Expectation, reading: Reading, picks: Picks | None) -> Verdict:
    """Return the verdict on a part that was read already."""
    if isinstance(reading, NotAttempted):
        return not_attempted()
    if isinstance(reading, Malformed):
        return Verdict(State.MALFORMED, 0.0, reading.message)
    return part._judge_value(reading.value, picks)
