"""The slides of question 3.8: what the vendor claims, about which fact, and who is asked about what.

Goes to learners. Which claims hold is not written here, nor told by any order: claims stand by the alphabet, and a menu is a mix
that only the keys know the balance of.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from graders.language import number
from graders.references.agreement import clear_pairs, mean_jaccard
from graders.references.explanation import Explained
from graders.references.facts import Fact
from graders.references.odds import pd_percent, probability_points
from graders.references.statements import Claim, fill

FAR = 1.0  # points of PD, or percent, between a right figure and an altered one


class Ground(NamedTuple):
    """What slides are made from.

    Attributes
    ----------
    base
        The ground: rows, model, labels.
    compared
        The 600 files explained from three references.
    told
        What LIME said.
    client
        Client F, explained from the loans the model learnt on.
    other
        The same client from the files just above the line.
    pairs
        The pairs of columns that question 3.7 asks about: slides name others.
    measured
        What the model team measured.
    gaps
        Files counted by the gap between two readings of one fact; empty where there are none.
    """

    base: Any
    compared: Any
    told: Any
    client: Explained
    other: Explained
    pairs: list[tuple[str, str]]
    measured: dict[str, float]
    gaps: dict[str, Any]


def eight(ground: Ground, seed: int) -> dict[str, dict[str, Any]]:
    """Return this learner's slides by row: text, name of the claim, and what it is about."""
    return fill(CLAIMS, MENUS[seed % len(MENUS)], facts_of(ground), ground.base.labels, seed)


def facts_of(ground: Ground) -> dict[str, Fact]:
    """Return every fact by name; None where this portfolio shows it too faintly to ask about."""
    client, numeric = ground.client, ground.base.explained.numeric
    return {
        "approved": _approved(ground.measured),
        "carried": _carried(ground.gaps),
        "change": {"column": str(client.contributions[numeric].idxmax())},
        "copy": _copy(ground),
        "first": {} if len({top[0] for top in ground.told.few.tops}) > 1 else None,
        "more": _more_files(ground.told.by_size),
        "nothing": {},
        "pair": _pair(ground),
        "push": _push(client),
        "shift": _shift(ground.compared.bases),
        "stays": _stays(client, ground.other),
        "sum": _sum(client),
        "twins": _twins(ground),
        "unseen": None if client.id in ground.base.seen else {},
    }


def _approved(measured: dict[str, float]) -> Fact:
    of_all, of_booked = (round(measured[name], 1) for name in ("approved", "approved_booked"))
    return {"all": of_all, "booked": of_booked} if abs(of_all - of_booked) >= FAR else None


def _carried(gaps: dict[str, Any]) -> Fact:
    """Return nothing to fill in, but only where invented files past the line clearly carry more than a quarter of the weight."""
    if not gaps:
        return None
    past = sum(share for share, edge in zip(gaps["weight"][1:], gaps["edges"], strict=True) if edge >= gaps["line"])
    return {} if past >= 0.28 else None


def _copy(ground: Ground) -> Fact:
    fidelity = list(ground.told.by_size.values())[-1].fidelity
    follows, auc = 100 * sum(fidelity) / len(fidelity), 100 * ground.measured["auc"]
    return {"follows": round(follows, 1), "auc": round(auc, 1)} if abs(follows - auc) >= 5 * FAR else None


def _more_files(by_size: dict[str, Any]) -> Fact:
    """Return nothing to fill in, but only where more invented files clearly bring agreement and no fidelity."""
    few, *_between, many = by_size.values()
    agreement = mean_jaccard(many.tops) - mean_jaccard(few.tops)
    fidelity = (sum(many.fidelity) - sum(few.fidelity)) / len(few.fidelity)
    return {} if agreement >= 0.05 and fidelity <= 0.01 else None


def _pair(ground: Ground) -> Fact:
    """Return two columns that all references tell apart and that question 3.7 does not ask about, the heavier first."""
    weights = ground.compared.weights
    for first, second in clear_pairs(weights, 28, ground.base.seed):
        if (first, second) not in ground.pairs and (weights.loc[first] > 1.15 * weights.loc[second]).all():
            return {"first": first, "second": second}
    return None


def _push(client: Explained) -> Fact:
    """Return the strongest fact whose push, misread as percent, is far from its worth and still below the PD."""
    for name, push in client.concepts.items():
        points, percent = float(probability_points(client.log_odds, push)), 100 * float(push)
        if points + 3 * FAR <= percent <= 0.9 * client.pd:
            return {"fact": str(name), "push": _with_sign(float(push)), "percent": round(percent, 1)}
    return None


