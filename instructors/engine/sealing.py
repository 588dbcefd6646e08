"""Seals a learner's code in with the kernel's namespaces, without root and without any other program.

Two layers. `outer`, once per fork server: a root of its own, read-only, with Python, its libraries and the system's and nothing
else. `enter`, once per submission, in a freshly forked process of a single thread: new users, mounts, processes, network, IPC;
a small writable space; limits; no capabilities; a filter of system calls. Owns what is shown inside and where; `linux` makes the
calls. Runs no notebook. `landlock` does the same where namespaces are refused; `probe` tells which of them this machine can do.
"""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import NoReturn

from instructors.engine import linux
from instructors.engine.folders import lay
from instructors.engine.jobs import Limits
from instructors.engine.root import CASE, INSIDE_ID, NOBODY, ROOT, SAFE, TEMPORARY, WORK, outer, shown_paths
from instructors.engine.seccomp import sandbox_filter
from instructors.engine.waiting import exit_code, fork_held, pass_on, released

__all__ = [
    "CASE", "EXPOSED", "NOBODY", "ROOT", "TEMPORARY", "WORK", "Inside", "Place", "Probe", "Way", "enter", "exit_code", "outer",
    "probe", "shown_paths",
]  # fmt: skip

EXPOSED = 97  # exit code when something of `Inside.hidden` can be seen; a learner can exit so too, but only later
SEALED = "sealed"  # what a successful attempt says

_NEW = linux.NEW_USERS | linux.NEW_MOUNTS | linux.NEW_PROCESSES | linux.NEW_IPC | linux.NEW_NAME | linux.NEW_NETWORK
_MOST_FILES = 20_000
_PAGE = 4096
_PROBE_SECONDS = 30


class Way(StrEnum):
    """How a machine can seal."""

    NAMESPACES = "namespaces"
    LANDLOCK = "landlock"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Probe:
    """What this machine can do: the best way that works, and what stands against those that do not, for the log."""

    way: Way
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Inside:
    """What one submission finds inside, and what it may use.

    Attributes
    ----------
    files
        Of the working directory, which is writable: relative path, with ``/``, to content. Copied in.
    case
        Of the learner's case, read-only; None where there is none. Copied in.
    limits
        Of the run.
    hidden
        Paths of the host that must not be visible: the class folder, the gradebook, keys. Checked from inside, every time.
    drop_to
        The user to become where we are root; otherwise we stay who we are.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    case: Mapping[str, bytes] | None = None
    limits: Limits = field(default_factory=Limits)
    hidden: Sequence[str] = ()
    drop_to: int = NOBODY


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed process finds itself: its working directory, its case if there is one, and its temporary space.

    Set HOME, TMPDIR and SITU_CASE from it: under Landlock the names are other ones.
    """

    work: str
    case: str | None
    temporary: str


def enter(inside: Inside, in_waiter: Callable[[], None]) -> Place:
    """Seal the calling process in. Returns only in a grandchild, sealed; the caller stays outside as its waiter.

    Three processes: the waiter, which ends with its parent and with it everything else; the first process of the new process
    namespace, which adopts what the learner leaves behind and whose end is the end of all of it; and the second, which returns.
    Exit codes are passed on to the waiter's: 128 and the number where a signal ended the process, `EXPOSED` when something
    that should be hidden is not. SIGINT to the waiter interrupts the learner's process; SIGTERM ends all of it at once.

    Parameters
    ----------
    inside
        What is found inside.
    in_waiter
        Called in both processes that stay behind, to close what only the learner's process should hold.

    Raises
    ------
    OSError
        When the kernel refuses something. Raised in whichever process it happened, which must then exit at once.
    ValueError
        When a path in the job leads out of its folder.
    """
    parent = os.getppid()
    if os.getuid() == 0:
        linux.become(inside.drop_to)
    user, group = os.getuid(), os.getgid()
    linux.unshare(_NEW)
    linux.map_own_ids(user, group, INSIDE_ID)
    first = fork_held()
    if first:
        _stay_behind(first, parent, in_waiter)
    linux.die_with_parent()
    _furnish(inside)
    linux.gain_no_privileges()
    linux.drop_capabilities()
    linux.install_filter(sandbox_filter(linux.machine()))  # the first process too: it must be no way round the filter
    linux.let_others_look(False)
    second = os.fork()  # signals are still held back
    if second:
        in_waiter()
        pass_on(second)
    released()
    linux.let_others_look(True)  # its own /proc/self would belong to root otherwise
    _refuse_if_exposed(inside.hidden)
    os.setsid()  # no terminal of the host, and signals to its group reach nobody else
    linux.limit_resources(inside.limits, inside.limits.processes)
    return Place(WORK, None if inside.case is None else CASE, TEMPORARY)


