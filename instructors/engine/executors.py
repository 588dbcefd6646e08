"""Where jobs run: `Engine` takes jobs and returns futures of their runs, on this machine or on a cluster.

Threads on one machine, because all the work is in the forks that they wait for; dask.distributed beyond. To a cluster travel the
job's JSON and back the run's, nothing else: its workers know no key, no gradebook, no class folder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from graders.errors import ClassError
from graders.language import _
from instructors.engine import running
from instructors.engine.jobs import Job, Outcome, Run, nothing_run
from instructors.engine.sealed import run_sealed
from instructors.engine.sealing import Way
from instructors.engine.warm import ServerGoneError, end_fork_servers, fork_server

_CONNECT_SECONDS = 20
_AGAIN_SECONDS = 0.2
_RETRIES = 2  # of a job whose worker was lost, by dask


class Engine:
    """What grading talks to.

    Parameters
    ----------
    jobs
        How many run at once on this machine; a cluster has as many places as it has.
    way
        How each is sealed; None runs them unsealed, in the stock kernel.
    cluster
        Address of a dask scheduler, ``tcp://host:8786``; None for this machine.
    hidden
        Paths of this machine that must not be visible to what runs, such as the class folder.

    Raises
    ------
    ClassError
        When the cluster cannot be reached, or what talks to it is not installed.
    """

    def __init__(self, jobs: int, way: Way | None, cluster: str | None = None, hidden: Sequence[str] = ()) -> None:
        if way is Way.NONE:
            raise ValueError("expected a way that seals, or None for unsealed runs")
        self._way, self._hidden, self._jobs = way, tuple(hidden), max(1, jobs)
        self._seen = 1  # places of the cluster
        self._asked: WeakSet[Future[Run]] = WeakSet()
        self._client: Any = None
        self._executor: Executor
        if cluster is None:
            self._executor = ThreadPoolExecutor(self._jobs, thread_name_prefix="situ-job")
        else:
            self._client = _connected(cluster)
            self._executor = self._client.get_executor(pure=False, retries=_RETRIES)

    @property
    def places(self) -> int:
        """How many jobs can run at once: as many as asked for here, as the workers have threads on a cluster, when last seen."""
        if self._client is None:
            return self._jobs
        with suppress(Exception):  # the cluster does not answer, or is closed: what it was sent will say so
            threads: dict[str, int] = self._client.nthreads()
            self._seen = max(1, sum(threads.values()))
        return self._seen

    def warm_up(self) -> None:
        """Begin to start the fork server, if there will be one here, without waiting for it."""
        if self._client is None and self._way is not None:
            self._executor.submit(_started, self._way)

    def submit(self, job: Job) -> Future[Run]:
        """Have a job run, as soon as there is a place; its future's result is a run, whatever happens to it."""
        if self._client is None:
            here = self._executor.submit(_run_here, job, self._way, self._hidden)
            self._asked.add(here)
            return here
        asked = self._executor.submit(run_json, json.dumps(job.to_json()), str(self._way or ""))
        done: Future[Run] = Future()
        done.add_done_callback(lambda ended: ended.cancelled() and asked.cancel())
        asked.add_done_callback(lambda ended: _settle(done, ended, job))
        return done

    def close(self, *, at_once: bool = False) -> None:
        """Take no more jobs, forget those that wait, and wait for those that run here.

        Parameters
        ----------
        at_once
            End those instead; they become runs that failed. Ends this process's fork servers, and all its unsealed runs.
        """
        if self._client is not None:
            self._executor.shutdown(wait=False)
            self._client.close()
            return
        self._executor.shutdown(wait=False, cancel_futures=True)
        while at_once and (running_yet := self._running()):
            end_fork_servers()  # again: a job that had just begun may have started another
            running.end_runs()
            wait(running_yet, _AGAIN_SECONDS)
        self._executor.shutdown(wait=True)

    def _running(self) -> list[Future[Run]]:
        """Return the runs that have not ended; `wait` would count the forgotten ones among them, for ever."""
        return [asked for asked in self._asked if not asked.done()]

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close(at_once=kind is not None)


def run_json(job: str, way: str) -> str:
    """Run a job where we are, JSON in and JSON out; a cluster's workers are told to call this.

    Parameters
    ----------
    job
        As `Job.to_json` gives it.
    way
        How to seal it; empty for unsealed, in the stock kernel.

    Returns
    -------
    What `Run.from_json` reads.
    """
    return json.dumps(_run_here(Job.from_json(json.loads(job)), Way(way) if way else None, ()).to_json())


def _run_here(job: Job, way: Way | None, hidden: Sequence[str]) -> Run:
    try:
        return running.run(job) if way is None else run_sealed(job, way, hidden)
    except Exception as error:  # a fault of ours must not end the class: this one submission was not judged
        return _failed(job, error)


def _failed(job: Job, error: BaseException) -> Run:
    return nothing_run(job.cells, Outcome.FAILED, f"{type(error).__name__}: {error}"[:2000])


def _started(way: Way) -> None:
    try:
        fork_server(way)
    except ServerGoneError:
        return  # the first job tries again, and says what is wrong


def _settle(done: Future[Run], ended: Future[str], job: Job) -> None:
    """Settle our future as the cluster's: what comes from there is a run or it is nothing."""
    if ended.cancelled():
        done.cancel()
    if not done.set_running_or_notify_cancel():
        return
    try:
        done.set_result(Run.from_json(json.loads(ended.result())))
    except Exception as error:  # a lost worker, a closed cluster, or what is no run
        done.set_result(_failed(job, error))


def _connected(cluster: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise ClassError(
            _(
                "A cluster was asked for, but dask.distributed is not installed. Install it with: pip install 'situ-kit[cluster]'"
            )
        ) from error
    try:
        return Client(cluster, timeout=_CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ClassError(
            _("No scheduler answers at {address}. Start one with `dask scheduler`, or leave the option out.").format(
                address=cluster
            )
        ) from error
