import json

from hypothesis import given
from hypothesis import strategies as st

from instructors.engine.jobs import Cell, CellRun, CellState, Job, Limits, Outcome, Run, nothing_run

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(source=_TEXT, content=st.binary(max_size=50), seconds=st.integers(1, 900))
def test_a_job_survives_json(source, content, seconds):
    job = Job(
        (Cell(2, source),), {"a/b.csv": content}, {"case.json": content}, {"LANG": "C"}, Limits(cell_seconds=seconds)
    )
    assert job == Job.from_json(json.loads(json.dumps(job.to_json())))


@given(outcome=st.sampled_from(Outcome), state=st.sampled_from(CellState), text=_TEXT)
def test_a_run_survives_json(outcome, state, text):
    output = {"output_type": "stream", "name": "stdout", "text": text}
    run = Run(outcome, (CellRun(4, state, 1, (output,)),), "why", 0.5)
    assert run == Run.from_json(json.loads(json.dumps(run.to_json())))


def test_a_run_knows_in_which_cell_it_stopped():
    died = CellRun(7, CellState.KERNEL_DIED, 3)
    run = Run(Outcome.KERNEL_DIED, (CellRun(5, CellState.TIMED_OUT, 2), died, CellRun(9, CellState.NOT_RUN)))
    assert died is run.stopped_in


def test_a_finished_run_stopped_nowhere():
    assert Run(Outcome.FINISHED, (CellRun(5, CellState.TIMED_OUT, 1),)).stopped_in is None


def test_of_a_job_that_never_ran_no_cell_counts_as_run():
    run = nothing_run([Cell(1, "x"), Cell(3, "y")], Outcome.NOT_STARTED, "no kernel")
    assert [CellState.NOT_RUN, CellState.NOT_RUN] == [cell.state for cell in run.cells]
