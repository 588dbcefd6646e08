"""A contract file is read or refused with all its problems at once; so is a table under it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from graders.contract import check_table, fingerprint, read_contract
from graders.errors import DataError

SMALL = """
title = "Six loans"
currency = "EUR"

[roles]
id = "file"
date = "month"
amount = "sum"
[roles.target]
column = "bad"
definition = "unpaid after a year"
missing_means = "refused"
[roles.decision]
column = "answer"
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

[concepts.savings]
columns = ["saved_now", "saved_before"]
label = "Savings"
reason = "Savings too low"

[policy]
share = 0.6
band = [0.8, 1.25]

[columns]
file = { type = "code", label = "File" }
month = { type = "month", label = "Month" }
trade = { type = "category", values = ["baker", "smith"], label = "Trade", reason = "Trade" }
sum = { type = "number", range = [100, 900], unit = "EUR", label = "Loan" }
saved_now = { type = "number", range = [0, 50], missing = true, expect = -1, label = "Savings today" }
saved_before = { type = "number", range = [0, 50], label = "Savings before" }
children = { type = "whole", range = [0, 9], label = "Children", reason = "Family" }
calls = { type = "whole", range = [0, 9], label = "Calls", known_at = "later" }
sex = { type = "category", values = ["F", "M"], label = "Sex" }
age = { type = "whole", range = [18, 99], label = "Age" }
answer = { type = "category", values = ["no", "yes"], label = "Answer" }
bad = { type = "flag", missing = true, label = "Unpaid" }
"""


@pytest.fixture
def write(tmp_path):
    def write(text, changes=None):
        for old, new in (changes or {}).items():
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "ours.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def contract(write):
    return read_contract(write(SMALL))


@pytest.fixture
def problems(write):
    """Return the problems of the small contract after some changes, without the file's name."""

    def problems(changes):
        path = write(SMALL, changes=changes)
        with pytest.raises(DataError) as caught:
            read_contract(path)
        lines = str(caught.value).splitlines()
        assert all(line.startswith(f"{path}: ") for line in lines)
        return [line.removeprefix(f"{path}: ") for line in lines]

    return problems


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "file": ["a", "b", "c", "d"],
            "month": ["2024-01", "2024-01", "2024-02", "2024-12"],
            "trade": ["baker", "smith", "smith", "baker"],
            "sum": [100.0, 250.5, 900.0, 300.0],
            "saved_now": [1.0, np.nan, 50.0, 0.0],
            "saved_before": [1.0, 2.0, 3.0, 4.0],
            "children": [0, 1, 2, 9],
            "calls": [0, 0, 3, 0],
            "sex": ["F", "M", "F", "M"],
            "age": [18, 30, 45, 99],
            "answer": ["yes", "no", "yes", "yes"],
            "bad": [0.0, np.nan, 1.0, 0.0],
        }
    )


def refusal(table, contract):
    with pytest.raises(DataError) as caught:
        check_table(table, contract)
    return str(caught.value).splitlines()


def test_features_are_the_numeric_ones_then_the_categorical_ones(contract):
    assert ["sum", "saved_now", "saved_before", "children", "trade"] == contract.features


def test_numeric_and_categorical_features_are_told_apart(contract):
    assert (["sum", "saved_now", "saved_before", "children"], ["trade"]) == (contract.numeric, contract.categorical)


def test_a_column_known_after_the_decision_is_no_feature(contract):
    assert (["calls"], "later") == (contract.late, contract.known_at("calls"))


def test_a_column_is_known_at_the_decision_unless_it_says_otherwise(contract):
    assert "application" == contract.known_at("sum")


def test_every_feature_belongs_to_a_concept(contract):
    expected = {"sum": ["sum"], "savings": ["saved_now", "saved_before"], "children": ["children"], "trade": ["trade"]}
    assert expected == contract.concepts


def test_twins_share_their_concept(contract):
    assert ["savings", "savings", "sum"] == [contract.concept_of(name) for name in ("saved_now", "saved_before", "sum")]


