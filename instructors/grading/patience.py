"""Several programs on one gradebook: grading, formgrader, a report. Owns how long each waits for another one.

A gradebook in a file is switched to write-ahead logging, where readers and the one who writes do not hinder each other; who wants
to write waits for the one who does, a minute at most. A gradebook on a server needs none of this.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from instructors.grading.gradebook_file import gradebook_file

WAIT_SECONDS = 60
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "lustre", "beegfs", "ceph", "fuse.sshfs"})
_MOUNTS = Path("/proc/self/mounts")


def be_patient(db_url: str) -> None:
    """Let this process, and a gradebook in a file, bear with others.

    Parameters
    ----------
    db_url
        The gradebook, as nbgrader writes it.
    """
    if not event.contains(Engine, "connect", _wait_longer):
        event.listen(Engine, "connect", _wait_longer)
    file = gradebook_file(db_url)
    if file is None or not file.is_file() or _on_a_network(file):
        return  # on a network the log's index is memory shared by the programs of one machine
    with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(sqlite3.connect(file)) as book:
        book.execute("PRAGMA journal_mode = WAL").fetchall()  # kept in the file; refused while somebody is writing


def _wait_longer(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute(f"PRAGMA busy_timeout = {int(WAIT_SECONDS * 1000)}").close()


def _on_a_network(file: Path) -> bool:
    """Tell whether a file lies on a network's file system, as far as this machine says."""
    try:
        lines = [line.split() for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return False
    place = file.resolve()
    over = [(len(line[1]), line[2]) for line in lines if len(line) > 2 and place.is_relative_to(line[1])]
    return bool(over) and max(over)[1] in _NETWORK
