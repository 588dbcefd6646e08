"""A company's own model file is asked for a PD of every row, or refused with what to do; its answers become a column."""

import os
import pickle
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

from graders.contract import parse_contract
from graders.errors import DataError
from instructors.company.adding import Portfolio
from instructors.company.delivered import delivered_contract
from instructors.company.models import scored, with_score
from instructors.company.preparing import prepare
from instructors.company.reading import read_portfolio

ROWS = 400
NUMBERS, WORDS = ["Revenu net", "Age"], ["Situation"]
CONTRACT = """
title = "Prêts"
[model]
[roles]
id = "loan"
[roles.target]
column = "bad"
definition = "impayé"
[columns]
loan = { from = "N", type = "code", label = "Loan" }
income = { from = "Revenu net", type = "number", range = [0, 10000], label = "Income" }
age = { from = "Age", type = "whole", range = [18, 99], label = "Age" }
bad = { from = "Etat", type = "flag", map = { 1 = 0, 2 = 1 }, label = "Bad" }
[columns.family]
from = "Situation"
type = "category"
values = ["couple", "alone"]
map = { "marié" = "couple", seul = "alone" }
label = "Family"
"""


def frame():
    rng = np.random.default_rng(7)
    income, age = rng.uniform(900, 6000, ROWS).round(2), rng.integers(20, 80, ROWS)
    alone = rng.random(ROWS) < 0.4
    bad = rng.random(ROWS) < 1 / (1 + np.exp(income / 1500 - 1 - alone))
    words = np.where(alone, "seul", "marié")
    state = np.where(bad, 2, 1)
    return pd.DataFrame({"N": range(ROWS), "Revenu net": income, "Age": age, "Situation": words, "Etat": state})


@pytest.fixture(scope="module")
def ours():
    return frame()


@pytest.fixture
def raw(ours, tmp_path):
    text = ours.to_csv(index=False, sep=";", decimal=",")
    (tmp_path / "ours.csv").write_text(text, encoding="utf-8")
    return read_portfolio(tmp_path / "ours.csv")


@pytest.fixture
def asked(raw, tmp_path):
    """The PD by a stored model, and what the file is called."""

    def asked(store, name, more="", trusted=False):
        store(tmp_path / name)
        contract = parse_contract(CONTRACT.replace("[model]\n", f"[model]\n{more}\n"), Path("ours.toml"))
        return scored(tmp_path / name, raw, contract, trusted)

    return asked


@pytest.fixture
def refused(asked):
    def refused(*wanted, **options):
        with pytest.raises(DataError) as error:
            asked(*wanted, **options)
        return str(error.value)

    return refused


@pytest.fixture(scope="module")
def pipeline(ours):
    known = make_column_transformer((StandardScaler(), NUMBERS), (OneHotEncoder(), WORDS))
    return make_pipeline(known, LogisticRegression()).fit(ours[[*NUMBERS, *WORDS]], ours["Etat"])


@pytest.fixture(scope="module")
def expected(pipeline, ours):
    return 100 * pipeline.predict_proba(ours[[*NUMBERS, *WORDS]])[:, 1]


@pytest.fixture(scope="module")
def of_numbers(ours):
    """A model that was fitted on a matrix of income and age, and knows no names."""
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(ours[NUMBERS].to_numpy(float), ours["Etat"])


def skopsed(model):
    return lambda file: skops.io.dump(model, file)


def pickled(model):
    return lambda file: file.write_bytes(pickle.dumps(model))


def onnxed(model, types, **options):
    exported = to_onnx(model, initial_types=types, target_opset=17, **options)
    return lambda file: file.write_bytes(exported.SerializeToString())


EACH = [
    ("Revenu net", FloatTensorType([None, 1])),
    ("Age", FloatTensorType([None, 1])),
    ("Situation", StringTensorType([None, 1])),
]
MATRIX = [("X", FloatTensorType([None, 2]))]
ORDER = 'columns = ["Revenu net", "Age"]'


def test_a_skops_file_is_asked_by_the_columns_it_knows(asked, pipeline, expected):
    found = asked(skopsed(pipeline), "ours.skops")
    np.testing.assert_allclose(expected, found, atol=1e-9)
    assert list(range(ROWS)) == list(found.index)


@pytest.mark.parametrize("zipmap", [True, False])
def test_an_onnx_file_is_asked_by_its_inputs(zipmap, asked, pipeline, expected):
    store = onnxed(pipeline, EACH, options={id(pipeline): {"zipmap": zipmap}})
    np.testing.assert_allclose(expected, asked(store, "ours.onnx"), atol=1e-3)


