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
    ANOTHERS = "another's work"
    MISSING = "missing notebook"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    TOO_MUCH_OUTPUT = "too much output"
    KERNEL_DIED = "kernel killed"
    UNREAD = "answer not read"
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
    Ending.ANOTHERS: "ask who worked it out; it is judged on the sample of whoever handed it in",
    Ending.MISSING: "nothing, or ask for the notebook and grade again",
    Ending.TIMED_OUT: "look at the cell; allow more time with c.Execute.timeout, or leave it",
    Ending.OUT_OF_MEMORY: 'look at the cell; allow more with c.RunSubmission.limits = {"memory_mb": 4096}, or leave it',
    Ending.TOO_MUCH_OUTPUT: "look at the cell that prints so much, or leave it",
    Ending.KERNEL_DIED: "look at the cell that ended Python, or leave it",
    Ending.UNREAD: "mark by hand what waits: an answer may have been given that nobody could read",
    Ending.BROKEN_BOOK: "ask for the answer book again, or mark by hand what waits",
    Ending.BROKEN: "ask for the notebook again, or mark by hand what waits",
    Ending.NOT_JUDGED: "see private/grade.log; mend the cause, then grade again",
    Ending.REFUSED: "make it a folder named by the learner's id, which has no accent and no space, then grade again",
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
    if ending is Ending.UNREAD and not waits:
        return "nothing: marked by hand"
    return _TO_DO[ending] + ("; mark what waits, in formgrader" if waits and ending not in _SAID_ALREADY else "")


_SAID_ALREADY = frozenset({Ending.UNREAD, Ending.BROKEN, Ending.BROKEN_BOOK, Ending.REFUSED, Ending.NOT_JUDGED})


def failed_by_us(mark: Mapping[str, Any]) -> bool:
    """Tell from a submission's mark whether we failed to run it, or to judge an answer that could be read.

    A mark of before this was told apart has no ``failed_keys``; `situ rejudge` takes from ``not_judged`` what it could judge.
    """
    failed = set(mark.get("failed_keys", ())) & set(mark.get("not_judged", ()))
    return mark.get("outcome") in OURS or bool(failed)


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
        return Ending.NOT_JUDGED if failed_by_us(mark) or "failed_keys" not in mark else Ending.UNREAD
    if mark.get("without_cells") and mark.get("notice"):
        return Ending.MISSING
    if mark.get("worked_as"):
        return Ending.ANOTHERS
    return Ending.REPAIRED if mark.get("repairs") or mark.get("notice") else Ending.GRADED


def interrupted_cells(run: Run) -> list[int]:
    """Return the numbers of the cells that were interrupted while the run went on."""
    return [cell.number or 0 for cell in run.cells if cell.state is CellState.TIMED_OUT]


def detail_of(mark: Mapping[str, Any], ending: Ending) -> str:
    """Return what exactly happened, on one line; empty where the word says it all."""
    if ending in {Ending.REPAIRED, Ending.MISSING, Ending.BROKEN}:
        return " ".join(str(line) for line in (mark.get("notice"), *mark.get("repairs", ())) if line)
    if ending is Ending.ANOTHERS:
        return "worked out as " + ", ".join(map(str, mark["worked_as"]))
    if ending is Ending.BROKEN_BOOK:
        return str(next(iter(mark.get("book", ())), ""))
    if ending in {Ending.NOT_JUDGED, Ending.UNREAD} and mark.get("outcome") not in OURS:
        return "questions " + ", ".join(mark.get("not_judged", ()))
    return str(mark.get("stopped") or "")
