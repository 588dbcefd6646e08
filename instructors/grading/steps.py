"""nbgrader's own steps of autograde, doing what they always did at less cost: one gradebook, one commit, one compiled schema.

Owns no rule of grading. Each class is nbgrader's, with the gradebook handed in instead of opened anew; the points are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema.validators import validator_for
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader import preprocessors
from nbgrader.api import MissingEntry
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.nbgraderformat.common import BaseMetadataValidator
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

from instructors.grading.classroom import Step
from instructors.grading.ledger import opened


class CheckCellMetadata(preprocessors.CheckCellMetadata):  # type: ignore[misc]  # nbgrader publishes no types
    """nbgrader's check of the cells' metadata; its own checks the schema itself as well, for every cell again."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Check one notebook."""
        _validator().validate_nb(nb)
        return nb, resources


class _Compiled(BaseMetadataValidator):  # type: ignore[misc]  # likewise
    """The part of nbgrader's check that its own versions build upon."""

    def validate_cell(self, cell: NotebookNode) -> None:
        ours = cell.metadata.get("nbgrader")
        if ours is None or ours.get("schema_version", 0) != self.schema_version:
            super().validate_cell(cell)  # which names the difference
        else:
            self.compiled.validate(ours)


class _Validator(MetadataValidator, _Compiled):  # type: ignore[misc]  # likewise
    """nbgrader's check of today's version, upon ours."""

    def __init__(self) -> None:
        super().__init__()
        self.compiled = validator_for(self.schema)(self.schema)


@cache
def _validator() -> _Validator:
    return _Validator()


class OverwriteCells(preprocessors.OverwriteCells):  # type: ignore[misc]  # likewise
    """nbgrader's step that compares points and locked cells with the gradebook's."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Compare one notebook, which has every cell of the lesson: it was rebuilt on it."""
        ids = resources["nbgrader"]
        self.notebook_id, self.assignment_id, self.db_url = ids["notebook"], ids["assignment"], ids["db_url"]
        with opened(self.db_url) as gradebook:
            self.gradebook = _Released(gradebook.find_notebook(self.notebook_id, self.assignment_id))
            done: Step = NbGraderPreprocessor.preprocess(self, nb, resources)
        return done


class _Released:
    """What the gradebook knows of a released notebook, read at once; nbgrader's step asks for cell after cell."""

    def __init__(self, notebook: Any) -> None:
        self._sources = {cell.name: cell for cell in notebook.source_cells}
        self._graded = {cell.name: cell for cell in (*notebook.grade_cells, *notebook.task_cells)}

    def find_source_cell(self, name: str, _notebook: str, _assignment: str) -> Any:
        return _found(self._sources, name)

    def find_graded_cell(self, name: str, _notebook: str, _assignment: str) -> Any:
        return _found(self._graded, name)


def _found(cells: Mapping[str, Any], name: str) -> Any:
    if name not in cells:
        raise MissingEntry(f"no cell {name} in the gradebook")
    return cells[name]


class SaveAutoGrades(NbGraderPreprocessor):  # type: ignore[misc]  # likewise
    """nbgrader's step of that name, by its rules, in one transaction: a submission's points are saved together or not at all."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Save the points and automatic comments of one notebook."""
        ids = resources["nbgrader"]
        with opened(ids["db_url"]) as gradebook:
            saved = gradebook.find_submission_notebook(ids["notebook"], ids["assignment"], ids["student"])
            grades = {grade.name: grade for grade in saved.grades}
            comments = {comment.name: comment for comment in saved.comments}
            for cell in nb.cells:
                if is_grade(cell):
                    self._save_grade(cell, grades[cell.metadata["nbgrader"]["grade_id"]])
                if is_solution(cell) or is_task(cell):
                    _save_comment(cell, comments[cell.metadata["nbgrader"]["grade_id"]])
            gradebook.db.commit()
        return nb, resources

    def _save_grade(self, cell: NotebookNode, grade: Any) -> None:
        """Set the automatic points; what was marked by hand stays, and is to be looked at again."""
        grade.auto_score, _max = determine_grade(cell, self.log)
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None


def _save_comment(cell: NotebookNode, comment: Any) -> None:
    unchanged = cell.metadata["nbgrader"].get("checksum", None) == compute_checksum(cell)
    comment.auto_comment = "No response." if unchanged and not is_task(cell) else None


class AssignLatePenalties(preprocessors.AssignLatePenalties):  # type: ignore[misc]  # likewise
    """nbgrader's step that takes off what a late submission costs, by the class's own rule."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Settle one notebook."""
        ids = resources["nbgrader"]
        self.init_plugin()
        with opened(ids["db_url"]) as gradebook:
            handed_in = gradebook.find_submission(ids["assignment"], ids["student"])
            notebook = gradebook.find_submission_notebook(ids["notebook"], ids["assignment"], ids["student"])
            late = handed_in.total_seconds_late
            notebook.late_submission_penalty = None
            if late > 0:
                self.log.warning("%s is %s seconds late", ids["student"], late)
                penalty = self.plugin_inst.late_submission_penalty(ids["student"], notebook.score, late)
                if penalty is not None:
                    notebook.late_submission_penalty = self._check_late_penalty(notebook, penalty)
            gradebook.db.commit()
        return nb, resources
