"""`situ class new --data --contract`, as a company types it, on the block for tests."""

import json
import shutil
import tomllib
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from instructors.classes import open_class
from instructors.company import making

MINI = Path(__file__).parents[2] / "mini" / "courses" / "mini"
ROWS = 240
CONTRACT = """
# Our loans
title = "Prêts à la consommation"
currency = "EUR"

[file]
drop = ["Nom"]
pseudonymise = ["loan"]

[roles]
id = "loan"
amount = "amount"

[columns.loan]
from = "N° dossier"
type = "code"
label = "Loan"

[columns.amount]
from = "Montant (€)"
type = "number"
range = [0, 1000]
label = "Amount"

[columns.rate]
from = "Taux"
type = "number"
range = [0, 100]
missing_values = ["-1"]
missing = true
label = "Rate"
"""


@pytest.fixture
def situ(command, mini_content):
    return lambda *arguments: command("class", "new", *arguments)


@pytest.fixture
def files(tmp_path):
    table = pd.DataFrame(
        {
            "N° dossier": [f"D{n:04d}" for n in range(ROWS)],
            "Nom": [f"Martin{n}" for n in range(ROWS)],
            "Montant (€)": [f"{100 + 5 * (n * 37 % 101)},{n % 10}0" for n in range(ROWS)],
            "Taux": [f"{2 + n * 7 % 11},{n % 10}" for n in range(ROWS)],
        }
    )
    data, contract = tmp_path / "ours.csv", tmp_path / "ours.toml"
    table.to_csv(data, sep=";", index=False, encoding="cp1252")
    contract.write_text(CONTRACT, encoding="utf-8")
    return data, contract


@pytest.fixture
def block(tmp_path):
    return Path(shutil.copytree(MINI, tmp_path / "courses" / "mini"))


def new(situ, folder, files, *more, block="mini"):
    data, contract = files
    return situ(folder, "--block", block, "--data", data, "--contract", contract, "--learners", 2, *more)


def test_a_class_is_made_proven_and_told_of(situ, files, tmp_path):
    code, out, _err = new(situ, tmp_path / "spring", files)
    assert 0 == code
    assert "It asks 4 questions, 8 points." in out
    assert "simulated learners, none with a wrong mark" in out
    assert "nbgrader generate_assignment 01_mini && nbgrader release_assignment 01_mini" in out


def test_learners_get_the_table_and_nothing_of_the_company_s_own_file(situ, files, tmp_path):
    new(situ, tmp_path / "spring", files)
    with zipfile.ZipFile(open_class(tmp_path / "spring").delivery_file) as archive:
        contract = archive.read("contract.toml").decode("utf-8")
        archive.extract("data.parquet", tmp_path)
        everything = b"".join(archive.read(name) for name in archive.namelist())
    table = pd.read_parquet(tmp_path / "data.parquet")
    assert {"loan", "amount", "rate"} == set(table)
    assert (ROWS, 16) == (len(table), len(table["loan"].iloc[0]))
    assert not {"file", "from", "missing_values"} & {
        *tomllib.loads(contract),
        *tomllib.loads(contract)["columns"]["rate"],
    }
    assert b"Martin" not in everything
    assert b"Taux" not in everything
    assert "D0007" not in set(table["loan"])


def test_what_is_the_company_s_alone_stays_in_the_private_folder(situ, files, tmp_path):
    new(situ, tmp_path / "spring", files)
    private = tmp_path / "spring" / "private"
    assert CONTRACT == (private / "company" / "contract.toml").read_text(encoding="utf-8")
    assert 0o600 == (private / "company" / "pseudonyms.key").stat().st_mode & 0o777
    assert 0o700 == private.stat().st_mode & 0o777
    assert not (private / "truth.json").exists()


def test_learners_of_a_small_portfolio_draw_different_rows(situ, files, tmp_path, block):
    settings = block / "block.toml"
    settings.write_text(settings.read_text().replace("sample_rows = 40", "sample_rows = 24_000"))
    new(situ, tmp_path / "spring", files, block=block)
    made = open_class(tmp_path / "spring")
    assert 192 == made.delivery.label.sample_rows
    drawn = [set(made.case(name, "01_mini").data["loan"]) for name in ("ana", "ben")]
    assert drawn[0] != drawn[1]


