"""What a lesson folder says of itself: ``lesson.json``, beside the notebook.

Owns that file's shape, writing and reading: the questions with the form each answer takes, and which class's data belong to
it. It holds no expected value.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.errors import ContentError
from graders.forms import Form, from_json, to_json
from graders.language import _

NAME = "lesson.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Question:
    """A graded question as the learner's side knows it."""

    id: str
    title: str
    points: float
    form: Form


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
    """

    folder: Path
    id: str
    block: str
    class_id: str
    fingerprint: str
    shared_places: tuple[str, ...]
    questions: dict[str, Question]


def write_lesson(lesson: Lesson) -> None:
    """Write ``lesson.json`` into the lesson's folder."""
    data = {
        "format": FORMAT,
        "lesson": lesson.id,
        "block": lesson.block,
        "class_id": lesson.class_id,
        "fingerprint": lesson.fingerprint,
        "shared_places": list(lesson.shared_places),
        "questions": [
            {"id": question.id, "title": question.title, "points": question.points, "form": to_json(question.form)}
            for question in lesson.questions.values()
        ],
    }
    (lesson.folder / NAME).write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def find_lesson(folder: Path) -> Lesson:
    """Read the lesson of a folder.

    Raises
    ------
    ContentError
        When the folder holds no readable lesson file.
    """
    file = folder / NAME
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        return _parsed(folder, raw)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContentError(
            _(
                "Expected the file {name} beside the notebook, got: {error}. Open the notebook in the folder you fetched."
            ).format(name=NAME, error=error)
        ) from error


def _parsed(folder: Path, raw: dict[str, Any]) -> Lesson:
    if raw["format"] != FORMAT:
        raise ValueError(f"format {raw['format']!r} instead of {FORMAT}")
    questions = [
        Question(str(item["id"]), str(item["title"]), float(item["points"]), from_json(item["form"]))
        for item in raw["questions"]
    ]
    return Lesson(
        folder=folder,
        id=str(raw["lesson"]),
        block=str(raw["block"]),
        class_id=str(raw["class_id"]),
        fingerprint=str(raw["fingerprint"]),
        shared_places=tuple(str(place) for place in raw["shared_places"]),
        questions={question.id: question for question in questions},
    )
