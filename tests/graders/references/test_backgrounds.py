from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from graders.references.backgrounds import by_path, in_probability, just_approved
from graders.references.shap_values import float32_exact, shap_values


@pytest.fixture(scope="module")
def fitted():
    random = np.random.default_rng(5)
    rows = float32_exact(random.normal(size=(600, 3)))
    bad = random.random(600) < 1 / (1 + np.exp(2 - rows[:, 0] - rows[:, 1] * rows[:, 2]))
    return HistGradientBoostingClassifier(max_iter=20, max_leaf_nodes=4, random_state=0).fit(rows, bad), rows


def _shapley(worth):
    """Shapley values of three columns by their definition, over all coalitions; one row a reference."""
    values = []
    for column in range(3):
        rest = [other for other in range(3) if other != column]
        sets = [set_ for size in range(3) for set_ in combinations(rest, size)]
        shares = [factorial(len(set_)) * factorial(2 - len(set_)) / factorial(3) for set_ in sets]
        values.append(
            sum(part * (worth((*set_, column)) - worth(set_)) for part, set_ in zip(shares, sets, strict=True))
        )
    return np.column_stack(values)


def _mixed(row, background, known):
    files = background.copy()
    files[:, list(known)] = row[list(known)]
    return files


def test_contributions_to_the_probability_are_those_to_the_log_odds_rescaled_reference_by_reference(fitted):
    model, rows = fitted
    row, background = rows[0], rows[-100:]
    shares = _shapley(lambda known: model.decision_function(_mixed(row, background, known)))
    here, there = (model.predict_proba(files)[:, 1] for files in (np.tile(row, (100, 1)), background))
    gaps = model.decision_function(row[None]) - model.decision_function(background)
    slope = np.divide(here - there, gaps, out=np.zeros(100), where=gaps != 0)
    by_hand = (shares * slope[:, None]).mean(axis=0)
    np.testing.assert_allclose(by_hand, in_probability(model, rows[:1], background).values[0], atol=1e-6)


def test_they_are_near_shapleys_values_of_the_probability_and_not_the_same(fitted):
    model, rows = fitted
    exact = _shapley(lambda known: model.predict_proba(_mixed(rows[0], rows[-100:], known))[:, 1]).mean(axis=0)
    found = in_probability(model, rows[:1], rows[-100:]).values[0]
    np.testing.assert_allclose(exact, found, atol=0.01)
    assert np.abs(exact - found).max() > 0.001


def test_the_base_of_the_probability_is_the_mean_probability(fitted):
    model, rows = fitted
    assert model.predict_proba(rows[-100:])[:, 1].mean() == pytest.approx(
        in_probability(model, rows[:1], rows[-100:]).base
    )


def test_the_path_is_another_reference_and_adds_up_too(fitted):
    model, rows = fitted
    path, against = by_path(model, rows[:5]), shap_values(model, rows[:5], rows[-100:])
    np.testing.assert_allclose(model.decision_function(rows[:5]), path.base + path.values.sum(axis=1), atol=1e-6)
    assert not np.allclose(path.values, against.values, atol=1e-3)


def test_the_files_just_approved_are_the_riskiest_of_the_approved():
    pds = np.random.default_rng(1).uniform(0, 30, 500)
    chosen = just_approved(pds, 8.0, 50)
    assert np.sort(pds[pds <= 8.0])[-50:] == pytest.approx(np.sort(pds[chosen]))


def test_nobody_refused_is_among_the_just_approved():
    pds = np.array([7.9, 8.0, 8.1, 30.0, 1.0])
    assert [0, 1] == just_approved(pds, 8.0, 2).tolist()
