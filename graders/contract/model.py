"""The contract as the rest of the kit reads it: columns by role, features in order, labels, concepts, policy lines.

Made by `read_contract` only, which validates it in the context of the columns its file describes (see `graders.contract.roles`).
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from graders.contract.columns import CategoryColumn, CodeColumn, Column, MonthColumn, Text
from graders.contract.file import FileSettings, Strict
from graders.contract.own_model import ModelSettings
from graders.contract.problems import problem
from graders.contract.roles import Concept, Protected, Roles
from graders.errors import DataError


def _line(value: Any) -> Any:
    """Refuse what is neither a number nor a band; left to pydantic, each alternative would be reported on its own."""
    numbers = value if isinstance(value, list) and len(value) == 2 else [value]
    if not all(_is_finite_number(number) for number in numbers) or numbers != sorted(numbers):
        raise problem("a number, or a band [low, high]", value, "Write the line that your organisation declares.")
    return value


def _is_finite_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


Line = Annotated[float | Annotated[tuple[float, float], Field(strict=False)], BeforeValidator(_line)]


def _plain_name(name: str) -> str:
    if not re.fullmatch(r"[^\W\d]\w*", name):
        do = "Name the column so, and write its header in the file as from."
        raise problem("a name of letters, digits and _, a letter first", name, do)
    return name


ColumnName = Annotated[str, AfterValidator(_plain_name)]


class Contract(Strict):
    """What the columns of a dataset mean.

    Attributes
    ----------
    title
        The dataset in a few words.
    currency
        ISO 4217 code of all amounts; None when there are none.
    decides_at
        The moment at which the model decides; a column known at another moment is no feature.
    columns
        Every column by name, in the file's order. A table may have others; they are never read.
    roles
        Which column is what.
    declared_concepts
        The concepts written in the file (key `concepts`); the property `concepts` has every feature.
    policy
        The lines that the organisation itself declares, each a number or a band (low, high).
    added
        What Situ added to the organisation's own portfolio for training: a column's or concept's name -> what it is, in a
        sentence. Written when a class is made.
    file
        How the company's own file is read; nothing said in a contract that learners got.
    model
        How the company's own model is asked; as `file`.
    """

    title: Text
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    decides_at: Text = "application"
    columns: Annotated[dict[ColumnName, Column], Field(min_length=1)]
    roles: Roles
    declared_concepts: Annotated[dict[str, Concept], Field(alias="concepts")] = Field(default_factory=dict)
    policy: dict[str, Line] = Field(default_factory=dict)
    added: dict[str, Text] = Field(default_factory=dict)
    file: FileSettings = Field(default_factory=FileSettings)
    model: ModelSettings = Field(default_factory=ModelSettings)

    @field_validator("declared_concepts")
    @classmethod
    def _concepts_are_apart(cls, concepts: dict[str, Concept], info: ValidationInfo) -> dict[str, Concept]:
        members = [column for concept in concepts.values() for column in concept.columns]
        shared = sorted({column for column in members if members.count(column) > 1})
        if shared:
            raise problem("each column in one concept", shared, "Keep the concept that it tells most about.")
        columns = info.context["columns"] if info.context else {}
        if taken := sorted(set(concepts) & set(columns)):
            raise problem("names for concepts that no column has", taken, "Rename the concept.")
        return concepts

    @field_validator("added")
    @classmethod
    def _added_are_described(cls, added: dict[str, Text], info: ValidationInfo) -> dict[str, Text]:
        columns = info.context["columns"] if info.context else {}
        if unknown := sorted(set(added) - {*columns, *info.data.get("declared_concepts", ())}):
            raise problem("names of described columns or concepts", unknown, "Describe them, or remove the lines.")
        return added

    @model_validator(mode="after")
    def _has_features(self) -> Self:
        if not self.features:
            raise problem("at least one column that a model may use", [], "Describe the features under columns.")
        return self

    @property
    def numeric(self) -> list[str]:
        """The features that are numbers or flags, in the file's order."""
        return [name for name in self._usable if not self.is_late(name) and not self._is_category(name)]

    @property
    def categorical(self) -> list[str]:
        """The features that are categories, in the file's order."""
        return [name for name in self._usable if not self.is_late(name) and self._is_category(name)]

    @property
    def features(self) -> list[str]:
        """What a model may use: the numeric features, then the categorical ones."""
        return [*self.numeric, *self.categorical]

    @property
    def late(self) -> list[str]:
        """The columns a model could use, were they known when it decides."""
        return [name for name in self._usable if self.is_late(name)]

    @property
    def protected(self) -> dict[str, Protected]:
        """The protected attributes by column."""
        return {attribute.column: attribute for attribute in self.roles.protected}

    @property
    def concepts(self) -> dict[str, list[str]]:
        """Every concept with its features, in the order of the features; a feature of no declared concept is its own."""
        concepts: dict[str, list[str]] = {}
        for feature in self.features:
            concepts.setdefault(self.concept_of(feature), []).append(feature)
        return concepts

    def concept_of(self, feature: str) -> str:
        """Return the concept a column belongs to: a declared one, else itself.

        Raises
        ------
        DataError
            When the contract describes no such column.
        """
        self._part(feature)
        return next((name for name, concept in self.declared_concepts.items() if feature in concept.columns), feature)

    def label(self, name: str) -> str:
        """Return what learners read for a column or a concept; errors as in `concept_of`."""
        return self._part(name).label

    def reason(self, name: str) -> str:
        """Return the sentence for a column or a concept in a letter of refusal, "" when there is none."""
        return getattr(self._part(name), "reason", "")

    def header(self, column: str) -> str:
        """Return a column's header in the company's own file."""
        return getattr(self._part(column), "header", None) or column

    def known_at(self, column: str) -> str:
        """Return the moment at which a column's value is known."""
        return getattr(self._part(column), "known_at", None) or self.decides_at

    def is_late(self, column: str) -> bool:
        """Return whether a column's value is not known yet when the model decides."""
        return self.known_at(column) != self.decides_at

    @property
    def _usable(self) -> list[str]:
        """The columns a model could read, whenever they are known."""
        kept = self.roles.kept_from_models
        described = self.columns.items()
        return [
            name for name, column in described if name not in kept and not isinstance(column, CodeColumn | MonthColumn)
        ]

    def _is_category(self, name: str) -> bool:
        return isinstance(self.columns[name], CategoryColumn)

    def _part(self, name: str) -> Column | Concept:
        part = self.columns.get(name) or self.declared_concepts.get(name)
        if part is None:
            raise DataError(
                f"{self.title}: expected a column or concept of the contract, got {name!r}. Correct the name."
            )
        return part
