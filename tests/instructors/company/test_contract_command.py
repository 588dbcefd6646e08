"""`situ contract`, as a company types it."""

import json

import pandas as pd
import pytest

from instructors import console

ROWS = 400
CONTRACT = """
title = "Loans"

[file]
drop = ["Nom"]
pseudonymise = ["id"]

[roles]
id = "id"
[roles.target]
column = "bad"
definition = "unpaid after a year"

[columns]
id = { from = "N°", type = "code", label = "Loan" }
income = { from = "Revenu", type = "number", range = [0, 9000], label = "Income" }
age = { from = "Âge", type = "whole", range = [18, 99], label = "Age" }
bad = { from = "Défaut", type = "flag", map = { oui = 1, non = 0 }, label = "Bad" }
"""


@pytest.fixture
def situ(command, mini_content):
    return lambda *arguments: command("contract", *arguments)


@pytest.fixture
def portfolio(tmp_path):
    def portfolio(**columns):
        table = pd.DataFrame(
            {
                "N°": [f"L{n}" for n in range(ROWS)],
                "Nom": [f"Dupont{n}" for n in range(ROWS)],
                "Revenu": [f"{1000 + 17 * (n * 37 % 101)},{n % 100:02d}" for n in range(ROWS)],
                "Âge": [str(20 + n * 13 % 60) for n in range(ROWS)],
                "Défaut": ["oui" if n * 7 % 10 < 2 else "non" for n in range(ROWS)],
                **columns,
            }
        )
        table.to_csv(tmp_path / "ours.csv", sep=";", index=False, encoding="cp1252")
        return tmp_path / "ours.csv"

    return portfolio


@pytest.fixture
def contract(tmp_path):
    def contract(changes=()):
        text = CONTRACT
        for old, new in dict(changes).items():
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
        return tmp_path / "ours.toml"

    return contract


def test_a_portfolio_that_fits_is_told_line_by_line(situ, portfolio, contract):
    code, out, _ = situ("check", portfolio(), contract(), "--block", "mini")
    assert 0 == code
    assert "Read as: format text, encoding cp1252, separator ;, decimal ,, header line 1" in out
    assert "Nothing stands against a class of it." in out


def test_the_check_is_one_object_with_json(situ, portfolio, contract):
    code, out, _ = situ("check", portfolio(), contract(), "--block", "mini", "--json")
    said = json.loads(out)
    assert (0, True, ROWS, []) == (code, said["holds"], said["rows"], said["problems"])
    assert {"name", "light", "found", "consequence", "do", "switches_off"} == set(said["checks"][0])


def test_problems_of_the_file_are_told_at_once_and_need_a_human(situ, portfolio, contract):
    file = portfolio(Âge=["?"] * ROWS, Défaut=["O"] * ROWS)
    code, out, _ = situ("check", file, contract(), "--block", "mini")
    assert (1, True, True) == (code, '"Âge" (age): expected numbers' in out, '"Défaut" (bad): expected one of' in out)
    assert "2 problems: no table can be made of this file under this contract yet." in out


def test_problems_of_the_contract_are_told_at_once_and_need_a_human(situ, portfolio, contract):
    wrong = contract({"oui = 1": "oui = 3", '"Nom"': '"Revenu"'})
    code, out, _ = situ("check", portfolio(), wrong, "--block", "mini", "--json")
    problems = json.loads(out)["problems"]
    assert (1, ["`columns.bad.map.oui`", "`file.drop[1]`"]) == (code, [line.split(": ")[1] for line in problems])


def test_personal_data_that_would_reach_learners_need_a_human(situ, portfolio, contract):
    mails = [f"ana.dupont{n}@post.fr" for n in range(ROWS)]
    kept = contract({'pseudonymise = ["id"]\n': "", '"N°"': '"Courriel"'})
    code, out, _ = situ("check", portfolio(Courriel=mails), kept, "--block", "mini", "--json")
    assert (1, "Courriel") == (code, json.loads(out)["personal"][0]["column"])
    assert "ana.dupont" not in out


def test_an_unknown_block_is_bad_usage(situ, portfolio, contract):
    code, _, err = situ("check", portfolio(), contract(), "--block", "sales")
    assert (2, True) == (code, "Expected a block among mini, got 'sales'" in err)


def test_a_draft_is_never_written_over_a_contract(situ, portfolio, contract):
    before = contract().read_text(encoding="utf-8")
    code, _, err = situ("draft", portfolio(), "--block", "mini", "--output", contract())
    assert (2, True) == (code, "or overwrite it with --force" in err)
    assert before == contract().read_text(encoding="utf-8")


def test_a_draft_of_one_sheet_names_it(situ, tmp_path):
    table = pd.DataFrame(
        {"id": range(ROWS), "income": [n * 37 % 101 for n in range(ROWS)], "bad": [n % 5 == 0 for n in range(ROWS)]}
    )
    with pd.ExcelWriter(tmp_path / "ours.xlsx", engine="openpyxl") as book:
        table.to_excel(book, sheet_name="2023", index=False)
        table.to_excel(book, sheet_name="2024", index=False)
    code, _, err = situ("draft", tmp_path / "ours.xlsx", "--block", "mini")
    assert (2, True) == (code, 'expected one sheet, got "2023" (400 rows), "2024" (400 rows)' in err)
    code, out, _ = situ("draft", tmp_path / "ours.xlsx", "--block", "mini", "--sheet", "2024")
    assert (0, True) == (code, '\nsheet = "2024"' in out)


def test_a_draft_passes_its_own_check(situ, portfolio, tmp_path):
    file, drafted = portfolio(), tmp_path / "drafted.toml"
    assert 0 == situ("draft", file, "--block", "mini", "--output", drafted)[0]
    said = json.loads(situ("check", file, drafted, "--block", "mini", "--json")[1])
    assert [] == said["problems"]


def test_without_its_libraries_it_says_what_to_install(situ, portfolio, contract, monkeypatch):
    monkeypatch.setattr(console, "find_spec", lambda name: None if name == "stdnum" else name)
    code, _, err = situ("check", portfolio(), contract(), "--block", "mini")
    assert (2, True) == (code, "got none of stdnum" in err)
    assert "situ-kit[company]" in err