def _shift(bases: dict[str, float]) -> Fact:
    """Return by how much the base value of all applications lies above that of the loans learnt on."""
    learnt, *_line, everybody = bases.values()
    return {"shift": number(everybody - learnt, 2)} if everybody - learnt >= 0.05 else None


def _stays(client: Explained, other: Explained) -> Fact:
    mixed = float(pd_percent(client.base + float(other.contributions.sum())))
    return {"pd": round(client.pd, 1), "mixed": round(mixed, 1)} if abs(client.pd - mixed) >= FAR else None


def _sum(client: Explained) -> Fact:
    base, total = float(pd_percent(client.base)), float(client.contributions.sum())
    wrong = base + total
    found = {"pd": round(client.pd, 1), "base": round(base, 1), "total": _with_sign(total), "wrong": round(wrong, 1)}
    return found if abs(client.pd - wrong) >= FAR else None


def _twins(ground: Ground) -> Fact:
    """Return the line of the gap, and a narrower one that clearly more than a few real files pass."""
    gaps = ground.gaps
    if not gaps:
        return None
    wider = sum(gaps["real"][2:]) / sum(gaps["real"])
    concept = ground.base.contract.concept_of(gaps["columns"][0])
    return (
        {"concept": concept, "line": number(gaps["line"]), "half": number(gaps["edges"][1])} if wider >= 0.01 else None
    )


def _with_sign(value: float) -> str:
    return ("+" if value > 0 else "\u2212") + number(abs(value), 2)


CLAIMS = {
    "approved-of-all": Claim("approved", "At the cut-off, {all} % of last year's applications are approved."),
    "approved-of-booked": Claim("approved", "At the cut-off, {booked} % of last year's applications are approved."),
    "base-higher": Claim(
        "shift",
        "Measured from 100 applications of the last year, the base value lies {shift} higher than from the loans learnt on.",
    ),
    "base-lower": Claim(
        "shift",
        "Measured from 100 applications of the last year, the base value lies {shift} lower than from the loans learnt on.",
    ),
    "carried-much": Claim(
        "carried", "In LIME's fit, files past the line of question 3.5 carry more than a quarter of all weight."
    ),
    "carried-nothing": Claim(
        "carried", "In LIME's fit, files past the line of question 3.5 carry less than one percent of all weight."
    ),
    "copy-auc": Claim(
        "copy", "Around client M, the copy from 5,000 files follows {auc} % of the variation of the model's PD."
    ),
    "copy-follows": Claim(
        "copy", "Around client M, the copy from 5,000 files follows {follows} % of the variation of the model's PD."
    ),
    "first-changes": Claim(
        "first", "With 300 files, the strongest column is not the same in all ten runs on client K."
    ),
    "first-stays": Claim("first", "With 300 files, the strongest column is the same in all ten runs on client K."),
    "letters-new-model": Claim("nothing", "Between the two letters to client K, the model was fitted again."),
    "letters-same-model": Claim("nothing", "Both letters to client K come from the same model and the same file."),
    "more-agrees-only": Claim(
        "more", "With more invented files, runs on client M agree more, and the copy follows the model no better."
    ),
    "more-both": Claim(
        "more", "With more invented files, runs on client M agree more, and the copy follows the model better."
    ),
    "next-year": Claim("nothing", "On next year's applications, runs of LIME will agree as much as on this year's."),
    "no-protected": Claim(
        "nothing", "The model uses no protected attribute, so no group of clients is put at a disadvantage by it."
    ),
    "other-model": Claim("nothing", "Another vendor's model would give client F the same four reasons."),
    "pd-moves": Claim(
        "stays", "Explained from files just above the line, client F has a PD of {mixed} % by the model."
    ),
    "pd-stays": Claim("stays", "Explained from files just above the line, client F has a PD of {pd} % by the model."),
    "push-log-odds": Claim("push", "From the loans learnt on, {fact} adds {push} to client F's log-odds of default."),
    "push-percent": Claim("push", "From the loans learnt on, {fact} adds {percent} points to client F's PD."),
    "sum-log-odds": Claim("sum", "Client F: base value and contributions, added up in log-odds, give a PD of {pd} %."),
    "sum-points": Claim(
        "sum", "Client F: a base of {base} % and contributions of {total} in all give a PD of {wrong} %."
    ),
    "true-reasons": Claim(
        "nothing", "One of the two letters names the circumstances that would make client K default."
    ),
    "twins-half": Claim(
        "twins", "In 99.9 % of real files, the two readings of {concept} lie within {half} of each other."
    ),
    "twins-line": Claim(
        "twins", "In 99.9 % of real files, the two readings of {concept} lie within {line} of each other."
    ),
    "understands": Claim("nothing", "A client who reads these reasons will understand why the loan was refused."),
    "weighs-less": Claim("pair", "From each of the three references, {second} weighs more than {first}."),
    "weighs-more": Claim("pair", "From each of the three references, {first} weighs more than {second}."),
    "would-default": Claim("unseen", "Had the loan been granted, client F would have defaulted."),
    "would-fall": Claim("change", "If client F improved {column}, F's own risk of default would go down."),
}

