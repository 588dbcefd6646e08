"""One program at a time that grades a class: ``situ grade``, ``situ rejudge``, or nbgrader itself.

Owns the lock, which goes with its process, and the note beside it that says who has it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from nbgrader.converters.base import NbGraderException

from graders.errors import ClassError
from graders.files import regular_bytes

GRADE, REJUDGE = "`situ grade`", "`situ rejudge`"
_NBGRADER = "`nbgrader autograde` (or formgrader's Autograde button)"
_LONGEST_NOTE = 1_000
_OF_ANOTHER = "_situ_grades_for_another"


class BusyError(ClassError, NbGraderException):  # type: ignore[misc]  # nbgrader's own commands stop at that one
    """Somebody else is grading this class."""


@contextmanager
def alone(root: Path, who: str = GRADE) -> Iterator[None]:
    """Keep the class for one program.

    Parameters
    ----------
    root
        The class folder.
    who
        What the others are told of this program.

    Raises
    ------
    BusyError
        When another one is at work.
    """
    lock, note = FileLock(root / "private" / "grade.lock"), root / "private" / "grade.holder"
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BusyError(_message(root, note)) from error
    try:
        with suppress(OSError):  # the lock holds without it
            note.write_text(f"{who} at work (process {os.getpid()} on {socket.gethostname()})", encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            note.unlink()
        lock.release()


def holding(converter: Any) -> None:
    """Say of an nbgrader run that it belongs to the ``situ grade`` that has the class."""
    setattr(converter, _OF_ANOTHER, True)


@contextmanager
def alone_with(root: Path, converter: Any) -> Iterator[None]:
    """Keep the class for an nbgrader run, unless that belongs to whoever has it, or the folder is no class.

    Raises
    ------
    BusyError
        As `alone`.
    """
    if getattr(converter, _OF_ANOTHER, False) or not (root / "private").is_dir():
        yield
    else:
        with alone(root, _NBGRADER):
            yield


def _message(root: Path, note: Path) -> str:
    try:
        holder = regular_bytes(note, _LONGEST_NOTE).decode("utf-8", "replace")
    except OSError:  # it has just begun
        holder = "somebody at work"
    return (
        f"Expected nobody else to be grading the class in {root}, got {holder}. Wait until it is done, "
        "or end it with Ctrl-C: what it has finished stays."
    )
