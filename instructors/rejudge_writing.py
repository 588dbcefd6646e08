"""Writes what judging again came to: the automatic points in nbgrader's gradebook, then the judged cells of the graded notebook.

One submission after the other, the gradebook first: after a stop in between, judging again finds the notebook as it was and
finishes. What a person gave (points, extra credit, comments) and late penalties are never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SQLAlchemyError

from graders.errors import ClassError
from graders.files import replacing
from graders.verdict import State
from instructors.classes import Class
from instructors.grading.classroom import MARK, graded_questions
from instructors.grading.criteria import criteria_in, settle
from instructors.grading.one_at_a_time import REJUDGE, alone
from instructors.grading.stored import Graded, UnreadableError, graded_notebook, not_judged, read_graded
from instructors.markers import graded_grade_id
from instructors.rejudge_plan import Change, Left, Plan


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the changes, and the submissions that were not what they had been when somebody agreed."""

    changes: tuple[Change, ...] = ()
    left: tuple[Left, ...] = ()


def write_rejudged(made: Class, plan: Plan, step: Callable[[int, int], None] = lambda done, of: None) -> Written:
    """Write a plan.

    Parameters
    ----------
    made
        The class.
    plan
        What somebody has seen and agreed to.
    step
        Told how many submissions are done, and of how many.

    Raises
    ------
    ClassError
        When somebody else is grading the class, or the gradebook cannot be written; what was written until then is whole.
    """
    with alone(made.root, REJUDGE), Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        return _write(made, gradebook, plan, step)


def _write(made: Class, gradebook: Gradebook, plan: Plan, step: Callable[[int, int], None]) -> Written:
    by_learner = {name: list(changes) for name, changes in groupby(plan.changes, lambda change: change.learner)}
    written: list[Change] = []
    left: list[Left] = []
    for done, (learner, changes) in enumerate(by_learner.items()):
        step(done, len(by_learner))
        reason = _write_submission(made, gradebook, plan, learner, changes)
        if reason:
            left.append(Left(learner, "", reason))
        else:
            written += changes
    step(len(by_learner), len(by_learner))
    return Written(tuple(written), tuple(left))


def _write_submission(made: Class, gradebook: Gradebook, plan: Plan, learner: str, changes: Sequence[Change]) -> str:
    """Write one submission; return why not, if it was not."""
    file = graded_notebook(made.root, learner, plan.assignment)
    try:
        graded = read_graded(file)
    except UnreadableError as problem:
        return str(problem)
    if graded.digest != plan.digests[learner]:
        return "it was graded anew in the meantime; judge again"
    try:
        _record(gradebook, plan.assignment, learner, graded, changes)
    except MissingEntry:
        return "the gradebook does not know it any more"
    except SQLAlchemyError as error:
        raise ClassError(
            f"Expected to write {learner}'s points to the gradebook, got {error}. What was written before is whole: judge again."
        ) from error
    _put(graded.notebook, {change.question: change.output for change in changes})
    with replacing(file) as new:
        new.write_text(nbformat.writes(graded.notebook) + "\n", encoding="utf-8")
    file.chmod(graded.mode)
    return ""


def _put(notebook: NotebookNode, outputs: Mapping[str, NotebookNode]) -> None:
    """Put new verdicts into a graded notebook, and what it says of itself in step with them."""
    for question, cell in graded_questions(notebook):
        if question in outputs:
            cell.outputs = [outputs[question]]
    mark = notebook.metadata.get(MARK, {})
    if "not_judged" in mark:  # what `situ grade` tells of a submission without reading it whole
        mark["not_judged"] = not_judged(notebook)


def _record(gradebook: Gradebook, assignment: str, learner: str, graded: Graded, changes: Sequence[Change]) -> None:
    criteria = criteria_in(graded.notebook)
    grades = {grade.name: grade for grade in gradebook.find_submission_notebook(assignment, assignment, learner).grades}
    for change in changes:
        names = [cell.metadata["nbgrader"]["grade_id"] for cell in criteria.get(change.question, ())]
        _settle(change, grades[graded_grade_id(change.question)], names, grades)
    gradebook.db.commit()


def _settle(change: Change, grade: Any, criteria: Sequence[str], grades: Mapping[str, Any]) -> None:
    """Set one mark as nbgrader's autograde and our steps after it would; where nothing but words changed, who waits stays."""
    is_other = grade.auto_score != change.after.points or change.before.state is not change.after.state
    grade.auto_score = change.after.points
    if not is_other:
        return
    if criteria:  # these wait, not the memo itself
        for name in criteria:
            settle(grades[name], is_blank=change.after.state is State.NOT_ATTEMPTED, is_new=True)
    else:
        grade.needs_manual_grade = grade.manual_score is not None or change.after.state is State.NOT_JUDGED
