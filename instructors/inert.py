"""HTML as the source of a text cell, which JupyterLab, nbconvert and nbgrader's pages all pass on as it is."""

from __future__ import annotations

# What markdown could still make something of inside a block of HTML, above all nbconvert's formulas, which it looks for first.
_QUIET = {ord(mark): f"&#{ord(mark)};" for mark in "\n\r$\\`*_[]~|!"}


def inert(html: str) -> str:
    """Return HTML as the source of a markdown cell that every converter passes on as it is.

    One line that begins with a block tag is one HTML block up to its end; what markdown could find in it is written as
    character references.

    >>> inert("<p>a*b*</p>")
    '<div><p>a&#42;b&#42;</p></div>'
    """
    return f"<div>{html}</div>".translate(_QUIET)
