import jupytext
import pytest

from graders.errors import ContentError
from graders.lesson import Part
from instructors.card import lesson_parts
from instructors.content import LessonEntry

ITEMS = {"practice": '# %% practice 1.a\ncheck("1.a")', "answer": '# %% answer 1.1\nanswer("1.1")'}
CELLS = [*ITEMS.values(), '# %% solution 1.1\nsubmit("1.1", 1)', '# %% decision 1.client-c\ndecide("1.client-c")']


def heading(text):
    return f"# %% [markdown]\n# Some words.\n#\n# {text}\n#\n# More words."


def parts(*cells, minutes=30):
    source = jupytext.reads("\n\n".join(cells), fmt="py:percent")
    return lesson_parts(source, LessonEntry(id="1", file="01_mini", title="Means", minutes=minutes))


def test_a_part_has_its_heading_and_its_minutes():
    assert (Part("3 · Where the sum starts", 30),) == parts(heading("## 3 · Where the sum starts (30 min)"))


def test_a_part_that_is_not_graded_has_minutes_too():
    assert [5, 25] == [
        part.minutes for part in parts(heading("## Warm-up (5 min, not graded)"), heading("## 1 (25 min)"))
    ]


def test_a_part_has_the_questions_the_practice_and_the_decisions_that_follow_it():
    found = parts(heading("## 1 · Means (10 min)"), *CELLS, heading("## 2 · More (20 min)"))
    assert [("1.a", "1.1", "1.client-c"), ()] == [part.items for part in found]


def test_a_question_written_in_code_counts_once():
    cells = ["# %% write 1.2\nx = ...", '# %% submit 1.2\nsubmit("1.2", x)']
    assert ("1.2",) == parts(heading("## 1 (30 min)"), *cells)[0].items


def test_a_heading_that_names_no_minutes_ends_no_part():
    found = parts(heading("## 1 · Means (30 min)"), heading("## To take away"), ITEMS["answer"])
    assert (Part("1 · Means", 30, ("1.1",)),) == found


@pytest.mark.parametrize("text", ["### Question 1.1 (2 points)", "# Title (2 min)", "```\n# ## 1 (10 min)\n# ```"])
def test_other_headings_and_code_are_no_parts(text):
    assert 1 == len(parts(heading("## 1 (30 min)"), heading(text)))


def test_a_lesson_without_any_minutes_is_one_part():
    assert (Part("Means", 30, ("1.a", "1.1")),) == parts(heading("## Means"), *ITEMS.values())


@pytest.mark.parametrize("text", ["(twenty-5 min)", "(1 h 30)", "(25 minutes)", "(20-30 min)", "(0 min)", "(25')"])
def test_minutes_that_cannot_be_read_are_named(text):
    with pytest.raises(ContentError, match=r"01_mini\.py: expected a heading that ends in its minutes"):
        parts(heading(f"## 2 · Clients {text}"))


@pytest.mark.parametrize("text", ["## Clients (R and S)", "## 600 files (part 2)", "## In an hour"])
def test_other_words_in_brackets_are_not_taken_for_minutes(text):
    assert 1 == len(parts(heading("## 1 (30 min)"), heading(text)))


@pytest.mark.parametrize(("minutes", "gap"), [(25, "5 too many"), (45, "15 too few")])
def test_parts_that_do_not_add_up_say_by_how_much(minutes, gap):
    with pytest.raises(ContentError, match=rf"got 10 \+ 20 = 30: {gap}"):
        parts(heading("## 1 (10 min)"), heading("## 2 (20 min)"), minutes=minutes)


def test_an_item_before_the_first_part_is_named():
    with pytest.raises(ContentError, match=r"got 1\.1 before the first"):
        parts(ITEMS["answer"], heading("## 1 (30 min)"))


def test_a_class_knows_the_parts_and_the_block_of_its_lessons(mini_class):
    from graders.lesson import find_lesson

    lesson = find_lesson(mini_class.root / "source" / "01_mini")
    assert ("Two questions", 10) == (lesson.title, lesson.minutes)
    points = sum(question.points for question in lesson.questions.values())
    assert [("1", "01_mini", points)] == [(other.id, other.assignment, other.points) for other in lesson.outline]
    assert set(lesson.questions) <= {item for part in lesson.parts for item in part.items}
