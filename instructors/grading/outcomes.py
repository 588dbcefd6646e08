"""What became of a submission as a whole, in one word, and what whoever runs the class should do about it.

Owns these words, as told to the instructor; `instructors.grading.notices` tells the learner. Points are not decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from instructors.engine.jobs import CellState, Outcome, Run


class Ending(StrEnum):
    """What became of a submission, from the normal to what only a human can settle."""

    GRADED = "graded"
    REPAIRED = "repaired"
    MISSING = "missing notebook"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    TOO_MUCH_OUTPUT = "too much output"
    KERNEL_DIED = "kernel killed"
    BROKEN_BOOK = "broken answer book"
    BROKEN = "broken notebook"
    NOT_JUDGED = "not judged"
    REFUSED = "refused"


OURS = frozenset({str(Outcome.NOT_STARTED), str(Outcome.FAILED)})  # no fault of the learner's: graded again next time

_STOPPED = {
    str(Outcome.TIMED_OUT): Ending.TIMED_OUT,
    str(Outcome.OUT_OF_MEMORY): Ending.OUT_OF_MEMORY,
    str(Outcome.TOO_MUCH_OUTPUT): Ending.TOO_MUCH_OUTPUT,
    str(Outcome.KERNEL_DIED): Ending.KERNEL_DIED,
}
_TO_DO = {
    Ending.GRADED: "nothing",
    Ending.REPAIRED: "nothing: graded as restored",
    Ending.MISSING: "nothing, or ask for the notebook and grade again",
    Ending.TIMED_OUT: "look at the cell; allow more time with c.Execute.timeout, or leave it",
    Ending.OUT_OF_MEMORY: 'look at the cell; allow more with c.RunSubmission.limits = {"memory_mb": 4096}, or leave it',
    Ending.TOO_MUCH_OUTPUT: "look at the cell that prints so much, or leave it",
    Ending.KERNEL_DIED: "look at the cell that ended Python, or leave it",
    Ending.BROKEN_BOOK: "ask for the answer book again, or mark by hand what waits",
    Ending.BROKEN: "ask for the notebook again, or mark by hand what waits",
    Ending.NOT_JUDGED: "see private/grade.log; mend the cause, then grade again",
    Ending.REFUSED: "make it a folder named by the learner's id, then grade again",
}


def to_do(ending: Ending, *, waits: bool = False) -> str:
    """Return what an instructor should do, in one line.

    Parameters
    ----------
    ending
        What became of the submission.
    waits
        Whether something of it waits for a human in the gradebook.
    """
    if ending is Ending.GRADED and waits:
        return "mark what waits, in formgrader"
    return _TO_DO[ending] + ("; mark what waits, in formgrader" if waits and ending not in _SAID_ALREADY else "")


_SAID_ALREADY = frozenset({Ending.BROKEN, Ending.BROKEN_BOOK, Ending.REFUSED, Ending.NOT_JUDGED})


def ending_of(mark: Mapping[str, Any]) -> Ending:
    """Return what became of a submission, from what its graded notebook says of itself under our mark.

    Where several things happened, the one that needs a human most.
    """
    outcome = mark.get("outcome")
    if outcome in OURS:
        return Ending.NOT_JUDGED
    if not mark.get("readable", True):
        return Ending.BROKEN
    if not mark.get("book_readable", True):
        return Ending.BROKEN_BOOK
    if outcome in _STOPPED:
        return _STOPPED[outcome]
    if mark.get("interrupted"):
        return Ending.TIMED_OUT
    if mark.get("not_judged"):
        return Ending.NOT_JUDGED
    if mark.get("without_cells") and mark.get("notice"):
        return Ending.MISSING
    return Ending.REPAIRED if mark.get("repairs") or mark.get("notice") else Ending.GRADED


def interrupted_cells(run: Run) -> list[int]:
    """Return the numbers of the cells that were interrupted while the run went on."""
    return [cell.number or 0 for cell in run.cells if cell.state is CellState.TIMED_OUT]


def detail_of(mark: Mapping[str, Any], ending: Ending) -> str:
    """Return what exactly happened, on one line; empty where the word says it all."""
    if ending in {Ending.REPAIRED, Ending.MISSING, Ending.BROKEN}:
        return " ".join(str(line) for line in (mark.get("notice"), *mark.get("repairs", ())) if line)
    if ending is Ending.BROKEN_BOOK:
        return str(next(iter(mark.get("book", ())), ""))
    if ending is Ending.NOT_JUDGED and mark.get("outcome") not in OURS:
        return "questions " + ", ".join(mark.get("not_judged", ()))
    return str(mark.get("stopped") or "")
