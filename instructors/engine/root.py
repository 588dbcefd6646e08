"""The root of a sealed process: what of the host exists in it, read-only, and nothing else.

Built once per fork server by `outer`; every fork of it lives in it. What each fork finds writable is `sealing`'s.
"""

from __future__ import annotations

import errno
import os
import site
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from instructors.engine import linux

# Inside, the learner's files and the case. Names that no machine has: a checkout or a Python below /work or /case stays reachable.
ROOT, WORK, CASE = "/situ", "/situ/work", "/situ/case"
TEMPORARY = "/tmp"
NOBODY = 65534
INSIDE_ID = 1000  # user and group of everything inside
SAFE = linux.NO_SETUID | linux.NO_DEVICES

_OLD = "/.host"  # where the host's root stands while the new one is built
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store")
_ETC = ("alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types")
_WRITTEN_ETC = {  # the host's own would tell who works on the machine
    "passwd": f"learner:x:{INSIDE_ID}:{INSIDE_ID}::{TEMPORARY}:/bin/sh\n",
    "group": f"learner:x:{INSIDE_ID}:\n",
    "hosts": "127.0.0.1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = {"/dev/fd": "/proc/self/fd", "/dev/ptmx": "pts/ptmx"}
_LINKS |= {f"/dev/{name}": f"/proc/self/fd/{number}" for number, name in enumerate(("stdin", "stdout", "stderr"))}


@cache
def shown_paths() -> tuple[str, ...]:
    """Return what of the host a sealed process has to see to run Python with its libraries and with ours.

    Never a checkout: of an install in place, only the folders of the two packages, which hold no key.
    """
    ours = Path(__file__).resolve().parents[1]
    packages = [ours, ours.with_name("graders")]
    libraries = [path for path in (*site.getsitepackages(), site.getusersitepackages()) if path in sys.path]
    python = [sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parents[1])]
    wanted = [*_SYSTEM, *python, *libraries, *map(str, packages)]
    return tuple(dict.fromkeys(path for path in wanted if Path(path).exists() and path != "/"))


def outer(shown: Sequence[str]) -> None:
    """Give this process a root of its own, read-only, in which of the host only `shown` exists. Once per fork server.

    Parameters
    ----------
    shown
        Absolute paths; see `shown_paths`.

    Raises
    ------
    OSError
        When the kernel refuses; the process is then in no state to go on.
    """
    # Names are followed now: afterwards an absolute link would lead into the new root.
    wanted = (*shown, *filter(os.path.exists, (f"/etc/{name}" for name in _ETC)))
    places = {path: os.path.realpath(path) for path in wanted}
    if linux.may_administer():
        linux.unshare(linux.NEW_MOUNTS)
    else:
        if os.getuid() == 0:  # in a container; for real root the kernel does not limit processes
            linux.become(NOBODY)
        user, group = os.getuid(), os.getgid()
        linux.unshare(linux.NEW_USERS | linux.NEW_MOUNTS)
        linux.map_own_ids(user, group, INSIDE_ID)
    linux.keep_mounts_private()
    linux.mount("tmpfs", TEMPORARY, SAFE, "size=16m,mode=755")  # the new root, built where nothing of ours is needed
    os.mkdir(TEMPORARY + _OLD)
    linux.change_root(TEMPORARY, TEMPORARY + _OLD)
    _show(places)
    _add_system()
    linux.detach(_OLD)
    os.rmdir(_OLD)
    linux.make_read_only("/", SAFE)


def _show(places: Mapping[str, str]) -> None:
    for real in _outermost(places.values()):
        _show_one(real)
    for path, real in places.items():
        if path != real and not os.path.lexists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.symlink(real, path)


def _outermost(paths: Iterable[str]) -> list[str]:
    """Leave out what lies below another one: it comes with it."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path == above or path.startswith(above + "/") for above in kept):
            kept.append(path)
    return kept


def _show_one(path: str, *, is_device: bool = False) -> None:
    """Show a file or a directory of the host under its own name."""
    if not os.path.exists(_OLD + path):
        raise PermissionError(errno.EACCES, "only root can reach it", path)
    if os.path.isdir(_OLD + path):
        os.makedirs(path, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o644))
    linux.bind(_OLD + path, path)
    linux.protect(path, writable=is_device, devices=is_device)


def _add_system() -> None:
    """Add what every process expects to find: a few files of /etc, five devices, mount points, the names of processes."""
    for path in ("/dev/shm", "/dev/pts", "/proc", "/tmp", ROOT):
        os.makedirs(path, exist_ok=True)
    for name in _DEVICES:
        _show_one(f"/dev/{name}", is_device=True)
    for link, target in _LINKS.items():
        os.symlink(target, link)
    for name, text in _WRITTEN_ETC.items():
        Path("/etc", name).write_text(text, encoding="ascii")
    # The host's processes, for the fork server, which watches its children's memory. Each child covers it with its own: the
    # kernel lets a user namespace mount one only where a whole one is mounted already.
    linux.bind(_OLD + "/proc", "/proc")
