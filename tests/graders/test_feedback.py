from functools import cache
from pathlib import Path

import nbformat
import nbgrader
import pytest
from nbconvert.exporters import HTMLExporter

from graders.cards import Card, as_marked, as_open, verdict_card
from graders.feedback import MAX_BYTES, find_feedback, last_handed_in
from graders.feedback_page import FeedbackPage
from graders.verdict import State

STAMP = "2026-11-22 10:42:00.123456 UTC"
PAGES = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"


@cache
def exporter():
    """What nbgrader's generate_feedback uses."""
    return HTMLExporter(
        template_name="feedback",
        extra_template_basedirs=[str(PAGES / "templates")],
        extra_template_paths=[str(PAGES / "static/node_modules/bootstrap/dist/css")],
    )


def graded(question, card, score, points, comment=None):
    """The locked cell of a question, as nbgrader hands it to its template; with a comment, the learner's own cell before it."""
    number = question.replace(".", "-")
    cells = []
    if comment:
        own = {"grade_id": f"answer-{number}", "grade": False, "solution": True, "comment": comment}
        cells.append(nbformat.v4.new_code_cell("psi = ...", metadata={"nbgrader": own}))
    data = {"text/plain": str(score)} | ({"text/html": card.html} if card else {})
    facts = {"grade_id": f"q-{number}", "grade": True, "solution": False, "score": score, "points": points}
    output = nbformat.v4.new_output("execute_result", data=data)
    locked = nbformat.v4.new_code_cell(f'answer("{question}")', metadata={"nbgrader": facts}, outputs=[output])
    return [*cells, locked]


def criterion(question, name, score, points, comment=None):
    """The cell in which a criterion is marked."""
    number = question.replace(".", "-")
    facts = {"grade_id": f"criterion-{number}-{name}", "task": True, "grade": False, "solution": False, "locked": True}
    told = {"score": score, "points": points, "comment": comment}
    return [nbformat.v4.new_markdown_cell("**Facts**", metadata={"nbgrader": {**facts, **told}})]


def shown(html):
    """A cell of the learner's own that displays something."""
    return [
        nbformat.v4.new_code_cell("mine", outputs=[nbformat.v4.new_output("display_data", data={"text/html": html})])
    ]


@pytest.fixture
def fetched(tmp_path):
    """Puts a feedback page where nbgrader's fetch_feedback does, and returns what is read of it."""

    def put(*cells, stamp=STAMP, late_penalty=0, name="01_mini"):
        notebook = nbformat.v4.new_notebook(cells=[cell for group in cells for cell in group])
        flags = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
        scores = [flag for flag in flags if flag.get("grade") or flag.get("task")]
        total = {"score": sum(grade.score for grade in scores) - late_penalty, "late_penalty": late_penalty}
        about = {**total, "max_score": sum(grade.points for grade in scores), "notebook": name}
        html, _ = exporter().from_notebook_node(notebook, resources={"nbgrader": about})
        (tmp_path / "feedback" / stamp).mkdir(parents=True)
        (tmp_path / "feedback" / stamp / f"{name}.html").write_text(html)
        return find_feedback(tmp_path, "01_mini")

    return put


def wrong(points=0.0):
    return verdict_card("1.1", State.WRONG, "That is the sum.\nDivide by the count.", points, 2.0)


def test_where_nothing_was_fetched_there_is_none(tmp_path):
    assert find_feedback(tmp_path, "01_mini") is None


def test_the_state_and_the_points_of_a_question_are_read(fetched):
    mark = fetched(graded("1.1", verdict_card("1.1", State.PARTLY_RIGHT, "One of two.", 1.0, 2.0), 1.0, 2)).marks["1.1"]
    assert (State.PARTLY_RIGHT, 1.0, 2.0, 1.0) == (mark.state, mark.points, mark.out_of, mark.automatic)


def test_the_message_is_read_line_by_line(fetched):
    feedback = fetched(graded("1.1", wrong(), 0.0, 2))
    assert ("That is the sum.", "Divide by the count.") == feedback.marks["1.1"].message


