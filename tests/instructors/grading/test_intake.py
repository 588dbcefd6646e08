import os
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning

from instructors.grading.intake import add_folders_without_notebook, disarmed, enter_in_gradebook, take_in
from instructors.nbgrader_command import put_tools_on_path


@pytest.fixture
def course(tmp_path):
    for path in ("release/01", "submitted/ana/01", "submitted/ben/01"):
        (tmp_path / path).mkdir(parents=True)
    (tmp_path / "release/01/01.ipynb").write_text("{}")
    return tmp_path


def _converter(root, **more):
    def format_path(step, student, assignment, escape=False):
        return os.path.join(root, step, student, assignment)

    course = SimpleNamespace(
        format_path=format_path, release_directory="release", submitted_directory="submitted",
        assignment_id="01", student_id="*", notebook_id="*",
    )  # fmt: skip
    log = SimpleNamespace(warning=lambda *_: None)
    return SimpleNamespace(coursedir=course, assignments={str(root / "submitted/ana/01"): ["a"]}, log=log, **more)


def test_a_link_to_a_file_is_taken_away_and_named(course):
    folder = course / "submitted/ana/01"
    (folder / "data.csv").symlink_to("/etc/passwd")
    assert ["took away the link data.csv, which led to /etc/passwd"] == disarmed(folder)
    assert not (folder / "data.csv").is_symlink()


def test_a_link_in_a_folder_below_is_taken_away_too(course):
    (course / "submitted/ana/01/sub").mkdir()
    (course / "submitted/ana/01/sub/x.ipynb").symlink_to("nowhere")
    assert 1 == len(disarmed(course / "submitted/ana/01"))


def test_a_pipe_is_taken_away(course):
    os.mkfifo(course / "submitted/ana/01/pipe")
    assert ["took away pipe, which is no regular file"] == disarmed(course / "submitted/ana/01")


def test_what_the_learner_wrote_is_left_alone(course):
    folder = course / "submitted/ana/01"
    for name, text in (("notes.txt", "x"), ("01.ipynb", "{}"), ("timestamp.txt", "2026-11-20 10:00:00 UTC\n")):
        (folder / name).write_text(text)
    assert [] == disarmed(folder)
    assert ["01.ipynb", "notes.txt", "timestamp.txt"] == sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("text", ["last night", "\0", "99-99-99"])
def test_a_timestamp_that_is_no_date_is_set_aside(course, text):
    (course / "submitted/ana/01/timestamp.txt").write_text(text)
    assert ["set aside timestamp.txt, which holds no date"] == disarmed(course / "submitted/ana/01")


def test_a_folder_that_its_learner_closed_is_opened(course):
    folder = course / "submitted/ana/01"
    (folder / "sub").mkdir()
    (folder / "sub" / "x.csv").symlink_to("/etc/passwd")
    (folder / "sub").chmod(0o555)
    assert 1 == len(disarmed(folder))
    assert 0o755 == (folder / "sub").stat().st_mode & 0o777


def test_a_link_to_a_folder_is_taken_away(course):
    (course / "submitted/ana/01/sub").symlink_to(course)
    assert 1 == len(disarmed(course / "submitted/ana/01"))
    assert (course / "release/01/01.ipynb").exists()


def test_what_was_set_aside_is_said_for_the_log(course):
    folder = course / "submitted/ana/01"
    with (folder / "big.bin").open("wb") as stream:
        stream.truncate(10**12)
    assert ["set aside 1, the first of them big.bin"] == take_in(folder, course / "release/01", course / "aside")


def test_a_submission_without_any_notebook_is_given_to_nbgrader(course):
    converter = _converter(course)
    add_folders_without_notebook(converter)
    assert [str(course / "submitted/ben/01/01.ipynb")] == converter.assignments[str(course / "submitted/ben/01")]


def test_submissions_nbgrader_found_itself_are_left_as_they_are(course):
    converter = _converter(course)
    add_folders_without_notebook(converter)
    assert ["a"] == converter.assignments[str(course / "submitted/ana/01")]


def test_submissions_are_entered_in_the_gradebook_without_a_warning(course, recwarn):
    put_tools_on_path()  # a new gradebook needs alembic
    url = f"sqlite:///{course / 'gradebook.db'}"
    with Gradebook(url, "autumn") as gradebook:
        gradebook.update_or_create_assignment("01")
        gradebook.update_or_create_notebook("01", "01")
        gradebook.update_or_create_grade_cell("q-1-1", "01", "01", max_score=2, cell_type="code")
    converter = _converter(course, create_student=True)
    converter.coursedir.db_url, converter.coursedir.course_id = url, "autumn"
    enter_in_gradebook(converter)
    with Gradebook(url, "autumn") as gradebook:
        assert ["q-1-1"] == [grade.name for grade in gradebook.find_submission("01", "ana").notebooks[0].grades]
    assert not [warning for warning in recwarn if issubclass(warning.category, SAWarning)]
