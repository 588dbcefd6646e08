"""A company's file becomes the table its contract describes, or every value that does not fit is told, with the line to write."""

import openpyxl
import pandas as pd
import pytest

from graders.contract import check_table, read_contract
from graders.errors import DataError
from instructors.company.preparing import prepare
from instructors.company.reading import read_portfolio

SECRET = b"of the class"
HEAD = '[roles]\nid = "id"\n\n[columns.id]\ntype = "code"\nlabel = "Id"\n\n'

FRENCH = "N° client;Mois;Revenu net mensuel;Âge;Situation familiale;Défaut\n" + "".join(
    f"C{n};{1 + n % 28:02d}/{1 + n % 12:02d}/2024;{n % 9}\u00a0{100 + n},50;{'' if n == 3 else 20 + n};"
    f"{('Marié', 'célibataire', 'veuf')[n % 3]};{('oui', 'non', 'ND')[n % 3]}\n"
    for n in range(60)
)
FRENCH_CONTRACT = """
title = "Prêts"

[file]
missing = ["ND"]
pseudonymise = ["client"]

[roles]
id = "client"
date = "month"
[roles.target]
column = "bad"
definition = "impayé"
missing_means = "trop récent"

[columns]
client = { from = "N° client", type = "code", label = "Client" }
month = { from = "Mois", type = "month", label = "Mois" }
income = { from = "Revenu net mensuel", type = "number", range = [0, 10000], label = "Revenu" }
age = { from = "Âge", type = "whole", range = [18, 99], missing = true, label = "Âge" }

[columns.family]
from = "Situation familiale"
type = "category"
values = ["couple", "alone"]
map = { "Marié" = "couple", "célibataire" = "alone", veuf = "alone" }
label = "Situation"

[columns.bad]
from = "Défaut"
type = "flag"
map = { oui = 1, non = 0 }
missing = true
label = "Défaut"
"""

GERMAN = "".join(f"A{11 + n % 4} {6 + n % 40} A4{n % 3} {1000 + 7 * n} {1 + n % 2} N{n}\n" for n in range(120))
GERMAN_CONTRACT = """
title = "German loans"
[file]
header = 0
[roles]
id = "number"
[roles.target]
column = "bad"
definition = "bad customer"

[columns]
number = { from = "column 6", type = "code", label = "Loan" }
duration = { from = "column 2", type = "whole", range = [1, 72], unit = "months", label = "Duration" }
amount = { from = "column 4", type = "number", range = [0, 20000], label = "Amount" }
bad = { from = "column 5", type = "flag", map = { 1 = 0, 2 = 1 }, label = "Bad" }

[columns.account]
from = "column 1"
type = "category"
values = ["overdrawn", "low", "high", "none"]
map = { A11 = "overdrawn", A12 = "low", A13 = "high", A14 = "none" }
label = "Account"

[columns.purpose]
from = "column 3"
type = "category"
values = ["car", "other"]
map = { A40 = "car", A41 = "car", A42 = "other" }
label = "Purpose"
"""


@pytest.fixture
def prepared(tmp_path):
    def prepared(portfolio, contract, name="ours.csv", encoding="utf-8", secret=SECRET):
        file = portfolio if not isinstance(portfolio, str) else tmp_path / name
        if isinstance(portfolio, str):
            file.write_bytes(portfolio.encode(encoding))
        (tmp_path / "ours.toml").write_text(contract, encoding="utf-8")
        described = read_contract(tmp_path / "ours.toml")
        table = prepare(read_portfolio(file, described.file), described, secret)
        check_table(table, described)
        return table

    return prepared


@pytest.fixture
def told(prepared):
    """All that is said of one column `x` of a small file."""

    def told(values, column, file=""):
        rows = "\n".join(f"{n};{value}" for n, value in enumerate(values))
        contract = f'title = "T"\n[file]\n{file}\n{HEAD}[columns.x]\nlabel = "X"\n{column}\n'
        with pytest.raises(DataError) as error:
            prepared(f"id;x\n{rows}\n", contract)
        return str(error.value).splitlines()

    return told


def test_a_french_file_becomes_the_contracts_table(prepared):
    table = prepared(FRENCH, FRENCH_CONTRACT, encoding="cp1252")
    assert ["client", "month", "income", "age", "family", "bad"] == list(table.columns)
    assert ["2024-02", 1101.5, 21, "alone", 0] == table.iloc[1, 1:].tolist()


