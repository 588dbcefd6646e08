import nbformat
import pytest

from instructors.grading.criteria import criteria_in, points_in, settle


class Grade:
    """A line of nbgrader's gradebook."""

    def __init__(self, manual_score=None, needs_manual_grade=True, auto_score=None):
        self.manual_score, self.needs_manual_grade, self.auto_score = manual_score, needs_manual_grade, auto_score


def settled(grade, *, is_blank=False, is_new=False):
    settle(grade, is_blank=is_blank, is_new=is_new)
    return grade.auto_score, grade.manual_score, grade.needs_manual_grade


def task(name, points=2.0, **flags):
    metadata = {"grade_id": name, "task": True, "grade": False, "solution": False, "points": points, **flags}
    return nbformat.v4.new_markdown_cell("", metadata={"nbgrader": metadata})


@pytest.mark.parametrize("is_new", [True, False])
def test_what_nobody_has_marked_waits(is_new):
    assert (None, None, True) == settled(Grade(needs_manual_grade=False, auto_score=0.0), is_new=is_new)


@pytest.mark.parametrize("is_new", [True, False])
def test_a_blank_memo_earns_nothing_at_once(is_new):
    assert (0.0, None, False) == settled(Grade(), is_blank=True, is_new=is_new)


@pytest.mark.parametrize("waits", [True, False])
def test_what_was_marked_stays_as_it_is_while_the_memo_does(waits):
    assert (None, 1.5, waits) == settled(Grade(1.5, waits))


@pytest.mark.parametrize("is_blank", [True, False])
def test_what_was_marked_before_the_memo_changed_waits_with_its_points(is_blank):
    assert (1.5, True) == settled(Grade(1.5, False), is_blank=is_blank, is_new=True)[1:]


def test_only_tasks_of_a_rubric_are_criteria():
    cells = [
        task("criterion-5-5-facts"),
        task("mine"),
        task("criterion-5-5-x", task=False),
        nbformat.v4.new_code_cell(),
    ]
    found = criteria_in(nbformat.v4.new_notebook(cells=cells))
    assert {"5.5": ["criterion-5-5-facts"]} == {
        question: [cell.metadata.nbgrader.grade_id for cell in cells] for question, cells in found.items()
    }


def test_a_memo_can_earn_what_its_criteria_can():
    cells = [task("criterion-5-5-facts", 6), task("criterion-5-5-writing", 1.5), task("criterion-5-10-facts", 4)]
    assert {"5.5": 7.5, "5.10": 4.0} == points_in(nbformat.v4.new_notebook(cells=cells))
