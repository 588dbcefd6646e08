"""Before nbgrader copies a submission: what is in its folder, and what must not be followed.

Owns the two moments at which nbgrader lets us look at submission folders: when a run begins, and before each copy. Nothing a
learner wrote is changed; links to files and other things that are no files are taken away, what is too much is set aside, and the
log says which. When a run begins, the gradebook is told of the submissions, too.
"""

from __future__ import annotations

import contextlib
import glob
import os
import stat
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import parse_utc
from traitlets.log import get_logger

from graders.identity import is_id
from instructors.grading.folders import released_folder
from instructors.grading.surplus import set_aside
from instructors.printable import printable


def refusal(folder: Path) -> str:
    """Return why nothing in a submission's folder is graded; empty when it is.

    A link could lead to another learner's work, which would be graded, and given back, as this learner's.
    """
    if not is_id(folder.parent.name):
        return "the folder's name is no learner's id"
    return "the folder is a link" if folder.is_symlink() or folder.parent.is_symlink() else ""


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
    root = folder.parents[2]
    released = root / "release" / folder.name
    for done in disarmed(folder):
        get_logger().warning("%s: %s", folder, done)
    aside = set_aside(folder, released, root / "private" / "set-aside" / folder.name / folder.parent.name)
    if aside:
        get_logger().warning("%s: set aside %d, the first of them %s", folder, len(aside), aside[0])
    for name in expected_notebooks(released):
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
                done.append(printable(f"took away the link {path.name}, which led to {os.readlink(path)}"))
                path.unlink()
            elif not stat.S_ISREG(mode):
                done.append(printable(f"took away {path.name}, which is no regular file"))
                path.unlink()
    return done + settle_timestamp(folder / "timestamp.txt")


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
    course, assignments = converter.coursedir, converter.assignments
    if not assignments:
        return
    released = expected_notebooks(released_folder(course, course.assignment_id))
    expected = [name for name in released if fnmatch(Path(name).stem, course.notebook_id)]
    pattern = course.format_path(course.submitted_directory, course.student_id, course.assignment_id)
    for folder in _folders(glob.glob(pattern)):
        if folder not in assignments and expected:
            converter.log.warning("%s: no notebook was handed in", folder)
            assignments[folder] = [os.path.join(folder, name) for name in expected]


def enter_in_gradebook(converter: Any) -> None:
    """Make the gradebook's entries of submissions that it does not know, as nbgrader does for each when its turn comes.

    nbgrader 0.9 makes an entry object by object, and reads what it belongs to in between: SQLAlchemy 2 tries to write the half-made
    entry at each reading, and warns that it cannot. Made in one piece, there is nothing to warn of, and nbgrader finds it made.

    Parameters
    ----------
    converter
        nbgrader's `Autograde`, as for `add_folders_without_notebook`.
    """
    course, assignments = converter.coursedir, converter.assignments
    if not assignments:
        return
    with Gradebook(course.db_url, course.course_id) as gradebook, gradebook.db.no_autoflush:
        for student in sorted(Path(folder).parent.name for folder in assignments):
            with contextlib.suppress(
                MissingEntry
            ):  # no such assignment, or no such learner: nbgrader says so, and stops
                if converter.create_student:
                    gradebook.find_assignment(course.assignment_id)
                    gradebook.update_or_create_student(student)
                gradebook.update_or_create_submission(course.assignment_id, student)


def _folders(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if os.path.isdir(path)]


def settle_timestamp(file: Path) -> list[str]:
    """Set aside a timestamp that nbgrader cannot read: it would fail the submission, and a second one the whole run."""
    if not file.is_file():
        return []
    try:
        parse_utc(file.read_text(encoding="utf-8").strip() or None)
    except Exception:  # a date parser may raise anything on text that is no date
        file.rename(file.with_name("timestamp-unreadable.txt"))
        return ["set aside timestamp.txt, which holds no date"]
    return []
