"""One name, and a set of names with must, may and never bands."""

import pytest

from graders.errors import ContentError
from graders.expectations import Choice, Choices, Trap
from graders.forms import Pick
from graders.verdict import State

SIDE = Choice(
    "below",
    {"above": "Above the mean", "below": "Below the mean", "equal": "Equal"},
    traps=[
        Trap("averages-commute", "equal", "Averages of PDs and of log-odds differ."),
        Trap("silent", "below", "Never."),
    ],
)
TOP = Choices.top(
    {"dti": 1.0, "zone": 0.7, "age": 0.52, "job": 0.50, "late": 0.2, "channel": 0.1},
    k=3,
    traps=[
        Trap("bottom-three", ["job", "late", "channel"], "These are the smallest."),
        Trap("tied", ["zone", "dti", "job"], "Never."),
    ],
)


def test_the_right_option_earns_all_and_another_none():
    assert SIDE.judge("Below the mean").score == 1.0
    assert SIDE.judge("above").score == 0.0


def test_a_wrong_option_with_a_misconception_is_named():
    assert (SIDE.judge("Equal").trap, SIDE.judge("Equal").message) == (
        "averages-commute",
        "Averages of PDs and of log-odds differ.",
    )


def test_a_trap_that_is_right_here_is_silent():
    assert [trap.name for trap in SIDE.silent_traps()] == ["silent"]
    assert SIDE.judge("below").trap is None


def test_each_acceptable_option_is_right():
    both = Choice({"below", "equal"}, ["above", "below", "equal"])
    assert {1.0} == {both.judge(answer).score for answer in both.right_answers()}
    assert {"below", "equal"} <= set(both.right_answers())


def test_options_picked_per_learner_are_judged():
    assert Choice("10423", Pick("files")).judge(10423, {"files": [10423, 10424]}).score == 1.0


def test_names_tied_with_the_last_place_are_all_accepted():
    assert (TOP.must, TOP.may) == (("dti", "zone"), ("age", "job"))
    assert [TOP.judge(["dti", "zone", last]).score for last in ("age", "job")] == [1.0, 1.0]


@pytest.mark.parametrize(
    ("names", "score"),
    [
        (["dti", "zone", "late"], 1 / 3),
        (["dti", "age", "job"], 2 / 3),
        (["age", "job", "late"], 0),
        (["dti", "late", "channel"], 0),
    ],
)
def test_the_score_weighs_must_may_and_never(names, score):
    assert score == pytest.approx(TOP.judge(names).score)


def test_a_trap_set_is_named_in_any_order():
    assert TOP.judge("late, job, channel").trap == "bottom-three"
    assert [trap.name for trap in TOP.live_traps()] == ["bottom-three"]


def test_too_few_names_are_malformed():
    assert TOP.judge(["dti", "zone", ...]).state == State.MALFORMED


def test_the_empty_set_is_right_only_where_nothing_must_be_there():
    empty = Choices(must=(), options=["dti", "age"])
    assert [empty.judge(answer).score for answer in ([], "none", ["dti"])] == [1.0, 1.0, 0.0]
    assert Choices(must=["dti"], options=["dti", "age"]).judge([]).score == 0.0


def test_names_that_may_be_there_cost_nothing_where_any_number_is_asked():
    flagged = Choices(must=["accounts"], may=["job"], options=["accounts", "job", "dti"])
    assert [flagged.judge(answer).score for answer in (["accounts"], ["accounts", "job"], ["accounts", "dti"])] == [
        1.0,
        1.0,
        0.0,
    ]


def test_negative_scores_are_ranked_too():
    assert Choices.top({"dti": 0.1, "age": -0.5, "job": -0.51}, k=2).must == ("dti",)


@pytest.mark.parametrize(
    "bad",
    [
        {"must": ["unknown"]},
        {"must": ["dti"], "k": 2},
        {"must": ["dti", "age"], "k": 1},
        {"must": ["dti", "age"], "at_most": 1},
        {"must": ["dti"], "options": []},
    ],
)
def test_a_set_nobody_can_name_is_our_mistake(bad):
    with pytest.raises(ContentError):
        Choices(**{"options": ["dti", "age", "job"], **bad})


@pytest.mark.parametrize("bad", [({"dti": float("nan")}, 1), ({"dti": 1.0}, 2), ({"dti": 1.0}, 0)])
def test_scores_that_cannot_be_ranked_are_our_mistake(bad):
    with pytest.raises(ContentError):
        Choices.top(*bad)


def test_an_option_that_is_none_is_our_mistake():
    with pytest.raises(ContentError):
        Choice("other", ["above", "below"])


PAIRS = Choices(
    any_of=[["dti", "zone"], ["age", "job"]],
    options=["dti", "zone", "age", "job", "late"],
    k=2,
    traps=[Trap("second-pair", ["job", "age"], "Never."), Trap("crossed", ["dti", "age"], "One of each.")],
)


def test_each_of_several_sets_is_right_as_a_whole():
    assert [1.0, 1.0] == [PAIRS.judge(pair).score for pair in ("zone, dti", "age, job")]
    assert {("dti", "zone"), ("age", "job")} <= {tuple(answer) for answer in PAIRS.right_answers()}


def test_one_name_of_each_set_is_neither_of_them():
    crossed = PAIRS.judge(["age", "dti"])
    assert (0.0, "crossed") == (crossed.score, crossed.trap)


def test_a_trap_that_is_one_of_the_sets_is_silent():
    assert ["second-pair"] == [trap.name for trap in PAIRS.silent_traps()]


@pytest.mark.parametrize(
    "bad",
    [
        {"any_of": [["dti"], ["unknown"]]},
        {"any_of": [["dti"], ["age", "job"]], "k": 2},
        {"any_of": [["dti"], ["age", "job"]], "at_most": 1},
        {"any_of": [["dti"]], "must": ["age"]},
        {"any_of": [["dti"]], "may": ["age"]},
    ],
)
def test_sets_nobody_can_name_are_our_mistake(bad):
    with pytest.raises(ContentError):
        Choices(**{"options": ["dti", "age", "job"], **bad})
