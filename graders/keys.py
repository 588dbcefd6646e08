"""The key of a graded question: a function of the case that returns the expectation.

Owns the decorator and the collecting of keys from a loaded module. Keys themselves live with the content and never reach a
learner; nothing here opens files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from graders.errors import ContentError

if TYPE_CHECKING:
    from graders.expectations import Expectation

Maker = Callable[[Any], "Expectation"]

_QUESTION = re.compile(r"[1-9][0-9]*\.[1-9][0-9]*")
_MARK = "__situ_key__"


@dataclass(frozen=True, slots=True)
class Key:
    """One graded question.

    Attributes
    ----------
    question
        Id ``<lesson>.<n>``.
    points
        What the question is worth.
    competency
        Id of the block's competency it is evidence for.
    maker
        Builds the expectation from a case.
    """

    question: str
    points: float
    competency: str
    maker: Maker

    def expect(self, case: Any) -> Expectation:
        """Return what is expected of this case's learner."""
        return self.maker(case)

    @property
    def title(self) -> str:
        """First line of the key's docstring: the question in one line."""
        return (self.maker.__doc__ or self.question).strip().splitlines()[0]


def key(question: str, *, points: float, competency: str) -> Callable[[Maker], Maker]:
    """Mark a function as the key of a graded question.

    Parameters
    ----------
    question
        Id such as ``"2.3"``: the lesson, then the number in the lesson.
    points
        Finite and positive.
    competency
        Id of the competency in ``block.toml``.

    Raises
    ------
    ContentError
        When the id or the points are not of that form.
    """
    if not _QUESTION.fullmatch(question):
        raise ContentError(f'Expected a question id such as "2.3", got {question!r}. Name lesson and number.')
    if not 0 < points < 1000:
        raise ContentError(f"Question {question}: expected points between 0 and 1000, got {points!r}.")

    def mark(maker: Maker) -> Maker:
        setattr(maker, _MARK, Key(question, float(points), competency, maker))
        return maker

    return mark


def keys_of(module: ModuleType) -> dict[str, Key]:
    """Return the keys a module defines, by question, in the order they stand in the file.

    Raises
    ------
    ContentError
        When two functions claim the same question.
    """
    found: dict[str, Key] = {}
    for value in vars(module).values():
        marked = getattr(value, _MARK, None)
        if not isinstance(marked, Key):
            continue
        if marked.question in found:
            raise ContentError(f"{module.__file__}: question {marked.question} has two keys. Keep one.")
        found[marked.question] = marked
    return found
