"""A column of a company's file to the values of its type in the class, and what does not fit. Knows no file and no role."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from graders.contract import CategoryColumn, FlagColumn, NumberColumn
from instructors.company.cells import looked_up, texts
from instructors.company.months import Order, as_months
from instructors.company.numbers import NumberStyle, as_numbers
from instructors.company.saying import examples, listed, toml, toml_list, toml_map, where

Chosen = npt.NDArray[np.bool_]

_ZERO_ONE = {"0": 0, "1": 1, "false": 0, "true": 1, "False": 0, "True": 1, "FALSE": 0, "TRUE": 1}
_YES = frozenset(
    {"yes", "y", "true", "t", "oui", "o", "vrai", "ja", "j", "wahr", "si", "sí", "s", "sì", "vero", "sim", "x"}
)
_NO = frozenset({"no", "n", "false", "f", "non", "faux", "nein", "falsch", "falso", "nee", "não", "nao"})
_FEW = 6  # distinct values: as many can be written in a line by hand
_TWO_WAYS = re.compile(r"[+-]?\d{1,3}[.,]\d{3}")
_STANDS_FOR_NONE = re.compile(r"-\d{1,4}|-?(9{2,9}|8{3,9})(\.0+)?")  # -1, -999, 9999: no real value, most often


@dataclass(frozen=True, slots=True)
class Prepared:
    """A column's values for the class, and what is wrong with them."""

    values: pd.Series[Any]
    problems: Sequence[str] = field(default=())


def number(name: str, column: NumberColumn, raw: pd.Series[Any], missing: Chosen, style: NumberStyle) -> Prepared:
    """Return numbers: whole ones without missing as int64, all others as float64."""
    numbers: pd.Series[Any] = as_numbers(raw, style).mask(missing)
    problems = [*_no_numbers(name, column, raw, ~missing & numbers.isna().to_numpy())]
    found = numbers.to_numpy()
    if column.type == "whole" and (parts := np.isfinite(found) & (found != np.round(found))).any():
        problems.append(
            f"expected whole numbers, got {listed(examples(numbers[parts]), quoted=False)} {where(raw.index, parts)}. "
            f'Write type = "number" under [columns.{name}], or correct the file.'
        )
    problems += _outside(name, column, numbers, raw.index)
    if column.type == "whole" and not problems and not numbers.isna().any():
        numbers = numbers.astype(np.int64)
    return Prepared(numbers, problems)


def _no_numbers(name: str, column: NumberColumn, raw: pd.Series[Any], wrong: Chosen) -> Iterator[str]:
    if not wrong.any():
        return
    found = examples(texts(raw)[wrong])
    if all(_TWO_WAYS.fullmatch(text) for text in found):
        sign = "," if "," in found[0] else "."
        do = f'It can be read two ways: write under [file] decimal = "{sign}" or thousands = "{sign}".'
    elif len(found) <= _FEW:
        codes = toml_list([*column.missing_values, *found])
        do = f"If it stands for missing, write under [columns.{name}]: missing_values = {codes}"
        do += "." if column.missing else " and missing = true."
    else:
        do = f'Write type = "category" under [columns.{name}] if these are words; write decimal or thousands under [file] if '
        do += "numbers are written so; else correct the file."
    yield f"expected numbers, got {listed(found)} {where(raw.index, wrong)}. {do}"


def _outside(name: str, column: NumberColumn, numbers: pd.Series[Any], lines: pd.Index[Any]) -> Iterator[str]:
    low, high = column.range
    wrong = ((numbers < low) | (numbers > high)).to_numpy(dtype=bool)
    if not wrong.any():
        return
    found = numbers[wrong].value_counts()
    codes = [_plain(value) for value in found.index if _STANDS_FOR_NONE.fullmatch(str(_plain(value)))][:_FEW]
    rest = numbers[~numbers.isin(codes)]
    wider = f"range = [{_plain(min(low, rest.min()))}, {_plain(max(high, rest.max()))}]"
    missing = f"missing_values = {toml_list([*column.missing_values, *codes])}" + (
        "" if column.missing else ", missing = true"
    )
    whole = ((rest < low) | (rest > high)).any()
    lines_to_write = [wider] * bool(whole or not codes) + [missing] * bool(codes)
    sense = "if they are right" if not codes else "if they stand for missing" if not whole else "if so"
    shown = listed([str(_plain(value)) for value in found.index], quoted=False)
    yield (
        f"expected {column.wanted}, got {shown} {where(lines, wrong)}, from {_plain(numbers.min())} to {_plain(numbers.max())} "
        f"in all. Write under [columns.{name}] {sense}: {' and '.join(lines_to_write)}."
    )