@pytest.mark.parametrize("columns", [ORDER, 'columns = ["income", "age"]', 'columns = ["income", "Age"]'])
def test_a_matrix_is_filled_in_the_order_that_the_contract_says(columns, asked, of_numbers, ours):
    expected = 100 * of_numbers.predict_proba(ours[NUMBERS].to_numpy(float))[:, 1]
    np.testing.assert_allclose(expected, asked(onnxed(of_numbers, MATRIX), "ours.onnx", columns), atol=1e-3)
    np.testing.assert_allclose(expected, asked(skopsed(of_numbers), "ours.skops", columns), atol=1e-9)


def test_another_order_gives_other_answers(asked, of_numbers):
    there, back = (
        asked(skopsed(of_numbers), "ours.skops", order) for order in (ORDER, 'columns = ["Age", "Revenu net"]')
    )
    assert np.abs(there - back).max() > 1


def test_a_matrix_as_wide_as_the_features_is_filled_with_them(asked, raw, ours, tmp_path):
    model = LogisticRegression(max_iter=2_000).fit(ours[NUMBERS].to_numpy(float), ours["Etat"])
    text = CONTRACT[: CONTRACT.index("[columns.family]")]
    for store, name in ((onnxed(model, MATRIX), "ours.onnx"), (skopsed(model), "ours.skops")):
        store(tmp_path / name)
        found = scored(tmp_path / name, raw, parse_contract(text, Path("ours.toml")))
        np.testing.assert_allclose(asked(store, name, ORDER), found, atol=1e-9)


def test_a_matrix_of_unknown_columns_is_refused(refused, of_numbers):
    said = refused(onnxed(of_numbers, MATRIX), "ours.onnx")
    assert "ours.onnx: expected the names of the 2 columns that the model reads, in its order, got 3 features" in said
    assert "columns = [" in refused(skopsed(of_numbers), "ours.skops")


def test_all_columns_that_lack_are_told_at_once(refused, ours):
    wrong = ours[NUMBERS].set_axis(["Revenu nett", "Dette"], axis=1)
    store = skopsed(make_pipeline(StandardScaler(), LogisticRegression()).fit(wrong, ours["Etat"]))
    assert 'got none called "Revenu nett" (there is "Revenu net"), "Dette".' in refused(store, "ours.skops")


def test_words_where_the_model_reads_numbers_are_refused(refused, of_numbers):
    said = refused(onnxed(of_numbers, MATRIX), "ours.onnx", 'columns = ["Situation", "Age"]')
    assert '"Situation": expected numbers, as the model reads them, got \'' in said


def test_a_pickle_is_refused_unless_it_is_trusted(refused, asked, pipeline, expected):
    said = refused(pickled(pipeline), "ours.pkl")
    assert "whoever made it can run anything on this computer" in said
    assert "--trust-pickle" in said
    np.testing.assert_allclose(expected, asked(pickled(pipeline), "ours.pkl", trusted=True), atol=1e-9)
    np.testing.assert_allclose(
        expected, asked(lambda file: joblib.dump(pipeline, file), "ours.joblib", trusted=True), atol=1e-9
    )


class _Harm:
    def __reduce__(self):
        return os.mkdir, ("harm",)


