"""A number is right within its tolerance, half right near it; the unit slip has its own message."""

import pytest

from graders.errors import ContentError
from graders.expectations import Number, Trap
from graders.verdict import State

PD = Number(
    3.4,
    tolerance=0.1,
    unit="%",
    traps=[
        Trap("mean-instead-of-base", 5.6, "That is the mean PD.\nAveraging log-odds first gives another number."),
        Trap("nearly-right", 3.65, "Never shown."),
        Trap("undefined", float("nan"), "Never shown."),
        Trap("again-the-mean", 5.6, "Never shown."),
        Trap("as-fraction", 0.034, "Never shown."),
    ],
)


@pytest.mark.parametrize(
    ("typed", "score"), [(3.5, 1), (3.3, 1), ("3,45 %", 1), (3.6, 0.5), (3.1, 0.5), (3.71, 0), (-3.4, 0)]
)
def test_the_score_falls_in_steps_with_the_distance(typed, score):
    assert score == PD.judge(typed).score


def test_a_fraction_where_percent_was_asked_earns_half():
    verdict = PD.judge(0.034)
    assert verdict.score == 0.5
    assert "as a fraction: it was asked in %" in verdict.message


def test_a_trap_is_named_with_its_reply():
    verdict = PD.judge("5,65")
    assert (verdict.trap, verdict.score) == ("mean-instead-of-base", 0.0)
    assert verdict.message.startswith("That is the mean PD.")


def test_a_trap_that_would_earn_points_is_silent():
    assert [trap.name for trap in PD.live_traps()] == ["mean-instead-of-base"]
    assert [trap.name for trap in PD.silent_traps()] == ["nearly-right", "undefined", "again-the-mean", "as-fraction"]


def test_the_nearer_of_two_traps_is_named():
    number = Number(0, tolerance=1, traps=[Trap("first", 10, "First."), Trap("second", 10.5, "Second.")])
    assert number.judge(10.4).trap == "second"
    assert number.judge(10.1).trap == "first"


def test_an_answer_nearer_to_the_right_value_is_no_trap():
    number = Number(0, tolerance=1, traps=[Trap("next-door", 3.1, "Next door.")])
    assert number.judge(1.0).trap is None
    assert (number.judge(2.5).trap, number.judge(2.5).score) == ("next-door", 0.5)


def test_a_reversed_sign_is_named():
    assert "other way round" in Number(-0.7, 0.01).judge(0.7).message


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        (..., State.NOT_ATTEMPTED),
        ("three", State.MALFORMED),
        (9, State.WRONG),
        (3.6, State.PARTLY_RIGHT),
        (3.4, State.RIGHT),
    ],
)
def test_every_state_has_its_own_text(typed, state):
    verdict = PD.judge(typed)
    assert state == verdict.state
    assert verdict.message not in {PD.judge(other).message for other in (..., "three", 9, 3.6, 3.4) if other != typed}


@pytest.mark.parametrize("typed", [0.0125, 125.0, 1250.0])
def test_the_unit_is_named_where_another_unit_would_be_right(typed):
    assert "Check the unit" in Number(1.25, 0.02).judge(typed).message


@pytest.mark.parametrize("number", [Number(1.25, 0.02), Number(15.2, 0.2, unit="points"), Number(7, 0, whole=True)])
def test_the_unit_is_not_named_where_it_cannot_be_the_cause(number):
    replies = [number.judge(typed).message for typed in (2, 40, 700)]
    assert [True] * 3 == ["Check which numbers go in" in reply for reply in replies]


def test_the_authors_own_text_replaces_the_default():
    assert Number(1, 0.1, wrong="Sum the contributions.").judge(9).message == "Sum the contributions."


def test_a_rounding_within_the_tolerance_is_right():
    assert {"3.39", "3,4", "3,4 %"} <= set(map(str, Number(3.39, 0.1, unit="%").right_answers()))


@pytest.mark.parametrize(
    "bad",
    [
        {"expected": float("nan")},
        {"tolerance": -1},
        {"tolerance": float("inf")},
        {"low": 5},
        {"expected": 1.5, "whole": True},
    ],
)
def test_an_expected_value_nobody_can_reach_is_our_mistake(bad):
    with pytest.raises(ContentError):
        Number(**{"expected": 1.0, "tolerance": 0.1, **bad})


@pytest.mark.parametrize("bad", [("Bad Name", "Text."), ("name", ""), ("name", "1\n2\n3\n4")])
def test_a_trap_without_a_plain_name_or_a_short_reply_is_our_mistake(bad):
    with pytest.raises(ContentError):
        Trap(bad[0], 1, bad[1])
