"""The engine's warm, sealed kernels: how runs end, what is left of them, and that they are the stock kernel's equals."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="the warm kernel is for Linux")

from instructors.engine import warm
from instructors.engine.jobs import Cell, CellState, Job, Limits, Outcome
from instructors.engine.outputs import CUT
from instructors.engine.sealed import run_sealed
from instructors.engine.sealing import Way

from .conftest import skip_without

pytestmark = pytest.mark.slow
RAN, RAISED, NOT_RUN = CellState.RAN, CellState.RAISED, CellState.NOT_RUN
SHOW = "from IPython.display import display; display({'a/json': %s}, raw=True)"
NO_INTERRUPT = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
WIRE = "import struct; wire = get_ipython().kernel.session.wire._sock; wire.setblocking(True)\n"
FORKS = "import os, time\nfor _ in range(12):\n    if os.fork() == 0:\n        held = bytearray(60_000_000); time.sleep(60)\n"
CHILD = "import os, time\nif os.fork() == 0: held = b'x' * (220 << 20); time.sleep(60)\ntime.sleep(2)"
DAEMON = "import os\nif os.fork() == 0: os.setsid(); os.execvp('sleep', ['sleep', '{mark}'])"
DEEP = """import os
print(os.getcwd())
for name in ["n" * 200] * 25 + ["n"] * 1_200:
    os.mkdir(name)
    os.chdir(name)
