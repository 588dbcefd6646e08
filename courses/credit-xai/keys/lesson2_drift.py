"""Keys of lesson 2 on what moved and what was announced: PSI, A/E, sentences on both, small portfolios (2.7, 2.8).

The lender's lines come from the contract; what lies close to the PSI line may be named and need not be.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.expectations import Choices, Expectation, Mapping, Number, Parts, Table, Trap
from graders.forms import Pick
from graders.keys import key
from graders.references.stability import actual_over_expected, outside

claims = load_module(Path(__file__).with_name("claims.py"))
statements = load_module(Path(__file__).with_name("lesson2_statements.py"))

CLEAR, NEAR = 1.25, 0.80  # of the line: from there a column must be named, up to there it must not
OTHER_LINE = 0.25  # the second conventional line for a PSI
FLAG, QUIET = "true", "false"


@key("2.7", points=3, competency="C4", needs=("date",))
def moved_and_announced(case: Any) -> Expectation:
    """Name the columns that moved, give A/E of the last year, and judge four sentences on what would have warned anybody."""
    psi, line = case.psi, case.psi_line
    must = [str(name) for name in psi.index[psi >= CLEAR * line]]
    may = [str(name) for name in psi.index[(psi >= NEAR * line) & (psi < CLEAR * line)]]
    rows = case.value("statements")
    return Parts(
        {
            "moved": Choices(
                must=must,
                may=may,
                options=Pick("features"),
                label="Columns at or above the PSI line",
                traps=[
                    Trap(
                        "most-important",
                        [str(name) for name in case.importance.index[: max(1, len(must))]],
                        "Those weigh most in the model. A column can weigh much and stand still.\nRead the PSI bars.",
                    ),
                    Trap(
                        "another-line",
                        [str(name) for name in psi.index[psi >= OTHER_LINE]],
                        "You took 0.25, another convention. This lender declared its own line.\n"
                        "Compare every bar with that one.",
                    ),
                    Trap(
                        "every-bar",
                        [str(name) for name in psi.index[psi >= line / 10]],
                        "Every column moves a little from year to year.\nName those that reach the lender's line.",
                    ),
                ],
            ),
            "ae": _whole_year(case),
            "verdicts": Table(
                {row: statements.BANK.verdict(case, statement) for row, statement in rows.items()},
                rows=Pick("statements"),
                options=claims.OPTIONS,
                label="Verdict on each sentence",
                traps=[
                    Trap(
                        "refuge-in-cannot",
                        dict.fromkeys(rows, claims.CANNOT),
                        "You called all four unknowable. Some can be read off the two charts, or follow from what they measure.\n"
                        "Take one and look for its number.",
                    ),
                    Trap(
                        "all-believed",
                        dict.fromkeys(rows, claims.SUPPORTED),
                        "You accepted all four. Some are contradicted, some nobody can know.\nAsk of each: which cell shows it?",
                    ),
                ],
                per_row_replies={row: statements.BANK.replies(case, statement) for row, statement in rows.items()},
            ),
        }
    )


def _whole_year(case: Any) -> Number:
    quarters = case.quarters
    last = quarters[quarters.index.str[:4] == str(quarters.index[-1])[:4]]
    bad, announced, loans = (float(last[name].sum()) for name in ("bad", "announced", "loans"))
    return Number(
        bad / announced,
        tolerance=0.02,
        low=0,
        label="A/E of the whole last year",
        reason="announced defaults printed to one decimal",
        traps=[
            Trap(
                "expected-over-actual",
                announced / bad if bad else None,
                "That is announced over seen, E/A.\nAbove 1 has to mean: more defaults than announced. Turn it round.",
            ),
            Trap(
                "all-years",
                float(quarters["bad"].sum() / quarters["announced"].sum()),
                "That is all years. The model learnt on the earlier ones, and fits them.\nTake the last year alone.",
            ),
            Trap(
                "default-rate",
                bad / loans,
                "That is the default rate.\nA/E divides by the defaults announced, not by the loans.",
            ),
            Trap(
                "rates-subtracted",
                (bad - announced) / loans,
                "You subtracted the announced rate from the seen one.\nA/E is a ratio of two sums.",
            ),
            Trap(
                "quarters-added",
                float((last["bad"] / last["announced"]).sum()),
                "You added the ratios of the quarters.\nAdd defaults, add announced defaults, then divide once.",
            ),
        ],
    )


@key("2.8", points=2, competency="C4")
def small_portfolios(case: Any) -> Expectation:
    """Work out A/E of four small portfolios, and say which values the lender's band flags."""
    parts: dict[str, Expectation] = {name: _small(name, loans) for name, loans in case.small_portfolios.items()}
    return Parts({**parts, "flags": _flags(case)}, weights={**dict.fromkeys(parts, 1), "flags": 2})


