import errno
import os
import zipfile

import pytest

from graders import answer, check, decide, decided, hint, open_case, sign_in, submit
from graders.answerbook import AnswerBook
from graders.answers import ANSWER_MIME
from graders.desk.items import Asked, Mode
from graders.desk.receipts import receipt
from graders.errors import SituError
from graders.forms import TextForm


def saved(lesson, item):
    return AnswerBook(lesson).read().entries[item]


def test_the_case_opens_from_the_file_beside_the_lesson(lesson, mini_class):
    assert mini_class.case("ana", "01_mini").data.equals(open_case().data)


def test_without_the_file_the_learner_is_told_its_name_and_place(lesson):
    (lesson.parent / "autumn.situ").unlink()
    with pytest.raises(SituError, match=r"Expected the file autumn\.situ beside the lesson folder"):
        open_case()


def test_data_of_another_class_are_refused(lesson):
    file = lesson.parent / "autumn.situ"
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["delivery.json"] = parts["delivery.json"].replace(b'"autumn"', b'"spring"')
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(SituError, match="got another version"):
        open_case()


def test_outside_a_lesson_folder_the_learner_is_told_where_to_go(lesson, monkeypatch):
    monkeypatch.chdir(lesson.parent)
    with pytest.raises(SituError, match=r"lesson\.json beside the notebook"):
        open_case()


def test_in_grading_the_case_is_the_one_that_was_handed_in(lesson, mini_class, monkeypatch):
    monkeypatch.setenv("SITU_CASE", str(mini_class.case_directory("bob", "01_mini")))
    assert mini_class.case("bob", "01_mini").data.equals(open_case().data)


def test_practice_is_judged_at_once(lesson):
    assert "1.a · Right" in str(check("1.a", open_case().data["rate"].mean()))


def test_a_practice_trap_is_named_to_the_learner(lesson):
    assert "That is the sum." in str(check("1.a", open_case().data["rate"].sum()))


def test_hints_go_one_level_further_each_time_and_stay_at_the_last(lesson):
    shown = [str(hint("1.a")) for _ in range(4)]
    assert ["Hint 1", "Hint 2", "Hint 3", "Hint 3"] == [text[6:12] for text in shown]
    assert "As 2 and 4 give 3." in shown[-1]


def test_a_submitted_answer_leaves_as_data_with_a_receipt(lesson):
    shown = submit("1.1", 512.5)
    assert {"v": 1, "question": "1.1", "answer": 512.5, "learner": "ana"} == shown.data[ANSWER_MIME]
    assert "1.1 · Recorded" in str(shown)


def test_the_receipt_says_what_is_checked_now_and_what_later(lesson):
    assert "judged after you hand in" in str(submit("1.1", 512.5))


def test_an_untouched_question_is_not_attempted(lesson):
    assert "1.1 · Not attempted" in str(submit("1.1", ...))


def test_an_answer_of_another_form_says_what_was_expected(lesson):
    assert "1.1 · Could not be read" in str(submit("1.1", "a lot"))


@pytest.mark.parametrize("value", [..., "a lot", float("nan"), "x" * 10_000_000, object()])
def test_validate_hears_of_everything_that_is_not_recorded(lesson, monkeypatch, capsys, value):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    submit("1.1", value)
    assert "1.1 · " in capsys.readouterr().err


