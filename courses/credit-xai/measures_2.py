"""What lesson 2 measures on a learner's rows: couples, segments, curves against declared signs.

Goes to learners. Measures only, by the references in ``graders.references``; no verdict on any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.references.curves import adverse_run, moved, quantile_grid, turning
from graders.references.explanation import shown
from graders.references.interactions import interaction_strengths
from graders.references.leakage import rate_gap_p_value
from graders.references.margins import BAND, gap, shuffled
from graders.references.odds import pd_percent
from graders.references.segments import split_levels, split_values

ground = load_module(Path(__file__).with_name("case.py"))

COUPLE_ROWS, SHOWN_COLUMNS, FILES_DRAWN = 500, 8, 30
COARSE = 0.05  # of the distance between the two ends of a column: what a rounded end may be off
LEAST_SEGMENT = 0.05  # of the explained files, in the smaller of two segments
LEAST_POINTS = 0.5  # of PD, between the two segments: less is read as the same


def measured(base: Any) -> dict[str, Any]:
    """Return the couples, segments and curves of the model under audit, and their picks."""
    parts = {**_couples(base), **_curves(base)}
    picks = {
        "curves": {name: base.labels[name] for name in base.contract.numeric},
        "foretold": {name: base.labels[name] for name in _foretold(base, parts)},
        "turning_values": _named_values(parts["curves"], parts["turning"]),
    }
    return {**parts, "picks": picks}


def _foretold(base: Any, parts: dict[str, Any]) -> list[str]:
    """Return two columns with a declared sign whose curve is foretold: the one looked at closely, and one of the others."""
    signs = {name: getattr(base.contract.columns[name], "expect", 0) for name in base.contract.numeric}
    others = [name for name, sign in signs.items() if sign and name not in (parts["turning"], parts["story"])]
    others = others or [name for name in base.contract.numeric if name != parts["turning"]]
    chosen = {parts["turning"], *(others[place] for place in shuffled(base.seed, "foretold", len(others))[:1])}
    return [name for name in base.contract.numeric if name in chosen]


# --- couples and segments ------------------------------------------------------------------------------------------------


def _couples(base: Any) -> dict[str, Any]:
    matrix = base.fit.encoder.matrix(base.chosen)
    strength = interaction_strengths(base.fit.model, matrix[:COUPLE_ROWS], base.names)
    told = _told(base, matrix, strength)
    shown_columns = _columns_shown(base, strength)
    halves = strength.loc[shown_columns, shown_columns] / 2
    for name in shown_columns:
        halves.loc[name, name] = strength.loc[name, name]
    parts = {"couples": halves.round(4), "couple_files": len(matrix[:COUPLE_ROWS])}
    if told is None:
        return {**parts, "story": None, "partner": None}
    swap = bool(shuffled(base.seed, "segments", 2)[0])

    def segment(rows: pd.DataFrame) -> Any:
        return np.where(told.is_first(rows) != swap, "A", "B")

    return {
        **parts,
        "story": told.story,
        "partner": told.partner,
        "segment_of": segment(base.chosen),
        "segments": dict(zip(("B", "A") if swap else ("A", "B"), told.words, strict=True)),
        **_story(base, matrix, told.story, segment(base.chosen)),
        "story_observed": _observed(base, told.story, segment),
    }


class _Told(NamedTuple):
    """A quantity, the column that acts most together with it, and how files are split by that column."""

    story: str
    partner: str
    is_first: Callable[[pd.DataFrame], Any]
    words: list[str]


def _told(base: Any, matrix: Any, strength: pd.DataFrame) -> _Told | None:
    """Return the quantity the policy is about: the one in the strongest couple on which two segments clearly differ.

    One whose high values cost points goes first, then one whose segments differ at all; None where no quantity has two segments.
    """
    found, points = [], []
    for told in _stories(base, matrix, strength):
        found.append(told)
        points.append(_points(base, matrix, told))
        if points[-1][-1] > 0 and _are_apart(*points[-1][:2]):
            return told
    tests = (lambda one, other, _all: _are_apart(one, other), lambda one, other, _all: one != other)
    for test in tests:
        for told, changes in zip(found, points, strict=True):
            if test(*changes):
                return told
    return found[0] if found else None


def _stories(base: Any, matrix: Any, strength: pd.DataFrame) -> Iterator[_Told]:
    """Yield every quantity with its strongest partner by which files can be split, the strongest couple first."""
    couples = [(name, other) for name in base.contract.numeric for other in base.names if other != name]
    seen = set()
    for name, other in sorted(couples, key=lambda pair: -strength.loc[pair]):
        ends = _ends(base, name)
        if name in seen or not ends[0] < ends[1]:
            continue
        split = _segments(base, matrix, name, other)
        if split is not None:
            seen.add(name)
            yield _Told(name, other, *split)


def _points(base: Any, matrix: Any, told: _Told) -> tuple[float, float, float]:
    """Return by how many points the mean PD changes from the low to the high value: first segment, second segment, all."""
    log_odds = moved(base.fit.model, matrix, base.names.index(told.story), _ends(base, told.story))
    change = np.diff(pd_percent(log_odds), axis=0)[0]
    first = told.is_first(base.chosen)
    return float(change[first].mean()), float(change[~first].mean()), float(change.mean())


def _are_apart(one: float, other: float) -> bool:
    return abs(one - other) >= LEAST_POINTS and gap(max(one, other), min(one, other)) >= BAND


def _columns_shown(base: Any, strength: pd.DataFrame) -> list[str]:
    """Return eight columns: those of the three strongest couples, the most important two, the twins, then by importance."""
    pairs = sorted(combinations(base.names, 2), key=lambda pair: -strength.loc[pair])
    important = list(base.explained.importance.index)
    twins = base.explained.twins[1] if base.explained.twins else []
    wanted = [name for pair in pairs[:3] for name in pair] + important[:2] + twins + important
    kept = list(dict.fromkeys(wanted))[:SHOWN_COLUMNS]
    return [name for name in base.names if name in kept]


def _segments(
    base: Any, matrix: Any, story: str, partner: str
) -> tuple[Callable[[pd.DataFrame], Any], list[str]] | None:
    """Return the test of the segment that comes first, and both segments in words; None where one would be too small."""
    label = base.labels[partner]
    if base.train[partner].nunique() < 2 or base.chosen[partner].nunique() < 2:
        return None
    is_first, words = (_numbers if partner in base.contract.numeric else _levels)(base, matrix, story, partner)
    share = float(is_first(base.chosen).mean())
    return (is_first, [f"{label}: {kept}" for kept in words]) if min(share, 1 - share) >= LEAST_SEGMENT else None


def _numbers(base: Any, matrix: Any, story: str, partner: str) -> tuple[Callable[[pd.DataFrame], Any], list[str]]:
    cut, unit = split_values(base.train[partner].astype(float)), base.units.get(partner, "")
    missing = " or not known" if base.chosen[partner].isna().any() else ""
    words = [f"up to {shown(cut)} {unit}".strip(), f"over {shown(cut)} {unit}".strip() + missing]
    return lambda rows: (rows[partner] <= cut).to_numpy(dtype=bool), words


def _levels(base: Any, matrix: Any, story: str, partner: str) -> tuple[Callable[[pd.DataFrame], Any], list[str]]:
    levels = base.chosen[partner].astype(str)
    rise = np.diff(moved(base.fit.model, matrix, base.names.index(story), _ends(base, story)), axis=0)[0]
    files = levels.value_counts().to_dict()
    slopes = {level: float(rise[(levels == level).to_numpy()].mean()) for level in files}
    first = split_levels(slopes, files)
    missing = set(levels[base.chosen[partner].isna()])
    rest = [level for level in slopes if level not in first]
    words = [", ".join(shown(None if level in missing else level) for level in sorted(side)) for side in (first, rest)]
    return lambda rows: rows[partner].astype(str).isin(first).to_numpy(), words


def _ends(base: Any, column: str) -> list[float]:
    """Return the values that a tenth of the loans learnt on lie below, and above, in as few decimals as tell them apart."""
    ends = [float(end) for end in base.train[column].astype(float).quantile([0.1, 0.9])]
    for digits in range(1, 6):
        rounded = [round(end, digits) for end in ends]
        if all(abs(short - end) <= COARSE * abs(ends[1] - ends[0]) for short, end in zip(rounded, ends, strict=True)):
            return rounded
    return ends


def _story(base: Any, matrix: Any, story: str, segment: Any) -> dict[str, pd.DataFrame]:
    place, ends = base.names.index(story), _ends(base, story)
    grid = sorted({*quantile_grid(base.train[story].astype(float)), *ends})
    log_odds = moved(base.fit.model, matrix, place, grid)
    who = {"A": segment == "A", "B": segment == "B", "all": np.ones(len(segment), dtype=bool)}
    curves = pd.DataFrame({name: pd_percent(log_odds[:, rows]).mean(axis=1) for name, rows in who.items()}, index=grid)
    drawn = np.sort(shuffled(base.seed, "files drawn", len(segment))[:FILES_DRAWN])
    files = pd.DataFrame(
        pd_percent(log_odds[:, drawn]), index=grid, columns=[str(base.chosen.index[at]) for at in drawn]
    )
    at_ends = [grid.index(end) for end in ends]
    table = {f"pd {name}": pd_percent(log_odds[at_ends][:, rows]).mean(axis=1) for name, rows in who.items()}
    table |= {f"log {name}": log_odds[at_ends][:, rows].mean(axis=1) for name, rows in who.items()}
    return {"story_curves": curves, "story_files": files, "story_moved": pd.DataFrame(table, index=ends)}


def _observed(base: Any, story: str, segment: Callable[[pd.DataFrame], Any]) -> pd.DataFrame:
    """Return the default rate of booked loans at the two ends of a column: what a loan officer would look up."""
    loans = pd.concat([base.train, base.later])
    bad, where = base.bad[loans.index], segment(loans)
    low, high = loans[story].quantile([0.1, 0.9])
    ends = {"lowest tenth": loans[story] <= low, "highest tenth": loans[story] >= high}
    sides = {"A": where == "A", "B": where == "B", "all": np.ones(len(loans), dtype=bool)}
    rates = {name: [float(100 * bad[rows & side].mean()) for rows in ends.values()] for name, side in sides.items()}
    return pd.DataFrame(rates, index=list(ends)).fillna(0.0).round(1)


# --- curves --------------------------------------------------------------------------------------------------------------


def _curves(base: Any) -> dict[str, Any]:
    matrix = base.fit.encoder.matrix(base.chosen)
    parts = []
    for name in base.contract.numeric:
        grid = _apart_as_shown(quantile_grid(base.train[name].astype(float)))
        heights = moved(base.fit.model, matrix, base.names.index(name), grid).mean(axis=1)
        parts.append(pd.DataFrame({"column": name, "value": grid, "log_odds": heights.round(4)}))
    curves = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["column", "value", "log_odds"])
    found = {
        "adverse_line": float(ground.line(base.contract, "adverse_line")),
        "correlation": _correlations(base),
        "curves": curves,
    }
    column, sign = _most_adverse(base, curves)
    if not sign:
        return {**found, "turning": None, "sides": [], "sides_p": 1.0}
    return {**found, "turning": column, **_sides(base, curves[curves["column"] == column], column, sign)}


def _correlations(base: Any) -> dict[str, float]:
    """Return the rank correlation of every quantity with default on the booked loans; 0 for one that never changes."""
    loans = pd.concat([base.train, base.later])
    names = [name for name in base.contract.numeric if loans[name].nunique() > 1]
    ranks = loans[names].astype(float).corrwith(base.bad[loans.index], method="spearman")
    return {name: round(float(ranks.get(name, 0.0)), 3) for name in base.contract.numeric}


def _apart_as_shown(grid: list[float]) -> list[float]:
    """Return the values of a grid that a reader can tell apart, by how they are printed; one where no value is known."""
    printed = {shown(value): value for value in reversed(grid)}
    return sorted(value for value in printed.values() if value == value) or [0.0]


def _most_adverse(base: Any, curves: pd.DataFrame) -> tuple[str, int]:
    """Return the column whose curve runs furthest against its declared sign, and that sign; 0 where no sign was declared."""
    signs = {name: int(getattr(base.contract.columns[name], "expect", 0)) for name in base.contract.numeric}
    runs = {
        str(name): adverse_run(part["log_odds"], signs[str(name)]).size
        for name, part in curves.groupby("column", sort=False)
        if signs[str(name)]
    }
    if not runs:
        return "", 0
    column = max(runs, key=lambda name: runs[name])
    return column, signs[column]


def _sides(base: Any, curve: pd.DataFrame, column: str, sign: int) -> dict[str, Any]:
    """Count booked loans where the curve turns, and on the side that runs against the declared sign."""
    values, turn = curve["value"].to_numpy(), turning(curve["log_odds"], sign)
    loans = pd.concat([base.train, base.later])
    inner = [(values[at] + values[at + 1]) / 2 for at in range(len(values) - 1)]
    below, above = turn.flat[0] - 1, turn.flat[-1]
    low = inner[below] if below >= 0 else -np.inf
    high = inner[above] if above < len(inner) else np.inf
    known = loans[column].astype(float)
    beyond = known <= low if turn.adverse and turn.adverse[0] == 0 else known > high
    beyond &= bool(turn.adverse)  # a curve without such a side has no loans on it
    rows = [(known > low) & (known <= high), beyond]
    bads = [int(base.bad[loans.index[side]].sum()) for side in rows]
    counts = [int(side.sum()) for side in rows]
    words = ["around the value at which it turns", "below it" if turn.adverse and turn.adverse[0] == 0 else "above it"]
    sides = [{"words": w, "loans": n, "bad": b} for w, n, b in zip(words, counts, bads, strict=True)]
    return {"sides": sides, "sides_p": rate_gap_p_value(bads, counts)}


def _named_values(curves: pd.DataFrame, column: str | None) -> dict[str, str]:
    """Return the values over which a curve is drawn, as a menu: id and label are the value as it is printed."""
    names = [shown(float(value)) for value in curves.loc[curves["column"] == column, "value"]]
    return {name: name for name in names}
