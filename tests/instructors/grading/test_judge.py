import nbformat
import pytest

from graders.keys import Key
from graders.verdict import State, Verdict, graded
from instructors.engine.jobs import CellRun, CellState, Outcome, Run
from instructors.grading.judge import cell_verdict, emitted_answers, points_for, verdict_output

ANSWER = "application/vnd.situ.answer+json"


def _cell(*outputs):
    return nbformat.v4.new_code_cell("submit(...)", outputs=list(outputs))


def _emitted(envelope, kind="display_data"):
    return nbformat.v4.new_output(kind, {ANSWER: envelope})


def _run(state, outcome=Outcome.FINISHED):
    return Run(outcome, (CellRun(0, state, 1),))


def _key(mini_class, value=4):
    return Key("1.1", 2.0, "C1", lambda case: mini_class.Expected(value))


@pytest.mark.parametrize("kind", ["display_data", "execute_result"])
def test_an_answer_is_found_in_what_a_cell_displays(kind):
    assert [7] == emitted_answers(_cell(_emitted({"v": 1, "question": "1.1", "answer": 7}, kind)), "1.1")


@pytest.mark.parametrize("envelope", [{"question": "1.2", "answer": 1}, {"question": "1.1"}, {}, [], "1.1", None, 3])
def test_what_is_no_answer_to_the_question_is_none(envelope):
    assert [] == emitted_answers(_cell(_emitted(envelope)), "1.1")


def test_points_are_plain_floats_of_two_decimals():
    assert "0.67" == repr(points_for(graded(1 / 3, ""), 2.0))


def test_rounding_never_gives_more_than_there_is():
    assert 0.335 == points_for(graded(1.0, ""), 0.335)


def test_the_output_holds_points_as_text_for_nbgrader():
    output = verdict_output("1.1", graded(0.5, "Half."), 3.0, [1])
    assert ("execute_result", "1.5") == (output.output_type, output.data["text/plain"])


def test_the_output_holds_the_verdict_as_data():
    data = verdict_output("1.1", graded(0.5, "Half.", trap="sign"), 3.0, [1]).data["application/vnd.situ.verdict+json"]
    assert {
        "v": 1,
        "question": "1.1",
        "state": "partly right",
        "score": 0.5,
        "points": 1.5,
        "max_points": 3.0,
        "trap": "sign",
        "message": "Half.",
        "answer": [1],
    } == data


def test_a_message_cannot_carry_markup():
    html = verdict_output("1.1", Verdict(State.WRONG, 0.0, "<script>x</script>"), 1.0).data["text/html"]
    assert "<script>" not in html


def test_an_answer_is_judged_even_when_the_run_ended_in_its_cell(mini_class):
    run = _run(CellState.KERNEL_DIED, Outcome.KERNEL_DIED)
    assert State.RIGHT is cell_verdict(_key(mini_class), mini_class.Case("ana", {}), [4], _cell(), run, 0).state


@pytest.mark.parametrize("state", [CellState.NOT_RUN, CellState.TIMED_OUT, CellState.KERNEL_DIED])
def test_a_cell_that_did_not_come_to_an_end_is_not_judged(mini_class, state):
    verdict = cell_verdict(_key(mini_class), mini_class.Case("ana", {}), [], _cell(), _run(state), 0)
    assert State.NOT_JUDGED is verdict.state


def test_without_a_run_nothing_is_judged(mini_class):
    verdict = cell_verdict(_key(mini_class), mini_class.Case("ana", {}), [], _cell(), None, 0)
    assert State.NOT_JUDGED is verdict.state


def test_a_cell_that_stopped_says_with_what(mini_class):
    error = nbformat.v4.new_output("error", ename="NameError", evalue="no x\nmore", traceback=[])
    verdict = cell_verdict(_key(mini_class), mini_class.Case("ana", {}), [], _cell(error), _run(CellState.RAISED), 0)
    assert (State.MALFORMED, True) == (verdict.state, "NameError: no x." in verdict.message)


def test_a_cell_that_ran_without_an_answer_is_not_attempted(mini_class):
    verdict = cell_verdict(_key(mini_class), mini_class.Case("ana", {}), [], _cell(), _run(CellState.RAN), 0)
    assert State.NOT_ATTEMPTED is verdict.state
