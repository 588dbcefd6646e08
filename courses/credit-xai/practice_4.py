"""The practice items of lesson 4, checked at once, with hints on demand; and its decisions, which nobody checks.

Goes to learners; earns nothing, so it may know its answers. Practice is about other people and other clients than the graded
questions. 4.a and 4.b prepare 4.1 and 4.6, 4.c prepares 4.2, 4.d prepares 4.3 to 4.5, 4.e prepares 4.7 and 4.8, 4.f prepares 4.9.
"""

from __future__ import annotations

from typing import Any

from graders.expectations import Choice, Expectation, Mapping, Number, Parts, Trap
from graders.forms import ChoiceForm, Form, PartsForm, Pick, RankingForm, TextForm
from graders.language import number
from graders.practice import decision, practice
from graders.references.approval import Approvals, acceptable_standings

_NEAR = 0.02  # AUC within which two columns tell a group as well


@decision("4.client-k")
def client_k(case: Any) -> Form:
    """Client K contests the refusal: decide as the person who reviews it."""
    return PartsForm(
        {
            "decision": ChoiceForm(
                {
                    "uphold": "uphold the refusal",
                    "override": "grant the loan, against the model",
                    "escalate": "pass it on: a second reader, or the owner of the model",
                },
                "My decision",
            ),
            "mine": RankingForm(Pick("facts"), 2, label="My two strongest reasons for a refusal"),
            "model": RankingForm(Pick("facts"), 2, label="The two I expect of the model"),
        }
    )


@decision("4.client-k-after", look=False)
def client_k_after(case: Any) -> Form:
    """Client K, once you have seen the model's reasons: keep your decision, or change it."""
    return PartsForm(
        {
            "decision": ChoiceForm(
                {"keep": "I keep it", "override": "I override now", "escalate": "I pass it on now"}, "My decision"
            ),
            "why": TextForm("Why, in a sentence that the client could read", most_words=60),
        }
    )


def _branch(case: Any) -> tuple[Approvals, list[list[int]]]:
    compared, reference = case.value("branch").values()
    return Approvals(compared[1], compared[0], reference[1], reference[0]), [compared, reference]


@practice(
    "4.a",
    hints=(
        "Who says that they are turned down more often, and than whom?",
        "The reference group is the one they compare themselves with, not everybody: they are part of everybody.\n"
        "The people to count are all to whom the decision was made.",
        "Another complaint: people over 60 say a shop refuses them instalments more often than younger customers.\n"
        "Compared: over 60. Reference: the younger ones. To count: all who asked for instalments.\n"
        "Not those who got them: whoever was refused is not among them.",
    ),
)
def who_counts(case: Any) -> Expectation:
    """Applicants from villages say that a branch turns them down more often: say whom to compare, and whom to count."""
    compared, reference = case.value("branch")
    return Parts(
        {
            "reference": Choice(
                "reference",
                {"compared": compared, "reference": reference, "everybody": "all applicants together"},
                label="The reference group",
                traps=[
                    Trap(
                        "compared-for-reference",
                        "compared",
                        "That is the group that complains: the one to be compared.\nThe reference is whom it is compared with.",
                    ),
                    Trap(
                        "everybody-as-reference",
                        "everybody",
                        "The group would be compared partly with itself, and any gap would look smaller.\n"
                        "Compare it with those it names.",
                    ),
                ],
            ),
            "counted": Choice(
                "applied",
                {
                    "applied": "all who applied",
                    "booked": "those who got a loan",
                    "defaulted": "those who defaulted",
                },
                label="The people to count",
                traps=[
                    Trap(
                        "only-the-booked",
                        "booked",
                        "Whoever was turned down is not among them, and they are the ones who complain.\n"
                        "Count everybody to whom the decision was made.",
                    ),
                    Trap(
                        "outcome-for-decision",
                        "defaulted",
                        "A default is what a borrower did. The complaint is about your decision.\n"
                        "Count everybody to whom it was made.",
                    ),
                ],
            ),
        }
    )


