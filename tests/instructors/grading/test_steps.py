"""nbgrader's own steps at less cost: what they refuse and let pass is nbgrader's."""

import nbformat
import pytest
from nbgrader import preprocessors
from nbgrader.nbgraderformat import SchemaTooNewError, ValidationError

from instructors.grading import steps

FLAGS = {"grade_id": "q-1-1", "grade": True, "solution": False, "locked": True, "task": False, "schema_version": 3}


def _notebook(*flags):
    cells = [nbformat.v4.new_code_cell("x", metadata={"nbgrader": {**FLAGS, "points": 1.0, **more}}) for more in flags]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture(params=[steps.CheckCellMetadata, preprocessors.CheckCellMetadata], ids=["ours", "nbgrader's"])
def check(request):
    return lambda *flags: request.param().preprocess(_notebook(*flags), {})


def test_cells_as_they_should_be_pass(check):
    assert 2 == len(check({}, {"grade_id": "q-1-2"})[0].cells)


def test_one_id_twice_is_refused(check):
    with pytest.raises(ValidationError):
        check({}, {})


@pytest.mark.parametrize("more", [{"points": "many"}, {"locked": 3}, {"grade_id": ""}])
def test_values_of_another_kind_are_refused(check, more):
    with pytest.raises(ValidationError):
        check(more)


def test_a_version_nobody_knows_is_refused(check):
    with pytest.raises(SchemaTooNewError):
        check({"schema_version": 99})
