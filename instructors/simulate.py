"""Simulated learners: who they are, what they would answer on their own case, and what they do to their files.

Their answers come from the keys' right answers and traps. Most go by form, into a real answer book; some are typed into real
notebooks and executed like anybody's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from graders.answerbook import NAME, AnswerBook
from graders.answers import JSON, plain
from graders.expectations import Expectation, Memo, Trap
from graders.forms import Form, Read, fitted, in_words
from graders.forms.reading import shown
from graders.keys import Key
from instructors.markers import answer_grade_id, graded_grade_id, submitted_names

Answers = dict[str, JSON]
Tamper = Callable[[Path], None]


def _leave(_: Path) -> None:
    """Hand everything in as it is."""


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
        Questions answered by code, in words that cannot be read.
    by_code
        Questions answered by code, in a cell of the learner's own; all others are answered by form.
    second_thoughts
        Questions answered by code, whose form was filled in otherwise after that: which of the live traps it holds.
    spelling
        Which of the right answers' equivalent spellings is typed.
    tamper
        What happens to the files after they were filled in; it is given the notebook's path.
    absent
        Hands nothing in.
    misses
        Lessons of which nothing is handed in, by id.
    memo
        How a memo of this learner's is marked: which level of each criterion, the lowest is 0.
    """

    name: str
    about: str
    slips: Mapping[str, int] | None = None
    skips: tuple[str, ...] = ()
    misreads: tuple[str, ...] = ()
    by_code: tuple[str, ...] = ()
    second_thoughts: Mapping[str, int] | None = None
    spelling: int = 0
    tamper: Tamper = _leave
    absent: bool = False
    misses: tuple[str, ...] = ()
    memo: int = 0

    @property
    def in_code(self) -> set[str]:
        """Questions that this learner answers by code."""
        return {*self.by_code, *self.misreads, *(self.second_thoughts or {})}


def has_memo(keys: Mapping[str, Key], case: Any) -> bool:
    """Tell whether a question asks for a text that a person marks."""
    return any(isinstance(key.expect(case), Memo) for key in keys.values())


def answers(profile: Profile, keys: Mapping[str, Key], case: Any, texts: Mapping[str, JSON] | None = None) -> Answers:
    """Return what this learner answers, by question, on this case; skipped questions are missing.

    Where a question follows others, the answer is the one that is right, or a trap, after this learner's own to those.

    Parameters
    ----------
    profile
        Who answers.
    keys, case
        Of the lesson, and of this learner.
    texts
        What is handed in for a memo, by question; no key knows one.
    """
    given: Answers = {}
    for question, key in keys.items():
        if question in profile.skips:
            continue
        expectation = key.expect(case, {asked: plain(answer) for asked, answer in given.items()})
        trap = _trap(expectation, profile.slips, question)
        if question in profile.misreads:
            given[question] = "I would rather discuss this with the committee"
        elif trap is not None:
            given[question] = trap.answer
        else:
            right = [(texts or {})[question]] if isinstance(expectation, Memo) else expectation.right_answers()
            given[question] = right[profile.spelling % len(right)]
    return given


def _trap(expectation: Expectation, slips: Mapping[str, int] | None, question: str) -> Trap | None:
    wanted = (slips or {}).get(question)
    live = expectation.live_traps()
    return live[wanted % len(live)] if wanted is not None and live else None


def fill(file: Path, profile: Profile, given: Answers, keys: Mapping[str, Key], case: Any) -> None:
    """Give the answers in a fetched lesson.

    Parameters
    ----------
    file
        The notebook; the answer book stands beside it.
    profile
        Who answers.
    given
        From `answers`.
    keys, case
        Of the lesson, and of this learner.
    """
    notebook, book = nbformat.read(file, as_version=4), AnswerBook(file.parent)
    cells = by_grade_id(notebook)
    earlier = {question: plain(answer) for question, answer in given.items()}
    for question, answer in given.items():
        graded, expectation = cells[graded_grade_id(question)], keys[question].expect(case, earlier)
        if answer_grade_id(question) in cells:
            cells[answer_grade_id(question)].source = typed(submitted_names(graded.source), answer)
        elif question not in profile.in_code:
            _fill_in(book, question, expectation.form, answer, case.picks, profile)
        else:
            own = nbformat.v4.new_code_cell(f'submit("{question}", {answer!r})')
            notebook.cells.insert(notebook.cells.index(graded) + 1, own)
            book.save(question, plain(answer), by="code", learner=profile.name)
            second = _trap(expectation, profile.second_thoughts, question)
            if second is not None:
                _fill_in(book, question, expectation.form, second.answer, case.picks, profile)
    nbformat.write(notebook, file)


def _fill_in(book: AnswerBook, question: str, form: Form, answer: JSON, picks: Any, profile: Profile) -> None:
    """Save an answer as the form's fields hold it."""
    held = fitted(form, plain(answer), picks)
    reading = form.read(held, picks)
    words = in_words(form, reading.value, picks) if isinstance(reading, Read) else shown(held)
    book.save(question, held, by="form", learner=profile.name, words=words)


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
    """Forge outputs, replace `submit`, show a script and kill the kernel, before anything else runs; forge the answer book too."""
    notebook = nbformat.read(file, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(_HOSTILE))
    notebook.cells.append(
        nbformat.v4.new_markdown_cell("<script>document.title = 'taken over'</script>\n\n[a](javascript:alert(1))")
    )
    nbformat.write(notebook, file)
    forge(file.parent / NAME)


def forge(book: Path) -> None:
    """Write into an answer book what no form would: marks, a script, another learner's name, what is no number, a pit of lists."""
    data = json.loads(book.read_text(encoding="utf-8"))
    answers = data["answers"]
    for entry in answers.values():
        entry |= {
            "state": "right",
            "score": 1.0,
            "points": 99,
            "words": "<script>document.title = 'taken over'</script>",
        }
    first, second, *_rest, last = sorted(answers)
    answers[first]["learner"] = "amelie"
    answers[second]["answer"] = float("nan")
    answers[last]["answer"] = [json.loads("[" * 60 + "]" * 60)]
    answers |= {"9.9": answers[first], "../../gradebook": answers[first], "1.1; DROP": answers[first]}
    book.write_text(json.dumps(data), encoding="utf-8")
