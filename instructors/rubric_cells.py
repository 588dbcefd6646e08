"""The cells that a rubric makes in a lesson: the table before the memo, and after it one cell a criterion, in which it is marked.

Owns their text and nbgrader's ids for them, and which cells a source needs around a memo that has a rubric.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from nbformat import NotebookNode

from graders.keys import Key
from graders.language import _, number
from instructors.inert import inert
from instructors.markers import cells_of, marker
from instructors.rubric import Criterion, Level, Rubric

_LEFT, _WIDE = ' style="text-align:left;vertical-align:top"', ' style="width:100%"'
_GRADE_ID = re.compile(r"criterion-([1-9][0-9]*)-([1-9][0-9]*)-(.+)")


def criterion_grade_id(question: str, criterion: str) -> str:
    """Return nbgrader's id of the cell in which a criterion is marked.

    >>> criterion_grade_id("5.5", "facts")
    'criterion-5-5-facts'
    """
    return f"criterion-{question.replace('.', '-')}-{criterion}"


def criterion_of(grade_id: str) -> tuple[str, str] | None:
    """Return the question and the criterion that a cell's id stands for; None for any other cell.

    >>> criterion_of("criterion-5-5-facts"), criterion_of("q-5-5")
    (('5.5', 'facts'), None)
    """
    found = _GRADE_ID.fullmatch(grade_id)
    return (f"{found[1]}.{found[2]}", found[3]) if found else None


def rubric_text(rubric: Rubric) -> str:
    """Return the rubric as learners read it before they write: a table of criteria by levels, what it takes to pass, the cap."""
    head = [_("Criterion ({points})").format(points=_points(rubric.points)), *rubric.level_names]
    rows = [[_criterion(criterion), *map(_level, criterion.levels)] for criterion in rubric.criteria]
    passes = _("<strong>To pass:</strong> {pass_mark}").format(pass_mark=escape(rubric.pass_mark))
    cap = _("<strong>Cap:</strong> {cap}").format(cap=escape(rubric.cap))
    return inert(f"{_table(head, rows)}<p>{passes}</p><p>{cap}</p>")


def criterion_text(criterion: Criterion) -> str:
    """Return the cell in which one criterion is marked: its title, its points and its levels."""
    told = _("<strong>{title}</strong> · at most {points}")
    title = told.format(title=escape(criterion.title), points=_points(criterion.points))
    levels = _table([level.name for level in criterion.levels], [[_level(level) for level in criterion.levels]])
    return inert(f"<p>{title}</p>{levels}")


def rubric_problems(source: NotebookNode, keys: Mapping[str, Key], rubric: Rubric | None) -> Iterator[str]:
    """Yield what is wrong between a lesson's source, its keys and its rubric."""
    shown, marked = ([item for item, _cell in cells_of(source, part)] for part in ("rubric", "criteria"))
    wanted = [rubric.question] if rubric is not None else []
    for part, items in (("rubric", shown), ("criteria", marked)):
        if items != wanted:
            yield (
                f"expected {_named(part, wanted)}, got {_named(part, items)}. "
                "A memo with a rubric has one cell of each, any other question none."
            )
    for cell in source.cells:
        if marker(cell).part in {"rubric", "criteria"} and cell.cell_type != "markdown":
            yield f"cell {cell.metadata['title']}: expected text, got code. Write # %% {cell.metadata['title']} [markdown]"
    if rubric is not None:
        yield from _question_problems(source, keys, rubric)


def _question_problems(source: NotebookNode, keys: Mapping[str, Key], rubric: Rubric) -> Iterator[str]:
    question, key = rubric.question, keys.get(rubric.question)
    if key is None:
        yield f"expected a key for {question}, which the rubric is for, got none. Write it, or correct the rubric."
    elif abs(key.points - rubric.points) > 1e-6:
        yield (
            f"question {question}: expected a rubric of {key.points:g} points, as its key says, got criteria of "
            f"{' + '.join(f'{one.points:g}' for one in rubric.criteria)} = {rubric.points:g}. Correct one of them."
        )
    places = [part for cell in source.cells if (part := marker(cell).part) and marker(cell).item == question]
    order = [part for part in places if part in {"rubric", "answer", "criteria"}]
    if sorted(order) == ["answer", "criteria", "rubric"] and order != ["rubric", "answer", "criteria"]:
        yield f"question {question}: expected its rubric, then its answer, then its criteria, got {', '.join(order)}. Move them."


def _named(part: str, items: Sequence[str]) -> str:
    return ", ".join(f"a cell {part} {item}" for item in items) or f"no cell {part}"


def _criterion(criterion: Criterion) -> str:
    told = _("<strong>{title}</strong> ({points})")
    return told.format(title=escape(criterion.title), points=_points(criterion.points))


def _level(level: Level) -> str:
    points = level.points.replace("-", "–").replace(" ", "")
    return _("<strong>{points}</strong> · {text}").format(points=points, text=escape(level.text))


def _points(points: float) -> str:
    return (_("{points} point") if points == 1 else _("{points} points")).format(points=number(points))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as HTML: nbgrader's pages take all space out of one that is written in Markdown."""
    top = "".join(f'<th scope="col"{_LEFT}>{escape(name)}</th>' for name in head)
    body = "".join(f"<tr>{''.join(f'<td{_LEFT}>{cell}</td>' for cell in cells)}</tr>" for cells in rows)
    return f'<table class="table table-condensed"{_WIDE}><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'
