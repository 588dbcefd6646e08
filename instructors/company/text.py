"""Reads CSV and other text with a separator: every value as text. A row that cannot be right is told by its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from clevercsv.detect import Detector

from graders.contract import FileSettings
from graders.contract.problems import shown
from graders.errors import DataError
from instructors.company.encoding import beginning_of, find_encoding
from instructors.company.layout import BEGINNING, Layout, Record, find_layout, is_empty, left_out, usual_width
from instructors.company.spread import Spread

TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".tab", ".dat", ".data", ".asc")

_SEPARATORS = (";", ",", "\t", "|", " ")
_SNIFFED = 100  # lines
_SNIFFED_LETTERS = 60_000
_FEWEST = 5  # lines
_CHUNK = 20_000  # records made into columns at a time
_LONGEST = 60  # lines of one record: beyond it, a quote was never closed
_EXAMPLES = 5
_CALLED = {"\t": "tab", " ": "space"}


def read_text(file: Path, asked: FileSettings) -> Spread:
    """Return a text file as a table of texts; errors as in `read_portfolio`."""
    data = file.read_bytes()
    try:
        encoding = find_encoding(data, asked.encoding)
        beginning_text = beginning_of(data, encoding)
    except DataError as error:
        raise DataError(f"{file.name}: {error}") from None
    skipped, said = _said_separator(beginning_text)
    dialect = _dialect(beginning_text[skipped:], asked.separator or said)
    if dialect is None:
        raise DataError(
            f"{file.name}: expected columns with a separator, got none that fits the first {_SNIFFED} lines. Write the "
            'separator under [file], like separator = ";", or export the file again.'
        )
    rows = _Rows(data, encoding, dialect, bool(skipped))
    beginning = list(islice(rows.records(), BEGINNING))
    if not beginning:
        raise DataError(f"{file.name}: expected rows, got blank lines only. Export it again.")
    width = usual_width(beginning)
    may_split = dialect["delimiter"] == ","  # 12,5 without quotes: one cell more than headers, and no name of a row
    layout = find_layout(beginning, width, asked.header, row_names=not may_split)
    table, problems, repeated = _table(rows, layout)
    if layout.headed < width and not table.iloc[:, layout.headed :].isna().all(axis=None):
        problems.insert(0, _too_few_headers(layout, width, may_split))
    how = {
        "format": "text",
        "encoding": encoding,
        "separator": _CALLED.get(dialect["delimiter"], dialect["delimiter"]),
        "header": f"line {layout.line}" if layout.line else "none: columns are called column 1, column 2, ...",
        **left_out(layout, repeated),
    }
    if width < 2:
        problems.insert(0, 'expected several columns, got one. Write the separator under [file], like separator = ";".')
    return Spread(table, how, f"line {layout.line}", tuple(problems))


def _too_few_headers(layout: Layout, width: int, may_split: bool) -> str:
    do = "Write a header for every column."
    if may_split:
        do = "If numbers have a decimal comma, export with another separator, or with quotes; else write a header for every column."
    return f"line {layout.line}: expected {width} headers, as the rows have cells, got {layout.headed}. {do}"


def _said_separator(text: str) -> tuple[int, str | None]:
    """Return what Excel's own first line `sep=;` says, and its length."""
    first = text[:8].split("\n", 1)[0].rstrip("\r")
    return (len(first), first[4]) if len(first) == 5 and first.lower().startswith("sep=") else (0, None)


def _dialect(text: str, separator: str | None) -> dict[str, Any] | None:
    lines = _whole_lines(text)
    quote, escape = '"', None
    if separator is None:
        found = Detector().detect(lines, delimiters=_SEPARATORS)
        separator = found.delimiter if found else ""
        if found and '"' not in lines and found.quotechar == "'":
            quote = "'"
        escape = "\\" if found and found.escapechar == "\\" else None
        if separator in ("", " "):  # dates with times, and words, have spaces too
            separator = next((one for one in _SEPARATORS[:4] if _is_regular(lines, one)), separator)
    if not separator:
        return None
    return {
        "delimiter": separator,
        "quotechar": quote,
        "escapechar": escape,
        "doublequote": True,
        "skipinitialspace": separator != "\t",
    }


def _whole_lines(text: str) -> str:
    """Return the lines by which a dialect is found; fewer where they are long, for the time grows with every letter."""
    lines: list[str] = []
    length = 0
    for line in islice(io.StringIO(text, newline=None), _SNIFFED):
        lines.append(line)
        length += len(line)
        if length > _SNIFFED_LETTERS and len(lines) >= _FEWEST:
            break
    return "".join(lines)


