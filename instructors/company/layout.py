"""Where the headers of a table stand and what its columns are called, in a text file as in a sheet. Opens no file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graders.contract import normalised

BEGINNING = 200  # records in which the headers are looked for

_ENOUGH = 5  # rows of data that tell what stands above them
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")
_YEAR = re.compile(r"(19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a file as it stands there; `line` is counted from 1."""

    line: int
    cells: Sequence[Any]

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(not is_empty(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file.

    Attributes
    ----------
    names
        One for each column, normalised, in the file's order.
    line
        Where they stand; 0 when the file has no headers.
    after
        How many records of the beginning come before the data.
    headed
        How many columns have a cell in the line of the headers, be it a blank one.
    """

    names: tuple[str, ...]
    line: int
    after: int
    headed: int


def is_empty(cell: object) -> bool:
    """Return whether a cell holds nothing but spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip()) or cell != cell


def find_layout(beginning: Sequence[Record], width: int, asked: int | None, row_names: bool = False) -> Layout:
    """Return the columns of a file.

    Parameters
    ----------
    beginning
        The first records, blank ones left out.
    width
        How many cells a row of data has.
    asked
        The line of the headers as the contract says it, 0 for none; None when it is to be found out.
    row_names
        Whether rows may begin with a name that has no header, as R writes them.
    """
    if asked == 0:
        return Layout(_numbered(width), 0, 0, width)
    if asked is not None:
        at = next((i for i, record in enumerate(beginning) if record.line >= asked), 0)
        return _with_headers(beginning, at, width, row_names)
    at = next((i for i, record in enumerate(beginning) if 2 * record.filled > width), 0)
    if _is_data(beginning[at], beginning[at + 1 :]):
        return Layout(_numbered(width), 0, at, width)
    if at + 1 < len(beginning) and _is_second_header(beginning[at + 1], beginning[at + 2 :], width):
        at += 1
    return _with_headers(beginning, at, width, row_names)


def left_out(layout: Layout, repeated: int = 0) -> dict[str, str]:
    """Return what is no row of data and was left out, for people; empty when there is nothing to tell."""
    above = layout.after - 1 if layout.line else layout.after
    said = [f"{above} above the headers"] * bool(above) + [f"{repeated} with the headers again"] * bool(repeated)
    return {"left out": "lines: " + ", ".join(said)} if said else {}


def usual_width(beginning: Sequence[Record]) -> int:
    """Return how many cells most records have."""
    counts = Counter(len(record.cells) for record in beginning)
    return max(counts, key=lambda width: (counts[width], width))


def _numbered(width: int) -> tuple[str, ...]:
    return tuple(f"column {number}" for number in range(1, width + 1))


def _with_headers(beginning: Sequence[Record], at: int, width: int, row_names: bool) -> Layout:
    record = beginning[at]
    cells = [normalised(_text(cell)) for cell in record.cells]
    while len(cells) > width and not cells[-1]:
        cells.pop()
    if len(cells) == width - 1 and row_names and not _ends_empty(beginning[at + 1 :], width):
        cells = ["", *cells]
    headed = len(cells)
    cells += [""] * (width - len(cells))
    names = tuple(cell or f"column {number}" for number, cell in enumerate(cells, start=1))
    return Layout(names, record.line, at + 1, headed)


def _ends_empty(rows: Sequence[Record], width: int) -> bool:
    return all(len(row.cells) < width or is_empty(row.cells[width - 1]) for row in rows)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _is_second_header(record: Record, below: Sequence[Record], width: int) -> bool:
    """Return whether words stand above columns of numbers, as below a first line of headers such as X1, X2, ..."""
    words = [at for at, cell in enumerate(record.cells[:width]) if not is_empty(cell) and not _is_number(cell)]
    if len(words) < record.filled or 2 * len(words) <= width or len(below) < _ENOUGH:
        return False
    above_numbers = [
        at
        for at in words
        if all(at >= len(row.cells) or is_empty(row.cells[at]) or _is_number(row.cells[at]) for row in below)
    ]
    return 2 * len(above_numbers) > width


def _is_number(cell: object) -> bool:
    return _NUMBER.fullmatch(_text(cell).strip()) is not None


def _is_data(first: Record, below: Sequence[Record]) -> bool:
    """Return whether what stands where headers are expected is data: numbers, and values that come again below."""
    cells = [(number, _text(cell).strip()) for number, cell in enumerate(first.cells) if not is_empty(cell)]
    numbers = [text for _, text in cells if _NUMBER.fullmatch(text) and not _YEAR.fullmatch(text)]
    counting = [str(start + i) for start in (0, 1) for i in range(len(numbers))]
    if not numbers or numbers in (counting[: len(numbers)], counting[len(numbers) :]):
        return False
    again = sum(
        _NUMBER.fullmatch(text) is not None
        or any(len(row.cells) > number and _text(row.cells[number]).strip() == text for row in below)
        for number, text in cells
    )
    return 2 * again >= len(cells)
