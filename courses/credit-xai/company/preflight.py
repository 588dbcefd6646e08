"""What this block asks of a portfolio: enough bad outcomes, groups, months and columns for each of its questions.

Stays with the instructor: no learner's notebook loads it. Rows are split as ``case.py`` splits them, on one learner's draw.
Thresholds are those of the blueprint, blocks/credit-xai.md, section 3.2, and of its runs in section 2.5.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.contract import Contract
from graders.errors import DataError
from graders.references.approval import members
from graders.references.shap_values import BACKGROUND_ROWS, shap_values
from graders.sampling import draw
from instructors.company.checks import Check, amber, green, listed, percent, red
from instructors.company.headers import PROTECTED
from instructors.company.measured import auc_of, near_doubles

case = load_module(Path(__file__).parents[1] / "case.py")

DRAWN = 20_000  # 3.2: applications a learner draws
BAD_GREEN, BAD_AMBER = 800, 400  # 3.2: bad outcomes to learn on; 2.5: below 400, couples and curves are chance
BAD_LATER = 20  # below it, an AUC is known to no better than 0.07
BASE_RATE = (0.02, 0.30)  # 3.2, practice
AUC = (0.62, 0.88)  # 3.2
AUC_RANKS, AUC_LEAK, AUC_STOP = 0.60, 0.90, 0.97  # 3.2: rankings off, leak suspected; 2.5: a leaky model has 0.95
GROUPS = (300, 1_000)  # 3.2: people of the compared and of the reference group in the audited rows
FEWEST = 10  # people of a group; smaller cells are masked
TWINS = 0.90  # 3.2: Spearman correlation
ADDED_UP = 200  # 3.2: rows on which contributions are added up
LEAST_BASE = 100  # rows to learn on, the reference loans of every explanation
REASONS = 4  # 12 CFR 1002.9, comment 9(b)(2)-1: more than four reasons are rarely helpful
SIGNS = 2  # declared signs: the curve looked at closely, and one to compare
MANY = 6  # columns of a model from which a top five leaves something out
LINES = (  # of the policy, which questions compare with
    "air_line",
    "psi_line",
    "lime_fidelity_min",
    "lda_max_auc_loss",
    "lda_min_ratio_gain",
    "ae_band",
    "overfit_max_gap",
    "adverse_line",
)


def checks(table: pd.DataFrame, contract: Contract) -> list[Check]:
    """Return the block's own lines of the pre-flight; a table that passed `check_table`."""
    drawn = _Drawn(table, contract)
    found = [*_outcomes(drawn), *_groups(drawn), *_words(drawn), _lines(contract)]
    lacking = {name: why for name, why in _capabilities(drawn).items() if why}
    if lacking:
        said = "; ".join(f"{name}: {why}" for name, why in lacking.items())
        lost = "Questions that need them cannot be asked of it."
        found.append(amber("what questions need", said, lost, off=tuple(lacking)))
    else:
        found.append(green("what questions need", "All there."))
    return found


def capabilities(table: pd.DataFrame, contract: Contract) -> dict[str, str]:
    """Return, for everything that a question may need, "" when the portfolio has it, else why not."""
    return _capabilities(_Drawn(table, contract))


class _Drawn:
    """The rows that one learner would draw, split as the block's case splits them."""

    def __init__(self, table: pd.DataFrame, contract: Contract) -> None:
        with (Path(__file__).parents[1] / "block.toml").open("rb") as file:
            size = min(tomllib.load(file)["sample_rows"], len(table))
        self.contract = contract
        strata = case.strata(table, contract) if contract.roles.target else pd.Series("", table.index)
        rows = draw(strata, size, b"preflight")
        self.ground: Any = case.Ground.of(table.iloc[rows], contract, seed=1)

    @property
    def rows(self) -> pd.DataFrame:
        return self.ground.rows

    @cached_property
    def audited(self) -> pd.DataFrame:
        return self.ground.audited

    @cached_property
    def bads(self) -> tuple[int, int]:
        """Bad outcomes to learn on, and of the last year."""
        bad = self.ground.bad
        return int(bad[self.ground.train.index].sum()), int(bad[self.ground.later.index].sum())

    @cached_property
    def lacking_outcomes(self) -> str:
        """Why no model can be fitted and judged, "" when it can."""
        if self.contract.roles.target is None:
            return "the contract has no target"
        train, later, (bad, late_bad) = len(self.ground.train), len(self.ground.later), self.bads
        if train < LEAST_BASE:
            return f"{train} rows with a known outcome to learn on, {LEAST_BASE} are needed"
        if not BAD_LATER <= bad <= train - BAD_LATER:
            return f"{bad} bad outcomes among {train:,} rows to learn on, {BAD_LATER} of each kind are needed"
        if not 0 < late_bad < later:
            return "the last year has not both outcomes"
        return ""

    @cached_property
    def group_sizes(self) -> dict[str, tuple[int, int]]:
        """People of the compared and of the reference group in the audited rows, by protected attribute."""
        sizes = {}
        for attribute in self.contract.roles.protected:
            compared, reference = members(self.audited, attribute)
            sizes[attribute.column] = (int(compared.sum()), int(reference.sum()))
        return sizes


