import pytest

from graders.expectations import Number
from graders.judging import judge
from graders.keys import key
from graders.verdict import State, Verdict


class Case:
    picks = None


@key("1.1", points=2, competency="C1")
def five(case):
    """Five."""
    return Number(5.0, 0.1)


@key("1.2", points=2, competency="C1")
def broken(case):
    """A key with a fault."""
    raise ZeroDivisionError


def judged(marked, answers, case=Case):
    return judge(marked.__situ_key__, case, answers)


def test_a_right_answer_earns_everything():
    assert (State.RIGHT, 1.0) == (judged(five, [5.0]).state, judged(five, [5.0]).score)


def test_no_answer_is_not_attempted():
    assert State.NOT_ATTEMPTED is judged(five, []).state


def test_the_same_answer_twice_is_one_answer():
    assert State.RIGHT is judged(five, [5.0, 5.0]).state


def test_different_answers_to_one_question_are_none():
    assert State.MALFORMED is judged(five, [5.0, 6.0]).state


def test_a_key_with_a_fault_never_gives_points(caplog):
    assert (State.NOT_JUDGED, 0.0) == (judged(broken, [5.0]).state, judged(broken, [5.0]).score)
    assert "key of question 1.2 failed" in caplog.text


def test_a_missing_key_is_our_fault_not_the_learners():
    assert State.NOT_JUDGED is judge(None, Case, [5.0]).state


def test_a_case_that_cannot_be_opened_is_our_fault_not_the_learners():
    assert State.NOT_JUDGED is judged(five, [5.0], case=None).state


def test_an_oversized_answer_is_not_read():
    assert State.MALFORMED is judged(five, ["x" * 100_000]).state


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan")])
def test_a_score_outside_its_range_is_a_defect(score):
    with pytest.raises(ValueError, match="expected a score"):
        Verdict(State.WRONG, score, "")
