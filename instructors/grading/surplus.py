"""What of a submission is more than grading takes: too many files, too large, too deep, under names that are no text.

Owns the limits, and the setting aside: such things are moved as they are to the class's ``private/set-aside``, and a note in the
submission says which. nbgrader copies whatever lies in a submission, and looks through a folder once for each of its files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graders.answerbook import NAME
from graders.files import regular_bytes
from instructors.printable import printable

NOTE = "set-aside.txt"
MAX_FILES = 500
MAX_BYTES = 100_000_000  # nbgrader's own limit where learners submit
MAX_DEPTH = 16
_IN_PLACE_OF_A_BOOK = "set aside\n"  # which is no book: what it may have held is left to a human
_MAX_TOLD = 20  # names in the note
_MAX_NOTE = 200_000


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
    if not found:
        return []
    aside.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(found, len(os.listdir(aside)) + 1):
        os.rename(path, aside / f"{number:06d}-{printable(path.name)[:40]}")
        if path == folder / NAME:
            path.write_text(_IN_PLACE_OF_A_BOOK, encoding="ascii")
    moved = [printable(str(path.relative_to(folder))) for path in found]
    (folder / NOTE).write_text("\n".join([*set_aside_in(folder), *moved][:_MAX_TOLD]) + "\n", encoding="utf-8")
    return moved


def set_aside_in(folder: Path) -> list[str]:
    """Return the names that the note in a submission tells; a learner may have written it, and it is good for a remark alone."""
    try:
        text = regular_bytes(folder / NOTE, _MAX_NOTE).decode("utf-8", "replace")
    except OSError:
        return []
    return [printable(line) for line in text.splitlines() if line.strip()]


def _places(lesson: Path) -> tuple[set[str], set[str]]:
    """Return the relative paths at which the lesson has files, and at which it has folders; nbgrader's own file counts."""
    files = {"timestamp.txt"} | {path.relative_to(lesson).as_posix() for path in lesson.rglob("*") if path.is_file()}
    return files, {parent.as_posix() for path in files for parent in Path(path).parents} - {"."}


def _surplus(folder: Path, places: tuple[set[str], set[str]]) -> Iterator[Path]:
    files, folders = places
    room = _Room()
    for base, below, names in os.walk(folder):
        here = Path(base)
        depth = len(here.relative_to(folder).parts)
        below.sort()
        for name in list(below):
            place = (here / name).relative_to(folder).as_posix()
            in_the_way = place in files and not name.endswith(".ipynb")  # the notebook's own reader tells of that
            if in_the_way or depth >= MAX_DEPTH or printable(name) != name:
                below.remove(name)
                yield here / name
        for name in sorted(names, key=lambda name: (name != NAME, name)):  # the answer book is the last to go
            path = here / name
            if not depth and name.endswith(".ipynb"):
                continue  # not copied, and read with limits of its own
            in_the_way = path.relative_to(folder).as_posix() in folders
            if name != NOTE and (in_the_way or printable(name) != name or not room.has(path)):
                yield path