"""
SHORT = Limits(cell_seconds=2)


@pytest.fixture(scope="module", params=[Way.NAMESPACES, Way.LANDLOCK])
def way(request):
    skip_without(request.param)
    return request.param


def _run(way, *sources, limits=SHORT, hidden=(), **more):
    cells = tuple(Cell(2 * index, source) for index, source in enumerate(sources))
    return run_sealed(Job(cells, limits=limits, **more), way, hidden)


def _states(done):
    return [cell.state for cell in done.cells]


def _text(done, position=0):
    return "".join(output.get("text", "") for output in done.cells[position].outputs)


def _ended(done):
    return done.outcome, _states(done)


@pytest.fixture(scope="module")
def looked_around(way):
    shadows = dict.fromkeys(["json.py", "numpy.py", "ipykernel_launcher.py", "sitecustomize.py"], b"raise SystemExit")
    return _run(
        way,
        "import os, json, numpy, mine; print(os.getcwd(), json.__file__, mine.x, sorted(os.environ))",
        "1/0",
        "open(os.environ['SITU_CASE'] + '/case.json').read(), open('data/a.txt').read()",
        "import sys; sys.exit()",
        "open(os.environ['SITU_CASE'] + '/case.json', 'w')",
        "os.environ['HERE'], os.path.isdir(os.environ['HOME']), In[1] == In[-6]",
        case={"case.json": b"{}"},
        files={**shadows, "mine.py": b"x = 1", "data/a.txt": b"a"},
        environment={"HERE": "there"},
    )


def test_a_run_goes_on_after_errors_and_exits(looked_around):
    expected = (Outcome.FINISHED, [RAN, RAISED, RAN, RAISED, RAISED, RAN])
    assert expected == _ended(looked_around), looked_around


def test_a_cell_keeps_its_place_and_gets_the_number_of_its_prompt(looked_around):
    assert [(0, 1), (2, 2), (4, 3)] == [(cell.index, cell.number) for cell in looked_around.cells[:3]]


def test_files_and_case_are_there_and_hide_no_library(looked_around):
    assert "json/__init__.py 1 [" in _text(looked_around)
    assert "('{}', 'a')" == looked_around.cells[2].outputs[0]["data"]["text/plain"]


def test_the_environment_is_bare_and_the_jobs_own(looked_around):
    assert "('there', True, True)" == looked_around.cells[5].outputs[0]["data"]["text/plain"]
    assert not {"USER", "SSH_AUTH_SOCK", "PYTEST_CURRENT_TEST"} & set(eval(_text(looked_around).partition("[")[2][:-2]))


def test_what_a_run_used_is_told(looked_around):
    used = looked_around.usage
    assert 0 < used.cpu_seconds < 20
    assert 0 < used.start_seconds + used.cells_seconds <= looked_around.seconds


@pytest.mark.parametrize("source", ["held = b'x' * (220 << 20)", "b'x' * (220 << 20); None", CHILD])
def test_the_memory_that_a_run_used_is_told_however_short_it_was(way, source):
    assert 200 <= _run(way, source, limits=Limits()).usage.peak_mb < 900


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)", "import ctypes; ctypes.string_at(0)"])
def test_what_was_shown_before_python_ended_is_kept(way, end):
    done = _run(way, SHOW % 1, f"import os\n{SHOW % 2}\n{end}", "3")
    assert (Outcome.KERNEL_DIED, [RAN, CellState.KERNEL_DIED, NOT_RUN]) == _ended(done)
    assert [{"a/json": 1}, {"a/json": 2}] == [cell.outputs[0]["data"] for cell in done.cells[:2]]


def test_a_cell_that_takes_too_long_is_interrupted_and_the_run_goes_on(way):
    done = _run(way, "while True: print('x' * 100)", "print(1)", limits=Limits(cell_seconds=1))
    assert (Outcome.FINISHED, [CellState.TIMED_OUT, RAN], "1\n") == (*_ended(done), _text(done, 1))


def test_an_awaiting_cell_is_interrupted_too(way):
    done = _run(way, "import asyncio; await asyncio.sleep(60)", "print(1)", limits=Limits(cell_seconds=1))
    assert (Outcome.FINISHED, [CellState.TIMED_OUT, RAN]) == _ended(done)


@pytest.mark.parametrize("stuck", [NO_INTERRUPT + "while True: pass", "import os; os.kill(os.getpid(), 19)"])
def test_a_cell_that_cannot_be_interrupted_ends_the_run(way, stuck):
    done = _run(way, SHOW % 1, stuck, "3", limits=Limits(cell_seconds=1))
    assert (Outcome.TIMED_OUT, [RAN, CellState.TIMED_OUT, NOT_RUN]) == _ended(done)


def test_the_time_of_the_whole_run_is_limited(way):
    done = _run(way, *["import time; time.sleep(1.5)"] * 4, limits=Limits(cell_seconds=2, total_seconds=2))
    assert (Outcome.TIMED_OUT, NOT_RUN) == (done.outcome, _states(done)[-1])


def test_processor_time_is_limited(way):
    done = _run(way, "1", "while True: pass", limits=Limits(cpu_seconds=1))
    assert (Outcome.TIMED_OUT, [RAN, CellState.TIMED_OUT]) == _ended(done)
    assert "processor time" in done.detail


@pytest.mark.parametrize("hungry", ["held = []\nwhile True: held.append(bytearray(10**7))", FORKS + "time.sleep(60)"])
def test_memory_of_all_processes_together_is_limited(way, hungry):
    done = _run(way, "1", hungry, "3", limits=Limits(memory_mb=400))
    assert (Outcome.OUT_OF_MEMORY, [RAN, CellState.OUT_OF_MEMORY, NOT_RUN]) == _ended(done)


def test_memory_that_sockets_may_hold_counts():
    skip_without(Way.NAMESPACES)  # only a network of one's own tells how many sockets it has
    pairs = "import socket, time\nheld = [socket.socketpair() for _ in range(1000)]\ntime.sleep(60)"
    done = _run(Way.NAMESPACES, "1", pairs, limits=Limits(memory_mb=300, open_files=2_100))
    assert (Outcome.OUT_OF_MEMORY, [RAN, CellState.OUT_OF_MEMORY]) == _ended(done)


def test_a_request_for_memory_that_nobody_has_is_an_ordinary_error(way):
    done = _run(way, "bytearray(10**12)", "1")
    assert (Outcome.FINISHED, [RAISED, RAN]) == _ended(done)


def test_sending_without_end_ends_the_run(way):
    done = _run(way, "while True: print('x' * 1000)", "2", limits=Limits(sent_bytes=1_000_000))
    assert (Outcome.TOO_MUCH_OUTPUT, [CellState.TOO_MUCH_OUTPUT, NOT_RUN]) == _ended(done)


def test_an_output_too_large_to_be_kept_is_left_out_and_the_run_goes_on(way):
    done = _run(way, "display({'text/plain': 'x' * 5_000_000}, raw=True); print('after')", "2")
    assert (Outcome.FINISHED, CUT) == (done.outcome, _text(done))


@pytest.mark.parametrize("sent", ["b'\\0\\0\\0\\5hello'", "struct.pack('!I', 9**5) + b'[' * 9**5", "b'\\xff' * 30"])
def test_garbage_ends_the_run_and_nothing_else(way, sent):
    done = _run(way, "1", f"{WIRE}wire.sendall({sent})", "3")
    assert (Outcome.KERNEL_DIED, [RAN, CellState.KERNEL_DIED, NOT_RUN]) == _ended(done)
    assert "garbage" in done.detail


def test_messages_no_honest_kernel_sends_change_nothing_for_the_next_cell(way):
    forged = """s = get_ipython().kernel.session
