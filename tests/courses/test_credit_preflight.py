"""The credit block's own pre-flight, on its own portfolio, on small ones and on damaged ones."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graders.content import load_module
from graders.contract import check_table, read_contract
from instructors.company.preflight import Light, block_checks, general_checks
from instructors.content import read_block

ROOT = Path(__file__).parents[2]
BLOCK = read_block(ROOT / "courses" / "credit-xai")
PREFLIGHT = load_module(BLOCK.folder / "company" / "preflight.py")
CREDIT = ROOT / "datasets" / "credit"
CONTRACT = read_contract(CREDIT / "contract.toml")
NAMES = {
    "target", "date", "decision", "protected", "protected_2", "late", "twins", "expectations", "reasons", "interaction",
    "amount", "categories", "many_features", "five_columns", "numbers", "facts", "readings", "steps", "group_errors",
}  # fmt: skip


CONCEPT = """[concepts.utilisation]
columns = ["utilisation_now", "utilisation_avg_3m"]
label = "Use of credit lines"
reason = "Share of the available credit lines in use"
"""
OFTEN_MISSING = ("credit_history_months", "savings_balance", "default_12m")


@pytest.fixture(scope="module")
def portfolio():
    return load_module(CREDIT / "generate.py").generate(seed=5, rows=30_000).table


def contract_with(tmp_path, *changes):
    text = (CREDIT / "contract.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "contract.toml"
    file.write_text(text, encoding="utf-8")
    return read_contract(file)


def test_the_blocks_own_portfolio_is_green_and_has_everything(portfolio):
    assert dict.fromkeys(NAMES, "") == PREFLIGHT.capabilities(portfolio, CONTRACT)
    found = [*general_checks(portfolio, CONTRACT), *block_checks(BLOCK, portfolio, CONTRACT)]
    assert [] == [check for check in found if check.light is not Light.GREEN]


def test_a_thousand_rows_are_amber_and_lose_what_few_bad_outcomes_cannot_show(portfolio):
    found = block_checks(BLOCK, portfolio.head(2_000), CONTRACT)
    assert {Light.GREEN, Light.AMBER} == {check.light for check in found}
    assert {"interaction", "expectations"} <= {name for check in found for name in check.switches_off}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("date", 'date = "application_month"\n', ""),
        ("amount", 'amount = "loan_amount"\n', ""),
        ("decision", '[roles.decision]\ncolumn = "legacy_decision"\naccepted = "booked"\n', ""),
        ("late", 'known_at = "after_booking"\n', ""),
        ("twins", CONCEPT, ""),
        ("expectations", "\nexpect = ", "\n# expect = "),
    ],
)
def test_each_role_that_a_contract_lacks_is_named(name, old, new, portfolio, tmp_path):
    found = PREFLIGHT.capabilities(portfolio.head(3_000), contract_with(tmp_path, (old, new)))
    assert NAMES == set(found)
    assert found[name]


def test_a_portfolio_without_a_target_is_not_crashed_on(portfolio, tmp_path):
    text = (CREDIT / "contract.toml").read_text(encoding="utf-8")
    start, end = text.index("[roles.target]"), text.index("[roles.decision]")
    contract = contract_with(tmp_path, (text[start:end], ""))
    rows = portfolio.head(2_000)
    assert "the contract has no target" == PREFLIGHT.capabilities(rows, contract)["target"]
    assert "the outcome" in {check.name for check in block_checks(BLOCK, rows, contract) if check.light is Light.RED}


def test_few_rows_with_outcomes_are_red(portfolio):
    found = block_checks(BLOCK, portfolio.head(100), CONTRACT)
    assert Light.RED in {check.light for check in found}


def test_a_model_that_knows_the_outcome_is_red(portfolio):
    luck = np.random.default_rng(1)
    known = portfolio["default_12m"].fillna(0).to_numpy()
    leaky = portfolio.assign(n_late_24m=(known * 8 + luck.integers(0, 2, len(portfolio))).astype(int))
    (check,) = (one for one in block_checks(BLOCK, leaky, CONTRACT) if one.name.startswith("the block's model"))
    assert (Light.RED, True) == (check.light, "`n_late_24m`" in check.found)


def test_a_reason_that_names_a_protected_attribute_is_said(portfolio, tmp_path):
    contract = contract_with(tmp_path, ('reason = "Part-time employment"', 'reason = "Gender and age of the client"'))
    (check,) = (one for one in block_checks(BLOCK, portfolio.head(3_000), contract) if one.name == "words of reasons")
    assert (Light.AMBER, True) == (check.light, "`part_time`" in check.found)


def test_labels_stand_in_for_reasons_that_are_not_written(portfolio, tmp_path):
    contract = contract_with(tmp_path, ("\nreason = ", "\n# reason = "))
    assert "" == PREFLIGHT.capabilities(portfolio.head(3_000), contract)["reasons"]


def test_a_late_column_that_hardly_tells_the_outcome_is_none(portfolio):
    luck = np.random.default_rng(3)
    weak = portfolio.assign(n_reminders=luck.permutation(portfolio["n_reminders"].to_numpy()))
    assert "alone, 0.85 is the line for a leak" in PREFLIGHT.capabilities(weak.head(6_000), CONTRACT)["late"]


def test_words_that_a_draft_left_open_are_said(portfolio, tmp_path):
    contract = contract_with(tmp_path, ('label = "Part-time work"', 'label = "TODO: part-time"'))
    (check,) = (
        one for one in block_checks(BLOCK, portfolio.head(3_000), contract) if one.name == "words left to fill in"
    )
    assert (Light.AMBER, "`part_time` still say TODO.") == (check.light, check.found)


@pytest.mark.parametrize("line", ["ae_band = 1.25", "ae_band = [1.1, 1.25]", "psi_line = [0.1, 0.2]", "air_line = 1.8"])
def test_a_line_that_nothing_can_be_compared_with_is_red(line, portfolio, tmp_path):
    name = line.partition(" ")[0]
    old = next(
        one for one in (CREDIT / "contract.toml").read_text(encoding="utf-8").splitlines() if one.startswith(name)
    )
    contract = contract_with(tmp_path, (old, line))
    assert Light.RED is PREFLIGHT._lines(contract).light


def test_clients_whose_reasons_are_clear_are_counted(portfolio):
    (check,) = (one for one in block_checks(BLOCK, portfolio, CONTRACT) if one.name == "clear local cases")
    clear, _of, explained = check.found.split()[:3]
    assert (Light.GREEN, "600") == (check.light, explained)
    assert int(clear) >= 20


def test_a_model_that_tells_nobody_apart_is_red(portfolio):
    rows = portfolio.head(3_000)
    same = {name: [rows[name].dropna().iloc[0]] * len(rows) for name in CONTRACT.features}
    (check,) = (one for one in block_checks(BLOCK, rows.assign(**same), CONTRACT) if one.name == "the block's model")
    assert (Light.RED, "the model gives nearly everybody the same PD.") == (check.light, check.found)


def test_a_line_that_the_policy_lacks_is_said(portfolio, tmp_path):
    contract = contract_with(tmp_path, ("psi_line = 0.10", "# psi_line = 0.10"))
    (check,) = (
        one for one in block_checks(BLOCK, portfolio.head(3_000), contract) if one.name == "lines of the policy"
    )
    assert (Light.AMBER, "Not declared: `psi_line`.") == (check.light, check.found)


def test_what_is_switched_off_is_what_the_portfolio_lacks(portfolio, tmp_path):
    contract = contract_with(tmp_path, ('known_at = "after_booking"\n', ""), ('date = "application_month"\n', ""))
    rows = portfolio.drop(columns="n_reminders").assign(n_reminders=1).head(3_000)
    off = {name for check in block_checks(BLOCK, rows, contract) for name in check.switches_off}
    assert {name for name, why in PREFLIGHT.capabilities(rows, contract).items() if why} == off


def test_chance_in_a_small_file_is_no_leak(portfolio):
    luck = np.random.default_rng(2)
    rows = portfolio[portfolio["default_12m"].notna()].head(400)
    noise = {name: luck.permutation(rows[name].to_numpy()) for name in CONTRACT.features}
    (check,) = (
        one for one in general_checks(rows.assign(**noise), CONTRACT) if one.name == "columns that know the outcome"
    )
    assert Light.GREEN == check.light


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.data())
def test_no_line_of_the_block_crashes_on_a_table_that_keeps_to_its_contract(portfolio, data):
    start, rows = data.draw(st.integers(0, 20_000)), data.draw(st.sampled_from([1, 2, 3, 40, 150, 400, 900]))
    table = portfolio.iloc[start : start + rows].reset_index(drop=True)
    for name in data.draw(st.lists(st.sampled_from(list(CONTRACT.columns)), max_size=12, unique=True)):
        if name in OFTEN_MISSING and data.draw(st.booleans()):
            table[name] = np.nan
        elif name != CONTRACT.roles.id:
            table[name] = [table[name].iloc[0]] * rows
    check_table(table, CONTRACT)
    assert NAMES == set(PREFLIGHT.capabilities(table, CONTRACT))
    assert all(check.found for check in block_checks(BLOCK, table, CONTRACT))
