"""A draft passes the check as it is, says what it guessed and why, and holds nothing of a person."""

import time
import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graders.contract import check_table, read_contract
from graders.errors import DataError
from instructors.company.draft import draft
from instructors.company.numbers import NumberStyle
from instructors.company.preparing import prepare
from instructors.company.reading import RawTable, read_portfolio

SECRET = b"k" * 32


def german(rows=1_000):
    """Codes such as A11, no identifier, an outcome of 1 and 2, the sex inside a status."""
    luck = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "Status": luck.choice(["A11", "A12", "A13", "A14"], rows),
            "Duration": luck.integers(4, 72, rows),
            "CreditHistory": luck.choice(["A30", "A31", "A32"], rows),
            "CreditAmount": luck.integers(250, 18_000, rows),
            "PersonalStatusSex": luck.choice(["A91", "A92", "A93", "A94"], rows, p=[0.05, 0.31, 0.55, 0.09]),
            "AgeInYears": luck.integers(19, 75, rows),
            "ExistingCredits": luck.integers(1, 5, rows),
            "ForeignWorker": luck.choice(["A201", "A202"], rows, p=[0.96, 0.04]),
            "class": luck.choice([1, 2], rows, p=[0.7, 0.3]),
        }
    )


def french(rows=3_000):
    """Accents, decimal commas, spaces for thousands, names and remarks, months as days, refused applications."""
    luck = np.random.default_rng(2)
    bad = luck.choice(["oui", "non"], rows, p=[0.1, 0.9])
    table = pd.DataFrame(
        {
            "N° dossier": [f"D{place:06d}" for place in range(rows)],
            "Nom": [f"MARTIN{chr(65 + place % 26)}{chr(65 + place // 26 % 26)}" for place in range(rows)],
            "Date de demande": [f"{1 + i % 28:02d}/{1 + i // 28 % 12:02d}/{2022 + i % 3}" for i in range(rows)],
            "Revenu net mensuel (€)": [
                f"{x:,.2f}".replace(",", " ").replace(".", ",") for x in luck.lognormal(7.6, 0.4, rows)
            ],
            "Ancienneté (mois)": np.where(luck.random(rows) < 0.04, -1, luck.integers(0, 300, rows)),
            "Sexe": luck.choice(["F", "H"], rows, p=[0.45, 0.55]),
            "Âge": luck.integers(18, 80, rows),
            "Nationalité": luck.choice(["Française", "UE", "hors UE"], rows, p=[0.8, 0.12, 0.08]),
            "Montant du prêt": luck.integers(10, 400, rows) * 100,
            "Propriétaire": luck.choice(["oui", "non"], rows),
            "Statut dossier": luck.choice(["accordé", "refusé"], rows, p=[0.8, 0.2]),
            "Code postal": [f"{place:05d}" for place in luck.integers(1_000, 95_000, rows)],
            "Objet": luck.choice(["auto", "travaux", "études", "Inconnu"], rows),
            "Relances": luck.poisson(0.2, rows) + 2 * (bad == "oui"),
            "Impayé": bad,
            "Commentaire": [f"le client a appelé pour demander un délai {place}" for place in range(rows)],
        }
    )
    table.loc[table["Statut dossier"] == "refusé", "Impayé"] = ""
    return table


def wide(rows=300, columns=80):
    """More columns than is comfortable, 40 % missing in several ways, three outcomes, two columns that say the same."""
    luck = np.random.default_rng(3)
    table = pd.DataFrame({f"X{place}": luck.normal(50, 10, rows).round(2) for place in range(columns)}).astype(object)
    for place, name in enumerate(table.columns):
        table.loc[luck.random(rows) < 0.4, name] = ["NA", "?", "", 99999][place % 4]
    twin = luck.normal(0, 1, rows)
    first = {"Loan ID": luck.permutation(rows) + 5_000, "bal_now": twin, "bal_avg": twin + luck.normal(0, 0.05, rows)}
    status = luck.choice(["Fully Paid", "Charged Off", "In progress"], rows, p=[0.7, 0.2, 0.1])
    return pd.DataFrame(first).join(table).assign(loan_status=status)


