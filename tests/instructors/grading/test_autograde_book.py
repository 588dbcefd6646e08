"""Answers by form through nbgrader's own commands: what a broken notebook, or a hostile answer book, does to them."""

import json
import os

import nbformat
import pytest

from graders.answerbook import AnswerBook

ASSIGNMENT = "01_demo"
VERDICT = "application/vnd.situ.verdict+json"
MEMO = "Dear client,\n\nthe <b>model</b> pushed.\n\nYours"
SAVED = {"1.5": "yes", "1.6": MEMO}
pytestmark = pytest.mark.slow


def _first_cell(source):
    return lambda notebook: notebook.cells.insert(0, nbformat.v4.new_code_cell(source))


def _last_cell(source):
    return lambda notebook: notebook.cells.append(nbformat.v4.new_code_cell(source))


def _shows(question, answer):
    """The notebook shows what the form held when its cell was run."""
    receipt = {
        "v": 1,
        "question": question,
        "answer": answer,
        "learner": "alone",
        "by": "form",
        "saved": "2026-11-22T05:00:00+00:00",
    }

    def edit(notebook):
        cell = next(cell for cell in notebook.cells if cell.id == "q-" + question.replace(".", "-"))
        data = {"application/vnd.situ.answer+json": receipt, "text/plain": ""}
        cell.outputs = [nbformat.v4.new_output("display_data", data=data)]

    return edit


def _raw(course, learner, content):
    course.hand_in(learner)
    (course.folder(learner) / "answers.json").write_bytes(content)


def _halved(course, learner, question, answer):
    """What the notebook shows holds half a character: only its escape can stand in a file."""
    course.hand_in(learner, edit=_shows(question, answer))
    file = course.folder(learner) / f"{ASSIGNMENT}.ipynb"
    file.write_text(file.read_text().replace("HALF", "\\ud800"))


def _nested(depth):
    return json.dumps({"format": 1, "answers": {"1.5": {"answer": 0}}}).replace("0", "[" * depth + "]" * depth).encode()


def _written(answers, **more):
    return json.dumps({"format": 1, "answers": {item: {"answer": answer, **more} for item, answer in answers.items()}})


def _hand_in_all(course):
    course.hand_in("byform", book=SAVED)
    course.hand_in("killed", edit=_first_cell("import os\nos._exit(1)"), book=SAVED)
    course.hand_in("raising", edit=_first_cell("1 / 0"), book=SAVED)
    course.hand_in("looping", edit=_first_cell("while True:\n    pass"), book=SAVED)
    course.hand_in("disagreeing", edit=_last_cell('submit("1.5", "no")'), book=SAVED)
    course.hand_in("agreeing", edit=_last_cell('submit("1.5", "yes")'), book=SAVED)
    course.hand_in("dots", edit=_last_cell('submit("1.5", ...)'), book=SAVED)
    course.hand_in("bycode", edit=_last_cell('submit("1.5", "yes")'))
    course.hand_in("late", edit=_last_cell('import os\nos._exit(1)\nsubmit("1.5", "no")'), book={"1.6": MEMO})
    course.hand_in("typo", edit=_last_cell('submit("1.5", yess)'))
    course.hand_in("nobook", {"answer-1-3": 'word = "yes"'})
    course.hand_in("alone", edit=_shows("1.5", "yes"))
    _halved(course, "halfshown", "1.6", "half HALF a letter")
    _halved(course, "halfkey", "1.5", {"HALF": "yes"})
    course.hand_in("replaced", edit=_shows("1.5", "yes"), book={"1.6": MEMO})
    course.hand_in("older", edit=_shows("1.5", "no"), book=SAVED)
    course.hand_in("aside", book={"1.5": "yes"})
    (course.folder("aside") / "answers-unreadable-20261122-050000-000000.json").write_bytes(b"{")
    course.hand_in("borrowed", book=SAVED)
    other = AnswerBook(course.folder("borrowed"))
    other.save("1.5", "yes", by="form", learner="byform")
    course.hand_in("garbled", book=SAVED)
    (course.folder("garbled") / f"{ASSIGNMENT}.ipynb").write_text("not a notebook")
    course.folder("bookonly")
    AnswerBook(course.folder("bookonly")).save("1.5", "yes", by="form", learner="bookonly")
    _raw(course, "halved", _written(SAVED).encode()[:60])
    _raw(course, "huge", b"[" + b"1," * 3_000_000 + b"1]")
    _raw(course, "nested", _nested(100_000))
    _raw(course, "deep", _nested(200))
    _raw(course, "nan", _written({"1.5": float("nan"), "1.6": MEMO}).encode())
    _raw(
        course, "strange", _written({"1.5": "yes", "9.9": 1, "../x": 2, "1.1": 4}, by=7, saved=[], earlier="x").encode()
    )
    _raw(course, "surrogate", b'{"format": 1, "answers": {"1.6": {"answer": "half \\ud800 a letter"}}}')
    _raw(course, "list", b"[]")
    course.hand_in("linked")
    (course.folder("linked") / "answers.json").symlink_to(
        course.root / "submitted" / "byform" / ASSIGNMENT / "answers.json"
    )
    course.hand_in("pipe")
    os.mkfifo(course.folder("pipe") / "answers.json")
    course.hand_in("folder")
    (course.folder("folder") / "answers.json").mkdir()


