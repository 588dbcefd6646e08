from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import rel_entr
from statsmodels.stats.rates import confint_poisson

from graders.references.stability import actual_over_expected, ae_interval, index_of_shares, outside, stability_index

SHARES = st.lists(st.integers(1, 99), min_size=3, max_size=3).map(lambda counts: np.array(counts) / sum(counts))


@given(SHARES, SHARES)
def test_the_index_is_the_divergence_of_two_populations_taken_both_ways(before, after):
    expected = rel_entr(before, after).sum() + rel_entr(after, before).sum()
    assert pytest.approx(expected, abs=1e-12) == index_of_shares(before, after)


@given(SHARES, SHARES)
def test_the_index_is_the_same_from_either_side_and_never_negative(before, after):
    assert 0 <= index_of_shares(before, after) == pytest.approx(index_of_shares(after, before))


def test_a_quantity_is_cut_into_tenths_of_the_first_population():
    rng = np.random.default_rng(8)
    before, after = rng.normal(size=4_000), rng.normal(0.3, 1.2, size=3_000)
    edges = [-np.inf, *np.quantile(before, np.arange(1, 10) / 10), np.inf]
    shares = [np.histogram(values, edges)[0] / len(values) for values in (before, after)]
    expected = sum((new - old) * np.log(new / old) for old, new in zip(*shares, strict=True))
    assert pytest.approx(expected) == stability_index(pd.Series(before), pd.Series(after))


def test_what_is_missing_is_a_bin_of_its_own():
    before, after = pd.Series([1.0, 2.0] * 50), pd.Series([1.0, 2.0] * 25 + [np.nan] * 50)
    assert stability_index(before, after) > 1 > stability_index(before, after.dropna()) == 0


def test_categories_and_their_order_play_no_part():
    before, after = pd.Series(list("aaabbc")), pd.Series(list("abbbcc"))
    other = {"a": "z", "b": "m", "c": "a"}
    assert pytest.approx(stability_index(before, after)) == stability_index(before.map(other), after.map(other))


def test_a_level_that_was_not_there_before_is_counted():
    assert stability_index(pd.Series(list("aabb")), pd.Series(list("aabc"))) > 0.5


def test_a_ratio_of_sums_is_no_mean_of_ratios():
    bad, announced = [1, 0, 0, 1], [0.02, 0.2, 0.08, 0.2]
    assert (pytest.approx(4.0), 13.75) == (actual_over_expected(bad, announced), np.mean(np.divide(bad, announced)))


def test_a_loan_without_an_outcome_counts_on_neither_side():
    assert actual_over_expected([1, 0], [0.2, 0.3]) == actual_over_expected([1, 0, np.nan], [0.2, 0.3, 0.9])


def test_no_default_gives_zero_and_no_outcome_nothing():
    assert 0 == actual_over_expected([0, 0], [0.1, 0.2])
    assert np.isnan(actual_over_expected([np.nan], [0.1]))


@pytest.mark.parametrize("defaults", [0, 1, 17, 181])
def test_the_interval_is_the_exact_one_of_another_library(defaults):
    expected = confint_poisson(defaults, 123.5, method="exact-c")
    np.testing.assert_allclose(np.nan_to_num(expected), ae_interval(defaults, 123.5), atol=1e-9)


def test_the_ends_of_a_band_are_inside_it():
    assert [False, False, True, True] == [outside(value, (0.8, 1.25)) for value in (0.8, 1.25, 0.79, 1.251)]
