import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from graders.answerbook import AnswerBook, Book, Entry
from graders.desk.gathering import read_progress
from graders.desk.page import NAME, ProgressCard, card_html, page_html, write_page
from graders.desk.standing import Standing, lesson_progress
from graders.desk.wording import overview
from graders.feedback import Feedback
from graders.feedback_page import CriterionMark, Mark
from graders.forms import NumberForm, PartsForm, TextForm
from graders.lesson import Criterion, Lesson, Outline, Part, Question, write_lesson
from graders.verdict import State

MORNING, NOON, NIGHT = (f"2026-11-22T{hour}:00:00+00:00" for hour in ("09", "12", "23"))
OUTLINE = (Outline("1", "Means", 60, "01_means", 4.0), Outline("2", "Trees", 90, "02_trees", 6.0))


@pytest.fixture
def lesson(tmp_path):
    """A lesson of two questions, one with two parts, a practice item and a decision, in three parts of 60 minutes."""
    number = NumberForm(label="mean")
    forms = {"1.1": number, "1.2": PartsForm({"low": number, "high": number})}
    folder = tmp_path / "01_means"
    folder.mkdir()
    questions = {id_: Question(id_, f"What of <{id_}>?", 2.0, form) for id_, form in forms.items()}
    parts = (Part("Warm-up", 5), Part("1 · Look", 25, ("1.a", "1.client-c")), Part("2 · Say", 30, ("1.1", "1.2")))
    return Lesson(folder, "1", "mini", "autumn", "f", (), questions, "Means", 60, parts, OUTLINE)


def progress(lesson, answers=(), marks=None, code=None, picks=()):
    """Progress where these answers were saved at noon; with marks, on what was handed in then."""
    book = Book({item: Entry(answer, "form", NOON) for item, answer in dict(answers).items()})
    feedback = None if marks is None else Feedback(lesson.folder / "feedback/x/01_means.html", NOON, marks, 1.5, 4.0)
    return lesson_progress(lesson, book, dict(picks), feedback, code)


def standing(lesson, answer, question="1.1", **more):
    found = {asked.id: asked.standing for asked in progress(lesson, {question: answer}, **more).questions}
    return found[question]


def text(found):
    return overview(found).text


def test_every_question_of_the_lesson_is_listed(lesson):
    assert [("1.1", Standing.NOT_ATTEMPTED), ("1.2", Standing.NOT_ATTEMPTED)] == [
        (question.id, question.standing) for question in progress(lesson).questions
    ]


@pytest.mark.parametrize("blank", [None, "", "...", {"$blank": True}])
def test_an_answer_left_blank_is_not_attempted(lesson, blank):
    assert Standing.NOT_ATTEMPTED is standing(lesson, blank)


def test_an_answer_whose_every_part_is_blank_is_not_attempted(lesson):
    assert Standing.NOT_ATTEMPTED is standing(lesson, {"low": "", "high": None}, "1.2")


def test_an_answer_with_a_part_left_is_partly_filled_in(lesson):
    assert Standing.PARTLY_FILLED_IN is standing(lesson, {"low": "3,5", "high": ""}, "1.2")


def test_a_whole_answer_is_recorded(lesson):
    assert Standing.RECORDED is standing(lesson, "3,5")


def test_an_answer_of_another_form_says_what_was_expected(lesson):
    (asked, _) = progress(lesson, {"1.1": "a lot"}).questions
    assert Standing.UNREADABLE is asked.standing
    assert "A number was expected" in asked.problem


def test_a_text_of_another_length_is_not_called_unreadable(lesson):
    memo = replace(lesson.questions["1.1"], form=TextForm("The memo", 3, 9))
    found = progress(replace(lesson, questions={"1.1": memo}), {"1.1": "Too short."})
    assert (Standing.OF_ANOTHER_LENGTH, True) == (found.questions[0].standing, "Not of the length asked" in text(found))


def test_before_the_case_is_open_an_answer_is_recorded_unread(lesson):
    book = Book({"1.1": Entry("a lot", "form", NOON)})
    assert Standing.RECORDED is lesson_progress(lesson, book).questions[0].standing


