"""From a lesson's percent source to nbgrader's source notebook.

The source carries terse markers in the titles of its cells (`instructors.markers`); this module turns them into nbgrader's
metadata. The solution is part of the source; generate_assignment takes it out (`instructors.grading.release`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode

from graders.errors import ContentError
from graders.keys import Key
from instructors.content import LessonEntry
from instructors.markers import (
    Marker,
    answer_grade_id,
    check_markers,
    free_cell_id,
    graded_grade_id,
    marker,
    solution_grade_id,
)
from instructors.passages import settled
from instructors.rubric import Criterion, Rubric
from instructors.rubric_cells import criterion_grade_id, criterion_text, rubric_problems, rubric_text


def read_source(file: Path) -> NotebookNode:
    """Read a percent source as a notebook whose cells still carry their titles."""
    if not file.is_file():
        raise ContentError(f"Expected a lesson source at {file}, got nothing. Write it, or correct block.toml.")
    notebook: NotebookNode = jupytext.reads(file.read_text(encoding="utf-8"), fmt="py:percent")
    return notebook


def build_notebook(
    source: NotebookNode, entry: LessonEntry, keys: Mapping[str, Key], block: str, rubric: Rubric | None = None
) -> NotebookNode:
    """Return the lesson as nbgrader's source notebook, solutions included.

    Parameters
    ----------
    source, entry
        The lesson; passages that depend on what a class asks stand as in `instructors.sources.lesson_source`, else all are there.
    keys
        Of its questions.
    block
        Name of its block.
    rubric
        Of its memo; None where it has none.

    Raises
    ------
    ContentError
        When a question of the source, of the keys or of the rubric lacks what it needs; with every problem at once.
    """
    source = settled(source)
    check_markers(source, list(keys), f"{entry.file}.py", rubric_problems(source, keys, rubric))
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=_built_cells(source, entry.id, keys, rubric))
    notebook.metadata = NotebookNode(
        kernelspec={"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
        language_info={"name": "python"},
        situ={"block": block, "lesson": entry.id},
    )
    nbformat.validate(notebook)
    return notebook


def _built_cells(
    source: NotebookNode, lesson: str, keys: Mapping[str, Key], rubric: Rubric | None
) -> list[NotebookNode]:
    built: list[NotebookNode] = []
    solutions: dict[str, int] = {}
    points = {question: key.points for question, key in keys.items()}
    if rubric is not None:
        points[rubric.question] = 0.0  # in nbgrader they are those of the criteria
    for index, cell in enumerate(source.cells):
        found = marker(cell)
        if cell.cell_type == "markdown":
            text = cell.source
            if rubric is not None and found.part == "rubric":
                text = f"{text}\n\n{rubric_text(rubric)}".strip()
            made = _locked(nbformat.v4.new_markdown_cell(text, id=f"lesson{lesson}-{index:02d}"))
        elif found.part == "solution" and found.item:
            solutions[found.item] = solutions.get(found.item, 0) + 1
            made = _solution_cell(cell.source, solution_grade_id(found.item, solutions[found.item]))
        elif found.item:
            made = _item_cell(cell.source, found, points)
        else:
            made = _locked(nbformat.v4.new_code_cell(cell.source, id=f"lesson{lesson}-{index:02d}"))
        built.append(made)
        if rubric is not None and found.part == "criteria":
            built += [_criterion_cell(rubric.question, criterion) for criterion in rubric.criteria]
    return built


def _item_cell(source: str, found: Marker, points: Mapping[str, float]) -> NotebookNode:
    """Return the cell of a question, a practice item or a decision."""
    question = found.item or ""
    if found.part in {"answer", "submit"}:
        cell_id = graded_grade_id(question)
        flags = {"grade": True, "locked": True, "points": points[question]}
        metadata = {"editable": False, "nbgrader": _nbgrader(cell_id, **flags)}
    elif found.part == "write":
        cell_id = answer_grade_id(question)
        metadata = {"nbgrader": _nbgrader(cell_id, solution=True)}
    else:
        cell_id = free_cell_id(found)
        metadata = {} if found.part == "practice" else {"editable": False}
    made: NotebookNode = nbformat.v4.new_code_cell(source, metadata={"deletable": False, **metadata}, id=cell_id)
    return made


def _criterion_cell(question: str, criterion: Criterion) -> NotebookNode:
    """Return the cell in which a person marks one criterion: nbgrader's task, with a score and a comment of its own."""
    cell_id = criterion_grade_id(question, criterion.id)
    metadata = {"nbgrader": _nbgrader(cell_id, task=True, locked=True, points=criterion.points)}
    return _locked(nbformat.v4.new_markdown_cell(criterion_text(criterion), metadata=metadata, id=cell_id))


def _solution_cell(source: str, cell_id: str) -> NotebookNode:
    """Return the author's own solution, marked as one: where our own step is missing, nbgrader's still empties it."""
    marked = f"### BEGIN SOLUTION\n{source}\n### END SOLUTION"
    made: NotebookNode = nbformat.v4.new_code_cell(
        marked, metadata={"nbgrader": _nbgrader(cell_id, solution=True)}, id=cell_id
    )
    return made


def _locked(cell: NotebookNode) -> NotebookNode:
    cell.metadata.update(deletable=False, editable=False)
    return cell


def _nbgrader(grade_id: str, **flags: Any) -> dict[str, Any]:
    return {
        "grade_id": grade_id,
        "schema_version": 3,
        "grade": False,
        "solution": False,
        "locked": False,
        "task": False,
        **flags,
    }
