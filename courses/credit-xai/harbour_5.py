"""Harbour, another model to warm up on before the vendor's: a card model, made up, its numbers drawn for each learner.

Goes to learners; earns nothing, so it may know its own figures. Small enough for a sheet of paper.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.language import number
from graders.references.approval import Approvals
from graders.references.audit import Pairs, margin_factor
from graders.references.curves import adverse_run
from graders.references.margins import shuffled
from graders.references.odds import pd_percent

tables = load_module(Path(__file__).with_name("tables_5.py"))


class Figures(NamedTuple):
    """An auditor's figures of a model; PD in percent, the run in log-odds."""

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


class Harbour:
    """Another vendor's card model (made up): tables to read, and the figures that follow from them.

    Parameters
    ----------
    values
        From `other_model`.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    @property
    def ordering(self) -> pd.DataFrame:
        """Pairs, as for the vendor's model."""
        names = {"development": "loans it learnt on", "later": "last year, out of time"}
        return tables.ordering({names[part]: found for part, found in self.values["ordering"].items()})

    @property
    def outcomes(self) -> pd.DataFrame:
        """Defaults seen and announced in two half-years."""
        rows = [[number(row["defaults"]), number(row["announced"], 1)] for row in self.values["outcomes"]]
        return pd.DataFrame(rows, index=["first half", "second half"], columns=["defaults", "sum of PDs"])

    @property
    def approvals(self) -> pd.DataFrame:
        """Approvals of two groups."""
        return tables.approvals({"all applications": self.values["approvals"]["counts"]}, ("under 30", "30 and over"))

    @property
    def factor(self) -> str:
        """The factor of the ratio's interval, as printed."""
        return number(self.values["approvals"]["factor"], 3)

    @property
    def curve(self) -> pd.DataFrame:
        """One curve by its turning points, and a declared sign."""
        curve = self.values["curve"]
        return tables.turns({"Number of late payments": [curve["values"], curve["heights"], curve["sign"]]})

    @property
    def alone(self) -> pd.DataFrame:
        """AUC of four columns alone."""
        heads = ["AUC if a higher value is taken for riskier"]
        return pd.DataFrame({name: [number(auc, 3)] for name, auc in self.values["alone"].items()}, index=heads).T

    @property
    def shared(self) -> pd.DataFrame:
        """Pairs of five LIME runs by how many columns they share."""
        return tables.shared(self.values["overlaps"])

    @property
    def client(self) -> dict[str, str]:
        """Base value and contributions of one client."""
        pushes = ", ".join(tables.signed(push) for push in self.values["pushes"])
        return {
            "base value": f"{tables.signed(self.values['base'])} in log-odds",
            "all contributions": f"{pushes}, in log-odds",
        }

    @property
    def counted(self) -> Approvals:
        """Approvals of the two groups."""
        return Approvals(*self.values["approvals"]["counts"])

    @property
    def figures(self) -> Figures:
        """What an auditor works out from the tables."""
        learnt, later = (Pairs(**self.values["ordering"][part]).auc for part in ("development", "later"))
        seen, announced = (sum(row[part] for row in self.values["outcomes"]) for part in ("defaults", "announced"))
        counts = self.values["overlaps"]
        names = len(counts) - 1
        alike = sum(count * shared / (2 * names - shared) for shared, count in enumerate(counts))
        return Figures(
            auc_learnt=learnt,
            auc_later=later,
            ae=seen / announced,
            ratio=self.counted.ratio,
            low=self.counted.interval[0],
            high=self.counted.interval[1],
            run=adverse_run(self.values["curve"]["heights"], self.values["curve"]["sign"]).size,
            alone=max(max(auc, 1 - auc) for auc in self.values["alone"].values()),
            jaccard=alike / sum(counts),
            pd=float(pd_percent(self.values["base"] + sum(self.values["pushes"]))),
        )

    @property
    def other_ways(self) -> dict[str, tuple[float, float]]:
        """AUC on the loans it learnt on and out of time, by other ways to count ties."""
        rows = [Pairs(**self.values["ordering"][part]) for part in ("development", "later")]
        ways = {
            "ties-for-nothing": [row.ahead / row.all for row in rows],
            "ties-for-whole": [(row.ahead + row.tied) / row.all for row in rows],
            "ties-left-out": [row.ahead / (row.all - row.tied) for row in rows],
        }
        return {name: (learnt, later) for name, (learnt, later) in ways.items()}

    def defects(self, lines: dict[str, Any]) -> list[str]:
        """Return which of a bank's lines Harbour has crossed."""
        found, (low, high) = self.figures, lines["ae_band"]
        crossed = {
            "leak": found.alone > lines["leak_line"],
            "sign": found.run > lines["adverse_line"],
            "disparity": found.high < lines["air_line"],
            "overfit": found.auc_learnt - found.auc_later > lines["overfit_max_gap"],
            "calibration": not low <= found.ae <= high,
        }
        return [name for name, is_crossed in crossed.items() if is_crossed]


