"""Keys of lesson 5 on the findings: which defects the model has, and what the bank's rule makes of them (5.2, 5.3).

5.3 reads the learner's own list of 5.2: what was missed there costs nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graders.content import load_module
from graders.expectations import Choice, Choices, Expectation, Trap
from graders.forms import Read
from graders.keys import key

measures = load_module(Path(__file__).with_name("lesson5_measures.py"))


@key("5.2", points=5, competency="C6")
def defects(case: Any) -> Expectation:
    """Name the defects of the vendor's model; none is an answer too."""
    must, may = measures.must_and_may(case)
    return Choices(
        must,
        may,
        options=measures.words.DEFECTS,
        label="Defects, each by its own test (tick none where none is found)",
        traps=[
            Trap(
                "vendors-word",
                [],
                "You found nothing. A data sheet is true as far as it goes.\n"
                "Lay each of your eight figures beside its line: at least one lies on the wrong side.",
            ),
            Trap(
                "everything",
                list(measures.words.DEFECTS),
                "You found everything. An auditor who flags all is heard on nothing.\n"
                "A defect has crossed a line: keep those that have.",
            ),
            Trap(
                "any-gap-is-overfit",
                [*must, "overfit"],
                "Every model is better on the loans it learnt on.\n"
                "An overfit is called when the gap is wider than the policy allows.\nSubtract, and compare with the line.",
            ),
            Trap(
                "any-turn-is-wrong-sign",
                [*must, "sign"],
                "You counted a curve that turns. One column has no declared sign any more, others hardly move.\n"
                "Only a run against a declared sign, longer than the line, is a defect.",
            ),
            Trap(
                "any-difference-is-disparity",
                [*must, "disparity"],
                "The groups do differ, and the memo should say so.\n"
                "The test is another: the whole interval below the declared line.\nCompare its upper end.",
            ),
            Trap(
                "strong-is-leak",
                [*must, "leak"],
                "You took a strong column for a leak. Strong is not too early.\n"
                "Compare its AUC alone with the line, and ask when it is known.",
            ),
            Trap(
                "wobble-is-calibration",
                [*must, "calibration"],
                "No year hits the announced number exactly.\nThe band is wide on purpose: is A/E of the year outside it?",
            ),
            *[_missed(name, must) for name in measures.words.DEFECTS],
        ],
        wrong="Test each of the five on its own figure and its own line.\n"
        "The register has the figure, the bank's rule the line.",
    )


_MISSED = {
    "leak": "You left out the leak. On the day of the application it is the same for everybody, and the order goes with it.\n"
    "Which column alone is over the line, and when is it known?",
    "sign": "You left out the sign. A curve against its declared sign gives reasons nobody can defend.\n"
    "Compare the worst run with its line.",
    "disparity": "You left out the disparity. That no protected attribute is used does not settle it.\n"
    "Where does the upper end of the interval lie?",
    "overfit": "You left out the overfit. The figure of the data sheet will not come back next year.\n"
    "Subtract the two AUCs, and compare with the line.",
    "calibration": "You left out the calibration. The order may hold while the level is off, and prices hang on the level.\n"
    "Is A/E of the last year inside the band?",
}


def _missed(name: str, must: list[str]) -> Trap:
    return Trap(f"{name}-missed", [one for one in must if one != name], _MISSED[name])


def by_the_rule(case: Any, answer: Any) -> list[str]:
    """Return what may be recommended after a list of defects; by the figures where it is right, or cannot be read."""
    reading = defects(case).form.read(answer, case.picks)
    if not isinstance(reading, Read):
        return measures.verdicts(case)
    must, may = map(set, measures.must_and_may(case))
    own = measures.verdict(reading.value)
    if must <= reading.value <= must | may:  # near a line either call holds, so does what follows from either
        return list(dict.fromkeys([own, *measures.verdicts(case)]))
    return [own]


@key("5.3", points=2, competency="C8", follows=("5.2",))
def recommendation(case: Any, earlier: Mapping[str, Any]) -> Expectation:
    """Recommend what the bank's declared rule makes of your list of defects."""
    return Choice(
        by_the_rule(case, earlier["5.2"]),
        measures.words.VERDICTS,
        label="Recommendation, by the bank's rule",
        traps=[
            Trap(
                "passed-on-paper",
                "approve",
                "The rule approves only where none of the five is found.\n"
                "A good order does not outweigh a defect.\nGo from your list of defects to the rule, line by line.",
            ),
            Trap(
                "conditions-as-compromise",
                "conditions",
                "Conditions are no middle way. They are for defects that can be put right while the vendor's figures stand.\n"
                "Which line of the rule fits your list of defects?",
            ),
            Trap(
                "refused-by-reflex",
                "refuse",
                "The rule refuses for two of the five defects only.\nIs one of these two on your list?",
            ),
        ],
    )
