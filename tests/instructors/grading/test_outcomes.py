import pytest

from instructors.engine.jobs import Outcome
from instructors.grading.notices import why_stopped
from instructors.grading.outcomes import Ending, detail_of, ending_of, to_do

FINE = {"outcome": "finished", "readable": True, "book_readable": True}


@pytest.mark.parametrize(
    ("more", "ending"),
    [
        ({}, Ending.GRADED),
        ({"repairs": ["The cell of question 1.1 was missing; it was put back."]}, Ending.REPAIRED),
        ({"worked_as": ["ben"]}, Ending.ANOTHERS),
        ({"worked_as": ["ben"], "outcome": "timed out"}, Ending.TIMED_OUT),
        ({"notice": "The notebook a.ipynb was graded in place of b.ipynb."}, Ending.REPAIRED),
        ({"notice": "No notebook called a.ipynb was handed in.", "without_cells": True}, Ending.MISSING),
        ({"readable": False}, Ending.BROKEN),
        ({"book_readable": False}, Ending.BROKEN_BOOK),
        ({"outcome": "timed out"}, Ending.TIMED_OUT),
        ({"interrupted": [3]}, Ending.TIMED_OUT),
        ({"outcome": "out of memory"}, Ending.OUT_OF_MEMORY),
        ({"outcome": "too much output"}, Ending.TOO_MUCH_OUTPUT),
        ({"outcome": "kernel died"}, Ending.KERNEL_DIED),
        ({"outcome": "not started"}, Ending.NOT_JUDGED),
        ({"outcome": "failed"}, Ending.NOT_JUDGED),
        ({"not_judged": ["1.3"]}, Ending.NOT_JUDGED),  # as notebooks said that were graded by an earlier version
        ({"not_judged": ["1.3"], "failed_keys": ["1.3"]}, Ending.NOT_JUDGED),
        ({"not_judged": ["1.3"], "failed_keys": []}, Ending.UNREAD),
    ],
)
def test_every_way_to_end_has_a_word(more, ending):
    assert ending is ending_of({**FINE, **more})


def test_of_several_the_one_that_needs_a_human_most_counts():
    assert Ending.KERNEL_DIED is ending_of({**FINE, "outcome": "kernel died", "repairs": ["x"], "not_judged": ["1.1"]})


@pytest.mark.parametrize("ending", list(Ending))
def test_every_ending_says_what_to_do(ending):
    assert to_do(ending)


def test_what_was_restored_is_named():
    assert "put back" in detail_of({"repairs": ["It was put back."]}, Ending.REPAIRED)


def test_questions_that_our_key_failed_on_are_named():
    assert "questions 1.3" == detail_of({**FINE, "not_judged": ["1.3"]}, Ending.NOT_JUDGED)


def test_what_nobody_could_read_is_left_to_a_person_not_to_the_log():
    assert "grade.log" not in to_do(Ending.UNREAD, waits=True)


def test_a_memo_that_waits_is_to_be_marked():
    assert "mark what waits, in formgrader" == to_do(Ending.GRADED, waits=True)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.FINISHED])
def test_every_outcome_is_told_to_the_learner(outcome):
    from instructors.engine.jobs import CellRun, CellState, Run

    states = {"not started": CellState.NOT_RUN, "failed": CellState.NOT_RUN}
    state = states.get(str(outcome)) or CellState(str(outcome))
    assert why_stopped(Run(outcome, (CellRun(0, state, 4),))).endswith((".",))
