"""Reads a company's own file, whatever it is, into one table as it stands there. Gives values no meaning.

A text file's values stay text; the index of the table is the line of the file, so that every message can name it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from graders.contract import FileSettings, normalised
from graders.errors import DataError
from instructors.company.numbers import NumberStyle, as_numbers, find_style
from instructors.company.spread import SHEET_SUFFIXES, Spread, read_excel, read_parquet
from instructors.company.text import TEXT_SUFFIXES, read_text

__all__ = ["LINE", "NumberStyle", "RawTable", "as_numbers", "read_portfolio"]

LINE = "(line)"  # the header that stands for the file's own lines, where no column tells rows apart

_READERS: dict[str, Callable[[Path, FileSettings], Spread]] = {
    **dict.fromkeys(TEXT_SUFFIXES, read_text),
    **dict.fromkeys(SHEET_SUFFIXES, read_excel),
    **dict.fromkeys((".parquet", ".pq"), read_parquet),
}
_KINDS = "a CSV or text file, an Excel file (.xlsx) or a Parquet file"
_INSTEAD = {
    ".zip": "Unpack it and name the file inside.",
    ".gz": "Unpack it and name the file inside.",
    ".7z": "Unpack it and name the file inside.",
    ".sas7bdat": "Export it from SAS as CSV or Parquet.",
    ".sav": "Export it from SPSS as CSV.",
    ".dta": "Export it from Stata as CSV.",
}


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file as it stands there.

    Attributes
    ----------
    table
        Headers as in the file, normalised; the index is the line (of a sheet: the row) of the file. Of a text file every value
        is text, missing where empty; of Excel and Parquet as typed there.
    style
        How numbers are written in its texts.
    how
        What was found out, for people: format, separator, encoding, decimal, thousands, sheet, header; what was left out.
    """

    table: pd.DataFrame
    style: NumberStyle
    how: Mapping[str, str]


def read_portfolio(file: Path, asked: FileSettings | None = None) -> RawTable:
    """Return a company's file as a table, without the columns that are to be dropped.

    Parameters
    ----------
    file
        CSV or other text with a separator, Excel (.xlsx), Parquet.
    asked
        The `[file]` part of the contract; what it does not say is found out.

    Raises
    ------
    DataError
        One line a problem, all that can be told at once, with the line of the file and what to do.
    """
    asked = asked or FileSettings()
    _refuse_wrong_file(file)
    spread = _READERS[file.suffix.lower()](file, asked)
    problems = [*spread.problems]
    table = _without_dropped(spread.table, asked, problems)
    table = _without_blank(table)
    for name in table.columns[table.columns.duplicated()].unique():
        at = [str(number) for number, other in enumerate(spread.table.columns, start=1) if other == name]
        problems.append(
            f"{spread.where}: expected every header once, got {name!r} for columns {', '.join(at)}. Rename one in the file."
        )
    if not problems and table.empty:
        problems.append("expected rows below the headers, got none. Check that the file is the right one.")
    if problems:
        raise DataError("\n".join(f"{file.name}: {problem}" for problem in problems))
    style = find_style(table, asked.decimal, asked.thousands)
    how = {**spread.how, "decimal": style.decimal, "thousands": style.thousands}
    return RawTable(table, style, how)


def _refuse_wrong_file(file: Path) -> None:
    def refuse(got: str, do: str) -> DataError:
        return DataError(f"{file}: expected {_KINDS}, got {got}. {do}")

    if file.is_dir():
        raise refuse("a folder", "Name one file in it; put several of the same form together first.")
    try:
        with file.open("rb") as opened:
            beginning = opened.read(2048)
    except OSError as error:
        reason = (error.strerror or "no answer").lower()
        raise DataError(
            f"{file}: expected a file to read, got: {reason}. Correct its name, or allow reading it."
        ) from None
    suffix = file.suffix.lower()
    if not beginning.strip():
        raise refuse("an empty file", "Export it again.")
    words = beginning.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if words.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")) or b"<html" in words[:400]:
        raise refuse("a page of HTML", "Open it in Excel and save it as .xlsx or CSV.")
    if suffix in _INSTEAD or suffix not in _READERS:
        raise refuse(f"{suffix or 'no suffix'}", _INSTEAD.get(suffix, "Export it as one of these."))
    found = _by_beginning(beginning)
    if found not in (None, _READERS[suffix]):
        raise refuse(f"{_called(beginning)} called {suffix}", "Give it its own suffix, or export it again.")
    if found is None and _READERS[suffix] is not read_text:
        raise refuse(f"something else called {suffix}", "Export it again; a text file is called .csv.")


def _by_beginning(beginning: bytes) -> object:
    """Return the reader that a file's first bytes ask for, the bytes themselves when none, None when they tell nothing."""
    if beginning.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return read_excel
    if beginning.startswith(b"PAR1"):
        return read_parquet
    return beginning if beginning.startswith((b"\x1f\x8b", b"%PDF", b"7z\xbc\xaf")) else None


def _called(beginning: bytes) -> str:
    kinds = {
        b"PAR1": "a Parquet file",
        b"PK": "an Excel or zip file",
        b"\xd0\xcf": "an old Excel file",
        b"%PDF": "a PDF",
    }
    return next((name for mark, name in kinds.items() if beginning.startswith(mark)), "a packed file")


def _without_dropped(table: pd.DataFrame, asked: FileSettings, problems: list[str]) -> pd.DataFrame:
    dropped = {normalised(header): header for header in asked.drop}
    for header in [written for name, written in dropped.items() if name not in table.columns]:
        problems.append(
            f"drop: expected a header of the file, got {header!r}. Correct it; the file has {_listed(table)}."
        )
    return table.loc[:, ~table.columns.isin(list(dropped))]


def _listed(table: pd.DataFrame) -> str:
    names = [repr(name) for name in table.columns[:12]]
    return ", ".join(names) + (f", ... ({len(table.columns)} columns)" if len(table.columns) > 12 else "")


def _without_blank(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out columns that have neither a header nor a value: what a last separator of each line leaves."""
    blank = [
        name.startswith("column ") and bool(table.iloc[:, at].isna().all()) for at, name in enumerate(table.columns)
    ]
    return table.loc[:, [not one for one in blank]]
