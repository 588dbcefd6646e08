"""The learner's desk: `open_case`, `answer`, `submit`, `check`, `hint`, `decide`, `progress`, as a notebook calls them.

It knows forms, never keys: a graded answer is checked for its form only, and is kept beside the lesson at once. Nothing here
raises on what a learner types.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from graders import identity
from graders.answerbook import Entry, NotSavedError
from graders.answers import ANSWER_MIME, envelope, plain
from graders.cards import Card, note_card, verdict_card
from graders.decisions import Decided, named
from graders.desk.answering import (
    Told,
    form_or_card,
    keep,
    progress_card,
    question_form,
    submitted,
    trouble,
    unknown,
    with_saving,
)
from graders.desk.items import Asked, Mode, find_item
from graders.desk.page import ProgressCard
from graders.desk.receipts import first_card, is_skipped, receipt, words_for
from graders.desk.session import current, is_by_nbgrader, signed_in
from graders.desk.shown import Shown
from graders.errors import ClassError, SituError
from graders.forms import Read
from graders.language import _

__all__ = [
    "answer",
    "check",
    "converter",
    "decide",
    "decided",
    "hint",
    "open_case",
    "progress",
    "sign_in",
    "submit",
]

P = ParamSpec("P")


def open_case() -> Any:
    """Open this learner's case of this lesson.

    Returns
    -------
    The block's ``Case``: your own sample of the portfolio, the model under audit, the picks you are asked about.

    Raises
    ------
    SituError
        When the class's data file is missing, damaged or of another version, or nobody says who works here; the text says
        what to do.
    """
    session = current()
    session.close_case()
    return session.opened()


def sign_in(learner: str) -> Shown:
    """Tell this machine under which id the instructor knows you; the next `open_case` uses it."""
    current().close_case()
    try:
        known = identity.save_learner(learner)
    except SituError as error:
        return Shown(note_card(_("Not signed in"), [str(error)], needs_care=True))
    return Shown(note_card(_("You work here as {learner}.").format(learner=known)))


def converter() -> Told:
    """Show a converter between log-odds and PD in percent."""
    from graders.desk.conversion import shown_converter  # widgets are slow to import, and grading needs none

    return shown_converter()


def _told(do: Callable[P, Told]) -> Callable[P, Told]:
    """Turn what is wrong on our side into a card: a learner's cell never stops over it."""

    @wraps(do)
    def told(*args: P.args, **kwargs: P.kwargs) -> Told:
        try:
            return do(*args, **kwargs)
        except SituError as error:
            return trouble(_("{item} · This does not work yet"), args[0] if args else kwargs.get("item"), error)

    return told


def answer(question: str) -> Told:
    """Show the form of a graded question; every change in it is saved at once.

    Parameters
    ----------
    question
        Id of the question, such as ``"1.3"``.

    Raises
    ------
    ClassError
        When nbgrader grades without Situ: never on anything a learner does.
    """
    _refuse_unjudged_grading()
    shown, complete = question_form(current(), question)
    _tell_validate(str(shown), complete=complete)
    return shown


@_told
def check(item: str, answer: Any = ...) -> Told:
    """Check a practice answer at once.

    Parameters
    ----------
    item
        Id of the practice item, such as ``"1.a"``.
    answer
        Your answer; without one, the item's form is shown.
    """
    session = current()
    asked = find_item(session, item)
    if asked is None or asked.expectation is None:
        return unknown(item)
    if answer is ... and not is_by_nbgrader():
        return form_or_card(session, asked)
    given = plain(answer)
    problem = ""
    if not is_by_nbgrader():
        _entry, problem = _kept(asked, given)
    elif answer is ...:
        given = _saved_answer(asked)
    verdict = asked.expectation.judge(given, session.opened().picks)
    shown = Shown(verdict_card(item, verdict.state, "\n".join(filter(None, (verdict.message, problem)))))
    return shown if answer is ... else shown.at_once()


@_told
def hint(item: str, level: int | None = None) -> Told:
    """Show the next hint of a practice item, or a given level from 1 to 3; the third is a worked parallel case."""
    session = current()
    asked = find_item(session, item)
    if asked is None or asked.practice is None:
        return unknown(item)
    levels = len(asked.practice.hints)
    level = level if isinstance(level, int) else session.hints.get(item, 0) + 1
    level = min(max(level, 1), levels)
    session.hints[item] = level
    title = _("{item} · Hint {level} of {levels}").format(item=item, level=level, levels=levels)
    return Shown(note_card(title, asked.practice.hint(level, session.opened()).splitlines()))


