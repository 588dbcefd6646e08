"""The criteria of a memo in a graded notebook: which cells they are, and which of them a person has to mark.

Owns what the gradebook is told of them. nbgrader gives such a cell, a task, no automatic score and never touches its marks again;
so what was marked stays, a blank memo earns nothing and waits for nobody, and a memo that changed after it was marked waits again.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Grade

from graders.files import replacing
from graders.verdict import State
from instructors.grading.classroom import ClassStep, Step, graded_questions
from instructors.grading.ledger import opened
from instructors.grading.stored import verdict_in
from instructors.rubric_cells import criterion_of


def criteria_in(notebook: NotebookNode) -> dict[str, list[NotebookNode]]:
    """Return the cells in which criteria are marked, by question."""
    found: dict[str, list[NotebookNode]] = {}
    for cell in notebook.cells:
        flags = cell.metadata.get("nbgrader", {})
        known = criterion_of(str(flags.get("grade_id"))) if flags.get("task") else None
        if known is not None:
            found.setdefault(known[0], []).append(cell)
    return found


def points_in(notebook: NotebookNode) -> dict[str, float]:
    """Return the points that questions marked by criteria can earn."""
    return {
        question: sum(float(cell.metadata["nbgrader"]["points"]) for cell in cells)
        for question, cells in criteria_in(notebook).items()
    }


class FlagCriteria(ClassStep):
    """nbgrader's step that tells the gradebook which criteria wait for a person.

    Which text was graded, it keeps as a hash in ``private/memos/<assignment>/<learner>.json``: nbgrader's own has no place for it.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Settle the criteria of one notebook."""
        ids, criteria = resources["nbgrader"], criteria_in(nb)
        if not criteria:
            return nb, resources
        file = Path(self.class_dir, "private", "memos", ids["assignment"], f"{ids['student']}.json")
        known, read = _read_marks(file), {}
        with opened(ids["db_url"]) as gradebook:
            for question, judged in graded_questions(nb):
                verdict = verdict_in(judged)
                read[question] = _mark_of(verdict.get("answer"))
                for cell in criteria.get(question, ()):
                    name = cell.metadata["nbgrader"]["grade_id"]
                    grade = gradebook.find_grade(name, ids["notebook"], ids["assignment"], ids["student"])
                    is_blank = verdict.get("state") == State.NOT_ATTEMPTED
                    settle(grade, is_blank=is_blank, is_new=known.get(question) != read[question])
            gradebook.db.commit()
        _write_marks(file, {question: read[question] for question in criteria if question in read})
        return nb, resources


def settle(grade: Grade, *, is_blank: bool, is_new: bool) -> None:
    """Set what the gradebook has of one criterion; a person's own points are never touched.

    Parameters
    ----------
    grade
        Changed in place.
    is_blank
        Whether nothing was handed in.
    is_new
        Whether it was another text, or none, when this notebook was graded before.
    """
    grade.auto_score = 0.0 if is_blank else None
    if grade.manual_score is None:
        grade.needs_manual_grade = not is_blank
    elif is_new:
        grade.needs_manual_grade = True


def _mark_of(answer: Any) -> str:
    return hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()


def _read_marks(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # graded for the first time, or lost: then everything waits again
        return {}
    return found if isinstance(found, dict) else {}


def _write_marks(file: Path, marks: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with replacing(file) as new:
        new.write_text(json.dumps(marks), encoding="utf-8")
