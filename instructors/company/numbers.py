"""Numbers written as text: the style of a file, and text to numbers. A text that is no number in that style stays none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

_LOOKED_AT = 5000  # rows of a column from which the style is found
_DISTINCT = 400  # of them, distinct values
_MONEY = r"(?:[€$£¥₹]|zł|Kč|kr\.?|Fr\.|EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|JPY|CAD|AUD)"
_DRESS = re.compile(rf"^{_MONEY}\s*|\s*(?:{_MONEY}|%|‰)$")
_SPACES = "\u0020\u00a0\u202f\u2009\u2007"
_MONTH = re.compile(r"(0?[1-9]|1[0-2])[.,](19|20)\d\d|(19|20)\d\d[.,](0[1-9]|1[0-2])")  # 07.2024 is no decimal


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How numbers are written in a file.

    Attributes
    ----------
    decimal
        ``.`` or ``,``.
    thousands
        The sign between groups of three digits, "" when there is none; a space stands for every kind of space.
    """

    decimal: str = "."
    thousands: str = ""


@dataclass(frozen=True, slots=True)
class _Hint:
    """What one text says of the style; `either` is a sign that may be the decimal or the thousands one, as in 1,234."""

    decimal: str = ""
    thousands: str = ""
    either: str = ""


def as_numbers(values: pd.Series[Any], style: NumberStyle) -> pd.Series[float]:
    """Return values as numbers, nan where they are missing or no number.

    Signs of money and percent are left out (``12,5 %`` is 12.5), spaces that do not break group thousands in any style, a
    negative number may stand in brackets or have its sign behind it.

    >>> as_numbers(pd.Series(["1 234,5", "12 €", "abc"]), NumberStyle(",", " ")).tolist()
    [1234.5, 12.0, nan]
    """
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return pd.Series(values.to_numpy(dtype=np.float64, na_value=np.nan), index=values.index)
    if pd.api.types.is_datetime64_any_dtype(values):
        return pd.Series(np.nan, index=values.index, dtype=np.float64)
    if isinstance(values.dtype, pd.StringDtype):
        return pd.Series(_of_texts(values, style), index=values.index)
    is_text = np.array([isinstance(value, str) for value in values], dtype=bool)
    numbers = np.array([float(v) if isinstance(v, Real) else np.nan for v in values], dtype=np.float64)
    numbers[is_text] = _of_texts(values[is_text].astype("str"), style)
    return pd.Series(numbers, index=values.index)


def _of_texts(texts: pd.Series[Any], style: NumberStyle) -> np.ndarray[Any, np.dtype[np.float64]]:
    texts = texts.str.strip()
    point, between = re.escape(style.decimal), re.escape(_between(style))
    found = np.full(len(texts), np.nan)
    fits = _matching(texts, rf"[+-]?[0-9]+({point}[0-9]*)?")  # nearly all: quick, and what is left is few
    found[fits] = texts[fits].str.replace(style.decimal, ".", regex=False).astype(np.float64)
    grouped = _matching(texts, rf"[+-]?[0-9]{{1,3}}([{between}][0-9]{{3}})+({point}[0-9]*)?")
    if grouped.any():
        joined = texts[grouped].str.replace(rf"[{between}]", "", regex=True)
        found[grouped] = joined.str.replace(style.decimal, ".", regex=False).astype(np.float64)
    rest = ~fits & ~grouped & texts.notna().to_numpy()
    form = _form(style)
    codes, distinct = pd.factorize(texts[rest])
    found[rest] = np.array([_number(text, form, style) for text in distinct], dtype=np.float64)[codes]
    return found


