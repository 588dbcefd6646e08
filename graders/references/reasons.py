"""Principal reasons of a refusal: which facts, against which reference, and which files have clear ones.

Which reference the contributions are measured against is the caller's to say (`graders.references.backgrounds` has the files just
approved); it draws no letter and knows no law.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from graders.references.explanation import Explanation
from graders.references.margins import BAND, gap
from graders.references.picking import Test

MOST = 4  # "more than four reasons is not likely to be helpful": comment 9(b)(2)-1 of Regulation B
LEAST = 0.02  # log-odds, below which a push is no reason
FEWEST = 2  # reasons of a file that a letter is asked about


def principal(sums: pd.Series[float], most: int = MOST, least: float = LEAST) -> list[str]:
    """Return the facts that push a file most towards default, strongest first: at most `most`, none weaker than `least`.

    >>> principal(pd.Series({"income": 0.3, "dti": 0.5, "job": -0.2, "zone": 0.01}))
    ['dti', 'income']
    """
    pushing = sums[sums > least].sort_values(ascending=False, kind="stable")
    return [str(name) for name in pushing.index[:most]]


def is_refused(explained: Explanation, key: str) -> bool:
    """Return whether the file lies above the cut-off."""
    return bool(explained.pds[key] > explained.cut)


def is_just_refused(explained: Explanation, key: str) -> bool:
    """Return whether the file lies above the cut-off by at most half as much again: where a person's view may weigh."""
    return bool(explained.cut < explained.pds[key] <= 1.5 * explained.cut)


def has_reasons_apart(explained: Explanation, key: str) -> bool:
    """Return whether the file has two principal reasons or more, told apart from the facts that are none.

    Weaker than `has_clear_reasons`, for portfolios in which no file passes that: the fourth reason is a third of the band ahead
    of the fifth, or, where there are fewer, the last one and the next fact lie clearly on either side of what counts as a push.
    """
    ordered = explained.sums(key).sort_values(ascending=False, kind="stable")
    count = min(MOST, int((ordered > LEAST).sum()))
    if count < FEWEST:
        return False
    last, following = float(ordered.iloc[count - 1]), float([*ordered, 0.0][count])
    if count == MOST:
        return last >= 1.25 * LEAST and gap(last, following) >= BAND / 3
    return last >= 1.25 * LEAST and following <= 0.75 * LEAST


def has_clear_reasons(explained: Explanation, key: str) -> bool:
    """Return whether the file has four principal reasons, the fourth of them a band ahead of the fifth."""
    ordered = explained.sums(key).sort_values(ascending=False, kind="stable")
    if len(ordered) <= MOST:
        return False
    fourth, fifth = float(ordered.iloc[MOST - 1]), float(ordered.iloc[MOST])
    return fourth >= 0.05 and gap(fourth, fifth) >= BAND


def has_more_than_four(explained: Explanation, key: str) -> bool:
    """Return whether more facts push the file than may be named."""
    return len(principal(explained.sums(key), most=len(explained.concept_columns))) > MOST


def has_a_protector_among_the_longest(explained: Explanation, key: str) -> bool:
    """Return whether one of the four longest facts, whatever its side, protects the file."""
    sums = explained.sums(key)
    return bool((sums[sums.abs().nlargest(MOST).index] < -LEAST).any())


def has_both_twins_on_top(explained: Explanation, key: str) -> bool:
    """Return whether two columns of one fact are among the four strongest columns."""
    top = set(explained.phi(key).nlargest(MOST).index)
    return explained.twins is not None and len(top & set(explained.twins[1])) > 1


def is_refused_for(fact: str) -> Test:
    """Return the test that this fact is among the file's principal reasons."""
    return lambda explained, key: fact in principal(explained.sums(key))


def is_not_refused_for_exactly(facts: Iterable[str]) -> Test:
    """Return the test that the file's principal reasons are not these, such as those that weigh most over all files."""
    known = set(facts)
    return lambda explained, key: set(principal(explained.sums(key))) != known


def differs_from(other: Callable[[str], pd.Series[float]]) -> Test:
    """Return the test that another reference gives the file other principal reasons.

    Parameters
    ----------
    other
        Takes a file, returns its facts against the other reference.
    """
    return lambda explained, key: set(principal(other(key))) != set(principal(explained.sums(key)))
