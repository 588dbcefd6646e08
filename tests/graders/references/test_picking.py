from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from graders.errors import DataError
from graders.references.explanation import Explanation
from graders.references.margins import acceptable_ranks, clear_top, shuffled
from graders.references.picking import clear_directions, first_file, same_push_pair
from graders.references.statements import Claim, fill

CONCEPTS = {"use": ["now", "avg"], "dti": ["dti"], "age": ["age"]}


def _explanation():
    rows = pd.DataFrame(
        {"now": [1.0, 2, 3, 4], "avg": [1.0, 2, 3, 4], "dti": [4.0, 3, 2, 1], "age": [1.0, 2, 2, 1]}, index=list("wxyz")
    )
    phi = pd.DataFrame(
        {
            "now": [0.3, 0.4, 0.5, 0.6],
            "avg": [0.1, 0.9, 0.2, 0.3],
            "dti": [0.5, 0.2, 0.1, 3.0],
            "age": [0.1, -0.1, 0.1, -0.1],
        },
        index=rows.index,
    )
    return Explanation(rows, phi, -4.0, 10.0, CONCEPTS, {name: name.upper() for name in [*rows, *CONCEPTS]})


def test_a_pair_has_the_same_push_and_very_different_worth():
    rows = pd.DataFrame({"dti": [1.0, 2.0, 3.0]}, index=list("abc"))
    phi = pd.DataFrame({"dti": [0.5, 0.5, 0.9], "rest": [0.0, 2.5, 1.0]}, index=rows.index)
    explained = Explanation(rows.assign(rest=0.0), phi, -4.0, 10.0, {}, {})
    assert ("dti", "a", "b") == same_push_pair(explained, ["dti"], set())


def test_where_no_two_files_share_a_push_it_says_so():
    explained = _explanation()
    with pytest.raises(DataError, match="found none"):
        same_push_pair(explained, ["now"], {"w", "x", "y"})


def test_where_the_column_asked_for_has_no_pair_another_column_is_taken():
    column, safer, riskier = same_push_pair(_explanation(), ["now"], set())
    phi = _explanation().contributions[column]
    assert ("age", phi[safer]) == (column, phi[riskier])


def test_a_test_that_nobody_passes_is_given_up():
    wanted = [lambda _, key: key in "xy", lambda _, key: False, lambda _, key: key == "y"]
    assert "y" == first_file(_explanation(), wanted, used=set(), seed=1, purpose="A")


def test_a_file_is_asked_about_once():
    assert "z" == first_file(_explanation(), [], used=set("wxy"), seed=1, purpose="A")


def test_features_between_clear_and_absent_are_asked_only_where_there_are_too_few_others():
    asked = [set(clear_directions(_explanation(), count, seed=1, shown="dti")) for count in (2, 3)]
    assert [{"now", "age"}, {"now", "avg", "age"}] == asked


def test_a_column_that_moves_nothing_is_asked_about_by_nobody():
    rows = pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 2, 3], "same": [1.0, 1, 1]})
    explained = Explanation(rows, rows.assign(a=[0.1, 0.2, 0.3], b=0.0, same=[0.1, 0.2, 0.1]), -4.0, 10.0, {}, {})
    assert ["a"] == clear_directions(explained, 3, seed=1, shown="none")


def test_bars_too_short_to_read_are_asked_only_where_too_few_are_left():
    rows = pd.DataFrame({"long": [1.0, 2, 3], "short": [1.0, 2, 3], "shown": [1.0, 2, 3]})
    explained = Explanation(rows, rows * [0.1, 0.001, 0.1], -4.0, 10.0, {}, {})
    asked = [clear_directions(explained, count, seed=1, shown="shown") for count in (1, 2)]
    assert [["long"], ["long", "short"]] == asked


def test_twins_are_found_with_the_stronger_first():
    assert "use" == _explanation().twins[0]


@pytest.mark.parametrize(
    ("scores", "expected"), [([3.0, 2.0, 1.8], None), ([3.0, 2.0, 1.0], ["a", "b"]), ([1.0, -1.0, -2.0], None)]
)
def test_a_top_is_clear_when_the_next_is_a_band_below(scores, expected):
    assert expected == clear_top(pd.Series(scores, list("abc")), 2)


def test_a_rank_may_be_a_near_neighbours():
    assert [2, 1] == acceptable_ranks(pd.Series([1.0, 0.95, 0.5], list("abc")), "b")


def test_an_order_hangs_on_seed_and_purpose():
    assert list(shuffled(7, "x", 50)) == list(shuffled(7, "x", 50)) != list(shuffled(7, "y", 50))


def test_an_order_holds_everybody_once():
    np.testing.assert_array_equal(np.arange(50), np.sort(shuffled(7, "x", 50)))


CLAIMS = {name: Claim(name, f"{name} {{n}}") for name in ("a", "b", "c")}


def test_a_menu_is_filled_in_an_order_of_the_learners_own():
    facts = {name: {"n": 1} for name in CLAIMS}
    orders = {
        tuple(row["claim"] for row in fill(CLAIMS, ["a c", "b c"], facts, {}, seed).values()) for seed in range(9)
    }
    assert {("a", "b"), ("b", "a")} == orders


def test_where_a_fact_is_faint_the_stand_in_serves_and_then_nobody():
    facts = {"a": None, "b": None, "c": {"n": 7}}
    rows = fill(CLAIMS, ["a c", "b a"], facts, {}, seed=1)
    assert ["c 7"] == [row["text"] for row in rows.values()]
