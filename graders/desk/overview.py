"""The words of a lesson's progress in reading order, and the same as plain text.

Owns their order and the text's layout; `graders.desk.wording` finds the words, `graders.desk.page` lays them out as HTML.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Row:
    """A question: its state in a sign and in words, what more is to be said, its points; `tone` names a colour."""

    id: str
    title: str
    sign: str
    state: str
    tone: str
    notes: tuple[str, ...]
    points: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the lesson; without a title where it is the only one."""

    title: str
    aside: str
    extras: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Something one can open: the words for it, its path from the lesson's folder, and the same as a link."""

    words: str
    path: str = ""

    @property
    def href(self) -> str:
        """The path as a link; empty for none."""
        return quote(self.path)


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson of the block: where it is, how far, and its points."""

    place: Place
    state: str
    points: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """All the words of a lesson's progress, in reading order."""

    language: str
    title: str
    summary: tuple[str, ...]
    troubles: tuple[str, ...]
    caption: str
    headers: tuple[str, str, str]
    sections: tuple[Section, ...]
    checked: str
    feedback: Place | None
    lessons_caption: str
    lessons_headers: tuple[str, str, str]
    lessons: tuple[LessonRow, ...]
    as_of: str

    @property
    def text(self) -> str:
        """The overview as plain text."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield from (self.title, *self.summary, *self.troubles, "")
        for section in self.sections:
            if section.title:
                yield " · ".join(filter(None, (section.title, section.aside, section.extras)))
            for row in section.rows:
                yield f"  {row.sign} {row.id} · {row.points} · {row.state}"
                yield from (f"      {note}" for note in row.notes)
        yield from ("", self.checked) if self.checked else ("",)
        if self.feedback:
            yield f"{self.feedback.words}: {self.feedback.path}"
        if len(self.lessons) > 1:
            yield from ("", self.lessons_caption)
            yield from (f"  {row.place.words} · {row.state} · {row.points}" for row in self.lessons)
        yield self.as_of
