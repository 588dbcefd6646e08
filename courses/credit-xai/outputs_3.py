"""LIME outputs of lesson 3 as a person reads them: rules in words, and what six sentences claim about three outputs.

Goes to learners. Which sentences hold is not written here: claims have numbers drawn by lot, and only the keys know what a number
stands for and what balance a menu has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from graders.content import load_module
from graders.language import number
from graders.references.explanation import shown
from graders.references.facts import Fact
from graders.references.statements import Claim
from graders.references.woe import MISSING

said_3 = load_module(Path(__file__).with_name("said_3.py"))

CLEAR_POINTS = 3.0  # of PD between copy and model: nobody calls that the same
SMALL_POINTS = 0.5


class Rule(NamedTuple):
    """One rule of an output.

    Attributes
    ----------
    column
        What it is about.
    text
        The rule in words.
    weight
        Change of the copy's PD where it holds, as a probability.
    bounds
        Ends of the quartile bin that lie among real values; none for a category.
    """

    column: str
    text: str
    weight: float
    bounds: tuple[float, ...] = ()


class Output(NamedTuple):
    """What LIME says about one client.

    Attributes
    ----------
    letter
        The client.
    rules
        The five strongest rules, strongest first.
    fidelity
        R² of the copy.
    copied, pd
        PD by the copy, and by the model, in percent.
    """

    letter: str
    rules: tuple[Rule, ...]
    fidelity: float
    copied: float
    pd: float

    @classmethod
    def of(cls, letter: str, stored: Mapping[str, Any]) -> Output:
        """Read an output from a case's file."""
        rules = tuple(Rule(**{**rule, "bounds": tuple(rule["bounds"])}) for rule in stored["rules"])
        return cls(letter, rules, stored["fidelity"], stored["copied"], stored["pd"])

    @property
    def stored(self) -> dict[str, Any]:
        """The output for a case's file."""
        return {**self._asdict(), "rules": [rule._asdict() for rule in self.rules]}

    @property
    def table(self) -> pd.DataFrame:
        """The rules with their weights."""
        return pd.DataFrame({"weight": [rule.weight for rule in self.rules]}, index=[rule.text for rule in self.rules])


def in_words(
    label: str,
    unit: str,
    low: float | None,
    high: float | None,
    *,
    may_be_missing: bool,
    may_be_below: bool = False,
) -> str:
    """Return a rule on a number in words, with its unit; the code for a missing value is no number.

    Parameters
    ----------
    label, unit
        What the number is, and its unit, "" for none.
    low, high
        The rule: above the first, up to the second; None for no end.
    may_be_missing
        Whether the column has missing values.
    may_be_below
        Whether it has real values at or below the code for a missing one.

    >>> in_words("Income", "EUR per month", 2100.0, 2900.0, may_be_missing=False)
    'Income: above 2,100, up to 2,900 EUR per month'
    >>> in_words("Savings", "EUR", None, -1.0, may_be_missing=True)
    'Savings: not known'
    """
    measured = f" {unit}" if unit else ""
    if may_be_missing and may_be_below:
        unknown = " or not known" if (low is None or low < MISSING) and (high is None or high >= MISSING) else ""
        bare = in_words(label, unit, low, high, may_be_missing=False)
        return f"{bare}{unknown}"
    if high == MISSING and may_be_missing:
        return f"{label}: not known"
    if low is None or (low == MISSING and may_be_missing):
        unknown = " or not known" if low is None and may_be_missing else ""
        return f"{label}: up to {number(high or 0.0)}{measured}{unknown}"
    return f"{label}: above {number(low)}" + ("" if high is None else f", up to {number(high)}") + measured


def category_in_words(label: str, value: object) -> str:
    """Return a rule on a category in words."""
    return f"{label}: {shown(value)}"


# --- what can be claimed -------------------------------------------------------------------------------------------------


def six(outputs: Sequence[Output], labels: Mapping[str, str], seed: int) -> dict[str, dict[str, Any]]:
    """Return this learner's statements on three outputs by row: text, number of the claim, and the values in its text."""
    return said_3.said(CLAIMS, MENUS[seed % len(MENUS)], facts_of(outputs), labels, seed)


