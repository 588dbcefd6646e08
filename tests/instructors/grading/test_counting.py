import nbformat
import pytest

from graders.answerbook import Entry
from instructors.grading.counting import Given, emitted_answers, what_counts

ANSWER = "application/vnd.situ.answer+json"
BLANK = {"$blank": True}


def _cell(*envelopes, number=1, kind="display_data"):
    outputs = [nbformat.v4.new_output(kind, {ANSWER: envelope}) for envelope in envelopes]
    return nbformat.v4.new_code_cell("", outputs=outputs, execution_count=number)


def _emitted(*cells):
    return emitted_answers(nbformat.v4.new_notebook(cells=list(cells)))


def _envelope(answer, question="1.1"):
    return {"v": 1, "question": question, "answer": answer}


def _code(*answers):
    return [Given(answer, "code", cell=number) for number, answer in enumerate(answers, 1)]


@pytest.mark.parametrize("kind", ["display_data", "execute_result"])
def test_an_answer_is_found_in_what_a_cell_displays(kind):
    assert {"1.1": [Given(7, "code", cell=3)]} == _emitted(_cell(_envelope(7), number=3, kind=kind))


def test_answers_are_found_in_every_code_cell_in_their_order():
    assert [1, 2, 3] == [
        given.answer for given in _emitted(_cell(_envelope(1), _envelope(2)), _cell(_envelope(3)))["1.1"]
    ]


@pytest.mark.parametrize("envelope", [{"question": "1.1"}, {"question": ["1.1"], "answer": 1}, {}, [], "1.1", None, 3])
def test_what_is_no_answer_is_none(envelope):
    assert {} == _emitted(_cell(envelope))


@pytest.mark.parametrize(("answer", "taken"), [(float("nan"), {"$number": "nan"}), (1, 1)])
def test_an_answer_is_taken_as_data(answer, taken):
    assert taken == _emitted(_cell(_envelope(answer)))["1.1"][0].answer


def test_an_answer_too_deep_for_data_is_refused_and_not_an_error():
    deep = []
    for _ in range(50):
        deep = [deep]
    assert "depth" == _emitted(_cell(_envelope(deep)))["1.1"][0].answer["$refused"]


def test_the_last_submit_counts():
    assert (2, 2) == ((counted := what_counts(_code(1, 2), None)).answer, counted.cell)


def test_code_counts_over_the_form_and_what_the_form_held_is_kept():
    counted = what_counts(_code(1), Entry(2, "form", "now"))
    assert (1, "code", 2) == (counted.answer, counted.by, counted.form_held.answer)


def test_what_code_saved_earlier_is_no_other_answer_of_the_forms():
    assert what_counts(_code(1), Entry(2, "code", "now")).form_held is None


@pytest.mark.parametrize("by", ["form", "code"])
def test_without_a_submit_the_book_counts(by):
    assert Given(2, by, "now") == what_counts([], Entry(2, by, "now"))


@pytest.mark.parametrize("dots", [BLANK, [BLANK, None], {"a": "..."}])
def test_a_submit_whose_dots_still_stand_hides_no_answer(dots):
    assert 2 == what_counts(_code(dots), Entry(2, "form", "now")).answer


def test_dots_after_an_answer_in_code_hide_nothing_either():
    assert 1 == what_counts(_code(1, BLANK), None).answer


def test_none_of_these_is_an_answer():
    assert [] == what_counts(_code([]), Entry(["a"], "form", "now")).answer


def test_without_anything_there_is_nothing():
    assert what_counts([], None) is None
