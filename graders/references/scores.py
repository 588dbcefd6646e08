"""What the answers of an organisation's own model are as default probabilities, whatever scale it writes them in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from graders.contract import Contract
from graders.errors import DataError
from graders.references.odds import pd_percent

Floats = npt.NDArray[np.float64]
LEAST = 20  # good and bad outcomes, each, from which the meaning of points is learnt
_EDGE = 0.01  # percent: a PD of 0 has no log-odds


def own_pd(rows: pd.DataFrame, contract: Contract, learnt: pd.DataFrame | None = None) -> pd.Series[float]:
    """Return the default probability that the organisation's own model gives to rows.

    Parameters
    ----------
    rows
        A table under the contract, any index.
    contract
        With ``roles.score``.
    learnt
        The loans from which the meaning of points is learnt: rows without an outcome or a score do not count. All `rows` unless
        given; other scales need none.

    Returns
    -------
    Percent, index of `rows`, nan where the model has not scored a row.

    Raises
    ------
    DataError
        When the contract has no score, or too few outcomes to say what points mean.
    """
    score = contract.roles.score
    if score is None:
        raise DataError(f"{contract.title}: expected roles.score, got none. Name the column with your model's PD.")
    values = _numbers(rows[score.column])
    if score.scale != "points":
        return pd.Series(as_percent(values, score.scale), rows.index)
    known = rows if learnt is None else learnt
    bad = bad_outcomes(known, contract)
    return pd.Series(percent_of_points(values, _numbers(known[score.column]), bad), rows.index)


def as_percent(values: Floats, scale: str) -> Floats:
    """Return values in percent, probability or log-odds of default as a PD in percent; nan stays nan.

    >>> as_percent(np.array([0.0, np.nan]), "log-odds").tolist()
    [50.0, nan]
    """
    if scale == "log-odds":
        return pd_percent(values)
    return values * {"percent": 1.0, "probability": 100.0}[scale]


def percent_of_points(points: Floats, learnt: Floats, bad: Floats) -> Floats:
    """Return points as a PD in percent: a logistic regression of outcomes on points (Siddiqi 2017, ch. 10, on scaling).

    Parameters
    ----------
    points
        Of the rows asked about.
    learnt, bad
        Points and outcomes (1 bad, 0 good) learnt from; pairs with a nan do not count.

    Raises
    ------
    DataError
        When good or bad outcomes with points are too few, or all have the same points.
    """
    from sklearn.linear_model import LogisticRegression  # slow to import, and most scores need none of it

    known = ~(np.isnan(learnt) | np.isnan(bad))
    x, y = learnt[known], bad[known] == 1
    if not LEAST <= y.sum() <= len(y) - LEAST or np.ptp(x) == 0:
        raise DataError(
            f"Expected points of {LEAST} good and {LEAST} bad loans or more to say what they mean, got {int(y.sum())} bad among "
            f"{len(y)}. Bring more outcomes, or write the score in percent."
        )
    middle, width = float(x.mean()), float(x.std())
    fit = LogisticRegression(C=1e4).fit(((x - middle) / width)[:, None], y)
    slope, start = float(fit.coef_[0, 0]), float(fit.intercept_[0])
    return pd_percent(np.asarray(start + slope * (points - middle) / width))


def taught_rows(matrix: Floats, pd_in_percent: pd.Series[float]) -> tuple[Floats, npt.NDArray[np.int64], Floats]:
    """Return rows, outcomes and weights from which a classifier learns to answer as another model does.

    Each row stands there twice, as bad with the weight of its PD and as good with the rest: the mean log loss is then least where
    the same PD is given (distillation: Hinton et al. 2015, arXiv 1503.02531; of credit models: Tan et al. 2018, AIES). Rows
    without a PD are left out.

    >>> rows, outcomes, weights = taught_rows(np.array([[7.0], [8.0]]), pd.Series([25.0, np.nan]))
    >>> rows.tolist(), outcomes.tolist(), weights.tolist()
    ([[7.0], [7.0]], [1, 0], [0.25, 0.75])
    """
    known = pd_in_percent.notna().to_numpy()
    share = pd_in_percent.to_numpy(dtype=float)[known] / 100
    rows = matrix[known]
    return np.concatenate([rows, rows]), np.repeat([1, 0], len(share)), np.concatenate([share, 1 - share])


def bounded_log_odds(pd_in_percent: npt.ArrayLike) -> Floats:
    """Return log-odds of default of PDs, those below 0.01 % and above 99.99 % taken as these.

    >>> bounded_log_odds([0.0, 50.0]).round(2).tolist()
    [-9.21, 0.0]
    """
    share = np.clip(np.asarray(pd_in_percent, dtype=float), _EDGE, 100 - _EDGE) / 100
    return np.asarray(np.log(share / (1 - share)))


def bad_outcomes(rows: pd.DataFrame, contract: Contract) -> Floats:
    """Return 1 for bad, 0 for good, nan where the outcome is not known or the contract has no target."""
    target = contract.roles.target
    if target is None:
        return np.full(len(rows), np.nan)
    known = _numbers(rows[target.column])
    return np.where(np.isnan(known), np.nan, (known == target.bad).astype(float))


def _numbers(values: pd.Series[float]) -> Floats:
    return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