def test_the_report_and_the_result_are_kept_with_the_class(situ, files, tmp_path):
    new(situ, tmp_path / "spring", files)
    private = tmp_path / "spring" / "private"
    page, result = (
        (private / making.PAGE).read_text(encoding="utf-8"),
        json.loads((private / making.RESULT).read_text()),
    )
    assert "Made: " in page
    assert "ours.csv" in page
    assert (True, 0, 2) == (result["made"], result["proof"]["wrong_marks"], result["proof"]["learners"])
    assert ["1.1", "1.2", "1.3", "1.4"] == [question["question"] for question in result["questions"]]


def test_the_result_is_one_object_with_json(situ, files, tmp_path):
    code, out, _err = new(situ, tmp_path / "spring", files, "--json")
    said = json.loads(out)
    assert (0, True, "spring", ROWS) == (code, said["made"], said["class_id"], said["portfolio"]["rows"])
    assert Path(said["report"]).is_file()


@pytest.mark.parametrize("suffix", ["xlsx", "parquet"])
def test_excel_and_parquet_are_read_as_well(suffix, situ, files, tmp_path):
    table = pd.read_csv(files[0], sep=";", decimal=",", encoding="cp1252")
    other = tmp_path / f"ours.{suffix}"
    table.to_parquet(other) if suffix == "parquet" else table.to_excel(other, index=False, engine="openpyxl")
    assert 0 == new(situ, tmp_path / "spring", (other, files[1]))[0]


def test_the_class_stands_without_the_repository_and_the_file(situ, files, tmp_path, monkeypatch):
    new(situ, tmp_path / "spring", files)
    for file in files:
        file.unlink()
    monkeypatch.setenv("SITU_CONTENT", str(tmp_path))
    made = open_class(tmp_path / "spring")
    from instructors.making import build_sources

    assert ["01_mini"] == build_sources(made)
    assert {"1.1", "1.2", "1.3", "1.4"} == set(made.keys("01_mini"))


def test_a_portfolio_with_problems_is_refused_with_all_of_them_and_nothing_is_left_but_the_report(
    situ, files, tmp_path
):
    files[0].write_bytes(files[0].read_bytes().replace(b"D0007", b"D0008").replace(b";107,00;", b";viel;"))
    before = {path.name for path in tmp_path.iterdir()}
    table = pd.read_csv(files[0], sep=";", encoding="cp1252", dtype=str)
    table.loc[3, "Montant (€)"] = "viel"
    table.to_csv(files[0], sep=";", index=False, encoding="cp1252")
    code, _out, err = new(situ, tmp_path / "spring", files)
    assert 1 == code
    assert "No class was made of ours.csv" in err
    assert '"Montant (€)" (amount)' in err
    assert {*before, "spring-refused.html"} == {path.name for path in tmp_path.iterdir()}
    assert (
        "Refused: the portfolio or its contract has to be mended first."
        in (tmp_path / "spring-refused.html").read_text()
    )


def test_personal_data_that_learners_would_see_are_refused(situ, files, tmp_path):
    files[1].write_text(
        CONTRACT.replace('pseudonymise = ["loan"]\n', "").replace("N° dossier", "Nom"), encoding="utf-8"
    )
    table = pd.read_csv(files[0], sep=";", encoding="cp1252", dtype=str)
    table["Nom"] = [f"ana.martin{n}@post.fr" for n in range(ROWS)]
    table.to_csv(files[0], sep=";", index=False, encoding="cp1252")
    files[1].write_text(files[1].read_text(encoding="utf-8").replace('drop = ["Nom"]\n', ""), encoding="utf-8")
    code, out, _err = new(situ, tmp_path / "spring", files, "--json")
    assert (1, False) == (code, json.loads(out)["made"])
    assert "ana.martin" not in out + (tmp_path / "spring-refused.html").read_text()


