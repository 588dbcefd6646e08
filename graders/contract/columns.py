"""The kinds of column a contract can describe, and which values each accepts. Knows no roles and no file."""

from __future__ import annotations

from numbers import Real
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

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


class Strict(BaseModel):
    """A part of a contract: frozen, no unknown keys, no silent conversions."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class _Feature(Strict):
    """What the columns that a model may use have in common.

    Attributes
    ----------
    label
        The column's name as learners read it.
    reason
        The sentence for it in a letter of refusal, at most 120 characters; empty when it has none.
    missing
        Whether a value may be missing.
    known_at
        When the value is known; None when it is known as soon as the model decides.
    """

    label: Text
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
    """0 or 1; `expect` as for numbers."""

    type: Literal["flag"]
    expect: Sign = 0

    @property
    def wanted(self) -> str:
        """The values allowed, in words."""
        return "0 or 1"

    def accepts(self, values: pd.Series[Any]) -> Accepted:
        """Return which of the values are allowed, shape (n,)."""
        return np.isin(_numbers(values), (0.0, 1.0))


class CategoryColumn(_Feature):
    """One of a closed list of words."""

    type: Literal["category"]
    values: Words

    @property
    def wanted(self) -> str:
        """The values allowed, in words."""
        listed = ", ".join(self.values[:_LISTED])
        return f"one of {listed}" + (f", ... ({len(self.values)} values)" if len(self.values) > _LISTED else "")

    def accepts(self, values: pd.Series[Any]) -> Accepted:
        """Return which of the values are allowed, shape (n,)."""
        return values.astype(object).isin(self.values).to_numpy(dtype=bool)


class CodeColumn(Strict):
    """Pseudonyms, text or whole numbers, that only tell rows apart; never a feature, never missing."""

    type: Literal["code"]
    label: Text
    missing: Literal[False] = False

    @property
    def wanted(self) -> str:
        """The values allowed, in words."""
        return "text or whole numbers"

    def accepts(self, values: pd.Series[Any]) -> Accepted:
        """Return which of the values are allowed, shape (n,)."""
        return np.array([_is_code(value) for value in values], dtype=bool)


class MonthColumn(Strict):
    """Months written as text; never a feature, never missing."""

    type: Literal["month"]
    label: Text
    missing: Literal[False] = False

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
