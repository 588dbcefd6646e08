"""Reading a feedback page: the marks on it, which count, and what our own cards say beside them.

Owns what it goes by: the ``data-situ-*`` attributes of our template and of `graders.cards`, and the headings of nbgrader 0.9's own
template, which made the pages of earlier classes. It opens no file, and trusts nothing on the page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import NamedTuple

from graders.verdict import State

_LONGEST_LINE = 400
_MOST_LINES = 8
_TAG = re.compile(r"<(?P<closing>/?)(?P<name>div|a|h4|li)\b(?P<attributes>[^<>]*)>", re.I)
_ANY_TAG = re.compile(r"<[^<>]*>")
_ATTRIBUTE = re.compile(r'([\w-]{1,40})="([^"]*)"')
_PENALTY = re.compile(r"penalty \(Score: -([0-9.]+)")
_GRADE_ID = re.compile(
    r"(?:comment-)?(?:(?:q|answer)-([1-9][0-9]{0,3})-([1-9][0-9]{0,3})"
    r"|criterion-([1-9][0-9]{0,3})-([1-9][0-9]{0,3})-([a-z][a-z0-9-]{0,59}))"
)
_MOST_CRITERIA = 40
_SCORE = re.compile(r"\(?Score:\s*(-?[0-9.]+)\s*/\s*([0-9.]+)")


@dataclass(frozen=True, slots=True)
class CriterionMark:
    """What the feedback page says of one criterion of a memo: points as nbgrader prints them, and the instructor's comment."""

    id: str
    points: float = 0.0
    out_of: float = 0.0
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the feedback page says of one question.

    Attributes
    ----------
    points, out_of
        As nbgrader prints them: they count, whoever gave them; None where it prints none. Of a memo that is marked by criteria
        they are the sums over these.
    state
        Our verdict; None where the page holds no card of ours.
    automatic
        The points our verdict gave.
    message
        Our card's lines for the learner.
    comment
        What the instructor wrote.
    waits
        Whether the question was left to a person, as planned.
    is_open
        Whether that person had not marked it yet when the feedback was made.
    criteria
        By which it was marked, in the lesson's order.
    """

    points: float | None = None
    out_of: float | None = None
    state: State | None = None
    automatic: float | None = None
    message: tuple[str, ...] = ()
    comment: str = ""
    waits: bool = False
    is_open: bool = False
    criteria: tuple[CriterionMark, ...] = ()

    @property
    def is_by_hand(self) -> bool:
        """Whether the points are the instructor's: our verdict gave none, or others; nbgrader prints two decimals."""
        if self.points is None or self.waits or self.is_open:
            return self.points is not None and not self.is_open
        return self.automatic is not None and abs(self.points - self.automatic) > 0.006


class _Place(NamedTuple):
    """The cell of a question, or of one of its criteria."""

    question: str
    criterion: str = ""


