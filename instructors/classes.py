"""A class on disk: an nbgrader course directory, with what is the instructor's alone kept apart.

Owns the layout of the directory and its opening; `instructors.making` makes one. nbgrader owns ``source/`` to ``feedback/`` and
the gradebook; what is in ``content/`` and ``private/`` never leaves the instructor's side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from graders.cases import is_case
from graders.delivery import SUFFIX, Delivery, open_delivery
from graders.errors import ClassError
from graders.keys import Key
from instructors.content import Block, read_block
from instructors.settings import read_settings

SETTINGS = "class.toml"


class ClassSettings(BaseModel):
    """``class.toml``."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    format: int = Field(ge=1, le=1)
    class_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    block: str
    dataset: str
    exchange: str | None = None
    gradebook: str | None = None
    assignments: Mapping[str, str]


@dataclass(frozen=True)
class Class:
    """A class folder, opened on the instructor's side."""

    root: Path
    settings: ClassSettings

    @cached_property
    def block(self) -> Block:
        """The class's own copy of its block, keys included."""
        return read_block(self.root / "content" / "courses" / self.settings.block)

    @cached_property
    def delivery(self) -> Delivery:
        """What the learners got, in the copy that only this side reads."""
        return open_delivery(self.root / "private" / "delivery")

    @property
    def delivery_file(self) -> Path:
        """The one file learners get."""
        return self.root / "delivery" / (self.settings.class_id + SUFFIX)

    @property
    def exchange(self) -> Path:
        """The exchange of this class, as nbgrader uses it."""
        return Path(self.settings.exchange) if self.settings.exchange else self.root / "exchange"

    @property
    def gradebook(self) -> str:
        """The gradebook's database URL, as nbgrader writes it: a file in the class folder unless the settings name another."""
        return self.settings.gradebook or f"sqlite:///{self.root / 'gradebook.db'}"

    def keys(self, assignment: str) -> dict[str, Key]:
        """Return the keys of an assignment by question."""
        lesson = self.settings.assignments.get(assignment)
        return self.block.keys(lesson) if lesson is not None else {}

    def case(self, learner: str, assignment: str) -> Any:
        """Return the learner's case of an assignment, from the trusted side's own files."""
        return self.delivery.case(learner, self.settings.assignments[assignment], self._cases)

    def case_directory(self, learner: str, assignment: str) -> Path:
        """Return the directory of the learner's case of an assignment, made if it is not there yet."""
        return self.delivery.ready_case(learner, self.settings.assignments[assignment], self._cases)

    def known_case(self, learner: str, assignment: str) -> Path | None:
        """Return the directory of the learner's case of an assignment; None when it is not made yet."""
        directory = self.delivery.case_directory(learner, self.settings.assignments[assignment], self._cases)
        return directory if is_case(directory) else None

    @property
    def _cases(self) -> Path:
        return self.root / "private" / "cases"


def open_class(root: Path) -> Class:
    """Open a class folder.

    Raises
    ------
    ClassError
        When it is none, with every problem of its settings at once.
    """
    missing = f"Expected a class in {root}, got no readable {SETTINGS}. Make one: situ class new {root} --block NAME"
    settings = read_settings(root / SETTINGS, ClassSettings, "the settings of a class", missing, ClassError)
    return Class(root.resolve(), settings)
