"""Tables of lesson 5 as a person reads them: pairs, approvals, turning points, runs of LIME.

Goes to learners. Owns how counts and sums are laid out; it measures nothing.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from graders.language import number
from graders.references.audit import turning_points
from graders.references.explanation import shown

_MINUS = "\u2212"
_SIGNS = {1: "rises: higher is riskier", -1: "falls: higher is safer", 0: "none any more", None: "none declared"}


def ordering(rows: dict[str, dict[str, int]]) -> pd.DataFrame:
    """Return pair counts as a table to read."""
    heads = [
        "defaults",
        "other loans",
        "pairs",
        "pairs with the default ahead",
        "pairs with the same PD (each counts half)",
    ]
    lines = {
        name: [number(found[part]) for part in ("bad", "good")]
        + [number(found["bad"] * found["good"]), number(found["ahead"]), number(found["tied"])]
        for name, found in rows.items()
    }
    return pd.DataFrame(lines, index=heads).T


def approvals(rows: dict[str, list[int]], groups: tuple[str, str]) -> pd.DataFrame:
    """Return counts of two groups as a table to read: (approved, all) of the compared group, then of the reference group."""
    lines = {}
    for name, (a, n, b, m) in rows.items():
        for group, approved, everybody in ((groups[0], a, n), (groups[1], b, m)):
            lines[f"{name}: {group}"] = [number(everybody), number(approved)]
    return pd.DataFrame(lines, index=["applications", "approved"]).T


def shared(counts: list[int]) -> pd.DataFrame:
    """Return pairs of runs by shared columns as a table to read; `counts` as `agreement.overlaps` returns them."""
    names = len(counts) - 1
    rows = {
        f"{shared} of {names}": [number(count), f"{shared} / {2 * names - shared}"]
        for shared, count in reversed(list(enumerate(counts)))
    }
    return pd.DataFrame(rows, index=["pairs of runs", "Jaccard of such a pair"]).T


def turns(rows: dict[str, list[Any]]) -> pd.DataFrame:
    """Return curves by their turning points; each row has values, heights in log-odds, and the declared sign, if any."""
    lines = {}
    for name, (values, heights, sign) in rows.items():
        rounded = [round(height, 2) for height in heights]
        points = [f"{signed(rounded[at])} ({shown(float(values[at]))})" for at in turning_points(rounded)]
        lines[name] = [_SIGNS[sign], " → ".join(points)]
    return pd.DataFrame(lines, index=["declared sign", "log-odds at its turning points (at value)"]).T


def loans(row: list[Any]) -> str:
    """Return a number of booked loans with their months in words."""
    count, *months = row
    when = f" of {months[0]} to {months[1]}" if months else ""
    return f"{number(count)} booked loans{when}"


def money(millions: float) -> str:
    """Return an amount in millions as printed."""
    return "not known" if pd.isna(millions) else number(millions, 2)


def signed(value: float, digits: int = 2) -> str:
    """Return a number with its sign.

    >>> signed(-0.5)
    '−0.50'
    """
    return ("+" if value > 0 else _MINUS if value < 0 else "") + number(abs(value), digits)


def span(low: float, high: float) -> str:
    """Return two ends in words; one where they are the same."""
    return shown(low) if low == high else f"{shown(low)} to {shown(high)}"
