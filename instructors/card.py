"""The card of a lesson, read from its source: which parts it has, how long each takes, what stands in each; and the block's.

Owns how a heading says its minutes, ``## 3 · Where the sum starts (25 min)``, and refuses parts that do not add up to the
lesson's own minutes. A lesson whose headings name no minutes is one part. A class that leaves something out has the parts that
remain, and their minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from nbformat import NotebookNode

from graders.errors import ContentError
from graders.lesson import Outline, Part
from instructors.build import read_source
from instructors.content import Block, LessonEntry
from instructors.markers import marker
from instructors.passages import settled
from instructors.sources import as_asked

_ITEMS = ("answer", "write", "practice", "decision")  # each question has one answer cell, or one in which it is written
_HEADING = re.compile(r"##\s+(?P<text>\S.*?)\s*")
_MINUTES = re.compile(r"(?P<title>\S.*?)\s*\(\s*(?P<minutes>[1-9][0-9]{0,2})\s*min(?:\s*,[^()]*)?\)")
_MEANT = re.compile(
    r"\((?=[^()]*\d)[^()]*(?:\bmin|\bmn\b|\bhours?\b|\bheures?\b|\d\s*h\b|\d\s*['’′])[^()]*\)\s*\Z", re.I
)
_FENCE = ("```", "~~~")


def class_parts(block: Block, lesson_id: str) -> tuple[Part, ...]:
    """Return the parts of a lesson as the block's class has it; its minutes are their sum.

    Raises
    ------
    ContentError
        As for `lesson_parts`, of the lesson with all its questions too.
    """
    entry = block.lesson(lesson_id)
    source = read_source(block.lesson_file(entry))
    whole = lesson_parts(source, entry)
    reduced = block.left_out or block.lacking
    return lesson_parts(as_asked(source, block, lesson_id), entry, whole=False) if reduced else whole


def lesson_parts(source: NotebookNode, entry: LessonEntry, *, whole: bool = True) -> tuple[Part, ...]:
    """Return the parts of a lesson in their order.

    Parameters
    ----------
    source
        From `instructors.build.read_source`.
    entry
        The lesson in ``block.toml``; its minutes are what the parts must add up to.
    whole
        Whether the source has all its questions; else its parts may add up to less.

    Raises
    ------
    ContentError
        When the minutes of a heading cannot be read, when an item stands under no heading with minutes though others do, or
        when the parts do not add up.
    """
    parts: list[Part] = []
    adrift: list[str] = []
    for found in _walk(settled(source), entry):
        if isinstance(found, Part):
            parts.append(found)
        elif parts:
            parts[-1] = replace(parts[-1], items=(*parts[-1].items, found))
        else:
            adrift.append(found)
    if not parts:
        return (Part(entry.title, entry.minutes, tuple(adrift)),)
    if adrift:
        raise ContentError(
            f"{entry.file}.py: expected every item under a heading with minutes, got {', '.join(adrift)} before the first. "
            'Write a heading such as "## 1 · Title (10 min)" above.'
        )
    if whole:
        _check_sum(parts, entry)
    return tuple(parts)


def block_outline(block: Block, assignments: Mapping[str, str]) -> tuple[Outline, ...]:
    """Return the lessons of a block that a class has, in the block's order.

    Parameters
    ----------
    block
        The block.
    assignments
        nbgrader's assignment -> lesson, as in ``class.toml``.
    """
    assignment_of = {lesson_id: assignment for assignment, lesson_id in assignments.items()}
    return tuple(
        Outline(entry.id, entry.title, _minutes(block, entry.id), assignment_of[entry.id], _points(block, entry.id))
        for entry in block.settings.lessons
        if entry.id in assignment_of
    )


def _minutes(block: Block, lesson_id: str) -> int:
    return sum(part.minutes for part in class_parts(block, lesson_id))


def _points(block: Block, lesson_id: str) -> float:
    return float(sum(key.points for key in block.keys(lesson_id).values()))


def _walk(source: NotebookNode, entry: LessonEntry) -> Iterator[Part | str]:
    """Yield the parts as their headings come, and between them the ids of the items."""
    for cell in source.cells:
        if cell.cell_type == "markdown":
            yield from _headings(cell.source, entry)
        else:
            found = marker(cell)
            if found.part in _ITEMS and found.item is not None:
                yield found.item


def _headings(text: str, entry: LessonEntry) -> Iterator[Part]:
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith(_FENCE):
            fenced = not fenced
        heading = None if fenced else _HEADING.fullmatch(line)
        if heading is None:
            continue
        timed = _MINUTES.fullmatch(heading["text"])
        if timed:
            yield Part(timed["title"], int(timed["minutes"]))
        elif _MEANT.search(heading["text"]):
            raise ContentError(
                f"{entry.file}.py: expected a heading that ends in its minutes, such as (25 min), got: {line.strip()}. "
                "Write whole minutes in digits."
            )


def _check_sum(parts: list[Part], entry: LessonEntry) -> None:
    total = sum(part.minutes for part in parts)
    if total == entry.minutes:
        return
    gap = abs(total - entry.minutes)
    listed = " + ".join(str(part.minutes) for part in parts)
    raise ContentError(
        f"{entry.file}.py: expected parts of {entry.minutes} minutes in all, as block.toml says, got {listed} = {total}: "
        f"{gap} too {'many' if total > entry.minutes else 'few'}. Correct the headings or block.toml."
    )
