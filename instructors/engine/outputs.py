"""From a kernel's messages to outputs that can be kept: well-formed, bounded, plain JSON.

Learner code holds the kernel's keys and may send any message at all. What is not an output is dropped, what is too much is
cut and says so; nothing here looks at what an output means.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

from instructors.engine.jobs import JSON, Limits, Output

KINDS = frozenset({"stream", "display_data", "execute_result", "error"})
CUT = "\n[The rest of this cell's output is left out: there is too much of it.]\n"
_HEAD = 2000
_MAX_DEPTH = 30
_MAX_TRACEBACK = 200


class _NotAnOutputError(Exception):
    """The message does not have the shape of an output."""


@dataclass(slots=True)
class OutputKeeper:
    """Keeps what the cells of one run put out, within the limits.

    Attributes
    ----------
    limits
        The limits of the run.
    """

    limits: Limits
    _kept: list[Output] = field(default_factory=list)
    _cell_bytes: int = 0
    _earlier_bytes: int = 0
    _is_cut: bool = False

    def take(self, kind: str, content: Any) -> None:
        """Keep one output of the current cell, if it is one and there is room."""
        try:
            output = _output(kind, content)
        except (_NotAnOutputError, RecursionError):
            return
        size = _size(output)
        if self._cell_bytes + size > self._room():
            self._cut(output)
            return
        if self._is_cut and kind == "stream":
            return
        self._cell_bytes += size
        last = self._kept[-1] if self._kept else None
        if last and kind == "stream" == last["output_type"] and last["name"] == output["name"]:
            last["text"] += output["text"]
        else:
            self._kept.append(output)

    def leave_out(self) -> None:
        """Say that an output was left out: it was too large even to be looked at."""
        self._cut({"output_type": "display_data"})

    def clear(self) -> None:
        """Forget what the current cell has put out; its bytes stay counted."""
        self._kept.clear()

    def close_cell(self) -> tuple[Output, ...]:
        """Return the current cell's outputs and begin the next cell."""
        done = tuple(self._kept)
        self._earlier_bytes += self._cell_bytes
        self._kept, self._cell_bytes, self._is_cut = [], 0, False
        return done

    def _room(self) -> int:
        left = self.limits.total_bytes - self._earlier_bytes
        return min(self.limits.cell_bytes, max(left, self.limits.floor_bytes))

    def _cut(self, output: Output) -> None:
        """Say once that something is left out, after the head of the text that was too much."""
        if not self._is_cut:
            self._is_cut = True
            head = output["text"][:_HEAD] if output["output_type"] == "stream" else ""
            self._kept.append({"output_type": "stream", "name": "stdout", "text": head + CUT})


def _output(kind: str, content: Any) -> Output:
    if kind not in KINDS or not isinstance(content, dict):
        raise _NotAnOutputError
    if kind == "stream":
        name = "stderr" if content.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _text(content.get("text"))}
    if kind == "error":
        traceback = content.get("traceback")
        lines = [_text(line) for line in traceback[:_MAX_TRACEBACK]] if isinstance(traceback, list) else []
        return {
            "output_type": "error",
            "ename": _text(content.get("ename")),
            "evalue": _text(content.get("evalue")),
            "traceback": lines,
        }
    output: Output = {"output_type": kind, "data": _bundle(content.get("data")), "metadata": {}}
    if kind == "execute_result":
        output["execution_count"] = None  # the cell's own number is set by whoever runs it
    return output


def _bundle(data: Any) -> dict[str, JSON]:
    """Return a mime bundle: text for every type, any JSON for those that end in json."""
    if not isinstance(data, dict):
        raise _NotAnOutputError
    kept: dict[str, JSON] = {}
    for mime, value in data.items():
        if mime.endswith("json"):
            kept[_text(mime)] = _plain(value, 0)
        elif isinstance(value, str):
            kept[_text(mime)] = _text(value)
    return kept


def _plain(value: Any, depth: int) -> JSON:
    if depth > _MAX_DEPTH:
        raise _NotAnOutputError
    if isinstance(value, dict):
        return {_text(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # NaN and Infinity are not JSON
    return value


def _text(value: Any) -> str:
    """Return text that can be written as UTF-8: half characters become question marks."""
    if not isinstance(value, str):
        raise _NotAnOutputError
    return value.encode("utf-8", "replace").decode("utf-8")


def _size(output: Output) -> int:
    return len(json.dumps(output))