def facts_of(outputs: Sequence[Output]) -> dict[str, Fact]:
    """Return every fact by name; None where these outputs show it too faintly to ask about."""
    strong = [(out, rule) for out in outputs for rule in out.rules if rule.weight >= 0.02]
    furthest = max(outputs, key=lambda out: abs(out.copied - out.pd))
    least, best = (pick(outputs, key=lambda out: out.fidelity) for pick in (min, max))
    firsts = {out.rules[0].column for out in outputs}
    bounded = [(out, rule) for out, rule in strong if rule.bounds]
    return {
        "any": {},
        "bound": _bound(*bounded[-1]) if bounded else None,
        "cause": {"letter": strong[0][0].letter, "column": strong[0][1].column} if strong else None,
        "change": {"letter": bounded[0][0].letter, "column": bounded[0][1].column} if bounded else None,
        "first": {} if len(firsts) > 1 else None,
        "less": {"letter": least.letter} if least.fidelity <= 0.45 else None,
        "main": {"column": _largest_on_average(outputs)},
        "missed": _missed(furthest),
        "push": _push(outputs),
        "rank": _rank(outputs),
        "same": {"letter": outputs[-1].letter},
        "spread": {"one": best.letter, "other": least.letter} if best.fidelity - least.fidelity >= 0.03 else None,
        "worth": _worth(*strong[len(strong) // 2]) if strong else None,
    }


def _bound(out: Output, rule: Rule) -> Fact:
    return {"letter": out.letter, "rule": rule.text, "bound": number(rule.bounds[-1])}


def _missed(out: Output) -> Fact:
    points = abs(out.copied - out.pd)
    return {"letter": out.letter, "points": round(points, 1)} if points >= CLEAR_POINTS else None


def _push(outputs: Sequence[Output]) -> Fact:
    """Return a rule whose sign is clear, of the output whose strongest weight is the smallest: no line to be found at once."""
    out = min(outputs, key=lambda one: abs(one.rules[0].weight))
    rule = max(out.rules, key=lambda one: one.weight)
    return {"letter": out.letter, "rule": rule.text} if rule.weight >= 0.01 else None


def _rank(outputs: Sequence[Output]) -> Fact:
    """Return two rules of one output, the stronger with a minus: whoever orders by sign has them the other way round."""
    for out in outputs:
        for first, second in combinations(out.rules, 2):
            if first.weight < 0 < second.weight and -first.weight >= second.weight + 0.003:
                return {"letter": out.letter, "one": second.text, "other": first.text}
    return None


def _worth(out: Output, rule: Rule) -> Fact:
    points = round(100 * rule.weight, 1)
    return {"letter": out.letter, "rule": rule.text, "points": points, "weight": number(rule.weight, 3)}


def _largest_on_average(outputs: Sequence[Output]) -> str:
    totals: dict[str, float] = {}
    for out in outputs:
        for rule in out.rules:
            totals[rule.column] = totals.get(rule.column, 0.0) + abs(rule.weight)
    return max(totals, key=lambda name: totals[name])


CLAIMS = {
    "c01": Claim("first", "The strongest rule is about the same column in all three outputs."),
    "c02": Claim("missed", "For {letter}, the PD of the copy and the PD of the model lie {points} points apart."),
    "c03": Claim("less", "Around {letter}, the copy follows more than half of the variation of the model's PD."),
    "c04": Claim("main", "Over all clients, {column} moves the score most: it has the largest weight on average here."),
    "c05": Claim("push", "In {letter}'s output, “{rule}” pushes towards default."),
    "c06": Claim("first", "The strongest rule is not about the same column in all three outputs."),
    "c07": Claim("rank", "In {letter}'s output, “{one}” weighs more than “{other}”, whatever the sign."),
    "c08": Claim("same", "Run once more with another seed, {letter}'s output would name the same five columns."),
    "c09": Claim(
        "change", "If {letter} changed {column} so that the rule no longer holds, {letter}'s own risk would fall."
    ),
    "c10": Claim("cause", "{column} is a cause of {letter}'s risk, not only a sign of it."),
    "c11": Claim("rank", "In {letter}'s output, “{other}” weighs more than “{one}”, whatever the sign."),
    "c12": Claim("worth", "Where “{rule}” holds, {letter}'s log-odds of default rise by {weight} in the copy."),
    "c13": Claim("less", "Around {letter}, the copy follows less than half of the variation of the model's PD."),
    "c14": Claim("worth", "Where “{rule}” holds, {letter}'s PD rises by {points} points in the copy."),
    "c15": Claim("spread", "Of these two clients, the copy follows the model better around {one} than around {other}."),
    "c16": Claim(
        "bound", "In “{rule}” ({letter}), LIME took {bound} from the quartiles of the loans the model learnt on."
    ),
    "c17": Claim("missed", "For {letter}, the copy and the model give the same PD, to within half a point."),
    "c18": Claim("any", "For the next client with one of these rules, LIME will give the rule about the same weight."),
    "c19": Claim("spread", "Of these two clients, the copy follows the model better around {other} than around {one}."),
    "c20": Claim("push", "In {letter}'s output, “{rule}” protects."),
    "c21": Claim("bound", "In “{rule}” ({letter}), LIME took {bound} from the lender's policy."),
}

# Six claims a learner, each with a stand-in of its own kind for where its fact is too faint.
MENUS = (
    (
        "c04 c18",
        "c05 c14",
        "c07 c03",
        "c08 c10",
        "c16 c15",
        "c17 c01",
    ),
    (
        "c06 c13",
        "c09 c04",
        "c11 c02",
        "c12 c19",
        "c18 c10",
        "c21 c20",
    ),
    (
        "c06 c15",
        "c08 c04",
        "c09 c18",
        "c12 c07",
        "c16 c13",
        "c17 c20",
    ),
    (
        "c01 c03",
        "c09 c04",
        "c10 c08",
        "c11 c05",
        "c14 c02",
        "c19 c21",
    ),
    (
        "c01 c21",
        "c03 c19",
        "c05 c02",
        "c08 c18",
        "c09 c10",
        "c14 c11",
    ),
    (
        "c04 c18",
        "c07 c12",
        "c08 c10",
        "c13 c15",
        "c16 c06",
        "c17 c20",
    ),
    (
        "c05 c16",
        "c06 c15",
        "c09 c18",
        "c10 c08",
        "c12 c03",
        "c17 c07",
    ),
    (
        "c01 c21",
        "c02 c11",
        "c04 c08",
        "c09 c10",
        "c14 c13",
        "c19 c20",
    ),
    (
        "c04 c10",
        "c11 c16",
        "c15 c14",
        "c17 c03",
        "c18 c09",
        "c20 c01",
    ),
    (
        "c02 c13",
        "c06 c05",
        "c07 c12",
        "c08 c04",
        "c09 c18",
        "c21 c19",
    ),
    (
        "c02 c06",
        "c04 c09",
        "c08 c18",
        "c14 c11",
        "c19 c20",
        "c21 c03",
    ),
    (
        "c01 c07",
        "c04 c09",
        "c05 c13",
        "c10 c08",
        "c15 c16",
        "c17 c12",
    ),
)
