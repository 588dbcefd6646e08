"""The words of a problem in a company's column: its own header, what was expected, examples, lines of the file, what to write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

_LINES = 5
_VALUES = 4
_SHOWN = 40  # characters of a value that a message repeats


def column_called(header: str, name: str) -> str:
    """Return what a column is called in a message: its header in the file, then its name in the contract.

    >>> column_called("Revenu net", "net_income")
    '"Revenu net" (net_income)'
    """
    return f'"{header}"' if header == name else f'"{header}" ({name})'


def where(lines: pd.Index[Any], chosen: npt.NDArray[np.bool_]) -> str:
    """Return how many rows are chosen and the first of them, by the file's lines.

    >>> where(pd.Index([2, 3, 4]), np.array([True, False, True]))
    'in 2 rows (lines 2, 4)'
    """
    at = lines[chosen]
    listed = ", ".join(str(line) for line in at[:_LINES]) + (", ..." if len(at) > _LINES else "")
    return f"in {len(at):,} rows (lines {listed})" if len(at) > 1 else f"in 1 row (line {listed})"


def examples(values: pd.Series[Any]) -> list[str]:
    """Return the distinct values as text, the most frequent first."""
    return [str(value) for value in values.astype(str).value_counts().index]


def listed(values: Iterable[str], quoted: bool = True) -> str:
    """Return a few values as a message shows them.

    >>> listed(["a", "b"])
    '"a", "b"'
    """
    all_values = list(values)
    short = [one if len(one) <= _SHOWN else one[: _SHOWN - 3] + "..." for one in all_values[:_VALUES]]
    more = f", ... ({len(all_values)} different ones)" if len(all_values) > _VALUES else ""
    return ", ".join(toml(one) if quoted else one for one in short) + more


def toml(value: str | int | float) -> str:
    """Return a value as TOML writes it.

    >>> toml("Île")
    '"Île"'
    """
    return json.dumps(value, ensure_ascii=False)


def toml_list(values: Iterable[str | int | float]) -> str:
    """Return a list as TOML writes it."""
    return f"[{', '.join(toml(value) for value in values)}]"


def toml_map(mapped: Mapping[str, str | int | None]) -> str:
    """Return a map as TOML writes it; what people must decide is a question mark.

    >>> toml_map({"oui": 1, "peut-être": None})
    '{"oui" = 1, "peut-être" = ?}'
    """
    parts = [f"{toml(key)} = {'?' if value is None else toml(value)}" for key, value in mapped.items()]
    return "{" + ", ".join(parts) + "}"
