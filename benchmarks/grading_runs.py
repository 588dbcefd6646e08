"""Runs a command and notes what it took: wall-clock and processor time, memory, and how long the first result was awaited.

Owns the looking from outside only, the same for whatever is run, at all processes that the command starts, kernels included.
"""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from instructors.engine.process_tree import descendants

_LOOK_SECONDS = 1.0  # at memory: the kernel's answer takes milliseconds a process
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Took:
    """What a command took.

    Attributes
    ----------
    code, output
        Its exit code, and what it printed.
    began
        When, as files have it.
    seconds, first_seconds
        Wall-clock time in all, and until its first result.
    cpu_seconds
        Of it and all it started.
    peak_mb
        Memory of it and all it started, what they share counted once, at the worst of many moments.
    trusted_mb
        The most that the command's own process held, all of it resident.
    course
        The same from moment to moment, with the time since the beginning.
    """

    code: int
    output: str
    began: float
    seconds: float
    first_seconds: float | None
    cpu_seconds: float
    peak_mb: float
    trusted_mb: float
    course: tuple[tuple[float, float], ...]


def took(
    command: Sequence[str], folder: Path, is_first_there: Callable[[], bool], settings: Mapping[str, str] | None = None
) -> Took:
    """Run a command to its end.

    Parameters
    ----------
    command
        Program and arguments.
    folder
        Where.
    is_first_there
        Tells whether the first result is there.
    settings
        Environment variables to add.
    """
    when, before, began, first = time.time(), _used_by_children(), time.perf_counter(), None
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(settings or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    memory, reader = _Memory(process.pid), _Reader(process)
    while process.poll() is None:
        time.sleep(_POLL_SECONDS)
        if first is None and is_first_there():
            first = time.perf_counter() - began
    seconds = time.perf_counter() - began
    memory.stop()
    cpu = _used_by_children() - before
    course = tuple(memory.course)
    most = max((held for _when, held in course), default=0.0)
    return Took(process.returncode, reader.text(), when, seconds, first, cpu, memory.peak_mb, most, course)


def _used_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Reader(threading.Thread):
    """Takes what a process prints, so that its pipe never fills."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        super().__init__(daemon=True)
        self._stream = process.stdout
        self._parts: list[str] = []
        self.start()

    def run(self) -> None:
        if self._stream is not None:
            self._parts.extend(self._stream)

    def text(self) -> str:
        self.join()
        return "".join(self._parts)


class _Memory(threading.Thread):
    """Looks at the memory of a process and of all below it, now and then."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak_mb, self.course = 0.0, list[tuple[float, float]]()
        self._pid, self._over, self._began = pid, threading.Event(), time.perf_counter()
        self.start()

    def run(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            self.course.append((time.perf_counter() - self._began, _megabytes(self._pid, "status", "VmRSS:")))
            shares = [_megabytes(pid, "smaps_rollup", "Pss:") for pid in (self._pid, *descendants(self._pid))]
            self.peak_mb = max(self.peak_mb, sum(shares))

    def stop(self) -> None:
        self._over.set()
        self.join()


def _megabytes(pid: int, file: str, name: str) -> float:
    """Return one of the sizes that the kernel tells of a process; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
