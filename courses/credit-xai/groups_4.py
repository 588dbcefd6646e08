"""What lesson 4 counts by group: approvals, small cells, what tells a group, other models, errors; and a branch for practice.

Goes to learners. Builds a case's parts out of a learner's rows; nothing of a single person leaves here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.contract.roles import Protected
from graders.errors import DataError
from graders.language import number
from graders.references.approval import SLACK, Approvals, approvals, members
from graders.references.explanation import shown
from graders.references.group_errors import calibration, group_errors
from graders.references.margins import shuffled
from graders.references.proxies import group_auc, guess_auc, typical_level

ground = load_module(Path(__file__).with_name("case.py"))

COUNTS = ("applications", "approved", "booked", "booked_approved", "defaulted")
BRANCH_HEADS = ("applied", "approved", "loans repaid", "of these the model would refuse")
FEWEST = 10  # people of a group, below which a cell is never shown
_BRANCHES = (  # per group: applied, approved, repaid, of these refused; every misreading leads elsewhere
    ((250, 120, 105, 34), (600, 402, 360, 54)),
    ((180, 81, 70, 21), (720, 468, 410, 57)),
    ((320, 176, 150, 48), (540, 405, 370, 48)),
    ((240, 108, 95, 32), (800, 536, 470, 71)),
    ((160, 80, 70, 21), (640, 448, 400, 52)),
)
_BRANCH_GROUPS = ("applicants from villages", "applicants from the town")


def counted(base: Any) -> dict[str, Any]:
    """Return everything that is counted by group, as parts of a case."""
    log_odds = pd.Series(base.fit.log_odds(base.audited), base.audited.index)
    pds = pd.Series(base.fit.pd(base.audited), base.audited.index)
    telling = {of.column: _telling(base, of) for of in base.contract.roles.protected}
    first = base.contract.roles.protected[0]
    drawn = _cells(base, pds <= base.cut, first)
    return {
        "groups": {of.column: _group_counts(base, pds <= base.cut, of) for of in base.contract.roles.protected},
        **drawn,
        "telling": telling,
        "default_auc": _default_auc(base),
        **_typical(base, telling),
        "guess": _guess(base, first, log_odds),
        "alternatives": list(_alternatives(base, telling)),
        **_errors(base, pds, first),
        "branch": _branch(base.seed),
        "share": base.share,
    }


def best_proxy(telling: dict[str, dict[str, float]]) -> str:
    """Return the column that best tells the first protected attribute."""
    found = next(iter(telling.values()))
    return max(found, key=lambda column: found[column])


def typical_column(base: Any, attribute: Protected, best: str) -> str:
    """Return the column one level of which is most often found in one group, the best proxy left out."""
    compared, _reference = members(base.audited, attribute)
    ratios = {name: typical_level(base.audited[name], compared).ratio for name in base.names if name != best}
    return max(ratios, key=lambda name: ratios[name])


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


class _Found(NamedTuple):
    """A cell of the applications: one month of one kind, and its comparison."""

    month: str
    kind: str
    cell: dict[str, Any]


def _cells(base: Any, approved: pd.Series[bool], attribute: Protected) -> dict[str, Any]:
    """Return one small comparison whose point misleads, and three nested ones of another kind of application."""
    column, line = _cell_column(base), base.contract.policy["air_line"]
    found = []
    for (month, kind), rows in base.audited.groupby([_months(base), base.audited[column].astype(str)]):
        cell = _cell(rows, approved, attribute, _titled(base, kind, month))
        found += [] if cell is None else [_Found(str(month), str(kind), cell)]
    mixed = [found[place] for place in shuffled(base.seed, "cell", len(found))]
    if not mixed:
        raise DataError(
            f"Expected a month of one kind of application with {FEWEST} people of each group, got none. Draw a larger sample."
        )
    kinds = sorted({one.kind for one in found})  # those with a month that may be shown
    nested = _kind_below(base, approved, attribute, column, kinds) or mixed[0].kind
    asked = _misleading([one for one in mixed if one.kind != nested], line)
    if asked is None:
        raise DataError("Expected a small cell whose interval covers the line, found none. Draw a larger sample.")
    practised = [one for one in mixed if one.kind == nested]
    month = _misleading(practised, line) or practised[0]
    return {"cell": asked.cell, "nested": _nested(base, approved, attribute, column, month)}


def _kind_below(
    base: Any, approved: pd.Series[bool], attribute: Protected, column: str, kinds: list[str]
) -> str | None:
    """Return a kind of application whose whole year lies clearly below the line, while its months do not; None without one."""
    for place in shuffled(base.seed, "kind", len(kinds)):
        rows = base.audited[base.audited[column].astype(str) == kinds[place]]
        if approvals(approved[rows.index], rows, attribute).interval[1] <= base.contract.policy["air_line"] - 2 * SLACK:
            return str(kinds[place])
    return None


def _cell_column(base: Any) -> str:
    """Return the category with the fewest kinds, three at least: cells of it are small, and not tiny."""
    kinds = {name: base.audited[name].nunique() for name in base.contract.categorical}
    enough = [name for name in kinds if kinds[name] >= 3]
    if not enough:
        raise DataError(
            f"Expected a category with three kinds or more to cut cells by, got {kinds or 'no category'}. Leave this lesson out."
        )
    return min(enough, key=lambda name: kinds[name])


def _months(base: Any) -> pd.Series[str]:
    """Return each application's month; where rows have no date, twelve even parts stand for them."""
    date = base.contract.roles.date
    if date is not None:
        return base.audited[date].astype(str).rename("month")
    parts = shuffled(base.seed, "months", len(base.audited)) % 12
    return pd.Series([f"part {part + 1:02d}" for part in parts], base.audited.index, name="month")