@practice(
    "4.b",
    hints=(
        "Two rates, two crowds: who stands below the line of the fraction each time?",
        "Ratio: approved over applied in the villages, divided by approved over applied in the town.\n"
        "Good payers refused: only those who repaid stand below the line.",
        "Another branch: 200 apply and 90 are approved (45 %); in the other group 500 and 300 (60 %). Ratio: 45 / 60 = 0.75.\n"
        "Of 80 loans of the first group that were repaid, the model would refuse 20: 25 %.\n"
        "Who never got a loan is in the first number, and cannot be in the second.",
    ),
)
def ratio_of_counts(case: Any) -> Expectation:
    """Work out the approval ratio of the branch, and how many of the villages' good payers the model would refuse."""
    approvals, (compared, _reference) = _branch(case)
    refused = 100 * compared[3] / compared[2]
    return Parts(
        {
            "ratio": Number(
                approvals.ratio,
                0.005,
                label="Approval ratio: villages to town",
                low=0,
                reason="rounding to two decimals",
                traps=[
                    Trap(
                        "turned-over",
                        1 / approvals.ratio,
                        "Upside down: the compared group stands above the line.\nVillages over town.",
                    ),
                    Trap(
                        "ratio-of-refusals",
                        approvals.refusals.ratio,
                        "That is the ratio of the refusals.\nDivide the rates of approval.",
                    ),
                    Trap(
                        "ratio-of-counts",
                        compared[1] / _reference_count(case),
                        "You divided how many are approved, not how often.\nDivide each by its own applicants first.",
                    ),
                ],
            ),
            "good_refused": Number(
                refused,
                1.0,
                unit="%",
                label="Good payers of the villages whom the model would refuse",
                low=0,
                high=100,
                reason="rounding to whole percent",
                traps=[
                    Trap(
                        "refused-of-all",
                        100 * (compared[0] - compared[1]) / compared[0],
                        "That is the refusal rate of all who applied.\nOnly those who repaid are good payers for sure.",
                    ),
                    Trap(
                        "of-all-applicants",
                        100 * compared[3] / compared[0],
                        "You divided by all who applied.\nBelow the line stand those who repaid.",
                    ),
                ],
            ),
        }
    )


def _reference_count(case: Any) -> int:
    return int(list(case.value("branch").values())[1][1])


@practice(
    "4.c",
    hints=(
        "Leave the points alone for a moment. Where does each bar begin, and where does it end?",
        "Wholly left of the dashed line: below. Wholly right of it: above. The line crosses the bar: inconclusive.\n"
        "The fewer people, the longer the bar.",
        "Another portfolio: 2,100 people, ratio 0.74, interval 0.70 to 0.78: below 0.80.\n"
        "60 of them in one month: ratio 0.71, interval 0.52 to 0.97: inconclusive, though the point is lower.\n"
        "The month does not say that things got worse. It says that 60 people are few.",
    ),
)
def small_group(case: Any) -> Expectation:
    """One kind of application, over a year, a quarter and a month: say where each interval lies."""
    line = float(case.line)
    compared = dict(zip(case.picks.nested, case.nested, strict=True))
    return Mapping(
        {row: tuple(acceptable_standings(one.approvals.interval, line)) for row, one in compared.items()},
        rows=Pick("nested"),
        options={
            "below": "wholly below the line",
            "not-below": "wholly above the line",
            "inconclusive": "across the line",
        },
        label="The 95 % interval of the ratio lies",
        traps=[
            Trap(
                "points-only",
                {row: "below" if one.approvals.ratio < line else "not-below" for row, one in compared.items()},
                "You read the points. They jump from month to month because so few people are behind them.\n"
                "Read the two ends of each bar.",
            )
        ],
    )


def _is_age(case: Any) -> bool:
    """Return whether the last attribute is a number cut in two whose compared group is the lower one, as the young are."""
    attribute = case.contract.protected[list(case.value("groups"))[-1]]
    return attribute.cut is not None and attribute.compared.startswith("<")


def _think(case: Any) -> str:
    if _is_age(case):
        return "Think of what a person's age makes possible, and what not."
    return "Think of what goes with belonging to the group, and what does not."


def _shares(case: Any) -> str:
    attribute = list(case.value("groups"))[-1]
    compared, reference = (case.value("groups")[attribute][side]["name"] for side in ("compared", "reference"))
    return (
        f"{case.words[attribute]}: {compared} against {reference}. Go through the columns of a file, and ask of each one: "
        "who can have a high value, and who cannot?"
    )


