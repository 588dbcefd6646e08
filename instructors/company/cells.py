"""The values of a company's column, as they stand and by what they mean: text, missing or not. Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from numbers import Real
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from graders.contract import normalised
from instructors.company.numbers import NumberStyle, as_numbers

T = TypeVar("T")

_WHOLE = re.compile(r"([+-]?(?:0|[1-9][0-9]*))[.,]0+")  # 1.0: a whole number, as programs write it beside missing ones


def texts(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return what values say, as text; missing ones stay missing.

    >>> texts(pd.Series([1.0, True, " oui "], dtype=object)).tolist()
    ['1', 'true', 'oui']
    """
    if values.dtype == object:  # True and 1 are the same to Python
        values = values.map(lambda value: _text(value) if isinstance(value, bool) else value)
    codes, distinct = pd.factorize(values)
    said = np.array([*(_text(value) for value in distinct), None], dtype=object)  # missing has the code -1
    return pd.Series(said[codes], index=values.index, dtype=object)


def _text(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, Real):
        number = float(value)
        return str(int(number)) if number.is_integer() else repr(number)
    if isinstance(value, pd.Timestamp | datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, bytes):
        return normalised(value.decode("utf-8", errors="replace"))
    return normalised(str(value))


def missing_in(values: pd.Series[Any], codes: Sequence[str | int | float], style: NumberStyle) -> npt.NDArray[np.bool_]:
    """Return which values are missing: empty, or one of the codes, as text or as the same number; shape (n,)."""
    missing = values.isna().to_numpy(dtype=bool, copy=True)
    if not codes:
        return missing
    said = texts(values)
    words = {normalised(str(code)) for code in codes}
    as_code = as_numbers(pd.Series([str(code) for code in codes], dtype=object), NumberStyle())
    numbers = as_code.dropna().to_numpy()
    missing |= said.isin(words).to_numpy(dtype=bool)
    if len(numbers):
        missing |= np.isin(as_numbers(values, style).to_numpy(), numbers)
    return missing


def looked_up(values: pd.Series[Any], meaning: Mapping[str, T]) -> dict[str, T]:
    """Return, of the distinct values, those that a map knows and what they mean; 1.0 is looked up as 1 too.

    >>> looked_up(pd.Series(["1.0", "2"]), {"1": "good"})
    {'1.0': 'good'}
    """
    known = {normalised(key): value for key, value in meaning.items()}
    if pd.api.types.is_bool_dtype(values):
        known |= {key.casefold(): value for key, value in known.items()}
    found = {}
    for said in texts(values).dropna().unique():
        whole = _WHOLE.fullmatch(said)
        key = said if said in known or whole is None else whole[1]
        if key in known:
            found[said] = known[key]
    return found
