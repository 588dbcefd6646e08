"""Marks memos of simulated learners by their rubric, in nbgrader's gradebook, as a person does in the formgrader.

Owns nothing of the rubric, and judges nothing: which level a memo deserves is told it.
"""

from __future__ import annotations

from collections.abc import Mapping

from instructors.classes import Class
from instructors.rubric import Rubric, rubric_of
from instructors.rubric_cells import criterion_grade_id


def mark_memos(made: Class, assignment: str, levels: Mapping[str, int]) -> None:
    """Give every criterion of an assignment's memo the points of a level; a lesson without a rubric is left alone.

    Parameters
    ----------
    made
        The class.
    assignment
        Which was autograded.
    levels
        By learner, which level of each criterion: 0 is the lowest. Who is not named, or whose memo does not wait, is left as is.
    """
    rubric = rubric_of(made.block, made.settings.assignments[assignment])
    if rubric is None:
        return
    from nbgrader.api import Gradebook  # slow to import

    with Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        for submission in gradebook.assignment_submissions(assignment):
            level = levels.get(submission.student.id)
            points = {} if level is None else _points(rubric, level)
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            for grade in grades:
                if grade.name in points and grade.needs_manual_grade:
                    grade.manual_score, grade.needs_manual_grade = points[grade.name], False
        gradebook.db.commit()


def _points(rubric: Rubric, level: int) -> dict[str, float]:
    return {criterion_grade_id(rubric.question, one.id): one.levels[level].most for one in rubric.criteria}
