"""The learner's desk: `open_case`, `check`, `hint`, `submit`, `progress`, as a notebook calls them.

Owns the session of one lesson in one kernel. It knows forms, never keys: a graded answer is checked for its form only and
leaves as JSON beside its receipt. Nothing here raises on what a learner types.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from graders import identity
from graders.answers import ANSWER_MIME, JSON, envelope, plain
from graders.cards import Card, note_card, verdict_card
from graders.cases import open_case_directory
from graders.content import load_module
from graders.delivery import SUFFIX, Delivery, unpack
from graders.errors import ClassError, DataError, SituError
from graders.forms import Malformed, NotAttempted, has_blanks, in_words
from graders.language import _, number
from graders.lesson import Lesson, find_lesson
from graders.practice import Practice, practice_of


@dataclass(slots=True)
class Shown:
    """Something a notebook displays: a card, and for a graded answer the data that is judged later."""

    card: Card
    data: dict[str, JSON] = field(default_factory=dict)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display({**self.data, "text/plain": self.card.text, "text/html": self.card.html}, raw=True)

    def __str__(self) -> str:
        return self.card.text


@dataclass(slots=True)
class _Session:
    case: Any = None
    lesson: Lesson | None = None
    hints: dict[str, int] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)

    def opened(self) -> Any:
        if self.case is None:
            self.case = _open()
        return self.case

    def known_lesson(self) -> Lesson:
        if self.lesson is None:
            self.lesson = find_lesson(Path.cwd())
        return self.lesson


_session = _Session()


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
    _session.case = None
    return _session.opened()


def sign_in(learner: str) -> Shown:
    """Tell this machine under which id the instructor knows you; the next `open_case` uses it."""
    _session.case = None
    try:
        known = identity.save_learner(learner)
    except SituError as error:
        return Shown(note_card(_("Not signed in"), [str(error)], needs_care=True))
    return Shown(note_card(_("You work here as {learner}.").format(learner=known)))


def check(item: str, answer: Any = ...) -> Shown:
    """Check a practice answer at once.

    Parameters
    ----------
    item
        Id of the practice item, such as ``"1.a"``.
    answer
        Your answer; ``...`` stands for none yet.
    """
    try:
        case = _session.opened()
        practice = _practice(case, item)
        if practice is None:
            return _unknown(item)
        verdict = practice.expect(case).judge(plain(answer), case.picks)
    except SituError as error:
        return Shown(note_card(_("{item} · Not checked").format(item=item), [str(error)], needs_care=True))
    _session.states[item] = str(verdict.state)
    return Shown(verdict_card(item, verdict.state, verdict.message))


def hint(item: str, level: int | None = None) -> Shown:
    """Show the next hint of a practice item, or a given level from 1 to 3; the third is a worked parallel case."""
    try:
        case = _session.opened()
        practice = _practice(case, item)
        if practice is None:
            return _unknown(item)
        level = _session.hints.get(item, 0) + 1 if level is None else level
        level = min(max(level, 1), len(practice.hints))
        _session.hints[item] = level
        text = practice.hint(level, case)
    except SituError as error:
        return Shown(note_card(_("{item} · No hint").format(item=item), [str(error)], needs_care=True))
    title = _("{item} · Hint {level} of {levels}").format(item=item, level=level, levels=len(practice.hints))
    return Shown(note_card(title, text.splitlines()))


def submit(question: str, answer: Any = ...) -> Shown:
    """Record the answer to a graded question: its form is checked now, it is judged after you hand in.

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
    data = envelope(question, answer, _signed_in())
    card, recorded = _receipt(question, data["answer"])
    if not recorded and os.environ.get("NBGRADER_EXECUTION") == "validate":
        print(card.text, file=sys.stderr)  # noqa: T201  # nbgrader's Validate reads stderr as "not yet", and shows this text
    return Shown(card, {ANSWER_MIME: data})


def progress() -> Shown:
    """Show every question of the lesson with its state in this session."""
    try:
        lesson = _session.known_lesson()
    except SituError as error:
        return Shown(note_card(_("No progress to show"), [str(error)], needs_care=True))
    lines = [
        _("{question} · {points} points · {state}").format(
            question=question.id,
            points=number(question.points),
            state=_session.states.get(question.id, _("not run yet")),
        )
        for question in lesson.questions.values()
    ]
    closing = _("Recorded answers are judged after you hand in, not before.")
    return Shown(note_card(_("Lesson {lesson}: your answers").format(lesson=lesson.id), [*lines, closing]))