def test_when_and_how_an_answer_was_saved_is_told(lesson):
    book = Book({"1.1": Entry("3", "code", NOON), "1.2": Entry({"low": 1, "high": 2}, "form", "some day")})
    found = [(asked.by, asked.saved) for asked in lesson_progress(lesson, book, {}).questions]
    assert [("code", NOON), ("form", "some day")] == found
    assert 1 == text(lesson_progress(lesson, book, {})).count(", by code.")


def test_what_code_handed_in_counts_over_the_form(lesson):
    assert Standing.UNREADABLE is standing(lesson, "3", code={"1.1": "a lot"})


def test_a_submit_whose_dots_still_stand_hides_no_form(lesson):
    assert Standing.RECORDED is standing(lesson, "3", code={"1.1": {"$blank": True}})


def test_a_book_that_could_not_be_read_is_said(lesson):
    found = lesson_progress(lesson, Book(problem="answers.json is damaged."), {})
    assert "answers.json is damaged." in text(found)


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ({}, 60),
        ({"1.a": 1}, 43),  # the warm-up is over, and half of part 1: 12.5 minutes count as 13
        ({"1.a": 1, "1.client-c": {"$skipped": True}}, 30),
        ({"1.1": 1}, 40),
        ({"1.1": "a lot"}, 60),
        ({"1.a": 1, "1.client-c": "no", "1.1": 1, "1.2": {"low": 1, "high": 2}}, 0),
    ],
)
def test_the_minutes_left_are_those_of_what_is_open(lesson, answers, left):
    assert left == progress(lesson, answers).minutes_left


def test_a_last_part_without_items_is_over_when_all_is_done(lesson):
    lesson = replace(lesson, parts=(Part("1", 20, ("1.1", "1.2")), Part("Closing", 10)))
    assert 20 == progress(lesson, {"1.1": 1}).minutes_left
    assert 0 == progress(lesson, {"1.1": 1, "1.2": {"low": 1, "high": 2}}).minutes_left


def test_practice_and_decisions_are_told_part_by_part(lesson):
    assert "Practice: 1.a open. Decisions made: 1 of 1." in text(progress(lesson, {"1.client-c": "no"}))


def test_practice_that_was_answered_is_called_begun_for_it_may_not_be_right_yet(lesson):
    assert "Practice: 1.a begun." in text(progress(lesson, {"1.a": 1}))


def test_a_decision_that_was_skipped_is_not_made(lesson):
    assert "Decisions made: 0 of 1." in text(progress(lesson, {"1.client-c": {"$skipped": True}}))


def test_before_grading_it_says_what_is_checked_now_and_what_later(lesson):
    assert "judged after you hand in" in text(progress(lesson))


def test_after_grading_the_state_the_points_and_the_message_are_told(lesson):
    marks = {"1.1": Mark(1.5, 2.0, State.PARTLY_RIGHT, 1.5, ("The sign is off.",))}
    told = text(progress(lesson, {"1.1": 1}, marks))
    assert "1.1 · 1.5 of 2 · Partly right\n      The sign is off." in told
    assert "1.5 of 4 points." in told


@pytest.mark.parametrize("state", State)
def test_every_outcome_has_a_word_and_a_sign_of_its_own(lesson, state):
    row = overview(progress(lesson, marks={"1.1": Mark(0.0, 2.0, state, 0.0)})).sections[-1].rows[0]
    assert row.state
    assert row.sign in "✓◐✗!○–"


def test_a_mark_by_hand_is_called_so_and_the_automatic_one_is_told(lesson):
    told = text(progress(lesson, marks={"1.1": Mark(2.0, 2.0, State.WRONG, 0.0)}))
    assert "2 of 2 · Marked by your instructor\n      The automatic mark was 0." in told


def test_feedback_on_what_was_left_to_a_person_is_that_persons_mark(lesson):
    mark = Mark(0.0, 2.0, State.NOT_JUDGED, message=("Handed in: 40 words.",), comment="Too short.", waits=True)
    told = text(progress(lesson, marks={"1.1": mark}))
    assert (
        "0 of 2 · Marked by your instructor\n      Handed in: 40 words.\n      Your instructor writes: Too short."
        in told
    )


