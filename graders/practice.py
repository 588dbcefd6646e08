"""Practice items, checked at once with hints on demand, and decisions, which nobody checks: decide first, then look.

Owns the two decorators and the collecting of items from a loaded module. A practice item earns nothing, so its expectation may
reach the learner; a graded question's never does.
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
    from graders.forms import Form

Maker = Callable[[Any], "Expectation"]
FormMaker = Callable[[Any], "Form"]
Hint = str | Callable[[Any], str]

_ITEM = re.compile(r"[1-9][0-9]*\.[a-z]")
_DECISION = re.compile(r"[1-9][0-9]*\.[a-z][a-z0-9]*(-[a-z0-9]+)*")
_MARK = "__situ_practice__"
HINT_LEVELS = 3


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice item: its id, how it is judged and its three hints, the last a worked parallel case."""

    item: str
    hints: tuple[Hint, ...]
    maker: Maker

    @property
    def title(self) -> str:
        """What is asked, in one line: the first of the function's docstring."""
        return (self.maker.__doc__ or "").strip().partition("\n")[0]

    def expect(self, case: Any) -> Expectation:
        """Return what is expected of this case's learner."""
        return self.maker(case)

    def hint(self, level: int, case: Any) -> str:
        """Return the hint of a level, 1 to 3; a level beyond stays at the last."""
        hint = self.hints[min(max(level, 1), HINT_LEVELS) - 1]
        return hint if isinstance(hint, str) else hint(case)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a learner decides: its id, what is asked in one line, the form it takes, and whether a look waits for it."""

    item: str
    title: str
    maker: FormMaker
    look: bool = True

    def form(self, case: Any) -> Form:
        """Return the form for this case's learner."""
        return self.maker(case)


def practice(item: str, *, hints: tuple[Hint, ...]) -> Callable[[Maker], Maker]:
    """Mark a function as a practice item.

    Parameters
    ----------
    item
        Id such as ``"2.a"``.
    hints
        Exactly three, from a nudge to a worked parallel case; text, or a function of the case.

    Raises
    ------
    ContentError
        When the id or the number of hints is not of that form.
    """
    if not _ITEM.fullmatch(item):
        raise ContentError(f'Expected a practice id such as "2.a", got {item!r}. Name lesson and letter.')
    if len(hints) != HINT_LEVELS:
        raise ContentError(
            f"Practice {item}: expected {HINT_LEVELS} hints, got {len(hints)}. Write one for each level."
        )

    def mark(maker: Maker) -> Maker:
        setattr(maker, _MARK, Practice(item, hints, maker))
        return maker

    return mark


def decision(item: str, *, look: bool = True) -> Callable[[FormMaker], FormMaker]:
    """Mark a function of the case that returns the form of a decision; its docstring's first line says what is asked.

    Parameters
    ----------
    item
        Id such as ``"2.client-c"``: the lesson, and a word of two letters or more.
    look
        Whether a later cell waits for it (`decided`); False for a thought that is only noted.

    Raises
    ------
    ContentError
        When the id is not of that form, or nothing says what is asked.
    """
    if not _DECISION.fullmatch(item) or _ITEM.fullmatch(item):
        raise ContentError(f'Expected a decision id such as "2.client-c", got {item!r}. Name lesson and word.')

    def mark(maker: FormMaker) -> FormMaker:
        title = (maker.__doc__ or "").strip().partition("\n")[0]
        if not title:
            raise ContentError(
                f"Decision {item}: expected a docstring that says what is asked, got none. Write one line."
            )
        setattr(maker, _MARK, Decision(item, title, maker, look))
        return maker

    return mark


def decisions_of(module: ModuleType) -> dict[str, Decision]:
    """Return the decisions a module defines, by id."""
    marked = (getattr(value, _MARK, None) for value in vars(module).values())
    return {item.item: item for item in marked if isinstance(item, Decision)}


def practice_of(module: ModuleType) -> dict[str, Practice]:
    """Return the practice items a module defines, by id."""
    marked = (getattr(value, _MARK, None) for value in vars(module).values())
    return {item.item: item for item in marked if isinstance(item, Practice)}
