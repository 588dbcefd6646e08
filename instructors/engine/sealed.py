"""Runs a job in a warm, sealed kernel: `run_sealed(job, way)` returns a `Run`, whatever the job does.

Owns limits of time and the telling apart of how things end; the same meanings as `running.run`, which runs a job in the stock
kernel. Safe to call from many threads: each call has a kernel of its own, all of them forks of one fork server per process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

from instructors.engine.jobs import Cell, CellRun, CellState, Job, Outcome, Run, Usage, nothing_run
from instructors.engine.outputs import OutputKeeper
from instructors.engine.sealing import Way
from instructors.engine.warm import ServerGoneError, fork_server
from instructors.engine.warm_kernel import (
    GarbageError,
    Kernel,
    KernelGoneError,
    NotReadyError,
    TooLateError,
    TooMuchError,
)

_SIGXCPU, _SIGKILL = 128 + 24, 128 + 9  # as shells write the end by a signal
_REPORT_SECONDS = 5.0  # for the fork server to notice an end
_ENDING_SECONDS = 1.0  # between the end of a process's sockets and its own


def run_sealed(job: Job, way: Way, hidden: Sequence[str] = ()) -> Run:
    """Run a job in a sealed fork of this process's fork server, which is started when there is none.

    Parameters
    ----------
    job
        What to run.
    way
        How to seal; not `Way.NONE`.
    hidden
        Paths that must not be visible from inside, such as the class folder: the run does not begin when one is.

    Returns
    -------
    How it ended, and what the cells put out. Whatever the learner's code does is an outcome; what the machinery fails to do too.
    """
    if way is Way.NONE:
        raise ValueError("expected a way that seals, got none: run the job with instructors.engine.running.run")
    if not job.cells:
        return Run(Outcome.FINISHED, ())
    began, reason = monotonic(), ""
    for _ in range(2):  # a fork server that has died is started anew, once
        try:
            server = fork_server(way)
        except (ServerGoneError, OSError) as error:
            reason = f"{type(error).__name__}: {error}"
            continue
        try:
            kernel = server.kernel(job, hidden)
        except NotReadyError as error:
            reason = str(error)
            if server.was_closed or not server.ends_within(_ENDING_SECONDS):
                break
        else:
            return _Running(job, kernel, monotonic() - began).run()
    return replace(nothing_run(job.cells, Outcome.NOT_STARTED, reason), seconds=round(monotonic() - began, 3))


@dataclass(slots=True)
class _Running:
    """A job whose kernel is ready, and what is known of its run so far."""

    job: Job
    kernel: Kernel
    start_seconds: float
    began: float = field(default_factory=monotonic)
    done: list[CellRun] = field(default_factory=list)
    keeper: OutputKeeper = field(init=False)

    def __post_init__(self) -> None:
        self.keeper = OutputKeeper(self.job.limits)

    def run(self) -> Run:
        try:
            outcome, detail = self._run_cells()
            cells_seconds = monotonic() - self.began
            ended = self.kernel.end()
        except BaseException:  # Ctrl-C: no learner's process outlives the call
            self.kernel.end()
            raise
        rest = [CellRun(cell.index, CellState.NOT_RUN) for cell in self.job.cells[len(self.done) :]]
        usage = Usage(start_seconds=round(self.start_seconds, 3), cells_seconds=round(cells_seconds, 3))
        if ended is not None:
            usage = replace(usage, cpu_seconds=ended.cpu_seconds, peak_mb=round(ended.peak_bytes / 2**20, 1))
        seconds = round(self.start_seconds + monotonic() - self.began, 3)
        return Run(outcome, (*self.done, *rest), detail, seconds, usage)

    def _run_cells(self) -> tuple[Outcome, str]:
        """Run cell after cell until the last one, or until nothing more can be run."""
        limits = self.job.limits
        for cell in self.job.cells:
            left = limits.total_seconds - (monotonic() - self.began)
            if left <= 0:
                return Outcome.TIMED_OUT, "the time of the whole run was over"
            try:
                state = self._run_cell(cell, min(limits.cell_seconds, left))
            except TooLateError:
                return self._stopped(cell, CellState.TIMED_OUT, Outcome.TIMED_OUT, "could not be interrupted")
            except TooMuchError as error:
                return self._stopped(cell, CellState.TOO_MUCH_OUTPUT, Outcome.TOO_MUCH_OUTPUT, f"sent {error}")
            except GarbageError as error:
                return self._stopped(cell, CellState.KERNEL_DIED, Outcome.KERNEL_DIED, f"sent garbage: {error}")
            except KernelGoneError as error:
                return self._gone(cell, str(error))
            self._close(cell, state)
        return Outcome.FINISHED, ""

    def _run_cell(self, cell: Cell, seconds: float) -> CellState:
        is_well, is_interrupted = self.kernel.execute(cell.source, seconds, self._take)
        if is_interrupted:
            return CellState.TIMED_OUT
        return CellState.RAN if is_well else CellState.RAISED

    def _take(self, kind: str | None, content: Any) -> None:
        if kind is None:
            self.keeper.leave_out()
        elif kind == "clear_output":
            self.keeper.clear()
        else:
            self.keeper.take(kind, content)

    def _close(self, cell: Cell, state: CellState) -> None:
        self.done.append(CellRun(cell.index, state, len(self.done) + 1, self.keeper.close_cell()))

    def _stopped(self, cell: Cell, state: CellState, outcome: Outcome, detail: str) -> tuple[Outcome, str]:
        self._close(cell, state)
        return outcome, f"cell {len(self.done)}: {detail}"

    def _gone(self, cell: Cell, said: str) -> tuple[Outcome, str]:
        """Tell why a kernel has ended: by a limit, by itself, or by the end of the machinery."""
        ended = self.kernel.wait(_REPORT_SECONDS) or self.kernel.end()
        if ended is None:
            return Outcome.FAILED, "the fork server ended during the run"
        limits = self.job.limits
        if ended.over_memory:
            detail = f"more than {limits.memory_mb} MB of memory"
            return self._stopped(cell, CellState.OUT_OF_MEMORY, Outcome.OUT_OF_MEMORY, detail)
        if ended.code == _SIGXCPU or (ended.code == _SIGKILL and ended.cpu_seconds >= limits.cpu_seconds):
            detail = f"more than {limits.cpu_seconds} s of processor time"
            return self._stopped(cell, CellState.TIMED_OUT, Outcome.TIMED_OUT, detail)
        detail = f"the kernel died (exit code {ended.code}): {said}"
        return self._stopped(cell, CellState.KERNEL_DIED, Outcome.KERNEL_DIED, detail)