# Eight claims a learner, each with a stand-in of its own kind for where its fact is too faint.
MENUS = (
    (
        "base-lower letters-new-model",
        "carried-much more-agrees-only",
        "next-year no-protected",
        "pd-moves push-percent",
        "twins-line copy-follows",
        "understands would-default",
        "weighs-more approved-of-all",
        "would-fall true-reasons",
    ),
    (
        "carried-nothing copy-auc",
        "first-changes base-higher",
        "letters-same-model push-log-odds",
        "more-both approved-of-booked",
        "no-protected understands",
        "other-model would-default",
        "sum-points twins-half",
        "would-fall next-year",
    ),
    (
        "copy-follows base-higher",
        "first-stays approved-of-booked",
        "letters-same-model twins-line",
        "more-both push-percent",
        "other-model would-fall",
        "sum-log-odds carried-much",
        "true-reasons would-default",
        "weighs-less pd-moves",
    ),
    (
        "approved-of-all base-higher",
        "carried-nothing twins-half",
        "more-agrees-only sum-log-odds",
        "next-year would-default",
        "no-protected other-model",
        "pd-stays push-log-odds",
        "true-reasons understands",
        "weighs-less letters-new-model",
    ),
    (
        "base-lower approved-of-booked",
        "copy-auc sum-points",
        "first-changes weighs-more",
        "pd-stays more-agrees-only",
        "true-reasons would-default",
        "twins-half push-percent",
        "understands no-protected",
        "would-fall other-model",
    ),
    (
        "carried-much approved-of-all",
        "first-stays copy-auc",
        "next-year understands",
        "push-log-odds pd-stays",
        "sum-points more-both",
        "twins-line letters-same-model",
        "weighs-less base-lower",
        "would-fall true-reasons",
    ),
    (
        "base-higher twins-line",
        "first-stays more-both",
        "letters-new-model carried-nothing",
        "next-year understands",
        "no-protected would-fall",
        "other-model true-reasons",
        "sum-log-odds pd-stays",
        "weighs-more copy-follows",
    ),
    (
        "approved-of-all more-agrees-only",
        "carried-nothing letters-new-model",
        "first-changes push-log-odds",
        "next-year would-fall",
        "no-protected true-reasons",
        "pd-moves sum-points",
        "weighs-less copy-auc",
        "would-default other-model",
    ),
    (
        "base-lower approved-of-booked",
        "first-stays push-percent",
        "letters-same-model more-agrees-only",
        "next-year true-reasons",
        "other-model would-default",
        "sum-log-odds copy-follows",
        "twins-half pd-moves",
        "weighs-more carried-much",
    ),
    (
        "approved-of-all carried-much",
        "base-higher push-log-odds",
        "first-changes pd-stays",
        "letters-new-model copy-auc",
        "no-protected would-default",
        "understands next-year",
        "weighs-less sum-points",
        "would-fall other-model",
    ),
    (
        "carried-nothing more-both",
        "copy-follows weighs-more",
        "no-protected would-fall",
        "push-percent base-lower",
        "sum-log-odds first-changes",
        "true-reasons would-default",
        "twins-half approved-of-booked",
        "understands other-model",
    ),
    (
        "base-higher approved-of-all",
        "copy-auc push-percent",
        "first-stays more-both",
        "letters-same-model sum-log-odds",
        "next-year true-reasons",
        "no-protected would-default",
        "pd-moves carried-nothing",
        "twins-line weighs-more",
    ),
)
