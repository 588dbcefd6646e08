"""What a draft proposes for each column: its type and its lines, each with a comment; or why it is left out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from instructors.company import headers
from instructors.company.codes import SIGNS, WORDS, Floats
from instructors.company.guesses import Guesses
from instructors.company.lines import LEAK, MOST_LEVELS
from instructors.company.looks import Look, readable, unit_of
from instructors.company.measured import auc_of, is_date_in_disguise, rank_correlation

_TOO_MANY = f"more than the {MOST_LEVELS} that menus and charts can show; group them"
FEWEST = 2
CODED_MOST = 15  # different whole numbers that may be codes
Part = Literal["rows", "numbers", "categories", "never"]


class Line(NamedTuple):
    """A key with its value and what the analyst should know; `off` when it is only suggested."""

    key: str
    value: Any
    comment: str
    off: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A column of the contract."""

    look: Look
    part: Part
    type: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column of the file that the contract does not describe."""

    header: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """Everything proposed, in the file's order."""

    columns: list[Proposal] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def proposed(guesses: Guesses) -> Proposed:
    """Return what is proposed for every column of a file."""
    found = Proposed()
    for look in guesses.looks:
        reason = _left_out(look, guesses)
        if reason:
            found.left_out.append(LeftOut(look.header, reason))
        else:
            found.columns.append(_Proposer(look, guesses).proposal)
    return found


def _left_out(look: Look, guesses: Guesses) -> str:
    """Return why a column is left out, "" when it is described."""
    if _has_role(look, guesses):
        return ""
    if look.kind == "empty":
        return "it has no value"
    if look.kind == "date":
        return "it is a date; make a length of time of it, such as months since, if it tells of risk"
    if len(look.levels) < FEWEST or (look.kind == "number" and np.nanmin(look.numbers) == np.nanmax(look.numbers)):
        return "it has one value only"
    if look.kind == "number":
        return _left_out_number(look)
    names_rows = look.is_unique and look.says(headers.IDENTIFIER)
    if names_rows or (len(look.present) > 20 and len(look.levels) > 0.9 * len(look.present)):
        return "nearly every row has a value of its own: it tells rows apart and nothing of risk"
    if len(look.levels) > MOST_LEVELS:
        return f"it has {len(look.levels):,} different values, {_TOO_MANY}"
    return ""


def _left_out_number(look: Look) -> str:
    if look.is_running or (look.is_unique and look.is_whole and look.says(headers.IDENTIFIER)):
        return "it counts or names rows"
    if is_date_in_disguise(look.numbers):
        return "its numbers are dates; make a length of time of it, if it tells of risk"
    if look.says(headers.PLACE) and look.is_whole and len(look.levels) > MOST_LEVELS:
        return f"its numbers name {len(look.levels):,} places, {_TOO_MANY}"
    return ""


def _has_role(look: Look, guesses: Guesses) -> bool:
    roles = (guesses.target, guesses.identifier, guesses.date, guesses.decision)
    return any(look is one for one in roles) or any(look is group.look for group in guesses.groups)


