"""What runs submissions for grading: the warm engine, one per process and setting, kept between calls.

Owns the choice of engine and the refusal where a machine cannot seal submissions off. How they are run is `instructors.engine`'s.
"""

from __future__ import annotations

import atexit
import os
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nbgrader.converters.base import NbGraderException

from graders.errors import ClassError
from instructors.engine.jobs import Job, Run
from instructors.grading.run import RunSettings

if TYPE_CHECKING:
    from instructors.engine.sealing import Way

_QUOTA = Path("/sys/fs/cgroup/cpu.max")
_engines: dict[tuple[int, object, str, str], Engine] = {}


class Engine(Protocol):
    """Runs jobs; `instructors.engine.executors` has the real one."""

    @property
    def places(self) -> int:
        """How many jobs can run at once."""

    def submit(self, job: Job) -> Future[Run]:
        """Begin a job, as soon as there is room for it."""

    def warm_up(self) -> None:
        """Begin to get ready, without waiting for it."""

    def close(self, *, at_once: bool = False) -> None:
        """Take no more jobs; end those that are under way, or wait for them."""


class CannotSealError(ClassError, NbGraderException):  # type: ignore[misc]  # nbgrader's own commands stop at that one
    """Submissions cannot be sealed off on this machine, and nobody said that they need not."""


def usable_cores() -> int:
    """Return how many cores this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = _QUOTA.read_text(encoding="ascii").split()
        return max(1, min(cores, -(-int(quota) // int(period))))
    except (OSError, ValueError):  # no container, or one without a quota
        return cores


def jobs_of(settings: RunSettings) -> int:
    """Return how many submissions run at a time."""
    return settings.jobs or usable_cores()


def places_of(settings: RunSettings) -> int | None:
    """Return how many submissions run at a time; None for a cluster that was not asked for it and has run nothing."""
    if settings.engine == "stock":
        return 1
    if settings.jobs or not settings.cluster:
        return jobs_of(settings)
    return sum(engine.places for key, engine in _engines.items() if key[2] == settings.cluster) or None


def warm_engine(settings: RunSettings, class_dir: str = "") -> Engine:
    """Return the engine of these settings, started on the first call.

    Parameters
    ----------
    settings
        How submissions are run.
    class_dir
        The class folder, which no submission may see.

    Raises
    ------
    CannotSealError
        When submissions shall be sealed off, and this machine cannot.
    """
    key = (jobs_of(settings), way_of_sealing(settings), settings.cluster, class_dir)
    if key not in _engines:
        from instructors.engine.executors import Engine as WarmEngine  # a stock run needs none of it

        hidden = (class_dir,) if class_dir else ()
        _engines[key] = WarmEngine(jobs_of(settings), way_of_sealing(settings), settings.cluster or None, hidden)
        _engines[key].warm_up()
    return _engines[key]


def way_of_sealing(settings: RunSettings) -> Way | None:
    """Return how submissions are sealed off; None where they shall not be.

    Raises
    ------
    CannotSealError
        As `warm_engine`.
    """
    if not settings.sealed:
        return None
    if settings.engine == "stock":
        raise CannotSealError(
            "Expected submissions to be sealed off, got c.RunSubmission.engine = 'stock', nbgrader's own way, which cannot. "
            "Leave it out, or say that they need not be: c.RunSubmission.sealed = False."
        )
    from instructors.engine.sealing import Way, probe

    found = probe()
    if found.way is Way.NONE and settings.cluster:
        return Way.NAMESPACES  # it is the cluster's machines that seal, or refuse to run
    if found.way is Way.NONE:
        raise CannotSealError(
            f"Expected a machine that can seal submissions off, got one that cannot ({found.reason}). "
            "A submission is a stranger's program; here it could read and change all that you can. `situ doctor CLASS` says what "
            "is missing. To grade all the same: situ grade --unsealed, or c.RunSubmission.sealed = False in nbgrader_config.py."
        )
    way: Way = found.way
    return way


@atexit.register
def close_engines() -> None:
    """End all engines of this process, and what they run; the next call of `warm_engine` starts a new one."""
    while _engines:
        _engines.popitem()[1].close(at_once=True)
