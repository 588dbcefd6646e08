"""The product's sentences and numbers in the reader's language.

Owns the catalogue (gettext) and number formatting (Babel). English is the source language; ids, answers and code never pass here.
The language is the one of ``SITU_LANGUAGE``, else English.
"""

from __future__ import annotations

import gettext
import os
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

_CATALOGUE = Path(__file__).parent / "locale"


@cache
def _locale() -> Locale:
    try:
        return Locale.parse(os.environ.get("SITU_LANGUAGE", "en"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@cache
def _translations() -> gettext.NullTranslations:
    return gettext.translation("graders", _CATALOGUE, [_locale().language], fallback=True)


def _(sentence: str) -> str:
    """Return the whole sentence in the reader's language; placeholders are filled by the caller afterwards."""
    return _translations().gettext(sentence)


def number(value: float, digits: int | None = None) -> str:
    """Return a number as the reader writes it.

    Parameters
    ----------
    value
        Any finite number.
    digits
        Decimals to show; None keeps up to six significant decimals.

    >>> number(3.14159, 2)
    '3.14'
    """
    pattern = "#,##0.######" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=_locale())


def moment(written: str) -> str:
    """Return a moment as the reader says it, in local time.

    Parameters
    ----------
    written
        ISO 8601 with its zone; anything else gives an empty text.

    >>> moment("no date")
    ''
    """
    try:
        return format_datetime(datetime.fromisoformat(written).astimezone(), "d MMM, HH:mm", locale=_locale())
    except (ValueError, OverflowError):
        return ""


def day(when: date) -> str:
    """Return a day as the reader writes it.

    >>> day(date(2026, 11, 22))
    '22 November 2026'
    """
    return format_date(when, "d MMMM y", locale=_locale())
