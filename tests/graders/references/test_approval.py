"""Approval rates and ratios, against fairlearn and against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import demographic_parity_ratio, selection_rate

from graders.contract.roles import Protected
from graders.errors import DataError
from graders.references.approval import (
    Approvals,
    acceptable_standings,
    approvals,
    members,
    significance,
    standing,
)

FOUND = Approvals(508, 1223, 4301, 6792)
GROUPS = Protected.model_construct(column="group", reference="a", compared="b", cut=None)
YOUNG = Protected.model_construct(column="age", reference=">=30", compared="<30", cut=30)


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(3)
    group = rng.choice(["a", "b"], 900, p=[0.8, 0.2])
    return pd.DataFrame({"group": group}), rng.random(900) < np.where(group == "a", 0.7, 0.5)


def test_the_ratio_is_fairlearns_when_it_is_fed_approvals(people):
    rows, approved = people
    theirs = demographic_parity_ratio(approved, approved, sensitive_features=rows["group"])
    assert theirs == pytest.approx(approvals(approved, rows, GROUPS).ratio)


def test_fed_predicted_defaults_fairlearn_gives_the_ratio_of_refusals(people):
    rows, approved = people
    theirs = demographic_parity_ratio(~approved, ~approved, sensitive_features=rows["group"])
    found = approvals(approved, rows, GROUPS)
    assert theirs == pytest.approx(1 / found.refusals.ratio) != pytest.approx(found.ratio)


def test_a_rate_is_fairlearns_selection_rate_of_the_group(people):
    rows, approved = people
    inside = (rows["group"] == "b").to_numpy()
    theirs = 100 * selection_rate(approved[inside], approved[inside])
    assert theirs == pytest.approx(approvals(approved, rows, GROUPS).rates[0])


def test_the_interval_is_that_of_katz_and_others():
    spread = 1.959964 * math.sqrt(1 / 508 - 1 / 1223 + 1 / 4301 - 1 / 6792)
    expected = [FOUND.ratio * math.exp(sign * spread) for sign in (-1, 1)]
    assert expected == pytest.approx(list(FOUND.interval), rel=1e-6)


def test_z_is_the_gap_over_its_pooled_standard_error():
    together = (508 + 4301) / (1223 + 6792)
    error = math.sqrt(together * (1 - together) * (1 / 1223 + 1 / 6792))
    assert (508 / 1223 - 4301 / 6792) / error == pytest.approx(FOUND.z)


def test_the_interval_of_a_rate_is_wilsons():
    share, people, z2 = 508 / 1223, 1223, 1.959964**2
    middle = (share + z2 / (2 * people)) / (1 + z2 / people)
    half = math.sqrt(z2 * (share * (1 - share) / people + z2 / (4 * people**2))) / (1 + z2 / people)
    assert [100 * (middle - half), 100 * (middle + half)] == pytest.approx(
        list(FOUND.rate_interval("compared")), rel=1e-6
    )


def test_groups_approved_alike_have_a_ratio_of_one_and_no_gap():
    even = Approvals(30, 60, 300, 600)
    assert (1.0, 0.0) == (even.ratio, even.z)


def test_a_group_without_an_approval_tells_nothing():
    none = Approvals(0, 12, 300, 600)
    assert (0.0, (0.0, math.inf)) == (none.ratio, none.interval)


def test_an_empty_group_is_refused():
    with pytest.raises(DataError, match="both groups"):
        Approvals(0, 0, 3, 6)


def test_a_cut_makes_two_groups_and_a_missing_value_none():
    below, above = members(pd.DataFrame({"age": [29.0, 30.0, np.nan]}), YOUNG)
    assert ([True, False, False], [False, True, False]) == (below.tolist(), above.tolist())


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ((0.61, 0.70), ["below"]),
        ((0.61, 0.795), ["below", "inconclusive"]),
        ((0.61, 0.805), ["inconclusive", "below"]),
        ((0.805, 0.90), ["not-below", "inconclusive"]),
        ((0.70, 0.90), ["inconclusive"]),
        ((0.795, 0.805), ["inconclusive", "not-below", "below"]),
    ],
)
def test_an_end_near_the_line_is_read_either_way(interval, expected):
    assert expected == acceptable_standings(interval, 0.8)


def test_an_end_on_the_line_is_not_below_it():
    assert "not-below" == standing((0.8, 0.9), 0.8)


@pytest.mark.parametrize(
    ("z", "expected"), [(-6.0, [True]), (2.6, [True, False]), (2.5, [False, True]), (1.0, [False])]
)
def test_a_z_near_its_limit_is_read_either_way(z, expected):
    assert expected == significance(z)
