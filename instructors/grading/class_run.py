"""nbgrader's `Autograde`, run over a class so that no submission stops the others; what ``situ grade`` starts.

Owns the list of submissions and the order of events. What is done to each is nbgrader's, by the class's own configuration.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import sleep, thread_time
from typing import Any, Protocol

from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from sqlalchemy.exc import OperationalError

from instructors.grading.beginning import left_out, will_be_graded
from instructors.grading.finished import mark_in
from instructors.grading.folders import graded_folder, released_folder, submitted_folder
from instructors.grading.intake import expected_notebooks, refusal
from instructors.grading.ledger import close_gradebooks
from instructors.grading.lookahead import lookahead_kept
from instructors.grading.one_at_a_time import holding
from instructors.grading.outcomes import Ending, detail_of, ending_of
from instructors.grading.run import Place

_ATTEMPTS = 4
_PAUSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one submission.

    Attributes
    ----------
    learner, assignment
        Whose, and of what.
    ending, detail
        In a word, and what exactly; the detail is for the instructor.
    is_new
        Whether it was graded now, and not by an earlier run.
    seconds
        Of its run: in all, of the kernel's start, of its cells.
    trusted_seconds
        Processor time of rebuilding, judging and saving it.
    """

    learner: str
    assignment: str
    ending: Ending
    detail: str = ""
    is_new: bool = True
    seconds: tuple[float, float, float] = (0.0, 0.0, 0.0)
    trusted_seconds: float = 0.0


class Watcher(Protocol):
    """Is told how a class gets on."""

    def began(self, learner: str, assignment: str, under_way: Sequence[str]) -> None:
        """Take note that a submission's turn has come; `under_way` are those after it that run meanwhile."""

    def ended(self, result: Result) -> None:
        """Take note of what became of a submission."""


def submissions_of(root: Path, assignment: str) -> list[str]:
    """Return the names of the folders in which an assignment was handed in, in order; not all need be learners' ids."""
    folder = root / "submitted"
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if (entry / assignment).is_dir())


class ClassAutograde(Autograde):  # type: ignore[misc]  # nbgrader publishes no types
    """nbgrader's converter, one submission at a time.

    Attributes
    ----------
    lists_all
        That its list is complete: it also has the folders that hold no notebook.
    """

    lists_all = True

    def __init__(self, watcher: Watcher, learners: Sequence[str], **settings: Any) -> None:
        super().__init__(**settings)
        self._watcher, self._learners = watcher, learners
        holding(self)

    def init_notebooks(self) -> None:
        """List the submissions: of the learners asked for, by name, never by pattern."""
        course = self.coursedir
        self.assignments = {}
        expected = expected_notebooks(released_folder(course, course.assignment_id))
        for folder in map(self._submitted, self._learners):
            if refusal(folder):
                continue
            names = sorted(path.name for path in folder.glob("*.ipynb")) or expected
            self.assignments[str(folder)] = [str(folder / name) for name in names]

    def convert_notebooks(self) -> None:
        """Grade one submission after the other; whatever happens to one is its own outcome."""
        listed = dict(self.assignments)
        try:
            for folder in sorted(listed):
                self.assignments = {folder: listed[folder]}
                self._watcher.ended(self._graded(Path(folder)))
        finally:
            self.assignments = listed
            close_gradebooks()
        for folder, reason in left_out(self).items():
            self._watcher.ended(Result(Path(folder).parent.name, Path(folder).name, Ending.NOT_JUDGED, reason))
        for name in self._learners:
            said = refusal(self._submitted(name))
            if said:
                self._watcher.ended(Result(name, self.coursedir.assignment_id, Ending.REFUSED, said))

    def _submitted(self, learner: str) -> Path:
        return submitted_folder(self.coursedir, learner, self.coursedir.assignment_id)

    def _graded(self, folder: Path) -> Result:
        learner, assignment = folder.parent.name, folder.name
        place = Place(learner, assignment, next(iter(self._expected(assignment)), assignment))
        if not will_be_graded(self, place):
            return self._result(learner, assignment, is_new=False)
        lookahead = lookahead_kept(self)
        ahead = lookahead.under_way if lookahead else []
        self._watcher.began(learner, assignment, [other for other in ahead if other != learner])
        since = thread_time()
        with _last_error() as seen:
            failed = self._convert_one(folder)
        spent = thread_time() - since
        if failed:
            return Result(learner, assignment, Ending.NOT_JUDGED, seen.text or failed, trusted_seconds=spent)
        return self._result(learner, assignment, is_new=True, spent=spent)

    def _convert_one(self, folder: Path) -> str:
        """Let nbgrader grade one submission; return what failed, empty when nothing did."""
        listed = self.assignments[str(folder)]
        failed = ""
        for attempt in range(_ATTEMPTS):
            self.assignments = {str(folder): list(listed)}
            try:
                super().convert_notebooks()
            except (NbGraderException, SystemExit) as error:  # nbgrader leaves by either; an interrupt passes
                failed = str(error)
                if not isinstance(error.__context__, OperationalError):
                    return failed
                self.log.warning("the gradebook was not to be had (attempt %d of %d)", attempt + 1, _ATTEMPTS)
                sleep(_PAUSE_SECONDS)
            else:
                return ""
        return failed

    def _expected(self, assignment: str) -> Iterator[str]:
        return (Path(name).stem for name in expected_notebooks(released_folder(self.coursedir, assignment)))

    def _result(self, learner: str, assignment: str, *, is_new: bool, spent: float = 0.0) -> Result:
        graded = graded_folder(self.coursedir, learner, assignment)
        marks = [mark_in(graded / f"{name}.ipynb") for name in self._expected(assignment)]
        if not marks or None in marks:
            return Result(learner, assignment, Ending.NOT_JUDGED, "no graded notebook was left", is_new=is_new)
        found = [mark for mark in marks if mark is not None]
        worst = max(found, key=lambda mark: list(Ending).index(ending_of(mark)))
        taken = [mark.get("seconds", {}) for mark in found]
        seconds = [sum(one.get(name, 0.0) for one in taken) for name in ("run", "start", "cells")]
        ending = ending_of(worst)
        times = (seconds[0], seconds[1], seconds[2])
        return Result(learner, assignment, ending, detail_of(worst, ending), is_new, times, spent)


class _last_error(logging.Handler):  # noqa: N801  # a context manager, named as one
    """Keeps the last line of the last traceback that was logged: nbgrader's exceptions do not say what happened."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.text = ""

    def __enter__(self) -> _last_error:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if message.startswith("Traceback"):
            self.text = message.strip().splitlines()[-1][:300]
