"""The rubric of a memo: by which criteria a person marks it, what each level of a criterion looks like, and what it earns.

Owns ``rubric_<lesson>.toml`` beside a block's ``case.py``, read whole or refused with every problem at once. Learners never get
the file; what it says reaches them in the lesson built with it (`instructors.rubric_cells`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from graders.errors import ContentError
from instructors.settings import read_settings

if TYPE_CHECKING:
    from instructors.content import Block

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_POINTS = rf"^{_NUMBER}(?:\s*[-–]\s*{_NUMBER})?$"
_FLAT = r"^\S(?:.*\S)?$"  # one line, no space around it: it becomes a cell of a table


class Level(BaseModel):
    """One level of a criterion; its points are a number or a range, such as ``"3"`` or ``"0-1"``."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    name: str = Field(pattern=_FLAT)
    points: str = Field(pattern=_POINTS)
    text: str = Field(pattern=_FLAT)

    @property
    def least(self) -> float:
        """The fewest points it earns."""
        return self._ends[0]

    @property
    def most(self) -> float:
        """The most points it earns."""
        return self._ends[-1]

    @property
    def _ends(self) -> list[float]:
        return [float(end) for end in re.findall(_NUMBER, self.points)]


class Criterion(BaseModel):
    """What a memo is read for; levels from the lowest to the highest, whose points are the criterion's."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$", max_length=40)
    title: str = Field(pattern=_FLAT)
    points: float = Field(gt=0, lt=1000)
    levels: list[Level] = Field(min_length=2, max_length=6)


class Rubric(BaseModel):
    """``rubric_<lesson>.toml``.

    Attributes
    ----------
    question
        The memo it is for.
    cap
        What limits the points of a memo whatever else is good in it, in one sentence.
    pass_mark
        What it takes to pass, in one sentence.
    criteria
        In the order in which they are shown.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    question: str = Field(pattern=r"^[1-9][0-9]*\.[1-9][0-9]*$")
    cap: str = Field(pattern=_FLAT)
    pass_mark: str = Field(pattern=_FLAT)
    criteria: list[Criterion] = Field(min_length=1)

    @property
    def points(self) -> float:
        """The sum over the criteria: what the question is worth."""
        return round(sum(criterion.points for criterion in self.criteria), 6)

    @property
    def level_names(self) -> list[str]:
        """What the levels are called, from the lowest to the highest: in every criterion alike."""
        return [level.name for level in self.criteria[0].levels]


def rubric_file(folder: Path, lesson: str) -> Path:
    """Return where the rubric of a lesson stands in a block's folder."""
    return folder / f"rubric_{lesson}.toml"


def rubric_of(block: Block, lesson: str) -> Rubric | None:
    """Return the rubric of a lesson of a block; None where it has none, or where the class leaves its memo out.

    Raises
    ------
    ContentError
        With every problem of the file at once.
    """
    file = rubric_file(block.folder, lesson)
    rubric = read_rubric(file, lesson) if file.is_file() else None
    return None if rubric is not None and rubric.question in block.left_out else rubric


def rubric_questions(folder: Path) -> frozenset[str]:
    """Return the questions of a block's folder that are marked by a rubric.

    Raises
    ------
    ContentError
        With every problem of the first file that has any.
    """
    files = sorted(folder.glob("rubric_*.toml"))
    return frozenset(read_rubric(file, file.stem.removeprefix("rubric_")).question for file in files)


def read_rubric(file: Path, lesson: str) -> Rubric:
    """Read the rubric of a lesson.

    Raises
    ------
    ContentError
        With every problem of the file at once.
    """
    missing = (
        f"Expected a rubric in {file}, got no readable file. Write it, or take the rubric cells out of the lesson."
    )
    rubric = read_settings(file, Rubric, "the rubric of a memo", missing, ContentError)
    if problems := list(_problems(rubric, lesson)):
        raise ContentError("\n".join(f"{file}: {problem}" for problem in problems))
    return rubric


def _problems(rubric: Rubric, lesson: str) -> Iterator[str]:
    if rubric.question.partition(".")[0] != lesson:
        yield f'expected a question of lesson {lesson}, got "{rubric.question}". Correct it, or rename the file.'
    ids = [criterion.id for criterion in rubric.criteria]
    if repeated := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        yield f"expected an id of its own for every criterion, got {', '.join(repeated)} more than once. Rename one."
    for criterion in rubric.criteria:
        names = [level.name for level in criterion.levels]
        if names != rubric.level_names:
            yield (
                f"criterion {criterion.id}: expected the levels {', '.join(rubric.level_names)}, as in the first criterion, "
                f"got {', '.join(names)}. Call them alike: they are the columns of one table."
            )
        yield from _level_problems(criterion)


def _level_problems(criterion: Criterion) -> Iterator[str]:
    given = ", ".join(level.points for level in criterion.levels)
    if any(level.least > level.most for level in criterion.levels) or any(
        low.most >= high.least for low, high in pairwise(criterion.levels)
    ):
        yield f"criterion {criterion.id}: expected levels that earn more and more, got {given}. Order them."
    if criterion.levels[-1].most != criterion.points:
        yield (
            f"criterion {criterion.id}: expected a highest level of {criterion.points:g} points, got "
            f"{criterion.levels[-1].points}. Correct the level or the criterion."
        )
