"""Runs a job: `run(job)` returns a `Run`, whatever the job does.

Owns the worker process and its wall clock. The trusted process reads one bounded JSON document and nothing else from it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading

from instructors.engine import process_tree
from instructors.engine.jobs import Job, Outcome, Run, nothing_run
from instructors.engine.room import Room, end_kernel, furnished, worker_environment

_GRACE_SECONDS = 60  # for starting Python, ending the kernel and writing the run, beyond the job's own limits
_workers: set[subprocess.Popen[str]] = set()
_noting = threading.Lock()


def run(job: Job) -> Run:
    """Run a job in a room and a process of its own.

    Parameters
    ----------
    job
        What to run.

    Returns
    -------
    How it ended, and what the cells put out. Fails closed: when the machinery fails, no cell counts as run.
    """
    if not job.cells:
        return Run(Outcome.FINISHED, ())
    try:
        with furnished(job) as room:
            return _run_worker(room, job)
    except OSError as error:
        return nothing_run(job.cells, Outcome.NOT_STARTED, f"{type(error).__name__}: {error}")


def end_runs() -> None:
    """End all that this process runs just now; they become runs that failed."""
    with _noting:
        for worker in _workers:
            _kill(worker)


def _run_worker(room: Room, job: Job) -> Run:
    request = json.dumps({"room": str(room.root), "job": job.to_json()})
    worker = subprocess.Popen(
        [sys.executable, "-P", "-m", "instructors.engine.worker"],
        cwd=room.root,
        env=worker_environment(room),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    limits = job.limits
    try:
        with _noting:
            _workers.add(worker)
        out, err = worker.communicate(request, limits.startup_seconds + limits.total_seconds + _GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        return nothing_run(job.cells, Outcome.FAILED, "the run did not end in its time")
    finally:  # also on Ctrl-C: no learner's process outlives the run
        _end(worker)
        end_kernel(room)
    try:
        return Run.from_json(json.loads(out))
    except (ValueError, KeyError, TypeError):
        return nothing_run(job.cells, Outcome.FAILED, err.strip()[-2000:] or "the worker returned no run")


def _end(worker: subprocess.Popen[str]) -> None:
    with _noting:
        _workers.discard(worker)
        _kill(worker)
    for stream in (worker.stdin, worker.stdout, worker.stderr):
        if stream:
            stream.close()
    worker.wait()


def _kill(worker: subprocess.Popen[str]) -> None:
    """Kill a worker and what it started, its kernel too, whose id it may not have noted yet."""
    if worker.poll() is None:
        below = process_tree.descendants(worker.pid)
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(worker.pid, signal.SIGKILL)
            else:
                worker.kill()
        process_tree.end(below)
