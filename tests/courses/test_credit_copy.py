"""The model under audit as a copy of the organisation's own: as near as it is said to be, and explained like any other."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from graders.content import load_module
from graders.contract import check_table, parse_contract, read_contract
from graders.references.odds import log_odds
from instructors.company.checks import Light

ROOT = Path(__file__).parents[2]
BLOCK, CREDIT = ROOT / "courses" / "credit-xai", ROOT / "datasets" / "credit"
CASE = load_module(BLOCK / "case.py")
COPIED = load_module(BLOCK / "company" / "copied.py")
CONTRACT = read_contract(CREDIT / "contract.toml")
ENDS = {"percent": "[0, 100]", "points": "[-2000, 3000]", "log-odds": "[-50, 50]"}


@pytest.fixture(scope="module")
def portfolio():
    return load_module(CREDIT / "generate.py").generate(seed=5, rows=9_000).table


def company_pd(table, more=()):
    """PD in percent of a scorecard that reads all features that are numbers, and `more`."""
    names = [*CONTRACT.numeric, *more]
    numbers = table[names].astype(float)
    matrix = StandardScaler().fit_transform(numbers.fillna(numbers.median()))
    known = table["default_12m"].notna().to_numpy()
    model = LogisticRegression().fit(matrix[known], table["default_12m"][known].astype(int))
    return 100 * model.predict_proba(matrix)[:, 1]


@pytest.fixture(scope="module")
def scored(portfolio):
    return portfolio.assign(ours=company_pd(portfolio))


def contract_of(scale="percent"):
    text = (CREDIT / "contract.toml").read_text(encoding="utf-8")
    role = f'[roles.score]\ncolumn = "ours"\nscale = "{scale}"\n\n[roles.target]'
    column = f'\n[columns.ours]\ntype = "number"\nrange = {ENDS[scale]}\nmissing = true\nlabel = "Own PD"\n'
    return parse_contract(text.replace("[roles.target]", role) + column, Path("ours.toml"))


@pytest.fixture(scope="module")
def ground(scored):
    return CASE.Ground.of(scored, contract_of(), seed=1)


def test_the_copy_of_a_scorecard_is_faithful_on_rows_it_never_saw(ground):
    like = COPIED.likeness(ground)
    assert like.r2 > 0.9
    assert like.equal > 0.9
    assert like.spearman > 0.95


def test_the_copys_explanation_adds_up(ground):
    added = ground.found.base + ground.explained.contributions.sum(axis=1)
    np.testing.assert_allclose(ground.fit.log_odds(ground.chosen), added, atol=1e-6)


def test_a_copy_without_a_column_learns_the_same_answers(ground):
    (name,) = ground.contract.categorical[:1]
    without = ground.fitted(drop=[name])
    own = log_odds(ground.own_pds[ground.audited.index])
    assert np.corrcoef(own, without.log_odds(ground.audited))[0, 1] > 0.9


def test_a_copy_with_a_late_column_learns_outcomes(ground, portfolio):
    (late,) = ground.contract.late
    plain = CASE.Ground.of(portfolio, CONTRACT, seed=1)
    np.testing.assert_array_equal(
        plain.fitted(add=[late]).log_odds(plain.audited), ground.fitted(add=[late]).log_odds(ground.audited)
    )
    np.testing.assert_array_equal(
        plain.fit.log_odds(plain.audited), ground.fitted(outcomes=True).log_odds(ground.audited)
    )


def test_a_row_without_a_score_is_learnt_on_by_nobody_and_explained_all_the_same(scored):
    gaps = scored.assign(ours=scored["ours"].where(np.arange(len(scored)) % 3 > 0))
    ground = CASE.Ground.of(gaps, contract_of(), seed=1)
    assert COPIED.likeness(ground).r2 > 0.85
    assert len(ground.chosen) == len(ground.explained.contributions)
    assert Light.GREEN == COPIED.checks(gaps, contract_of())[0].light


def test_points_and_log_odds_are_copied_like_the_pd_they_stand_for(scored, ground):
    risk = log_odds(scored["ours"])
    points = CASE.Ground.of(scored.assign(ours=600 - 40 * risk), contract_of("points"), seed=1)
    in_odds = CASE.Ground.of(scored.assign(ours=risk), contract_of("log-odds"), seed=1)
    np.testing.assert_allclose(ground.fit.log_odds(ground.audited), in_odds.fit.log_odds(in_odds.audited), atol=1e-6)
    assert np.corrcoef(ground.fit.log_odds(ground.audited), points.fit.log_odds(points.audited))[0, 1] > 0.99


def test_a_good_copy_is_green_and_learners_are_told_how_good(scored):
    contract = contract_of()
    check_table(scored, contract)
    assert [Light.GREEN, Light.GREEN] == [check.light for check in COPIED.checks(scored, contract)]
    assert "it explains 9" in COPIED.sentence(scored, contract)
    assert "is a copy of your organisation's own" in COPIED.sentence(scored, contract)


def test_a_model_that_reads_what_the_contract_keeps_from_it_is_not_green_and_the_column_named(portfolio):
    table = portfolio.assign(ours=company_pd(portfolio, ["n_reminders"]))
    _answers, copy = COPIED.checks(table, contract_of())
    assert Light.GREEN != copy.light
    assert "Probably your model reads `n_reminders`" in copy.do


def test_a_copy_of_chance_is_red(scored):
    luck = np.random.default_rng(1).permutation(scored["ours"].to_numpy())
    assert Light.RED == COPIED.checks(scored.assign(ours=luck), contract_of())[-1].light


def test_a_score_the_wrong_way_round_is_red(scored):
    check = COPIED.checks(scored.assign(ours=100 - scored["ours"]), contract_of())[0]
    assert (Light.RED, True) == (check.light, "A higher score has to be riskier" in check.found)


def test_a_score_in_another_scale_is_told(scored):
    check = COPIED.checks(scored.assign(ours=scored["ours"] / 100), contract_of())[0]
    assert (Light.AMBER, "Check the scale under roles.score.") == (check.light, check.do)


def test_few_scored_rows_are_red(scored):
    few = scored.assign(ours=scored["ours"].where(np.arange(len(scored)) < 90))
    assert [Light.RED] == [check.light for check in COPIED.checks(few, contract_of())]


def test_nothing_is_said_where_there_is_no_score(portfolio):
    assert ([], "") == (COPIED.checks(portfolio, CONTRACT), COPIED.sentence(portfolio, CONTRACT))


def test_what_a_table_without_outcomes_has_is_left_to_the_blocks_own_lines(scored):
    table = scored.assign(default_12m=pd.Series(0.0, scored.index).where(scored["default_12m"].notna()))
    assert [] == COPIED.checks(table, contract_of())
