"""What lesson 5 measures of the vendor's model on a learner's rows: order, level, groups, curves, single columns, LIME, the feed.

Goes to learners. Counts and sums from which a figure can be worked out on paper, by the references in ``graders.references``; no
verdict on any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.contract import Contract
from graders.references.agreement import mean_jaccard, neighbours_jaccard
from graders.references.approval import Approvals, approvals, members
from graders.references.audit import margin_factor, pairs
from graders.references.curves import adverse_run, moved, quantile_grid
from graders.references.lime_weights import Lime
from graders.references.margins import shuffled

ground = load_module(Path(__file__).with_name("case.py"))
groups = load_module(Path(__file__).with_name("groups_4.py"))
vendors = load_module(Path(__file__).with_name("vendors.py"))

EXPLAINED_ROWS = 300  # half of the other lessons': a vendor's model may have many times the bank's number of leaves
RUNS, SAMPLES, TOP = 10, 300, 5
SHOWN_CURVES, SHOWN_FACTS = 4, 4
FEWEST = 10  # people of a group whose mean is printed
_ORDERS = 24  # of the LIME runs, tried for one in which neighbours agree otherwise than all pairs

LINES = ("leak_line", "adverse_line", "air_line", "overfit_max_gap", "ae_band", "lime_fidelity_min")


@dataclass(frozen=True)
class Delivered(ground.Ground):  # type: ignore[misc,name-defined]  # content is loaded by path
    """One learner's rows as the vendor's feed reports them, with the vendor's model instead of the bank's.

    Attributes
    ----------
    sold
        What was delivered, as `vendors.Sold`.
    filed
        The same applications in the bank's own files.
    signs, amended
        Signs that the bank still expects of a model, and the columns of which it expects none any more.
    """

    sold: Any
    filed: Any
    signs: dict[str, int]
    amended: list[str]

    @classmethod
    def to(cls, base: Any) -> Delivered:
        """Return what the vendor delivers on a bank's ground."""
        signs, amended = vendors.amended_signs(base)
        sold = vendors.sold(base, signs)
        return cls(sold.rows, base.contract, base.seed, sold, base, signs, amended)

    @cached_property
    def fit(self) -> Any:
        """The vendor's model."""
        return ground.Fit(self.sold.model, self.sold.encoder)

    @cached_property
    def chosen(self) -> pd.DataFrame:
        """The applications of the last year that are explained."""
        return self._first(EXPLAINED_ROWS)

    @cached_property
    def moved_over(self) -> pd.DataFrame:
        """The applications over which curves are drawn, those explained among them."""
        return self._first(ground.EXPLAINED_ROWS)

    def _first(self, count: int) -> pd.DataFrame:
        return self.audited.iloc[np.sort(shuffled(self.seed, "explained", len(self.audited))[:count])]

    @cached_property
    def strongest_alone(self) -> str:
        """The column that orders the loans learnt on best, alone."""
        return max(self.alone, key=lambda name: abs(self.alone[name] - 0.5))

    @cached_property
    def alone(self) -> dict[str, float]:
        """AUC of each column by itself on the loans learnt on, a higher value taken for riskier."""
        bad = self.bad[self.train.index]
        return {
            name: round(pairs(bad, column).auc, 4) for name, column in zip(self.names, self.train_matrix.T, strict=True)
        }

    @cached_property
    def lines(self) -> dict[str, Any]:
        """The bank's lines."""
        return {name: ground.line(self.contract, name) for name in LINES}


def has_signs(contract: Contract) -> bool:
    """Return whether a sign is declared for any number that a model may use."""
    return any(getattr(contract.columns[name], "expect", 0) for name in contract.numeric)


def measured(given: Delivered, client: str) -> dict[str, Any]:
    """Return everything the case holds on the vendor's model beyond the shared ground; `client` is explained by LIME."""
    return {
        "lines": {name: list(line) if isinstance(line, tuple) else line for name, line in given.lines.items()},
        "sheet": _sheet(given),
        "ordering": _ordering(given),
        "outcomes": _outcomes(given),
        "approvals": _approvals(given),
        "alone": given.alone,
        **_curves(given),
        **_feed(given),
        "by_group": _by_group(given),
        "lime": _lime(given, client),
        "reason_texts": {str(name): _reason(given, str(name)) for name in given.explained.concepts.columns},
    }


def _reason(given: Delivered, fact: str) -> str:
    """Return the sentence of a letter for a fact, its label where none is written; "" for what is known too late to be one."""
    contract = given.contract
    return contract.reason(fact) or ("" if fact in contract.late else contract.label(fact))