for kind in ("stream", "display_data", "error", "clear_output", "ready", "failed"):
    for content in ({}, {"data": [1]}, {"name": 3, "text": [1]}):
        s.write(kind, get_ipython().get_parent()["header"]["msg_id"], content)"""
    done = _run(way, forged, "print(1)")
    assert (Outcome.FINISHED, "1\n") == (done.outcome, _text(done, 1))


def test_what_other_processes_print_is_in_its_place(way):
    done = _run(
        way,
        "import os\nprint('a'); os.write(1, b'b\\n'); print('c')\nif os.fork() == 0: print('d'); os._exit(0)\nos.wait();",
    )
    assert "a\nb\nc\nd\n" == _text(done)


def test_learners_draw_different_numbers_but_a_set_has_one_order(way):
    source = "import random, numpy; print(random.random(), numpy.random.rand(), hash('a'), sep='|')"
    one, other = (_text(_run(way, source)).split("|") for _ in range(2))
    assert [False, False, True] == [a == b for a, b in zip(one, other, strict=True)]


def test_a_kernel_begins_as_if_nothing_had_been_done_before(way):
    source = "print(len(In), Out, sorted(n for n in globals() if not n.startswith('_')))\nimport warnings; warnings.warn('w')"
    assert "2 {} ['In', 'Out', 'exit', 'get_ipython', 'open', 'quit']" in _text(_run(way, source))
    assert "UserWarning: w" in _text(_run(way, source))


def test_a_path_that_must_be_hidden_and_is_not_stops_the_run_before_it_begins(way):
    done = _run(way, "1", hidden=[sys.prefix])
    assert (Outcome.NOT_STARTED, [NOT_RUN]) == _ended(done)
    assert "must be hidden" in done.detail


def test_a_file_that_leads_out_of_its_folder_stops_the_run_before_it_begins(way):
    assert Outcome.NOT_STARTED == _run(way, "1", files={"../x": b""}).outcome


def _processes(mark):
    """Return the ids of processes with a mark among their arguments."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark in (entry / "cmdline").read_text().split("\0"):
                found.append(int(entry.name))
        except OSError:  # it has just ended
            continue
    return found


def _wait_until(is_so, seconds=60):
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)
    return is_so()


def test_nothing_a_run_started_outlives_it(way):
    mark = f"6{os.getpid()}.5"
    _run(way, f"{DAEMON.format(mark=mark)}\nimport time; time.sleep(.3)")
    assert [] == _processes(mark)


