"""From log-odds to PD and back without code: two lines to fill in, and the difference between them in points.

Owns what the converter says; it calculates in the browser, knows no case, and saves nothing.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

from graders.cards import note_card
from graders.desk.paper import displayed
from graders.desk.session import is_by_nbgrader
from graders.desk.shown import Shown, ShownForm
from graders.language import _

_HERE = Path(__file__).parent


class Converter(anywidget.AnyWidget):
    """The converter as a widget; once shown it needs no kernel."""

    _esm = _HERE / "converter.js"
    _css = _HERE / "form.css"
    texts = traitlets.Dict().tag(sync=True)


def shown_converter() -> Shown | ShownForm:
    """Show a converter between log-odds and PD in percent."""
    card = note_card(_("Log-odds and PD"), [_("PD in percent = 100 / (1 + exp(-log-odds))")])
    if is_by_nbgrader():
        return Shown(card)
    return ShownForm(card, lambda paper: displayed(Converter(texts=_texts()), paper, "converter", is_saved=False))


def _texts() -> dict[str, str]:
    return {
        "title": _("Log-odds and PD"),
        "how": _("Type on either side, 3.5 or 3,5. A sum is worked out as well: -2.6 + 1.4"),
        "first": _("First"),
        "second": _("Second"),
        "log_odds": _("Log-odds"),
        "pd": _("PD"),
        "to_one": _("Odds of default: 1 to {times}"),
        "one_to": _("Odds of default: {times} to 1"),
        "difference": _("Second minus first: {points} points of PD"),
        "no_number": _("A number was expected. Write it in digits, such as -1.2 or -1,2."),
        "no_pd": _("A PD between 0 and 100 was expected, both ends left out."),
    }
