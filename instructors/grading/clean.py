"""Makes inert what a learner's code and text put into a notebook, before an instructor or a browser sees it.

Owns what may stay: text, bitmaps, and the tables and plain markup of HTML. Scripts, styles, links to elsewhere, SVG, LaTeX and
widgets are dropped to their text. Released text and judged cells are our own and are left alone.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from html import escape

import nh3
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from graders.language import _
from instructors.grading.balanced import balanced
from instructors.grading.classroom import MARK, ClassStep, Step, is_judged
from instructors.inert import inert

_MAX_MARKDOWN = 20_000  # rendering takes time in the square of the length of some texts
_MAX_ALT = 1_000
IMAGES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_TEXT_TAGS = "a b br code del em i ins kbd s samp small span strong sub sup u"
_BLOCK_TAGS = "blockquote dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre ul"
_TABLE_TAGS = "caption col colgroup table tbody td tfoot th thead tr"
_TAGS = set(f"{_TEXT_TAGS} {_BLOCK_TAGS} {_TABLE_TAGS}".split())
_SPANNING = {"colspan", "rowspan"}
_LINK = re.compile(r'<a(?: href="([^"]*)")?[^>]*>(.*?)</a>', re.DOTALL)
_ATTRIBUTES = {"a": {"href"}, "td": _SPANNING, "th": _SPANNING | {"scope"}, "ol": {"start"}}


def clean_html(html: str) -> str:
    """Return the part of HTML that can do nothing: tables, lists, emphasis. A link is its text, and its address as text.

    Whoever follows a link is signed in: to this server, too, and an address on it can do what its reader may do.

    >>> clean_html('<table onclick="x()"><tr><td>1</td></tr></table><script>x()</script>')
    '<table class="table table-condensed"><tbody><tr><td>1</td></tr></tbody></table>'
    >>> clean_html('<a href="https://example.org">a source</a>')
    'a source (https://example.org)'
    """
    cleaned = nh3.clean(
        balanced(html, _TAGS, _ATTRIBUTES),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        set_tag_attribute_values={"table": {"class": "table table-condensed"}},  # the style nbgrader's pages have
        url_schemes={"http", "https", "mailto"},
        clean_content_tags={"script", "style", "template", "title"},
    )
    return _LINK.sub(_as_text, cleaned)


def _as_text(link: re.Match[str]) -> str:
    """Return a link, as nh3 writes it, as its text with its address."""
    address, text = link[1], link[2]
    return text if not address or address in text else f"{text} ({address})"


def clean_markdown(source: str) -> str:
    """Return markdown as what it shows, inert: rendered, stripped, and kept as HTML."""
    if len(source) <= _MAX_MARKDOWN:
        with contextlib.suppress(Exception):  # a renderer may trip over anything a learner typed
            renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
            return inert(clean_html(str(MarkdownWithMath(renderer).render(source))))
    return inert(f"<pre>{escape(source)}</pre>")


def clean_output(output: NotebookNode) -> NotebookNode:
    """Return an output without anything active; its text stays."""
    if output.output_type not in {"display_data", "execute_result"}:
        return output
    data = {mime: value for mime, value in output["data"].items() if mime == "text/plain" or is_image(mime, value)}
    if isinstance(output["data"].get("text/html"), str):
        data["text/html"] = clean_html(output["data"]["text/html"])
    output["data"] = NotebookNode(data or {"text/plain": _("[This output is not shown here.]")})
    output["metadata"] = NotebookNode(_described(data))
    return output


def _described(data: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return what a page needs beside the pictures of an output: what they show, for whoever does not see them.

    It is the output's own text, and not metadata that a learner's code chose; nbconvert escapes it.
    """
    text = data.get("text/plain")
    said = " ".join(text.split())[:_MAX_ALT] if isinstance(text, str) else ""
    alt = said or _("A picture without a description.")
    return {mime: NotebookNode(alt=alt) for mime in data if mime in IMAGES}


class CleanNotebook(ClassStep):
    """nbgrader's step that makes a run notebook safe to look at."""

    def preprocess_cell(self, cell: NotebookNode, resources: ResourcesDict, index: int) -> Step:
        """Clean one cell."""
        if cell.cell_type == "code":
            if not is_judged(cell):
                cell.outputs = [clean_output(output) for output in cell.outputs]
        elif not cell.metadata.get(MARK, {}).get("released"):
            cell.cell_type = "markdown"  # a raw cell would reach the page as it is
            cell.source = clean_markdown(cell.source)
            cell.pop("attachments", None)
        return cell, resources


def is_image(mime: str, value: object) -> bool:
    """Tell whether a value is what its type says, and nothing that could end the attribute it is put in."""
    if mime not in IMAGES or not isinstance(value, str):
        return False
    try:
        return base64.b64decode(value.replace("\n", ""), validate=True).startswith(IMAGES[mime])
    except (binascii.Error, ValueError):
        return False
