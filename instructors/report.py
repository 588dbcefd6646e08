"""What became of a class's answers: read from the graded notebooks and the gradebook, never computed again.

Owns the reading and the table; points are the gradebook's, states and recognised misconceptions are those the judge wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nbformat
from rich import box
from rich.table import Table

from graders.errors import ClassError
from graders.keys import Key
from graders.language import number
from graders.verdict import State
from instructors.classes import Class
from instructors.grading.classroom import MARK, graded_questions
from instructors.grading.notices import lines_for
from instructors.grading.stored import verdict_in
from instructors.markers import graded_grade_id
from instructors.rubric import rubric_of
from instructors.rubric_cells import criterion_of

BY_HAND, TO_BE_READ = "H", "M"
MARKS = {
    State.RIGHT: "R",
    State.PARTLY_RIGHT: "P",
    State.WRONG: "W",
    State.MALFORMED: "U",
    State.NOT_ATTEMPTED: "–",
    State.NOT_JUDGED: "J",
}
LEGEND = (
    "R right, P partly right, W wrong, U could not be read, – not attempted, J not judged (a human has to look), "
    "M a memo that waits for you, H marked by hand"
)


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion of a memo: points and comment are the gradebook's, and whether it waits for a human."""

    id: str
    points: float
    out_of: float
    comment: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question of one learner.

    Attributes
    ----------
    question, state, out_of, trap, message
        As the judge wrote them.
    points
        The gradebook's, manual marks included.
    by
        How the answer that counted came, ``form`` or ``code``; None where there was none.
    waits
        Whether the gradebook has it down for a human.
    criteria
        By which a person marks it, where it has a rubric; its points are their sum.
    is_memo
        Whether it is a text that only a person can mark.
    """

    question: str
    state: str
    points: float
    out_of: float
    trap: str | None
    message: str
    by: str | None = None
    waits: bool = False
    criteria: tuple[CriterionResult, ...] = ()
    is_memo: bool = False


@dataclass(frozen=True, slots=True)
class _Grade:
    """A mark as the gradebook has it."""

    points: float = 0.0
    waits: bool = False
    out_of: float = 0.0
    comment: str = ""


@dataclass(frozen=True, slots=True)
class LearnerResult:
    """One learner's assignment.

    Attributes
    ----------
    handed_in
        False for a learner of whom nothing was collected.
    notices
        What happened beyond the answers, in plain words: repairs, a dead kernel, a notebook or answer book that cannot be read.
    """

    learner: str
    handed_in: bool
    questions: tuple[QuestionResult, ...]
    notices: tuple[str, ...]

    @property
    def needs_a_human(self) -> bool:
        """Whether an answer waits for somebody to look at it: one that could not be judged, or a memo nobody has read yet."""
        return any(question.waits for question in self.questions)

    @property
    def points(self) -> float:
        """Sum of the points."""
        return round(sum(question.points for question in self.questions), 2)


def results(made: Class, assignment: str, learners: list[str] | None = None) -> list[LearnerResult]:
    """Read the results of an assignment.

    Parameters
    ----------
    made
        The class.
    assignment
        One of its assignments.
    learners
        Whom to show; None for all that the gradebook knows.

    Raises
    ------
    ClassError
        When the class has no such assignment.
    """
    if assignment not in made.settings.assignments:
        known = ", ".join(made.settings.assignments)
        raise ClassError(f"Expected an assignment among {known}, got {assignment!r}. Choose one.")
    grades = _gradebook_grades(made, assignment)
    names = sorted(grades) if learners is None else learners
    return [_learner_result(made, assignment, name, grades.get(name)) for name in names]


def _learner_result(made: Class, assignment: str, learner: str, grades: Mapping[str, _Grade] | None) -> LearnerResult:
    verdicts, notices = _verdicts(made.root / "autograded" / learner / assignment / f"{assignment}.ipynb")
    rubric = rubric_of(made.block, made.settings.assignments[assignment])
    order = [] if rubric is None else [one.id for one in rubric.criteria]
    questions = [
        _question_result(key, verdicts.get(question, {}), grades or {}, order)
        for question, key in made.keys(assignment).items()
    ]
    return LearnerResult(learner, grades is not None, tuple(questions), notices)


def _question_result(
    key: Key, verdict: Mapping[str, Any], grades: Mapping[str, _Grade], order: Sequence[str]
) -> QuestionResult:
    grade = grades.get(graded_grade_id(key.question), _Grade())
    found = _criteria(key.question, grades)
    criteria = tuple(sorted(found, key=lambda one: order.index(one.id) if one.id in order else len(order)))
    return QuestionResult(
        key.question,
        str(verdict.get("state", State.NOT_ATTEMPTED)),
        round(grade.points + sum(one.points for one in criteria), 2),
        key.points,
        verdict.get("trap"),
        str(verdict.get("message", "")),
        verdict.get("by"),
        grade.waits or any(one.waits for one in criteria),
        criteria,
        bool(criteria or verdict.get("waits")),
    )


def _criteria(question: str, grades: Mapping[str, _Grade]) -> Iterator[CriterionResult]:
    """Yield the criteria of a question as they were marked, in any order."""
    for name, grade in grades.items():
        known = criterion_of(name)
        if known is not None and known[0] == question:
            yield CriterionResult(known[1], grade.points, grade.out_of, grade.comment, grade.waits)


def _verdicts(file: Path) -> tuple[dict[str, Mapping[str, Any]], tuple[str, ...]]:
    if not file.is_file():
        return {}, ()
    notebook = nbformat.read(file, as_version=4)
    found = {question: verdict_in(cell) for question, cell in graded_questions(notebook)}
    return found, tuple(lines_for(notebook.metadata.get(MARK, {})))


def _gradebook_grades(made: Class, assignment: str) -> dict[str, dict[str, _Grade]]:
    """Return the gradebook's marks by learner and grade id, of the learners who handed something in."""
    from nbgrader.api import Gradebook  # slow to import

    with Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        return {
            submission.student.id: {
                name: grade for notebook in submission.notebooks for name, grade in _grades_of(notebook).items()
            }
            for submission in gradebook.assignment_submissions(assignment)
        }