def _cell(rows: pd.DataFrame, approved: pd.Series[bool], attribute: Protected, title: str) -> dict[str, Any] | None:
    """Return a comparison as data, None where a group has too few people to be shown."""
    compared, reference = members(rows, attribute)
    if min(compared.sum(), reference.sum()) < FEWEST:
        return None
    found = approvals(approved[rows.index], rows, attribute)
    counts = [found.compared_approved, found.compared, found.reference_approved, found.reference]
    return {"title": title, "counts": counts}


def _titled(base: Any, kind: object, when: object) -> str:
    return f"{base.contract.label(base.contract.roles.protected[0].column)}, {shown(kind)} only, {when}"


def _misleading(cells: list[_Found], line: float) -> _Found | None:
    """Return the first cell whose interval covers the line widely though its point lies below, and whose gap may be chance."""
    for least, slack, most, largest in ((20, 0.05, 0.04, 2.2), (FEWEST, 0.05, 0.02, 2.4), (FEWEST, 0.02, -1.0, 9.0)):
        for one in cells:
            found = Approvals(*one.cell["counts"])
            low, high = found.interval
            wide = low <= line - slack and high >= line + slack
            if found.compared >= least and wide and found.ratio <= line - most and abs(found.z) <= largest:
                return one
    return None


def _nested(
    base: Any, approved: pd.Series[bool], attribute: Protected, column: str, of: _Found
) -> dict[str, dict[str, Any]]:
    """Return a year, the quarter and the month of one kind of application."""
    months = _months(base)
    order = sorted(months.unique())
    quarter = order[3 * (order.index(of.month) // 3) :][:3]
    kept = (base.audited[column].astype(str) == of.kind).to_numpy()
    spans = {"year": (order, "all year"), "quarter": (quarter, f"{quarter[0]} to {quarter[-1]}")}
    found = {}
    for name, (wanted, when) in spans.items():
        rows = base.audited[kept & months.isin(wanted).to_numpy()]
        found[name] = _cell(rows, approved, attribute, _titled(base, of.kind, when)) or of.cell
    return {**found, "month": of.cell}


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


def _typical(base: Any, telling: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Return the column one level of which is much more frequent in a group of the second attribute, and a sentence on it."""
    attribute = _second(base)
    best = max(telling[attribute.column], key=lambda name: telling[attribute.column][name])
    column = typical_column(base, attribute, best)
    compared, _reference = members(base.audited, attribute)
    level, ratio = typical_level(base.audited[column], compared)
    names = attribute.called("compared"), base.contract.label(attribute.column)
    sentence = (
        f"“{base.contract.label(column)}: {shown(level)}” is {number(ratio, 1)} times as frequent in the group “{names[0]}” "
        f"({names[1]}) as among the others."
    )
    return {"typical": sentence, "typical_column": column}


def _second(base: Any) -> Protected:
    protected = base.contract.roles.protected
    return protected[min(1, len(protected) - 1)]


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


def _alternatives(base: Any, telling: dict[str, dict[str, float]]) -> Iterator[dict[str, Any]]:
    """Yield the model under audit, the one without the best proxy (at both cut-offs), and one without another column."""
    proxy = best_proxy(telling)
    attribute = _second(base)
    best = max(telling[attribute.column], key=lambda name: telling[attribute.column][name])
    other = typical_column(base, attribute, best)
    yield _measured(base, base.fit, "as it is", base.cut)
    without = base.fitted(drop=[proxy])
    label = f"without “{base.contract.label(proxy)}”, fitted again"
    yield _measured(base, without, label, None)
    yield _measured(base, without, f"{label}, old cut-off kept", base.cut)
    yield _measured(base, base.fitted(drop=[other]), f"without “{base.contract.label(other)}”, fitted again", None)


def _measured(base: Any, fit: Any, name: str, cut: float | None) -> dict[str, Any]:
    pds = fit.pd(base.audited)
    line = float(np.quantile(pds, base.share)) if cut is None else cut
    approved = pds <= line
    ratios = {of.column: approvals(approved, base.audited, of).ratio for of in base.contract.roles.protected}
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
        tables.append(calibration(pds[booked], bad[booked]).assign(group=name))
    errors = {side: asdict(group_errors(refused, mask, bad, pds)) for side, mask in masks.items()}
    return {"errors": errors, "calibration": pd.concat(tables, ignore_index=True)}
