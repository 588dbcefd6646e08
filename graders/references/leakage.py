"""What a column alone says about the outcome, and whether two rates differ: evidence for and against a column.

Strength is not guilt: these are measures. Whether a column was known in time stands in the contract, not in any of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def univariate_aucs(matrix: Floats, bad: npt.ArrayLike, names: Sequence[str]) -> pd.Series[float]:
    """Return how well each column alone orders good and bad, whichever way round, highest first.

    Parameters
    ----------
    matrix
        The model's matrix, shape (rows, columns): categories as weights of evidence, missing as -1.
    bad
        1 for default, 0 for none, shape (rows,).
    names
        Of the columns.

    Returns
    -------
    Area under the ROC curve from 0.5 (no order) to 1, the better of the two directions.
    """
    from sklearn.metrics import roc_auc_score  # slow to import, and opening a case needs none of it

    outcome = np.asarray(bad, dtype=int)
    found = {name: float(roc_auc_score(outcome, column)) for name, column in zip(names, matrix.T, strict=True)}
    return pd.Series({name: max(auc, 1 - auc) for name, auc in found.items()}, dtype=float).sort_values(
        ascending=False, kind="stable"
    )


def rate_gap_p_value(bad: Sequence[int], loans: Sequence[int]) -> float:
    """Return the p-value of the two-sided test that two groups of loans have one default rate (pooled z-test).

    Parameters
    ----------
    bad, loans
        Defaults and loans of the two groups; groups without loans, or without any default or any good loan, give 1.
    """
    from statsmodels.stats.proportion import proportions_ztest  # likewise

    if min(loans) == 0 or sum(bad) in (0, sum(loans)):
        return 1.0
    return float(proportions_ztest(np.asarray(bad), np.asarray(loans))[1])
