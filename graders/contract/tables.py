"""Checks a table against its contract, and tells tables apart by a fingerprint. Changes no value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from graders.contract.columns import Column, FlagColumn, NumberColumn
from graders.contract.model import Contract
from graders.contract.problems import shown
from graders.errors import DataError

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

_EXAMPLES = 3
_MISSING, _NULL, _REPEATED = (
    "column_in_dataframe",
    "not_nullable",
    "field_uniqueness",
)  # pandera's names of its own checks


def check_table(table: pd.DataFrame, contract: Contract) -> None:
    """Refuse a table that breaks its contract; columns the contract does not describe are left alone.

    Parameters
    ----------
    table
        One row an application, columns by the contract's names, any order and index.

    Raises
    ------
    DataError
        One line a problem, all problems of the table at once: column, expected, got, do.
    """
    from pandera.errors import SchemaErrors  # half a second; only where data enter, never in a learner's notebook

    lines = list(_unreadable(table, contract))
    once = table.loc[:, ~table.columns.duplicated()].reset_index(drop=True)
    try:
        _schema(contract).validate(once, lazy=True)
    except SchemaErrors as error:
        lines += _worded(error.failure_cases, contract)
    if lines:
        raise DataError("\n".join(lines))


def fingerprint(table: pd.DataFrame, contract: Contract) -> str:
    """Return what tells this table from any other: 64 hexadecimal digits.

    It covers the described columns, whatever their order in table or contract, and the rows in their order. A value counts by
    what it says, not by how pandas holds it: whole numbers and floats, text and category types, all missing values are alike.

    Parameters
    ----------
    table
        A table that passed `check_table`.
    """
    digest = hashlib.sha256(b"situ-table-1")
    for name in sorted(contract.columns):
        column = contract.columns[name]
        kind = "numbers" if isinstance(column, NumberColumn | FlagColumn) else "words"
        digest.update(json.dumps([name, kind, len(table)]).encode())
        digest.update(_numbers(table[name]) if kind == "numbers" else _words(table[name]))
    return digest.hexdigest()


def _numbers(values: pd.Series[Any]) -> bytes:
    numbers = values.to_numpy(dtype="<f8", na_value=np.nan) + 0.0  # turns -0.0 into 0.0
    numbers[np.isnan(numbers)] = np.nan  # one bit pattern for all
    return numbers.tobytes()


def _words(values: pd.Series[Any]) -> bytes:
    pairs = zip(values.astype(object).tolist(), values.notna().tolist(), strict=True)
    return json.dumps([str(value) if present else None for value, present in pairs]).encode()


def _unreadable(table: pd.DataFrame, contract: Contract) -> Iterator[str]:
    if table.empty:
        yield "The table: expected rows, got none. Check that the file is the right one."
    for name in table.columns[table.columns.duplicated()].unique():
        if name in contract.columns:
            yield f"`{name}`: expected one column of this name, got several. Rename or remove the others."


def _schema(contract: Contract) -> DataFrameSchema:
    import pandera.pandas as pa

    def check(column: Column) -> pa.Check:
        return pa.Check(lambda values: pd.Series(column.accepts(values), index=values.index), error=column.wanted)

    return pa.DataFrameSchema(
        {
            name: pa.Column(checks=check(column), nullable=column.missing, unique=name == contract.roles.id)
            for name, column in contract.columns.items()
        }
    )


def _worded(failures: pd.DataFrame, contract: Contract) -> Iterator[str]:
    """Word pandera's failure cases (one row a value that failed), one line a column and check, in the contract's order."""
    for name in failures.loc[failures["check"] == _MISSING, "failure_case"]:
        yield f"`{name}`: expected a column of this name, got none. Add it, or take it out of the contract."
    for name in contract.columns:
        of_column = failures[(failures["column"] == name) & (failures["check"] != _MISSING)]
        for check, cases in of_column.groupby("check", sort=False):
            yield f"`{name}`: {_finding(str(check), cases)}"


def _finding(check: str, cases: pd.DataFrame) -> str:
    rows = f"in {len(cases)} rows" if len(cases) > 1 else "in 1 row"
    if check == _NULL:
        return f"expected a value in every row, got none {rows}. Fill it in, or write missing = true in the contract."
    values = cases["failure_case"].drop_duplicates()
    examples = ", ".join(shown(_plain(value)) for value in values.head(_EXAMPLES))
    if check == _REPEATED:
        return f"expected every value once, got {examples} {rows}. Keep one row each."
    more = ", ..." if len(values) > _EXAMPLES else ""
    return f"expected {check}, got {examples}{more} {rows}. Correct the table, or the contract."


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