def _small(name: str, loans: pd.DataFrame) -> Number:
    bad, announced = loans["bad"].to_numpy(), loans["pd"].to_numpy() / 100
    known = ~np.isnan(bad)
    return Number(
        actual_over_expected(bad, announced),
        tolerance=0.02,
        low=0,
        label=f"A/E of portfolio {name}",
        reason="rounding to two decimals",
        traps=[
            *(_unknown(bad, announced) if not known.all() else []),
            *(_divided(bad[known], announced[known]) if bad[known].sum() else _without_default()),
        ],
    )


def _unknown(bad: Any, announced: Any) -> list[Trap]:
    known = ~np.isnan(bad)
    return [
        Trap(
            "unknown-as-good",
            actual_over_expected(np.where(known, bad, 0.0), announced),
            "You counted an unknown outcome as a good one. No outcome is not a good outcome.\n"
            "Leave that loan out on both sides.",
        ),
        Trap(
            "unknown-as-bad",
            actual_over_expected(np.where(known, bad, 1.0), announced),
            "You counted an unknown outcome as a default.\nLeave that loan out on both sides.",
        ),
    ]


def _divided(bad: Any, announced: Any) -> list[Trap]:
    return [
        Trap(
            "mean-of-ratios",
            float(np.mean(bad / announced)),
            "You averaged the ratios of single loans: one small PD that defaults makes that explode.\n"
            "Add the defaults, add the PDs, divide once.",
        ),
        Trap(
            "expected-over-actual",
            float(announced.sum() / bad.sum()),
            "That is announced over seen, E/A.\nTurn it round: defaults seen go on top.",
        ),
        Trap(
            "percent-kept",
            actual_over_expected(bad, 100 * announced),
            "You divided by a sum of percent.\nA PD of 5 % announces 0.05 defaults: divide by 100 first.",
        ),
    ]


def _without_default() -> list[Trap]:
    return [
        Trap(
            "none-is-as-announced",
            1.0,
            "No default is not “as announced”: some were announced.\nZero divided by what was announced is zero.",
        )
    ]


def _flags(case: Any) -> Mapping:
    band = case.band
    values = dict(zip(case.picks.ae_values, case.ae_values, strict=True))
    right = {row: FLAG if outside(value, band) else QUIET for row, value in values.items()}
    strict = {row: FLAG if value in band else right[row] for row, value in values.items()}
    upper = {row: FLAG if value > band[1] else QUIET for row, value in values.items()}
    return Mapping(
        right,
        rows=Pick("ae_values"),
        options={FLAG: "flag it", QUIET: "no flag"},
        label="Does the lender's band flag it?",
        traps=[
            Trap(
                "strict-bound",
                strict,
                "You flagged values on the ends of the band.\nA value on the bound is inside the band.",
            ),
            Trap(
                "upper-end-only",
                upper,
                "You flagged only what is too high. A band has two ends: too many announced is a finding as well.\n"
                "Look at the lowest value again.",
            ),
            Trap(
                "anything-but-one",
                {row: FLAG if abs(value - 1) > 0.02 else QUIET for row, value in values.items()},
                "You flagged whatever is not 1. A small portfolio is hardly ever exactly 1.\nCompare with the two ends.",
            ),
        ],
    )
