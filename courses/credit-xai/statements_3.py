"""The slides of question 3.8: what the vendor claims, about which fact, and who is asked about what.

Goes to learners. Which claims hold is not written here, nor told by any order: claims have numbers drawn by lot, and only the keys
know what a number stands for and what balance a menu has.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from graders.content import load_module
from graders.language import number
from graders.references.agreement import clear_pairs, mean_jaccard
from graders.references.explanation import Explained
from graders.references.facts import Fact
from graders.references.odds import pd_percent, probability_points
from graders.references.statements import Claim

said_3 = load_module(Path(__file__).with_name("said_3.py"))
FAR = 1.0  # points of PD, or percent, between two figures that can be told apart


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
    """Return this learner's slides by row: text, number of the claim, and the values in its text."""
    return said_3.said(CLAIMS, MENUS[seed % len(MENUS)], facts_of(ground), ground.base.labels, seed)


def facts_of(ground: Ground) -> dict[str, Fact]:
    """Return every fact by name; None where this portfolio shows it too faintly to ask about."""
    client, numeric = ground.client, ground.base.explained.numeric
    return {
        "approved": _approved(ground.measured),
        "carried": _carried(ground.gaps),
        "change": _change(client, numeric),
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


def _change(client: Explained, numeric: list[str]) -> Fact:
    """Return the quantity, no category, that pushes the client most towards default."""
    pushes = client.contributions[numeric]
    return {"column": str(pushes.idxmax())} if len(pushes) and pushes.max() > 0 else None


def _approved(measured: dict[str, float]) -> Fact:
    of_all, of_booked = (round(measured[name], 1) for name in ("approved", "approved_booked"))
    return {"one": of_booked, "other": of_all} if abs(of_all - of_booked) >= FAR else None


def _carried(gaps: dict[str, Any]) -> Fact:
    """Return nothing to fill in, but only where invented files past the line clearly carry more than a quarter of the weight."""
    if not gaps:
        return None
    past = sum(share for share, edge in zip(gaps["weight"][1:], gaps["edges"], strict=True) if edge >= gaps["line"])
    return {} if past >= 0.28 else None


def _copy(ground: Ground) -> Fact:
    fidelity = list(ground.told.by_size.values())[-1].fidelity
    follows, auc = 100 * sum(fidelity) / len(fidelity), 100 * ground.measured["auc"]
    return {"one": round(auc, 1), "other": round(follows, 1)} if abs(follows - auc) >= 5 * FAR else None


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
            return {"one": second, "other": first}
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
    return {"one": round(client.pd, 1), "other": round(mixed, 1)} if abs(client.pd - mixed) >= FAR else None


def _sum(client: Explained) -> Fact:
    base, total = float(pd_percent(client.base)), float(client.contributions.sum())
    added = base + total
    found = {"one": round(client.pd, 1), "base": round(base, 1), "total": _with_sign(total), "other": round(added, 1)}
    return found if abs(client.pd - added) >= FAR else None


def _twins(ground: Ground) -> Fact:
    """Return the line of the gap, and a narrower one that clearly more than a few real files pass."""
    gaps = ground.gaps
    if not gaps:
        return None
    wider = sum(gaps["real"][2:]) / sum(gaps["real"])
    concept = ground.base.contract.concept_of(gaps["columns"][0])
    return (
        {"concept": concept, "one": number(gaps["edges"][1]), "other": number(gaps["line"])} if wider >= 0.01 else None
    )


def _with_sign(value: float) -> str:
    return ("+" if value > 0 else "\u2212") + number(abs(value), 2)


CLAIMS = {
    "c01": Claim("pair", "From each of the three references, {one} weighs more than {other}."),
    "c02": Claim("push", "From the loans learnt on, {fact} adds {push} to client F's log-odds of default."),
    "c03": Claim("pair", "From each of the three references, {other} weighs more than {one}."),
    "c04": Claim(
        "more", "With more invented files, runs on client M agree more, and the copy follows the model no better."
    ),
    "c05": Claim(
        "nothing", "The model uses no protected attribute, so no group of clients is put at a disadvantage by it."
    ),
    "c06": Claim("approved", "At the cut-off, {other} % of last year's applications are approved."),
    "c07": Claim("nothing", "Another vendor's model would give client F the same four reasons."),
    "c08": Claim("twins", "In 99.9 % of real files, the two readings of {concept} lie within {other} of each other."),
    "c09": Claim(
        "copy", "Around client M, the copy from 5,000 files follows {one} % of the variation of the model's PD."
    ),
    "c10": Claim(
        "copy", "Around client M, the copy from 5,000 files follows {other} % of the variation of the model's PD."
    ),
    "c11": Claim(
        "carried",
        "In LIME's fit, files with a wider gap than 99.9 % of real ones carry more than a quarter of all weight.",
    ),
    "c12": Claim("sum", "Client F: base value and contributions, added up in log-odds, give a PD of {one} %."),
    "c13": Claim("first", "With 300 files, the strongest column is the same in all ten runs on client K."),
    "c14": Claim("stays", "Explained from files just above the line, client F has a PD of {one} % by the model."),
    "c15": Claim("stays", "Explained from files just above the line, client F has a PD of {other} % by the model."),
    "c16": Claim("first", "With 300 files, the strongest column is not the same in all ten runs on client K."),
    "c17": Claim("nothing", "Between the two letters to client K, the model was fitted again."),
    "c18": Claim("change", "If client F improved {column}, F's own risk of default would go down."),
    "c19": Claim(
        "carried",
        "In LIME's fit, files with a wider gap than 99.9 % of real ones carry less than one percent of all weight.",
    ),
    "c20": Claim("approved", "At the cut-off, {one} % of last year's applications are approved."),
    "c21": Claim("nothing", "A client who reads these reasons will understand why the loan was refused."),
    "c22": Claim("nothing", "On next year's applications, runs of LIME will agree as much as on this year's."),
    "c23": Claim("sum", "Client F: a base of {base} % and contributions of {total} in all give a PD of {other} %."),
    "c24": Claim("nothing", "Both letters to client K come from the same model and the same file."),
    "c25": Claim(
        "shift",
        "Measured from 100 applications of the last year, the base value lies {shift} higher than from the loans learnt on.",
    ),
    "c26": Claim(
        "shift",
        "Measured from 100 applications of the last year, the base value lies {shift} lower than from the loans learnt on.",
    ),
    "c27": Claim("nothing", "One of the two letters names the circumstances that would make client K default."),
    "c28": Claim("twins", "In 99.9 % of real files, the two readings of {concept} lie within {one} of each other."),
    "c29": Claim("unseen", "Had the loan been granted, client F would have defaulted."),
    "c30": Claim(
        "more", "With more invented files, runs on client M agree more, and the copy follows the model better."
    ),
    "c31": Claim("push", "From the loans learnt on, {fact} adds {percent} points to client F's PD."),
}

# Eight claims a learner, each with a stand-in of its own kind for where its fact is too faint.
MENUS = (
    (
        "c03 c06",
        "c08 c10",
        "c11 c04",
        "c15 c31",
        "c18 c27",
        "c21 c29",
        "c22 c05",
        "c26 c17",
    ),
    (
        "c05 c21",
        "c07 c29",
        "c16 c25",
        "c18 c22",
        "c19 c09",
        "c23 c28",
        "c24 c02",
        "c30 c20",
    ),
    (
        "c01 c15",
        "c07 c18",
        "c10 c25",
        "c12 c11",
        "c13 c20",
        "c24 c08",
        "c27 c29",
        "c30 c31",
    ),
    (
        "c01 c17",
        "c04 c12",
        "c05 c07",
        "c06 c25",
        "c14 c02",
        "c19 c28",
        "c22 c29",
        "c27 c21",
    ),
    (
        "c09 c23",
        "c14 c04",
        "c16 c03",
        "c18 c07",
        "c21 c05",
        "c26 c20",
        "c27 c29",
        "c28 c31",
    ),
    (
        "c01 c26",
        "c02 c14",
        "c08 c24",
        "c11 c06",
        "c13 c09",
        "c18 c27",
        "c22 c21",
        "c23 c30",
    ),
    (
        "c03 c10",
        "c05 c18",
        "c07 c27",
        "c12 c14",
        "c13 c30",
        "c17 c19",
        "c22 c21",
        "c25 c08",
    ),
    (
        "c01 c09",
        "c05 c27",
        "c06 c04",
        "c15 c23",
        "c16 c02",
        "c19 c17",
        "c22 c18",
        "c29 c07",
    ),
    (
        "c03 c11",
        "c07 c29",
        "c12 c10",
        "c13 c31",
        "c22 c27",
        "c24 c04",
        "c26 c20",
        "c28 c15",
    ),
    (
        "c01 c23",
        "c05 c29",
        "c06 c11",
        "c16 c14",
        "c17 c09",
        "c18 c07",
        "c21 c22",
        "c25 c02",
    ),
    (
        "c05 c18",
        "c10 c03",
        "c12 c16",
        "c19 c30",
        "c21 c07",
        "c27 c29",
        "c28 c20",
        "c31 c26",
    ),
    (
        "c05 c29",
        "c08 c03",
        "c09 c31",
        "c13 c30",
        "c15 c19",
        "c22 c27",
        "c24 c12",
        "c25 c06",
    ),
)
