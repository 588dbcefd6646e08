"""Keys of lesson 3 on runs of LIME: how far they agree, what stands in all of them, how faithful they are (3.1, 3.2, 3.3).

The runs are read from the case, where they were stored; nothing random is run again.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from graders.expectations import Choice, Choices, Expectation, Number, Parts, Trap
from graders.forms import Pick
from graders.keys import key
from graders.references.agreement import in_runs, mean_jaccard, neighbours_jaccard, same_places

MOST = 6  # of ten runs: a majority
ROSE = 0.005  # of R²: less is no rise to a reader of two decimals


@key("3.1", points=3, competency="C5", needs=("many_features",))
def agreement(case: Any) -> Expectation:
    """Measure how far the first five columns of ten runs agree, with few and with many invented files."""
    few, many = case.tops.values()
    return Parts(
        {"few": _agreement(few, "Mean Jaccard, 300 files"), "many": _agreement(many, "Mean Jaccard, 5,000 files")},
        traps=[
            Trap(
                "sizes-swapped",
                {"few": mean_jaccard(many), "many": mean_jaccard(few)},
                "Both numbers are right, each in the other's place.\n"
                "A report would then praise the cheap run and blame the dear one.\n"
                "Look at the heads of the two columns again.",
            )
        ],
    )


def _agreement(tops: Sequence[Sequence[str]], label: str) -> Number:
    shared = float(np.mean([len(set(one) & set(other)) for one, other in combinations(tops, 2)]))
    return Number(
        mean_jaccard(tops),
        tolerance=0.01,
        label=label,
        low=0,  # no upper end: a number of shared names has its own reply
        reason="the counts of pairs are exact; two decimals are enough to compare the two sizes",
        traps=[
            Trap(
                "divided-by-five",
                shared / len(tops[0]),
                "You divided what two runs share by five.\n"
                "Jaccard divides by all the columns in either run: with 3 shared of 5 and 5, that is 7.\n"
                "Otherwise agreement looks better than it is: divide by 10 minus the shared ones.",
            ),
            Trap(
                "neighbours-only",
                neighbours_jaccard(tops),
                "You compared each run with the next one only.\n"
                "Which runs stand side by side is chance; another order would give another number.\n"
                "Take all 45 pairs: the table counts them.",
            ),
            Trap(
                "order-counted",
                same_places(tops),
                "You counted the places that agree.\n"
                "Jaccard asks which columns are named, not in which order.\n"
                "Use the table of pairs: it ignores the order.",
            ),
            Trap(
                "shared-not-divided",
                shared,
                "That is the mean number of shared columns.\n"
                "Without a denominator, five of five and five of fifty look alike.\n"
                "Divide, in each line, by the columns in either run, then average.",
            ),
        ],
        wrong="Not this mean.\nWork out shared / (10 − shared) for each line of the table.\n"
        "Then weigh each line with its number of pairs, and divide by 45.",
    )


@key("3.2", points=2, competency="C5", needs=("many_features",))
def always_named(case: Any) -> Expectation:
    """Name the columns that stand among the first five in all ten runs with 300 files."""
    few, many = case.tops.values()
    strongest = case.applicant("K").contributions.index[: len(few[0])]
    return Choices(
        must=in_runs(few, len(few)),
        options=Pick("features"),
        label="Columns among the first five in every one of the ten runs",
        traps=[
            Trap(
                "first-run-only",
                list(few[0]),
                "That is the list of run 1: one run is one opinion, and the seed chose it.\n"
                "The client got another letter two weeks later from exactly such a choice.\n"
                "Keep only rows with a number in all ten columns.",
            ),
            Trap(
                "majority-of-runs",
                in_runs(few, MOST),
                "You kept what stands in most runs.\n"
                "A reason in six runs of ten still changes the letter four times in ten.\n"
                "Keep only rows with a number in all ten columns.",
            ),
            Trap(
                "other-method",
                [str(name) for name in strongest],
                "These are the largest SHAP contributions of this client: another method.\n"
                "Asked is whether LIME agrees with itself.\n"
                "Read the left panel of the heat map.",
            ),
            Trap(
                "other-size",
                in_runs(many, len(many)),
                "That is what all runs with 5,000 files agree on.\n"
                "The letters were written from runs with 300.\n"
                "Read the left panel of the heat map.",
            ),
            Trap(
                "named-once",
                in_runs(few, 1),
                "You took every column that some run names.\n"
                "That is the list of what may turn up, not of what can be relied on.\n"
                "Keep only rows with a number in all ten columns.",
            ),
        ],
        wrong="None of these stands in all ten runs.\nGo row by row in the left panel of the heat map.\n"
        "A row with one empty square is out.",
    )


def _stable(under: bool) -> str:
    """Return the reply to whoever argues with agreement; that the copies miss the model is said only under the line."""
    first = (
        "Copies from 5,000 files agree with each other, and all miss the model in the same way.\n"
        if under
        else "Copies from 5,000 files agree with each other; whether they follow the model is another matter.\n"
    )
    story = "A witness who always tells the same story need not tell the true one.\n"
    return f"{first}{story}Compare R², not the agreement, with the line."


def _more(risen: float) -> str:
    """Return the reply to whoever waits for more files; that R² did not rise is said only where it did not."""
    first = (
        "From 300 to 5,000 files, R² did not rise in your own table.\n"
        if risen < ROSE
        else "You have the copies from 5,000 files before you; the line is for them, not for files yet to be invented.\n"
    )
    bent = "A straight line cannot follow a bent surface, however many points it gets.\n"
    return f"{first}{bent}Compare the two columns of the table again."


@key("3.3", points=2, competency="C5")
def faithful(case: Any) -> Expectation:
    """Say how faithful the copies from 5,000 files are, and whether the lender's line lets them be used."""
    few, many = case.runs.values()
    fidelity, line = float(np.mean(many.fidelity)), case.fidelities["line"]
    return Parts(
        {
            "fidelity": Number(
                fidelity,
                tolerance=0.01,
                label="Mean R² of the ten copies, 5,000 files",
                low=0,
                reason="R² is printed to three decimals and hardly differs between these runs",
                traps=[
                    Trap(
                        "auc-quoted",
                        float(case.value("measured")["auc"]),
                        "That is the AUC: how well the model ranks loans.\n"
                        "It says nothing about how well LIME copies the model around one client.\n"
                        "Read the column R² of the runs with 5,000 files.",
                    ),
                    Trap(
                        "few-files",
                        float(np.mean(few.fidelity)),
                        "That is the mean over the runs with 300 files.\n"
                        "A line with so many rules fits 300 points too easily: the number flatters.\n"
                        "Take the column of the runs with 5,000 files.",
                    ),
                    Trap(
                        "best-run-quoted",
                        max(few.fidelity),
                        "That is the best single run with 300 files.\n"
                        "Picking the best of ten and quoting it as the method's is how slides mislead.\n"
                        "Average the ten runs with 5,000 files.",
                    ),
                    Trap(
                        "what-is-missed",
                        1 - fidelity,
                        "That is the share the copy does not follow.\n"
                        "R² is the share it does follow, and the line is about that.\n"
                        "Turn it round.",
                    ),
                ],
            ),
            "usable": Choice(
                "above" if fidelity >= line else "below",
                {
                    "above": "yes: the copies reach the declared line",
                    "below": "no: the copies stay under the declared line",
                    "stable": "yes: with 5,000 files the runs agree",
                    "auc": "yes: the model itself ranks well",
                    "more": "not yet: still more files will lift them over it",
                },
                label="May they be used for letters?",
                traps=[
                    Trap(
                        "stable-so-faithful",
                        "stable",
                        _stable(fidelity < line),
                    ),
                    Trap(
                        "good-model-good-copy",
                        "auc",
                        "The AUC is the quality of the model, R² that of the copy.\n"
                        "A poor copy of a good model explains the model badly.\n"
                        "Compare R² with the line.",
                    ),
                    Trap(
                        "more-files-will-help",
                        "more",
                        _more(fidelity - float(np.mean(few.fidelity))),
                    ),
                    Trap(
                        "line-not-reached",
                        "above",
                        "Your own R² lies under the line the lender declares.\n"
                        "A tool that is let pass once sets the next line.\n"
                        "Put the two numbers side by side.",
                    ),
                    Trap(
                        "line-passed",
                        "below",
                        "Your own R² reaches the line the lender declares.\n"
                        "A declared line works both ways.\n"
                        "Put the two numbers side by side.",
                    ),
                ],
            ),
        }
    )
