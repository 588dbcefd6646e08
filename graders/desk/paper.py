"""What a cell with a form looks like where no form can live: the last saved answer as text, and how to wake the form.

JupyterLab shows "Loading widget..." for ever once the kernel is gone. So each form is displayed twice, as the widget and as this
paper, and the paper's style shows whichever is alive. Its script brings the answer up to date from ``answers.json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from graders.answerbook import NAME
from graders.answers import JSON
from graders.cards import Card
from graders.language import _

_STYLE = (
    ".jp-OutputArea-child:has(.situ-form)+.jp-OutputArea-child:has(.situ-paper),"
    ".jp-OutputArea-child:has(+.jp-OutputArea-child .situ-paper):not(:has(.situ-form)){display:none!important}"
)
_SCRIPT = Path(__file__).with_name("paper.js").read_text(encoding="utf-8")


def displayed(widget: Any, card: Card, item: str = "", data: Mapping[str, JSON] | None = None) -> bool:
    """Display a widget with its paper below; return False where no widget can live and nothing was displayed.

    Parameters
    ----------
    widget
        An anywidget whose root element has the class ``situ-form``.
    card
        What the paper says.
    item
        Of the answer book, which the paper follows; empty for a widget without an answer.
    data
        What the notebook keeps with the paper, by type: the saved answer, should the book not be handed in with it.
    """
    from IPython.display import display

    view = widget._repr_mimebundle_()
    shown = view[0] if isinstance(view, tuple) else view
    if not shown:
        return False
    display({**shown, "text/plain": "", "text/html": ""}, raw=True)
    display({**(data or {}), "text/plain": card.text, "text/html": paper(card, item)}, raw=True)
    return True


def paper(card: Card, item: str = "") -> str:
    """Return the paper as HTML."""
    wake = _("The form is not running. To wake it, choose Run, Restart Kernel and Run All Cells.")
    texts = {"saved": _("Saved {moment}: {words}")}
    followed = f' data-item="{escape(item)}" data-book="{escape(_book_path())}"' if item else ""
    said = escape(json.dumps(texts))
    return (
        f'<style>{_STYLE}</style><div class="situ-paper"{followed} data-texts="{said}">'
        f'<div class="situ-paper-card">{card.html}</div><div style="padding:2px 14px">{escape(wake)}</div></div>'
        f"<script>{_SCRIPT}</script>"
    )


def _book_path() -> str:
    """Return where the answer book is, as Jupyter's server writes its own root: from ``~`` on where it is below home."""
    folder, home = Path.cwd(), Path.home()
    file = folder / NAME
    return f"~/{file.relative_to(home).as_posix()}" if file.is_relative_to(home) else file.as_posix()
