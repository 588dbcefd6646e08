"""What learners get: no solution, and nobody's answers."""

import shutil

import nbformat
import pytest

from graders.answerbook import AnswerBook
from instructors.grading.release import is_own_solution

ASSIGNMENT = "01_demo"
SOLUTION = "never handed out"


@pytest.fixture(scope="module")
def course(make_course):
    made = make_course("release")
    assert SOLUTION in made.notebook("source", ".").read_text()
    AnswerBook(made.root / "source" / ASSIGNMENT).save("1.5", "a try", by="form")
    assert 0 == made.nbgrader("generate_assignment", ASSIGNMENT, "--force"), made.log
    return made


def _files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_only_solution_cells_are_taken_out(released):
    assert not [cell.id for cell in released.cells if is_own_solution(cell)]


@pytest.mark.slow
def test_the_release_holds_no_solution_cell_and_every_other_cell(course, released):
    notebook = nbformat.read(course.notebook("release", "."), as_version=4)
    assert [cell.id for cell in released.cells] == [cell.id for cell in notebook.cells]


@pytest.mark.slow
def test_no_solution_is_in_the_release_nor_in_the_gradebook(course):
    assert SOLUTION not in course.notebook("release", ".").read_text()
    assert SOLUTION.encode() not in (course.root / "gradebook.db").read_bytes()


@pytest.mark.slow
def test_with_nbgraders_own_steps_alone_no_solution_is_released_either(course, tmp_path):
    root = tmp_path / "class"
    shutil.copytree(course.root / "source", root / "source")
    (root / "nbgrader_config.py").write_text("get_config().CourseDirectory.course_id = 'autumn'\n")
    course.root, kept = root, course.root
    try:
        assert 0 == course.nbgrader("generate_assignment", ASSIGNMENT), course.log
    finally:
        course.root = kept
    text = (root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()
    assert (False, True) == (SOLUTION in text, "solution-1-5" in text)
    assert SOLUTION.encode() not in (root / "gradebook.db").read_bytes()


@pytest.mark.slow
def test_answers_tried_in_the_source_folder_are_not_released_and_stay_where_they_are(course):
    assert ["01_demo.ipynb", "mini.py"] == _files(course.root / "release" / ASSIGNMENT)
    assert "answers.json" in _files(course.root / "source" / ASSIGNMENT)


@pytest.mark.slow
def test_answers_of_a_preview_do_not_reach_the_exchange(course):
    exchange = course.root / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    preview = course.root / "release" / ASSIGNMENT
    AnswerBook(preview).save("1.5", "a try", by="form")
    try:
        assert 0 == course.nbgrader("release_assignment", ASSIGNMENT), course.log
    finally:
        for file in preview.glob("*answers.json*"):
            file.unlink()
    assert ["01_demo.ipynb", "mini.py"] == _files(exchange / "autumn" / "outbound" / ASSIGNMENT)
