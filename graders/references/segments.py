"""Two kinds of files in which a column works differently: how files are split by what goes along with the column.

Owns the split alone. Where levels of a category are put together, it is by how steep the model's own curve is in each.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

LEAST_SHARE = 0.10  # of the files, in the smaller of two segments


def split_levels(slopes: Mapping[str, float], files: Mapping[str, int], least: float = LEAST_SHARE) -> list[str]:
    """Return the levels of a category in which a curve is steeper, split off at the widest gap between two slopes.

    Parameters
    ----------
    slopes
        How far the curve rises in each level.
    files
        How many files each level has.
    least
        Share of all files that both sides must have; where no gap leaves as much, the most even split is taken.

    Raises
    ------
    ValueError
        When there are fewer than two levels.

    >>> split_levels({"agency": 1.9, "permanent": 0.4, "public": 0.5}, {"agency": 90, "permanent": 300, "public": 100})
    ['agency']
    """
    order = sorted(slopes, key=lambda level: (-slopes[level], level))
    if len(order) < 2:
        raise ValueError(f"expected two levels or more to split, got {order}")
    total = sum(files[level] for level in order)
    cuts = []
    for place in range(1, len(order)):
        share = sum(files[level] for level in order[:place]) / total
        smaller = min(share, 1 - share)
        cuts.append((smaller >= least, slopes[order[place - 1]] - slopes[order[place]], smaller, place))
    wide = [cut for cut in cuts if cut[0]]
    best = max(wide, key=lambda cut: cut[1]) if wide else max(cuts, key=lambda cut: cut[2])
    return order[: best[3]]


def split_values(values: pd.Series[float]) -> float:
    """Return where a quantity is cut into a lower and a higher half: its median, or the next lower value where that is the top.

    >>> split_values(pd.Series([1.0, 2.0, 3.0, 3.0, 3.0]))
    2.0
    """
    known = values.dropna()
    middle, top = float(known.median()), float(known.max())
    return middle if middle < top else float(known[known < top].max())
