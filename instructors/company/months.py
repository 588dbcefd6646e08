"""Months from dates in any usual form. Where a form can be read two ways, the data decide, else it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from numbers import Real
from typing import Any, Literal

import numpy as np
import pandas as pd
from babel import Locale
from babel.dates import get_month_names

Order = Literal["day first", "month first"]

_LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt")
_TIME = r"(?:[T ]\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s?(?:Z|UTC|[AP]M|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})(?:[-/.](\d{{1,2}}))?{_TIME}", re.IGNORECASE)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})?(?:\.0+)?")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|(?<=[/.])\d{{2}}){_TIME}", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|er|\.)?[-/. ]*)?([^\W\d_]{3,})\.?(?:[-/., ]+(\d{1,2}),)?[-/., ]*(\d{4}|\d{2})"
)
_NAMED_LAST = re.compile(r"(\d{4})[-/. ]*([^\W\d_]{3,})\.?")
_EXCEL_DAYS = range(14_000, 80_000)  # 1938 to 2119, as Excel counts days
_EXCEL_START = datetime(1899, 12, 30)
_YEARS = range(1900, 2100)


@dataclass(frozen=True, slots=True)
class Months:
    """What was read of a column.

    Attributes
    ----------
    values
        Months like 2024-07, missing where none could be read.
    unclear
        Whether the dates can be read day first and month first.
    mixed
        Whether some can only be read day first and others only month first.
    """

    values: pd.Series[Any]
    unclear: bool = False
    mixed: bool = False


def as_months(values: pd.Series[Any], asked: Order | None = None) -> Months:
    """Return the months of dates, texts, Excel's day numbers.

    >>> as_months(pd.Series(["15/07/2024", "2024-08", "sept. 2024"])).values.tolist()
    ['2024-07', '2024-08', '2024-09']
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        return Months(values.dt.strftime("%Y-%m").astype(object).where(values.notna(), None))
    codes, distinct = pd.factorize(values)
    texts = [_text(value) for value in distinct]
    order, unclear, mixed = _order(texts, asked)
    found = np.array([*(_month(text, order) for text in texts), None], dtype=object)  # missing has the code -1
    return Months(pd.Series(found[codes], index=values.index, dtype=object), unclear, mixed)


def _text(value: object) -> str:
    if isinstance(value, pd.Timestamp | datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, Real) and not isinstance(value, bool):
        number = float(value)
        return str(int(number)) if number.is_integer() else str(number)
    return str(value).strip()


def _order(texts: Iterable[str], asked: Order | None) -> tuple[Order, bool, bool]:
    """Return which of two numbers is the day, whether nothing tells, whether the data contradict themselves."""
    pairs = [(int(found[1]), int(found[3])) for text in texts if (found := _YEAR_LAST.fullmatch(text))]
    first, second = {one for one, _ in pairs}, {other for _, other in pairs}
    day_first, month_first = any(one > 12 for one in first), any(one > 12 for one in second)
    if day_first and month_first:
        return "day first", False, True
    if asked or not pairs or day_first or month_first:
        return asked if asked and not (day_first or month_first) else _named(not month_first), False, False
    if first == {1} and len(second) > 1:  # 01/03, 01/04: the first of each month
        return "day first", False, False
    if second == {1} and len(first) > 1:
        return "month first", False, False
    return "day first", first != second or len(first) > 1, False


def _named(day_first: bool) -> Order:
    return "day first" if day_first else "month first"


def _month(text: str, order: Order) -> str | None:
    """Return the month of a date written in any form, None when there is none."""
    if found := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return _checked(found[1], found[2], found[3])
    if found := _MONTH_YEAR.fullmatch(text):
        return _checked(found[2], found[1], None)
    if found := _YEAR_LAST.fullmatch(text):
        day, month = (found[1], found[3]) if order == "day first" else (found[3], found[1])
        return _checked(_four_digits(found[4]), month, day)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and int(float(text)) in _EXCEL_DAYS:
        return (_EXCEL_START + timedelta(days=int(float(text)))).strftime("%Y-%m")
    return _with_name(text)


def _with_name(text: str) -> str | None:
    if found := _NAMED_LAST.fullmatch(text):
        year, name, day = found[1], found[2], None
    elif found := _NAMED.fullmatch(text):
        year, name, day = found[4], found[2], found[1] or found[3]
    else:
        return None
    month = _month_names().get(name.casefold().rstrip("."))
    return None if month is None else _checked(_four_digits(year), str(month), day)


def _four_digits(year: str) -> str:
    """Return a year with its century: the last hundred years, up to the next one."""
    if len(year) == 4:
        return year
    return ("20" if int(year) <= (date.today().year + 1) % 100 else "19") + year


def _checked(year: str, month: str, day: str | None) -> str | None:
    if int(year) not in _YEARS or not 1 <= int(month) <= 12 or not 1 <= int(day or 1) <= 31:
        return None
    return f"{int(year):04d}-{int(month):02d}"


@cache
def _month_names() -> dict[str, int]:
    """Return the names and short names of months, in the languages we can read, each without its point."""
    names: dict[str, int] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=Locale.parse(language)).items():
                names.setdefault(name.casefold().rstrip("."), number)
    return names | {"sept": 9, "fev": 2, "aout": 8, "dec": 12, "fevrier": 2, "decembre": 12, "maerz": 3, "mrz": 3}
