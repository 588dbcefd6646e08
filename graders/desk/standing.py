"""How far a learner is: every question of a lesson with its state, what is left of the card's minutes, the block's other lessons.

Owns that model and how it follows from the answer book, what code handed in and fetched feedback. It opens no file
(`graders.desk.gathering` does), and whether an answer is right it knows from feedback alone. What is said of it is `wording`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from graders.answerbook import Book, Entry
from graders.answers import JSON
from graders.desk.receipts import is_skipped
from graders.feedback import Feedback
from graders.feedback_page import Mark
from graders.forms import Form, Malformed, NotAttempted, TextForm, has_blanks
from graders.forms.reading import Picks, says_nothing
from graders.lesson import Criterion, Lesson, Outline, Part, Question


class Standing(StrEnum):
    """How an answer stands before it is judged."""

    NOT_ATTEMPTED = "not attempted"
    PARTLY_FILLED_IN = "partly filled in"
    RECORDED = "recorded"
    OF_ANOTHER_LENGTH = "not of the length asked"
    UNREADABLE = "could not be read"


@dataclass(frozen=True, slots=True)
class QuestionProgress:
    """A graded question as far as it is.

    Attributes
    ----------
    id, title, points, criteria
        The question, what it can earn, and by which criteria a memo is marked.
    standing, problem
        How its answer stands now; where it could not be read, what was expected.
    by, saved
        ``form`` or ``code``, and when (ISO 8601); empty where nothing was given.
    mark
        From the last feedback; None before.
    changed
        Whether the answer was changed after the hand-in that the mark is for.
    """

    id: str
    title: str
    points: float
    standing: Standing = Standing.NOT_ATTEMPTED
    problem: str = ""
    by: str = ""
    saved: str = ""
    mark: Mark | None = None
    changed: bool = False
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class PartProgress:
    """A part of the lesson.

    Attributes
    ----------
    title
        Its heading.
    minutes, left
        By the card, and what is left of them.
    done
        Whether each item in it is no longer open: answered whole, begun where it is practice, decided or skipped.
    skipped
        The decisions in it that were skipped.
    """

    title: str
    minutes: int
    left: int
    done: Mapping[str, bool]
    skipped: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OtherLesson:
    """A lesson of the block, this one too.

    Attributes
    ----------
    outline
        What it is.
    is_here
        Whether it is the one asked about.
    folder
        Where it stands; None when it was not fetched.
    recorded, questions
        How many of its questions have a whole answer, and how many there are.
    points, out_of, feedback
        From its last feedback, and its page; None before.
    """

    outline: Outline
    is_here: bool = False
    folder: Path | None = None
    recorded: int = 0
    questions: int = 0
    points: float | None = None
    out_of: float | None = None
    feedback: Path | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A lesson as far as it is.

    Attributes
    ----------
    lesson
        The lesson.
    questions, parts, others
        Each in the block's own order.
    handed_in
        When it was last handed in (ISO 8601); empty when nbgrader's folders do not tell.
    feedback
        The last that was fetched.
    problem
        Why the answer book could not be read.
    """

    lesson: Lesson
    questions: tuple[QuestionProgress, ...]
    parts: tuple[PartProgress, ...]
    others: tuple[OtherLesson, ...] = ()
    handed_in: str = ""
    feedback: Feedback | None = None
    problem: str = ""

    @property
    def recorded(self) -> int:
        """How many questions have a whole answer."""
        return sum(question.standing is Standing.RECORDED for question in self.questions)

    @property
    def minutes_left(self) -> int:
        """What is left of the lesson's minutes by its card."""
        return sum(part.left for part in self.parts)


def lesson_progress(
    lesson: Lesson,
    book: Book,
    picks: Picks | None = None,
    feedback: Feedback | None = None,
    code: Mapping[str, JSON] | None = None,
) -> Progress:
    """Return how far a learner is; opens no file.

    Parameters
    ----------
    lesson
        The lesson.
    book
        What is saved of it.
    picks
        The learner's, against which answers are read; None before the case is open, then only blanks are seen.
    feedback
        The last that was fetched.
    code
        What `submit` handed in while this kernel runs, by question: where it says something it counts over the book.
    """
    questions = tuple(
        _question(question, _counting(question.id, book, code or {}), picks, feedback)
        for question in lesson.questions.values()
    )
    whole = {question.id for question in questions if question.standing is Standing.RECORDED}
    begun = {
        item for item, entry in book.entries.items() if item not in lesson.questions and not says_nothing(entry.answer)
    }
    skipped = frozenset(item for item in begun if is_skipped(book.entries[item].answer))
    parts = _parts(lesson.parts, whole | begun, skipped)
    return Progress(lesson, questions, parts, feedback=feedback, problem=book.problem)


def _counting(question: str, book: Book, code: Mapping[str, JSON]) -> Entry | None:
    """Return the answer that would count now, as grading chooses it."""
    entry = book.entries.get(question)
    if question not in code or says_nothing(code[question]):
        return entry
    saved = entry.saved if entry is not None and entry.by == "code" else ""
    return Entry(code[question], "code", saved)


def _question(
    question: Question, entry: Entry | None, picks: Picks | None, feedback: Feedback | None
) -> QuestionProgress:
    mark = feedback.marks.get(question.id) if feedback is not None else None
    about = (question.id, question.title, question.points)
    if entry is None:
        return QuestionProgress(*about, mark=mark, criteria=question.criteria)
    standing, problem = _standing(question.form, entry.answer, picks)
    changed = mark is not None and feedback is not None and _is_later(entry.saved, feedback.handed_in)
    return QuestionProgress(*about, standing, problem, entry.by, entry.saved, mark, changed, question.criteria)


def _standing(form: Form, answer: JSON, picks: Picks | None) -> tuple[Standing, str]:
    if says_nothing(answer):
        return Standing.NOT_ATTEMPTED, ""
    reading = form.read(answer, picks) if picks is not None else None
    if isinstance(reading, NotAttempted):
        return Standing.NOT_ATTEMPTED, ""
    if isinstance(reading, Malformed):
        is_text = isinstance(form, TextForm) and isinstance(answer, str)  # it was read: only its length is another
        return (Standing.OF_ANOTHER_LENGTH if is_text else Standing.UNREADABLE), reading.message
    return (Standing.PARTLY_FILLED_IN if has_blanks(answer) else Standing.RECORDED), ""


def _is_later(saved: str, handed_in: str) -> bool:
    try:
        return datetime.fromisoformat(saved) > datetime.fromisoformat(handed_in)
    except (ValueError, TypeError):  # a date is missing, or one has no zone: then nobody knows
        return False


def _parts(parts: tuple[Part, ...], done: set[str], skipped: frozenset[str]) -> tuple[PartProgress, ...]:
    """Return the parts; one without items is over when something after it is done, or everything is."""
    everything = {item for part in parts for item in part.items} <= done
    passed, found = everything, []
    for part in reversed(parts):
        states = {item: item in done for item in part.items}
        if part.items:
            left = -(-part.minutes * (len(states) - sum(states.values())) // len(states))  # rounded up
        else:
            left = 0 if passed else part.minutes
        passed = passed or any(states.values())
        found.append(PartProgress(part.title, part.minutes, left, states, skipped & states.keys()))
    return tuple(reversed(found))
