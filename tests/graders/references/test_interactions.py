from __future__ import annotations

import numpy as np
import shap
from sklearn.ensemble import HistGradientBoostingClassifier

from graders.references.interactions import interaction_strengths
from graders.references.shap_values import float32_exact


def _fitted(leaves):
    rng = np.random.default_rng(5)
    rows = float32_exact(rng.normal(size=(800, 3)))
    bad = (2 * rows[:, 0] * rows[:, 1] + rows[:, 2] + rng.normal(size=800) > 0).astype(int)
    return HistGradientBoostingClassifier(max_iter=30, max_leaf_nodes=leaves).fit(rows, bad), rows[:60]


def test_the_planted_couple_is_the_strongest():
    model, rows = _fitted(8)
    strength = interaction_strengths(model, rows, ["a", "b", "c"])
    assert strength.loc["a", "b"] > 3 * max(strength.loc["a", "c"], strength.loc["b", "c"])


def test_a_model_of_stumps_has_no_interactions():
    model, rows = _fitted(2)
    strength = interaction_strengths(model, rows, ["a", "b", "c"]).to_numpy()
    np.testing.assert_allclose(0.0, strength - np.diag(np.diag(strength)), atol=1e-6)


def test_the_diagonal_is_the_main_effect_alone():
    model, rows = _fitted(2)  # without interactions the main effect is the whole value
    expected = np.abs(shap.TreeExplainer(model).shap_values(rows)).mean(axis=0)
    np.testing.assert_allclose(expected, np.diag(interaction_strengths(model, rows, ["a", "b", "c"])), atol=1e-6)
