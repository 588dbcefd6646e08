"""What is added to a portfolio for training, and declared."""

import numpy as np
import pandas as pd
import pytest

from graders.contract import check_table, parse_contract
from graders.references.scores import bad_outcomes
from instructors.company.adding import Portfolio, with_additions, with_gaps_as_level, without_columns
from instructors.company.measured import auc_of, rank_correlation

ALL = ("late", "twins", "protected")
CONTRACT = """
title = "Loans"

[roles]
id = "loan"

[roles.target]
column = "bad"
bad = 1
definition = "unpaid after a year"
missing_means = "never booked"

[columns.loan]
type = "code"
label = "Loan"

[columns.income]
type = "number"
unit = "EUR per month"
range = [0, 20000]
expect = -1
label = "Income"
reason = "Income too low"

[columns.region]
type = "category"
values = ["north", "south", "east"]
label = "Region"

[columns.bad]
type = "flag"
missing = true
label = "Bad"
"""


def read(text):
    return parse_contract(text, "ours.toml")


@pytest.fixture
def portfolio():
    rng = np.random.default_rng(3)
    income = np.exp(rng.normal(7.8, 0.4, 4_000)).round(2)
    region = rng.choice(["north", "south", "east"], 4_000, p=[0.5, 0.3, 0.2])
    bad = (rng.random(4_000) < 1 / (1 + np.exp(1.2 + 0.0006 * (income - 2_400) - 0.9 * (region == "east")))).astype(
        float
    )
    bad[rng.random(4_000) < 0.2] = np.nan
    table = pd.DataFrame({"loan": [f"L{n}" for n in range(4_000)], "income": income, "region": region, "bad": bad})
    return Portfolio(table, read(CONTRACT), CONTRACT)


@pytest.fixture
def made(portfolio):
    return with_additions(portfolio, ALL, ALL, read, seed=1)


def test_what_was_there_is_there_as_it_was(portfolio, made):
    pd.testing.assert_frame_equal(portfolio.table, made.table[list(portfolio.table)])
    assert all(made.contract.columns[name] == column for name, column in portfolio.contract.columns.items())


def test_the_table_keeps_to_its_new_contract(made):
    check_table(made.table, made.contract)
    assert made.contract == read(made.text)


def test_every_addition_is_declared_in_a_sentence(portfolio, made):
    assert set(made.table) - set(portfolio.table) == set(made.contract.added)
    assert all(" for this training" in said for said in made.contract.added.values())


def test_a_column_known_too_late_knows_the_outcome_and_nothing_of_what_was_never_booked(made):
    (late,) = made.contract.late
    assert 0.92 <= auc_of(made.table[late], bad_outcomes(made.table, made.contract))
    assert [0] == made.table.loc[made.table["bad"].isna(), late].unique().tolist()


def test_it_knows_more_where_the_organisation_s_own_line_is_higher(portfolio):
    text = CONTRACT + "\n[policy]\nleak_line = 0.95\n"
    made = with_additions(Portfolio(portfolio.table, read(text), text), ("late",), ALL, read, seed=1)
    assert 0.97 <= auc_of(made.table[made.contract.late[0]], bad_outcomes(made.table, made.contract))


def test_a_second_reading_keeps_the_order_but_not_the_values(made):
    (twins,) = [names for names in made.contract.concepts.values() if len(names) > 1]
    first, second = (made.table[name].to_numpy(dtype=float) for name in twins)
    assert ["income", "income_second"] == twins
    assert 0.93 <= rank_correlation(first, second) < 1
    assert 0.9 < np.mean(first != second)
    assert ("EUR per month", -1) == (made.contract.columns[twins[1]].unit, made.contract.columns[twins[1]].expect)


def test_two_columns_that_rise_together_are_declared_and_nothing_is_added(portfolio):
    text = CONTRACT + '\n[columns.gross]\ntype = "number"\nrange = [0, 40000]\nlabel = "Gross income"\n'
    table = portfolio.table.assign(gross=(portfolio.table["income"] * 1.3 + np.arange(4_000) % 7).round(2))
    made = with_additions(Portfolio(table, read(text), text), ("twins",), ALL, read, seed=1)
    assert list(table) == list(made.table)
    assert ["income", "gross"] == made.contract.concepts["income_fact"]
    assert ["income_fact"] == list(made.contract.added)


