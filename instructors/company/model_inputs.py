"""What a company's model reads: its columns, found among the headers of the file or the names of the contract, as values.

A header of the file gives its values as they stand there; a name of the contract those that a class has.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from graders.contract import Contract, normalised
from graders.errors import DataError
from instructors.company.cells import missing_in
from instructors.company.numbers import as_numbers
from instructors.company.preparing import prepare
from instructors.company.reading import RawTable

_MOST_LISTED = 12


class Inputs:
    """The columns that a model may ask for.

    Parameters
    ----------
    raw
        The company's file.
    contract
        Its contract, with `[file]`.
    """

    def __init__(self, raw: RawTable, contract: Contract) -> None:
        self.raw, self.contract = raw, contract

    @cached_property
    def prepared(self) -> pd.DataFrame:
        """The class's table, a row a row of the file."""
        return prepare(
            self.raw, self.contract, bytes(32)
        )  # pseudonyms are made anew for a class, and no model reads them

    def frame(self, wanted: Sequence[str], is_text: Callable[[str], bool | None] = lambda _: None) -> pd.DataFrame:
        """Return columns under the names that the model has for them, index 0 to n - 1.

        Parameters
        ----------
        wanted
            Headers of the file, or names of the contract; the former first.
        is_text
            Whether the model reads a column as words; None where that is not known: then what is a number everywhere is one.

        Raises
        ------
        DataError
            All columns that are not there, at once.
        """
        lacking = [name for name in wanted if self._source(name) == ""]
        if lacking:
            raise DataError(self._lacking(lacking))
        return pd.DataFrame({name: self._values(name, is_text(name)).to_numpy() for name in wanted})

    def _source(self, name: str) -> str:
        if self._header(name) is not None:
            return "file"
        return "contract" if name in self.contract.columns else ""

    def _header(self, name: str) -> str | None:
        """Return the header that a name stands for: itself, or the only one that an exporter may have written so."""
        headers = self.raw.table.columns
        if normalised(name) in headers:
            return normalised(name)
        if name in self.contract.columns:
            return None
        alike = [header for header in headers if _exported(header) == _exported(name)]
        return alike[0] if len(alike) == 1 else None

    def _lacking(self, names: Sequence[str]) -> str:
        dropped = {normalised(header) for header in self.contract.file.drop}
        known = [*self.raw.table.columns, *self.contract.columns]
        listed = ", ".join(_near(name, known) for name in names[:_MOST_LISTED])
        more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
        left = [name for name in names if normalised(name) in dropped]
        do = "Export the file with them, or write under [model] what stands for them in the model's order, like "
        do += f'columns = ["{known[0]}", ...].'
        if left:
            do += f" Take out of drop under [file] what the model reads: {', '.join(left)}."
        return f"expected the columns that the model reads, got none called {listed}{more}. {do}"

    def _values(self, name: str, is_text: bool | None) -> pd.Series[Any]:
        if self._source(name) == "contract":
            values = self.prepared[name]
            return values if is_text is not True else _words(values, values.isna().to_numpy())
        header = self._header(name) or name
        values = self.raw.table[header]
        missing = missing_in(values, self._codes(header), self.raw.style)
        if is_text:
            return _words(values, missing)
        numbers = as_numbers(values, self.raw.style)
        unread = (numbers.isna().to_numpy() & ~missing).any()
        if not unread:
            return numbers
        if is_text is None:
            return _words(values, missing)
        example = values[numbers.isna() & ~missing].iloc[0]
        raise DataError(
            f'"{name}": expected numbers, as the model reads them, got {example!r}. Correct columns under [model].'
        )

    def _codes(self, header: str) -> tuple[str | int | float, ...]:
        """Return what stands for missing under a header."""
        described = [
            column for name, column in self.contract.columns.items() if normalised(self.contract.header(name)) == header
        ]
        return (
            *self.contract.file.missing,
            *(code for one in described for code in getattr(one, "missing_values", ())),
        )


def _exported(name: str) -> str:
    """Return a header as exporters write it, who know letters, digits and _ only (skl2onnx: ``Revenu net`` is Revenu_net)."""
    return re.sub(r"[^0-9A-Za-z]", "_", name)


def _words(values: pd.Series[Any], missing: np.ndarray[Any, np.dtype[np.bool_]]) -> pd.Series[Any]:
    words = values.astype(object).map(lambda value: value if isinstance(value, str) else _written(value))
    return words.mask(missing | words.isna().to_numpy(), np.nan)


def _written(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if value is None or value is pd.NA or value != value else str(value)


def _near(name: str, known: Iterable[str]) -> str:
    by_small = {other.casefold(): other for other in known}
    near = difflib.get_close_matches(name.casefold(), by_small, n=1, cutoff=0.75)
    return f'"{name}" (there is "{by_small[near[0]]}")' if near else f'"{name}"'
