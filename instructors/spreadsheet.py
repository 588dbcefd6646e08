"""The marks of a class as a spreadsheet opens them: ``nbgrader export``, with nbgrader's own columns.

Owns what may stand in a cell: a name that begins as a formula is written as text, and no name makes a row or a column of its own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from instructors.printable import printable

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)
_FORMULA = ("=", "+", "-", "@")


def as_text(value: Any) -> Any:
    """Return a value of a cell: numbers as they are, text as text.

    >>> as_text("=1+1"), as_text("Ana"), as_text(-1.5), as_text(None)
    ("'=1+1", 'Ana', -1.5, '')
    """
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    text = printable(str(value))
    return "'" + text if text.lstrip(" ?").startswith(_FORMULA) else text


class SpreadsheetExport(ExportPlugin):  # type: ignore[misc]  # nbgrader publishes no types
    """nbgrader's export to a file of comma-separated values."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the marks of all learners, or of those and the assignments that were asked for."""
        target = self.to or "grades.csv"
        self.log.info("Exporting grades to %s", target)
        with open(target, "w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(COLUMNS)
            for row in self._rows(gradebook):
                writer.writerow([as_text(row.get(name)) for name in COLUMNS])

    def _rows(self, gradebook: Gradebook) -> Iterator[dict[str, Any]]:
        learners, assignments = (set(map(str, wanted)) for wanted in (self.student, self.assignment))
        for assignment in gradebook.assignments:
            for student in gradebook.students:
                if assignment.name in (assignments or {assignment.name}) and student.id in (learners or {student.id}):
                    yield {**_who(assignment, student), **_mark(gradebook, assignment.name, student.id)}


def _who(assignment: Any, student: Any) -> dict[str, Any]:
    return {
        "assignment": assignment.name,
        "duedate": assignment.duedate,
        "student_id": student.id,
        "last_name": student.last_name,
        "first_name": student.first_name,
        "email": student.email,
        "max_score": assignment.max_score,
    }


def _mark(gradebook: Gradebook, assignment: str, learner: str) -> dict[str, Any]:
    """Return the mark; who handed in nothing has none of the points."""
    try:
        submission = gradebook.find_submission(assignment, learner)
    except MissingEntry:
        return {"raw_score": 0.0, "late_submission_penalty": 0.0, "score": 0.0}
    penalty = submission.late_submission_penalty or 0.0
    return {
        "timestamp": submission.timestamp,
        "raw_score": submission.score,
        "late_submission_penalty": penalty,
        "score": max(0.0, submission.score - penalty),
    }
