"""LIME outputs of lesson 3 as a person reads them: rules in words, and what six sentences claim about three outputs.

Goes to learners. Which sentences hold is not written here: claims stand by the alphabet, and a menu is a mix that only the keys
know the balance of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import pandas as pd

from graders.language import number
from graders.references.explanation import shown
from graders.references.facts import Fact
from graders.references.statements import Claim, fill
from graders.references.woe import MISSING

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


def in_words(label: str, low: float | None, high: float | None, *, may_be_missing: bool) -> str:
    """Return a rule on a number in words; the code for a missing value is no number.

    >>> in_words("Income", 2100.0, 2900.0, may_be_missing=False)
    'Income above 2,100, up to 2,900'
    >>> in_words("Savings", None, -1.0, may_be_missing=True)
    'Savings not known'
    """
    if high == MISSING and may_be_missing:
        return f"{label} not known"
    if low is None or (low == MISSING and may_be_missing):
        unknown = " or not known" if low is None and may_be_missing else ""
        return f"{label} up to {number(high or 0.0)}{unknown}"
    return f"{label} above {number(low)}" + ("" if high is None else f", up to {number(high)}")


def category_in_words(label: str, value: object) -> str:
    """Return a rule on a category in words."""
    return f"{label}: {shown(value)}"


# --- what can be claimed -------------------------------------------------------------------------------------------------


def six(outputs: Sequence[Output], labels: Mapping[str, str], seed: int) -> dict[str, dict[str, Any]]:
    """Return this learner's statements on three outputs by row: text, name of the claim, and what it is about."""
    return fill(CLAIMS, MENUS[seed % len(MENUS)], facts_of(outputs), labels, seed)


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
        "change": _change(*bounded[0]) if bounded else None,
        "first": {} if len(firsts) > 1 else None,
        "less": {"letter": least.letter} if least.fidelity <= 0.45 else None,
        "main": {"column": _largest_on_average(outputs)},
        "missed": _missed(furthest),
        "push": _push(outputs),
        "rank": _rank(outputs),
        "same": {"letter": outputs[-1].letter},
        "spread": {"letter": best.letter, "other": least.letter} if best.fidelity - least.fidelity >= 0.03 else None,
        "worth": _worth(*strong[len(strong) // 2]) if strong else None,
    }


def _bound(out: Output, rule: Rule) -> Fact:
    return {"letter": out.letter, "rule": rule.text, "column": rule.column, "bound": number(rule.bounds[-1])}


def _change(out: Output, rule: Rule) -> Fact:
    return {"letter": out.letter, "column": rule.column, "points": round(100 * rule.weight, 1)}


def _missed(out: Output) -> Fact:
    points = abs(out.copied - out.pd)
    return {"letter": out.letter, "points": round(points, 1)} if points >= CLEAR_POINTS else None


def _push(outputs: Sequence[Output]) -> Fact:
    """Return a rule whose sign is clear, of the output whose strongest weight is the smallest: no line to be found at once."""
    out = min(outputs, key=lambda one: abs(one.rules[0].weight))
    rule = max(out.rules, key=lambda one: one.weight)
    return {"letter": out.letter, "rule": rule.text, "column": rule.column} if rule.weight >= 0.01 else None


def _rank(outputs: Sequence[Output]) -> Fact:
    """Return two rules of one output, the stronger with a minus: whoever orders by sign has them the other way round."""
    for out in outputs:
        for first, second in combinations(out.rules, 2):
            if first.weight < 0 < second.weight and -first.weight >= second.weight + 0.003:
                return {"letter": out.letter, "first": first.text, "second": second.text}
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
    "bound-is-policy": Claim("bound", "In “{rule}” ({letter}), {bound} is a line of the lender's policy."),
    "bound-is-quartile": Claim(
        "bound", "In “{rule}” ({letter}), {bound} is a quartile of the loans the model learnt on."
    ),
    "copied-best": Claim(
        "spread", "Of these two clients, the copy follows the model better around {letter} than around {other}."
    ),
    "copied-worst": Claim(
        "spread", "Of these two clients, the copy follows the model better around {other} than around {letter}."
    ),
    "copy-agrees": Claim("missed", "For {letter}, the copy and the model give the same PD, to within half a point."),
    "copy-misses": Claim(
        "missed", "For {letter}, the PD of the copy and the PD of the model lie {points} points apart."
    ),
    "first-differs": Claim("first", "The strongest rule is not about the same column in all three outputs."),
    "first-same": Claim("first", "The strongest rule is about the same column in all three outputs."),
    "follows-less": Claim(
        "less", "Around {letter}, the copy follows less than half of the variation of the model's PD."
    ),
    "follows-more": Claim(
        "less", "Around {letter}, the copy follows more than half of the variation of the model's PD."
    ),
    "is-cause": Claim("cause", "{column} is a cause of {letter}'s risk, not only a sign of it."),
    "main-driver": Claim(
        "main", "Over all clients, {column} moves the score most: it has the largest weight on average here."
    ),
    "other-clients": Claim(
        "any", "For the next client with one of these rules, LIME will give the rule about the same weight."
    ),
    "rank-by-sign": Claim("rank", "In {letter}'s output, “{second}” weighs more than “{first}”, whatever the sign."),
    "rank-by-size": Claim("rank", "In {letter}'s output, “{first}” weighs more than “{second}”, whatever the sign."),
    "rule-protects": Claim("push", "In {letter}'s output, “{rule}” protects."),
    "rule-pushes": Claim("push", "In {letter}'s output, “{rule}” pushes towards default."),
    "same-again": Claim("same", "Run once more with another seed, {letter}'s output would name the same five columns."),
    "worth-log-odds": Claim(
        "worth", "Where “{rule}” holds, {letter}'s log-odds of default rise by {weight} in the copy."
    ),
    "worth-points": Claim("worth", "Where “{rule}” holds, {letter}'s PD rises by {points} points in the copy."),
    "would-fall": Claim(
        "change", "If {letter} changed {column} so that the rule no longer holds, {letter}'s own risk would fall."
    ),
}

