"""How a company's own file is read: the `[file]` part of its contract. Never goes to learners, and reads no file itself."""

from __future__ import annotations

import codecs
import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from graders.contract.problems import problem

Code = str | int | float


class Strict(BaseModel):
    """A part of a contract: frozen, no unknown keys, no silent conversions."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


def normalised(text: str) -> str:
    r"""Return a header or a value as two files are compared: composed letters, one plain space between words, none around.

    >>> normalised(" Revenu\u00a0 net ")
    'Revenu net'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def repeated(words: Iterable[str]) -> list[str]:
    """Return the words that stand more than once after normalising, each once, as first written."""
    first: dict[str, str] = {}
    twice: dict[str, str] = {}
    for word in words:
        key = normalised(word)
        if key in first:
            twice[key] = first[key]
        first.setdefault(key, word)
    return list(twice.values())


def _are_codes(value: Any) -> Any:
    listed = isinstance(value, list | tuple)
    if not listed or any(isinstance(one, bool) or not isinstance(one, Code) for one in value):
        raise problem("a list of texts and numbers", value, 'Write it like ["NA", -1].')
    if any(isinstance(one, float) and not math.isfinite(one) for one in value):
        raise problem("texts and finite numbers", value, 'Write it as the file does, in quotes: "nan".')
    return value


Codes = Annotated[tuple[Code, ...], Field(strict=False), BeforeValidator(_are_codes)]


def _one_character(text: str) -> str:
    text = {"tab": "\t", "space": " "}.get(text, text)
    if len(text) != 1 or text in "\r\n\"'":
        raise problem("one character", text, 'Write it like ";", or "tab", or "space".')
    return text


def _encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError:
        raise problem(
            "the name of an encoding", name, 'Write "utf-8", "cp1252" (Windows) or "mac_roman", or leave it out.'
        ) from None
    return name


def _apart(thousands: str, info: ValidationInfo) -> str:
    if thousands and thousands == info.data.get("decimal"):
        raise problem("another sign than the decimal one", thousands, "Correct the one that is wrong.")
    return thousands


def _is_not_described(header: str, info: ValidationInfo) -> str:
    described: Mapping[str, str] = info.context["headers"] if info.context else {}
    if names := [name for name, other in described.items() if other == normalised(header)]:
        do = f"A dropped column is never read: take it out of drop, or remove [columns.{names[0]}]."
        raise problem("the header of a column that is not described", header, do)
    return header


def _is_code(name: str, info: ValidationInfo) -> str:
    columns: Mapping[str, Any] = info.context["columns"] if info.context else {}
    if columns and name not in columns:
        raise problem("the name of a described column", name, "Describe it under columns, or correct the name.")
    column = columns.get(name)
    if column is not None and column.type != "code":
        do = f'Pseudonyms replace codes only: write type = "code" under [columns.{name}], or take it out of pseudonymise.'
        raise problem("a column whose type is code", name, do)
    return name


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    if twice := repeated(names):
        raise problem("each name once", twice, "Remove the repeated one; spaces around do not count.")
    return names


Dropped = Annotated[tuple[Annotated[str, AfterValidator(_is_not_described)], ...], Field(strict=False)]
Pseudonymised = Annotated[tuple[Annotated[str, AfterValidator(_is_code)], ...], Field(strict=False)]


class FileSettings(Strict):
    """How the company's own file is read; what is not given is found out from the file.

    Attributes
    ----------
    separator, encoding, decimal, thousands
        How a text file is written; a space as `thousands` stands for every kind of space.
    sheet
        Which sheet of an Excel file.
    header
        The line (of a sheet: the row) of the headers, counted from 1; 0 when the file has none: its columns are then called
        ``column 1``, ``column 2``, ...
    dates
        How dates such as 03/04/2024 are written, where the data alone cannot tell.
    missing
        What stands for missing in every column, beyond the empty cell.
    drop
        Headers of columns that are never read further: names, contact, free text.
    pseudonymise
        The contract's columns, of type code, that are replaced by keyed pseudonyms.
    additions
        What a class may be given for training where the portfolio lacks it: a column known too late, a twin of a column, a
        simulated protected group.
    """

    separator: Annotated[str, AfterValidator(_one_character)] | None = None
    encoding: Annotated[str, AfterValidator(_encoding)] | None = None
    decimal: Literal[".", ","] | None = None
    thousands: Annotated[Literal["", " ", ".", ",", "'"], AfterValidator(_apart)] | None = None
    sheet: Annotated[str, Field(min_length=1)] | None = None
    header: Annotated[int, Field(ge=0)] | None = None
    dates: Literal["day first", "month first"] | None = None
    missing: Codes = ()
    drop: Annotated[Dropped, AfterValidator(_once)] = ()
    pseudonymise: Annotated[Pseudonymised, AfterValidator(_once)] = ()
    additions: Annotated[tuple[Literal["late", "twins", "protected"], ...], Field(strict=False)] = (
        "late",
        "twins",
        "protected",
    )