# --- lines ---------------------------------------------------------------------------------------------------------------


def _outcomes(drawn: _Drawn) -> Iterator[Check]:
    if drawn.contract.roles.target is None:
        return
    if drawn.lacking_outcomes:
        do = "Bring more rows with known outcomes, in both parts of the file."
        yield red("the block's model", f"{drawn.lacking_outcomes}.", do)
        return
    bad, train = drawn.bads[0], len(drawn.ground.train)
    found = f"{len(drawn.rows):,} rows a learner; {bad:,} bad outcomes among {train:,} rows to learn on."
    if bad < BAD_AMBER:
        lost = "Couples of columns, broken expectations and the test for overfitting would be chance: their questions are off."
        yield amber("bad outcomes to learn on", found, lost, off=("interaction", "expectations"))
    elif bad < BAD_GREEN:
        lost = "The question on couples compares two given segments; curves are asked about where they are clear only."
        yield amber("bad outcomes to learn on", found, lost)
    elif len(drawn.rows) < DRAWN:
        yield amber("bad outcomes to learn on", found, f"Below {DRAWN:,} rows, learners' answers differ less.")
    else:
        yield green("bad outcomes to learn on", found)
    rate = bad / train
    if BASE_RATE[0] <= rate <= BASE_RATE[1]:
        yield green("base rate to learn on", f"{percent(rate)}.")
    else:
        lost = "Errors and actual over expected by group need 100 bad outcomes a group; elsewhere they are left out."
        yield amber("base rate to learn on", f"{percent(rate)}, usual are 2 to 30 %.", lost)
    yield _auc(drawn)
    yield _additivity(drawn)


def _auc(drawn: _Drawn) -> Check:
    name, ground = "the block's model, on the last year", drawn.ground
    auc = ground.fit.auc(ground.later, ground.bad)
    bad = ground.bad[ground.train.index].to_numpy()
    alone = {one: auc_of(ground.train[one], bad) for one in ground.names}
    top = sorted(alone, key=lambda one: -alone[one])[:3]
    telling = ", ".join(f"`{one}` {alone[one]:.2f}" for one in top)
    found = f"AUC {auc:.2f}; columns alone: {telling}."
    if auc > AUC_STOP:
        return red(name, found, "No model of credit is that good: find what knows the outcome, and give it known_at.")
    if auc > AUC_LEAK:
        return amber(name, found, "So good a model is suspected of a leak.", "Ask when these columns are filled in.")
    if auc < AUC_RANKS:
        lost = "The model hardly knows better than chance: rankings and drivers of it say little."
        return amber(name, found, lost, "Check the target, and bring columns that tell of risk.")
    if not AUC[0] <= auc <= AUC[1]:
        return amber(name, f"{found} Usual are {AUC[0]} to {AUC[1]}.", "Fewer answers are clear.")
    return green(name, found)


def _additivity(drawn: _Drawn) -> Check:
    ground, name = drawn.ground, "contributions that add up"
    some = ground.audited.iloc[:ADDED_UP]
    try:
        shap_values(ground.fit.model, ground.fit.encoder.matrix(some), ground.train_matrix[:BACKGROUND_ROWS])
    except DataError as error:
        return red(
            name, str(error), "Write large numbers in thousands, and what stands for missing under missing_values."
        )
    return green(name, f"On {len(some)} rows, base value and contributions give the model's output.")


def _groups(drawn: _Drawn) -> Iterator[Check]:
    for column, (compared, reference) in drawn.group_sizes.items():
        name = f"groups of `{column}` in the last year"
        found = f"{compared:,} compared, {reference:,} reference."
        if compared >= GROUPS[0] and reference >= GROUPS[1]:
            yield green(name, found)
        elif min(compared, reference) >= FEWEST:
            yield amber(name, found, "Intervals are wide: answers may be inconclusive, and small cells are masked.")
        else:
            lost = f"Less than {FEWEST} people: the comparison is left out."
            yield amber(name, found, lost, "Join groups, or name others.")


