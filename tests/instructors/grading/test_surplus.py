"""What of a submission grading does not take is set aside before nbgrader copies it."""

import os

import pytest

from graders.answerbook import read_book
from instructors.grading.surplus import MAX_DEPTH, MAX_FILES, NOTE, set_aside, set_aside_in


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "submitted"
    made.mkdir()
    (made / "lesson.ipynb").write_text("{}")
    return made


@pytest.fixture
def lesson(tmp_path):
    made = tmp_path / "release"
    (made / "data").mkdir(parents=True)
    (made / "lesson.json").write_text("{}")
    (made / "data" / "rates.csv").write_text("x")
    return made


def left(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_an_ordinary_submission_is_left_as_it_is(folder, lesson, tmp_path):
    (folder / "notes.txt").write_text("x")
    assert [] == set_aside(folder, lesson, tmp_path / "aside")
    assert (["lesson.ipynb", "notes.txt"], False) == (left(folder), (tmp_path / "aside").exists())


def test_a_file_that_would_fill_the_disk_is_moved_and_not_copied(folder, lesson, tmp_path):
    with (folder / "big.bin").open("wb") as stream:
        stream.truncate(10**12)
    assert ["big.bin"] == set_aside(folder, lesson, tmp_path / "aside")
    assert [10**12] == [path.stat().st_size for path in (tmp_path / "aside").iterdir()]


def test_files_beyond_the_number_taken_are_set_aside(folder, lesson, tmp_path):
    for number in range(MAX_FILES + 3):
        (folder / f"{number:04d}.txt").write_text("x")
    assert 3 == len(set_aside(folder, lesson, tmp_path / "aside"))


def test_folders_beyond_the_depth_taken_are_set_aside(folder, lesson, tmp_path):
    deep = folder.joinpath(*["d"] * (MAX_DEPTH + 2))
    deep.mkdir(parents=True)
    assert ["/".join("d" * (MAX_DEPTH + 1))] == set_aside(folder, lesson, tmp_path / "aside")


@pytest.mark.parametrize("name", [b"\xff.txt", b"a\nb.txt", b"\x1b[2J.txt"])
def test_a_name_that_is_no_text_is_set_aside_and_told_as_text(folder, lesson, tmp_path, name):
    os.close(os.open(os.fsencode(folder) + b"/" + name, os.O_CREAT | os.O_WRONLY))
    (told,) = set_aside(folder, lesson, tmp_path / "aside")
    assert told.isprintable()


@pytest.mark.parametrize("name", ["lesson.json", "timestamp.txt"])
def test_a_folder_where_a_file_belongs_is_set_aside(folder, lesson, tmp_path, name):
    (folder / name).mkdir()
    assert [name] == set_aside(folder, lesson, tmp_path / "aside")


def test_a_file_where_a_folder_of_the_lesson_belongs_is_set_aside(folder, lesson, tmp_path):
    (folder / "data").write_text("x")
    assert ["data"] == set_aside(folder, lesson, tmp_path / "aside")


def test_in_place_of_an_answer_book_stays_one_that_a_human_looks_at(folder, lesson, tmp_path):
    with (folder / "answers.json").open("wb") as stream:
        stream.truncate(10**12)
    set_aside(folder, lesson, tmp_path / "aside")
    assert "answers.json is damaged and could not be read." == read_book(folder / "answers.json").problem


def test_the_note_in_the_submission_tells_it_to_whoever_grades_again(folder, lesson, tmp_path):
    (folder / "data").write_text("x")
    set_aside(folder, lesson, tmp_path / "aside")
    assert ([], ["data"]) == (set_aside(folder, lesson, tmp_path / "aside"), set_aside_in(folder))


def test_a_note_that_a_learner_wrote_is_only_text(folder):
    (folder / NOTE).write_bytes(b"\x1b[2J<script>\xff\n\n")
    assert ["?[2J<script>\ufffd"] == set_aside_in(folder)


def test_a_note_that_is_too_large_is_set_aside_like_any_other_file(folder, lesson, tmp_path):
    with (folder / NOTE).open("wb") as stream:
        stream.truncate(10**12)
    assert [NOTE] == set_aside(folder, lesson, tmp_path / "aside")
    assert [NOTE] == set_aside_in(folder)


def test_a_note_counts_only_beside_the_notebook(folder, lesson, tmp_path):
    (folder / "sub").mkdir()
    with (folder / "sub" / NOTE).open("wb") as stream:
        stream.truncate(10**12)
    assert [f"sub/{NOTE}"] == set_aside(folder, lesson, tmp_path / "aside")


def test_a_folder_in_the_notes_place_is_set_aside(folder, lesson, tmp_path):
    (folder / NOTE).mkdir()
    assert [NOTE] == set_aside(folder, lesson, tmp_path / "aside")


def test_a_path_too_long_for_the_system_is_set_aside(folder, lesson, tmp_path):
    folder.joinpath(*["d" * 200] * 8).mkdir(parents=True)
    assert ["/".join(["d" * 200] * 5)] == set_aside(folder, lesson, tmp_path / "aside")
