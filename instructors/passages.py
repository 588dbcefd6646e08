"""The passages of a lesson source that depend on what a class asks: marked ``with`` or ``without``, kept or dropped.

Owns the marks' grammar, their problems, told all at once, and the dropping. A cell is marked in its header, ``with="2.7"``, a
passage of a text by ``<!-- with 2.7 date -->`` and ``<!-- end -->``, on lines of their own or in a line. A passage *with* several
names stays while the class has any of them, one *without* them only where it has none; names joined by ``+`` count when all are
there. Who has what is for the caller to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from copy import deepcopy

import nbformat
from nbformat import NotebookNode

from graders.errors import ContentError
from instructors.markers import marker

Has = Callable[[str], bool]
Mark = Mapping[str, list[str]]  # way -> names

WAYS = ("with", "without")
ALSO = "also"  # of a solution's cell: later questions whose solutions use its names, where its own is not asked
_ASKED = ("answer", "solution", "write", "submit", "rubric", "criteria")  # cells that go with their question
_OWN = ("practice", "decision")  # cells whose item is there while the cell is
_COMMENT = re.compile(r"^[ \t]*<!--(?P<alone>[^\n]*?)-->[ \t]*(?:\n|\Z)|<!--(?P<inside>.*?)-->", re.M | re.S)
_NUMBERED = re.compile(r"^\d+(?=\. )")


def settled(source: NotebookNode, has: Has = lambda _name: True) -> NotebookNode:
    """Return a lesson source without marks: with the passages that a class has, and no others.

    Parameters
    ----------
    source
        From `instructors.build.read_source`; left as it is. One that is settled already stays the same.
    has
        Whether the class asks a question, or its portfolio has a capability; everything, unless given. Practice items and
        decisions are not asked for: they are there while their cells are.

    Raises
    ------
    ContentError
        When the marks are not of that form, with every problem at once.
    """
    if problems := list(_form_problems(source)):
        raise ContentError("\n".join(problems))
    have = _with_items(source, has)
    made: NotebookNode = nbformat.v4.new_notebook(metadata=deepcopy(source.metadata))
    handed_on: list[tuple[str, NotebookNode]] = []
    for cell in source.cells:
        found, kept = marker(cell), _settled_cell(cell, have)
        if found.part in _ASKED and found.item and not has(found.item):
            heirs = [name for name in str(cell.metadata.get(ALSO, "")).split() if has(name)]
            handed_on += [(heirs[0], kept)] if heirs else []
        elif _holds(_cell_mark(cell), have) and (kept.source or not cell.source or found.item):
            made.cells.append(kept)
            if found.part == "answer":
                made.cells += [_retitled(one, heir) for heir, one in handed_on if heir == found.item]
    return made


def passage_problems(source: NotebookNode, known: Container[str]) -> Iterator[str]:
    """Yield what is wrong with the marks of a source: their form, and names that are neither `known` nor items of the lesson."""
    yield from _form_problems(source)
    items = _items(source)
    for cell in source.cells:
        for mark in _marks(cell):
            unknown = [
                name for names in mark.values() for name in _single(names) if name not in {*items} | _in(known, names)
            ]
            if unknown:
                yield (
                    f"{_place(cell)}: expected questions, practice items and decisions of the lesson, or capabilities of the "
                    f"block, in its mark, got {', '.join(unknown)}. Correct the name, or name the capability in block.toml."
                )


def _in(known: Container[str], names: list[str]) -> set[str]:
    return {name for name in _single(names) if name in known}


def _single(names: list[str]) -> list[str]:
    return [name for joined in names for name in joined.split("+")]


def _retitled(cell: NotebookNode, question: str) -> NotebookNode:
    cell.metadata["title"] = f"solution {question}"
    return cell


def _with_items(source: NotebookNode, has: Has) -> Has:
    """Return what a class has, with the lesson's own practice items and decisions, which are there while their cells are."""
    cells = _items(source)
    asking: list[str] = []

    def have(name: str) -> bool:
        if name not in cells:
            return has(name)
        if name in asking:
            raise ContentError(
                f"Expected cells that do not wait for each other, got {name} with itself. Mark one of them."
            )
        asking.append(name)
        try:
            return _holds(_cell_mark(cells[name]), have)
        finally:
            asking.pop()

    return have


