"""SHAP values of a tree model in log-odds, against reference rows given explicitly.

Owns the one definition the kit uses: interventional TreeSHAP on the raw output, exactly 100 background rows. Refuses whatever
shap 0.51 would get silently wrong: values that float32 cannot hold (its C code stores thresholds as float32), another
number of background rows (cut to 100 without a word), and any result that does not add up to the model's output.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graders.errors import DataError

Floats = npt.NDArray[np.float64]
BACKGROUND_ROWS = 100
MAX_GAP = 1e-6
_AT_ONCE = 50  # rows a call: one that takes more than ten seconds prints a bar, straight into a learner's notebook


@dataclass(frozen=True, slots=True)
class ShapValues:
    """Contributions of every feature to every row's log-odds.

    Attributes
    ----------
    base
        Mean log-odds of the background rows.
    values
        Contributions in log-odds, shape (rows, features); ``base + values.sum(axis=1)`` is the model's output.
    """

    base: float
    values: Floats


def float32_exact(matrix: npt.ArrayLike) -> Floats:
    """Return the matrix rounded to what float32 holds, as float64, so that no row changes side of a threshold inside shap.

    Use it before *fitting* as well: a threshold learnt between two exact values is then safe.
    """
    return np.asarray(np.asarray(matrix, dtype=np.float32), dtype=np.float64)


def float32_thresholds(model: Any) -> Any:
    """Round the thresholds of a fitted HistGradientBoostingClassifier to what float32 holds, in place, and return it.

    A threshold lies midway between two values it learnt on. A file whose value is that midpoint would otherwise stand on one side
    of it in the model and on the other inside shap. No row the model learnt on changes side, unless its values are neighbours.
    """
    for trees in model._predictors:
        for tree in trees:
            tree.nodes["num_threshold"] = tree.nodes["num_threshold"].astype(np.float32)
    return model


def shap_values(model: Any, rows: Floats, background: Floats) -> ShapValues:
    """Return interventional TreeSHAP values in log-odds.

    Parameters
    ----------
    model
        Fitted binary tree ensemble with ``decision_function`` in log-odds (such as HistGradientBoostingClassifier).
    rows
        Float32-exact feature matrix to explain, shape (n, p), no missing values.
    background
        The reference rows, shape (100, p), float32-exact.

    Raises
    ------
    DataError
        When a matrix is not float32-exact, the background has not 100 rows, or the values do not add up to the output.

    Notes
    -----
    Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for trees".
    """
    import shap  # a second and a half to import: paid when a case is built, not when one is opened

    _refuse_inexact(rows, "rows to explain")
    _refuse_inexact(background, "background")
    if len(background) != BACKGROUND_ROWS:
        raise DataError(
            f"Expected {BACKGROUND_ROWS} background rows, got {len(background)}. Draw exactly as many: shap cuts more, silently."
        )
    masker = shap.maskers.Independent(background, max_samples=BACKGROUND_ROWS)
    explainer = shap.TreeExplainer(model, masker, feature_perturbation="interventional", model_output="raw")
    parts = [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]
    values = np.concatenate(
        [np.asarray(explainer.shap_values(part, check_additivity=False), dtype=float) for part in parts]
    )
    base = float(np.ravel(explainer.expected_value)[0])
    check_additivity(base, values, model.decision_function(rows))
    return ShapValues(base, values)


def check_additivity(base: float, values: Floats, outputs: npt.ArrayLike, max_gap: float = MAX_GAP) -> float:
    """Return the largest gap between base + contributions and the model's log-odds.

    Raises
    ------
    DataError
        When the gap exceeds `max_gap` or is not a number: the explanation would be of another model.
    """
    gap = float(np.max(np.abs(base + values.sum(axis=1) - np.asarray(outputs, dtype=float))))
    if not gap <= max_gap:  # also refuses nan
        raise DataError(
            f"Expected base + contributions to give the model's log-odds within {max_gap:g}, got a gap of {gap:.3g}. "
            "Encode categories as numbers and cast the matrix to float32 before fitting."
        )
    return gap


def _refuse_inexact(matrix: Floats, what: str) -> None:
    if not np.array_equal(float32_exact(matrix), matrix):  # a nan is unequal to itself, and refused too
        raise DataError(
            f"Expected the {what} to be exact in float32 and free of missing values, got others. Pass float32_exact(matrix)."
        )
