"""What stands behind the desk's calls: an item's form or card, an answer by code and its receipt, the saving, who is told.

Owns the way of an answer on the learner's side. Of a graded question it knows the form alone.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from graders.answerbook import Entry, NotSavedError
from graders.answers import ANSWER_MIME, JSON, envelope
from graders.cards import Card, note_card
from graders.desk.gathering import read_progress
from graders.desk.items import Asked, Mode, find_item
from graders.desk.page import ProgressCard, write_page
from graders.desk.receipts import Receipt, damaged, receipt, saved_line, words_for
from graders.desk.session import Session, is_by_nbgrader, signed_in
from graders.desk.shown import Shown, ShownForm
from graders.desk.standing import Progress
from graders.errors import SituError
from graders.forms.reading import says_nothing
from graders.language import _, moment

Told = Shown | ShownForm

_log = logging.getLogger(__name__)


def form_or_card(session: Session, asked: Asked) -> Told:
    """Return the form of an item with what is saved in it; its card alone where nobody is there to fill it in."""
    return _form_and_receipt(session, asked)[0]


def _form_and_receipt(session: Session, asked: Asked) -> tuple[Told, Receipt]:
    book = session.book().read()
    entry = book.entries.get(asked.item)
    said = standing(session, asked, entry)
    card = with_saving(damaged(said, book.problem).card, entry)
    if is_by_nbgrader():
        return Shown(card), said

    def show(paper: Card) -> bool:
        from graders.desk.form_widget import FormWidget  # widgets are slow to import, and grading needs none
        from graders.desk.paper import displayed

        form = FormWidget(session, asked, session.opened().picks)
        return displayed(form, paper, asked.item, _on_paper(asked, entry))

    _follow(session)
    return ShownForm(card, show), said


def standing(session: Session, asked: Asked, entry: Entry | None) -> Receipt:
    """Return what is said of the answer that counts: code's, where this notebook has submitted one, else the saved one."""
    picks = session.opened().picks
    if asked.item in session.code:
        return receipt(asked, session.code[asked.item], picks, from_code=True)
    return receipt(asked, entry.answer if entry else None, picks)


def question_form(session: Session, question: str) -> tuple[Told, bool]:
    """Return the form of a graded question, and whether its answer is complete; never raises on our own faults."""
    try:
        asked = find_item(session, question)
        if asked is None or asked.mode is not Mode.QUESTION:
            return unknown(question), False
        form, said = _form_and_receipt(session, asked)
        return form, said.complete
    except SituError as error:
        return trouble(_("{item} · The form cannot be shown yet"), question, error), False


def submitted(session: Session, question: str, answer: JSON) -> tuple[Card, bool]:
    """Keep an answer that code hands in; return its receipt, and whether it is complete."""
    try:
        asked = find_item(session, question)
        picks = session.opened().picks
    except SituError as error:
        return trouble(_("{item} · Recorded, form not checked"), question, error).card, False
    if asked is None or asked.mode is not Mode.QUESTION:
        return unknown(question).card, False
    said = receipt(asked, answer, picks, from_code=True)
    held = session.book().read().entries.get(question)
    lines = list(said.card.lines)
    if says_nothing(answer):  # dots that still stand hide no answer
        if question in session.code:
            words = words_for(asked, session.code[question], picks)
            lines.append(
                _("An earlier line of code handed in {words}. It counts while it stands there.").format(words=words)
            )
        return Card(said.card.title, tuple(lines), said.card.colour), False
    session.code[question] = answer
    form_differs = held is not None and held.by == "form" and _differ(asked, held.answer, answer, picks)
    if held is not None and form_differs:
        words = words_for(asked, held.answer, picks)
        lines.append(_("The form holds another answer: {words}. This line of code counts.").format(words=words))
        session.tell(question)  # the book keeps what the form holds, for when the line is taken out
        return Card(
            said.card.title, tuple(lines), said.card.colour
        ), said.complete and not is_by_nbgrader()  # Validate tells
    if not is_by_nbgrader():
        try:
            keep(session, asked, answer)
        except NotSavedError as error:
            lines.append(_("The copy beside the lesson could not be saved: {problem}").format(problem=error))
    return Card(said.card.title, tuple(lines), said.card.colour), said.complete


def _differ(asked: Asked, one: JSON, other: JSON, picks: Mapping[str, Any]) -> bool:
    """Tell whether two answers mean different things to a reader; one that says nothing differs from none."""
    return not says_nothing(one) and words_for(asked, one, picks) != words_for(asked, other, picks)


def keep(session: Session, asked: Asked, answer: JSON) -> Entry:
    """Save an answer given in code, and tell who shows it.

    Raises
    ------
    NotSavedError
        When it could not be written.
    """
    _follow(session)
    words = words_for(asked, answer, session.opened().picks)
    kept = session.book().save(asked.item, answer, by="code", learner=signed_in(), words=words)
    session.tell(asked.item)
    return kept.entry


def progress_card(session: Session) -> ProgressCard:
    """Return the lesson's progress, which follows what is saved from now on.

    Raises
    ------
    SituError
        When there is no lesson.
    """
    session.known_lesson()
    card = ProgressCard(lambda: _progress(session))
    if not is_by_nbgrader():
        _follow(session)
        write_page(session.known_lesson().folder, _progress(session))
        session.overview = card
    return card


def with_saving(card: Card, entry: Entry | None) -> Card:
    """Return a card that also says when its answer was saved."""
    return Card(card.title, (*card.lines, saved_line(entry, moment(entry.saved))), card.colour) if entry else card


def unknown(item: str) -> Shown:
    """Return what is said of an item that the lesson does not have."""
    lines = [_("This lesson has no such item. Put the id back as it was, or fetch the lesson again.")]
    return Shown(note_card(_("{item} · Unknown").format(item=str(item)[:40]), lines, needs_care=True))


def trouble(title: str, item: object, error: SituError) -> Shown:
    """Return what is said where we cannot go on; `title` holds ``{item}``."""
    return Shown(note_card(title.format(item=str(item)[:40]), str(error).splitlines(), needs_care=True))


def _follow(session: Session) -> None:
    """Have progress shown anew after each saving: beside the notebook, and in it."""
    if session.listener is None:
        session.listener = lambda: _show_progress(session)


def _show_progress(session: Session) -> None:
    try:
        found = _progress(session)
        write_page(found.lesson.folder, found)
        if session.overview is not None:
            session.overview.refresh()
    except Exception:  # the answer is saved: a page that cannot be shown stops nobody's work
        _log.exception("progress of lesson %s", session.known_lesson().id)


def _progress(session: Session) -> Progress:
    picks = session.case.picks if session.case is not None else None
    return read_progress(session.known_lesson(), picks, signed_in(), session.code)


def _on_paper(asked: Asked, entry: Entry | None) -> dict[str, JSON]:
    """Return the saved answer to a question as the notebook keeps it: what grading falls back on without the book."""
    if entry is None or asked.mode is not Mode.QUESTION:
        return {}
    return {ANSWER_MIME: {**envelope(asked.item, entry.answer, entry.learner), "by": entry.by, "saved": entry.saved}}
