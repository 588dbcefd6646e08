"""A class of one lesson, small enough to grade twenty submissions in a minute: what `instructors.classes` does, without data."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.expectations import Memo
from graders.forms import TextForm
from graders.keys import Key
from graders.verdict import State, Verdict, graded

TAIL = "Compare <b>units</b> & signs."


@dataclass(frozen=True)
class Expected:
    """Right when the answer is the value; share of a list otherwise."""

    value: Any
    form = TextForm()  # reads texts; other answers are quoted

    def judge(self, raw: Any, picks: Any) -> Verdict:
        if raw in (None, {"$blank": True}, [None, None, None]):
            return Verdict(State.NOT_ATTEMPTED, 0.0, "No answer yet.")
        if isinstance(self.value, list):
            right = sum(mine == its for mine, its in zip(raw, self.value, strict=False))
            return graded(right / len(self.value), "Some names are right." if right < 3 else "All right.")
        return graded(float(raw == self.value), "Right." if raw == self.value else TAIL, trap=None)


@dataclass(frozen=True)
class Case:
    learner: str
    picks: dict[str, Any]


def _value(case: Case) -> Expected:
    return Expected(len(case.learner))


def _names(case: Case) -> Expected:
    return Expected(["a", "b", "c"])


def _broken(case: Case) -> Expected:
    if case.learner == "unlucky":
        raise ZeroDivisionError("the key of 1.3 is wrong")
    return Expected("yes")


def _word(case: Case) -> Expected:
    return Expected("yes")


def _memo(case: Case) -> Memo:
    return Memo("A letter", least_words=2, most_words=50)


class MiniClass:
    def __init__(self, root: Path) -> None:
        self.root = root

    def keys(self, assignment: str) -> dict[str, Key]:
        made = {"1.1": (2.0, _value), "1.2": (3.0, _names), "1.3": (1.0, _broken), "1.5": (2.0, _word)}
        made["1.6"] = (5.0, _memo)
        return {question: Key(question, points, "C1", maker) for question, (points, maker) in made.items()}

    def case(self, learner: str, assignment: str) -> Case:
        if learner == "stranger":
            raise LookupError("no such learner")
        return Case(learner, {})

    def case_directory(self, learner: str, assignment: str) -> Path:
        self.case(learner, assignment)
        folder = self.root / "private" / "cases" / learner
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "case.json").write_text(json.dumps({"value": len(learner)}))
        return folder

    def known_case(self, learner: str, assignment: str) -> Path | None:
        folder = self.root / "private" / "cases" / learner
        return folder if (folder / "case.json").is_file() else None


def open_class(root: Path) -> MiniClass:
    return MiniClass(root)
