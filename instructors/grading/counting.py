"""Which answer to a question counts: what the notebook's code handed in when it was run, else what the answer book holds.

Owns that rule alone. Both sources are a learner's and are taken as data; whether an answer is right is judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from nbformat import NotebookNode

from graders.answerbook import Entry
from graders.answers import ANSWER_MIME, JSON, plain
from graders.forms.reading import says_nothing

By = Literal["form", "code"]


@dataclass(frozen=True, slots=True)
class Given:
    """One answer, and how it came.

    Attributes
    ----------
    answer
        JSON data out of `graders.answers.plain`.
    by
        ``form`` or ``code``.
    saved
        When it was saved in the answer book (ISO 8601); empty for what ran just now.
    cell
        The number of the cell that handed it in; None for what was saved, or where the cell has no number.
    form_held
        What the form held where code counted instead; None where there is nothing of the kind.
    """

    answer: JSON
    by: By
    saved: str = ""
    cell: int | None = None
    form_held: Given | None = None


def emitted_answers(notebook: NotebookNode) -> dict[str, list[Given]]:
    """Return what the code cells of a run notebook handed in, by question and in order; the learner's further cells too."""
    found: dict[str, list[Given]] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for question, answer in _envelopes(cell):
                found.setdefault(question, []).append(Given(plain(answer), "code", cell=cell.execution_count))
    return found


def what_counts(emitted: Sequence[Given], entry: Entry | None) -> Given | None:
    """Return the answer that counts.

    Parameters
    ----------
    emitted
        What code handed in for the question, in order.
    entry
        What the answer book holds of it; None for nothing, or where the book is not asked.

    Returns
    -------
    The last answer by code that says something, else the book's, else one that says nothing; None when there is none at all.
    A ``submit`` whose dots still stand hides no other answer.
    """
    saved = None if entry is None else Given(entry.answer, "code" if entry.by == "code" else "form", entry.saved)
    spoken = [given for given in emitted if not says_nothing(given.answer)]
    if spoken:
        held = saved if saved is not None and saved.by == "form" and not says_nothing(saved.answer) else None
        last = spoken[-1]
        return Given(last.answer, "code", cell=last.cell, form_held=held)
    return saved or (emitted[-1] if emitted else None)


def _envelopes(cell: NotebookNode) -> Iterator[tuple[str, JSON]]:
    for output in cell.outputs:
        if output.output_type not in {"display_data", "execute_result"}:
            continue
        envelope = output["data"].get(ANSWER_MIME)
        if isinstance(envelope, dict) and isinstance(envelope.get("question"), str) and "answer" in envelope:
            yield envelope["question"], envelope["answer"]
