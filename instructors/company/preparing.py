"""Makes the table of a class from a company's file, column by column as the contract says; all that does not fit is told at once.

Guesses nothing: a value that the contract does not explain is a problem, with what to write in the contract.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from graders.contract import (
    CategoryColumn,
    CodeColumn,
    Column,
    Contract,
    FlagColumn,
    MonthColumn,
    NumberColumn,
    normalised,
)
from graders.errors import DataError
from instructors.company.cells import missing_in, texts
from instructors.company.kinds import Prepared, category, flag, month, number
from instructors.company.numbers import NumberStyle
from instructors.company.pseudonyms import pseudonyms
from instructors.company.reading import LINE, RawTable
from instructors.company.saying import column_called, toml, where


def prepare(raw: RawTable, contract: Contract, secret: bytes) -> pd.DataFrame:
    """Return the class's table: the contract's columns in its order, under its names.

    Parameters
    ----------
    raw
        The company's file, read with the contract's `[file]` part.
    secret
        The key of the pseudonyms, kept on the company's side.

    Raises
    ------
    DataError
        One line a problem, all problems of the file at once, in the file's own headers and lines.
    """
    columns: dict[str, pd.Series[Any]] = {}
    problems: list[str] = []
    for name, column in contract.columns.items():
        header = normalised(contract.header(name))
        if header not in raw.table.columns and header != LINE:
            problems.append(_no_header(raw, name, header))
            continue
        one = _One(name, column, _values(raw, header), raw.style, contract)
        prepared = one.prepared(secret)
        called = column_called(contract.header(name), name)
        problems += [f"{called}: {problem}" for problem in prepared.problems]
        columns[name] = _as_stored(prepared.values)
    if problems:
        raise DataError("\n".join(problems))
    return pd.DataFrame(columns).reset_index(drop=True)


def _as_stored(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return words in the type they have when a class's data file is read again."""
    return values.astype("str") if values.dtype == object else values


def _values(raw: RawTable, header: str) -> pd.Series[Any]:
    if header in raw.table.columns:
        return raw.table[header]
    return raw.table.index.to_series().astype("str")


def _no_header(raw: RawTable, name: str, header: str) -> str:
    by_small = {other.casefold(): other for other in raw.table.columns}
    near = difflib.get_close_matches(header.casefold(), by_small, n=1, cutoff=0.6)
    near = near or difflib.get_close_matches(name.replace("_", " ").casefold(), by_small, n=1, cutoff=0.6)
    if near:
        do = f"Write under [columns.{name}]: from = {toml(by_small[near[0]])}, if it is that one."
    else:
        do = f"Write its header under [columns.{name}] as from, or remove the column from the contract."
    return f"{column_called(header, name)}: expected this header in the file, got none. {do}"


@dataclass(frozen=True, slots=True)
class _One:
    """One column on its way from the file to the class."""

    name: str
    column: Column
    raw: pd.Series[Any]
    style: NumberStyle
    contract: Contract

    def prepared(self, secret: bytes) -> Prepared:
        own = getattr(self.column, "missing_values", ())
        missing = missing_in(self.raw, (*self.contract.file.missing, *own), self.style)
        made = self._by_type(missing, secret)
        return Prepared(made.values, (*self._lacking(missing), *made.problems))

    def _by_type(self, missing: npt.NDArray[np.bool_], secret: bytes) -> Prepared:
        match self.column:
            case NumberColumn():
                return number(self.name, self.column, self.raw, missing, self.style)
            case FlagColumn():
                return flag(self.name, self.column, self.raw, missing)
            case CategoryColumn():
                return category(self.name, self.column, self.raw, missing)
            case MonthColumn():
                return month(self.raw, missing, self.contract.file.dates)
            case CodeColumn():
                return self._code(missing, secret)

    def _code(self, missing: npt.NDArray[np.bool_], secret: bytes) -> Prepared:
        values = texts(self.raw).mask(missing)
        is_secret = self.name in self.contract.file.pseudonymise
        problems = self._repeated(values, is_secret) if self.name == self.contract.roles.id else ()
        return Prepared(pseudonyms(values, self.name, secret) if is_secret else values, problems)

    def _repeated(self, values: pd.Series[Any], is_secret: bool) -> Sequence[str]:
        twice = (values.duplicated(keep=False) & values.notna()).to_numpy(dtype=bool)
        if not twice.any():
            return ()
        shown = "" if is_secret else f" {toml(str(values[twice].iloc[0]))}"
        return (
            f"expected every value once, got some again{shown} {where(self.raw.index, twice)}. Keep one row of each, or take "
            "another column for roles.id.",
        )

    def _lacking(self, missing: npt.NDArray[np.bool_]) -> Sequence[str]:
        if self.column.missing or not missing.any():
            return ()
        target = self.contract.roles.target
        if isinstance(self.column, CodeColumn | MonthColumn):
            do = "Fill it in, or leave these rows out of the file."
        elif target is not None and self.name == target.column:
            do = (
                f"Write missing = true under [columns.{self.name}] and under [roles.target] what it means, like "
                'missing_means = "not booked", or leave these rows out.'
            )
        else:
            do = f"Write missing = true under [columns.{self.name}], or fill it in."
        return (f"expected a value in every row, got none {where(self.raw.index, missing)}. {do}",)