def test_what_was_escaped_is_read_as_it_was_written(fetched):
    card = verdict_card("1.1", State.WRONG, "“a < b” & more", 0.0, 2.0)
    assert ("“a < b” & more",) == fetched(graded("1.1", card, 0.0, 2)).marks["1.1"].message


def test_a_manual_mark_overrules_the_automatic_one(fetched):
    mark = fetched(graded("1.1", wrong(), 1.5, 2)).marks["1.1"]
    assert (1.5, 0.0, True) == (mark.points, mark.automatic, mark.is_by_hand)


def test_two_decimals_of_nbgrader_make_no_manual_mark(fetched):
    card = verdict_card("1.1", State.PARTLY_RIGHT, "", 0.666, 2.0)
    assert not fetched(graded("1.1", card, 0.666, 2)).marks["1.1"].is_by_hand


def test_every_question_has_its_own_mark(fetched):
    right = verdict_card("1.2", State.RIGHT, "", 3.0, 3.0)
    marks = fetched(graded("1.1", wrong(), 0.0, 2), graded("1.2", right, 3.0, 3)).marks
    assert {"1.1": State.WRONG, "1.2": State.RIGHT} == {question: mark.state for question, mark in marks.items()}


def test_the_lessons_score_is_the_one_nbgrader_prints(fetched):
    feedback = fetched(graded("1.1", wrong(), 1.5, 2), late_penalty=0.5)
    assert (1.0, 2.0, 0.5) == (feedback.points, feedback.out_of, feedback.late_penalty)


def test_a_comment_of_the_instructor_belongs_to_its_question(fetched):
    feedback = fetched(graded("1.1", wrong(), 0.0, 2, comment="See **page 4**."))
    assert "See page 4." == feedback.marks["1.1"].comment


def test_a_comment_may_be_a_list(fetched):
    feedback = fetched(graded("1.1", wrong(), 0.0, 2, comment="Look at:\n\n- page 4\n- page 5"))
    assert "Look at: page 4 page 5" == feedback.marks["1.1"].comment


def test_a_page_without_our_cards_still_gives_the_points(fetched):
    mark = fetched(graded("1.1", None, 2.0, 2)).marks["1.1"]
    assert (2.0, None) == (mark.points, mark.state)


def test_a_card_the_learner_displayed_elsewhere_is_no_mark(fetched):
    forged = verdict_card("1.1", State.RIGHT, "Well done.", 2.0, 2.0).html
    assert State.WRONG is fetched(shown(forged), graded("1.1", wrong(), 0.0, 2), shown(forged)).marks["1.1"].state


def test_a_card_of_another_question_is_no_mark(fetched):
    other = verdict_card("1.2", State.RIGHT, "", 3.0, 3.0)
    assert fetched(graded("1.1", other, 0.0, 2)).marks["1.1"].state is None


def test_unknown_facts_on_a_card_are_no_mark(fetched):
    card = Card("1.1", facts={"question": "1.1", "state": "splendid", "points": "nan"})
    assert fetched(graded("1.1", card, 0.0, 2)).marks["1.1"].state is None


def test_the_latest_hand_in_counts(fetched):
    fetched(graded("1.1", wrong(), 0.0, 2), stamp="2026-11-22 10:42:00.000000 UTC")
    feedback = fetched(graded("1.1", wrong(), 1.0, 2), stamp="2026-12-01 09:00:00.000000 UTC")
    assert (1.0, "2026-12-01T09:00:00+00:00") == (feedback.points, feedback.handed_in)


def test_a_page_of_another_name_is_found_where_it_is_the_only_one(fetched):
    assert 2.0 == fetched(graded("1.1", wrong(), 0.0, 2), name="renamed").out_of


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"<div " * 10_000, b"<div>" * 10_000, b"<h4>(Score: nan / inf)</h4>"]
)
def test_what_is_no_feedback_page_is_there_but_could_not_be_read(tmp_path, content):
    page = tmp_path / "feedback" / STAMP / "01_mini.html"
    page.parent.mkdir(parents=True)
    page.write_bytes(content)
    feedback = find_feedback(tmp_path, "01_mini")
    assert (page, {}) == (feedback.file, feedback.marks)
    assert "there, but could not be read" in feedback.problem


