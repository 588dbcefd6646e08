from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from graders.references.woe import WoeEncoder, weight_of_evidence

ROWS = pd.DataFrame({"income": [1000.0, np.nan, 2000.1, 0.1], "job": ["a", "a", "b", "b"]})
BAD = pd.Series([1, 0, 0, 0])


def test_weight_of_evidence_is_the_log_of_good_to_bad_odds_against_all():
    smoothed = (1 + 50 * 0.25) / (2 + 50)
    expected = math.log((1 - smoothed) / smoothed) - math.log(0.75 / 0.25)
    assert expected == pytest.approx(weight_of_evidence(ROWS["job"], BAD)["a"])


def test_a_safe_level_has_a_high_weight():
    weights = weight_of_evidence(ROWS["job"], BAD)
    assert weights["b"] > 0 > weights["a"]


def test_missing_numbers_become_minus_one_and_unseen_levels_zero():
    encoder = WoeEncoder.fitted(ROWS, BAD, ["income"], ["job"])
    new = pd.DataFrame({"income": [np.nan], "job": ["never seen"]})
    assert [[-1.0, 0.0]] == encoder.matrix(new).tolist()


def test_the_matrix_is_exact_in_float32():
    matrix = WoeEncoder.fitted(ROWS, BAD, ["income"], ["job"]).matrix(ROWS)
    np.testing.assert_array_equal(matrix.astype(np.float32), matrix)
