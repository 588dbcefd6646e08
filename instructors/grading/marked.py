"""The feedback on what was left to a person: says whether that person has marked it, and what it earned.

Owns that one sentence of the feedback page. nbgrader makes feedback whenever it is asked to, also while memos wait; a page must
not call zero points a mark then, nor tell a learner to wait whose memo is marked. What a memo had to say stands on the page only
when a person has marked it: until then the memo may be handed in again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from graders.cards import as_marked, as_open
from graders.verdict import State
from instructors.grading.classroom import Step, graded_questions
from instructors.grading.criteria import criteria_in
from instructors.grading.stored import bundle_in, verdict_in


class TellMarks(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader publishes no types
    """nbgrader's step that brings the cards of memos up to date, before the feedback page is made."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Rewrite the cards of one graded notebook, whose cells have their scores from the step before."""
        ids, criteria = resources["nbgrader"], criteria_in(nb)
        left = [(asked, cell) for asked, cell in graded_questions(nb) if asked in criteria or _is_left(cell)]
        if not left:
            return nb, resources
        with Gradebook(ids["db_url"]) as gradebook:
            notebook = gradebook.find_submission_notebook(ids["notebook"], ids["assignment"], ids["student"])
            grades = {grade.name: grade for grade in notebook.grades}
            for question, cell in left:
                _tell(question, cell, [cell, *criteria.get(question, ())], grades)
        return nb, resources


def _tell(question: str, cell: NotebookNode, marked: list[NotebookNode], grades: Mapping[str, Grade]) -> None:
    bundle = bundle_in(cell)
    if not bundle:
        return
    flags = [each.metadata["nbgrader"] for each in marked]
    own = [grades[flag["grade_id"]] for flag in flags if flag["grade_id"] in grades]
    if not is_marked(own, was_left=bool(verdict_in(cell).get("waits"))):
        bundle["text/html"] = as_open(bundle["text/html"])
        return
    points, out_of = (round(sum(float(flag[name]) for flag in flags), 2) for name in ("score", "points"))
    bundle["text/html"] = as_marked(bundle["text/html"], question, points, out_of)


def is_marked(grades: Sequence[Grade], *, was_left: bool) -> bool:
    """Tell whether a person has marked a question.

    Parameters
    ----------
    grades
        What the gradebook has of it: of its cell, and of its criteria.
    was_left
        Whether its verdict left it to a person. Where it did not (a blank memo, a broken file), only points that a person gave
        say so: that nothing waits does not.
    """
    if any(grade.needs_manual_grade for grade in grades):
        return False
    return was_left or any(grade.manual_score is not None for grade in grades)


def _is_left(cell: NotebookNode) -> bool:
    verdict = verdict_in(cell)
    return bool(verdict.get("waits") or verdict.get("required") or verdict.get("state") == State.NOT_JUDGED)
