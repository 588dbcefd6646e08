"""What nbgrader left of a lesson in the learner's folders: the last hand-in, and the feedback that was fetched.

Owns where nbgrader 0.9 puts both; `graders.feedback_page` reads the page itself. It is a stranger's file: its size is capped,
nothing of it is run, and looking for it never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

from graders.feedback_page import FeedbackPage, Mark
from graders.language import _

MAX_BYTES = 40 * 1024**2
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)(\.\d{1,6})?\s*(UTC|GMT|Z)?")


@dataclass(frozen=True, slots=True)
class Feedback:
    """The feedback on the last graded hand-in of a lesson.

    Attributes
    ----------
    file
        The page.
    handed_in
        When what it is about was handed in (ISO 8601); empty when the folder's name does not tell.
    marks
        By question.
    points, out_of
        Of the whole lesson, late penalty taken off.
    late_penalty
        Points taken off.
    problem
        Why the page could not be read; empty when it could.
    """

    file: Path
    handed_in: str = ""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    points: float | None = None
    out_of: float | None = None
    late_penalty: float = 0.0
    problem: str = ""


def find_feedback(folder: Path, assignment: str) -> Feedback | None:
    """Return the latest feedback that nbgrader fetched into a lesson's folder.

    Parameters
    ----------
    folder
        Of the lesson.
    assignment
        nbgrader's name of it; the page is called like its notebook.

    Returns
    -------
    The feedback, with a problem where the page is there and cannot be read; None when there is none. Never raises.
    """
    pages = list(_pages(folder / "feedback", assignment))
    if not pages:
        return None
    moment, file = max(pages)
    try:
        info = file.stat()
        found = _read(file, info.st_mtime_ns, info.st_size)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or _("it is no feedback page")
        found = Feedback(
            file, problem=_("The feedback is there, but could not be read: {reason}.").format(reason=reason)
        )
    return replace(found, handed_in=moment)


def last_handed_in(folder: Path, class_id: str, assignment: str, learner: str | None = None) -> str:
    """Return when a lesson was last handed in, as nbgrader's own copies of submissions tell.

    Parameters
    ----------
    folder
        Of the lesson.
    class_id, assignment
        nbgrader's course and assignment.
    learner
        Who works here; copies of others who share the machine do not count.
        None when nobody has said; then the copies count where all are of one person.

    Returns
    -------
    ISO 8601; empty when no copy is found, which does not mean that nothing was handed in.
    """
    found: dict[str, list[str]] = {}
    # where `situ lab` has nbgrader keep them, and nbgrader's own choice
    for cache in (folder.resolve().parent / ".situ" / "cache", Path(jupyter_data_dir()) / "nbgrader_cache"):
        for copy in _listed(cache / class_id):
            who, _plus, rest = copy.name.partition("+")
            name, _plus, stamp = rest.partition("+")
            if name == assignment and (moment := _moment(stamp)):
                found.setdefault(who, []).append(moment)
    if learner is None and len(found) == 1:
        (learner,) = found
    return max(found.get(learner or "", [""]))


def _pages(folder: Path, assignment: str) -> Iterator[tuple[str, Path]]:
    """Yield the lesson's feedback pages with the moment of the hand-in each is about."""
    for stamped in _listed(folder):
        named = stamped / f"{assignment}.html"
        pages = [named] if named.is_file() else sorted(file for file in _listed(stamped) if file.suffix == ".html")
        if pages:
            yield _moment(stamped.name), pages[0]


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:  # not there, or not ours to read: then nothing is known
        return []


def _moment(stamp: str) -> str:
    """Return nbgrader's timestamp as ISO 8601; without its zone where that is another than UTC.

    >>> _moment("2026-11-22 10:42:00.123456 UTC"), _moment("yesterday")
    ('2026-11-22T10:42:00+00:00', '')
    """
    match = _STAMP.match(stamp)
    try:
        moment = datetime.fromisoformat(match[1]) if match else None
    except ValueError:
        return ""
    if match is None or moment is None:
        return ""
    return (moment.replace(tzinfo=UTC) if match[3] else moment).isoformat()


@lru_cache(maxsize=16)
def _read(file: Path, _changed: int, size: int) -> Feedback:
    """Read a page once for each of its versions."""
    if not file.is_file() or size > MAX_BYTES:
        raise OSError(0, _("it is too large"))
    page = FeedbackPage(file.read_text(encoding="utf-8", errors="replace"))
    if page.total is None and not page.marks:
        raise ValueError("neither a score nor a card")
    points, out_of = page.total or (None, None)
    return Feedback(file, marks=page.marks, points=points, out_of=out_of, late_penalty=page.late_penalty)