def _receipt(question: str, answer: JSON) -> tuple[Card, bool]:
    try:
        asked = _session.known_lesson().questions.get(question)
        picks = _session.opened().picks
    except SituError as error:
        title = _("{question} · Recorded, form not checked").format(question=question)
        return note_card(title, [str(error)], needs_care=True), False
    if asked is None:
        return _unknown(question).card, False
    reading = asked.form.read(answer, picks)
    if isinstance(reading, NotAttempted):
        _session.states[question] = _("not attempted")
        lines = [_("Replace the dots in the cell above with your answer and run both cells.")]
        return note_card(_("{question} · Not attempted").format(question=question), lines), False
    if isinstance(reading, Malformed):
        _session.states[question] = _("could not be read")
        return note_card(
            _("{question} · Could not be read").format(question=question), [reading.message], needs_care=True
        ), False
    in_learners_words = in_words(asked.form, reading.value, picks)
    if has_blanks(answer):
        _session.states[question] = _("partly filled in")
        lines = [in_learners_words, _("Some dots are still there: they earn nothing.")]
        return note_card(
            _("{question} · Recorded, partly filled in").format(question=question), lines, needs_care=True
        ), False
    _session.states[question] = _("recorded")
    lines = [in_learners_words, _("Its form is fine. Whether it is right is judged after you hand in.")]
    return Card(_("{question} · Recorded").format(question=question), tuple(lines)), True


def _refuse_unjudged_grading() -> None:
    """Stop where nbgrader grades without Situ's steps: it would take a receipt that merely appeared for full points."""
    if os.environ.get("NBGRADER_EXECUTION") == "autograde" and not os.environ.get("SITU_CASE"):
        raise ClassError(
            "Expected nbgrader to grade with this class's nbgrader_config.py, got its own steps alone. "
            "Mend the class's settings and grade again: no answer was judged."
        )


def _signed_in() -> str | None:
    try:
        return identity.known_learner()
    except SituError:
        return None


def _unknown(item: str) -> Shown:
    lines = [_("This lesson has no such item. Put the id back as it was, or fetch the lesson again.")]
    return Shown(note_card(_("{item} · Unknown").format(item=str(item)[:40]), lines, needs_care=True))


def _practice(case: Any, item: str) -> Practice | None:
    return practice_of(load_module(case.directory / "practice.py")).get(item)


def _open() -> Any:
    handed_in = os.environ.get("SITU_CASE")
    if handed_in:
        return open_case_directory(Path(handed_in))
    lesson = _session.known_lesson()
    who = identity.learner()
    cache = Path(platformdirs.user_cache_dir("situ"))
    delivery = _delivery(lesson, cache / "deliveries")
    return delivery.case(who, cache / "cases")


def _delivery(lesson: Lesson, cache: Path) -> Delivery:
    seen = []
    for file in _candidates(lesson):
        delivery = unpack(file, cache)
        if delivery.label.class_id == lesson.class_id and delivery.label.fingerprint == lesson.fingerprint:
            return delivery
        seen.append(file.name)
    if seen:
        raise DataError(
            _(
                "Expected the data of class {wanted}, got another version ({got}). Copy the file again, beside the lesson."
            ).format(wanted=lesson.class_id, got=", ".join(seen))
        )
    raise DataError(
        _(
            "Expected the file {wanted} beside the lesson folder, found none. Copy it there from your instructor's share."
        ).format(wanted=lesson.class_id + SUFFIX)
    )


def _candidates(lesson: Lesson) -> list[Path]:
    """List the delivery files that may be this class's, nearest first."""
    name = lesson.class_id + SUFFIX
    here = lesson.folder.resolve()
    places = [Path(os.environ["SITU_DATA"])] if os.environ.get("SITU_DATA") else []
    places += [here, here.parent, here.parent.parent]
    places += [Path(place) for place in lesson.shared_places]
    files = [place if place.is_file() else place / name for place in places]
    return [file for file in dict.fromkeys(files) if file.is_file()]
