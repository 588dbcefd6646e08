"""What a class needs for training and a portfolio lacks: added to its table and its contract, and declared there.

Three things can be added: a column that knows the outcome, a second reading of a number, a simulated protected group. Nothing of
the portfolio's own is changed, so that taking the declared columns out gives it back as it was.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import tomlkit

from graders.contract import CategoryColumn, Contract, NumberColumn
from graders.references.scores import bad_outcomes
from instructors.company.lines import DOUBLES, leak_line
from instructors.company.looks import unused
from instructors.company.measured import Floats, auc_of, near_doubles, numbers_of, rank_correlation

TWIN_RANK = 0.93  # Spearman correlation that a second reading keeps: clearly a twin, and not the same column
NOT_KNOWN = "not known"  # the level that stands for a category's missing values
_SHARE = (0.15, 0.40)  # of rows, that the simulated compared group takes its members from
_INSIDE, _OUTSIDE = 0.70, 0.12  # share of members where risk is high, and elsewhere
_FEW = 12  # different values of a number that is read a second time
_MOST_MISSING = 0.5
_BAD_MEAN = 2.5  # of the added count
_GOOD_MEANS = (0.30, 0.10, 0.02, 0.0)  # of it; the first that is clear enough


@dataclass(frozen=True)
class Portfolio:
    """A table with the contract it keeps to, as text: what learners will get.

    Attributes
    ----------
    table
        One row an application.
    contract
        Its contract as read.
    text
        The same as TOML.
    """

    table: pd.DataFrame
    contract: Contract
    text: str


@dataclass(frozen=True, slots=True)
class _Addition:
    """One addition: further columns, what the contract says of them, and one sentence on each for people."""

    columns: Mapping[str, pd.Series[Any]]
    described: Mapping[str, Mapping[str, Any]]
    said: Mapping[str, str]
    concept: tuple[str, Mapping[str, Any]] | None = None
    protected: Mapping[str, Any] | None = None


def with_additions(
    portfolio: Portfolio, lacking: Iterable[str], allowed: Iterable[str], read: Callable[[str], Contract], seed: int
) -> Portfolio:
    """Return a portfolio with what it lacks, as far as it can be added.

    Parameters
    ----------
    portfolio
        What a class is to be made of.
    lacking
        Names of what it lacks; of them ``late``, ``twins`` and ``protected`` can be added. Twins that nobody declared to tell one
        fact are declared first.
    allowed
        Which of the three the company allows.
    read
        Reads a contract's text.
    seed
        Of what is drawn.
    """
    rng = np.random.default_rng(seed)
    made = {"late": _late, "twins": _twin, "protected": _group}
    wanted = {*lacking, *(() if _declares_twins(portfolio.contract) else ("twins",))}
    additions = [made[name](portfolio.table, portfolio.contract, rng) for name in made if name in wanted & {*allowed}]
    found = [one for one in additions if one is not None]
    if not found:
        return portfolio
    table = portfolio.table.assign(**{name: values for one in found for name, values in one.columns.items()})
    text = _described(portfolio.text, found)
    return Portfolio(table, read(text), text)


def with_gaps_as_level(portfolio: Portfolio, read: Callable[[str], Contract]) -> Portfolio:
    """Return a portfolio in which the missing values of a category that a model may read are a level of their own."""
    contract, table = portfolio.contract, portfolio.table
    usable = [
        *contract.categorical,
        *(name for name in contract.late if isinstance(contract.columns[name], CategoryColumn)),
    ]
    gaps = [name for name in usable if contract.columns[name].missing]
    if not gaps:
        return portfolio
    said, filled = tomllib.loads(portfolio.text), {}
    for name in gaps:
        column = said["columns"][name]
        del column["missing"]
        if table[name].notna().all():
            continue
        level = next(one for one in (NOT_KNOWN, f"{NOT_KNOWN} (missing)") if one not in column["values"])
        column["values"] = [*column["values"], level]
        filled[name] = table[name].astype(object).where(table[name].notna(), level)
    text = tomlkit.dumps(said)
    return Portfolio(table.assign(**filled), read(text), text)


def without_columns(portfolio: Portfolio, columns: Iterable[str], read: Callable[[str], Contract]) -> Portfolio:
    """Return a portfolio without some protected attributes: neither compared, nor given to a model, nor to learners."""
    gone = set(columns)
    if not gone:
        return portfolio
    said = tomllib.loads(portfolio.text)
    said["roles"]["protected"] = [one for one in said["roles"]["protected"] if one["column"] not in gone]
    said["columns"] = {name: column for name, column in said["columns"].items() if name not in gone}
    text = tomlkit.dumps(said)
    return Portfolio(portfolio.table.drop(columns=sorted(gone)), read(text), text)


def _described(text: str, additions: Iterable[_Addition]) -> str:
    """Return the contract with the additions described."""
    said = tomllib.loads(text)
    for one in additions:
        said["columns"] |= one.described
        said["added"] = {**said.get("added", {}), **one.said}
        if one.concept is not None:
            said["concepts"] = {**said.get("concepts", {}), one.concept[0]: one.concept[1]}
        if one.protected is not None:
            said["roles"]["protected"] = [*said["roles"].get("protected", []), one.protected]
    return tomlkit.dumps(said)


def free_name(contract: Contract, name: str) -> str:
    """Return a name that no column and no concept has."""
    return unused(name, {*contract.columns, *contract.declared_concepts})


# --- a column that knows the outcome -------------------------------------------------------------------------------------


def _late(table: pd.DataFrame, contract: Contract, rng: np.random.Generator) -> _Addition | None:
    """Return a count that grows after a bad outcome: zero where no outcome was ever seen."""
    bad = bad_outcomes(table, contract)
    known, of_bad = ~np.isnan(bad), bad == 1
    if not 0 < of_bad.sum() < known.sum():
        return None
    for mean in _GOOD_MEANS:
        count = np.where(of_bad, 1 + rng.poisson(_BAD_MEAN, len(table)), rng.poisson(mean, len(table)))
        count = np.where(known, count, 0)
        if auc_of(pd.Series(count[known]), bad[known]) >= min(0.5 + leak_line(contract) / 2, 0.97):
            break
    name = free_name(contract, "reminders_sent")
    described = {
        "type": "whole",
        "unit": "reminders",
        "range": [0, int(count.max()) + 1],
        "known_at": "after_booking",
        "label": "Payment reminders sent",
    }
    said = {name: "made up from the outcomes for this training: a count that grows when a loan goes bad"}
    return _Addition({name: pd.Series(count, table.index)}, {name: described}, said)


# --- a second reading of a number ----------------------------------------------------------------------------------------


def _twin(table: pd.DataFrame, contract: Contract, rng: np.random.Generator) -> _Addition | None:
    """Return a number measured a second time, a little otherwise, and the fact that both tell."""
    own = _own_twins(table, contract)
    if own is not None:
        return own
    column = _worth_reading_twice(table, contract)
    if column is None:
        return None
    described = contract.columns[column]
    assert isinstance(described, NumberColumn)  # the only kind that is looked at
    name = free_name(contract, f"{column}_second")
    fact = free_name(contract, f"{column}_both")
    again: dict[str, Any] = {
        "type": described.type,
        "range": list(described.range),
        "label": f"{described.label}, second reading",
    }
    again |= {"unit": described.unit} if described.unit else {}
    again |= {"missing": True} if described.missing else {}
    again |= {"expect": described.expect} if described.expect else {}
    again |= {"reason": f"{described.reason} (second reading)"[:120]} if described.reason else {}
    both: dict[str, Any] = {"columns": [column, name], "label": f"{described.label}, both readings"}
    both |= {"reason": described.reason} if described.reason else {}
    values = _read_again(table[column].astype(float), described, rng)
    said = {name: f"added for this training: “{described.label}” read a second time, with a little noise"}
    return _Addition({name: values}, {name: again}, said, concept=(fact, both))


def _declares_twins(contract: Contract) -> bool:
    numbers = set(contract.numeric)
    return any(len(numbers.intersection(names)) > 1 for names in contract.concepts.values())


def _own_twins(table: pd.DataFrame, contract: Contract) -> _Addition | None:
    """Return a concept for two numbers of the portfolio that rise and fall together, the pair that tells most of the outcome."""
    numbers = [name for name in contract.numeric if isinstance(contract.columns[name], NumberColumn)]
    pairs = [pair for pair in near_doubles(table, numbers, DOUBLES) if pair.spearman > 0 and not pair.exact]
    if not pairs:
        return None
    bad = bad_outcomes(table, contract)
    pair = max(pairs, key=lambda one: auc_of(table[one.first], bad) + auc_of(table[one.second], bad))
    names = [name for name in numbers if name in (pair.first, pair.second)]
    labels = [contract.label(name) for name in names]
    fact = free_name(contract, f"{names[0]}_fact")
    both: dict[str, Any] = {"columns": names, "label": " / ".join(labels)}
    reason = next((text for text in map(contract.reason, names) if text), "")
    both |= {"reason": reason} if reason else {}
    said = {
        fact: f"declared for this training: “{labels[0]}” and “{labels[1]}” rise and fall together, and are read as one fact"
    }
    return _Addition({}, {}, said, concept=(fact, both))


def _worth_reading_twice(table: pd.DataFrame, contract: Contract) -> str | None:
    """Return the number of no shared fact that tells most of the outcome, among those with enough different values."""
    shared = {name for names in contract.concepts.values() if len(names) > 1 for name in names}
    numbers = [
        name
        for name in contract.numeric
        if name not in shared
        and isinstance(contract.columns[name], NumberColumn)
        and table[name].isna().mean() <= _MOST_MISSING
        and table[name].nunique() > 2
    ]
    if not numbers:
        return None
    many = [name for name in numbers if table[name].nunique() >= _FEW] or numbers
    bad = bad_outcomes(table, contract)
    telling = {name: auc_of(table[name], bad) for name in many}
    return max(many, key=lambda name: telling[name])


def _read_again(values: pd.Series[Any], described: NumberColumn, rng: np.random.Generator) -> pd.Series[Any]:
    """Return values with noise, as finely written as they are, inside their range, and clearly in the same order."""
    usual, middle = values.median(), values.quantile(0.75) - values.quantile(0.25)
    wide, narrow = rng.normal(0, 1, len(values)), rng.normal(0, 1, len(values))
    digits = _digits(values)
    noise = 1.0
    while True:
        drawn = values + noise * (0.15 * (values - usual) * wide + 0.06 * (middle or values.std()) * narrow)
        again = drawn.round(digits).clip(*described.range)
        if noise < 0.05 or _in_same_order(values, again) >= TWIN_RANK:
            return again
        noise *= 0.7


def _in_same_order(values: pd.Series[Any], again: pd.Series[Any]) -> float:
    known = values.notna().to_numpy()
    return rank_correlation(numbers_of(values[known]), numbers_of(again[known]))


def _digits(values: pd.Series[Any]) -> int:
    """Return how many decimals values are written with, six at most.

    >>> _digits(pd.Series([1.5, 2.25, None])), _digits(pd.Series([10.0, 20.0]))
    (2, 0)
    """
    some = values.dropna().head(1_000)
    return next((digits for digits in range(6) if (some.round(digits) == some).all()), 6)


# --- a simulated group ---------------------------------------------------------------------------------------------------


def _group(table: pd.DataFrame, contract: Contract, rng: np.random.Generator) -> _Addition | None:
    """Return a group that lives with one column of the portfolio: found more often where that column is found with bad outcomes."""
    risky = _risky_part(table, contract)
    if risky is None:
        return None
    where, column = risky
    member = rng.random(len(table)) < np.where(where, _INSIDE, _OUTSIDE)
    name = free_name(contract, "simulated_group")
    described = {"type": "category", "values": ["group 1", "group 2"], "label": "Simulated group"}
    attribute = {
        "column": name,
        "reference": "group 1",
        "compared": "group 2",
        "reference_label": "simulated group 1",
        "compared_label": "simulated group 2",
    }
    said = {
        name: (
            "simulated for this training: nobody's real group. Its members were drawn by chance, more often where "
            f"“{contract.label(column)}” goes with bad outcomes"
        )
    }
    values = pd.Series(np.where(member, "group 2", "group 1"), table.index)
    return _Addition({name: values}, {name: described}, said, protected=attribute)


def _risky_part(table: pd.DataFrame, contract: Contract) -> tuple[np.ndarray[Any, Any], str] | None:
    """Return the rows in which one column goes with bad outcomes, and that column: a category where one tells enough."""
    bad = bad_outcomes(table, contract)
    parts: dict[str, tuple[float, np.ndarray[Any, Any]]] = {}
    for name in contract.features:
        values = table[name]
        if isinstance(contract.columns[name], CategoryColumn) or values.nunique() <= _FEW:
            where = _worst_levels(values.astype(str), bad)
        else:
            known = values.notna().to_numpy() & ~np.isnan(bad)
            rises = rank_correlation(numbers_of(values[known]), bad[known]) >= 0
            ranks = values.rank(pct=True, ascending=bool(rises)).fillna(0)
            where = (ranks > 1 - (_SHARE[0] + _SHARE[1]) / 2).to_numpy()
        if _SHARE[0] <= where.mean() <= _SHARE[1]:
            inside, outside = (bad[side & ~np.isnan(bad)] for side in (where, ~where))
            if len(inside) and len(outside):
                parts[name] = (float(inside.mean() - outside.mean()), where)
    if not parts:
        return None
    name = max(parts, key=lambda one: parts[one][0])
    return parts[name][1], name


def _worst_levels(values: pd.Series[Any], bad: Floats) -> np.ndarray[Any, Any]:
    """Return the rows of the levels with the highest rates of bad, as many levels as stay within the share wanted."""
    rates = pd.Series(bad, values.index).groupby(values).mean().sort_values(ascending=False)
    shares = values.value_counts(normalize=True)
    kept: list[str] = []
    for level in rates.index:
        if shares[[*kept, level]].sum() > _SHARE[1]:
            continue
        kept.append(str(level))
        if shares[kept].sum() >= _SHARE[0]:
            break
    return values.isin(kept).to_numpy()
