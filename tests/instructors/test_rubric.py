"""A rubric is read whole or refused with every problem; a lesson is built with it or refused."""

import copy
from pathlib import Path

import pytest
from nbconvert.filters.markdown import markdown2html

from graders.errors import ContentError
from graders.lesson import find_lesson
from instructors.build import build_notebook, read_source
from instructors.card import block_outline
from instructors.content import read_block
from instructors.making import build_sources
from instructors.markers import marker
from instructors.rubric import Level, read_rubric, rubric_of
from instructors.rubric_cells import criterion_of, criterion_text, rubric_text

BLOCK = Path(__file__).parent.parent / "gallery" / "courses" / "gallery"
TEXT = (BLOCK / "rubric_2.toml").read_text()


@pytest.fixture
def block():
    return read_block(BLOCK)


@pytest.fixture
def rubric(block):
    return rubric_of(block, "2")


@pytest.fixture
def source(block):
    return read_source(block.lesson_file(block.lesson("2")))


def changed(tmp_path, *changes, lesson="2"):
    """Read the rubric with words replaced."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "rubric_2.toml").write_text(text)
    return read_rubric(tmp_path / "rubric_2.toml", lesson)


def built(block, source, rubric):
    return build_notebook(source, block.lesson("2"), block.keys("2"), block.name, rubric)


def titled(source, title):
    return next(cell for cell in source.cells if cell.metadata.get("title") == title)


def test_a_rubric_knows_its_points_and_levels(rubric):
    assert (12.0, ["Insufficient", "Developing", "Proficient", "Exemplary"]) == (rubric.points, rubric.level_names)


def test_a_lesson_without_a_rubric_has_none(block):
    assert rubric_of(block, "1") is None


@pytest.mark.parametrize(
    ("points", "ends"), [("0", (0, 0)), ("0-1", (0, 1)), ("1.5", (1.5, 1.5)), ("2 – 3.5", (2, 3.5))]
)
def test_a_level_earns_a_number_or_a_range(points, ends):
    level = Level(name="Developing", points=points, text="Some.")
    assert ends == (level.least, level.most)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('id = "limits"', 'id = "facts"'), "an id of its own for every criterion, got facts more than once"),
        (('points = "2"', 'points = "5"'), "criterion facts: expected levels that earn more and more, got 0, 5, 4, 6"),
        (('points = "0-1"', 'points = "3-1"'), "criterion limits: expected levels that earn more and more"),
        (("points = 6", "points = 7"), "criterion facts: expected a highest level of 7 points, got 6"),
        (('name = "Developing"', 'name = "Fair"'), "criterion limits: expected the levels Insufficient, Fair"),
        (('question = "2.3"', 'question = "1.3"'), 'expected a question of lesson 2, got "1.3"'),
    ],
)
def test_a_rubric_that_does_not_add_up_is_refused(tmp_path, change, told):
    with pytest.raises(ContentError, match=told):
        changed(tmp_path, change)


def test_all_problems_of_a_rubric_are_told_at_once(tmp_path):
    with pytest.raises(ContentError) as caught:
        changed(tmp_path, ('id = "limits"', 'id = "facts"'), ("points = 6", "points = 7"), ("points = 4", "points = 3"))
    assert 3 == len(str(caught.value).splitlines())


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (('id = "facts"', 'id = "Facts and units"'), "criteria.0.id"),
        (('points = "2"', "points = 2"), "criteria.0.levels.1.points"),
        (('points = "2"', 'points = "two"'), "criteria.0.levels.1.points"),
        (("points = 6", 'points = "6"'), "criteria.0.points"),
        (("points = 6", "points = 0"), "criteria.0.points"),
        (('cap = "A memo', 'ceiling = "A memo'), "cap"),
        (('text = "The mean stands for all."', 'text = """Two\nlines"""'), "criteria.1.levels.0.text"),
    ],
)
def test_a_rubric_of_another_shape_says_where(tmp_path, change, place):
    with pytest.raises(ContentError, match=place.replace(".", r"\.")):
        changed(tmp_path, change)


def test_a_criterion_needs_two_levels(tmp_path):
    start = TEXT.index('[[criteria.levels]]\nname = "Developing"\npoints = "1"')
    (tmp_path / "rubric_2.toml").write_text(TEXT[:start])
    with pytest.raises(ContentError, match=r"criteria\.2\.levels"):
        read_rubric(tmp_path / "rubric_2.toml", "2")


def test_learners_read_criteria_levels_points_cap_and_pass_mark(rubric):
    shown = markdown2html(rubric_text(rubric))
    assert 4 == shown.count("<tr")
    assert all(
        text in shown
        for text in (
            "Criterion (12 points)",
            "<strong>Facts and units</strong> (6 points)",
            "<strong>0–1</strong> · The mean stands for all.",
            "<strong>To pass:</strong> Six of the twelve points.",
            "<strong>Cap:</strong> A memo with an invented number",
        )
    )


def test_nothing_in_a_rubric_is_taken_for_markup(rubric):
    level = rubric.criteria[0].levels[0].model_copy(update={"text": "a < b | $x$ *and* `y`"})
    criterion = rubric.criteria[0].model_copy(update={"levels": [level, *rubric.criteria[0].levels[1:]]})
    shown = markdown2html(criterion_text(criterion))
    assert ("<em>" in shown, "math" in shown, 1) == (False, False, shown.count("<table"))
    assert "a &lt; b" in shown


def test_each_criterion_becomes_a_locked_task_with_its_points(block, source, rubric):
    cells = {cell.id: cell for cell in built(block, source, rubric).cells}
    assert {
        "grade_id": "criterion-2-3-facts",
        "schema_version": 3,
        "grade": False,
        "solution": False,
        "locked": True,
        "task": True,
        "points": 6.0,
    } == cells["criterion-2-3-facts"].metadata["nbgrader"]
    assert not cells["criterion-2-3-facts"].metadata["editable"]


def test_the_memos_own_cell_carries_no_points(block, source, rubric):
    cells = {cell.id: cell for cell in built(block, source, rubric).cells}
    assert [2.0, 2.0, 0.0] == [cells[f"q-2-{number}"].metadata["nbgrader"]["points"] for number in (1, 2, 3)]


def test_the_authors_text_stands_above_the_table_and_above_the_criteria(block, source, rubric):
    cells = built(block, source, rubric).cells
    text = next(cell.source for cell in cells if "This is what your memo is read for:" in cell.source)
    assert text.index("read for:") < text.index("<table")
    at = [cell.id for cell in cells].index("criterion-2-3-facts")
    assert cells[at - 1].source == titled(source, "criteria 2.3").source


@pytest.mark.parametrize("part", ["rubric", "criteria"])
def test_a_memo_with_a_rubric_needs_both_cells(block, source, rubric, part):
    source.cells.remove(titled(source, f"{part} 2.3"))
    with pytest.raises(ContentError, match=rf"expected a cell {part} 2\.3, got no cell {part}"):
        built(block, source, rubric)


@pytest.mark.parametrize("part", ["rubric", "criteria"])
def test_without_a_rubric_its_cells_are_refused(block, source, part):
    with pytest.raises(ContentError, match=rf"expected no cell {part}, got a cell {part} 2\.3"):
        built(block, source, None)


def test_a_rubric_cell_of_another_question_is_refused(block, source, rubric):
    titled(source, "rubric 2.3").metadata["title"] = "rubric 2.2"
    with pytest.raises(ContentError, match=r"expected a cell rubric 2\.3, got a cell rubric 2\.2"):
        built(block, source, rubric)


def test_a_rubric_cell_with_code_is_refused(block, source, rubric):
    titled(source, "criteria 2.3").cell_type = "code"
    with pytest.raises(ContentError, match=r"cell criteria 2\.3: expected text, got code"):
        built(block, source, rubric)


def test_a_rubric_after_its_memo_is_refused(block, source, rubric):
    moved = titled(source, "rubric 2.3")
    source.cells.remove(moved)
    source.cells.append(moved)
    with pytest.raises(
        ContentError, match="expected its rubric, then its answer, then its criteria, got answer, criteria"
    ):
        built(block, source, rubric)


def test_a_rubric_of_other_points_than_the_key_is_refused(block, source, rubric):
    fewer = rubric.model_copy(update={"criteria": rubric.criteria[:2]})
    with pytest.raises(ContentError, match=r"expected a rubric of 12 points.*got criteria of 6 \+ 4 = 10"):
        built(block, source, fewer)


def test_a_rubric_for_a_question_without_a_key_is_refused(block, source, rubric):
    with pytest.raises(ContentError, match=r"expected a key for 2\.7, which the rubric is for"):
        built(block, source, rubric.model_copy(update={"question": "2.7"}))


def test_problems_of_rubric_and_source_are_told_together(block, source, rubric):
    titled(source, "solution 2.1").source = "mean = 1"
    with pytest.raises(ContentError, match=r"(?s)solution to end with submit.*criteria of 6 \+ 4 = 10"):
        built(block, source, rubric.model_copy(update={"criteria": rubric.criteria[:2]}))


def test_building_changes_nothing_of_the_source(block, source, rubric):
    before = copy.deepcopy(source)
    built(block, source, rubric)
    assert before == source


def test_only_a_memo_is_marked_by_criteria(memo_class):
    file = memo_class.block.folder / "keys" / "lesson2.py"
    start = file.read_text().index("    return Memo(")
    file.write_text(file.read_text()[:start] + '    return Number(1, 0.1, label="A number")\n')
    with pytest.raises(ContentError, match=r"Question 2\.3: expected a Memo, as it has a rubric, got a Number"):
        build_sources(memo_class)


def test_learners_know_the_criteria_and_their_points(memo_class):
    asked = find_lesson(memo_class.root / "source" / "02_memo").questions["2.3"]
    assert (12.0, [("facts", "Facts and units", 6.0), ("limits", "What the numbers do not say", 4.0)]) == (
        asked.points,
        [(one.id, one.title, one.points) for one in asked.criteria[:2]],
    )


def test_a_question_without_criteria_has_none(memo_class):
    assert () == find_lesson(memo_class.root / "source" / "02_memo").questions["2.1"].criteria


def test_the_outline_counts_the_memo_once(block):
    assert [11.0, 16.0] == [lesson.points for lesson in block_outline(block, {"01_forms": "1", "02_memo": "2"})]


@pytest.mark.parametrize(
    ("grade_id", "known"),
    [
        ("criterion-5-5-facts", ("5.5", "facts")),
        ("criterion-5-10-a-b", ("5.10", "a-b")),
        ("q-5-5", None),
        ("None", None),
    ],
)
def test_a_cells_id_says_of_which_criterion_it_is(grade_id, known):
    assert known == criterion_of(grade_id)


@pytest.mark.parametrize("title", ["rubric five", "criteria 2.a", "rubric 2.3 the memo"])
def test_a_rubric_title_that_names_no_question_is_refused(block, source, rubric, title):
    titled(source, "rubric 2.3").metadata["title"] = title
    assert marker(titled(source, title)).item is None
    with pytest.raises(ContentError, match="expected a title such as"):
        built(block, source, rubric)
