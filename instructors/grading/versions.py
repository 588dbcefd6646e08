"""Which version of a submission was handed in: its date, as nbgrader keeps it beside the notebook, and its content.

Owns the careful reading of both. A learner may have written either: what is no date is moved out of nbgrader's way, and no file is
waited for, followed or read without end.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc

from graders.answerbook import NAME
from graders.files import regular_bytes

TIMESTAMP = "timestamp.txt"
MAX_TIMESTAMP = 200  # bytes; a date parser takes time in the square of their number
_UNREADABLE = "timestamp-unreadable"
_MAX_BYTES = 20_000_000  # of a notebook: what is larger is not read at all
_MOST_RENAMED = 20
_HANDED_IN = "_situ_handed_in"


def handed_in_at(folder: Path) -> datetime | None:
    """Return when a submission was handed in; None where no readable date says so.

    Parameters
    ----------
    folder
        A submission as handed in, or as graded.
    """
    try:
        return _date_in(folder / TIMESTAMP)
    except Exception:  # a date parser may raise anything on text that is no date
        return None


def settle_timestamp(file: Path) -> list[str]:
    """Move aside a timestamp that nbgrader cannot read: it would fail the submission, wait for ever, or fail the whole run.

    Parameters
    ----------
    file
        Where the timestamp may be; a folder, a link or a pipe there is moved as it is.

    Returns
    -------
    What was done, for the log.
    """
    if not os.path.lexists(file):
        return []
    try:
        _date_in(file)
    except Exception:  # likewise
        os.rename(file, _free_name(file.parent))
        return [f"set aside {file.name}, which holds no date"]
    return []


def _date_in(file: Path) -> datetime | None:
    text = regular_bytes(file, MAX_TIMESTAMP).decode("utf-8").strip()
    found: datetime | None = parse_utc(text or None)
    return found


def _free_name(folder: Path) -> Path:
    names = (f"{_UNREADABLE}{number or ''}.txt" for number in range(10_000))
    return next(folder / name for name in names if not os.path.lexists(folder / name))


def content_of(folder: Path, notebooks: Iterable[str]) -> str:
    """Return by what the answers in a submission are known again: its notebooks and its answer book.

    Parameters
    ----------
    folder
        The submission.
    notebooks
        The names of the notebooks that should be in it. Where one is missing, others may be graded in its place, and count too.
    """
    found = hashlib.sha256()
    for name in _names_that_count(folder, list(notebooks)):
        found.update(json.dumps([name, _known_by(folder / name)]).encode())
    return found.hexdigest()


def _names_that_count(folder: Path, notebooks: list[str]) -> Iterator[str]:
    yield from (*notebooks, NAME)
    if not all(os.path.lexists(folder / name) for name in notebooks):
        others = sorted(path.name for path in folder.glob("*.ipynb") if path.name not in notebooks)
        yield from others[:_MOST_RENAMED]


def _known_by(file: Path) -> str:
    try:
        return hashlib.sha256(regular_bytes(file, _MAX_BYTES)).hexdigest()
    except OSError:
        return _known_unread(file)


def _known_unread(file: Path) -> str:
    try:
        found = file.lstat()
    except OSError:
        return "not there"
    return f"{stat.S_IFMT(found.st_mode)} {found.st_size if stat.S_ISREG(found.st_mode) else ''}"


def remember_content(converter: Any, content: str) -> None:
    """Keep with an nbgrader run what the submission is known by that it is grading now."""
    setattr(converter, _HANDED_IN, content)


def content_remembered(converter: Any) -> str:
    """Return what `remember_content` kept; empty for a run that kept nothing."""
    return str(getattr(converter, _HANDED_IN, ""))
