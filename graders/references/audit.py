"""Measures of an audit in the form in which an auditor can check them on paper: counts, turning points, factors, and lines.

Each gives the material and the figure that follows from it. What a figure means for a decision is for a policy to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from graders.references.approval import Approvals

Side = Literal["crossed", "near", "clear"]


class Pairs(NamedTuple):
    """How a score orders defaults and other loans, pair by pair.

    Attributes
    ----------
    bad, good
        Loans that defaulted, and loans that did not; every one of the first makes a pair with every one of the second.
    ahead
        Pairs in which the loan that defaulted has the higher score.
    tied
        Pairs with one score.
    """

    bad: int
    good: int
    ahead: int
    tied: int

    @property
    def all(self) -> int:
        """The number of pairs."""
        return self.bad * self.good

    @property
    def auc(self) -> float:
        """Area under the ROC curve: the share of pairs in the right order, ties for half; nan where there is no pair.

        Notes
        -----
        The Mann-Whitney statistic over the number of pairs (Hanley and McNeil 1982, Radiology 143).
        """
        return (self.ahead + 0.5 * self.tied) / self.all if self.all else float("nan")


def pairs(bad: npt.ArrayLike, score: npt.ArrayLike) -> Pairs:
    """Count the pairs that a score puts in order.

    Parameters
    ----------
    bad
        1 for default, 0 for none, shape (n,).
    score
        Higher for riskier, shape (n,).

    >>> pairs([1, 0, 0], [0.3, 0.1, 0.3])
    Pairs(bad=1, good=2, ahead=1, tied=1)
    """
    is_bad, scores = np.asarray(bad, dtype=float) == 1, np.asarray(score, dtype=float)
    good = np.sort(scores[~is_bad])
    below, upto = np.searchsorted(good, scores[is_bad], "left"), np.searchsorted(good, scores[is_bad], "right")
    return Pairs(int(is_bad.sum()), int((~is_bad).sum()), int(below.sum()), int((upto - below).sum()))


def turning_points(heights: npt.ArrayLike) -> list[int]:
    """Return where a curve begins, turns and ends: the places that carry every rise and fall of it.

    A level stretch counts with its first place; a curve that never moves has its beginning only.

    >>> turning_points([1.0, 1.2, 1.2, 0.9, 1.4])
    [0, 1, 3, 4]
    """
    curve = np.asarray(heights, dtype=float)
    kept = [0, *(place for place in range(1, len(curve)) if curve[place] != curve[place - 1])]
    steps = [float(curve[after] - curve[before]) for before, after in pairwise(kept)]
    turns = [kept[at + 1] for at, (one, other) in enumerate(pairwise(steps)) if one * other < 0]
    return [kept[0], *turns, *kept[-1:]] if len(kept) > 1 else kept


def margin_factor(counted: Approvals, level: float = 0.95) -> float:
    """Return the factor by which the interval of an approval ratio reaches below and above it: from ratio / f to ratio · f.

    Notes
    -----
    ``exp(z · sqrt(1/a - 1/n + 1/b - 1/m))`` for a of n approved in one group and b of m in the other (Katz, Baptista, Azen and
    Pike 1978, Biometrics 34); infinite where nobody of a group is approved.

    >>> round(margin_factor(Approvals(300, 600, 2100, 3000)), 3)
    1.087
    """
    approved = counted.compared_approved, counted.reference_approved
    if not all(approved):
        return float("inf")
    variance = sum(1 / a - 1 / n for a, n in zip(approved, (counted.compared, counted.reference), strict=True))
    return float(np.exp(ndtri((1 + level) / 2) * np.sqrt(variance)))


def above(value: float, line: float, slack: float) -> Side:
    """Return whether a value has crossed a line upwards, is too near to it to call, or is clear of it.

    >>> [above(value, 0.12, 0.03) for value in (0.20, 0.14, 0.05)]
    ['crossed', 'near', 'clear']
    """
    return "crossed" if value > line + slack else "clear" if value < line - slack else "near"


def out_of(value: float, band: Sequence[float], slack: float) -> Side:
    """Return whether a value lies outside a band, too near to one of its ends to call, or inside.

    >>> [out_of(value, (0.8, 1.25), 0.03) for value in (1.40, 1.26, 1.00)]
    ['crossed', 'near', 'clear']
    """
    low, high = band
    sides = {above(value, high, slack), above(-value, -low, slack)}
    return "crossed" if "crossed" in sides else "near" if "near" in sides else "clear"
