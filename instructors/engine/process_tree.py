"""Looks at a process and all its descendants, as /proc shows them: who they are, and what memory is theirs.

Linux only. Reads and ends processes; starts none. Trusts nothing that a learner's process says about itself.
"""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path

_KILOBYTE = 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of some processes, in bytes: what they hold `now`, and the `most` that each held since it began, together."""

    now: int
    most: int


@dataclass(frozen=True, slots=True)
class _Resident:
    """What a process has in memory, in bytes, without pages of files; `most` is the peak of both together.

    The kernel's peak includes pages of files; those that the process has now are taken off, so files it has let go of stay in.
    """

    anonymous: int
    shared: int
    most: int


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


def memory(pids: list[int], inherited: int, limit: int) -> Memory:
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
    found = [_resident(pid) for pid in pids]
    if sum(each.anonymous + each.shared for each in found) > limit:
        fair = sum(_fair_share(pid) for pid in pids)
        return Memory(fair, fair)
    held = [max(0, each.anonymous - inherited) + each.shared for each in found]
    most = [max(now, each.most - inherited) for now, each in zip(held, found, strict=True)]
    return Memory(sum(held), sum(most))


def own_anonymous_bytes() -> int:
    """Return the anonymous memory of this process."""
    return _resident(os.getpid()).anonymous


def _resident(pid: int) -> _Resident:
    names = ("RssAnon:", "RssShmem:", "VmHWM:", "RssFile:")
    anonymous, shared, most, of_files = (value * _KILOBYTE for value in _kilobytes(f"/proc/{pid}/status", names))
    return _Resident(anonymous, shared, most - of_files)


def _fair_share(pid: int) -> int:
    return sum(_kilobytes(f"/proc/{pid}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:", "Swap:"))) * _KILOBYTE


def _kilobytes(file: str, names: tuple[str, ...]) -> list[int]:
    try:
        text = Path(file).read_text(encoding="ascii", errors="replace")
    except OSError:  # it has just ended
        return [0] * len(names)
    fields = {name: rest.split() for name, _, rest in (line.partition(":") for line in text.splitlines())}
    return [int(fields.get(name.rstrip(":"), ["0"])[0]) for name in names]
