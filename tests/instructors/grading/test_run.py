import nbformat
import pytest

from instructors.engine.jobs import CellRun, CellState, Outcome, Run
from instructors.grading.notices import lines_for, why_stopped
from instructors.grading.run import belongings, write_back


def test_the_files_beside_a_notebook_go_into_the_job(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "own.csv").write_text("a")
    assert {"data/own.csv": b"a"} == belongings(tmp_path, 100).files


@pytest.mark.parametrize("name", ["lesson.ipynb", "OTHER.IPYNB", ".git/config", "__pycache__/x.pyc", "timestamp.txt"])
def test_notebooks_and_hidden_folders_stay_out(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x")
    assert {} == belongings(tmp_path, 100, ignored=("timestamp.txt",)).files


def test_links_stay_out(tmp_path):
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    assert {} == belongings(tmp_path, 10**6).files


def test_a_file_above_the_limit_is_left_out_and_named(tmp_path):
    (tmp_path / "big.csv").write_text("x" * 50)
    (tmp_path / "small.csv").write_text("x")
    found = belongings(tmp_path, 10)
    assert (["small.csv"], ("big.csv",)) == (list(found.files), found.left_out)


def test_outputs_and_numbers_come_back_into_their_cells():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(), nbformat.v4.new_code_cell("1")])
    output = {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}, "execution_count": None}
    write_back(notebook, Run(Outcome.FINISHED, (CellRun(1, CellState.RAN, 3, (output,)),)))
    assert (3, 3) == (notebook.cells[1].execution_count, notebook.cells[1].outputs[0].execution_count)


@pytest.mark.parametrize(
    ("outcome", "state", "said"),
    [
        (Outcome.FINISHED, CellState.RAN, ""),
        (Outcome.KERNEL_DIED, CellState.KERNEL_DIED, "The run stopped in cell [2]: Python itself ended there."),
        (
            Outcome.TIMED_OUT,
            CellState.NOT_RUN,
            "The run stopped before the last cell: the notebook took too long as a whole.",
        ),
        (Outcome.NOT_STARTED, CellState.NOT_RUN, "The notebook could not be run, through no fault of yours."),
    ],
)
def test_every_outcome_has_its_own_sentence(outcome, state, said):
    assert said == why_stopped(Run(outcome, (CellRun(0, CellState.RAN, 1), CellRun(1, state, 2))))


def test_a_cell_that_would_not_be_interrupted_is_named():
    run = Run(Outcome.TIMED_OUT, (CellRun(0, CellState.TIMED_OUT, 1),))
    assert "The run stopped in cell [1]: it took too long and could not be interrupted." == why_stopped(run)


def test_a_flood_of_remarks_is_cut():
    lines = lines_for({"repairs": [f"r{number}" for number in range(40)]})
    assert (13, "28 more remarks of this kind.") == (len(lines), lines[-1])


def test_the_answer_book_goes_with_the_other_files(tmp_path):
    (tmp_path / "answers.json").write_text("{}")
    assert {"answers.json": b"{}"} == belongings(tmp_path, 100).files
