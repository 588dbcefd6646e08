"""What of a submission is more than grading takes: too many files, too large, too deep, under names that are no text.

Owns the limits, and the setting aside: such things are moved as they are to the class's ``private/set-aside``, and a note in the
submission says which. nbgrader copies whatever lies in a submission, and looks through a folder once for each of its files.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.answerbook import NAME
from graders.files import regular_bytes, replacing
from instructors.grading.copying import walked
from instructors.grading.versions import MAX_TIMESTAMP, TIMESTAMP
from instructors.printable import printable

NOTE = "set-aside.txt"
MAX_FILES = 500
MAX_BYTES = 100_000_000  # nbgrader's own limit where learners submit
MAX_DEPTH = 16
MAX_PLACE = 1_000  # bytes of a path inside a submission: below our own folders, longer ones may be too long
_IN_PLACE_OF_A_BOOK = "set aside\n"  # which is no book: what it may have held is left to a human
_MAX_TOLD = 20  # names in the note
_MAX_NOTE = 200_000
_KEPT = {NOTE: _MAX_NOTE, TIMESTAMP: MAX_TIMESTAMP}  # beside the notebook, taken whatever else there is; bytes
_ANOTHER_DISK = ".set-aside"


@dataclass(slots=True)
class _Room:
    """What is still taken."""

    files: int = MAX_FILES
    size: int = MAX_BYTES

    def has(self, path: Path) -> bool:
        """Tell whether there is room for a file, and take it up."""
        size = path.lstat().st_size
        if not self.files or size > self.size:
            return False
        self.files, self.size = self.files - 1, self.size - size
        return True


def set_aside(folder: Path, lesson: Path, aside: Path) -> list[str]:
    """Move away what grading does not take.

    Parameters
    ----------
    folder
        A submission, without links and other things that are no files.
    lesson
        The lesson as released: where it has a file, a submission may have no folder, and the other way round.
    aside
        Where to.

    Returns
    -------
    The names of what was moved, as people read them. They are noted in the submission too, so that whoever grades it again, or
    looks at it later, still knows.
    """
    found = list(_surplus(folder, _places(lesson)))
    return move_aside(folder, found, aside) if found else []


def move_aside(folder: Path, found: Sequence[Path], aside: Path) -> list[str]:
    """Move things out of a submission and note them in it; parameters and result as those of `set_aside`."""
    near = folder.parents[1] / _ANOTHER_DISK / f"{folder.parent.name}+{folder.name}"  # no place where nbgrader looks
    for path in found:
        try:
            _move(path, aside)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _move(path, near)
        if path == folder / NAME:
            path.write_text(_IN_PLACE_OF_A_BOOK, encoding="ascii")
    moved = [printable(str(path.relative_to(folder))) for path in found]
    told = "\n".join([*set_aside_in(folder), *moved][:_MAX_TOLD]) + "\n"
    with replacing(folder / NOTE) as note:  # a link in its place is not written through
        note.write_text(told, encoding="utf-8")
    return moved


def _move(path: Path, aside: Path) -> None:
    aside.mkdir(parents=True, exist_ok=True)
    os.rename(path, aside / f"{len(os.listdir(aside)) + 1:06d}-{printable(path.name)[:40]}")


def is_too_deep(place: Path) -> bool:
    """Tell of a path inside a submission whether a folder there is more than grading takes."""
    return len(place.parts) > MAX_DEPTH or len(os.fsencode(place)) > MAX_PLACE


def set_aside_in(folder: Path) -> list[str]:
    """Return the names that the note in a submission tells; a learner may have written it, and it is good for a remark alone."""
    try:
        text = regular_bytes(folder / NOTE, _MAX_NOTE).decode("utf-8", "replace")
    except OSError:
        return []
    return [printable(line) for line in text.splitlines() if line.strip()]


def _places(lesson: Path) -> tuple[set[str], set[str]]:
    """Return the relative paths at which the lesson has files, and at which it has folders; nbgrader's and our own count."""
    files = {TIMESTAMP, NOTE} | {path.relative_to(lesson).as_posix() for path in lesson.rglob("*") if path.is_file()}
    return files, {parent.as_posix() for path in files for parent in Path(path).parents} - {"."}


def _surplus(folder: Path, places: tuple[set[str], set[str]]) -> Iterator[Path]:
    files, folders = places
    room = _Room()
    for here, below, names in walked(folder):
        for name in list(below):
            place = (here / name).relative_to(folder)
            # Of a folder in place of the notebook, the notebook's own reader tells.
            in_the_way = place.as_posix() in files and not name.endswith(".ipynb")
            if in_the_way or is_too_deep(place) or printable(name) != name:
                below.remove(name)
                yield here / name
        for name in sorted(names, key=lambda name: (name != NAME, name)):  # the answer book is the last to go
            path = here / name
            if here == folder and (name.endswith(".ipynb") or _is_kept(path)):
                continue  # a notebook is not copied, and read with limits of its own
            place = path.relative_to(folder)
            in_the_way = place.as_posix() in folders or len(os.fsencode(place)) > MAX_PLACE
            too_long_a_note = here == folder and name in _KEPT
            if in_the_way or too_long_a_note or printable(name) != name or not room.has(path):
                yield path


def _is_kept(path: Path) -> bool:
    found = path.lstat()
    return stat.S_ISREG(found.st_mode) and found.st_size <= _KEPT.get(path.name, -1)
