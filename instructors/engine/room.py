"""The place a job runs in: a fresh directory of its own, gone afterwards, and a small explicit environment.

Owns what the learner's code finds around it: its working directory, a home, a read-only copy of the case, a handful of
variables. Nothing of the machine it runs on is passed on that is not listed here.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from instructors.engine.folders import lay, remove
from instructors.engine.jobs import Job

CASE_VARIABLE = "SITU_CASE"
KERNEL = "situ"

# What a Python environment may need to find itself and its libraries; the rest of our environment stays with us.
_INHERITED = (
    "CONDA_PREFIX",
    "DYLD_LIBRARY_PATH",
    "LD_LIBRARY_PATH",
    "PYTHONDONTWRITEBYTECODE",
    "SITU_LANGUAGE",
    "SYSTEMROOT",
    "TZ",
    "VIRTUAL_ENV",
)
# One thread each: processes side by side make better use of a machine.
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA", "VECLIB_MAXIMUM")}

# The learner's own files can be imported, but last: a json.py beside the notebook hides no library.
_PATH_LAST = "__import__('sys').path.append('')"


@dataclass(frozen=True, slots=True)
class Room:
    """The directories of one run, all below `root`."""

    root: Path

    @property
    def work(self) -> Path:
        """Working directory of the kernel."""
        return self.root / "work"

    @property
    def home(self) -> Path:
        """Home directory of the kernel."""
        return self.root / "home"

    @property
    def case(self) -> Path:
        """Where the copy of the case stands, if the job has one."""
        return self.root / "case"

    @property
    def runtime(self) -> Path:
        """Sockets and connection file of the kernel."""
        return self.root / "run"

    @property
    def kernel_id_file(self) -> Path:
        """Where the process id of the kernel is noted, so that it can be ended from outside."""
        return self.runtime / "kernel.pid"


@contextmanager
def furnished(job: Job) -> Iterator[Room]:
    """Make the room of a job, and take it down afterwards whatever the job left in it."""
    room = Room(Path(tempfile.mkdtemp(prefix="situ-")))
    try:
        for folder in (room.work, room.home, room.root / "tmp", room.runtime):
            folder.mkdir(mode=0o700)
        lay(room.work, job.files)
        if job.case is not None:
            _write_read_only(job.case, room.case)
        _write_kernelspec(room)
        yield room
    finally:
        remove(room.root)


def kernel_environment(room: Room, job: Job) -> dict[str, str]:
    """Return every variable the kernel gets."""
    own = {**_base_environment(room), **ONE_THREAD, **job.environment}
    if job.case is not None:
        own[CASE_VARIABLE] = str(room.case)
    return own


def worker_environment(room: Room) -> dict[str, str]:
    """Return the variables of the process that drives the kernel: the kernel can see them, so they tell no more."""
    return {
        **_base_environment(room),
        "JUPYTER_PATH": str(room.root / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(room.runtime),
        "JUPYTER_CONFIG_DIR": str(room.root / "jupyter"),
    }


def _base_environment(room: Room) -> dict[str, str]:
    return {
        **bare_environment(),
        "HOME": str(room.home),
        "USERPROFILE": str(room.home),
        "TMPDIR": str(room.root / "tmp"),
    }


def bare_environment() -> dict[str, str]:
    """Return what of our own environment a learner's process may see: enough for Python to find itself."""
    return {
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "LANG": "C.UTF-8",
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
    }


def _write_kernelspec(room: Room) -> None:
    """Write our own kernel: this Python, nothing of the user's profile, no history file."""
    folder = room.root / "jupyter" / "kernels" / KERNEL
    folder.mkdir(parents=True)
    command = [sys.executable, "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    options = ["--HistoryManager.hist_file=:memory:", f"--InteractiveShellApp.exec_lines={_PATH_LAST}"]
    spec = {"argv": [*command, *options], "display_name": "Situ", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def _write_read_only(files: Mapping[str, bytes], target: Path) -> None:
    target.mkdir()
    lay(target, files)
    for folder, _, names in os.walk(target):
        for name in names:
            (Path(folder) / name).chmod(0o444)
        Path(folder).chmod(0o555)


def end_kernel(room: Room) -> None:
    """End the kernel that was started in the room, and what it started in its own process group."""
    with contextlib.suppress(OSError, ValueError):  # it never started, or nothing of it is left
        pid = int(room.kernel_id_file.read_text(encoding="ascii"))
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
