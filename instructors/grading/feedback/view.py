"""What a feedback page says, ready to be laid out: whole sentences, and HTML where it is `Markup`. Data alone."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

NOTHING = Markup()


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion of a memo.

    Attributes
    ----------
    anchor
        nbgrader's id of its cell.
    level, text
        Which level it was given, and what that one asks for; empty where none can be named.
    points
        In words.
    score
        Points and most points, for `graders.feedback_page`.
    comment
        The instructor's; empty for none.
    """

    anchor: str
    title: str
    level: str
    text: str
    points: str
    score: str
    comment: Markup = NOTHING


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question.

    Attributes
    ----------
    anchor
        nbgrader's id of its cell.
    id, title
        What it is called.
    sign, tone, state
        What became of it: a mark, its class of colour, and the words that say the same.
    points, score
        As for `CriterionRow`.
    is_open
        Whether a person has to mark it still.
    body
        The card of the verdict, or the text that was handed in.
    notes
        Whole sentences on the points.
    """

    anchor: str
    id: str
    title: str
    sign: str
    tone: str
    state: str
    points: str
    score: str
    is_open: bool
    body: Markup = NOTHING
    notes: tuple[str, ...] = ()
    comment: Markup = NOTHING
    criteria: tuple[CriterionRow, ...] = ()


@dataclass(frozen=True, slots=True)
class LessonPart:
    """A cell of the graded notebook.

    Attributes
    ----------
    anchor, body, outputs
        What it is known by, its text or code, and what that showed.
    verdict
        Where its verdict stands; empty for no question.
    number
        The n of its ``In [n]``; None for a cell that did not run.
    """

    anchor: str
    is_code: bool
    is_own: bool
    body: Markup
    outputs: tuple[Markup, ...] = ()
    verdict: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What the page calls its parts."""

    about: str
    overview: str
    columns: tuple[str, str, str]
    questions: str
    comment: str
    criteria: str
    criteria_columns: tuple[str, str, str]
    top: str
    in_lesson: str
    lesson: str
    lesson_note: str
    own: str
    verdict: str


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """A whole page.

    Attributes
    ----------
    title, lines
        Of the lesson; who handed it in, and when.
    points
        In all, in words.
    remarks
        What the points leave out, or have lost already.
    total, penalty
        For `graders.feedback_page`.
    notices
        What happened to the notebook beyond the answers.
    """

    language: str
    title: str
    lines: tuple[str, ...]
    points: str
    remarks: tuple[str, ...]
    total: str
    penalty: str
    notices: Markup
    questions: tuple[QuestionRow, ...]
    lesson: tuple[LessonPart, ...]
    words: Words
