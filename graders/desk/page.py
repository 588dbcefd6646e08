"""Progress as HTML: in the notebook, where it follows what is saved, and as ``progress.html`` beside it.

Owns the two layouts (``progress_layout.html``) and the file. The page holds no script and no link and asks no network, for
JupyterLab shows it in a frame where none of them works. It is never read back, in grading neither.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.environment import TemplateModule

from graders.desk.overview import Overview, Place
from graders.desk.standing import Progress
from graders.desk.wording import overview
from graders.files import replacing
from graders.language import _
from graders.lesson import PROGRESS_PAGE as NAME

_HEAD = 400  # bytes in which a page says what it was made of


def card_html(view: Overview, has_page: bool = False) -> str:
    """Return progress as a notebook shows it; its links lead to feedback, to the other lessons, to the page where there is one."""
    page = Place(_("The same as a page of its own"), NAME if has_page else "")
    return str(_layouts().card(view, page))  # type: ignore[attr-defined]  # a macro of the template


def page_html(view: Overview) -> str:
    """Return progress as a page."""
    how = _("To bring this page up to date, reload it; in JupyterLab with the round arrow above it.")
    return str(_layouts().page(view, _made_of(view), how))  # type: ignore[attr-defined]  # as above


def write_page(folder: Path, progress: Progress) -> bool:
    """Write ``progress.html`` beside a lesson, whole or not at all, where it says anything new.

    Parameters
    ----------
    folder
        Of the lesson.
    progress
        How far the learner is.

    Returns
    -------
    Whether the page now says so. It may be False on a full disk or in a closed folder, where saving an answer has told the
    learner already; a page that is missing costs nobody anything.
    """
    file, view = folder / NAME, overview(progress)
    try:
        if not _says_it(file, view):
            with replacing(file) as new:
                new.write_text(page_html(view), encoding="utf-8", errors="replace")
    except OSError:
        return False
    return True


class ProgressCard:
    """Progress in a notebook's output; `refresh` brings every showing of it up to date while the page is open.

    JupyterLab's "Create New View for Cell Output" puts it beside the notebook, where it follows too.
    """

    def __init__(self, read: Callable[[], Progress]) -> None:
        """Show what `read` returns, asked again at each refresh."""
        self._read = read
        self._handle: Any = None

    def _ipython_display_(self) -> None:
        from IPython.display import display

        self._handle = display(self._bundle(), raw=True, display_id=True)

    def refresh(self) -> None:
        """Show what holds now, where it is shown; a notebook that was reloaded shows it again when its cell is run."""
        if self._handle is not None:
            self._handle.update(self._bundle(), raw=True)

    def __str__(self) -> str:
        return overview(self._read()).text

    def _bundle(self) -> dict[str, str]:
        progress = self._read()
        view = overview(progress)
        has_page = (progress.lesson.folder / NAME).is_file()
        return {"text/plain": view.text, "text/html": card_html(view, has_page)}


@cache
def _layouts() -> TemplateModule:
    layouts = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    return layouts.get_template("progress_layout.html").module


def _made_of(view: Overview) -> str:
    """Name all that a page says, but for the moment at which it says it."""
    return hashlib.sha256(repr(replace(view, as_of="")).encode("utf-8", "replace")).hexdigest()[:16]


def _says_it(file: Path, view: Overview) -> bool:
    try:
        with file.open("rb") as stream:
            return f'data-made-of="{_made_of(view)}"'.encode() in stream.read(_HEAD)
    except FileNotFoundError:
        return False