def numbers_only(rows=2_000):
    """No month, no word."""
    luck = np.random.default_rng(4)
    late = luck.integers(0, 6, rows)
    return pd.DataFrame(
        {
            "ID": range(1, rows + 1),
            "LIMIT_BAL": luck.integers(1, 80, rows) * 10_000.0,
            "SEX": luck.choice([1, 2], rows),
            "EDUCATION": luck.choice([0, 1, 2, 3], rows),
            "AGE": luck.integers(21, 79, rows),
            "PAY_0": late - 2,
            "BILL_AMT1": luck.normal(50_000, 20_000, rows),
            "default payment next month": (luck.random(rows) < 0.1 + 0.05 * late).astype(int),
        }
    )


def saved(table, folder, name="portfolio.csv", **how):
    file = folder / name
    if name.endswith(".parquet"):
        table.to_parquet(file)
    elif name.endswith(".xlsx"):
        table.to_excel(file, index=False)
    else:
        table.to_csv(file, index=False, **how)
    return file


def drafted(file):
    return draft(read_portfolio(file), file.name)


def checked(text, file):
    """Return the contract and the class's table, as `situ contract check` makes them."""
    contract_file = file.with_suffix(".toml")
    contract_file.write_text(text, encoding="utf-8")
    contract = read_contract(contract_file)
    raw = read_portfolio(file, contract.file)
    table = prepare(raw, contract, SECRET)
    check_table(table, contract)
    return contract, table


