import nbformat
import pytest

from graders.answerbook import Book, Entry
from graders.keys import Key
from graders.verdict import State, Verdict, graded
from instructors.engine.jobs import CellRun, CellState, Outcome, Run
from instructors.grading.book import HandedInBook
from instructors.grading.counting import Given, what_counts
from instructors.grading.judge import (
    HandedIn,
    judged_cells,
    left_to_a_person,
    points_for,
    question_verdict,
    verdict_output,
)
from instructors.grading.telling import Told

VERDICT = "application/vnd.situ.verdict+json"


def _notebook(source='submit("1.1", size)', *outputs, readable=True):
    cell = nbformat.v4.new_code_cell(source, outputs=list(outputs))
    return nbformat.v4.new_notebook(cells=[cell], metadata={"situ": {"readable": readable}})


def _run(state, outcome=Outcome.FINISHED):
    return Run(outcome, (CellRun(0, state, 1),))


def _judged(mini_class, notebook, run, given=None, *, book=None, by_form=False):
    key = Key("1.1", 2.0, "C1", lambda case: mini_class.Expected(4))
    handed = HandedIn(notebook, run, HandedInBook(book or Book(), book is not None))
    return question_verdict("1.1", key, mini_class.Case("ana", {}), given, handed, by_form=by_form)


def test_points_are_plain_floats_of_two_decimals():
    assert "0.67" == repr(points_for(graded(1 / 3, ""), 2.0))


def test_rounding_never_gives_more_than_there_is():
    assert 0.335 == points_for(graded(1.0, ""), 0.335)


def test_the_output_holds_points_as_text_for_nbgrader():
    output = verdict_output("1.1", graded(0.5, "Half."), 3.0, Given([1], "form"))
    assert ("execute_result", "1.5") == (output.output_type, output.data["text/plain"])


def test_the_output_holds_the_verdict_as_data():
    given, said = Given([1], "form", "2026-11-22T09:42:00+00:00"), Told("1", ("Your answer: 1",))
    assert {
        "v": 1,
        "question": "1.1",
        "state": "partly right",
        "score": 0.5,
        "points": 1.5,
        "max_points": 3.0,
        "trap": "sign",
        "message": "Half.",
        "waits": False,
        "required": [],
        "answer": [1],
        "words": "1",
        "by": "form",
        "saved": "2026-11-22T09:42:00+00:00",
        "cell": None,
        "form_held": "",
    } == verdict_output("1.1", graded(0.5, "Half.", trap="sign"), 3.0, given, said).data[VERDICT]


def test_the_card_says_the_verdict_again_for_programs():
    html = verdict_output("1.1", graded(0.5, "Half.", trap="sign"), 3.0).data["text/html"]
    facts = ("question", "1.1"), ("state", "partly right"), ("points", "1.5"), ("out-of", "3.0"), ("trap", "sign")
    assert all(f'data-situ-{name}="{value}"' in html for name, value in facts)


@pytest.mark.parametrize("said", [Told(lines=("<script>x</script>",)), Told(passage="<script>x</script>")])
def test_neither_message_nor_answer_can_carry_markup(said):
    verdict = Verdict(State.WRONG, 0.0, "<script>x</script>", trap='"><script>')
    assert "<script>" not in verdict_output("1.1", verdict, 1.0, None, said).data["text/html"]


def test_a_memo_keeps_its_paragraphs():
    html = verdict_output("1.1", graded(0, ""), 1.0, None, Told(passage="One.\n\nTwo,\nthree.")).data["text/html"]
    assert (2, True) == (html.count("<p "), "Two,\nthree.</p>" in html)


def test_what_waits_as_planned_says_neither_zero_nor_failure():
    verdict = Verdict(State.NOT_JUDGED, 0.0, "Handed in: 2 words.", waits=True)
    assert (
        "1.1 · Waiting for your instructor · 5 points at most" in verdict_output("1.1", verdict, 5.0).data["text/html"]
    )


def test_an_answer_is_judged_even_when_the_run_ended_in_its_cell(mini_class):
    run = _run(CellState.KERNEL_DIED, Outcome.KERNEL_DIED)
    assert State.RIGHT is _judged(mini_class, _notebook(), run, Given(4, "code")).state


