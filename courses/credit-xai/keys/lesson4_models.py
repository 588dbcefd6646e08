"""Keys of lesson 4 on an alternative model and on whose errors are made (4.5, 4.6); lines are those of the lender's policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graders.content import load_module
from graders.expectations import Choice, Expectation, Number, Parts, Trap
from graders.keys import key
from graders.language import number

ground = load_module(Path(__file__).parents[1] / "case.py")

LOSS = 0.0005  # tolerance: five times what rounding does to a difference of numbers printed to four decimals
GAIN = 0.002  # tolerance: twice what rounding does to a difference of numbers printed to three decimals
RATE, RATIO = 1.0, 0.02
ALIKE = (0.85, 1.20)  # one A/E over the other: within it, PDs announce both groups' defaults alike
UNEQUAL = 5.0  # points between the refusals of good payers from which errors fall unequally


@key("4.5", points=3, competency="C7", needs=("protected",))
def alternative(case: Any) -> Expectation:
    """Weigh the model without the best proxy: what it costs in AUC, what it gains in approval ratio, what the rule says."""
    as_it_is, without, old_cut, other = case.value("alternatives")
    column = next(iter(case.value("groups")))

    def cost(model: dict[str, Any]) -> float:
        return float(as_it_is["auc"] - model["auc"])

    def gain(model: dict[str, Any], of: str = column) -> float:
        return float(model["ratios"][of] - as_it_is["ratios"][of])

    return Parts(
        {
            "loss": Number(
                cost(without),
                LOSS,
                label="AUC lost",
                reason="a difference of two numbers printed to four decimals",
                traps=[
                    Trap(
                        "gini-lost",
                        2 * cost(without),
                        "That is twice the loss of AUC: a loss of Gini.\nThe rule is written in AUC.",
                    )
                ],
            ),
            "gain": Number(
                gain(without),
                GAIN,
                label=f"Gain in the ratio of: {case.words[column]}",
                reason="a difference of two numbers printed to three decimals",
                traps=[
                    Trap(
                        "ratio-not-gain",
                        without["ratios"][column],
                        "That is the ratio of the other model.\nAsked is by how much it rises: take the first one away.",
                    ),
                    Trap(
                        "gain-to-equal",
                        1 - as_it_is["ratios"][column],
                        "That is the way to a ratio of 1.\nAsked is how far the other model really gets.",
                    ),
                ],
            ),
            "decision": _decision(case, cost(without), gain(without)),
        },
        traps=[
            Trap(
                "other-column-dropped",
                {"loss": cost(other), "gain": gain(other)},
                "You took the model without the other column.\n"
                "That column moves the other group's ratio a little; this one it hardly touches.\n"
                "Take the line without the column that tells this group best.",
            ),
            Trap(
                "old-cut-off-kept",
                {"gain": gain(old_cut)},
                "You kept the old cut-off: the other model then approves another share of all applicants.\n"
                "Part of the gain is more, or fewer, loans, not another order of people.\n"
                "Compare both at the same share approved.",
            ),
        ],
    )


def _decision(case: Any, loss: float, gain: float) -> Choice:
    most, least = (float(ground.line(case.contract, name)) for name in ("lda_max_auc_loss", "lda_min_ratio_gain"))
    allowed = [
        ("propose", loss <= most + LOSS and gain >= least - GAIN),
        ("loss-too-large", loss >= most - LOSS),
        ("gain-too-small", gain <= least + GAIN),
    ]
    exact = "propose" if loss <= most and gain >= least else "loss-too-large" if loss > most else "gain-too-small"
    right = [exact, *(name for name, may in allowed if may and name != exact)]
    return Choice(
        right,
        {
            "propose": "propose it: the loss stays within the declared line, and the gain reaches it",
            "loss-too-large": "do not: the loss is larger than the declared line",
            "gain-too-small": "do not: the gain does not reach the declared line",
            "any-loss": "do not: a model that orders worse may not be proposed at all",
            "no-protected-column": "do not: the model reads no protected column, so nothing needs to change",
        },
        label="By the lender's declared rule",
        traps=[
            Trap(
                "any-loss-refused",
                "any-loss",
                f"The declared rule allows a loss of AUC of up to {number(most, 2)}.\n"
                "“Never worse” is a rule nobody here wrote down, and it always keeps what there is.\n"
                "Compare your loss with the line.",
            ),
            Trap(
                "unaware-so-unchanged",
                "no-protected-column",
                "That the model reads no protected column does not say that its columns tell no group: see 4.4.\n"
                "The rule asks what another model would cost and gain, whatever the first one reads.\n"
                "Compare your two numbers with the two lines.",
            ),
            Trap(
                "lines-not-compared",
                "gain-too-small" if "propose" in right else "propose",
                "Your two numbers and the two lines say otherwise.\nCompare the loss with one line, the gain with the other.",
            ),
        ],
    )


@key("4.6", points=3, competency="C7", needs=("protected", "group_errors"))
def whose_errors(case: Any) -> Expectation:
    """Measure how often good payers of each group are refused, whether PDs announce both groups' defaults, and what that says."""
    compared, reference = case.errors("compared"), case.errors("reference")
    names = {side: of["name"] for side, of in next(iter(case.value("groups").values())).items()}

    def both(measure: str, part: str) -> dict[str, float]:
        return {
            f"{part}_compared": getattr(compared, measure),
            f"{part}_reference": getattr(reference, measure),
        }

    right = {**both("refusal_of_good", "good"), **both("actual_over_expected", "ae")}
    titles = {side: f"{name}: good payers refused" for side, name in names.items()}
    ratios = {side: f"{name}: defaults over announced defaults" for side, name in names.items()}
    numbers: dict[str, Expectation] = {
        **{
            f"good_{side}": Number(right[f"good_{side}"], RATE, unit="%", label=title, low=0, high=100)
            for side, title in titles.items()
        },
        **{f"ae_{side}": Number(right[f"ae_{side}"], RATIO, label=title, low=0) for side, title in ratios.items()},
    }
    return Parts(
        {**numbers, "verdict": _verdict(right)},
        traps=[
            Trap(
                "all-applicants",
                both("refusal_of_all", "good"),
                "You counted all who applied, and called those who would have defaulted good payers too.\n"
                "Of a refused applicant nobody knows an outcome.\n"
                "Stay with booked loans that were repaid.",
            ),
            Trap(
                "bad-for-good",
                both("refusal_of_bad", "good"),
                "These are the defaulters that the model would have caught.\n"
                "Asked is the other error: people who paid, and would have been turned away.\n"
                "Take the loans that were repaid.",
            ),
            Trap(
                "approved-for-refused",
                {name: 100 - rate for name, rate in both("refusal_of_good", "good").items()},
                "These are the good payers who are approved.\nAsked are those who would be refused.\nTake the rest.",
            ),
            Trap(
                "expected-over-actual",
                {name: 1 / ratio for name, ratio in both("actual_over_expected", "ae").items()},
                "The ratios are upside down.\n"
                "Above 1 is to mean: more defaults than announced.\n"
                "Divide the defaults by what the PDs announce.",
            ),
        ],
        weights={"good_compared": 1, "good_reference": 1, "ae_compared": 1, "ae_reference": 1, "verdict": 2},
    )


