"""What a notebook imports, and how an answer is judged.

A notebook's names are loaded when first asked for, so that judging stays light for those who only judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graders.desk import answer, check, converter, decide, decided, hint, open_case, progress, sign_in, submit

__all__ = ["answer", "check", "converter", "decide", "decided", "hint", "open_case", "progress", "sign_in", "submit"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from graders import desk

        return getattr(desk, name)
    raise AttributeError(f"module 'graders' has no attribute {name!r}")