@dataclass(frozen=True, slots=True)
class _Proposer:
    look: Look
    guesses: Guesses

    @property
    def proposal(self) -> Proposal:
        look, guesses = self.look, self.guesses
        if look is guesses.identifier:
            return self._made("rows", "code", "pseudonyms take its place", ())
        if look is guesses.date:
            return self._made("rows", "month", f"{look.months.values.min()} to {look.months.values.max()}", ())
        if look is guesses.target:
            return self._made("never", "flag", "the outcome: 0 or 1", tuple(self._target()))
        if look is guesses.decision:
            return self._category("never")
        group = next((one for one in guesses.groups if one.look is look), None)
        if group is not None:
            return self._number("never") if group.cut is not None else self._category("never")
        if look.yes_no or look.is_flag:
            flag = (*self._flag_map(), *self._missing(), self._expect(), *self._said())
            return self._made("categories", "flag", self._counts(), flag)
        if look.kind == "number" and not (
            self._may_be_codes and (look.says(headers.CODED) or look.says(headers.PLACE))
        ):
            return self._number("numbers")
        return self._category("categories")

    def _made(self, part: Part, kind: str, comment: str, lines: Iterable[Line]) -> Proposal:
        look = self.look
        first = [] if look.name == look.header else [Line("from", look.header, "its header in your file")]
        label = Line("label", readable(look.header), "what learners read")
        return Proposal(look, part, kind, (*first, Line("type", kind, comment), *lines, label))

    # --- numbers ---------------------------------------------------------------------------------------------------------

    def _number(self, part: Part) -> Proposal:
        look = self.look
        there = look.numbers[~np.isnan(look.numbers)]
        kind = "whole" if look.is_whole else "number"
        low, high = _outward(float(there.min()), float(there.max()))
        bounds = f"in your data {there.min():,.10g} to {there.max():,.10g}, median {np.median(there):,.6g}"
        comment = f"{len(np.unique(there)):,} different values"
        if self._may_be_codes:
            comment += "; codes for words? Then category, with values instead of range, unit and expect"
        lines = [
            self._unit(),
            Line("range", [low, high], bounds),
            *self._missing(),
            *([self._expect()] if part == "numbers" else []),
            *(self._said() if part == "numbers" else []),
        ]
        return self._made(part, kind, comment, lines)

    def _unit(self) -> Line:
        unit = unit_of(self.look.header)
        if unit:
            return Line("unit", unit, "CHECK: as its header says")
        return Line("unit", "TODO: unit", "such as EUR per month, years, % of income")

    @property
    def _may_be_codes(self) -> bool:
        return self.look.is_whole and len(self.look.levels) <= CODED_MOST

    def _missing(self) -> Iterator[Line]:
        look = self.look
        codes: list[Any] = [int(code) if code == int(code) else code for code in look.codes]
        words = self._words_for_missing
        if codes or words:
            rows = [int((look.all_numbers == code).sum()) for code in look.codes]
            said = ", ".join(f"{code:,} in {count:,} rows" for code, count in zip(codes, rows, strict=True))
            why = (
                f"{said}, outside all others: does it stand for missing?" if codes else "words among numbers: missing?"
            )
            yield Line("missing_values", [*codes, *words], why)
        if look.missing:
            yield Line("missing", True, f"{100 * look.missing:.2g} % of the rows have no value")

    @property
    def _words_for_missing(self) -> list[str]:
        """Words among numbers; signs such as ? are missing in every column."""
        return [word for word in self.look.missing_words if word.casefold() not in SIGNS]

    def _expect(self) -> Line:
        sense = "+1 if a higher value means more risk, -1 if less, 0: not said"
        known = ~np.isnan(self.guesses.bad)
        if known.any():
            values = self._as_numbers()
            correlation = rank_correlation(values, self.guesses.bad)
            sense += f"; rank correlation with bad in your data {correlation + 0.0:+.2f}"
        return Line("expect", 0, sense)

    def _as_numbers(self) -> Floats:
        yes_no = self.look.yes_no
        return np.asarray(self.look.texts.map(yes_no), dtype=np.float64) if yes_no else self.look.numbers

    # --- words -----------------------------------------------------------------------------------------------------------

    def _category(self, part: Part) -> Proposal:
        look = self.look
        values = sorted((str(text) for text in look.levels.index), key=_in_order)
        lines = [Line("values", values, self._counts())]
        if look.is_coded:
            lines.append(
                Line(
                    "map",
                    {text: text for text in values},
                    "codes: write words instead, here on the right and in values",
                )
            )
        lines += list(self._missing_words())
        kind = (
            "category; if these are numbers that count something, write whole, and range"
            if look.kind == "number" and part == "categories"
            else "category"
        )
        if part == "categories":
            lines += list(self._said())
        if look.says(headers.PLACE):
            kind += "; where people live may stand for their origin, and in France residence is itself protected"
        comment = kind.removeprefix("category").lstrip("; ") or f"{len(values)} values"
        return self._made(part, "category", comment, lines)

    def _missing_words(self) -> Iterator[Line]:
        look = self.look
        wordy = [str(text) for text in look.levels.index if str(text).casefold() in WORDS]
        if wordy:
            why = "an answer of its own, or missing? If missing, take it out of values too, and write missing = true"
            yield Line("missing_values", wordy, why, off=True)
        if self._words_for_missing:
            yield Line("missing_values", self._words_for_missing, "words among numbers: missing?")
        absent = float(look.texts.isna().mean())
        if absent:
            yield Line("missing", True, f"{100 * absent:.2g} % of the rows have no value")

    def _counts(self) -> str:
        shown = [f"{text} {count:,}" for text, count in self.look.levels.head(4).items()]
        return "rows: " + ", ".join(shown) + (", ..." if len(self.look.levels) > 4 else "")

    def _flag_map(self) -> Iterator[Line]:
        if self.look.yes_no:
            yield Line("map", self.look.yes_no, "the words of your file as 1 and 0")

    def _target(self) -> Iterator[Line]:
        outcome, look = self.guesses.outcome, self.look
        mapped = {text: value for text, value in outcome.items() if value is not None}
        unclear = [text for text, value in outcome.items() if value is None]
        if not look.is_flag:
            counts = ", ".join(f"{text} {look.levels[text]:,} rows" for text in outcome)
            yield Line("map", mapped, f"CHECK: 1 is bad, 0 is good; {counts}")
        if lacking := [*unclear, *self._words_for_missing]:
            yield Line("missing_values", lacking, "neither good nor bad yet, or no answer: read as not known")
        absent = float(np.isnan(self.guesses.bad).mean())
        if absent:
            yield Line("missing", True, f"{100 * absent:.2g} % of the rows have no outcome")

    # --- for all that a model may use --------------------------------------------------------------------------------------

    def _said(self) -> Iterator[Line]:
        yield Line("reason", "", "for a letter of refusal, in at most 120 characters")
        bad = self.guesses.bad
        if np.isnan(bad).all():
            return
        auc = auc_of(self.look.texts if self.look.kind == "words" else pd.Series(self.look.numbers), bad)
        if auc >= LEAK or self.look.says(headers.LATE):
            why = f"when is it known? Alone it tells bad from good with an AUC of {auc:.2f}"
            yield Line("known_at", "after booking", why, off=True)


def _in_order(text: str) -> tuple[int, float, str]:
    try:
        return (0, float(text), text)
    except ValueError:
        return (1, 0.0, text)


def _outward(low: float, high: float) -> tuple[float, float]:
    """Return the two ends rounded away from each other to two or three digits of their width, none below zero that was not.

    >>> _outward(612.4, 14873.0)
    (0, 15000)
    """
    width = high - low or max(abs(high), 1.0)
    step = 10.0 ** math.floor(math.log10(width) - 1)
    below, above = math.floor(low / step) * step, math.ceil(high / step) * step
    if below == above:
        below, above = below - step, above + step
    return _neat(below), _neat(above)


def _neat(value: float) -> float:
    number = float(f"{value:.12g}")
    return int(number) if number == int(number) and abs(number) < 1e15 else number
