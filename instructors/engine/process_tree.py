"""Looks at a process and all its descendants, as /proc shows them: who they are, and what memory is theirs.

Linux only. Reads and ends processes; starts none. Trusts nothing that a learner's process says about itself.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

_KILOBYTE = 1024


def children(pid: int) -> list[int]:
    """Return the ids of the children of a process, of all its threads."""
    found: list[int] = []
    with contextlib.suppress(OSError):  # it has just ended
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                found += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text(encoding="ascii").split())
    return found


def descendants(pid: int) -> list[int]:
    """Return the ids of all descendants of a process, parents before their children."""
    found = children(pid)
    for child in found:  # the list grows while it is walked
        found += children(child)
    return found


def end(pids: list[int]) -> None:
    """Kill processes; those that are gone already are no matter."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def memory_bytes(pids: list[int], inherited: int, limit: int) -> int:
    """Return the memory that processes hold, what they share with the fork server counted once and not theirs.

    Parameters
    ----------
    pids
        Forks of the fork server, and what they started.
    inherited
        The anonymous memory of the fork server, in bytes.
    limit
        What they may hold. Below it a quick estimate is enough, which takes every process for a fork; above it the kernel is
        asked for each process's fair share, which costs milliseconds.
    """
    resident = [_status_bytes(pid) for pid in pids]
    if sum(anonymous + shared for anonymous, shared in resident) > limit:
        return sum(_fair_share(pid) for pid in pids)
    return sum(max(0, anonymous - inherited) + shared for anonymous, shared in resident)


def own_anonymous_bytes() -> int:
    """Return the anonymous memory of this process."""
    return _status_bytes(os.getpid())[0]


def _status_bytes(pid: int) -> tuple[int, int]:
    """Return the resident anonymous and shared memory of a process."""
    values = _kilobytes(f"/proc/{pid}/status", ("RssAnon:", "RssShmem:"))
    return values[0] * _KILOBYTE, values[1] * _KILOBYTE


def _fair_share(pid: int) -> int:
    return sum(_kilobytes(f"/proc/{pid}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:", "Swap:"))) * _KILOBYTE


def _kilobytes(file: str, names: tuple[str, ...]) -> list[int]:
    try:
        text = Path(file).read_text(encoding="ascii", errors="replace")
    except OSError:  # it has just ended
        return [0] * len(names)
    fields = {name: rest.split() for name, _, rest in (line.partition(":") for line in text.splitlines())}
    return [int(fields.get(name.rstrip(":"), ["0"])[0]) for name in names]
