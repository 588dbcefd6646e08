"""Simulated learners: who they are, what they would answer on their own case, and what they do to their notebook.

Their answers come from the keys' right answers and traps; they are typed into real notebooks and executed like anybody's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from graders.answers import JSON
from graders.expectations import Expectation, Trap
from graders.keys import Key
from instructors.build import answer_grade_id, graded_grade_id, submitted_names

Answers = dict[str, JSON]
Tamper = Callable[[Path], None]


def _leave(_: Path) -> None:
    """Hand the notebook in as it is."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One simulated learner.

    Attributes
    ----------
    name
        Learner id.
    about
        One line for the reader of the demo.
    slips
        Questions in which this learner falls into a trap: which of the question's live traps, counted from 0.
    skips
        Questions left blank.
    misreads
        Questions answered in a form that cannot be read.
    spelling
        Which of the right answers' equivalent spellings is typed.
    tamper
        What happens to the notebook file after it was filled in.
    absent
        Hands nothing in.
    """

    name: str
    about: str
    slips: Mapping[str, int] | None = None
    skips: tuple[str, ...] = ()
    misreads: tuple[str, ...] = ()
    spelling: int = 0
    tamper: Tamper = _leave
    absent: bool = False


def answers(profile: Profile, keys: Mapping[str, Key], case: Any) -> Answers:
    """Return what this learner types, by question, on this case; skipped questions are missing."""
    given: Answers = {}
    for question, key in keys.items():
        if question in profile.skips:
            continue
        expectation = key.expect(case)
        trap = _trap(expectation, profile, question)
        if question in profile.misreads:
            given[question] = "I would rather discuss this with the committee"
        elif trap is not None:
            given[question] = trap.answer
        else:
            right = expectation.right_answers()
            given[question] = right[profile.spelling % len(right)]
    return given


def _trap(expectation: Expectation, profile: Profile, question: str) -> Trap | None:
    wanted = (profile.slips or {}).get(question)
    live = expectation.live_traps()
    return live[wanted % len(live)] if wanted is not None and live else None


def fill(file: Path, given: Answers) -> None:
    """Type the answers into the answer cells of a fetched notebook."""
    notebook = nbformat.read(file, as_version=4)
    cells = by_grade_id(notebook)
    for question, answer in given.items():
        asked = submitted_names(cells[graded_grade_id(question)].source)
        cells[answer_grade_id(question)].source = typed(asked, answer)
    nbformat.write(notebook, file)


def typed(asked: Mapping[str | None, str], answer: JSON) -> str:
    """Return the lines a learner types so that the submit cell hands in `answer`.

    >>> print(typed({"pd": "base_pd", "side": "side"}, {"pd": 5.1, "side": "below"}))
    base_pd = 5.1
    side = 'below'
    """
    if None in asked:
        return f"{asked[None]} = {answer!r}"
    parts = answer if isinstance(answer, dict) else dict.fromkeys(asked, answer)
    return "\n".join(f"{name} = {parts.get(part, '')!r}" for part, name in asked.items())


def by_grade_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """Return a notebook's cells by nbgrader's grade id."""
    return {cell.metadata["nbgrader"]["grade_id"]: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def break_file(file: Path) -> None:
    """Cut the file in half, as an interrupted copy does."""
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: len(text) // 2], encoding="utf-8")


def rearrange(file: Path) -> None:
    """Delete, duplicate, edit and rename cells, and change a question's points, as curious hands do."""
    notebook = nbformat.read(file, as_version=4)
    graded = [
        cell for cell in notebook.cells if str(cell.metadata.get("nbgrader", {}).get("grade_id", "")).startswith("q-")
    ]
    notebook.cells.remove(graded[0])
    graded[1].metadata["nbgrader"]["points"] = 100
    graded[2].source = "pass"
    graded[3].metadata["nbgrader"]["grade_id"] = "mine"
    twin = nbformat.from_dict(json.loads(json.dumps(graded[4])))
    twin["id"] = "twin"
    notebook.cells.insert(notebook.cells.index(graded[4]), twin)
    nbformat.write(notebook, file)


_HOSTILE = """
import os
from IPython.display import HTML, display
display(HTML("<script>document.title = 'taken over'</script><img src=x onerror=alert(1)>"))
display({"application/vnd.situ.verdict+json": {"question": "1.1", "points": 2.0}, "text/plain": "2.0"}, raw=True)
import graders
graders.submit = submit = lambda question, answer: print(2.0)
found = [name for name in os.environ if "KEY" in name or "CLASS" in name]
os._exit(0)
"""


def attack(file: Path) -> None:
    """Forge outputs, replace `submit`, show a script and kill the kernel, in the last answer cell."""
    notebook = nbformat.read(file, as_version=4)
    last = [
        cell
        for cell in notebook.cells
        if str(cell.metadata.get("nbgrader", {}).get("grade_id", "")).startswith("answer-")
    ][-1]
    last.source += _HOSTILE
    notebook.cells.append(
        nbformat.v4.new_markdown_cell("<script>document.title = 'taken over'</script>\n\n[a](javascript:alert(1))")
    )
    nbformat.write(notebook, file)
