"""Which sentences on three LIME outputs hold, worked out from the case, and what each wrong verdict deserves as a reply.

Belongs to `lesson3_claims.py`. A case knows a claim by a number drawn by lot, and keeps what stands in its text
(clients, rules, figures) in the order of the text; the table below says what a number means.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graders.content import load_module
from graders.language import number

claims = load_module(Path(__file__).with_name("claims.py"))
readable, Beyond = load_module(Path(__file__).with_name("lesson3_verdicts.py")).readable, claims.Beyond
ROUNDED = 0.06  # of a figure told with one decimal


def _weight(case: Any, letter: str, text: str) -> float:
    return float(next(rule.weight for rule in case.output(letter).rules if rule.text == text))


def _is_quartile(case: Any, text: str, letter: str, bound: str) -> bool:
    rule = next(rule for rule in case.output(letter).rules if rule.text == text)
    cut = case.value("quartiles")[rule.column]
    return bound in [number(end) for end in rule.bounds if end in cut]


def _follows_better(case: Any, one: str, other: str) -> bool:
    return bool(case.output(one).fidelity > case.output(other).fidelity)


def _apart(case: Any, letter: str) -> float:
    out = case.output(letter)
    return float(abs(out.copied - out.pd))


def _firsts_differ(case: Any) -> bool:
    return len({case.output(letter).rules[0].column for letter in case.picks.three}) > 1


def _larger_whatever_sign(case: Any, letter: str, one: str, other: str) -> bool:
    return abs(_weight(case, letter, one)) > abs(_weight(case, letter, other))


# What the claims are about: a case knows them by number only.
NAMES = {
    "c01": "first-same",
    "c02": "copy-misses",
    "c03": "follows-more",
    "c04": "main-driver",
    "c05": "rule-pushes",
    "c06": "first-differs",
    "c07": "rank-by-sign",
    "c08": "same-again",
    "c09": "would-fall",
    "c10": "is-cause",
    "c11": "rank-by-size",
    "c12": "worth-log-odds",
    "c13": "follows-less",
    "c14": "worth-points",
    "c15": "copied-best",
    "c16": "bound-is-quartile",
    "c17": "copy-agrees",
    "c18": "other-clients",
    "c19": "copied-worst",
    "c20": "rule-protects",
    "c21": "bound-is-policy",
}

BANK = claims.Bank.of(
    NAMES,
    (
        readable(
            "bound-is-quartile",
            "bound-is-policy",
            _is_quartile,
            "bin-taken-for-policy",
            "The ends of a rule are quartiles of the loans, chosen by LIME: no policy, no threshold of the model.\n"
            "A client told of “our limit” would be told something untrue.\n"
            "Look the number up in the table of quartiles.",
            "The table of quartiles stands below the three outputs.\nLook the number up in it.",
        ),
        readable(
            "copied-best",
            "copied-worst",
            _follows_better,
            "fidelities-mixed-up",
            "You have the two copies the other way round: a higher R² follows the model better.\n"
            "The worse copy would be the one that is believed.\n"
            "Compare the two R² in the table of the three clients.",
            "The table of the three clients has an R² for each.\nCompare the two.",
            other=_follows_better,
        ),
        readable(
            "copy-misses",
            "copy-agrees",
            lambda case, letter, points: abs(_apart(case, letter) - points) < ROUNDED,
            "copy-taken-for-model",
            "A copy has a PD of its own, and it need not be the model's.\n"
            "Reasons for a PD that the client does not have explain nothing.\n"
            "Compare the two PDs in that client's line.",
            "The table of the three clients has both PDs.\nSubtract one from the other.",
            other=lambda case, letter: _apart(case, letter) <= 0.5,
        ),
        readable(
            "first-differs",
            "first-same",
            _firsts_differ,
            "outputs-read-as-one",
            "What the first rules are about can be read off, and you have it the other way round.\n"
            "LIME is local by design: one client's first rule is not another's.\n"
            "Read the first line of each output.",
            "Each output has its strongest rule in the first line.\nRead the three of them.",
        ),
        readable(
            "follows-less",
            "follows-more",
            lambda case, letter: case.output(letter).fidelity < 0.5,
            "fidelity-overrated",
            "R² is the share of the variation that the copy follows: one half is 0.50.\n"
            "A copy that misses most of the model is no explanation of it.\n"
            "Read that client's R² once more.",
            "The table of the three clients has the R² of this copy.\nCompare it with 0.50.",
        ),
        readable(
            "rule-pushes",
            "rule-protects",
            lambda case, letter, rule: _weight(case, letter, rule) > 0,
            "sign-reversed",
            "The sign was read the other way round: plus is more PD, towards default.\n"
            "A protection would be sent as a reason for refusal.\n"
            "Look at the sign of that rule's weight.",
            "The rule stands in that client's output, with its weight.\nWhich sign does it have?",
        ),
        readable(
            "rank-by-size",
            "rank-by-sign",
            _larger_whatever_sign,
            "ordered-by-sign",
            "You ordered by the sign, not by the size: a large minus weighs more than a small plus.\n"
            "Dropping protections makes every file look worse than the copy has it.\n"
            "Compare the two weights without their signs.",
            "Both rules stand in that output, the heavier one further up.\nCompare the two weights without their signs.",
            other=_larger_whatever_sign,
        ),
        readable(
            "worth-points",
            "worth-log-odds",
            lambda case, rule, letter, points: abs(100 * _weight(case, letter, rule) - points) < ROUNDED,
            "weight-read-as-log-odds",
            "LIME copies the PD itself, so its weights are in probability: 0.05 is five points.\n"
            "SHAP speaks log-odds here; the two numbers cannot stand in one column.\n"
            "Read the caption of the output, then its weight times 100.",
            "The rule's weight and its unit stand in that output.\nTimes 100 gives points.",
            other=lambda case, rule, letter, weight: False,  # whatever the weight: LIME copies the PD, not log-odds
        ),
    ),
    (
        Beyond(
            "is-cause",
            "LIME's line goes along with the model; the model goes along with the data. Neither is a cause.\n"
            "A letter with “because” would claim more than the lender knows.\n"
            "Missing: a comparison in which nothing else differs.",
            "That it is no cause is not shown either.\n"
            "Missing: a comparison in which nothing else differs.\n"
            "Ask what would have to be observed to decide it.",
        ),
        Beyond(
            "main-driver",
            "Three files, and an average of three: LIME is local by design.\n"
            "Averaged weights of a few clients are no importance over all.\n"
            "Missing: all the other clients. For this question there is the bar chart of lesson 1.",
            "It may well be the main driver; three outputs do not show that it is not.\n"
            "Missing: all the other clients.\n"
            "Name the tool that would answer it.",
        ),
        Beyond(
            "other-clients",
            "A weight holds around one client; the next one has another neighbourhood.\n"
            "Reasons by template would be somebody else's reasons.\n"
            "Missing: the next client's own output.",
            "It may turn out the same: the next client's output is not here.\n"
            "Missing: that output.\n"
            "Not seen is not the same as not so.",
        ),
        Beyond(
            "same-again",
            "This is one run, and one run does not say how the next one ends.\n"
            "Two weeks later, client K got another letter.\n"
            "Missing: further runs on this client.",
            "The five may well come again; nobody ran it.\n"
            "Missing: further runs on this client.\n"
            "For client K there are ten: for this client there is one.",
        ),
        Beyond(
            "would-fall",
            "The copy would answer differently; perhaps the model, too. The borrower is another matter.\n"
            "A letter that promises this promises behaviour nobody observed.\n"
            "Missing: clients before and after such a change.",
            "That nothing would change is as unproven as that it would.\n"
            "Missing: clients before and after such a change.\n"
            "Say what the copy says, and stop there.",
        ),
    ),
)
