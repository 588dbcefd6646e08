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
    KERNEL_DIED = "kernel died"
    NOT_STARTED = "not started"
    FAILED = "failed"


class CellState(StrEnum):
    """How one cell ended."""

    RAN = "ran"
    RAISED = "raised"
    TIMED_OUT = "timed out"
    KERNEL_DIED = "kernel died"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use.

    Attributes
    ----------
    cell_seconds, total_seconds, startup_seconds
        Wall-clock time of one cell, of all cells, of the kernel's start.
    cell_bytes, total_bytes
        Size of the outputs kept of one cell and of all cells; every cell may keep `floor_bytes`, whatever the others printed.
    """

    cell_seconds: int = 60
    total_seconds: int = 600
    startup_seconds: int = 60
    cell_bytes: int = 2_000_000
    total_bytes: int = 16_000_000
    floor_bytes: int = 100_000


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
        Directory of the learner's case, copied read-only for the run; None where there is none.
    environment
        Variables of the kernel besides the engine's own few. No secret belongs here.
    limits
        What the run may use.
    """

    cells: tuple[Cell, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    case: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    def to_json(self) -> dict[str, JSON]:
        """Return the job as JSON data."""
        return {
            "cells": [asdict(cell) for cell in self.cells],
            "files": {path: base64.b64encode(content).decode("ascii") for path, content in self.files.items()},
            "case": self.case,
            "environment": dict(self.environment),
            "limits": asdict(self.limits),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, JSON]) -> Job:
        """Read a job back."""
        return cls(
            cells=tuple(Cell(**cell) for cell in data["cells"]),
            files={path: base64.b64decode(content) for path, content in data["files"].items()},
            case=data["case"],
            environment=dict(data["environment"]),
            limits=Limits(**data["limits"]),
        )


@dataclass(frozen=True, slots=True)
class CellRun:
    """What became of one cell of the job; `number` is the n of its ``In [n]``, None when it was not run."""

    index: int
    state: CellState
    number: int | None = None
    outputs: tuple[Output, ...] = ()


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
    """

    outcome: Outcome
    cells: tuple[CellRun, ...]
    detail: str = ""
    seconds: float = 0.0

    @property
    def stopped_in(self) -> CellRun | None:
        """The cell in which the run ended early; None when it finished or never began."""
        stops = {Outcome.TIMED_OUT: CellState.TIMED_OUT, Outcome.KERNEL_DIED: CellState.KERNEL_DIED}
        wanted = stops.get(self.outcome)
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
        return cls(Outcome(data["outcome"]), cells, data["detail"], data["seconds"])


def nothing_run(cells: Iterable[Cell], outcome: Outcome, detail: str) -> Run:
    """Return the run of a job none of whose cells was run."""
    return Run(outcome, tuple(CellRun(cell.index, CellState.NOT_RUN) for cell in cells), detail)
