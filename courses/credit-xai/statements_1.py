"""The sentences of question 1.8: what can be claimed, about which fact, and who is asked about what.

Goes to learners. Which claims hold is not written here, nor told by any order: claims stand by the alphabet, and a menu is a mix
that only the keys know the balance of.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from graders.language import number
from graders.references import facts
from graders.references.explanation import Explanation
from graders.references.margins import shuffled
from graders.references.statements import Claim, fill

WORTH_MORE = 2.0  # times the PD points of client R: from there nobody takes those of client S for as many


class Ground(NamedTuple):
    """What statements are made from.

    Attributes
    ----------
    explained
        The explained applications.
    applicants
        Application number by letter.
    story
        The column of clients R and S.
    bad_rate
        Observed default rate of the loans the model learnt on, in percent.
    outcomes
        The files whose outcome was seen: nothing is claimed about what would have become of these clients.
    """

    explained: Explanation
    applicants: dict[str, str]
    story: str
    bad_rate: float
    outcomes: frozenset[str] = frozenset()


def eight(ground: Ground, seed: int) -> dict[str, dict[str, Any]]:
    """Return this learner's statements by row: text, name of the claim, and what it is about."""
    names = list(CLAIMS)
    spare = [names[place] for place in shuffled(seed, "spare", len(names))]
    words = {"files": number(len(ground.explained.rows))}
    menu, labels = MENUS[seed % len(MENUS)], ground.explained.labels
    return fill(CLAIMS, menu, _facts(ground), labels, seed, spare=spare, words=words)


def _facts(ground: Ground) -> dict[str, facts.Fact]:
    """Return every fact by name; None where this portfolio shows it too faintly to ask about."""
    explained, client_a = ground.explained, ground.applicants["A"]
    return {
        "base": facts.base_below(explained, ground.bad_rate),
        "exceptions": facts.rising_with_exceptions(explained),
        "first": facts.first_of_all_not_of(explained, [(letter, ground.applicants[letter]) for letter in "ACP"]),
        "largest": facts.largest_single(explained),
        "last": facts.last_but_felt(explained),
        "minority": facts.pushes_a_minority(explained),
        "nothing": {},
        "pair": facts.separated_pair(explained),
        "push_in_a": facts.push_in(explained, client_a),
        "rising": facts.rising_column(explained),
        "spread": facts.spread_at_one_value(explained),
        "story": _story(ground),
        "strongest_in_a": facts.strongest_push_in(explained, client_a),
        "together": facts.heavier_together(explained),
        "unseen_a": None if client_a in ground.outcomes else {},
        "worth_in_a": facts.worth_in(explained, client_a),
    }


def _story(ground: Ground) -> facts.Fact:
    """Return the column whose push is worth far more to client S than to client R; None where it is about as much."""
    safer, riskier = (ground.explained.one(ground.applicants[letter]).points[ground.story] for letter in "RS")
    return {"column": ground.story} if riskier >= WORTH_MORE * safer > 0 else None


CLAIMS = {
    "base-below-rate": Claim(
        "base", "Turned into a PD, the base value lies below the default rate of the loans the model learnt on."
    ),
    "base-is-rate": Claim(
        "base", "Turned into a PD, the base value is the default rate of the loans the model learnt on."
    ),
    "falls": Claim("rising", "Over these files, a higher {column} goes with a lower contribution from it."),
    "first-also-here": Claim(
        "first", "{column} is first in the bar chart, so it is the largest contribution in file {letter} too."
    ),
    "first-not-here": Claim(
        "first", "{column} is first in the bar chart, but not the largest contribution in file {letter}."
    ),
    "has-exceptions": Claim(
        "exceptions", "In some files, {column} above the median still lowers the risk the model sees."
    ),
    "has-no-exception": Claim("exceptions", "In every file, {column} above the median raises the risk the model sees."),
    "is-cause": Claim("strongest_in_a", "{column} is a cause of default, not only a sign of it."),
    "largest-is": Claim("largest", "The largest single contribution in these files, either way, comes from {column}."),
    "largest-is-other": Claim(
        "largest", "The largest single contribution in these files, either way, comes from {other}."
    ),
    "last-never-counts": Claim(
        "last",
        "{column} is among the last three of the bar chart, so in no file is its contribution larger, either way, than the "
        "whole bar of {other}.",
    ),
    "last-still-counts": Claim(
        "last",
        "{column} is among the last three of the bar chart, yet in some file its contribution is larger, either way, than the "
        "whole bar of {other}.",
    ),
    "left-out": Claim("nothing", "The model would rank clients better if it also knew their rent."),
    "next-year": Claim("nothing", "On next year's applications, the bar chart will have the same first three."),
    "other-model": Claim("nothing", "Another vendor's model would give client A the same first reason."),
    "protects-a": Claim("push_in_a", "In file A, {column} protects: without it, the model's PD would be higher."),
    "push-worth-more": Claim(
        "story", "The same contribution of {column} is worth more PD points in file S than in file R."
    ),
    "push-worth-same": Claim(
        "story", "The same contribution of {column} is worth the same PD points in file S and in file R."
    ),
    "pushes-a": Claim("push_in_a", "In file A, {column} pushes towards default."),
    "pushes-few": Claim("minority", "{column} pushes fewer than half of these files towards default."),
    "pushes-most": Claim("minority", "{column} pushes more than half of these files towards default."),
    "rises": Claim("rising", "Over these files, a higher {column} goes with a higher contribution from it."),
    "same-value-may-differ": Claim(
        "spread", "Two files with the same {column} can get different contributions from it."
    ),
    "same-value-same-push": Claim(
        "spread", "Two files with the same {column} always get the same contribution from it."
    ),
    "sum-closes": Claim(
        "nothing", "In each of the {files} files, base value plus contributions gives the log-odds of the model's PD."
    ),
    "sum-misses": Claim(
        "nothing", "In the riskiest files, base value plus contributions falls short of the log-odds of the model's PD."
    ),
    "taken-out-percent": Claim(
        "worth_in_a", "Taking {column} out of file A's sum lowers the model's PD for A by about {percent} points."
    ),
    "taken-out-points": Claim(
        "worth_in_a", "Taking {column} out of file A's sum lowers the model's PD for A by about {points} points."
    ),
    "twins-weigh-more": Claim("together", "Read as one fact, {concept} weighs more than either of its columns alone."),
    "twins-weigh-same": Claim(
        "together", "Read as one fact, {concept} weighs no more than the stronger of its columns."
    ),
    "weighs-less": Claim("pair", "Over these files, {first} weighs less in the model than {second}."),
    "weighs-more": Claim("pair", "Over these files, {first} weighs more in the model than {second}."),
    "would-default": Claim("unseen_a", "Had the loan been granted, client A would have defaulted."),
    "would-fall": Claim("strongest_in_a", "If client A improved {column}, A's own risk of default would go down."),
}

