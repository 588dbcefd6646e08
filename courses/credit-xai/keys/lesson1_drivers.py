"""Keys of lesson 1 on the portfolio: main drivers, directions, twin columns (1.3, 1.4, 1.7).

Near ties are never marked: ranks are judged outside a band of 15 %, directions between clear and absent are never asked.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from graders.expectations import Choice, Expectation, Mapping, Parts, Ranking, Trap
from graders.forms import Pick
from graders.keys import key
from graders.language import number
from graders.references.importance import signed_mean, widest_range
from graders.references.margins import acceptable_ranks
from graders.references.picking import CLEAR_DIRECTION, NO_DIRECTION

LEAST_RANKS = (
    40  # in the menus of ranks, unless a portfolio has more facts and columns: the same for everybody in a class
)


@key("1.3", points=3, competency="C2", needs=("five_columns",))
def main_drivers(case: Any) -> Expectation:
    """Name the five main drivers of the model over the explained files, strongest first."""
    return Ranking(
        case.importance.to_dict(),
        k=5,
        options=Pick("features"),
        label="Columns that move the score most, strongest first",
        traps=[
            Trap(
                "signed-mean",
                _top(signed_mean(case.contributions), 5),
                "You ordered by the mean with its sign.\n"
                "Pushes and protections cancel in it: a strong driver of both can look weak.\n"
                "Drop the signs first, then average.",
            ),
            Trap(
                "widest-range",
                _top(widest_range(case.contributions), 5),
                "You ordered by the distance between the two most extreme files.\n"
                "One striking file is not importance, the next sample would change the order.\n"
                "Average the absolute contributions over all files.",
            ),
            Trap(
                "loss-of-auc",
                list(case.auc_loss.index[:5]),
                "You took the model team's table: AUC lost when a column is shuffled.\n"
                "That measures what ranking would lose, another question than what moves the score.\n"
                "Take the mean absolute contribution.",
            ),
            Trap(
                "weakest-first",
                list(case.importance.index[:5][::-1]),
                "The right names, from the bottom up.\n"
                "The first of a list of drivers is read as the main one.\n"
                "Turn the list over.",
            ),
        ],
        wrong="These are not the columns with the longest bars.\n"
        f"Average the absolute contributions over the {number(len(case.applicants))} files.\n"
        "Then take the five largest, largest first.",
    )


@key("1.4", points=3, competency="C2", needs=("numbers",))
def directions(case: Any) -> Expectation:
    """Say what a higher value of each of these columns does to the risk the model sees."""
    rho = case.explanation.directions
    asked = dict(case.picks.directions)
    clear = {name: _direction(float(rho[name])) for name in asked}
    right = {name: _accepted(float(rho[name])) for name in asked}
    means = {name: "raises" if case.contributions[name].mean() > 0 else "lowers" for name in asked}
    return Mapping(
        right,
        rows=Pick("directions"),
        options={
            "raises": "raises the risk",
            "lowers": "lowers the risk",
            "neither": "no single direction",
        },
        label="What a higher value does",
        traps=[
            Trap(
                "all-reversed",
                {name: {"raises": "lowers", "lowers": "raises"}.get(way, way) for name, way in clear.items()},
                "Every direction is the other way round: positive means towards default here.\n"
                "Your scorecard counts points for safety, this model counts log-odds of default.\n"
                "Read right of zero as riskier, and go through the rows again.",
            ),
            Trap(
                "sign-of-mean",
                means,
                "You took the sign of the mean contribution.\n"
                "That says on which side of the reference most files lie, not what a higher value does.\n"
                "Compare marker with position: where are the high values?",
            ),
        ],
        per_row_replies={
            name: {
                wrong: trap
                for wrong, trap in _direction_replies(case.value("labels")[name], _ways(rho, name)[0]).items()
                if wrong not in right[name]
            }
            for name in asked
        },
    )


def _ways(rho: pd.Series, name: str) -> list[str]:
    return _accepted(float(rho[name]))


def _accepted(rho: float) -> list[str]:
    """Return what may be said of a direction: of one between clear and absent, asked only where there are no others, both."""
    way = "raises" if rho > 0 else "lowers"
    if abs(rho) <= NO_DIRECTION:
        return ["neither"]
    return [way] if abs(rho) >= CLEAR_DIRECTION else [way, "neither"]


def _direction(rho: float) -> str:
    return "neither" if abs(rho) < CLEAR_DIRECTION else "raises" if rho > 0 else "lowers"


def _direction_replies(label: str, right: str) -> dict[str, Trap]:
    if right == "neither":
        return {
            "raises": Trap("one-end-raises", "raises", _one_end(label, "riskier")),
            "lowers": Trap("one-end-lowers", "lowers", _one_end(label, "safer")),
        }
    other = "lowers" if right == "raises" else "raises"
    return {
        other: Trap(
            "reversed",
            other,
            f"{label}: the direction is the other way round.\n"
            "In a sign review this column would be reported for the wrong reason.\n"
            "Where do its high values lie, left or right of zero?",
        ),
        "neither": Trap(
            "trend-missed",
            "neither",
            f"{label}: a few points off the line do not undo a trend.\n"
            "Calling it directionless hides what the model does with it.\n"
            "Look at the whole cloud, from its lowest to its highest values.",
        ),
    }


def _one_end(label: str, way: str) -> str:
    return (
        f"{label}: you read one end of the cloud.\n"
        f"A sentence with “the more, the {way}” would be false for the files at the other end.\n"
        "Look at the low values and at the high values."
    )


@key("1.7", points=2, competency="C2", needs=("twins",))
def twin_ranks(case: Any) -> Expectation:
    """Rank a fact that two columns share, together and one by one, and say what the bar chart alone suggests."""
    concept, columns = case.twins
    strong, weak = columns[0], columns[-1]
    apart = case.concept_importance.copy()
    apart[concept] = case.importance[columns].sum()
    alone = _rank(case.importance, strong)
    understated = _rank(case.concept_importance, concept) < alone
    pair = len(columns) == 2
    return Parts(
        {
            "together": _rank_choice(
                len(case.importance),
                case.concept_importance,
                concept,
                "Rank of the fact, both columns together" if pair else "Rank of the fact, all its columns together",
                Trap(
                    "best-single-rank",
                    str(alone),
                    "That is the rank of the stronger column alone: the credit is split between two.\n"
                    "Add them per applicant, average the absolute sums, rank again among the facts.",
                ),
                Trap(
                    "means-added",
                    str(_rank(apart, concept)),
                    "You added two averages. Where the columns disagree in a file, they cancel there first.\n"
                    "Add per applicant, then average the absolute sums.",
                ),
            ),
            "stronger_alone": _rank_choice(
                len(case.importance),
                case.importance,
                strong,
                "Rank of its stronger column alone" if pair else "Rank of its strongest column alone",
                Trap(
                    "columns-swapped",
                    str(_rank(case.importance, weak)),
                    "That is the rank of the other column of the two.\nRead the one with the longer bar.",
                ),
            ),
            "weaker_alone": _rank_choice(
                len(case.importance),
                case.importance,
                weak,
                "Rank of its weaker column alone" if pair else "Rank of its weakest column alone",
                Trap(
                    "columns-swapped",
                    str(alone),
                    "That is the rank of the other column of the two.\nRead the one with the shorter bar.",
                ),
            ),
            "reading": Choice(
                "understates" if understated else "fair",
                {
                    "understates": "the fact looks less important than it is",
                    "fair": "the fact stands where it belongs",
                    "overstates": "the fact looks more important than it is",
                    "drop-both": "both columns are secondary and can go",
                },
                label="Read from the chart of part 4 alone",
                traps=[
                    Trap(
                        "each-hides-the-other",
                        "drop-both",
                        "Each of the two hides the other: the credit of one fact is split.\n"
                        "Dropping both would take a main driver out of the model.",
                    ),
                    Trap(
                        "twice-is-more",
                        "overstates",
                        "Two bars are not a double weight: they share the weight of one fact.\n"
                        "Compare the rank together with the ranks alone.",
                    ),
                    Trap(
                        "split-not-seen",
                        "fair",
                        "Your own ranks say otherwise: together it stands higher than either column alone.\n"
                        "Read columns that say one thing as one.",
                    ),
                    Trap(
                        "split-assumed",
                        "understates",
                        "Here the fact and its stronger column have the same rank.\n"
                        "Compare the two ranks before you call it understated.",
                    ),
                ],
            ),
        }
    )


def _rank(scores: pd.Series, name: str) -> int:
    return int((scores > scores[name]).sum()) + 1


def _rank_choice(columns: int, scores: pd.Series, name: str, label: str, *traps: Trap) -> Choice:
    ranks = [str(rank) for rank in acceptable_ranks(scores, name)]
    menu = {str(rank): str(rank) for rank in range(1, max(LEAST_RANKS, columns) + 1)}
    return Choice(
        ranks, menu, label=label, traps=traps, wrong="Not this rank.\nCount from the longest bar, which is 1."
    )


def _top(scores: pd.Series, count: int) -> list[str]:
    return [str(name) for name in scores.sort_values(ascending=False, kind="stable").index[:count]]
