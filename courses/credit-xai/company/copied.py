"""How good a copy of the organisation's own model is the model under audit: told before a class is made, and to learners.

Stays with the instructor. The copy is asked about rows it never saw, as it is one learner's: those of the last year.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from graders.content import load_module
from graders.contract import Contract, normalised
from graders.errors import DataError
from graders.references.proxies import levels
from graders.references.scores import bounded_log_odds
from graders.sampling import draw
from instructors.company.checks import Check, amber, green, listed, percent, red
from instructors.company.lines import rows_drawn

case = load_module(Path(__file__).parents[1] / "case.py")

FAITHFUL = 0.90  # R² in log-odds from which the copy tells of the model
ALIKE = 0.60  # from which it tells some of it
FEW = 5_000  # scored rows below which a copy may be off for want of them
LEAST = 100  # scored rows to learn on, and to be asked about
WRONG_WAY = 0.45  # AUC of the model's own PD below which it orders outcomes the other way round
LEVEL = 4.0  # times that a mean PD may differ from the bad rate: in another scale it would be a hundred times
TELLING = 0.10  # share of what the copy misses, from which a column is named as what the model may read
_NAME, _SCORED = "copy of your own model", "answers of your own model"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a copy and its model answer for the rows of the last year that the model has scored.

    Attributes
    ----------
    r2
        Share of the variation of the model's log-odds that the copy explains.
    equal
        Share of rows decided alike at the case's cut-off.
    spearman
        Rank correlation of the two PDs.
    rows
        How many rows.
    missed
        The model's log-odds less the copy's, by row.
    """

    r2: float
    equal: float
    spearman: float
    rows: int
    missed: pd.Series


def checks(table: pd.DataFrame, contract: Contract) -> list[Check]:
    """Return the lines of the pre-flight on the organisation's own model; none without a score, or without outcomes.

    Parameters
    ----------
    table
        Passed `check_table`.
    contract
        With ``roles.score``. Where it has a `[model]` part, columns named there and not here are told.
    """
    if contract.roles.score is None or contract.roles.target is None:
        return []
    ground = _ground(table, contract)
    if ground.bad[ground.train.index].nunique() < 2:
        return []  # the block's own pre-flight is red
    try:
        own = ground.own_pds
    except DataError as error:
        return [red(_SCORED, str(error), "Mend the column of the score, or take roles.score out.")]
    counts = [int(own[part.index].notna().sum()) for part in (ground.train, ground.audited)]
    if min(counts) < LEAST:
        found = f"{counts[0]:,} scored rows to learn on, {counts[1]:,} of the last year; {LEAST} of each are needed."
        return [red(_SCORED, found, "Score more rows, or take roles.score out of the contract.")]
    if own[ground.train.index].nunique() < 3:
        return [red(_SCORED, "The same for nearly all rows.", "Name the column with the model's PD under roles.score.")]
    return [_answers(ground, contract), _copy(ground, contract)]


def sentence(table: pd.DataFrame, contract: Contract) -> str:
    """Return what the lessons say of the model under audit; "" where it is no copy."""
    if contract.roles.score is None or contract.roles.target is None:
        return ""
    found = likeness(_ground(table, contract))
    return (
        "The model under audit is a copy of your organisation's own: it learnt to give the same answers, from the columns of "
        f"this contract. On rows that it had not seen, it explains {_whole(found.r2)} % of the variation of that model's "
        f"log-odds, and decides alike for {_whole(found.equal)} of 100 applications. What is found of the copy is found of your "
        "organisation's model as far as that."
    )


def likeness(ground: Any) -> Likeness:
    """Return how alike a ground's model and the organisation's own answer for the last year."""
    own = ground.own_pds[ground.audited.index].dropna()
    log_odds, told = ground.fit.log_odds(ground.rows.loc[own.index]), bounded_log_odds(own)
    missed = pd.Series(told - log_odds, own.index)
    spread = float(((told - told.mean()) ** 2).sum())
    r2 = 1 - float((missed**2).sum()) / spread if spread else 0.0
    equal = float(np.mean((log_odds > bounded_log_odds(ground.cut)) == (own.to_numpy() > ground.cut)))
    ranks = float(spearmanr(log_odds, told).statistic) if spread and np.ptp(log_odds) else 0.0
    return Likeness(r2, equal, ranks, len(own), missed)


