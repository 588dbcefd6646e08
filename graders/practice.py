"""Practice items: checked at once, on the learner's side, with hints on demand.

Owns the decorator and the collecting of items from a loaded module. A practice item earns nothing, so its expectation may
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

Maker = Callable[[Any], "Expectation"]
Hint = str | Callable[[Any], str]

_ITEM = re.compile(r"[1-9][0-9]*\.[a-z]")
_MARK = "__situ_practice__"
HINT_LEVELS = 3


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice item: its id, how it is judged and its three hints, the last a worked parallel case."""

    item: str
    hints: tuple[Hint, ...]
    maker: Maker

    def expect(self, case: Any) -> Expectation:
        """Return what is expected of this case's learner."""
        return self.maker(case)

    def hint(self, level: int, case: Any) -> str:
        """Return the hint of a level, 1 to 3; a level beyond stays at the last."""
        hint = self.hints[min(max(level, 1), HINT_LEVELS) - 1]
        return hint if isinstance(hint, str) else hint(case)


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


def practice_of(module: ModuleType) -> dict[str, Practice]:
    """Return the practice items a module defines, by id."""
    marked = (getattr(value, _MARK, None) for value in vars(module).values())
    return {item.item: item for item in marked if isinstance(item, Practice)}
