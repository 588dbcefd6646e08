"""Turns what a learner submits into plain JSON data, and back out of a notebook's outputs.

Owns the wire format of an answer. What cannot be JSON is not refused with an exception but marked, so that the form can say
what was expected. Nothing is ever pickled, and nothing here knows what a right answer is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

JSON = Any  # None, bool, int, float, str, list and dict of the same: checked by `plain`, not by the type checker

ANSWER_MIME = "application/vnd.situ.answer+json"
VERDICT_MIME = "application/vnd.situ.verdict+json"
MAX_BYTES = 64 * 1024
MAX_DEPTH = 12
_MAX_ITEMS = 10_000


def blank() -> dict[str, JSON]:
    """Return how an untouched blank (``...``) travels."""
    return {"$blank": True}


def plain(value: Any) -> JSON:
    """Return the value as JSON data, never raising.

    Parameters
    ----------
    value
        What the learner handed to `submit`: Python, NumPy or pandas scalars and containers.

    Returns
    -------
    JSON data. A blank becomes ``{"$blank": true}``, a non-finite number ``{"$number": "nan"}``, and what is too large, too deep
    or no data at all ``{"$refused": "<what we got>"}``.

    >>> plain((1, {"a": 2.5}, ...))
    [1, {'a': 2.5}, {'$blank': True}]
    """
    try:
        data = _plain(value, 0)
        if len(json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")) <= MAX_BYTES:
            return data
        return _refused("size", value)
    except _RefusedError as refusal:
        return _refused(refusal.reason, value)
    except Exception:  # the learner's own objects may raise anything when asked for their parts
        return _refused("type", value)


def writable(answer: JSON) -> JSON:
    r"""Return an answer as a file can hold it: half characters, which no encoding writes, become question marks.

    >>> writable(["\ud800 a"])
    ['? a']
    """
    return json.loads(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))


class _RefusedError(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _refused(reason: str, value: Any) -> JSON:
    return {"$refused": reason, "type": type(value).__name__[:60]}


def _plain(value: Any, depth: int) -> JSON:
    if depth > MAX_DEPTH:
        raise _RefusedError("depth")
    if value is ...:
        return blank()
    kind = type(value)
    if value is None or kind is bool or kind is str:
        if kind is str and len(value) > MAX_BYTES:
            raise _RefusedError("size")
        return value
    if kind is int:
        return value if -(2**63) <= value < 2**63 else {"$number": "out of range"}
    if kind is float:
        return value if math.isfinite(value) else {"$number": str(value)}
    return _plain_container(value, depth)


def _plain_container(value: Any, depth: int) -> JSON:
    if isinstance(value, Mapping):
        _refuse_many(value)
        return {_name(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        _refuse_many(value)
        return [_plain(item, depth + 1) for item in (value if isinstance(value, list | tuple) else _settled(value))]
    if type(value).__module__.partition(".")[0] in {"numpy", "pandas"}:
        return _plain(_unwrapped(value), depth + 1)
    if isinstance(value, str | int | float):  # a subclass could carry its own __eq__: take the bare value
        bare = str if isinstance(value, str) else int if isinstance(value, int) else float
        return _plain(bare(value), depth + 1)
    raise _RefusedError("type")


def _unwrapped(value: Any) -> Any:
    size = getattr(value, "size", 0)
    if isinstance(size, int) and size > _MAX_ITEMS:
        raise _RefusedError("size")
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if hasattr(value, "to_dict") and getattr(value, "ndim", 0) == 2:
        return value.to_dict(orient="list")
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if hasattr(value, "tolist"):
        return value.tolist()
    raise _RefusedError("type")


def _name(key: Any) -> str:
    unwrapped = key.item() if hasattr(key, "item") else key
    if isinstance(unwrapped, str | int | float | bool):
        return str(unwrapped)
    raise _RefusedError("type")


def _settled(values: Iterable[Any]) -> list[Any]:
    return sorted(values, key=repr)


def _refuse_many(value: Any) -> None:
    if len(value) > _MAX_ITEMS:
        raise _RefusedError("size")


def envelope(question: str, value: Any, learner: str | None = None) -> dict[str, JSON]:
    """Return what a graded cell emits for one answer; `learner` says on whose sample it was worked out."""
    return {"v": 1, "question": question, "answer": plain(value), "learner": learner}
