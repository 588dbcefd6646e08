"""Finds what tells of a person in the columns that a class would keep, before anything is built of them.

It looks at a header and at up to 2,000 values of a column, evenly spread over its rows, and for e-mails at every value. It repairs
nothing, and it shows no value: an example has its letters and digits masked. No finding is no proof that there is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from instructors.company import headers
from instructors.company.identity_numbers import CARD, IBAN, NATIONAL, is_social_security
from instructors.company.phones import is_bare_mobile, is_phone

if TYPE_CHECKING:
    from instructors.company.reading import RawTable

SAMPLED = 2_000  # values of a column that are looked at
MASKED_LENGTH = 28  # characters of an example
FEWEST = 10  # different values from which a share means something without a word in the header
_NAMED, _UNNAMED = 0.2, 0.6  # share of values that must pass, with and without a header that says so
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_IBAN_IN_TEXT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_PHONE_IN_TEXT = re.compile(r"(?:\+|\b00|\b0)\d(?:[ .\-/]?\d){7,12}\b")
_FULL_DATE = re.compile(r"(?:(\d{4})[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2}))(?:[T ].*)?")
_DATE_IN_DIGITS = re.compile(r"((?:19|20)\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_WORD = r"[^\W\d_](?:[^\W\d_]|['’.-])*"
_NAME = re.compile(rf"{_WORD},?(?: {_WORD},?){{0,3}}")
_STREET = re.compile(
    r"\b(?:rue|avenue|boulevard|bd|place|chemin|allee|route|impasse|quai|street|st|road|rd|lane|drive|dr|court|square|via|viale|"
    r"piazza|corso|calle|avenida|avda|plaza|paseo|platz|weg|gasse|allee)\b|(?:strasse|str\.|straat|laan|gasse|weg|platz)\b"
)


@dataclass(frozen=True, slots=True)
class PersonalFinding:
    """Personal data in a column.

    Attributes
    ----------
    column
        Its header in the file.
    kind
        What was found: name, e-mail, phone, IBAN, card number, a national number, address, birth date, free text.
    share
        Share of the values looked at that are of the kind.
    looked_at
        How many values were looked at.
    example
        One value, its letters and digits masked.
    do
        What to write in the contract.
    """

    column: str
    kind: str
    share: float
    looked_at: int
    example: str
    do: str


def personal_data(raw: RawTable, kept: Sequence[str]) -> list[PersonalFinding]:
    """Return what tells of a person in columns that would be kept.

    Parameters
    ----------
    raw
        The company's file as it was read.
    kept
        Headers of the columns that go into the class; a dropped or pseudonymised one is not among them.
    """
    headers_there = [header for header in kept if header in raw.table.columns]
    return [finding for header in headers_there for finding in _of_column(_Values(header, raw.table[header]))]


def masked(value: str) -> str:
    """Return a value's shape: letters and digits are covered.

    >>> masked("Zoé.Martin@post.fr")
    'Xxx.Xxxxxx@xxxx.xx'
    """
    covered = re.sub(r"[^\W\d_]", lambda found: "X" if found[0].isupper() else "x", re.sub(r"\d", "9", value.strip()))
    return covered if len(covered) <= MASKED_LENGTH else covered[: MASKED_LENGTH - 3] + "..."


@dataclass(frozen=True)
class _Values:
    """A column: its header, its values that are there."""

    header: str
    column: pd.Series[Any]

    @cached_property
    def present(self) -> pd.Series[Any]:
        return self.column.dropna()

    @cached_property
    def texts(self) -> list[str]:
        """Up to `SAMPLED` values as text, whole numbers without a point."""
        values = self.present
        if values.empty or pd.api.types.is_bool_dtype(values):
            return []
        if len(values) > SAMPLED:
            values = values.iloc[np.linspace(0, len(values) - 1, SAMPLED).astype(int)]
        if pd.api.types.is_datetime64_any_dtype(values):
            return [f"{moment:%Y-%m-%d}" for moment in values]
        return [text for value in values if (text := _written(value))]

    @cached_property
    def distinct(self) -> int:
        return len(set(self.texts))

    @property
    def is_mostly_unique(self) -> bool:
        return self.distinct > 0.5 * len(self.texts)

    def says(self, meaning: headers.Meaning) -> bool:
        return meaning.is_said_by(self.header)

    def finding(self, kind: str, hits: list[str]) -> PersonalFinding:
        do = f'Add "{self.header}" to drop under [file].'
        if self.is_mostly_unique and kind != "free text":
            do += " If rows are told apart by it alone, make it the code of the role id, and name it in pseudonymise."
        return PersonalFinding(self.header, kind, len(hits) / len(self.texts), len(self.texts), masked(hits[0]), do)


def _written(value: Any) -> str:
    if isinstance(value, float | np.floating):
        return f"{int(value)}" if np.isfinite(value) and value == int(value) else ""
    return str(value).strip()


def _of_column(values: _Values) -> Iterator[PersonalFinding]:
    if not values.texts:
        return
    for look in (_iban, _email, _number, _phone, _birth_date, _address, _name):
        if (found := look(values)) is not None:
            yield found
            return
    yield from _free_text(values)


def _iban(values: _Values) -> PersonalFinding | None:
    hits = [text for text in values.texts if IBAN.passes(text)]
    return values.finding("IBAN", hits) if hits else None


def _email(values: _Values) -> PersonalFinding | None:
    """Every value is looked at, for one address in a column of remarks is one too many; of text the sample does not show."""
    hits = [text for text in values.texts if _EMAIL.fullmatch(text)]
    if hits:
        return values.finding("e-mail", hits)
    if not _is_text(values.present) or _is_long(values):
        return None
    with_sign = values.present[values.present.astype(str).str.contains("@", regex=False)]
    rare = [str(value) for value in with_sign if _EMAIL.search(str(value))]
    if not rare:
        return None
    found = values.finding("e-mail", rare)
    return PersonalFinding(
        found.column, found.kind, len(rare) / len(values.present), len(values.present), found.example, found.do
    )


def _is_text(values: pd.Series[Any]) -> bool:
    return not pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_datetime64_any_dtype(values)


def _number(values: _Values) -> PersonalFinding | None:
    named = values.says(headers.NATIONAL_NUMBER)
    for kind in (*NATIONAL, CARD):
        hits = [text for text in values.texts if kind.passes(text)]
        enough = _NAMED if named else kind.share
        clear = len(set(hits)) >= FEWEST and values.is_mostly_unique
        if hits and (kind.telling or (len(hits) >= enough * len(values.texts) and (clear or named))):
            return values.finding(kind.name, hits)
    hits = [text for text in values.texts if is_social_security(text, named=named)]
    if hits and len(hits) >= (_NAMED if named else 0.9) * len(values.texts):
        return values.finding("American social security number", hits)
    long = [text for text in values.texts if re.search(r"\d{5}", text.replace(" ", ""))]
    if named and len(long) > _UNNAMED * len(values.texts) and values.is_mostly_unique:
        return values.finding("national number, as its header says", long)
    return None


def _phone(values: _Values) -> PersonalFinding | None:
    named = values.says(headers.PHONE)
    hits = [text for text in values.texts if is_phone(text, named=named)]
    if hits and len(hits) >= (_NAMED if named else _UNNAMED) * len(values.texts):
        return values.finding("phone", hits)
    mobiles = [text for text in values.texts if is_bare_mobile(text)]
    enough = values.is_mostly_unique and len(mobiles) >= FEWEST
    return values.finding("phone", mobiles) if enough and len(mobiles) >= _UNNAMED * len(values.texts) else None


def _birth_date(values: _Values) -> PersonalFinding | None:
    """Look for full dates: a year or an age is no finding."""
    named = values.says(headers.BIRTH)
    years = {text: year for text in values.texts if (year := _year(text, in_digits=named)) is not None}
    hits = [text for text in values.texts if text in years]
    if len(hits) < (_NAMED if named else 0.9) * len(values.texts) or not hits:
        return None
    if named:
        return values.finding("birth date", hits)
    low, newest = np.quantile([years[text] for text in hits], [0.05, 0.99])
    grown_up = newest <= date.today().year - 16 and newest - low >= 20
    unlike = values.says(headers.SINCE) or len(set(hits)) < FEWEST
    return values.finding("birth date", hits) if grown_up and not unlike else None


def _year(text: str, *, in_digits: bool) -> int | None:
    found = _FULL_DATE.fullmatch(text) or (_DATE_IN_DIGITS.fullmatch(text) if in_digits else None)
    if found is None:
        return None
    year = int(next(part for part in found.groups() if part))
    return year if year > 99 else 1900 + year if year > 30 else 2000 + year


def _address(values: _Values) -> PersonalFinding | None:
    named = values.says(headers.ADDRESS)
    hits = [text for text in values.texts if re.search(r"\d", text) and _STREET.search(headers.plain(text))]
    if not named:
        short = np.mean([len(text.split()) for text in values.texts]) <= 10
        enough = (
            short and len(hits) >= _UNNAMED * len(values.texts) and values.is_mostly_unique and values.distinct >= 5
        )
        return values.finding("address", hits) if enough else None
    spelt = hits or [text for text in values.texts if re.search(r"[^\W\d_]{3}", text)]
    enough = len(spelt) >= _NAMED * len(values.texts) and (values.is_mostly_unique or values.distinct >= 50)
    return values.finding("address", spelt) if spelt and enough else None


def _name(values: _Values) -> PersonalFinding | None:
    hits = [text for text in values.texts if _NAME.fullmatch(text)]
    unique = values.distinct / len(values.texts)
    if values.says(headers.PERSON):
        many = values.distinct >= 15 or (unique > 0.5 and values.distinct >= 3)
        return values.finding("name", hits) if len(hits) >= 0.5 * len(values.texts) and many else None
    full = [text for text in hits if " " in text and all(word[0].isupper() for word in text.split())]
    clear = len(full) >= 0.9 * len(values.texts) and unique > 0.95 and values.distinct >= 20
    return values.finding("name", full) if clear else None


def _is_long(values: _Values) -> bool:
    """Return whether the values read like free text: many words, mostly different ones."""
    count = float(np.mean([len(text.split()) for text in values.texts]))
    fewest = 3 if values.says(headers.FREE_TEXT) else 6
    return count >= fewest and values.is_mostly_unique


def _free_text(values: _Values) -> Iterator[PersonalFinding]:
    if not _is_long(values):
        return
    yield values.finding("free text", [text for text in values.texts if " " in text])
    inside = {
        "e-mail in free text": [text for text in values.texts if _EMAIL.search(text)],
        "IBAN in free text": [text for text in values.texts if any(map(IBAN.passes, _IBAN_IN_TEXT.findall(text)))],
        "phone in free text": [
            text for text in values.texts if any(is_phone(part, named=True) for part in _PHONE_IN_TEXT.findall(text))
        ],
    }
    yield from (values.finding(kind, hits) for kind, hits in inside.items() if hits)
