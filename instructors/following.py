"""Part of the proof of fair marking: what earlier answers of a learner's do to a question that follows them.

Whatever the earlier answers are, right, wrong in a known way, left out or no answer at all, the key must make an expectation out
of them, whose form is the one learners were given and whose own right answer earns all points. What is right then is the
author's to say; this module only tries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

from graders.answers import JSON, plain
from graders.expectations import Expectation, Memo
from graders.forms import fitted, to_json
from graders.judging import judge
from graders.keys import Earlier, Key
from graders.verdict import State, Verdict

_ODD: tuple[tuple[str, JSON], ...] = (
    ("nothing", None),
    ("words", "I would rather discuss this with the committee"),
    ("a number", -1e300),
    ("the largest number", 1e308),
    ("an empty list", []),
    ("a list of lists", [[], {"a": None}, "…"]),
    ("no data", {"$refused": "type", "type": "object"}),
    ("no number", {"$number": "nan"}),
)
_ODD_PARTS: tuple[tuple[str, JSON], ...] = (  # what stands in one place of an answer that can be read otherwise
    ("nothing", None),
    ("the largest number", 1e308),
    ("a number too large", "1e400"),
    ("a spaced number", "12 345"),
    ("a list of lists", [[[]], [["…"]]]),
    ("a long text", "far too long " * 1000),
)


class Followed(NamedTuple):
    """A question tried after other earlier answers: after which, what was answered, and what was wrong with its mark."""

    after: str
    answer: JSON
    fault: str | None


class _Try(NamedTuple):
    """Earlier answers to try; with the answer that must be right after them, where it is not the key's own."""

    after: str
    earlier: Earlier
    right: JSON = None


def followed(key: Key, keys: Mapping[str, Key], case: Any, solved: Earlier) -> Iterator[Followed]:
    """Yield what becomes of a question after other answers to those it follows; nothing where it follows none.

    Parameters
    ----------
    key
        Of the question.
    keys
        Of its lesson.
    case
        One learner's.
    solved
        The answers of the lesson's own solutions.
    """
    if not key.follows:
        return
    form = to_json(key.expect(case).form)
    for tried in _tries(key, keys, case, solved):
        yield _followed(key, case, tried, form)


def earns_all(expectation: Expectation, verdict: Verdict) -> bool:
    """Tell whether a verdict is what a right answer deserves; a memo waits for a person."""
    if isinstance(expectation, Memo):  # one of another length waits as well, and is no right answer
        return verdict.waits and verdict.state is State.NOT_JUDGED
    return verdict.state is State.RIGHT


def odd_parts(answer: JSON) -> Iterator[tuple[str, JSON]]:
    """Yield an answer of several parts with each of them in turn replaced by what nobody would hand in, by a name for it.

    >>> next(odd_parts({"pd": 3.0, "why": "late"}))
    ('nothing in pd', {'pd': None, 'why': 'late'})
    """
    if isinstance(answer, dict):
        for place, (name, odd) in product(answer, _ODD_PARTS):
            yield f"{name} in {place}", {**answer, place: odd}
    elif isinstance(answer, list):
        for place, (name, odd) in product(range(len(answer)), _ODD_PARTS):
            yield f"{name} in place {place + 1}", [*answer[:place], odd, *answer[place + 1 :]]


def _tries(key: Key, keys: Mapping[str, Key], case: Any, solved: Earlier) -> Iterator[_Try]:
    before = {question: keys[question].expect(case, solved) for question in key.follows}
    held = {question: fitted(made.form, solved[question], case.picks) for question, made in before.items()}
    yield _Try("solutions by form", {**solved, **held}, solved[key.question])
    for question, made in before.items():
        for trap in made.live_traps():
            yield _Try(f"{question} {trap.name}", {**solved, question: plain(trap.answer)})
        for name, answer in (*_ODD, *odd_parts(held[question])):
            yield _Try(f"{question} {name}", {**solved, question: answer})
    yield _Try("nothing at all", dict.fromkeys(solved))


def _followed(key: Key, case: Any, tried: _Try, form: JSON) -> Followed:
    try:
        expectation = key.expect(case, tried.earlier)
        right = [tried.right] if tried.right is not None else expectation.right_answers()[:1]
    except Exception as error:  # the key's own fault, whatever it is: told as one
        return Followed(tried.after, None, f"the key fails on such an earlier answer: {error!r}")
    if to_json(expectation.form) != form:
        return Followed(tried.after, None, "its form changes with the earlier answer")
    for answer in right:  # a memo has none
        verdict = judge(key, case, plain(answer), tried.earlier)
        if not earns_all(expectation, verdict):
            return Followed(tried.after, answer, f"what is right then was marked {verdict.state}: {verdict.message}")
    return Followed(tried.after, right, None)
