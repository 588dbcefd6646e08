"""What the pre-flight and the draft measure on columns: doubles, what knows the outcome, running numbers. No verdicts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from graders.references.proxies import levels

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_ROWS = 10_000  # on which pairs of columns are compared: a Spearman of 0.9 is known to 0.004
_FEWEST_PAIRED = 30


class Pair(NamedTuple):
    """Two columns and the Spearman correlation of the rows where both are there; 1 and `exact` for copies."""

    first: str
    second: str
    spearman: float
    exact: bool


def numbers_of(values: pd.Series[Any]) -> Floats:
    """Return a column as floats, nan where missing; not finite counts as missing."""
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def auc_of(values: pd.Series[Any], bad: Floats) -> float:
    """Return how well one column alone tells bad from good, 0.5 to 1.

    Numbers are taken by their order, and by their tenths, as categories by their level: each half of the rows is judged by the bad
    rates of the other, for in a small file the rates of its own rows would tell much by chance.
    """
    known = ~np.isnan(bad)
    is_bad = bad[known] == 1
    if not is_bad.any() or is_bad.all():
        return 0.5
    column = values[known].reset_index(drop=True)
    if pd.api.types.is_numeric_dtype(column):
        column = pd.Series(numbers_of(column))
        if column.isna().all():
            return 0.5
        by_order = float(roc_auc_score(is_bad, column.rank(na_option="top")))
        return max(_by_level(column, is_bad), by_order, 1 - by_order)
    return _by_level(column.astype(object).where(column.notna(), "missing"), is_bad)


def _by_level(column: pd.Series[Any], is_bad: Flags) -> float:
    level, half = levels(column), np.arange(len(column)) % 2 == 0
    scores = np.full(len(column), is_bad.mean())
    for judged, told in ((half, ~half), (~half, half)):
        rates = pd.Series(is_bad[told]).groupby(level[told]).mean()
        scores[judged] = pd.Series(level[judged]).map(rates).fillna(is_bad.mean()).to_numpy()
    areas = [roc_auc_score(is_bad[rows], scores[rows]) for rows in (half, ~half) if 0 < is_bad[rows].sum() < rows.sum()]
    return max(0.5, float(np.mean(areas))) if areas else 0.5


def rank_correlation(values: Floats, others: Floats) -> float:
    """Return Spearman's correlation of the rows where both are there, 0 where it says nothing."""
    both = ~(np.isnan(values) | np.isnan(others))
    if both.sum() < 3 or np.ptp(values[both]) == 0 or np.ptp(others[both]) == 0:
        return 0.0
    return float(spearmanr(values[both], others[both]).statistic)


def near_doubles(table: pd.DataFrame, names: list[str], line: float) -> list[Pair]:
    """Return pairs of numeric columns that say nearly the same, most alike first.

    Parameters
    ----------
    table
        The rows; at most 10,000 of them, evenly spread, are compared.
    names
        Numeric columns.
    line
        Absolute Spearman correlation from which a pair counts.
    """
    rows = np.linspace(0, len(table) - 1, min(len(table), _ROWS)).astype(int)
    columns = {name: numbers_of(table[name].iloc[rows]) for name in names}
    columns = {name: values for name, values in columns.items() if len(np.unique(values[~np.isnan(values)])) > 2}
    if len(columns) < 2:
        return []
    kept = list(columns)
    ranks = np.column_stack([_ranks(columns[name]) for name in kept])
    alike = np.abs(np.corrcoef(ranks, rowvar=False))
    pairs = []
    for first, second in zip(*np.nonzero(np.triu(alike >= line / 2, 1)), strict=True):
        one, other = columns[kept[first]], columns[kept[second]]
        paired = int((~(np.isnan(one) | np.isnan(other))).sum())
        correlation = rank_correlation(one, other)
        if paired >= min(_FEWEST_PAIRED, len(rows)) and abs(correlation) >= line:
            exact = bool(np.array_equal(one, other, equal_nan=True))
            pairs.append(Pair(kept[first], kept[second], correlation, exact))
    return sorted(pairs, key=lambda pair: -abs(pair.spearman))


def _ranks(values: Floats) -> Floats:
    ranks = pd.Series(values).rank()
    return np.asarray(ranks.fillna(ranks.mean()), dtype=np.float64)


def same_words(table: pd.DataFrame, names: list[str]) -> list[tuple[str, str]]:
    """Return pairs of categories of which each tells the other: the same partition of the rows under other words."""
    seen: dict[bytes, str] = {}
    pairs = []
    for name in names:
        codes = pd.factorize(table[name].astype(object), use_na_sentinel=True)[0]
        if len(np.unique(codes)) < 2:
            continue
        mark = codes.astype(np.int64).tobytes()
        if mark in seen:
            pairs.append((seen[mark], name))
        seen.setdefault(mark, name)
    return pairs


def is_running(values: Floats) -> bool:
    """Return whether the values rise or fall with the rows of the file, nearly all different: a row number, an extraction date."""
    there = values[~np.isnan(values)]
    if len(there) < 50 or len(np.unique(there)) < 0.9 * len(there):
        return False
    return abs(rank_correlation(there, np.arange(len(there), dtype=float))) > 0.995


def is_date_in_disguise(values: Floats) -> bool:
    """Return whether nearly all values are whole numbers that read as a day, a month or a moment: 20240131, 202401, 1706659200."""
    there = values[~np.isnan(values)]
    if len(there) < 10 or len(np.unique(there)) < 3 or (there != np.round(there)).any():
        return False
    year, month, day = np.floor(there / 10_000), np.floor(there / 100) % 100, there % 100
    is_day = (year >= 1900) & (year <= 2099) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    if is_day.mean() > 0.99:
        return True
    months = (there >= 190_001) & (there <= 209_912) & (there % 100 >= 1) & (there % 100 <= 12)
    if months.mean() > 0.99:
        return True
    return bool(
        ((there > 9.4e8) & (there < 2.2e9)).mean() > 0.99 or ((there > 9.4e11) & (there < 2.2e12)).mean() > 0.99
    )
