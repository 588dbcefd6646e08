"""Whose errors: against fairlearn's rates by group, and by hand."""

from __future__ import annotations

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
