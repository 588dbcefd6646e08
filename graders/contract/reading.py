"""Reads a contract file and words what is wrong with it. Decides nothing: the rules stand with the models."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from graders.contract.columns import Column
from graders.contract.file import normalised
from graders.contract.model import Contract
from graders.contract.problems import shown
from graders.errors import DataError

_COLUMN: TypeAdapter[Column] = TypeAdapter(Column)

# pydantic's error type -> what was expected, filled from the error's own context
_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "a table of keys",
    "extra_forbidden": "no key of this name",
    "float_type": "a number",
    "greater_than_equal": "{ge} or more",
    "int_type": "a whole number",
    "literal_error": "{expected}",
    "missing": "this key",
    "model_attributes_type": "a table of keys",
    "model_type": "a table of keys",
    "string_pattern_mismatch": "text of the form {pattern}",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "some text",
    "string_type": "text in quotes",
    "too_long": "at most {max_length} entries",
    "too_short": "one or more",
    "tuple_type": "a list",
    "union_tag_invalid": "one of {expected_tags}",
    "union_tag_not_found": "this key",
}
_DO = {
    "extra_forbidden": "Remove it, or correct its spelling.",
    "missing": "Add it.",
    "string_too_long": "Shorten it.",
    "union_tag_not_found": "Add it.",
}


def read_contract(path: Path) -> Contract:
    """Return the contract of a file.

    Parameters
    ----------
    path
        A TOML file.

    Raises
    ------
    DataError
        One line a problem, all problems of the file at once: file, key, expected, got, do.
    """
    return parse_contract(_text(path), path)


def parse_contract(text: str, path: Path) -> Contract:
    """Return the contract of a text; `path` is what the file is called in an error. Otherwise as `read_contract`."""
    raw = _toml(text, path)
    described = raw.get("columns")
    specs = described if isinstance(described, dict) else {}
    columns = {name: _column(spec) for name, spec in specs.items()}
    headers = {name: normalised(_header(name, spec)) for name, spec in specs.items()}
    try:
        return Contract.model_validate(raw, context={"columns": columns, "headers": headers})
    except ValidationError as error:
        lines = [_worded(path, detail) for detail in error.errors(include_url=False)]
        raise DataError("\n".join(dict.fromkeys(lines))) from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DataError(f"{path}: expected text in UTF-8, got another encoding. Save it as UTF-8.") from None
    except OSError as error:
        reason = (error.strerror or "no answer").lower()
        raise DataError(
            f"{path}: expected a contract to read, got: {reason}. Put the file there, or name another."
        ) from None


def _toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path}: expected TOML, got a mistake in its writing: {error}. Mend that line.") from None


def _column(spec: object) -> Column | None:
    """Return one column on its own, None when it is wrong: the whole contract's validation reports why."""
    try:
        return _COLUMN.validate_python(spec)
    except ValidationError:
        return None


def _header(name: str, spec: object) -> str:
    header = spec.get("from") if isinstance(spec, dict) else None
    return header if isinstance(header, str) else name


def _worded(path: Path, detail: ErrorDetails) -> str:
    kind, context, location = detail["type"], detail.get("ctx", {}), detail["loc"]
    if kind == "situ":
        return f"{path}: {_key(location)}: expected {context['expected']}, got {context['got']}. {context['do']}"
    if kind.startswith("union_tag"):
        location = (*location, "type")  # the key that chooses among the kinds of column
    expected = _EXPECTED.get(kind, detail["msg"]).format(**context)
    got = "none" if kind in ("missing", "union_tag_not_found") else shown(context.get("tag", detail["input"]))
    return f"{path}: {_key(location)}: expected {expected}, got {got}. {_DO.get(kind, 'Correct it.')}"


def _key(location: tuple[int | str, ...]) -> str:
    """Return a place as the file writes it: no name of a pydantic alternative, entries of lists counted from 1.

    >>> _key(("columns", "dti", "number", "range"))
    '`columns.dti.range`'
    """
    if location[-1:] == ("[key]",):
        location = location[:-1]  # the name itself is what is wrong
    if location[:1] == ("columns",) and len(location) > 3:
        location = (*location[:2], *location[3:])  # the third is the kind of column that was tried
    words = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location]
    return f"`{''.join(words).removeprefix('.')}`" if words else "the whole file"
