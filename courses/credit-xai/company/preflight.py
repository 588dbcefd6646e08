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
from graders.references import picking
from graders.references.approval import members
from graders.references.shap_values import BACKGROUND_ROWS, shap_values
from graders.sampling import draw
from instructors.company.checks import Check, Light, amber, green, listed, percent, red
from instructors.company.headers import PROTECTED
from instructors.company.lines import rows_drawn
from instructors.company.measured import auc_of

case = load_module(Path(__file__).parents[1] / "case.py")
earlier = load_module(Path(__file__).with_name("needs_1_and_2.py"))
later = load_module(Path(__file__).with_name("needs_3_to_5.py"))

DRAWN = 20_000  # 3.2: applications a learner draws
BAD_GREEN, BAD_AMBER = 800, 400  # 3.2: bad outcomes to learn on; 2.5: below 400, couples and curves are chance
BAD_LATER = 20  # of each kind; below it, an AUC is known to no better than 0.07
BASE_RATE = (0.02, 0.30)  # 3.2, practice
AUC = (0.62, 0.88)  # 3.2
AUC_RANKS, AUC_LEAK, AUC_STOP = 0.60, 0.90, 0.97  # 3.2: rankings off, leak suspected; 2.5: a leaky model has 0.95
GROUPS = (300, 1_000)  # 3.2: people of the compared and of the reference group in the audited rows
FEWEST = 10  # people of a group; smaller cells are masked
FEWEST_FOR_ALL = 30  # of a group, so that each learner's own draw has enough to show
CLEAR_CASES = 20  # 3.2: explained files whose reasons leave no doubt
ALIKE = 0.2  # log-odds between the riskiest and the safest tenth: below it, nothing tells files apart
LEAST_EXPLAINED = 100  # applications of the last year, so that averages over them mean something
ADDED_UP = 200  # 3.2: rows on which contributions are added up
LEAST_BASE = 100  # rows to learn on, the reference loans of every explanation
REASONS = 4  # facts of which three are the strongest
SAME = 0.99  # share of one value from which a number does not change for every learner
TODO = "TODO"  # how a draft marks words that a person must write
DISTANCES = ("psi_line", "adverse_line")  # of no scale that ends at 1
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
    if unwritten := _to_fill(contract):
        still, do = f"{listed(unwritten)} still say TODO.", "Write them: learners read these words."
        found.append(amber("words left to fill in", still, "They are shown as they are.", do))
    lacking = {name: why for name, why in _capabilities(drawn).items() if why}
    if lacking:
        said = "; ".join(f"{name}: {why}" for name, why in lacking.items())
        lost = (
            "A column known too late, twins and a protected group are added for training where they can be, and the lessons say "
            "so; what then still lacks, its questions are left out."
        )
        found.append(amber("what questions need", said, lost, off=tuple(lacking)))
    else:
        found.append(green("what questions need", "All there."))
    return found


def capabilities(table: pd.DataFrame, contract: Contract) -> dict[str, str]:
    """Return, for everything that a question may need, "" when the portfolio has it, else why not."""
    return _capabilities(_Drawn(table, contract))


def too_small(table: pd.DataFrame, contract: Contract) -> dict[str, str]:
    """Return the protected attributes that not every learner of a class could compare, with why."""
    found = {}
    for column, (compared, reference) in _Drawn(table, contract).group_sizes.items():
        if min(compared, reference) < FEWEST_FOR_ALL:
            found[column] = (
                f"{min(compared, reference)} people of the smaller group in the last year of a learner's rows, "
                f"{FEWEST_FOR_ALL} are needed"
            )
    return found


class _Drawn:
    """The rows that one learner would draw, split as the block's case splits them."""

    def __init__(self, table: pd.DataFrame, contract: Contract) -> None:
        with (Path(__file__).parents[1] / "block.toml").open("rb") as file:
            wanted = tomllib.load(file)["sample_rows"]
        size = rows_drawn(wanted, len(table))
        self.table = table
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
        if not BAD_LATER <= late_bad <= later - BAD_LATER:
            return f"{late_bad} bad outcomes among {later:,} rows of the last year, {BAD_LATER} of each kind are needed"
        if len(self.audited) < LEAST_EXPLAINED:
            return f"{len(self.audited)} rows of the last year, {LEAST_EXPLAINED} are needed"
        low, high = np.quantile(self.ground.fit.log_odds(self.audited), [0.1, 0.9])
        return "the model gives nearly everybody the same PD" if high - low < ALIKE else ""

    @cached_property
    def numbers(self) -> list[str]:
        """The numbers of a model that change clearly enough to do so for every learner."""
        rows = self.rows if self.lacking_outcomes else self.ground.train
        return [name for name in self.contract.numeric if rows[name].value_counts(normalize=True).max() <= SAME]

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
        do = (
            "Name the column of the outcome under roles.target; of three outcomes two are made by a map at that column."
        )
        yield red("the outcome", "The contract has no target: no model can be fitted, and none judged.", do)
        return
    if drawn.lacking_outcomes:
        do = "Bring more rows with known outcomes, in both parts of the file, and columns that tell of risk."
        yield red("the block's model", f"{drawn.lacking_outcomes}.", do)
        return
    bad, train = drawn.bads[0], len(drawn.ground.train)
    found = f"{len(drawn.rows):,} rows a learner; {bad:,} bad outcomes among {train:,} rows to learn on."
    if bad < BAD_AMBER:
        lost = "Couples of columns, broken expectations and the test for overfitting would be chance: their questions are off."
        yield amber("bad outcomes to learn on", found, lost, off=("interaction", "expectations"))
    elif bad < BAD_GREEN:
        lost = f"Below {BAD_GREEN} couples and curves are faint: answers may hang on few loans, and count as right where they do."
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
    adds_up = _additivity(drawn)
    yield adds_up
    if adds_up.light is not Light.RED:
        yield _clear_cases(drawn)


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


