"""How well one column, or all that a model reads, tells a group that the model is not told: proxies.

A proxy is a column that stands in for membership of a group. It measures the link with the group only: how much a model uses a
column, and whether its use can be justified, are other questions.

Notes
-----
Barocas and Selbst 2016, "Big data's disparate impact", California Law Review 104 (proxies and redundant encodings); Avery,
Brevoort and Canner 2012, "Does credit scoring produce a disparate impact?", Real Estate Economics 40 (a score's column as a
surrogate for group membership).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
BINS = 10
TELLING = 0.65  # AUC of guessing the group from which this kit calls a model's inputs telling
COMMON = 0.05  # share of people from which a level counts where frequencies are compared


class Guess(NamedTuple):
    """AUC of guessing a group from what a model reads.

    Attributes
    ----------
    other_half
        On people the guess was not fitted on.
    same_half
        On those it was fitted on.
    """

    other_half: float
    same_half: float


class Typical(NamedTuple):
    """The level of a column that is most typical of a group, and how many times more frequent it is there."""

    level: str
    ratio: float


def levels(values: pd.Series[Any], bins: int = BINS) -> npt.NDArray[np.int64]:
    """Return each row's level as a whole number: a category, a tenth of the numbers, or missing as a level of its own."""
    if not pd.api.types.is_numeric_dtype(values):
        return np.asarray(pd.factorize(values.astype(str))[0], dtype=np.int64)
    numbers = values.to_numpy(dtype=float)
    edges = np.unique(np.nanquantile(numbers, np.linspace(0, 1, bins + 1)[1:-1]))
    return np.where(np.isnan(numbers), len(edges) + 1, np.searchsorted(edges, numbers, side="left")).astype(np.int64)


def group_auc(values: pd.Series[Any], member: npt.ArrayLike, bins: int = BINS) -> float:
    """Return how well one column tells who belongs to a group.

    Parameters
    ----------
    values
        One column; numbers are cut into tenths.
    member
        Whether each row belongs to the group, shape (n,).

    Returns
    -------
    AUC of the group's share at the row's level: the chance that of one member and one other the member's level has the higher
    share, equal shares counting half. 0.5 where either is missing.

    >>> group_auc(pd.Series(["a", "a", "b", "b"]), [True, False, False, False])
    0.8333333333333334
    """
    inside = np.asarray(member, dtype=bool)
    codes = levels(values, bins)
    size = int(codes.max()) + 1
    of_group = np.bincount(codes[inside], minlength=size).astype(float)
    others = np.bincount(codes[~inside], minlength=size).astype(float)
    if not (of_group.sum() and others.sum()):
        return 0.5
    total = of_group + others
    share = np.divide(of_group, total, out=np.zeros(size), where=total > 0)
    below = (share[:, None] > share[None, :]) @ others
    level = np.isclose(share[:, None], share[None, :]) @ others
    return float((of_group * (below + 0.5 * level)).sum() / (of_group.sum() * others.sum()))


def typical_level(values: pd.Series[Any], member: npt.ArrayLike, bins: int = BINS) -> Typical:
    """Return the level that is most typical of a group: how many times more frequent it is there than among the others.

    Levels of less than 5 % of all people are left out. A level may be typical of a group, and yet few of the group have it.

    >>> typical_level(pd.Series(["yes", "no", "no", "no"]), [True, True, False, False]).ratio
    inf
    """
    inside = np.asarray(member, dtype=bool)
    codes = pd.Series(levels(values, bins))
    names = values.astype(str).groupby(codes.to_numpy()).first()
    common = codes.value_counts(normalize=True).loc[lambda share: share >= COMMON].index
    within, outside = (
        codes[people].value_counts(normalize=True).reindex(common, fill_value=0.0) for people in (inside, ~inside)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (within / outside).dropna()
    if ratios.empty:
        return Typical("", 1.0)
    code = int(ratios.index[int(np.argmax(ratios.to_numpy()))])
    return Typical(str(names.loc[code]), float(ratios.max()))


def guess_auc(fit: Callable[[Floats, pd.Series[Any]], Any], matrix: Floats, member: Flags, half: Flags) -> Guess:
    """Return how well a model fitted on one half of the people guesses the group of the other half.

    Parameters
    ----------
    fit
        Takes a matrix and the group as 0 or 1, returns a model with ``decision_function``.
    matrix
        What the model under audit reads, shape (n, p).
    member
        Whether each row belongs to the group, shape (n,).
    half
        Which rows it is fitted on, shape (n,).
    """
    from sklearn.metrics import roc_auc_score  # slow to import, and opening a case needs none of it

    model = fit(matrix[half], pd.Series(member[half].astype(int)))
    scores = model.decision_function(matrix)
    apart, within = (float(roc_auc_score(member[rows], scores[rows])) for rows in (~half, half))
    return Guess(apart, within)
