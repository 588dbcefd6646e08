"""Looks at a class from inside a sealed run, as a hostile submission would, and says what was reached.

Owns what is tried and the sentences about it. Around the run it puts things that a submission must not reach: a listener, a
process, a variable; they are gone afterwards.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import graders
import instructors
from instructors.doctor.findings import Finding, Standing
from instructors.engine.jobs import Cell, CellState, Job, Limits, Outcome, Run
from instructors.engine.sealed import run_sealed
from instructors.engine.sealing import Way

_LIMITS = Limits(memory_mb=512, disk_mb=16, processes=24, startup_seconds=180)
_SOURCE = Path(__file__).with_name("look.py")
_SMALLEST = 32  # bytes; what is in shorter files is in others too

# what was tried -> what it is about, what to say when all was refused, and when something was not
_SAYINGS = {
    "class": ("keys, gradebook, class folder", "Cannot be read.", "Can be read"),
    "others": ("what others handed in", "Cannot be read.", "Can be read"),
    "copies": ("copies of keys", "There is none where a submission's Python looks for programs.", "Can be read"),
    "system": ("this machine's files", "Cannot be written.", "Can be written"),
    "case": ("the learner's case", "Can be read, and not changed.", "Can be changed"),
    "network": ("network", "Cannot be reached, nor can sockets of this machine.", "Can be reached"),
    "processes": ("this machine's processes", "Cannot be seen or ended.", "Can be reached"),
    "environment": ("your environment", "Is not passed on.", "Is passed on"),
    "kernel": ("ways to more rights", "None was found: a submission cannot make itself administrator.", "Are open"),
    "limits": ("limits", "Hold, and cannot be raised: {limited}.", "Do not hold"),
}
_OF_A_CLASS = ("class", "others", "copies")  # what there is to be reached only where there is a class
_STAND_IN = "Tried on a stand-in, as no class was named."
_REPORT = "Do not grade with this machine; please report it with the output of: situ doctor --json"

Sealed = Callable[[Job, Way, Sequence[str]], Run]


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a submission must not reach: the class's own files, the work of others, files whose copies must not be there.

    `is_stand_in` says that there is no class, and these were made up in its place.
    """

    root: Path
    private: tuple[Path, ...]
    others: tuple[Path, ...]
    contents: tuple[Path, ...]
    is_stand_in: bool = False


@dataclass(frozen=True, slots=True)
class _Bait:
    """Things of this machine that a submission must not reach, known by a random mark."""

    mark: str
    port: int
    socket: Path
    process: int


def examine(kept: Secrets, way: Way, run: Sealed = run_sealed) -> list[Finding]:
    """Look at a class from inside a sealed run.

    Parameters
    ----------
    kept
        What must not be reached.
    way
        How to seal; not `Way.NONE`.
    run
        What runs the job.
    """
    with _bait() as bait:
        done = run(_job(kept, way, bait), way, [str(kept.root)])
    if done.outcome is not Outcome.FINISHED or done.cells[0].state is not CellState.RAN:
        said = done.detail or _text(done) or done.outcome
        return [Finding("a sealed run", Standing.FAILS, f"It did not come to its end: {said[-500:]}", _REPORT)]
    return _findings(json.loads(_text(done).splitlines()[-1]), way, _OF_A_CLASS if kept.is_stand_in else ())


def _findings(reached: Mapping[str, Sequence[str]], way: Way, made_up: Sequence[str]) -> list[Finding]:
    limited = "memory, processes" + (", files" if way is Way.NAMESPACES else "")
    found = []
    for tried, (about, refused, open_) in _SAYINGS.items():
        if reached[tried]:
            found.append(Finding(about, Standing.FAILS, f"{open_}: {', '.join(reached[tried][:5])}.", _REPORT))
        else:
            says = [refused.format(limited=limited), *([_STAND_IN] if tried in made_up else [])]
            found.append(Finding(about, Standing.HOLDS, " ".join(says)))
    return found


def _job(kept: Secrets, way: Way, bait: _Bait) -> Job:
    folders = ["/", "/usr", sys.prefix, sys.base_prefix, str(Path.home()), str(kept.root)]
    if way is Way.LANDLOCK:  # in namespaces the sealed process has one of its own of this name
        folders.append(tempfile.gettempdir())
    tasks = {
        "class": [str(path) for path in (kept.root, *kept.private, *kept.contents)],
        "others": [str(path) for path in kept.others],
        "contents": [_named(path) for path in kept.contents if path.stat().st_size >= _SMALLEST],
        "packages": [str(Path(module.__file__).parent) for module in (graders, instructors) if module.__file__],
        "folders": folders,
        "mark": bait.mark,
        "port": bait.port,
        "socket": str(bait.socket),
        "process": bait.process,
        "memory_bytes": 4 * _LIMITS.memory_mb << 20,
        "has_own_space": way is Way.NAMESPACES,
        "files_mb": _LIMITS.disk_mb + 1,
    }
    files = {"tasks.json": json.dumps(tasks).encode()}
    return Job((Cell(0, _SOURCE.read_text(encoding="utf-8")),), files, {"case.json": b"{}"}, limits=_LIMITS)


def _named(path: Path) -> tuple[int, str]:
    content = path.read_bytes()
    return len(content), hashlib.sha256(content).hexdigest()


def _text(done: Run) -> str:
    outputs = done.cells[0].outputs
    return "".join(output.get("text", "") or str(output.get("evalue", "")) for output in outputs).strip()


@contextlib.contextmanager
def _bait() -> Iterator[_Bait]:
    """Put the things there, and take them away again."""
    mark = secrets.token_hex(16)
    variable = f"SITU_DOCTOR_{mark}"
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="situ-")))
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        named = stack.enter_context(socket.socket(socket.AF_UNIX))
        named.bind(str(folder / "socket"))
        named.listen()
        folder.chmod(0o755)
        (folder / "socket").chmod(0o777)
        waiting = [sys.executable, "-P", "-c", "import time; time.sleep(600)", mark]
        process = stack.enter_context(subprocess.Popen(waiting))
        stack.callback(process.kill)
        os.environ[variable] = mark
        stack.callback(os.environ.pop, variable)
        yield _Bait(mark, listener.getsockname()[1], folder / "socket", process.pid)


@contextlib.contextmanager
def made_up() -> Iterator[Secrets]:
    """Make something like a class, for a machine on which there is none yet."""
    with tempfile.TemporaryDirectory(prefix="situ-") as name:
        root = Path(name)
        paths = [
            root / part for part in ("gradebook.db", "content/courses/block/keys/key.py", "submitted/ana/week/a.json")
        ]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"# {secrets.token_hex(32)}\n", encoding="ascii")
            path.chmod(0o666)
        yield Secrets(root, (root / "content",), (root / "submitted",), tuple(paths), is_stand_in=True)
