from copy import deepcopy

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instructors.grading.reading import HandedCell, HandedIn
from instructors.grading.rebuild import rebuild


def _handed(released):
    """The cells of a learner who changed nothing."""
    return [
        HandedCell(cell.cell_type, cell.source, cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.id)
        for cell in released.cells
    ]


def _with(cells, cell_id, source):
    return [HandedCell(c.kind, source, c.grade_id, c.cell_id) if c.cell_id == cell_id else c for c in cells]


def _without(cells, *cell_ids):
    return [cell for cell in cells if cell.cell_id not in cell_ids]


def _after(cells, cell_id, *added):
    at = [cell.cell_id for cell in cells].index(cell_id) + 1
    return [*cells[:at], *added, *cells[at:]]


def _sources(rebuilt):
    return {cell.id: cell.source for cell in rebuilt.notebook.cells}


def _ids(rebuilt):
    return [cell.id for cell in rebuilt.notebook.cells]


@pytest.fixture
def ids(released):
    return [cell.id for cell in released.cells]


def test_an_untouched_notebook_comes_back_as_released(released, ids):
    rebuilt = rebuild(released, HandedIn(tuple(_handed(released))))
    assert (ids, ()) == (_ids(rebuilt), rebuilt.repairs)


def test_the_learners_answer_is_kept(released):
    cells = _with(_handed(released), "answer-1-1", "size = 4")
    assert "size = 4" == _sources(rebuild(released, HandedIn(tuple(cells))))["answer-1-1"]


def test_what_was_tried_in_a_practice_cell_is_kept(released):
    cells = _with(_handed(released), "practice-1-a", "x = 1")
    assert "x = 1" == _sources(rebuild(released, HandedIn(tuple(cells))))["practice-1-a"]


@pytest.mark.parametrize("cell_id", ["title", "setup", "q-1-1"])
def test_a_locked_cell_is_put_back(released, cell_id):
    rebuilt = rebuild(released, HandedIn(tuple(_with(_handed(released), cell_id, "mine"))))
    assert "mine" not in _sources(rebuilt).values()
    assert "put back as released" in rebuilt.repairs[0]


def test_a_missing_cell_is_put_back_and_told(released, ids):
    rebuilt = rebuild(released, HandedIn(tuple(_without(_handed(released), "answer-1-2", "q-1-2"))))
    assert ids == _ids(rebuilt)
    assert (
        "The answer cell 1.2 was missing; it was put back empty.",
        "The cell of question 1.2 was missing; it was put back.",
    ) == rebuilt.repairs


def test_a_cell_whose_grade_id_was_changed_is_known_by_its_own_id(released):
    cells = [
        HandedCell(c.kind, "size = 4", "foo", c.cell_id) if c.cell_id == "answer-1-1" else c for c in _handed(released)
    ]
    assert "size = 4" == _sources(rebuild(released, HandedIn(tuple(cells))))["answer-1-1"]


def test_a_cell_that_lost_its_own_id_is_known_by_its_grade_id(released):
    cells = [HandedCell(c.kind, c.source, c.grade_id) for c in _with(_handed(released), "answer-1-1", "size = 4")]
    assert "size = 4" == _sources(rebuild(released, HandedIn(tuple(cells))))["answer-1-1"]


def test_of_several_copies_the_last_changed_one_counts(released):
    copies = [HandedCell("code", source, "answer-1-1") for source in ("size = 2", "size = 3", "size = ...")]
    rebuilt = rebuild(released, HandedIn(tuple(_after(_handed(released), "q-1-3", *copies))))
    assert "size = 3" == _sources(rebuilt)["answer-1-1"]
    assert "was there 4 times" in rebuilt.repairs[0]


def test_the_first_part_of_a_split_answer_still_runs_before_the_second(released):
    cells = _with(_handed(released), "answer-1-1", "size = big + 1")
    rebuilt = rebuild(
        released, HandedIn(tuple(_after(cells, "practice-1-a", HandedCell("code", "big = 3", "answer-1-1"))))
    )
    sources = [cell.source for cell in rebuilt.notebook.cells]
    assert sources.index("big = 3") + 1 == sources.index("size = big + 1")


def test_a_further_cell_stays_after_the_cell_it_followed(released):
    rebuilt = rebuild(
        released, HandedIn(tuple(_after(_handed(released), "answer-1-1", HandedCell("code", "z = 1", "", "mine"))))
    )
    assert _ids(rebuilt).index("answer-1-1") + 1 == _ids(rebuilt).index("mine")


def test_a_further_cell_before_everything_stays_on_top(released):
    rebuilt = rebuild(released, HandedIn((HandedCell("markdown", "My notes"), *_handed(released))))
    assert "My notes" == rebuilt.notebook.cells[0].source


def test_a_cell_written_in_place_of_a_removed_answer_runs_after_the_empty_one(released):
    cells = _after(
        _without(_handed(released), "answer-1-1"), "practice-1-a", HandedCell("code", "size = 4", "", "mine")
    )
    ids = _ids(rebuild(released, HandedIn(tuple(cells))))
    assert ids.index("answer-1-1") < ids.index("mine") < ids.index("q-1-1")


def test_a_further_cell_gets_no_nbgrader_metadata(released):
    forged = HandedCell("code", "points = 50", "q-9-9", "mine")
    rebuilt = rebuild(released, HandedIn((forged, *_handed(released))))
    assert {"situ": {"released": False}} == rebuilt.notebook.cells[0].metadata


def test_a_lesson_none_of_whose_cells_are_left_is_told_once(released):
    rebuilt = rebuild(released, HandedIn((HandedCell("code", "1 + 1"),)))
    assert ("None of the cells of this lesson's questions are in the notebook; they were put back.",) == rebuilt.repairs


def test_the_released_notebook_is_not_changed(released):
    before = deepcopy(released)
    rebuild(released, HandedIn(tuple(_with(_handed(released), "answer-1-1", "size = 4"))))
    assert before == released


_IDS = st.sampled_from(["", "title", "setup", "practice-1-a", "answer-1-1", "q-1-1", "answer-1-4", "q-9-9", "a b"])
_CELLS = st.builds(HandedCell, st.sampled_from(["code", "markdown", "raw"]), st.text(max_size=8), _IDS, _IDS)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(_CELLS, max_size=12))
def test_whatever_is_handed_in_every_released_cell_is_there_once_in_order_and_locked_ones_unchanged(
    released, ids, cells
):
    rebuilt = rebuild(released, HandedIn(tuple(cells)))
    locked = {"title", "setup", "q-1-1", "q-1-2", "q-1-3"}
    nbformat.validate(rebuilt.notebook)
    assert ids == [cell_id for cell_id in _ids(rebuilt) if cell_id in ids]
    assert [cell.source for cell in released.cells if cell.id in locked] == [
        cell.source for cell in rebuilt.notebook.cells if cell.id in locked
    ]
