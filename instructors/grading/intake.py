"""Before nbgrader copies a submission: what is in its folder, and what must not be followed.

Owns what is done to a submission's folder before it is copied (`instructors.grading.laying_out` calls it). Nothing a learner wrote
is changed; links and other things that are no files are taken away, what is too much is set aside, and the log says which. When a
run begins, the gradebook is told of the submissions, too.
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

from graders.identity import is_id
from instructors.grading.copying import open_up, walked
from instructors.grading.folders import released_folder
from instructors.grading.surplus import is_too_deep, set_aside
from instructors.grading.versions import TIMESTAMP, settle_timestamp
from instructors.printable import printable


def refusal(folder: Path) -> str:
    """Return why nothing in a submission's folder is graded; empty when it is.

    A link could lead to another learner's work, which would be graded, and given back, as this learner's.
    """
    if not is_id(folder.parent.name):
        return "the folder's name is no learner's id"
    return "the folder is a link" if folder.is_symlink() or folder.parent.is_symlink() else ""


def take_in(submitted: Path, released: Path, aside: Path) -> list[str]:
    """Prepare one submission for copying.

    Parameters
    ----------
    submitted
        The submission.
    released
        The lesson as released.
    aside
        Where what is too much is moved to.

    Returns
    -------
    What was done, for the log.

    Raises
    ------
    OSError
        When something could not be taken away or set aside: then nothing of the submission may be copied.
    """
    done = disarmed(submitted)
    moved = set_aside(submitted, released, aside)
    return [*done, f"set aside {len(moved)}, the first of them {moved[0]}"] if moved else done


def disarmed(folder: Path) -> list[str]:
    """Take away what would be followed, waited for or stumbled over when a folder is copied.

    Parameters
    ----------
    folder
        A submission. Folders that are set aside as too deep are not looked into.

    Returns
    -------
    What was done, for the log.
    """
    done = []
    for here, below, names in walked(folder):
        below[:] = [name for name in below if not is_too_deep((here / name).relative_to(folder))]
        for path in (here / name for name in names):
            if here == folder and path.suffix == ".ipynb":
                continue  # read by ourselves, without following it, so that the learner is told
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                done.append(printable(f"took away the link {path.name}, which led to {os.readlink(path)}"))
                path.unlink()
            elif not stat.S_ISREG(mode):
                done.append(printable(f"took away {path.name}, which is no regular file"))
                path.unlink()
            else:
                open_up(path, stat.S_IRUSR | stat.S_IWUSR)
    return done + settle_timestamp(folder / TIMESTAMP)


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
