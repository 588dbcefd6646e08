"""Portfolios of other lenders, as their own files would hold them: made here, and structured unlike our generator's.

Each function returns a table of the file's own headers and values; risk is real in all of them, and differently made.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def _chance(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def _standard(values):
    return (values - values.mean()) / values.std()


def coded(rows=1_000, seed=1):
    """A small, old, coded one: answers as codes A11 to A14, outcome 1 or 2, no date, no past decision, 30 % bad."""
    rng = np.random.default_rng(seed)
    account = rng.choice(["A11", "A12", "A13", "A14"], rows, p=[0.27, 0.27, 0.06, 0.40])
    months = rng.choice([6, 9, 12, 15, 18, 24, 30, 36, 48, 60], rows)
    history = rng.choice(["A30", "A31", "A32", "A33", "A34"], rows, p=[0.04, 0.05, 0.53, 0.09, 0.29])
    amount = np.exp(rng.normal(7.8, 0.75, rows)).round().clip(250, 18_500)
    savings = rng.choice(["A61", "A62", "A63", "A64", "A65"], rows, p=[0.60, 0.10, 0.06, 0.05, 0.19])
    job = rng.choice(["A71", "A72", "A73", "A74", "A75"], rows, p=[0.06, 0.17, 0.34, 0.17, 0.26])
    age = rng.gamma(6, 4, rows).astype(int) + 19
    personal = rng.choice(["A91", "A92", "A93", "A94"], rows, p=[0.05, 0.31, 0.55, 0.09])
    risk = (
        -1.35
        + 0.9 * (account == "A11") + 0.5 * (account == "A12") - 0.9 * (account == "A14")
        + 0.035 * (months - 20) + 0.25 * _standard(amount) + 0.5 * (savings == "A61")
        - 0.6 * (history == "A34") + 0.9 * np.isin(history, ["A30", "A31"])
        + 0.4 * np.isin(job, ["A71", "A72"]) - 0.02 * (age - 35) + 0.2 * (personal == "A92")
    )  # fmt: skip
    return pd.DataFrame(
        {
            "checking_status": account,
            "duration_months": months,
            "credit_history": history,
            "purpose": rng.choice(["A40", "A41", "A42", "A43", "A46", "A49"], rows),
            "credit_amount": amount.astype(int),
            "savings_status": savings,
            "employment": job,
            "installment_rate": rng.integers(1, 5, rows),
            "personal_status_sex": personal,
            "residence_since": rng.integers(1, 5, rows),
            "property": rng.choice(["A121", "A122", "A123", "A124"], rows),
            "age": age.clip(19, 75),
            "housing": rng.choice(["A151", "A152", "A153"], rows, p=[0.18, 0.71, 0.11]),
            "existing_credits": rng.choice([1, 2, 3, 4], rows, p=[0.63, 0.33, 0.03, 0.01]),
            "dependents": rng.choice([1, 2], rows, p=[0.85, 0.15]),
            "foreign_worker": rng.choice(["A201", "A202"], rows, p=[0.96, 0.04]),
            "class": np.where(rng.random(rows) < _chance(risk), 2, 1),
        }
    )


def cards(rows=30_000, seed=2):
    """Credit cards: a customer number, sex and marriage as codes, six months of delays and bills, no date, 22 % bad."""
    rng = np.random.default_rng(seed)
    limit = (np.exp(rng.normal(11.6, 0.9, rows)) / 10_000).round().clip(1, 80) * 10_000
    habit = rng.normal(0, 1, rows)
    table = {
        "ID": np.arange(1, rows + 1),
        "LIMIT_BAL": limit.astype(int),
        "SEX": rng.choice([1, 2], rows, p=[0.4, 0.6]),
        "EDUCATION": rng.choice([1, 2, 3, 4], rows, p=[0.35, 0.47, 0.16, 0.02]),
        "MARRIAGE": rng.choice([1, 2, 3], rows, p=[0.45, 0.53, 0.02]),
        "AGE": rng.gamma(8, 2.2, rows).astype(int).clip(0, 55) + 21,
    }
    for month in (0, 2, 3):
        table[f"PAY_{month}"] = np.clip((habit + rng.normal(0, 0.8, rows)).round(), -2, 8).astype(int)
    balance = limit * rng.beta(1.2, 2.2, rows)
    for month in range(1, 4):
        table[f"BILL_AMT{month}"] = (balance * rng.normal(1, 0.06, rows)).round().astype(int)
        table[f"PAY_AMT{month}"] = (balance * rng.beta(1, 9, rows) * np.exp(-0.3 * habit)).round().astype(int)
    risk = (
        -1.75
        + 0.75 * table["PAY_0"]
        + 0.2 * table["PAY_2"]
        - 0.35 * _standard(np.log(limit))
        + 0.1 * (table["SEX"] == 1)
    )
    table["default payment next month"] = (rng.random(rows) < _chance(risk)).astype(int)
    return pd.DataFrame(table)


def bureau(rows=40_000, seed=3):
    """Ten numbers of a credit bureau with heavy tails and gaps, age the only protected one, no date, 7 % bad."""
    rng = np.random.default_rng(seed)
    use = rng.beta(0.5, 1.1, rows)
    use[rng.random(rows) < 0.002] = rng.uniform(2, 5_000)
    age = rng.normal(52, 14, rows).round().clip(21, 100)
    late = rng.poisson(0.3 * np.exp(0.8 * rng.normal(0, 1, rows)))
    income = np.exp(rng.normal(8.6, 0.7, rows)).round()
    debt = np.exp(rng.normal(-1.1, 0.9, rows))
    risk = -3.7 + 2.1 * use.clip(0, 1.2) + 0.75 * late.clip(0, 5) - 0.02 * (age - 50) - 0.25 * _standard(np.log(income))
    bad = (rng.random(rows) < _chance(risk)).astype(int)
    income[rng.random(rows) < 0.2] = np.nan
    return pd.DataFrame(
        {
            "": np.arange(1, rows + 1),
            "SeriousDlqin2yrs": bad,
            "RevolvingUtilizationOfUnsecuredLines": use.round(6),
            "age": age.astype(int),
            "NumberOfTime30-59DaysPastDueNotWorse": late,
            "DebtRatio": debt.round(6),
            "MonthlyIncome": income,
            "NumberOfOpenCreditLinesAndLoans": rng.poisson(8, rows),
            "NumberOfTimes90DaysLate": np.minimum(late, rng.poisson(0.2, rows)),
            "NumberRealEstateLoansOrLines": rng.poisson(1, rows),
            "NumberOfDependents": rng.poisson(0.8, rows),
        }
    )


def french(rows=20_000, seed=4):
    """A French lender's: French headers, months, decimal commas, refused files without an outcome, sex and nationality."""
    rng = np.random.default_rng(seed)
    month = rng.integers(0, 36, rows)
    income = np.exp(rng.normal(7.7, 0.4, rows)).clip(700, 12_000)
    debt = rng.beta(2, 5, rows) * 80
    tenure = rng.exponential(60, rows).round()
    contract = rng.choice(["CDI", "CDD", "Intérim", "Indépendant"], rows, p=[0.62, 0.18, 0.08, 0.12])
    department = rng.choice(["69", "75", "13", "59", "33", "93"], rows)
    foreign = rng.random(rows) < np.where(department == "93", 0.45, 0.12)
    overdraft = rng.poisson(0.8 + 0.02 * debt)
    risk = (
        -3.3 + 0.035 * (debt - 23) + 0.3 * overdraft - 0.5 * _standard(np.log(income)) - 0.004 * tenure
        + 0.6 * np.isin(contract, ["CDD", "Intérim"]) + 0.5 * (department == "93") + 0.012 * month
        + 0.02 * (debt - 23) * np.isin(contract, ["CDD", "Intérim"])
    )  # fmt: skip
    bad = rng.random(rows) < _chance(risk)
    booked = rng.random(rows) < _chance(1.6 - 0.8 * _standard(risk))
    contract = np.where(rng.random(rows) < 0.03, "", contract)  # not known for some
    return pd.DataFrame(
        {
            "N° dossier": [f"D{number:06d}" for number in rng.permutation(rows)],
            "Mois de la demande": [f"{2022 + one // 12}-{one % 12 + 1:02d}" for one in month],
            "Revenu net mensuel (€)": [f"{one:.2f}".replace(".", ",") for one in income],
            "Taux d'endettement": [f"{one:.1f}".replace(".", ",") for one in debt],
            "Ancienneté emploi (mois)": tenure.astype(int),
            "Montant demandé": (np.exp(rng.normal(9, 0.6, rows)) / 100).round().astype(int) * 100,
            "Découverts 12 mois": overdraft,
            "Crédits en cours": rng.poisson(1.4, rows),
            "Type de contrat": contract,
            "Département": department,
            "Sexe": rng.choice(["F", "H"], rows),
            "Nationalité": np.where(foreign, "étrangère", "française"),
            "Décision": np.where(booked, "accordé", "refusé"),
            "Défaut 12 mois": np.where(booked, np.where(bad, "oui", "non"), ""),
        }
    )