def _ground(table: pd.DataFrame, contract: Contract) -> Any:
    """Return the rows that one learner would draw."""
    with (Path(__file__).parents[1] / "block.toml").open("rb") as file:
        size = rows_drawn(tomllib.load(file)["sample_rows"], len(table))
    return case.Ground.of(table.iloc[draw(case.strata(table, contract), size, b"copied")], contract, seed=1)


# --- lines ---------------------------------------------------------------------------------------------------------------


def _answers(ground: Any, contract: Contract) -> Check:
    """Say whether the scores fit the outcomes: the right way round, and of their size."""
    score = contract.roles.score
    assert score is not None  # asked before
    loans = pd.concat([ground.train, ground.later])
    values = loans[score.column].astype(float).dropna()
    bad = ground.bad[values.index].astype(int)
    riskier = -values if score.scale == "points" else values
    auc = float(roc_auc_score(bad, riskier)) if bad.nunique() > 1 else 0.5
    mean, rate = float(ground.own_pds[values.index].mean()) / 100, float(bad.mean())
    found = f"In {score.scale}; AUC {auc:.2f}, mean PD {percent(mean)}, {percent(rate)} went bad."
    if auc < WRONG_WAY:
        way = "safer for points" if score.scale == "points" else "riskier"
        return red(
            _SCORED, f"{found} A higher score has to be {way}.", "Correct the scale or the column of roles.score."
        )
    if not rate / LEVEL <= mean <= rate * LEVEL:
        lost = "Every PD of the lessons is at that level, far from what was observed."
        return amber(_SCORED, found, lost, "Check the scale under roles.score.")
    return green(_SCORED, found)


def _copy(ground: Any, contract: Contract) -> Check:
    like = likeness(ground)
    found = (
        f"On {like.rows:,} rows of the last year that it never saw: R² {like.r2:.2f} in log-odds, {percent(like.equal)} decided "
        f"alike, Spearman {like.spearman:.2f}."
    )
    if round(like.r2, 2) >= FAITHFUL:
        return green(_NAME, found)
    do = f"{_guess(ground, contract, like)} Describe what it reads under columns, or bring more scored rows."
    if round(like.r2, 2) >= ALIKE:
        lost = "What learners find holds for the copy, and for your model in part only; the lessons say how far."
        return amber(_NAME, found, lost, do)
    return red(_NAME, f"{found} It would not tell of your model.", do)


def _guess(ground: Any, contract: Contract, like: Likeness) -> str:
    """Return what the model probably reads and the copy cannot."""
    features = {normalised(contract.header(name)) for name in contract.features} | set(contract.features)
    named = [name for name in contract.model.columns if normalised(name) not in features]
    if named:
        return f"Your model reads {listed(named)}, which no column that a model may use stands for."
    kept = [name for name in (*contract.late, *contract.protected) if name in ground.rows]
    told = {name: _told(ground.rows.loc[like.missed.index, name], like.missed) for name in kept}
    telling = [name for name in sorted(told, key=lambda one: -told[one]) if told[name] >= TELLING]
    if telling:
        return f"Probably your model reads {listed(telling)}: what the copy misses goes with it."
    learnt = int(ground.own_pds[ground.train.index].notna().sum())
    if learnt < FEW:
        return f"The copy has {learnt:,} rows to learn from; your model may also read columns that the contract does not have."
    return "Probably your model reads columns that the contract does not have, or knows these rows by heart."


def _told(values: pd.Series, missed: pd.Series) -> float:
    """Return the share of the variance of what is missed that a column's levels (of a number: tenths) explain."""
    mean = missed.groupby(levels(values)).transform("mean")
    return float(mean.var() / missed.var()) if missed.var() else 0.0


def _whole(share: float) -> int:
    return round(100 * max(0.0, share))
