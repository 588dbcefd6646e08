"""The models that vendors offer: how each is made, on what rows it is made, and what its vendor says of it.

Goes to learners, like all that builds a case; which of the models a case holds hangs on the seed alone, and the case does not
say it. Nothing here measures a model or judges it: what is wrong with one, if anything, is found on the learner's own rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from graders.references.leakage import rate_gap_p_value
from graders.references.margins import shuffled
from graders.references.proxies import group_auc
from graders.references.shap_values import float32_thresholds
from graders.references.woe import WoeEncoder

CONTRADICTED = 1e-4  # p-value from which the bank's own loans contradict a declared sign
TAIL_BINS = 10
MANY_COLUMNS = 40  # from which weights of one are left away: with weights, cutting a column into bins takes a twentieth of a second
FEWEST_COLUMNS = 4  # of a model that can do without one
FED = 0.05  # share of the rows, in either part, from which a kind of application is fed often enough to move a curve

Rows = pd.DataFrame
Make = Callable[["Portfolio"], "Sold"]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What a vendor was given.

    Attributes
    ----------
    ground
        The learner's rows and how they are split, as `case.Ground`.
    signs
        Declared sign of every number that has one, as amended: what the bank expects of a model.
    """

    ground: Any
    signs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sold:
    """One model as it is delivered.

    Attributes
    ----------
    rows
        All applications as the vendor's own feed reports them.
    encoder, model
        What turns such rows into a matrix, and what gives their log-odds of default.
    signs_kept
        Whether the vendor made the curves follow the declared signs.
    calibrated_on
        The rows its level was set on: those it learnt on, or later ones.
    """

    rows: Rows
    encoder: WoeEncoder
    model: Any
    signs_kept: bool = False
    calibrated_on: Rows = field(default_factory=pd.DataFrame)


def sold(ground: Any, signs: Mapping[str, int]) -> Sold:
    """Return the model this learner audits; which one hangs on the seed, among those that the portfolio has the columns for."""
    portfolio = Portfolio(ground, signs)
    possible = [make for make in MAKERS if _IF.get(make, _always)(portfolio)]
    return possible[int(shuffled(ground.seed, "vendor", len(possible))[0])](portfolio)


def amended_signs(ground: Any) -> tuple[dict[str, int], list[str]]:
    """Return the declared signs that the bank still expects of a model, and the columns of which it expects none any more.

    A sign is given up where the bank's own loans contradict it: where the end that was declared safest has clearly more defaults
    than the best part of the column has.
    """
    columns = ground.contract.columns
    declared = {name: sign for name in ground.contract.numeric if (sign := getattr(columns[name], "expect", 0))}
    dropped = [name for name, sign in declared.items() if _contradicted(ground, name, sign)]
    return {name: sign for name, sign in declared.items() if name not in dropped}, dropped


def _contradicted(ground: Any, name: str, sign: int) -> bool:
    loans = rates_by_bin(ground.train[name], ground.bad[ground.train.index])
    safest, best = loans.iloc[0 if sign > 0 else -1], loans.loc[(loans["bad"] / loans["loans"]).idxmin()]
    counts = [int(safest["bad"]), int(best["bad"])], [int(safest["loans"]), int(best["loans"])]
    return rate_gap_p_value(*counts) < CONTRADICTED


def rates_by_bin(values: pd.Series, bad: pd.Series) -> pd.DataFrame:
    """Return loans and defaults in up to ten bins of a column's known values, lowest values first, with their ends."""
    known = values.dropna()
    bins = pd.qcut(known, TAIL_BINS, duplicates="drop")
    found = bad[known.index].groupby(bins, observed=True).agg(["sum", "count"])
    ends = known.groupby(bins, observed=True).agg(["min", "max"])
    return pd.DataFrame(
        {"low": ends["min"], "high": ends["max"], "bad": found["sum"], "loans": found["count"]}
    ).reset_index(drop=True)


# --- the models ----------------------------------------------------------------------------------------------------------


def _usual(portfolio: Portfolio) -> Sold:
    """Make the kind of model the bank has, with every late column and without the strongest proxy."""
    ground = portfolio.ground
    proxy = strongest_proxy(ground)
    fit = ground.fitted(drop=proxy, add=_late_numbers(portfolio), outcomes=True)
    return Sold(ground.rows, fit.encoder, fit.model, calibrated_on=ground.train)


def _own_feed(portfolio: Portfolio) -> Sold:
    """Make the kind of model the bank has, on rows in which a new feed counts one thing the other way round."""
    ground = portfolio.ground
    rows, column, new = ground.rows.copy(), _count_column(portfolio), growing_level(ground)
    if column is not None and new is not None:
        reported = rows[column].max() - rows[column]
        rows[column] = rows[column].where(rows[new[0]] != new[1], reported)
    delivered = type(ground)(rows, ground.contract, ground.seed)
    fit = delivered.fitted(outcomes=True)
    return Sold(rows, fit.encoder, fit.model, calibrated_on=delivered.train)


def _many_trees(portfolio: Portfolio) -> Sold:
    """Make four hundred trees with leaves of ten loans, their curves held to the declared signs."""
    return _own_recipe(portfolio, drop=(), max_iter=400, max_leaf_nodes=31, min_samples_leaf=10)


