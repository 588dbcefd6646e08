from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from graders.errors import DataError
from graders.references.shap_values import check_additivity, float32_exact, float32_thresholds, shap_values


def _fitted(leaves=8):
    rng = np.random.default_rng(7)
    rows = float32_exact(rng.normal(size=(600, 3)))
    risk = rows[:, 0] + rows[:, 0] * rows[:, 1] - 0.5 * rows[:, 2]
    bad = (risk + rng.normal(size=600) > 1).astype(int)
    model = HistGradientBoostingClassifier(max_iter=20, max_leaf_nodes=leaves, random_state=0).fit(rows, bad)
    return model, rows[:100], rows[100:105]


def test_a_value_midway_between_two_that_were_learnt_on_stands_on_one_side():
    rng = np.random.default_rng(0)
    rows = float32_exact(np.round(rng.choice(np.arange(0, 30, 0.2), (2_000, 1)), 1))
    bad = (rows[:, 0] + rng.normal(0, 5, 2_000) > 15).astype(int)
    model = HistGradientBoostingClassifier(max_iter=60, random_state=0).fit(rows, bad)
    between, before = float32_exact(np.round(np.arange(0.1, 29.9, 0.2), 1)[:, None]), model.decision_function(rows)
    with pytest.raises(DataError, match="gap"):
        shap_values(model, between, rows[:100])
    shap_values(float32_thresholds(model), between, rows[:100])
    np.testing.assert_array_equal(before, model.decision_function(rows))


def _brute_force(model, row, background):
    """Shapley values by their definition: every coalition, the others filled from the background."""

    def worth(coalition):
        filled = background.copy()
        filled[:, list(coalition)] = row[list(coalition)]
        return model.decision_function(filled).mean()

    count = len(row)
    values = np.zeros(count)
    for feature in range(count):
        others = [other for other in range(count) if other != feature]
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for coalition in combinations(others, size):
                values[feature] += weight * (worth((*coalition, feature)) - worth(coalition))
    return values


def test_values_are_those_of_the_definition():
    model, background, rows = _fitted()
    expected = np.array([_brute_force(model, row, background) for row in rows])
    np.testing.assert_allclose(expected, shap_values(model, rows, background).values, atol=1e-6)


def test_the_base_is_the_mean_log_odds_of_the_background():
    model, background, rows = _fitted()
    assert model.decision_function(background).mean() == pytest.approx(shap_values(model, rows, background).base)


def test_without_interactions_a_value_is_the_columns_own_difference_from_the_background():
    model, background, rows = _fitted(leaves=2)
    filled = np.repeat(rows[:1], 100, axis=0)
    filled[:, 1] = background[:, 1]
    expected = model.decision_function(rows[:1])[0] - model.decision_function(filled).mean()
    assert expected == pytest.approx(shap_values(model, rows[:1], background).values[0, 1], abs=1e-6)


def test_a_background_of_another_size_is_refused():
    model, background, rows = _fitted()
    with pytest.raises(DataError, match="100 background rows, got 99"):
        shap_values(model, rows, background[:99])


@pytest.mark.parametrize("wrong", [0.1, np.nan])
def test_values_that_float32_cannot_hold_are_refused(wrong):
    model, background, rows = _fitted()
    rows[0, 0] = wrong
    with pytest.raises(DataError, match="exact in float32"):
        shap_values(model, rows, background)


@pytest.mark.parametrize("gap", [0.01, np.nan])
def test_a_sum_that_does_not_close_is_refused(gap):
    with pytest.raises(DataError, match="got a gap"):
        check_additivity(0.0, np.ones((2, 2)), np.array([2.0, 2.0 + gap]))
