import copy

import pytest

from graders.errors import ContentError
from instructors.build import build_notebook, read_source
from instructors.content import read_block
from instructors.markers import marker, submitted_names


@pytest.fixture
def block(mini_content):
    return read_block(mini_content / "courses" / "mini")


@pytest.fixture
def source(block):
    return read_source(block.lesson_file(block.lesson("1")))


@pytest.fixture
def notebook(block, source):
    return built(block, source)


def built(block, source):
    return build_notebook(source, block.lesson("1"), block.keys("1"), block.name)


def by_id(notebook):
    return {cell["id"]: cell for cell in notebook.cells}


def titled(source, title):
    return next(cell for cell in source.cells if cell.metadata.get("title") == title)


def without(source, *titles):
    source.cells = [cell for cell in source.cells if cell.metadata.get("title") not in titles]
    return source


def retitled(source, old, new):
    titled(source, old).metadata["title"] = new
    return source


def rewritten(source, title, code):
    titled(source, title).source = code
    return source


@pytest.mark.parametrize(("question", "points"), [("1-2", 3.0), ("1-3", 1.0)])
def test_an_answer_or_submit_cell_becomes_a_locked_graded_cell_with_the_points_of_its_key(notebook, question, points):
    assert {
        "grade_id": f"q-{question}",
        "schema_version": 3,
        "grade": True,
        "solution": False,
        "locked": True,
        "task": False,
        "points": points,
    } == by_id(notebook)[f"q-{question}"].metadata["nbgrader"]


@pytest.mark.parametrize("cell_id", ["q-1-1", "decision-1-rate-of-loan"])
def test_a_form_can_be_neither_edited_nor_deleted(notebook, cell_id):
    assert {"editable": False, "deletable": False}.items() <= by_id(notebook)[cell_id].metadata.items()


def test_the_authors_own_solution_is_marked_whole_as_one(notebook):
    cell = by_id(notebook)["solution-1-1"]
    assert cell.metadata["nbgrader"]["solution"]
    assert ("### BEGIN SOLUTION", "### END SOLUTION") == (cell.source.splitlines()[0], cell.source.splitlines()[-1])


@pytest.mark.parametrize("cell_id", ["answer-1-3", "practice-1-a"])
def test_where_a_learner_writes_code_the_cell_can_be_edited_and_not_deleted(notebook, cell_id):
    cell = by_id(notebook)[cell_id]
    assert ("editable" not in cell.metadata, False) == (True, cell.metadata["deletable"])


def test_text_cells_cannot_be_edited(notebook):
    assert not notebook.cells[0].metadata["editable"]


def test_building_twice_gives_the_same_notebook(block, source, notebook):
    assert notebook == built(block, source)


def test_a_solution_may_take_several_cells(block, source):
    first = copy.deepcopy(titled(source, "solution 1.1"))
    first.source = "mean = 1"
    source.cells.insert(source.cells.index(titled(source, "solution 1.1")), first)
    assert ["solution-1-1", "solution-1-1-2"] == [
        cell.id for cell in built(block, source).cells if cell.id.startswith("solution-1-1")
    ]


@pytest.mark.parametrize(
    ("titles", "told"),
    [
        (["answer 1.1", "solution 1.1"], "question 1.1: expected an answer and a solution cell, .* got neither"),
        (["solution 1.1"], "question 1.1: .* got answer"),
        (["write 1.3"], "question 1.3: .* got submit"),
    ],
)
def test_a_question_without_its_cells_is_refused(block, source, titles, told):
    with pytest.raises(ContentError, match=told):
        built(block, without(source, *titles))


def test_a_question_answered_both_ways_is_refused(block, source):
    source.cells += [titled(source, title).copy() for title in ("write 1.3", "submit 1.3")]
    for cell, title in zip(source.cells[-2:], ("write 1.1", "submit 1.1"), strict=True):
        cell.metadata = cell.metadata | {"title": title}
    with pytest.raises(ContentError, match="got answer and solution and write and submit"):
        built(block, source)


