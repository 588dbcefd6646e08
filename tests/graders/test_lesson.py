import json
from dataclasses import replace

import pytest

from graders.errors import ContentError
from graders.forms import NumberForm
from graders.lesson import NAME, Lesson, Outline, Part, Question, find_lesson, write_lesson


@pytest.fixture
def lesson(tmp_path):
    return Lesson(
        folder=tmp_path,
        id="2",
        block="mini",
        class_id="autumn",
        fingerprint="f1",
        shared_places=("share",),
        questions={"2.1": Question("2.1", "What is the mean?", 2.0, NumberForm(label="mean"))},
        title="“Means” & more",
        minutes=30,
        parts=(Part("Warm-up", 5), Part("1 · Means", 25, ("2.a", "2.client-c", "2.1"))),
        outline=(Outline("1", "First", 20, "01_first", 5.0), Outline("2", "“Means” & more", 30, "02_means", 2.0)),
    )


def changed(lesson, **values):
    write_lesson(lesson)
    raw = json.loads((lesson.folder / NAME).read_text())
    (lesson.folder / NAME).write_text(json.dumps({**raw, **values}))


def test_a_lesson_is_read_as_it_was_written(lesson):
    write_lesson(lesson)
    assert lesson == find_lesson(lesson.folder)


def test_a_lesson_of_another_block_may_have_no_other_lessons(lesson):
    alone = replace(lesson, outline=())
    write_lesson(alone)
    assert alone == find_lesson(lesson.folder)


def test_a_folder_without_a_lesson_says_where_to_open_the_notebook(tmp_path):
    with pytest.raises(ContentError, match="Open the notebook in the folder you fetched"):
        find_lesson(tmp_path)


@pytest.mark.parametrize("number", [1, 3, "2"])
def test_a_lesson_of_another_version_is_to_be_fetched_again(lesson, number):
    changed(lesson, format=number)
    with pytest.raises(ContentError, match="fetch the lesson again"):
        find_lesson(lesson.folder)


@pytest.mark.parametrize("values", [{"parts": [{"title": "x"}]}, {"minutes": "long"}, {"outline": None}])
def test_a_damaged_lesson_is_no_lesson(lesson, values):
    changed(lesson, **values)
    with pytest.raises(ContentError, match=r"Expected the file lesson\.json"):
        find_lesson(lesson.folder)
