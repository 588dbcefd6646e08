"""Arrays are judged entry by entry, the results of a function input by input."""

import numpy as np
import pytest

from graders.errors import ContentError
from graders.expectations import Array, Results, Trap
from graders.verdict import State

RATES = Array(
    np.array([[0.58, 0.72], [0.9, 0.66]]),
    tolerance=0.005,
    traps=[
        Trap("declines", np.array([[0.42, 0.28], [0.1, 0.34]]), "Four-fifths compares approvals."),
        Trap("same", [[0.58, 0.72], [0.9, 0.66]], "Never."),
    ],
)
RATIO = Results(
    expected=[1.2, None, True, "above"],
    tolerance=0.01,
    labels=["two files", "no bad file", "on the bound", "high"],
    replies={1: "No outcome is not a good outcome."},
    traps=[Trap("mean-of-ratios", [2.4, float("nan"), True, "above"], "Ratio of sums, not mean of ratios.")],
)


@pytest.mark.parametrize(
    ("typed", "score"),
    [([[0.58, 0.72], [0.9, 0.66]], 1), ([["0,58", 0.719], [0.9, 0.7]], 0.75), ([[0.58, ...], [..., ...]], 0.25)],
)
def test_the_score_of_an_array_is_the_share_of_right_entries(typed, score):
    assert score == RATES.judge(typed).score


def test_an_array_trap_is_named():
    assert RATES.judge([[0.42, 0.28], [0.1, 0.34]]).trap == "declines"
    assert [trap.name for trap in RATES.silent_traps()] == ["same"]


@pytest.mark.parametrize("bad", [[1.0, [2.0]], [], [1.0, float("nan")], ["a"], [True, 1.0], [[], []]])
def test_an_array_that_is_no_numbers_is_our_mistake(bad):
    with pytest.raises(ContentError):
        Array(bad, tolerance=0.1)


def test_the_score_of_results_is_the_share_of_right_ones():
    assert RATIO.judge([1.205, None, True, "below"]).score == 0.75


def test_the_first_wrong_result_with_a_reply_is_replied_to():
    assert RATIO.judge([1.2, 0, False, "above"]).message == "No outcome is not a good outcome."


def test_a_wrong_result_without_a_reply_is_described_by_its_input():
    assert "The first that is not: on the bound." in RATIO.judge([1.2, None, False, "above"]).message


@pytest.mark.parametrize("result", [1, 1.0, "True", None, [True]])
def test_a_truth_value_is_nothing_else(result):
    assert RATIO.judge([1.2, None, result, "above"]).score == 0.75


@pytest.mark.parametrize("result", [True, "1.2", {"$number": "nan"}, [1.2], 10**400, float("inf")])
def test_a_number_of_another_type_or_not_finite_earns_nothing(result):
    assert RATIO.judge([result, None, True, "above"]).score == 0.75


def test_all_the_results_of_a_misconception_are_named():
    verdict = RATIO.judge([2.4, {"$number": "nan"}, True, "above"])
    assert (verdict.trap, verdict.score) == ("mean-of-ratios", 0.5)


def test_a_reply_may_be_a_trap_at_its_place():
    results = Results(
        [0, 1], tolerance=0, replies={1: Trap("strict-bound", 0, "A value on the bound is inside the band.")}
    )
    assert results.judge([0, 0]).trap == "strict-bound"


def test_nested_results_are_compared_inside():
    assert Results([{"a": [1, 2]}], tolerance=0.1).judge([{"a": [1.05, 2]}]).score == 1.0
    assert Results([{"a": [1, 2]}], tolerance=0.1).judge([{"a": [1]}]).score == 0.0


def test_a_function_that_was_not_written_is_not_attempted():
    assert RATIO.judge([None] * 4).state == State.NOT_ATTEMPTED


@pytest.mark.parametrize(
    "bad",
    [
        {"expected": [float("nan")]},
        {"expected": [None]},
        {"labels": ["one", "two"]},
        {"replies": {5: "Text."}},
        {"expected": []},
    ],
)
def test_results_that_cannot_be_compared_are_our_mistake(bad):
    with pytest.raises(ContentError):
        Results(**{"expected": [1.0], "tolerance": 0.1, **bad})
