"""The credit portfolio: synthetic applications for an unsecured instalment loan, 2022-01 to 2024-12, amounts in EUR.

Owns the numbers of the portfolio and the phenomena planted in it. The table carries no trace of them: row order and application
numbers are drawn from a stream of their own, and what was planted is in `Portfolio.truth`, for instructors only.
Nothing runs on import; the stages below draw from one generator in a fixed order, so a seed always gives the same portfolio.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from graders.errors import DataError

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.str_]

_MONTHS, _ZONES = 36, 20
_BOOKED_SHARE, _BASE_RATE = 0.82, 0.08
_SHOCK_AFTER = 21  # months since 2022-01: the shock ramps up over the three months from 2023-10
_STEEP, _FLAT = 1.35, 0.05  # slope of the standardised dti inside and outside the planted segment
_NOISE = (0.90, 1.10)  # by variant: with the second interaction the outcome would else be too easy to order
_ROWS = (1_000, 500_000)  # fewer rows leave empty cells, more would run out of six-digit application numbers


@dataclass(frozen=True, slots=True)
class Portfolio:
    """One generated portfolio.

    Attributes
    ----------
    table
        One row an application, shape (rows, 24), sorted by `application_id`; the only part that learners ever get.
    truth
        What was planted, JSON-able, for instructors only. Its lists over applications follow the rows of `table`.
    """

    table: pd.DataFrame
    truth: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _People:
    month: Counts  # 0 = 2022-01
    shock: Numbers  # 0 before the shock, 1 once it is fully there
    woman: Flags
    non_national: Flags
    age: Numbers


@dataclass(frozen=True, slots=True)
class _Place:
    zone: Words
    unemployment: Numbers  # of the applicant's zone, standardised


@dataclass(frozen=True, slots=True)
class _Work:
    occupation: Words
    part_time: Flags
    contract: Words
    fragile: Flags
    months_in_job: Numbers
    income: Numbers


@dataclass(frozen=True, slots=True)
class _Credit:
    utilisation: Numbers  # the true one; the table holds two noisy readings of it
    utilisation_now: Numbers
    utilisation_avg_3m: Numbers
    late: Counts
    channel: Words
    inquiries: Counts
    amount: Numbers
    dti: Numbers
    history: Numbers
    thin_file: Flags
    accounts: Counts
    savings: Numbers


@dataclass(frozen=True, slots=True)
class _Outcome:
    booked: Flags
    default: Counts  # latent: known for declined applications too
    reminders: Counts


def generate(rows: int = 72_000, *, seed: int, variant: int = 0) -> Portfolio:
    """Return the portfolio of one seed.

    Parameters
    ----------
    rows
        Applications, 1,000 to 500,000.
    seed
        Any whole number from 0; a class's seed is random and stays with the instructor.
    variant
        0 plants the interaction between `dti` and `contract_type`, 1 between `dti` and `channel`.

    Raises
    ------
    DataError
        When an argument is out of range; all of them are reported at once.

    >>> generate(1_000, seed=7).table.shape
    (1000, 24)
    """
    _refuse_bad_arguments(rows, seed, variant)
    root = np.random.SeedSequence(operator.index(seed))
    rng = np.random.default_rng(root)
    people = _people(rng, rows)
    place = _place(rng, people)
    work = _work(rng, people)
    credit = _credit(rng, people, place, work)
    outcome = _outcome(rng, people, place, work, credit, variant)
    table = _table(rng, people, place, work, credit, outcome)
    numbers = 100_000 + np.random.default_rng(root.spawn(1)[0]).choice(900_000, rows, replace=False)
    order = np.argsort(numbers)
    table.insert(0, "application_id", [f"A{number}" for number in numbers])
    table = table.iloc[order].reset_index(drop=True)
    return Portfolio(table, _truth(table, place, outcome.default[order], seed, variant))


def _refuse_bad_arguments(rows: int, seed: int, variant: int) -> None:
    low, high = _ROWS
    problems = []
    if not _whole(rows) or not low <= rows <= high:
        problems.append(f"rows: expected a whole number from {low} to {high}, got {rows!r}. The default is 72000.")
    if not _whole(seed) or seed < 0:
        problems.append(f"seed: expected a whole number from 0, got {seed!r}. Draw one with secrets.randbits(64).")
    if not _whole(variant) or variant not in (0, 1):
        problems.append(f"variant: expected 0 or 1, got {variant!r}. Take 0 unless the last class had it.")
    if problems:
        raise DataError("\n".join(problems))


def _whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _logistic(x: Numbers | float) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-x)), dtype=np.float64)


def _standard(x: Numbers) -> Numbers:
    return np.asarray((x - x.mean()) / x.std(), dtype=np.float64)


def _pick(rng: np.random.Generator, chances: Numbers) -> Counts:
    """Draw one column a row, `chances` being row-stochastic."""
    passed = rng.random(len(chances))[:, None] > np.cumsum(chances, axis=1)
    drawn: Counts = passed.sum(axis=1).clip(0, chances.shape[1] - 1)  # the last cumulated chance may fall short of 1
    return drawn


def _people(rng: np.random.Generator, rows: int) -> _People:
    month = np.sort(rng.integers(0, _MONTHS, rows))
    woman = rng.random(rows) < 0.48
    non_national = rng.random(rows) < 0.15
    age = np.clip(18 + rng.gamma(3.2, 7.4, rows) - non_national, 18, 70).round()
    return _People(month, np.clip((month - _SHOCK_AFTER) / 3, 0, 1), woman, non_national, age)


def _place(rng: np.random.Generator, people: _People) -> _Place:
    """Settle people in zones whose unemployment goes with their share of non-nationals: the planted proxy."""
    unemployment = np.linspace(-1.6, 1.6, _ZONES)
    share = _logistic(-2.1 + 1.7 * unemployment + rng.normal(0, 0.15, _ZONES))
    size = rng.uniform(0.7, 1.3, _ZONES)
    chances = np.where(people.non_national[:, None], size * share, size * (1 - share))
    names = np.array([f"Z{number:02d}" for number in range(1, _ZONES + 1)])
    rng.shuffle(names)  # a zone's name must not tell its rank
    zone = _pick(rng, chances / chances.sum(axis=1, keepdims=True))
    return _Place(names[zone], unemployment[zone])


def _work(rng: np.random.Generator, people: _People) -> _Work:
    rows, years_from_40 = len(people.age), people.age - 40
    kinds = np.array(["executive", "intermediate", "clerical", "manual", "self_employed"])
    pay = np.array([0.48, 0.10, -0.14, -0.10, 0.05])
    chances = np.where(people.woman[:, None], [0.19, 0.28, 0.41, 0.07, 0.05], [0.24, 0.24, 0.12, 0.31, 0.09])
    kind = _pick(rng, chances)
    part_time = rng.random(rows) < np.where(people.woman, 0.27, 0.08)
    contract = _contract(rng, people, kinds[kind] == "self_employed", part_time)
    fragile = ~np.isin(contract, ["permanent", "public"])
    tenure = rng.exponential(np.where(fragile, 22, 95))
    months_in_job = np.minimum(tenure, (people.age - 17.5) * 12).round()
    log_income = (
        np.log(2050)
        + pay[kind]
        + 0.003 * years_from_40
        - 0.05 * people.woman
        - 0.40 * part_time
        - 0.04 * people.non_national
        + 0.035 * people.month / 12
        + rng.normal(0, 0.27, rows)
    )
    income = np.exp(log_income).round(-1).clip(600, 15_000)
    return _Work(kinds[kind], part_time, contract, fragile, months_in_job, income)


def _contract(rng: np.random.Generator, people: _People, self_employed: Flags, part_time: Flags) -> Words:
    rows = len(people.age)
    fragile = rng.random(rows) < _logistic(
        -1.75 - 0.02 * (people.age - 40) + 0.10 * people.non_national + 0.35 * part_time
    )
    stable_kind = np.where(rng.random(rows) < 0.22, "public", "permanent")
    fragile_kind = np.where(rng.random(rows) < 0.68, "fixed_term", "agency")
    return np.where(self_employed, "self_employed", np.where(fragile, fragile_kind, stable_kind))


def _credit(rng: np.random.Generator, people: _People, place: _Place, work: _Work) -> _Credit:
    rows, years_from_40, relative_income = len(people.age), people.age - 40, np.log(work.income / 2050)
    stress = rng.normal(0, 1, rows) + 0.10 * place.unemployment + 0.10 * people.shock  # of liquidity, never observed
    utilisation = 100 * _logistic(-0.55 + 1.05 * stress + rng.normal(0, 0.35, rows))
    # planted duplicates: two readings of one fact
    avg_3m = np.clip(utilisation + rng.normal(0, 6, rows), 0, 110).round()
    now = np.clip(utilisation + rng.normal(0, 6, rows), 0, 110).round()
    late = rng.poisson(np.exp(-1.45 + 0.75 * stress)).clip(0, 9)
    online = 0.33 + 0.012 * people.month  # planted drift: online replaces the branch
    channel_chances = np.column_stack([0.85 - online, online, np.full(rows, 0.15)])
    channel = np.array(["branch", "online", "broker"])[_pick(rng, channel_chances)]
    inquiry_rate = np.exp(0.15 + 0.22 * stress + 0.30 * (channel == "online") + 0.28 * people.shock)
    inquiries = rng.poisson(inquiry_rate).clip(0, 14)
    log_amount = np.log(8500) + 0.35 * relative_income + rng.normal(0, 0.62, rows)
    amount = np.exp(log_amount).round(-2).clip(1_000, 50_000)
    burden = 100 * rng.beta(2.1, 9.5, rows) + 100 * amount / 54 / work.income + 2 * people.shock
    history = ((people.age - 17.5) * 12 * rng.beta(2.2, 1.6, rows)).round()
    thin = rng.random(rows) < _logistic(-2.7 + 0.6 * (people.age < 25) + 0.3 * people.non_national)
    few, usual = rng.poisson(0.6, rows), rng.poisson(3.9 + 0.02 * years_from_40, rows)
    log_savings = 7.3 + 0.8 * relative_income - 0.45 * stress + rng.normal(0, 1, rows)
    return _Credit(
        utilisation=utilisation,
        utilisation_now=now,
        utilisation_avg_3m=avg_3m,
        late=late,
        channel=channel,
        inquiries=inquiries,
        amount=amount,
        dti=burden.round(1).clip(1, 85),
        history=history,
        thin_file=thin,
        accounts=np.where(thin, few, usual).clip(0, 14),
        savings=np.exp(log_savings).round(-1).clip(0, 150_000),
    )


def _outcome(
    rng: np.random.Generator, people: _People, place: _Place, work: _Work, credit: _Credit, variant: int
) -> _Outcome:
    """Decide with a noisy legacy scorecard, then let the loans live; sex, age and nationality have no effect of their own."""
    rows = len(people.age)
    risk = _risk(people, place, work, credit, variant) + rng.normal(0, _NOISE[variant], rows)
    legacy = (
        0.5 * _standard(credit.utilisation)
        + 0.5 * credit.late
        - 0.4 * _standard(np.log(work.income))
        + 0.4 * _standard(credit.dti)
        + 0.35 * place.unemployment
        + 0.3 * work.fragile
        + rng.normal(0, 0.9, rows)
    )
    booked = legacy < np.quantile(legacy, _BOOKED_SHARE)
    default = (rng.random(rows) < _logistic(_intercept(risk[booked]) + risk)).astype(np.int64)
    # planted leak: reminders are counted at extraction, after booking, so they tell the outcome
    reminders = np.where(booked, rng.poisson(0.22, rows) + default * rng.poisson(2.4, rows), 0)
    return _Outcome(booked, default, reminders)


def _risk(people: _People, place: _Place, work: _Work, credit: _Credit, variant: int) -> Numbers:
    """Return the log-odds of default up to a constant, without noise, shape (rows,)."""
    steep = credit.channel == "online" if variant else work.fragile
    return np.asarray(
        0.62 * _standard(credit.utilisation)
        + 0.55 * np.sqrt(credit.late)
        + 0.27 * (credit.inquiries - 1.5)
        + 0.30 * np.clip(np.abs(credit.accounts - 4) - 1, 0, 4)  # planted U-shape
        + np.where(steep, _STEEP, _FLAT) * _standard(credit.dti)  # planted interaction
        + 0.25 * work.fragile
        - 0.35 * _standard(np.log(work.income))
        - 0.24 * _standard(np.log1p(work.months_in_job))
        - 0.04 * _standard(np.log1p(credit.history))
        + 0.15 * credit.thin_file
        - 0.26 * _standard(np.log1p(credit.savings))
        + 0.57 * place.unemployment
        + 0.22 * (credit.channel == "broker")
        + 0.55 * work.part_time
        + 0.45 * people.shock
    )


def _intercept(risk: Numbers) -> float:
    """Return the constant that gives booked loans their base rate, by bisection."""
    low, high = -8.0, 2.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _logistic(middle + risk).mean() < _BASE_RATE else (low, middle)
    return (low + high) / 2


def _table(
    rng: np.random.Generator, people: _People, place: _Place, work: _Work, credit: _Credit, outcome: _Outcome
) -> pd.DataFrame:
    # missing not at random: the less is saved, the less often it is declared
    undeclared = rng.random(len(people.age)) < _logistic(-1.1 - 0.9 * _standard(np.log1p(credit.savings)))
    return pd.DataFrame(
        {
            "application_month": (np.datetime64("2022-01") + people.month).astype(str),
            "net_income": work.income,
            "dti": credit.dti,
            "loan_amount": credit.amount,
            "utilisation_now": credit.utilisation_now,
            "utilisation_avg_3m": credit.utilisation_avg_3m,
            "n_late_24m": credit.late,
            "n_inquiries_6m": credit.inquiries,
            "n_open_accounts": credit.accounts,
            "credit_history_months": np.where(credit.thin_file, np.nan, credit.history),
            "months_in_job": work.months_in_job,
            "savings_balance": np.where(undeclared, np.nan, credit.savings),
            "contract_type": work.contract,
            "occupation": work.occupation,
            "part_time": np.where(work.part_time, "yes", "no"),
            "postcode_zone": place.zone,
            "channel": credit.channel,
            "n_reminders": outcome.reminders,
            "gender": np.where(people.woman, "F", "M"),
            "age": people.age.astype(np.int64),
            "nationality_group": np.where(people.non_national, "non_national", "national"),
            "legacy_decision": np.where(outcome.booked, "booked", "declined"),
            "default_12m": np.where(outcome.booked, outcome.default, np.nan),
        }
    )


def _truth(table: pd.DataFrame, place: _Place, default: Counts, seed: int, variant: int) -> dict[str, Any]:
    declined = (table["legacy_decision"] == "declined").to_numpy()
    segment = ("contract_type", ["fixed_term", "agency", "self_employed"]), ("channel", ["online"])
    partner, values = segment[variant]
    return {
        "seed": operator.index(seed),
        "variant": variant,
        "rows": len(table),
        "latent_default": default.tolist(),
        "declined_default_rate": float(default[declined].mean()),
        "leak": "n_reminders",
        "duplicates": ["utilisation_now", "utilisation_avg_3m"],
        "interaction": ["dti", partner],
        "interaction_segment": values,
        "interaction_slopes": {"inside": _STEEP, "outside": _FLAT},
        "u_shape": "n_open_accounts",
        "proxy": ["postcode_zone", "nationality_group"],
        "causal_effect_of_protected": 0.0,
        "shock_from": "2023-10",
        "drift": ["channel", "n_inquiries_6m"],
        "zones": _zones(table, place),
    }


def _zones(table: pd.DataFrame, place: _Place) -> list[dict[str, Any]]:
    """Describe the zones, lowest unemployment first, with their share of non-nationals among applicants."""
    unemployment = pd.Series(place.unemployment).groupby(place.zone).first()
    share = (table["nationality_group"] == "non_national").groupby(table["postcode_zone"]).mean()
    zones = pd.DataFrame({"unemployment": unemployment, "share": share}).sort_values("unemployment")
    return [
        {"zone": zone, "unemployment": level, "non_national_share": share} for zone, level, share in zones.itertuples()
    ]
