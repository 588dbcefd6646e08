"""Seals a learner's code in where the kernel refuses namespaces: Landlock, a stricter filter, limits, and a reaper.

The same contract as `sealing.enter`, weaker in four ways that `situ doctor` names: the temporary space has no size of its own
(only each file has), the machine's files cannot be read but whether one exists can be seen, `!command` and processes that share
locks do not work, and what a learner started is ended by us rather than by the kernel.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from instructors.engine import linux, process_tree
from instructors.engine.folders import lay, remove
from instructors.engine.root import shown_paths
from instructors.engine.sealing import EXPOSED, Inside, Place
from instructors.engine.seccomp import crowded_filter
from instructors.engine.waiting import fork_held, forward_to, released, waited_for

# linux/landlock.h
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_FIRST_RIGHTS = (1 << 13) - 1  # all of version 1: the above, and making and removing anything
_REFER, _TRUNCATE, _DEVICE_CONTROL = 1 << 13, 1 << 14, 1 << 15  # of versions 2, 3 and 5
_NETWORK = 3  # binding and connecting TCP, of version 4
_SCOPES = 3  # abstract Unix sockets, and signals, of processes outside; of version 6
_SIGNALS_FROM = 6

_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_CONTROL
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_READABLE = (
    *(f"/etc/{name}" for name in ("fonts", "ld.so.cache", "localtime", "mime.types")),
    *(f"/proc/{name}" for name in ("self", "cpuinfo", "meminfo")),
    # How many processors there are. That these files exist can be seen, so libraries expect to be able to read them.
    *("/sys/devices/system/cpu", "/sys/fs/cgroup"),
)
_REAPING_SECONDS = 20.0
_LATER_TASKS = 64


def enter(inside: Inside, in_waiter: Callable[[], None]) -> Place:
    """Seal in; see `sealing.enter`. The calling process becomes the waiter, and removes the folders of the run afterwards."""
    parent = os.getppid()
    root = tempfile.mkdtemp(prefix="situ-")
    try:
        place = _furnish(root, inside)
    except BaseException:
        remove(root)
        raise
    others = _tasks_of(inside.drop_to if os.getuid() == 0 else os.getuid())
    linux.adopt_orphans()
    kernel = fork_held()
    if kernel:
        _stay_behind(kernel, parent, root, in_waiter)
    still_read = False
    if os.getuid() == 0:
        still_read = not all(map(_is_open_to_all, shown_paths()))
        linux.become(inside.drop_to, still_read=still_read)
    linux.die_with_parent()
    os.setsid()
    released()
    os.chdir(place.work)
    version = linux.landlock_version()
    linux.gain_no_privileges()
    _restrict(version, place)
    linux.drop_capabilities(still_read=still_read)
    _refuse_if_exposed(inside)
    # Here the kernel counts all processes of the user: those of the host, and of the runs that begin later.
    linux.limit_resources(inside.limits, others + inside.limits.processes + _LATER_TASKS)
    linux.install_filter(crowded_filter(linux.machine(), os.getpid(), may_signal=version >= _SIGNALS_FROM))
    return place


def _furnish(root: str, inside: Inside) -> Place:
    """Make the folders of the run, given to the user who will own the learner's process."""
    place = Place(f"{root}/work", None if inside.case is None else f"{root}/case", f"{root}/tmp")
    for folder in (place.work, place.temporary):
        os.mkdir(folder, 0o700)
    lay(place.work, inside.files)
    if inside.case is not None and place.case is not None:
        os.mkdir(place.case, 0o700)
        lay(place.case, inside.case)
    if os.getuid() == 0:
        for folder, _, names in os.walk(root):
            for path in (folder, *(f"{folder}/{name}" for name in names)):
                os.chown(path, inside.drop_to, inside.drop_to)
    return place


def _is_open_to_all(path: str) -> bool:
    """Tell whether everybody can read a folder: root may have put its Python where nobody else gets."""
    real = Path(path).resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (real, *real.parents))


def _restrict(version: int, place: Place) -> None:
    handled = _FIRST_RIGHTS
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _DEVICE_CONTROL)):
        handled |= right if version >= since else 0
    ruleset = linux.landlock_ruleset(
        handled, _NETWORK if version >= 4 else 0, _SCOPES if version >= _SIGNALS_FROM else 0
    )
    read = (*shown_paths(), *_READABLE, *([place.case] if place.case else []))
    write = (place.work, place.temporary, *_DEVICES)
    for paths, rights in ((read, _READ), (write, handled)):
        for path in paths:
            if os.path.exists(path):
                linux.landlock_allow(ruleset, path, rights if os.path.isdir(path) else rights & _OF_FILES & handled)
    linux.landlock_restrict(ruleset)


def _refuse_if_exposed(inside: Inside) -> None:
    """Fail closed: what is hidden cannot be opened. That it exists can be seen; Landlock does not guard that."""
    for path in inside.hidden:
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
            os._exit(EXPOSED)


def _stay_behind(kernel: int, parent: int, root: str, in_waiter: Callable[[], None]) -> NoReturn:
    """Wait for the kernel's end, then end what it left and remove its folders."""
    # Not SIGKILL: this process is all that ends what the learner's process started.
    linux.die_with_parent(signal.SIGTERM)
    forward_to(kernel)
    if os.getppid() != parent:  # it ended before we asked to be told
        os.kill(kernel, signal.SIGKILL)
    in_waiter()
    code = waited_for(kernel)
    try:
        end_descendants()
        remove(root)
    finally:  # whatever cleaning up comes to, how the kernel ended is told
        os._exit(code)


def end_descendants() -> None:
    """End whatever this process's descendants left behind; it must have adopted them (`linux.adopt_orphans`).

    An ended process hands its own children to us, so this goes on until there are none. New ones cannot be made for ever: what
    has ended counts against the limit of processes until it is reaped, and it is reaped last.
    """
    until = time.monotonic() + _REAPING_SECONDS
    while (found := process_tree.descendants(os.getpid())) and time.monotonic() < until:
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in found:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _tasks_of(user: int) -> int:
    """Return how many threads all processes of a user have now."""
    count = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it has ended while we looked
                count += len(os.listdir(f"{entry.path}/task")) if entry.stat().st_uid == user else 0
    return count