def by_criteria(lesson, **more):
    """The lesson with a memo of two criteria, and feedback on it."""
    facts, writing = Criterion("facts", "Facts and units", 6.0), Criterion("writing", "Writing", 2.0)
    asked = replace(lesson.questions["1.1"], points=8.0, criteria=(facts, writing))
    marked = (CriterionMark("facts", 4.0, 6.0, "Say which."), CriterionMark("writing", 1.5, 2.0))
    mark = Mark(5.5, 8.0, State.NOT_JUDGED, waits=True, criteria=marked, **more)
    return replace(lesson, questions={**lesson.questions, "1.1": asked}), {"1.1": mark}


def test_a_memo_says_what_each_criterion_earned_and_why(lesson):
    lesson, marks = by_criteria(lesson)
    told = text(progress(lesson, marks=marks))
    assert "5.5 of 8 · Marked by your instructor" in told
    assert "Facts and units: 4 of 6. Your instructor writes: Say which.\n      Writing: 1.5 of 2." in told


def test_a_memo_that_nobody_has_marked_still_waits(lesson):
    lesson, marks = by_criteria(lesson, is_open=True)
    told = text(progress(lesson, marks=marks))
    assert "8 · Waiting for your instructor" in told
    assert "Facts and units" not in told


def test_before_it_is_marked_a_memo_has_the_points_of_its_criteria(lesson):
    assert "8 · Not attempted" in text(progress(by_criteria(lesson)[0]))


def test_a_comment_is_told_as_the_instructors(lesson):
    assert "Your instructor writes: Good." in text(progress(lesson, marks={"1.1": Mark(2.0, 2.0, comment="Good.")}))


def test_an_answer_changed_since_it_was_handed_in_says_so(lesson):
    book = Book({"1.1": Entry("3", "form", NIGHT), "1.2": Entry({"low": 1, "high": 2}, "form", MORNING)})
    mark = Mark(2.0, 2.0, State.RIGHT, 2.0)
    feedback = Feedback(lesson.folder / "page.html", NOON, {"1.1": mark, "1.2": mark}, 4.0, 4.0)
    assert [True, False] == [asked.changed for asked in lesson_progress(lesson, book, {}, feedback).questions]


def test_feedback_that_could_not_be_read_is_said_and_reachable(lesson):
    page = lesson.folder / "feedback" / "x" / "01_means.html"
    found = lesson_progress(lesson, Book(), {}, Feedback(page, NOON, problem="The feedback could not be read."))
    assert "The feedback could not be read." in text(found)
    assert 'href="feedback/x/01_means.html"' in card_html(overview(found))


def test_feedback_on_an_earlier_hand_in_is_said_to_be_so(lesson):
    found = replace(progress(lesson, marks={"1.1": Mark(2.0, 2.0)}), handed_in=NIGHT)
    assert "The feedback is on an earlier hand-in" in text(found)


@pytest.fixture
def written(lesson):
    """The lesson in its folder, and a second one of the same class beside it, half done."""
    write_lesson(lesson)
    beside = replace(lesson, folder=lesson.folder.parent / "02_trees", id="2", title="Trees")
    beside.folder.mkdir()
    write_lesson(beside)
    AnswerBook(beside.folder).save("1.1", 1, by="form")
    return lesson


def test_the_folder_is_read_as_it_stands(written):
    AnswerBook(written.folder).save("1.1", 1, by="form")
    assert 1 == read_progress(written, {}).recorded


def test_the_other_lessons_of_the_block_are_read_from_the_folders_beside(written):
    assert [(0, True), (1, False)] == [(other.recorded, other.is_here) for other in read_progress(written).others]


def test_a_lesson_that_was_not_fetched_is_listed_from_the_outline(lesson):
    write_lesson(lesson)
    assert "2 · Trees · Not fetched, 90 min · 6" in text(read_progress(lesson))


def test_a_lesson_of_another_class_is_not_this_blocks(written):
    other = replace(written, folder=written.folder.parent / "02_trees", id="2", class_id="spring")
    write_lesson(other)
    assert read_progress(written).others[1].folder is None


