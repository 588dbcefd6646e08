"""The kinds of column a contract can describe, and which values each accepts. Knows no roles and no file."""

from __future__ import annotations

from numbers import Real
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from graders.contract.file import Codes, normalised, repeated
from graders.contract.file import Strict as Strict  # others take it from here
from graders.contract.problems import problem

_LISTED = 8  # values of a category that a message lists

Accepted = npt.NDArray[np.bool_]


def _ascending(pair: tuple[float, float]) -> tuple[float, float]:
    if not -np.inf < pair[0] < pair[1] < np.inf:
        raise problem("a low and a higher number", list(pair), "Write them as [low, high].")
    return pair


def several(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words, refusing fewer than two and one that stands twice."""
    if len(set(words)) < max(2, len(words)):
        raise problem("two or more names, each once", list(words), "Add one, or remove the repeated one.")
    return words


Range = Annotated[tuple[float, float], Field(strict=False), AfterValidator(_ascending)]  # TOML has lists, no tuples
Words = Annotated[tuple[str, ...], Field(strict=False), AfterValidator(several)]
Sign = Literal[-1, 0, 1]
Text = Annotated[str, Field(min_length=1)]
Reason = Annotated[str, Field(max_length=120)]  # a line of a letter


def _header_of_one(header: str, info: ValidationInfo) -> str:
    """Refuse a header that two columns are read from."""
    headers: dict[str, str] = info.context["headers"] if info.context else {}
    sharing = [name for name, other in headers.items() if other == normalised(header)]
    if len(sharing) > 1:
        raise problem(f"one column from the header {header!r}", sharing, "Keep the column that is meant.")
    return header


def _apart(mapped: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
    """Refuse a value of the file that stands twice in a map, or in the map and among the missing ones."""
    if twice := repeated(mapped):
        raise problem("each value of the file once", twice, "Remove the repeated one; spaces around do not count.")
    missing = {normalised(str(code)) for code in info.data.get("missing_values", ())}
    if both := [value for value in mapped if normalised(value) in missing]:
        raise problem("a map or missing_values for a value", both, "Take it out of one of the two.")
    return mapped


def _maps_to_values(mapped: dict[str, str], info: ValidationInfo) -> dict[str, str]:
    values = info.data.get("values")
    if values and (unknown := sorted(set(mapped.values()) - set(values))):
        raise problem(f"one of {', '.join(values)}", unknown, "Correct it, or add it to the column's values.")
    return mapped


def _no_map(mapped: dict[str, Any]) -> dict[str, Any]:
    do = "Map flags and categories only; write what stands for missing in missing_values."
    raise problem("no map for a column of this type", mapped, do)


def _zero_or_one(value: Any) -> Any:
    if isinstance(value, bool) or value not in (0, 1):  # to pydantic, true is a literal 1
        raise problem("0 or 1", value, "Correct it.")
    return value


ZeroOrOne = Annotated[int, BeforeValidator(_zero_or_one)]
NoMap = Annotated[dict[str, Any], AfterValidator(_no_map)]


class _Described(Strict):
    """What all columns have in common.

    Attributes
    ----------
    label
        The column's name as learners read it.
    header
        Its header in the company's own file (key `from`); None when that is the column's name.
    """

    label: Text
    header: Annotated[Text, AfterValidator(_header_of_one)] | None = Field(default=None, alias="from")


class _Feature(_Described):
    """What the columns that a model may use have in common.

    Attributes
    ----------
    missing_values
        What stands for missing in the company's own file, beyond the empty cell.
    reason
        The sentence for it in a letter of refusal, at most 120 characters; empty when it has none.
    missing
        Whether a value may be missing.
    known_at
        When the value is known; None when it is known as soon as the model decides.
    """

    missing_values: Codes = ()
    reason: Reason = ""
    missing: bool = False
    known_at: Text | None = None


class NumberColumn(_Feature):
    """Finite numbers in a unit.

    Attributes
    ----------
    range
        Lowest and highest value, both allowed.
    expect
        Declared sign of the effect of a higher value on the risk of the bad outcome; 0 when none was declared.
    """

    type: Literal["number", "whole"]
    range: Range
    unit: str = ""
    expect: Sign = 0
    map: NoMap = Field(default_factory=dict)

    @property
    def wanted(self) -> str:
        """The values allowed, in words."""
        kind = "whole numbers" if self.type == "whole" else "numbers"
        unit = f" ({self.unit})" if self.unit else ""
        return f"{kind} from {self.range[0]:.12g} to {self.range[1]:.12g}{unit}"

    def accepts(self, values: pd.Series[Any]) -> Accepted:
        """Return which of the values are allowed, shape (n,)."""
        numbers = _numbers(values)
        fits = (numbers >= self.range[0]) & (numbers <= self.range[1])
        return fits & (numbers == np.round(numbers)) if self.type == "whole" else fits


class FlagColumn(_Feature):
    """0 or 1; `expect` as for numbers, `map` from the values of the company's own file."""

    type: Literal["flag"]
    expect: Sign = 0
    map: Annotated[dict[str, ZeroOrOne], AfterValidator(_apart)] = Field(default_factory=dict)

    @property
    def wanted(self) -> str:
        """The values allowed, in words."""
        return "0 or 1"

    def accepts(self, values: pd.Series[Any]) -> Accepted:
        """Return which of the values are allowed, shape (n,)."""
        return np.isin(_numbers(values), (0.0, 1.0))


class CategoryColumn(_Feature):
    """One of a closed list of words; `map` from the values of the company's own file, several may become one."""

    type: Literal["category"]
    values: Words
    map: Annotated[dict[str, str], AfterValidator(_maps_to_values), AfterValidator(_apart)] = Field(
        default_factory=dict
    )

    @property
    def wanted(self) -> str:
        """The values allowed, in words."""
        listed = ", ".join(self.values[:_LISTED])
        return f"one of {listed}" + (f", ... ({len(self.values)} values)" if len(self.values) > _LISTED else "")

    def accepts(self, values: pd.Series[Any]) -> Accepted:
        """Return which of the values are allowed, shape (n,)."""
        return values.astype(object).isin(self.values).to_numpy(dtype=bool)


class CodeColumn(_Described):
    """Pseudonyms, text or whole numbers, that only tell rows apart; never a feature, never missing."""

    type: Literal["code"]
    missing: Literal[False] = False
    map: NoMap = Field(default_factory=dict)

    @property
    def wanted(self) -> str:
        """The values allowed, in words."""
        return "text or whole numbers"

    def accepts(self, values: pd.Series[Any]) -> Accepted:
        """Return which of the values are allowed, shape (n,)."""
        return np.array([_is_code(value) for value in values], dtype=bool)


class MonthColumn(_Described):
    """Months written as text; never a feature, never missing."""

    type: Literal["month"]
    missing: Literal[False] = False
    map: NoMap = Field(default_factory=dict)

    @property
    def wanted(self) -> str:
        """The values allowed, in words."""
        return "months written as text, like 2024-07"

    def accepts(self, values: pd.Series[Any]) -> Accepted:
        """Return which of the values are allowed, shape (n,)."""
        return values.astype(str).str.fullmatch(r"\d{4}-(0[1-9]|1[0-2])").to_numpy(dtype=bool)


Column = Annotated[NumberColumn | FlagColumn | CategoryColumn | CodeColumn | MonthColumn, Field(discriminator="type")]


def _is_code(value: object) -> bool:
    return isinstance(value, str | int | np.integer) and not isinstance(value, bool) and value != ""


def _numbers(values: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """Return the values as floats, nan for what is not a finite number: text is never read as one, nor is True."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        numbers = np.array([float(value) if _is_number(value) else np.nan for value in values], dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