@pytest.mark.parametrize(
    "html",
    [
        '<div class="panel-heading">' + "x</h4>" * 2000,
        '<div class="panel-footer">' + "x</li>" * 2000,
        '<div class="cell border-box-sizing"><div data-situ-question="1.1">' + "<div>" * 2000 + " </div>" * 2000,
        '<a name="q-1-1"></a>' + '<div class="panel-heading">' * 2000 + "x</div>" * 2000,
    ],
)
def test_no_text_of_a_broken_page_is_gone_through_twice(monkeypatch, html):
    read = []
    monkeypatch.setattr("graders.feedback_page.unescape", lambda text: read.append(text) or text)
    FeedbackPage(html)
    assert len("".join(read)) <= len(html)


def test_a_memo_that_was_marked_by_hand_waits_no_more(fetched):
    memo = verdict_card("1.1", State.NOT_JUDGED, "Handed in: 90 words.", 0.0, 5.0, waits=True)
    mark = fetched(graded("1.1", memo, 4.0, 5)).marks["1.1"]
    assert (4.0, None, True) == (mark.points, mark.automatic, mark.is_by_hand)


def memo_card(question="1.1"):
    return verdict_card(
        question, State.NOT_JUDGED, "Handed in: 90 words.", 0.0, 8.0, waits=True, required=("526 EUR.",)
    )


def by_criteria(html=None, question="1.1"):
    card = memo_card(question)
    card = card if html is None else Card("", facts=card.facts)
    cells = graded(question, card, 0.0, 0)
    if html is not None:
        cells[0].outputs[0]["data"]["text/html"] = html
    return [*cells, *criterion(question, "facts", 4.0, 6, "Say *which*."), *criterion(question, "writing", 1.5, 2)]


def test_a_memo_marked_by_criteria_has_their_sum(fetched):
    feedback = fetched(by_criteria())
    mark = feedback.marks["1.1"]
    assert (5.5, 8.0, True) == (mark.points, mark.out_of, mark.is_by_hand)
    assert (5.5, 8.0) == (feedback.points, feedback.out_of)


def test_every_criterion_has_its_points_and_its_comment(fetched):
    found = fetched(by_criteria()).marks["1.1"].criteria
    assert [("facts", 4.0, 6.0, "Say which."), ("writing", 1.5, 2.0, "")] == [
        (one.id, one.points, one.out_of, one.comment) for one in found
    ]


def test_the_criteria_of_one_memo_are_no_marks_of_another(fetched):
    marks = fetched(graded("1.10", wrong(), 0.0, 2), by_criteria(), graded("1.2", None, 1.0, 2)).marks
    assert {"1.10": 0, "1.1": 2, "1.2": 0} == {question: len(mark.criteria) for question, mark in marks.items()}


def test_feedback_made_before_the_marking_is_no_mark_of_a_person(fetched):
    mark = fetched(by_criteria(as_open(memo_card().html))).marks["1.1"]
    assert (True, False) == (mark.is_open, mark.is_by_hand)


def test_what_a_marker_looks_for_is_told_to_nobody_who_may_hand_in_again():
    assert ["526 EUR." in html for html in (memo_card().html, as_open(memo_card().html))] == [True, False]


def test_the_card_of_a_marked_memo_says_so_and_is_read_as_before(fetched):
    html = as_marked(memo_card().html, "1.1", 5.5, 8.0)
    assert "<strong>1.1 · Marked by your instructor · 5.5 of 8</strong>" in html
    assert fetched(by_criteria(html)).marks["1.1"].is_by_hand


def test_what_is_said_to_the_marker_and_before_the_marking_is_gone_once_it_is_marked():
    cards = (memo_card().html, as_marked(memo_card().html, "1.1", 5.5, 8.0))
    for told in ("For the person who marks", "Your instructor reads it"):
        assert [True, False] == [told in html for html in cards]
    assert [False, True] == ["What a memo on this case had to say" in html for html in cards]