def test_the_hand_in_of_the_learner_is_told(written, tmp_path):
    (tmp_path / ".situ/cache/autumn" / f"ana+01_means+{NOON.replace('T', ' ')[:19]}.000000 UTC").mkdir(parents=True)
    assert (NOON, "") == (
        read_progress(written, learner="ana").handed_in,
        read_progress(written, learner="bob").handed_in,
    )


class Outside(HTMLParser):
    """Collects what a page would fetch, run or lead to, and how its table heads are marked."""

    def __init__(self, html):
        super().__init__()
        self.reached, self.heads = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.reached += [known[name] for name in ("href", "src", "action") if name in known]
        self.reached += [tag] * (tag in {"script", "iframe", "link", "img", "form"})
        self.heads += [known.get("scope")] * (tag == "th")


@pytest.fixture
def graded(lesson):
    marks = {"1.1": Mark(0.0, 2.0, State.WRONG, 0.0, ("<script>alert(1)</script>",), comment="<b>x</b>")}
    others = read_progress(lesson).others
    return overview(replace(progress(lesson, {"1.1": 1}, marks), others=others))


def test_the_page_holds_no_script_no_link_and_asks_no_network(graded):
    assert [] == Outside(page_html(graded)).reached
    assert not re.search(r"https?:|@import|url\(", page_html(graded))


@pytest.mark.parametrize("layout", [page_html, card_html])
def test_every_table_head_says_what_it_heads_and_every_table_what_it_is(graded, layout):
    html = layout(graded)
    assert {"col", "row", "rowgroup"} == set(Outside(html).heads)
    assert html.count("<table") == html.count("<caption>") == 2


@pytest.mark.parametrize("layout", [page_html, card_html])
def test_nothing_on_it_is_taken_for_html(graded, layout):
    assert "<script" not in layout(graded)
    assert "What of &lt;1.1&gt;?" in layout(graded)


def test_the_page_says_its_language_and_where_the_feedback_is(graded):
    assert '<html lang="en"' in page_html(graded)
    assert "feedback/x/01_means.html" in page_html(graded)


def test_the_card_leads_to_the_feedback_the_other_lessons_and_the_page(written):
    view = overview(
        replace(read_progress(written), feedback=Feedback(written.folder / "feedback/2026-11-22 10:42:00 UTC/a.html"))
    )
    links = ["feedback/2026-11-22%2010%3A42%3A00%20UTC/a.html", "../02_trees/02_trees.ipynb", "progress.html"]
    assert links == Outside(card_html(view, has_page=True)).reached


def test_the_page_is_written_beside_the_lesson(lesson):
    assert write_page(lesson.folder, progress(lesson))
    assert "0 of 2 answers recorded." in (lesson.folder / NAME).read_text()
    assert [NAME] == [path.name for path in lesson.folder.iterdir()]


def test_a_page_that_says_the_same_is_not_written_again(lesson):
    write_page(lesson.folder, progress(lesson))
    before = (lesson.folder / NAME).stat().st_mtime_ns
    write_page(lesson.folder, progress(lesson))
    assert before == (lesson.folder / NAME).stat().st_mtime_ns


def test_a_page_that_says_something_new_replaces_the_old_one(lesson):
    write_page(lesson.folder, progress(lesson))
    write_page(lesson.folder, progress(lesson, {"1.1": 1}))
    assert "1 of 2 answers recorded." in (lesson.folder / NAME).read_text()


def test_a_folder_that_cannot_be_written_to_is_told_not_raised(lesson):
    assert not write_page(lesson.folder / "gone", progress(lesson))
    assert [] == list(lesson.folder.iterdir())


def test_the_card_follows_where_it_is_shown(lesson, monkeypatch):
    answers, updates = {}, []

    class Handle:
        def update(self, bundle, raw):
            updates.append(bundle["text/plain"])

    monkeypatch.setattr("IPython.display.display", lambda *shown, **how: Handle())
    card = ProgressCard(lambda: progress(lesson, answers))
    card.refresh()
    card._ipython_display_()
    answers["1.1"] = 1
    card.refresh()
    assert ["1 of 2 answers recorded."] == [told.splitlines()[1] for told in updates]
