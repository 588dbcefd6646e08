"""Rewrites HTML as nested and closed as it should be, in time and length proportional to its own.

The rules by which HTML is read repair what was never closed: a bold that was left open begins again in every later paragraph, and
7 KB become a megabyte; a hundred thousand open boxes take minutes. Whoever cleans what a stranger wrote does not want to pay for
that. What comes out means the same where the HTML was sound. It is not made safe here: `clean` does that, afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_MOST_NESTED = 60
_VOID = {"br", "col", "hr"}
_DROPPED = re.compile(r"(?:script|style|template|title|textarea|xmp|iframe|noembed|noframes|noscript)\Z")
# An opening tag of the first kind ends what is open of the second: their end tags may be left out.
_ENDS = {
    "p": {"p"},
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"td", "th", "tr"},
    **{name: {"td", "th", "tr", "thead", "tbody", "tfoot"} for name in ("thead", "tbody", "tfoot")},
}
_BOXES = {"table", "ul", "ol", "dl", "blockquote", "div"}  # what a left out end tag does not reach beyond
# A comment; a tag with its name and attributes; another declaration; a lone "<". The "+" behind "*" never tries again.
_TOKEN = re.compile(
    r"""<!--.*?(?:-->|\Z) | <(/?)([a-z][^\s/<>]*+)((?:"[^"]*+"|'[^']*+'|[^'"<>])*+)> | <[!?/][^<>]*+>? | <""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


def balanced(html: str, tags: Collection[str], with_attributes: Collection[str]) -> str:
    """Return HTML with these tags only, each closed within what it stands in; others are left out, their text stays.

    Parameters
    ----------
    html
        Anything.
    tags
        Names of tags that stay, in small letters.
    with_attributes
        Of these, those whose attributes stay.

    Examples
    --------
    >>> balanced("<p><b>bold<p>next</p><blink>text", {"p", "b"}, ())
    '<p><b>bold</b></p><p>next</p>text'
    """
    return "".join(_rewritten(html, tags, with_attributes))


def _rewritten(html: str, tags: Collection[str], with_attributes: Collection[str]) -> Iterator[str]:
    opened: list[str] = []
    at = 0
    while token := _TOKEN.search(html, at):
        yield html[at : token.start()]
        at, name = token.end(), (token[2] or "").lower()
        if token[0] == "<":
            yield "&lt;"
        elif not token[1] and _DROPPED.match(name):
            at = _after(name, html, at)
        elif name not in tags:
            continue
        elif token[1]:
            yield from _closed(opened, name)
        else:
            yield from _opened(opened, name, token[3] if name in with_attributes else "")
    yield html[at:]
    yield from (f"</{name}>" for name in reversed(opened))


def _after(name: str, html: str, begin: int) -> int:
    """Return where the end tag of something that is left out with its content ends; the end of all where there is none."""
    end = re.compile(rf"</{name}[^>]*+>", re.IGNORECASE).search(html, begin)
    return end.end() if end else len(html)


def _closed(opened: list[str], name: str) -> Iterator[str]:
    """Close a tag, and what was left open in it; an end tag of nothing is left out."""
    while name in opened:
        inner = opened.pop()
        yield f"</{inner}>"
        if inner == name:
            return


def _opened(opened: list[str], name: str, attributes: str) -> Iterator[str]:
    ends = _ENDS.get(name, ())
    if any(above in ends for above in opened):
        yield from _ended(opened, ends)
    if name in _VOID:
        yield f"<{name}>"
    elif len(opened) < _MOST_NESTED and not (name == "a" and "a" in opened):
        opened.append(name)
        yield f"<{name}{attributes}>"


def _ended(opened: list[str], ends: Collection[str]) -> Iterator[str]:
    """End what an opening tag ends, within the box it stands in."""
    while opened and opened[-1] not in _BOXES:
        if not any(above in ends for above in _own(opened)):
            return
        yield f"</{opened.pop()}>"


def _own(opened: list[str]) -> list[str]:
    """Return what is open within the innermost box."""
    for place in range(len(opened) - 1, -1, -1):
        if opened[place] in _BOXES:
            return opened[place + 1 :]
    return opened
