import pytest
from rich.console import Console

from instructors.report import CriterionResult, LearnerResult, QuestionResult, as_json, table


def question(state, points=0.0, *, waits=False, by=None, criteria=(), by_hand=False):
    return QuestionResult("1.1", state, points, 5.0, None, "", by, waits, criteria, by_hand=by_hand)


FACTS = (CriterionResult("facts", 4.0, 5.0, "Good."),)


def shown(*questions):
    console = Console(width=100)
    with console.capture() as captured:
        console.print(table([LearnerResult("ana", True, tuple(questions), ())], "A lesson"))
    return captured.get()


@pytest.mark.parametrize(
    ("result", "mark"),
    [
        (question("right", 5.0), "R 5"),
        (question("not attempted"), "–"),
        (question("not judged", waits=True), "J 0"),
        (question("not judged", 4.0, by_hand=True), "H 4"),
        (question("wrong", 1.25, by_hand=True), "H 1.25 "),
        (question("wrong", 1.25, by_hand=True, waits=True), "H 1.25*"),
        (question("not judged", 4.0, criteria=FACTS, by_hand=True), "H 4"),
        (question("not judged", 4.0, criteria=FACTS, waits=True), "J 4"),
        (question("not attempted", 4.0, criteria=FACTS, by_hand=True), "H 4"),
        (question("not attempted", criteria=FACTS), "–"),
    ],
)
def test_the_table_says_state_and_points(result, mark):
    assert mark in shown(result)


def test_a_memo_that_waits_is_told_from_what_could_not_be_judged():
    waiting = QuestionResult("1.1", "not judged", 0.0, 5.0, None, "", waits=True, is_memo=True)
    assert "M " in shown(waiting)


def test_what_the_gradebook_has_down_for_a_human_needs_one():
    assert LearnerResult("ana", True, (question("not judged", waits=True),), ()).needs_a_human


def test_a_memo_that_was_marked_by_hand_needs_nobody():
    assert not LearnerResult("ana", True, (question("not judged", 4.0),), ()).needs_a_human


@pytest.mark.parametrize("by", ["form", "code", None])
def test_programs_are_told_how_an_answer_came(by):
    assert by == as_json([LearnerResult("ana", True, (question("right", 5.0, by=by),), ())])[0]["questions"][0]["by"]


def test_programs_are_told_what_each_criterion_earned():
    memo = question("not judged", 4.0, criteria=FACTS)
    told = as_json([LearnerResult("ana", True, (memo,), ())])[0]["questions"][0]["criteria"]
    assert ({"id": "facts", "points": 4.0, "out_of": 5.0, "comment": "Good.", "waits": False},) == told
