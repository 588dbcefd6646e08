"""Columns as Parquet types them: truth values, moments, codes far outside, days since birth."""

import numpy as np
import pandas as pd
import pytest

from graders.contract import check_table, read_contract
from instructors.company.draft import draft
from instructors.company.preparing import prepare
from instructors.company.reading import read_portfolio


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    rows, luck = 500, np.random.default_rng(1)
    days = pd.Series(pd.date_range("2022-01-01", periods=rows, freq="D"))
    table = pd.DataFrame(
        {
            "uuid": [f"{luck.integers(1 << 60):x}" for _ in range(rows)],
            "app_date": days,
            "owner": luck.random(rows) < 0.5,
            "income": pd.Series(luck.integers(1_000, 5_000, rows), dtype="Int64").mask(luck.random(rows) < 0.1),
            "grade": pd.Categorical(luck.choice(list("ABC"), rows)),
            "gender": luck.choice([0.0, 1.0, np.nan], rows),
            "DAYS_BIRTH": -luck.integers(8_000, 25_000, rows),
            "DAYS_EMPLOYED": np.where(luck.random(rows) < 0.2, 365_243, -luck.integers(1, 17_000, rows)),
            "closed": days.where(luck.random(rows) < 0.5),
            "TARGET": luck.choice([True, False], rows, p=[0.1, 0.9]),
        }
    )
    file = tmp_path_factory.mktemp("typed") / "typed.parquet"
    table.to_parquet(file)
    text = draft(read_portfolio(file), file.name)
    contract_file = file.with_suffix(".toml")
    contract_file.write_text(text, encoding="utf-8")
    contract = read_contract(contract_file)
    prepared = prepare(read_portfolio(file, contract.file), contract, b"k" * 32)
    check_table(prepared, contract)
    return text, contract, prepared


def test_truth_values_become_flags(made):
    _, contract, table = made
    assert ("target", 1) == (contract.roles.target.column, contract.roles.target.bad)
    assert {0, 1} == set(table["owner"]) == set(table["target"])


def test_a_repeated_number_far_outside_is_taken_for_missing(made):
    _, contract, table = made
    assert ((365_243,), (-17_000, 0)) == (
        contract.columns["days_employed"].missing_values,
        contract.columns["days_employed"].range,
    )
    assert table["days_employed"].max() <= 0


def test_days_since_birth_are_an_age_and_no_feature(made):
    _, contract, _ = made
    assert {"gender", "days_birth"} == set(contract.protected)
    assert contract.protected["days_birth"].cut < 0


def test_a_second_date_is_left_out_with_its_reason(made):
    text, contract, _ = made
    assert "closed" not in contract.columns
    assert "# closed: it is a date; make a length of time of it" in text
