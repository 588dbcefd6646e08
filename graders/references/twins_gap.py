"""Files that could not exist: how far two readings of one fact lie apart in real files, and in invented ones.

Owns the line beyond which a file counts as impossible, and the counting in classes. It invents nothing itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
REAL_SHARE = 0.999  # of the real files lie within the line


@dataclass(frozen=True, slots=True)
class GapTable:
    """Files counted by the gap between two readings.

    Attributes
    ----------
    edges
        Ends of the classes but the last, which has none: a class is above the edge before it, up to its own.
    real, invented
        Files in each class, one more than there are edges.
    weight
        Share of the invented files' weight in the fit, per class; they add up to 1.
    """

    edges: tuple[float, ...]
    real: tuple[int, ...]
    invented: tuple[int, ...]
    weight: tuple[float, ...]


def gap_line(real: npt.ArrayLike, share: float = REAL_SHARE) -> float:
    """Return the smallest observed gap that at least this share of real files do not pass.

    >>> gap_line([0.0, 1.0, 2.0, 30.0], share=0.75)
    2.0
    """
    return float(np.quantile(np.asarray(real, dtype=float), share, method="inverted_cdf"))


def gap_table(real: npt.ArrayLike, invented: npt.ArrayLike, weights: npt.ArrayLike, edges: Sequence[float]) -> GapTable:
    """Count real and invented files by their gap.

    Parameters
    ----------
    real, invented
        Gaps, one a file.
    weights
        Weight of each invented file in the fit.
    edges
        Upper ends of the classes, ascending; one class above the last is added.
    """
    ends = np.asarray(edges, dtype=float)
    found, made = (np.searchsorted(ends, np.asarray(gaps, dtype=float), side="left") for gaps in (real, invented))
    carried = np.bincount(made, np.asarray(weights, dtype=float), minlength=len(ends) + 1)
    return GapTable(
        edges=tuple(map(float, ends)),
        real=tuple(map(int, np.bincount(found, minlength=len(ends) + 1))),
        invented=tuple(map(int, np.bincount(made, minlength=len(ends) + 1))),
        weight=tuple(map(float, carried / carried.sum())),
    )
