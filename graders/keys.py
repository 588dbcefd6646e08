"""The key of a graded question: a function of the case that returns the expectation.

Owns the decorator and the collecting of keys from a loaded module, and what of a learner's earlier answers a key is shown. Keys
themselves live with the content and never reach a learner; nothing here opens files.
"""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any

from graders.answers import JSON
from graders.errors import ContentError
from graders.forms.reading import says_nothing

if TYPE_CHECKING:
    from graders.expectations import Expectation

Maker = Callable[..., "Expectation"]
Earlier = Mapping[str, JSON]
NONE_EARLIER: Earlier = MappingProxyType({})

_QUESTION = re.compile(r"[1-9][0-9]*\.[1-9][0-9]*")
_CAPABILITY = re.compile(r"[a-z][a-z0-9_]*")
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
        Builds the expectation from a case; where it follows questions, from a case and the learner's answers to them.
    follows
        Earlier questions of the same lesson that this one builds on.
    needs
        What a portfolio must have for the question to be asked, by the names of the block's capabilities.
    """

    question: str
    points: float
    competency: str
    maker: Maker
    follows: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def expect(self, case: Any, earlier: Earlier = NONE_EARLIER) -> Expectation:
        """Return what is expected of this case's learner.

        Parameters
        ----------
        case
            The learner's.
        earlier
            The learner's answers that count, by question. The maker is shown those that this question follows, as JSON data
            that nobody has checked, None for one that says nothing. The form must be the same whatever they are.
        """
        if not self.follows:
            return self.maker(case)
        return self.maker(case, MappingProxyType({question: _said(earlier.get(question)) for question in self.follows}))

    @property
    def title(self) -> str:
        """First line of the key's docstring: the question in one line."""
        return (self.maker.__doc__ or self.question).strip().splitlines()[0]


def key(
    question: str, *, points: float, competency: str, follows: tuple[str, ...] = (), needs: tuple[str, ...] = ()
) -> Callable[[Maker], Maker]:
    """Mark a function as the key of a graded question.

    Parameters
    ----------
    question
        Id such as ``"2.3"``: the lesson, then the number in the lesson.
    points
        Finite and positive.
    competency
        Id of the competency in ``block.toml``.
    follows
        Earlier questions of the same lesson: the function then takes ``(case, earlier)``, where `earlier` maps each of them to
        the learner's own answer, None where there is none.
    needs
        Names of capabilities, such as ``"date"``: a class on a portfolio that lacks one of them does not ask the question.

    Raises
    ------
    ContentError
        When the id, the points, the followed questions or the needs are not of that form.
    """
    if not _QUESTION.fullmatch(question):
        raise ContentError(f'Expected a question id such as "2.3", got {question!r}. Name lesson and number.')
    if not 0 < points < 1000:
        raise ContentError(f"Question {question}: expected points between 0 and 1000, got {points!r}.")
    _check_followed(question, follows)
    _check_needs(question, needs)

    def mark(maker: Maker) -> Maker:
        if follows:
            _check_parameters(maker, question)
        setattr(maker, _MARK, Key(question, float(points), competency, maker, tuple(follows), tuple(needs)))
        return maker

    return mark


def _check_followed(question: str, follows: tuple[str, ...]) -> None:
    lesson, _dot, number = question.partition(".")
    for asked in follows:
        its_lesson, _dot, its_number = str(asked).partition(".")
        fits = isinstance(follows, tuple | list) and _QUESTION.fullmatch(str(asked)) and its_lesson == lesson
        if not fits or int(its_number) >= int(number) or list(follows).count(asked) > 1:
            raise ContentError(
                f'Question {question}: expected follows=("{lesson}.1",) with earlier questions of lesson {lesson}, each once, '
                f"got {follows!r}. Name only what learners have answered before."
            )


def _check_needs(question: str, needs: tuple[str, ...]) -> None:
    listed = isinstance(needs, tuple | list)
    if not listed or any(not isinstance(name, str) or not _CAPABILITY.fullmatch(name) for name in needs):
        raise ContentError(
            f'Question {question}: expected needs=("date",) with names of capabilities in small letters, got {needs!r}. '
            "Name what the portfolio must have."
        )


def _check_parameters(maker: Maker, question: str) -> None:
    try:
        inspect.signature(maker).bind(None, None)
    except TypeError as error:
        raise ContentError(
            f"Question {question}: expected a function of (case, earlier), as it follows others, got {maker}. Take both."
        ) from error


def _said(answer: JSON) -> JSON:
    """Return an earlier answer as a copy that a maker may take apart; None for one that says nothing."""
    return None if says_nothing(answer) else copy.deepcopy(answer)


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
