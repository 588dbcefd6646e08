"""What a law card holds: short sentences from rules, each with place, date, source and how it was checked.

Owns the shape of ``law.toml`` and the reading of it. It judges nothing, and no key may read it: a mark never hangs on law. What
was not read in the text itself may not be quoted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator
from pydantic_core import ErrorDetails

from graders.contract.columns import Strict, Text
from graders.contract.problems import problem, shown
from graders.errors import DataError

SEEN, REPORTED = "text seen", "reported by second source"

Address = Annotated[str, Field(pattern=r"^https://\S+$")]
Sentence = Annotated[str, Field(min_length=1, max_length=700)]  # a card is read on screen, beside a question

# pydantic's error type -> what was expected, filled from the error's own context
_EXPECTED = {
    "bool_type": "true or false",
    "date_type": "a date like 2026-11-22, without quotes",
    "extra_forbidden": "no key of this name",
    "literal_error": "{expected}",
    "missing": "this key",
    "model_type": "an entry, a table of keys",
    "string_pattern_mismatch": "an address that begins with https://",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "some text",
    "string_type": "text in quotes",
}
_DO = {"extra_forbidden": "Remove it, or correct its spelling.", "missing": "Add it.", "string_too_long": "Shorten it."}


class Law(Strict):
    """One entry.

    Attributes
    ----------
    place
        Where it applies.
    title
        What it is about, in one line.
    article
        The act and the place in it.
    text, quoted
        What it says: a short literal quotation, or a summary.
    applies_from, until
        The days it applies from and, where it was withdrawn, to; of a judgment, the day it was given.
    status
        What a reader must know before relying on it.
    source, second_source
        The official address, and where it was checked.
    checked, checked_how
        When and how: whether these words were read in a copy of the text, or only a report of it.
    """

    place: Literal["EU", "France", "United States"]
    title: Text
    article: Text
    text: Sentence
    quoted: bool
    applies_from: date
    until: date | None = None
    status: Sentence
    source: Address
    second_source: Address
    checked: date
    checked_how: Literal["text seen", "reported by second source"]

    @model_validator(mode="after")
    def _only_what_was_seen_is_quoted(self) -> Self:
        if self.quoted and self.checked_how != SEEN:
            raise problem(
                f"`quoted` only with checked_how {SEEN!r}", self.checked_how, "Read the text, or summarise it."
            )
        return self

    @model_validator(mode="after")
    def _two_sources_and_two_days_differ(self) -> Self:
        if self.source == self.second_source:
            raise problem("a second source of its own", self.second_source, "Name where else it was checked.")
        if self.until is not None and self.until < self.applies_from:
            raise problem(f"`until` from {self.applies_from} on", str(self.until), "Correct one of the two days.")
        return self


_LAWS: TypeAdapter[dict[str, Law]] = TypeAdapter(dict[Annotated[str, Field(min_length=1)], Law])


def read_law(file: Path) -> Mapping[str, Law]:
    """Return the entries of a law card file, by their ids.

    Parameters
    ----------
    file
        A TOML file; each table of it is an entry.

    Raises
    ------
    DataError
        One line a problem, all problems of the file at once: file, key, expected, got, do.
    """
    try:
        return MappingProxyType(_LAWS.validate_python(_toml(file)))
    except ValidationError as error:
        lines = [_worded(file, detail) for detail in error.errors(include_url=False)]
        raise DataError("\n".join(dict.fromkeys(lines))) from None


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{file}: expected TOML in UTF-8, got a mistake: {error}. Mend that line.") from None
    except OSError as error:
        reason = (error.strerror or "no answer").lower()
        raise DataError(f"{file}: expected a law card to read, got: {reason}. Put law.toml beside case.py.") from None


def _worded(file: Path, detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    key = ".".join(map(str, detail["loc"]))
    if kind == "situ":
        return f"{file}: `{key}`: expected {context['expected']}, got {context['got']}. {context['do']}"
    expected = _EXPECTED.get(kind, detail["msg"]).format(**context)
    got = "none" if kind == "missing" else shown(detail["input"])
    return f"{file}: `{key}`: expected {expected}, got {got}. {_DO.get(kind, 'Correct it.')}"
