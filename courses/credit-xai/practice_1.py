"""The practice items of lesson 1, checked at once, with hints on demand; and its decisions, which nobody checks.

Goes to learners; earns nothing, so it may know its answers. Practice is about other files than the graded questions; the third
hint is always a worked case with other numbers. A decision is made before a figure is shown, and laid over it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.errors import DataError
from graders.expectations import Choice, Expectation, Mapping, Number, Parts, Trap
from graders.forms import ChoiceForm, Form, PartsForm, Pick, RankingForm, TextForm
from graders.practice import decision, practice
from graders.references.explanation import shown
from graders.references.odds import points_to_log_odds, probability_points

GROWN, STEADY = 1.3, 0.8  # of a bar, relative to what it was


@decision("1.client-c")
def client_c(case: Any) -> Form:
    """Client C: decide before the model speaks."""
    return PartsForm(
        {
            "decision": ChoiceForm({"grant": "grant the loan", "refuse": "refuse it"}, "My decision"),
            "mine": RankingForm(Pick("features"), 2, label="My two strongest reasons"),
            "model": RankingForm(Pick("features"), 2, label="The two I expect of the model"),
        }
    )


@decision("1.client-c-after", look=False)
def client_c_after(case: Any) -> Form:
    """Client C, after the chart: keep your decision or change it."""
    return PartsForm(
        {
            "decision": ChoiceForm({"keep": "I keep it", "change": "I change it"}, "My decision"),
            "why": TextForm("Why, in a sentence", most_words=60),
        }
    )


@decision("1.first-column")
def first_column(case: Any) -> Form:
    """Foretell which column the chart has first."""
    return ChoiceForm(Pick("features"), "I expect first")


@practice(
    "1.a",
    hints=(
        "Ask first how often the points lost double the odds of default.\nThen: what does one doubling add in log-odds?",
        "Doubling the odds adds ln 2 = 0.693 to the log-odds.\n"
        "Points lost make the file riskier, so in log-odds of default the sign is plus.",
        "Another card: 15 points double the odds, a client is 45 points below the neutral line.\n"
        "45 / 15 = 3 doublings: the odds of default are 2 × 2 × 2 = 8 times as high.\n"
        "In log-odds: 3 × 0.693 = +2.08.",
    ),
)
def points_as_log_odds(case: Any) -> Expectation:
    """Turn points lost on a scorecard into log-odds of default."""
    card = case.picks.scorecard
    lost, double = card["points_lost"], card["points_to_double"]
    expected = points_to_log_odds(lost, double)
    return Number(
        expected,
        tolerance=0.05,
        label="Points lost, in log-odds of default",
        reason="one decimal is enough to have understood the scale",
        traps=[
            Trap(
                "sign-reversed",
                -expected,
                "The size is right, the sign is that of a scorecard.\n"
                "The model counts log-odds of default: points lost make them go up.\n"
                "Turn the sign.",
            ),
            Trap(
                "doublings-not-log-odds",
                lost / double,
                "That is how often the odds double.\nOne doubling is 0.693 in log-odds, not 1.\nMultiply by ln 2.",
            ),
            Trap(
                "decimal-logarithm",
                lost / double * float(np.log10(2)),
                "That is the decimal logarithm.\nModels and scorecards use the natural one, ln.\nTake ln 2 = 0.693.",
            ),
        ],
    )


def _usual_values(case: Any) -> str:
    client, rows, labels = case.applicant("P"), case.applicants, case.value("labels")
    usual = {
        name: f"half of the clients have less than {shown(rows[name].median())}"
        if name in case.explanation.numeric
        else f"more clients have “{shown(rows[name].mode().iloc[0])}” than anything else"
        for name in case.picks.signs
    }
    return "\n".join(f"{labels[name]}: P has {shown(client.values[name])}, {said}." for name, said in usual.items())


@practice(
    "1.b",
    hints=(
        "Think as you would at the credit desk: is this value better or worse than usual?\n"
        "Worse than usual should push towards default.",
        _usual_values,
        "Another client earns 4,100 EUR where half earn less than 2,000, uses 88 % of the lines where half use less than 35 %.\n"
        "The income is better than usual: it protects. The use of credit lines is worse: it pushes towards default.",
    ),
)
def signs_foretold(case: Any) -> Expectation:
    """Foretell on which side three contributions of client P lie."""
    phi = case.applicant("P").contributions
    right = {name: "pushes" if phi[name] > 0 else "protects" for name in case.picks.signs}
    return Mapping(
        right,
        rows=Pick("signs"),
        options={"pushes": "pushes towards default", "protects": "protects"},
        label="What the model makes of it",
        traps=[
            Trap(
                "all-reversed",
                {name: "protects" if way == "pushes" else "pushes" for name, way in right.items()},
                "All three are the other way round: you may have thought in scorecard points.\n"
                "Here what is worse than usual counts upwards, towards default.\n"
                "Go through the three again.",
            ),
            Trap(
                "everything-pushes",
                dict.fromkeys(right, "pushes"),
                "You let everything push. Hardly any file is bad in every line.\n"
                "What is better than usual protects, also in a risky file.\n"
                "Compare each value with the usual one.",
            ),
        ],
    )


@practice(
    "1.c",
    hints=(
        "Side first, length second: which side of zero is towards default?",
        "Longest bar on the side of default, longest bar on the other side.\n"
        "Together: add them with their signs; one is negative.",
        "Another client has bars of +0.62, +0.30 and −0.41.\n"
        "Strongest push: +0.62. Strongest protection: −0.41.\n"
        "The two together: 0.62 − 0.41 = +0.21.",
    ),
)
def bars_of_p(case: Any) -> Expectation:
    """Read the bars of client P: strongest push, strongest protection, the two together."""
    phi = case.applicant("P").contributions
    up, down = str(phi.idxmax()), str(phi.idxmin())
    return Parts(
        {
            "push": Choice(
                up,
                Pick("features"),
                label="Longest bar to the right",
                traps=[
                    Trap(
                        "sides-swapped",
                        down,
                        "That bar protects: it lies on the other side of zero.\nTowards default is positive.",
                    )
                ],
            ),
            "protection": Choice(
                down,
                Pick("features"),
                label="Longest bar to the left",
                traps=[
                    Trap(
                        "sides-swapped",
                        up,
                        "That bar pushes towards default: it lies on the other side of zero.\nProtection is negative.",
                    ),
                    Trap(
                        "shortest-bar",
                        str(phi.abs().idxmin()),
                        "That is the shortest bar: it hardly does anything.\nProtection is a long bar on the negative side.",
                    ),
                ],
            ),
            "together": Number(
                float(phi[up] + phi[down]),
                tolerance=0.02,
                label="The two added up, in log-odds",
                reason="two bars read to two decimals",
                traps=[
                    Trap(
                        "signs-dropped",
                        float(phi[up] - phi[down]),
                        "You added the two lengths.\nOne bar is negative: push and protection work against each other.",
                    )
                ],
            ),
        }
    )


@practice(
    "1.d",
    hints=(
        "base + contributions = log-odds of the PD. Which two of the three do you have?",
        "First turn the PD back into log-odds: ln(PD / (100 − PD)).\nThen take the sum of the contributions away.",
        "Another model gives a client a PD of 20 %, and the contributions add up to +1.60.\n"
        "Log-odds of the PD: ln(20 / 80) = −1.39.\n"
        "Base: −1.39 − 1.60 = −2.99, which is a PD of 4.8 %.",
    ),
)
def base_found_back(case: Any) -> Expectation:
    """Find the base value back from the PD of client P and the sum of its contributions."""
    client = case.applicant("P")
    total = float(client.contributions.sum())
    return Number(
        case.base,
        tolerance=0.05,
        label="Base value, in log-odds",
        reason="a PD read to one decimal is a few hundredths in log-odds",
        traps=[
            Trap(
                "added-not-taken-away",
                client.log_odds + total,
                "You added the contributions to a total that holds them already.\n"
                "The base is where the sum starts.\n"
                "Take them away.",
            ),
            Trap(
                "pd-minus-log-odds",
                client.pd - total,
                "You took log-odds away from a PD: two units in one subtraction.\n"
                "Turn the PD into log-odds first.\n"
                "Then subtract.",
            ),
            Trap(
                "log-odds-of-the-pd",
                client.log_odds,
                "That is the total of this client, in log-odds.\n"
                "The base is the total without the contributions.\n"
                "Take their sum away.",
            ),
            Trap(
                "sign-lost",
                -case.base,
                "The size is right, the sign is not.\n"
                "A PD below 50 % has negative log-odds.\n"
                "Check the order of the fraction in the logarithm.",
            ),
        ],
    )


@practice(
    "1.e",
    hints=(
        "Stay inside one file. What would its PD be if this contribution were not in the total?",
        "PD with everything, minus the PD of (total − contribution).\nThe converter turns both totals into PDs.",
        "Another client: total −1.10 in log-odds, one contribution is +0.50.\n"
        "With it: 25.0 %. Without it, at −1.60: 16.8 %.\n"
        "The contribution is worth 25.0 − 16.8 = 8.2 points in this file.",
    ),
)
def one_push_in_two_files(case: Any) -> Expectation:
    """Work out what one contribution is worth in PD points for client R and for client S."""
    r, s, column = case.applicant("R"), case.applicant("S"), case.picks.practice_story
    return Parts(
        {
            "r_points": _points(r, column, float(s.points[column])),
            "s_points": _points(s, column, float(r.points[column])),
        }
    )


def _points(client: Any, column: str, in_other_file: float) -> Number:
    push = float(client.contributions[column])
    return Number(
        float(client.points[column]),
        tolerance=0.15,
        unit="points",
        label=f"Worth to client {client.name}",
        reason="0.15 absorbs contributions read to two decimals",
        traps=[
            Trap(
                "log-odds-as-percent",
                100 * push,
                "You read the log-odds as percent.\nConvert the total with and without the contribution, then subtract.",
            ),
            Trap(
                "log-odds-as-points",
                push,
                "That is the contribution in log-odds.\nConvert the total with and without it, then subtract.",
            ),
            Trap(
                "other-files-points",
                in_other_file,
                "That is what it is worth in the other file.\nUse this client's own total.",
            ),
            Trap(
                "added-once-more",
                -float(probability_points(client.log_odds, -push)),
                "You added it a second time; the total holds it already.\nTake it away instead.",
            ),
        ],
    )


@practice(
    "1.f",
    hints=(
        "Both columns tell the model the same thing. When one is gone, who tells it?",
        "The model still needs the fact, and only one column is left to carry it.",
        "Another model has two columns for income, gross and net, with bars of 0.12 and 0.10.\n"
        "Fitted again without gross, net has a bar of 0.20.\n"
        "The fact weighed about 0.2 all along; the credit was split.",
    ),
)
def hidden_twin(case: Any) -> Expectation:
    """Foretell the bar of one twin column once the other is taken out and the model fitted again."""
    test = case.value("twin_test")
    if not test:
        raise DataError(
            "Expected two columns that say the same thing, got none in this portfolio. Leave this item out."
        )
    growth = test["after"] / test["before"] if test["before"] else float("inf") if test["after"] else 1.0
    return Choice(
        _bands(growth),
        {"longer": "clearly longer", "same": "about the same", "shorter": "clearly shorter"},
        label="The bar of the column that stays will be",
        traps=[
            Trap(
                "nothing-moves",
                "same",
                "You expect each column to keep its own weight.\n"
                "But the two shared one fact, and the model still needs it.\n"
                "Whoever stays carries it alone: what does the bar do?",
            ),
            Trap(
                "weaker-alone",
                "shorter",
                "You expect the fact to fade when half of it is gone.\n"
                "It is not half of the fact that is gone, it is one of two copies.\n"
                "The copy that stays now has to say it all.",
            ),
        ],
    )


def _bands(growth: float) -> list[str]:
    """Return what may be said of a bar that grew this much; near a line, both sides of it."""
    named = [
        ("longer", growth >= 0.9 * GROWN),
        ("same", 0.9 * STEADY <= growth <= 1.1 * GROWN),
        ("shorter", growth <= 1.1 * STEADY),
    ]
    return [name for name, may in named if may]