def _grades_of(notebook: Any) -> dict[str, _Grade]:
    comments = {comment.name: comment.comment or "" for comment in notebook.comments}
    return {
        grade.name: _Grade(
            float(grade.score),
            bool(grade.needs_manual_grade),
            float(grade.max_score),
            comments.get(grade.name, ""),
        )
        for grade in notebook.grades
    }


def table(found: list[LearnerResult], title: str) -> Table:
    """Return the table of learners by questions: state and points; `LEGEND` says what the letters mean."""
    shown = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    shown.add_column("learner", no_wrap=True)
    for question in found[0].questions if found else ():
        shown.add_column(f"{question.question}\n/{number(question.out_of)}", no_wrap=True)
    shown.add_column("points", justify="right", no_wrap=True)
    for result in found:
        shown.add_row(result.learner, *(_cell(question, result) for question in result.questions), _total(result))
    return shown


def remarks(result: LearnerResult) -> list[str]:
    """Return what a table has no room for: the recognised misconceptions, and what happened to the notebook."""
    slips = [f"{question.question} {question.trap}" for question in result.questions if question.trap]
    return [*([", ".join(slips)] if slips else []), *result.notices]


def _cell(question: QuestionResult, result: LearnerResult) -> str:
    if not result.handed_in:
        return ""
    read_by_a_person = question.state == State.NOT_JUDGED or bool(question.criteria and question.points)
    if read_by_a_person and not question.waits:
        return f"{BY_HAND} {number(question.points)}"
    if question.is_memo and question.waits:
        return TO_BE_READ
    mark = MARKS[State(question.state)]
    return mark if question.state == State.NOT_ATTEMPTED else f"{mark} {number(question.points)}"


def _total(result: LearnerResult) -> str:
    if not result.handed_in:
        return "absent"
    return f"{number(result.points)} of {number(sum(question.out_of for question in result.questions))}"


def as_json(found: list[LearnerResult]) -> list[dict[str, Any]]:
    """Return the results as JSON data."""
    return [{**asdict(result), "points": result.points} for result in found]
