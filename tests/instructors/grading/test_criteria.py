from contextlib import nullcontext
from types import SimpleNamespace

import nbformat
import pytest

from graders.answerbook import Book, Entry
from graders.expectations import Memo
from graders.keys import Key
from graders.verdict import State
from instructors.grading import marked
from instructors.grading.book import HandedInBook
from instructors.grading.criteria import criteria_in, points_in, settle
from instructors.grading.judge import HandedIn, judged_cells, verdict_output


class Grade:
    """A line of nbgrader's gradebook."""

    def __init__(self, manual_score=None, needs_manual_grade=True, auto_score=None):
        self.manual_score, self.needs_manual_grade, self.auto_score = manual_score, needs_manual_grade, auto_score


def settled(grade, *, is_blank=False, is_new=False):
    settle(grade, is_blank=is_blank, is_new=is_new)
    return grade.auto_score, grade.manual_score, grade.needs_manual_grade


def task(name, points=2.0, **flags):
    metadata = {"grade_id": name, "task": True, "grade": False, "solution": False, "points": points, **flags}
    return nbformat.v4.new_markdown_cell("", metadata={"nbgrader": metadata})


@pytest.mark.parametrize("is_new", [True, False])
def test_what_nobody_has_marked_waits(is_new):
    assert (None, None, True) == settled(Grade(needs_manual_grade=False, auto_score=0.0), is_new=is_new)


@pytest.mark.parametrize("is_new", [True, False])
def test_a_blank_memo_earns_nothing_at_once(is_new):
    assert (0.0, None, False) == settled(Grade(), is_blank=True, is_new=is_new)


@pytest.mark.parametrize("waits", [True, False])
def test_what_was_marked_stays_as_it_is_while_the_memo_does(waits):
    assert (None, 1.5, waits) == settled(Grade(1.5, waits))


@pytest.mark.parametrize("is_blank", [True, False])
def test_what_was_marked_before_the_memo_changed_waits_with_its_points(is_blank):
    assert (1.5, True) == settled(Grade(1.5, False), is_blank=is_blank, is_new=True)[1:]


def test_only_tasks_of_a_rubric_are_criteria():
    cells = [
        task("criterion-5-5-facts"),
        task("mine"),
        task("criterion-5-5-x", task=False),
        nbformat.v4.new_code_cell(),
    ]
    found = criteria_in(nbformat.v4.new_notebook(cells=cells))
    assert {"5.5": ["criterion-5-5-facts"]} == {
        question: [cell.metadata.nbgrader.grade_id for cell in cells] for question, cells in found.items()
    }


def test_a_memo_can_earn_what_its_criteria_can():
    cells = [task("criterion-5-5-facts", 6), task("criterion-5-5-writing", 1.5), task("criterion-5-10-facts", 4)]
    assert {"5.5": 7.5, "5.10": 4.0} == points_in(nbformat.v4.new_notebook(cells=cells))


# --- a memo without rubric: one score box ---------------------------------------------------------------------------------


def judged(text):
    """A graded notebook of one memo without rubric, as it was judged; the cell has no points yet."""
    flags = {"grade_id": "q-5-5", "grade": True, "solution": False, "points": 40.0, "score": 0.0}
    cell = nbformat.v4.new_code_cell('answer("5.5")', metadata={"nbgrader": flags})
    notebook = nbformat.v4.new_notebook(cells=[cell])
    key = Key("5.5", 40.0, "C8", lambda case: Memo("A memo", 3, 5, required=["526 EUR."]))
    book = HandedInBook(Book({"5.5": Entry(text, "form", "")}), True)
    (found,) = judged_cells(HandedIn(notebook, None, book), {"5.5": key}, SimpleNamespace(picks={}))
    cell.outputs = [verdict_output("5.5", found.verdict, 40.0)]
    return notebook, found.verdict


def page_of(monkeypatch, text, grade, verdict=()):
    """What the feedback page says of that memo, with what the gradebook has of it."""
    notebook, _verdict = judged(text)
    (cell,) = notebook.cells
    cell.outputs[0].data["application/vnd.situ.verdict+json"].update(verdict)
    cell.metadata.nbgrader.score = grade.manual_score or 0.0
    grade.name, found = "q-5-5", SimpleNamespace(grades=[grade])
    book = SimpleNamespace(find_submission_notebook=lambda *names: found)
    monkeypatch.setattr(marked, "Gradebook", lambda *opened: nullcontext(book))
    ids = {"db_url": "", "notebook": "5", "assignment": "5", "student": "ana"}
    marked.TellMarks().preprocess(notebook, {"nbgrader": ids})
    return cell.outputs[0].data["text/html"]


@pytest.mark.parametrize("text", ["Three words less.", "Too short.", "one two three four five six"])
def test_a_memo_without_rubric_waits_whatever_its_length(text):
    _notebook, verdict = judged(text)
    assert (State.NOT_JUDGED, True, ("526 EUR.",)) == (verdict.state, verdict.waits, verdict.required)


@pytest.mark.parametrize(("text", "told"), [("Too short.", "At least 3"), ("one two three four five six", "At most 5")])
def test_a_memo_of_another_length_without_rubric_tells_nobody_the_required_points(monkeypatch, text, told):
    page = page_of(monkeypatch, text, Grade(auto_score=0.0))
    assert ("5.5 · Waiting for your instructor · 40 points at most" in page, told in page) == (True, True)
    assert ("526 EUR." in page, "automatic mark" in page) == (False, False)


def test_a_memo_that_is_too_long_without_rubric_once_marked_says_so(monkeypatch):
    page = page_of(monkeypatch, "one two three four five six", Grade(22.0, needs_manual_grade=False))
    assert ("5.5 · Marked by your instructor · 22 of 40" in page, "At most 5 words" in page) == (True, True)
    assert "526 EUR." in page


def test_points_looked_for_are_told_of_nothing_that_was_not_left_to_a_person(monkeypatch):
    page = page_of(monkeypatch, "Too short.", Grade(needs_manual_grade=False), verdict={"waits": False})
    assert ("526 EUR." in page, "Marked by" in page) == (False, False)
