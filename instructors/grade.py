"""Grades a class: what ``situ grade`` does. Owns its settings, its log and its report; the grading is nbgrader's own autograde."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import AutogradeApp
from sqlalchemy.exc import OperationalError
from traitlets.config import Config

from graders.errors import ClassError
from instructors.classes import Class
from instructors.grading.anew import take_back
from instructors.grading.class_run import ClassAutograde, Result, Watcher, submissions_of
from instructors.grading.engines import close_engines, places_of, way_of_sealing
from instructors.grading.one_at_a_time import alone
from instructors.grading.outcomes import Ending, to_do
from instructors.grading.run import RunSettings, RunSubmission
from instructors.nbgrader_command import put_tools_on_path

LOG = "grade.log"


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be graded, and how. What is None, the class's ``nbgrader_config.py`` decides.

    Attributes
    ----------
    assignments, only
        Which assignments and which learners; none for all that were handed in.
    force
        Also what is graded already.
    jobs
        How many submissions run at a time.
    sealed, pictures, cluster
        As the settings of `RunSubmission`.
    """

    assignments: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    force: bool = False
    jobs: int | None = None
    sealed: bool | None = None
    pictures: bool | None = None
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """What the gradebook has of a submission."""

    points: float
    out_of: float
    waits: bool


@dataclass
class Graded:
    """How grading a class went; filled in while it goes.

    Attributes
    ----------
    total
        How many submissions there are.
    results
        Of those that are done with.
    marks
        What the gradebook has, by assignment and learner.
    seconds
        In all.
    settings, way
        How submissions were run, and sealed off.
    places
        How many of them at a time; None for a cluster that nobody knows it of.
    is_interrupted
        Whether somebody ended it early.
    elsewhere
        Folders handed in that are of no assignment of the class; not looked for where assignments were named.
    """

    total: int = 0
    results: list[Result] = field(default_factory=list)
    marks: dict[tuple[str, str], Marked] = field(default_factory=dict)
    seconds: float = 0.0
    settings: RunSettings = field(default_factory=RunSettings)
    way: str = "none"
    places: int | None = None
    is_interrupted: bool = False
    elsewhere: tuple[str, ...] = ()

    def mark_of(self, result: Result) -> Marked | None:
        """Return what the gradebook has of a submission."""
        return self.marks.get((result.assignment, result.learner))

    def waits(self, result: Result) -> bool:
        """Tell whether something of a submission waits for a human."""
        mark = self.mark_of(result)
        return result.ending in {Ending.NOT_JUDGED, Ending.REFUSED} or bool(mark and mark.waits)

    @property
    def needs_a_human(self) -> bool:
        """Whether anything does."""
        return any(self.waits(result) for result in self.results)

    @property
    def unusual(self) -> list[Result]:
        """The submissions that did not go the normal way."""
        return [result for result in self.results if result.ending is not Ending.GRADED]

    @property
    def counts(self) -> dict[str, int]:
        """How many submissions ended in which way."""
        found = Counter(result.ending for result in self.results)
        return {str(ending): found[ending] for ending in Ending if found[ending]}


def things_to_grade(made: Class, wish: Wish) -> dict[str, list[str]]:
    """Return the folders handed in that are wanted, by assignment.

    Raises
    ------
    ClassError
        When an assignment or a learner is asked for that is not there.
    """
    known = list(made.settings.assignments)
    wrong = [name for name in wish.assignments if name not in known]
    if wrong:
        raise ClassError(f"Expected assignments among {', '.join(known)}, got {', '.join(wrong)}. Choose among them.")
    names = [name for name in known if not wish.assignments or name in wish.assignments]
    found = {name: submissions_of(made.root, name) for name in names}
    absent = [learner for learner in wish.only if not any(learner in folders for folders in found.values())]
    if absent:
        raise ClassError(
            f"Expected a submission of {', '.join(absent)} in {made.root / 'submitted'}, got none. "
            "Collect it first, or correct the name."
        )
    wanted = {
        name: [learner for learner in folders if not wish.only or learner in wish.only]
        for name, folders in found.items()
    }
    wanted = {name: folders for name, folders in wanted.items() if folders}
    unreleased = [name for name in wanted if not any((made.root / "release" / name).glob("*.ipynb"))]
    if unreleased:
        raise ClassError(
            f"Expected a released notebook of {', '.join(unreleased)}, got none. Run: nbgrader generate_assignment"
        )
    return wanted


