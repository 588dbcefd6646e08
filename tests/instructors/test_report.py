import pytest
from rich.console import Console

from instructors.report import LearnerResult, QuestionResult, as_json, table


def question(state, points=0.0, *, waits=False, by=None):
    return QuestionResult("1.1", state, points, 5.0, None, "", by, waits)


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
        (question("not judged", 4.0), "H 4"),
    ],
)
def test_the_table_says_state_and_points(result, mark):
    assert mark in shown(result)


def test_what_the_gradebook_has_down_for_a_human_needs_one():
    assert LearnerResult("ana", True, (question("not judged", waits=True),), ()).needs_a_human


def test_a_memo_that_was_marked_by_hand_needs_nobody():
    assert not LearnerResult("ana", True, (question("not judged", 4.0),), ()).needs_a_human


@pytest.mark.parametrize("by", ["form", "code", None])
def test_programs_are_told_how_an_answer_came(by):
    assert by == as_json([LearnerResult("ana", True, (question("right", 5.0, by=by),), ())])[0]["questions"][0]["by"]
