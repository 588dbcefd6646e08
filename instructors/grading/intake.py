"""Before nbgrader copies a submission: what is in its folder, and what must not be followed.

Owns the two moments at which nbgrader lets us look at submission folders: when a run begins, and before each copy. Nothing a
learner wrote is changed; links to files and other things that are no files are taken away, and the log says which.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc
from traitlets.log import get_logger


def before_copying(assignment: str, student: str, notebooks: list[str]) -> None:
    """Prepare one submission; nbgrader's ``pre_convert_hook``.

    Parameters
    ----------
    assignment
        The assignment being graded.
    student
        nbgrader's pattern of learners, not the learner.
    notebooks
        nbgrader's own list of the submission's notebooks; those that should be there and are not are added, so that each is
        graded, be it as not handed in.
    """
    folder = Path(notebooks[0]).parent
    for done in disarmed(folder):
        get_logger().warning("%s: %s", folder, done)
    for name in expected_notebooks(folder.parents[2] / "release" / folder.name):
        path = str(folder / name)
        if path not in notebooks and not os.path.lexists(path):
            notebooks.append(path)


def disarmed(folder: Path) -> list[str]:
    """Take away what nbgrader would follow, wait for or stumble over when it copies a folder.

    Parameters
    ----------
    folder
        A submission.

    Returns
    -------
    What was done, for the log.
    """
    done = []
    for base, _, names in os.walk(folder):
        for path in (Path(base, name) for name in names):
            if path.parent == folder and path.suffix == ".ipynb":
                continue  # read by ourselves, without following it, so that the learner is told
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                done.append(f"took away the link {path.name}, which led to {os.readlink(path)}")
                path.unlink()
            elif not stat.S_ISREG(mode):
                done.append(f"took away {path.name}, which is no regular file")
                path.unlink()
    return done + _settled_timestamp(folder / "timestamp.txt")


def expected_notebooks(released: Path) -> list[str]:
    """Return the names of the notebooks an assignment was released with."""
    return sorted(path.name for path in released.glob("*.ipynb"))


def add_folders_without_notebook(converter: Any) -> None:
    """Give nbgrader the submissions it would pass over because they hold no notebook: they are graded as not handed in.

    Parameters
    ----------
    converter
        nbgrader's `Autograde`, after it has listed the submissions and before it takes the first.
    """
    course, assignments = getattr(converter, "coursedir", None), getattr(converter, "assignments", None)
    if course is None or not assignments:
        return
    released = Path(course.format_path(course.release_directory, ".", course.assignment_id))
    expected = [name for name in expected_notebooks(released) if fnmatch(Path(name).stem, course.notebook_id)]
    pattern = course.format_path(course.submitted_directory, course.student_id, course.assignment_id)
    for folder in _folders(glob.glob(pattern)):
        if folder not in assignments and expected:
            converter.log.warning("%s: no notebook was handed in", folder)
            assignments[folder] = [os.path.join(folder, name) for name in expected]


def _folders(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if os.path.isdir(path)]


def _settled_timestamp(file: Path) -> list[str]:
    """Set aside a timestamp that nbgrader cannot read: it would fail the submission."""
    if not file.is_file():
        return []
    try:
        parse_utc(file.read_text(encoding="utf-8").strip() or None)
    except Exception:  # a date parser may raise anything on text that is no date
        file.rename(file.with_name("timestamp-unreadable.txt"))
        return ["set aside timestamp.txt, which holds no date"]
    return []