def test_twins_that_the_organisation_declared_are_enough(portfolio):
    text = CONTRACT + '\n[columns.gross]\ntype = "number"\nrange = [0, 40000]\nlabel = "Gross"\n'
    text += '\n[concepts.earned]\ncolumns = ["income", "gross"]\nlabel = "What is earned"\n'
    table = portfolio.table.assign(gross=portfolio.table["income"] * 1.3)
    assert {} == with_additions(Portfolio(table, read(text), text), (), ALL, read, seed=1).contract.added


def test_a_simulated_group_lives_with_what_is_risky_and_is_called_simulated(made):
    (attribute,) = made.contract.roles.protected
    member = made.table[attribute.column] == attribute.compared
    assert 0.15 < member.mean() < 0.45
    assert made.table.loc[member, "bad"].mean() > made.table.loc[~member, "bad"].mean()
    assert ("simulated group 2", "Simulated group") == (
        attribute.called("compared"),
        made.contract.label(attribute.column),
    )
    assert attribute.column not in made.contract.features


def test_a_portfolio_without_a_number_gets_no_twin(portfolio):
    text = CONTRACT[: CONTRACT.index("[columns.income]")] + CONTRACT[CONTRACT.index("[columns.region]") :]
    made = with_additions(Portfolio(portfolio.table, read(text), text), ALL, ALL, read, seed=1)
    assert {"reminders_sent", "simulated_group"} == set(made.contract.added)


def test_nothing_is_added_that_the_organisation_does_not_allow(portfolio):
    made = with_additions(portfolio, ALL, ("twins",), read, seed=1)
    assert {"income_second"} == set(made.contract.added)
    assert portfolio is with_additions(portfolio, ALL, (), read, seed=1)


def test_a_name_that_is_taken_is_not_used_again(portfolio):
    text = CONTRACT + '\n[columns.simulated_group]\ntype = "whole"\nrange = [0, 9]\nlabel = "Ours"\n'
    table = portfolio.table.assign(simulated_group=1)
    made = with_additions(Portfolio(table, read(text), text), ("protected",), ALL, read, seed=1)
    assert "simulated_group_2" in made.contract.protected


def test_the_same_seed_adds_the_same(portfolio, made):
    assert made.text == with_additions(portfolio, ALL, ALL, read, seed=1).text
    pd.testing.assert_frame_equal(made.table, with_additions(portfolio, ALL, ALL, read, seed=1).table)


@pytest.mark.parametrize("values", [np.zeros, np.ones], ids=["nobody is bad", "everybody is bad"])
def test_outcomes_of_one_kind_are_not_crashed_on(portfolio, values):
    table = portfolio.table.assign(bad=values(4_000))
    made = with_additions(Portfolio(table, portfolio.contract, CONTRACT), ALL, ALL, read, seed=1)
    assert [] == made.contract.late


def test_a_contract_in_any_order_and_style_is_added_to(portfolio):
    text = (
        CONTRACT.replace(
            '[columns.region]\ntype = "category"', '[policy]\nair_line = 0.7\n\n[columns.region]\ntype = "category"'
        )
        .replace('[columns.loan]\ntype = "code"\nlabel = "Loan"', '[columns]\nloan = { type = "code", label = "Loan" }')
        .replace('title = "Loans"', 'title = "Loans"\nconcepts = {}')
    )
    made = with_additions(Portfolio(portfolio.table, read(text), text), ALL, ALL, read, seed=1)
    assert {"reminders_sent", "income_second", "simulated_group"} == set(made.contract.added)
    assert 0.7 == made.contract.policy["air_line"]


def test_a_protected_attribute_is_taken_out_of_roles_columns_and_table(portfolio):
    text = CONTRACT.replace(
        "[columns.loan]",
        '[[roles.protected]]\ncolumn = "region"\nreference = "north"\ncompared = "east"\n\n[columns.loan]',
    )
    before = Portfolio(portfolio.table, read(text), text)
    after = without_columns(before, ["region"], read)
    assert "region" not in {*after.contract.columns, *after.contract.protected, *after.table}
    assert before is without_columns(before, [], read)


def test_missing_values_of_a_category_become_a_level_of_their_own(portfolio):
    text = CONTRACT.replace('label = "Region"', 'missing = true\nlabel = "Region"')
    table = portfolio.table.assign(region=portfolio.table["region"].where(np.arange(4_000) % 40 > 0))
    made = with_gaps_as_level(Portfolio(table, read(text), text), read)
    check_table(made.table, made.contract)
    assert ("north", "south", "east", "not known") == made.contract.columns["region"].values
    assert 100 == (made.table["region"] == "not known").sum()
    assert portfolio is with_gaps_as_level(portfolio, read)
