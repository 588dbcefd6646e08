"""The exported marks, as a spreadsheet opens them."""

import csv
import logging

import pytest
from nbgrader.api import Gradebook

from instructors.spreadsheet import COLUMNS, SpreadsheetExport

HOSTILE = {"first_name": '=cmd|"/c calc"!A1', "last_name": "@SUM(1,1)", "email": "+1,99\r\n-2"}


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory):
    from instructors.nbgrader_command import put_tools_on_path

    put_tools_on_path()
    with Gradebook(f"sqlite:///{tmp_path_factory.mktemp('book') / 'gradebook.db'}", "autumn") as made:
        made.add_assignment("01_demo")
        made.add_student("ana", first_name="Ana", last_name="O'Neill, jr")
        made.add_student("eve", **HOSTILE)
        with made.db.no_autoflush:  # nbgrader makes an entry piece by piece
            made.add_submission("01_demo", "ana")
        yield made


def exported(gradebook, target, **wanted):
    SpreadsheetExport(to=str(target), log=logging.getLogger("export"), **wanted).export(gradebook)
    with target.open(newline="") as stream:
        return {row["student_id"]: row for row in csv.DictReader(stream)}


def test_every_learner_has_one_row_with_nbgraders_columns(gradebook, tmp_path):
    rows = exported(gradebook, tmp_path / "grades.csv")
    assert ({"ana", "eve"}, list(COLUMNS)) == (set(rows), list(rows["ana"]))


def test_a_name_stays_what_it_is(gradebook, tmp_path):
    assert "O'Neill, jr" == exported(gradebook, tmp_path / "grades.csv")["ana"]["last_name"]


@pytest.mark.parametrize("field", HOSTILE)
def test_a_formula_is_written_as_text(gradebook, tmp_path, field):
    assert exported(gradebook, tmp_path / "grades.csv")["eve"][field].startswith("'")


def test_who_handed_in_nothing_has_no_points(gradebook, tmp_path):
    assert ("0.0", "") == tuple(
        exported(gradebook, tmp_path / "grades.csv")["eve"][name] for name in ("score", "timestamp")
    )


def test_one_learner_can_be_asked_for(gradebook, tmp_path):
    assert ["ana"] == list(exported(gradebook, tmp_path / "one.csv", student=["ana"]))
