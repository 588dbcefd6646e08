"""The beginning of one submission's turn: its folder made safe, its files and the lesson's laid out, its entry in the gradebook.

Owns what nbgrader's `init_assignment` does otherwise. An exception in here fails this submission alone, and before anything of it
was copied; nbgrader's own hook at this place swallows every exception and copies all the same.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from nbgrader.converters.base import NbGraderException
from nbgrader.utils import remove

from instructors.grading.copying import copy_regular
from instructors.grading.folders import aside_folder, graded_folder, released_folder, source_folder, submitted_folder
from instructors.grading.intake import expected_notebooks, take_in
from instructors.grading.ledger import opened
from instructors.grading.run import files_in
from instructors.grading.versions import content_of, handed_in_at, remember_content


def lay_out(converter: Any, assignment_id: str, student_id: str) -> None:
    """Lay a submission's files out and enter it in the gradebook: nbgrader's own steps, on one open gradebook.

    nbgrader's own way to tell which files it ignores takes time in the square of their number, which is the learner's choice.

    Parameters
    ----------
    converter
        nbgrader's `Autograde`. The notebooks that should be there and are not are added to its list, so that each is graded, be it
        as not handed in; those that are not in the gradebook are taken from it.
    assignment_id, student_id
        Whose turn it is.

    Raises
    ------
    OSError, NbGraderException
        When the submission cannot be graded.
    """
    course = converter.coursedir
    submitted, released = submitted_folder(course, student_id, assignment_id), released_folder(course, assignment_id)
    for done in take_in(submitted, released, aside_folder(course, student_id, assignment_id)):
        converter.log.warning("%s: %s", submitted, done)
    expected = expected_notebooks(released)
    remember_content(converter, content_of(submitted, expected))
    missing = [str(submitted / name) for name in expected if not os.path.lexists(submitted / name)]
    listed = [*converter.notebooks, *(path for path in missing if path not in converter.notebooks)]
    known = _entered(converter, assignment_id, student_id)
    _copy(converter, submitted, graded_folder(course, student_id, assignment_id), assignment_id)
    converter.notebooks = [path for path in listed if Path(path).stem in known]
    if not converter.notebooks:
        raise NbGraderException("no notebook of this assignment is in the gradebook: nbgrader generate_assignment")


def _entered(converter: Any, assignment_id: str, student_id: str) -> set[str]:
    """Enter a submission in the gradebook; return the names of the assignment's notebooks there."""
    course = converter.coursedir
    given = handed_in_at(submitted_folder(course, student_id, assignment_id))
    more = {"timestamp": given} if given else {}
    with opened(course.db_url) as gradebook, gradebook.db.no_autoflush:
        if converter.create_student:
            gradebook.update_or_create_student(student_id)
        gradebook.update_or_create_submission(assignment_id, student_id, **more)
        return {notebook.name for notebook in gradebook.find_assignment(assignment_id).notebooks}


def _copy(converter: Any, submitted: Path, graded: Path, assignment_id: str) -> None:
    """Copy the learner's files, then the lesson's own over those of the same name; only in the latter are links followed."""
    course, kept = converter.coursedir, converter.exclude_overwriting.get(assignment_id, ())
    ignored = [*course.ignore, "*.ipynb"]
    lesson = files_in(source_folder(course, assignment_id), ignored, links=True)
    lesson = {place: file for place, file in lesson.items() if place not in kept}
    for place, file in (files_in(submitted, ignored) | lesson).items():
        target = graded / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(target):
            remove(str(target))
        if place in lesson:
            shutil.copy(file, target)
        else:
            copy_regular(file, target)
