"""The markers in the titles of a lesson source's cells: what they say, and whether every question has the cells it needs.

Owns their grammar (``answer 1.3``, ``write 2.5``, ``practice 1.a``, ``decision 1.client-c``, ``rubric 5.5``), nbgrader's ids for
them, and the checks of a whole source, which are gathered and told at once. It builds nothing and runs nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from graders.errors import ContentError

_QUESTION = r"[1-9][0-9]*\.[1-9][0-9]*"
_PRACTICE = r"[1-9][0-9]*\.[a-z]"
_DECISION = r"[1-9][0-9]*\.(?![a-z]\Z)[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_ITEMS = {
    "answer": (_QUESTION, "1.3"),
    "solution": (_QUESTION, "1.3"),
    "write": (_QUESTION, "1.3"),
    "submit": (_QUESTION, "1.3"),
    "rubric": (_QUESTION, "1.3"),
    "criteria": (_QUESTION, "1.3"),
    "practice": (_PRACTICE, "1.a"),
    "decision": (_DECISION, "1.client-c"),
}
_CALLS = {"answer": "answer", "decision": "decide"}  # cells that hold this one call, and nothing of the author's own
SOLUTION_MARKS = ("BEGIN SOLUTION", "END SOLUTION")


@dataclass(frozen=True, slots=True)
class Marker:
    """What a cell's title says: its part in the lesson, and of which item."""

    part: str
    item: str | None


def marker(cell: NotebookNode) -> Marker:
    """Return what a cell's title says of it."""
    title = str(cell.metadata.get("title", "")).strip()
    part, _space, item = title.partition(" ")
    if part in _ITEMS and re.fullmatch(_ITEMS[part][0], item.strip()):
        return Marker(part, item.strip())
    return Marker(part if title else cell.cell_type, None)


def cells_of(source: NotebookNode, part: str) -> Iterator[tuple[str, NotebookNode]]:
    """Yield (item, cell) for every cell with this part in the lesson."""
    for cell in source.cells:
        found = marker(cell)
        if found.part == part and found.item is not None:
            yield found.item, cell


def answer_grade_id(question: str) -> str:
    """Return nbgrader's id of the cell in which a learner writes code for a question."""
    return "answer-" + _dashed(question)


def graded_grade_id(question: str) -> str:
    """Return nbgrader's id of the locked cell in which a question is answered, or its code submitted.

    >>> graded_grade_id("1.3")
    'q-1-3'
    """
    return "q-" + _dashed(question)


def solution_grade_id(question: str, place: int = 1) -> str:
    """Return nbgrader's id of the author's own solution; a question may have it in several cells.

    >>> solution_grade_id("1.3"), solution_grade_id("1.3", 2)
    ('solution-1-3', 'solution-1-3-2')
    """
    return "solution-" + _dashed(question) + (f"-{place}" if place > 1 else "")


def free_cell_id(found: Marker) -> str:
    """Return the id of a cell that nbgrader knows nothing of: practice and decisions.

    >>> free_cell_id(Marker("decision", "1.client-c"))
    'decision-1-client-c'
    """
    return f"{found.part}-{_dashed(found.item or '')}"


def _dashed(item: str) -> str:
    return item.replace(".", "-")


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


def check_markers(source: NotebookNode, questions: Sequence[str], file: str, more: Iterable[str] = ()) -> None:
    """Refuse a source whose questions do not have the cells they need.

    Parameters
    ----------
    source
        The lesson.
    questions
        Those that have a key, in their order.
    file
        What the lesson is called in the message.
    more
        Problems found elsewhere, to be told with these.

    Raises
    ------
    ContentError
        With every problem at once: what was expected, what stands there, what to do.
    """
    problems = [*_title_problems(source), *_question_problems(source, questions), *_cell_problems(source)]
    problems += [*_repeated(source), *more]
    if problems:
        raise ContentError("\n".join(f"{file}: {problem}" for problem in problems))


def _title_problems(source: NotebookNode) -> Iterator[str]:
    for cell in source.cells:
        part = marker(cell).part
        if part in _ITEMS and marker(cell).item is None:
            title = str(cell.metadata["title"]).strip()
            yield f'expected a title such as "{part} {_ITEMS[part][1]}", got "{title}". Write the item\'s id, and nothing else.'