@pytest.mark.parametrize("run", [None, *map(_run, CellState)])
def test_an_answer_by_form_is_judged_whatever_became_of_the_run(mini_class, run):
    assert State.RIGHT is _judged(mini_class, _notebook(), run, Given(4, "form"), by_form=True).state


@pytest.mark.parametrize("state", [CellState.NOT_RUN, CellState.TIMED_OUT, CellState.KERNEL_DIED])
def test_a_cell_that_did_not_come_to_an_end_is_not_judged(mini_class, state):
    assert State.NOT_JUDGED is _judged(mini_class, _notebook(), _run(state)).state


@pytest.mark.parametrize("source", ["submit ( '1.1', x)", "for q in asked: submit(q, 1)", 'submit(question="1.1")'])
def test_a_further_cell_that_would_have_handed_in_and_did_not_run_is_not_judged(mini_class, source):
    assert State.NOT_JUDGED is _judged(mini_class, _notebook(source), _run(CellState.NOT_RUN), by_form=True).state


@pytest.mark.parametrize("source", ['answer("1.1")', 'submit("1.2", 4)', "resubmit('1.1')"])
def test_a_question_that_nobody_answered_is_not_attempted_whatever_became_of_the_run(mini_class, source):
    assert State.NOT_ATTEMPTED is _judged(mini_class, _notebook(source), _run(CellState.NOT_RUN), by_form=True).state


def test_without_a_run_nothing_by_code_is_judged(mini_class):
    assert State.NOT_JUDGED is _judged(mini_class, _notebook(), None).state


def test_a_cell_that_stopped_says_with_what(mini_class):
    error = nbformat.v4.new_output("error", ename="NameError", evalue="no x\nmore", traceback=[])
    verdict = _judged(mini_class, _notebook('submit("1.1", x)', error), _run(CellState.RAISED))
    assert (State.MALFORMED, True) == (verdict.state, "NameError: no x." in verdict.message)


def test_a_cell_that_ran_without_an_answer_is_not_attempted(mini_class):
    assert State.NOT_ATTEMPTED is _judged(mini_class, _notebook(), _run(CellState.RAN)).state


def test_with_a_damaged_answer_book_nobody_knows_what_was_answered_by_form(mini_class):
    book = Book(problem="answers.json is damaged and could not be read.")
    verdict = _judged(mini_class, _notebook(), _run(CellState.RAN), book=book, by_form=True)
    assert (State.NOT_JUDGED, book.problem) == (verdict.state, verdict.message.splitlines()[0])


def test_a_damaged_answer_book_takes_nothing_from_what_code_handed_in(mini_class):
    verdict = _judged(mini_class, _notebook(), None, Given(4, "code"), book=Book(problem="No."), by_form=True)
    assert State.RIGHT is verdict.state


@pytest.mark.parametrize(
    ("state", "entries"), [(State.NOT_JUDGED, {}), (State.NOT_ATTEMPTED, {"1.1": Entry("", "form", "")})]
)
def test_beside_a_damaged_book_put_aside_what_the_new_one_lacks_is_left_to_a_human(
    mini_class, tmp_path, state, entries
):
    (tmp_path / "answers-unreadable-20261122-050000-000000.json").write_text("{")
    put_aside = HandedInBook.beside(tmp_path, _notebook()).put_aside
    handed = HandedIn(_notebook("x = 1"), _run(CellState.RAN), HandedInBook(Book(entries), True, put_aside))
    key = Key("1.1", 2.0, "C1", lambda case: mini_class.Expected(4))
    verdict = question_verdict("1.1", key, mini_class.Case("ana", {}), None, handed, by_form=True)
    assert state is verdict.state


def test_of_an_unreadable_notebook_only_the_answers_in_the_book_are_judged(mini_class):
    notebook = _notebook(readable=False)
    states = [_judged(mini_class, notebook, None, given, by_form=True).state for given in (Given(4, "form"), None)]
    assert [State.RIGHT, State.NOT_JUDGED] == states


