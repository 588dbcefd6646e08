"""Measures of an audit against a second source: scikit-learn, statsmodels, brute force."""

import math
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from statsmodels.stats.proportion import confint_proportions_2indep

from graders.references.approval import Approvals
from graders.references.audit import Pairs, above, margin_factor, out_of, pairs, turning_points
from graders.references.curves import adverse_run

outcomes = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 5)), min_size=2, max_size=40).filter(
    lambda rows: len({bad for bad, _ in rows}) == 2
)
heights = st.lists(st.integers(-30, 30).map(lambda height: height / 10), min_size=1, max_size=15)


@given(outcomes)
def test_the_share_of_ordered_pairs_is_scikit_learns_auc(rows):
    bad, score = zip(*rows, strict=True)
    assert roc_auc_score(bad, score) == pytest.approx(pairs(bad, score).auc)


@given(outcomes)
def test_pairs_are_counted_as_a_person_would(rows):
    both = list(product([s for bad, s in rows if bad], [s for bad, s in rows if not bad]))
    found = pairs(*zip(*rows, strict=True))
    assert (len(both), sum(b > g for b, g in both), sum(b == g for b, g in both)) == (
        found.all,
        found.ahead,
        found.tied,
    )


def test_without_pairs_there_is_no_auc():
    assert math.isnan(pairs([1, 1], [0.2, 0.4]).auc)


def test_a_score_turned_over_orders_the_other_way_round():
    bad, score = [1, 0, 0, 1, 0], np.array([0.4, 0.1, 0.3, 0.2, 0.2])
    assert 1 == pytest.approx(pairs(bad, score).auc + pairs(bad, -score).auc)


@given(st.tuples(*[st.integers(5, 400)] * 4))
def test_the_factor_gives_statsmodels_interval(counts):
    a, more, b, others = counts
    counted = Approvals(a, a + more, b, b + others)
    low, high = confint_proportions_2indep(a, a + more, b, b + others, compare="ratio", method="log")
    factor = margin_factor(counted)
    assert (low, high) == pytest.approx((counted.ratio / factor, counted.ratio * factor))


def test_without_approvals_the_factor_has_no_end():
    assert math.inf == margin_factor(Approvals(0, 10, 50, 100))


@given(heights, st.sampled_from([-1, 1]))
def test_turning_points_carry_the_whole_run(curve, sign):
    turned = [curve[place] for place in turning_points(curve)]
    assert adverse_run(curve, sign).size == pytest.approx(adverse_run(turned, sign).size)


@given(heights)
def test_between_turning_points_a_curve_goes_one_way(curve):
    places = turning_points(curve)
    for start, end in pairwise(places):
        steps = np.diff(curve[start : end + 1])
        assert (steps >= 0).all() or (steps <= 0).all()


@given(heights)
def test_a_curve_turns_at_every_point_between_its_ends(curve):
    steps = np.diff([curve[place] for place in turning_points(curve)])
    assert (steps[1:] * steps[:-1] < 0).all()


def test_a_level_curve_is_told_by_its_beginning():
    assert [0] == turning_points([0.4, 0.4, 0.4])


@pytest.mark.parametrize(("value", "side"), [(0.151, "crossed"), (0.15, "near"), (0.09, "near"), (0.089, "clear")])
def test_what_is_near_a_line_is_called_near(value, side):
    assert side == above(value, 0.12, 0.03)


@pytest.mark.parametrize(
    ("value", "side"), [(1.29, "crossed"), (1.27, "near"), (1.0, "clear"), (0.82, "near"), (0.7, "crossed")]
)
def test_a_band_has_two_lines(value, side):
    assert side == out_of(value, (0.8, 1.25), 0.03)


def test_counts_are_whole_numbers_a_file_can_hold():
    assert Pairs(1, 2, 1, 1) == pairs(np.array([1, 0, 0]), np.array([0.3, 0.1, 0.3], dtype=np.float32))
    assert {int} == {type(count) for count in pairs([1, 0], [0.2, 0.1])}
