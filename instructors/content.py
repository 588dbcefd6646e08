"""The content a machine has: which blocks and datasets there are, and what a block says of itself.

A folder with a ``block.toml`` under ``courses/`` is a block, a folder with a ``contract.toml`` under ``datasets/`` a dataset;
there is no other list.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

import graders
from graders.content import load_module
from graders.errors import ContentError
from graders.keys import Key, keys_of
from instructors.leaving_out import kept_keys
from instructors.rubric import rubric_questions
from instructors.settings import read_settings

PORTFOLIO_ROWS = 72_000  # of a generated portfolio, unless somebody asks for another size


class LessonEntry(BaseModel):
    """One lesson as ``block.toml`` names it; its source is ``lessons/<file>.py``."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[1-9][0-9]*$")
    file: str = Field(pattern=r"^[a-z0-9_]+$")
    title: str
    minutes: int = Field(gt=0)


class BlockSettings(BaseModel):
    """``block.toml``."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    title: str
    role: str
    level: int = Field(ge=1, le=3)
    weeks: int = Field(ge=1, le=6)
    dataset: str
    sample_rows: int = Field(gt=0)
    lessons: list[LessonEntry] = Field(min_length=1)
    competencies: Mapping[str, str]
    capabilities: list[str] = []


@dataclass(frozen=True)
class Block:
    """A block's folder and what it says of itself; and, in a class, what that class has of it.

    Attributes
    ----------
    folder, settings
        The block.
    left_out
        Question -> why the class does not ask it.
    lacking
        Capability that the class's portfolio does not have -> why.
    notes
        Lesson, or ``all`` -> sentences that the lesson says of the class's portfolio near its top; ``2.end`` -> at the end of
        lesson 2.
    """

    folder: Path
    settings: BlockSettings
    left_out: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The folder's name, which is the block's id."""
        return self.folder.name

    def lesson(self, lesson_id: str) -> LessonEntry:
        """Return the lesson of an id."""
        for entry in self.settings.lessons:
            if entry.id == lesson_id:
                return entry
        known = ", ".join(entry.id for entry in self.settings.lessons)
        raise ContentError(f"{self.name}: expected a lesson among {known}, got {lesson_id!r}.")

    def lesson_file(self, entry: LessonEntry) -> Path:
        """Return the percent source of a lesson."""
        return self.folder / "lessons" / f"{entry.file}.py"

    @cached_property
    def every_key(self) -> dict[str, Key]:
        """Every key of the block, in the order of lessons and questions; the files under ``keys/`` are as the author likes.

        Raises
        ------
        ContentError
            When two files claim a question, one is of a lesson that ``block.toml`` does not name, one follows a question that has
            no key, or one needs a capability that ``block.toml`` does not name.
        """
        found: dict[str, Key] = {}
        for file in sorted((self.folder / "keys").glob("*.py")):
            keys = keys_of(load_module(file))
            for question in sorted(set(keys) & set(found)):
                raise ContentError(f"{file}: question {question} has a key in another file too. Keep one.")
            found |= keys
        for question, key in found.items():
            self.lesson(question.partition(".")[0])
            if lacking := [asked for asked in key.follows if asked not in found]:
                raise ContentError(
                    f"{self.name}: expected a key for what question {question} follows, got none for {', '.join(lacking)}. "
                    "Write it, or follow another question."
                )
            if unknown := [name for name in key.needs if name not in self.settings.capabilities]:
                raise ContentError(
                    f"{self.name}: expected question {question} to need what block.toml names under capabilities "
                    f"({', '.join(self.settings.capabilities) or 'none'}), got {', '.join(unknown)}. Name it there, or correct it."
                )
        return dict(sorted(found.items(), key=lambda item: [int(part) for part in item[0].split(".")]))

    @cached_property
    def all_keys(self) -> dict[str, Key]:
        """The keys of the questions that are asked, in the order of lessons and questions, with their points in this class.

        Raises
        ------
        ContentError
            As for `every_key`; when a question that is left out is none of the block's, or one that is asked follows it.
        """
        if unknown := [question for question in self.left_out if question not in self.every_key]:
            raise ContentError(
                f"{self.name}: expected questions of the block under left_out, got {', '.join(unknown)}. Correct class.toml."
            )
        kept = kept_keys(self.every_key, self.left_out, rubric_questions(self.folder))
        for question, key in kept.items():
            if gone := [asked for asked in key.follows if asked in self.left_out]:
                raise ContentError(
                    f"{self.name}: expected question {question} to be left out too, as it builds on {', '.join(gone)}. "
                    "Add it to left_out in class.toml."
                )
        return kept

    def keys(self, lesson_id: str) -> dict[str, Key]:
        """Return the keys of the questions that a lesson asks, by question."""
        entry = self.lesson(lesson_id)
        return {question: key for question, key in self.all_keys.items() if question.partition(".")[0] == entry.id}


def read_block(folder: Path) -> Block:
    """Read a block's folder.

    Raises
    ------
    ContentError
        With every problem of ``block.toml`` at once.
    """
    missing = f"Expected a block in {folder}, got no block.toml. Name a folder under courses/."
    settings = read_settings(folder / "block.toml", BlockSettings, "the keys of a block", missing, ContentError)
    return Block(folder, settings)


def content_root() -> Path:
    """Return the folder that holds ``courses/`` and ``datasets/``.

    That is ``SITU_CONTENT``, else the nearest such folder above the current one, else the checkout Situ runs from.
    """
    named = os.environ.get("SITU_CONTENT")
    here = Path.cwd()
    places = [Path(named)] if named else [here, *here.parents, Path(graders.__file__).parent.parent]
    for place in places:
        if (place / "courses").is_dir() and (place / "datasets").is_dir():
            return place.resolve()
    raise ContentError(
        f"Expected a folder with courses/ and datasets/, got none at or above {here}. Run from a checkout, or set SITU_CONTENT."
    )


def block_names(root: Path) -> list[str]:
    """Return the names of the blocks there are."""
    return sorted(file.parent.name for file in (root / "courses").glob("*/block.toml"))


def find_block(name: str) -> Block:
    """Return the block of a name, or of a path to its folder.

    Raises
    ------
    ContentError
        When there is none; the text lists those there are.
    """
    if Path(name, "block.toml").is_file():
        return read_block(Path(name).resolve())
    root = content_root()
    names = block_names(root)
    if name not in names:
        raise ContentError(
            f"Expected a block among {', '.join(names) or 'none'}, got {name!r}. Choose one, or give its folder."
        )
    return read_block(root / "courses" / name)


def dataset_folder(name: str, block: Block) -> Path:
    """Return the folder of a block's dataset: beside the block in a checkout, or in the class's own content."""
    beside = block.folder.parent.parent / "datasets" / name
    folder = beside if (beside / "contract.toml").is_file() else content_root() / "datasets" / name
    if (folder / "contract.toml").is_file():
        return folder
    raise ContentError(
        f"Block {block.name}: expected a dataset {name!r} under datasets/, got none. Put its folder there."
    )