def grade_class(made: Class, wish: Wish, watcher: Watcher) -> Graded:
    """Grade a class.

    Parameters
    ----------
    made
        The class.
    wish
        What, and how.
    watcher
        Is told how it gets on.

    Returns
    -------
    How it went, also after Ctrl-C: what was finished until then stays, and the next call goes on.

    Raises
    ------
    SituError
        When nothing could be begun: a wrong name, a key that does not import, a machine that cannot seal, somebody else
        grading the class.
    """
    wanted, since = things_to_grade(made, wish), monotonic()
    for assignment in wanted:
        made.keys(assignment)  # a broken one is told before it turns good marks into none
    done = Graded(sum(map(len, wanted.values())))
    done.elsewhere = () if wish.assignments or wish.only else tuple(_elsewhere(made))
    if not wanted:
        return done
    put_tools_on_path()
    with alone(made.root), _logged(made.root / "private" / LOG), _inside(made.root):
        app = _application(wish)
        done.settings = RunSubmission(parent=app).settings
        done.way = str(way_of_sealing(done.settings) or "none")
        try:
            if wish.force:
                for assignment, learners in wanted.items():
                    take_back(app.coursedir, assignment, learners)
            for assignment, learners in wanted.items():
                app.coursedir.assignment_id = assignment
                converter = ClassAutograde(_Noting(done, watcher), learners, coursedir=app.coursedir, parent=app)
                converter.force = wish.force
                converter.start()
            done.places = places_of(done.settings)
        except KeyboardInterrupt:
            done.is_interrupted = True
        except OperationalError as error:  # of one submission it would be that one's failure; this is before the first
            raise ClassError(
                f"Expected the gradebook {made.gradebook}, got {error.orig}. End what else is writing to it, then grade again."
            ) from error
        finally:
            close_engines()
        done.marks = {
            (assignment, learner): mark for assignment in wanted for learner, mark in _marks(made, assignment).items()
        }
    done.seconds = monotonic() - since
    return done


def _elsewhere(made: Class) -> Iterator[str]:
    """Yield the folders that learners handed in under a name that is no assignment's."""
    learners = sorted(path for path in made.root.glob("submitted/*") if path.is_dir() and not path.is_symlink())
    for learner in learners:
        handed_in = sorted(path.name for path in learner.iterdir() if path.is_dir())
        yield from (f"{learner.name}/{name}" for name in handed_in if name not in made.settings.assignments)
        if not handed_in:
            yield learner.name


class _Noting:
    """Notes every result before it is told to somebody else."""

    def __init__(self, done: Graded, watcher: Watcher) -> None:
        self._done, self._watcher = done, watcher

    def began(self, learner: str, assignment: str, under_way: Sequence[str]) -> None:
        self._watcher.began(learner, assignment, under_way)

    def ended(self, result: Result) -> None:
        self._done.results.append(result)
        self._watcher.ended(result)


def _application(wish: Wish) -> AutogradeApp:
    """Return nbgrader's application with the class's configuration, as its own command has it; the folder is the class's."""
    app = AutogradeApp()
    app.initialize([])
    for handler in list(app.log.handlers):  # the log is a file here; the screen has the progress
        app.log.removeHandler(handler)
    app.log.propagate = True
    asked = {"jobs": wish.jobs, "sealed": wish.sealed, "pictures": wish.pictures, "cluster": wish.cluster}
    app.update_config(Config(RunSubmission={name: value for name, value in asked.items() if value is not None}))
    return app


def _marks(made: Class, assignment: str) -> dict[str, Marked]:
    with Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        return {
            submission["student"]: Marked(
                round(float(submission["score"]), 2),
                float(submission["max_score"]),
                bool(submission["needs_manual_grade"]),
            )
            for submission in gradebook.submission_dicts(assignment)
        }


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Work in a folder, as whoever types nbgrader's commands does."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def _logged(file: Path) -> Iterator[None]:
    """Write all that is logged, warnings of Python's included, to a file."""
    root, handler = logging.getLogger(), logging.FileHandler(file, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.setLevel(level)
        root.removeHandler(handler)
        handler.close()


def as_json(done: Graded) -> dict[str, Any]:
    """Return how grading went as JSON data."""
    return {
        "submissions": done.total,
        "graded_now": sum(result.is_new for result in done.results),
        "outcomes": done.counts,
        "learners": [_result_as_json(done, result) for result in done.results],
        "needs_a_human": done.needs_a_human,
        "interrupted": done.is_interrupted,
        "elsewhere": list(done.elsewhere),
        "jobs": done.places,
        "engine": done.settings.engine,
        "sealed": done.way,
        "pictures": done.settings.pictures,
        "seconds": round(done.seconds, 2),
        "split": _split(done),
    }


def _result_as_json(done: Graded, result: Result) -> dict[str, Any]:
    mark, waits = done.mark_of(result), done.waits(result)
    return {
        "learner": result.learner,
        "assignment": result.assignment,
        "outcome": str(result.ending),
        "detail": result.detail,
        "points": mark.points if mark else None,
        "out_of": mark.out_of if mark else None,
        "waits": waits,
        "to_do": to_do(result.ending, waits=waits),
        "graded_now": result.is_new,
        "run_seconds": round(result.seconds[0], 3),
        "trusted_seconds": round(result.trusted_seconds, 3),
    }


def _split(done: Graded) -> Mapping[str, float]:
    """Return where the time went, summed over what was graded now: starting kernels, cells, and the trusted side's own work."""
    new = [result for result in done.results if result.is_new]
    sums = {
        "runs": sum(result.seconds[0] for result in new),
        "start": sum(result.seconds[1] for result in new),
        "cells": sum(result.seconds[2] for result in new),
        "trusted_cpu": sum(result.trusted_seconds for result in new),
    }
    return {name: round(value, 3) for name, value in sums.items()}
