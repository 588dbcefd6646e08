import pytest

from graders.errors import ContentError
from instructors.build import build_notebook, read_source, submitted_names
from instructors.content import read_block


@pytest.fixture
def block(mini_content):
    return read_block(mini_content / "courses" / "mini")


@pytest.fixture
def notebook(block):
    entry = block.lesson("1")
    return build_notebook(read_source(block.lesson_file(entry)), entry, block.keys("1"), block.name)


def by_id(notebook):
    return {cell["id"]: cell for cell in notebook.cells}


def test_a_submit_cell_becomes_a_locked_graded_cell_with_the_points_of_its_key(notebook):
    assert {
        "grade_id": "q-1-2",
        "schema_version": 3,
        "grade": True,
        "solution": False,
        "locked": True,
        "task": False,
        "points": 3.0,
    } == by_id(notebook)["q-1-2"].metadata["nbgrader"]


def test_an_answer_cell_becomes_a_solution_cell_that_learners_can_edit(notebook):
    cell = by_id(notebook)["answer-1-1"]
    assert cell.metadata["nbgrader"]["solution"]
    assert "editable" not in cell.metadata


def test_text_cells_cannot_be_edited(notebook):
    assert not notebook.cells[0].metadata["editable"]


def test_building_twice_gives_the_same_notebook(block, notebook):
    entry = block.lesson("1")
    assert notebook == build_notebook(read_source(block.lesson_file(entry)), entry, block.keys("1"), block.name)


def test_a_question_without_its_cells_is_refused(block):
    entry = block.lesson("1")
    source = read_source(block.lesson_file(entry))
    source.cells = [cell for cell in source.cells if cell.metadata.get("title") != "submit 1.2"]
    with pytest.raises(ContentError, match=r"got answers 1\.1, 1\.2; submits 1\.1"):
        build_notebook(source, entry, block.keys("1"), block.name)


@pytest.mark.parametrize("source", ["submit()", "x = 1", "submit('1.1', [a, b])", "submit('1.1', {'a': 1})", "("])
def test_a_submit_cell_of_another_form_is_refused(source):
    with pytest.raises(ContentError, match="expected submit"):
        submitted_names(source)