def _words(drawn: _Drawn) -> Iterator[Check]:
    contract = drawn.contract
    own = {attribute: contract.label(attribute).casefold() for attribute in contract.protected}
    said = {name: contract.reason(name) or contract.label(name) for name in [*contract.concepts, *contract.features]}
    wrong = [name for name, text in said.items() if _says_protected(text, own)]
    if wrong:
        lost = "A letter of refusal would give a protected attribute as its reason, and a model may be reading one."
        do = "Name the column under roles.protected or leave it out; if it is none, write its reason in other words."
        yield amber("words of reasons", f"{listed(wrong)} name a protected attribute.", lost, do)
    elif _reasons(drawn):
        lost = "Letters use the columns' labels as reasons."
        yield amber(
            "words of reasons", f"{_reasons(drawn)}.", lost, "Write reason at the columns, as a client would read it."
        )
    else:
        yield green("words of reasons", f"{sum(bool(contract.reason(name)) for name in contract.concepts)} reasons.")


def _says_protected(text: str, own: dict[str, str]) -> bool:
    words = f" {' '.join(text.casefold().split())} "
    return any(meaning.is_said_by(text) for meaning in PROTECTED.values()) or any(
        f" {label} " in words for label in own.values()
    )


def _lines(contract: Contract) -> Check:
    lacking = [line for line in LINES if line not in contract.policy]
    if lacking:
        lost = "Questions compare with a line that your organisation has not declared itself."
        return amber("lines of the policy", f"Not declared: {listed(lacking, 8)}.", lost, "Write them under policy.")
    return green("lines of the policy", "All declared.")


# --- what questions may need ---------------------------------------------------------------------------------------------


def _capabilities(drawn: _Drawn) -> dict[str, str]:
    contract = drawn.contract
    groups = [column for column, sizes in drawn.group_sizes.items() if min(sizes) >= FEWEST]
    enough = f"{FEWEST} people or more in the last year"
    none = f"no protected attribute has two groups of {enough}" if contract.protected else "the contract has none"
    second = none if len(groups) == 0 else f"one protected attribute only has two groups of {enough}"
    columns = len(contract.features)
    return {
        "target": drawn.lacking_outcomes,
        "date": _date(drawn),
        "decision": _decision(drawn),
        "protected": "" if groups else none,
        "protected_2": "" if len(groups) > 1 else second,
        "late": _late(drawn),
        "twins": _twins(drawn),
        "expectations": _expectations(drawn),
        "reasons": _reasons(drawn),
        "interaction": _interaction(drawn),
        "amount": "" if contract.roles.amount else "the contract has no amount",
        "categories": "" if contract.categorical else "no column of a model is a category",
        "many_features": "" if columns >= MANY else f"{columns} columns of a model, {MANY} are needed",
    }


def _date(drawn: _Drawn) -> str:
    date = drawn.contract.roles.date
    if date is None:
        return "the contract has no date"
    years = drawn.rows[date].astype(str).str[:4].nunique()
    return "" if years > 1 else "all rows are of one calendar year"


def _decision(drawn: _Drawn) -> str:
    decision = drawn.contract.roles.decision
    if decision is None:
        return "the contract has no past decision"
    accepted = int((drawn.audited[decision.column].astype(object) == decision.accepted).sum())
    fewest = min(accepted, len(drawn.audited) - accepted)
    return "" if fewest >= FEWEST else f"{fewest} rows of the rarer decision in the last year"


def _late(drawn: _Drawn) -> str:
    late = [one for one in drawn.contract.late if pd.api.types.is_numeric_dtype(drawn.rows[one])]
    if not late:
        return "no number is declared as known too late (known_at)"
    return "" if any(drawn.rows[one].nunique() > 1 for one in late) else "what is known too late has one value only"


def _twins(drawn: _Drawn) -> str:
    contract = drawn.contract
    if any(len([one for one in facts if one in contract.numeric]) > 1 for facts in contract.concepts.values()):
        return ""
    pairs = near_doubles(drawn.rows, contract.numeric, TWINS)
    return "" if pairs else f"no two numbers have a Spearman correlation of {TWINS:.2f}"


def _expectations(drawn: _Drawn) -> str:
    contract = drawn.contract
    declared = sum(bool(getattr(contract.columns[name], "expect", 0)) for name in contract.numeric)
    if declared < SIGNS:
        return f"{declared} columns have a declared sign (expect), {SIGNS} are needed"
    return _enough_bad(drawn)


def _interaction(drawn: _Drawn) -> str:
    if len(drawn.contract.features) < 3:
        return "less than three columns of a model"
    return _enough_bad(drawn)


def _enough_bad(drawn: _Drawn) -> str:
    if drawn.lacking_outcomes:
        return drawn.lacking_outcomes
    return "" if drawn.bads[0] >= BAD_AMBER else f"{drawn.bads[0]} bad outcomes to learn on, {BAD_AMBER} are needed"


def _reasons(drawn: _Drawn) -> str:
    contract = drawn.contract
    written = int(np.sum([bool(contract.reason(name)) for name in contract.concepts]))
    return "" if written >= REASONS else f"{written} facts have a reason for a letter, {REASONS} are needed"
