"""The graded lesson below the feedback: its text, its code and what that showed, as HTML that can do nothing.

Owns the rendering of cells. Released text is the lesson's own; all else is cleaned here again, whatever was done to it before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from markupsafe import Markup
from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from graders.language import _
from instructors.grading.classroom import MARK, is_judged
from instructors.grading.clean import IMAGES, clean_html, is_image
from instructors.grading.feedback.view import LessonPart
from instructors.grading.notices import is_notice

_HEADING = re.compile(r"^# +(\S.*?)\s*$", re.M)
_NUMBER = re.compile(r"(?:\[|&#91;)([0-9]{1,6})(?:\]|&#93;)(?![^<]*>)")  # in text, not in an attribute
_UNSAFE_ID = re.compile(r"[^A-Za-z0-9_-]")


def lesson_title(notebook: NotebookNode) -> str:
    """Return the lesson's first heading; empty where its own text has none."""
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown" and _is_released(cell))
    return next((found[1] for text in texts if (found := _HEADING.search(text))), "")


def lesson_parts(notebook: NotebookNode) -> Iterator[LessonPart]:
    """Yield the cells of a graded notebook, what stands elsewhere on the page left out."""
    for cell in notebook.cells:
        if is_notice(cell) or not cell.source.strip():
            continue
        name = cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", "")
        anchor = "in-" + _UNSAFE_ID.sub("-", str(name))
        if cell.cell_type != "code":
            yield LessonPart(anchor, False, not _is_released(cell), text_html(cell))
            continue
        verdict = str(name) if is_judged(cell) else ""
        outputs = () if verdict else tuple(_outputs(cell.outputs))
        number = cell.get("execution_count")
        yield LessonPart(anchor, True, not _is_released(cell), _code(cell.source), outputs, verdict, number)


def cells_linked(html: Markup, parts: Iterable[LessonPart]) -> Markup:
    """Return a card of ours in which every number of a cell, such as ``[14]``, leads to that cell, if it is on the page.

    >>> ran = LessonPart("in-x", True, False, Markup(), number=14)
    >>> cells_linked(Markup("<p>It stopped in cell [14], not in [2].</p>"), [ran])
    Markup('<p>It stopped in cell <a href="#ran-14">[14]</a>, not in [2].</p>')
    """
    known = {str(part.number) for part in parts if part.number is not None}

    def linked(found: re.Match[str]) -> str:
        return f'<a href="#ran-{found[1]}">{found[0]}</a>' if found[1] in known else found[0]

    return Markup(_NUMBER.sub(linked, html))  # digits alone were added


def text_html(cell: NotebookNode) -> Markup:
    """Return a text cell as HTML: released text as its author wrote it, a learner's without anything that could act."""
    renderer = IPythonRenderer(
        escape=False, exclude_anchor_links=True, attachments=cell.get("attachments", {}) if _is_released(cell) else {}
    )
    html = str(MarkdownWithMath(renderer).render(cell.source))
    return Markup(html if _is_released(cell) else clean_html(html))  # the lesson's own, or cleaned


def _is_released(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get(MARK, {}).get("released"))


def _code(source: str) -> Markup:
    return Markup(Highlight2HTML(pygments_lexer="ipython3")(source))  # escaped by pygments


def _outputs(outputs: list[NotebookNode]) -> Iterator[Markup]:
    picture = ""
    for output in outputs:
        kind, data = output.output_type, output.get("data", {})
        if kind == "stream":
            yield _pre(output.text)
        elif kind == "error":
            yield _pre("\n".join(output.get("traceback") or [f"{output.ename}: {output.evalue}"]))
        else:
            shown = [mime for mime in IMAGES if is_image(mime, data.get(mime))]
            yield _picture(output, shown[0]) if shown and "text/html" not in data else _data(data, picture)
            picture = _first_line(data) if shown else ""


def _data(data: dict[str, Any], picture: str) -> Markup:
    """Return what an output shows; a figure in words is folded, below its picture or in its place."""
    html = data.get("text/html")
    if not isinstance(html, str):
        return _pre(str(data.get("text/plain", "")))
    body = Markup(clean_html(html))  # cleaned
    instead = _("The picture stands in the lesson; here is what it shows.")
    if picture and picture == _first_line(data):
        summary = _("This figure in words")
        body = Markup(str(body).removeprefix(summary))  # as above
        return Markup("<details><summary>{}</summary>{}</details>").format(summary, body)
    if instead in html:
        return Markup("<details><summary>{}</summary>{}</details>").format(_first_line(data), body)
    return body


def _picture(output: NotebookNode, mime: str) -> Markup:
    alt = output.get("metadata", {}).get(mime, {}).get("alt") or output["data"].get("text/plain")
    source = f"data:{mime};base64,{''.join(output['data'][mime].split())}"
    return Markup('<img src="{}" alt="{}">').format(source, alt or _("A picture without a description."))


def _first_line(data: dict[str, Any]) -> str:
    return str(data.get("text/plain", "")).partition("\n")[0].strip()


def _pre(text: str) -> Markup:
    return Markup("<pre>{}</pre>").format(strip_ansi(text))
