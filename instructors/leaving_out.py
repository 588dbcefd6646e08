"""Which questions a class leaves out, why, and what those it keeps are then worth.

Owns the two ways a question goes, and that it takes with it what follows it: the portfolio lacks what it needs, or the instructor
names it. Pure: the text around the questions is `instructors.sources`, what a portfolio lacks the block's own pre-flight.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from graders.errors import ContentError
from graders.keys import Key

if TYPE_CHECKING:
    from instructors.content import Block, LessonEntry

STEP = 0.5  # of points, where questions share those of others

_BY_NAME = "the instructor left it out"


def left_out(block: Block, lacking: Mapping[str, str], named: Iterable[str] = ()) -> dict[str, str]:
    """Return the questions that a class does not ask, in the block's order, each with the reason in a few words.

    Parameters
    ----------
    block
        With all its questions.
    lacking
        What the portfolio lacks -> why; an empty reason means that it is there.
    named
        Questions that the instructor leaves out.

    Raises
    ------
    ContentError
        When the instructor names a question that the block does not have.
    """
    named = tuple(named)
    keys = block.every_key
    if unknown := [question for question in named if question not in keys]:
        raise ContentError(
            f"Expected questions of {block.name} to leave out, got {', '.join(unknown)}. It has {', '.join(keys)}."
        )
    gone = {name: why for name, why in lacking.items() if why}
    found: dict[str, str] = {}
    for question, key in keys.items():  # in order: what a question follows comes before it
        followed = [asked for asked in key.follows if asked in found]
        needed = [name for name in key.needs if name in gone]
        if question in named:
            found[question] = _BY_NAME
        elif needed:
            found[question] = "; ".join(gone[name] for name in needed)
        elif followed:
            found[question] = f"it builds on {' and '.join(followed)}, which this class does not ask"
    return found


def lessons_kept(block: Block, gone: Collection[str]) -> list[LessonEntry]:
    """Return the lessons of a block that still ask something when some questions are left out, in the block's order."""
    kept = {question.partition(".")[0] for question in block.every_key if question not in gone}
    return [entry for entry in block.settings.lessons if entry.id in kept]


def kept_keys(keys: Mapping[str, Key], gone: Collection[str], by_rubric: Collection[str] = ()) -> dict[str, Key]:
    """Return the keys of the questions that a class asks, worth what they are worth in it.

    The questions that are left out of a lesson give their points to those that stay, each in proportion to its own, in steps of
    half a point; the lesson is worth as much as before. A question that is marked by a rubric keeps its own points and takes none:
    left out, its points go with it.

    Parameters
    ----------
    keys
        Of all questions, those of a lesson together.
    gone
        Questions left out.
    by_rubric
        Questions marked by a rubric.
    """
    kept: dict[str, Key] = {}
    for _lesson, group in groupby(keys.values(), key=lambda key: key.question.partition(".")[0]):
        members = list(group)
        sharing = [key for key in members if key.question not in by_rubric]
        staying = [key for key in sharing if key.question not in gone]
        points = {key.question: key.points for key in members}
        if staying and len(staying) < len(sharing):
            total = sum(key.points for key in sharing)
            points |= shared({key.question: key.points for key in staying}, total)
        kept |= {key.question: replace(key, points=points[key.question]) for key in members if key.question not in gone}
    return kept


def shared(points: Mapping[str, float], total: float) -> dict[str, float]:
    """Share a total in proportion to points, in steps of half a point, by the largest remainder; nobody gets less than a step.

    What a total has beyond whole steps goes to the question with the most points.

    >>> shared({"2.1": 2.0, "2.2": 3.0, "2.3": 3.0}, 10)
    {'2.1': 2.5, '2.2': 4.0, '2.3': 3.5}
    """
    steps = int(total / STEP)
    if steps < len(points):
        return {question: own * total / sum(points.values()) for question, own in points.items()}
    exact = {question: own / sum(points.values()) * steps for question, own in points.items()}
    given = {question: max(1, int(share)) for question, share in exact.items()}
    while sum(given.values()) < steps:
        given[max(given, key=lambda question: round(exact[question] - given[question], 9))] += 1
    while sum(given.values()) > steps:  # where one step each is more than its share for some
        many = [question for question in given if given[question] > 1]
        given[min(many, key=lambda question: round(exact[question] - given[question], 9))] -= 1
    rest = total - STEP * steps
    most = max(given, key=lambda question: given[question])
    return {question: STEP * count + (rest if question == most else 0.0) for question, count in given.items()}