def _plain(value: float) -> float | int:
    number = float(f"{value:.12g}")
    return int(number) if number.is_integer() else number


def flag(name: str, column: FlagColumn, raw: pd.Series[Any], missing: Chosen) -> Prepared:
    """Return 0 and 1, as int64 without missing, else float64."""
    said = texts(raw).mask(missing)
    meaning = looked_up(raw, column.map or _ZERO_ONE)
    values = pd.to_numeric(said.map(meaning))
    unknown = ~missing & values.isna().to_numpy()
    problems = []
    if unknown.any():
        found = examples(said[unknown])
        problems.append(
            f"expected {_known(column.map, '0 or 1')}, got {listed(found)} {where(raw.index, unknown)}. "
            + _mapping(name, column.map, {value: _yes_or_no(value) for value in found}, "0 or 1")
        )
    elif not values.isna().any():
        values = values.astype(np.int64)
    return Prepared(values, problems)


def _yes_or_no(value: str) -> int | None:
    word = value.casefold()
    return 1 if word in _YES else 0 if word in _NO else None


def _known(mapped: Mapping[str, Any], otherwise: str) -> str:
    return f"one of the values of map, {listed(mapped)}" if mapped else otherwise


def _mapping(name: str, mapped: Mapping[str, str | int], found: Mapping[str, str | int | None], each: str) -> str:
    """Return the line to write for values that no map knows."""
    if len(found) > 2 * _FEW:
        return f"Write under [columns.{name}] a map with all of them, or describe the column by another type."
    line = f"Write under [columns.{name}]: map = {toml_map({**mapped, **found})}"
    if None in found.values():
        return f"{line}, with {each} for each question mark; what stands for missing goes into missing_values instead."
    return f"{line}."


def category(name: str, column: CategoryColumn, raw: pd.Series[Any], missing: Chosen) -> Prepared:
    """Return words of the column's list, as objects."""
    said = texts(raw).mask(missing)
    own = {value: value for value in column.values}
    meaning = {**looked_up(raw, own), **looked_up(raw, column.map)}
    values = said.map(meaning).astype(object)
    unknown = ~missing & values.isna().to_numpy()
    if not unknown.any():
        return Prepared(values.where(values.notna(), None))
    found = examples(said[unknown])
    problem = f"expected {column.wanted}, got {listed(found)} {where(raw.index, unknown)}. "
    return Prepared(values, [problem + _explained(name, column, found)])


def _explained(name: str, column: CategoryColumn, found: list[str]) -> str:
    by_small = {value.casefold(): value for value in column.values}
    meant = {value: by_small.get(value.casefold()) for value in found}
    if column.map or all(meant.values()):
        return _mapping(name, column.map, meant, "one of values")
    if len(found) > 2 * _FEW:
        return f"Add them to values under [columns.{name}], or group them by a map there."
    return (
        f"Write under [columns.{name}]: values = {toml_list([*column.values, *found])}, or map = "
        f"{toml_map(meant)} with one of values for each question mark."
    )


def month(raw: pd.Series[Any], missing: Chosen, asked: Order | None) -> Prepared:
    """Return months as text like 2024-07."""
    read = as_months(raw.mask(missing), asked)
    unknown = ~missing & read.values.isna().to_numpy()
    problems = []
    if read.unclear:
        example = toml(examples(raw[~missing])[0])
        problems.append(
            f"expected dates that can be read one way, got {example} and others of the kind. Write under [file]: dates = "
            '"day first" or dates = "month first".'
        )
    if read.mixed:
        problems.append(
            "expected one order of day and month, got dates such as 13/02/2024 beside others such as 02/13/2024. Write all "
            "one way in the file, like 2024-02-13."
        )
    if unknown.any():
        problems.append(
            f"expected months or dates, like 2024-07 or 15/07/2024, got {listed(examples(raw[unknown]))} "
            f"{where(raw.index, unknown)}. Correct them, or leave these rows out of the file."
        )
    return Prepared(read.values, problems)
