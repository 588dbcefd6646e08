"""What a company writes in its contract about its own file is accepted, or refused with all that is wrong at once."""

import pytest

from graders.contract import FileSettings, read_contract
from graders.errors import DataError

OURS = """
title = "Loans"

[file]
separator = ";"
encoding = "cp1252"
decimal = ","
thousands = " "
missing = ["NA", -999]
drop = ["Nom", "E-mail"]
pseudonymise = ["client"]

[roles]
id = "client"

[columns.client]
from = "N° client"
type = "code"
label = "Client"

[columns.income]
from = "Revenu net"
type = "number"
range = [0, 9000]
missing = true
missing_values = [-1]
label = "Income"

[columns.home]
type = "category"
values = ["owner", "other"]
map = { A151 = "other", A152 = "owner", A153 = "other" }
label = "Home"

[columns.bad]
type = "flag"
map = { 1 = 0, 2 = 1 }
label = "Bad"
"""


@pytest.fixture
def contract(tmp_path):
    def contract(**changes):
        text = OURS
        for old, new in changes.get("changes", {}).items():
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "ours.toml"
        path.write_text(text, encoding="utf-8")
        return read_contract(path)

    return contract


@pytest.fixture
def refused(contract):
    def refused(changes):
        with pytest.raises(DataError) as error:
            contract(changes=changes)
        return [line.partition(": ")[2] for line in str(error.value).splitlines()]

    return refused


def test_a_contract_says_how_its_file_is_read(contract):
    expected = FileSettings(
        separator=";",
        encoding="cp1252",
        decimal=",",
        thousands=" ",
        missing=("NA", -999),
        drop=("Nom", "E-mail"),
        pseudonymise=("client",),
    )
    assert expected == contract().file


def test_a_column_has_a_header_of_its_own_in_the_file(contract):
    assert "Revenu net" == contract().header("income")


def test_a_column_without_from_has_its_own_name_as_header(contract):
    assert "home" == contract().header("home")


def test_several_values_of_the_file_become_one(contract):
    assert {"A151": "other", "A152": "owner", "A153": "other"} == contract().columns["home"].map


def test_two_columns_are_not_read_from_one_header(refused):
    told = refused({"Revenu net": " N°  client"})
    assert ["`columns.client.from`", "`columns.income.from`"] == [line.split(": ")[0] for line in told]


def test_a_header_that_is_another_columns_name_is_refused(refused):
    (told,) = refused({"Revenu net": "home"})
    assert told == (
        "`columns.income.from`: expected one column from the header 'home', got ['income', 'home']. "
        "Keep the column that is meant."
    )


def test_a_dropped_column_cannot_be_described(refused):
    (told,) = refused({'"E-mail"': '"Revenu  net"'})
    assert told.startswith("`file.drop[2]`: expected the header of a column that is not described")


def test_only_codes_are_pseudonymised(refused):
    told = refused({'pseudonymise = ["client"]': 'pseudonymise = ["income", "nobody"]'})
    assert ["`file.pseudonymise[1]`", "`file.pseudonymise[2]`"] == [line.split(": ")[0] for line in told]


def test_a_map_leads_to_the_columns_own_values(refused):
    (told,) = refused({'A153 = "other"': 'A153 = "free"'})
    expected = (
        "`columns.home.map`: expected one of owner, other, got ['free']. Correct it, or add it to the column's values."
    )
    assert expected == told


def test_a_map_of_a_flag_leads_to_0_or_1(refused):
    assert refused({"2 = 1": "2 = 3"}) == ["`columns.bad.map.2`: expected 0 or 1, got 3. Correct it."]


def test_true_is_not_one(refused):
    assert refused({"2 = 1": "2 = true"}) == ["`columns.bad.map.2`: expected 0 or 1, got True. Correct it."]


def test_a_number_has_no_map(refused):
    (told,) = refused({"missing_values = [-1]": "map = { a = 1 }"})
    assert told.startswith("`columns.income.map`: expected no map for a column of this type")


def test_a_value_is_not_mapped_twice(refused):
    (told,) = refused({"2 = 1": '" 1 " = 1'})
    assert told.startswith("`columns.bad.map`: expected each value of the file once, got ['1']")


def test_a_mapped_value_is_not_missing_too(refused):
    (told,) = refused({'label = "Bad"': 'label = "Bad"\nmissing_values = [2]'})
    assert told.startswith("`columns.bad.map`: expected a map or missing_values for a value, got ['2']")


def test_the_decimal_sign_groups_no_thousands(refused):
    (told,) = refused({'thousands = " "': 'thousands = ","'})
    assert told.startswith("`file.thousands`: expected another sign than the decimal one")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('separator = ";"', 'separator = ";;"', "`file.separator`"),
        ('encoding = "cp1252"', 'encoding = "windows"', "`file.encoding`"),
        ('decimal = ","', 'decimal = "comma"', "`file.decimal`"),
        ('missing = ["NA", -999]', "missing = [true]", "`file.missing`"),
        ('drop = ["Nom", "E-mail"]', 'drop = ["Nom", "Nom "]', "`file.drop`"),
        ("[columns.bad]", '[columns."is bad"]', "`columns.is bad`"),
        ('separator = ";"', 'seperator = ";"', "`file.seperator`"),
    ],
)
def test_each_key_says_what_it_expects(refused, old, new, key):
    (told,) = refused({old: new})
    assert key == told.split(": ")[0]


def test_problems_of_all_parts_are_told_at_once(refused):
    told = refused(
        {'decimal = ","': 'decimal = "x"', "2 = 1": "2 = 3", 'A153 = "other"': 'A153 = "free"', '"Nom"': '"bad"'}
    )
    keys = {"`file.decimal`", "`file.drop[1]`", "`columns.bad.map.2`", "`columns.home.map`"}
    assert keys == {line.split(": ")[0] for line in told}


@pytest.mark.parametrize(("named", "sign"), [("tab", "\t"), ("space", " ")])
def test_a_separator_that_cannot_be_seen_has_a_name(contract, named, sign):
    assert sign == contract(changes={'separator = ";"': f'separator = "{named}"'}).file.separator
