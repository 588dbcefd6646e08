"""What lesson 4 counts by group: approvals, small cells, what tells a group, other models, errors; and a branch for practice.

Goes to learners. Builds a case's parts out of a learner's rows; nothing of a single person leaves here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.contract.roles import Protected
from graders.language import number
from graders.references.approval import approvals, members
from graders.references.explanation import shown
from graders.references.group_errors import calibration, group_errors
from graders.references.margins import shuffled
from graders.references.proxies import BINS, group_auc, guess_auc, levels, typical_level

ground = load_module(Path(__file__).with_name("case.py"))
cells = load_module(Path(__file__).with_name("cells_4.py"))

COUNTS = ("applications", "approved", "booked", "booked_approved", "defaulted")
BRANCH_HEADS = ("applied", "approved", "loans repaid", "of these the model would refuse")
_BRANCHES = (  # per group: applied, approved, repaid, of these refused; every misreading leads elsewhere
    ((250, 120, 105, 34), (600, 402, 360, 54)),
    ((180, 81, 70, 21), (720, 468, 410, 57)),
    ((320, 176, 150, 48), (540, 405, 370, 48)),
    ((240, 108, 95, 32), (800, 536, 470, 71)),
    ((160, 80, 70, 21), (640, 448, 400, 52)),
)
_NOTHING: dict[str, Any] = {
    "groups": {},
    "cell": None,
    "nested": {},
    "telling": {},
    "typical": "",
    "typical_column": "",
    "guess": {},
    "alternatives": [],
    "errors": {},
}
_BRANCH_GROUPS = ("applicants from villages", "applicants from the town")


def counted(base: Any) -> dict[str, Any]:
    """Return everything that is counted by group, as parts of a case; the parts are empty where no two groups can be compared."""
    attributes = compared_attributes(base)
    shared = {"default_auc": _default_auc(base), "branch": _branch(base.seed), "share": base.share}
    if not attributes:
        return {**_NOTHING, **shared, "calibration": pd.DataFrame()}
    first = attributes[0]
    log_odds = pd.Series(base.fit.log_odds(base.audited), base.audited.index)
    pds = pd.Series(base.fit.pd(base.audited), base.audited.index)
    telling = {of.column: _telling(base, of) for of in attributes}
    return {
        "groups": {of.column: _group_counts(base, pds <= base.cut, of) for of in attributes},
        **cells.Cells(base, pds <= base.cut, first).drawn(),
        "telling": telling,
        **_typical(base, attributes, telling),
        "guess": _guess(base, first, log_odds),
        "alternatives": list(_alternatives(base, attributes, telling)),
        **_errors(base, pds, first),
        **shared,
    }


def compared_attributes(base: Any) -> list[Protected]:
    """Return the protected attributes whose two groups can be shown: with ten people each in the last year."""
    declared = base.contract.roles.protected
    return [of for of in declared if min(group.sum() for group in members(base.audited, of)) >= cells.FEWEST]


def best_proxy(telling: dict[str, dict[str, float]]) -> str | None:
    """Return the column that best tells the first protected attribute, None where there is no attribute."""
    found = next(iter(telling.values()), None)
    return None if found is None else max(found, key=lambda column: found[column])


def typical_column(base: Any, attribute: Protected, best: str) -> str:
    """Return the column one level of which is most often found in one group, the best proxy left out."""
    compared, _reference = members(base.audited, attribute)
    ratios = {name: typical_level(base.audited[name], compared).ratio for name in base.names if name != best}
    shown_ones = {name: ratio for name, ratio in ratios.items() if np.isfinite(ratio)} or ratios
    return max(shown_ones, key=lambda name: shown_ones[name])


# --- approvals -----------------------------------------------------------------------------------------------------------


def _group_counts(base: Any, approved: pd.Series[bool], attribute: Protected) -> dict[str, dict[str, Any]]:
    rows, bad = base.audited, base.bad[base.audited.index]
    found = {}
    sides = ("compared", "reference")
    for side, inside in zip(sides, members(rows, attribute), strict=True):
        booked = inside & bad.notna().to_numpy()
        people = (inside, inside & approved, booked, booked & approved, inside & (bad == 1))
        counts = dict(zip(COUNTS, (int(flags.sum()) for flags in people), strict=True))
        found[side] = {"name": attribute.called(side), **counts}
    return found


def _branch(seed: int) -> dict[str, list[int]]:
    """Return an invented branch: two groups, four counts each."""
    return dict(zip(_BRANCH_GROUPS, map(list, _BRANCHES[seed % len(_BRANCHES)]), strict=True))


# --- what tells a group --------------------------------------------------------------------------------------------------


def _telling(base: Any, attribute: Protected) -> dict[str, float]:
    compared, reference = members(base.audited, attribute)
    rows = base.audited[compared | reference]
    return {name: group_auc(rows[name], compared[compared | reference]) for name in base.names}


def _default_auc(base: Any) -> dict[str, float]:
    bad = base.bad[base.later.index] == 1
    return {name: group_auc(base.later[name], bad) for name in base.names}


def _typical(base: Any, attributes: list[Protected], telling: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Return the column one level of which is much more frequent in a group of the second attribute, and a sentence on it."""
    attribute = attributes[:2][-1]
    best = max(telling[attribute.column], key=lambda name: telling[attribute.column][name])
    column = typical_column(base, attribute, best)
    compared, _reference = members(base.audited, attribute)
    level, ratio = typical_level(base.audited[column], compared)
    names = attribute.called("compared"), base.contract.label(attribute.column)
    often = f"{number(ratio, 1)} times as frequent" if np.isfinite(ratio) else "found"
    others = "as among the others" if np.isfinite(ratio) else "and with none of the others"
    sentence = f"“{_level(base, column, level)}” is {often} in the group “{names[0]}” ({names[1]}) {others}."
    return {"typical": sentence, "typical_column": column}


