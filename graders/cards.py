"""How an outcome looks: one card, as text and as HTML, in the notebook, in formgrader and on the feedback page.

Owns layout and escaping. No sentence is decided here beyond the names of the six states.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
SIGNS = {  # in a table of questions: the mark, and the tone that a page gives it
    State.RIGHT: ("✓", "right"),
    State.PARTLY_RIGHT: ("◐", "partly"),
    State.WRONG: ("✗", "wrong"),
    State.MALFORMED: ("!", "wrong"),
    State.NOT_ATTEMPTED: ("○", "calm"),
    State.NOT_JUDGED: ("–", "calm"),
}

_ASIDE = 'data-situ-aside="yes"'
_UNTIL_MARKED = 'data-situ-until="marked"'
_OF_A_CARD = re.compile(r' data-situ-question="')


@dataclass(frozen=True, slots=True)
class Card:
    """A title and a few lines, with a colour that repeats what the title says.

    Attributes
    ----------
    title, lines
        Whole sentences.
    colour
        Of the edge.
    passage
        A longer text of the learner's, shown below in its own paragraphs.
    facts
        What a program may read from the HTML, as ``data-situ-<name>`` attributes; nobody sees them.
    aside
        A heading and points of one line each, shown last: what is said to somebody else than the learner.
    until_marked
        A sentence below the lines that holds until a person has marked; empty for none.
    """

    title: str
    lines: tuple[str, ...] = ()
    colour: str = _BLUE
    passage: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    aside: tuple[str, ...] = ()
    until_marked: str = ""

    @property
    def text(self) -> str:
        """The card as plain text."""
        lines = [*self.lines, *filter(None, [self.until_marked]), *self.passage.splitlines(), *self.aside]
        return "\n".join([self.title, *(f"  {line}" for line in lines)])

    @property
    def html(self) -> str:
        """The card as HTML; everything in it is escaped."""
        facts = "".join(f' data-situ-{name}="{escape(value)}"' for name, value in self.facts.items())
        body = "".join(f'<div style="margin-top:2px">{escape(line)}</div>' for line in self.lines)
        if self.until_marked:
            body += f'<div {_UNTIL_MARKED} style="margin-top:2px">{escape(self.until_marked)}</div>'
        return (
            f'<div{facts} style="border-left:4px solid {self.colour};padding:4px 10px;margin:4px 0;max-width:46em;'
            f'overflow-wrap:anywhere"><strong>{escape(self.title)}</strong>{body}{self._quoted()}{self._beside()}</div>'
        )

    def _quoted(self) -> str:
        paragraphs = [text.strip("\n") for text in re.split(r"\n\s*\n", self.passage.strip())]
        inside = "".join(f'<p style="margin:6px 0;white-space:pre-wrap">{escape(text)}</p>' for text in paragraphs)
        quote = '<blockquote style="border-left:1px solid #767676;padding:0 0 0 10px;margin:6px 0;font-size:inherit">'
        return f"{quote}{inside}</blockquote>" if self.passage.strip() else ""

    def _beside(self) -> str:
        if not self.aside:
            return ""
        heading, *points = self.aside
        inside = "".join(f'<li style="margin-top:2px">{escape(point)}</li>' for point in points)
        title = f'<p style="margin:10px 0 2px"><strong>{escape(heading)}</strong></p>'
        return f'<section {_ASIDE}>{title}<ul style="margin:0">{inside}</ul></section>'


def person_will_look() -> str:
    """Return the sentence with which a message leaves an answer to a person; gone once that person has marked it."""
    return _("Your instructor will look at it.")


def state_name(state: State, *, waits: bool = False) -> str:
    """Return the name of a state in the reader's language; what waits for a person, as planned, has a name of its own."""
    names = {
        State.NOT_ATTEMPTED: _("Not attempted"),
        State.MALFORMED: _("Could not be read"),
        State.WRONG: _("Not right"),
        State.PARTLY_RIGHT: _("Partly right"),
        State.RIGHT: _("Right"),
        State.NOT_JUDGED: _("Not judged yet"),
    }
    return _("Waiting for your instructor") if waits else names[state]


