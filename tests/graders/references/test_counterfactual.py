"""One field, step by step: against scoring each changed file by hand, and on a straight line, where the shortcut is right."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from graders.references.counterfactual import (
    Ladder,
    as_data,
    far_from,
    from_data,
    is_clear,
    ladders,
    nice_step,
    straight_steps,
)
from graders.references.odds import log_odds, pd_percent

FILES = pd.DataFrame({"dti": [40.0, 12.0], "income": [1500.0, 2500.0]}, index=["A1", "A2"])


def _score(rows):
    return pd_percent(-4.0 + 0.05 * rows["dti"] - 0.0001 * rows["income"])


def _steps(*pds):
    return Ladder("dti", -1.0, tuple(range(40, 40 - len(pds), -1)), pds)


def test_each_step_is_the_file_scored_with_that_one_field_changed():
    found = ladders(FILES, "dti", -1.0, 5, (1, 85), _score)["A1"]
    by_hand = [float(_score(pd.DataFrame({"dti": [40.0 - step], "income": [1500.0]}))[0]) for step in range(6)]
    assert by_hand == pytest.approx(list(found.pds))


def test_a_field_stays_within_its_range():
    assert (12.0, 2.0) == (found := ladders(FILES, "dti", -1.0, 20, (2, 85), _score)["A2"].values)[:: len(found) - 1]


def test_the_files_themselves_are_left_alone():
    before = FILES.copy()
    ladders(FILES, "dti", -1.0, 5, (1, 85), _score)
    pd.testing.assert_frame_equal(before, FILES)


@pytest.mark.parametrize(
    ("pds", "expected"),
    [([9.0, 8.5, 7.9, 7.0], 2), ([9.0, 7.9, 8.5, 7.0], 3), ([9.0, 8.9, 8.8], None), ([7.0, 6.9], 0)],
)
def test_the_first_approval_that_lasts_counts(pds, expected):
    assert expected == _steps(*pds).first_lasting(8.0)


def test_a_step_at_the_cut_off_is_approved():
    assert 1 == _steps(9.0, 8.0, 7.0).first_lasting(8.0)


@pytest.mark.parametrize(
    ("pds", "clear"),
    [
        ([9.0, 8.8, 8.6, 7.5, 7.4, 7.3], True),
        ([9.0, 7.5, 7.4, 7.3, 7.2], False),  # one step only
        ([9.0, 8.8, 8.05, 7.5, 7.4, 7.3], False),  # too near before
        ([9.0, 8.8, 7.95, 7.5, 7.4, 7.3], False),  # too near after
        ([9.0, 7.8, 8.6, 8.5, 7.4, 7.3, 7.2], False),  # dips below and comes back
    ],
)
def test_a_file_is_asked_about_only_when_its_answer_is_clear(pds, clear):
    assert clear == is_clear(_steps(*pds), 8.0)


def test_where_the_model_is_a_straight_line_the_shortcut_is_right():
    slope, usual, cut = 0.05, 25.0, 8.0
    file = FILES.loc[["A1"]]
    push, excess = slope * (40.0 - usual), float(log_odds(_score(file))[0] - log_odds(cut))
    steps = straight_steps(push, 40.0, usual, -1.0, excess)
    passed = float(_score(file.assign(dti=40.0 - steps))[0])
    assert cut == pytest.approx(passed)


@pytest.mark.parametrize(("push", "value"), [(-0.3, 40.0), (0.3, 25.0)])
def test_a_line_that_leads_nowhere_says_so(push, value):
    assert straight_steps(push, value, 25.0, -1.0, 0.5) is None


def test_the_step_without_a_push_is_the_first_one_at_zero_or_below():
    ladder = Ladder("dti", -1.0, (3.0, 2.0, 1.0), (9.0, 8.0, 7.0), (0.2, 0.0, -0.1))
    assert 1 == ladder.first_without_push()


def test_misreadings_that_lead_nowhere_are_far():
    assert [True, False] == [far_from(5, others, 4.0) for others in ([None, 9.0], [8.9])]


@pytest.mark.parametrize(("spread", "expected"), [(17.0, 1.0), (1100.0, 50.0), (2.2, 0.1), (0.0, 1e-9)])
def test_a_step_is_a_round_number(spread, expected):
    assert expected == pytest.approx(nice_step(np.linspace(0, 2 * spread, 9)))


def test_a_ladder_is_the_same_after_it_was_written():
    ladder = Ladder("dti", -1.0, (2.0, 1.0), (9.0, 7.0), (0.2, 0.1))
    assert ladder == from_data(as_data(ladder))
