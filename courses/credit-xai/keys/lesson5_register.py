"""Key of lesson 5 on the register: eight measures of the vendor's model, each worked out from what is printed (5.1)."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from graders.content import load_module
from graders.expectations import Choices, Expectation, Number, Parts, Trap
from graders.forms import Pick
from graders.keys import key
from graders.references import reasons
from graders.references.agreement import neighbours_jaccard, overlaps
from graders.references.audit import turning_points
from graders.references.curves import adverse_run
from graders.references.odds import pd_percent

counts = load_module(Path(__file__).with_name("lesson5_counts.py"))
measures = load_module(Path(__file__).with_name("lesson5_measures.py"))

MOST_FACTS = 3
_MOST_MOVING = {
    1: "The fact that moves the score most",
    2: "Two facts that move the score most",
    3: "Three facts that move the score most",
}
_WEIGHTS = {
    "auc_learnt": 0.375,
    "auc_later": 0.375,
    "ae": 0.75,
    "facts": 0.75,
    "ratio": 0.375,
    "low": 0.1875,
    "high": 0.1875,
    "run": 0.75,
    "alone": 0.75,
    "jaccard": 0.75,
    "pd": 0.75,
}


@key("5.1", points=6, competency="C4")
def register(case: Any) -> Expectation:
    """Fill the register: eight measures of the vendor's model."""
    found = measures.register(case)
    parts: dict[str, Expectation] = {
        **counts.order(case, found),
        "ae": counts.level(case, found),
        "facts": _facts(case),
        **(counts.groups(case, found) if case.value("approvals") else {}),
        **({"run": _run(case, found)} if measures.has_signs(case) else {}),
        "alone": _alone(case, found),
        "jaccard": _stability(case, found),
        "pd": _rebuilt(case, found),
    }
    return Parts(parts, weights={name: _WEIGHTS[name] for name in parts}, label="Register of the audit")


# --- what moves the score ------------------------------------------------------------------------------------------------


def _facts(case: Any) -> Choices:
    count = min(MOST_FACTS, max(1, len(case.contract.concepts) - 1))  # a vendor may do without one of them
    heaviest = [str(name) for name in case.importance.index[:count]]
    of_client = reasons.principal(case.applicant("A").concepts, most=count)
    twins, top = case.explanation.twins, [str(name) for name in case.concept_importance.index[:count]]
    return Choices.top(
        case.concept_importance.to_dict(),
        count,
        options=Pick("facts"),
        label=_MOST_MOVING[count],
        traps=[
            Trap(
                "columns-for-facts",
                heaviest,
                "You took the three longest bars by column. Two columns that say one thing share its weight.\n"
                "Read the chart by fact.",
            ),
            Trap(
                "one-column-of-a-fact",
                [twins[1][0] if twins and name == twins[0] else name for name in top],
                "You named one column of a fact that two columns tell.\nName the fact.",
            ),
            Trap(
                "client-for-portfolio",
                of_client,
                "These are the strongest pushes of client A. One file is not the model.\nRead the chart over all files.",
            ),
        ],
        wrong="These are not the three longest bars.\nRead the chart by fact, longest first.",
    )


# --- curves and columns --------------------------------------------------------------------------------------------------


def _run(case: Any, found: Any) -> Number:
    curves = case.value("curves")
    sized = measures.runs(case)
    worst = curves[max(sized, key=lambda name: sized[name])] if sized else {"heights": [0.0], "sign": 1}
    heights = [worst["sign"] * round(height, 2) for height in worst["heights"]]
    turned = [heights[place] for place in turning_points(heights)]
    return Number(
        found.run,
        tolerance=0.02,
        label="Worst adverse run, log-odds",
        reason="heights are printed to two decimals",
        traps=[
            Trap(
                "sign-no-longer-expected",
                max((adverse_run(one["heights"], one["declared"]).size for one in _amended(curves)), default=0.0),
                "That is the run of the column of which no sign is expected any more.\n"
                "A run is adverse only against a declared sign.\nLook at the other curves.",
            ),
            Trap(
                "with-the-sign",
                adverse_run(worst["heights"], -worst["sign"]).size,
                "That is how far the curve runs with its declared sign.\nMeasure the stretch against it.",
            ),
            Trap(
                "ends-only",
                abs(worst["heights"][-1] - worst["heights"][0]),
                "You took the first and the last point. A run may begin and end between them.\n"
                "Take the largest way against the sign, from any point to any later one.",
            ),
            Trap(
                "one-step-only",
                max((one - other for one, other in pairwise(turned)), default=0.0),
                "That is the largest single step. A small step back does not end a run.\n"
                "Take the largest way against the sign, from any point to any later one.",
            ),
        ],
        wrong="Not this run.\nFor each curve with a declared sign: the largest way against it, from one point to a later one.",
    )


