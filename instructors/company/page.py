"""A TOML page for people: every line with its comment beside it, in a column of its own where it fits."""

from __future__ import annotations

import textwrap
from typing import Any

import tomlkit

_COMMENT_AT = 44  # where comments begin, when the line is short enough
_WIDTH = 132
_LISTED = 100  # length from which a list is written over several lines


def toml_value(value: Any) -> str:
    """Return a value as TOML writes it.

    >>> toml_value({"oui": 1, "non": 0})
    '{oui = 1, non = 0}'
    """
    if isinstance(value, dict):
        parts = [f"{tomlkit.key(str(key)).as_string()} = {toml_value(one)}" for key, one in value.items()]
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(one) for one in value) + "]"
    return str(tomlkit.item(value).as_string())


class Page:
    """Lines of a contract in the making."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def says(self, text: str) -> None:
        """Write a comment over the full width."""
        self._lines += [f"# {line}" for line in textwrap.wrap(_plain(text), _WIDTH - 2)]

    def blank(self) -> None:
        """Leave a line."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def opens(self, name: str, comment: str = "", *, off: bool = False, each: bool = False) -> None:
        """Begin a table; `each` for one of several of the same name, `off` for one that is only suggested."""
        self.blank()
        self._put(f"[[{name}]]" if each else f"[{name}]", comment, off)

    def key(self, key: str, value: Any, comment: str, *, off: bool = False) -> None:
        """Write a key; `off` for one that is only suggested."""
        written = toml_value(value)
        if isinstance(value, list | tuple) and len(written) > _LISTED:
            self._put(f"{key} = [", comment, off)
            mark = "# " if off else ""
            rows = _rows([toml_value(one) for one in value])
            self._lines += [f"{mark}    {row}" for row in rows]
            self._lines.append(f"{mark}]")
        else:
            self._put(f"{key} = {written}", comment, off)

    def text(self) -> str:
        """Return the page; it reads as TOML."""
        text = "\n".join(self._lines).strip() + "\n"
        tomlkit.parse(text)
        return text

    def _put(self, line: str, comment: str, off: bool) -> None:
        line = f"# {line}" if off else line
        self._lines.append(f"{line:<{_COMMENT_AT - 2}}  # {_plain(comment)}" if comment else line)


def _plain(comment: str) -> str:
    """Return a comment on one line: a header or a value may hold a line's end, or what TOML allows in no comment."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in comment).split())


def _rows(values: list[str]) -> list[str]:
    """Return the values of a list over several lines, none of them parted."""
    rows = [""]
    for value in values:
        if len(rows[-1]) + len(value) > _LISTED:
            rows.append("")
        rows[-1] += f"{' ' if rows[-1] else ''}{value},"
    return [row for row in rows if row]