def test_values_missing_in_the_file_are_missing_in_the_class(prepared):
    table = prepared(FRENCH, FRENCH_CONTRACT, encoding="cp1252")
    assert [1, 20] == table[["age", "bad"]].isna().sum().tolist()


def test_three_outcomes_become_two(prepared):
    contract = FRENCH_CONTRACT.replace('missing = ["ND"]\n', "").replace("non = 0 }", "non = 0, ND = 0 }")
    contract = contract.replace('missing_means = "trop récent"\n', "").replace(
        'missing = true\nlabel = "Défaut"', 'label = "Défaut"'
    )
    assert {0: 40, 1: 20} == prepared(FRENCH, contract)["bad"].value_counts().to_dict()


def test_coded_columns_without_headers_become_words(prepared):
    table = prepared(GERMAN, GERMAN_CONTRACT, "german.data")
    assert ["N1", 7, 1007, 1, "low", "car"] == table.iloc[1].tolist()


def test_whole_numbers_stay_whole(prepared):
    table = prepared(GERMAN, GERMAN_CONTRACT, "german.data")
    assert ["int64", "float64", "int64"] == [str(table[name].dtype) for name in ("duration", "amount", "bad")]


def test_text_sheet_and_parquet_give_the_same_table(prepared, tmp_path):
    from_text = prepared(GERMAN, GERMAN_CONTRACT, "german.data")
    rows = [[int(cell) if cell.isdigit() else cell for cell in line.split()] for line in GERMAN.splitlines()]
    names = [f"column {number}" for number in range(1, 7)]
    contract = GERMAN_CONTRACT.replace("header = 0\n", "")
    pd.DataFrame(rows, columns=names).to_parquet(tmp_path / "ours.parquet")
    book = openpyxl.Workbook()
    for row in [names, *rows]:
        book.active.append(row)
    book.save(tmp_path / "ours.xlsx")
    for name in ("ours.parquet", "ours.xlsx"):
        pd.testing.assert_frame_equal(from_text, prepared(tmp_path / name, contract))


def test_pseudonyms_are_stable_unique_and_keyed(prepared):
    first = prepared(FRENCH, FRENCH_CONTRACT)["client"]
    assert first.tolist() == prepared(FRENCH, FRENCH_CONTRACT)["client"].tolist()
    assert (60, True) == (first.nunique(), first.str.fullmatch("[0-9a-f]{16}").all())
    assert not set(first) & set(prepared(FRENCH, FRENCH_CONTRACT, secret=b"another")["client"])


def test_all_problems_of_a_file_are_told_at_once_in_its_own_headers(prepared):
    contract = (
        FRENCH_CONTRACT.replace(', veuf = "alone"', "")
        .replace('missing = ["ND"]\n', "")
        .replace("[18, 99]", "[18, 60]")
    )
    contract = contract.replace('"Revenu net mensuel"', '"Revenu mensuel"')
    with pytest.raises(DataError) as error:
        prepared(FRENCH, contract)
    assert str(error.value).splitlines() == [
        '"Revenu mensuel" (income): expected this header in the file, got none. Write under [columns.income]: from = '
        '"Revenu net mensuel", if it is that one.',
        '"Âge" (age): expected whole numbers from 18 to 60, got 61, 62, 63, 64, ... (19 different ones) in 19 rows '
        "(lines 43, 44, 45, 46, 47, ...), from 20 to 79 in all. Write under [columns.age] if they are right: range = [18, 79].",
        '"Situation familiale" (family): expected one of couple, alone, got "veuf" in 20 rows (lines 4, 7, 10, 13, 16, ...). '
        'Write under [columns.family]: map = {"Marié" = "couple", "célibataire" = "alone", "veuf" = ?}, with one of values '
        "for each question mark; what stands for missing goes into missing_values instead.",
        '"Défaut" (bad): expected one of the values of map, "oui", "non", got "ND" in 20 rows (lines 4, 7, 10, 13, 16, ...). '
        'Write under [columns.bad]: map = {"oui" = 1, "non" = 0, "ND" = ?}, with 0 or 1 for each question mark; what stands '
        "for missing goes into missing_values instead.",
    ]


NUMBER = 'type = "number"\nrange = [0, 100]'


