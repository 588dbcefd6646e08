"""The learner's answer in words, and how it came: what stands beside the verdict in the graded notebook and the feedback.

Owns these sentences. It judges nothing, trusts nothing in an answer, and fails on none: what cannot be read is quoted, short.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from graders.answers import JSON, writable
from graders.forms import Form, Read, TextForm, in_words
from graders.forms.reading import says_nothing, shown
from graders.keys import Key
from graders.language import _, moment
from instructors.grading.counting import Given

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as people read it.

    Attributes
    ----------
    words
        The answer on one line; empty where there is none.
    lines
        Whole sentences: the answer, how it came, what the form held instead.
    passage
        The text itself, where the answer is one.
    form_held
        What the form held where code counted and said something else; empty otherwise.
    """

    words: str = ""
    lines: tuple[str, ...] = ()
    passage: str = ""
    form_held: str = ""


def told(key: Key | None, case: Any, given: Given | None) -> Told:
    """Return what is said of the answer that counted.

    Parameters
    ----------
    key, case
        Of this question, of this learner; None where there is none.
    given
        The answer that counted; None for none.
    """
    if given is None:
        return Told()
    try:
        form = key.expect(case).form if key is not None and case is not None else None
        return _told(form, case.picks if form is not None else None, given)
    except Exception:  # the key's fault or the case's; the answer is still shown to whoever has to look
        _log.exception("no words for an answer to question %s", key.question if key else "?")
        return _told(None, None, given)


def _told(form: Form | None, picks: Any, given: Given) -> Told:
    words = _worded(form, picks, given.answer)
    if not words:
        return Told()
    held = given.form_held
    differs = held is not None and _meant(form, picks, held.answer) != _meant(form, picks, given.answer)
    form_held = _worded(form, picks, held.answer) if held is not None and differs else ""
    lines = [_how_it_came(words, given)]
    if form_held:
        lines.append(form_held_line(form_held))
    return Told(words, tuple(lines), _passage(form, given.answer), form_held)


def form_held_line(words: str) -> str:
    """Return the sentence on another answer that the form held, where code counted."""
    line = _("The form held another answer: {answer}. The code counted, because it stands in the notebook.")
    return line.format(answer=words)


def _how_it_came(words: str, given: Given) -> str:
    when = moment(given.saved)
    if given.by == "form" and when:
        line = _("Your answer: {answer} (by form, saved {moment})")
    elif given.by == "form":
        line = _("Your answer: {answer} (by form)")
    elif given.cell is not None:
        line = _("Your answer: {answer} (by code in cell [{cell}])")
    elif when:
        line = _("Your answer: {answer} (by code, saved {moment})")
    else:
        line = _("Your answer: {answer} (by code)")
    return line.format(answer=words, moment=when, cell=given.cell)


def _worded(form: Form | None, picks: Any, answer: JSON) -> str:
    """Return an answer on one line: as it was read, or quoted where it could not be; empty when it says nothing."""
    if says_nothing(answer):
        return ""
    reading = form.read(answer, picks) if form is not None else None
    if isinstance(answer, dict) and "$refused" in answer:
        return _("[not shown: it is no data, or too much of it]")
    if form is None or isinstance(form, TextForm) or not isinstance(reading, Read):
        return shown(answer)
    return in_words(form, reading.value, picks)


def _passage(form: Form | None, answer: JSON) -> str:
    """Return a text whole, where its quotation on one line does not hold all of it."""
    if not isinstance(form, TextForm) or not isinstance(answer, str):
        return ""
    text = writable(answer.strip())
    return "" if text in shown(answer) else str(text)


def _meant(form: Form | None, picks: Any, answer: JSON) -> Any:
    reading = form.read(answer, picks) if form is not None else answer
    return reading.value if isinstance(reading, Read) else reading
