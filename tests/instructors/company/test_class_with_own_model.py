"""`situ class new --model`: learners audit a copy of the company's own model, and are told so."""

import json
from pathlib import Path

import joblib
import nbformat
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression

from graders.content import load_module
from instructors.classes import open_class
from instructors.company.draft import draft
from instructors.company.reading import read_portfolio

portfolios = load_module(Path(__file__).with_name("portfolios.py"))
READS = ["leverage", "turnover", "equity"]


@pytest.fixture(scope="module")
def firms():
    return portfolios.bare(4_000)


@pytest.fixture(scope="module")
def model(firms):
    return LogisticRegression().fit(firms[READS], firms["failed"])


@pytest.fixture
def files(firms, tmp_path):
    def files(**columns):
        data, contract = tmp_path / "firms.csv", tmp_path / "ours.toml"
        firms.assign(**columns).to_csv(data, index=False)
        contract.write_text(portfolios.corrected("bare", draft(read_portfolio(data), data.name)), encoding="utf-8")
        return data, contract

    return files


@pytest.fixture
def situ(command, tmp_path):
    def situ(data, contract, *more):
        asked = ("--block", "credit-xai", "--lesson", 1, "--learners", 1, "--json")
        code, out, err = command(
            "class", "new", tmp_path / "spring", "--data", data, "--contract", contract, *asked, *more
        )
        return code, json.loads(out) if out else err

    return situ


def told(tmp_path):
    made = open_class(tmp_path / "spring")
    notebook = nbformat.read(made.root / "source" / "01_log_odds" / "01_log_odds.ipynb", as_version=4)
    return made, "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@pytest.mark.slow
def test_a_model_file_is_asked_once_and_its_copy_is_audited(situ, files, model, tmp_path):
    (tmp_path / "ours.skops").write_bytes(skops.io.dumps(model))
    code, said = situ(*files(), "--model", tmp_path / "ours.skops")
    assert (0, True, 0) == (code, said["made"], said["proof"]["wrong_marks"])
    made, text = told(tmp_path)
    assert "The model under audit is a copy of your organisation's own" in text
    contract = made.case("ana", "01_log_odds").contract
    assert "own_model_pd" == contract.roles.score.column
    assert "own_model_pd" not in contract.features
    assert not list(made.root.rglob("*.skops"))


@pytest.mark.slow
def test_answers_in_a_column_are_enough(situ, files, firms, model, tmp_path):
    data, contract = files(pd_2025=model.predict_proba(firms[READS])[:, 1].round(6))
    lines = '[roles.score]\ncolumn = "pd_2025"\nscale = "probability"\n\n[roles.target]'
    contract.write_text(contract.read_text(encoding="utf-8").replace("[roles.target]", lines, 1), encoding="utf-8")
    code, said = situ(data, contract)
    assert (0, True) == (code, said["made"])
    assert "a copy of your organisation's own" in told(tmp_path)[1]


def test_a_pickle_is_not_opened_unless_it_is_trusted(situ, files, model, tmp_path):
    joblib.dump(model, tmp_path / "ours.joblib")
    code, said = situ(*files(), "--model", tmp_path / "ours.joblib")
    assert (1, False) == (code, said["made"])
    assert "whoever made it can run anything on this computer" in said["portfolio"]["problems"][0]
    assert not (tmp_path / "spring").exists()


@pytest.mark.slow
def test_a_pickle_that_is_trusted_is(situ, files, model, tmp_path):
    joblib.dump(model, tmp_path / "ours.joblib")
    assert 0 == situ(*files(), "--model", tmp_path / "ours.joblib", "--trust-pickle")[0]


def test_a_model_of_which_no_copy_tells_is_refused(situ, files, firms, tmp_path):
    code, said = situ(*files(), "--model", _by_the_row(firms, tmp_path))
    assert 1 == code
    assert ["copy of your own model"] == [
        check["name"] for check in said["portfolio"]["checks"] if check["light"] == "red"
    ]


def _by_the_row(firms, folder):
    """Write a model that reads nothing but the number of a firm."""
    model = LogisticRegression().fit(firms[["firm"]] % 7, firms["failed"])
    model.coef_, model.intercept_ = model.coef_ * 0 + 1.0, model.intercept_ * 0 - 5_000 - 2_000
    (folder / "odd.skops").write_bytes(skops.io.dumps(model))
    return folder / "odd.skops"


def test_a_model_needs_a_portfolio(command, tmp_path):
    code, _out, err = command("class", "new", tmp_path / "x", "--block", "credit-xai", "--model", "m.onnx")
    assert (2, True) == (code, "--model together with --data" in err)