@pytest.mark.parametrize(
    ("title", "code", "told"),
    [
        ("answer 1.1", 'answer("1.2")', r'cell answer 1.1: expected only answer\("1.1"\), got: answer\("1.2"\)'),
        ("answer 1.1", 'answer("1.1")\nprint(1)', "expected only answer"),
        ("decision 1.rate-of-loan", "pass", "expected only decide"),
        ("practice 1.a", 'check("1.b")', r'cell practice 1.a: expected check\("1.a"\) in it, got: check\("1.b"\)'),
        ("solution 1.1", "mean = 1", r'expected its solution to end with submit\("1.1", value\), got: mean = 1'),
        ("solution 1.1", 'submit("1.2", 1)', "expected its solution to end with submit"),
        ("solution 1.1", "", "got: an empty cell"),
        ("solution 1.1", '### BEGIN SOLUTION\nsubmit("1.1", 1)', "expected plain code, got marks of a solution"),
        ("write 1.3", "halves = [...]", "expected the solution between"),
        ("submit 1.3", 'submit("1.3", 1)', r"cell submit 1.3: expected submit\(question, name\)"),
    ],
)
def test_a_cell_that_does_not_hold_what_its_title_says_is_refused(block, source, title, code, told):
    with pytest.raises(ContentError, match=told):
        built(block, rewritten(source, title, code))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("practice 1.a", "practice 1.2", 'expected a title such as "practice 1.a", got "practice 1.2"'),
        ("answer 1.1", "answer 1.1 the mean", 'expected a title such as "answer 1.3"'),
        ("decision 1.rate-of-loan", "decision 1.r", 'expected a title such as "decision 1.client-c"'),
        ("answer 1.4", "answer 1.9", "expected a key for every question, got none for 1.9"),
        ("answer 1.2", "answer 1.1", "expected one cell answer 1.1, got 2"),
    ],
)
def test_a_title_that_names_no_item_of_its_kind_is_refused(block, source, old, new, told):
    with pytest.raises(ContentError, match=told):
        built(block, retitled(source, old, new))


def test_a_solution_apart_from_its_question_is_refused(block, source):
    moved = titled(source, "solution 1.1")
    source.cells.remove(moved)
    source.cells.append(moved)
    with pytest.raises(ContentError, match=r"cell solution 1\.1: expected it right after the cell answer 1\.1"):
        built(block, source)


def test_questions_out_of_order_are_refused(block, source):
    source.cells += [titled(source, title) for title in ("answer 1.1", "solution 1.1")]
    for title in ("answer 1.1", "solution 1.1"):
        source.cells.remove(titled(source, title))
    with pytest.raises(ContentError, match=r"in the order 1.1, 1.2, 1.3, 1.4, got 1.2, 1.3, 1.4, 1.1"):
        built(block, source)


def test_all_problems_of_a_source_are_told_at_once(block, source):
    rewritten(retitled(source, "practice 1.a", "practice one"), "answer 1.1", "pass")
    with pytest.raises(ContentError, match=r'practice one".*\n.*answer 1\.1'):
        built(block, source)


def test_a_submit_cell_of_another_form_hides_no_other_problem(block, source):
    rewritten(rewritten(source, "submit 1.3", "x = 1"), "solution 1.1", "mean = 1")
    with pytest.raises(ContentError, match=r"cell submit 1\.3: expected submit.*\n.*question 1\.1"):
        built(block, source)


def test_a_practice_cell_may_hold_more_than_its_check(block, source):
    assert built(block, rewritten(source, "practice 1.a", 'display(1)\ncheck("1.a", 3)'))


def test_a_decision_is_told_from_a_practice_item(source):
    assert ("decision", "1.rate-of-loan") == (
        (found := marker(titled(source, "decision 1.rate-of-loan"))).part,
        found.item,
    )


@pytest.mark.parametrize("source", ["submit()", "x = 1", "submit('1.1', [a, b])", "submit('1.1', {'a': 1})", "("])
def test_a_submit_cell_of_another_form_is_refused(source):
    with pytest.raises(ContentError, match="expected submit"):
        submitted_names(source)
