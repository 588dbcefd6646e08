"""What a run is: the `Job` that goes in, the `Run` that comes out, both of them JSON.

This is the seam between grading and whatever runs the learner's code: another process, another sandbox, another machine.
Nothing here runs anything.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

JSON = Any  # None, bool, int, float, str, list and dict of the same
Output = dict[str, JSON]  # one output of a cell, in nbformat's shape


class Outcome(StrEnum):
    """How a run ended, as a whole."""

    FINISHED = "finished"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    TOO_MUCH_OUTPUT = "too much output"
    KERNEL_DIED = "kernel died"
    NOT_STARTED = "not started"
    FAILED = "failed"


class CellState(StrEnum):
    """How one cell ended."""

    RAN = "ran"
    RAISED = "raised"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    TOO_MUCH_OUTPUT = "too much output"
    KERNEL_DIED = "kernel died"
    NOT_RUN = "not run"


_STOPS = {
    Outcome.TIMED_OUT: CellState.TIMED_OUT,
    Outcome.OUT_OF_MEMORY: CellState.OUT_OF_MEMORY,
    Outcome.TOO_MUCH_OUTPUT: CellState.TOO_MUCH_OUTPUT,
    Outcome.KERNEL_DIED: CellState.KERNEL_DIED,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use.

    Attributes
    ----------
    cell_seconds, total_seconds, startup_seconds
        Wall-clock time of one cell, of all cells, of the kernel's start.
    cell_bytes, total_bytes
        Size of the outputs kept of one cell and of all cells; every cell may keep `floor_bytes`, whatever the others printed.
    sent_bytes
        Size of all that a kernel may send before it is ended; what is kept of it is less.
    cpu_seconds
        Processor time of each process.
    memory_mb
        Memory of all processes of the run together, what they keep in the private temporary space included. Not below about 250:
        what a process shares with the fork server cannot be told from its own then.
    processes, open_files
        Processes and threads of the run; files that one process holds open.
    file_mb, disk_mb
        Size of one file; size of the private temporary space.
    """

    cell_seconds: int = 60
    total_seconds: int = 600
    startup_seconds: int = 60
    cell_bytes: int = 2_000_000
    total_bytes: int = 16_000_000
    floor_bytes: int = 100_000
    sent_bytes: int = 48_000_000
    cpu_seconds: int = 300
    memory_mb: int = 2_048
    processes: int = 64
    open_files: int = 512
    file_mb: int = 128
    disk_mb: int = 192


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell: its position in the notebook, and its source."""

    index: int
    source: str


@dataclass(frozen=True, slots=True)
class Job:
    """What to run.

    Attributes
    ----------
    cells
        In order; a cell without source is not worth sending.
    files
        What lies in the working directory: relative path, with ``/``, to content.
    case
        Files of the learner's case, handed in read-only: relative path, with ``/``, to content; None where there is none.
    environment
        Variables of the kernel besides the engine's own few. No secret belongs here.
    limits
        What the run may use.
    """

    cells: tuple[Cell, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    case: Mapping[str, bytes] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    def to_json(self) -> dict[str, JSON]:
        """Return the job as JSON data."""
        return {
            "cells": [asdict(cell) for cell in self.cells],
            "files": _packed(self.files),
            "case": None if self.case is None else _packed(self.case),
            "environment": dict(self.environment),
            "limits": asdict(self.limits),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, JSON]) -> Job:
        """Read a job back."""
        return cls(
            cells=tuple(Cell(**cell) for cell in data["cells"]),
            files=_unpacked(data["files"]),
            case=None if data["case"] is None else _unpacked(data["case"]),
            environment=dict(data["environment"]),
            limits=Limits(**data["limits"]),
        )


def _packed(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: base64.b64encode(content).decode("ascii") for path, content in files.items()}


def _unpacked(files: Mapping[str, str]) -> dict[str, bytes]:
    return {path: base64.b64decode(content) for path, content in files.items()}


@dataclass(frozen=True, slots=True)
class CellRun:
    """What became of one cell of the job; `number` is the n of its ``In [n]``, None when it was not run."""

    index: int
    state: CellState
    number: int | None = None
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run used, as far as it was measured.

    Attributes
    ----------
    cpu_seconds
        Processor time of all its processes.
    peak_mb
        The most memory that its processes held, in MiB as `Limits.memory_mb` and counted as that limit counts it: what they
        and their private temporary space hold, without what a fork inherited, pages of files, and what is changed in place of
        inherited pages. Looked at ten times a second and once more before a kernel is ended; of each process the kernel's own
        record of its peak counts (VmHWM), also when they were not reached at the same time. Missed is what began and ended
        between two looks, and what a kernel that ended by itself did after the last. 0 where nobody looks: unsealed.
    start_seconds, cells_seconds
        Wall-clock time until the kernel was ready, and of the cells.
    """

    cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    start_seconds: float = 0.0
    cells_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """What became of a job.

    Attributes
    ----------
    outcome
        How the run ended.
    cells
        One for each cell of the job, in its order.
    detail
        For the log of whoever runs the class; never shown to a learner.
    seconds
        Wall-clock time.
    usage
        What it used.
    """

    outcome: Outcome
    cells: tuple[CellRun, ...]
    detail: str = ""
    seconds: float = 0.0
    usage: Usage = field(default_factory=Usage)

    @property
    def stopped_in(self) -> CellRun | None:
        """The cell in which the run ended early; None when it finished or never began."""
        wanted = _STOPS.get(self.outcome)
        return next((cell for cell in reversed(self.cells) if cell.state is wanted), None)

    def to_json(self) -> dict[str, JSON]:
        """Return the run as JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, JSON]) -> Run:
        """Read a run back."""
        cells = tuple(
            CellRun(cell["index"], CellState(cell["state"]), cell["number"], tuple(cell["outputs"]))
            for cell in data["cells"]
        )
        return cls(Outcome(data["outcome"]), cells, data["detail"], data["seconds"], Usage(**data["usage"]))


def nothing_run(cells: Iterable[Cell], outcome: Outcome, detail: str) -> Run:
    """Return the run of a job none of whose cells was run."""
    return Run(outcome, tuple(CellRun(cell.index, CellState.NOT_RUN) for cell in cells), detail)