def _clear_cases(drawn: _Drawn) -> Check:
    name, explained = "clear local cases", drawn.ground.explained
    tests = (picking.is_refused, picking.has_three_clear_reasons)
    clear = sum(all(test(explained, str(key)) for test in tests) for key in explained.rows.index)
    found = f"{clear} of {len(explained.rows)} explained files are refused for three reasons that leave no doubt."
    if clear >= CLEAR_CASES:
        return green(name, found)
    return amber(name, found, "Clients are drawn from fewer files; where reasons are close, either counts as right.")


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
        return
    written = sum(bool(contract.reason(name)) for name in contract.concepts)
    if written < min(REASONS, len(contract.concepts)):
        lost = "Letters use the columns' labels as reasons."
        do = "Write reason at the columns, as a client would read it."
        yield amber("words of reasons", f"{written} of {len(contract.concepts)} facts have one.", lost, do)
    else:
        yield green("words of reasons", f"{written} reasons.")


def _to_fill(contract: Contract) -> list[str]:
    """Return where the texts of a contract still say TODO, by the names under which its file has them."""
    texts = {"title": contract.title, "decides_at": contract.decides_at}
    if contract.roles.target is not None:
        texts["roles.target"] = contract.roles.target.definition
    for name in [*contract.columns, *contract.declared_concepts]:
        part = contract.columns.get(name) or contract.declared_concepts[name]
        texts[name] = " ".join(str(getattr(part, one, "")) for one in ("label", "unit", "reason"))
    for attribute in contract.roles.protected:
        texts[f"roles.protected {attribute.column}"] = f"{attribute.reference_label} {attribute.compared_label}"
    return [name for name, text in texts.items() if text is not None and TODO in text]


def _says_protected(text: str, own: dict[str, str]) -> bool:
    words = f" {' '.join(text.casefold().split())} "
    return any(meaning.is_said_by(text) for meaning in PROTECTED.values()) or any(
        f" {label} " in words for label in own.values()
    )


def _lines(contract: Contract) -> Check:
    if wrong := [line for line in case.LINES if not _is_sound(contract, line)]:
        found = f"{listed(wrong)} cannot be compared with."
        return red(
            "lines of the policy", found, "Write shares and AUCs between 0 and 1, and ae_band as a band around 1."
        )
    lacking = [line for line in LINES if line not in contract.policy]
    if lacking:
        lost = "Questions compare with the course's own line instead, and say so."
        return amber("lines of the policy", f"Not declared: {listed(lacking, 8)}.", lost, "Write them under policy.")
    return green("lines of the policy", "All declared.")


def _is_sound(contract: Contract, name: str) -> bool:
    """Return whether something can be compared with a line: a share, an AUC, a distance above 0, a band around 1."""
    declared = contract.policy.get(name, case.LINES[name])
    if name == "ae_band":
        return isinstance(declared, tuple) and 0 < declared[0] < 1 < declared[1]
    return not isinstance(declared, tuple) and declared > 0 and (name in DISTANCES or declared < 1)


# --- what questions may need ---------------------------------------------------------------------------------------------


def _capabilities(drawn: _Drawn) -> dict[str, str]:
    contract = drawn.contract
    groups = [column for column, sizes in drawn.group_sizes.items() if min(sizes) >= FEWEST]
    enough = f"{FEWEST} people or more in the last year"
    none = f"no protected attribute has two groups of {enough}" if contract.protected else "the contract has none"
    second = none if len(groups) == 0 else f"one protected attribute only has two groups of {enough}"
    return {
        "target": drawn.lacking_outcomes,
        **earlier.lacking(drawn),
        "decision": _decision(drawn),
        "protected": "" if groups else none,
        "protected_2": "" if len(groups) > 1 else second,
        "amount": "" if contract.roles.amount else "the contract has no amount",
        "categories": "" if contract.categorical else "no column of a model is a category",
        **later.lacking(drawn),
    }


def _decision(drawn: _Drawn) -> str:
    decision = drawn.contract.roles.decision
    if decision is None:
        return "the contract has no past decision"
    accepted = int((drawn.audited[decision.column].astype(object) == decision.accepted).sum())
    fewest = min(accepted, len(drawn.audited) - accepted)
    return "" if fewest >= FEWEST else f"{fewest} rows of the rarer decision in the last year"
