import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from instructors.grading.classroom import MARK
from instructors.grading.finished import MarkFinished, clear_unfinished, is_finished, mark_in
from instructors.grading.versions import content_of

NAME = "01.ipynb"
FORGED = {"finished": True, '\n "metadata": {': 1}


def _graded(folder, outcome="finished", source="x", outputs=()):
    folder.mkdir(parents=True, exist_ok=True)
    cell = new_code_cell(source, outputs=list(outputs))
    notebook = new_notebook(cells=[cell], metadata={MARK: {"outcome": outcome}})
    done, _ = MarkFinished().preprocess(notebook, {})
    (folder / NAME).write_text(nbformat.writes(done))
    return folder / NAME


def test_a_notebook_that_went_through_the_last_step_is_finished(tmp_path):
    _graded(tmp_path)
    assert is_finished(tmp_path, [NAME])


def test_what_a_notebook_says_of_itself_is_read_from_its_end(tmp_path):
    assert "finished" == mark_in(_graded(tmp_path))["outcome"]


def test_a_notebook_that_was_not_judged_yet_is_not_finished(tmp_path):
    (tmp_path / NAME).write_text(nbformat.writes(new_notebook(cells=[new_code_cell(repr(FORGED))])))
    assert not is_finished(tmp_path, [NAME])


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_notebook_that_was_cut_off_is_not_finished(tmp_path, share):
    file = _graded(tmp_path)
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content.rstrip()) * share)])
    assert not is_finished(tmp_path, [NAME])


def test_a_learner_cannot_say_it_by_an_answer(tmp_path):
    answer = new_output("display_data", data={"application/x+json": FORGED, "text/plain": ' "metadata": {"situ"'})
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[answer])], metadata={MARK: {}})
    (tmp_path / NAME).write_text(nbformat.writes(notebook))
    assert not is_finished(tmp_path, [NAME])


@pytest.mark.parametrize("outcome", ["not started", "failed"])
def test_what_we_failed_to_run_is_tried_again(tmp_path, outcome):
    _graded(tmp_path, outcome)
    assert not is_finished(tmp_path, [NAME])


def test_a_missing_notebook_is_not_finished(tmp_path):
    _graded(tmp_path)
    assert not is_finished(tmp_path, [NAME, "02.ipynb"])


def test_what_an_interrupted_run_left_is_cleared(tmp_path):
    (tmp_path / "graded").mkdir()
    (tmp_path / "graded" / "data.csv").write_text("x")
    said = clear_unfinished(tmp_path / "graded", [NAME], tmp_path)
    assert (True, False) == (said.startswith("was left half done"), (tmp_path / "graded").exists())


def test_what_is_finished_is_left_alone(tmp_path):
    file = _graded(tmp_path / "graded")
    assert ("", True) == (clear_unfinished(tmp_path / "graded", [NAME], tmp_path), file.exists())


def test_where_nothing_is_there_is_nothing_to_clear(tmp_path):
    assert not clear_unfinished(tmp_path / "graded", [NAME], tmp_path)


@pytest.mark.parametrize(("failed", "finished"), [((), True), (("1.1",), False), (("1.2",), True)])
def test_what_our_key_failed_on_is_judged_again_and_what_a_person_reads_is_not(tmp_path, failed, finished):
    notebook = new_notebook(metadata={MARK: {"not_judged": ["1.1"], "failed_keys": list(failed), "finished": True}})
    (tmp_path / NAME).write_text(nbformat.writes(notebook))
    assert finished is is_finished(tmp_path, [NAME])


def test_what_is_known_by_its_content_is_cleared_when_that_changed(tmp_path):
    submitted, graded = tmp_path / "submitted", tmp_path / "graded"
    submitted.mkdir()
    (submitted / NAME).write_text("{}")
    graded.mkdir()
    mark = {"finished": True, "handed_in": content_of(submitted, [NAME])}
    (graded / NAME).write_text(nbformat.writes(new_notebook(metadata={MARK: mark})))
    first = clear_unfinished(graded, [NAME], submitted)
    (submitted / "answers.json").write_text("{}")
    assert ("", "was handed in anew") == (first, clear_unfinished(graded, [NAME], submitted))
