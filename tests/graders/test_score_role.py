"""The column with an organisation's own model: described, checked, kept from models, and read as a PD in percent."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from graders.contract import ModelSettings, check_table, parse_contract
from graders.errors import DataError
from graders.references.odds import pd_percent
from graders.references.scores import bounded_log_odds, own_pd, percent_of_points, taught_rows

OURS = """
title = "Loans"
[roles]
id = "loan"
[roles.target]
column = "bad"
definition = "unpaid"
missing_means = "refused"
[roles.score]
column = "said"
scale = "percent"
[model]
columns = ["Revenu net", "age"]
[columns]
loan = { type = "code", label = "Loan" }
income = { type = "number", range = [0, 9000], label = "Income" }
said = { type = "number", range = [0, 100], missing = true, label = "PD" }
bad = { type = "flag", missing = true, label = "Bad" }
"""
TARGET = OURS[OURS.index("[roles.target]") : OURS.index("[roles.score]")]


def contract(*changes):
    text = OURS
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse_contract(text, Path("ours.toml"))


def scale_of(name, ends):
    return contract(
        ('scale = "percent"', f'scale = "{name}"'), ("range = [0, 100], missing", f"range = {ends}, missing")
    )


def problem(*changes):
    with pytest.raises(DataError) as error:
        contract(*changes)
    return str(error.value)


def table(said, bad=None):
    count = len(said)
    outcome = [0.0] * count if bad is None else bad
    return pd.DataFrame({"loan": range(count), "income": 1.0, "said": said, "bad": outcome})


def test_a_score_is_no_feature_and_may_have_gaps():
    ours = contract()
    assert ["income"] == ours.features
    assert "said" in ours.roles.kept_from_models
    check_table(table([1.0, np.nan]), ours)


def test_a_contract_without_a_score_or_a_model_has_none():
    without = contract(
        ('[roles.score]\ncolumn = "said"\nscale = "percent"\n', ""), ('[model]\ncolumns = ["Revenu net", "age"]\n', "")
    )
    assert (None, ModelSettings()) == (without.roles.score, without.model)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("range = [0, 100]", "range = [0, 101]", "expected a column from 0 to 100 for a score in percent, got [0.0, 101.0]"),
        ('"percent"', '"probability"', "`roles.score`: expected a column from 0 to 1 for a score in probability, got"),
        ('"percent"', '"logit"', "`roles.score.scale`: expected 'percent', 'probability', 'log-odds' or 'points', got 'logit'"),
        ('column = "said"', 'column = "loan"', "`roles.score.column`: expected a column whose type is number or whole, got 'loan'"),
        ('column = "said"', 'column = "pd"', "`roles.score.column`: expected the name of a described column, got 'pd'"),
        ('column = "said"', 'column = "bad"', "`roles.score.column`: expected a column whose type is number or whole, got 'bad'"),
        ('"Revenu net", "age"', '"age", "age"', "`model.columns`: expected each column once, got ['age']"),
        ('["Revenu net", "age"]', '["age"]\nbad = [1]', "expected a class of the model, a text or a whole number, got [1]"),
    ],
)  # fmt: skip
def test_a_wrong_score_is_told_by_key_expected_and_got(old, new, line):
    assert line in problem((old, new))


def test_a_column_has_one_role():
    assert "expected one role a column, got ['said']" in problem(('id = "loan"', 'id = "loan"\namount = "said"'))


def test_points_need_outcomes():
    said = problem((TARGET, ""), ('"percent"', '"points"'))
    assert "expected a target beside a score in points, got None. Name the target" in said


@pytest.mark.parametrize(
    ("name", "ends", "said", "expected"),
    [
        ("percent", "[0, 100]", [0.0, 12.5, np.nan], [0.0, 12.5, np.nan]),
        ("probability", "[0, 1]", [0.25, 1.0, np.nan], [25.0, 100.0, np.nan]),
        ("log-odds", "[-9, 9]", [0.0, math.log(3), np.nan], [50.0, 75.0, np.nan]),
    ],
)
def test_every_scale_becomes_a_pd_in_percent(name, ends, said, expected):
    np.testing.assert_allclose(expected, own_pd(table(said), scale_of(name, ends)))


def test_points_become_the_pd_that_outcomes_give_them():
    rng = np.random.default_rng(3)
    points = rng.normal(600, 40, 40_000)
    truth = pd_percent((600 - points) / 30 - 2)
    bad = np.where(rng.random(40_000) < truth / 100, 1.0, 0.0)
    rows = table(points, bad)
    found = own_pd(rows.head(500), scale_of("points", "[0, 1000]"), learnt=rows)
    np.testing.assert_allclose(bounded_log_odds(truth[:500]), bounded_log_odds(found), atol=0.15)


def test_points_say_the_same_in_other_units():
    rng = np.random.default_rng(4)
    points = rng.normal(0, 1, 2_000)
    bad = (rng.random(2_000) < pd_percent(-points) / 100).astype(float)
    np.testing.assert_allclose(
        percent_of_points(points, points, bad), percent_of_points(600 + 40 * points, 600 + 40 * points, bad), rtol=1e-3
    )


def test_points_of_few_outcomes_are_refused():
    few = table(np.arange(100.0), [1.0] * 5 + [0.0] * 95)
    with pytest.raises(DataError, match="Expected points of 20 good and 20 bad loans or more"):
        own_pd(few, scale_of("points", "[0, 1000]"))


def test_a_contract_without_a_score_has_no_pd():
    with pytest.raises(DataError, match=r"expected roles\.score, got none"):
        own_pd(table([1.0]), contract(('[roles.score]\ncolumn = "said"\nscale = "percent"\n', "")))


def test_rows_without_a_pd_are_not_learnt_from():
    rows, outcomes, weights = taught_rows(np.array([[1.0], [2.0], [3.0]]), pd.Series([10.0, np.nan, 100.0]))
    assert [[1.0], [3.0], [1.0], [3.0]] == rows.tolist()
    assert ([1, 1, 0, 0], [0.1, 1.0, 0.9, 0.0]) == (outcomes.tolist(), weights.tolist())