def unread():
    message = "The file could not be read.\nNothing could be judged. Your instructor will look at it."
    return verdict_card("1.1", State.NOT_JUDGED, message, 0.0, 8.0)


def test_what_could_not_be_judged_names_no_automatic_mark():
    assert "1.1 · Not judged yet, a person has to look · 8 points at most" == unread().title


def test_what_could_not_be_judged_is_open_until_a_person_has_marked_it(fetched):
    mark = fetched(by_criteria(as_open(unread().html))).marks["1.1"]
    assert (True, False) == (mark.is_open, mark.is_by_hand)


def test_what_could_not_be_judged_is_that_persons_mark_once_it_is_marked(fetched):
    mark = fetched(by_criteria(as_marked(unread().html, "1.1", 0.0, 8.0))).marks["1.1"]
    assert (False, True) == (mark.is_open, mark.is_by_hand)
    assert "will look at it" not in " ".join(mark.message)


def test_what_the_marker_looked_for_is_no_message_to_the_learner(fetched):
    assert ("Handed in: 90 words.",) == fetched(by_criteria()).marks["1.1"].message


def test_criteria_a_learner_shows_are_no_marks(fetched):
    forged = '<div class="panel-heading"><a name="criterion-1-1-mine"></a>Score: 50 / 50</div>'
    assert 5.5 == fetched(shown(forged), by_criteria(), shown(forged)).marks["1.1"].points


def test_a_card_that_waits_names_no_points_to_programs():
    assert "points" not in verdict_card("1.1", State.NOT_JUDGED, "", 0.0, 5.0, waits=True).facts


def test_a_page_too_large_is_not_read(tmp_path):
    page = tmp_path / "feedback" / STAMP / "01_mini.html"
    page.parent.mkdir(parents=True)
    with page.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    assert "too large" in find_feedback(tmp_path, "01_mini").problem


def test_large_pictures_between_the_marks_do_no_harm(fetched):
    picture = '<img src="data:image/png;base64,' + "iVBORw0KGgo" * 400_000 + '">'
    assert 0.0 == fetched(shown(picture), graded("1.1", wrong(), 0.0, 2)).points


@pytest.fixture
def handed_in(tmp_path):
    """Makes nbgrader's copy of a submission in a cache."""

    def make(who="ana", stamp=STAMP, cache=tmp_path / ".situ" / "cache", assignment="01_mini"):
        (cache / "autumn" / f"{who}+{assignment}+{stamp}").mkdir(parents=True)

    return make


def asked(tmp_path, learner="ana"):
    return last_handed_in(tmp_path / "01_mini", "autumn", "01_mini", learner)


def test_before_any_hand_in_nothing_is_known(tmp_path):
    assert "" == asked(tmp_path)


def test_the_last_hand_in_is_told_by_nbgraders_own_copy(tmp_path, handed_in):
    handed_in(stamp="2026-11-20 10:00:00.000000 UTC")
    handed_in()
    assert "2026-11-22T10:42:00+00:00" == asked(tmp_path)


def test_a_copy_in_nbgraders_own_cache_counts_too(tmp_path, handed_in, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    handed_in(cache=tmp_path / "data" / "nbgrader_cache")
    assert "2026-11-22T10:42:00+00:00" == asked(tmp_path)


@pytest.mark.parametrize("other", [{"who": "bob"}, {"assignment": "02_next"}, {"stamp": "some day"}])
def test_copies_of_others_of_other_lessons_and_of_no_date_do_not_count(tmp_path, handed_in, other):
    handed_in(**other)
    assert "" == asked(tmp_path)


def test_without_a_name_the_copies_of_one_person_count(tmp_path, handed_in):
    handed_in()
    assert "2026-11-22T10:42:00+00:00" == asked(tmp_path, learner=None)


def test_without_a_name_the_copies_of_several_tell_nothing(tmp_path, handed_in):
    handed_in()
    handed_in(who="bob")
    assert "" == asked(tmp_path, learner=None)
