"""Each line of the pre-flight lights up on a portfolio damaged for it, and on nothing else; none crashes."""

import time
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graders.contract import check_table, read_contract
from graders.errors import DataError
from instructors.company.preflight import Check, Light, block_checks, general_checks

SMALL = """
title = "Small"
[roles]
id = "dossier"
[roles.target]
column = "default"
definition = "90 days past due"
[columns.dossier]
type = "code"
label = "File"
[columns.default]
type = "flag"
label = "Default"
[columns.income]
type = "number"
label = "Income"
range = [0, 1e9]
[columns.term]
type = "whole"
label = "Term"
range = [0, 100000000]
[columns.late]
type = "whole"
label = "Late payments"
range = [0, 20]
missing = true
[columns.savings]
type = "number"
label = "Savings"
range = [-1e12, 1e12]
missing = true
[columns.purpose]
type = "category"
values = ["car", "house", "other"]
label = "Purpose"
missing = true
"""
FULL = (
    SMALL.replace('id = "dossier"\n', 'id = "dossier"\ndate = "month"\n').replace(
        "[columns.dossier]",
        """missing_means = "refused"
[roles.decision]
column = "decision"
accepted = "yes"
[[roles.protected]]
column = "sex"
reference = "M"
compared = "F"
[[roles.protected]]
column = "age"
cut = 30
reference = ">=30"
compared = "<30"
[concepts.money]
columns = ["income", "wealth"]
label = "Money"
[policy]
approve_share = 0.6
[columns.month]
type = "month"
label = "Month"
[columns.decision]
type = "category"
values = ["yes", "no"]
label = "Decision"
[columns.sex]
type = "category"
values = ["F", "M"]
label = "Gender"
[columns.age]
type = "whole"
range = [18, 99]
label = "Age"
[columns.wealth]
type = "number"
range = [0, 1e9]
label = "Wealth"
[columns.reminders]
type = "whole"
range = [0, 50]
known_at = "after booking"
label = "Reminders"
[columns.dossier]""",
    )
    + ""
).replace('[columns.default]\ntype = "flag"', '[columns.default]\ntype = "flag"\nmissing = true')


def contract_of(text, tmp_path):
    file = tmp_path / "contract.toml"
    file.write_text(text, encoding="utf-8")
    return read_contract(file)


@pytest.fixture
def small_contract(tmp_path):
    return contract_of(SMALL, tmp_path)


@pytest.fixture
def full_contract(tmp_path):
    return contract_of(FULL, tmp_path)


def small(rows=1_000, seed=3):
    luck = np.random.default_rng(seed)
    income = luck.lognormal(7.5, 0.5, rows).round()
    late = luck.poisson(0.6, rows).astype(float)
    risk = -1.4 + 0.8 * late - 0.6 * (np.log(income) - 7.5)
    return pd.DataFrame(
        {
            "dossier": [f"D{place}" for place in range(rows)],
            "default": (luck.random(rows) < 1 / (1 + np.exp(-risk))).astype(float),
            "income": income,
            "term": luck.integers(6, 72, rows),
            "late": late,
            "savings": luck.lognormal(6, 1, rows).round(),
            "purpose": luck.choice(["car", "house", "other"], rows),
        }
    )


def full(rows=12_000, seed=4):
    luck = np.random.default_rng(seed)
    table = small(rows, seed)
    table["default"] = (luck.random(rows) < 0.04 + 0.05 * table["late"]).astype(float)
    table["reminders"] = (luck.poisson(0.4, rows) + 2 * table["default"]).astype(int)
    table["decision"] = np.where(luck.random(rows) < 0.8, "yes", "no")
    table["late"] = table["late"].mask(luck.random(rows) < 0.01)
    refused = table["decision"] == "no"
    table.loc[refused, "default"] = np.nan
    months = pd.period_range("2022-01", "2024-12", freq="M").astype(str)
    table["month"] = luck.choice(months, rows)
    table["sex"] = luck.choice(["F", "M"], rows)
    table["age"] = luck.integers(20, 70, rows)
    table["wealth"] = (table["income"] * luck.lognormal(0, 0.05, rows)).round()
    return table


def lit(table, contract):
    check_table(table, contract)
    return {check.name: check.light for check in general_checks(table, contract) if check.light is not Light.GREEN}


def line(table, contract, name):
    check_table(table, contract)
    return next(check for check in general_checks(table, contract) if check.name == name)


