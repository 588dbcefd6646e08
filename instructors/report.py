"""What became of a class's answers: read from the graded notebooks and the gradebook, never computed again.

Owns the reading and the table; points are the gradebook's, states and recognised misconceptions are those the judge wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from instructors.grading.marked import is_marked
from instructors.grading.notices import lines_for
from instructors.grading.stored import graded_notebook, verdict_in
from instructors.markers import graded_grade_id
from instructors.rubric import rubric_of
from instructors.rubric_cells import criterion_of

BY_HAND, TO_BE_READ = "H", "M"
NOT_GRADED = "not graded yet"
GRADED_BEFORE = "graded again with --force, which was ended early: these are its earlier marks. To go on: situ grade"
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
    "M a memo that waits for you, H marked by hand (H* to be looked at again)"
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
    by_hand
        Whether its points are a person's: of its memo, or in the place of the automatic mark.
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
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class _Grade:
    """A mark as the gradebook has it; the last two names are nbgrader's."""

    points: float = 0.0
    out_of: float = 0.0
    comment: str = ""
    needs_manual_grade: bool = False
    manual_score: float | None = None


@dataclass(frozen=True, slots=True)
class LearnerResult:
    """One learner's assignment.

    Attributes
    ----------
    handed_in
        False for a learner of whom nothing was collected.
    notices
        What happened beyond the answers, in plain words: repairs, a dead kernel, a notebook or answer book that cannot be read.
    is_graded
        False for a learner whose submission no run has graded, or whose graded notebook an interrupted run has removed.
    """

    learner: str
    handed_in: bool
    questions: tuple[QuestionResult, ...]
    notices: tuple[str, ...]
    is_graded: bool = True

    @property
    def needs_a_human(self) -> bool:
        """Whether somebody has to look: at an answer that could not be judged, a memo nobody has read, a submission not graded."""
        return (self.handed_in and not self.is_graded) or any(question.waits for question in self.questions)

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
    file = graded_notebook(made.root, learner, assignment)
    handed_in = grades is not None or (made.root / "submitted" / learner / assignment).is_dir()
    keys = made.keys(assignment)
    if not file.is_file():
        nothing = tuple(
            QuestionResult(question, NOT_GRADED, 0.0, key.points, None, "") for question, key in keys.items()
        )
        return LearnerResult(learner, handed_in, nothing, (), is_graded=False)
    verdicts, notices = _verdicts(file)
    rubric = rubric_of(made.block, made.settings.assignments[assignment])
    order = [] if rubric is None else [one.id for one in rubric.criteria]
    questions = [
        _question_result(key, verdicts.get(question, {}), grades or {}, order) for question, key in keys.items()
    ]
    return LearnerResult(learner, handed_in, tuple(questions), notices)


def _question_result(
    key: Key, verdict: Mapping[str, Any], grades: Mapping[str, _Grade], order: Sequence[str]
) -> QuestionResult:
    found = _criteria(key.question, grades)
    own = [grades.get(graded_grade_id(key.question), _Grade()), *found.values()]
    criteria = [
        CriterionResult(name, grade.points, grade.out_of, grade.comment, grade.needs_manual_grade)
        for name, grade in found.items()
    ]
    state, waits = str(verdict.get("state", State.NOT_ATTEMPTED)), bool(verdict.get("waits"))
    return QuestionResult(
        key.question,
        state,
        round(sum(grade.points for grade in own), 2),
        key.points,
        verdict.get("trap"),
        str(verdict.get("message", "")),
        verdict.get("by"),
        any(grade.needs_manual_grade for grade in own),
        tuple(sorted(criteria, key=lambda one: order.index(one.id) if one.id in order else len(order))),
        bool(criteria or waits),
        _is_by_hand(own, state, waits=waits),
    )


def _is_by_hand(own: Sequence[_Grade], state: str, *, waits: bool) -> bool:
    """Tell whether a person has marked a question; of one that was judged, also while that mark shall be looked at again."""
    if waits or len(own) > 1 or state == State.NOT_JUDGED:
        return is_marked(own, was_left=waits)
    return own[0].manual_score is not None


def _criteria(question: str, grades: Mapping[str, _Grade]) -> dict[str, _Grade]:
    """Return the criteria of a question as they were marked, in any order."""
    known = ((criterion_of(name), grade) for name, grade in grades.items())
    return {found[1]: grade for found, grade in known if found is not None and found[0] == question}


def _verdicts(file: Path) -> tuple[dict[str, Mapping[str, Any]], tuple[str, ...]]:
    notebook = nbformat.read(file, as_version=4)
    found = {question: verdict_in(cell) for question, cell in graded_questions(notebook)}
    mark = notebook.metadata.get(MARK, {})
    before = [GRADED_BEFORE] if mark.get("finished") is False else []
    return found, (*before, *lines_for(mark))


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
            float(grade.max_score),
            comments.get(grade.name, ""),
            bool(grade.needs_manual_grade),
            grade.manual_score,
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
    if not result.handed_in or not result.is_graded:
        return ""
    if question.by_hand:
        return f"{BY_HAND} {number(question.points)}{'*' if question.waits else ''}"
    if question.is_memo and question.waits:
        return TO_BE_READ
    mark = MARKS[State(question.state)]
    return mark if question.state == State.NOT_ATTEMPTED else f"{mark} {number(question.points)}"


def _total(result: LearnerResult) -> str:
    if not result.handed_in:
        return "absent"
    if not result.is_graded:
        return NOT_GRADED
    return f"{number(result.points)} of {number(sum(question.out_of for question in result.questions))}"


def as_json(found: list[LearnerResult]) -> list[dict[str, Any]]:
    """Return the results as JSON data."""
    return [{**asdict(result), "points": result.points} for result in found]
