"""Several answers in one question: each is judged for itself, and told apart by its label."""

import pytest

from graders.errors import ContentError
from graders.expectations import Choice, Number, Parts, Trap
from graders.verdict import State

EFFECTS = Parts(
    {
        "d": Number(
            1.3, 0.3, unit="points", label="Effect for D", traps=[Trap("log-odds", 12.0, "Log-odds are not percent.")]
        ),
        "e": Number(9.1, 0.3, unit="points", label="Effect for E"),
        "why": Choice("slope", ["slope", "income", "chance"], traps=[Trap("sum", "income", "The income is the same.")]),
    },
    weights={"d": 1, "e": 1, "why": 2},
    traps=[
        Trap("same-twice", {"d": 9.1, "e": 9.1}, "Same log-odds, different PD points."),
        Trap("right", {"d": 1.3}, "Never."),
    ],
)
RIGHT = {"d": 1.3, "e": 9.1, "why": "slope"}


@pytest.mark.parametrize(
    ("change", "score"),
    [({}, 1.0), ({"d": 5}, 0.75), ({"why": "chance"}, 0.5), ({"why": ...}, 0.5), ({"d": "x", "why": "chance"}, 0.25)],
)
def test_the_score_is_the_weighted_mean_of_the_parts(change, score):
    assert score == EFFECTS.judge({**RIGHT, **change}).score


def test_each_part_that_is_not_right_has_one_line_under_its_label():
    lines = EFFECTS.judge({"d": 12, "e": "many", "why": "income"}).message.splitlines()
    assert [line[: line.index(":") + 1] for line in lines] == ["Effect for D:", "Effect for E:", "why:"]


def test_all_right_is_one_line():
    assert EFFECTS.judge(RIGHT).message == "Right."


def test_the_first_recognised_part_is_the_trap():
    assert EFFECTS.judge({"d": 12, "e": 0, "why": "income"}).trap == "d:log-odds"


def test_a_misconception_over_several_parts_comes_first():
    verdict = EFFECTS.judge({"d": 9.1, "e": 9.1, "why": "income"})
    assert (verdict.trap, verdict.message) == ("same-twice", "Same log-odds, different PD points.")


def test_traps_are_exposed_as_whole_answers():
    assert [trap.name for trap in EFFECTS.live_traps()] == ["same-twice", "d:log-odds", "why:sum"]
    assert EFFECTS.live_traps()[1].answer == {**RIGHT, "d": 12.0}
    assert [trap.name for trap in EFFECTS.silent_traps()] == ["right"]


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ({"d": ..., "e": ..., "why": ...}, State.NOT_ATTEMPTED),
        ({"d": "x", "e": ..., "why": ...}, State.MALFORMED),
        (5, State.MALFORMED),
    ],
)
def test_nothing_readable_is_not_judged_wrong(typed, state):
    assert state == EFFECTS.judge(typed).state


def test_more_than_three_wrong_parts_are_counted():
    many = Parts({letter: Number(1, 0.1) for letter in "abcde"})
    assert len(many.judge(dict.fromkeys("abcde", 7)).message.splitlines()) == 3


def test_parts_may_hold_parts():
    nested = Parts({"first": EFFECTS, "second": Number(1, 0)})
    assert nested.judge({"first": {**RIGHT, "d": 12}, "second": 1}).score == 0.875
    assert nested.judge({"first": {**RIGHT, "d": 12}, "second": 1}).trap == "first:d:log-odds"


@pytest.mark.parametrize(
    "bad",
    [
        {"parts": {}},
        {"weights": {"a": 1}},
        {"weights": {"a": 1, "b": 0}},
        {"traps": [Trap("x", {"c": 1}, "Text.")]},
        {"traps": [Trap("x", 3, "Text.")]},
    ],
)
def test_parts_that_do_not_fit_are_our_mistake(bad):
    with pytest.raises(ContentError):
        Parts(**{"parts": {"a": Number(1, 0), "b": Number(1, 0)}, **bad})
