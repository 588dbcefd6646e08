"""What a lesson folder says of itself: ``lesson.json``, beside the notebook.

Owns that file's shape, writing and reading: the questions with the form each answer takes and the criteria of a memo, the lesson's
card (its parts and their minutes), the block's other lessons, and which class's data belong to it. It holds no expected value.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from graders.errors import ContentError
from graders.forms import Form, from_json, to_json
from graders.language import _

NAME = "lesson.json"
PROGRESS_PAGE = "progress.html"  # what the desk writes beside it, for the learner alone
FORMAT = 2


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a person reads a memo for, with the points it can earn."""

    id: str
    title: str
    points: float


@dataclass(frozen=True, slots=True)
class Question:
    """A graded question as the learner's side knows it; a memo that is marked by criteria has them, and its points are theirs."""

    id: str
    title: str
    points: float
    form: Form
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a lesson: its heading, its minutes by the card, and the questions, practice and decisions in it, in order."""

    title: str
    minutes: int
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A lesson of the block as the others know it: its id, title, minutes, nbgrader's assignment, and its points."""

    id: str
    title: str
    minutes: int
    assignment: str
    points: float


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson as the learner's side knows it.

    Attributes
    ----------
    folder
        Where the lesson's notebook stands.
    id, block, class_id, fingerprint
        The lesson in its block, the class, and the fingerprint of the class's portfolio.
    shared_places
        Folders or files on this machine where the class's data file may be found.
    questions
        By id, in the lesson's order.
    title, minutes
        What the lesson is called and how long it takes.
    parts
        In the lesson's order; their minutes add up to the lesson's.
    outline
        All lessons of the block that the class has, this one too.
    """

    folder: Path
    id: str
    block: str
    class_id: str
    fingerprint: str
    shared_places: tuple[str, ...]
    questions: dict[str, Question]
    title: str
    minutes: int
    parts: tuple[Part, ...]
    outline: tuple[Outline, ...]


def write_lesson(lesson: Lesson) -> None:
    """Write ``lesson.json`` into the lesson's folder."""
    data = {
        "format": FORMAT,
        "lesson": lesson.id,
        "title": lesson.title,
        "minutes": lesson.minutes,
        "block": lesson.block,
        "class_id": lesson.class_id,
        "fingerprint": lesson.fingerprint,
        "shared_places": list(lesson.shared_places),
        "parts": [asdict(part) for part in lesson.parts],
        "questions": [_question_json(question) for question in lesson.questions.values()],
        "outline": [asdict(other) for other in lesson.outline],
    }
    (lesson.folder / NAME).write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _question_json(question: Question) -> dict[str, Any]:
    asked = {"id": question.id, "title": question.title, "points": question.points, "form": to_json(question.form)}
    return {**asked, "criteria": [asdict(one) for one in question.criteria]} if question.criteria else asked


def find_lesson(folder: Path) -> Lesson:
    """Read the lesson of a folder.

    Raises
    ------
    ContentError
        When the folder holds no readable lesson file of this version.
    """
    file = folder / NAME
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        found = raw["format"]
        lesson = _parsed(folder, raw) if found == FORMAT else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContentError(
            _(
                "Expected the file {name} beside the notebook, got: {error}. Open the notebook in the folder you fetched."
            ).format(name=NAME, error=error)
        ) from error
    if lesson is None:
        raise ContentError(
            _(
                "Expected a lesson of format {wanted}, got {found}: it was made by another version of Situ. "
                "Keep this folder under another name and fetch the lesson again."
            ).format(wanted=FORMAT, found=found)
        )
    return lesson


def _parsed(folder: Path, raw: dict[str, Any]) -> Lesson:
    questions = [_question(item) for item in raw["questions"]]
    return Lesson(
        folder=folder,
        id=str(raw["lesson"]),
        block=str(raw["block"]),
        class_id=str(raw["class_id"]),
        fingerprint=str(raw["fingerprint"]),
        shared_places=tuple(str(place) for place in raw["shared_places"]),
        questions={question.id: question for question in questions},
        title=str(raw["title"]),
        minutes=int(raw["minutes"]),
        parts=tuple(_part(part) for part in raw["parts"]),
        outline=tuple(_outline(other) for other in raw["outline"]),
    )


def _question(raw: dict[str, Any]) -> Question:
    criteria = tuple(
        Criterion(str(one["id"]), str(one["title"]), float(one["points"])) for one in raw.get("criteria", ())
    )
    return Question(str(raw["id"]), str(raw["title"]), float(raw["points"]), from_json(raw["form"]), criteria)


def _part(raw: dict[str, Any]) -> Part:
    return Part(str(raw["title"]), int(raw["minutes"]), tuple(str(item) for item in raw["items"]))


def _outline(raw: dict[str, Any]) -> Outline:
    return Outline(str(raw["id"]), str(raw["title"]), int(raw["minutes"]), str(raw["assignment"]), float(raw["points"]))
