"""What an attack is: an honest submission, what is changed in it, what it honestly earned, what must hold afterwards.

Owns the words in which attacks are declared. Nothing here runs anything; who writes a submission to disk is `Submission.write`.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

ASSIGNMENT = "01_mini"
SETUP = "lesson1-01"  # the cell that imports and opens the case; what follows it, follows the attack
QUESTIONS = ("1.1", "1.2", "1.3", "1.4")
Points = tuple[float, float, float, float]
NOTHING: Points = (0.0, 0.0, 0.0, 0.0)
ALL: Points = (2.0, 3.0, 1.0, 0.0)  # the fourth is a memo: a person marks it
FIRST: Points = (2.0, 0.0, 0.0, 0.0)

HIT = "situ_was_here"  # in the name or the text of all that an attack tries to leave behind
LOOT = {  # what stands where no learner's code may read; none of it may turn up in a graded notebook or a page
    "the grader's environment": "s3cret-environment",
    "the grader's home": "s3cret-home",
    "the key": "Keys of the block for tests",
    "the gradebook": "SQLite format",
    "another learner's work": "my own work, nobody else's",
}

RIGHT = {
    "q-1-1": 'submit("1.1", case.data["amount"].mean())',
    "q-1-2": 'submit("1.2", {"columns": ["amount", "rate"], "rate": case.loan["rate"]})',
    "answer-1-3": "def half(number):\n    return number / 2\n\n\nhalves = [half(number) for number in (1, 4)]",
}
WRONG = {
    "q-1-1": 'submit("1.1", -1.0)',
    "q-1-2": 'submit("1.2", {"rate": -1.0})',
    "answer-1-3": "def half(number):\n    return number * 3\n\n\nhalves = [half(number) for number in (1, 4)]",
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where the attacked class is, so that attackers who know it can aim: `{root}` in a source stands for the class folder."""

    places: Mapping[str, str]

    def aimed(self, text: str) -> str:
        """Return a source with every ``{place}`` filled in; other braces stay."""
        for name, place in self.places.items():
            text = text.replace("{" + name + "}", place)
        return text


@dataclass(slots=True)
class Submission:
    """A learner's folder before it is handed in; changes to the notebook come first, those to files when it is written."""

    notebook: NotebookNode
    folder: Path
    target: Target
    name: str = f"{ASSIGNMENT}.ipynb"
    later: list[Callable[[Path], None]] = field(default_factory=list)

    def cell(self, cell_id: str) -> NotebookNode:
        return next(cell for cell in self.notebook.cells if cell.id == cell_id)

    def insert(self, cell: NotebookNode, after: str) -> None:
        place = next((at for at, each in enumerate(self.notebook.cells) if each.id == after), -1)
        self.notebook.cells.insert(place + 1, cell)

    def write(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.notebook)  # not nbformat's writer, which would mend what is meant to be broken
        self.folder.joinpath(self.name).write_text(text, encoding="utf-8")
        for change in self.later:
            change(self.folder)


Change = Callable[[Submission], None]


@dataclass(frozen=True, slots=True)
class Attack:
    """One submission that attacks.

    Attributes
    ----------
    name
        Also the learner's id, unless `learner` gives another.
    section
        Of research/graders.md; ``own`` for what is not in it.
    technique, tries
        For the table: what it is called, and what it is after.
    changes
        To a submission with the answers of `base`.
    base
        The answers it would hand in without its tricks: `WRONG`, so that any point is undeserved, or `RIGHT`, so that the
        points it keeps are those of the cells it let run.
    earned
        What was honestly earned, by question.
    outcome
        The word for how it ended.
    told
        What the learner's notice says, beside the outcome; empty where nothing is to be told.
    needs_seal
        Whether it may only be tried where the machine can seal: it would harm the machine or the class otherwise.
    roster
        The learner's names as the instructor's list has them.
    """

    name: str
    section: str
    technique: str
    tries: str
    changes: Sequence[Change]
    base: Mapping[str, str] = field(default_factory=lambda: WRONG)
    earned: Points = NOTHING
    outcome: str = "graded"
    told: str = ""
    learner: str = ""
    needs_seal: bool = False
    roster: Mapping[str, str] = field(default_factory=dict)

    @property
    def student(self) -> str:
        """The learner's id."""
        return self.learner or self.name

    def hand_in(self, released: NotebookNode, folder: Path, target: Target) -> None:
        """Write the submission."""
        submission = answered(released, folder, target, self.base)
        for change in self.changes:
            change(submission)
        submission.write()


