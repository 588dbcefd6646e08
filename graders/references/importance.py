"""From contributions per row to statements on the portfolio: weight, direction, concepts, and the loss of AUC of a shuffle.

Every measure keeps its own definition; the kit's traps are made of confusing them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def mean_absolute(contributions: pd.DataFrame) -> pd.Series[float]:
    """Return the mean absolute contribution per column, largest first, in log-odds.

    >>> mean_absolute(pd.DataFrame({"a": [1.0, -1.0], "b": [0.5, 0.5]})).to_dict()
    {'a': 1.0, 'b': 0.5}
    """
    return contributions.abs().mean().sort_values(ascending=False, kind="stable")


def signed_mean(contributions: pd.DataFrame) -> pd.Series[float]:
    """Return the mean contribution per column, most positive first, in log-odds; opposite effects cancel in it."""
    return contributions.mean().sort_values(ascending=False, kind="stable")


def widest_range(contributions: pd.DataFrame) -> pd.Series[float]:
    """Return largest minus smallest contribution per column, widest first, in log-odds; two files decide it."""
    return (contributions.max() - contributions.min()).sort_values(ascending=False, kind="stable")


def concept_sums(contributions: pd.DataFrame, concepts: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Add up the columns that say the same thing, applicant by applicant.

    Parameters
    ----------
    contributions
        One column a feature, in log-odds.
    concepts
        Features of every concept of more than one; a feature named in none stays its own concept.

    Returns
    -------
    One column a concept, at the place of its first feature. Sum first, average later: twins that pull apart cancel per file.

    >>> phi = pd.DataFrame({"now": [0.3, -0.1], "avg": [-0.2, -0.1], "dti": [0.5, 0.0]})
    >>> concept_sums(phi, {"utilisation": ["now", "avg"]}).round(2).to_dict("list")
    {'utilisation': [0.1, -0.2], 'dti': [0.5, 0.0]}
    """
    concept_of = {feature: concept for concept, features in concepts.items() for feature in features}
    names = [concept_of.get(column, column) for column in contributions.columns]
    return contributions.T.groupby(names, sort=False).sum().T


def directions(values: pd.DataFrame, contributions: pd.DataFrame) -> pd.Series[float]:
    """Return Spearman's correlation of each column's value with its contribution, in [-1, 1].

    Parameters
    ----------
    values, contributions
        Same shape and columns; a column whose value or contribution never changes gets 0.
    """
    from scipy.stats import spearmanr  # slow to import, and opening a case needs none of it

    result = {}
    for column in contributions.columns:
        value, phi = values[column].to_numpy(dtype=float), contributions[column].to_numpy(dtype=float)
        known = ~np.isnan(value)
        flat = np.ptp(value[known]) == 0 or np.ptp(phi[known]) == 0 if known.any() else True
        result[column] = 0.0 if flat else float(spearmanr(value[known], phi[known]).statistic)
    return pd.Series(result, dtype=float)


def auc_loss(
    model: Any, matrix: Floats, outcome: npt.ArrayLike, names: Sequence[str], *, seed: int = 0
) -> pd.Series[float]:
    """Return the AUC lost when one column is shuffled, largest loss first.

    Parameters
    ----------
    model
        Anything with ``decision_function``.
    matrix
        Feature matrix, shape (n, p).
    outcome
        1 = default, 0 = not, both present, shape (n,).
    names
        The p column names.
    seed
        Of the shuffle; one shuffle serves every column, so that columns are compared on the same luck.

    Notes
    -----
    Breiman 2001, "Random forests", section 10; Gini = 2 * AUC - 1, so a loss of Gini is twice this.
    """
    from sklearn.metrics import roc_auc_score  # likewise

    actual = np.asarray(outcome, dtype=int)
    shuffled = np.argsort(np.random.PCG64(seed).random_raw(len(matrix)), kind="stable")
    full = roc_auc_score(actual, model.decision_function(matrix))
    losses = {}
    for position, name in enumerate(names):
        changed = matrix.copy()
        changed[:, position] = matrix[shuffled, position]
        losses[name] = full - roc_auc_score(actual, model.decision_function(changed))
    return pd.Series(losses, dtype=float).sort_values(ascending=False, kind="stable")