@pytest.mark.parametrize(
    ("values", "column", "line"),
    [
        ([1, "n.c.", "n.c."], NUMBER, 'missing_values = ["n.c."] and missing = true.'),
        ([1, "n.c."], f'{NUMBER}\nmissing = true\nmissing_values = ["-"]', 'missing_values = ["-", "n.c."].'),
        ([1, -999, -999], NUMBER, "missing_values = [-999], missing = true."),
        ([1, 120, -999], f"{NUMBER}\nmissing = true", "range = [0, 120] and missing_values = [-999]."),
        ([1, 140.5], NUMBER, "range = [0, 140.5]."),
        ([1, 2.5], 'type = "whole"\nrange = [0, 100]', 'type = "number"'),
        (["12,345", "13,456"], NUMBER, 'decimal = "," or thousands = ","'),
        ([1, ""], NUMBER, "missing = true"),
        (list("abcdefghij"), NUMBER, 'type = "category"'),
        (["oui", "non"], 'type = "flag"', 'map = {"oui" = 1, "non" = 0}.'),
        (["good", "bad"], 'type = "flag"', 'map = {"good" = ?, "bad" = ?}'),
        (["1", "2"], 'type = "flag"', 'map = {"2" = ?}'),
        (["Own", "RENT"], 'type = "category"\nvalues = ["own", "rent"]', 'map = {"Own" = "own", "RENT" = "rent"}.'),
        (
            ["own", "free"],
            'type = "category"\nvalues = ["own", "rent"]',
            'values = ["own", "rent", "free"], or map = {"free" = ?}',
        ),
    ],
)
def test_the_line_to_write_is_told(told, values, column, line):
    assert line in "\n".join(told(values, column))


X = '[columns.x]\ntype = "number"\nrange = [0, 9]\nlabel = "X"\n'


def test_dates_that_can_be_read_two_ways_are_asked(prepared):
    columns = f'{HEAD}[columns.m]\ntype = "month"\nlabel = "M"\n{X}'
    portfolio = "id;m;x\na;03/04/2024;1\nb;05/06/2024;2\n"
    with pytest.raises(DataError, match=r'Write under \[file\]: dates = "day first" or dates = "month first"'):
        prepared(portfolio, f'title = "T"\n{columns}')
    asked = prepared(portfolio, f'title = "T"\n[file]\ndates = "month first"\n{columns}')
    assert ["2024-03", "2024-05"] == asked["m"].tolist()


def test_codes_that_come_twice_are_told_by_their_lines(prepared):
    contract = f'title = "T"\n{HEAD}{X}'
    with pytest.raises(DataError, match=r'expected every value once, got some again "a" in 2 rows \(lines 2, 4\)'):
        prepared("id;x\na;1\nb;2\n a;3\n", contract)


def test_a_code_that_is_kept_secret_is_not_shown(prepared):
    contract = f'title = "T"\n[file]\npseudonymise = ["id"]\n{HEAD}{X}'
    with pytest.raises(DataError) as error:
        prepared("id;x\nDupont;1\nDupont;2\n", contract)
    assert "Dupont" not in str(error.value)


def test_a_missing_outcome_asks_what_it_means(prepared):
    contract = FRENCH_CONTRACT.replace('missing_means = "trop récent"\n', "").replace(
        'missing = true\nlabel = "Défaut"', 'label = "Défaut"'
    )
    with pytest.raises(
        DataError, match=r"Write missing = true under \[columns.bad\] and under \[roles.target\] what it means"
    ):
        prepared(FRENCH, contract)


@pytest.mark.parametrize("written", ["0 1", "0.0 1.0", "false true", "False True", "0,00 1,00"])
def test_flags_need_no_map_for_0_1_and_true_false(prepared, written):
    contract = f'title = "T"\n{HEAD}[columns.x]\ntype = "flag"\nlabel = "X"\n'
    off, on = written.split()
    assert [0, 1] == prepared(f"id;x\na;{off}\nb;{on}\n", contract)["x"].tolist()


def test_a_code_of_missing_is_the_same_number_however_written(prepared):
    column = '[columns.x]\ntype = "number"\nrange = [0, 9]\nlabel = "X"\nmissing = true\nmissing_values = [-999]\n'
    table = prepared("id;x\na;-999,00\nb;-999\nc;1,5\n", f'title = "T"\n{HEAD}{column}')
    assert [True, True, False] == table["x"].isna().tolist()


def test_the_lines_of_the_file_tell_rows_apart_where_no_column_does(prepared):
    contract = GERMAN_CONTRACT.replace('from = "column 6"', 'from = "(line)"')
    assert ["1", "2"] == prepared(GERMAN, contract, "german.data")["number"].head(2).tolist()
