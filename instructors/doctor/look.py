"""The cell that `situ doctor` runs in a sealed run: it tries what a hostile submission would try. Only its source is used.

Needs nothing but the standard library, reads what to try from ``tasks.json`` beside it, and prints one JSON object: what was
tried -> what was reached; an empty list where all was refused.
"""

from __future__ import annotations

import contextlib
import ctypes
import glob
import hashlib
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

_NO_LIMIT = 10_000  # a machine's own limit, not one for a submission
Attempt = tuple[str, Callable[[], Any]]


def look(tasks: dict[str, Any]) -> dict[str, list[str]]:
    """Try everything."""
    return {
        "class": reached((path, partial(read, path)) for path in tasks["class"]),
        "others": reached((path, partial(read, path)) for path in tasks["others"]),
        "copies": copies(tasks["contents"], tasks["packages"]),
        "system": reached((path, partial(leave_a_file, path)) for path in tasks["folders"]),
        "case": reached([("case", lambda: leave_a_file(os.environ["SITU_CASE"]))]),
        "network": network(tasks),
        "processes": processes(tasks),
        "environment": environment(tasks["mark"]),
        "kernel": ["new namespaces"] if ctypes.CDLL(None).unshare(0x10000000) == 0 else [],
        "limits": limits(tasks),
    }


def reached(attempts: Iterable[Attempt]) -> list[str]:
    """Return the names of the attempts that were not refused."""
    names = []
    for name, attempt in attempts:
        try:
            attempt()
        except (OSError, MemoryError, ValueError):
            continue
        names.append(name)
    return names


def read(path: str) -> None:
    """Open a file, or list a folder."""
    if os.path.isdir(path):
        os.listdir(path)
    else:
        os.close(os.open(path, os.O_RDONLY))


def leave_a_file(folder: str) -> None:
    """Make a file; it is removed at once."""
    path = os.path.join(folder, "situ-was-here")
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    os.unlink(path)


def copies(contents: Iterable[list[Any]], packages: Iterable[str]) -> list[str]:
    """Look for a copy of a key, by what is in it, wherever Python imports from; in libraries of others there is none."""
    wanted = {(size, name) for size, name in contents}
    sizes = {size for size, _ in wanted}
    found = []
    for path in files_below({*filter(None, sys.path), *packages, os.getcwd()}):
        with contextlib.suppress(OSError):
            size = os.stat(path).st_size
            if size in sizes and (size, hashlib.sha256(Path(path).read_bytes()).hexdigest()) in wanted:
                found.append(path)
    return found


def files_below(tops: Iterable[str]) -> Iterator[str]:
    """Yield every file below some folders, libraries of others left out."""
    for top in tops:
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if name not in ("site-packages", "dist-packages", "__pycache__")]
            yield from (os.path.join(folder, name) for name in names)


def network(tasks: dict[str, Any]) -> list[str]:
    """Try to reach a listener on this machine, the network, a name server, a socket in the file system."""
    here, away = ("127.0.0.1", tasks["port"]), ("192.0.2.1", 53)
    return reached(
        [
            ("TCP on this machine", lambda: connect(socket.AF_INET, socket.SOCK_STREAM, here)),
            ("UDP", lambda: connect(socket.AF_INET, socket.SOCK_DGRAM, away)),
            ("a look-up of a name", lambda: socket.getaddrinfo("example.org", 80)),
            ("a socket of this machine", lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, tasks["socket"])),
        ]
    )


def connect(family: int, kind: int, address: Any) -> None:
    """Open a connection and send something."""
    with socket.socket(family, kind) as opened:
        opened.settimeout(2)
        opened.connect(address)
        opened.send(b"situ")


def processes(tasks: dict[str, Any]) -> list[str]:
    """Look for a process of the host by its command line, and try to signal it."""
    found = []
    for file in glob.glob("/proc/[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found += [file] if tasks["mark"] in Path(file).read_text(errors="replace") else []
    return found + reached([("a signal to it", lambda: os.kill(tasks["process"], signal.SIGTERM))])


def environment(mark: str) -> list[str]:
    """Look for a variable of the host in our own environment, and in the one this process was started with."""
    found = [name for name, value in os.environ.items() if mark in name + value]
    with contextlib.suppress(OSError):
        found += ["/proc/self/environ"] if mark in Path("/proc/self/environ").read_text(errors="replace") else []
    return found


def limits(tasks: dict[str, Any]) -> list[str]:
    """Try to go beyond the limits, and to raise one."""
    processes, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    attempts: list[Attempt] = [
        ("memory", lambda: bytearray(tasks["memory_bytes"])),
        ("processes", partial(start_more_than, processes)),
        ("more processes than at the start", lambda: resource.setrlimit(resource.RLIMIT_NPROC, unlimited)),
    ]
    if tasks["has_own_space"]:
        attempts.append(("files", lambda: fill(tasks["files_mb"])))
    return reached(attempts)


def start_more_than(most: int) -> None:
    """Start more processes than the user may have, which do nothing, and end them again. Without a limit nothing is started."""
    started: list[int] = []
    try:
        while 0 <= most < _NO_LIMIT and len(started) <= most:
            pid = os.fork()
            if pid == 0:
                signal.pause()
            started.append(pid)
    finally:
        for pid in started:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def fill(megabytes: int) -> None:
    """Keep so much in files of a megabyte each."""
    try:
        for number in range(megabytes):
            Path(f"{number}.filled").write_bytes(bytes(1 << 20))
    finally:
        for path in glob.glob("*.filled"):
            os.unlink(path)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look(json.loads(Path("tasks.json").read_text(encoding="utf-8")))))