def _sheet(given: Delivered) -> dict[str, Any]:
    """Return what the vendor says of the model: true, as far as it goes."""
    on = given.sold.calibrated_on
    return {
        "version": f"{2 + given.seed % 3}.{given.seed // 3 % 10}",
        "columns": list(given.names),
        "learnt": [len(given.train), *_months(given, given.train)],
        "later": [len(given.later), *_months(given, given.later)],
        "applications": len(given.audited),
        "signs_kept": given.sold.signs_kept,
        "calibrated": [len(on), *_months(given, on)],
    }


def _months(given: Delivered, rows: pd.DataFrame) -> list[str]:
    date = given.contract.roles.date
    return [] if date is None else [str(rows[date].astype(str).min()), str(rows[date].astype(str).max())]


# --- order and level -----------------------------------------------------------------------------------------------------


def _ordering(given: Delivered) -> dict[str, Any]:
    """Count the pairs that the score puts in order: learnt on, out of time, out of time with one column like everybody's."""
    column = given.strongest_alone
    known = given.train[column].dropna()
    usual = known.median() if pd.api.types.is_numeric_dtype(known) else known.astype(str).mode().iloc[0]
    parts = {"development": given.train, "later": given.later, "usual": given.later.assign(**{column: usual})}
    counted = {name: pairs(given.bad[rows.index], given.fit.log_odds(rows))._asdict() for name, rows in parts.items()}
    return {**counted, "column": column}


def _outcomes(given: Delivered) -> pd.DataFrame:
    """Return loans, defaults seen and announced, and their amounts: learnt on first, then the quarters of the last year."""
    amount = given.contract.roles.amount
    rows = pd.concat([given.train, given.later, given.audited[given.bad[given.audited.index].isna()]])
    announced = given.fit.pd(rows) / 100
    bad = given.bad[rows.index].to_numpy()
    money = np.full(len(rows), np.nan) if amount is None else rows[amount].to_numpy(dtype=float) / 1e6
    booked = ~np.isnan(bad)
    per_row = pd.DataFrame(
        {
            "loans": booked.astype(int),
            "defaults": np.nan_to_num(bad),
            "announced": announced * booked,
            "everybody": announced,
            "lost": money * np.nan_to_num(bad),
            "lost_announced": money * announced * booked,
        }
    )
    when = ["learnt on"] * len(given.train) + _quarters(given, rows.iloc[len(given.train) :])
    return per_row.groupby(np.array(when), sort=True).sum().sort_index(key=lambda names: names != "learnt on").round(4)


def _quarters(given: Delivered, rows: pd.DataFrame) -> list[str]:
    date = given.contract.roles.date
    if date is None:
        return ["last year"] * len(rows)
    months = rows[date].astype(str)
    return [f"{month[:4]} Q{(int(month[5:7]) + 2) // 3}" for month in months]


# --- groups --------------------------------------------------------------------------------------------------------------


def _approvals(given: Delivered) -> list[dict[str, Any]]:
    """Count approvals by group on all applications, and on the booked ones alone, in the order of the contract."""
    approved = given.fit.pd(given.audited) <= given.cut
    booked = given.bad[given.audited.index].notna().to_numpy()
    found = []
    for attribute in groups.compared_attributes(given):
        everybody = approvals(approved, given.audited, attribute)
        inside = given.audited[booked]
        has_both = all(group.any() for group in members(inside, attribute))
        some = approvals(approved[booked], inside, attribute) if has_both else everybody
        found.append(
            {
                "attribute": attribute.column,
                "compared": attribute.called("compared"),
                "reference": attribute.called("reference"),
                "all": _counts(everybody),
                "booked": _counts(some),
                "factor": round(min(margin_factor(everybody), 1e6), 4),
            }
        )
    return found


def _counts(counted: Approvals) -> list[int]:
    return [counted.compared_approved, counted.compared, counted.reference_approved, counted.reference]


def _by_group(given: Delivered) -> dict[str, Any]:
    """Return, for the facts that differ most between the first protected groups, the mean contribution in each.

    A group of fewer than ten people is left out, its number and its means None: a mean over so few tells of persons.
    """
    attribute = next(iter(groups.compared_attributes(given)), None)
    if attribute is None:
        return {}
    compared, reference = members(given.chosen, attribute)
    sums = given.explained.concepts
    people = [int(rows.sum()) if rows.sum() >= FEWEST else None for rows in (compared, reference)]
    means = [sums[rows].mean() if count else None for rows, count in zip((compared, reference), people, strict=True)]
    told = [mean for mean in means if mean is not None]
    if not told:
        return {"people": people, "means": {}}
    widest = (told[0] - told[1] if len(told) > 1 else told[0]).abs().nlargest(SHOWN_FACTS).index
    return {
        "people": people,
        "means": {
            str(name): [None if mean is None else round(float(mean[name]), 3) for mean in means] for name in widest
        },
    }


# --- curves and columns --------------------------------------------------------------------------------------------------