def wide(rows=3_000, columns=70, seed=5):
    """Short and wide: many scores with 40 % missing, three outcomes of which two are good, a handful that matter."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(0, 1, (rows, 6))
    mixed = hidden @ rng.normal(0, 0.5, (6, columns)) + rng.normal(0, 1, (rows, columns))
    risk = -1.5 + mixed[:, :5] @ np.array([0.7, -0.6, 0.5, 0.5, -0.4])
    draw = rng.random(rows)
    gone = rng.random(mixed.shape) < 0.40
    mixed[gone] = np.nan
    status = np.where(draw < _chance(risk), "charged off", np.where(draw < 0.7, "fully paid", "current"))
    table = pd.DataFrame(mixed.round(3), columns=[f"score_{number:02d}" for number in range(columns)])
    table.insert(0, "loan", [f"L{number}" for number in range(rows)])
    return table.assign(region=rng.choice(list("NSEW"), rows), sex=rng.choice(["f", "m"], rows), status=status)


def bare(rows=2_000, seed=6):
    """As little as there can be: a number, five quantities, an outcome. Nobody's group, no month, no decision."""
    rng = np.random.default_rng(seed)
    quantities = rng.normal(0, 1, (rows, 5))
    risk = -1.6 + quantities @ np.array([0.9, -0.7, 0.5, 0.3, 0.0]) + 0.5 * quantities[:, 0] * (quantities[:, 1] > 0)
    table = pd.DataFrame((50 + 12 * quantities).round(1), columns=["turnover", "equity", "leverage", "stock", "staff"])
    table.insert(0, "firm", np.arange(5_000, 5_000 + rows))
    return table.assign(failed=(rng.random(rows) < _chance(risk)).astype(int))