class FeedbackPage:
    """Reads our feedback template, or nbgrader's: its headings with the score, and between them the cards in the cells.

    Goes through the tags from first to last and builds no tree, so that no page, however broken, takes long. Of each question
    the first score and the first card count: in a judged cell nothing else can stand before them.

    Attributes
    ----------
    marks
        By question.
    total
        Points and most points of the lesson, as printed; None where none are.
    late_penalty
        Points taken off, which the total has lost already.
    """

    def __init__(self, html: str) -> None:
        self.marks: dict[str, Mark] = {}
        self.total: tuple[float, float] | None = None
        self.late_penalty = 0.0
        self._criteria: dict[_Place, CriterionMark] = {}
        self._place: _Place | None = None  # whose cell we are in
        self._anchor: _Place | None = None  # named just before a cell's heading
        self._inside: list[str] = []  # what each open div is to us
        self._text: list[str] = []
        self._card: Mapping[str, str] | None = None
        self._lines: list[str] = []
        end = 0
        for tag in _TAG.finditer(html):
            if self._listens:
                self._text.append(html[end : tag.start()])
            end = tag.end()
            if tag["closing"]:
                self._close(tag["name"].lower())
            else:
                self._open(tag["name"].lower(), dict(_ATTRIBUTE.findall(tag["attributes"])))
        self._sum_up()

    @property
    def _listens(self) -> bool:
        return self._card is not None or self._is_in("heading", "footer", "comment")

    def _is_in(self, *meanings: str) -> bool:
        return not set(meanings).isdisjoint(self._inside[-3:])

    def _open(self, name: str, known: Mapping[str, str]) -> None:
        if name == "div":
            self._open_div(known, set(known.get("class", "").split()))
        elif name == "a":
            self._anchor = _place_of(known.get("name", "")) or self._anchor
        elif not self._is_in("footer", "comment"):  # a comment may have headings and lists of its own
            self._text = []

    def _open_div(self, known: Mapping[str, str], classes: set[str]) -> None:
        meaning = ""
        if {"cell", "border-box-sizing"} <= classes:
            self._place = self._anchor = self._card = None
            self._inside = []
        elif "data-situ-total" in known:
            self.total = self.total or _pair(known["data-situ-total"])
            self.late_penalty = self.late_penalty or _finite(known.get("data-situ-penalty", "")) or 0.0
        elif "data-situ-place" in known:
            self._enter(known)
        elif "data-situ-comment" in known:
            meaning, self._text = "comment", []
        elif "panel-heading" in classes or "panel-footer" in classes:
            meaning, self._text = ("heading" if "panel-heading" in classes else "footer"), []
            self._place = self._anchor or self._place
        elif "data-situ-question" in known and self._card is None:
            meaning, self._card, self._lines = "card", known, []
        elif self._card is not None:
            meaning, self._text = "line", []
        self._inside.append(meaning)

    def _enter(self, known: Mapping[str, str]) -> None:
        """Come to a question, or to one of its criteria, on a page of our own."""
        self._place, self._card, self._inside = _place_of(known["data-situ-place"]), None, []
        score = _pair(known.get("data-situ-score", ""))
        if self._place and score:
            self._keep_score(self._place, score)

    def _close(self, name: str) -> None:
        if name in ("h4", "li") and self._is_in("footer", "comment"):
            return
        if name == "h4" and self.total is None and self._place is None:
            self.total = _score(self._said())
        elif name == "li" and (penalty := _PENALTY.search(self._said())):
            self.late_penalty = _finite(penalty[1]) or 0.0
        elif name == "div" and self._inside:
            self._close_div(self._inside.pop())

    def _close_div(self, meaning: str) -> None:
        if meaning == "line" and len(self._lines) < _MOST_LINES and (line := self._said()):
            self._lines.append(line[:_LONGEST_LINE])
        elif meaning == "card":
            self._keep_card()
        elif meaning == "heading" and self._place and (score := _score(self._said())):
            self._keep_score(self._place, score)
        elif meaning and self._place:
            self._keep_comment(self._place, self._said(), is_ours=meaning == "comment")

    def _keep_score(self, place: _Place, score: tuple[float, float]) -> None:
        mark = self.marks.get(place.question, Mark())
        if place.criterion and place not in self._criteria and len(self._criteria) < _MOST_CRITERIA:
            self._criteria[place] = CriterionMark(place.criterion, *score)
        elif not place.criterion and mark.points is None:
            self.marks[place.question] = replace(mark, points=score[0], out_of=score[1])

    def _keep_comment(self, place: _Place, said: str, *, is_ours: bool) -> None:
        if not is_ours and not said.startswith("Comments:"):
            return
        comment = said.removeprefix("Comments:").strip()[: 3 * _LONGEST_LINE]
        known, mark = self._criteria.get(place), self.marks.get(place.question, Mark())
        if known is not None and not known.comment:
            self._criteria[place] = replace(known, comment=comment)
        elif not place.criterion and comment and not mark.comment:
            self.marks[place.question] = replace(mark, comment=comment)

    def _sum_up(self) -> None:
        """Give each question that was marked by criteria the sum of their points."""
        for question in dict.fromkeys(place.question for place in self._criteria):
            found = tuple(mark for place, mark in self._criteria.items() if place.question == question)
            mark = self.marks.get(question, Mark())
            self.marks[question] = replace(
                mark,
                points=round((mark.points or 0.0) + sum(one.points for one in found), 2),
                out_of=round((mark.out_of or 0.0) + sum(one.out_of for one in found), 2),
                criteria=found,
            )

    def _keep_card(self) -> None:
        facts, self._card = self._card or {}, None
        question, state = self._place.question if self._place else None, facts.get("data-situ-state", "")
        if question is None or facts.get("data-situ-question") != question or state not in set(State):
            return
        mark = self.marks.get(question, Mark())
        if mark.state is None:
            told, waits = facts.get("data-situ-lines", ""), facts.get("data-situ-waits") == "yes"
            self.marks[question] = replace(
                mark,
                state=State(state),
                automatic=None if waits else _finite(facts.get("data-situ-points", "")),
                message=tuple(self._lines[: int(told)] if told.isdecimal() else self._lines),
                waits=waits,
                is_open=facts.get("data-situ-open") == "yes",
            )

    def _said(self) -> str:
        """Return the text since the last tag that began or ended one, as a reader sees it; none of it is gone through twice."""
        text, self._text = "".join(self._text), []
        return " ".join(unescape(_ANY_TAG.sub("", text)).split())


def _place_of(name: str) -> _Place | None:
    """Return the place that nbgrader's id of a cell stands for."""
    found = _GRADE_ID.fullmatch(name)
    return _Place(f"{found[1] or found[3]}.{found[2] or found[4]}", found[5] or "") if found else None


def _pair(text: str) -> tuple[float, float] | None:
    """Return points and most points out of an attribute of ours."""
    points, _slash, out_of = text.partition("/")
    found = _finite(points), _finite(out_of)
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def _score(text: str) -> tuple[float, float] | None:
    match = _SCORE.search(text)
    points, out_of = (_finite(match[1]), _finite(match[2])) if match else (None, None)
    return None if points is None or out_of is None else (points, out_of)


def _finite(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
