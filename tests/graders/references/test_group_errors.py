"""Whose errors: against fairlearn's rates by group, and by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame, true_positive_rate
from statsmodels.stats.proportion import proportion_confint

from graders.references.group_errors import calibration, group_errors


@pytest.fixture(scope="module")
def loans():
    rng = np.random.default_rng(4)
    pds = pd.Series(100 * rng.beta(1.5, 12, 1200))
    bad = pd.Series((rng.random(1200) < pds / 100).astype(float))
    bad[rng.random(1200) < 0.2] = np.nan  # never booked
    group = pd.Series(rng.random(1200) < 0.3)
    return pds, bad, group, pds > pds.quantile(0.6)


def test_refusing_good_payers_is_what_equal_opportunity_leaves(loans):
    pds, bad, group, refused = loans
    known = bad.notna()
    rates = MetricFrame(  # the good outcome is to repay, the good decision to approve
        metrics=true_positive_rate, y_true=bad[known] == 0, y_pred=~refused[known], sensitive_features=group[known]
    ).by_group
    found = {inside: group_errors(refused, group == inside, bad, pds).refusal_of_good for inside in (True, False)}
    assert {inside: pytest.approx(100 * (1 - rate)) for inside, rate in rates.items()} == found


def test_the_counts_are_those_of_the_group(loans):
    pds, bad, group, refused = loans
    found = group_errors(refused, group, bad, pds)
    assert (group.sum(), (group & refused).sum()) == (found.applications, found.refused)
    assert (group & bad.notna()).sum() == found.good + found.bad


def test_actual_over_expected_counts_booked_loans_only(loans):
    pds, bad, group, refused = loans
    booked = group & bad.notna()
    assert bad[booked].sum() / (pds[booked] / 100).sum() == pytest.approx(
        group_errors(refused, group, bad, pds).actual_over_expected
    )


def test_the_fifths_hold_every_loan_once_from_the_safest(loans):
    pds, bad, *_rest = loans
    known = bad.notna()
    bins = calibration(pds[known], bad[known])
    assert (known.sum(), bad.sum()) == (bins["loans"].sum(), bins["defaults"].sum())
    assert bins["announced"].is_monotonic_increasing


def test_an_observed_rate_lies_in_its_wilson_interval(loans):
    pds, bad, *_rest = loans
    known = bad.notna()
    first = calibration(pds[known], bad[known]).iloc[0]
    expected = [100 * end for end in proportion_confint(first["defaults"], first["loans"], method="wilson")]
    assert expected == pytest.approx([first["low"], first["high"]])
    assert first["low"] <= first["observed"] <= first["high"]


def _group(good, good_refused, bad, bad_refused):
    """A group whose PDs are its own default rates among the refused and among the approved."""
    outcome = np.repeat([0.0, 0.0, 1.0, 1.0], [good_refused, good - good_refused, bad_refused, bad - bad_refused])
    refused = np.repeat([True, False, True, False], [good_refused, good - good_refused, bad_refused, bad - bad_refused])
    bad_of, refused_of = pd.Series(outcome), pd.Series(refused)
    return refused_of, bad_of, 100 * bad_of.groupby(refused_of).transform("mean")


def test_calibrated_pds_with_one_cut_off_can_have_equal_errors_of_both_kinds():
    measures = []
    for counts in ((80, 20, 20, 15), (60, 15, 40, 30)):  # default rates of 20 % and 40 %
        refused, bad, pds = _group(*counts)
        assert ((pds > 30) == refused).all()
        found = group_errors(refused, pd.Series(True, refused.index), bad, pds)
        measures.append((found.refusal_of_good, found.refusal_of_bad, round(found.actual_over_expected, 9)))
    assert [(25.0, 75.0, 1.0)] * 2 == measures


def _alike_in_all_three(fewest_good_refused):
    """Pairs of groups of ten, of different default rates, alike in what a refusal means and in both errors."""
    groups = [
        (bad, good_refused, bad_refused)
        for bad in range(1, 10)
        for good_refused in range(fewest_good_refused, 11 - bad)
        for bad_refused in range(1, bad + 1)
    ]
    kinds = {(Fraction(b, g + b), Fraction(g, 10 - n), Fraction(b, n), n) for n, g, b in groups}
    return len(kinds) - len({kind[:3] for kind in kinds})


def test_no_decision_that_refuses_good_and_bad_is_alike_in_all_three_where_default_rates_differ():
    assert 0 == _alike_in_all_three(1)


def test_one_that_refuses_nobody_good_can_be_alike_in_all_three_and_still_err():
    assert 0 < _alike_in_all_three(0)
