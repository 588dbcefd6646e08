"""A class on disk: an nbgrader course directory, with what is the instructor's alone kept apart.

Owns the layout of the directory and its opening; `instructors.making` makes one. nbgrader owns ``source/`` to ``feedback/`` and
the gradebook; what is in ``content/`` and ``private/`` never leaves the instructor's side.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
    left_out: Mapping[str, str] = Field(default_factory=dict)
    lacking: Mapping[str, str] = Field(default_factory=dict)
    notes: Mapping[str, list[str]] = Field(default_factory=dict)


def reduced_lines(
    left_out: Mapping[str, str], lacking: Mapping[str, str], notes: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return the lines of ``class.toml`` that say what a class leaves out of its block; they stand behind all others.

    Parameters
    ----------
    left_out
        Question -> why the class does not ask it.
    lacking
        Capability -> why the portfolio does not have it.
    notes
        Lesson, or ``all`` -> sentences that the lesson says near its top; ``2.end`` -> at the end of lesson 2.
    """
    tables = {
        "[left_out]  # question of the block = why this class does not ask it": left_out,
        "[lacking]  # what the portfolio does not have = why; the lessons' texts go by it": lacking,
        '[notes]  # lesson, or "all" = sentences that the lesson says of the portfolio near its top': notes,
    }
    lines: list[str] = []
    for head, table in tables.items():
        if table:
            lines += ["", head, *(f"{_toml(name)} = {_toml(value)}" for name, value in table.items())]
    return lines


def _toml(value: str | Sequence[str]) -> str:
    """Return a text, or a list of texts, as TOML writes it: JSON's way, but for the one control character that JSON lets pass."""
    data = value if isinstance(value, str) else list(value)
    return json.dumps(data, ensure_ascii=False).replace("\x7f", "\\u007f")


@dataclass(frozen=True)
class Class:
    """A class folder, opened on the instructor's side."""

    root: Path
    settings: ClassSettings

    @cached_property
    def block(self) -> Block:
        """The class's own copy of its block, keys included, with what this class leaves out of it."""
        settings = self.settings
        whole = read_block(self.root / "content" / "courses" / settings.block)
        return replace(whole, left_out=settings.left_out, lacking=settings.lacking, notes=settings.notes)

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