def _curves(given: Delivered) -> dict[str, Any]:
    """Return the curves that run furthest against their declared sign, and one of which no sign is expected any more.

    Where no sign is declared, the numbers that weigh most are drawn.
    """
    matrix = given.fit.encoder.matrix(given.moved_over)
    declared_ones = [*given.signs, *given.amended]
    heavy = [str(name) for name in given.explained.importance.index if name in given.contract.numeric]
    drawn: dict[str, dict[str, Any]] = {}
    for name in declared_ones or heavy[:SHOWN_CURVES]:
        if name in given.names:
            grid = quantile_grid(given.train[name].astype(float))
            heights = moved(given.fit.model, matrix, given.names.index(name), grid).mean(axis=1)
            drawn[name] = {"values": grid, "heights": heights.round(4).tolist()}
    runs = {name: adverse_run(drawn[name]["heights"], given.signs[name]).size for name in given.signs if name in drawn}
    heaviest = [str(name) for name in given.explained.importance.index if name in runs]  # order among equal runs
    worst = sorted(heaviest, key=lambda name: -runs[name])
    dropped = [name for name in given.amended if name in drawn][:1]
    kept = worst[: SHOWN_CURVES - len(dropped)]
    mixed = [*kept, *dropped] or list(drawn)[:SHOWN_CURVES]
    order = [mixed[place] for place in shuffled(given.seed, "curves", len(mixed))]
    declared = {name: int(getattr(given.contract.columns[name], "expect", 0)) for name in order}
    return {
        "curves": {
            name: {**drawn[name], "sign": given.signs.get(name, 0), "declared": declared[name]} for name in order
        },
        "worst": worst[0] if worst else "",
        "amended": {name: _evidence(given, name) for name in given.amended},
    }


def _evidence(given: Delivered, name: str) -> list[float]:
    """Return why a sign was given up: where the end declared safest lies and how much of it defaulted, and the best part."""
    sign = getattr(given.contract.columns[name], "expect", 0)
    loans = vendors.rates_by_bin(given.filed.train[name], given.filed.bad[given.filed.train.index])
    rate = 100 * loans["bad"] / loans["loans"]
    end, best = (0 if sign > 0 else len(loans) - 1), int(rate.to_numpy().argmin())
    return [
        float(value) for at in (end, best) for value in (loans["low"].iloc[at], loans["high"].iloc[at], rate.iloc[at])
    ]


def _feed(given: Delivered) -> dict[str, Any]:
    """Compare what the vendor's feed reports with the bank's own files, level by level of the category that has grown most."""
    grown = vendors.growing_level(given.filed)
    if grown is None:
        return {"feed": {}}
    ours, theirs = given.filed.audited, given.audited
    numbers = [name for name in given.names if name in given.contract.numeric]
    differs = ((ours[numbers] != theirs[numbers]) & ~(ours[numbers].isna() & theirs[numbers].isna())).any(axis=1)
    counts = [name for name in given.signs if name in numbers] or numbers
    if not counts:
        return {"feed": {}}
    runs = max(counts, key=lambda name: abs(ours[name].mean() - theirs[name].mean()) / (ours[name].std() or 1.0))
    lines = {}
    for level, rows in ours.groupby(ours[grown[0]].astype(str)).groups.items():
        means = [float(part.loc[rows, runs].mean()) for part in (ours, theirs)]
        lines[str(level)] = [
            len(rows),
            round(100 * float(differs[rows].mean()), 1),
            *(round(mean, 2) for mean in means),
        ]
    return {"feed": {"category": grown[0], "column": runs, "lines": lines}}


# --- LIME ----------------------------------------------------------------------------------------------------------------


def _lime(given: Delivered, client: str) -> dict[str, Any]:
    """Explain one client ten times; the runs stand in an order in which neighbours agree otherwise than all pairs do."""
    codes = [place for place, name in enumerate(given.names) if name in given.contract.categorical]
    predict = given.fit.model.predict_proba
    lime = Lime.of(lambda rows: predict(rows)[:, 1], given.train_matrix, given.names, categorical=codes)
    row = given.fit.encoder.matrix(given.chosen.loc[[client]])[0]
    found = [lime.run(row, seed=seed, samples=SAMPLES) for seed in range(1, RUNS + 1)]
    tops = [[str(name) for name in run.weights.index[:TOP]] for run in found]
    orders = [shuffled(given.seed, f"runs {turn}", RUNS) for turn in range(_ORDERS)]
    in_order = [[tops[place] for place in order] for order in orders]
    best = max(range(_ORDERS), key=lambda at: abs(neighbours_jaccard(in_order[at]) - mean_jaccard(in_order[at])))
    return {"tops": in_order[best], "fidelity": [round(found[place].fidelity, 3) for place in orders[best]]}
