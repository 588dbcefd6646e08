"""Which sentences of question 2.7 hold, worked out from the case, and what each wrong verdict deserves as a reply.

Belongs to `lesson2_drift.py`. The case names a claim by an id that tells nothing; what it means stands here. What it is about
stands in the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graders.content import load_module
from graders.references.stability import outside

claims = load_module(Path(__file__).with_name("claims.py"))
Readable, Beyond = claims.Readable, claims.Beyond

MEANING = {
    "c01": "inside",
    "c02": "shap-blind",
    "c03": "more",
    "c04": "score-warns",
    "c05": "outside",
    "c06": "score-silent",
    "c07": "stable-wrong",
    "c08": "psi-is-gini",
    "c09": "less-moved",
    "c10": "fewer",
    "c11": "next-year",
    "c12": "psi-not-gini",
    "c13": "shap-sees",
    "c14": "stable-fine",
    "c15": "reason",
    "c16": "more-moved",
    "c17": "scaled",
    "c18": "not-all-above",
    "c19": "declined-too",
    "c20": "all-above",
}


# --- what the case says --------------------------------------------------------------------------------------------------


def _last_year(case: Any) -> Any:
    return case.quarters[case.quarters.index.str[:4] == str(case.quarters.index[-1])[:4]]


def _ratio(case: Any) -> float:
    last = _last_year(case)
    return float(last["bad"].sum() / last["announced"].sum())


def _more(case: Any, about: Mapping[str, Any]) -> bool:
    return _ratio(case) > 1


def _outside(case: Any, about: Mapping[str, Any]) -> bool:
    return outside(_ratio(case), case.band)


def _all_above(case: Any, about: Mapping[str, Any]) -> bool:
    return bool((_last_year(case)["low"] > 1).all())


def _more_moved(case: Any, about: Mapping[str, Any]) -> bool:
    return bool(case.psi[about["column"]] > case.psi[about["other"]])


def _score_silent(case: Any, about: Mapping[str, Any]) -> bool:
    return case.score_psi < case.psi_line


def _stable_and_wrong(case: Any, about: Mapping[str, Any]) -> bool:
    return abs(_ratio(case) - 1) > 0.1


def _by_definition(case: Any, about: Mapping[str, Any]) -> bool:
    return True


_READABLE_PAIRS = (
    Readable(
        "more",
        "fewer",
        _more,
        "ratio-upside-down",
        "A/E above 1 means more defaults than announced; you read it the other way round.\n"
        "Losses would be planned too low, or too high.\n"
        "Read the chart by quarter again.",
        "The chart of A/E by quarter shows it; so does the table below it.\nAdd up the four quarters.",
    ),
    Readable(
        "outside",
        "inside",
        _outside,
        "band-misread",
        "Your own A/E of the last year and the two ends of the band say otherwise.\n"
        "A finding would go unreported, or a false one would be reported.\n"
        "Compare the three numbers.",
        "Your own A/E of the last year and the two ends of the band decide it.\nCompare the three numbers.",
    ),
    Readable(
        "all-above",
        "not-all-above",
        _all_above,
        "interval-misread",
        "You read the intervals the other way round.\n"
        "One that reaches 1 leaves it to chance; one that stays above does not.\n"
        "Look at the lower ends in the last year.",
        "The intervals are drawn in the chart by quarter.\nLook at their lower ends in the last year.",
    ),
    Readable(
        "more-moved",
        "less-moved",
        _more_moved,
        "bars-swapped",
        "You have the two PSI bars the other way round.\n"
        "A review would start with the wrong column.\n"
        "Compare their lengths.",
        "Both columns have a bar in the PSI chart.\nCompare their lengths.",
    ),
    Readable(
        "score-silent",
        "score-warns",
        _score_silent,
        "score-alarm-misread",
        "The bar of the score lies on the other side of the lender's line.\n"
        "Inputs and score may stand still while their relation to default moves.\n"
        "Compare the last bar with the line.",
        "The PSI of the score is the last bar of the chart.\nCompare it with the lender's line.",
    ),
    Readable(
        "stable-wrong",
        "stable-fine",
        _stable_and_wrong,
        "score-stable-so-fine",
        "A stable score says that the same PDs were announced, not that they were right.\n"
        "Whoever watches the score alone sleeps through a shock.\n"
        "Compare with your own A/E.",
        "Your own A/E of the last year decides it.\nIs it further than a tenth from 1?",
    ),
    Readable(
        "psi-not-gini",
        "psi-is-gini",
        _by_definition,
        "psi-for-gini",
        "The PSI compares shares of two populations; no outcome and no ranking enters it.\n"
        "Reported as lost Gini, a harmless shift would stop a good model.\n"
        "For ranking, compare the Gini in training and out of time.",
        "It follows from what a PSI is made of: shares of bins, no outcome.\nThink of 2.e.",
    ),
    Readable(
        "shap-blind",
        "shap-sees",
        _by_definition,
        "explanation-for-outcome",
        "Contributions add up to the PD that is announced; no outcome enters them.\n"
        "The explanation of a wrong PD looks as sound as that of a right one.\n"
        "For outcomes, look at A/E.",
        "It follows from what contributions add up to: the announced PD, no outcome.\nThink of lesson 1.",
    ),
)
_BEYOND_ALL = (
    Beyond(
        "declined-too",
        "Nobody saw an outcome of a declined application.\nMissing: what would have become of them.",
        "That they would not have is as unproven: nobody saw an outcome.\nMissing: what would have become of them.",
    ),
    Beyond(
        "next-year",
        "The chart ends with the last year.\nMissing: next year's loans with their outcome.",
        "That it will not is not shown either.\nMissing: next year's loans with their outcome.",
    ),
    Beyond(
        "reason",
        "Two things changed in the same years; that one made the other is not shown.\n"
        "Missing: A/E within groups that did not change.",
        "That it plays no part is not shown either.\nMissing: A/E within groups that did not change.",
    ),
    Beyond(
        "scaled",
        "It would make the last year right in hindsight.\nMissing: next year's loans with their outcome.",
        "It may turn out well; nothing here says.\nMissing: next year's loans with their outcome.",
    ),
)
BANK = claims.Bank.of(MEANING, _READABLE_PAIRS, _BEYOND_ALL)
