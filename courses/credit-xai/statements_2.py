"""What is said of the two models in lesson 2: the exhibits of question 2.5 and the sentences of question 2.7.

Goes to learners. Sentences with places to fill, and which of them a learner gets; what they prove is not written here, nor told
by any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graders.references.margins import shuffled
from graders.references.statements import Claim

EXHIBITS = {
    "alone": "Alone, {column} orders the booked loans with an AUC of {auc}.",
    "dated": "The data dictionary says of {column}: known {when}.",
    "unbooked": "Over the {files} files that were never booked, {column} has this many different values: {values}.",
    "lost": "Fitted again without {column}, the model loses {loss} of AUC out of time.",
    "share": "{column} carries {share} % of all contributions in Plus.",
    "group": "From {column} alone, the {group} of an applicant can be guessed with an AUC of {auc}.",
    "steady": "From training to out of time, Plus loses no more than {loss} of AUC.",
    "moved": "Between the first and the last year, the PSI of {column} is {psi}.",
    "bar": "In Classic, {column} has the longest bar.",
}


def exhibits(facts: Mapping[str, Mapping[str, Any]], seed: int) -> dict[str, dict[str, Any]]:
    """Return this learner's six exhibits by row: text, kind, and what it is about.

    Parameters
    ----------
    facts
        What every exhibit is filled with, by ``"kind subject"``; those on the suspected column have the subject ``it``.
    seed
        What the choice and the order hang on.
    """
    always = [name for name in ("share it", "group proxy") if name in facts]
    strong = [name for name in ("alone it", "dated it", "unbooked it", "lost it") if name in facts]
    weak = [name for name in facts if name not in always and name not in strong]
    count = 2 + int(shuffled(seed, "how many exhibits", 3)[0])
    chosen = [*always, *(strong[place] for place in shuffled(seed, "strong exhibits", len(strong))[:count])]
    chosen += [weak[place] for place in shuffled(seed, "weak exhibits", len(weak))[: 6 - len(chosen)]]
    rows = {}
    for row, place in enumerate(shuffled(seed, "exhibits", len(chosen)), start=1):
        kind, about = chosen[place].split()[0], dict(facts[chosen[place]])
        rows[f"e{row}"] = {"kind": kind, "about": about, "text": EXHIBITS[kind].format(**about["words"])}
    return rows


# What each claim says is known by its sentence alone; the names tell nothing.
CLAIMS = {
    "c01": Claim("band", "A/E of the whole last year lies inside the lender's band, {low} to {high}."),
    "c02": Claim(
        "nothing",
        "Contributions add up to what the model announces, so none of their charts can show whether more loans defaulted.",
    ),
    "c03": Claim("side", "In the last year, more loans defaulted than the model had announced."),
    "c04": Claim("score", "The PSI of the score alone would have given the alarm at the lender's line."),
    "c05": Claim("band", "A/E of the whole last year lies outside the lender's band, {low} to {high}."),
    "c06": Claim("score", "Whoever watched the PSI of the score alone got no alarm at the lender's line."),
    "c07": Claim("stable", "The score hardly moved, and the announced defaults were still wrong by more than a tenth."),
    "c08": Claim("first_moved", "The PSI of {column} says how much Gini the model has lost since the first year."),
    "c09": Claim("moved", "From the first to the last year, {column} moved less than {other}."),
    "c10": Claim("side", "In the last year, fewer loans defaulted than the model had announced."),
    "c11": Claim("nothing", "Next year, A/E will lie inside the lender's band."),
    "c12": Claim(
        "first_moved", "The PSI of {column} compares two populations; it does not say how well the model still ranks."
    ),
    "c13": Claim(
        "nothing",
        "A chart of contributions for the last year would have shown whether more loans defaulted than announced.",
    ),
    "c14": Claim("stable", "The score hardly moved, so the announced defaults were right to within a tenth."),
    "c15": Claim("drifted", "{column} has moved since the first year, and that is why A/E changed."),
    "c16": Claim("moved", "From the first to the last year, {column} moved more than {other}."),
    "c17": Claim("nothing", "Multiplying every PD by this A/E will make the announcement for next year right."),
    "c18": Claim(
        "quarters", "In at least one quarter of the last year, the interval of A/E reaches down to 1 or below."
    ),
    "c19": Claim(
        "declined",
        "Among the applications declined in the last year, too, more would have defaulted than the model announced.",
    ),
    "c20": Claim("quarters", "In each quarter of the last year, the whole interval of A/E lies above 1."),
}

# Four claims a learner, each with a stand-in of its own kind for where its fact is too faint.
MENUS = (
    ("c03 c20", "c04 c08", "c11 c17", "c13 c09"),
    ("c12 c16", "c06 c02", "c15 c19", "c10 c01"),
    ("c07 c05", "c13 c08", "c19 c11", "c17 c15"),
    ("c05 c02", "c14 c18", "c06 c16", "c15 c17"),
    ("c02 c12", "c01 c04", "c17 c19", "c08 c10"),
    ("c16 c05", "c14 c10", "c11 c15", "c19 c17"),
)