def test_a_refused_pickle_has_run_nothing(refused, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused(pickled(_Harm()), "ours.pkl")
    assert not (tmp_path / "harm").exists()


def test_types_that_skops_does_not_trust_are_named(refused, ours):
    odd = make_pipeline(FunctionTransformer(_doubled), LogisticRegression()).fit(ours[NUMBERS], ours["Etat"])
    said = refused(skopsed(odd), "ours.skops", trusted=True)
    assert "_doubled" in said
    assert "--trust-pickle does not help here" in said


def _doubled(values):
    return 2 * values


@pytest.mark.parametrize(
    ("classes", "more"),
    [
        ({1: 1, 2: 2}, ""),
        ({1: 0, 2: 1}, ""),
        ({1: False, 2: True}, ""),
        ({1: "good", 2: "bad"}, 'bad = "bad"'),
        ({1: "sain", 2: "Impayé"}, 'bad = "impayé"'),
    ],
)
def test_the_bad_class_is_found_or_said(classes, more, asked, ours):
    model = LogisticRegression().fit(ours[NUMBERS], ours["Etat"].map(classes))
    found = asked(skopsed(model), "ours.skops", more)
    assert np.corrcoef(found, ours["Etat"])[0, 1] > 0.2


def test_classes_that_nobody_explains_are_refused(refused, ours):
    model = LogisticRegression().fit(ours[NUMBERS], ours["Etat"].map({1: "A", 2: "B"}))
    assert "expected a class that means bad, got a, b. Write under [model]" in refused(skopsed(model), "ours.skops")
    assert "expected the class c, got a, b. Correct bad" in refused(skopsed(model), "ours.skops", 'bad = "C"')


def test_an_onnx_model_that_calls_nobody_bad_is_still_read_the_right_way(asked, ours):
    rare = np.where(np.arange(ROWS) % 20 == 0, 2, 1)
    model = LogisticRegression().fit(ours[NUMBERS].to_numpy(float), rare)
    found = asked(onnxed(model, MATRIX, options={"zipmap": False}), "ours.onnx", ORDER)
    assert 4 < found.mean() < 6


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        (lambda pd: pd, "probability"),
        (lambda pd: 100 * pd, "percent"),
        (lambda pd: np.log(pd / (1 - pd)), "log-odds"),
    ],
)
def test_a_model_of_numbers_says_their_scale(values, scale, asked, refused, ours):
    share = np.clip(0.6 - ours["Revenu net"] / 12_000, 0.05, 0.95)
    model = make_pipeline(StandardScaler(), LinearRegression()).fit(ours[NUMBERS], values(share))
    assert "expected probabilities of classes, or a scale, got numbers from" in refused(skopsed(model), "ours.skops")
    found = asked(skopsed(model), "ours.skops", f'scale = "{scale}"')
    np.testing.assert_allclose(100 * share, found, atol=3)
    in_onnx = asked(onnxed(model, MATRIX), "ours.onnx", f'scale = "{scale}"\n{ORDER}')
    np.testing.assert_allclose(found, in_onnx, atol=1e-3)


def test_points_are_turned_into_a_pd_by_the_outcomes(asked, ours):
    model = LinearRegression().fit(ours[NUMBERS], 300 + ours["Revenu net"] / 20)
    found = asked(skopsed(model), "ours.skops", 'scale = "points"')
    assert pytest.approx(100 * (ours["Etat"] == 2).mean(), abs=0.5) == found.mean()
    assert -1 == pytest.approx(found.corr(ours["Revenu net"], method="spearman"))


def test_a_margin_is_taken_as_log_odds(asked, ours):
    model = make_pipeline(StandardScaler(), LinearSVC()).fit(ours[NUMBERS], ours["Etat"])
    found = asked(skopsed(model), "ours.skops")
    np.testing.assert_allclose(100 / (1 + np.exp(-model.decision_function(ours[NUMBERS]))), found, atol=1e-9)


def test_a_probability_beyond_one_is_refused(refused, ours):
    model = LinearRegression().fit(ours[NUMBERS], ours["Revenu net"])
    said = refused(skopsed(model), "ours.skops", 'scale = "probability"')
    assert "expected answers in probability from 0 to 1, got 9" in said


def test_a_model_that_answers_the_same_for_all_is_refused(refused, ours):
    model = LogisticRegression(max_iter=2_000).fit(ours[NUMBERS].to_numpy(float), ours["Etat"])
    model.coef_ = np.zeros((1, 2))
    assert "expected different PDs, got" in refused(skopsed(model), "ours.skops", ORDER)


def test_a_model_that_answers_nothing_for_some_is_refused_with_their_lines(refused, ours):
    odd = make_pipeline(StandardScaler(), LinearRegression()).fit(ours[NUMBERS], ours["Etat"] - 1)
    odd[-1].coef_ = np.array([np.nan, 0.0])
    said = refused(skopsed(odd), "ours.skops", 'scale = "probability"')
    assert "expected an answer for every row, got none in 400 rows (lines 2, 3, 4, 5, 6, ...)" in said


def test_missing_numbers_reach_a_model_that_knows_them(ours, tmp_path):
    gaps = ours.assign(Age=ours["Age"].where(ours.index % 5 > 0))
    gaps.to_csv(tmp_path / "gaps.csv", index=False, sep=";", decimal=",", na_rep="NA")
    model = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()).fit(gaps[NUMBERS], gaps["Etat"])
    joblib.dump(model, tmp_path / "ours.joblib")
    text = CONTRACT.replace("[model]", '[file]\nmissing = ["NA"]').replace(
        "range = [18, 99],", "range = [18, 99], missing = true,"
    )
    gappy = read_portfolio(tmp_path / "gaps.csv")
    found = scored(tmp_path / "ours.joblib", gappy, parse_contract(text, Path("ours.toml")), trusted=True)
    np.testing.assert_allclose(100 * model.predict_proba(gaps[NUMBERS])[:, 1], found, atol=1e-9)


