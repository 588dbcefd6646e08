"""The engine with real kernels: how runs end, and what is left of them."""

import os
import sys
import time
from pathlib import Path

import pytest

from instructors.engine import running
from instructors.engine.jobs import Cell, CellState, Job, Limits, Outcome
from instructors.engine.running import run

pytestmark = pytest.mark.slow
RAN, RAISED, NOT_RUN = CellState.RAN, CellState.RAISED, CellState.NOT_RUN
SHOW = "from IPython.display import display; display({'a/json': %s}, raw=True)"
DEEP = """import os
print(os.getcwd())
for name in ["n" * 200] * 25 + ["n"] * 1_200:
    os.mkdir(name)
    os.chdir(name)
"""
NO_INTERRUPT = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"


def _run(*sources, **more):
    cells = tuple(Cell(2 * index, source) for index, source in enumerate(sources))
    return run(Job(cells, limits=Limits(cell_seconds=2), **more))


def _states(done):
    return [cell.state for cell in done.cells]


def _text(done, position=0):
    return "".join(output.get("text", "") for output in done.cells[position].outputs)


@pytest.fixture(scope="module")
def looked_around():
    lines = [
        "import os, sys, json, mine",
        "try: open(os.environ['SITU_CASE'] + '/case.json', 'w')",
        "except OSError: pass",
        "print(os.getcwd(), sys.argv, sys.path, dict(os.environ), json.__file__, mine.x)",
        "open('left.txt', 'w').close()",
    ]
    shadows = dict.fromkeys(["json.py", "ipykernel_launcher.py", "IPython.py", "sitecustomize.py"], b"raise SystemExit")
    return _run(
        "\n".join(lines),
        "1/0",
        "1",
        "import sys; sys.exit()",
        "2",
        case={"case.json": b"{}"},
        files={**shadows, "mine.py": b"x = 1"},
    )


def test_a_run_goes_on_after_errors_and_exits(looked_around):
    done = looked_around
    assert (Outcome.FINISHED, [RAN, RAISED, RAN, RAISED, RAN]) == (done.outcome, _states(done)), _text(done)


def test_a_cell_keeps_its_place_and_gets_the_number_of_its_prompt(looked_around):
    done = looked_around
    assert [(0, 1), (2, 2), (4, 3), (6, 4), (8, 5)] == [(cell.index, cell.number) for cell in done.cells]


def test_the_callers_folder_is_not_named(looked_around):
    done = looked_around
    folder = os.getcwd()
    text = _text(done).replace(sys.prefix, "")  # the Python environment may lie in the caller's folder, as make puts it
    assert folder not in text


def test_a_file_beside_the_notebook_hides_no_library(looked_around):
    assert "json/__init__.py" in _text(looked_around)


def test_nothing_of_the_room_is_left(looked_around):
    assert not Path(_text(looked_around).split(" ")[0]).exists()


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)", "import ctypes; ctypes.string_at(0)"])
def test_what_was_shown_before_python_ended_is_kept(end):
    done = _run(SHOW % 1, f"import os, time\n{SHOW % 2}\ntime.sleep(1)\n{end}", "3")
    assert (Outcome.KERNEL_DIED, [RAN, CellState.KERNEL_DIED, NOT_RUN]) == (done.outcome, _states(done))
    assert [{"a/json": 1}, {"a/json": 2}] == [cell.outputs[0]["data"] for cell in done.cells[:2]]


def test_a_cell_that_takes_too_long_is_interrupted_and_the_run_goes_on():
    done = _run("while True: print('x' * 100)", "print(1)")
    assert (Outcome.FINISHED, [CellState.TIMED_OUT, RAN], "1\n") == (done.outcome, _states(done), _text(done, 1))


@pytest.mark.parametrize("stuck", [NO_INTERRUPT + "while True: pass", "import os; os.kill(os.getpid(), 19)"])
def test_a_cell_that_cannot_be_interrupted_ends_the_run(stuck):
    done = _run(SHOW % 1, stuck, "3")
    assert (Outcome.TIMED_OUT, [RAN, CellState.TIMED_OUT, NOT_RUN]) == (done.outcome, _states(done))


def test_the_time_of_the_whole_run_is_limited():
    cells = tuple(Cell(index, "import time; time.sleep(1.5)") for index in range(4))
    done = run(Job(cells, limits=Limits(cell_seconds=2, total_seconds=2)))
    assert (Outcome.TIMED_OUT, NOT_RUN) == (done.outcome, _states(done)[-1])


def test_messages_no_honest_kernel_sends_change_nothing_for_the_next_cell():
    send = "s.send(k.iopub_socket, kind, content, parent=k.get_parent())"
    forged = f"""k = get_ipython().kernel; s = k.session
for kind in ("stream", "display_data", "error", "status", "clear_output", "comm_open"):
    for content in ({{}}, {{"data": [1]}}, {{"name": 3, "text": [1]}}, {{"execution_state": [1]}}):
        {send}"""
    done = _run(forged, "print(1)")
    assert "1\n" == _text(done, 1)


def test_a_process_left_behind_in_the_kernels_group_is_ended():
    done = _run("import subprocess; print(subprocess.Popen(['sleep', '600']).pid)")
    time.sleep(0.2)
    assert not Path("/proc", _text(done).strip(), "exe").exists()


def test_a_kernel_that_cannot_start_is_an_outcome(monkeypatch):
    monkeypatch.setattr("instructors.engine.room.sys.executable", "/nonexistent/python")
    assert (Outcome.NOT_STARTED, [NOT_RUN]) == ((done := _run("1")).outcome, _states(done))


def test_a_worker_that_fails_is_an_outcome(monkeypatch):
    monkeypatch.setattr(running, "worker_environment", lambda room: {"PYTHONHOME": "/nonexistent"})
    assert (Outcome.FAILED, [NOT_RUN]) == ((done := _run("1")).outcome, _states(done))


@pytest.mark.skipif(os.name != "posix", reason="folders cannot be opened")
def test_folders_deeper_than_a_path_can_say_are_gone_afterwards():
    done = run(Job((Cell(0, DEEP),), limits=Limits(cell_seconds=20)))
    assert (Outcome.FINISHED, False) == (done.outcome, Path(_text(done).strip()).parent.exists()), done
