"""Explained files as data: one file (`Explained`) and all of them (`Explanation`), read by cases, keys and figures.

Owns the arithmetic between contributions, concepts and default probabilities. It draws nothing and judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from graders.language import _, number
from graders.references.importance import concept_sums, directions, mean_absolute
from graders.references.odds import pd_percent, probability_points

if TYPE_CHECKING:
    from pandas import DataFrame, Series  # bare names: `Explained.pd` takes the usual one


@dataclass(frozen=True)
class Explained:
    """One application and what the model makes of it.

    Attributes
    ----------
    name, id
        The letter it goes by in a lesson, and its application number.
    base
        Mean log-odds of the reference loans.
    refused
        Whether its PD lies above the cut-off.
    values
        Its value of every model column, as filed.
    contributions
        SHAP value of every model column in log-odds of default, largest absolute value first.
    concepts
        The same with columns that say one thing added up, most towards default first.
    labels, units
        What columns and concepts mean in words, and the units of those that have one.
    """

    name: str
    id: str
    base: float
    refused: bool
    values: Series[Any]
    contributions: Series[float]
    concepts: Series[float]
    labels: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def log_odds(self) -> float:
        """Base plus all contributions: the model's log-odds of default."""
        return self.base + float(self.contributions.sum())

    @property
    def pd(self) -> float:
        """Default probability in percent."""
        return float(pd_percent(self.log_odds))

    @property
    def points(self) -> Series[float]:
        """What each contribution is worth in percentage points of this file's PD, taken away last; they do not add up."""
        return pd.Series(probability_points(self.log_odds, self.contributions.to_numpy()), self.contributions.index)

    @property
    def file(self) -> DataFrame:
        """What was filed, before any model speaks: one line a column, its meaning and its value."""
        columns = self.values.index
        meanings = [self.labels.get(column, column) for column in columns]
        values = [shown(value) for value in self.values]
        units = [self.units.get(column, "") for column in columns]
        return pd.DataFrame({"meaning": meanings, "value": values, "unit": units}, index=columns)

    @property
    def reasons(self) -> DataFrame:
        """The file with the contribution of each line in log-odds, largest first."""
        return self.file.loc[self.contributions.index].assign(contribution=self.contributions.round(3))


@dataclass(frozen=True)
class Explanation:
    """The explained files of a portfolio.

    Attributes
    ----------
    rows
        What was filed, one row a file, one column a model column.
    contributions
        SHAP values in log-odds of default, same shape.
    base
        Mean log-odds of the reference loans.
    cut
        PD in percent above which a file is refused.
    concept_columns
        The columns of every concept, single columns included.
    labels, units
        What columns and concepts mean in words, and the units of those that have one.
    """

    rows: DataFrame
    contributions: DataFrame
    base: float
    cut: float
    concept_columns: Mapping[str, Sequence[str]]
    labels: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def concepts(self) -> DataFrame:
        """Contributions with columns that say the same thing added up, file by file."""
        return concept_sums(self.contributions, self.concept_columns)

    @cached_property
    def importance(self) -> Series[float]:
        """Mean absolute contribution per column, largest first."""
        return mean_absolute(self.contributions)

    @cached_property
    def concept_importance(self) -> Series[float]:
        """Mean absolute sum per concept, largest first."""
        return mean_absolute(self.concepts)

    @cached_property
    def pds(self) -> Series[float]:
        """Default probability of every file, in percent."""
        totals = self.base + self.contributions.sum(axis=1)
        return pd.Series(pd_percent(totals.to_numpy()), self.contributions.index, name="pd")

    @cached_property
    def numeric(self) -> list[str]:
        """The columns that hold quantities."""
        return [str(name) for name in self.rows.columns if pd.api.types.is_numeric_dtype(self.rows[name])]

    @cached_property
    def directions(self) -> Series[float]:
        """Per numeric column, Spearman's correlation of value and contribution: +1 higher is riskier, -1 higher is safer."""
        return directions(self.rows[self.numeric], self.contributions[self.numeric])

    @cached_property
    def unusual(self) -> DataFrame:
        """Per concept, how far its most striking number lies from the mean, in standard deviations; 0 for categories."""
        numbers = self.rows[self.numeric].astype(float)
        scores = ((numbers - numbers.mean()) / numbers.std()).abs().fillna(0.0)
        scores = scores.reindex(columns=self.contributions.columns, fill_value=0.0)
        return pd.DataFrame({name: _largest(scores, columns) for name, columns in self.concept_columns.items()})

    @cached_property
    def twins(self) -> tuple[str, list[str]] | None:
        """A concept of several columns, with its columns, the strongest first; None when there is none.

        The first that two quantities tell, and nothing else; where there is none, the first that two quantities or more tell,
        then the first of several columns.
        """
        several = [concept for concept, columns in self.concept_columns.items() if len(columns) > 1]
        told = {concept: self.concept_columns[concept] for concept in several}
        quantities = {concept: sum(name in self.numeric for name in columns) for concept, columns in told.items()}
        order = sorted(several, key=lambda one: (quantities[one] != 2 or len(told[one]) != 2, quantities[one] < 2))
        if not order:
            return None
        return order[0], [str(name) for name in self.importance.index if name in told[order[0]]]

    def phi(self, key: str) -> Series[float]:
        """Return the contributions of one file, by column."""
        return cast("Series[float]", self.contributions.loc[key])

    def sums(self, key: str) -> Series[float]:
        """Return the contributions of one file, by concept."""
        return cast("Series[float]", self.concepts.loc[key])

    def one(self, key: str, name: str = "") -> Explained:
        """Return one file.

        Parameters
        ----------
        key
            Its application number.
        name
            The letter it goes by, if any.
        """
        phi = self.phi(key)
        return Explained(
            name=name or key,
            id=key,
            base=self.base,
            refused=bool(self.pds[key] > self.cut),
            values=cast("Series[Any]", self.rows.loc[key]),
            contributions=phi[phi.abs().sort_values(ascending=False, kind="stable").index],
            concepts=self.sums(key).sort_values(ascending=False, kind="stable"),
            labels=self.labels,
            units=self.units,
        )

    def with_unit(self, column: str) -> str:
        """Return what a column means, with its unit."""
        label, unit = self.labels.get(column, column), self.units.get(column, "")
        return f"{label}, {unit}" if unit else label


def shown(value: object) -> str:
    """Return a filed value as a reader writes it.

    >>> shown(2100.0), shown(float("nan")), shown("fixed_term")
    ('2,100', 'not known', 'fixed term')
    """
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return _("not known") if np.isnan(float(value)) else number(float(value))
    return _("not known") if value is None else str(value).replace("_", " ")


def _largest(scores: DataFrame, columns: Sequence[str]) -> Series[float]:
    """Return row by row the largest of some columns; most concepts have one, for which there is nothing to compare."""
    if len(columns) == 1:
        return cast("Series[float]", scores[columns[0]])
    return cast("Series[float]", scores[list(columns)].max(axis=1))
