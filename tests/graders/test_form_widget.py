"""A form's side in Python, driven by the messages its front end sends."""

import errno
import os

import pytest

from graders import answer, check, converter, decide, decided, open_case, submit
from graders.answerbook import NAME, AnswerBook, NotSavedError
from graders.answers import ANSWER_MIME
from graders.desk.form_widget import FormWidget
from graders.desk.items import find_item
from graders.desk.session import current
from graders.forms import TextForm, drawn, field_messages, fitted


@pytest.fixture
def form(lesson, monkeypatch):
    """Return a function that opens an item's form; what the form sends lands in its list `replies`."""

    def opened(item):
        session = current()
        widget = FormWidget(session, find_item(session, item), session.opened().picks)
        replies = []
        monkeypatch.setattr(widget, "send", lambda content, buffers=None: replies.append(content))
        widget.replies = replies
        return widget

    return opened


def sent(widget, **message):
    """Send a message as the front end does; return the reply."""
    widget._handle_custom_msg({"seq": 7, **message}, [])
    return widget.replies[-1]


def test_each_change_is_in_the_file_before_the_reply(form, lesson):
    reply = sent(form("1.1"), op="save", answer="512,5", base=0)
    assert (True, 7) == (reply["ok"], reply["seq"])
    assert "512,5" == AnswerBook(lesson).read().entries["1.1"].answer


def test_the_form_opens_with_what_was_saved(form):
    sent(form("1.1"), op="save", answer="512,5", base=0)
    assert "512,5" == form("1.1").entry["answer"]


def test_what_code_submitted_opens_in_the_fields_own_shape(form):
    submit("1.2", {"columns": ("Rate", "AMOUNT"), "rate": 3.5})
    assert {"columns": ["amount", "rate"], "rate": "3.5"} == form("1.2").entry["answer"]


def test_an_unreadable_part_is_named_at_its_field(form):
    reply = sent(form("1.2"), op="save", answer={"columns": ["amount"], "rate": "much"}, base=0)
    assert ["rate"] == list(reply["status"]["fields"])


def test_the_form_never_tells_whether_a_graded_answer_is_right(form):
    right = f"{open_case().data['amount'].mean():.3f}"
    tones = [
        sent(form("1.1"), op=op, answer=given, base=0)["status"]["tone"]
        for op in ("save", "check")
        for given in (right, "1")
    ]
    assert {"calm"} == set(tones)


def test_practice_is_checked_on_demand_with_its_reason(form):
    widget = form("1.a")
    assert "calm" == sent(widget, op="save", answer="3", base=0)["status"]["tone"]
    wrong = sent(widget, op="check", answer=str(open_case().data["rate"].sum()), base=1)["status"]
    assert ("wrong", "That is the sum.") == (wrong["tone"], wrong["lines"][0])


def test_hints_come_one_by_one_and_the_last_is_a_worked_case(form):
    widget = form("1.a")
    shown = [len(sent(widget, op="hint")["hints"]["shown"]) for _ in range(4)]
    assert [1, 2, 3, 3] == shown
    assert ["As 2 and 4 give 3."] == widget.hints["shown"][-1]["lines"]


def test_a_full_disk_is_told_and_the_last_answer_stands(form, lesson, monkeypatch):
    widget = form("1.1")
    sent(widget, op="save", answer="400", base=0)
    before = (lesson / NAME).read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    reply = sent(widget, op="save", answer="512", base=1)
    assert (False, "The disk is full.") == (reply["ok"], reply["status"]["lines"][0])
    assert before == (lesson / NAME).read_bytes()


def test_another_windows_answer_is_not_lost_unseen(form):
    first, second = form("1.1"), form("1.1")
    sent(first, op="save", answer="400", base=0)
    reply = sent(second, op="save", answer="512", base=0)
    assert "400 EUR" == reply["unseen"]["words"]
    assert "400" == reply["entry"]["earlier"][0]["answer"]


def test_a_form_that_comes_back_into_view_shows_what_another_window_saved(form, lesson):
    widget = form("1.1")
    AnswerBook(lesson).save("1.1", "400", by="form")
    assert "400" == sent(widget, op="refresh", base=0)["entry"]["answer"]


def test_code_that_submits_is_seen_in_the_open_form(form):
    widget = form("1.1")
    sent(widget, op="save", answer="400", base=0)
    submit("1.1", 512.5)
    assert "changed" == widget.replies[-1]["op"]
    assert "hands in 512.5 EUR" in widget.status["lines"][-1]


def test_running_the_code_again_leaves_in_the_form_what_the_form_held(form):
    sent(form("1.1"), op="save", answer="400", base=0)
    submit("1.1", 512.5)
    assert "400" == form("1.1").entry["answer"]


def test_the_same_number_in_form_and_code_is_no_difference(form):
    sent(form("1.1"), op="save", answer="512,5 EUR", base=0)
    assert "another answer" not in str(submit("1.1", 512.5))
    assert "calm" == form("1.1").status["tone"]


