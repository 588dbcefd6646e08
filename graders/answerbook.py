"""The learner's answers on disk: ``answers.json`` beside the lesson, written at each change, read as data in grading.

Owns that file's shape, its writing (whole or not at all, one writer at a time) and its two readings: the learner's, which puts
a damaged file aside and goes on, and grading's, which trusts nothing in it. It knows no form and judges nothing.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, FileLock, SoftFileLock, Timeout

from graders.answers import JSON, plain
from graders.errors import LearnerError
from graders.files import regular_bytes, replacing
from graders.forms.reading import says_nothing
from graders.language import _

NAME = "answers.json"
FORMAT = 1
MAX_BYTES = 4 * 1024**2
MAX_ITEMS = 500
EARLIER_KEPT = 9
SAME_SITTING = timedelta(seconds=60)  # changes closer than this are one answer being typed
_ITEM = re.compile(r"[1-9][0-9]{0,3}\.[a-z0-9-]{1,40}")
_PATIENCE = 5  # seconds for another window's writing
_DAMAGE = (ValueError, KeyError, TypeError, AttributeError, RecursionError, MemoryError)
_NO_LOCKS = {errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK}


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer as it was saved once: what, how it was given (``form`` or ``code``), and when (ISO 8601, UTC)."""

    answer: JSON
    by: str
    saved: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What the book holds of one item.

    Attributes
    ----------
    answer, by, saved
        The last answer, how it was given (``form`` or ``code``) and when (ISO 8601, UTC).
    revision
        Counts the book's savings; who saves says on which one the change was based.
    learner
        On whose sample it was worked out.
    words
        The answer as the learner reads it; for human readers of the file, never read back by grading.
    earlier
        Up to nine answers that were replaced, newest first.
    """

    answer: JSON
    by: str
    saved: str
    revision: int = 0
    learner: str | None = None
    words: str = ""
    earlier: tuple[Saved, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """All entries by item, and why the file could not be read, where it could not."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    revision: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """The result of a saving.

    Attributes
    ----------
    entry
        As it stands now.
    unseen
        The answer of another window that it replaced without its writer having seen it, if any.
    put_aside
        Name of the file in which a damaged book was put aside; empty when there was none.
    """

    entry: Entry
    unseen: Saved | None = None
    put_aside: str = ""


class NotSavedError(LearnerError):
    """The change could not be written; what was saved before still stands."""


def read_book(file: Path) -> Book:
    """Read an answer book, trusting nothing: in grading it is a stranger's file.

    Parameters
    ----------
    file
        Where it may be.

    Returns
    -------
    The book; empty where there is no file, with a problem where there is one that is none. Never raises.
    """
    try:
        return _loaded(file)
    except OSError as error:
        return Book(problem=_("{name} could not be read: {reason}.").format(name=NAME, reason=error.strerror))
    except _DAMAGE:
        return Book(problem=_("{name} is damaged and could not be read.").format(name=NAME))


@dataclass(frozen=True, slots=True)
class AnswerBook:
    """The answer book of one lesson folder, as the learner's side writes it."""

    folder: Path

    @property
    def file(self) -> Path:
        """Where it stands."""
        return self.folder / NAME

    def read(self) -> Book:
        """Return what is saved now."""
        return read_book(self.file)

    def save(
        self,
        item: str,
        answer: JSON,
        *,
        by: str,
        learner: str | None = None,
        words: str = "",
        base: int | None = None,
        fresh: bool = False,
    ) -> Kept:
        """Save the answer to one item; the other items stay as another window may have saved them meanwhile.

        Parameters
        ----------
        item
            Id of a question, a practice item or a decision.
        answer
            JSON data out of `graders.answers.plain`.
        by
            ``form`` or ``code``.
        learner
            Who works here.
        words
            The answer in words.
        base
            Revision of the entry on which the change was based; None when the saver does not know.
        fresh
            Whether it replaces the earlier answer as a whole, and does not go on from it: then that one is always kept.

        Raises
        ------
        NotSavedError
            When the answer is too large, or the disk, a right or another program stands in the way. The earlier file is untouched.
        """
        if isinstance(answer, dict) and "$refused" in answer:
            raise NotSavedError(_("It is too large to be saved, or no answer at all."))
        try:
            with self._alone():
                book, put_aside = self._read_or_put_aside()
                kept = _next(
                    book, item, Entry(answer, by, _now(), book.revision + 1, learner, words), base, fresh=fresh
                )
                if kept.entry != book.entries.get(item):
                    self._write({**book.entries, item: kept.entry}, kept.entry.revision)
                return replace(kept, put_aside=put_aside)
        except Timeout as error:
            raise NotSavedError(_("Another program holds {name}.").format(name=NAME)) from error
        except OSError as error:
            raise NotSavedError(_why(error)) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the book against other windows; on a file system that knows no locks, by the presence of a file."""
        path = self.folder / f".{NAME}.lock"
        lock: BaseFileLock = FileLock(path, timeout=_PATIENCE)
        try:
            lock.acquire()
        except OSError as error:
            if isinstance(error, Timeout) or error.errno not in _NO_LOCKS:
                raise
            lock = SoftFileLock(path.with_suffix(".held"), timeout=_PATIENCE)
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def _read_or_put_aside(self) -> tuple[Book, str]:
        """Read what is there; a damaged file is kept under another name, which is returned too, so that nothing is lost."""
        try:
            return _loaded(self.file), ""
        except _DAMAGE:
            stamp = datetime.now().strftime("%Y%m%d-%H%M%S-%f")
            aside = self.file.with_name(f"answers-unreadable-{stamp}.json")
            self.file.rename(aside)
            return Book(), aside.name

    def _write(self, entries: Mapping[str, Entry], revision: int) -> None:
        data = {
            "format": FORMAT,
            "revision": revision,
            "answers": {item: asdict(entry) for item, entry in sorted(entries.items(), key=_in_order)},
        }
        text = json.dumps(data, indent=1, ensure_ascii=False)
        if len(text.encode("utf-8", "replace")) > MAX_BYTES:  # too large to be read again: the past goes first
            kept = {item: asdict(replace(entry, earlier=())) for item, entry in entries.items()}
            text = json.dumps({**data, "answers": kept}, indent=1, ensure_ascii=False)
        with replacing(self.file) as new, new.open("w", encoding="utf-8", errors="replace") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(stream.fileno())


def _next(book: Book, item: str, new: Entry, base: int | None, *, fresh: bool) -> Kept:
    """Return the new entry with its past, and what it replaces without its writer having seen it."""
    old = book.entries.get(item)
    if old is None:
        return Kept(new)
    if (old.answer, old.by) == (new.answer, new.by):
        return Kept(replace(old, learner=new.learner, words=new.words))  # given at the moment it was first given
    past, replaced = old.earlier, Saved(old.answer, old.by, old.saved)
    unseen = replaced if base is not None and base < old.revision and old.answer != new.answer else None
    replaces = fresh or unseen is not None or old.by != new.by or says_nothing(new.answer)
    if (replaces or _age(old.saved) > SAME_SITTING) and old.answer != new.answer and not says_nothing(old.answer):
        past = (replaced, *past)[:EARLIER_KEPT]
    return Kept(replace(new, earlier=past), unseen)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _age(moment: str) -> timedelta:
    try:
        return datetime.now(UTC) - datetime.fromisoformat(moment)
    except (ValueError, TypeError):  # a date somebody typed, or one without its zone
        return timedelta.max


def _in_order(pair: tuple[str, Entry]) -> tuple[int, int, str]:
    lesson, _dot, rest = pair[0].partition(".")
    return int(lesson), int(rest) if rest.isdigit() else 0, rest


def _why(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("The disk is full.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _("This folder may not be written to.")
    return _("The folder cannot be written to ({reason}).").format(reason=error.strerror or type(error).__name__)


def _loaded(file: Path) -> Book:
    """Read a book; an OSError is the machine's, one of `_DAMAGE` the file's own. No file is an empty book."""
    try:
        content = regular_bytes(file, MAX_BYTES)
    except FileNotFoundError:
        return Book()
    return _parsed(json.loads(content.decode("utf-8-sig"), parse_constant=lambda text: {"$number": text.lower()}))


def _parsed(data: Any) -> Book:
    if data["format"] != FORMAT or len(data["answers"]) > MAX_ITEMS:
        raise ValueError(f"format {data['format']!r}")
    entries = {item: _entry(raw) for item, raw in data["answers"].items() if _ITEM.fullmatch(item)}
    return Book(entries, _count(data.get("revision")))


def _entry(raw: Mapping[str, Any]) -> Entry:
    earlier = raw.get("earlier")
    return Entry(
        answer=plain(raw["answer"]),
        by="code" if raw.get("by") == "code" else "form",
        saved=_moment(raw.get("saved")),
        revision=_count(raw.get("revision")),
        learner=_short(raw.get("learner")) or None,
        words=_short(raw.get("words"), 1000),
        earlier=tuple(
            Saved(plain(past.get("answer")), "code" if past.get("by") == "code" else "form", _moment(past.get("saved")))
            for past in (earlier if isinstance(earlier, list) else [])[:EARLIER_KEPT]
            if isinstance(past, dict)
        ),
    )


def _count(raw: Any) -> int:
    return raw if type(raw) is int and 0 <= raw < 2**53 else 0


def _moment(raw: Any) -> str:
    """Return a date as it was written, empty when it is none."""
    try:
        return datetime.fromisoformat(raw).isoformat(timespec="seconds") if isinstance(raw, str) else ""
    except ValueError:
        return ""


def _short(raw: Any, longest: int = 100) -> str:
    text = raw[:longest] if isinstance(raw, str) else ""
    return text.encode("utf-8", "replace").decode("utf-8")
