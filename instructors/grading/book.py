"""The answer book of a submission: its reading in grading, and what is to be told of it.

Owns the sentences on the file as a whole, which `instructors.grading.notices` shows. No answer is judged here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from graders.answerbook import NAME, Book, read_book
from graders.language import _
from instructors.grading.classroom import MARK
from instructors.grading.receipts import entries_shown

PUT_ASIDE = "answers-unreadable-*.json"  # how `graders.answerbook` names a damaged book that it keeps
_MOST_SIGNATURES = 3


@dataclass(frozen=True, slots=True)
class HandedInBook:
    """The answer book of a submission.

    Attributes
    ----------
    book
        What could be read of it.
    is_there
        Whether there is a file at all.
    put_aside
        Whether a damaged book lies beside it, with answers that nobody may have given again.
    shown
        Questions whose answer is missing in the file, and was taken from what the notebook's forms last showed.
    """

    book: Book
    is_there: bool
    put_aside: bool = False
    shown: tuple[str, ...] = ()

    @classmethod
    def beside(cls, folder: Path, notebook: NotebookNode) -> HandedInBook:
        """Read the book in nbgrader's copy of a submission; never raises on what a learner put there."""
        shown = entries_shown(notebook.metadata.get(MARK, {}).pop("shown", {}))
        book = read_book(folder / NAME)
        missing = () if book.problem else tuple(question for question in shown if question not in book.entries)
        whole = replace(book, entries={**{question: shown[question] for question in missing}, **book.entries})
        return cls(whole, os.path.lexists(folder / NAME), any(folder.glob(PUT_ASIDE)), missing)

    def may_have_lost(self, question: str) -> bool:
        """Tell whether an answer may stand in the damaged book alone."""
        return self.put_aside and question not in self.book.entries


def remember(notebook: NotebookNode, handed: HandedInBook, learner: str, *, missed: bool) -> None:
    """Put into the notebook's metadata what is to be told of its answer book.

    Parameters
    ----------
    notebook
        Changed in place.
    handed
        The book.
    learner
        Who handed in.
    missed
        Whether a question with a form has no answer.
    """
    mark = notebook.metadata.setdefault(MARK, NotebookNode())
    signed = {entry.learner for entry in handed.book.entries.values() if entry.learner} - {learner}
    known = [*mark.get("worked_as", []), *sorted(signed)]
    mark["worked_as"] = list(dict.fromkeys(known))[:_MOST_SIGNATURES]
    mark["book"] = _about_book(mark, handed, missed=missed)
    mark["book_readable"] = not handed.book.problem


def _about_book(mark: Mapping[str, Any], handed: HandedInBook, *, missed: bool) -> list[str]:
    if handed.book.problem:
        return [handed.book.problem, _("Questions that were answered by form wait for your instructor.")]
    if handed.book.entries and mark.get("without_cells"):
        return [_("The answers you gave by form were read from {name} and judged all the same.").format(name=NAME)]
    if handed.shown and not handed.is_there:
        told = _("No {name} came with the notebook: the answers that its forms last showed were judged.")
        return [told.format(name=NAME), _("To be sure of the last ones, hand in the whole folder of the lesson.")]
    if handed.shown:
        told = _("Not in {name}, and judged as the notebook's forms last showed them: {questions}.")
        return [told.format(name=NAME, questions=", ".join(handed.shown))]
    if missed and not handed.is_there and not mark.get("without_cells"):
        told = _("No {name} came with the notebook. If you answered by form, hand in the whole folder of the lesson.")
        return [told.format(name=NAME)]
    return []
