"""Other choices an explanation makes without saying: whom it compares with, in which unit, along which path.

Owns the alternatives to what `shap_values` does: reference files just above the line, contributions to the probability, and the
path-dependent definition. Each result is checked to add up to what it explains.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from graders.references.odds import log_odds
from graders.references.shap_values import BACKGROUND_ROWS, ShapValues, check_additivity

Floats = npt.NDArray[np.float64]


def just_approved(pds: npt.ArrayLike, cut: float, count: int = BACKGROUND_ROWS) -> npt.NDArray[np.int64]:
    """Return where the approved files nearest to the line stand, in the order of the files.

    Parameters
    ----------
    pds
        PD of every file, in percent.
    cut
        PD above which a file is refused.
    count
        How many.

    Notes
    -----
    One of the two references that the official interpretation of Regulation B describes, comment 9(b)(2)-5: applicants whose
    score was at or slightly above the minimum passing score; the other is all applicants.

    >>> just_approved([3.0, 8.0, 7.5, 1.0, 7.9], cut=7.9, count=2).tolist()
    [2, 4]
    """
    risk = np.asarray(pds, dtype=float)
    nearest = np.argsort(np.where(risk <= cut, cut - risk, np.inf), kind="stable")[:count]
    return np.sort(nearest).astype(np.int64)


def in_probability(model: Any, rows: Floats, background: Floats) -> ShapValues:
    """Return contributions to the probability of default, not to its log-odds, as shap gives them.

    Parameters
    ----------
    model, rows, background
        As in `graders.references.shap_values.shap_values`.

    Notes
    -----
    shap 0.51 takes the contributions to the log-odds against each reference row and rescales them to the gap in probability
    (``model_output="probability"``); they add up to it, and lie near the Shapley values of the probability, without being them.
    Either way another question than in log-odds: the order may differ, since the curve from log-odds to probability is no line
    (Lundberg et al. 2020, on the choice of output).
    """
    import shap  # likewise slow to import

    masker = shap.maskers.Independent(background, max_samples=BACKGROUND_ROWS)
    explainer = shap.TreeExplainer(model, masker, feature_perturbation="interventional", model_output="probability")
    values = np.asarray(explainer.shap_values(rows, check_additivity=False), dtype=float)
    base = float(np.ravel(explainer.expected_value)[-1])
    check_additivity(base, values, model.predict_proba(rows)[:, 1])
    return ShapValues(base, values)


def by_path(model: Any, rows: Floats) -> ShapValues:
    """Return path-dependent TreeSHAP values in log-odds: the reference is how the training loans went through the trees.

    Parameters
    ----------
    model, rows
        As in `graders.references.shap_values.shap_values`; no background, since none is asked for.
    """
    import shap

    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    values = np.asarray(explainer.shap_values(rows, check_additivity=False), dtype=float)
    base = float(np.ravel(explainer.expected_value)[0])
    check_additivity(base, values, log_odds(100 * model.predict_proba(rows)[:, 1]))
    return ShapValues(base, values)
