import pytest

from graders.expectations import Choice, Memo, Number
from graders.keys import Key
from instructors.grading.counting import Given
from instructors.grading.telling import told

SAVED = "2026-11-22T09:42:00+00:00"


class Case:
    picks = None


def _key(expectation):
    return Key("1.1", 2.0, "C1", lambda case: expectation)


EUROS = _key(Number(5.0, 0.1, unit="EUR"))


@pytest.fixture(autouse=True)
def _somewhere(monkeypatch):
    monkeypatch.setattr("instructors.grading.telling.moment", lambda written: "22 Nov, 10:42" if written else "")


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (Given("3,5", "form", SAVED), "Your answer: 3.5 EUR (by form, saved 22 Nov, 10:42)"),
        (Given(3.5, "form"), "Your answer: 3.5 EUR (by form)"),
        (Given(3.5, "code", cell=7), "Your answer: 3.5 EUR (by code in cell [7])"),
        (Given(3.5, "code", SAVED), "Your answer: 3.5 EUR (by code, saved 22 Nov, 10:42)"),
        (Given(3.5, "code"), "Your answer: 3.5 EUR (by code)"),
    ],
)
def test_the_answer_stands_in_words_with_how_it_came(given, line):
    assert (line,) == told(EUROS, Case, given).lines


def test_what_cannot_be_read_is_quoted_short():
    line = told(EUROS, Case, Given("I would rather discuss this with the committee, and " * 9, "form")).lines[0]
    assert (True, True) == (line.startswith("Your answer: “I would rather discuss"), len(line) < 100)


def test_what_is_no_data_is_not_shown():
    line = told(EUROS, Case, Given({"$refused": "depth", "type": "list"}, "form")).lines[0]
    assert "Your answer: [not shown: it is no data, or too much of it] (by form)" == line


def test_where_code_and_form_differ_both_are_told():
    lines = told(EUROS, Case, Given(3.5, "code", cell=7, form_held=Given(4, "form", SAVED))).lines
    assert "The form held another answer: 4 EUR. The code counted, because it stands in the notebook." == lines[1]


def test_where_code_and_form_mean_the_same_nothing_is_told_of_it():
    assert 1 == len(told(EUROS, Case, Given(3.5, "code", cell=7, form_held=Given("3,5 EUR", "form"))).lines)


def test_options_are_told_by_their_labels():
    key = _key(Choice("no", {"yes": "Supported", "no": "Contradicted"}))
    assert "Contradicted" == told(key, Case, Given("no", "form")).words


@pytest.mark.parametrize("text", ["One.\n\nTwo.", "<b>x</b> " * 49 + "y", "x" * 5000])
def test_a_text_is_told_whole(text):
    assert text == told(_key(Memo(most_words=50)), Case, Given(text, "form")).passage


def test_a_text_of_a_few_words_is_told_once():
    said = told(_key(Memo()), Case, Given("Income pushes.", "form"))
    assert ("", "Your answer: “Income pushes.” (by form)") == (said.passage, said.lines[0])


def test_half_characters_do_not_keep_a_notebook_from_being_written():
    said = told(_key(Memo()), Case, Given("half \ud800", "form"))
    assert "".join([said.words, said.passage, *said.lines]).encode("utf-8")


@pytest.mark.parametrize("given", [None, Given({"$blank": True}, "form"), Given([None, "..."], "form")])
def test_of_nothing_nothing_is_told(given):
    assert () == told(EUROS, Case, given).lines


def test_an_answer_is_still_quoted_where_the_key_fails(caplog):
    def broken(case):
        raise ZeroDivisionError

    assert "Your answer: 3 (by form)" == told(Key("1.1", 2.0, "C1", broken), Case, Given(3, "form")).lines[0]
    assert "no words for an answer to question 1.1" in caplog.text