# Eight claims a learner, each with a stand-in of its own kind for where its fact is too faint.
MENUS = (
    (
        "first-also-here falls",
        "has-no-exception sum-misses",
        "largest-is-other taken-out-percent",
        "last-still-counts base-below-rate",
        "pushes-a pushes-few",
        "same-value-may-differ push-worth-more",
        "would-default next-year",
        "would-fall is-cause",
    ),
    (
        "first-not-here base-below-rate",
        "is-cause next-year",
        "left-out would-default",
        "other-model would-fall",
        "protects-a last-never-counts",
        "same-value-same-push pushes-most",
        "sum-closes twins-weigh-more",
        "weighs-more taken-out-points",
    ),
    (
        "largest-is taken-out-points",
        "last-never-counts pushes-most",
        "next-year left-out",
        "other-model would-default",
        "rises twins-weigh-more",
        "sum-misses base-is-rate",
        "weighs-less push-worth-same",
        "would-fall is-cause",
    ),
    (
        "base-is-rate largest-is-other",
        "first-not-here same-value-may-differ",
        "left-out is-cause",
        "next-year would-default",
        "push-worth-same taken-out-percent",
        "pushes-few has-exceptions",
        "sum-closes pushes-a",
        "twins-weigh-same falls",
    ),
    (
        "has-exceptions base-below-rate",
        "is-cause would-fall",
        "next-year left-out",
        "push-worth-more last-still-counts",
        "taken-out-percent first-also-here",
        "twins-weigh-more pushes-a",
        "weighs-less falls",
        "would-default other-model",
    ),
    (
        "base-below-rate weighs-more",
        "next-year is-cause",
        "other-model would-default",
        "protects-a falls",
        "pushes-most has-no-exception",
        "same-value-same-push twins-weigh-same",
        "taken-out-points largest-is",
        "would-fall left-out",
    ),
    (
        "base-is-rate largest-is-other",
        "first-also-here pushes-most",
        "is-cause would-fall",
        "other-model left-out",
        "rises last-still-counts",
        "same-value-may-differ has-exceptions",
        "twins-weigh-same sum-misses",
        "weighs-more push-worth-more",
    ),
    (
        "base-below-rate twins-weigh-more",
        "falls first-also-here",
        "has-no-exception weighs-less",
        "left-out other-model",
        "pushes-a taken-out-points",
        "pushes-few largest-is",
        "would-default next-year",
        "would-fall is-cause",
    ),
    (
        "largest-is weighs-more",
        "left-out would-fall",
        "other-model is-cause",
        "push-worth-same last-never-counts",
        "pushes-most sum-misses",
        "rises first-not-here",
        "taken-out-percent twins-weigh-same",
        "would-default next-year",
    ),
    (
        "base-is-rate protects-a",
        "first-also-here weighs-less",
        "has-exceptions push-worth-more",
        "largest-is-other same-value-same-push",
        "last-still-counts pushes-few",
        "next-year is-cause",
        "twins-weigh-more taken-out-points",
        "would-fall would-default",
    ),
    (
        "falls twins-weigh-same",
        "is-cause would-fall",
        "largest-is pushes-a",
        "last-never-counts taken-out-percent",
        "left-out other-model",
        "push-worth-more same-value-may-differ",
        "sum-closes weighs-more",
        "would-default next-year",
    ),
    (
        "is-cause other-model",
        "last-still-counts base-below-rate",
        "left-out would-fall",
        "next-year would-default",
        "protects-a push-worth-same",
        "sum-misses same-value-same-push",
        "taken-out-points first-not-here",
        "weighs-less has-no-exception",
    ),
)