def _stay_behind(first: int, parent: int, in_waiter: Callable[[], None]) -> NoReturn:
    linux.die_with_parent()
    if os.getppid() != parent:  # it ended before we asked to be told
        os.kill(first, signal.SIGKILL)
    in_waiter()
    pass_on(first)


def _furnish(inside: Inside) -> None:
    """Mount what is writable, of a fixed size and gone with the last process, and copy in what the job brings."""
    linux.keep_mounts_private()
    size = f"size={inside.limits.disk_mb}m,nr_inodes={_MOST_FILES},mode=755"
    linux.mount("tmpfs", ROOT, SAFE, size)  # one size for files, temporary files and shared memory together
    for name in ("work", "case", "tmp", "shm"):
        os.mkdir(f"{ROOT}/{name}")
    # A Python below /tmp, as in a test or a trial, would be covered: it is taken along.
    for name in os.listdir(TEMPORARY):
        os.mkdir(f"{ROOT}/tmp/{name}")
        linux.bind(f"{TEMPORARY}/{name}", f"{ROOT}/tmp/{name}")
    linux.bind(f"{ROOT}/tmp", TEMPORARY)
    linux.bind(f"{ROOT}/shm", "/dev/shm")
    # A terminal of its own, for `!command`; only the new instance's terminals exist in it.
    options = "newinstance,ptmxmode=0666,mode=620"
    linux.mount("devpts", "/dev/pts", linux.NO_SETUID | linux.NO_EXECUTION, options)
    linux.mount("proc", "/proc", SAFE | linux.NO_EXECUTION)  # shows the processes of this namespace only
    lay(WORK, inside.files)
    if inside.case is not None:
        _mount_case(inside.case)
    os.chdir(WORK)


def _mount_case(case: Mapping[str, bytes]) -> None:
    """Copy the case into a small file system of its own, so that it can be made read-only for everybody inside."""
    pages = sum(len(content) // _PAGE + 2 for content in case.values()) + 256
    linux.mount("tmpfs", CASE, SAFE, f"size={pages * _PAGE},nr_inodes={_MOST_FILES},mode=755")
    lay(CASE, case)
    linux.make_read_only(CASE, SAFE)


def _refuse_if_exposed(hidden: Sequence[str]) -> None:
    """Fail closed: whatever was shown, and why ever, the class must not be among it."""
    if any(os.path.lexists(path) for path in hidden):
        os._exit(EXPOSED)


@cache
def probe() -> Probe:
    """Find the best way this machine can seal, by doing it in a throw-away process and looking from inside; kept afterwards."""
    if not linux.is_known_machine():
        return Probe(
            Way.NONE,
            f"sealing needs Linux on x86-64 or 64-bit ARM, this is {platform.system()} on {platform.machine()}",
        )
    refusals: list[str] = []
    for way in (Way.NAMESPACES, Way.LANDLOCK):
        refusal = _attempt(way)
        if not refusal:
            return Probe(way, "; ".join(refusals))
        refusals.append(f"{way}: {refusal}")
    return Probe(Way.NONE, "; ".join(refusals))


def _attempt(way: Way) -> str:
    """Return what stands against one way; nothing when it works."""
    command = [sys.executable, "-P", "-m", "instructors.engine.attempt", way]
    with tempfile.NamedTemporaryFile(prefix="situ-") as secret:
        try:
            tried = subprocess.run(
                [*command, secret.name], capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return f"no answer within {_PROBE_SECONDS} s"
    if tried.returncode == 0 and tried.stdout.endswith(SEALED):
        return ""
    lines = tried.stderr.strip().splitlines()
    return lines[-1] if lines else f"ended with exit code {tried.returncode}"