def _is_regular(lines: str, separator: str) -> bool:
    widths = [len(cells) for cells in csv.reader(io.StringIO(lines), delimiter=separator)]
    return bool(widths) and max(widths) > 1 and widths.count(max(set(widths), key=widths.count)) >= 0.9 * len(widths)


class _Rows:
    """The records of a text, blank ones left out, each with the line it begins on."""

    def __init__(self, data: bytes, encoding: str, dialect: dict[str, Any], skip_first: bool) -> None:
        self._data, self._encoding, self._dialect, self._skip_first = data, encoding, dialect, skip_first
        self.unclosed: int | None = None

    def records(self) -> Iterator[Record]:
        """Yield the records; stops at a quote that is never closed, and keeps its line."""
        lines: Iterator[str] = io.TextIOWrapper(io.BytesIO(self._data), self._encoding, newline="")
        if self._dialect["delimiter"] == " ":
            lines = (line.strip(" ") for line in lines)
        reader = csv.reader(lines, **self._dialect)
        before = 0
        try:
            for cells in reader:
                line, before = before + 1, reader.line_num
                if before - line >= _LONGEST:
                    self.unclosed = line
                    return
                if any(cells) and not (self._skip_first and line == 1) and not all(map(is_empty, cells)):
                    yield Record(line, cells)
        except csv.Error:  # a field beyond all measure
            self.unclosed = before + 1


def _table(rows: _Rows, layout: Layout) -> tuple[pd.DataFrame, list[str], int]:
    names = list(layout.names)
    width = len(names)
    chunks: list[list[pa.Array]] = []
    lines: list[int] = []
    wrong: list[Record] = []
    repeated = 0
    records = rows.records()
    heading = list(islice(records, layout.after))
    headers = heading[-1].cells if layout.line and heading else None
    while chunk := list(islice(records, _CHUNK)):
        kept = []
        for record in chunk:
            cells = record.cells
            if len(cells) != width:
                if len(cells) < width or not all(map(is_empty, cells[width:])):
                    wrong.append(record)
                    continue
                cells = cells[:width]
            elif cells == headers:  # two exports put one below the other
                repeated += 1
                continue
            kept.append(cells)
            lines.append(record.line)
        if kept:
            chunks.append([_column(values) for values in zip(*kept, strict=True)])
    columns = [pa.chunked_array([chunk[at] for chunk in chunks], type=pa.large_string()) for at in range(width)]
    table = pa.Table.from_arrays(columns, names=[str(at) for at in range(width)]).to_pandas()
    table.columns = pd.Index(names)
    table.index = pd.Index(lines, name="line")
    return table, [*_worded(wrong, width), *_unclosed(rows.unclosed)], repeated


def _column(values: tuple[str, ...]) -> pa.Array:
    texts = pc.utf8_trim_whitespace(pa.array(values, type=pa.large_string()))
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.large_string()), texts)


def _worded(wrong: list[Record], width: int) -> Iterator[str]:
    short = [record for record in wrong if len(record.cells) < width]
    long = [record for record in wrong if len(record.cells) > width]
    if short:
        yield (
            f"{_lines(short)}: expected {width} cells, got {_widths(short)}: {shown(_joined(short[0]))}. A line was broken in "
            "two, or is no row of data (a total, a note): mend or remove it in the file."
        )
    if long:
        yield (
            f"{_lines(long)}: expected {width} cells, got {_widths(long)}: {shown(_joined(long[0]))}. A value holds the "
            "separator: put it in quotes, or export with another separator."
        )


def _lines(records: list[Record]) -> str:
    listed = ", ".join(str(record.line) for record in records[:_EXAMPLES])
    more = f" and {len(records) - _EXAMPLES} more" if len(records) > _EXAMPLES else ""
    return f"{'lines' if len(records) > 1 else 'line'} {listed}{more}"


def _widths(records: list[Record]) -> str:
    return " or ".join(map(str, sorted({len(record.cells) for record in records})[:3]))


def _joined(record: Record) -> str:
    return " | ".join(str(cell) for cell in record.cells if not is_empty(cell))


def _unclosed(line: int | None) -> Iterator[str]:
    if line is not None:
        yield f"line {line}: expected a quote that is closed again, got none after it. Close it, or remove it, in the file."
