"""Weight of evidence: categories as numbers a scorecard analyst knows, smoothed, and a matrix shap can read exactly.

High = safe: ``ln(good/bad odds of the level) - ln(good/bad odds of all)``. Missing numbers become -1, an unseen level 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logit

from graders.references.shap_values import float32_exact

Floats = npt.NDArray[np.float64]
SMOOTHING = 50.0
MISSING = -1.0


def weight_of_evidence(levels: pd.Series[str], bad: pd.Series[float], smoothing: float = SMOOTHING) -> dict[str, float]:
    """Return the smoothed weight of evidence of every level.

    Parameters
    ----------
    levels
        One category a row.
    bad
        1 = default, 0 = not, aligned with `levels`.
    smoothing
        Rows of the overall rate added to each level, so that a small zone does not speak too loudly.

    >>> woe = weight_of_evidence(pd.Series(list("aabb")), pd.Series([1, 1, 0, 0]), smoothing=2)
    >>> woe["a"] < 0 < woe["b"]
    True
    """
    overall = float(bad.mean())
    counts = bad.groupby(levels.astype(str)).agg(["sum", "count"])
    rate = (counts["sum"] + smoothing * overall) / (counts["count"] + smoothing)
    return {str(level): float(logit(overall) - logit(level_rate)) for level, level_rate in rate.items()}


@dataclass(frozen=True, slots=True)
class WoeEncoder:
    """Turns application rows into the model's matrix.

    Attributes
    ----------
    numeric, categorical
        Column names; the matrix has the numeric ones first.
    weights
        Per categorical column, weight of evidence per level.
    """

    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    weights: Mapping[str, Mapping[str, float]]

    @classmethod
    def fitted(
        cls, rows: pd.DataFrame, bad: pd.Series[float], numeric: Sequence[str], categorical: Sequence[str]
    ) -> WoeEncoder:
        """Learn the weights of evidence from rows whose outcome is known."""
        weights = {column: weight_of_evidence(rows[column], bad) for column in categorical}
        return cls(tuple(numeric), tuple(categorical), weights)

    @property
    def names(self) -> tuple[str, ...]:
        """The matrix's columns."""
        return self.numeric + self.categorical

    def matrix(self, rows: pd.DataFrame) -> Floats:
        """Return the float32-exact matrix, shape (rows, features), without missing values."""
        numbers = rows[list(self.numeric)].astype(float).fillna(MISSING)
        codes = [rows[column].astype(str).map(dict(self.weights[column])).fillna(0.0) for column in self.categorical]
        return float32_exact(np.column_stack([numbers.to_numpy(), *(code.to_numpy(dtype=float) for code in codes)]))