@practice(
    "4.d",
    hints=(
        _shares,
        "A proxy need not be a reason for default. It need not even weigh much in the score.\n"
        "Which column is bounded by the very thing you want to guess?",
        "Another model reads “years since first licence”. Nobody told it anybody's age.\n"
        "Yet nobody of 20 has had a licence for 15 years: the column tells the young with an AUC of 0.9.\n"
        "That holds whether it weighs first or last in the score.",
    ),
)
def proxy_guessed(case: Any) -> Expectation:
    """Guess, before the bars are shown, which column alone tells best who is young."""
    attribute = list(case.value("groups"))[-1]
    telling = case.telling(attribute)
    best = [str(name) for name in telling.index if telling[name] >= telling.iloc[0] - _NEAR]
    return Choice(
        best,
        Pick("features"),
        label=f"The best proxy of: {case.words[attribute]}",
        traps=[
            Trap(
                "weight-for-link",
                str(case.importance.index[0]),
                f"That column weighs most in the score; it need not tell who the people are.\n{_think(case)}",
            ),
            Trap(
                "second-best",
                str(telling.index[min(1, len(telling) - 1)]),
                "A good thought, and the second best: many people of the other group look alike in it.\n"
                "Which column leaves less room for exceptions?",
            ),
        ],
        wrong=f"Another column tells it better.\n{_think(case)}",
    )


_REPAIRS = {
    "name-factors": "name the factors that weighed",
    "take-out-helpful": "take the factor out: it helped K",
    "take-out-unseen": "take the factor out: the model never saw it",
    "name-principal": "name the principal factors instead of a minor one",
}


def _repair(case: Any, factors: list[str]) -> str:
    sums = case.client("K").concepts
    if not factors:
        return "name-factors"
    if factors[0] not in sums.index:
        return "take-out-unseen"
    return "take-out-helpful" if sums[factors[0]] <= 0 else "name-principal"


@practice(
    "4.e",
    hints=(
        "Take the factor that each letter names, and look for it in K's table: is it there, and with which sign?",
        "No factor at all: nothing the client could check. A minus: it helped. Not in the table: never scored.\n"
        "A small plus: true, and not what decided.",
        "Another client was refused for late payments (+0.61) and a short time in the job (+0.34); the income helped (−0.28).\n"
        "“Your income is too low”: take it out, it helped. “Our policy”: name the two factors.\n"
        "“Your credit history” (+0.03): true, but minor; name the two that decided.",
    ),
)
def bad_letters(case: Any) -> Expectation:
    """Say what has to be done with each of three letters to client K; none may go out as it stands."""
    right = {row: _repair(case, letter["factors"]) for row, letter in case.value("bad_letters").items()}
    return Mapping(
        right,
        rows=Pick("letters"),
        options=_REPAIRS,
        label="What has to be done",
        traps=[
            Trap(
                "rewrite-all",
                dict.fromkeys(right, "name-factors"),
                "You sent all three back for their wording.\n"
                "Two of them name a factor: is it true of K?\n"
                "Look it up in K's table.",
            )
        ],
        per_row_replies={row: _repair_replies(way) for row, way in right.items()},
    )


def _repair_replies(right: str) -> dict[str, str]:
    clues = {
        "name-factors": "Read it again: does it name any factor a client could check?",
        "take-out-helpful": "Look up the sign of that factor in K's table.",
        "take-out-unseen": "Look for that factor in K's table: is it there at all?",
        "name-principal": "It did push. How large is it beside the first four?",
    }
    return {way: clues[right] for way in _REPAIRS if way != right}


@practice(
    "4.f",
    hints=(
        "Follow the points from left to right. Where do they pass the dashed line?",
        "Find the first point at or below the line after which no point is above it again.\n"
        "A flat part means: these steps change nothing for the model.",
        "Another client: PDs of 9.4, 9.1, 9.1, 8.9, 8.3, 7.7 % at 0 to 5 steps, and a cut-off of 8.5 %.\n"
        "The PD is at or below it from step 4 on, and stays there: 4 steps.\n"
        "A straight line through the first step (0.3 points each) would have said 3.",
    ),
)
def one_field(case: Any) -> Expectation:
    """Say after how many steps the model would have approved client J, and stayed so."""
    ladder = case.ladder("J")
    first = ladder.first_lasting(case.cut) or 0
    wanted = (ladder.pds[0] - case.cut) / max(ladder.pds[0] - ladder.pds[1], 1e-9)
    return Number(
        float(first),
        tolerance=0,
        label="Steps until the model approves, and stays so",
        low=0,
        whole=True,
        reason="the points are drawn and written out",
        traps=[
            Trap(
                "first-step-repeated",
                float(round(wanted)) if wanted < 1000 else -1.0,
                "You took the first step and repeated it.\nThe steps are not equal: follow the points.",
            ),
            Trap(
                "one-too-early",
                float(first - 1),
                f"At that step the PD is still above {number(case.cut, 2)} %.\nTake the next point.",
            ),
        ],
    )
