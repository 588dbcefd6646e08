"""One look at each column of a company's file: what its values are, before anything is said of what they are for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from instructors.company import headers
from instructors.company.cells import texts
from instructors.company.codes import SIGNS, WORDS, Floats, lone_numbers
from instructors.company.measured import is_running
from instructors.company.months import Months, as_months
from instructors.company.reading import NumberStyle, RawTable, as_numbers

Kind = Literal["empty", "date", "number", "words"]
_NEARLY_ALL = 0.98
_ODD_WORDS = 5  # different texts among numbers that are asked about
_LONE_WORDS, _MANY_NUMBERS = (
    2,
    10,
)  # so few words among so many different numbers are no values, however often they stand
_FLAGS = (
    {"yes", "no"}, {"oui", "non"}, {"ja", "nein"}, {"si", "no"}, {"y", "n"}, {"o", "n"}, {"j", "n"}, {"s", "n"},
    {"t", "f"}, {"true", "false"}, {"vrai", "faux"}, {"wahr", "falsch"}, {"vero", "falso"}, {"verdadero", "falso"},
)  # fmt: skip
_YES = {"yes", "oui", "ja", "si", "y", "o", "j", "s", "t", "true", "vrai", "wahr", "vero", "verdadero"}
_IN_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]{1,20})[)\]]\s*$")
_UNITS = {
    "months": {"months", "month", "mths"},
    "mois": {"mois"},
    "years": {"years", "year", "yrs", "age"},
    "ans": {"ans", "annees"},
    "days": {"days", "day"},
    "jours": {"jours"},
    "Monate": {"monate", "monaten"},
    "Jahre": {"jahre", "jahren", "alter"},
    "meses": {"meses"},
    "mesi": {"mesi"},
    "%": {"percent", "pct", "percentage", "pourcentage", "prozent"},
}


@dataclass(frozen=True)
class Look:
    """A column as it stands in the file.

    Attributes
    ----------
    header, name
        Its header, and the name proposed for the class.
    column
        Its values.
    style
        How numbers are written in the file.
    """

    header: str
    name: str
    column: pd.Series[Any]
    style: NumberStyle

    def says(self, meaning: headers.Meaning) -> bool:
        """Return whether the header says this."""
        return meaning.is_said_by(self.header)

    @cached_property
    def all_texts(self) -> pd.Series[Any]:
        """The values as text, None where empty."""
        return texts(self.column).replace("", None)

    @cached_property
    def missing_words(self) -> tuple[str, ...]:
        """Texts that stand for missing; among numbers, a few other words do."""
        counts = self.all_texts.value_counts()
        small = pd.Series(counts.index, dtype=object).str.casefold()
        is_sign = small.isin(SIGNS).to_numpy(dtype=bool)
        is_number = as_numbers(pd.Series(counts.index, dtype=object), self.style).notna().to_numpy()
        odd = counts[~is_number & ~is_sign]
        signs = tuple(str(text) for text in counts.index[is_sign])
        if not is_number.any() or odd.empty or len(odd) > _ODD_WORDS:
            return signs
        all_say_missing = small[~is_number & ~is_sign].isin(WORDS).all()
        few = odd.sum() <= (1 - _NEARLY_ALL) * counts.sum()
        lone = len(odd) <= _LONE_WORDS and is_number.sum() >= _MANY_NUMBERS
        return (*signs, *map(str, odd.index)) if all_say_missing or few or lone else signs

    @cached_property
    def texts(self) -> pd.Series[Any]:
        """The values without what stands for missing."""
        return self.all_texts.where(~self.all_texts.isin(self.missing_words), None)

    @cached_property
    def present(self) -> pd.Series[Any]:
        """The texts that are there."""
        return self.texts.dropna()

    @cached_property
    def levels(self) -> pd.Series[int]:
        """How often each text stands, most frequent first."""
        return self.present.value_counts().sort_index().sort_values(ascending=False, kind="stable")

    @cached_property
    def months(self) -> Months:
        """Its dates as months."""
        values = self.column if pd.api.types.is_datetime64_any_dtype(self.column) else self.texts
        return as_months(values)

    @cached_property
    def all_numbers(self) -> Floats:
        """The values as numbers, nan where missing or none; codes for missing included."""
        if pd.api.types.is_numeric_dtype(self.column) and not pd.api.types.is_bool_dtype(self.column):
            found = self.column.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            found = as_numbers(self.texts, self.style).to_numpy(dtype=np.float64)
        return np.where(np.isfinite(found), found, np.nan)

    @cached_property
    def kind(self) -> Kind:
        """What the values are."""
        if self.present.empty:
            return "empty"
        numeric = (~np.isnan(self.all_numbers)).sum() == len(self.present)
        may_be_date = not numeric or self.says(headers.DATE)
        if may_be_date and self.months.values.notna().sum() >= _NEARLY_ALL * len(self.present):
            return "date"
        return "number" if numeric else "words"

    @cached_property
    def codes(self) -> tuple[float, ...]:
        """Numbers that may stand for missing."""
        return lone_numbers(self.all_numbers) if self.kind == "number" else ()

    @cached_property
    def numbers(self) -> Floats:
        """The values as numbers, without codes for missing."""
        return np.where(np.isin(self.all_numbers, self.codes), np.nan, self.all_numbers)

    @property
    def is_whole(self) -> bool:
        """Whether all its numbers are whole."""
        there = self.numbers[~np.isnan(self.numbers)]
        return self.kind == "number" and bool((there == np.round(there)).all())

    @property
    def missing(self) -> float:
        """Share of rows without a value."""
        absent = np.isnan(self.numbers) if self.kind == "number" else self.texts.isna().to_numpy()
        return float(np.mean(absent))

    @cached_property
    def is_unique(self) -> bool:
        """Whether there is a value in every row, different from all others."""
        return len(self.present) == len(self.column) and len(self.levels) == len(self.column)

    @property
    def is_running(self) -> bool:
        """Whether it counts the rows."""
        return self.kind == "number" and is_running(self.numbers)

    @property
    def yes_no(self) -> dict[str, int] | None:
        """Its two texts as 1 and 0, None when they do not say yes and no."""
        if len(self.levels) != 2 or self.kind != "words":
            return None
        plain = {text: headers.plain(text) for text in self.levels.index}
        if set(plain.values()) not in _FLAGS:
            return None
        return {text: int(said in _YES) for text, said in sorted(plain.items())}

    @property
    def is_flag(self) -> bool:
        """Whether it has 0 and 1 only."""
        return self.kind == "number" and set(np.unique(self.numbers[~np.isnan(self.numbers)])) == {0.0, 1.0}

    @property
    def is_coded(self) -> bool:
        """Whether its texts are codes such as A11, or numbers."""
        return all(re.fullmatch(r"[A-Za-z]{0,2}[-_]?\d{1,4}", text) for text in self.levels.index)


def looks(raw: RawTable) -> list[Look]:
    """Return a look at every column, each with a name of its own."""
    taken: set[str] = set()
    found = []
    for place, header in enumerate(raw.table.columns, start=1):
        name = unused(name_of(str(header)) or f"column_{place}", taken)
        taken.add(name)
        found.append(Look(str(header), name, raw.table[header], raw.style))
    return found


def name_of(header: str) -> str:
    """Return a header as an ASCII name, "" when nothing is left of it.

    >>> name_of("Durée (mois)"), name_of("LoanStatus"), name_of("1st rate")
    ('duree_mois', 'loan_status', 'c_1st_rate')
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    name = re.sub(r"[^0-9a-z]+", "_", headers.plain(apart).replace("%", " percent ")).strip("_")
    return f"c_{name}" if name[:1].isdigit() else name


def unused(name: str, taken: set[str]) -> str:
    """Return the name, with a number when it is taken."""
    number = 2
    free = name
    while free in taken:
        free = f"{name}_{number}"
        number += 1
    return free


def unit_of(header: str) -> str:
    """Return the unit that a header says, "" when it says none.

    >>> unit_of("Ancienneté (mois)"), unit_of("months_in_job"), unit_of("limit")
    ('mois', 'months', '')
    """
    if found := _IN_BRACKETS.search(header):
        return found[1].strip()
    said = headers.words(header)
    return next((unit for unit, words in _UNITS.items() if words & set(said)), "")


def readable(header: str) -> str:
    """Return a header as learners may read it, without a unit in brackets.

    >>> readable("REVENU_NET_mensuel (€)"), readable("nb.credits"), readable("PAY_0")
    ('Revenu net mensuel', 'Nb credits', 'Pay 0')
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _IN_BRACKETS.sub("", header))
    text = re.sub(r"[_.\s]+", " ", apart).strip()
    text = " ".join(
        word if any(map(str.islower, word)) and word[0].islower() else word.lower() for word in text.split(" ")
    )
    return text[:1].upper() + text[1:] if text else header
