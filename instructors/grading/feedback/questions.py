"""The questions of a feedback page: state, points, the card, the criteria of a memo, the instructor's comments.

Owns how marks are worded there. Points are the gradebook's; nothing is judged, and nothing of a key is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import mistune
from markupsafe import Markup
from nbformat import NotebookNode

from graders.cards import SIGNS, state_name
from graders.language import _, number
from graders.verdict import State
from instructors.grading.classroom import MARK, is_judged
from instructors.grading.clean import clean_html
from instructors.grading.criteria import criteria_in
from instructors.grading.feedback.lesson import text_html
from instructors.grading.feedback.view import CriterionRow, QuestionRow
from instructors.grading.marked import is_marked
from instructors.grading.stored import bundle_in, stored_in
from instructors.markers import answer_grade_id
from instructors.rubric import Criterion, Rubric
from instructors.rubric_cells import criterion_of

_QUESTION = re.compile(r"(?:q|answer)-([1-9][0-9]*)-([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the gradebook has of one cell; the names are nbgrader's."""

    score: float
    max_score: float
    auto_score: float | None = None
    manual_score: float | None = None
    extra_credit: float = 0.0
    needs_manual_grade: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """What the gradebook has of a notebook: marks and the instructor's comments, by nbgrader's id of the cell."""

    grades: Mapping[str, Recorded]
    comments: Mapping[str, str]

    def comment(self, *names: str) -> Markup:
        """Return what the instructor wrote of these cells."""
        return Markup("").join(comment_html(self.comments[name]) for name in names if self.comments.get(name))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the class knows of its questions: their titles, and the rubric of its memo."""

    titles: Mapping[str, str]
    rubric: Rubric | None = None


def question_rows(notebook: NotebookNode, marks: Marks, asked: Asked) -> Iterator[QuestionRow]:
    """Yield what becomes of each graded cell of a notebook; the criteria of a memo stand with the memo."""
    criteria = criteria_in(notebook)
    for cell in notebook.cells:
        flags = cell.metadata.get("nbgrader", {})
        name = str(flags.get("grade_id"))
        if name not in marks.grades or criterion_of(name) is not None:
            continue
        if is_judged(cell):
            yield _judged(cell, name, criteria.get(question_of(name), ()), marks, asked)
        elif flags.get("grade") or flags.get("task"):
            yield _written(cell, name, marks, asked)


def question_of(name: str) -> str:
    """Return the question that a cell belongs to, or the cell's own name where it belongs to none.

    >>> question_of("q-1-3"), question_of("essay")
    ('1.3', 'essay')
    """
    found = _QUESTION.fullmatch(name)
    return f"{found[1]}.{found[2]}" if found else name


def comment_html(text: str) -> Markup:
    """Return what an instructor wrote, in markdown, as HTML; HTML in it is shown, not obeyed."""
    rendered = mistune.create_markdown(escape=True)(text)
    return Markup(clean_html(str(rendered)))  # escaped by mistune, cleaned by nh3


def _judged(cell: NotebookNode, name: str, criteria: Sequence[NotebookNode], marks: Marks, asked: Asked) -> QuestionRow:
    question = question_of(name)
    stored = stored_in(cell, question)
    card = Markup(bundle_in(cell).get("text/html", ""))  # the trusted side's own card
    names = [name, *(str(one.metadata["nbgrader"]["grade_id"]) for one in criteria)]
    own = [marks.grades[each] for each in names if each in marks.grades]
    state, waits = (stored.state, stored.waits) if stored is not None else (State.NOT_JUDGED, False)
    by_hand, is_open = _who_marked(state, waits, bool(criteria), own)
    sign, tone = ("✎", "done") if by_hand else SIGNS[state]
    rows = tuple(_criterion_row(one, marks, asked.rubric, is_open=is_open) for one in names[1:] if one in marks.grades)
    title = asked.titles.get(question, "")
    return QuestionRow(
        name,
        question,
        "" if title == question else title,
        sign,
        tone,
        _("Marked by your instructor") if by_hand else state_name(state, waits=waits),
        _points(own, is_open=is_open),
        _score(own[:1]),  # programs add the criteria's own
        is_open,
        card,
        tuple(_notes(own, by_hand=by_hand and not criteria and state is not State.NOT_JUDGED)),
        marks.comment(name, answer_grade_id(question)),
        rows,
    )


def _who_marked(state: State, waits: bool, by_criteria: bool, own: Sequence[Recorded]) -> tuple[bool, bool]:
    """Tell whether a person has marked a question, and whether one has to mark it still."""
    if waits or by_criteria or state is State.NOT_JUDGED:
        by_hand = is_marked(own, was_left=waits)
        return by_hand, not by_hand and state is State.NOT_JUDGED
    return any(grade.manual_score is not None for grade in own), False


def _written(cell: NotebookNode, name: str, marks: Marks, asked: Asked) -> QuestionRow:
    """Return the row of what only a person marks, with nbgrader's own means."""
    question, own = question_of(name), [marks.grades[name]]
    is_blank = bool(cell.metadata.get(MARK, {}).get("released"))
    is_open = own[0].needs_manual_grade
    by_hand = not is_open and (own[0].manual_score is not None or not is_blank)
    sign, tone, state = "–", "calm", _("Waiting for your instructor")
    if by_hand:
        sign, tone, state = "✎", "done", _("Marked by your instructor")
    elif not is_open:
        sign, tone, state = "○", "calm", state_name(State.NOT_ATTEMPTED)
    return QuestionRow(
        name,
        question,
        asked.titles.get(question, ""),
        sign,
        tone,
        state,
        _points(own, is_open=is_open),
        _score(own),
        is_open,
        Markup() if is_blank or cell.cell_type == "code" else text_html(cell),
        tuple(_notes(own, by_hand=False)),
        marks.comment(name),
    )


