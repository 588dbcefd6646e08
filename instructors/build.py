"""From a lesson's percent source to nbgrader's source notebook and the lesson file learners get.

The source carries terse markers in the titles of its cells (``answer 1.3``, ``submit 1.3``, ``practice 1.a``); this module
turns them into nbgrader's metadata. The solution is part of the source; nbgrader's own generate_assignment takes it out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode

from graders.errors import ContentError
from graders.keys import Key
from instructors.content import LessonEntry

_MARKER = re.compile(r"(answer|submit|practice)\s+([1-9][0-9]*\.(?:[1-9][0-9]*|[a-z]))")


@dataclass(frozen=True, slots=True)
class Marker:
    """What a cell's title says: its part in the lesson, and of which item."""

    part: str
    item: str | None


def read_source(file: Path) -> NotebookNode:
    """Read a percent source as a notebook whose cells still carry their titles."""
    if not file.is_file():
        raise ContentError(f"Expected a lesson source at {file}, got nothing. Write it, or correct block.toml.")
    notebook: NotebookNode = jupytext.reads(file.read_text(encoding="utf-8"), fmt="py:percent")
    return notebook


def marker(cell: NotebookNode) -> Marker:
    """Return what a cell's title says of it."""
    title = str(cell.metadata.get("title", "")).strip()
    match = _MARKER.fullmatch(title)
    if match:
        return Marker(match[1], match[2])
    return Marker(title.split(" ")[0] if title else cell.cell_type, None)


def answer_grade_id(question: str) -> str:
    """Return nbgrader's id of the cell in which a question is answered."""
    return "answer-" + question.replace(".", "-")


def graded_grade_id(question: str) -> str:
    """Return nbgrader's id of the locked cell that submits a question.

    >>> graded_grade_id("1.3")
    'q-1-3'
    """
    return "q-" + question.replace(".", "-")


def question_of(grade_id: str) -> str:
    """Return the question of a graded cell's id.

    >>> question_of("q-1-3")
    '1.3'
    """
    return grade_id.removeprefix("q-").replace("-", ".")


def build_notebook(source: NotebookNode, entry: LessonEntry, keys: Mapping[str, Key], block: str) -> NotebookNode:
    """Return the lesson as nbgrader's source notebook, solutions included.

    Raises
    ------
    ContentError
        When the questions of the source and the keys are not the same.
    """
    _same_questions(source, entry, keys)
    cells = [_built_cell(cell, f"lesson{entry.id}-{index:02d}", keys) for index, cell in enumerate(source.cells)]
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = NotebookNode(
        kernelspec={"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
        language_info={"name": "python"},
        situ={"block": block, "lesson": entry.id},
    )
    nbformat.validate(notebook)
    return notebook


def submitted_names(source: str, file: str = "lesson") -> dict[str | None, str]:
    """Return which variable a submit cell hands in for which part of the answer.

    >>> submitted_names('submit("1.1", {"pd": base_pd, "side": side})')
    {'pd': 'base_pd', 'side': 'side'}
    >>> submitted_names('submit("1.3", drivers)')
    {None: 'drivers'}
    """
    try:
        statement = ast.parse(source).body[-1]
        value = statement.value.args[1]  # type: ignore[attr-defined]  # any other shape is the error below
        if isinstance(value, ast.Name):
            return {None: value.id}
        return {key.value: name.id for key, name in zip(value.keys, value.values, strict=True)}
    except (SyntaxError, IndexError, AttributeError) as error:
        raise ContentError(
            f"{file}: expected submit(question, name) or submit(question, {{part: name}}), got: {source.strip()[:80]}"
        ) from error


def cells_of(source: NotebookNode, part: str) -> Iterator[tuple[str, NotebookNode]]:
    """Yield (item, cell) for every cell with this part in the lesson."""
    for cell in source.cells:
        found = marker(cell)
        if found.part == part and found.item is not None:
            yield found.item, cell


def _same_questions(source: NotebookNode, entry: LessonEntry, keys: Mapping[str, Key]) -> None:
    submitted = [item for item, _ in cells_of(source, "submit")]
    answered = [item for item, _ in cells_of(source, "answer")]
    if submitted != list(keys) or answered != list(keys):
        raise ContentError(
            f"{entry.file}.py: expected one answer and one submit cell for each of {', '.join(keys)} in this order, "
            f"got answers {', '.join(answered) or 'none'}; submits {', '.join(submitted) or 'none'}."
        )


def _built_cell(cell: NotebookNode, cell_id: str, keys: Mapping[str, Key]) -> NotebookNode:
    found = marker(cell)
    metadata: dict[str, Any] = {"deletable": False, "editable": False}
    if found.part == "answer" and found.item:
        cell_id = answer_grade_id(found.item)
        metadata = {"deletable": False, "nbgrader": _nbgrader(cell_id, solution=True)}
    elif found.part == "submit" and found.item:
        submitted_names(cell.source)
        cell_id = graded_grade_id(found.item)
        metadata["nbgrader"] = _nbgrader(cell_id, grade=True, locked=True, points=keys[found.item].points)
    elif found.part == "practice" and found.item:
        cell_id, metadata = "practice-" + found.item.replace(".", "-"), {"deletable": False}
    if cell.cell_type == "markdown":
        made: NotebookNode = nbformat.v4.new_markdown_cell(cell.source, metadata=metadata, id=cell_id)
    else:
        made = nbformat.v4.new_code_cell(cell.source, metadata=metadata, id=cell_id)
    return made


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


def without_solution(source: str) -> str:
    r"""Return an answer cell as the learner gets it.

    >>> without_solution("a = ...\n### BEGIN SOLUTION\na = 1\n### END SOLUTION")
    'a = ...'
    """
    kept, inside = [], False
    for line in source.splitlines():
        if "BEGIN SOLUTION" in line:
            inside = True
        elif "END SOLUTION" in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept).rstrip()


def answers_of_lesson(source: NotebookNode, case: Any, *, solved: bool) -> dict[str, Any]:
    """Return what a lesson's own answer cells hand in on a case, by question.

    Runs the lesson's code in this process, figures and practice left out: it is the instructor's own.

    Parameters
    ----------
    source
        From `read_source`.
    case
        Bound to the name ``case``.
    solved
        With the solutions, or as released.
    """
    names: dict[str, Any] = {"case": case}
    answers: dict[str, Any] = {}
    for cell in source.cells:
        found = marker(cell)
        if cell.cell_type != "code" or found.part in {"figure", "practice"}:
            continue
        if found.part == "submit" and found.item:
            asked = submitted_names(cell.source)
            whole = {part: names[name] for part, name in asked.items() if part is not None}
            answers[found.item] = whole or names[asked[None]]
        else:
            _run(cell.source if solved else without_solution(cell.source), names, found)
    return answers


def _run(code: str, names: dict[str, Any], found: Marker) -> None:
    lines = [line for line in code.splitlines() if "open_case()" not in line]  # the case is given
    try:
        exec(compile("\n".join(lines), f"<{found.part} {found.item or ''}>", "exec"), names)
    except Exception as error:
        raise ContentError(
            f"The lesson's cell {found.part} {found.item or ''} does not run: {error!r}. Mend the source."
        ) from error
