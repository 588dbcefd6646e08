"""The gradebook, opened once for many steps: nbgrader opens it anew in every one of them, which takes longer than what they do.

Owns the open gradebooks of this process. A step gets one with a session of its own; after the last submission of a run all are
closed, so that nothing is held while nobody grades.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nbgrader.api import Gradebook

from instructors.grading.gradebook_file import gradebook_file

_open: dict[tuple[str, int, int], Gradebook] = {}


@contextmanager
def opened(db_url: str) -> Iterator[Gradebook]:
    """Give the gradebook to one step; what it has not committed when it leaves is undone.

    Parameters
    ----------
    db_url
        As nbgrader writes it.
    """
    key = (db_url, *_identity(db_url))
    if key not in _open:
        close_gradebooks()  # the file may have been replaced; nobody wants to write to what is gone
        _open[key] = Gradebook(db_url)
    gradebook = _open[key]
    try:
        yield gradebook
    finally:
        gradebook.db.remove()


def close_gradebooks() -> None:
    """Close all gradebooks of this process."""
    while _open:
        _open.popitem()[1].close()


def _identity(db_url: str) -> tuple[int, int]:
    """Return which file a gradebook is; zeros for one on a server."""
    file = gradebook_file(db_url)
    if file is None or not file.exists():
        return (0, 0)
    status = file.stat()
    return (status.st_dev, status.st_ino)
