"""What rules say, as a notebook shows it: each sentence with place, article, date, status and source; never without them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from graders.errors import DataError
from graders.language import _, day
from graders.law import REPORTED, Law

_WIDTH = 100  # characters of a line of text
_CARD = "border:1px solid rgba(128,128,128,.5);border-left-width:4px;margin:6px 0;padding:6px 12px;max-width:62em"
_SAID = "margin:4px 0 6px 0"
_SMALL = "margin:1px 0;font-size:0.9em"


@dataclass(frozen=True)
class LawCard:
    """Entries of a law card, in the order asked for; shown as blocks, in text as lines."""

    entries: tuple[Law, ...]

    def __repr__(self) -> str:
        blocks = ["\n".join(_lines(entry)) for entry in self.entries]
        return "\n\n".join([*blocks, self._closing])

    def _repr_html_(self) -> str:
        blocks = "".join(_block(entry) for entry in self.entries)
        return f'<div>{blocks}<p style="{_SMALL}">{escape(self._closing)}</p></div>'

    @property
    def _closing(self) -> str:
        days = sorted(entry.checked for entry in self.entries)
        if days[0] == days[-1]:
            return _("Not legal advice; checked on {day}.").format(day=day(days[0]))
        return _("Not legal advice; checked between {first} and {last}.").format(first=day(days[0]), last=day(days[-1]))


def law_card(entries: Iterable[Law]) -> LawCard:
    """Return entries of ``law.toml`` as a card.

    Parameters
    ----------
    entries
        One or more, as `graders.law.read_law` has them.

    Raises
    ------
    DataError
        When there is none.
    """
    card = LawCard(tuple(entries))
    if not card.entries:
        raise DataError("Expected the ids of one or more law entries, got none. Name them: case.law('gdpr-22').")
    return card


def _heading(entry: Law) -> str:
    return f"{entry.place} · {entry.title}"


def _said(entry: Law) -> str:
    """Return the sentence, marked as a quotation or as a summary."""
    return f"“{entry.text}”" if entry.quoted else _("In summary, not literally: {text}").format(text=entry.text)


def _facts(entry: Law) -> list[tuple[str, str]]:
    """Return what stands below the sentence, with its name."""
    checked = _("{day}: {how}; against {source}")
    how = _("only a report of the text was read") if entry.checked_how == REPORTED else _("the text was read")
    return [
        _applies(entry),
        (_("Status"), entry.status),
        (_("Source"), entry.source),
        (_("Checked"), checked.format(day=day(entry.checked), how=how, source=entry.second_source)),
    ]


def _applies(entry: Law) -> tuple[str, str]:
    first = day(entry.applies_from)
    if entry.until is None:
        return _("Applies from"), first
    return _("Applied"), _("from {first} to {last}").format(first=first, last=day(entry.until))


def _lines(entry: Law) -> list[str]:
    lines = [_heading(entry), entry.article, _said(entry), *(f"{name}: {fact}" for name, fact in _facts(entry))]
    return [lines[0], *(_folded(line) for line in lines[1:])]


def _folded(line: str) -> str:
    return textwrap.fill(
        line, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _block(entry: Law) -> str:
    facts = "".join(
        f'<p style="{_SMALL}"><b>{escape(name)}:</b> <span style="overflow-wrap:anywhere">{escape(fact)}</span></p>'
        for name, fact in _facts(entry)
    )
    return (
        f'<div style="{_CARD}"><p style="margin:0;font-weight:bold">{escape(_heading(entry))}</p>'
        f'<p style="{_SMALL}">{escape(entry.article)}</p>'
        f'<p style="{_SAID}">{escape(_said(entry), quote=False)}</p>{facts}</div>'
    )
