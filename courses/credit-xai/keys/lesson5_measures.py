"""The register and the defects of a vendor's model, worked out from the case: what the keys of lesson 5 compare with.

Belongs to the lesson's keys and has none itself. Which vendor made the model is asked nowhere: a defect is what crosses the
bank's line on this learner's rows, and near a line both answers hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from graders.content import load_module
from graders.references.agreement import mean_jaccard
from graders.references.approval import SLACK, Approvals
from graders.references.audit import Pairs, Side, above, out_of
from graders.references.curves import adverse_run

vendor = load_module(Path(__file__).parents[1] / "measures_5.py")
words = load_module(Path(__file__).parents[1] / "words_5.py")

NEAR = 0.03  # around the lines for AUC, A/E and runs; ratios have intervals, and half an interval's rounding is SLACK

_FATAL = {"leak", "overfit"}


class Register(NamedTuple):
    """The eight measures; PD in percent, the run in log-odds; ratio, low and high are nan where no groups can be compared."""

    auc_learnt: float
    auc_later: float
    ae: float
    ratio: float
    low: float
    high: float
    run: float
    alone: float
    jaccard: float
    pd: float


def register(case: Any) -> Register:
    """Return the measures as they are on this learner's rows."""
    ordering, last = case.value("ordering"), last_year(case)
    counted = next(iter(groups(case)), None)
    ratio, low, high = (float("nan"),) * 3 if counted is None else (counted.ratio, *counted.interval)
    return Register(
        auc_learnt=Pairs(**ordering["development"]).auc,
        auc_later=Pairs(**ordering["later"]).auc,
        ae=float(last["defaults"] / last["announced"]),
        ratio=ratio,
        low=low,
        high=high,
        run=max((size for size in runs(case).values()), default=0.0),
        alone=max(max(auc, 1 - auc) for auc in case.value("alone").values()),
        jaccard=mean_jaccard(case.lime_tops),
        pd=case.applicant("A").pd,
    )


def last_year(case: Any) -> Any:
    """Return loans, defaults, announced defaults and amounts of the last year, added up."""
    return case.outcomes.iloc[1:].sum()


def groups(case: Any) -> list[Approvals]:
    """Return the approvals of every protected attribute over all applications, the one that is asked about first."""
    return [Approvals(*row["all"]) for row in case.value("approvals")]


def has_signs(case: Any) -> bool:
    """Return whether the bank has declared a sign for any number: what the run of a curve is measured against."""
    return bool(vendor.has_signs(case.contract))


def runs(case: Any) -> dict[str, float]:
    """Return the adverse run of every printed curve that still has a declared sign."""
    curves = case.value("curves")
    return {name: adverse_run(one["heights"], one["sign"]).size for name, one in curves.items() if one["sign"]}


def sides(case: Any) -> dict[str, Side]:
    """Return, for each defect, whether its line is crossed, too near to call, or clear."""
    found, lines = register(case), case.lines
    groups_sides = {below(counted, lines["air_line"]) for counted in groups(case)}
    return {
        "leak": above(found.alone, lines["leak_line"], NEAR),
        "sign": above(found.run, lines["adverse_line"], NEAR),
        "disparity": next((side for side in ("crossed", "near") if side in groups_sides), "clear"),
        "overfit": above(found.auc_learnt - found.auc_later, lines["overfit_max_gap"], NEAR),
        "calibration": out_of(found.ae, lines["ae_band"], NEAR),
    }


def below(counted: Approvals, line: float) -> Side:
    """Return whether the interval of a ratio lies wholly below a line; one that only reaches across it is too near to call."""
    if counted.interval[1] < line - SLACK:
        return "crossed"
    return "near" if counted.ratio < line + SLACK else "clear"


def must_and_may(case: Any) -> tuple[list[str], list[str]]:
    """Return the defects that must be named, and those that may."""
    found = sides(case)
    return tuple([name for name, side in found.items() if side == wanted] for wanted in ("crossed", "near"))  # type: ignore[return-value]  # a pair


def verdict(defects: Iterable[str]) -> str:
    """Return what the bank's declared rule makes of a set of defects."""
    found = set(defects)
    return "refuse" if found & _FATAL else "conditions" if found else "approve"


def verdicts(case: Any) -> list[str]:
    """Return what may be recommended: by the defects that must be named, with any of those that may."""
    must, may = must_and_may(case)
    some = [extra for count in range(len(may) + 1) for extra in combinations(may, count)]
    return list(dict.fromkeys(verdict([*must, *extra]) for extra in some))
