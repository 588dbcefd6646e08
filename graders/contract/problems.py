"""How a problem found in a contract is carried through pydantic: expected, got, do. Knows no file and no key."""

from __future__ import annotations

from pydantic_core import PydanticCustomError

_SHOWN = 60  # characters of a value that a message repeats


def problem(expected: str, got: object, do: str) -> PydanticCustomError:
    """Return the error to raise in a validator."""
    return PydanticCustomError("situ", "see context", {"expected": expected, "got": shown(got), "do": do})


def shown(value: object) -> str:
    """Return a value as a message repeats it.

    >>> shown("good")
    "'good'"
    """
    text = repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