def test_validate_hears_nothing_of_a_recorded_answer(lesson, monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    submit("1.1", 512.5)
    assert "" == capsys.readouterr().err


def test_neither_the_receipt_nor_the_lesson_folder_tells_the_expected_value(lesson):
    expected = f"{open_case().data['amount'].mean():.1f}"
    assert expected not in str(submit("1.1", 1.0))
    assert not [name for name in os.listdir(lesson) if expected in (lesson / name).read_text()]


def test_a_partly_filled_answer_says_so_and_validate_hears_of_it(lesson, monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert "1.2 · Recorded, partly filled in" in str(submit("1.2", {"columns": ["amount"], "rate": ...}))
    assert "partly filled in" in capsys.readouterr().err


def test_grading_without_our_steps_stops_instead_of_giving_full_points(lesson, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(SituError, match="no answer was judged"):
        submit("1.1", 512.5)


@pytest.mark.parametrize("call", [answer, check, decide, submit, hint])
def test_an_unknown_item_is_answered_not_raised(lesson, call):
    assert "no such item" in str(call("9.z"))


def test_signing_in_with_a_path_is_refused_without_raising(lesson):
    assert "Not signed in" in str(sign_in("../bob"))


def test_what_is_shown_escapes_what_was_typed(lesson):
    assert "<script>" not in submit("1.1", "<script>alert(1)</script>").card.html


def test_a_submitted_answer_is_kept_beside_the_lesson(lesson):
    submit("1.1", 512.5)
    assert (512.5, "code", "ana") == (
        saved(lesson, "1.1").answer,
        saved(lesson, "1.1").by,
        saved(lesson, "1.1").learner,
    )


def test_a_submitted_answer_is_kept_in_words_for_people(lesson):
    submit("1.1", 512.5)
    assert "512.5 EUR" == saved(lesson, "1.1").words


def test_code_that_differs_from_the_form_says_that_it_counts(lesson):
    AnswerBook(lesson).save("1.1", "400", by="form")
    assert "The form holds another answer: 400 EUR. This line of code counts." in str(submit("1.1", 512.5))


def test_the_form_says_that_code_counts(lesson):
    submit("1.1", 512.5)
    AnswerBook(lesson).save("1.1", "400", by="form")
    assert "512.5 EUR" in str(answer("1.1"))


def test_an_answer_saved_by_form_is_recorded_for_validate(lesson, monkeypatch, capsys):
    AnswerBook(lesson).save("1.1", "512,5", by="form")
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert "1.1 · Recorded" in str(answer("1.1"))
    assert "" == capsys.readouterr().err


@pytest.mark.parametrize("given", [None, "", "a lot"])
def test_validate_hears_of_a_form_that_is_not_filled_in(lesson, monkeypatch, capsys, given):
    AnswerBook(lesson).save("1.1", given, by="form")
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    answer("1.1")
    assert "1.1 · " in capsys.readouterr().err


def test_validating_writes_nothing(lesson, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    submit("1.1", 512.5)
    check("1.a", 3.0)
    assert {} == dict(AnswerBook(lesson).read().entries)


def test_a_full_disk_is_told_and_the_answer_still_leaves_as_data(lesson, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    shown = submit("1.1", 512.5)
    assert "could not be saved: The disk is full." in str(shown)
    assert 512.5 == shown.data[ANSWER_MIME]["answer"]


def test_validate_says_where_code_counts_over_another_answer_in_the_form(lesson, monkeypatch, capsys):
    AnswerBook(lesson).save("1.1", "400", by="form")
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    submit("1.1", 512.5)
    assert "The form holds another answer: 400 EUR. This line of code counts." in capsys.readouterr().err


def test_dots_in_code_replace_no_answer(lesson):
    AnswerBook(lesson).save("1.1", "400", by="form")
    submit("1.1", ...)
    assert ("400", "form") == (saved(lesson, "1.1").answer, saved(lesson, "1.1").by)


def test_dots_after_an_earlier_line_of_code_say_that_it_counts(lesson):
    submit("1.1", 512.5)
    assert "An earlier line of code handed in 512.5 EUR." in str(submit("1.1", ...))
    assert "512.5 EUR" in str(answer("1.1"))


def test_submitting_the_same_again_changes_nothing(lesson):
    submit("1.1", 512.5)
    before = (lesson / "answers.json").read_bytes()
    submit("1.1", 512.5)
    assert before == (lesson / "answers.json").read_bytes()


@pytest.mark.parametrize("typed", [["1.1"], {"1.1": 1}, None, 1.1, ...])
def test_whatever_is_typed_as_an_id_is_answered_not_raised(lesson, typed):
    said = [str(call(typed)) for call in (answer, submit, check, hint, decide)]
    assert all("no such item" in text for text in said)


@pytest.mark.parametrize("level", ["2", 2.5, float("nan"), None])
def test_a_level_that_is_none_gives_the_next_hint(lesson, level):
    assert "Hint 1" in str(hint("1.a", level))


def test_practice_by_code_is_checked_although_nothing_can_be_saved(lesson, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda *_: (_ for _ in ()).throw(OSError(errno.EROFS, "Read-only file system")))
    assert "That is the sum." in str(check("1.a", open_case().data["rate"].sum()))
    assert "Not saved: This folder may not be written to." in str(check("1.a", 1))


def test_a_progress_page_that_fails_stops_no_answer(lesson, monkeypatch, caplog):
    monkeypatch.setattr("graders.desk.answering.write_page", lambda *_: 1 / 0)
    assert "1.1 · Recorded" in str(submit("1.1", 512.5))
    assert "progress of lesson 1" in caplog.text


def test_nothing_decided_asks_to_decide_first(lesson):
    assert not decided("1.rate-of-loan").made
    assert "Decide first" in str(decided("1.rate-of-loan").prompt)


def test_a_decision_comes_back_in_words(lesson):
    decide("1.rate-of-loan", 3.5)
    assert (True, "3.5 %") == (decided("1.rate-of-loan").made, decided("1.rate-of-loan").words)


def test_a_figure_can_wait_for_a_practice_answer_right_or_wrong(lesson):
    assert "Answer 1.a above" in str(decided("1.a").then("the figure"))
    check("1.a", -1)
    assert "the figure" == decided("1.a").then("the figure")


def test_a_figure_can_wait_for_a_graded_answer_by_code(lesson):
    assert "Answer 1.1 above" in str(decided("1.1").then("the figure"))
    submit("1.1", 512.5)
    assert "the figure" == decided("1.1").then("the figure")


def test_a_figure_can_wait_for_no_item_that_is_not_there(lesson):
    with pytest.raises(SituError, match=r"1\.nobody"):
        decided("1.nobody")


def test_practice_in_grading_shows_the_verdict_on_the_saved_answer(lesson, monkeypatch):
    right = open_case().data["rate"].mean()
    AnswerBook(lesson).save("1.a", f"{right:.3f}", by="form")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert "1.a · Right" in str(check("1.a"))


def test_opening_the_case_again_keeps_what_code_submitted(lesson):
    submit("1.1", 512.5)
    open_case()
    assert "512.5 EUR" in str(answer("1.1"))


def test_a_text_of_another_length_is_noted_and_not_called_unreadable():
    asked = Asked("1.1", "Write the memo.", Mode.QUESTION, TextForm("The memo", 3, 9))
    assert "1.1 · Noted, but not of the length asked" == receipt(asked, "Too short.", {}).card.title
