import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.errors import DataError
from graders.sampling import draw, learner_key, seed_of

STRATA = pd.Series(["good"] * 900 + ["bad"] * 90 + ["declined"] * 10)


def key(learner="ana", salt="s", fingerprint="f"):
    return learner_key(salt, learner, fingerprint)


def test_the_same_learner_always_draws_the_same_rows():
    assert draw(STRATA, 100, key()).tolist() == draw(STRATA, 100, key()).tolist()


def test_the_draw_is_the_same_on_every_machine():
    assert [5, 7, 9] == draw(pd.Series(["x"] * 10), 3, key()).tolist()


def test_two_learners_draw_different_rows():
    assert draw(STRATA, 100, key("ana")).tolist() != draw(STRATA, 100, key("bob")).tolist()


def test_another_class_draws_different_rows():
    assert draw(STRATA, 100, key(salt="s")).tolist() != draw(STRATA, 100, key(salt="t")).tolist()


def test_ids_that_run_into_each_other_are_kept_apart():
    assert learner_key("a", "bc", "d") != learner_key("ab", "c", "d")


@given(st.integers(1, 1000))
def test_every_stratum_is_drawn_in_proportion(size):
    drawn = STRATA.iloc[draw(STRATA, size, key())].value_counts()
    for stratum, count in STRATA.value_counts().items():
        assert abs(drawn.get(stratum, 0) - count * size / 1000) < 1


def test_no_row_is_drawn_twice():
    assert 500 == len(set(draw(STRATA, 500, key()).tolist()))


def test_a_sample_larger_than_the_portfolio_is_refused():
    with pytest.raises(DataError, match="1 to 1000 rows, got 1001"):
        draw(STRATA, 1001, key())


def test_purposes_have_seeds_of_their_own():
    seeds = {seed_of(key(), "case"), seed_of(key(), "model"), seed_of(key("bob"), "case")}
    assert 3 == len(seeds)
    assert all(0 <= seed < 2**63 for seed in seeds)
    np.random.default_rng(seeds.pop())
