"""The gradebook of a class over all of its assignments: points by learner, read from nbgrader's, never computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich import box
from rich.table import Table

from graders.language import number
from instructors.classes import Class


@dataclass(frozen=True, slots=True)
class Mark:
    """What one learner has of one assignment.

    Attributes
    ----------
    points, out_of
        As nbgrader has them, manual marks and penalties included.
    waits
        Whether something in it waits for a person.
    """

    points: float
    out_of: float
    waits: bool


@dataclass(frozen=True, slots=True)
class Total:
    """One learner's line: the mark of every assignment that was graded, None where nothing was handed in."""

    learner: str
    marks: Mapping[str, Mark | None]
    out_of: float

    @property
    def points(self) -> float:
        """Sum of the points."""
        return round(sum(mark.points for mark in self.marks.values() if mark), 2)


def totals(made: Class, learners: Sequence[str] | None = None) -> list[Total]:
    """Read the gradebook.

    Parameters
    ----------
    made
        The class.
    learners
        Whom to show, in this order; None for all that the gradebook knows.
    """
    from nbgrader.api import Gradebook  # slow to import

    with Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        found = {name: _marks(gradebook, name) for name in made.settings.assignments}
        possible = {
            assignment.name: float(assignment.max_score)
            for assignment in gradebook.assignments
            if found.get(assignment.name)
        }
        names = sorted(student.id for student in gradebook.students) if learners is None else list(learners)
    graded = [name for name in made.settings.assignments if name in possible]
    out_of = sum(possible.values())
    return [Total(name, {assignment: found[assignment].get(name) for assignment in graded}, out_of) for name in names]


def _marks(gradebook: Any, assignment: str) -> dict[str, Mark]:
    return {
        submission.student.id: Mark(
            round(float(submission.score), 2), float(submission.max_score), bool(submission.needs_manual_grade)
        )
        for submission in gradebook.assignment_submissions(assignment)
    }


def table(found: Sequence[Total], title: str) -> Table:
    """Return the gradebook as a table: points by assignment; a star where something waits for a person."""
    shown = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), caption_justify="left")
    shown.add_column("learner", no_wrap=True)
    for assignment in found[0].marks if found else ():
        shown.add_column(assignment, justify="right", no_wrap=True)
    shown.add_column("points", justify="right", no_wrap=True)
    for total in found:
        marks = (_cell(mark) for mark in total.marks.values())
        shown.add_row(total.learner, *marks, f"{number(total.points)} of {number(total.out_of)}")
    if any(mark and mark.waits for total in found for mark in total.marks.values()):
        shown.caption = "* waits for a person, in the formgrader"
    return shown


def _cell(mark: Mark | None) -> str:
    if mark is None:
        return "–"
    return f"{number(mark.points)}{'*' if mark.waits else ''}"


def as_json(found: Sequence[Total]) -> list[dict[str, Any]]:
    """Return the gradebook as JSON data."""
    return [{**asdict(total), "points": total.points} for total in found]
