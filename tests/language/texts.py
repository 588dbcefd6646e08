"""Which texts people read, and where: prose, the text cells of lessons, and the strings of Python files.

Owns the list of files; it knows no word.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PROSE = ("README.md", "CHANGELOG.md", "docs/*.md", "courses/*/guide.md", "courses/*/block.toml", "courses/*/law.toml")
DATA = ("datasets/*/contract.toml", "datasets/*/datasheet.md")
CONTENT = ("courses/*/*.py", "courses/*/keys/*.py")
LESSONS = "courses/*/lessons/*.py"
CATALOGUES = ("graders/**/*.py", "instructors/**/*.py")
SPOKEN = ("instructors/cli*.py",)  # its docstrings and help texts are what --help says


class Passage(NamedTuple):
    """A text that people read: the file's path from the root, the line where it begins (from 1), and what it says."""

    file: str
    line: int
    text: str


def passages(root: Path) -> Iterator[Passage]:
    """Yield every text that learners or instructors read."""
    for file in _files(root, *PROSE, *DATA):
        yield Passage(_name(root, file), 1, file.read_text(encoding="utf-8"))
    for file in _files(root, LESSONS):
        yield from lesson_cells(root, file)
        yield from code_strings(root, file)
    for file in _files(root, *CONTENT, *SPOKEN):
        yield from strings(root, file)
    for file in _files(root, *CATALOGUES):
        yield from catalogue(root, file)


def lesson_cells(root: Path, file: Path) -> Iterator[Passage]:
    """Yield the text cells of a lesson in percent format."""
    for title, line, cell in _cells(file):
        if title.startswith("[markdown]"):
            text = "\n".join(row.removeprefix("#").removeprefix(" ") for row in cell)
            yield Passage(_name(root, file), line, text)


def strings(root: Path, file: Path) -> Iterator[Passage]:
    """Yield the strings of a Python file, docstrings too; the places of an f-string are written ``{}``."""
    yield from _strings(_name(root, file), ast.parse(file.read_text(encoding="utf-8")), 0)


def code_strings(root: Path, file: Path) -> Iterator[Passage]:
    """Yield the strings of a lesson's code cells, its author's solutions left out: captions, messages."""
    for title, line, cell in _cells(file):
        if not title.startswith(("[markdown]", "solution")):
            yield from _strings(_name(root, file), ast.parse("\n".join(cell)), line - 1)


def catalogue(root: Path, file: Path) -> Iterator[Passage]:
    """Yield the product's sentences: what stands in ``_(...)``."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            for argument in node.args:
                yield from _strings(_name(root, file), argument, 0)


def _strings(name: str, tree: ast.AST, above: int) -> Iterator[Passage]:
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield Passage(name, node.lineno + above, "".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield Passage(name, node.lineno + above, node.value)


def _cells(file: Path) -> Iterator[tuple[str, int, list[str]]]:
    """Yield title, line of the first row (from 1) and rows of every cell."""
    title, first, rows = "", 1, list[str]()
    for number, row in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if row.startswith("# %%"):
            yield title, first, rows
            title, first, rows = row.removeprefix("# %%").strip(), number + 1, []
        else:
            rows.append(row)
    yield title, first, rows


def _files(root: Path, *patterns: str) -> Iterator[Path]:
    for pattern in patterns:
        yield from sorted(root.glob(pattern))


def _name(root: Path, file: Path) -> str:
    return file.relative_to(root).as_posix()
