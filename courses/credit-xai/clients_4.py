"""The refused clients of lesson 4: K and G with clear reasons, H and J with one field that would have been enough.

Goes to learners. Picks for a clear answer and for misreadings that lead elsewhere; no verdict is in here.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.errors import DataError
from graders.references import reasons
from graders.references.backgrounds import just_approved
from graders.references.counterfactual import Ladder, as_data, far_from, is_clear, ladders, nice_step, straight_steps
from graders.references.explanation import Explanation
from graders.references.margins import shuffled
from graders.references.odds import log_odds
from graders.references.picking import Test, first_file
from graders.references.shap_values import shap_values

letters = load_module(Path(__file__).with_name("letters_4.py"))

STEPS = 20
TRIED = (
    8  # clear files of a column whose steps are explained, at most: each costs a tenth of a second; pushed ones first
)
APART = 4.0  # steps between the first approval and each misreading, where such a file can be found
_NEAR_ENOUGH = 2.5  # times the cut-off: a PD that one field can bring down


class Near(NamedTuple):
    """The refused files against the files just approved.

    Attributes
    ----------
    explained
        The refused files among those explained.
    rows
        The files just approved.
    matrix
        What the model reads of them.
    """

    explained: Explanation
    rows: pd.DataFrame
    matrix: Any


def asked(base: Any, proxy: str) -> dict[str, dict[str, Any]]:
    """Return the parts of the case that are about clients, and the picks.

    Parameters
    ----------
    base
        The ground of this learner.
    proxy
        The column that best tells the first protected attribute: a reason one is tempted to leave out.
    """
    near = _near(base)
    applicants = _with_reasons(base, near.explained, proxy)
    climbed = {}
    for letter, sign in (("H", 1), ("J", -1)):
        applicants[letter], climbed[letter] = _climber(
            base, near, sign, set(applicants.values()), f"applicant {letter}"
        )
    texts = _texts(base)
    drafts = letters.drafts(near.explained.one(applicants["G"], "G"), texts, list(base.contract.protected), base.seed)
    bad = letters.letters(near.explained.one(applicants["K"], "K"), texts, base.seed)
    numeric = near.rows[near.explained.numeric]
    parts = {
        "against_just_approved": near.explained.contributions,
        "just_approved": {"base": near.explained.base, "means": numeric.mean().to_dict()},
        "texts": texts,
        "drafts": drafts,
        "bad_letters": bad,
        "ladders": {letter: as_data(ladder) for letter, ladder in climbed.items()},
    }
    picks = {
        "applicants": dict(sorted(applicants.items())),
        "reasons": {name: text for name, text in texts.items() if name not in base.contract.protected},
        "facts": {str(fact): base.labels[fact] for fact in near.explained.concepts.columns},
        "drafts": {row: draft["text"] for row, draft in drafts.items()},
        "letters": {row: draft["text"] for row, draft in bad.items()},
    }
    return {"parts": parts, "picks": picks}


def _near(base: Any) -> Near:
    rows = base.audited.iloc[just_approved(base.fit.pd(base.audited), base.cut)]
    refused = base.chosen[np.asarray(base.fit.pd(base.chosen)) > base.cut]
    matrix = base.fit.encoder.matrix(rows)
    found = shap_values(base.fit.model, base.fit.encoder.matrix(refused), matrix)
    phi = pd.DataFrame(found.values, refused.index, base.names)
    named = base.contract.concepts, base.labels, base.units
    return Near(Explanation(refused[base.names], phi, found.base, base.cut, *named), rows, matrix)


def _with_reasons(base: Any, near: Explanation, proxy: str) -> dict[str, str]:
    fact = base.contract.concept_of(proxy)
    found: dict[str, str] = {}
    for letter, tests in _wanted(base, fact).items():
        used = set(found.values())
        found[letter] = first_file(near, tests, used=used, seed=base.seed, purpose=f"applicant {letter}")
    return found


def _wanted(base: Any, proxy_fact: str) -> dict[str, tuple[Test, ...]]:
    return {
        "G": (
            reasons.is_refused,
            reasons.has_clear_reasons,
            reasons.has_more_than_four,
            reasons.has_a_protector_among_the_longest,
            reasons.is_refused_for(proxy_fact),
            reasons.has_both_twins_on_top,
            reasons.is_not_refused_for_exactly(base.explained.concept_importance.index[: reasons.MOST]),
            reasons.differs_from(base.explained.sums),
        ),
        "K": (
            reasons.is_just_refused,
            reasons.has_clear_reasons,
            reasons.has_more_than_four,
            reasons.is_refused_for(proxy_fact),
            reasons.has_a_protector_among_the_longest,
        ),
    }


def _texts(base: Any) -> dict[str, str]:
    """Return what a letter says for each fact and each column of a shared one, then what protected columns are called."""
    contract = base.contract
    named = dict.fromkeys([*contract.concepts, *base.names])
    said = {name: contract.reason(name) or base.labels[name] for name in named}
    return {**said, **{column: contract.label(column) for column in contract.protected}}


# --- one field, step by step ---------------------------------------------------------------------------------------------


def _climber(base: Any, near: Near, sign: int, used: set[str], purpose: str) -> tuple[str, Ladder]:
    """Return a refused file that one column of the declared sign turns into an approval, and its steps.

    Columns are tried in the contract's order; those that share a fact with others are left out, for they would move together.
    A column that pushes its file goes before one that helps it: the lesson invites a guess from the push.
    """
    helping = None
    for column in base.contract.numeric:
        if _can_be_stepped(base, column, sign):
            found = _of_column(base, near, column, -sign, used, purpose)
            if found is not None and found[1].pushes[0] > reasons.LEAST:
                return found
            helping = helping or found
    if helping is not None:
        return helping
    raise DataError(
        "Expected a refused file that one field would turn into an approval, found none. Draw a larger sample."
    )


def _can_be_stepped(base: Any, column: str, sign: int) -> bool:
    described = base.contract.columns[column]
    alone = len(base.contract.concepts[base.contract.concept_of(column)]) == 1
    return alone and getattr(described, "expect", None) == sign and described.type == "number"


def _of_column(base: Any, near: Near, column: str, way: int, used: set[str], purpose: str) -> tuple[str, Ladder] | None:
    explained = near.explained
    step = way * nice_step(base.train[column])
    files = explained.rows[explained.rows[column].notna() & (explained.pds <= _NEAR_ENOUGH * base.cut)]
    files = files.drop(index=[key for key in used if key in files.index])
    mixed = files.iloc[shuffled(base.seed, purpose, len(files))]
    if mixed.empty:
        return None
    within = base.contract.columns[column].range
    found = ladders(mixed, column, step, STEPS, within, base.fit.pd)
    clear = [key for key in mixed.index if is_clear(found[key], base.cut)]
    if not clear:
        return None
    ordered = sorted(clear, key=lambda key: _first_guess(near, found[key], key), reverse=True)
    tried = [(key, _explained(base, near, found[key], key)) for key in islice(ordered, TRIED)]
    ranks = [(one.pushes[0] > reasons.LEAST, len(_misreadings_apart(near, one, key))) for key, one in tried]
    return tried[ranks.index(max(ranks))]


def _explained(base: Any, near: Near, ladder: Ladder, key: str) -> Ladder:
    """Return the steps with the column's contribution at each."""
    file = near.explained.rows.loc[[key] * len(ladder.values)].assign(**{ladder.column: list(ladder.values)})
    found = shap_values(base.fit.model, base.fit.encoder.matrix(file), near.matrix)
    return replace(ladder, pushes=tuple(found.values[:, base.names.index(ladder.column)].tolist()))


def _first_guess(near: Near, ladder: Ladder, key: str) -> tuple[bool, bool]:
    """Return whether the field pushes the file as filed, and whether a straight line through the push clearly misleads.

    Both follow from contributions known already: no step has to be explained for them.
    """
    push = float(near.explained.contributions.loc[key, ladder.column])
    return push > reasons.LEAST, "straight" in _misreadings_apart(near, replace(ladder, pushes=(push,)), key)


def _misreadings_apart(near: Near, ladder: Ladder, key: str) -> list[str]:
    """Return which misreadings lead somewhere, and clearly elsewhere: a straight line, and the step without a contribution."""
    first = ladder.first_lasting(near.explained.cut)
    usual = float(near.rows[ladder.column].mean())
    excess = float(log_odds(near.explained.pds[key]) - log_odds(near.explained.cut))
    readings = {
        "straight": straight_steps(ladder.pushes[0], ladder.values[0], usual, ladder.step, excess),
        "no push": ladder.first_without_push(),
    }
    return [
        name
        for name, other in readings.items()
        if first is not None and other is not None and far_from(first, [other], APART)
    ]