def test_codes_of_digits_reach_an_encoder_as_the_words_it_knows(ours, tmp_path):
    coded = ours.assign(Situation=np.where(ours["Situation"] == "seul", "1", "2"))
    coded.to_csv(tmp_path / "coded.csv", index=False, sep=";", decimal=",")
    known = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), WORDS), remainder="passthrough")
    model = make_pipeline(known, StandardScaler(), LogisticRegression()).fit(coded[[*NUMBERS, *WORDS]], coded["Etat"])
    skops.io.dump(model, tmp_path / "ours.skops")
    contract = parse_contract(CONTRACT.replace('"marié" =', "2 =").replace("seul =", "1 ="), Path("ours.toml"))
    found = scored(tmp_path / "ours.skops", read_portfolio(tmp_path / "coded.csv"), contract)
    np.testing.assert_allclose(100 * model.predict_proba(coded[[*NUMBERS, *WORDS]])[:, 1], found, atol=1e-9)


def test_spaces_around_words_do_not_count(asked, pipeline, expected, ours):
    spaced = ours.assign(Situation=" " + ours["Situation"])[[*NUMBERS, *WORDS]]
    known = make_column_transformer((StandardScaler(), NUMBERS), (OneHotEncoder(), WORDS))
    model = make_pipeline(known, LogisticRegression()).fit(spaced, ours["Etat"])
    np.testing.assert_allclose(expected, asked(skopsed(model), "ours.skops"), atol=1e-9)


def test_values_that_the_model_has_never_seen_are_refused(refused, ours):
    words = ours.assign(Situation=ours["Situation"].map({"seul": "Seul(e)", "marié": "Marié(e)"}))
    inside = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    known = make_column_transformer((StandardScaler(), NUMBERS), (inside, WORDS))
    model = make_pipeline(known, LogisticRegression()).fit(
        words[[*NUMBERS, *WORDS]].astype({"Situation": object}), words["Etat"]
    )
    said = refused(pickled(model), "ours.pkl", trusted=True)
    assert '"Situation": expected values that the model knows, "Marié(e)", "Seul(e)", got "marié", "seul".' in said


@pytest.mark.parametrize("name", ["ours.onnx", "ours.skops", "ours.pkl"])
def test_a_file_that_is_no_model_is_refused(name, refused):
    assert f"{name}: expected a model" in refused(lambda file: file.write_text("no model"), name, trusted=True)


def test_another_kind_of_file_is_refused(refused):
    said = refused(lambda file: file.write_text("{}"), "ours.json")
    assert "ours.json: expected a model in ONNX (.onnx) or skops (.skops), got .json." in said


def test_something_that_is_stored_and_no_model_is_refused(refused):
    assert "got dict" in refused(pickled({"a": 1}), "ours.pkl", trusted=True)


def test_an_output_that_is_not_there_is_refused_with_those_that_are(refused, pipeline):
    assert "output_probability" in refused(onnxed(pipeline, EACH), "ours.onnx", 'output = "pd"')


# --- its answers as a column ---------------------------------------------------------------------------------------------


def read(text):
    return parse_contract(text, Path("ours.toml"))


@pytest.fixture
def portfolio(raw, tmp_path):
    file = tmp_path / "ours.toml"
    file.write_text(CONTRACT.replace("[model]", '[model]\nbad = "SECRET"'), encoding="utf-8")
    text = delivered_contract(file)
    assert "SECRET" not in text
    return Portfolio(prepare(raw, read(CONTRACT), b"secret"), read(text), text)


def test_the_answers_become_a_column_that_no_model_may_use(portfolio, expected):
    made = with_score(portfolio, pd.Series(expected), read)
    assert ("own_model_pd", "percent") == (made.contract.roles.score.column, made.contract.roles.score.scale)
    np.testing.assert_array_equal(expected, made.table["own_model_pd"])
    assert portfolio.contract.features == made.contract.features
    assert ["own_model_pd"] == list(made.contract.added)
    assert portfolio.table.equals(made.table.drop(columns="own_model_pd"))


def test_a_contract_with_a_score_takes_no_second_one(portfolio, expected):
    once = with_score(portfolio, pd.Series(expected), read)
    with pytest.raises(DataError, match="Expected one source of the model's answers"):
        with_score(once, pd.Series(expected), read)