def _level(base: Any, column: str, level: str) -> str:
    """Return a level of a column in words; of a number with many values, the tenth in which the named value lies."""
    label, values = base.contract.label(column), base.audited[column]
    if column not in base.contract.numeric or values.nunique() <= BINS:
        return f"{label}: {shown(_as_number(level) if column in base.contract.numeric else level)}"
    codes = pd.Series(levels(values), values.index)
    of_level = values[codes == codes[values.astype(str) == level].iloc[0]].astype(float)
    if of_level.isna().all():
        return f"{label}: not known"
    return f"{label}: {number(float(of_level.min()))} to {number(float(of_level.max()))}"


def _as_number(level: str) -> object:
    return float(level) if level.lower() not in ("true", "false") else level


def _guess(base: Any, attribute: Protected, log_odds: pd.Series[float]) -> dict[str, float]:
    from sklearn.metrics import roc_auc_score  # slow to import, and opening a case needs none of it

    compared, _reference = members(base.audited, attribute)
    half = shuffled(base.seed, "half", len(base.audited)) % 2 == 0
    found = guess_auc(ground.fitted, base.fit.encoder.matrix(base.audited), compared, half)
    return {
        "other_half": found.other_half,
        "same_half": found.same_half,
        "default": base.fit.auc(base.later, base.bad),
        "score": float(roc_auc_score(compared, log_odds)),
    }


# --- other models, errors ------------------------------------------------------------------------------------------------


def _alternatives(
    base: Any, attributes: list[Protected], telling: dict[str, dict[str, float]]
) -> Iterator[dict[str, Any]]:
    """Yield the model under audit, the one without the best proxy (at both cut-offs), and one without another column.

    Where one attribute is compared, the other column is the one with its most typical level.
    """
    proxy = best_proxy(telling)
    attribute = attributes[:2][-1]
    best = max(telling[attribute.column], key=lambda name: telling[attribute.column][name])
    other = typical_column(base, attribute, best)
    yield _measured(base, attributes, base.fit, "as it is", base.cut)
    without = base.fitted(drop=[proxy])
    label = f"without “{base.contract.label(proxy)}”, fitted again"
    yield _measured(base, attributes, without, label, None)
    yield _measured(base, attributes, without, f"{label}, old cut-off kept", base.cut)
    yield _measured(
        base, attributes, base.fitted(drop=[other]), f"without “{base.contract.label(other)}”, fitted again", None
    )


def _measured(base: Any, attributes: list[Protected], fit: Any, name: str, cut: float | None) -> dict[str, Any]:
    pds = fit.pd(base.audited)
    line = float(np.quantile(pds, base.share)) if cut is None else cut
    approved = pds <= line
    ratios = {of.column: approvals(approved, base.audited, of).ratio for of in attributes}
    return {
        "name": name,
        "auc": fit.auc(base.later, base.bad),
        "approved": float(100 * approved.mean()),
        "ratios": ratios,
    }


def _errors(base: Any, pds: pd.Series[float], attribute: Protected) -> dict[str, Any]:
    bad, refused = base.bad[base.audited.index], pds > base.cut
    sides = dict(zip(("compared", "reference"), members(base.audited, attribute), strict=True))
    masks = {side: pd.Series(flags, base.audited.index) for side, flags in sides.items()}
    tables = []
    for side, mask in masks.items():
        booked = mask & bad.notna()
        name = attribute.called(side)
        tables += [calibration(pds[booked], bad[booked]).assign(group=name)] if booked.any() else []
    errors = {side: asdict(group_errors(refused, mask, bad, pds)) for side, mask in masks.items()}
    return {"errors": errors, "calibration": pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()}
