"""Submissions that shall be graded anew though they are graded: until their turn comes, they count as left half done.

Owns the taking back of the mark that says otherwise. So whatever ends such a run, the next one goes on with those that it did not
reach; points and comments in the gradebook, and what is in the graded notebook, stay as they are until then.
"""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterable
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from graders.files import replacing
from instructors.grading.finished import mark_in
from instructors.grading.folders import graded_folder

# In the metadata of the notebook, which come last in the file.
_DONE, _TO_DO = b'"finished": true', b'"finished": false'
_log = logging.getLogger(__name__)


def take_back(course: CourseDirectory, assignment: str, learners: Iterable[str]) -> None:
    """Let graded submissions count as left half done.

    Parameters
    ----------
    course
        nbgrader's; whom it leaves out is left alone.
    assignment, learners
        Which submissions.
    """
    excluded = course.student_id_exclude.split(",")
    for learner in learners:
        if learner not in excluded:
            for file in sorted(graded_folder(course, learner, assignment).glob("*.ipynb")):
                try:
                    _take_back(file)
                except OSError as error:
                    _log.warning("%s: an interrupted run will not go on with it: %s", file, error)


def _take_back(file: Path) -> None:
    if mark_in(file) is None:
        return
    before, _, after = file.read_bytes().rpartition(_DONE)
    rights = stat.S_IMODE(file.stat().st_mode)
    with replacing(file) as unfinished:
        unfinished.write_bytes(before + _TO_DO + after)
    file.chmod(rights)
