"""The refused clients of lesson 4: K and G with clear reasons, H and J with one field that would have been enough.

Goes to learners. Picks for a clear answer and for misreadings that lead elsewhere; no verdict is in here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.references import reasons
from graders.references.backgrounds import just_approved
from graders.references.counterfactual import as_data
from graders.references.explanation import Explanation
from graders.references.picking import Test, first_file
from graders.references.shap_values import shap_values

climbers = load_module(Path(__file__).with_name("climbers_4.py"))
letters = load_module(Path(__file__).with_name("letters_4.py"))


def asked(base: Any, proxy: str | None) -> dict[str, dict[str, Any]]:
    """Return the parts of the case that are about clients, and the picks.

    Parameters
    ----------
    base
        The ground of this learner.
    proxy
        The column that best tells the first protected attribute: a reason one is tempted to leave out; None without one.
    """
    near = _near(base)
    applicants = _with_reasons(base, near.explained, proxy)
    climbed = climbers.climbed(base, near, set(applicants.values()))
    applicants |= {letter: one.key for letter, one in climbed.items()}
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
        "ladders": {letter: as_data(one.ladder) for letter, one in climbed.items()},
    }
    picks = {
        "applicants": dict(sorted(applicants.items())),
        "reasons": {name: text for name, text in texts.items() if name not in base.contract.protected},
        "facts": {str(fact): base.labels[fact] for fact in near.explained.concepts.columns},
        "drafts": {row: draft["text"] for row, draft in drafts.items()},
        "letters": {row: draft["text"] for row, draft in bad.items()},
    }
    return {"parts": parts, "picks": picks}


def _near(base: Any) -> Any:
    rows = base.audited.iloc[just_approved(base.fit.pd(base.audited), base.cut)]
    refused = base.chosen[np.asarray(base.fit.pd(base.chosen)) > base.cut]
    matrix = base.fit.encoder.matrix(rows)
    found = shap_values(base.fit.model, base.fit.encoder.matrix(refused), matrix)
    phi = pd.DataFrame(found.values, refused.index, base.names)
    named = base.contract.concepts, base.labels, base.units
    return climbers.Near(Explanation(refused[base.names], phi, found.base, base.cut, *named), rows, matrix)


def _with_reasons(base: Any, near: Explanation, proxy: str | None) -> dict[str, str]:
    tempting = () if proxy is None else (reasons.is_refused_for(base.contract.concept_of(proxy)),)
    found: dict[str, str] = {}
    for letter, tests in _wanted(base, tempting).items():
        used = set(found.values())
        found[letter] = first_file(near, tests, used=used, seed=base.seed, purpose=f"applicant {letter}")
    return found


def _wanted(base: Any, tempting: tuple[Test, ...]) -> dict[str, tuple[Test, ...]]:
    return {
        "G": (
            reasons.is_refused,
            reasons.has_reasons_apart,
            reasons.has_clear_reasons,
            reasons.has_more_than_four,
            reasons.has_a_protector_among_the_longest,
            *tempting,
            reasons.has_both_twins_on_top,
            reasons.is_not_refused_for_exactly(base.explained.concept_importance.index[: reasons.MOST]),
            reasons.differs_from(base.explained.sums),
        ),
        "K": (
            reasons.is_refused,
            reasons.has_reasons_apart,
            reasons.is_just_refused,
            reasons.has_clear_reasons,
            reasons.has_more_than_four,
            *tempting,
            reasons.has_a_protector_among_the_longest,
        ),
    }


def _texts(base: Any) -> dict[str, str]:
    """Return what a letter says for each fact and each column of a shared one, then what protected columns are called."""
    contract = base.contract
    named = dict.fromkeys([*contract.concepts, *base.names])
    said = {name: contract.reason(name) or base.labels[name] for name in named}
    return {**said, **{column: contract.label(column) for column in contract.protected}}
