"""The practice items of lesson 2, checked at once, with hints on demand; and its decisions, which nobody checks.

Goes to learners; earns nothing, so it may know its answers. Practice is about other numbers than the graded questions, most of
them made up; the third hint is always a worked case with other numbers. A decision is made before a figure is shown.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from graders.content import load_module
from graders.expectations import Choice, Expectation, Mapping, Number, Parts, Trap
from graders.forms import ChoiceForm, ChoicesForm, Form, MappingForm, PartsForm, Pick, TextForm
from graders.practice import decision, practice
from graders.references.curves import adverse_run, turning
from graders.references.explanation import shown
from graders.references.odds import pd_percent
from graders.references.stability import index_of_shares

exercises = load_module(Path(__file__).with_name("exercises_2.py"))

SHAPES = {
    "rises": "rises all the way",
    "falls": "falls all the way",
    "valley": "falls first, then rises",
    "hill": "rises first, then falls",
    "flat": "flat",
}
MODELS = {"classic": "Classic", "plus": "Plus", "neither": "neither yet"}
SAME_AUC, CLEAR_LOSS = 0.04, 0.03  # between them, either answer is near enough


@decision("2.first-choice", look=False)
def first_choice(case: Any) -> Form:
    """Choose one of the two models before you have looked into either."""
    return PartsForm(
        {
            "model": ChoiceForm(MODELS, "I would choose"),
            "why": TextForm("Because, in a sentence", most_words=60),
        }
    )


@decision("2.expected-curve")
def expected_curve(case: Any) -> Form:
    """Draw the curve you expect, in words, before you see any."""
    return MappingForm(Pick("foretold"), SHAPES, "With a higher value, the risk")


@decision("2.what-moved")
def what_moved(case: Any) -> Form:
    """Name the two columns that you expect to have moved most from the first to the last year."""
    return ChoicesForm(Pick("features"), exactly=2, label="I expect to have moved most")


@decision("2.recommendation", look=False)
def recommendation(case: Any) -> Form:
    """Write what you recommend to the committee, and on which condition."""
    return PartsForm(
        {
            "model": ChoiceForm(MODELS, "I recommend"),
            "condition": TextForm("On which condition, with whom, by when", most_words=80),
        }
    )


@practice(
    "2.a",
    hints=(
        "In which of the three panels do the two markers run along two different lines?\n"
        "For the second part: a PD belongs to a file, so convert each file first.",
        "Where one marker lies left and the other right, the column only goes along with the value.\n"
        "For the second part: three PDs before, three after; average each; subtract.",
        "Another pair of files moves from −3.0 and −1.0 to −2.0 and 0.0.\n"
        "PDs before: 4.7 % and 26.9 %, mean 15.8 %. After: 11.9 % and 50.0 %, mean 31.0 %.\n"
        "The mean PD changes by 15.2 points.",
    ),
)
def colour_hunt(case: Any) -> Expectation:
    """Find the column that changes the slope, then work out what a move is worth in three files."""
    hunt, files = case.value("exercises")["hunt"], case.value("exercises")["three_files"]
    mixed = next(name for name in exercises.HUNT_COLUMNS if name not in (hunt["slope"], hunt["beside"]))
    before, after = (np.array(files[name]) for name in ("before", "after"))
    points = float(pd_percent(after).mean() - pd_percent(before).mean())
    return Parts(
        {
            "partner": Choice(
                hunt["slope"],
                exercises.HUNT_COLUMNS,
                label="The column that changes the slope",
                traps=[
                    Trap(
                        "beside-for-together",
                        hunt["beside"],
                        "There one marker lies left and the other right: the two columns go along with each other.\n"
                        "That is a correlation. Look for two different slopes.",
                    ),
                    Trap(
                        "mixed-for-together",
                        mixed,
                        "There both markers lie all over the cloud: this column changes nothing.\n"
                        "Look for two different slopes.",
                    ),
                ],
            ),
            "points": Number(
                points,
                tolerance=0.2,
                unit="points",
                label="Change of the mean PD of the three files",
                reason="six PDs rounded to one decimal",
                traps=[
                    Trap(
                        "converted-last",
                        float(pd_percent(after.mean()) - pd_percent(before.mean())),
                        "You averaged log-odds and converted once. The PD of a mean is not the mean of the PDs.\n"
                        "Convert each file, then average.",
                    ),
                    Trap(
                        "log-odds",
                        float(after.mean() - before.mean()),
                        "That is the move in log-odds; points of PD were asked.\nConvert each file, before and after.",
                    ),
                    Trap(
                        "summed-not-averaged",
                        3 * points,
                        "You added the changes of the three files.\nAsked is the change of their mean: divide by three.",
                    ),
                ],
            ),
        }
    )


@practice(
    "2.b",
    hints=(
        "Walk along the curve from left to right. When do you walk against the declared direction?",
        "The run is the longest way you go against the declared direction, from where it begins to where it ends.\n"
        "The curve turns where that ends.",
        "Another curve, declared to rise: −2.0, −1.8, −2.1, −2.4, −1.5.\n"
        "It goes against its sign from −1.8 down to −2.4: a run of 0.6.\n"
        "It turns at the fourth value, where it starts to rise again.",
    ),
)
def curve_on_paper(case: Any) -> Expectation:
    """Say how far a curve of seven points runs against its declared sign, and where it turns."""
    drawn = case.value("exercises")["paper_curve"]
    heights, sign = drawn["log_odds"], drawn["sign"]
    names = [shown(float(value)) for value in drawn["values"]]
    run = adverse_run(heights, sign)
    return Parts(
        {
            "run": Number(
                run.size,
                tolerance=0.015,
                label="Longest run against the sign, log-odds",
                reason="two heights printed to two decimals",
                traps=[
                    Trap(
                        "whole-range",
                        max(heights) - min(heights),
                        "That is the whole height of the curve, highest minus lowest.\n"
                        "Count only the stretch that goes against the declared sign.",
                    ),
                    Trap(
                        "ends-compared",
                        abs(heights[-1] - heights[0]),
                        "You compared the two ends.\nFollow the curve: how far does it go back on the way?",
                    ),
                    Trap(
                        "one-step",
                        max(sign * (one - other) for one, other in pairwise(heights)),
                        "That is the largest single step back.\nSeveral steps in a row count together.",
                    ),
                    Trap(
                        "with-the-sign",
                        adverse_run(heights, -sign).size,
                        "That is the longest run in the declared direction.\nLook for the stretch that goes the other way.",
                    ),
                ],
            ),
            "turn": Choice(
                [names[place] for place in turning(heights, sign, flat=0.005).flat],
                {name: name for name in names},
                label="Value at which it turns back",
                traps=[
                    Trap(
                        "where-it-begins",
                        names[run.start],
                        "There the run against the sign begins.\nIt turns back where that run ends.",
                    ),
                ],
            ),
        }
    )


@practice(
    "2.c",
    hints=(
        "Put yourself at the desk on the day of the decision. Which of the six could you write into the file?",
        "Two things give a column away: what it counts, and when its value was taken.\n"
        "“At extraction” means today, whatever the name says.",
        "Another dictionary. “Bankruptcies in the public register, on the day of the application”: bad news, but known in time.\n"
        "“Risk class, recomputed every month, value at extraction”: a harmless name, but known too late.",
    ),
)
def suspicious_lines(case: Any) -> Expectation:
    """Sort six lines of a dictionary: known when the loan was decided, or too late."""
    lines = exercises.DICTIONARY
    right = {name: "known" if lines[name][1] == "decision" else "late" for name in case.picks.dictionary}
    by_name = {
        name: "known" if name in exercises.HARMLESS_NAMES else "late" if name in exercises.GRIM_NAMES else moment
        for name, moment in right.items()
    }
    return Mapping(
        right,
        rows=Pick("dictionary"),
        options={"known": "known at the decision", "late": "known too late"},
        label="On the day of the decision",
        traps=[
            Trap(
                "judged-by-name",
                by_name,
                "You went by the names. Bad news can be known in time, and a harmless name can hide a late date.\n"
                "Read when each value was taken.",
            ),
            Trap(
                "dates-not-read",
                {name: "known" if name in exercises.HARMLESS_NAMES else moment for name, moment in right.items()},
                "One line looks harmless and was taken after the decision.\nRead again when each value was taken.",
            ),
            Trap(
                "bad-news-refused",
                {name: "late" if name in exercises.GRIM_NAMES else moment for name, moment in right.items()},
                "You refused bad news. A column may be strong and still be known in time.\nRead when each value was taken.",
            ),
        ],
    )


@practice(
    "2.d",
    hints=(
        "Who else in the model tells the same fact?",
        "Two columns tell one fact. When one goes, the other still carries it.",
        "Another model reads income gross and net, both among the strongest columns.\n"
        "Without gross, fitted again, its AUC goes from 0.741 to 0.740.\n"
        "Much weight is not the same as much lost.",
    ),
)
def twin_taken_out(case: Any) -> Expectation:
    """Foretell the AUC of Classic once a strong column with a twin is taken out."""
    aucs = case.value("aucs")
    lost = aucs["classic"]["later"] - aucs["twin"]["later"]
    near = [("same", abs(lost) <= SAME_AUC), ("falls", lost >= CLEAR_LOSS), ("rises", lost <= -CLEAR_LOSS)]
    return Choice(
        [name for name, may in near if may],
        {"falls": "it falls by 0.05 or more", "same": "it stays about the same", "rises": "it rises by 0.05 or more"},
        label="AUC out of time without that column",
        traps=[
            Trap(
                "weight-is-loss",
                "falls",
                "You expect a strong column to be missed.\n"
                "Its twin tells the same fact and is still there.\n"
                "A bar shows weight, a loss shows what nobody else can tell.",
            ),
            Trap(
                "less-is-more",
                "rises",
                "Taking a column out rarely helps on loans the model never saw.\n"
                "Its twin tells the same fact: what is there to gain?",
            ),
        ],
    )


@practice(
    "2.e",
    hints=(
        "Bin by bin: difference of the shares, times the logarithm in the last column. Then add.",
        "Shares as fractions: 45 % is 0.45. A share that falls gives minus times minus: every bin adds.",
        "Another table: 50, 30, 20 % before; 40, 30, 30 % after; logarithms −0.223, 0, +0.405.\n"
        "−0.10 × −0.223 = 0.0223; 0; +0.10 × 0.405 = 0.0405.\n"
        "PSI = 0.063.",
    ),
)
def psi_by_hand(case: Any) -> Expectation:
    """Work out the PSI of three bins by hand."""
    bins = case.value("exercises")["three_bins"]
    before, after = (np.array(bins[name]) / 100 for name in ("before", "after"))
    gaps = after - before
    return Number(
        index_of_shares(before, after),
        tolerance=0.004,
        low=0,
        label="PSI of the three bins",
        reason="logarithms printed to three decimals",
        traps=[
            Trap(
                "percent-kept",
                100 * index_of_shares(before, after),
                "You kept the shares in percent.\nTake them as fractions: 45 % is 0.45.",
            ),
            Trap(
                "one-way-only",
                float((after * np.log(after / before)).sum()),
                "You weighed the logarithms with the later shares.\n"
                "The PSI takes the differences of the shares, later minus earlier.",
            ),
            Trap(
                "differences-added",
                float(np.abs(gaps).sum()),
                "You added up the differences.\nEach one is multiplied by its logarithm first.",
            ),
            Trap(
                "sign-dropped",
                abs(float((np.abs(gaps) * np.log(after / before)).sum())),
                "You dropped the sign of the differences. A share that falls has two minus signs.\n"
                "Minus times minus is plus: every bin adds.",
            ),
        ],
    )


@practice(
    "2.f",
    hints=(
        "How many defaults does a mean PD of 5 % announce among 1,000 loans?",
        "Announced = loans × mean PD. A/E = defaults ÷ announced.",
        "Another quarter: 1,200 loans, mean PD 5.00 %, 75 defaults.\n"
        "Announced: 1,200 × 0.05 = 60. A/E = 75 / 60 = 1.25: a quarter more than announced.",
    ),
)
def ae_of_a_vintage(case: Any) -> Expectation:
    """Work out A/E of one earlier quarter."""
    row = case.quarters.loc[case.value("vintage")]
    ratio = float(row["bad"] / row["announced"])
    return Number(
        ratio,
        tolerance=0.02,
        low=0,
        label="A/E of the quarter",
        reason="a mean PD printed to two decimals",
        traps=[
            Trap(
                "expected-over-actual",
                1 / ratio if ratio else None,
                "That is announced over seen, E/A.\nAbove 1 has to mean: more defaults than announced. Turn it round.",
            ),
            Trap(
                "default-rate",
                float(row["bad"] / row["loans"]),
                "That is the default rate.\nDivide by the defaults announced: loans × mean PD.",
            ),
            Trap(
                "percent-kept",
                ratio / 100,
                "You multiplied the loans by a percentage.\n7 % is 0.07: divide by 100 first.",
            ),
        ],
    )
