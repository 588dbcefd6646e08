from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from graders.references.leakage import rate_gap_p_value, univariate_aucs


def _matrix():
    rng = np.random.default_rng(12)
    bad = rng.integers(0, 2, 80)
    return np.column_stack([bad + rng.normal(size=80), -3.0 * bad, rng.integers(0, 3, 80)]), bad


def test_the_auc_is_the_share_of_pairs_in_the_right_order():
    matrix, bad = _matrix()
    good, worse = matrix[bad == 0, 0], matrix[bad == 1, 0]
    pairs = worse[:, None] - good[None, :]
    expected = (pairs > 0).mean() + (pairs == 0).mean() / 2
    assert pytest.approx(expected) == univariate_aucs(matrix, bad, ["signal", "reversed", "noise"])["signal"]


def test_a_column_that_orders_the_other_way_round_is_as_strong():
    matrix, bad = _matrix()
    assert 1.0 == univariate_aucs(matrix, bad, ["signal", "reversed", "noise"])["reversed"]


def test_the_strongest_column_stands_first():
    matrix, bad = _matrix()
    assert "reversed" == univariate_aucs(matrix, bad, ["signal", "reversed", "noise"]).index[0]


def test_the_test_of_two_rates_is_the_chi_square_of_their_table():
    bad, loans = [596, 773], [5795, 11950]
    table = [[count, total - count] for count, total in zip(bad, loans, strict=True)]
    assert pytest.approx(chi2_contingency(table, correction=False).pvalue, rel=1e-6) == rate_gap_p_value(bad, loans)


@pytest.mark.parametrize(("bad", "loans"), [([0, 0], [10, 20]), ([10, 20], [10, 20]), ([0, 3], [0, 9])])
def test_groups_that_cannot_be_compared_show_no_gap(bad, loans):
    assert 1.0 == rate_gap_p_value(bad, loans)
