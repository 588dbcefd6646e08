"""Facts of an explanation that stand out clearly enough to make a statement about.

Each function returns what a statement needs to be filled with (columns, files, numbers), or None where this portfolio shows the
fact too faintly to ask about. Whether a statement made of it holds is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from graders.references.explanation import Explanation
from graders.references.margins import BAND, gap
from graders.references.odds import pd_percent, probability_points
from graders.references.picking import CLEAR_DIRECTION, READABLE

Fact = dict[str, Any] | None


def separated_pair(explained: Explanation) -> Fact:
    """Return two columns whose mean absolute contributions are a band apart; the first is the second of the chart."""
    importance = explained.importance
    if len(importance) < 3:
        return None
    first = str(importance.index[1])
    lower = [str(name) for name in importance.index[2:] if gap(importance[first], importance[name]) >= BAND]
    return {"first": first, "second": lower[0]} if lower else None


def spread_at_one_value(explained: Explanation) -> Fact:
    """Return a numeric column from which two files with the same value get contributions at least 0.1 apart."""
    for name in explained.importance.index:
        if name not in explained.numeric:
            continue
        spread = explained.contributions[name].groupby(explained.rows[name]).agg(np.ptp).max()
        if spread >= 0.1:
            return {"column": str(name)}
    return None


def rising_column(explained: Explanation) -> Fact:
    """Return a numeric column whose contributions clearly rise with its value, the last one whose row can still be read."""
    rising = _rising(explained)
    return {"column": rising[-1]} if rising else None


def rising_with_exceptions(explained: Explanation) -> Fact:
    """Return a clearly rising column with ten or more files above its median whose risk it nevertheless lowers."""
    for name in _rising(explained):
        values = explained.rows[name]
        if (explained.contributions.loc[values > values.median(), name] < -0.02).sum() >= 10:
            return {"column": name}
    return None


def _rising(explained: Explanation) -> list[str]:
    rho = explained.directions
    return [str(name) for name in rho.index[rho >= CLEAR_DIRECTION] if explained.importance[name] >= READABLE]


def last_but_felt(explained: Explanation) -> Fact:
    """Return one of the last three columns of the chart, and the longest other bar that its largest contribution clearly passes."""
    importance = explained.importance
    most = explained.contributions[importance.index[-3:]].abs().max()
    column, largest = str(most.idxmax()), float(most.max())
    passed = [str(name) for name in importance.index[:-3] if gap(largest, float(importance[name])) >= BAND]
    return {"column": column, "other": passed[0]} if passed and largest >= 2 * READABLE else None


def push_in(explained: Explanation, key: str) -> Fact:
    """Return a column that clearly pushes this file towards default, not the strongest one where there are others."""
    phi = explained.phi(key)
    strong = phi[phi >= 0.2]
    return {"column": str(strong.index[len(strong) // 2])} if len(strong) else None


def strongest_push_in(explained: Explanation, key: str) -> Fact:
    """Return the quantity, no category, that pushes this file most towards default."""
    phi = explained.phi(key)[explained.numeric]
    return {"column": str(phi.idxmax())} if len(phi) and phi.max() > 0 else None


def worth_in(explained: Explanation, key: str) -> Fact:
    """Return a push of this file, its worth in PD points, and its log-odds misread as percent.

    The strongest push whose misreading is far off and yet below the file's own PD: nobody believes that a PD falls below zero.
    """
    phi = explained.phi(key).sort_values(ascending=False, kind="stable")
    total, pd_ = explained.base + float(phi.sum()), float(explained.pds[key])
    for name, push in phi.items():
        points, percent = float(probability_points(total, push)), 100 * float(push)
        if points + 3 <= percent <= 0.9 * pd_:
            return {"column": str(name), "points": round(points, 1), "percent": round(percent, 1)}
    return None


def base_below(explained: Explanation, rate: float) -> Fact:
    """Return nothing to fill in, but only where the base value as a PD lies a point or more below the observed rate (percent)."""
    return {} if rate - float(pd_percent(explained.base)) >= 1.0 else None


def first_of_all_not_of(explained: Explanation, files: Iterable[tuple[str, str]]) -> Fact:
    """Return the first column of the chart, and the first of these (letter, file) in which another column is a band larger."""
    first = str(explained.importance.index[0])
    for letter, key in files:
        phi = explained.one(key).contributions.abs()
        if phi.index[0] != first and gap(float(phi.iloc[0]), float(phi[first])) >= BAND:
            return {"column": first, "letter": letter}
    return None


def pushes_a_minority(explained: Explanation) -> Fact:
    """Return, of the columns that push at most 40 % of files towards default, the one with the highest signed mean."""
    share = (explained.contributions > 0).mean()
    few = share.index[share <= 0.4]
    return {"column": str(explained.contributions[few].mean().idxmax())} if len(few) else None


def heavier_together(explained: Explanation) -> Fact:
    """Return the concept of several columns, where it weighs a band more than the strongest of them."""
    if explained.twins is None:
        return None
    concept, columns = explained.twins
    together, alone = explained.concept_importance[concept], explained.importance[columns[0]]
    return {"concept": concept} if gap(float(together), float(alone)) >= BAND else None


def largest_single(explained: Explanation) -> Fact:
    """Return the column of the largest single contribution, either way, and another important one; only where it is 5 % larger."""
    most: pd.Series = explained.contributions.abs().max().sort_values(ascending=False, kind="stable")
    if len(most) < 2:
        return None
    other = next(str(name) for name in explained.importance.index if name != most.index[0])
    return {"column": str(most.index[0]), "other": other} if gap(most.iloc[0], most.iloc[1]) >= 0.05 else None
