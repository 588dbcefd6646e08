from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.inspection import partial_dependence

from graders.references.curves import adverse_run, moved, quantile_grid, turning
from graders.references.shap_values import float32_exact

HEIGHTS = st.lists(st.integers(-400, 100).map(lambda cents: cents / 100), min_size=2, max_size=15)


@pytest.fixture(scope="module")
def fitted():
    rng = np.random.default_rng(3)
    rows = float32_exact(rng.normal(size=(600, 3)))
    bad = (rows[:, 0] + rows[:, 1] ** 2 + rng.normal(size=600) > 1).astype(int)
    return HistGradientBoostingClassifier(max_iter=40, random_state=0).fit(rows, bad), rows[:90]


def test_the_mean_of_the_moved_files_is_the_partial_dependence_of_another_library(fitted):
    model, rows = fitted
    grid = float32_exact([-1.0, 0.25, 1.5])
    settings = {"kind": "both", "method": "brute", "response_method": "decision_function"}
    theirs = partial_dependence(model, rows, [1], custom_values={1: grid}, **settings)
    ours = moved(model, rows, 1, grid)
    np.testing.assert_allclose(theirs["average"][0], ours.mean(axis=1), atol=1e-9)
    np.testing.assert_allclose(theirs["individual"][0].T, ours, atol=1e-9)


def test_moving_a_column_changes_no_row_that_was_given(fitted):
    model, rows = fitted
    before = rows.copy()
    moved(model, rows, 0, [0.0, 1.0])
    np.testing.assert_array_equal(before, rows)


def test_the_grid_holds_filed_values_only_each_once():
    values = pd.Series([0.0] * 50 + [1.0, 2.0, 3.5, np.nan] * 5)
    grid = quantile_grid(values)
    assert (sorted(set(grid)), True) == (grid, set(grid) <= set(values.dropna()))


@given(HEIGHTS, st.sampled_from([1, -1]))
def test_a_run_is_the_deepest_fall_between_any_two_places(heights, sign):
    way = sign * np.array(heights)
    falls = [way[first] - way[second] for first, second in combinations(range(len(way)), 2)]
    run = adverse_run(heights, sign)
    assert pytest.approx(max(0.0, *falls, 0.0)) == run.size
    assert pytest.approx(way[run.start] - way[run.end], abs=1e-9) == run.size


@given(HEIGHTS)
def test_a_curve_that_keeps_its_sign_has_no_run(heights):
    assert adverse_run(sorted(heights), +1).size == 0 == adverse_run(sorted(heights)[::-1], -1).size


@given(HEIGHTS)
def test_the_other_sign_is_the_curve_upside_down(heights):
    assert adverse_run(heights, -1) == adverse_run([-one for one in heights], +1)


def test_a_valley_turns_at_its_flat_bottom_and_its_first_side_is_adverse():
    assert ((2, 3, 4), (0, 1)) == turning([-2.41, -2.53, -2.71, -2.72, -2.70, -2.42], +1)


def test_a_hill_declared_to_rise_turns_at_its_top_and_its_last_side_is_adverse():
    assert ((2,), (3, 4)) == turning([-2.9, -2.6, -2.2, -2.5, -2.8], +1)


def test_a_place_as_low_elsewhere_does_not_count_as_the_same_bottom():
    assert (1,) == turning([-2.0, -2.8, -2.2, -2.8, -1.9], +1).flat
