"""What carries a kernel's messages: whole frames on one AF_UNIX stream.

Owns which messages are sent and how they are packed. Trusts nobody and is trusted by nobody: the learner's code runs in this
process and can send whatever it likes.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import threading
from types import FrameType
from typing import Any

from jupyter_client.session import Session
from traitlets import Any as AnyTrait

from instructors.engine.frames import HEADER

_SENT = frozenset({"stream", "display_data", "execute_result", "error", "clear_output"})
_TEXT = frozenset({"stream", "error"})


class Wire:
    """Writes whole frames, from any thread: an interrupt waits until the frame is out."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._lock = threading.Lock()
        self._is_interrupted = False

    def write(self, payload: bytes) -> None:
        """Write one frame; half a frame would leave the reader without a way back."""
        if threading.current_thread() is not threading.main_thread():
            self._write_all(payload)
            return
        handler = signal.signal(signal.SIGINT, self._note_interrupt)
        try:
            self._write_all(payload)
        finally:
            signal.signal(signal.SIGINT, handler)
        if self._is_interrupted:
            self._is_interrupted = False
            signal.raise_signal(signal.SIGINT)

    def _note_interrupt(self, _signum: int, _frame: FrameType | None) -> None:
        self._is_interrupted = True

    def _write_all(self, payload: bytes) -> None:
        with self._lock:
            left = memoryview(HEADER.pack(len(payload)) + payload)
            while left:
                try:
                    left = left[self._sock.send(left) :]
                except BlockingIOError:  # asyncio made the socket non-blocking
                    select.select([], [self._sock], [])


class Recorder:
    """Stands in for a wire while the kernel is warmed up: forgets everything."""

    def write(self, payload: bytes) -> None:
        """Drop a frame."""


class PipeSession(Session):
    """jupyter_client's session, which writes to the wire whatever socket it is told."""

    wire = AnyTrait(Recorder())
    replied = AnyTrait()

    def send(
        self,
        stream: object,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        parent: dict[str, Any] | None = None,
        ident: object = None,
        buffers: object = None,
        track: bool = False,
        header: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> dict[str, Any] | None:
        """Send a message, if it is an output; keep the reply, which is sent when all outputs are."""
        if os.getpid() != self.pid:
            return None  # as in jupyter_client: a process forked from the kernel has no voice of its own
        msg = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content, parent, header, metadata)
        if msg["msg_type"] == "execute_reply":
            self.replied = msg["content"].get("status")
        elif msg["msg_type"] in _SENT:
            self.write(msg["msg_type"], msg["parent_header"].get("msg_id"), msg["content"])
        return dict(msg)

    def write(self, kind: str, cell: str | None, content: dict[str, Any]) -> None:
        """Write one message to the wire."""
        head = json.dumps({"t": kind, "p": cell})[:-1].encode("ascii")
        # Half characters are refused by jupyter_client's packer: right for a display, which raises, but a text must arrive.
        packed = json.dumps(content).encode("ascii") if kind in _TEXT else self.pack(content)
        self.wire.write(head + b', "c": ' + packed + b"}")
