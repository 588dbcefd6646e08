"""Names and texts of strangers as a terminal, a log and a file can hold them.

Owns that one translation. What markup means, in a page or in rich, is the business of whoever shows it.
"""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Return a text on one line, in which nothing commands a terminal and everything can be written as UTF-8.

    >>> printable("a\x1b[2Jb\nc\udcff")
    'a?[2Jb?c?'
    """
    writable = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(letter if letter.isprintable() else "?" for letter in writable)