def _items(source: NotebookNode) -> dict[str, NotebookNode]:
    """Return the cells of practice items and decisions, by item."""
    found = ((marker(cell), cell) for cell in source.cells)
    return {mark.item: cell for mark, cell in found if mark.part in _OWN and mark.item is not None}


def _holds(mark: Mark, has: Has) -> bool:
    return all(any(all(map(has, name.split("+"))) for name in names) == (way == "with") for way, names in mark.items())


# --- one cell ------------------------------------------------------------------------------------------------------------


def _settled_cell(cell: NotebookNode, has: Has) -> NotebookNode:
    kept = deepcopy(cell)
    for name in (*WAYS, ALSO):
        kept.metadata.pop(name, None)
    if cell.cell_type == "markdown" and "<!--" in cell.source:
        kept.source = _settled_text(cell.source, has)
    return kept


def _settled_text(text: str, has: Has) -> str:
    """Return a text without its marks and what they drop; empty lines and the numbers of lists close up."""
    kept, keeping, end = [], True, 0
    for found in _COMMENT.finditer(text):
        if keeping:
            kept.append(text[end : found.start()])
        mark, end = _mark(found), found.end()
        keeping = mark is None or _holds(mark, has)
    kept.append(text[end:])
    return _numbered(re.sub(r"\n{3,}", "\n\n", "".join(kept)).strip("\n"))


def _numbered(text: str) -> str:
    """Return a text whose numbered lists count from 1, whatever was taken out of them."""
    lines, count = [], 0
    for line in text.splitlines():
        if _NUMBERED.match(line):
            count += 1
            line = _NUMBERED.sub(str(count), line)
        elif line.strip() and not line.startswith(" "):
            count = 0
        lines.append(line)
    return "\n".join(lines)


# --- the form of marks ---------------------------------------------------------------------------------------------------


def _cell_mark(cell: NotebookNode) -> Mark:
    return {way: str(cell.metadata[way]).split() for way in WAYS if way in cell.metadata}


def _mark(found: re.Match[str]) -> Mark | None:
    """Return what a comment marks; None for one that is no mark."""
    said = found["alone"] if found["alone"] is not None else found["inside"]
    words = said.split()
    if not words or words[0] not in WAYS:
        return None
    mark: dict[str, list[str]] = {}
    for word in words:
        if word in WAYS:
            names = mark.setdefault(word, [])
        else:
            names.append(word)
    return mark


def _marks(cell: NotebookNode) -> Iterator[Mark]:
    """Yield the marks of a cell and in it."""
    yield _cell_mark(cell)
    if ALSO in cell.metadata:
        yield {ALSO: str(cell.metadata[ALSO]).split()}
    if cell.cell_type == "markdown":
        yield from (mark for found in _COMMENT.finditer(cell.source) if (mark := _mark(found)) is not None)


def _form_problems(source: NotebookNode) -> Iterator[str]:
    for cell in source.cells:
        place = _place(cell)
        for mark in _marks(cell):
            if bare := [way for way, names in mark.items() if not names]:
                yield f"{place}: expected {' and '.join(bare)} with a name, got none. Name a question, an item or a capability."
        if ALSO in cell.metadata and marker(cell).part != "solution":
            yield f"{place}: expected {ALSO} on a solution's cell alone, got another cell. Take it out."
        if cell.cell_type == "markdown":
            yield from (f"{place}: {problem}" for problem in _text_problems(cell.source))


def _text_problems(text: str) -> Iterator[str]:
    opened = ""
    for found in _COMMENT.finditer(text):
        told = " ".join(found[0].split())[:60]
        if _mark(found) is not None:
            if opened:
                yield f"expected an end of {opened} before the next mark, got {told}. Marks do not stand in each other."
            opened = told
        elif told.replace(" ", "") == "<!--end-->":
            if not opened:
                yield "expected a mark before its end, got an end alone. Write the mark, or take the end out."
            opened = ""
        else:
            yield f"expected a mark such as <!-- with 2.7 -->, or its <!-- end -->, got {told}. Correct it, or take it out."
    if opened:
        yield f"expected an end of {opened}, got none in its cell. Write <!-- end -->."


def _place(cell: NotebookNode) -> str:
    title = str(cell.metadata.get("title", "")).strip()
    first = _COMMENT.sub("", cell.source).strip().partition("\n")[0]
    return f"cell {title}" if title else f"text “{first[:40]}”"