CASES = {
    "codes": (german, "german.csv", {"sep": " "}),
    "french": (french, "portefeuille.csv", {"sep": ";", "encoding": "cp1252"}),
    "wide": (wide, "wide.csv", {}),
    "numbers": (numbers_only, "taiwan.parquet", {}),
    "excel": (numbers_only, "taiwan.xlsx", {}),
    "french excel": (french, "portefeuille.xlsx", {}),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    files = {
        name: saved(make(), tmp_path_factory.mktemp("draft"), file, **how) for name, (make, file, how) in CASES.items()
    }
    return {name: (file, text, *checked(text, file)) for name, file in files.items() for text in [drafted(file)]}


@pytest.mark.parametrize("case", CASES)
def test_a_draft_passes_the_check_as_it_is_and_has_an_outcome(case, made):
    _, _, contract, table = made[case]
    assert contract.roles.target is not None
    assert {0.0, 1.0} == set(table[contract.roles.target.column].dropna().unique())


@pytest.mark.parametrize("case", CASES)
def test_every_line_of_a_draft_has_a_comment(case, made):
    _, text, _, _ = made[case]
    bare = [line for line in text.splitlines() if line and "#" not in line and not line.startswith(("[", "]", "    "))]
    assert [] == bare


def test_columns_of_codes_keep_them_and_ask_for_words(made):
    _, text, contract, table = made["codes"]
    assert {"A11": "A11", "A12": "A12", "A13": "A13", "A14": "A14"} == contract.columns["status"].map
    assert {"1": 0, "2": 1} == contract.columns["class"].map
    assert "CHECK: 1 is bad, 0 is good; 1 " in text
    assert ("row", ["A93", "A92"]) == (contract.roles.id, _groups(contract, "personal_status_sex"))
    assert len(table) == table["row"].nunique()


def _groups(contract, column):
    attribute = contract.protected[column]
    return [attribute.reference, attribute.compared]


def test_the_french_file_is_read_with_its_roles(made):
    _, text, contract, _ = made["french"]
    roles = contract.roles
    assert ("n_dossier", "date_de_demande", "montant_du_pret") == (roles.id, roles.date, roles.amount)
    assert ("impaye", "statut_dossier", "accordé") == (
        roles.target.column,
        roles.decision.column,
        roles.decision.accepted,
    )
    assert ["sexe", "age", "nationalite"] == list(contract.protected)
    assert (["H", "F"], [">=30", "<30"]) == (_groups(contract, "sexe"), _groups(contract, "age"))
    assert ("EUR", ("Nom", "Commentaire"), ("n_dossier",)) == (
        contract.currency,
        contract.file.drop,
        contract.file.pseudonymise,
    )
    assert {"oui": 1, "non": 0} == contract.columns["proprietaire"].map
    assert "\n# Code postal: its numbers name " in text


def test_a_code_outside_all_other_values_is_taken_for_missing(made):
    _, text, contract, table = made["french"]
    tenure = contract.columns["anciennete_mois"]
    assert ((-1,), True, (0, 300)) == (tenure.missing_values, tenure.missing, tenure.range)
    assert "outside all others: does it stand for missing?" in text
    assert "mois" == tenure.unit
    assert 0.02 < table["anciennete_mois"].isna().mean() < 0.06


def test_what_knows_the_outcome_too_well_is_asked_about(made):
    _, text, contract, _ = made["french"]
    column = text[text.index("[columns.relances]") :].partition("\n\n")[0]
    assert '# known_at = "after booking"' in column
    assert not contract.late


def test_a_word_that_may_stand_for_missing_is_asked_about(made):
    _, text, contract, _ = made["french"]
    assert '# missing_values = ["Inconnu"]' in text
    assert "Inconnu" in contract.columns["objet"].values


def test_three_outcomes_become_two_and_the_third_is_not_known(made):
    _, _, contract, table = made["wide"]
    column = contract.columns["loan_status"]
    assert {"Charged Off": 1, "Fully Paid": 0} == column.map
    assert ("In progress",) == column.missing_values
    assert 0.05 < table["loan_status"].isna().mean() < 0.15


def test_signs_for_missing_are_found_whatever_they_are(made):
    _, _, contract, table = made["wide"]
    assert ("?", "NA") == contract.file.missing
    assert (99999,) == contract.columns["x3"].missing_values
    features = [name for name in contract.numeric if name.startswith("x")]
    assert len(features) == 80
    assert 0.3 < table[features].isna().mean().min()


def test_one_word_among_many_numbers_stands_for_missing_however_often(tmp_path):
    luck = np.random.default_rng(4)
    values = np.where(luck.random(400) < 0.4, "keine Daten", luck.integers(0, 90_000, 400).astype(str))
    outcomes = luck.choice([0, 1], 400, p=[0.8, 0.2])
    pd.DataFrame({"nr": range(400), "Ersparnis": values, "bad": outcomes}).to_csv(tmp_path / "t.csv", index=False)
    text = draft(read_portfolio(tmp_path / "t.csv"), "t.csv")
    column = tomllib.loads(text)["columns"]["ersparnis"]
    assert ("whole", True, ["keine Daten"]) == (column["type"], column["missing"], column["missing_values"])


def test_columns_that_say_nearly_the_same_are_proposed_as_a_concept(made):
    _, text, contract, _ = made["wide"]
    assert '# columns = ["bal_now", "bal_avg"]' in text
    assert not contract.declared_concepts


@pytest.mark.parametrize("case", ["numbers", "excel"])
def test_numbers_alone_are_read_with_codes_as_words(case, made):
    _, text, contract, _ = made[case]
    roles = contract.roles
    assert ("id", None, "limit_bal") == (roles.id, roles.date, roles.amount)
    assert "default_payment_next_month" == roles.target.column
    assert ["sex", "age"] == list(contract.protected)
    assert ("0", "1", "2", "3") == contract.columns["education"].values
    assert () == contract.columns["pay_0"].missing_values
    assert "rank correlation with bad in your data +0." in text


def test_a_draft_shows_no_value_of_a_person(made):
    for case in ("french", "french excel"):
        _, text, _, _ = made[case]
        assert "MARTIN" not in text
        assert "appelé" not in text


@pytest.mark.parametrize(
    ("header", "values", "bad"),
    [
        ("default", ["0", "1"], {"1"}),
        ("Creditability", ["1", "0"], {"0"}),
        ("y", ["yes", "no"], {"yes"}),
        ("risk", ["good", "bad"], {"bad"}),
        ("SeriousDlqin2yrs", ["0", "1"], {"1"}),
        ("Défaut", ["Non", "Oui"], {"Oui"}),
        ("Ausfall", ["ja", "nein"], {"ja"}),
        ("moroso", ["sí", "no"], {"sí"}),
        ("remboursé", ["oui", "non"], {"non"}),
        ("loan_status", ["Charged Off", "Fully Paid"], {"Charged Off"}),
        ("TARGET", ["0", "1"], {"1"}),
        ("class", ["a", "a", "a", "b"], {"b"}),
        ("default", ["no default", "default"], {"default"}),
    ],
)
def test_which_outcome_is_bad_is_guessed_by_its_words(header, values, bad, tmp_path):
    rows = 400
    income = np.random.default_rng(5).normal(2_000, 300, rows).round()
    file = saved(
        pd.DataFrame({"id": [f"k{i}" for i in range(rows)], "income": income, header: (values * rows)[:rows]}), tmp_path
    )
    contract, table = checked(drafted(file), file)
    is_bad = table[contract.roles.target.column] == contract.roles.target.bad
    assert bad == set(pd.Series((values * rows)[:rows])[is_bad])


def test_a_column_of_approvals_is_no_outcome(tmp_path):
    rows = 300
    columns = {
        "id": [f"k{i}" for i in range(rows)],
        "income": range(7, 7 + rows),
        "loan_status": ["Approved", "Rejected", "Approved"] * 100,
    }
    file = saved(pd.DataFrame(columns), tmp_path)
    text = drafted(file)
    assert "# [roles.target]" in text
    assert "Approved" == tomllib.loads(text)["roles"]["decision"]["accepted"]


def test_days_that_can_be_read_two_ways_are_asked_about(tmp_path):
    rows = 240
    days = [f"0{1 + i % 9}/0{1 + i // 9 % 9}/2023" for i in range(rows)]
    columns = {
        "ref": [f"k{i}" for i in range(rows)],
        "application date": days,
        "income": np.arange(rows) % 97,
        "bad": np.arange(rows) % 5 == 0,
    }
    file = saved(pd.DataFrame(columns), tmp_path)
    contract, _ = checked(drafted(file), file)
    assert ("application_date", "day first") == (contract.roles.date, contract.file.dates)


def test_headers_of_any_kind_become_names_of_their_own(tmp_path):
    headers = ["Montant", "montant", "Montant (€)", "2nd", 'say "so"', "Ελλάδα", "#", "a\\b", "columns.x", "default"]
    luck = np.random.default_rng(6)
    table = pd.DataFrame({header: luck.normal(100, 9, 200).round(1) for header in headers[:-1]}).assign(
        default=[0, 1] * 100
    )
    file = saved(table.assign(key=[f"k{i}" for i in range(200)]), tmp_path)
    contract, _ = checked(drafted(file), file)
    assert all(name.isascii() and name.isidentifier() for name in contract.columns)
    assert len(headers) + 1 == len(contract.columns)


VALUES = st.sampled_from(
    [
        "",
        "0",
        "1",
        "2",
        "-1",
        "999",
        "3,5",
        "4.5",
        "yes",
        "no",
        "NA",
        "?",
        "A1",
        "unknown",
        "2023-01",
        "x y",
        '"',
        "1e3",
    ]
)
HEADERS = st.sampled_from(
    [
        "id",
        "default",
        "age",
        "Sexe",
        "date",
        "amount",
        "status",
        "a",
        "b",
        "c",
        "zip",
        "Nationalität",
        "decision",
        "name",
        "phone",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.data())
def test_a_draft_of_any_table_reads_as_a_contract_or_says_what_lacks(tmp_path_factory, data):
    headers = data.draw(st.lists(HEADERS, min_size=1, max_size=6, unique=True))
    rows = data.draw(st.integers(1, 40))
    pools = {header: data.draw(st.lists(VALUES, min_size=1, max_size=5)) for header in headers}
    table = pd.DataFrame(
        {header: [pool[i * i % len(pool)] for i in range(rows)] for header, pool in pools.items()}, dtype=object
    )
    raw = RawTable(table.replace("", None), NumberStyle(), {"format": "text"})
    text = draft(raw, "odd.csv")
    file = tmp_path_factory.mktemp("odd") / "odd.toml"
    file.write_text(text, encoding="utf-8")
    if not any(part in text for part in ("# Numbers that a model may use", "# Words that a model may use")):
        with pytest.raises(DataError, match="at least one column that a model may use"):
            read_contract(file)
        return
    contract = read_contract(file)
    check_table(prepare(raw, contract, SECRET), contract)


def test_fifty_thousand_rows_of_forty_columns_are_drafted_in_seconds(tmp_path):
    luck = np.random.default_rng(8)
    columns = {f"n{place}": luck.lognormal(5, 1, 50_000).round(2).astype(str) for place in range(30)}
    words = {f"w{place}": luck.choice(["a", "b", "c"], 50_000) for place in range(9)}
    raw = RawTable(pd.DataFrame(columns | words | {"default": luck.choice(["0", "1"], 50_000)}), NumberStyle(), {})
    began = time.perf_counter()
    draft(raw, "large.csv")
    assert time.perf_counter() - began < 60  # a few, on a machine that does nothing else