def test_a_class_that_would_mark_wrongly_is_refused_with_the_question_at_fault(situ, files, tmp_path, block):
    keys = block / "keys" / "lesson1.py"
    keys.write_text(keys.read_text().replace("amount.mean(),", "amount.mean() + 9,"))
    code, _out, err = new(situ, tmp_path / "spring", files, block=block)
    assert 1 == code
    assert "marks would be wrong in 1.1. Make it without them: --without 1.1." in err
    assert "a right answer was marked wrong" in err
    assert not (tmp_path / "spring").exists()
    assert "Refused: 4 of" in (tmp_path / "spring-refused.html").read_text()


def test_it_is_made_without_that_question_and_the_others_share_its_points(situ, files, tmp_path, block):
    keys = block / "keys" / "lesson1.py"
    keys.write_text(keys.read_text().replace("amount.mean(),", "amount.mean() + 9,"))
    code, out, _err = new(situ, tmp_path / "spring", files, "--without", "1.1", block=block)
    assert 0 == code
    assert "left out: 1.1 The mean amount, in EUR. (the instructor left it out)" in out
    assert 8 == sum(key.points for key in open_class(tmp_path / "spring").keys("01_mini").values())


def test_a_key_that_crashes_is_a_fault_of_its_question_and_hides_no_other(situ, files, tmp_path, block):
    keys = block / "keys" / "lesson1.py"
    keys.write_text(keys.read_text().replace('case.loan["rate"],', 'case.loan["no such column"],'))
    _code, out, _err = new(situ, tmp_path / "spring", files, "--json", block=block)
    said = json.loads(out)
    assert "1.2, learner-001: its expectation: the key does not run: KeyError('no such column')" in said["refused"]
    assert (0, 2) == tuple(said["proof"]["by_question"][question]["wrong"] for question in ("1.1", "1.2"))


def test_a_case_that_cannot_be_built_is_told_by_its_lesson(situ, files, tmp_path, block):
    case = block / "case.py"
    case.write_text(case.read_text().replace("return {", "raise ValueError('too few') if seed else {} ; return {"))
    case.write_text(
        case.read_text().replace("raise ValueError('too few') if seed else {} ; ", "assert not seed, 'too few'\n    ")
    )
    code, _out, err = new(situ, tmp_path / "spring", files, block=block)
    assert 1 == code
    assert "lesson 1, learner-001: a learner's case: it cannot be built: AssertionError('too few')" in err


def test_an_interruption_leaves_nothing(situ, files, tmp_path, monkeypatch):
    def interrupted(*_arguments, **_named):
        raise KeyboardInterrupt

    before = {path.name for path in tmp_path.iterdir()}
    monkeypatch.setattr(making, "prove", interrupted)
    with pytest.raises(KeyboardInterrupt):
        making.new_company_class(
            tmp_path / "spring", making.Plan(str(MINI), "spring"), making.Wanted(*files), learners=1
        )
    assert before == {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--data", "ours.csv"), "got --data alone. Give --contract too"),
        (("--contract", "ours.toml"), "got --contract alone. Give --data too"),
        (("--without", "1.1"), "got it alone"),
        (("--learners", "3"), "got it alone"),
    ],
)
def test_half_a_wish_is_bad_usage(options, said, situ, tmp_path):
    code, _out, err = situ(tmp_path / "spring", "--block", "mini", *options)
    assert (2, True) == (code, said in err)


def test_an_unknown_question_or_lesson_is_bad_usage(situ, files, tmp_path):
    code, _out, err = new(situ, tmp_path / "spring", files, "--without", "1.9")
    assert (2, True) == (code, "It has 1.1, 1.2, 1.3, 1.4." in err)
    assert 2 == new(situ, tmp_path / "spring", files, "--lesson", "7")[0]


def test_a_class_of_which_nothing_is_left_is_refused(situ, files, tmp_path):
    everything = [word for number in range(1, 5) for word in ("--without", f"1.{number}")]
    code, _out, err = new(situ, tmp_path / "spring", files, *everything)
    assert (1, True) == (code, "no question of the block can be asked of this portfolio" in err)
