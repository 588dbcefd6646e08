"""One run of ``situ grade`` per class at a time, and no nbgrader run beside it. Owns the lock; it goes with its process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from nbgrader.converters.base import NbGraderException

from graders.errors import ClassError

_HOLDER = "_situ_holds_the_class"


class BusyError(ClassError, NbGraderException):  # type: ignore[misc]  # nbgrader's own commands stop at that one
    """Somebody else is grading this class."""


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Keep the class for one run of ``situ grade``.

    Raises
    ------
    BusyError
        When another one is at work.
    """
    lock = _lock(root)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BusyError(_message(root)) from error
    try:
        yield
    finally:
        lock.release()


def holding(converter: Any) -> None:
    """Say of an nbgrader run that it belongs to the ``situ grade`` that has the class."""
    setattr(converter, _HOLDER, True)


def refuse_beside_another(root: Path, converter: Any) -> None:
    """Refuse an nbgrader run while ``situ grade`` has the class.

    Raises
    ------
    BusyError
        As `alone`.
    """
    if not getattr(converter, _HOLDER, False) and (root / "private").is_dir():
        with alone(root):
            pass


def _lock(root: Path) -> FileLock:
    return FileLock(root / "private" / "grade.lock")


def _message(root: Path) -> str:
    return (
        f"Expected nobody else to be grading the class in {root}, got another `situ grade` at work. Wait until it is done, "
        "or end it with Ctrl-C: what it has finished stays."
    )