def test_nothing_outlives_an_owner_that_was_killed(way):
    mark = f"7{os.getpid()}.5"
    source = f"{DAEMON.format(mark=mark)}\nimport time; time.sleep(600)"
    program = f"""
        from instructors.engine.jobs import Cell, Job
        from instructors.engine.sealed import run_sealed
        from instructors.engine.sealing import Way
        run_sealed(Job((Cell(0, {source!r}),)), Way({str(way)!r}))"""
    with subprocess.Popen([sys.executable, "-P", "-c", textwrap.dedent(program)]) as owner:
        assert _wait_until(lambda: _processes(mark))
        owner.kill()
    assert _wait_until(lambda: not _processes(mark))


def test_a_fork_server_that_dies_is_not_the_learners_fault_and_is_replaced(way):
    mark = f"8{os.getpid()}.5"
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(_run, way, f"{DAEMON.format(mark=mark)}\nimport time; time.sleep(60)", limits=Limits())
        assert _wait_until(lambda: _processes(mark))
        os.kill(warm.fork_server(way)._process.pid, signal.SIGKILL)
        assert Outcome.FAILED == run.result().outcome
    assert Outcome.FINISHED == _run(way, "1").outcome


def test_a_fork_server_that_cannot_start_is_an_outcome(way, monkeypatch):
    monkeypatch.setattr(warm, "_servers", {})
    monkeypatch.setattr(warm, "bare_environment", lambda: {"PYTHONHOME": "/nonexistent"})
    done = _run(way, "1")
    assert (Outcome.NOT_STARTED, [NOT_RUN]) == _ended(done)
    assert "did not start" in done.detail


def test_many_threads_may_run_jobs_at_once(way):
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda number: _run(way, f"print({number})"), range(8)))
    assert [f"{number}\n" for number in range(8)] == list(map(_text, runs))


def test_no_learners_file_enters_the_memory_that_others_inherit(way):
    secret = os.urandom(12).hex().encode()
    _run(way, "1", files={"answers.txt": secret})
    pid = warm.fork_server(way)._process.pid
    assert secret not in b"".join(_memory(pid))


def _memory(pid):
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, rights, *_ = line.split()
            start, end = (int(number, 16) for number in place.split("-"))
            if rights.startswith("rw") and not line.endswith("[vvar]"):
                memory.seek(start)
                yield memory.read(end - start)


def test_unsealed_is_refused():
    with pytest.raises(ValueError, match=r"running\.run"):
        run_sealed(Job((Cell(0, "1"),)), Way.NONE)


def test_a_job_without_cells_has_finished():
    assert Outcome.FINISHED == run_sealed(Job(()), Way.NAMESPACES).outcome


def test_a_run_may_be_repeated_with_another_limit(way):
    job = Job((Cell(0, "import time; time.sleep(1.2)"),), limits=Limits(cell_seconds=1))
    longer = replace(job, limits=Limits(cell_seconds=5))
    assert [[CellState.TIMED_OUT], [RAN]] == [_states(run_sealed(each, way)) for each in (job, longer)]


def test_folders_deeper_than_a_path_can_say_are_gone_afterwards(way):
    done = _run(way, DEEP, limits=Limits(cell_seconds=20))
    assert (Outcome.FINISHED, False) == (done.outcome, Path(_text(done).strip()).parent.exists()), done


def test_a_fork_server_that_ends_before_it_is_spoken_to_is_an_outcome(way, monkeypatch):
    started = subprocess.Popen

    def ended_at_once(*arguments, **named):
        process = started(*arguments, **named)
        process.wait()
        return process

    monkeypatch.setattr(warm, "_servers", {})
    monkeypatch.setattr(warm, "bare_environment", lambda: {"PYTHONHOME": "/nonexistent"})
    monkeypatch.setattr(warm.subprocess, "Popen", ended_at_once)
    assert "did not start" in _run(way, "1").detail
