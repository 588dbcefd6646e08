"""Keys of lesson 1 on units: the base value, the sum that closes, one push in two files (1.1, 1.2, 1.6).

Tolerances are in percent of PD, or points of it; every expected number and every trap is computed from the case.
"""

from __future__ import annotations

from typing import Any

from graders.expectations import Choice, Expectation, Number, Parts, Trap
from graders.keys import key
from graders.references.odds import pd_percent, probability_points

ALIKE = 0.1  # points of PD: closer than this, two numbers printed to one decimal may read the same
_PULLED = "A few risky loans pull the mean of PDs up; the mean of log-odds feels them less.\n"
SHOWN_BARS = 7  # as many as a waterfall names before "the others"


@key("1.1", points=2, competency="C1")
def base_value(case: Any) -> Expectation:
    """Convert the base value into a PD, and place it against the mean PD of the same reference loans."""
    mean_pd, base_pd = float(case.background["pd"].mean()), float(pd_percent(case.base))
    side = "below" if base_pd < mean_pd else "above"
    return Parts(
        {
            "base_pd": Number(
                base_pd,
                tolerance=0.1,
                unit="%",
                high=100,  # no lower end: the base in log-odds is negative, and has its own reply
                label="Base value as a PD",
                reason="far more than rounding: the base is printed to three decimals in log-odds, less than 0.01 points of PD",
                traps=[
                    Trap(
                        "mean-of-pds",
                        mean_pd,
                        "You averaged the PDs of the reference loans.\n"
                        "The base averages their log-odds first and converts last: another number.\n"
                        "Start from the base value and convert it.",
                    ),
                    Trap(
                        "observed-bad-rate",
                        case.bad_rate,
                        "That is the default rate of the loans the model learnt on.\n"
                        "The base is an output of the model on 100 reference loans, not an outcome.\n"
                        "Start from the base value and convert it.",
                    ),
                    Trap(
                        "log-odds-not-converted",
                        case.base,
                        "That is the base in log-odds, asked is a PD in percent.\n"
                        "A committee reads a negative PD as an error.\n"
                        "Convert it first.",
                    ),
                ],
            ),
            "side": Choice(
                [side, "equal"] if abs(base_pd - mean_pd) < ALIKE else side,
                {"below": "below the mean PD", "equal": "equal to the mean PD", "above": "above the mean PD"},
                label="The base value as a PD lies",
                traps=[
                    Trap(
                        "same-average",
                        "equal",
                        "Averaging log-odds and then converting is not averaging PDs.\n"
                        + ("A few risky loans pull a mean of PDs up much more.\n" if side == "below" else "")
                        + "Work out both numbers and compare them.",
                    ),
                    Trap(
                        "wrong-side",
                        "above" if side == "below" else "below",
                        "You have them the other way round.\n"
                        + (_PULLED if side == "below" else "")
                        + "Work out both numbers and compare them.",
                    ),
                ],
            ),
        }
    )


@key("1.2", points=2, competency="C1")
def rebuilt_pd(case: Any) -> Expectation:
    """Rebuild the PD of client A from the base value and the contributions."""
    client = case.applicant("A")
    total = float(client.contributions.sum())
    base_pd = float(pd_percent(case.base))
    return Number(
        client.pd,
        tolerance=0.1,
        unit="%",
        label="PD of client A",
        low=0,  # no upper end: log-odds read as percent can pass 100, and have their own reply
        reason="contributions are printed to three decimals; their rounding moves this PD by less than 0.1 points",
        traps=[
            Trap(
                "base-forgotten",
                float(pd_percent(total)),
                "You converted the sum of the contributions alone.\n"
                "Contributions start from the reference, not from zero, which is a PD of 50 %.\n"
                "Add the base value before you convert.",
            ),
            Trap(
                "log-odds-as-points",
                base_pd + total,
                "You added log-odds to a PD.\n"
                "Log-odds add up, PDs do not: the risk comes out far too low.\n"
                "Add everything in log-odds, convert once, at the end.",
            ),
            Trap(
                "log-odds-as-percent",
                base_pd + 100 * total,
                "You read the contributions as percent and added them to a PD.\n"
                "A sum of log-odds is no percentage, it can pass 100.\n"
                "Add everything in log-odds, convert once, at the end.",
            ),
            Trap(
                "good-not-bad",
                100 - client.pd,
                "That is the chance of repaying.\n"
                "This model's target is default: high is bad, unlike on your scorecard.\n"
                "Convert the log-odds of default as they are.",
            ),
            Trap(
                "others-left-out",
                float(pd_percent(case.base + client.contributions.iloc[:SHOWN_BARS].sum())),
                "You stopped after the longest contributions.\n"
                "The rest of the table counts too; without it the sum does not close.\n"
                "The last line of the table adds up all of them.",
            ),
        ],
        wrong="Base value and contributions do not give this PD.\n"
        "Add the base and all contributions in log-odds.\nConvert once, at the end.",
    )


@key("1.6", points=2, competency="C1")
def same_push_two_files(case: Any) -> Expectation:
    """Work out what one and the same contribution is worth in PD points for client D and for client E."""
    d, e, column = case.applicant("D"), case.applicant("E"), case.picks.story
    worth = {"d": float(d.points[column]), "e": float(e.points[column])}
    return Parts(
        {
            "d_points": _points(d, column, worth["e"], e.pd - d.pd),
            "e_points": _points(e, column, worth["d"], e.pd - d.pd),
            "sentence": Choice(
                "more-when-riskier",
                {
                    "one-figure": "one figure holds for every file",
                    "more-when-riskier": "it is worth more points to E, whose PD is higher",
                    "more-when-safer": "it is worth more points to D, whose PD is lower",
                },
                label="The sentence that the committee may keep",
                traps=[
                    Trap(
                        "one-figure",
                        "one-figure",
                        "The same log-odds are not the same PD points.\n"
                        "One figure for all promises safe clients an effect many times too large.\n"
                        "Compare your two numbers.",
                    ),
                    Trap(
                        "safer-moves-more",
                        "more-when-safer",
                        "It is the other way round: near a PD of zero the curve is flat.\n"
                        "A safe file hardly moves, a file near even odds moves a lot.\n"
                        "Compare your two numbers.",
                    ),
                ],
            ),
        },
    )


def _points(client: Any, column: str, in_other_file: float, pd_gap: float) -> Number:
    push = float(client.contributions[column])
    return Number(
        float(client.points[column]),
        tolerance=0.15,
        unit="points",
        label=f"Worth to client {client.name}",
        reason="0.15 absorbs contributions read to two decimals; the nearest misreading lies further off",
        traps=[
            Trap(
                "log-odds-as-percent",
                100 * push,
                "You read the log-odds as percent. They are no percentage.\n"
                "Convert the total with and without the contribution, then subtract.",
            ),
            Trap(
                "log-odds-as-points",
                push,
                "That is the contribution itself, in log-odds; points of PD were asked.\n"
                "Convert the total with and without it, then subtract.",
            ),
            Trap(
                "gap-between-files",
                pd_gap,
                "That is the difference between the two clients' PDs. It mixes all columns.\n"
                "Stay inside one file: its total with and without this contribution.",
            ),
            Trap(
                "added-once-more",
                -float(probability_points(client.log_odds, -push)),
                "You added the contribution a second time; it is in the total already.\n"
                "Take it away from the total, convert, and compare with the PD.",
            ),
            Trap(
                "same-points-twice",
                in_other_file,
                "That is what it is worth in the other file: the same log-odds, other PD points.\n"
                "Convert this client's own total, with and without the contribution.",
            ),
        ],
    )
