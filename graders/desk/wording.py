"""Progress in words: what a learner reads of each question, part and lesson. Owns the sentences and what is left unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from graders.cards import SIGNS, state_name
from graders.desk.overview import LessonRow, Overview, Place, Row, Section
from graders.desk.standing import OtherLesson, PartProgress, Progress, QuestionProgress, Standing
from graders.feedback_page import Mark
from graders.language import _, moment, number
from graders.verdict import State


def overview(progress: Progress) -> Overview:
    """Put progress into words."""
    lesson = progress.lesson
    return Overview(
        language=_("en"),  # a catalogue gives its own language here: the page says in which one it is
        title=_("Lesson {lesson} · {title}").format(lesson=lesson.id, title=lesson.title),
        summary=tuple(_summary(progress)),
        troubles=tuple(_troubles(progress)),
        caption=_("Your answers, question by question"),
        headers=(_("Question"), _("State"), _("Points")),
        sections=tuple(_section(part, progress) for part in progress.parts),
        checked=_checked(progress),
        feedback=_feedback(progress),
        lessons_caption=_("The lessons of this block"),
        lessons_headers=(_("Lesson"), _("State"), _("Points")),
        lessons=tuple(_lesson(other, lesson.folder) for other in progress.others),
        as_of=_("As of {moment}.").format(moment=moment(datetime.now(UTC).isoformat())),
    )


def _summary(progress: Progress) -> Iterator[str]:
    feedback = progress.feedback
    yield _("{recorded} of {all} answers recorded.").format(
        recorded=number(progress.recorded), all=number(len(progress.questions))
    )
    if feedback is not None and feedback.points is not None and feedback.out_of is not None:
        template = _("{points} of {out_of} points.")
        if feedback.late_penalty:
            template = _("{points} of {out_of} points, {penalty} taken off for handing in late.")
        yield template.format(
            points=number(feedback.points), out_of=number(feedback.out_of), penalty=number(feedback.late_penalty)
        )
    elif progress.minutes_left:
        yield _("About {minutes} minutes left by the card.").format(minutes=number(progress.minutes_left))
    if moment(progress.handed_in):
        yield _("Last handed in {moment}.").format(moment=moment(progress.handed_in))


def _troubles(progress: Progress) -> Iterator[str]:
    if progress.problem:
        yield progress.problem
    feedback = progress.feedback
    if feedback is None:
        return
    if feedback.problem:
        yield feedback.problem
    elif progress.handed_in > feedback.handed_in:
        yield _("The feedback is on an earlier hand-in, of {moment}.").format(moment=moment(feedback.handed_in))


def _checked(progress: Progress) -> str:
    if _is_graded(progress):
        return ""
    return _("Now only the form of an answer is checked. Whether it is right is judged after you hand in.")


def _is_graded(progress: Progress) -> bool:
    return progress.feedback is not None and bool(progress.feedback.marks)


def _feedback(progress: Progress) -> Place | None:
    if progress.feedback is None:
        return None
    return Place(_("Feedback page"), _path(progress.feedback.file, progress.lesson.folder))


def _section(part: PartProgress, progress: Progress) -> Section:
    by_id = {question.id: question for question in progress.questions}
    rows = tuple(_row(by_id[item]) for item in part.done if item in by_id)
    extras = _extras({item: done and item not in part.skipped for item, done in part.done.items() if item not in by_id})
    if len(progress.parts) == 1:
        return Section("", "", extras, rows)
    if part.left == part.minutes or _is_graded(progress):
        aside = _("{minutes} min.").format(minutes=number(part.minutes))
    elif part.left:
        aside = _("{left} of {minutes} min left.").format(left=number(part.left), minutes=number(part.minutes))
    else:
        aside = _("{minutes} min, done.").format(minutes=number(part.minutes))
    return Section(part.title, aside, extras, rows)


def _extras(given: dict[str, bool]) -> str:
    """Say which practice of a part is begun, and how many decisions are made: they earn nothing, so one line is enough."""
    practice = {item: is_given for item, is_given in given.items() if len(item.partition(".")[2]) == 1}
    decisions = [is_given for item, is_given in given.items() if item not in practice]
    said = []
    if practice:
        said.append(_("Practice: {items}.").format(items=", ".join(_item(*one) for one in practice.items())))
    if decisions:
        made, of = number(sum(decisions)), number(len(decisions))
        said.append(_("Decisions made: {made} of {of}.").format(made=made, of=of))
    return " ".join(said)


def _item(item: str, is_begun: bool) -> str:
    return (_("{item} begun") if is_begun else _("{item} open")).format(item=item)


def _row(question: QuestionProgress) -> Row:
    sign, state, tone = _marked(question.mark) if question.mark is not None else _standing(question.standing)
    return Row(question.id, question.title, sign, state, tone, tuple(filter(None, _notes(question))), _points(question))


def _standing(standing: Standing) -> tuple[str, str, str]:
    return {
        Standing.NOT_ATTEMPTED: ("○", _("Not attempted"), "calm"),
        Standing.PARTLY_FILLED_IN: ("◐", _("Partly filled in"), "care"),
        Standing.RECORDED: ("●", _("Recorded"), "done"),
        Standing.OF_ANOTHER_LENGTH: ("!", _("Not of the length asked"), "care"),
        Standing.UNREADABLE: ("!", _("Could not be read"), "care"),
    }[standing]


def _marked(mark: Mark) -> tuple[str, str, str]:
    if mark.is_by_hand or mark.state is None:  # then what our verdict was called would contradict the points
        words = _("Marked by your instructor") if mark.is_by_hand else _("Marked")
        return "✎", words, "done"
    sign, tone = SIGNS[mark.state]
    return sign, state_name(mark.state, waits=mark.waits), tone


def _notes(question: QuestionProgress) -> Iterator[str]:
    mark = question.mark
    if mark is None:
        yield from question.problem.splitlines()
        yield _given(question)
        return
    if mark.is_by_hand and mark.automatic is not None and mark.state is not State.NOT_JUDGED:
        yield _("The automatic mark was {points}.").format(points=number(mark.automatic))
    yield from mark.message
    if mark.is_by_hand:
        yield from _criteria(question, mark)
    if mark.comment:
        yield _("Your instructor writes: {comment}").format(comment=mark.comment)
    if question.changed:
        yield _("You have changed your answer since you handed in.")


def _criteria(question: QuestionProgress, mark: Mark) -> Iterator[str]:
    """Say what each criterion of a memo earned, and what the instructor writes of it."""
    titles = {criterion.id: criterion.title for criterion in question.criteria}
    for one in mark.criteria:
        told = _("{criterion}: {points} of {out_of}. Your instructor writes: {comment}")
        if not one.comment:
            told = _("{criterion}: {points} of {out_of}.")
        title, points, out_of = titles.get(one.id, one.id), number(one.points), number(one.out_of)
        yield told.format(criterion=title, points=points, out_of=out_of, comment=one.comment)


def _given(question: QuestionProgress) -> str:
    if question.standing is Standing.NOT_ATTEMPTED:
        return ""
    when = moment(question.saved)
    if not when:
        return _("By code.") if question.by == "code" else ""
    return (_("Saved {moment}, by code.") if question.by == "code" else _("Saved {moment}.")).format(moment=when)


def _points(question: QuestionProgress) -> str:
    mark = question.mark
    if mark is None or mark.points is None or mark.is_open:
        return number(question.points)
    out_of = question.points if mark.out_of is None else mark.out_of
    return _("{points} of {out_of}").format(points=number(mark.points), out_of=number(out_of))


def _lesson(other: OtherLesson, here: Path) -> LessonRow:
    outline = other.outline
    words = _("{lesson} · {title}").format(lesson=outline.id, title=outline.title)
    if other.points is not None and other.out_of is not None:
        points = _("{points} of {out_of}").format(points=number(other.points), out_of=number(other.out_of))
    else:
        points = number(outline.points)
    if other.folder is None:
        state = _("Not fetched, {minutes} min").format(minutes=number(outline.minutes))
        return LessonRow(Place(words), state, points, other.is_here)
    state = _("{recorded} of {all} recorded").format(recorded=number(other.recorded), all=number(other.questions))
    path = _path(other.folder / f"{outline.assignment}.ipynb", here)
    return LessonRow(Place(words, path), state, points, other.is_here)


def _path(file: Path, folder: Path) -> str:
    """Return the way from the lesson's folder to a file in it, or in the folder of another lesson."""
    folder, file = folder.resolve(), file.resolve()
    if file.is_relative_to(folder):
        return file.relative_to(folder).as_posix()
    return f"../{file.relative_to(folder.parent).as_posix()}" if file.is_relative_to(folder.parent) else ""