@pytest.fixture(scope="module")
def course(make_course):
    made = make_course("by-form")
    _hand_in_all(made)
    AnswerBook(made.root / "source" / ASSIGNMENT).save("1.5", "the instructor's own try", by="form")
    made.exit_code = made.nbgrader("autograde", ASSIGNMENT)
    made.autograde_log = made.log
    made.nbgrader("generate_feedback", ASSIGNMENT)
    return made


def _page(course, learner):
    return (course.root / "feedback" / learner / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()


def _state(course, learner, question="1.5"):
    return course.verdict(learner, question)["state"]


def test_no_book_stops_the_class(course):
    assert 0 == course.exit_code, course.autograde_log[-3000:]


@pytest.mark.parametrize("learner", ["byform", "killed", "raising", "looping", "garbled", "bookonly", "borrowed"])
def test_an_answer_by_form_is_judged_whatever_became_of_the_notebook(course, learner):
    assert (2.0, "right", "form") == (
        course.grades(learner)["q-1-5"].auto_score,
        _state(course, learner),
        course.verdict(learner, "1.5")["by"],
    )


def test_an_answer_by_code_in_a_further_cell_is_judged(course):
    assert ("right", "code") == (_state(course, "bycode"), course.verdict("bycode", "1.5")["by"])


def test_where_both_differ_the_code_counts_and_the_page_says_so(course):
    assert "wrong" == _state(course, "disagreeing")
    assert "The form held another answer: “yes”. The code counted" in _page(course, "disagreeing")


def test_where_both_agree_nothing_is_said_of_it(course):
    assert ("right", "") == (_state(course, "agreeing"), course.verdict("agreeing", "1.5")["form_held"])


def test_dots_in_a_submit_take_nothing_from_the_form(course):
    assert "right" == _state(course, "dots")


def test_code_that_would_have_handed_in_and_did_not_run_is_not_judged(course):
    assert ("not judged", True) == (_state(course, "late"), course.grades("late")["q-1-5"].needs_manual_grade)


def test_code_that_stopped_says_with_what(course):
    assert "the cell stopped with NameError" in course.verdict("typo", "1.5")["message"]


def test_nothing_by_form_is_not_attempted_and_the_missing_file_is_told(course):
    assert "not attempted" == _state(course, "nobook")
    assert "No answers.json came with the notebook." in _page(course, "nobook")


def test_without_the_book_the_answers_that_the_notebook_shows_are_judged(course):
    assert ("right", "form") == (_state(course, "alone"), course.verdict("alone", "1.5")["by"])
    assert "the answers that its forms last showed were judged" in _page(course, "alone")


def test_an_answer_missing_in_the_book_is_judged_as_the_notebook_shows_it(course):
    assert "right" == _state(course, "replaced")
    assert "judged as the notebook&#39;s forms last showed them: 1.5" in _page(course, "replaced").replace(
        "&#x27;", "&#39;"
    ).replace("'", "&#39;")


def test_the_book_counts_over_what_the_notebook_shows(course):
    assert "right" == _state(course, "older")
    assert "last showed" not in _page(course, "older")


def test_the_page_says_what_was_answered_and_how(course):
    assert "Your answer: “yes” (by form, saved " in _page(course, "byform")


def test_a_notebook_that_cannot_be_read_is_told_beside_the_answers_that_were(course):
    page = _page(course, "garbled")
    assert "The file is not a notebook" in page
    assert "The answers you gave by form were read from answers.json and judged all the same." in page


def test_of_a_notebook_that_cannot_be_read_the_rest_waits_for_a_human(course):
    assert ("not judged", True) == (
        _state(course, "garbled", "1.1"),
        course.grades("garbled")["q-1-1"].needs_manual_grade,
    )


@pytest.mark.parametrize("learner", ["halved", "huge", "nested", "list"])
def test_a_book_that_cannot_be_read_leaves_its_questions_to_a_human_with_a_reason(course, learner):
    assert ("not judged", True) == (_state(course, learner), course.grades(learner)["q-1-5"].needs_manual_grade)
    assert "Questions that were answered by form wait for your instructor." in _page(course, learner)


@pytest.mark.parametrize("learner", ["linked", "pipe", "folder"])
def test_a_book_that_is_no_file_is_not_followed(course, learner):
    assert ("not attempted", 0.0) == (_state(course, learner), course.grades(learner)["q-1-5"].auto_score)


@pytest.mark.parametrize("learner", ["nan", "deep"])
def test_an_answer_that_is_no_data_earns_nothing(course, learner):
    assert 0.0 == course.grades(learner)["q-1-5"].auto_score


def test_what_else_stands_in_a_book_does_not_matter(course):
    assert ("right", "not attempted") == (_state(course, "strange"), _state(course, "strange", "1.1"))


def test_work_on_another_learners_sample_is_told(course):
    assert "worked out as byform" in _page(course, "borrowed")


def test_what_an_instructor_tried_in_the_source_folder_replaces_no_answer(course):
    assert "yes" == course.verdict("byform", "1.5")["answer"]


def test_a_memo_waits_for_its_instructor_and_nothing_failed(course):
    grade = course.grades("byform")["q-1-6"]
    assert ("not judged", 0.0, True) == (_state(course, "byform", "1.6"), grade.auto_score, grade.needs_manual_grade)
    assert "byform, question 1.6: not judged" not in course.autograde_log


def test_a_memo_stands_on_the_page_whole_and_inert(course):
    page = _page(course, "byform")
    assert "1.6 · Waiting for your instructor · 5 points at most" in page
    assert "the &lt;b&gt;model&lt;/b&gt; pushed.</p>" in page


def test_a_memo_of_half_characters_is_still_shown(course):
    assert "half ? a letter" in _page(course, "surrogate")


def test_half_characters_that_a_notebook_shows_fail_no_submission(course):
    assert ("half ? a letter", {"?": "yes"}) == (
        course.verdict("halfshown", "1.6")["answer"],
        course.verdict("halfkey", "1.5")["answer"],
    )


def test_beside_a_damaged_book_put_aside_only_what_the_new_one_lacks_waits_for_a_human(course):
    assert ("right", "not judged") == (_state(course, "aside"), _state(course, "aside", "1.6"))
    assert "A damaged answer book was put aside" in _page(course, "aside")


def test_a_blank_memo_is_not_attempted_and_waits_for_nobody(course):
    assert ("not attempted", False) == (
        _state(course, "nobook", "1.6"),
        course.grades("nobook")["q-1-6"].needs_manual_grade,
    )


def test_points_an_instructor_gave_a_memo_survive_grading_again(course):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", "autumn") as gradebook:
        grade = gradebook.find_grade("q-1-6", ASSIGNMENT, ASSIGNMENT, "killed")
        grade.manual_score, grade.needs_manual_grade = 4.0, False
        gradebook.db.commit()
    assert 0 == course.nbgrader("autograde", ASSIGNMENT, "--student", "killed", "--force")
    again = course.grades("killed")["q-1-6"]
    assert (4.0, 0.0) == (again.manual_score, again.auto_score)