def _matching(texts: pd.Series[str], form: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return texts.str.fullmatch(form).fillna(False).to_numpy(dtype=bool)


def _between(style: NumberStyle) -> str:
    """Return the signs that may stand between groups: spaces that do not break always, since they mean nothing else."""
    return _SPACES[1:] + {" ": " ", "'": "'’"}.get(style.thousands, style.thousands)


def _form(style: NumberStyle) -> re.Pattern[str]:
    whole = rf"(?:[0-9]{{1,3}}(?:[{re.escape(_between(style))}][0-9]{{3}})+|[0-9]+)"
    point = re.escape(style.decimal)
    return re.compile(rf"(?:{whole}(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?")


def _number(text: str, form: re.Pattern[str], style: NumberStyle) -> float:
    bare, sign = _bare(text)
    if not form.fullmatch(bare):
        return np.nan
    digits = re.sub(rf"[^0-9eE+\-{re.escape(style.decimal)}]", "", bare)
    return sign * float(digits.replace(style.decimal, "."))


def _bare(text: str) -> tuple[str, float]:
    """Return a text without signs of money, percent and of the number itself, and the latter as 1 or -1."""
    bare = _DRESS.sub("", _DRESS.sub("", text.strip())).strip().replace("−", "-")
    if bare.startswith("(") and bare.endswith(")"):
        return _DRESS.sub("", bare[1:-1].strip()), -1.0
    if bare.endswith("-"):
        return bare[:-1].strip(), -1.0
    if bare[:1] in ("+", "-"):
        return _DRESS.sub("", bare[1:].strip()), -1.0 if bare[0] == "-" else 1.0
    return bare, 1.0


def find_style(table: pd.DataFrame, decimal: str | None = None, thousands: str | None = None) -> NumberStyle:
    """Return how numbers are written in a table's texts; what is given is kept. Every column has one vote."""
    decimals: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    undecided: list[list[str]] = []
    for column in table.columns:
        texts = _texts(table[column])
        hints = [hint for text in texts if (hint := _hint(text))]
        if not hints or all(_MONTH.fullmatch(text) for text in texts):
            continue
        said = {hint.decimal for hint in hints} - {""}
        if len(said) == 1:
            decimals.update(said)
        groups.update({hint.thousands for hint in hints} - {""})
        if not said and any(hint.either for hint in hints):
            undecided.append(texts)
    _decide(undecided, decimals, groups)
    if decimal is None:
        best = decimals.most_common()
        decimal = best[0][0] if best else _other_sign(groups)
    if thousands is None:
        fitting = [sign for sign, _ in groups.most_common() if sign != decimal]
        thousands = fitting[0] if fitting else ""
    return NumberStyle(decimal, thousands)


def _texts(values: pd.Series[Any]) -> list[str]:
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return []
    distinct = values.head(_LOOKED_AT).dropna().unique()[:_DISTINCT]
    return [value for value in distinct if isinstance(value, str)]


def _hint(text: str) -> _Hint | None:
    """Return what a text says of the style of numbers, None when it says nothing or is no number."""
    bare = _bare(text)[0].replace("’", "'")
    for space in _SPACES[1:]:
        bare = bare.replace(space, " ")
    if not re.fullmatch(r"[0-9][0-9.,' ]*", bare) or bare.isdigit():
        return None
    signs = [sign for sign in bare if not sign.isdigit()]
    first, last = signs[0], signs[-1]
    head, _, tail = bare.rpartition(last)
    if len(set(signs)) == 1:
        if len(signs) > 1 or first in " '":
            return _Hint(thousands=first) if _is_grouped(bare, first) else None
        if len(tail) != 3 or len(head) > 3 or head == "0":
            return _Hint(decimal=first)
        return _Hint(either=first)
    if len(set(signs)) == 2 and signs.count(last) == 1 and last in ".," and _is_grouped(head, first):
        return _Hint(decimal=last, thousands=first)
    return None


def _is_grouped(digits: str, sign: str) -> bool:
    first, *others = digits.split(sign)
    return 1 <= len(first) <= 3 and all(len(group) == 3 and group.isdigit() for group in others)


def _decide(undecided: Iterable[list[str]], decimals: Counter[str], groups: Counter[str]) -> None:
    """Let columns that have only numbers like 1,234 vote: by the other columns, else by their own plain numbers."""
    clear = decimals.most_common(1)[0][0] if decimals else None
    for texts in undecided:
        signs = {hint.either for hint in _hints(texts)} - {""}
        plain = [len(text) for text in (_bare(text)[0] for text in texts) if text.isdigit()]
        if len(signs) != 1:
            continue
        (sign,) = signs
        if clear is not None:
            groups.update(signs - {clear})
        elif any(length > 3 for length in plain):
            decimals[sign] += 1
        elif plain:
            groups[sign] += 1


def _hints(texts: Iterable[str]) -> Iterator[_Hint]:
    yield from (hint for text in texts if (hint := _hint(text)))


def _other_sign(groups: Counter[str]) -> str:
    return "," if groups["."] > groups[","] else "."
