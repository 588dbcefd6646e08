"""Reads Excel and Parquet files: values as typed there; a cell with an error of Excel's is empty.

By calamine, in Rust: 50,000 rows of 40 columns take a second, and openpyxl twenty; it reads .xls and .ods too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from graders.contract import FileSettings, normalised
from graders.errors import DataError
from instructors.company.layout import BEGINNING, Record, find_layout, is_empty, left_out

SHEET_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


@dataclass(frozen=True, slots=True)
class Spread:
    """What a reader hands on: the table, how it was read, where its headers stand, what is wrong with it."""

    table: pd.DataFrame
    how: Mapping[str, str]
    where: str
    problems: tuple[str, ...] = ()


def read_excel(file: Path, asked: FileSettings) -> Spread:
    """Return one sheet of an Excel file; errors as in `read_portfolio`."""
    sheet, records = _sheet(file, asked.sheet)
    width = max(_last_filled(record) for record in records)
    beginning = [Record(record.line, record.cells[:width]) for record in records[:BEGINNING]]
    layout = find_layout(beginning, width, asked.header)
    names, rows = list(layout.names), records[layout.after :]
    columns = [_typed([record.cells[at] if at < len(record.cells) else None for record in rows]) for at in range(width)]
    table = pd.DataFrame(dict(enumerate(columns)), columns=range(width))
    table.columns = pd.Index(names)
    table.index = pd.Index([record.line for record in rows], name="line")
    how = {
        "format": "Excel",
        "sheet": sheet,
        "header": f"row {layout.line}" if layout.line else "none: columns are called column 1, column 2, ...",
        **left_out(layout),
    }
    return Spread(table, how, f"row {layout.line}")


def _sheet(file: Path, asked: str | None) -> tuple[str, list[Record]]:
    """Return the name and the records of the sheet asked for, or of the only one that holds something."""
    found = {name: records for name, records in _sheets(file, asked) if records}
    tables = {name: records for name, records in found.items() if _is_table(records)}
    found = tables or found  # a sheet of notes beside the table is no choice to make
    if len(found) == 1:
        return next(iter(found.items()))
    if not found:
        raise DataError(f"{file.name}: expected a sheet with rows, got none. Check that the file is the right one.")
    listed = ", ".join(f'"{name}" {_rows(len(records) - 1)}' for name, records in found.items())
    raise DataError(
        f"{file.name}: expected one sheet, got {listed}. Write under [file] which to read, like sheet = "
        f'"{max(found, key=lambda name: len(found[name]))}".'
    )


def _sheets(file: Path, asked: str | None) -> Iterator[tuple[str, list[Record]]]:
    try:
        book = CalamineWorkbook.from_path(file)
    except PasswordError:
        raise DataError(f"{file.name}: expected an open file, got one with a password. Save it without.") from None
    except CalamineError as error:
        raise DataError(
            f"{file.name}: expected an Excel file, got one that cannot be opened ({error}). Save it again as .xlsx."
        ) from None
    with book:
        if asked is not None and asked not in book.sheet_names:
            listed = ", ".join(f'"{name}"' for name in book.sheet_names)
            raise DataError(f'{file.name}: expected a sheet "{asked}", got {listed}. Correct sheet under [file].')
        for sheet in book.sheets_metadata:
            is_table = sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            if sheet.name == asked or (asked is None and is_table):
                rows = enumerate(book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False), start=1)
                yield sheet.name, [Record(line, cells) for line, cells in rows if not all(map(is_empty, cells))]


def _rows(count: int) -> str:
    return f"({count:,} {'row' if count == 1 else 'rows'})"


def _is_table(records: list[Record]) -> bool:
    return len(records) > 1 and any(_last_filled(record) > 1 for record in records)


def _last_filled(record: Record) -> int:
    return max(at for at, cell in enumerate(record.cells, start=1) if not is_empty(cell))


def _typed(cells: list[Any]) -> pd.Series[Any]:
    values = pd.Series([_value(cell) for cell in cells], dtype=object).infer_objects()
    if values.dtype == np.float64 and np.array_equal(values, np.round(values)):
        return values.astype(np.int64)  # Excel has no whole numbers of its own
    return values


def _value(cell: Any) -> Any:
    if is_empty(cell):
        return None
    if isinstance(cell, str):
        return cell.strip()
    return datetime.combine(cell, time()) if type(cell) is date else cell


def read_parquet(file: Path, asked: FileSettings) -> Spread:
    """Return a Parquet file; errors as in `read_portfolio`."""
    try:
        stored = pq.read_table(file)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(
            f"{file.name}: expected a Parquet file, got one that cannot be read ({error}). Export it again."
        ) from None
    kept = [name for name in stored.column_names if not name.startswith("__index_level_")]
    problems = [
        f"`{name}`: expected one value a row, got lists or parts. Leave it out of the export, or write it as one value."
        for name in kept
        if pa.types.is_nested(stored.schema.field(name).type)
    ]
    table = _plain_numbers(stored.select(kept)).to_pandas(ignore_metadata=True, date_as_object=False)
    for at, name in enumerate(kept):
        if isinstance(table.dtypes.iloc[at], pd.CategoricalDtype):
            table[name] = table[name].astype(object)
    table.columns = pd.Index([normalised(str(name)) for name in kept])
    table.index = pd.RangeIndex(1, len(table) + 1, name="line")
    return Spread(table, {"format": "Parquet"}, "its columns", tuple(problems))


def _plain_numbers(stored: pa.Table) -> pa.Table:
    """Return a table whose decimals are floats: Python has another type for them, which is no number to pandas."""
    for at, field in enumerate(stored.schema):
        if pa.types.is_decimal(field.type):
            stored = stored.set_column(at, field.name, stored.column(at).cast(pa.float64()))
    return stored
