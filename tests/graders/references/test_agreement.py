from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jaccard as jaccard_distance
from sklearn.metrics import jaccard_score

from graders.references.agreement import (
    clear_pairs,
    in_runs,
    jaccard,
    mean_jaccard,
    neighbours_jaccard,
    overlaps,
    same_places,
    separation,
)

NAMES = list("abcdefgh")
tops = st.lists(st.permutations(NAMES).map(lambda names: tuple(names[:5])), min_size=2, max_size=10)


def _flags(names):
    return np.array([name in names for name in NAMES])


@given(tops)
def test_the_mean_jaccard_is_that_of_scipy_over_all_pairs(runs):
    far = [jaccard_distance(_flags(one), _flags(other)) for one, other in combinations(runs, 2)]
    assert 1 - np.mean(far) == pytest.approx(mean_jaccard(runs))


@given(tops)
def test_one_jaccard_is_that_of_scikit_learn(runs):
    assert jaccard_score(_flags(runs[0]), _flags(runs[1])) == pytest.approx(jaccard(runs[0], runs[1]))


@given(tops)
def test_the_counts_of_pairs_give_the_mean(runs):
    by_hand = sum(pairs * shared / (10 - shared) for shared, pairs in enumerate(overlaps(runs)))
    assert by_hand / sum(overlaps(runs)) == pytest.approx(mean_jaccard(runs))


@given(tops, st.randoms())
def test_the_order_of_runs_and_names_does_not_matter(runs, random):
    mixed = [tuple(random.sample(top, len(top))) for top in random.sample(runs, len(runs))]
    assert mean_jaccard(runs) == pytest.approx(mean_jaccard(mixed))


@given(tops)
def test_what_stands_in_all_runs_is_their_intersection(runs):
    assert set.intersection(*map(set, runs)) == set(in_runs(runs, len(runs)))


def test_two_empty_lists_agree():
    assert 1.0 == jaccard([], [])


def test_neighbours_are_some_of_the_pairs():
    assert (1 + 0) / 2 == neighbours_jaccard([["a"], ["a"], ["b"]])


def test_order_counted_is_another_measure():
    assert (0.0, 1.0) == (same_places([["a", "b"], ["b", "a"]]), mean_jaccard([["a", "b"], ["b", "a"]]))


def _weights(*rows):
    return pd.DataFrame(rows, index=NAMES[: len(rows)], columns=["one", "other", "third"])


def test_a_pair_far_apart_everywhere_is_separated():
    assert "separated" == separation(_weights([0.30, 0.30, 0.30], [0.25, 0.20, 0.24]), "b", "a")


def test_a_pair_that_changes_its_order_is_not_separated():
    assert "not" == separation(_weights([0.30, 0.30, 0.20], [0.20, 0.20, 0.30]), "a", "b")


def test_a_pair_that_nearly_touches_once_is_not_separated():
    assert "not" == separation(_weights([0.30, 0.30, 0.30], [0.20, 0.29, 0.20]), "a", "b")


def test_a_pair_between_the_lines_is_neither():
    assert "between" == separation(_weights([0.30, 0.30, 0.30], [0.27, 0.27, 0.27]), "a", "b")


def _drawn(seed):
    random = np.random.default_rng(seed)
    weights = _weights(*(np.sort(random.uniform(0.1, 0.4, 8))[::-1, None] * random.normal(1, 0.06, (8, 3))))
    return weights.sort_values("one", ascending=False)


@pytest.mark.parametrize("seed", range(8))
def test_pairs_that_are_asked_stay_what_they_are_when_rounded(seed):
    weights = _drawn(seed)
    pairs = clear_pairs(weights, 6, seed)
    kinds = [(separation(weights, *pair), separation(weights.round(3), *pair)) for pair in pairs]
    assert [] == [pair for pair in kinds if pair[0] != pair[1] or pair[0] == "between"]


@pytest.mark.parametrize("seed", range(8))
def test_no_pair_is_asked_twice(seed):
    pairs = clear_pairs(_drawn(seed), 6, seed)
    assert len(pairs) == len({frozenset(pair) for pair in pairs})


def test_pairs_of_both_kinds_are_asked_where_there_are_both():
    weights = _weights([0.4, 0.4, 0.4], [0.4, 0.38, 0.41], [0.2, 0.2, 0.2], [0.1, 0.1, 0.1])
    kinds = {separation(weights, *pair) for pair in clear_pairs(weights, 4, 1)}
    assert {"separated", "not"} == kinds
