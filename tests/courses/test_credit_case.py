from __future__ import annotations

from html import unescape
from pathlib import Path

import numpy as np
import pytest

from graders.cases import make_case
from graders.content import load_module
from graders.contract import read_contract
from graders.references import facts
from graders.references.explanation import shown
from graders.references.margins import clear_top
from graders.references.picking import READABLE
from graders.sampling import draw, learner_key, seed_of

ROOT = Path(__file__).parents[2]
BLOCK, DATASET = ROOT / "courses" / "credit-xai", ROOT / "datasets" / "credit"


@pytest.fixture(scope="module")
def table():
    return load_module(DATASET / "generate.py").generate(seed=11).table


@pytest.fixture(scope="module")
def made(table, tmp_path_factory):
    case_file = load_module(BLOCK / "case_1.py")
    strata = load_module(BLOCK / "case.py").strata(table, read_contract(DATASET / "contract.toml"))
    folder = tmp_path_factory.mktemp("cases")

    def make(learner, name=None):
        key = learner_key("test", learner, "fingerprint")
        sample = table.iloc[draw(strata, 24_000, key)].reset_index(drop=True)
        return make_case(case_file, sample, DATASET / "contract.toml", seed_of(key, "case"), folder / (name or learner))

    return make


@pytest.fixture(scope="module")
def case(made):
    return made("ada")


def test_the_same_learner_gets_the_same_case(made, case):
    again = made("ada", "again")
    assert (case.directory / "case.json").read_text() == (again.directory / "case.json").read_text()


def test_two_learners_get_different_clients_and_numbers(made, case):
    other = made("bob")
    assert not set(case.picks.applicants.values()) & set(other.picks.applicants.values())
    assert case.base != other.base


def test_base_and_contributions_give_the_models_own_pd(case):
    np.testing.assert_allclose(case.to_pd((case.base + case.contributions.sum(axis=1)).to_numpy()), case.pds, atol=1e-4)


def test_nobody_is_asked_about_twice(case):
    clients = list(case.picks.applicants.values())
    assert len(clients) == len(set(clients)) == 8


def test_nobody_ever_saw_what_became_of_a(table, case):
    outcome = table.set_index("application_id")["default_12m"]
    assert outcome.isna()[case.picks.applicants["A"]]


def test_where_the_outcome_of_a_was_seen_nothing_is_claimed_about_it(case):
    said = load_module(BLOCK / "statements_1.py")
    seen = frozenset(case.picks.applicants.values())
    ground = said.Ground(case.explanation, case.picks.applicants, case.picks.practice_story, case.bad_rate, seen)
    claims = [row["claim"] for menu in range(12) for row in said.eight(ground, menu).values()]
    assert (96, False) == (len(claims), "would-default" in claims)


def test_the_directions_asked_can_be_read_off_the_chart(case):
    assert (6, True) == (len(case.picks.directions), case.importance[list(case.picks.directions)].min() >= READABLE)


def test_no_statement_takes_more_points_from_a_than_its_pd(case):
    worth = facts.worth_in(case.explanation, case.picks.applicants["A"])
    assert worth["points"] < worth["percent"] < case.applicant("A").pd


def test_the_reasons_of_b_are_clear_and_each_misreading_leads_elsewhere(case):
    sums, phi = case.applicant("B").concepts, case.applicant("B").contributions
    right = clear_top(sums, 3)
    misread = [set(sums.abs().nlargest(3).index), set(sums.nsmallest(3).index), set(phi.nlargest(3).index)]
    assert set(right) not in misread


def test_d_and_e_get_one_push_worth_very_different_points(case):
    d, e, column = case.applicant("D"), case.applicant("E"), case.picks.story
    assert abs(d.contributions[column] - e.contributions[column]) < 0.011
    assert e.points[column] > 4.5 * d.points[column]


def test_the_form_of_a_foretelling_shows_the_values_it_is_about(case):
    name, line = next(iter(case.picks.signs.items()))
    usual = case.applicants[name].median()
    assert (True, True) == (line.startswith(case.value("labels")[name]), f"usually {shown(usual)}" in line)


def test_statements_are_numbered_where_they_are_judged(case):
    asked, said = case.picks.statements, case.value("statements")
    assert f"1. {said['s1']['text']}" == asked["s1"]


def test_the_card_is_the_same_in_text_and_on_the_page(case):
    assert [] == [
        words for words in case.card.values() if words not in repr(case) or words not in unescape(case._repr_html_())
    ]


def test_tables_name_columns_in_words(case):
    told = [*case.auc_table.index, *case.twin_test.index, *case.twin_test.columns, *case.same_fact]
    told += [*case.compare("D", "E", case.picks.story).index, *case.same_fact.values()]
    assert [] == [text for text in told for name in case.contributions.columns if "_" in name and name in text]


def test_the_model_never_sees_protected_or_late_columns(case):
    contract = case.contract
    assert not set(case.contributions.columns) & {*contract.protected, *contract.late, *contract.roles.kept_from_models}


def test_outcomes_do_not_reach_the_learners_tables(case):
    assert case.contract.roles.target.column not in {*case.applicants.columns, *case.background.columns}


def test_nothing_that_reaches_learners_says_which_statement_holds(case):
    told = (case.directory / "case.json").read_text() + (case.directory / "case.py").read_text()
    assert not [word for word in ("supported", "contradicted", '"cannot"') if word in told]


def test_a_case_opened_again_says_the_same(case):
    again = type(case)(case.directory)
    assert list(case.importance.index) == list(again.importance.index)


@pytest.mark.parametrize("menu", range(12))
def test_every_menu_of_statements_is_in_balance(case, menu):
    said = load_module(BLOCK / "statements_1.py")
    known = load_module(BLOCK / "keys" / "lesson1_statements.py")
    ground = said.Ground(case.explanation, case.picks.applicants, case.picks.practice_story, case.bad_rate)
    verdicts = [known.BANK.verdict(case, row) for row in said.eight(ground, menu).values()]
    assert [2, 3, 3] == sorted(verdicts.count(verdict) for verdict in known.claims.OPTIONS)


def test_no_claim_stands_twice_in_a_menu_and_every_one_is_used():
    said = load_module(BLOCK / "statements_1.py")
    used = [name for menu in said.MENUS for row in menu for name in row.split()]
    assert set(said.CLAIMS) == set(used)
    assert all(len(set(" ".join(menu).split())) == 16 for menu in said.MENUS)


def test_what_learners_get_does_not_say_which_statements_hold():
    code = "".join((BLOCK / name).read_text() for name in ("statements_1.py", "case.py", "case_1.py"))
    assert not [word for word in ("supported", "contradicted", "cannot") if word in code]
