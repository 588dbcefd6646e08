"""What has moved between two populations, and whether as many defaulted as were announced.

Two measures that know nothing of each other: stability compares populations and never sees an outcome, actual over expected
compares outcomes with announcements and never sees an input. Lines to compare them with are an organisation's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
BINS = 10
LEAST_SHARE = 1e-4  # an empty bin has no logarithm; conventional, and far below any bin of ten
_MISSING = "\0"  # a level that no category has


def stability_index(before: pd.Series[Any], after: pd.Series[Any], bins: int = BINS) -> float:
    """Return the population stability index (PSI) of one column.

    Parameters
    ----------
    before, after
        The column in the two populations. A quantity is cut at the quantiles of `before`; a category has a bin a level. What
        is missing has a bin of its own.
    bins
        How many a quantity is cut into, at most: counts have fewer distinct quantiles.

    Returns
    -------
    ``sum((after - before) * ln(after / before))`` over the shares of the bins; 0 for equal shares, no upper end.

    Notes
    -----
    The symmetrised Kullback-Leibler divergence (Jeffreys); Yurdakul and Naranjo 2020, "Statistical properties of the
    population stability index". 0.10 and 0.25 are conventions, no tests.

    >>> round(stability_index(pd.Series(list("aabb")), pd.Series(list("aaab"))), 3)
    0.275
    """
    if pd.api.types.is_numeric_dtype(before):
        edges = np.unique(before.quantile(np.linspace(0, 1, bins + 1)[1:-1]).dropna())
        old, new = (_cut(values, edges) for values in (before, after))
    else:
        old, new = (values.astype(str).where(values.notna(), _MISSING) for values in (before, after))
    levels = sorted(set(old) | set(new))
    return index_of_shares(*(_shares(values, levels) for values in (old, new)))


def index_of_shares(before: npt.ArrayLike, after: npt.ArrayLike) -> float:
    """Return the PSI of two lists of shares, bin by bin.

    >>> round(index_of_shares([0.5, 0.3, 0.2], [0.4, 0.3, 0.3]), 3)
    0.063
    """
    old, new = (np.clip(np.asarray(shares, dtype=float), LEAST_SHARE, None) for shares in (before, after))
    return float(((new - old) * np.log(new / old)).sum())


def _cut(values: pd.Series[Any], edges: Floats) -> pd.Series[Any]:
    numbers = values.to_numpy(dtype=float)
    return pd.Series(np.where(np.isnan(numbers), -1, np.searchsorted(edges, numbers)), values.index)


def _shares(values: pd.Series[Any], levels: Sequence[Any]) -> Floats:
    counts = values.value_counts()
    return np.array([counts.get(level, 0) for level in levels], dtype=float) / len(values)


def actual_over_expected(bad: npt.ArrayLike, pd: npt.ArrayLike) -> float:
    """Return defaults seen over defaults announced.

    Parameters
    ----------
    bad
        1 for default, 0 for none, nan where the outcome is not known: such a loan counts on neither side.
    pd
        The default probability that was announced for each, as a fraction.

    Returns
    -------
    ``sum(bad) / sum(pd)``, a ratio of sums and no mean of ratios; above 1 more defaulted than announced. nan where no
    outcome is known.

    >>> round(actual_over_expected([1, 0, 0, np.nan], [0.10, 0.25, 0.05, 0.90]), 2)
    2.5
    """
    outcome, announced = np.asarray(bad, dtype=float), np.asarray(pd, dtype=float)
    known = ~np.isnan(outcome)
    expected = float(announced[known].sum())
    return float(outcome[known].sum()) / expected if expected > 0 else float("nan")


class Band(NamedTuple):
    """The ends of an interval."""

    low: float
    high: float


def ae_interval(defaults: int, announced: float, level: float = 0.95) -> Band:
    """Return the interval of actual over expected, the number of defaults taken for a Poisson count.

    Parameters
    ----------
    defaults
        How many were seen.
    announced
        How many were announced: the sum of the PDs as fractions, above 0.
    level
        Of confidence.

    Notes
    -----
    Exact limits of a Poisson mean (Garwood 1936) over a fixed expectation, as for standardised mortality ratios.

    >>> [round(end, 2) for end in ae_interval(30, 20.0)]
    [1.01, 2.14]
    """
    from scipy.stats import chi2  # slow to import, and opening a case needs none of it

    tail = (1 - level) / 2
    low = chi2.ppf(tail, 2 * defaults) / 2 if defaults else 0.0
    return Band(float(low / announced), float(chi2.ppf(1 - tail, 2 * defaults + 2) / 2 / announced))


def outside(ratio: float, band: tuple[float, float]) -> bool:
    """Return whether a value lies outside a band; a value on one of its ends is inside.

    >>> outside(1.25, (0.8, 1.25)), outside(1.26, (0.8, 1.25))
    (False, True)
    """
    return not band[0] <= ratio <= band[1]
