"""One field of one file changed step by step, all else as filed: what the model would answer at each step.

A statement about the model, no promise and no advice: a person who changes one thing changes others with it (Barocas, Selbst and
Raghavan 2020, "The hidden assumptions behind counterfactual explanations and principal reasons"; Wachter, Mittelstadt and Russell
2018, "Counterfactual explanations without opening the black box").
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
FEWEST, MOST = 2, 15  # steps to an approval that a question asks for
CLEAR_PD = 0.1  # points of PD by which the steps before and at the crossing miss the cut-off


@dataclass(frozen=True)
class Ladder:
    """One file re-scored at each step.

    Attributes
    ----------
    column
        What is changed.
    step
        By how much, with its sign, in the column's unit.
    values
        The column's value at step 0 (as filed), 1, 2, ...
    pds
        The model's PD at each, in percent.
    pushes
        The column's contribution at each, in log-odds; empty where it was not worked out.
    """

    column: str
    step: float
    values: tuple[float, ...]
    pds: tuple[float, ...]
    pushes: tuple[float, ...] = ()

    def first_lasting(self, cut: float) -> int | None:
        """Return the first step from which the PD stays at or below the cut-off; None when it never does."""
        above = [place for place, value in enumerate(self.pds) if value > cut]
        first = above[-1] + 1 if above else 0
        return first if first < len(self.pds) else None

    def first_without_push(self) -> int | None:
        """Return the first step at which the column no longer pushes towards default; None when it always does."""
        return next((place for place, push in enumerate(self.pushes) if push <= 0), None)


def nice_step(values: npt.ArrayLike) -> float:
    """Return a round step for a column: of 1, 2 or 5 times a power of ten, the nearest to a twentieth of its middle half.

    >>> nice_step(range(0, 40)), nice_step(range(1000, 3000))
    (1.0, 50.0)
    """
    low, high = np.nanquantile(np.asarray(values, dtype=float), [0.25, 0.75])
    wanted = max(float(high - low) / 20, 1e-9)
    power = 10.0 ** math.floor(math.log10(wanted))
    return float(min((power * digit for digit in (1, 2, 5, 10)), key=lambda step: abs(math.log(step / wanted))))


def ladders(
    files: pd.DataFrame,
    column: str,
    step: float,
    count: int,
    within: tuple[float, float],
    score: Callable[[pd.DataFrame], npt.ArrayLike],
) -> dict[str, Ladder]:
    """Re-score files with one column changed step by step, as far as its range allows.

    Parameters
    ----------
    files
        As filed, indexed by their number; the column is not missing in any.
    column, step
        What is changed and by how much, with its sign.
    count
        The most steps.
    within
        Lowest and highest value that the column may take.
    score
        Takes rows, returns their PD in percent.
    """
    low, high = within
    rows = pd.concat([files.assign(**{column: files[column] + place * step}) for place in range(count + 1)])
    pds = np.asarray(score(rows), dtype=float).reshape(count + 1, len(files))
    values = rows[column].to_numpy(dtype=float).reshape(count + 1, len(files))
    found = {}
    for place, key in enumerate(files.index):
        inside = (values[:, place] >= low) & (values[:, place] <= high)
        reached = int(np.argmin(inside)) if not inside.all() else count + 1
        kept = slice(0, reached)
        found[str(key)] = Ladder(column, step, tuple(values[kept, place].tolist()), tuple(pds[kept, place].tolist()))
    return found


def is_clear(ladder: Ladder, cut: float, margin: float = CLEAR_PD) -> bool:
    """Return whether the file is refused as filed, and approved for good after 2 to 15 steps, with a margin on both sides.

    No earlier step may dip below the cut-off: a question about the first approval would then have two answers. `margin` is in
    points of PD.
    """
    first = ladder.first_lasting(cut)
    if first is None or not FEWEST <= first <= MOST or first + 3 > len(ladder.pds):
        return False
    before, after = ladder.pds[:first], ladder.pds[first]
    return min(before) >= cut + margin and after <= cut - margin


def straight_steps(push: float, value: float, usual: float, step: float, excess: float) -> float | None:
    """Return after how many steps a straight line through the contribution would reach the cut-off: a misreading.

    Parameters
    ----------
    push
        The column's contribution to the file as filed, in log-odds.
    value, usual
        The column's value in the file, and its mean in the reference files.
    step
        As in `Ladder`.
    excess
        Log-odds by which the file lies above the cut-off.

    Returns
    -------
    None where the line never gets there.
    """
    per_step = push / (value - usual) * step if value != usual else 0.0
    return -excess / per_step if per_step < 0 else None


def far_from(first: int, others: Sequence[float | None], least: float) -> bool:
    """Return whether each misreading that leads anywhere leads at least that many steps from the first approval."""
    return all(other is None or abs(other - first) >= least for other in others)


def as_data(ladder: Ladder) -> dict[str, Any]:
    """Return a ladder as JSON-able data; `from_data` makes it one again."""
    lists = {"values": list(ladder.values), "pds": list(ladder.pds), "pushes": list(ladder.pushes)}
    return {"column": ladder.column, "step": ladder.step, **lists}


def from_data(data: dict[str, Any]) -> Ladder:
    """Return the ladder that was written by `as_data`."""
    return Ladder(data["column"], data["step"], tuple(data["values"]), tuple(data["pds"]), tuple(data["pushes"]))
