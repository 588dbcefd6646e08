"""Keys of lesson 2 on couples: which two columns act together, and what one of them is worth in two segments (2.1, 2.2).

What is right is what this learner's model does; couples as strong as each other within 15 % are all right.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pandas as pd

from graders.expectations import Choice, Choices, Expectation, Number, Parts, Trap
from graders.forms import Pick
from graders.keys import key
from graders.references.margins import BAND, gap
from graders.references.odds import pd_percent


@key("2.1", points=2, competency="C3", needs=("interaction",))
def strongest_couple(case: Any) -> Expectation:
    """Name the two columns that act together most in Classic, and the strength of the couple."""
    strengths = _strengths(case.couples)
    tied = strengths[[gap(float(strengths.max()), float(one)) < BAND for one in strengths]]
    low, high = float(tied.min()), float(tied.max())
    twins, correlation = _most_correlated(case)
    return Parts(
        {
            "couple": Choices(
                any_of=[sorted(pair) for pair in tied.index],
                k=2,
                options=Pick("features"),
                label="The two columns",
                traps=[
                    Trap(
                        "two-most-important",
                        [str(name) for name in case.importance.index[:2]],
                        "Those two weigh most, each for itself. Importance is not interaction.\n"
                        "Look off the diagonal: which cell is largest there?",
                    ),
                    Trap(
                        "most-correlated",
                        twins,
                        "Those two go along with each other in the files. That is a correlation between columns.\n"
                        "A couple is a thing of the model: one column changes what the other does.",
                    ),
                ],
                wrong="These two are not the strongest couple.\n"
                "Off the diagonal, look for the darkest cell: one column beside it, the other above it.",
            ),
            "strength": Number(
                (low + high) / 2,
                tolerance=(high - low) / 2 + 0.004,
                low=0,
                label="Strength of the couple, log-odds",
                reason="two halves printed to three decimals, and the span of couples that count as tied",
                traps=[
                    Trap(
                        "one-half",
                        high / 2,
                        "That is one cell. The table holds every couple twice, half in each cell.\nAdd the two halves.",
                    ),
                    Trap(
                        "main-effect",
                        float(max(case.couples.loc[name, name] for name in case.couples.index)),
                        "That cell lies on the diagonal: what one column does alone.\nA couple lies off the diagonal.",
                    ),
                    Trap(
                        "correlation",
                        correlation,
                        "That is how closely two columns go together in the files.\n"
                        "The strength asked for is inside the model, in log-odds.",
                    ),
                ],
            ),
        }
    )


def _strengths(halves: pd.DataFrame) -> pd.Series:
    pairs = list(combinations(halves.index, 2))
    return pd.Series([2 * float(halves.loc[pair]) for pair in pairs], index=pd.Index(pairs, tupleize_cols=False))


def _most_correlated(case: Any) -> tuple[list[str], float | None]:
    """Return the two quantities that go along most closely in the files; nothing where fewer than two of them change."""
    rows = case.applicants[case.explanation.numeric].astype(float)
    ranks = rows.loc[:, rows.nunique() > 1].corr(method="spearman").abs().fillna(0.0)
    if len(ranks) < 2:
        return [], None
    pair = max(combinations(ranks.index, 2), key=lambda two: ranks.loc[two])
    return [str(name) for name in pair], float(ranks.loc[pair])


@key("2.2", points=3, competency="C3", needs=("interaction",))
def slopes_of_segments(case: Any) -> Expectation:
    """Work out by how many points the mean PD changes in each segment, and what an override policy may say."""
    moved, observed = case.table("story_moved"), case.table("story_observed")
    points = {name: _change(moved[f"pd {name}"]) for name in ("A", "B", "all")}
    steeper, flatter = sorted(("A", "B"), key=lambda name: -points[name])
    same = gap(points[steeper], points[flatter]) < BAND
    return Parts(
        {
            "a_points": _points("A", "B", points, moved, observed),
            "b_points": _points("B", "A", points, moved, observed),
            "policy": Choice(
                [steeper, "same"] if same else steeper,
                {
                    "same": "one sentence for both segments",
                    "A": "a rule for each segment; stricter in A",
                    "B": "a rule for each segment; stricter in B",
                },
                label="The override policy, for high values",
                traps=[
                    Trap(
                        "one-sentence-for-all",
                        "same",
                        "Your two numbers are far apart: one sentence would be wrong in both segments.\n"
                        "The average hides the couple. Compare the two.",
                    ),
                    Trap(
                        "segments-swapped",
                        flatter,
                        "It is the other segment in which high values cost more.\nCompare your two numbers.",
                    ),
                ],
            ),
        }
    )


def _change(values: pd.Series) -> float:
    return float(values.iloc[-1] - values.iloc[0])


def _points(segment: str, other: str, points: dict[str, float], moved: pd.DataFrame, observed: pd.DataFrame) -> Number:
    log_odds = moved[f"log {segment}"]
    return Number(
        points[segment],
        tolerance=0.12,
        unit="points",
        label=f"Segment {segment}: change of the mean PD",
        reason="two mean PDs printed to two decimals; rounded to one decimal before the subtraction, 0.11 at most",
        traps=[
            Trap(
                "pooled",
                points["all"],
                "That is everybody together: the average hides the couple.\nTake this segment's own two numbers.",
            ),
            Trap(
                "other-segment",
                points[other],
                f"That is the change in segment {other}.\nTake the columns of segment {segment}.",
            ),
            Trap(
                "observed-rates",
                _change(observed[segment]),
                "That is the gap between observed default rates. Clients at the two ends differ in other columns too.\n"
                "Asked is the same files, with one value moved.",
            ),
            Trap(
                "log-odds",
                _change(log_odds),
                "That is the change in log-odds; points of PD were asked.\n"
                "Convert file by file first: the columns “mean PD” have done it.",
            ),
            Trap(
                "converted-last",
                float(pd_percent(log_odds.iloc[-1]) - pd_percent(log_odds.iloc[0])),
                "You converted the two means of log-odds. The PD of a mean is not the mean of the PDs.\n"
                "Convert through each applicant, then average: the columns “mean PD” have done it.",
            ),
            Trap(
                "level-not-change",
                float(moved[f"pd {segment}"].iloc[-1]),
                "That is the mean PD at the high value.\nAsked is the change: take the mean PD at the low value away.",
            ),
        ],
    )
