"""The contract as learners get it: without what a company says of its own file. Comments stay."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AbstractTable, Comment, Table, Whitespace

from graders.errors import DataError

_PARTS = ("file", "model")
_OWN = ("from", "missing_values", "map")  # of a column


def delivered_contract(file: Path) -> str:
    """Return a contract's text without `[file]`, `[model]` and without `from`, `missing_values`, `map` of its columns.

    Comments stay where they are, but for those inside and directly above the two parts.

    Parameters
    ----------
    file
        A contract that `read_contract` accepts.
    """
    document = tomlkit.parse(file.read_text(encoding="utf-8"))
    for column in document.get("columns", {}).values():
        for key in _OWN:
            if isinstance(column, AbstractTable) and key in column:
                column.remove(key)
    for name in _PARTS:
        _remove_part(document, name)
        document = tomlkit.parse(tomlkit.dumps(document))  # what is left of it is fit for writing only
    text = tomlkit.dumps(document)
    _prove(text)
    return text


def _remove_part(document: tomlkit.TOMLDocument, name: str) -> None:
    part = document.get(name)
    if part is None:
        return
    after = _after_last_key(part) if isinstance(part, Table) else []
    at = next(at for at, (key, _) in enumerate(document.body) if key is not None and key.key == name)
    document.remove(name)
    document.body[at : at + 1] = [(None, item) for item in after]
    _remove_comment_above(document, at)


def _after_last_key(part: Table) -> list[Any]:
    """Return what stands below a table's last key and a blank line: it is about the next table."""
    below: list[Any] = []
    for key, item in reversed(part.value.body):
        if key is not None:
            break
        below.insert(0, item)
    first_blank = next((at for at, item in enumerate(below) if isinstance(item, Whitespace)), len(below))
    return below[first_blank:]


def _remove_comment_above(document: tomlkit.TOMLDocument, at: int) -> None:
    holder = document.body
    while at > 0:
        key, item = holder[at - 1]
        if key is not None:
            if isinstance(item, Table):
                _cut_last_comments(item)
            return
        if not isinstance(item, Comment):
            return
        del holder[at - 1]
        at -= 1


def _cut_last_comments(part: Table) -> None:
    """Cut the comments that end a table without a blank line below: they stand directly above the next header."""
    body = part.value.body
    while body and body[-1][0] is None and isinstance(body[-1][1], Comment):
        body.pop()


def _prove(text: str) -> None:
    """Fail rather than hand on a company's own words."""
    said = tomllib.loads(text)
    columns = said.get("columns", {}).values()
    if any(name in said for name in _PARTS) or any(key in column for column in columns for key in _OWN):
        raise DataError(
            "Expected a contract without the company's own part, got one that still has it. Write [file], [model] and the "
            "columns as tables of their own, like datasets/credit/contract.toml."
        )