class _Kind(NamedTuple):
    """About where Harbour's figures lie: each kind is on its own side of the bank's lines."""

    learnt: float
    later: float
    ratio: float
    ae: float
    run: float


_KINDS = (
    _Kind(learnt=0.87, later=0.69, ratio=0.94, ae=1.04, run=0.05),
    _Kind(learnt=0.79, later=0.75, ratio=0.68, ae=1.44, run=0.06),
    _Kind(learnt=0.80, later=0.76, ratio=0.93, ae=0.96, run=0.29),
)
# A card model ties often; so often, and so unlike, that whoever counts ties in another way gets another AUC and another gap.
_TIED_LEARNT, _TIED_LATER = 0.10, 0.06
_OVERLAPS = ((0, 0, 0, 3, 4, 3), (0, 0, 1, 4, 3, 2), (0, 0, 2, 2, 5, 1), (0, 0, 1, 3, 5, 1))
_PUSHES = (1.12, 0.64, -0.31, 0.27, -0.22)


def other_model(seed: int) -> dict[str, Any]:
    """Return what is known of Harbour: pairs, defaults, approvals, one curve, columns alone, LIME runs, one client."""
    kind = _KINDS[shuffled(seed, "harbour", len(_KINDS))[0]]
    draw = _draws(seed, "harbour numbers", 24)
    shift = 0.01 * (round(2 * draw[2]) - 1)  # two decimals, so that a gap of rounded AUCs is the gap
    return {
        "ordering": {
            "development": _pairs(kind.learnt + shift, _TIED_LEARNT, draw[0:2]),
            "later": _pairs(kind.later + shift, _TIED_LATER, draw[3:5]),
        },
        "outcomes": _outcomes(kind.ae, draw[6:10]),
        "approvals": _approvals(kind.ratio, draw[10:13]),
        "curve": _curve(kind.run, draw[13:16]),
        "alone": _alone(draw[16:20]),
        "overlaps": list(_OVERLAPS[shuffled(seed, "harbour runs", len(_OVERLAPS))[0]]),
        "base": round(-2.9 + 0.6 * draw[20], 2),
        "pushes": [round(push + 0.1 * (draw[21 + place % 3] - 0.5), 2) for place, push in enumerate(_PUSHES)],
    }


def _draws(seed: int, purpose: str, count: int) -> list[float]:
    """Return numbers from 0 to 1, the same on every machine."""
    bits = np.random.PCG64([seed, *purpose.encode()]).random_raw(count)
    return [float(one) for one in (bits / 2.0**64)]


def _pairs(auc: float, share_tied: float, draw: list[float]) -> dict[str, int]:
    bad, good = 180 + int(120 * draw[0]), 2_000 + int(900 * draw[1])
    tied = int(share_tied * bad * good)
    ahead = round(auc * bad * good - 0.5 * tied)
    return {"bad": bad, "good": good, "ahead": ahead, "tied": tied}


def _outcomes(ratio: float, draw: list[float]) -> list[dict[str, Any]]:
    """Two half-years that do not behave alike; their sum gives the ratio."""
    announced = [70 + round(40 * draw[0], 1), 140 + round(60 * draw[1], 1)]
    both = round((ratio + 0.02 * (draw[2] - 0.5)) * sum(announced))
    first = round(announced[0] * ratio * (1.12 if draw[3] < 0.5 else 0.88))
    return [
        {"defaults": first, "announced": announced[0]},
        {"defaults": both - first, "announced": announced[1]},
    ]


def _approvals(ratio: float, draw: list[float]) -> dict[str, Any]:
    compared, reference = 700 + int(300 * draw[0]), 3_600 + int(800 * draw[1])
    approved = int(0.63 * reference)
    taken = round((ratio + 0.02 * (draw[2] - 0.5)) * approved / reference * compared)
    counted = Approvals(taken, compared, approved, reference)
    return {"counts": [taken, compared, approved, reference], "factor": round(margin_factor(counted), 4)}


def _curve(run: float, draw: list[float]) -> dict[str, Any]:
    """Return a curve that was declared to rise: it rises, falls in two steps with a small rise between, and rises again."""
    top, dent = round(-2.4 + 0.3 * draw[0], 2), round(0.02 + 0.02 * draw[1], 2)
    fall = round(run + 0.02 * (draw[2] - 0.5), 2)
    low = round(top - fall, 2)
    first = round(top - round(0.7 * fall, 2), 2)
    heights = [round(top - 0.35, 2), top, first, round(first + dent, 2), low, round(low + 0.5, 2)]
    return {"values": [0, 1, 2, 3, 4, 6], "heights": heights, "sign": 1}


def _alone(draw: list[float]) -> dict[str, float]:
    return {
        "Card balance": round(0.62 + 0.02 * draw[0], 3),
        "Months since last late payment": round(0.28 + 0.02 * draw[1], 3),
        "Number of cards": round(0.53 + 0.02 * draw[2], 3),
        "Years at this address": round(0.42 + 0.02 * draw[3], 3),
    }