def _question_problems(source: NotebookNode, questions: Sequence[str]) -> Iterator[str]:
    by_form, by_code = (dict(cells_of(source, part)) for part in ("answer", "write"))
    solved, submitted = (dict(cells_of(source, part)) for part in ("solution", "submit"))
    asked = [found.item for cell in source.cells if (found := marker(cell)).part in {"answer", "submit"}]
    for question in questions:
        pairs = {"answer": by_form, "solution": solved, "write": by_code, "submit": submitted}
        has = [part for part, cells in pairs.items() if question in cells]
        if has not in (["answer", "solution"], ["write", "submit"]):
            yield (
                f"question {question}: expected an answer and a solution cell, or a write and a submit cell, "
                f"got {' and '.join(has) or 'neither'}. Keep one of the two pairs."
            )
    unkeyed = sorted({*by_form, *by_code, *solved, *submitted} - set(questions))
    if unkeyed:
        yield f"expected a key for every question, got none for {', '.join(unkeyed)}. Write it, or take the cells out."
    known = [item for item in asked if item in questions]
    if not unkeyed and len(set(known)) == len(questions) and list(dict.fromkeys(known)) != list(questions):
        yield f"expected the questions in the order {', '.join(questions)}, got {', '.join(map(str, known))}. Move them."


def _cell_problems(source: NotebookNode) -> Iterator[str]:
    before = Marker("", None)
    for cell in source.cells:
        found = marker(cell)
        if found.item is None:
            before = found
            continue
        if found.part in _CALLS and not _is_call(cell.source, _CALLS[found.part], found.item):
            wanted = f'{_CALLS[found.part]}("{found.item}")'
            yield f"cell {found.part} {found.item}: expected only {wanted}, got: {cell.source.strip()[:60]}"
        if found.part == "solution":
            yield from _solution_problems(cell.source, found.item, before)
        if found.part == "write" and not all(mark in cell.source for mark in SOLUTION_MARKS):
            yield f"cell write {found.item}: expected the solution between ### BEGIN SOLUTION and ### END SOLUTION, got none."
        if found.part == "practice" and not _checks(cell.source, found.item):
            got = cell.source.strip()[:60] or "an empty cell"
            yield f'cell practice {found.item}: expected check("{found.item}") in it, got: {got}'
        if found.part == "submit":
            yield from _submit_problems(cell.source, found.item)
        before = found
    for question, cells in _together(source, "solution").items():
        if not _ends_in_submit(cells[-1].source, question):
            yield (
                f'question {question}: expected its solution to end with submit("{question}", value), got: '
                + (cells[-1].source.strip().splitlines() or ["an empty cell"])[-1][:60]
            )


def _solution_problems(code: str, question: str, before: Marker) -> Iterator[str]:
    if before not in (Marker("answer", question), Marker("solution", question)):
        yield f"cell solution {question}: expected it right after the cell answer {question}. Move it there."
    if any(mark in code for mark in SOLUTION_MARKS):
        yield f"cell solution {question}: expected plain code, got marks of a solution. Take them out: all of it is one."


def _submit_problems(code: str, question: str) -> Iterator[str]:
    try:
        submitted_names(code, f"cell submit {question}")
    except ContentError as error:
        yield str(error)


def _repeated(source: NotebookNode) -> Iterator[str]:
    for part in ("answer", "write", "submit", "practice", "decision"):
        for item, cells in _together(source, part).items():
            if len(cells) > 1:
                yield f"expected one cell {part} {item}, got {len(cells)}. Keep one."


def _together(source: NotebookNode, part: str) -> dict[str, list[NotebookNode]]:
    found: dict[str, list[NotebookNode]] = {}
    for item, cell in cells_of(source, part):
        found.setdefault(item, []).append(cell)
    return found


def _is_call(code: str, function: str, item: str) -> bool:
    try:
        return ast.unparse(ast.parse(code)) == f"{function}({item!r})"
    except SyntaxError:
        return False


def _checks(code: str, item: str) -> bool:
    """Tell whether a cell calls `check` on an item; a learner's own answer may follow in the call."""
    try:
        calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return False
    return any(
        ast.unparse(call.func) == "check" and call.args and ast.unparse(call.args[0]) == repr(item) for call in calls
    )


def _ends_in_submit(code: str, question: str) -> bool:
    try:
        last = ast.parse(code).body[-1]
    except (SyntaxError, IndexError):
        return False
    call = last.value if isinstance(last, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and ast.unparse(call.func) == "submit"
        and len(call.args) == 2
        and ast.unparse(call.args[0]) == repr(question)
    )