def _few_leaves(portfolio: Portfolio) -> Sold:
    """Make small trees with large leaves, without the strongest proxy, at the level of the year that is audited."""
    ground = portfolio.ground
    recipe = {
        "max_iter": 150,
        "max_leaf_nodes": 6,
        "min_samples_leaf": min(300, max(20, len(ground.train) // 15)),
        "l2_regularization": 20,
        "max_features": 0.4,
    }
    return _own_recipe(portfolio, drop=strongest_proxy(ground), level=first_half(ground), **recipe)


MAKERS: tuple[Make, ...] = (_usual, _own_feed, _many_trees, _few_leaves)


# --- what a portfolio must have for a model ------------------------------------------------------------------------------


def _always(_portfolio: Portfolio) -> bool:
    return True


def _has_a_late_number(portfolio: Portfolio) -> bool:
    """Return whether there is a number to be known too late, and other columns beside it."""
    return bool(_late_numbers(portfolio))


def _has_a_feed_to_turn(portfolio: Portfolio) -> bool:
    """Return whether there is a count to report the other way round, and a growing kind of application to report it for."""
    new = growing_level(portfolio.ground)
    if new is None or _count_column(portfolio) is None:
        return False
    fed = [part[new[0]].astype(str) == new[1] for part in (portfolio.ground.train, portfolio.ground.audited)]
    return all(float(rows.mean()) >= FED for rows in fed)


def _late_numbers(portfolio: Portfolio) -> list[str]:
    """Return the numbers that are known too late and that differ among the loans learnt on."""
    ground = portfolio.ground
    late = [name for name in ground.contract.late if _is_number(ground, name)]
    return [name for name in late if ground.train[name].nunique() > 1]


_IF: dict[Make, Callable[[Portfolio], bool]] = {_usual: _has_a_late_number, _own_feed: _has_a_feed_to_turn}


def _own_recipe(portfolio: Portfolio, *, drop: Sequence[str], level: Rows | None = None, **recipe: float) -> Sold:
    """Fit trees of another recipe; with `level`, defaults weigh so much that the mean PD is that of those rows.

    Weighting defaults shifts the log-odds by the logarithm of the weight: prior correction (King and Zeng 2001, section 4).
    """
    from sklearn.ensemble import HistGradientBoostingClassifier  # slow to import, and opening a case fits nothing

    ground = portfolio.ground
    numeric = [name for name in ground.contract.numeric if name not in drop]
    categorical = [name for name in ground.contract.categorical if name not in drop]
    bad = ground.bad[ground.train.index]
    encoder = WoeEncoder.fitted(ground.train, bad, numeric, categorical)
    on = ground.train if level is None else level
    weight = _odds(ground.bad[on.index]) / _odds(bad)
    kept = [portfolio.signs.get(name, 0) for name in numeric] + [0] * len(categorical)
    options = {"learning_rate": 0.05, "early_stopping": False, "random_state": 0, **recipe}
    model = HistGradientBoostingClassifier(monotonic_cst=kept, **options)
    is_plain = level is None and len(encoder.names) > MANY_COLUMNS
    weights = None if is_plain else np.where(bad == 1, weight, 1.0)
    model.fit(encoder.matrix(ground.train), bad.to_numpy(dtype=int), sample_weight=weights)
    float32_thresholds(model)
    return Sold(ground.rows, encoder, model, signs_kept=True, calibrated_on=on)


def _odds(bad: pd.Series) -> float:
    return float(bad.sum() / (len(bad) - bad.sum()))


# --- what the models are made with ---------------------------------------------------------------------------------------


def strongest_proxy(ground: Any) -> list[str]:
    """Return the category whose levels tell the first protected groups apart best, in a list; empty where there is none."""
    protected = next(iter(ground.contract.roles.protected), None)
    if protected is None or protected.cut is not None or not ground.contract.categorical:
        return []
    if len(ground.contract.features) < FEWEST_COLUMNS:
        return []
    member = ground.train[protected.column].astype(str) == protected.compared
    return [max(ground.contract.categorical, key=lambda name: group_auc(ground.train[name], member))]


def growing_level(ground: Any) -> tuple[str, str] | None:
    """Return the category, and its level, whose share has grown most from the loans learnt on to the last year."""
    grown = {}
    for name in ground.contract.categorical:
        before, after = (part[name].astype(str).value_counts(normalize=True) for part in (ground.train, ground.audited))
        for level, share in after.items():
            grown[name, str(level)] = float(share - before.get(level, 0.0))
    return max(grown, key=lambda pair: grown[pair]) if grown else None


def first_half(ground: Any) -> Rows:
    """Return the booked loans of the first half of the last year; where rows have no date, every second one."""
    date = ground.contract.roles.date
    if date is None:
        return ground.later.iloc[::2]
    months = sorted(ground.later[date].astype(str).unique())
    return ground.later[ground.later[date].astype(str).isin(months[: (len(months) + 1) // 2])]


def _count_column(portfolio: Portfolio) -> str | None:
    """Return the count with the declared sign + that varies most, None where there is no count without gaps."""
    columns, rows = portfolio.ground.contract.columns, portfolio.ground.train
    counts = [
        name
        for name, sign in portfolio.signs.items()
        if sign > 0 and getattr(columns[name], "type", "") == "whole" and rows[name].notna().all()
    ]
    return max(counts, key=lambda name: float(rows[name].std()), default=None)


def _is_number(ground: Any, name: str) -> bool:
    return pd.api.types.is_numeric_dtype(ground.rows[name])
