"""A lesson's source as a class has it: without what the class does not ask, its figures filled in, its notes near the top.

Owns what of a text is made from the questions: the points in a question's heading, time and number of answers on the card, ranges
such as ``(2.1 to 2.8)``, and the item of an example such as ``submit("2.6", answer)``. Which passages go is said by the marks of
`instructors.passages`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import nbformat
from nbformat import NotebookNode

from graders.errors import ContentError
from graders.keys import Key
from graders.language import _
from instructors.build import read_source
from instructors.content import Block
from instructors.markers import marker
from instructors.passages import passage_problems, settled
from instructors.rubric import rubric_questions

_HEADING = re.compile(r"^(?P<head>#+ Question (?P<question>\d+\.\d+)) \([\d.]+ points?\)", re.M)
_TIME = re.compile(r"^(?P<head>\| Time \| )(?:\d+ h(?: \d\d)?|\d+ min)", re.M)
_HANDED_IN = re.compile(r"^(?P<head>\| You hand in \| )\w+ answers?, [\d.]+ points?", re.M)
_RANGE = re.compile(r"\b(?P<first>\d+\.(?:\d+|[a-z])) to (?P<last>\d+\.(?:\d+|[a-z]))\b")
_EXAMPLE = re.compile(r'`(?P<call>submit|check)\("(?P<item>[0-9a-z.]+)", answer\)`')
_TIMED = re.compile(r"^##\s.*\(\s*(\d+)\s*min(?:\s*,[^()]*)?\)\s*$", re.M)
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def lesson_source(block: Block, lesson_id: str) -> NotebookNode:
    """Return a lesson's source as its class has it.

    Raises
    ------
    ContentError
        When the marks in the source are not what they should be, with every problem at once.
    """
    return as_asked(read_source(block.lesson_file(block.lesson(lesson_id))), block, lesson_id)


def as_asked(source: NotebookNode, block: Block, lesson_id: str) -> NotebookNode:
    """Return a source that was read as the block's class has it: only what it asks, with its own figures and notes.

    Parameters
    ----------
    source
        From `instructors.build.read_source`; left as it is.
    block
        Whose `left_out`, `lacking` and `notes` say what the class has.
    lesson_id
        The source's lesson.

    Raises
    ------
    ContentError
        As for `lesson_source`.
    """
    entry = block.lesson(lesson_id)
    known = {*block.every_key, *block.settings.capabilities, *block.lacking}
    if problems := list(passage_problems(source, known)):
        raise ContentError("\n".join(f"{entry.file}.py: {problem}" for problem in problems))
    made = settled(source, lambda name: name not in block.left_out and not block.lacking.get(name))
    _fill_in(made, list(_ordered(source)), block, lesson_id)
    closes = bool(made.cells) and marker(made.cells[-1]).part == "closing"
    first = next((place + 1 for place, cell in enumerate(made.cells) if cell.cell_type == "markdown"), 0)
    _add_note(made, len(made.cells) - closes, block.notes.get(f"{lesson_id}.end", ()))
    _add_note(made, first, [*block.notes.get("all", ()), *block.notes.get(lesson_id, ()), *_gaps(block, lesson_id)])
    return made


def _gaps(block: Block, lesson_id: str) -> Iterator[str]:
    if any(question.partition(".")[0] == lesson_id for question in block.left_out):
        yield _("Some questions of this lesson are left out, so the numbers of parts and questions have gaps.")


def _add_note(source: NotebookNode, place: int, notes: Sequence[str]) -> None:
    """Put a cell with the notes of a class at a place among the cells, if there are any."""
    if notes:
        told = _("**About this class**")
        source.cells.insert(
            place, nbformat.v4.new_markdown_cell("\n".join([told, "", *(f"- {note}" for note in notes)]))
        )


def _ordered(source: NotebookNode) -> Iterator[str]:
    """Yield the questions and practice items of a source in their order."""
    for cell in source.cells:
        found = marker(cell)
        if found.part in {"answer", "write", "practice"} and found.item is not None:
            yield found.item


def _fill_in(source: NotebookNode, every: Sequence[str], block: Block, lesson_id: str) -> None:
    """Write into the texts what follows from the questions asked; in a class that asks all of them, this changes nothing."""
    keys, kept = block.keys(lesson_id), set(_ordered(source))
    minutes = sum(int(found) for cell in _texts(source) for found in _TIMED.findall(cell.source))
    by_rubric = rubric_questions(block.folder)
    answered = [key for question, key in keys.items() if question not in by_rubric]
    handed_in = f"{_answers(len(answered))}, {_points(sum(key.points for key in answered))}"

    def between(found: re.Match[str]) -> str:
        return _between(found, every, kept)

    def example(found: re.Match[str]) -> str:
        return _example(found, every, kept)

    for cell in _texts(source):
        text = _HEADING.sub(lambda found: _headed(found, keys), cell.source)
        text = _HANDED_IN.sub(lambda found: found["head"] + handed_in, text)
        if minutes:
            text = _TIME.sub(lambda found: found["head"] + _hours(minutes), text)
        cell.source = _EXAMPLE.sub(example, _RANGE.sub(between, text))


def _texts(source: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in source.cells if cell.cell_type == "markdown"]


def _headed(found: re.Match[str], keys: Mapping[str, Key]) -> str:
    key = keys.get(found["question"])
    return f"{found['head']} ({_points(key.points)})" if key else found[0]


def _between(found: re.Match[str], every: Sequence[str], kept: set[str]) -> str:
    """Return a range of items as those of them that are kept: "2.1 to 2.4, 2.7 and 2.8"."""
    first, last = found["first"], found["last"]
    if first not in every or last not in every:
        return found[0]
    alike = [item for item in every if item[-1].isdigit() == first[-1].isdigit()]
    inside = alike[alike.index(first) : alike.index(last) + 1]
    runs: list[list[str]] = []
    for before, item in zip([None, *inside], inside, strict=False):
        if item in kept:
            if runs and before in runs[-1]:
                runs[-1].append(item)
            else:
                runs.append([item])
    said = [part for run in runs for part in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else run)]
    if not said:
        return found[0]
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else said[0]


def _example(found: re.Match[str], every: Sequence[str], kept: set[str]) -> str:
    """Return an example of code, of another item of its kind where its own is not there."""
    own = found["item"]
    alike = [item for item in every if item in kept and item[-1].isdigit() == own[-1].isdigit()]
    return f'`{found["call"]}("{alike[0]}", answer)`' if own not in kept and alike else found[0]


def _answers(count: int) -> str:
    word = _COUNTS[count] if count < len(_COUNTS) else str(count)
    return f"{word} answer" if count == 1 else f"{word} answers"


def _points(points: float) -> str:
    return f"{points:g} point" if points == 1 else f"{points:g} points"


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"