def _verdict(right: dict[str, float]) -> Choice:
    gap = abs(right["good_compared"] - right["good_reference"])
    ratio = right["ae_compared"] / right["ae_reference"]
    alike, unequal = ALIKE[0] <= ratio <= ALIKE[1], gap > UNEQUAL
    names = {
        (True, True): "alike-yet-unequal",
        (True, False): "alike-and-equal",
        (False, True): "unlike-and-unequal",
        (False, False): "unlike-yet-equal",
    }
    may_alike = {alike, *(not alike for end in ALIKE if abs(ratio - end) <= RATIO)}
    may_unequal = {unequal, *([not unequal] if abs(gap - UNEQUAL) <= RATE else [])}
    exact = names[alike, unequal]
    others = [
        name for (one, other), name in names.items() if one in may_alike and other in may_unequal and name != exact
    ]
    return Choice(
        [exact, *others],
        {
            "alike-yet-unequal": "PDs announce both groups' defaults alike, and yet good payers of one are refused more often",
            "alike-and-equal": "PDs announce both groups' defaults alike, and good payers of both are refused about as often",
            "unlike-and-unequal": "PDs announce the two groups' defaults unlike, and good payers of one are refused more often",
            "unlike-yet-equal": "PDs announce the two groups' defaults unlike, and good payers of both are refused about as often",
            "calibrated-so-cleared": "PDs mean the same in both groups, so nobody is at a disadvantage",
        },
        label="What the two measures say together",
        traps=[
            Trap(
                "calibration-clears",
                "calibrated-so-cleared",
                "That PDs mean the same for both groups does not say who pays for the errors.\n"
                "Where default rates differ, PDs that mean the same usually go with errors that are not.\n"
                "Look at the good payers once more: which group bears more of that error?",
            ),
            Trap(
                "errors-not-compared",
                names[alike, not unequal],
                "Compare the two refusal rates of good payers: more than 5 points apart, or not?\n"
                "The first half of your sentence is right.",
            ),
            Trap(
                "announcements-not-compared",
                names[not alike, unequal],
                f"Divide one ratio by the other: between {number(ALIKE[0], 2)} and {number(ALIKE[1], 2)} they are alike.\n"
                "Both may be above 1: then the model is too low for both.",
            ),
        ],
    )
