"""Files that LIME invents in lesson 3, beside real ones: how far two readings of one fact lie apart in either.

Goes to learners; used only while a case is built.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from graders.references.lime_weights import LimeRun
from graders.references.margins import shuffled
from graders.references.twins_gap import gap_line, gap_table

CLOUD = 400  # files drawn of either kind
_CLASSES = (0.25, 0.5, 1.0, 2.0)  # of the line, rounded to whole numbers where the line is large enough
_REAL, _MADE = 4, 2  # files to tell apart


def readings(base: Any) -> list[str]:
    """Return two numeric columns that tell one fact, in the model's order; none where there are none."""
    twins = None if base.explained.twins is None else base.explained.twins[1]
    known = [name for name in base.contract.numeric if twins is not None and name in twins]
    return known[:2] if len(known) > 1 else []


def gaps(base: Any, columns: list[str], run: LimeRun) -> dict[str, Any]:
    """Return real and invented files counted by the gap between two readings, with the line that 99.9 % of real files keep."""
    real = _gap(base.rows[columns].dropna().to_numpy(dtype=float))
    made = _gap(run.invented[:, [base.names.index(name) for name in columns]])
    line = gap_line(real)
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


def strange(base: Any, columns: list[str], run: LimeRun, line: float) -> dict[str, list[float]]:
    """Return six files by two readings, two of them invented and well past the line; the real ones lie from low to high."""
    places = [base.names.index(name) for name in columns]
    made = run.invented[1:, places]
    impossible = made[(_gap(made) >= 1.5 * line) & (_gap(made) <= 2.5 * line)][:_MADE]
    known = base.chosen[columns].dropna()
    near = known[_gap(known.to_numpy(dtype=float)) <= line / 2].sort_values(columns[0], kind="stable")
    taken = near.iloc[[round(part * (len(near) - 1)) for part in np.linspace(0.05, 0.99, _REAL)]].to_numpy(dtype=float)
    digits = 0 if (known.to_numpy(dtype=float) % 1 == 0).all() else 1
    files = [[float(value) for value in np.round(row, digits)] for row in [*taken, *impossible]]
    return {f"f{row}": files[place] for row, place in enumerate(shuffled(base.seed, "strange", len(files)), start=1)}


def _gap(values: Any) -> Any:
    return np.abs(values[:, 0] - values[:, 1])