def test_a_text_too_long_to_save_is_told_and_the_last_answer_stands(form, lesson):
    widget = form("1.4")
    sent(widget, op="save", answer="A mean hides the largest loan.", base=0)
    reply = sent(widget, op="save", answer="long " * 20_000, base=1)
    assert (False, "It is too large to be saved, or no answer at all.") == (reply["ok"], reply["status"]["lines"][0])
    assert "A mean hides the largest loan." == AnswerBook(lesson).read().entries["1.4"].answer


def test_a_text_deleted_at_once_is_still_among_the_earlier_answers(form):
    widget = form("1.4")
    sent(widget, op="save", answer="An hour of work.", base=0)
    assert "An hour of work." == sent(widget, op="save", answer="", base=1)["entry"]["earlier"][0]["answer"]


def test_a_decision_skipped_afterwards_is_still_among_the_earlier_answers(form):
    widget = form("1.rate-of-loan")
    sent(widget, op="save", answer="3.5", base=0)
    assert "3.5" == sent(widget, op="skip", base=1)["entry"]["earlier"][0]["answer"]


def test_a_damaged_book_is_told_before_and_after_it_is_put_aside(form, lesson):
    (lesson / NAME).write_text('{"format": 1, "ans')
    widget = form("1.1")
    assert "answers.json is damaged and could not be read." in widget.status["lines"]
    told = sent(widget, op="save", answer="400", base=0)["status"]["lines"][-1]
    aside = next(lesson.glob("answers-unreadable-*.json"))
    assert aside.name in told
    assert '{"format": 1, "ans' == aside.read_text()


def test_practice_is_checked_although_nothing_can_be_saved(form, monkeypatch):
    widget = form("1.a")
    monkeypatch.setattr(AnswerBook, "save", lambda *_, **__: (_ for _ in ()).throw(NotSavedError("No room.")))
    status = sent(widget, op="check", answer="9999", base=0)["status"]
    assert ("wrong", "Not saved: No room.") == (status["tone"], status["lines"][-1])


def test_after_code_submitted_a_changed_form_says_that_the_code_counts(form):
    widget = form("1.1")
    submit("1.1", 512.5)
    reply = sent(widget, op="save", answer="400", base=1)
    assert "A line of code in this notebook hands in 512.5 EUR" in reply["status"]["lines"][-1]


def test_looking_without_deciding_is_a_choice_of_its_own(form):
    sent(form("1.rate-of-loan"), op="skip")
    assert (True, True) == (decided("1.rate-of-loan").made, decided("1.rate-of-loan").skipped)


def test_an_error_of_ours_is_told_in_the_form(form, monkeypatch, caplog):
    widget = form("1.a")
    monkeypatch.setattr("graders.desk.form_widget.fitting_results", lambda *_: 1 / 0)
    assert "failed" == sent(widget, op="mine", part=None)["op"]
    assert "form of 1.a" in caplog.text


@pytest.mark.parametrize("content", [None, [], "save", {"op": "format-the-disk"}, {}])
def test_a_message_that_is_none_does_nothing(form, lesson, content):
    form("1.1")._handle_custom_msg(content, [])
    assert not (lesson / NAME).exists()


def test_results_of_the_notebook_that_fit_are_offered(form, monkeypatch):
    from IPython.testing.globalipapp import start_ipython

    shell = start_ipython()
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    shell.user_ns.update(mean=512.5, names=["amount"], text="hello", _hidden=1.0, case=object(), flag=True)
    found = sent(form("1.1"), op="mine", part=None)["found"]
    assert [("mean", "512.5 EUR", "512.5")] == [(one["name"], one["words"], one["answer"]) for one in found]


@pytest.mark.parametrize(
    "call", [lambda: check("1.a"), lambda: decide("1.rate-of-loan"), lambda: answer("1.1"), converter]
)
def test_where_no_widget_can_live_the_card_is_displayed(lesson, monkeypatch, call):
    bundles = []
    monkeypatch.setattr("anywidget.AnyWidget._repr_mimebundle_", lambda *_, **__: None)
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: bundles.append(bundle))
    shown = call()
    shown._ipython_display_()
    assert [shown.card.text] == [bundle["text/plain"] for bundle in bundles]


def test_a_form_is_displayed_with_the_paper_that_stands_in_for_it(lesson, monkeypatch):
    bundles = []
    submit("1.1", 512.5)
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: bundles.append(bundle))
    answer("1.1")._ipython_display_()
    view, paper = bundles
    assert "application/vnd.jupyter.widget-view+json" in view
    assert "512.5 EUR" in paper["text/html"]
    assert 512.5 == paper[ANSWER_MIME]["answer"]


def test_a_text_is_drawn_with_its_length():
    assert {"kind": "text", "label": "Memo", "least_words": 2, "most_words": 9} == drawn(TextForm("Memo", 2, 9))


def test_forms_of_one_field_have_no_messages_for_fields():
    assert {} == field_messages(TextForm(), 3)


def test_what_cannot_be_read_comes_back_as_it_is():
    assert 3 == fitted(TextForm(), 3)
