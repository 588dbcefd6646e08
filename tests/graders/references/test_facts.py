from __future__ import annotations

import pandas as pd

from graders.references import facts
from graders.references.explanation import Explanation


def _explanation(**phi):
    contributions = pd.DataFrame(phi, index=list("wxyz"))
    rows = pd.DataFrame({name: [1.0, 2, 3, 4] for name in phi}, index=contributions.index)
    return Explanation(rows, contributions, -2.0, 10.0, {}, {})


def test_a_short_bar_may_hide_a_contribution_longer_than_a_long_one():
    explained = _explanation(long=[0.3] * 4, none=[0.0] * 4, rare=[0.0, 0, 0, 0.5], small=[0.1] * 4)
    assert {"column": "rare", "other": "long"} == facts.last_but_felt(explained)


def test_where_no_short_bar_hides_much_nothing_is_claimed():
    explained = _explanation(long=[0.3] * 4, a=[0.05] * 4, b=[0.04] * 4, c=[0.03] * 4)
    assert facts.last_but_felt(explained) is None


def test_log_odds_misread_as_percent_stay_below_the_pd_of_the_file():
    explained = _explanation(strong=[0.9] * 4, mild=[0.15] * 4)
    worth = facts.worth_in(explained, "w")
    assert ("mild", 15.0) == (worth["column"], worth["percent"])


def test_where_every_misreading_passes_the_pd_nothing_is_claimed():
    assert facts.worth_in(_explanation(strong=[0.9] * 4), "w") is None


def test_a_rising_column_has_a_bar_that_can_be_read():
    explained = _explanation(long=[0.1, 0.2, 0.3, 0.4], short=[0.001, 0.002, 0.003, 0.004])
    assert {"column": "long"} == facts.rising_column(explained)