def test_columns_and_concepts_have_labels_and_reasons(contract):
    assert ("Children", "Savings") == (contract.label("children"), contract.label("savings"))
    assert ("Family", "Savings too low", "") == tuple(map(contract.reason, ("children", "savings", "month")))


def test_a_name_the_contract_does_not_know_is_refused(contract):
    with pytest.raises(DataError, match="Six loans: expected a column or concept of the contract, got 'wages'"):
        contract.label("wages")


def test_protected_attributes_are_found_by_column(contract):
    assert {"sex": ("M", "F"), "age": (">=30", "<30")} == {
        name: (attribute.reference, attribute.compared) for name, attribute in contract.protected.items()
    }


def test_policy_lines_are_numbers_or_bands(contract):
    assert {"share": 0.6, "band": (0.8, 1.25)} == contract.policy


def test_a_contract_is_frozen(contract):
    with pytest.raises(ValueError, match="frozen"):
        contract.title = "other"


def test_only_the_id_is_required_among_the_roles(write):
    contract = read_contract(
        write(
            'title = "Bare"\nroles = { id = "file" }\n[columns]\nfile = { type = "code", label = "File" }\n'
            'sum = { type = "number", range = [1, 2], label = "Sum" }\n'
        )
    )
    assert (None, None, {}, {}) == (contract.roles.date, contract.roles.target, contract.protected, contract.policy)


def test_all_problems_of_a_file_are_reported_at_once(problems):
    changes = {'id = "file"': 'id = "fiel"', "expect = -1": "expect = 2", 'accepted = "yes"': 'accepted = "ja"'}
    keys = [line.split(": ")[0] for line in problems(changes)]
    assert ["`columns.saved_now.expect`", "`roles.id`", "`roles.decision`"] == keys


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            'column = "bad"',
            'column = "answer"',
            "`roles.target.column`: expected a column whose type is flag, got 'answer'. "
            'Under [columns.answer] write type = "flag" and take out values; say there which values are 1: '
            'map = { "no" = 1, "yes" = 0 }.',
        ),
        (
            'id = "file"',
            'id = "fiel"',
            "`roles.id`: expected the name of a described column, got 'fiel'. "
            "Describe it under columns, or name another one.",
        ),
        (
            'date = "month"',
            'date = "month"\nowner = "bank"',
            "`roles.owner`: expected no key of this name, got 'bank'. Remove it, or correct its spelling.",
        ),
        (
            'definition = "unpaid after a year"\n',
            "",
            "`roles.target.definition`: expected this key, got none. Add it.",
        ),
        (
            'missing_means = "refused"\n',
            "",
            "`roles.target`: expected a meaning exactly when outcomes may be missing, got None. "
            "Write missing_means here and missing = true at `bad`, or neither.",
        ),
        (
            'accepted = "yes"',
            'accepted = "ja"',
            "`roles.decision`: expected a value of `answer`, one of no, yes, got 'ja'. "
            "Correct it, or add it to the column's values.",
        ),
        (
            'compared = "F"',
            'compared = "W"',
            "`roles.protected[1]`: expected a value of `sex`, one of F, M, got 'W'. "
            "Correct it, or add it to the column's values.",
        ),
        (
            'compared = "F"',
            'compared = "M"',
            "`roles.protected[1]`: expected two different groups, got ['M', 'M']. "
            "Name the group compared with the reference.",
        ),
        (
            "cut = 30",
            "cut = 25",
            '`roles.protected[2]`: expected a cut and its two groups, like 30, ">=30" and "<30", '
            "got [25.0, '>=30', '<30']. Give the cut, and name the groups by it.",
        ),
        (
            'amount = "sum"',
            'amount = "age"',
            "`roles`: expected one role a column, got ['age']. Keep one role for it.",
        ),
        (
            'columns = ["saved_now", "saved_before"]',
            'columns = ["saved_now"]',
            "`concepts.savings.columns`: expected two or more names, each once, got ['saved_now']. "
            "Add one, or remove the repeated one.",
        ),
        (
            'columns = ["saved_now", "saved_before"]',
            'columns = ["saved_now", "saved_then"]',
            "`concepts.savings.columns[2]`: expected the name of a described column, got 'saved_then'. "
            "Describe it under columns, or name another one.",
        ),
        (
            "[concepts.savings]",
            "[concepts.sum]",
            "`concepts`: expected names for concepts that no column has, got ['sum']. Rename the concept.",
        ),
        (
            "[policy]",
            '[concepts.other]\ncolumns = ["saved_now", "sum"]\nlabel = "Other"\n[policy]',
            "`concepts`: expected each column in one concept, got ['saved_now']. "
            "Keep the concept that it tells most about.",
        ),
        (
            "share = 0.6",
            'share = "60 %"',
            "`policy.share`: expected a number, or a band [low, high], got '60 %'. "
            "Write the line that your organisation declares.",
        ),
        (
            "range = [100, 900]",
            "range = [900, 100]",
            "`columns.sum.range`: expected a low and a higher number, got [900.0, 100.0]. Write them as [low, high].",
        ),
        (
            "range = [100, 900]",
            'range = "100-900"',
            "`columns.sum.range`: expected a list, got '100-900'. Correct it.",
        ),
        (
            'values = ["baker", "smith"]',
            'values = ["baker", "baker"]',
            "`columns.trade.values`: expected two or more names, each once, got ['baker', 'baker']. "
            "Add one, or remove the repeated one.",
        ),
        (
            'type = "flag"',
            'type = "bool"',
            "`columns.bad.type`: expected one of 'number', 'whole', 'flag', 'category', 'code', 'month', got 'bool'. "
            "Correct it.",
        ),
        (
            'file = { type = "code", ',
            "file = { ",
            "`columns.file.type`: expected this key, got none. Add it.",
        ),
        (
            'reason = "Family"',
            f'reason = "{"x" * 121}"',
            f"`columns.children.reason`: expected at most 120 characters, got '{'x' * 56}.... Shorten it.",
        ),
        (
            "expect = -1",
            "expect = 2",
            "`columns.saved_now.expect`: expected -1, 0 or 1, got 2. Correct it.",
        ),
        (
            'currency = "EUR"',
            'currency = "euro"',
            "`currency`: expected text of the form ^[A-Z]{3}$, got 'euro'. Correct it.",
        ),
    ],
)
def test_a_problem_is_told_by_key_expected_got_and_do(problems, old, new, line):
    assert [line] == problems({old: new})


