from __future__ import annotations

import pandas as pd
import pytest

from graders.references import reasons
from graders.references.explanation import Explanation

CONCEPTS = {"use": ["now", "avg"], **{name: [name] for name in ("zone", "income", "job", "dti", "late")}}
FILES = {  # now, avg, zone, income, job, dti, late
    "clear": [0.35, 0.30, 0.50, 0.30, 0.20, 0.05, -0.60],
    "tied": [0.35, 0.30, 0.50, 0.30, 0.20, 0.19, -0.60],
    "safe": [-0.3, -0.3, -0.5, -0.3, -0.2, -0.1, -0.6],
    "alone": [0.60, -0.05, 0.50, 0.30, 0.20, 0.01, 0.0],
}


@pytest.fixture(scope="module")
def explained():
    columns = ["now", "avg", "zone", "income", "job", "dti", "late"]
    phi = pd.DataFrame.from_dict(FILES, orient="index", columns=columns)
    return Explanation(phi.abs(), phi, -2.5, 9.0, CONCEPTS, {name: name.upper() for name in [*columns, *CONCEPTS]})


def test_reasons_are_the_strongest_pushes_four_at_most(explained):
    assert ["use", "zone", "income", "job"] == reasons.principal(explained.sums("clear"))


def test_what_helps_or_hardly_pushes_is_no_reason():
    assert ["dti"] == reasons.principal(pd.Series({"dti": 0.3, "late": -0.5, "job": 0.02}))


def test_reasons_are_clear_when_the_fifth_is_a_band_behind(explained):
    assert [True, False] == [reasons.has_clear_reasons(explained, key) for key in ("clear", "tied")]


def test_a_safe_file_is_not_refused(explained):
    assert [True, False] == [reasons.is_refused(explained, key) for key in ("clear", "safe")]


def test_a_file_far_above_the_line_is_not_just_refused(explained):
    assert not reasons.is_just_refused(explained, "clear")


def test_more_facts_may_push_than_can_be_named(explained):
    assert [True, False] == [reasons.has_more_than_four(explained, key) for key in ("clear", "alone")]


def test_a_protector_may_be_among_the_longest(explained):
    assert [True, False] == [reasons.has_a_protector_among_the_longest(explained, key) for key in ("clear", "alone")]


def test_two_columns_of_one_fact_may_both_be_on_top(explained):
    assert [True, False] == [reasons.has_both_twins_on_top(explained, key) for key in ("clear", "alone")]


def test_a_file_is_refused_for_its_principal_reasons_only(explained):
    assert [True, False] == [reasons.is_refused_for(fact)(explained, "clear") for fact in ("zone", "dti")]


def test_another_reference_may_give_other_reasons(explained):
    same, other = (lambda key: explained.sums(key)), (lambda key: -explained.sums(key))
    assert [False, True] == [reasons.differs_from(sums)(explained, "clear") for sums in (same, other)]


def test_the_reasons_of_the_average_are_recognised(explained):
    usual = ["job", "income", "zone", "use"]
    assert not reasons.is_not_refused_for_exactly(usual)(explained, "clear")