def _amended(curves: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in curves.values() if not one["sign"]]


def _alone(case: Any, found: Any) -> Number:
    printed = pd.Series(case.value("alone"))
    return Number(
        found.alone,
        tolerance=0.005,
        label="Best AUC of a column alone",
        reason="three decimals are printed",
        traps=[
            Trap(
                "gini-for-auc",
                2 * found.alone - 1,
                "That is the Gini of that column. The line is for an AUC.\nAUC = (Gini + 1) / 2.",
            ),
            Trap(
                "printed-the-other-way",
                float(printed.min()),
                "That is the smallest number as printed, before it is turned round.\nTake 1 − AUC where the AUC is under 0.5.",
            ),
        ],
    )


# --- explanations --------------------------------------------------------------------------------------------------------


def _stability(case: Any, found: Any) -> Number:
    tops = case.lime_tops
    counts = overlaps(tops)
    names, all_pairs = len(counts) - 1, sum(counts)
    often = max(range(names + 1), key=lambda shared: counts[shared])
    return Number(
        found.jaccard,
        tolerance=0.01,
        label="LIME, mean Jaccard",
        reason="two decimals of a weighted mean of printed fractions",
        traps=[
            Trap(
                "shared-over-five",
                sum(shared * count for shared, count in enumerate(counts)) / (names * all_pairs),
                "You divided by five. Two lists that differ name more than five columns between them.\n"
                "Shared over named in either.",
            ),
            Trap(
                "neighbours-only",
                neighbours_jaccard(tops),
                "You compared neighbouring runs only: their order is chance.\nAll pairs count.",
            ),
            Trap(
                "most-frequent-only",
                often / (2 * names - often),
                "That is the most frequent kind of pair.\nWeigh each kind with its number of pairs.",
            ),
            Trap(
                "kinds-not-pairs",
                sum(shared / (2 * names - shared) for shared, count in enumerate(counts) if count)
                / sum(1 for count in counts if count),
                "You averaged the kinds as if there were as many pairs of each.\nWeigh each kind with its number of pairs.",
            ),
        ],
    )


def _rebuilt(case: Any, found: Any) -> Number:
    total = float(case.applicant("A").contributions.sum())
    base = case.to_pd(case.base)
    return Number(
        found.pd,
        tolerance=0.1,
        unit="%",
        label="PD of client A, rebuilt",
        reason="contributions are printed to three decimals",
        traps=[
            Trap(
                "base-for-pd",
                base,
                "That is the base value as a PD: the reference, not this client.\nAdd the contributions.",
            ),
            Trap(
                "base-forgotten",
                float(pd_percent(total)),
                "You converted the contributions alone. They start from the base value.\nAdd it, then convert.",
            ),
            Trap(
                "log-odds-as-points",
                base + total,
                "You added log-odds to a PD in percent. Two units in one sum.\nAdd in log-odds, convert once.",
            ),
            Trap(
                "log-odds-as-percent",
                base + 100 * total,
                "You read the sum as percent and added it to the base.\nAdd in log-odds, convert once.",
            ),
            Trap(
                "good-not-bad",
                100 - found.pd,
                "That is the chance of repaying. A PD is the chance of default.\nConvert the log-odds as they are.",
            ),
        ],
    )
