"""What a learner reads of an answer that was given: how it was understood, when it was saved, what counts.

Never whether it is right, except for practice that was checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graders.answerbook import Entry
from graders.answers import JSON
from graders.cards import Card, note_card, verdict_card
from graders.desk.items import Asked, Mode
from graders.forms import Malformed, NotAttempted, TextForm, field_messages, has_blanks, in_words
from graders.forms.reading import shown
from graders.language import _
from graders.verdict import State, Verdict

SKIPPED = {"$skipped": True}
_TONES = {
    State.RIGHT: "right",
    State.PARTLY_RIGHT: "partly",
    State.WRONG: "wrong",
    State.MALFORMED: "care",
    State.NOT_ATTEMPTED: "calm",
    State.NOT_JUDGED: "care",
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is said of an answer.

    Attributes
    ----------
    card
        For the notebook.
    tone
        One of right, partly, wrong, care, calm: for the form's own colours.
    fields
        What is the matter with a part, by its name.
    complete
        Whether every slot is filled in and can be read.
    """

    card: Card
    tone: str = "calm"
    fields: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False

    def status(self) -> dict[str, JSON]:
        """Return the receipt as the front end shows it."""
        fields = dict(self.fields)
        return {"tone": self.tone, "title": self.card.title, "lines": list(self.card.lines), "fields": fields}


def words_for(asked: Asked, answer: JSON, picks: Mapping[str, Any]) -> str:
    """Return an answer in words: as it was read, or quoted where it could not be."""
    if is_skipped(answer):
        return _("looked without deciding")
    reading = asked.form.read(answer, picks)
    if isinstance(reading, NotAttempted):
        return _("nothing")
    return shown(answer) if isinstance(reading, Malformed) else in_words(asked.form, reading.value, picks)


def is_skipped(answer: JSON) -> bool:
    """Tell whether a decision was left open on purpose."""
    return isinstance(answer, dict) and "$skipped" in answer


def receipt(
    asked: Asked, answer: JSON, picks: Mapping[str, Any], *, by_code: JSON = None, from_code: bool = False
) -> Receipt:
    """Return what is said of an answer that was just given.

    Parameters
    ----------
    asked
        The item.
    answer
        JSON data out of `graders.answers.plain`; None for none.
    picks
        The learner's.
    by_code
        What a `submit` in this notebook handed in: it counts over `answer`, and where it means another thing that is said.
    from_code
        Whether `answer` itself came from `submit`.
    """
    if is_skipped(answer):
        return Receipt(
            note_card(_("Looked without deciding"), [_("You may still decide, and run the next cell again.")])
        )
    reading = asked.form.read(answer, picks)
    if isinstance(reading, NotAttempted):
        told = _not_attempted(asked, from_code=from_code)
    elif isinstance(reading, Malformed):
        title = _("{item} · Could not be read").format(item=_name(asked))
        if isinstance(asked.form, TextForm) and isinstance(answer, str):
            title = _("{item} · Noted, but not of the length asked").format(item=_name(asked))
        card = note_card(title, reading.message.splitlines(), needs_care=True)
        told = Receipt(card, "care", field_messages(asked.form, answer, picks))
    else:
        told = _read(asked, answer, in_words(asked.form, reading.value, picks))
    if by_code is None or words_for(asked, by_code, picks) == words_for(asked, answer, picks):
        return told
    return _overruled(told, words_for(asked, by_code, picks))


def first_card(asked: Asked) -> Card:
    """Return what stands in place of a figure until an item is decided or answered: the figure would give it away."""
    if asked.mode is Mode.DECISION:
        title, lines = _("Decide first, then look"), [_("Fill in the form above, then run this cell again.")]
        lines.append(_("You may also choose there to look without deciding."))
    else:
        title, lines = _("Answer first, then look"), [_("Answer {item} above, then run this cell again.")]
        lines.append(_("Any answer will do: what comes here would give it away."))
    return note_card(title, [line.format(item=asked.item) for line in lines], needs_care=True)


def verdict_receipt(asked: Asked, verdict: Verdict, answer: JSON, picks: Mapping[str, Any]) -> Receipt:
    """Return what is said of a practice answer that was checked."""
    card = verdict_card(asked.item, verdict.state, verdict.message)
    return Receipt(card, _TONES[verdict.state], field_messages(asked.form, answer, picks))


def damaged(told: Receipt, problem: str) -> Receipt:
    """Return a receipt that also says that the answer book cannot be read."""
    if not problem:
        return told
    kept = _("Do not delete it: the next change puts it aside under another name, and begins a new one.")
    return _with_care(told, [problem, kept])


def put_aside(told: Receipt, name: str) -> Receipt:
    """Return a receipt that also says where a damaged answer book went."""
    if not name:
        return told
    line = _("The damaged file with your earlier answers is now {name}. Hand it in too, and tell your instructor.")
    return _with_care(told, [line.format(name=name)])


def _with_care(told: Receipt, lines: list[str]) -> Receipt:
    card = note_card(told.card.title, [*told.card.lines, *lines], needs_care=True)
    return Receipt(card, "care", told.fields, told.complete)


def saved_line(entry: Entry, moment: str) -> str:
    """Return when and how an answer was saved."""
    template = _("Saved {moment}, by code.") if entry.by == "code" else _("Saved {moment}.")
    return template.format(moment=moment)


def _name(asked: Asked) -> str:
    return _("Your decision") if asked.mode is Mode.DECISION else asked.item


def _not_attempted(asked: Asked, *, from_code: bool) -> Receipt:
    if asked.mode is Mode.DECISION:
        line = _("Fill it in, then run the next cell.") if asked.look else _("Fill it in: it is noted for you alone.")
        return Receipt(note_card(_("Not decided yet"), [line]))
    if from_code:
        line = _("Put your answer in place of the dots and run the cell again.")
    else:
        line = _("Fill it in: every change is saved at once.")
    return Receipt(note_card(_("{item} · Not attempted").format(item=asked.item), [line]))


def _read(asked: Asked, answer: JSON, words: str) -> Receipt:
    if asked.mode is Mode.DECISION:
        lines = [words, _("Run the next cell to look.")] if asked.look else [words]
        return Receipt(note_card(_("Noted"), lines), complete=not has_blanks(answer))
    if asked.mode is Mode.PRACTICE:
        return Receipt(note_card(_("{item} · Not checked yet").format(item=asked.item), [words]), complete=True)
    if has_blanks(answer):
        lines = [words, _("What is left empty earns nothing.")]
        title = _("{question} · Recorded, partly filled in").format(question=asked.item)
        return Receipt(note_card(title, lines, needs_care=True), "care")
    lines = [words, _("Its form is fine. Whether it is right is judged after you hand in.")]
    return Receipt(Card(_("{question} · Recorded").format(question=asked.item), tuple(lines)), complete=True)


def _overruled(told: Receipt, words: str) -> Receipt:
    """Return a receipt that also says what code hands in instead."""
    line = _(
        "A line of code in this notebook hands in {words}. It counts while it stands there; once it is gone, restart."
    ).format(words=words)
    card = note_card(told.card.title, [*told.card.lines[:1], line], needs_care=True)
    return Receipt(card, "care", told.fields, told.complete)
