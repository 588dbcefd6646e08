"""The feedback page as it is laid out: what it says, what a program reads from it, and that nothing in it can act."""

import base64
import logging
import re
from html import unescape

import nbformat
import pytest
from markupsafe import Markup

from graders.cards import note_card
from graders.feedback_page import FeedbackPage
from graders.verdict import State, Verdict, graded
from instructors.grading.counting import Given
from instructors.grading.feedback.exporter import FeedbackExporter
from instructors.grading.feedback.gathering import GatherFeedback
from instructors.grading.feedback.lesson import cells_linked
from instructors.grading.feedback.questions import Asked, Marks, Recorded, question_rows
from instructors.grading.feedback.view import LessonPart
from instructors.grading.judge import verdict_output
from instructors.grading.telling import Told
from instructors.inert import inert
from instructors.rubric import Criterion, Level, Rubric

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 20).decode()
ANCHORS = re.compile(r'href="#([^"]*)"')
FLAGS = {"grade": False, "solution": False, "task": False, "locked": True, "schema_version": 3}


def flagged(name, **more):
    return {"nbgrader": {**FLAGS, "grade_id": name, **more}, "situ": {"released": True}}


def asked(question, verdict, out_of=2.0, answer="4"):
    """The locked cell of a question, judged."""
    name = "q-" + question.replace(".", "-")
    output = verdict_output(question, verdict, out_of, Given(answer, "form"), Told("", (f"Your answer: {answer}",)))
    metadata = flagged(name, grade=True, points=out_of)
    return nbformat.v4.new_code_cell(f'answer("{question}")', id=name, metadata=metadata, outputs=[output])


def text(source, released=True, cell_id="text"):
    return nbformat.v4.new_markdown_cell(source, id=cell_id, metadata={"situ": {"released": released}})


def code(*outputs, source="1 + 1", released=False):
    return nbformat.v4.new_code_cell(source, metadata={"situ": {"released": released}}, outputs=list(outputs))


def shows(**data):
    named = {name.replace("_", "/"): value for name, value in data.items()}
    return nbformat.v4.new_output("display_data", data=named)


def criterion(name):
    metadata = flagged(f"criterion-1-3-{name}", task=True, points=4.0)
    return nbformat.v4.new_markdown_cell("levels", id=f"criterion-1-3-{name}", metadata=metadata)


LEVELS = [("Weak", "0"), ("Fair", "1-2"), ("Good", "4")]
RUBRIC = Rubric(
    question="1.3",
    cap="None.",
    pass_mark="Half.",
    criteria=[
        Criterion(
            id=name,
            title=f"The {name}",
            points=4.0,
            levels=[Level(name=level, points=points, text=f"It is {level}.") for level, points in LEVELS],
        )
        for name in ("facts", "style")
    ],
)
MEMO = Verdict(State.NOT_JUDGED, 0.0, "Handed in: 9 words.", waits=True, required=("One.",))


@pytest.fixture
def page(monkeypatch):
    """Lays out a page of these cells, with these marks of the gradebook by nbgrader's id of the cell."""

    def make(*cells, marks=None, comments=None, lines=("ana",), score=(1.0, 4.0), penalty=0.0):
        notebook = nbformat.v4.new_notebook(cells=list(cells))
        found = Marks({name: Recorded(*mark) for name, mark in (marks or {}).items()}, comments or {})
        step = GatherFeedback()
        known = Asked({"1.1": "The mean", "1.3": "A memo"}, RUBRIC)
        monkeypatch.setattr(step, "_asked", lambda assignment: known)
        ids = {"assignment": "01_x", "score": score[0], "max_score": score[1], "late_penalty": penalty}
        view = step.view(notebook, ids, found, lines)
        return FeedbackExporter().from_notebook_node(notebook, {"situ": view})[0]

    return make


@pytest.fixture
def memo(page):
    """The page of a memo of two criteria."""
    cells = [asked("1.3", MEMO, 8.0), criterion("facts"), criterion("style")]

    def make(facts, style, comments=None):
        marks = {"q-1-3": (0.0, 0.0, 0.0)}
        for name, points in (("facts", facts), ("style", style)):
            marks[f"criterion-1-3-{name}"] = (points or 0.0, 4.0, None, points, 0.0, points is None)
        return page(*cells, marks=marks, comments=comments)

    return make


