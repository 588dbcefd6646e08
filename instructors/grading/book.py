"""The answer book of a submission: its reading in grading, and what is to be told of it.

Owns the sentences on the file as a whole, which `instructors.grading.notices` shows. No answer is judged here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from graders.answerbook import NAME, Book, read_book
from graders.language import _
from instructors.grading.classroom import MARK
from instructors.grading.receipts import entries_shown

_MOST_SIGNATURES = 3


@dataclass(frozen=True, slots=True)
class HandedInBook:
    """The answer book of a submission.

    Attributes
    ----------
    book
        What could be read of it.
    is_there
        Whether there is a file at all. Where there is none, the book holds what the notebook's forms last showed.
    """

    book: Book
    is_there: bool

    @classmethod
    def beside(cls, folder: Path, notebook: NotebookNode) -> HandedInBook:
        """Read the book in nbgrader's copy of a submission; never raises on what a learner put there."""
        shown = notebook.metadata.get(MARK, {}).pop("shown", {})
        if os.path.lexists(folder / NAME):
            return cls(read_book(folder / NAME), is_there=True)
        return cls(Book(entries_shown(shown)), is_there=False)


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


def _about_book(mark: Mapping[str, Any], handed: HandedInBook, *, missed: bool) -> list[str]:
    if handed.book.problem:
        return [handed.book.problem, _("Questions that were answered by form wait for your instructor.")]
    if handed.book.entries and mark.get("without_cells"):
        return [_("The answers you gave by form were read from {name} and judged all the same.").format(name=NAME)]
    if handed.book.entries and not handed.is_there:
        told = _("No {name} came with the notebook: the answers that its forms last showed were judged.")
        return [told.format(name=NAME), _("To be sure of the last ones, hand in the whole folder of the lesson.")]
    if missed and not handed.is_there and not mark.get("without_cells"):
        told = _("No {name} came with the notebook. If you answered by form, hand in the whole folder of the lesson.")
        return [told.format(name=NAME)]
    return []
