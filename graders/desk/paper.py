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


def displayed(
    widget: Any, card: Card, item: str, data: Mapping[str, JSON] | None = None, *, is_saved: bool = True
) -> bool:
    """Display a widget with its paper below; return False where no widget can live and nothing was displayed.

    Parameters
    ----------
    widget
        An anywidget whose root element has the class ``situ-form``.
    card
        What the paper says.
    item
        What the widget is of: an item of the answer book, or the widget's own name.
    data
        What the notebook keeps with the paper, by type: the saved answer, should the book not be handed in with it.
    is_saved
        Whether the answer book has an entry of it, which the paper then follows.
    """
    from IPython.display import display

    view = widget._repr_mimebundle_()
    shown = view[0] if isinstance(view, tuple) else view
    if not shown:
        return False
    display({**shown, "text/plain": "", "text/html": ""}, raw=True)
    display({**(data or {}), "text/plain": card.text, "text/html": paper(card, item, is_saved=is_saved)}, raw=True)
    return True


def paper(card: Card, item: str, *, is_saved: bool) -> str:
    """Return the paper as HTML; where its answer is saved, the script follows the book."""
    wake = _("The form is not running. To wake it, choose Run, Restart Kernel and Run All Cells.")
    texts = {"saved": _("Saved {moment}: {words}")}
    book, home = escape((Path.cwd() / NAME).as_posix()), escape(Path.home().as_posix())
    followed = f' data-item="{escape(item)}"' + (f' data-book="{book}" data-home="{home}"' if is_saved else "")
    said = escape(json.dumps(texts))
    return (
        f'<style>{_STYLE}</style><div class="situ-paper"{followed} data-texts="{said}">'
        f'<div class="situ-paper-card">{card.html}</div><div style="padding:2px 14px">{escape(wake)}</div></div>'
        f"<script>{_SCRIPT}</script>"
    )
