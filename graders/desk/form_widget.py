"""The form of one item as a widget: shows what is saved, saves each change at once, checks practice, and says what happened.

Owns the messages between the front end (``form.js``) and the answer book. It never raises at a learner: what goes wrong is told in
the form, and what was saved before still stands.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from graders.answerbook import Entry, Kept, NotSavedError
from graders.answers import JSON, plain
from graders.desk.items import Asked, Mode
from graders.desk.mine import fitting_results
from graders.desk.receipts import SKIPPED, Receipt, damaged, put_aside, receipt, verdict_receipt, words_for
from graders.desk.session import Session, signed_in
from graders.desk.texts import form_texts
from graders.errors import SituError
from graders.forms import drawn, fitted
from graders.language import _, moment
from graders.practice import HINT_LEVELS

_log = logging.getLogger(__name__)
_HERE = Path(__file__).parent
_saving = threading.RLock()  # JupyterLab may hand messages of several forms to several threads of the kernel

Reply = dict[str, JSON]


class FormWidget(anywidget.AnyWidget):
    """One item's form.

    Parameters
    ----------
    session
        Of this kernel.
    asked
        The item.
    picks
        The learner's picks.
    """

    _esm = _HERE / "form.js"
    _css = _HERE / "form.css"
    item = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    mode = traitlets.Unicode().tag(sync=True)
    form = traitlets.Dict().tag(sync=True)
    texts = traitlets.Dict().tag(sync=True)
    place = traitlets.Unicode().tag(sync=True)
    entry = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    status = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    hints = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)

    def __init__(self, session: Session, asked: Asked, picks: Mapping[str, Any]) -> None:
        self._session, self._asked, self._picks = session, asked, picks
        self._book = session.book()
        lesson = session.known_lesson()
        self._said: Receipt | None = None
        book = self._book.read()
        entry = book.entries.get(asked.item)
        super().__init__(
            item=asked.item,
            title=asked.title,
            mode=str(asked.mode),
            form=drawn(asked.form, picks),
            texts=form_texts() | ({} if asked.look else {"look_anyway": ""}),
            place=f"situ:{lesson.class_id}:{signed_in() or ''}:{asked.item}",
            entry=self._shown(entry),
            hints=self._hints() if asked.mode is Mode.PRACTICE else None,
        )
        self.status = damaged(self.said(entry), book.problem).status()
        self.on_msg(self._answer_message)
        session.show(asked.item, self)

    def said(self, entry: Entry | None) -> Receipt:
        """Return what is said of the saved answer."""
        answer = entry.answer if entry else None
        by_code = self._session.code.get(self._asked.item)
        return receipt(self._asked, answer, self._picks, by_code=by_code)

    def refresh(self) -> None:
        """Show what is saved now, in every view."""
        entry = self._book.read().entries.get(self._asked.item)
        self.entry = self._shown(entry)  # type: ignore[assignment]  # None is allowed, says the trait
        self.status = self.said(entry).status()
        self.send({"op": "changed", "entry": self.entry, "status": self.status})

    def _answer_message(self, _widget: object, content: Any, _buffers: object) -> None:
        ops: dict[str, Callable[[Mapping[str, JSON]], Reply]] = {
            "save": self._save,
            "check": self._check,
            "skip": self._skip,
            "hint": self._hint,
            "mine": self._mine,
            "refresh": self._refreshed,
        }
        message = content if isinstance(content, dict) else {}
        act = ops.get(str(message.get("op")))
        if act is None:
            return
        try:
            with _saving:
                reply = act(message)
        except NotSavedError as error:
            reply = {"op": "saved", "ok": False, "status": self._not_saved(str(error))}
        except SituError as error:
            reply = {"op": "failed", "status": _care(_("This did not work"), str(error))}
        except Exception as error:  # whatever it is, the learner must hear of it: the form cannot show a traceback
            _log.exception("form of %s", self._asked.item)
            text = _("{error}\nWhat was saved before still stands. Run this cell again.")
            reply = {"op": "failed", "status": _care(_("This did not work"), text.format(error=repr(error)[:200]))}
        self.send({**reply, "seq": message.get("seq")})
        if "entry" in reply and reply["op"] != "refreshed":
            self._session.tell(self._asked.item, source=self)  # after the reply: nobody waits for the others

    def _save(self, message: Mapping[str, JSON]) -> Reply:
        kept = self._kept(message)
        self.status = put_aside(self.said(kept.entry), kept.put_aside).status()
        return {"op": "saved", "ok": True, "entry": self.entry, "status": self.status, "unseen": self._unseen(kept)}

    def _check(self, message: Mapping[str, JSON]) -> Reply:
        answer = plain(message.get("answer"))
        if self._asked.expectation is None:
            return self._save(message)
        verdict = self._asked.expectation.judge(answer, self._picks)
        self.status = verdict_receipt(self._asked, verdict, answer, self._picks).status()
        reply: Reply = {"op": "checked", "ok": True, "status": self.status}
        try:
            kept = self._kept(message)
        except NotSavedError as error:  # the verdict is there all the same
            self.status = {**self.status, "lines": [*self.status["lines"], _not_saved(str(error))]}
            return {**reply, "ok": False, "status": self.status}
        return {**reply, "entry": self.entry, "unseen": self._unseen(kept)}

    def _skip(self, message: Mapping[str, JSON]) -> Reply:
        return self._save({**message, "answer": SKIPPED, "fresh": True})

    def _hint(self, message: Mapping[str, JSON]) -> Reply:
        item, shown = self._asked.item, self._session.hints.get(self._asked.item, 0)
        self._session.hints[item] = min(shown + 1, HINT_LEVELS)
        self.hints = self._hints()
        return {"op": "hint", "hints": self.hints}

    def _mine(self, message: Mapping[str, JSON]) -> Reply:
        part = message.get("part")
        return {"op": "mine", "part": part, "found": fitting_results(self._asked.form, self._picks, part)}

    def _refreshed(self, message: Mapping[str, JSON]) -> Reply:
        entry = self._book.read().entries.get(self._asked.item)
        if entry is not None and entry.revision != message.get("base"):
            self.entry = self._shown(entry)  # type: ignore[assignment]  # as above
            self.status = self.said(entry).status()
        return {"op": "refreshed", "entry": self.entry, "status": self.status}

    def _kept(self, message: Mapping[str, JSON]) -> Kept:
        answer, base, fresh = plain(message.get("answer")), message.get("base"), bool(message.get("fresh"))
        words = words_for(self._asked, answer, self._picks)
        known, who = base if isinstance(base, int) else None, signed_in()
        kept = self._book.save(self._asked.item, answer, by="form", learner=who, words=words, base=known, fresh=fresh)
        self.entry = self._shown(kept.entry)  # type: ignore[assignment]  # None is allowed, says the trait
        return kept

    def _shown(self, entry: Entry | None) -> Reply | None:
        if entry is None:
            return None
        return {
            "answer": self._as_fields(entry.answer, entry.by),
            "by": entry.by,
            "saved": moment(entry.saved),
            "at": entry.saved,
            "revision": entry.revision,
            "earlier": [
                {
                    "answer": self._as_fields(past.answer, past.by),
                    "words": words_for(self._asked, past.answer, self._picks),
                    "saved": moment(past.saved),
                    "by": past.by,
                }
                for past in entry.earlier
            ],
        }

    def _as_fields(self, answer: JSON, by: str) -> JSON:
        """Return an answer as the fields hold it: the form's own as it was typed, code's in the form's shape."""
        return answer if by == "form" else fitted(self._asked.form, answer, self._picks)

    def _unseen(self, kept: Kept) -> Reply | None:
        if kept.unseen is None:
            return None
        words = words_for(self._asked, kept.unseen.answer, self._picks)
        return {"words": words, "saved": moment(kept.unseen.saved)}

    def _hints(self) -> Reply:
        practice, case = self._asked.practice, self._session.opened()
        assert practice is not None  # only practice has hints
        given = self._session.hints.get(self._asked.item, 0)
        title = _("Hint {level} of {levels}")
        shown = [
            {"title": title.format(level=level, levels=HINT_LEVELS), "lines": practice.hint(level, case).splitlines()}
            for level in range(1, given + 1)
        ]
        return {"of": HINT_LEVELS, "shown": shown}

    def _not_saved(self, problem: str) -> Reply:
        lines = [problem]
        if self.entry:
            lines.append(_("The answer saved {moment} still stands.").format(moment=self.entry["saved"]))
        lines.append(_("What you typed is still on this page: change this, then press Save again."))
        return _care(_("{item} · Not saved").format(item=self._asked.item), *lines)


def _not_saved(problem: str) -> str:
    return _("Not saved: {problem}").format(problem=problem)


def _care(title: str, *lines: str) -> Reply:
    return {
        "tone": "care",
        "title": title,
        "lines": [line for text in lines for line in text.splitlines()],
        "fields": {},
    }