def test_a_contract_without_features_is_refused(write):
    path = write('title = "Bare"\nroles = { id = "file" }\ncolumns = { file = { type = "code", label = "File" } }')
    with pytest.raises(DataError, match="the whole file: expected at least one column that a model may use"):
        read_contract(path)


def test_an_empty_file_misses_its_parts(write):
    with pytest.raises(DataError) as caught:
        read_contract(write(""))
    assert ["title", "columns", "roles"] == [line.split("`")[1] for line in str(caught.value).splitlines()]


def test_a_mistake_in_the_writing_names_its_line(write):
    with pytest.raises(DataError, match=r"ours\.toml: expected TOML, got a mistake in its writing: .*line 1"):
        read_contract(write("title = \n"))


def test_a_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "ours.toml").write_bytes("title = 'prêts'".encode("latin-1"))
    with pytest.raises(DataError, match="expected text in UTF-8, got another encoding"):
        read_contract(tmp_path / "ours.toml")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(DataError, match="expected a contract to read, got: no such file or directory"):
        read_contract(tmp_path / "ours.toml")


def test_a_table_that_keeps_to_its_contract_passes(table, contract):
    assert check_table(table, contract) is None


def test_columns_the_contract_does_not_describe_are_left_alone(table, contract):
    assert check_table(table.assign(notes="free text"), contract) is None


def test_types_that_hold_the_same_values_pass(table, contract):
    held = table.astype({"trade": "category", "sex": object, "children": float, "age": "Int64"})
    assert check_table(held, contract) is None


def test_all_problems_of_a_table_are_reported_at_once(table, contract):
    broken = table.drop(columns="month").assign(sex="X", children=2.5, file=["a", "b", "b", "d"])
    assert ["month", "file", "children", "sex"] == [line.split("`")[1] for line in refusal(broken, contract)]