def _criterion_row(name: str, marks: Marks, rubric: Rubric | None, *, is_open: bool) -> CriterionRow:
    grade = marks.grades[name]
    _question, wanted = criterion_of(name) or ("", name)
    known = {one.id: one for one in rubric.criteria} if rubric is not None else {}
    criterion = known.get(wanted)
    given = grade.manual_score is not None and not is_open
    level, text = _level(criterion, grade.score) if criterion is not None and given else ("", "")
    title = criterion.title if criterion is not None else wanted
    comment = marks.comment(name)
    return CriterionRow(name, title, level, text, _points([grade], is_open=is_open), _score([grade]), comment)


def _level(criterion: Criterion, points: float) -> tuple[str, str]:
    """Return the name of the level that points stand for, and what it asks for; of two names where they lie in between."""
    for level in criterion.levels:
        if level.least <= points <= level.most:
            return level.name, level.text
    below = [level for level in criterion.levels if level.most < points]
    above = [level for level in criterion.levels if level.least > points]
    if not below or not above:
        return "", ""
    told = _("between {lower} and {higher}").format(lower=below[-1].name, higher=above[0].name)
    return told, f"{below[-1].name}: {below[-1].text} {above[0].name}: {above[0].text}"


def _points(own: Sequence[Recorded], *, is_open: bool) -> str:
    out_of = number(round(sum(grade.max_score for grade in own), 2))
    if is_open:
        return _("at most {points}").format(points=out_of)
    return _("{points} of {out_of}").format(points=number(_sum(own)), out_of=out_of)


def _score(own: Sequence[Recorded]) -> str:
    return f"{_sum(own)!r}/{round(sum(grade.max_score for grade in own), 2)!r}"


def _sum(own: Sequence[Recorded]) -> float:
    return round(sum(grade.score for grade in own), 2)


def _notes(own: Sequence[Recorded], *, by_hand: bool) -> Iterator[str]:
    automatic = own[0].auto_score
    if by_hand and automatic is not None and automatic != own[0].manual_score:
        told = _("Your instructor gave {points}; the automatic mark was {automatic}.")
        yield told.format(points=number(own[0].manual_score or 0.0), automatic=number(automatic))
    extra = round(sum(grade.extra_credit for grade in own), 2)
    if extra:
        yield _("Extra credit, in the points: {points}.").format(points=number(extra))
