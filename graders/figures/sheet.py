"""A table as a person reads it: a caption, headings in words, numbers below each other, a closing line; never cut off.

Owns how a table looks, as HTML and as text. What stands in it comes from the case or from an explained file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from graders.figures.drawing import MINUS, signed
from graders.language import _, number
from graders.references.explanation import Explained, shown

_NUMBER = re.compile(r"[+\u2212±-]?[\d.,\u00a0\u202f\u2019']+")


@dataclass(frozen=True)
class Sheet:
    """One table, all of its cells text.

    Attributes
    ----------
    caption
        What is shown, in one line.
    heads
        One heading a column; the first column names the rows.
    rows
        The lines.
    closing
        A last line that sums up; empty for none.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    closing: tuple[str, ...] = ()

    def __repr__(self) -> str:
        lines = [self.heads, *self.rows, *([self.closing] if self.closing else [])]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.heads))]
        text = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
        ]
        return "\n".join([self.caption, *text])

    def _repr_html_(self) -> str:
        right = [self._is_numbers(place) for place in range(len(self.heads))]
        head = "".join(_cell("th", text, to_right, "col") for text, to_right in zip(self.heads, right, strict=True))
        body = "".join(_row(cells, right) for cells in self.rows)
        foot = f"<tfoot>{_row(self.closing, right, strong=True)}</tfoot>" if self.closing else ""
        caption = f'<caption style="caption-side:top;text-align:left;padding:4px 0">{escape(self.caption)}</caption>'
        return (
            f'<table style="margin:2px 0 8px 0">{caption if self.caption else ""}'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table>"
        )

    def _is_numbers(self, place: int) -> bool:
        return place > 0 and all(_NUMBER.fullmatch(row[place]) for row in self.rows)


def sheet(frame: pd.DataFrame, caption: str = "", *, digits: int = 3) -> Sheet:
    """Return a small frame as a table, its index as names of the rows.

    Parameters
    ----------
    frame
        What to show; index and columns in words.
    caption
        What is shown, in one line.
    digits
        Decimals of numbers.

    >>> sheet(pd.DataFrame({"client D": [5.62]}, index=["PD, %"]), "Two clients", digits=1)
    Two clients
           client D
    PD, %  5.6
    """
    heads = ("", *(str(name) for name in frame.columns))
    rows = [
        (str(name), *(_shown(value, digits) for value in row))
        for name, row in zip(frame.index, frame.itertuples(index=False), strict=True)
    ]
    return Sheet(caption, heads, tuple(rows))


def filed(client: Explained) -> Sheet:
    """Return what a client's file says, before any model speaks."""
    rows = [_line(client, str(name)) for name in client.values.index]
    heads = (_("column"), _("value"), _("unit"))
    return Sheet(_("The file of client {name}").format(name=client.name), heads, tuple(rows))


def pushes(client: Explained) -> Sheet:
    """Return a client's file with the contribution of every line, largest first, and their sum."""
    rows = []
    for name, push in client.contributions.items():
        label, value, unit = _line(client, str(name))
        rows.append((label, signed(float(push), 3), value, unit))
    total = signed(float(client.contributions.sum()), 3)
    caption = _("Client {name}: contributions in log-odds of default; + towards default, − protects")
    return Sheet(
        caption.format(name=client.name),
        (_("column"), _("contribution"), _("value"), _("unit")),
        tuple(rows),
        (_("sum of all {count}").format(count=number(len(rows))), total, "", ""),
    )


def _line(client: Explained, column: str) -> tuple[str, str, str]:
    """Return what a column means, this client's value of it, and the unit where there is a value."""
    value = client.values[column]
    return client.labels.get(column, column), shown(value), "" if pd.isna(value) else client.units.get(column, "")


def _shown(value: object, digits: int) -> str:
    if isinstance(value, float) and not pd.isna(value):
        return number(value, digits).replace("-", MINUS)
    return shown(value)


def _row(cells: Sequence[str], right: Sequence[bool], *, strong: bool = False) -> str:
    style = ' style="border-top:1px solid;font-weight:bold"' if strong else ""
    first = _cell("th", cells[0], False, "row")
    return (
        f"<tr{style}>{first}"
        + "".join(_cell("td", text, to_right) for text, to_right in zip(cells[1:], right[1:], strict=True))
        + "</tr>"
    )


def _cell(tag: str, text: str, to_right: bool, scope: str = "") -> str:
    side = "right" if to_right else "left"
    weight = ";font-weight:normal" if scope == "row" else ""
    of = f' scope="{scope}"' if scope else ""
    return f'<{tag}{of} style="text-align:{side}{weight}">{escape(text)}</{tag}>'
