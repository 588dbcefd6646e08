"""How an outcome looks: one card, as text and as HTML, in the notebook, in formgrader and on the feedback page.

Owns layout and escaping. No sentence is decided here beyond the names of the six states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from graders.language import _, number
from graders.verdict import State

# Okabe-Ito colours; the word and the mark carry the meaning, the colour only repeats it.
_BLUE, _ORANGE, _VERMILION, _GREY = "#0072b2", "#e69f00", "#d55e00", "#767676"
_COLOURS = {
    State.RIGHT: _BLUE,
    State.PARTLY_RIGHT: _ORANGE,
    State.WRONG: _VERMILION,
    State.MALFORMED: _VERMILION,
    State.NOT_ATTEMPTED: _GREY,
    State.NOT_JUDGED: _GREY,
}


@dataclass(frozen=True, slots=True)
class Card:
    """A title and a few lines, with a colour that repeats what the title says."""

    title: str
    lines: tuple[str, ...] = ()
    colour: str = _BLUE

    @property
    def text(self) -> str:
        """The card as plain text."""
        return "\n".join([self.title, *(f"  {line}" for line in self.lines)])

    @property
    def html(self) -> str:
        """The card as HTML; everything in it is escaped."""
        body = "".join(f'<div style="margin-top:2px">{escape(line)}</div>' for line in self.lines)
        return (
            f'<div style="border-left:4px solid {self.colour};padding:4px 10px;margin:4px 0;max-width:46em">'
            f"<strong>{escape(self.title)}</strong>{body}</div>"
        )


def state_name(state: State) -> str:
    """Return the name of a state in the reader's language."""
    names = {
        State.NOT_ATTEMPTED: _("Not attempted"),
        State.MALFORMED: _("Could not be read"),
        State.WRONG: _("Not right"),
        State.PARTLY_RIGHT: _("Partly right"),
        State.RIGHT: _("Right"),
        State.NOT_JUDGED: _("Not judged yet"),
    }
    return names[state]


def verdict_card(
    question: str, state: State, message: str, points: float | None = None, out_of: float | None = None
) -> Card:
    """Return the card of a judged answer; without points for practice, with them for a graded question.

    The points are called automatic: an instructor's own mark stands beside them in nbgrader's pages, and overrules them.
    """
    if points is None or out_of is None:
        title = _("{question} · {state}").format(question=question, state=state_name(state))
    else:
        title = _("{question} · {state} · automatic mark {points} of {out_of}").format(
            question=question, state=state_name(state), points=number(points), out_of=number(out_of)
        )
    return Card(title, tuple(message.splitlines()), _COLOURS[state])


def note_card(title: str, lines: Sequence[str] = (), *, needs_care: bool = False) -> Card:
    """Return a card that is no verdict: a receipt, a hint, a notice."""
    return Card(title, tuple(lines), _VERMILION if needs_care else _GREY)
