"""What lesson 2 measures on a learner's rows: couples, segments, curves against declared signs.

Goes to learners. Measures only, by the references in ``graders.references``; no verdict on any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from graders.errors import DataError
from graders.references.curves import adverse_run, moved, quantile_grid, turning
from graders.references.explanation import shown
from graders.references.interactions import interaction_strengths
from graders.references.leakage import rate_gap_p_value
from graders.references.margins import shuffled
from graders.references.odds import pd_percent
from graders.references.segments import split_levels, split_values

COUPLE_ROWS, SHOWN_COLUMNS, FILES_DRAWN = 500, 8, 30
STORY = "dti"  # the policy the lesson is about; another quantity where a portfolio has no such column
ADVERSE_LINE = 0.15  # log-odds, unless the contract's policy says otherwise


def measured(base: Any) -> dict[str, Any]:
    """Return the couples, segments and curves of the model under audit, and their picks."""
    if base.contract.roles.date is None or not base.contract.late:
        raise DataError(
            f"{base.contract.title}: expected months and a column known too late, got none. Leave lesson 2 out."
        )
    parts = {**_couples(base), **_curves(base)}
    late = base.contract.late[0]
    picks = {
        "curves": {name: base.labels[name] for name in base.contract.numeric},
        "foretold": {name: base.labels[name] for name in _foretold(base, parts)},
        "turning_values": _named_values(parts["curves"], parts["turning"]),
        "plus_columns": _by_label({**base.features, late: base.contract.label(late)}),
    }
    return {**parts, "picks": picks}


def _by_label(columns: dict[str, str]) -> dict[str, str]:
    """Return columns in the order of their labels: where one stands tells nothing about it."""
    return dict(sorted(columns.items(), key=lambda item: item[1].casefold()))


def _foretold(base: Any, parts: dict[str, Any]) -> list[str]:
    """Return two columns with a declared sign whose curve is foretold: the one looked at closely, and one of the others."""
    signs = {name: getattr(base.contract.columns[name], "expect", 0) for name in base.contract.numeric}
    others = [name for name, sign in signs.items() if sign and name not in (parts["turning"], parts["story"])]
    chosen = {parts["turning"], *(others[place] for place in shuffled(base.seed, "foretold", len(others))[:1])}
    return [name for name in base.contract.numeric if name in chosen]


# --- couples and segments ------------------------------------------------------------------------------------------------


def _couples(base: Any) -> dict[str, Any]:
    matrix = base.fit.encoder.matrix(base.chosen)
    strength = interaction_strengths(base.fit.model, matrix[:COUPLE_ROWS], base.names)
    story = STORY if STORY in base.contract.numeric else base.contract.numeric[0]
    partner = str(strength.loc[story].drop(story).idxmax())
    shown_columns = _columns_shown(base, strength)
    halves = strength.loc[shown_columns, shown_columns] / 2
    for name in shown_columns:
        halves.loc[name, name] = strength.loc[name, name]
    is_first, words = _segments(base, matrix, story, partner)
    swap = bool(shuffled(base.seed, "segments", 2)[0])

    def segment(rows: pd.DataFrame) -> Any:
        return np.where(is_first(rows) != swap, "A", "B")

    return {
        "couples": halves.round(4),
        "couple_files": len(matrix[:COUPLE_ROWS]),
        "story": story,
        "partner": partner,
        "segment_of": segment(base.chosen),
        "segments": dict(zip(("B", "A") if swap else ("A", "B"), words, strict=True)),
        **_story(base, matrix, story, segment(base.chosen)),
        "story_observed": _observed(base, story, segment),
    }


def _columns_shown(base: Any, strength: pd.DataFrame) -> list[str]:
    """Return eight columns: those of the three strongest couples, the most important two, the twins, then by importance."""
    pairs = sorted(combinations(base.names, 2), key=lambda pair: -strength.loc[pair])
    important = list(base.explained.importance.index)
    twins = base.explained.twins[1] if base.explained.twins else []
    wanted = [name for pair in pairs[:3] for name in pair] + important[:2] + twins + important
    kept = list(dict.fromkeys(wanted))[:SHOWN_COLUMNS]
    return [name for name in base.names if name in kept]


def _segments(base: Any, matrix: Any, story: str, partner: str) -> tuple[Callable[[pd.DataFrame], Any], list[str]]:
    """Return the test of the segment that comes first, and both segments in words."""
    label = base.labels[partner]
    if partner in base.contract.numeric:
        cut, unit = split_values(base.train[partner].astype(float)), base.units.get(partner, "")
        missing = " or not known" if base.chosen[partner].isna().any() else ""
        words = [f"{label}: up to {shown(cut)} {unit}".strip(), f"{label}: over {shown(cut)} {unit}".strip() + missing]
        return lambda rows: (rows[partner] <= cut).to_numpy(), words
    levels = base.chosen[partner].astype(str)
    rise = np.diff(moved(base.fit.model, matrix, base.names.index(story), _ends(base, story)), axis=0)[0]
    files = levels.value_counts().to_dict()
    slopes = {level: float(rise[(levels == level).to_numpy()].mean()) for level in files}
    first = split_levels(slopes, files)
    rest = [level for level in slopes if level not in first]
    words = [f"{label}: {', '.join(shown(level) for level in sorted(side))}" for side in (first, rest)]
    return lambda rows: rows[partner].astype(str).isin(first).to_numpy(), words


def _ends(base: Any, column: str) -> list[float]:
    """Return the values that a tenth of the loans the model learnt on lie below, and above."""
    return [round(float(end), 1) for end in base.train[column].quantile([0.1, 0.9])]


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
        grid = quantile_grid(base.train[name].astype(float))
        heights = moved(base.fit.model, matrix, base.names.index(name), grid).mean(axis=1)
        parts.append(pd.DataFrame({"column": name, "value": grid, "log_odds": heights.round(4)}))
    curves = pd.concat(parts, ignore_index=True)
    column, sign = _most_adverse(base, curves)
    loans = pd.concat([base.train, base.later])
    ranks = loans[list(base.contract.numeric)].corrwith(base.bad[loans.index], method="spearman")
    return {
        "adverse_line": base.contract.policy.get("adverse_line", ADVERSE_LINE),
        "correlation": ranks.fillna(0.0).round(3).to_dict(),
        "curves": curves,
        "turning": column,
        **_sides(base, curves[curves["column"] == column], column, sign),
    }


def _most_adverse(base: Any, curves: pd.DataFrame) -> tuple[str, int]:
    """Return the column whose curve runs furthest against its declared sign, and that sign."""
    signs = {name: int(getattr(base.contract.columns[name], "expect", 0)) for name in base.contract.numeric}
    runs = {
        str(name): adverse_run(part["log_odds"], signs[str(name)]).size
        for name, part in curves.groupby("column", sort=False)
        if signs[str(name)]
    }
    if not runs:
        raise DataError(f"{base.contract.title}: expected declared signs, got none. Leave questions 2.3 and 2.4 out.")
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


def _named_values(curves: pd.DataFrame, column: str) -> dict[str, str]:
    """Return the values over which a curve is drawn, as a menu: id and label are the value as it is printed."""
    names = [shown(float(value)) for value in curves.loc[curves["column"] == column, "value"]]
    return {name: name for name in names}