def test_a_full_portfolio_is_green_throughout(full_contract):
    assert {} == lit(full(), full_contract)


def test_a_small_honest_portfolio_is_never_red(small_contract):
    found = lit(small(), small_contract)
    assert {Light.AMBER} == set(found.values())
    off = {name for check in general_checks(small(), small_contract) for name in check.switches_off}
    assert {"date", "decision", "protected", "protected_2", "late", "twins"} == off


def test_every_amber_line_says_what_follows_and_every_red_one_what_to_do(small_contract):
    for table in (small(), small(3)):
        for check in general_checks(table, small_contract):
            assert check.found
            assert check.light is Light.GREEN or check.consequence
            assert check.light is not Light.RED or check.do


def _with(**columns):
    return lambda table: table.assign(**{name: make(table) for name, make in columns.items()})


DAMAGES = [
    ("rows", Light.RED, lambda table: table.head(150)),
    ("rows", Light.AMBER, lambda table: table.head(5_000)),
    ("outcomes", Light.RED, _with(default=lambda t: t["default"] * 0)),
    ("outcomes", Light.RED, _with(default=lambda t: t["default"] * np.nan)),
    ("outcomes", Light.AMBER, _with(default=lambda t: t["default"].mask(t["default"].notna(), t.index % 2))),
    (
        "outcomes",
        Light.AMBER,
        _with(default=lambda t: t["default"].mask(t["default"].notna(), (t.index % 150 == 0) * 1)),
    ),
    ("past decisions", Light.AMBER, _with(decision=lambda t: ["yes"] * len(t))),
    ("past decisions", Light.AMBER, _with(default=lambda t: (t["late"] > 1).astype(float))),
    ("groups of `sex`", Light.RED, _with(sex=lambda t: ["M"] * len(t))),
    ("groups of `sex`", Light.AMBER, _with(sex=lambda t: np.where(t.index < 5, "F", "M"))),
    ("groups of `age`", Light.AMBER, _with(age=lambda t: np.where(t.index < 100, 20, 50))),
    ("months", Light.AMBER, _with(month=lambda t: ["2024-03"] * len(t))),
    ("months", Light.AMBER, _with(month=lambda t: np.where(t.index % 2, "2022-03", "2024-03"))),
    ("months", Light.AMBER, _with(month=lambda t: np.where(t.index % 30, "2024-02", "2023-11"))),
    (
        "outcomes of the last months",
        Light.AMBER,
        _with(default=lambda t: t["default"].mask(t["month"] > "2024-09")),
    ),
    (
        "outcomes of the last months",
        Light.AMBER,
        _with(default=lambda t: t["default"].mask((t["month"] > "2024-09") & t["default"].notna(), 0)),
    ),
    ("columns with one value", Light.AMBER, _with(term=lambda t: [12] * len(t))),
    ("columns with one value", Light.AMBER, _with(savings=lambda t: np.where(t.index < 20, 1.0, 2.0))),
    ("missing values", Light.AMBER, _with(savings=lambda t: t["savings"].mask(t.index % 10 < 7))),
    ("twin columns", Light.AMBER, _with(wealth=lambda t: t["savings"] * 2)),
    ("twin columns", Light.GREEN, _with(wealth=lambda t: range(len(t)))),  # declared as a concept, and that is enough
    ("copies", Light.AMBER, _with(wealth=lambda t: t["income"])),
    ("rare categories", Light.AMBER, _with(purpose=lambda t: np.where(t.index < 5, "car", "house"))),
    (
        "categories first seen in the last year",
        Light.AMBER,
        _with(purpose=lambda t: np.where(t["month"] > "2024", "car", "house")),
    ),
    ("columns that know the outcome", Light.RED, _with(late=lambda t: t["default"].fillna(0) * 5)),
    ("columns that know the outcome", Light.RED, _with(purpose=lambda t: np.where(t["default"] == 1, "car", "house"))),
    (
        "columns that stand still on refused rows",
        Light.AMBER,
        _with(late=lambda t: t["late"].mask(t["decision"] == "no", 0)),
    ),
    (
        "columns that stand still on refused rows",
        Light.AMBER,
        _with(late=lambda t: t["late"].mask(t["decision"] == "no")),
    ),
    ("large numbers", Light.AMBER, _with(savings=lambda t: t["savings"] * 1e4)),
    ("large numbers", Light.RED, _with(savings=lambda t: 1e12 - t.index)),
    ("row numbers and dates as numbers", Light.AMBER, _with(term=lambda t: t.index)),
    ("row numbers and dates as numbers", Light.AMBER, _with(term=lambda t: 20230101 + t.index % 28)),
]