def test_dots_in_the_book_are_not_attempted(mini_class):
    given = what_counts([], Entry({"$blank": True}, "form", ""))
    assert State.NOT_ATTEMPTED is _judged(mini_class, _notebook("1"), _run(CellState.RAN), given, by_form=True).state


def _asked(number):
    flags = {"grade_id": f"q-1-{number}", "grade": True, "solution": False, "points": 2}
    return nbformat.v4.new_code_cell(f'answer("1.{number}")', metadata={"nbgrader": flags})


def _follow(mini_class, entries=None, problem="", emitted=()):
    """Judge 1.1, and 1.2 that follows it: what was answered there, and one more."""
    cells = [_asked(1), _asked(2)]
    for question, answer in dict(emitted).items():
        envelope = {"question": question, "answer": answer}
        output = nbformat.v4.new_output("display_data", data={"application/vnd.situ.answer+json": envelope})
        cells.append(nbformat.v4.new_code_cell("submit", outputs=[output]))
    book = Book({item: Entry(answer, "form", "") for item, answer in dict(entries or {}).items()}, problem=problem)
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"situ": {"readable": True}})
    keys = {
        "1.1": Key("1.1", 2.0, "C1", lambda case: mini_class.Expected(4)),
        "1.2": Key("1.2", 2.0, "C1", lambda case, earlier: mini_class.Expected((earlier["1.1"] or 4) + 1), ("1.1",)),
    }
    handed = HandedIn(notebook, _run(CellState.RAN), HandedInBook(book, True))
    return [judged.verdict.state for judged in judged_cells(handed, keys, mini_class.Case("ana", {}))]


@pytest.mark.parametrize(
    ("entries", "states"),
    [
        ({"1.1": 4, "1.2": 5}, [State.RIGHT, State.RIGHT]),
        ({"1.1": 7, "1.2": 8}, [State.WRONG, State.RIGHT]),
        ({"1.1": 7, "1.2": 5}, [State.WRONG, State.WRONG]),
        ({"1.2": 5}, [State.NOT_ATTEMPTED, State.RIGHT]),
        ({"1.1": {"$blank": True}, "1.2": 9}, [State.NOT_ATTEMPTED, State.WRONG]),
        ({"1.1": "a lot", "1.2": 5}, [State.WRONG, State.NOT_JUDGED]),
    ],
)
def test_a_question_is_judged_by_the_answer_that_counts_to_the_one_it_follows(mini_class, entries, states):
    assert states == _follow(mini_class, entries)


def test_an_answer_by_code_counts_for_what_follows_it_too(mini_class):
    assert [State.WRONG, State.RIGHT] == _follow(mini_class, {"1.1": 4, "1.2": 8}, emitted={"1.1": 7})


@pytest.mark.parametrize(("answer", "state"), [(5, State.RIGHT), (8, State.NOT_JUDGED)])
def test_where_the_earlier_answer_may_be_lost_only_what_is_right_is_judged(mini_class, answer, state):
    found = _follow(mini_class, problem="answers.json is damaged.", emitted={"1.2": answer})
    assert [State.NOT_JUDGED, state] == found


@pytest.mark.parametrize("state", [State.NOT_ATTEMPTED, State.NOT_JUDGED])
def test_what_is_marked_by_criteria_is_left_to_a_person_only_where_something_can_be_read(state):
    assert state is left_to_a_person(Verdict(state, 0.0, "")).state
    assert (State.NOT_JUDGED, True) == ((left := left_to_a_person(Verdict(State.MALFORMED, 0.0, ""))).state, left.waits)


def test_what_a_marker_looks_for_stands_beside_the_answer_and_can_carry_no_markup():
    verdict = Verdict(State.NOT_JUDGED, 0.0, "", waits=True, required=("526 <b>EUR</b>.",))
    data = verdict_output("1.1", verdict, 5.0).data
    assert ["526 <b>EUR</b>."] == data[VERDICT]["required"]
    assert "For the person who marks" in data["text/html"]
    assert "<li" in data["text/html"]
    assert "<b>" not in data["text/html"]