def answered(released: NotebookNode, folder: Path, target: Target, answers: Mapping[str, str]) -> Submission:
    """Return the released lesson with answers: in the answer cell, or in a cell of one's own after the question's."""
    submission = Submission(copy.deepcopy(released), folder, target)
    book({"1.a": entry(3.0)})(submission)  # as everybody has one; no graded answer is in it
    for cell_id, source in answers.items():
        if cell_id.startswith("answer-"):
            submission.cell(cell_id).source = source
        else:
            submission.insert(nbformat.v4.new_code_cell(source, id=f"mine-{cell_id}"), cell_id)
    return submission


def code(source: str, after: str = SETUP) -> Change:
    """Add a code cell; at the place of an answer given in an own cell, it comes after that."""

    def change(submission: Submission) -> None:
        mine = f"mine-{after}"
        place = mine if any(cell.id == mine for cell in submission.notebook.cells) else after
        submission.insert(nbformat.v4.new_code_cell(submission.target.aimed(source)), place)

    return change


def text(source: str, after: str = SETUP, kind: str = "markdown") -> Change:
    """Add a text cell."""
    return lambda submission: submission.insert(
        getattr(nbformat.v4, f"new_{kind}_cell")(submission.target.aimed(source)), after
    )


def into(cell_id: str, source: str) -> Change:
    """Replace the source of a cell of the lesson."""
    return lambda submission: submission.cell(cell_id).update(source=submission.target.aimed(source))


def cell(cell_id: str, **fields: Any) -> Change:
    """Set fields of a cell."""
    return lambda submission: submission.cell(cell_id).update(copy.deepcopy(fields))


def metadata(*cell_ids: str, **fields: Any) -> Change:
    """Set metadata of cells."""

    def change(submission: Submission) -> None:
        for cell_id in cell_ids:
            submission.cell(cell_id).metadata.update(copy.deepcopy(fields))

    return change


def flags(*cell_ids: str, **fields: Any) -> Change:
    """Set nbgrader's flags of cells."""

    def change(submission: Submission) -> None:
        for cell_id in cell_ids:
            submission.cell(cell_id).metadata.setdefault("nbgrader", NotebookNode()).update(copy.deepcopy(fields))

    return change


def without(*cell_ids: str) -> Change:
    """Delete cells."""

    def change(submission: Submission) -> None:
        submission.notebook.cells = [cell for cell in submission.notebook.cells if cell.id not in cell_ids]

    return change


def notebook(edit: Callable[[NotebookNode], Any]) -> Change:
    """Change the notebook in any other way; what `edit` returns is dropped."""
    return lambda submission: edit(submission.notebook) and None


def named(name: str) -> Change:
    """Hand the notebook in under another name."""

    def change(submission: Submission) -> None:
        submission.name = name

    return change


def file(path: str, content: str | bytes) -> Change:
    """Put a file beside the notebook, or in place of it."""

    def change(submission: Submission) -> None:
        data = submission.target.aimed(content).encode() if isinstance(content, str) else content
        submission.later.append(lambda folder: _write(folder / path, data))

    return change


def book(answers: Mapping[str, Any], **top: Any) -> Change:
    """Put an answer book beside the notebook, with whatever stands in it."""
    return file("answers.json", json.dumps({"format": 1, "revision": 1, "answers": dict(answers), **top}))


def entry(answer: Any, **fields: Any) -> dict[str, Any]:
    """Return an entry of an answer book, as a form saves one."""
    return {"answer": answer, "by": "form", "saved": "2026-01-01T10:00:00+00:00", "revision": 1, **fields}


def link(path: str, to: str) -> Change:
    """Put a link beside the notebook, or in place of what is there."""

    def change(submission: Submission) -> None:
        where = submission.target.aimed(to)
        submission.later.append(lambda folder: _link(folder / path, where))

    return change


def special(path: str, make: Callable[[Path], Any]) -> Change:
    """Put something else at a path: a pipe, a socket, a device, a folder."""

    def placed(folder: Path) -> None:
        target = folder / path
        target.unlink(missing_ok=True)
        make(target)

    return lambda submission: submission.later.append(placed)


def whole(make: Callable[[Path], Any]) -> Change:
    """Put something else in place of the whole folder."""

    def placed(folder: Path) -> None:
        shutil.rmtree(folder)
        make(folder)

    return lambda submission: submission.later.append(placed)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _link(path: Path, to: str) -> None:
    path.unlink(missing_ok=True)
    os.symlink(to, path)