@pytest.mark.parametrize(("name", "light", "damage"), DAMAGES)
def test_each_damage_lights_its_own_line(name, light, damage, full_contract):
    assert light == line(damage(full()), full_contract, name).light


@pytest.mark.parametrize("share", [0.0, 1.0, 1.4])
def test_a_policy_that_is_no_share_is_red(share, tmp_path):
    contract = contract_of(FULL.replace("approve_share = 0.6", f"approve_share = {share}"), tmp_path)
    assert Light.RED == line(full(1_000), contract, "approvals").light


def test_a_policy_that_approves_nearly_everybody_is_amber(tmp_path):
    contract = contract_of(FULL.replace("approve_share = 0.6", "approve_share = 0.97"), tmp_path)
    assert Light.AMBER == line(full(1_000), contract, "approvals").light


def test_too_many_categories_are_said(tmp_path):
    levels = [f"v{place}" for place in range(120)]
    contract = contract_of(SMALL.replace('["car", "house", "other"]', str(levels)), tmp_path)
    table = small(1_200).assign(purpose=levels * 10)
    assert Light.AMBER == line(table, contract, "too many categories").light


def test_a_higher_leak_line_of_the_policy_is_kept_to(tmp_path):
    text = SMALL + "[policy]\nleak_line = 0.99\n"
    table = small().assign(late=lambda t: (t["default"] + (t.index % 15 == 0)).astype(float))
    assert Light.GREEN == line(table, contract_of(text, tmp_path), "columns that know the outcome").light
    assert Light.RED == line(table, contract_of(SMALL, tmp_path), "columns that know the outcome").light


ODD = st.sampled_from([0.0, 1.0, 2.0, 12.0, 1e9, 99999999.0])


@st.composite
def odd_tables(draw):
    rows = draw(st.integers(1, 60))
    table = full(rows, seed=draw(st.integers(0, 9)))
    for name in (
        "income",
        "wealth",
        "term",
        "late",
        "savings",
        "default",
        "purpose",
        "sex",
        "decision",
        "month",
        "age",
        "reminders",
    ):
        how = draw(st.sampled_from(["as it is", "constant", "missing", "odd", "nullable"]))
        if how == "constant":
            table[name] = [table[name].iloc[0]] * rows
        elif how == "missing" and name in ("late", "savings", "default", "purpose"):
            table[name] = pd.Series([np.nan] * rows, dtype=draw(st.sampled_from(["float64", "object"])))
        elif how == "odd" and name in ("income", "savings", "wealth"):
            table[name] = draw(st.lists(ODD, min_size=rows, max_size=rows))
        elif how == "nullable" and pd.api.types.is_numeric_dtype(table[name]):
            table[name] = table[name].round().astype("Int64")
    return table


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(odd_tables())
def test_no_line_crashes_on_a_table_that_keeps_to_its_contract(tmp_path_factory, table):
    contract = contract_of(FULL, tmp_path_factory.mktemp("odd"))
    try:
        check_table(table, contract)
    except DataError:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert all(isinstance(check, Check) for check in general_checks(table, contract))


@pytest.mark.parametrize("rows", [1, 2, 3, 25])
@pytest.mark.parametrize("kept", [["purpose"], ["income"], ["income", "purpose"]])
def test_tables_of_a_few_rows_and_columns_are_told_off_not_crashed_on(rows, kept, tmp_path):
    parts = SMALL.split("[columns.")
    text = "[columns.".join(
        [parts[0], *(part for part in parts[1:] if part.split("]")[0] in ("dossier", "default", *kept))]
    )
    contract = contract_of(text, tmp_path)
    assert Light.RED == line(small(rows).reindex(columns=contract.columns), contract, "rows").light


def test_a_block_without_a_preflight_of_its_own_asks_nothing_more(mini_content, small_contract):
    from instructors.content import read_block

    assert [] == block_checks(read_block(mini_content / "courses" / "mini"), small(), small_contract)


def test_fifty_thousand_rows_are_looked_at_in_seconds(full_contract):
    table = full(50_000)
    began = time.perf_counter()
    general_checks(table, full_contract)
    assert time.perf_counter() - began < 10