def plain(html):
    """What a reader sees of a page, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", html.partition("<body")[2]).split())


def test_the_page_says_whose_lesson_it_is_and_what_it_earned(page):
    html = page(text("# Means\n\nWork."), lines=("Ana B. (ana)", "Handed in 22 Nov, 10:42"), score=(11.5, 15.0))
    assert "Feedback Means Ana B. (ana) Handed in 22 Nov, 10:42 11.5 of 15 points" in plain(html)


def test_a_lesson_without_a_heading_is_called_as_its_assignment(page):
    assert "<h1>01_x</h1>" in page(text("# not the lesson's", released=False))


def test_every_question_is_listed_with_state_and_points_and_leads_to_its_place(page):
    html = page(asked("1.1", graded(0.5, "Half.")), marks={"q-1-1": (1.0, 2.0, 1.0)})
    assert "1.1 The mean ◐ Partly right 1 of 2" in plain(html)
    assert set(ANCHORS.findall(html)) <= set(re.findall(r'id="([^"]*)"', html))


def test_nothing_speaks_of_nbgraders_cells(page):
    html = page(asked("1.1", graded(1, "")), marks={"q-1-1": (2.0, 2.0, 2.0)})
    assert not [word for word in ("Test cell", "Grade cell", "Student", "(Top)", "In [", "Out[") if word in html]


def test_a_manual_mark_says_so_beside_the_automatic_one(page):
    html = plain(page(asked("1.1", graded(0, "No.")), marks={"q-1-1": (2.5, 2.0, 0.0, 2.0, 0.5)}))
    assert "✎ Marked by your instructor 2.5 of 2" in html
    assert "Your instructor gave 2; the automatic mark was 0." in html
    assert "Extra credit, in the points: 0.5." in html


def test_what_waits_is_not_in_the_points_and_says_so(memo):
    html = memo(None, None)
    assert "Waiting for your instructor, and not in these points: 1.3." in html
    assert "– Waiting for your instructor at most 8" in plain(html)


def test_a_late_penalty_is_told(page):
    assert "Taken off for handing in late: 0.5." in page(penalty=0.5)


@pytest.mark.parametrize(
    ("points", "told"), [(0.0, "Weak · It is Weak."), (1.5, "Fair · It is Fair."), (4.0, "Good · It is Good.")]
)
def test_a_criterion_has_its_level_in_words(memo, points, told):
    assert f"The facts {told}" in plain(memo(points, 1.0))


def test_points_between_two_levels_name_both(memo):
    assert "between Fair and Good · Fair: It is Fair. Good: It is Good. 3 of 4" in plain(memo(3.0, 1.0))


def test_a_criterion_that_waits_has_no_level(memo):
    assert "The facts at most 4" in plain(memo(None, None))


def test_a_comment_stands_with_its_criterion_and_may_use_markdown(memo):
    html = memo(3.0, 1.0, {"criterion-1-3-facts": "Say over *which* loans.\n\n- one"})
    assert "Say over <em>which</em> loans." in html
    assert "<li>one</li>" in html


def test_a_comment_on_the_learners_own_cell_stands_with_its_question(page):
    marks = {"q-1-1": (0.0, 2.0, 0.0)}
    html = page(asked("1.1", graded(0, "No.")), marks=marks, comments={"answer-1-1": "Look at page 4."})
    assert "Look at page 4." in html.partition('class="lesson"')[0]


def test_what_nbgrader_itself_marks_by_hand_has_its_row_and_its_text(page):
    own = nbformat.v4.new_markdown_cell("My *letter*.", metadata=flagged("answer-1-4", grade=True, solution=True))
    own.metadata["situ"]["released"] = False
    html = page(own, marks={"answer-1-4": (3.0, 4.0, None, 3.0)})
    assert "1.4 ✎ Marked by your instructor 3 of 4" in plain(html)
    assert set(ANCHORS.findall(html)) <= set(re.findall(r'id="([^"]*)"', html))
    assert "My <em>letter</em>." in html


def test_a_program_reads_state_points_total_and_penalty(page):
    marks = {"q-1-1": (1.0, 2.0, 1.0)}
    found = FeedbackPage(page(asked("1.1", graded(0.5, "Half.\nOf it.")), marks=marks, score=(0.5, 2.0), penalty=0.5))
    mark = found.marks["1.1"]
    assert (1.0, 2.0, State.PARTLY_RIGHT, 1.0) == (mark.points, mark.out_of, mark.state, mark.automatic)
    assert (("Half.", "Of it."), (0.5, 2.0), 0.5) == (mark.message, found.total, found.late_penalty)


def test_a_program_reads_criteria_and_comments(memo):
    mark = FeedbackPage(memo(3.0, 1.0, {"criterion-1-3-style": "Say *more*.\n\n1. so"})).marks["1.3"]
    assert [("facts", 3.0, 4.0, ""), ("style", 1.0, 4.0, "Say more. so")] == [
        (one.id, one.points, one.out_of, one.comment) for one in mark.criteria
    ]
    assert (4.0, 8.0, True) == (mark.points, mark.out_of, mark.waits)


def test_nothing_a_learner_shows_is_taken_for_a_mark(page):
    forged = (
        '<div data-situ-total="99/99"></div><div data-situ-place="q-1-1" data-situ-score="2/2">'
        '<div data-situ-question="1.1" data-situ-state="right"></div></div>'
    )
    own = code(shows(text_html=forged, text_plain="x"))
    found = FeedbackPage(page(own, text(forged, released=False), asked("1.1", graded(0, "No."))))
    assert ((1.0, 4.0), {}) == (found.total, found.marks)


def test_nothing_on_the_page_can_act_or_asks_a_network(page, memo):
    html = page(
        asked("1.1", Verdict(State.WRONG, 0.0, SCRIPT, trap=SCRIPT), answer=SCRIPT),
        text(SCRIPT, released=False),
        code(shows(text_html=SCRIPT, text_plain="x"), shows(text_plain=SCRIPT), source=SCRIPT),
        code(nbformat.v4.new_output("error", ename=SCRIPT, evalue=SCRIPT, traceback=[SCRIPT])),
        code(nbformat.v4.new_output("stream", text=SCRIPT), shows(image_svg="<svg onload=x>", text_plain="s")),
        marks={"q-1-1": (0.0, 2.0, 0.0)},
        comments={"q-1-1": f"{SCRIPT} [a](javascript:alert(3))"},
        lines=(SCRIPT,),
    )
    assert not re.findall(r"<script|<img src=x|<svg|<link|<iframe|@import|href=.javascript|url\(|src=.?http", html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "default-src 'none'" in html


def test_a_title_with_html_in_it_is_text(page):
    assert "<h1>A &lt;b&gt; lesson</h1>" in page(text("# A <b> lesson"))


def test_what_happened_to_the_notebook_stands_on_top(page):
    card = note_card("About the notebook you handed in", ["A cell was put back."], needs_care=True)
    html = page(text(inert(card.html), cell_id="situ-notices"), text("# Means"))
    assert 1 == html.count("A cell was put back.")
    assert html.index("A cell was put back.") < html.index("Your points")


def ran(number, source="1 + 1"):
    cell = code(source=source)
    cell.execution_count = number
    return cell


def test_a_cell_that_ran_has_its_number_beside_it_and_one_that_did_not_has_none(page):
    html = page(ran(14), ran(None, "2 + 2"))
    assert "[14]" in plain(html)
    assert 1 == html.count('class="number"')


def test_a_notice_that_names_a_cell_leads_to_it(page):
    card = note_card("About the notebook you handed in", ["It stopped in cell [14], not in [99]."], needs_care=True)
    html = page(text(inert(card.html), cell_id="situ-notices"), ran(14))
    assert 'in cell <a href="#ran-14">' in html
    assert "[99]" in unescape(plain(html))
    assert set(ANCHORS.findall(html)) <= set(re.findall(r'id="([^"]*)"', html))


def test_what_looks_like_a_cell_inside_a_tag_is_left_alone():
    parts = [LessonPart("in-x", is_code=True, is_own=False, body=Markup(), number=14)]
    assert '<p title="[14]">x</p>' == cells_linked(Markup('<p title="[14]">x</p>'), parts)


def test_the_lesson_is_folded_and_says_what_was_the_learners_own(page):
    html = page(text("## Part 1"), code(nbformat.v4.new_output("stream", text="2\n"), source="print(1 + 1)"))
    folded = html.partition('<details class="lesson">')[2]
    assert "Part 1" in folded
    assert "Yours" in plain("<body>" + folded)
    assert "<pre>2\n</pre>" in folded


def test_a_judged_cell_in_the_lesson_leads_to_its_verdict_and_does_not_repeat_it(page):
    html = page(asked("1.1", graded(0, "Not so.")), marks={"q-1-1": (0.0, 2.0, 0.0)})
    assert 1 == html.count("Not so.")
    assert 'href="#q-1-1">What became of your answer' in html


def test_the_words_of_a_figure_are_folded_below_its_picture(page):
    picture = shows(image_png=PNG, text_plain="It rises.")
    words = shows(text_html="This figure in words<p>It rises.</p>", text_plain="It rises.\n  by 2")
    html = page(code(picture, words))
    assert f'<img src="data:image/png;base64,{PNG}" alt="It rises.">' in html
    assert "<details><summary>This figure in words</summary><p>It rises.</p></details>" in html


def test_the_words_in_the_place_of_a_figure_are_folded_under_what_it_finds(page):
    instead = "The picture stands in the lesson; here is what it shows."
    html = page(code(shows(text_html=f"<p>It rises.</p><em>{instead}</em>", text_plain="It rises.\n  by 2")))
    assert "<details><summary>It rises.</summary>" in html


def test_a_picture_without_words_says_so_and_nobody_is_warned(page, caplog):
    with caplog.at_level(logging.WARNING):
        html = page(code(shows(image_png=PNG)))
    assert ('alt="A picture without a description."' in html, []) == (True, caplog.records)


def test_what_is_no_picture_is_not_shown_as_one(page):
    assert "<img" not in page(code(shows(image_png='x" onerror="alert(1)', text_plain="s")))


def test_a_cell_the_gradebook_does_not_know_is_no_question():
    cell = asked("1.1", graded(1, ""))
    assert [] == list(question_rows(nbformat.v4.new_notebook(cells=[cell]), Marks({}, {}), Asked({})))
