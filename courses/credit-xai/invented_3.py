"""Files that LIME invents in lesson 3, beside real ones: how far two readings of one fact lie apart in either.

Goes to learners; used only while a case is built.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from graders.references.lime_weights import LimeRun
from graders.references.margins import shuffled
from graders.references.twins_gap import gap_line, gap_table

CLOUD = 400  # files drawn of either kind
PAST = 1.1  # times the line: beyond it for whoever reads rounded numbers
_CLASSES = (0.25, 0.5, 1.0, 2.0)  # of the line, rounded to whole numbers where the line is large enough
_REAL, _MADE = 4, 2  # files to tell apart


def readings(base: Any) -> list[str]:
    """Return two numeric columns that tell one fact and are not always equal, in the model's order; none where there are none."""
    numbers = base.contract.numeric
    told = base.explained.twins
    first = [] if told is None else [told[1]]
    for columns in [*first, *base.contract.concepts.values()]:
        known = [name for name in numbers if name in columns][:2]
        if len(known) > 1 and line_of(base, known) > 0:
            return known
    return []


def line_of(base: Any, columns: list[str]) -> float:
    """Return the line that 99.9 % of the real files keep, of three digits where it is no small whole number."""
    known = base.rows[columns].dropna()
    line = gap_line(_gap(known.to_numpy(dtype=float))) if len(known) else 0.0
    if line <= 0 or (line < 1000 and line.is_integer()):
        return line
    unit = 10.0 ** (math.floor(math.log10(line)) - 2)
    return round(math.ceil(line / unit - 1e-9) * unit, 12)


def gaps(base: Any, columns: list[str], run: LimeRun) -> dict[str, Any]:
    """Return real and invented files counted by the gap between two readings, with the line that 99.9 % of real files keep."""
    real = _gap(base.rows[columns].dropna().to_numpy(dtype=float))
    made = _gap(run.invented[:, [base.names.index(name) for name in columns]])
    line = line_of(base, columns)
    edges = [line * part if line < 8 or part == 1 else float(round(line * part)) for part in _CLASSES]
    table = gap_table(real, made, run.kernel, edges)
    counted = {"edges": list(table.edges), "real": list(table.real), "invented": list(table.invented)}
    return {
        **counted,
        "weight": list(table.weight),
        "line": line,
        "columns": columns,
        "unit": base.units.get(columns[0], ""),
    }


def cloud(base: Any, columns: list[str], run: LimeRun) -> pd.DataFrame:
    """Return some real and some invented files by two readings."""
    known = base.rows[columns].dropna()
    some = known.iloc[np.sort(shuffled(base.seed, "cloud", len(known))[:CLOUD])].to_numpy(dtype=float)
    made = run.invented[1 : CLOUD + 1, [base.names.index(name) for name in columns]]
    files = pd.DataFrame(np.vstack([some, made]), columns=["one", "other"])
    return files.assign(real=np.arange(len(files)) < len(some))


def past(base: Any, columns: list[str], run: LimeRun, line: float) -> Any:
    """Return the invented files of a run that lie past the line, by two readings."""
    made = run.invented[1:, [base.names.index(name) for name in columns]]
    return made[_gap(made) > PAST * line]


def strange(base: Any, columns: list[str], run: LimeRun, line: float) -> dict[str, list[float]]:
    """Return six files by two readings, two of them invented and well past the line; the real ones lie from low to high."""
    places = [base.names.index(name) for name in columns]
    made = run.invented[1:, places]
    impossible = _well_past(made, line)
    known = base.chosen[columns].dropna()
    apart = _gap(known.to_numpy(dtype=float))
    near = known[apart <= (line / 2 if (apart <= line / 2).sum() >= _REAL else line)]
    near = near.sort_values(columns[0], kind="stable")
    places = [round(part * (len(near) - 1)) for part in np.linspace(0.05, 0.99, _REAL)] if len(near) else []
    taken = near.iloc[places].to_numpy(dtype=float).reshape(-1, len(columns))
    whole = (known.to_numpy(dtype=float) % 1 == 0).all()
    digits = 0 if whole else max(1, 1 - math.floor(math.log10(line)))
    files = [[float(value) for value in np.round(row, digits)] for row in [*taken, *impossible]]
    return {f"f{row}": files[place] for row, place in enumerate(shuffled(base.seed, "strange", len(files)), start=1)}


def _well_past(made: Any, line: float) -> Any:
    """Return two invented files that lie well past the line, and not absurdly far where there are others."""
    gaps = _gap(made)
    wanted = made[(gaps >= 1.5 * line) & (gaps <= 2.5 * line)][:_MADE]
    if len(wanted) == _MADE:
        return wanted
    past = np.flatnonzero(gaps > PAST * line)
    return made[past[np.argsort(np.abs(gaps[past] - 2 * line), kind="stable")][:_MADE]]


def _gap(values: Any) -> Any:
    return np.abs(values[:, 0] - values[:, 1])