def verdict_card(
    question: str,
    state: State,
    message: str,
    points: float | None = None,
    out_of: float | None = None,
    *,
    trap: str | None = None,
    waits: bool = False,
    answer: Sequence[str] = (),
    passage: str = "",
    required: Sequence[str] = (),
) -> Card:
    """Return the card of a judged answer; without points for practice, with them for a graded question.

    The points are called automatic: an instructor's own mark stands beside them in nbgrader's pages, and overrules them. What
    waits for an instructor, or could not be judged, has no points yet, and names none.

    Parameters
    ----------
    question
        Id of the item.
    state, message, trap, waits
        The verdict's.
    points, out_of
        Earned, and at most; None for practice.
    answer
        Lines on the learner's answer and how it came.
    passage
        The learner's own text, where the answer is one.
    required
        What the person who marks looks for.
    """
    name = state_name(state, waits=waits)
    lines = [] if message.rstrip(".") == name else message.splitlines()  # nobody is told the same twice
    facts = {"question": question, "state": str(state), "trap": trap or "", "lines": str(len(lines))}
    facts |= {"waits": "yes"} if waits else {}
    if points is None or out_of is None:
        title = _("{question} · {state}").format(question=question, state=name)
    else:
        facts |= {"out-of": repr(float(out_of))} | ({} if waits else {"points": repr(float(points))})
        told = _("{question} · {state} · automatic mark {points} of {out_of}")
        if waits:
            told = _("{question} · {state} · {out_of} points at most")
        elif state is State.NOT_JUDGED:
            told = _("{question} · {state}, a person has to look · {out_of} points at most")
        title = told.format(question=question, state=name, points=number(points), out_of=number(out_of))
    aside = (_("For the person who marks: what a memo on this case has to say"), *required) if required else ()
    until_marked = _("Your instructor reads it and gives the points.") if waits else ""
    return Card(title, (*lines, *answer), _COLOURS[state], passage, facts, aside, until_marked)


def as_marked(html: str, question: str, points: float, out_of: float) -> str:
    """Return the card of an answer that was left to a person as the learner reads it once that person has marked it.

    What is said of the marking as still to come is taken out, and what a marker looked for has a heading for learners.

    Parameters
    ----------
    html
        Of a `verdict_card`.
    question, points, out_of
        What was marked, and how.
    """
    title = _("{question} · Marked by your instructor · {points} of {out_of}")
    said = escape(title.format(question=question, points=number(points), out_of=number(out_of)))
    html = re.sub(r"<strong>[^<]*</strong>", lambda _found: f"<strong>{said}</strong>", html, count=1)
    html = re.sub(rf"<div {_UNTIL_MARKED}[^<]*</div>", "", html).replace(escape(person_will_look()), "")
    if (
        "data-situ-waits" not in html
    ):  # it was left to that person, if not as planned: what counts are that person's points
        html = _OF_A_CARD.sub(r' data-situ-waits="yes"\g<0>', html, count=1)
    heading = escape(_("What a memo on this case had to say"))
    return re.sub(rf"(<section {_ASIDE}><p[^>]*><strong>)[^<]*", lambda found: f"{found[1]}{heading}", html, count=1)


def as_open(html: str) -> str:
    """Return the card of an answer that was left to a person who has not marked it.

    Programs are told so, and what that person looks for is taken out: the answer may be handed in again.
    """
    if f'data-situ-state="{State.NOT_JUDGED}"' in html:  # a blank one has its points
        html = _OF_A_CARD.sub(r' data-situ-open="yes"\g<0>', html, count=1)
    return re.sub(rf"<section {_ASIDE}>.*?</section>", "", html, flags=re.S)


def note_card(title: str, lines: Sequence[str] = (), *, needs_care: bool = False) -> Card:
    """Return a card that is no verdict: a receipt, a hint, a notice."""
    return Card(title, tuple(lines), _VERMILION if needs_care else _GREY)
