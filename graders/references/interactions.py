"""How strongly two features act together inside a tree model, in log-odds.

Uses shap's path-dependent definition: with a background, shap 0.51 returns zeros and only a line on stderr.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def interaction_strengths(model: Any, rows: Floats, names: Sequence[str]) -> pd.DataFrame:
    """Return the mean absolute SHAP interaction of every pair and, on the diagonal, the main effect.

    Parameters
    ----------
    model
        Fitted tree ensemble that shap's TreeExplainer reads.
    rows
        Float32-exact feature matrix, shape (n, p); a few hundred rows are enough.
    names
        The p feature names.

    Returns
    -------
    Symmetric table, shape (p, p), in log-odds; off the diagonal doubled, because shap gives each half of a pair its share
    (Lundberg et al. 2020, section on SHAP interaction values).
    """
    import shap  # slow to import, see shap_values

    raw = np.asarray(shap.TreeExplainer(model).shap_interaction_values(rows), dtype=float)
    strength = np.abs(raw).mean(axis=0) * 2.0
    np.fill_diagonal(strength, np.diag(strength) / 2.0)
    return pd.DataFrame(strength, index=list(names), columns=list(names))
