"""What columns are for: the roles and concepts of a contract, checked against the columns described in the same file.

The described columns reach the validators as the validation's context (`{"columns": name -> Column, or None when its own
description is wrong}`), so that a wrong reference is reported at its own key, beside every other problem of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from graders.contract.columns import CategoryColumn, Column, NumberColumn, Reason, Text, several
from graders.contract.file import Strict
from graders.contract.own_model import Scale
from graders.contract.problems import problem


def _described(info: ValidationInfo) -> Mapping[str, Column | None]:
    return info.context["columns"] if info.context else {}


def _names_column(*types: str) -> Callable[[str, ValidationInfo], str]:
    """Return a check that the column is described, with one of `types` if any are given."""

    def check(name: str, info: ValidationInfo) -> str:
        columns = _described(info)
        if name not in columns:
            raise problem("the name of a described column", name, "Describe it under columns, or name another one.")
        column = columns[name]
        if types and column is not None and column.type not in types:
            expected = f"a column whose type is {' or '.join(types)}"
            do = f"Its type is {column.type}: correct that under columns, or name another one."
            if types == ("flag",) and isinstance(column, CategoryColumn):
                mapped = ", ".join(f'"{value}" = {int(place == 0)}' for place, value in enumerate(column.values[:4]))
                do = (
                    f'Under [columns.{name}] write type = "flag" and take out values; say there which values are 1: '
                    f"map = {{ {mapped} }}."
                )
            raise problem(expected, name, do)
        return name

    return check


def _refuse_unknown_value(name: str, value: str, info: ValidationInfo) -> None:
    column = _described(info).get(name)
    if isinstance(column, CategoryColumn) and value not in column.values:
        raise problem(f"a value of `{name}`, {column.wanted}", value, "Correct it, or add it to the column's values.")


ColumnName = Annotated[str, AfterValidator(_names_column())]


class Target(Strict):
    """The outcome that the model predicts.

    Attributes
    ----------
    bad
        Which of 0 and 1 is the bad outcome.
    definition
        When an outcome counts as bad, in words.
    missing_means
        What a missing outcome says; None when none may be missing.
    """

    column: Annotated[str, AfterValidator(_names_column("flag"))]
    bad: Literal[0, 1] = 1
    definition: Text
    missing_means: Text | None = None

    @model_validator(mode="after")
    def _missing_is_explained(self, info: ValidationInfo) -> Self:
        column = _described(info).get(self.column)
        if column is not None and column.missing != (self.missing_means is not None):
            do = f"Write missing_means here and missing = true at `{self.column}`, or neither."
            raise problem("a meaning exactly when outcomes may be missing", self.missing_means, do)
        return self


class Decision(Strict):
    """The decision taken in the past, and its value for what was accepted."""

    column: Annotated[str, AfterValidator(_names_column("category"))]
    accepted: Text

    @model_validator(mode="after")
    def _accepted_is_a_value(self, info: ValidationInfo) -> Self:
        _refuse_unknown_value(self.column, self.accepted, info)
        return self


_PROBABLE: Mapping[str, tuple[float, float]] = {"percent": (0, 100), "probability": (0, 1)}


class Score(Strict):
    """What the organisation's own model says of a row; nothing where it has not scored it.

    Attributes
    ----------
    column
        A number. No model may use it.
    scale
        What its values are. Higher is riskier, but for ``points``: there, higher is safer.
    """

    column: Annotated[str, AfterValidator(_names_column("number", "whole"))]
    scale: Scale

    @model_validator(mode="after")
    def _values_are_of_the_scale(self, info: ValidationInfo) -> Self:
        column, ends = _described(info).get(self.column), _PROBABLE.get(self.scale)
        if ends and isinstance(column, NumberColumn) and not ends[0] <= column.range[0] < column.range[1] <= ends[1]:
            do = f"Correct the range at `{self.column}`, or the scale."
            raise problem(f"a column from {ends[0]} to {ends[1]} for a score in {self.scale}", list(column.range), do)
        return self


class Protected(Strict):
    """A protected attribute: never in a model, used for comparing groups only.

    Attributes
    ----------
    reference, compared
        The two groups: values of a category, or, for a number, ``>=cut`` and ``<cut``.
    cut
        Where a number is cut in two; None for a category.
    reference_label, compared_label
        What a reader calls the two groups, such as "women"; None for the values themselves.
    """

    column: Annotated[str, AfterValidator(_names_column("category", "number", "whole"))]
    reference: Text
    compared: Text
    cut: float | None = None
    reference_label: Text | None = None
    compared_label: Text | None = None

    def called(self, side: Literal["reference", "compared"]) -> str:
        """Return what a reader calls one of the two groups."""
        label, value = (
            (self.reference_label, self.reference) if side == "reference" else (self.compared_label, self.compared)
        )
        return label or value.replace(">=", "≥").replace("_", " ")

    @model_validator(mode="after")
    def _groups_exist(self, info: ValidationInfo) -> Self:
        groups = [self.reference, self.compared]
        if self.reference == self.compared:
            raise problem("two different groups", groups, "Name the group compared with the reference.")
        if isinstance(_described(info).get(self.column), NumberColumn):
            self._refuse_wrong_cut(groups)
        for group in groups:
            _refuse_unknown_value(self.column, group, info)
        return self

    def _refuse_wrong_cut(self, groups: list[str]) -> None:
        if self.cut is None or set(groups) != {f">={self.cut:.12g}", f"<{self.cut:.12g}"}:
            do = "Give the cut, and name the groups by it."
            raise problem('a cut and its two groups, like 30, ">=30" and "<30"', [self.cut, *groups], do)


class Roles(Strict):
    """Which column is what. Only `id` is required: what is missing switches questions off, it is no error.

    Attributes
    ----------
    id
        The pseudonym of a row, unique.
    date
        The month of a row.
    amount
        The money at stake, in the contract's currency.
    score
        The answers of the organisation's own model, where it has one.
    """

    id: Annotated[str, AfterValidator(_names_column("code"))]
    date: Annotated[str, AfterValidator(_names_column("month"))] | None = None
    target: Target | None = None
    decision: Decision | None = None
    amount: Annotated[str, AfterValidator(_names_column("number", "whole"))] | None = None
    score: Score | None = None
    protected: Annotated[tuple[Protected, ...], Field(strict=False)] = ()

    @property
    def kept_from_models(self) -> tuple[str, ...]:
        """The columns that no model may use, in the order id, date, target, decision, score, protected."""
        single = [part and part.column for part in (self.target, self.decision, self.score)]
        named = (name for name in (self.id, self.date, *single) if name)
        return (*named, *(attribute.column for attribute in self.protected))

    @model_validator(mode="after")
    def _points_have_outcomes(self) -> Self:
        if self.target is None and self.score is not None and self.score.scale == "points":
            do = "Name the target, or score rows in percent: what points mean is learnt from outcomes."
            raise problem("a target beside a score in points", None, do)
        return self

    @model_validator(mode="after")
    def _one_role_a_column(self) -> Self:
        used = (*self.kept_from_models, *([self.amount] if self.amount else []))
        twice = sorted({name for name in used if used.count(name) > 1})
        if twice:
            raise problem("one role a column", twice, "Keep one role for it.")
        return self


class Concept(Strict):
    """Columns that tell the same fact and are read as one; label and reason as for a column."""

    columns: Annotated[tuple[ColumnName, ...], Field(strict=False), AfterValidator(several)]
    label: Text
    reason: Reason = ""
