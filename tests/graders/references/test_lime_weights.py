from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from lime.lime_tabular import LimeTabularExplainer
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score

from graders.references.lime_weights import Lime, quartile_bin

SLOPES = np.array([0.04, -0.02, 0.0])


def _lime():
    rows = np.random.default_rng(2).normal(size=(400, 3)) * [1.0, 2.0, 1.0]
    return Lime.of(lambda x: 0.5 + x @ SLOPES, rows, ["a", "b", "c"]), rows


def _run(seed=1):
    lime, rows = _lime()
    return lime.run(rows[0], seed=seed, samples=800)


def test_the_same_seed_gives_the_same_run():
    pd.testing.assert_series_equal(_run().weights, _run().weights)


def test_another_seed_gives_another_run():
    assert not np.allclose(_run(1).weights[["a", "b", "c"]], _run(2).weights[["a", "b", "c"]])


def test_the_first_invented_file_is_the_applicant():
    run = _run()
    assert ((800, 3), True) == (
        run.invented.shape,
        np.allclose(run.invented[0], np.random.default_rng(2).normal(size=(400, 3))[0] * [1, 2, 1]),
    )


def test_an_explainer_made_once_gives_what_a_new_one_gives():
    lime, rows = _lime()
    lime.run(rows[3], seed=9, samples=200)
    pd.testing.assert_series_equal(_run(seed=4).weights, lime.run(rows[0], seed=4, samples=800).weights)


def test_the_fidelity_is_the_weighted_share_of_variation_that_the_copy_follows():
    lime, rows = _lime()
    run = lime.run(rows[0], seed=1, samples=800)
    bins = [quartile_bin(rows[:, place], rows[0, place]) for place in range(3)]
    holds = [_holds(run.invented[:, place], *ends) for place, ends in enumerate(bins)]
    copy = Ridge(alpha=1).fit(np.column_stack(holds), 0.5 + run.invented @ SLOPES, sample_weight=run.kernel)
    by_hand = r2_score(0.5 + run.invented @ SLOPES, copy.predict(np.column_stack(holds)), sample_weight=run.kernel)
    assert by_hand == pytest.approx(run.fidelity)


def test_the_applicant_counts_most_in_the_fit():
    lime, rows = _lime()
    run = lime.run(rows[0], seed=1, samples=800)
    assert (1.0, True) == (run.kernel[0], run.kernel.min() < 1)


def test_the_kernel_is_limes_own():
    lime, rows = _lime()
    plain = LimeTabularExplainer(rows, feature_names=["a", "b", "c"], random_state=np.random.RandomState(6))
    plain.random_state.seed(6)
    shown = plain.explain_instance(
        rows[0], lambda x: np.column_stack([0.5 - x @ SLOPES, 0.5 + x @ SLOPES]), num_features=3, num_samples=300
    )
    ours = lime.run(rows[0], seed=6, samples=300).weights
    np.testing.assert_allclose(
        [weight for _place, weight in sorted(shown.as_map()[1])], ours[["a", "b", "c"]], atol=1e-12
    )


def test_a_bin_is_the_one_lime_names():
    lime, rows = _lime()
    low, high = quartile_bin(rows[:, 0], rows[0, 0])
    name = lime.explainer.discretizer.names[0][int(lime.explainer.discretizer.discretize(rows[0])[0])]
    ends = [f"{end:.2f}" for end in (low, high) if end is not None]
    assert all(end in name for end in ends)


def _holds(values, low, high):
    return (values > (-np.inf if low is None else low)) & (values <= (np.inf if high is None else high))
