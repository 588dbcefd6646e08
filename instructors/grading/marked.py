"""The feedback on what was left to a person: says whether that person has marked it, and what it earned.

Owns that one sentence of the feedback page. nbgrader makes feedback whenever it is asked to, also while memos wait; a page must
not call zero points a mark then, nor tell a learner to wait whose memo is marked.
"""

from __future__ import annotations

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from graders.answers import VERDICT_MIME
from graders.cards import as_marked, as_open
from instructors.grading.classroom import Step, graded_questions
from instructors.grading.criteria import criteria_in


class TellMarks(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader publishes no types
    """nbgrader's step that brings the cards of memos up to date, before the feedback page is made."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Rewrite the cards of one graded notebook, whose cells have their scores from the step before."""
        ids, criteria = resources["nbgrader"], criteria_in(nb)
        waiting = [(question, cell) for question, cell in graded_questions(nb) if _waits(cell)]
        if not waiting:
            return nb, resources
        with Gradebook(ids["db_url"]) as gradebook:
            notebook = gradebook.find_submission_notebook(ids["notebook"], ids["assignment"], ids["student"])
            still = {grade.name for grade in notebook.grades if grade.needs_manual_grade}
        for question, cell in waiting:
            _tell(question, cell, [cell, *criteria.get(question, ())], still)
        return nb, resources


def _tell(question: str, cell: NotebookNode, marked: list[NotebookNode], still: set[str]) -> None:
    flags = [each.metadata["nbgrader"] for each in marked]
    bundle = cell.outputs[0]["data"]
    if still & {flag["grade_id"] for flag in flags}:
        bundle["text/html"] = as_open(bundle["text/html"])
        return
    points, out_of = (round(sum(float(flag[name]) for flag in flags), 2) for name in ("score", "points"))
    bundle["text/html"] = as_marked(bundle["text/html"], question, points, out_of)


def _waits(cell: NotebookNode) -> bool:
    return any(output.get("data", {}).get(VERDICT_MIME, {}).get("waits") for output in cell.outputs)
