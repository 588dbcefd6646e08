"""The session of one lesson in one kernel: the case, the lesson's folder, what code has submitted, which forms are shown.

Owns finding the class's data and opening the case. It shows nothing and judges nothing.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import platformdirs

from graders import identity
from graders.answerbook import AnswerBook
from graders.answers import JSON
from graders.cases import open_case_directory
from graders.delivery import SUFFIX, Delivery, unpack
from graders.errors import DataError, SituError
from graders.language import _
from graders.lesson import Lesson, find_lesson

MOST_FORMS = 4  # of one item, as many as somebody may look at


class Overview(Protocol):
    """Something that shows what is saved."""

    def refresh(self) -> None:
        """Show what is saved now."""


class Form(Overview, Protocol):
    """A form that is shown."""

    def close(self) -> None:
        """Show nothing more."""


@dataclass(slots=True)
class Session:
    """What is known and shown so far.

    Attributes
    ----------
    case, lesson
        Opened when first asked for.
    hints
        How many hints of each practice item were shown.
    code
        What `submit` handed in while this kernel runs, by question: it counts over the form.
    forms
        The forms that are shown, by item; a cell that is run again adds one, and the oldest are closed.
    listener
        Whom else to tell when anything was saved.
    overview
        The progress that is shown in the notebook.
    """

    case: Any = None
    lesson: Lesson | None = None
    hints: dict[str, int] = field(default_factory=dict)
    code: dict[str, JSON] = field(default_factory=dict)
    forms: dict[str, list[Form]] = field(default_factory=lambda: defaultdict(list))
    listener: Callable[[], None] | None = None
    overview: Overview | None = None

    def opened(self) -> Any:
        """Return the case."""
        if self.case is None:
            self.case = _open(self)
        return self.case

    def close_case(self) -> None:
        """Forget case and lesson, so that they are opened afresh; forms that are shown and what code submitted stay."""
        self.case = self.lesson = None

    def known_lesson(self) -> Lesson:
        """Return the lesson of the folder in which the kernel started."""
        if self.lesson is None:
            self.lesson = find_lesson(Path.cwd())
        return self.lesson

    def book(self) -> AnswerBook:
        """Return the lesson's answer book."""
        return AnswerBook(self.known_lesson().folder)

    def show(self, item: str, form: Form) -> None:
        """Remember a form that is shown."""
        shown = self.forms[item]
        shown.append(form)
        while len(shown) > MOST_FORMS:
            shown.pop(0).close()

    def tell(self, item: str, source: Form | None = None) -> None:
        """Tell all who show an item that it changed, except the form the change came from."""
        for form in self.forms[item]:
            if form is not source:
                form.refresh()
        if self.listener is not None:
            self.listener()


_current = Session()


def current() -> Session:
    """Return this kernel's session."""
    return _current


def renew() -> Session:
    """Begin a new session: nothing opened, nothing shown."""
    global _current
    _current = Session()
    return _current


def signed_in() -> str | None:
    """Return who works here, None when nobody has said."""
    try:
        return identity.known_learner()
    except SituError:
        return None


def is_by_nbgrader() -> bool:
    """Tell whether nbgrader runs this notebook, to grade or to validate it; then nobody is there to fill in a form."""
    return bool(os.environ.get("NBGRADER_EXECUTION"))


def _open(session: Session) -> Any:
    handed_in = os.environ.get("SITU_CASE")
    if handed_in:
        return open_case_directory(Path(handed_in))
    lesson = session.known_lesson()
    who = identity.learner()
    cache = Path(platformdirs.user_cache_dir("situ"))
    delivery = _delivery(lesson, cache / "deliveries")
    return delivery.case(who, lesson.id, cache / "cases")


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
