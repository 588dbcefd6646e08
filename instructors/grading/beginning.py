"""The beginning of a run of autograde: nbgrader has listed the submissions, and has not touched the first.

Owns what happens then, in this order: what may not be graded is refused or left out, what an interrupted run left is cleared, the
gradebook is made ready, and the lookahead gets its list. It is the same for ``nbgrader autograde``, formgrader and ``situ grade``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from traitlets import Bool

from instructors.grading.copying import open_up
from instructors.grading.finished import clear_unfinished
from instructors.grading.folders import aside_folder, graded_folder, released_folder, source_folder, submitted_folder
from instructors.grading.intake import add_folders_without_notebook, enter_in_gradebook, expected_notebooks, refusal
from instructors.grading.laying_out import lay_out
from instructors.grading.letting_go import let_go_at_the_end
from instructors.grading.lookahead import Cases, Lookahead, keep_lookahead
from instructors.grading.one_at_a_time import alone_with
from instructors.grading.patience import be_patient
from instructors.grading.reading import SubmissionExporter, read_submission
from instructors.grading.rebuild import read_released, rebuild
from instructors.grading.run import NOT_PASSED_ON, Order, Place, RunSettings, RunSubmission, files_in, read_files
from instructors.grading.surplus import NOTE, move_aside
from instructors.grading.versions import TIMESTAMP, handed_in_at, settle_timestamp

_LEFT_OUT = "_situ_left_out"


class ClassExporter(SubmissionExporter):
    """nbgrader's reader and writer of notebooks, which nbgrader makes when it has listed the submissions."""

    optimistic_validation = Bool(True, help="Validate when all steps are done, not after each.").tag(config=True)

    def __init__(self, config: Any = None, **settings: Any) -> None:
        super().__init__(config=config, **settings)  # type: ignore[no-untyped-call]  # nbconvert leaves it without types
        if getattr(self.parent, "coursedir", None) is not None and hasattr(self.parent, "assignments"):
            begin(self.parent, RunSubmission(parent=self))


def begin(converter: Any, step: RunSubmission) -> None:
    """Prepare a run.

    Parameters
    ----------
    converter
        nbgrader's `Autograde`, its submissions listed.
    step
        The step that will run them, for its settings.

    Raises
    ------
    ClassError
        When this machine cannot seal submissions off, or somebody else is grading the class.
    """
    with ExitStack() as held:
        _prepare(converter, step, held)
        let_go_at_the_end(converter, held.pop_all())


def _prepare(converter: Any, step: RunSubmission, held: ExitStack) -> None:
    try:
        held.enter_context(alone_with(Path(converter.coursedir.root), converter))
        be_patient(converter.coursedir.db_url)
        lookahead = held.enter_context(Lookahead(step.settings, Cases(step.opener, step.class_dir)))
    except Exception as error:
        converter.log.error("%s", error)  # nbgrader's commands stop here, and say nothing themselves
        raise
    if not getattr(converter, "lists_all", False):
        add_folders_without_notebook(converter)
    converter.init_assignment = partial(lay_out, converter)  # nbgrader's commands make its own `Autograde`, by name
    setattr(converter, _LEFT_OUT, {})
    for folder in list(converter.assignments):
        _settle(converter, Path(folder))
    enter_in_gradebook(converter)
    places = list(_places(converter))
    lookahead.expect(places, _Foresight(converter, step.settings))
    if any(will_be_graded(converter, place) for place in places):
        lookahead.warm_up()
    keep_lookahead(converter, lookahead)


def left_out(converter: Any) -> dict[str, str]:
    """Return the folders of the submissions that could not be made ready to be graded, each with the reason."""
    found: dict[str, str] = getattr(converter, _LEFT_OUT, {})
    return found


def _settle(converter: Any, folder: Path) -> None:
    """Leave out a submission that is nobody's, or is not there itself; else make it ready to be graded."""
    learner = folder.parent.name
    refused = refusal(folder)
    if refused:
        converter.log.error("%r: %s; nothing in it is graded", learner, refused)
        del converter.assignments[str(folder)]
        return
    try:
        _make_ready(converter, folder)
    except Exception as error:  # whatever is wrong with this one, the others are graded
        converter.log.exception("%s: could not be made ready to be graded", folder)
        del converter.assignments[str(folder)]
        left_out(converter)[str(folder)] = f"{type(error).__name__}: {error}"


def _make_ready(converter: Any, folder: Path) -> None:
    learner, course = folder.parent.name, converter.coursedir
    graded = graded_folder(course, learner, folder.name)
    open_up(folder, stat.S_IRWXU)
    in_the_way = [path for path in (folder / TIMESTAMP, folder / NOTE) if path.is_dir() and not path.is_symlink()]
    if in_the_way:
        for path in in_the_way:
            open_up(path, stat.S_IRWXU)
        move_aside(folder, in_the_way, aside_folder(course, learner, folder.name))  # and the learner is told
    for place in (folder, graded):
        for done in settle_timestamp(place / TIMESTAMP):
            converter.log.warning("%s: %s", place, done)
    if course.notebook_id == "*" and not converter.force:  # which clears each when its turn comes
        reason = clear_unfinished(graded, _expected(course, folder.name), folder)
        if reason:
            converter.log.warning("%s: %s, and is graded again", learner, reason)


def _places(converter: Any) -> Iterator[Place]:
    """Yield the notebooks in the order in which nbgrader takes them; those that were not handed in come last of a submission."""
    for folder in map(Path, sorted(converter.assignments)):
        expected = _expected(converter.coursedir, folder.name)
        listed = sorted(os.path.basename(path) for path in converter.assignments[str(folder)])
        missing = [name for name in expected if name not in listed and not os.path.lexists(folder / name)]
        for name in [*(name for name in listed if name in expected), *missing]:
            yield Place(folder.parent.name, folder.name, Path(name).stem)


class _Foresight:
    """Tells what a submission will need run, from what was handed in: as the steps before its run will leave it."""

    def __init__(self, converter: Any, settings: RunSettings) -> None:
        self._converter, self._settings = converter, settings

    def __call__(self, place: Place) -> Order | None:
        """Return the order of a notebook; None when nbgrader will pass the submission over."""
        course, name = self._converter.coursedir, f"{place.notebook}.ipynb"
        folder = submitted_folder(course, place.learner, place.assignment)
        if not will_be_graded(self._converter, place):
            return None
        released = released_folder(course, place.assignment) / name
        notebook = rebuild(read_released(released), read_submission(folder / name, released)).notebook
        kept = self._converter.exclude_overwriting.get(place.assignment, ())
        lesson = source_folder(course, place.assignment)
        files = files_in(folder, course.ignore)
        files |= {path: file for path, file in files_in(lesson, course.ignore).items() if path not in kept}
        found = read_files(files, self._settings.max_file_bytes, NOT_PASSED_ON)
        return self._settings.order(place, notebook, found.files)


def will_be_graded(converter: Any, place: Place) -> bool:
    """Tell whether nbgrader will grade a submission when its turn comes, by its own rules, or pass it over."""
    course = converter.coursedir
    if place.learner in course.student_id_exclude.split(","):
        return False
    graded = graded_folder(course, place.learner, place.assignment)
    submitted = submitted_folder(course, place.learner, place.assignment)
    there = graded if course.notebook_id == "*" else graded / f"{place.notebook}.ipynb"
    if converter.force or not there.exists():
        return True
    new, old = handed_in_at(submitted), handed_in_at(graded)
    return new is not None and old is not None and bool(new > old)


def _expected(course: CourseDirectory, assignment: str) -> list[str]:
    return expected_notebooks(released_folder(course, assignment))