def marketplace(rows=24_000, seed=7):
    """A marketplace for loans: dates as Dec-2015, a rate in percent, grades, amounts paid back (known late), nobody's group."""
    rng = np.random.default_rng(seed)
    score = rng.normal(700, 35, rows).round()
    income = np.exp(rng.normal(11.1, 0.5, rows)).round()
    debt = rng.gamma(4, 4.5, rows).clip(0, 60)
    term = rng.choice([" 36 months", " 60 months"], rows, p=[0.75, 0.25])
    risk = (
        -1.9
        - 0.018 * (score - 700)
        + 0.035 * (debt - 18)
        + 0.7 * (term == " 60 months")
        - 0.3 * _standard(np.log(income))
    )
    bad = rng.random(rows) < _chance(risk)
    amount = (np.exp(rng.normal(9.4, 0.6, rows)) / 25).round() * 25
    rate = (13 + 2.2 * (risk + 1.9) + rng.normal(0, 2, rows)).clip(5, 31)
    month = pd.period_range("2013-01", "2015-12", freq="M")[rng.integers(0, 36, rows)]
    return pd.DataFrame(
        {
            "id": rng.permutation(np.arange(60_000, 60_000 + rows)),
            "issue_d": month.strftime("%b-%Y"),
            "loan_amnt": amount.astype(int),
            "term": term,
            "int_rate": [f"{one:.2f}%" for one in rate],
            "grade": np.array(list("ABCDEFG"))[np.digitize(rate, [8, 11, 14, 18, 22, 26])],
            "annual_inc": income.astype(int),
            "dti": debt.round(2),
            "fico_low": score.astype(int),
            "fico_high": score.astype(int) + 4,
            "home_ownership": rng.choice(["RENT", "OWN", "MORTGAGE"], rows, p=[0.4, 0.1, 0.5]),
            "revol_util": (100 * rng.beta(2, 2, rows)).round(1),
            "total_paid": np.where(bad, amount * rng.beta(2, 4, rows), amount * rng.uniform(1.02, 1.3, rows)).round(2),
            "recoveries": np.where(bad & (rng.random(rows) < 0.6), amount * rng.beta(1, 8, rows), 0).round(2),
            "loan_status": np.where(bad, "Charged Off", "Fully Paid"),
        }
    )


ALL = {made.__name__: made for made in (coded, cards, bureau, french, wide, bare, marketplace)}

# What a person corrects in the draft of each contract: lines, then declared signs.
LINES: dict[str, list[tuple[str, str]]] = {
    "wide": [
        (
            "# [roles.target]                            # TODO: no outcome was found; without one, no class can be made\n",
            '[roles.target]\ncolumn = "status"\ndefinition = "charged off"\n',
        ),
        (
            '[columns.status]\ntype = "category"',
            '[columns.status]\ntype = "flag"\nmap = { "charged off" = 1, "fully paid" = 0, "current" = 0 }',
        ),
        ('values = ["charged off", "current", "fully paid"]', ""),
    ],
    "bare": [
        (
            "# [roles.target]                            # TODO: no outcome was found; without one, no class can be made\n",
            '[roles.target]\ncolumn = "failed"\ndefinition = "insolvent within a year"\n',
        )
    ],
    "marketplace": [
        (
            f'# known_at = "after booking"                # when is it known? Alone it tells bad from good with an AUC of {auc}',
            'known_at = "after booking"',
        )
        for auc in ("0.92", "0.80")
    ],
}
SIGNS = {
    "french": {
        "revenu_net_mensuel_eur": -1,
        "taux_d_endettement": 1,
        "decouverts_12_mois": 1,
        "anciennete_emploi_mois": -1,
    },
    "bureau": {"revolving_utilization_of_unsecured_lines": 1, "debt_ratio": 1, "monthly_income": -1},
    "marketplace": {"fico_low": -1, "fico_high": -1, "dti": 1, "annual_inc": -1, "revol_util": 1},
}


def corrected(name, draft):
    """Return the draft of a portfolio's contract as a person leaves it."""
    for old, new in LINES.get(name, []):
        assert old in draft, f"{name}: the draft has no line {old!r}"
        draft = draft.replace(old, new)
    for column, sign in SIGNS.get(name, {}).items():
        head, found, rest = draft.partition(f"[columns.{column}]\n")
        assert found, f"{name}: the draft has no column {column}"
        draft = head + found + rest.replace("expect = 0", f"expect = {sign}", 1)
    return draft