# Six claims a learner, each with a stand-in of its own kind for where its fact is too faint.
MENUS = (
    (
        "bound-is-quartile copied-best",
        "copy-agrees first-same",
        "main-driver other-clients",
        "rank-by-sign follows-more",
        "rule-pushes worth-points",
        "same-again is-cause",
    ),
    (
        "bound-is-policy rule-protects",
        "first-differs follows-less",
        "other-clients is-cause",
        "rank-by-size copy-misses",
        "worth-log-odds copied-worst",
        "would-fall main-driver",
    ),
    (
        "bound-is-quartile follows-less",
        "copy-agrees rule-protects",
        "first-differs copied-best",
        "same-again main-driver",
        "worth-log-odds rank-by-sign",
        "would-fall other-clients",
    ),
    (
        "copied-worst bound-is-policy",
        "first-same follows-more",
        "is-cause same-again",
        "rank-by-size rule-pushes",
        "worth-points copy-misses",
        "would-fall main-driver",
    ),
    (
        "first-same bound-is-policy",
        "follows-more copied-worst",
        "rule-pushes copy-misses",
        "same-again other-clients",
        "worth-points rank-by-size",
        "would-fall is-cause",
    ),
    (
        "bound-is-quartile first-differs",
        "copy-agrees rule-protects",
        "follows-less copied-best",
        "main-driver other-clients",
        "rank-by-sign worth-log-odds",
        "same-again is-cause",
    ),
    (
        "copy-agrees rank-by-sign",
        "first-differs copied-best",
        "is-cause same-again",
        "rule-pushes bound-is-quartile",
        "worth-log-odds follows-more",
        "would-fall other-clients",
    ),
    (
        "copied-worst rule-protects",
        "copy-misses rank-by-size",
        "first-same bound-is-policy",
        "main-driver same-again",
        "worth-points follows-less",
        "would-fall is-cause",
    ),
    (
        "copied-best worth-points",
        "copy-agrees follows-more",
        "main-driver is-cause",
        "other-clients would-fall",
        "rank-by-size bound-is-quartile",
        "rule-protects first-same",
    ),
    (
        "bound-is-policy copied-worst",
        "copy-misses follows-less",
        "first-differs rule-pushes",
        "rank-by-sign worth-log-odds",
        "same-again main-driver",
        "would-fall other-clients",
    ),
    (
        "bound-is-policy follows-more",
        "copied-worst rule-protects",
        "copy-misses first-differs",
        "main-driver would-fall",
        "same-again other-clients",
        "worth-points rank-by-size",
    ),
    (
        "copied-best bound-is-quartile",
        "copy-agrees worth-log-odds",
        "first-same rank-by-sign",
        "is-cause same-again",
        "main-driver would-fall",
        "rule-pushes follows-less",
    ),
)
