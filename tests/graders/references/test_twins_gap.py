from __future__ import annotations

import numpy as np
import pytest

from graders.references.twins_gap import gap_line, gap_table

RANDOM = np.random.default_rng(3)
REAL, MADE, WEIGHTS = RANDOM.exponential(6, 5_000).round(), RANDOM.uniform(0, 80, 400), RANDOM.uniform(0.4, 1, 400)


def test_at_most_one_real_file_in_a_thousand_passes_the_line():
    assert np.mean(REAL > gap_line(REAL)) <= 0.001


def test_a_narrower_line_would_be_passed_by_more():
    below = REAL[gap_line(REAL) > REAL].max()
    assert np.mean(REAL > below) > 0.001


def test_classes_are_counted_as_by_hand():
    table = gap_table([1, 2, 2.5, 9], [2, 3, 50], [1, 1, 2], [2, 10])
    assert ((2, 2, 0), (1, 1, 1), (0.25, 0.25, 0.5)) == (table.real, table.invented, table.weight)


def test_no_file_is_lost():
    table = gap_table(REAL, MADE, WEIGHTS, [7, 14, 28])
    assert (5_000, 400) == (sum(table.real), sum(table.invented))


def test_the_weights_are_shares():
    assert 1.0 == pytest.approx(sum(gap_table(REAL, MADE, WEIGHTS, [7, 14, 28]).weight))


def test_the_classes_past_an_edge_are_what_lies_beyond_it():
    table = gap_table(REAL, MADE, WEIGHTS, [7, 14, 28])
    assert (MADE > 14).sum() == sum(table.invented[2:])
