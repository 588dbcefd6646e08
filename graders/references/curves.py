"""A model's answer as one column is moved and all else kept: file by file, on average, and against a declared sign.

All in log-odds of default. A moved file may be one that nobody ever filed: these curves describe the model, not borrowers.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from graders.references.shap_values import float32_exact

Floats = npt.NDArray[np.float64]
GRID_POINTS = 15
FLAT = 0.05  # log-odds: as high as the deepest place of a curve, for any reader of it


def quantile_grid(
    values: pd.Series[float], points: int = GRID_POINTS, low: float = 0.02, high: float = 0.98
) -> list[float]:
    """Return the distinct quantiles of a column's known values, ascending: where a curve is drawn, without its rare ends.

    All are values that were filed: between two of them nobody could read a curve.

    >>> quantile_grid(pd.Series([0.0, 0.0, 1.0, 2.0, np.nan]), points=3, low=0.0, high=1.0)
    [0.0, 1.0, 2.0]
    """
    return [
        float(value) for value in np.unique(values.quantile(np.linspace(low, high, points), interpolation="higher"))
    ]


def moved(model: Any, matrix: Floats, place: int, values: npt.ArrayLike) -> Floats:
    """Return the model's log-odds when every row is given each value in turn.

    Parameters
    ----------
    model
        With ``decision_function`` in log-odds.
    matrix
        Float32-exact feature matrix, shape (rows, columns).
    place
        Number of the column that is moved.
    values
        What it is moved to, shape (k,).

    Returns
    -------
    Shape (k, rows). Its columns are the ICE curves (Goldstein et al. 2015), its mean over the rows is the partial dependence
    (Friedman 2001, section 8.2).
    """
    forced = []
    for value in float32_exact(values):
        rows = matrix.copy()
        rows[:, place] = value
        forced.append(np.asarray(model.decision_function(rows), dtype=float))
    return np.array(forced)


class Run(NamedTuple):
    """The largest stretch of a curve against its declared sign: from place `start` to place `end`, `size` in log-odds."""

    start: int
    end: int
    size: float


def adverse_run(curve: npt.ArrayLike, sign: int) -> Run:
    """Return how far a curve runs against the sign that was declared for it.

    Parameters
    ----------
    curve
        Mean log-odds over ascending values, shape (k,).
    sign
        +1 where a higher value was declared riskier, -1 where safer.

    Returns
    -------
    The largest drawdown of ``sign * curve``: the most it falls below what it had reached before.

    >>> adverse_run([-2.4, -2.8, -2.3], +1)
    Run(start=0, end=1, size=0.4)
    """
    heights = sign * np.asarray(curve, dtype=float)
    fallen = np.maximum.accumulate(heights) - heights
    end = int(np.argmax(fallen))
    start = int(np.argmax(heights[: end + 1]))
    return Run(start, end, round(float(fallen[end]), 12))


class Turn(NamedTuple):
    """Where a curve turns: the places of its flat end, and those on the side that runs against the sign."""

    flat: tuple[int, ...]
    adverse: tuple[int, ...]


def turning(curve: npt.ArrayLike, sign: int, flat: float = FLAT) -> Turn:
    """Return where a curve turns with respect to its largest run against the declared sign.

    Parameters
    ----------
    curve, sign
        As in `adverse_run`.
    flat
        How close in log-odds counts as the same height.

    Returns
    -------
    The neighbouring places within `flat` of the end of the run, or, where the run goes on to the last place, of its start;
    and all places beyond them on the side of the run.

    >>> turning([-2.4, -2.8, -2.81, -2.3], +1)
    Turn(flat=(1, 2), adverse=(0,))
    """
    heights = np.asarray(curve, dtype=float)
    run = adverse_run(heights, sign)
    last = len(heights) - 1
    at = run.end if run.end < last else run.start
    first = final = at
    while first > 0 and abs(heights[first - 1] - heights[at]) <= flat:
        first -= 1
    while final < last and abs(heights[final + 1] - heights[at]) <= flat:
        final += 1
    side = range(first) if run.end < last else range(final + 1, last + 1)
    return Turn(tuple(range(first, final + 1)), tuple(side))
