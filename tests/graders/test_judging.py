import pytest

from graders.expectations import Memo, Number
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


@key("1.3", points=2, competency="C1")
def letter(case):
    """A letter."""
    return Memo("A letter", least_words=2)


@key("1.4", points=2, competency="C1", follows=("1.1",))
def twice(case, earlier):
    """Twice the first answer."""
    return Number(2 * float(earlier["1.1"] or 5.0), 0.1)


def judged(marked, answer, case=Case, **earlier):
    return judge(marked.__situ_key__, case, answer, **earlier)


def test_a_right_answer_earns_everything():
    assert (State.RIGHT, 1.0) == (judged(five, 5.0).state, judged(five, 5.0).score)


@pytest.mark.parametrize("answer", [None, {"$blank": True}, "..."])
def test_no_answer_is_not_attempted(answer):
    assert State.NOT_ATTEMPTED is judged(five, answer).state


def test_what_is_not_attempted_speaks_of_no_dots():
    assert "dots" not in judged(five, {"$blank": True}).message


def test_a_key_with_a_fault_never_gives_points(caplog):
    assert (State.NOT_JUDGED, 0.0) == (judged(broken, 5.0).state, judged(broken, 5.0).score)
    assert "key of question 1.2 failed" in caplog.text


def test_a_missing_key_is_our_fault_not_the_learners():
    assert State.NOT_JUDGED is judge(None, Case, 5.0).state


def test_a_case_that_cannot_be_opened_is_our_fault_not_the_learners():
    assert State.NOT_JUDGED is judged(five, 5.0, case=None).state


def test_an_oversized_answer_is_not_read():
    assert State.MALFORMED is judged(five, "x" * 100_000).state


def test_a_memo_waits_and_nothing_failed():
    assert (State.NOT_JUDGED, True) == (judged(letter, "Dear client").state, judged(letter, "Dear client").waits)


def test_what_we_fail_to_judge_does_not_wait_as_planned():
    assert not judge(None, Case, 5.0).waits


@pytest.mark.parametrize(("own", "answer"), [(5.0, 10.0), (7.0, 14.0), ("7", 14.0), (None, 10.0)])
def test_an_answer_that_follows_from_a_wrong_one_is_judged_by_it(own, answer):
    assert State.RIGHT is judged(twice, answer, earlier={"1.1": own}).state


def test_without_any_earlier_answers_a_question_that_follows_is_judged_too():
    assert State.RIGHT is judged(twice, 10.0).state


@pytest.mark.parametrize("junk", ["a lot", [[]], {"$refused": "type"}, "9" * 60_000, {"a": {"b": [1]}}])
def test_an_earlier_answer_on_which_the_key_fails_gives_no_points_and_fails_nothing_else(junk, caplog):
    assert (State.NOT_JUDGED, False) == (
        (found := judged(twice, 10.0, earlier={"1.1": junk})).state,
        found.waits,
    )


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan")])
def test_a_score_outside_its_range_is_a_defect(score):
    with pytest.raises(ValueError, match="expected a score"):
        Verdict(State.WRONG, score, "")
