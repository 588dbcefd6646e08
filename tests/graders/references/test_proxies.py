"""What tells a group: against scikit-learn's AUC, and on people made for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from graders.references.proxies import group_auc, guess_auc, levels, typical_level


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(8)
    member = rng.random(2000) < 0.2
    zone = np.where(member, rng.choice(list("abc"), 2000, p=[0.6, 0.3, 0.1]), rng.choice(list("abc"), 2000))
    number = rng.normal(0, 1, 2000) + member
    number[:200] = np.nan
    return pd.DataFrame({"zone": zone, "number": number}), member


@pytest.mark.parametrize("column", ["zone", "number"])
def test_the_auc_is_that_of_the_share_at_each_level(people, column):
    rows, member = people
    codes = pd.Series(levels(rows[column]))
    shares = codes.map(pd.Series(member).groupby(codes).mean())
    assert roc_auc_score(member, shares) == pytest.approx(group_auc(rows[column], member))


def test_a_column_that_is_the_same_for_everybody_tells_nothing(people):
    assert 0.5 == group_auc(pd.Series(["x"] * 2000), people[1])


def test_a_column_that_is_the_group_tells_all(people):
    assert 1.0 == group_auc(pd.Series(people[1]).map({True: "in", False: "out"}), people[1])


def test_nobody_in_the_group_is_a_guess(people):
    assert 0.5 == group_auc(people[0]["zone"], np.zeros(2000, dtype=bool))


def test_what_is_missing_is_a_level_of_its_own(people):
    rows, _member = people
    codes = levels(rows["number"])
    assert (11, True) == (len(set(codes)), len(set(codes[rows["number"].isna()])) == 1)


def test_the_most_typical_level_is_named_with_how_much_more_frequent_it_is(people):
    rows, member = people
    found = typical_level(rows["zone"], member)
    inside, outside = (rows["zone"][who] == "a" for who in (member, ~member))
    assert ("a", pytest.approx(inside.mean() / outside.mean())) == (found.level, found.ratio)


def test_a_rare_level_is_not_called_typical():
    values = pd.Series(["rare"] * 3 + ["yes"] * 40 + ["no"] * 57)
    member = np.array([True] * 3 + [True] * 30 + [False] * 67)
    assert "yes" == typical_level(values, member).level


def test_a_group_is_guessed_on_people_the_guess_has_not_seen(people):
    _rows, member = people
    matrix = np.random.default_rng(2).normal(0, 1, (2000, 40))  # of no use: any skill is learnt by heart
    half = np.arange(2000) < 200
    found = guess_auc(lambda x, y: LogisticRegression(C=100.0, max_iter=2000).fit(x, y), matrix, member, half)
    assert (True, True) == (found.same_half > 0.8, found.other_half < 0.6)
