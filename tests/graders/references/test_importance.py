from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression

from graders.references.importance import auc_loss, concept_sums, directions, mean_absolute, signed_mean, widest_range

PHI = pd.DataFrame({"now": [0.4, -0.4, 0.3], "avg": [0.2, -0.3, -0.1], "dti": [0.9, 0.0, 0.0]})


def test_opposite_effects_cancel_in_the_signed_mean_only():
    assert (0.1, 0.37) == (round(signed_mean(PHI)["now"], 2), round(mean_absolute(PHI)["now"], 2))


def test_one_extreme_file_leads_the_range_and_not_the_mean():
    assert ("dti", "now") == (widest_range(PHI).index[0], mean_absolute(PHI).index[0])


def test_twins_are_added_per_applicant_before_anything_is_averaged():
    together = concept_sums(PHI, {"utilisation": ["now", "avg"]})
    assert np.mean([0.6, 0.7, 0.2]) == pytest.approx(mean_absolute(together)["utilisation"])


@given(st.permutations(range(3)))
def test_the_order_of_the_files_changes_no_importance(order):
    pd.testing.assert_series_equal(mean_absolute(PHI), mean_absolute(PHI.iloc[list(order)]))


@given(st.floats(0.1, 10))
def test_importance_scales_with_the_contributions(factor):
    pd.testing.assert_series_equal(factor * mean_absolute(PHI), mean_absolute(factor * PHI))


def test_a_direction_is_the_correlation_of_ranks_over_known_values():
    values = pd.DataFrame({"x": [3.0, np.nan, 1.0, 2.0, 9.0]})
    phi = pd.DataFrame({"x": [0.1, 9.0, 0.2, -0.3, 0.5]})
    known = values["x"].notna()
    expected = np.corrcoef(values["x"][known].rank(), phi["x"][known].rank())[0, 1]
    assert expected == pytest.approx(directions(values, phi)["x"])


def test_a_column_that_never_changes_has_no_direction():
    constant = pd.DataFrame({"x": [1.0, 1.0, 1.0]})
    assert directions(constant, pd.DataFrame({"x": [0.1, 0.2, 0.3]}))["x"] == 0.0


def test_the_loss_of_auc_agrees_with_scikit_learn():
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(2_000, 3))
    bad = (matrix @ [1.5, 0.5, 0.0] + rng.logistic(size=2_000) > 0).astype(int)
    model = LogisticRegression().fit(matrix, bad)
    theirs = permutation_importance(model, matrix, bad, scoring="roc_auc", n_repeats=10, random_state=0)
    ours = auc_loss(model, matrix, bad, ["a", "b", "c"])[["a", "b", "c"]]
    np.testing.assert_allclose(theirs.importances_mean, ours, atol=0.02)
