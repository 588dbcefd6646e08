from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.references.odds import log_odds, pd_percent, points_to_log_odds, probability_points

some_log_odds = st.floats(-8, 8)


@given(some_log_odds)
def test_there_and_back_is_where_we_were(value):
    assert value == pytest.approx(float(log_odds(pd_percent(value))), abs=1e-6)


def test_twenty_in_a_hundred_are_odds_of_a_quarter():
    assert math.log(0.25) == pytest.approx(float(log_odds(20.0)))


@given(some_log_odds, st.floats(0.01, 3))
def test_a_push_towards_default_is_worth_positive_points(total, push):
    assert probability_points(total, push) > 0


@pytest.mark.parametrize(("pd", "points"), [(4.0, 3.7), (30.0, 16.3)])
def test_the_lessons_own_example_of_one_push_in_two_files(pd, points):
    assert points == pytest.approx(float(probability_points(log_odds(pd) + 0.7, 0.7)), abs=0.05)


@pytest.mark.parametrize(("total", "pd"), [(-1.20, 23.1), (-2.99, 4.8), (-1.10, 25.0), (-1.60, 16.8)])
def test_the_worked_cases_of_the_lesson_are_right(total, pd):
    assert pd == pytest.approx(float(pd_percent(total)), abs=0.05)


def test_points_that_double_the_odds_are_ln_two():
    doubled = float(pd_percent(log_odds(20.0) + points_to_log_odds(20, 20)))
    assert 2 * 0.25 == pytest.approx(doubled / (100 - doubled))
