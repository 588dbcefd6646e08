from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from graders.references.lime_weights import lime_run

SLOPES = np.array([0.04, -0.02, 0.0])


def _run(seed=1, **options):
    rows = np.random.default_rng(2).normal(size=(400, 3)) * [1.0, 2.0, 1.0]
    return lime_run(lambda x: 0.5 + x @ SLOPES, rows, rows[0], ["a", "b", "c"], seed=seed, samples=800, **options)


def test_on_a_straight_model_the_weights_are_its_slopes_per_standard_deviation():
    weights = _run(discretize=False).weights[["a", "b", "c"]]
    np.testing.assert_allclose(SLOPES * [1.0, 2.0, 1.0], weights, atol=0.004)


def test_on_a_straight_model_the_copy_is_faithful():
    assert _run(discretize=False).fidelity == pytest.approx(1.0, abs=0.01)


def test_the_same_seed_gives_the_same_run():
    pd.testing.assert_series_equal(_run().weights, _run().weights)


def test_another_seed_gives_another_run():
    assert not np.allclose(_run(1).weights[["a", "b", "c"]], _run(2).weights[["a", "b", "c"]])


def test_the_first_invented_file_is_the_applicant():
    run = _run(discretize=False)
    assert ((800, 3), True) == (
        run.invented.shape,
        np.allclose(run.invented[0], np.random.default_rng(2).normal(size=(400, 3))[0] * [1, 2, 1]),
    )
