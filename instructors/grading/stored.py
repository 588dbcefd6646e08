"""What autograde stored in a graded notebook: of every judged cell the answer that counted, how it came, and the verdict.

Owns its reading. The notebook was written by the trusted side, but lies in a folder: its size is capped, its shape is checked,
and an answer in it is cut to plain data again.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from graders.answers import JSON, VERDICT_MIME, plain
from graders.files import TooLargeError, regular_bytes
from graders.forms.reading import says_nothing
from graders.verdict import State
from instructors.grading.classroom import graded_questions
from instructors.grading.counting import By

MAX_BYTES = 100_000_000


class UnreadableError(Exception):
    """A graded notebook that cannot be read; its text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What one judged cell holds: the answer that counted as `Given` had it, and the verdict on it."""

    answer: JSON
    by: By
    saved: str
    cell: int | None
    form_held: str
    state: State
    points: float
    out_of: float
    trap: str | None
    message: str
    waits: bool
    required: tuple[str, ...]

    @classmethod
    def of(cls, output: Mapping[str, Any], question: str | None = None) -> Stored | None:
        """Read the output of a judged cell; None where it holds no verdict, or one on another question."""
        data = output.get("data", {}).get(VERDICT_MIME)
        if not isinstance(data, dict) or data.get("state") not in set(State):
            return None
        points, out_of = (_points(data.get(name)) for name in ("points", "max_points"))
        if points is None or out_of is None or (question is not None and data.get("question") != question):
            return None
        number, trap, required = data.get("cell"), data.get("trap"), data.get("required")
        return cls(
            answer=plain(data.get("answer")),
            by="code" if data.get("by") == "code" else "form",
            saved=_text(data.get("saved")),
            cell=number if isinstance(number, int) else None,
            form_held=_text(data.get("form_held")),
            state=State(data["state"]),
            points=points,
            out_of=out_of,
            trap=trap if isinstance(trap, str) else None,
            message=_text(data.get("message")),
            waits=data.get("waits") is True,
            required=tuple(map(_text, required)) if isinstance(required, list) else (),
        )

    @property
    def is_failed(self) -> bool:
        """Whether it was not judged though it should have been."""
        return self.state is State.NOT_JUDGED and not self.waits

    @property
    def is_lost(self) -> bool:
        """Whether there may have been an answer that nobody could read."""
        return self.is_failed and says_nothing(self.answer)

    @property
    def first_line(self) -> str:
        """The first line of what the learner was told."""
        return self.message.partition("\n")[0]

    def says_the_same(self, other: Stored) -> bool:
        """Tell whether two verdicts are one to whoever reads or counts them."""
        mine, its = (
            (each.state, each.trap, each.message, each.waits, each.required, round(each.points, 2), each.out_of)
            for each in (self, other)
        )
        return mine == its


@dataclass(frozen=True, slots=True)
class Graded:
    """A graded notebook: as it was read, what it stored by question, and by what its bytes are known again."""

    notebook: NotebookNode
    stored: Mapping[str, Stored]
    digest: str
    mode: int


def graded_notebook(root: Path, learner: str, assignment: str) -> Path:
    """Return where nbgrader keeps the graded notebook of a submission."""
    return root / "autograded" / learner / assignment / f"{assignment}.ipynb"


def read_graded(file: Path) -> Graded:
    """Read a graded notebook.

    Raises
    ------
    UnreadableError
        When it is missing, no regular file, too large, or no notebook.
    """
    again = "grade it again with nbgrader autograde"
    try:
        content = regular_bytes(file, MAX_BYTES)
        mode = file.stat().st_mode & 0o777
    except TooLargeError as error:
        raise UnreadableError(f"its graded notebook is larger than {MAX_BYTES // 1_000_000} MB; {again}") from error
    except OSError as error:
        raise UnreadableError(f"its graded notebook could not be opened ({error.strerror}); {again}") from error
    problem: dict[str, Any] = {}
    try:
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4, capture_validation_error=problem)
        found = {question: stored_in(cell, question) for question, cell in graded_questions(notebook)}
    except (
        Exception
    ) as error:  # nbformat fails in many ways on what is no notebook, and so does what is nested too deep
        raise UnreadableError(f"its graded notebook could not be read as one; {again}") from error
    if problem:
        raise UnreadableError(f"its graded notebook is not of the kind nbgrader writes; {again}")
    stored = {question: held for question, held in found.items() if held is not None}
    return Graded(notebook, stored, hashlib.sha256(content).hexdigest(), mode)


def stored_in(cell: NotebookNode, question: str) -> Stored | None:
    """Return what a judged cell stores of its question; None where it stores nothing that can be read."""
    found = (Stored.of(output, question) for output in cell.outputs)
    return next((held for held in found if held is not None), None)


def bundle_in(cell: NotebookNode) -> dict[str, Any]:
    """Return the data of the output of a judged cell that holds its verdict; nothing where none does."""
    found = (output["data"] for output in cell.outputs if VERDICT_MIME in output.get("data", {}))
    return next(found, {})


def verdict_in(cell: NotebookNode) -> Mapping[str, Any]:
    """Return the verdict in a judged cell, its parts not looked at; nothing where there is none."""
    verdict = bundle_in(cell).get(VERDICT_MIME)
    return verdict if isinstance(verdict, dict) else {}


def not_judged(notebook: NotebookNode) -> list[str]:
    """Return the questions of a notebook that were not judged though they should have been."""
    verdicts = ((question, verdict_in(cell)) for question, cell in graded_questions(notebook))
    return [asked for asked, one in verdicts if one.get("state") == State.NOT_JUDGED and not one.get("waits")]


def _points(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number and 0 <= value <= 1000 else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