@_told
def decide(item: str, answer: Any = ...) -> Told:
    """Show the form of a decision to make before looking; or note the decision given in code.

    Parameters
    ----------
    item
        Id of the decision, such as ``"1.client-c"``.
    answer
        Your decision; without one, the form is shown.
    """
    session = current()
    asked = find_item(session, item)
    if asked is None or asked.mode is not Mode.DECISION:
        return unknown(item)
    if answer is ...:
        return form_or_card(session, asked)
    given = plain(answer)
    entry, problem = (None, "") if is_by_nbgrader() else _kept(asked, given)
    card = receipt(asked, given, session.opened().picks, from_code=True).card
    lines = (*card.lines, problem) if problem else card.lines
    return Shown(with_saving(Card(card.title, lines, card.colour), entry))


def decided(item: str) -> Decided:
    """Return what was decided, or answered, for a figure to wait for, and to lay over what it shows.

    Parameters
    ----------
    item
        Id of the decision, such as ``"1.client-c"``; or of a practice item or question whose answer the figure would give away.

    Raises
    ------
    SituError
        When the lesson has no such item, or the case cannot be opened.
    """
    session = current()
    asked = find_item(session, item)
    if asked is None:
        raise ClassError(
            _("Expected a decision, a practice item or a question of this lesson, got {item}.").format(item=item)
        )
    prompt = Shown(first_card(asked))
    answer = session.code.get(item, _saved_answer(asked))
    picks = session.opened().picks
    reading = asked.form.read(answer, picks)
    if isinstance(reading, Read) and not is_skipped(answer):
        words = words_for(asked, answer, picks)
        return Decided(item, asked.title, True, False, named(asked.form, reading.value), words, prompt)
    looks_anyway = is_skipped(answer) or is_by_nbgrader()
    return Decided(item, asked.title, made=looks_anyway, skipped=looks_anyway, prompt=prompt)


def submit(question: str, answer: Any = ...) -> Shown:
    """Hand in the answer to a graded question by code: its form is checked now, it is judged after you hand in.

    It counts over what the question's form holds, as long as the line stands in the notebook.

    Parameters
    ----------
    question
        Id of the question, such as ``"1.3"``.
    answer
        Your answer; ``...`` stands for none yet.

    Raises
    ------
    ClassError
        When nbgrader grades without Situ: never on anything a learner types.
    """
    _refuse_unjudged_grading()
    data = envelope(question, answer, signed_in())
    card, complete = submitted(current(), question, data["answer"])
    _tell_validate(card.text, complete=complete)
    return Shown(card, {ANSWER_MIME: data}).at_once()


def progress() -> Shown | ProgressCard:
    """Show every question of the lesson with its state; it follows what is saved, and stands in ``progress.html`` too."""
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        return Shown(
            note_card(_("Your points stand beside each answer."), [_("The overview is in your own notebook.")])
        )
    try:
        return progress_card(current())
    except SituError as error:
        return Shown(note_card(_("No progress to show"), str(error).splitlines(), needs_care=True))


def _kept(asked: Asked, answer: Any) -> tuple[Entry | None, str]:
    """Save an answer given in code; return its entry, or why it could not be saved."""
    try:
        return keep(current(), asked, answer), ""
    except NotSavedError as error:
        return None, _("Not saved: {problem}").format(problem=error)


def _saved_answer(asked: Asked) -> Any:
    entry = current().book().read().entries.get(asked.item)
    return entry.answer if entry else None


def _tell_validate(text: str, *, complete: bool) -> None:
    """Tell nbgrader's Validate what is not done yet: it reads stderr as "not yet", and shows this text."""
    if not complete and os.environ.get("NBGRADER_EXECUTION") == "validate":
        print(text, file=sys.stderr)  # noqa: T201  # see above


def _refuse_unjudged_grading() -> None:
    """Stop where nbgrader grades without Situ's steps: it would take a receipt that merely appeared for full points."""
    if os.environ.get("NBGRADER_EXECUTION") == "autograde" and not os.environ.get("SITU_CASE"):
        raise ClassError(
            "Expected nbgrader to grade with this class's nbgrader_config.py, got its own steps alone. "
            "Mend the class's settings and grade again: no answer was judged."
        )
