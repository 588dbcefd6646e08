import pytest

from graders.errors import ContentError
from graders.expectations import Memo, Number, Parts
from graders.forms import TextForm
from graders.verdict import State

MEMO = Memo("The memo", least_words=3, most_words=5)


def test_what_is_handed_in_waits_for_a_person_without_points():
    verdict = MEMO.judge("Income pushes up.")
    assert (State.NOT_JUDGED, 0.0, True) == (verdict.state, verdict.score, verdict.waits)


def test_the_learner_reads_how_many_words_arrived():
    assert "Handed in: 4 words." == MEMO.judge("Income\n\npushes  up again").message


@pytest.mark.parametrize("blank", ["", " \n ", "...", None, {"$blank": True}])
def test_a_blank_memo_is_not_attempted(blank):
    assert State.NOT_ATTEMPTED is MEMO.judge(blank).state


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Too short.", "At least 3 words were expected, got 2."),
        ("one two three four five six", "At most 5 words were expected, got 6."),
        (7, "A text was expected, got 7."),
    ],
)
def test_a_memo_of_another_length_or_kind_is_told_so(text, told):
    verdict = MEMO.judge(text)
    assert (State.MALFORMED, told) == (verdict.state, verdict.message.splitlines()[0])


@pytest.mark.parametrize("text", ["Too short.", "one two three four five six", 7])
def test_a_memo_of_another_length_or_kind_waits_for_a_person_too(text):
    assert (True, 0.0) == ((verdict := MEMO.judge(text)).waits, verdict.score)


def test_a_blank_memo_waits_for_nobody():
    assert not MEMO.judge("").waits


def test_there_is_nothing_to_guess():
    assert ([], (), ()) == (MEMO.right_answers(), MEMO.live_traps(), MEMO.silent_traps())


def test_the_form_says_how_long_it_may_be():
    assert TextForm("The memo", 3, 5) == MEMO.form


def test_a_range_that_is_none_is_refused():
    with pytest.raises(ContentError, match="Expected a range of words"):
        Memo(least_words=9, most_words=3)


def test_a_memo_among_parts_would_lose_its_reader_and_is_refused():
    with pytest.raises(ContentError, match="Make it a question of its own"):
        Parts({"pd": Number(1.0, 0.1), "why": MEMO})


@pytest.mark.parametrize("text", ["Income pushes up.", "Too short.", 7])
def test_what_a_marker_looks_for_goes_with_whatever_was_handed_in(text):
    assert ("The mean is 512 EUR.",) == Memo("A", 3, 5, required=["The mean is 512 EUR."]).judge(text).required


def test_for_a_blank_memo_nobody_looks_for_anything():
    assert () == Memo("A", 3, 5, required=["The mean is 512 EUR."]).judge("").required


def test_what_a_marker_looks_for_is_in_no_form_and_no_message():
    memo = Memo("A", 3, 5, required=["The mean is 512 EUR."])
    assert (TextForm("A", 3, 5), False) == (memo.form, "512" in memo.judge("Income pushes up.").message)


@pytest.mark.parametrize("required", ["one text", [""], ["two\nlines"], [7]])
def test_required_points_are_lines_of_text(required):
    with pytest.raises(ContentError, match="Expected required points of one line"):
        Memo("A", required=required)
