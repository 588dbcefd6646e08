"""What is expected of the figures of the register that count loans and people, and how they are misread: AUC, A/E, ratio.

Belongs to `lesson5_register.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from graders.content import load_module
from graders.expectations import Expectation, Number, Trap
from graders.references.approval import Approvals
from graders.references.audit import Pairs

measures = load_module(Path(__file__).with_name("lesson5_measures.py"))


# --- order and level -----------------------------------------------------------------------------------------------------


def order(case: Any, found: Any) -> dict[str, Expectation]:
    """Return both AUCs."""
    usual = Pairs(**case.value("ordering")["usual"]).auc
    return {
        "auc_learnt": _auc(
            "AUC where it learnt",
            found.auc_learnt,
            Trap(
                "out-of-time-figure",
                found.auc_later,
                "That is the figure of the last year. The gap between the two is a finding: keep each in its place.",
            ),
        ),
        "auc_later": _auc(
            "AUC out of time",
            found.auc_later,
            Trap(
                "development-figure",
                found.auc_learnt,
                "That is the figure on the loans it learnt on: a promise, not a test.\nTake the line of the last year.",
            ),
            Trap(
                "one-column-set",
                usual,
                "That is the line with one column set to its usual value for all.\nThe model as delivered is the line above.",
            ),
        ),
    }


def _auc(label: str, auc: float, *traps: Trap) -> Number:
    return Number(
        auc,
        tolerance=0.005,
        label=label,
        reason="counts are exact: two decimals are enough to have divided the right ones",
        traps=[
            *traps,
            Trap(
                "gini-for-auc",
                2 * auc - 1,
                "That is the Gini. Two scales on one page get mixed up by every reader.\nAUC = (Gini + 1) / 2.",
            ),
            Trap(
                "wrong-order",
                1 - auc,
                "That is the share of pairs in the wrong order.\nDivide the pairs with the default ahead by all pairs.",
            ),
        ],
        wrong="Not this share.\nDivide the pairs with the default ahead, plus half of those with the same PD, by all pairs.",
    )


def level(case: Any, found: Any) -> Number:
    """Return A/E of the last year."""
    last, frame = measures.last_year(case), case.outcomes
    return Number(
        found.ae,
        tolerance=0.01,
        label="A/E of the last year",
        reason="two decimals of a ratio of printed sums",
        traps=[
            Trap(
                "turned-over",
                1 / found.ae,
                "That is expected over actual: it says the opposite of what happened.\n"
                "Defaults seen on top, announced below.",
            ),
            Trap(
                "development-figure",
                float(frame["defaults"].iloc[0] / frame["announced"].iloc[0]),
                "That is the figure on the loans it learnt on. The band is for the last year.\nAdd up its quarters, then divide.",
            ),
            Trap(
                "refused-announced-too",
                float(last["defaults"] / last["everybody"]),
                "You took the PDs of all applications, the refused among them: their outcomes were never seen.\n"
                "Announced and seen must be the same loans: the booked ones.",
            ),
            Trap(
                "one-quarter",
                _furthest(frame.iloc[1:], found.ae),
                "That is one quarter alone, a part of the evidence.\nAdd up the quarters, then divide.",
            ),
            Trap(
                "difference",
                float(last["defaults"] - last["announced"]),
                "That is how many more defaults came than announced. The policy's band is for the ratio.\nDivide instead.",
            ),
        ],
        wrong="Not this ratio.\nAdd up the defaults of the year, add up the PDs of the same booked loans, divide.",
    )


def _furthest(quarters: pd.DataFrame, ratio: float) -> float:
    """Return A/E of the quarter that is furthest from the year's."""
    each = quarters["defaults"] / quarters["announced"]
    return float(each.loc[(each - ratio).abs().idxmax()])


# --- groups --------------------------------------------------------------------------------------------------------------


def groups(case: Any, found: Any) -> dict[str, Expectation]:
    """Return the approval ratio and the ends of its interval."""
    booked = Approvals(*case.value("approvals")[0]["booked"])
    counted = measures.groups(case)[0]
    return {
        "ratio": Number(
            found.ratio,
            tolerance=0.005,
            label="Approval ratio",
            reason="counts are exact; the nearest misreading lies further off",
            traps=[
                Trap(
                    "turned-over",
                    1 / found.ratio,
                    "That is the other group over this one; it hides who is approved less.\nCompared over reference.",
                ),
                Trap(
                    "booked-only",
                    booked.ratio,
                    "You took booked loans only: whoever was refused before is missing.\nCount all applications.",
                ),
                Trap(
                    "refusals",
                    counted.refusals.ratio,
                    "That is the ratio of refusal rates. The line is for approvals.\nDivide the approval rates.",
                ),
                Trap(
                    "heads",
                    counted.compared_approved / counted.reference_approved,
                    "You divided heads: a small group has few approvals anyway.\nMake a rate of each group first.",
                ),
            ],
        ),
        "low": _end(
            "Its interval, low",
            found.low,
            Trap("ends-swapped", found.high, "That is the upper end.\nDivide by the factor for the lower end."),
            Trap(
                "booked-only",
                booked.interval[0],
                "That is the interval of booked loans only.\nTake all applications, and their factor.",
            ),
            Trap(
                "point-for-end",
                found.ratio,
                "That is the ratio itself. Without an interval nobody knows how far it may move.\nDivide it by the factor.",
            ),
        ),
        "high": _end(
            "Its interval, high",
            found.high,
            Trap("ends-swapped", found.low, "That is the lower end.\nMultiply by the factor for the upper end."),
            Trap(
                "booked-only",
                booked.interval[1],
                "That is the interval of booked loans only.\nTake all applications, and their factor.",
            ),
            Trap(
                "point-for-end",
                found.ratio,
                "That is the ratio itself. Without an interval nobody knows how far it may move.\nMultiply it by the factor.",
            ),
        ),
    }


def _end(label: str, end: float, *traps: Trap) -> Number:
    return Number(end, tolerance=0.01, label=label, reason="a ratio and a factor read to two decimals", traps=traps)
