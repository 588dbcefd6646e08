"""Drives one kernel through one job: nbclient and the stock ipykernel, in a room of their own.

Owns limits of time and the telling apart of how things end. Runs in the worker process, never in the one that knows the keys.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from instructors.engine.jobs import Cell, CellRun, CellState, Job, Outcome, Run, nothing_run
from instructors.engine.outputs import OutputKeeper
from instructors.engine.room import KERNEL, Room, end_kernel, kernel_environment

_TIMED_OUT = "SituCellTimeout"  # stands in for the reply of a cell that was interrupted
_SOCKET_PATH_LIMIT = 90  # of about 104 that Unix allows, less the port that is appended


class BoundedClient(NotebookClient):
    """nbclient's client, which hands every output to the keeper instead of collecting without end."""

    keeper: OutputKeeper

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> None:
        """Take one message of the kernel; widgets and later changes of an output are not followed."""
        kind, content = msg.get("msg_type"), msg.get("content")
        if not isinstance(kind, str) or not isinstance(content, dict):
            return
        if kind == "status" and content.get("execution_state") == "idle":
            raise CellExecutionComplete
        if kind == "clear_output":
            self.keeper.clear()
        else:
            self.keeper.take(kind, content)


@dataclass(slots=True)
class _Progress:
    """What is known of a run so far; outlives whatever ends it."""

    job: Job
    keeper: OutputKeeper
    began: float = field(default_factory=monotonic)
    done: list[CellRun] = field(default_factory=list)
    replied: CellState = CellState.RAN

    def seconds_left(self) -> float:
        return self.job.limits.total_seconds - (monotonic() - self.began)

    def note_reply(self, *, execute_reply: dict[str, Any], **_: Any) -> None:
        """Remember how the kernel says the current cell ended; nbclient calls this after each cell."""
        content = execute_reply["content"]
        timed_out = content.get("ename") == _TIMED_OUT
        failed = CellState.TIMED_OUT if timed_out else CellState.RAISED
        self.replied = CellState.RAN if content.get("status") == "ok" else failed

    def close(self, cell: Cell, state: CellState) -> None:
        self.done.append(CellRun(cell.index, state, len(self.done) + 1, self.keeper.close_cell()))

    def ended(self, outcome: Outcome, detail: str = "") -> Run:
        rest = [CellRun(cell.index, CellState.NOT_RUN) for cell in self.job.cells[len(self.done) :]]
        return Run(outcome, (*self.done, *rest), detail, round(monotonic() - self.began, 3))


def run_in(room: Room, job: Job) -> Run:
    """Run the job in its room.

    Parameters
    ----------
    room
        Furnished for this job.
    job
        What to run.

    Returns
    -------
    The run; whatever the learner's code does is an outcome, not an exception.
    """
    return asyncio.run(_run(room, job))


async def _run(room: Room, job: Job) -> Run:
    manager = _manager(room)
    progress = _Progress(job, OutputKeeper(job.limits))
    client = _client(job, manager, progress)
    starting = {
        "cwd": str(room.work),
        "env": kernel_environment(room, job),
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }
    started = False
    try:
        async with client.async_setup_kernel(cleanup_kc=True, **starting):
            started = True
            _note_kernel(room, manager)
            return await _run_cells(client, progress)
    except Exception as error:  # starting and ending a kernel can fail in as many ways as it has parts
        detail = f"{type(error).__name__}: {error}"
        return (
            progress.ended(Outcome.FAILED, detail) if started else nothing_run(job.cells, Outcome.NOT_STARTED, detail)
        )
    finally:
        end_kernel(room)


async def _run_cells(client: BoundedClient, progress: _Progress) -> Run:
    """Run cell after cell until the last one, or until nothing more can be run."""
    for position, cell in enumerate(progress.job.cells):
        if progress.seconds_left() <= 0:
            return progress.ended(Outcome.TIMED_OUT, "the time of the whole run was over")
        try:
            await client.async_execute_cell(client.nb.cells[position], position)
        except DeadKernelError:
            progress.close(cell, CellState.KERNEL_DIED)
            return progress.ended(Outcome.KERNEL_DIED, f"the kernel died in cell {len(progress.done)}")
        except CellTimeoutError:
            progress.close(cell, CellState.TIMED_OUT)
            return progress.ended(Outcome.TIMED_OUT, f"cell {len(progress.done)} could not be interrupted")
        except Exception as error:  # messages that no honest kernel sends end up here, in nbclient's own code
            progress.close(cell, CellState.KERNEL_DIED)
            return progress.ended(Outcome.KERNEL_DIED, f"{type(error).__name__}: {error}")
        progress.close(cell, progress.replied)
    return progress.ended(Outcome.FINISHED)


def _client(job: Job, manager: AsyncKernelManager, progress: _Progress) -> BoundedClient:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.source) for cell in job.cells])
    client = BoundedClient(
        notebook,
        km=manager,
        allow_errors=True,
        interrupt_on_timeout=True,
        error_on_timeout={"ename": _TIMED_OUT, "evalue": "", "traceback": []},
        raise_on_iopub_timeout=True,
        iopub_timeout=5,
        shutdown_kernel="immediate",
        startup_timeout=job.limits.startup_seconds,
        store_widget_state=False,
        record_timing=False,
        timeout_func=lambda _: max(1, int(min(job.limits.cell_seconds, progress.seconds_left()))),
        on_cell_executed=progress.note_reply,
    )
    client.keeper = progress.keeper
    return client


def _manager(room: Room) -> AsyncKernelManager:
    """Return a manager whose sockets are files in the room: nobody else on the machine can reach them."""
    manager = AsyncKernelManager(kernel_name=KERNEL, connection_file=str(room.runtime / "kernel.json"))
    socket = str(room.runtime / "k")
    if os.name == "posix" and len(socket) < _SOCKET_PATH_LIMIT:
        manager.transport, manager.ip = "ipc", socket
    return manager


def _note_kernel(room: Room, manager: AsyncKernelManager) -> None:
    pid = getattr(manager.provisioner, "pid", None)
    if pid is not None:
        room.kernel_id_file.write_text(str(pid), encoding="ascii")