@pytest.mark.parametrize(
    ("column", "values", "line"),
    [
        ("file", ["a", "b", "b", "d"], "expected every value once, got 'b' in 2 rows. Keep one row each."),
        ("file", [0.5, 1, 2, 3], "expected text or whole numbers, got 0.5"),
        (
            "month",
            ["2024-01", "2024-13", "jan", "2024-02"],
            "expected months written as text, like 2024-07, got '2024-13', 'jan' in 2 rows.",
        ),
        ("sum", [1e6, 200, 200, 200], "expected numbers from 100 to 900 (EUR), got 1000000.0 in 1 row."),
        ("sum", [np.inf, 200, 200, 200], "expected numbers from 100 to 900 (EUR), got inf in 1 row."),
        ("sum", ["250,5", 200, 200, 200], "expected numbers from 100 to 900 (EUR), got '250,5' in 1 row."),
        ("sum", [np.nan, 200, 200, 200], "expected a value in every row, got none in 1 row."),
        ("children", [0, 1, 2.5, 3], "expected whole numbers from 0 to 9, got 2.5 in 1 row."),
        ("children", [True, False, True, True], "expected whole numbers from 0 to 9, got True, False in 4 rows."),
        ("trade", ["baker", "miller", "smith", None], "expected one of baker, smith, got 'miller' in 1 row."),
        ("bad", ["good", "bad", "good", None], "expected 0 or 1, got 'good', 'bad' in 3 rows."),
        ("bad", [0, 1, 2, np.nan], "expected 0 or 1, got 2.0 in 1 row. Correct the table, or the contract."),
    ],
)
def test_a_broken_column_is_told_with_its_values(table, contract, column, values, line):
    assert any(found.startswith(f"`{column}`: {line}") for found in refusal(table.assign(**{column: values}), contract))


def test_a_table_without_rows_is_refused(table, contract):
    assert "The table: expected rows, got none. Check that the file is the right one." in refusal(table[:0], contract)


def test_a_column_given_twice_is_refused(table, contract):
    twice = pd.concat([table, table[["sum"]]], axis=1)
    assert ["`sum`: expected one column of this name, got several. Rename or remove the others."] == refusal(
        twice, contract
    )


def test_the_fingerprint_does_not_depend_on_how_values_are_held(table, contract):
    held = (
        table[table.columns[::-1]]
        .astype({"trade": "category", "children": float, "age": "Int64"})
        .set_axis(list("wxyz"))
    )
    assert fingerprint(table, contract) == fingerprint(held, contract)


def test_the_fingerprint_stays_the_same_from_release_to_release(table, contract):
    assert "e330ba61ff97d1341f0fc0615516178d55298568c2d20218fffc82c8125392a5" == fingerprint(table, contract)


@pytest.mark.parametrize(("column", "value"), [("sum", 100.5), ("saved_now", np.nan), ("trade", "smith"), ("bad", 1.0)])
def test_the_fingerprint_tells_a_changed_value(table, contract, column, value):
    changed = table.copy()
    changed.loc[0, column] = value
    assert fingerprint(table, contract) != fingerprint(changed, contract)


def test_the_fingerprint_tells_another_order_of_rows(table, contract):
    assert fingerprint(table, contract) != fingerprint(table[::-1], contract)


def test_the_fingerprint_survives_a_parquet_file(table, contract, tmp_path):
    table.to_parquet(tmp_path / "table.parquet")
    assert fingerprint(table, contract) == fingerprint(pd.read_parquet(tmp_path / "table.parquet"), contract)


def test_groups_are_called_as_the_contract_says_and_by_their_values_otherwise():
    credit = Path(__file__).parents[2] / "datasets" / "credit" / "contract.toml"
    nationality, gender, _age = read_contract(credit).roles.protected
    plain = gender.model_copy(update={"compared_label": None, "compared": "<30"})
    assert ("women", "nationals", "<30") == (
        gender.called("compared"),
        nationality.called("reference"),
        plain.called("compared"),
    )
