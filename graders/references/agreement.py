"""How far several explanations of one thing agree: runs of a random method, and one method against several references.

Owns the counting. What an agreement is worth is for whoever uses the explanation to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise, zip_longest

import numpy as np
import pandas as pd

from graders.references.margins import BAND, gap, shuffled

TOO_CLOSE = 0.05  # pairs with a smaller gap kept their order in 62 % of trials: hardly better than a coin
Tops = Sequence[Sequence[str]]
Pair = tuple[str, str]


def jaccard(first: Iterable[str], second: Iterable[str]) -> float:
    """Return the share of names in both of two sets among the names in either, from 0 to 1; 1 for two empty sets.

    >>> jaccard(["dti", "zone"], ["dti", "job"])
    0.3333333333333333
    """
    one, other = set(first), set(second)
    return len(one & other) / len(one | other) if one | other else 1.0


def mean_jaccard(tops: Tops) -> float:
    """Return the mean Jaccard index over all pairs of runs, the order of the names ignored.

    Notes
    -----
    Jaccard 1901; the mean over all pairs of selections is how the R packages mlr3measures (``jaccard``) and stabm (Bommert and Lang
    2021) define the stability of a selection. Visani et al., "Statistical stability indices for LIME" (arXiv 2001.11757), ask the
    same of LIME on credit risk data.

    >>> mean_jaccard([["a", "b"], ["b", "a"], ["a", "c"]])
    0.5555555555555555
    """
    return float(np.mean([jaccard(*pair) for pair in combinations(tops, 2)]))


def neighbours_jaccard(tops: Tops) -> float:
    """Return the mean Jaccard index over runs that stand next to each other: some of the pairs, not all."""
    return float(np.mean([jaccard(one, other) for one, other in pairwise(tops)]))


def overlaps(tops: Tops) -> list[int]:
    """Return how many pairs of runs share no name, one name, and so on up to all of them.

    >>> overlaps([["a", "b"], ["b", "a"], ["a", "c"]])
    [0, 2, 1]
    """
    shared = [len(set(one) & set(other)) for one, other in combinations(tops, 2)]
    return [shared.count(count) for count in range(max(map(len, tops)) + 1)]


def same_places(tops: Tops) -> float:
    """Return the mean share of places that hold the same name, over all pairs of runs: order counted."""
    pairs = combinations(tops, 2)
    return float(np.mean([np.mean([a == b for a, b in zip(one, other, strict=True)]) for one, other in pairs]))


def in_runs(tops: Tops, least: int) -> list[str]:
    """Return the names that stand in at least so many runs, the most frequent first, then as they come.

    >>> in_runs([["a", "b"], ["b", "a"], ["a", "c"]], 2)
    ['a', 'b']
    """
    names = [name for top in tops for name in dict.fromkeys(top)]
    often = {name: names.count(name) for name in dict.fromkeys(names)}
    return sorted((name for name, times in often.items() if times >= least), key=lambda name: -often[name])


def separation(weights: pd.DataFrame, first: str, second: str, band: float = BAND, close: float = TOO_CLOSE) -> str:
    """Return whether two names are told apart by all references.

    Parameters
    ----------
    weights
        One row a name, one column a reference; positive.
    first, second
        Two of the names.
    band
        Gap, relative to the larger weight, from which an order is kept.
    close
        Gap under which it is not.

    Returns
    -------
    ``"separated"`` when the order is the same and the gap at least `band` under every reference; ``"not"`` when the order
    changes, or a gap is under `close`; ``"between"`` otherwise.

    >>> separation(pd.DataFrame({"1": [0.3, 0.2], "2": [0.4, 0.3]}, index=["a", "b"]), "b", "a")
    'separated'
    """
    one, other = weights.loc[first], weights.loc[second]
    gaps = [max(gap(a, b), gap(b, a)) for a, b in zip(one, other, strict=True)]
    keeps_order = bool((one > other).all() or (one < other).all())
    if not keeps_order or min(gaps) < close:
        return "not"
    return "separated" if min(gaps) >= band else "between"


def clear_pairs(weights: pd.DataFrame, count: int, seed: int, *, most: int = 10, margin: float = 0.1) -> list[Pair]:
    """Return pairs of the strongest names that are clearly separated, or clearly not, half of them each as far as there are.

    Parameters
    ----------
    weights
        As in `separation`, the strongest name under the first reference first.
    count
        How many pairs.
    seed
        What choice and order hang on.
    most
        Among how many names to look; first among the first six.
    margin
        How far, relative to the lines, a pair keeps away from them: weights are read off a table.

    Returns
    -------
    Up to `count` pairs, the stronger under the first reference first. Among those that are not separated there are, where there
    can be, both some that the first reference alone would tell apart and some that it would not.
    """
    names, half = [str(name) for name in weights.index], count // 2
    separated, misleading, plain = _sorted_out(weights, names[:6], seed, margin)
    for width in range(7, min(most, len(names)) + 1):
        if min(len(separated), len(misleading) + len(plain)) >= half and misleading and plain:
            break
        separated, misleading, plain = _sorted_out(weights, names[:width], seed, margin)
    kept = [pair for turn in zip_longest(misleading, plain) for pair in turn if pair is not None]
    kept = kept[: max(half, count - len(separated))]
    kept += separated[: count - len(kept)]
    return [kept[place] for place in shuffled(seed, "order of pairs", len(kept))]


def _sorted_out(
    weights: pd.DataFrame, names: Sequence[str], seed: int, margin: float
) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Return the pairs clearly separated, those not separated that the first reference alone tells apart, and the others not."""
    pairs = list(combinations(names, 2))
    mixed = [pairs[place] for place in shuffled(seed, "pairs", len(pairs))]
    kinds = {pair: _clearly(weights, pair, margin) for pair in mixed}
    alone = {pair: separation(weights.iloc[:, :1], *pair) for pair in mixed}
    nots = [pair for pair in mixed if kinds[pair] == "not"]
    misleading = [pair for pair in nots if alone[pair] != "not"]
    return (
        [pair for pair in mixed if kinds[pair] == "separated"],
        misleading,
        [one for one in nots if one not in misleading],
    )


def _clearly(weights: pd.DataFrame, pair: Pair, margin: float) -> str:
    """Return the separation, ``"between"`` for a pair that slightly other lines would judge otherwise."""
    lines = [(BAND * by, TOO_CLOSE * by) for by in (1 - margin, 1 + margin)]
    kinds = {separation(weights, *pair, *line) for line in lines}
    return kinds.pop() if len(kinds) == 1 else "between"
