"""What `print` writes to in a `pipe_kernel`: a text stream that becomes messages.

Owns when text is sent: at a display, at the end of a cell, when there is much of it, and a fifth of a second after it was
written, as the stock kernel does. What C code and other processes write to the descriptor of that name lands in a file and is
taken along at the same moments.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import tempfile
import threading
from contextvars import ContextVar, Token
from typing import IO, Any

from jupyter_client.session import Session, extract_header

_WAIT_SECONDS = 0.2
_MUCH = 1 << 16
_MOST_FOUND = 1 << 22  # bytes of what others wrote, taken at once; more than a cell may keep

_Header = dict[str, Any]


class PipeStream(io.TextIOBase):
    """One of the two standard streams.

    Parameters
    ----------
    session
        Sends the messages.
    name
        ``stdout`` or ``stderr``.
    descriptor
        Its number: 1 or 2.
    """

    encoding = "UTF-8"

    def __init__(self, session: Session, name: str, descriptor: int) -> None:
        self.name = name
        self._session = session
        self._descriptor = descriptor
        self._parent: ContextVar[_Header] = ContextVar("parent")
        self._last_parent: _Header = {}
        self._file: IO[bytes] | None = None
        self._clear()
        self._has_timer = True  # not before `begin`: a thread would forbid to fork

    def begin(self) -> None:
        """Belong to this process from now on; the file lies in the private temporary space and counts as what it holds."""
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # lives as long as the kernel
        flags = fcntl.fcntl(self._file, fcntl.F_GETFL)
        fcntl.fcntl(self._file, fcntl.F_SETFL, flags | os.O_APPEND)
        os.dup2(self._file.fileno(), self._descriptor)
        self._clear()

    def _clear(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._held: list[str] = []
        self._held_size = 0
        self._held_parent: _Header = {}
        self._wake = threading.Event()
        self._has_timer = False

    def set_parent(self, parent: _Header) -> None:
        """Let what follows belong to a cell, in every thread that has no other."""
        self._last_parent = extract_header(parent)
        self._parent.set(self._last_parent)

    def set_thread_parent(self, parent: _Header) -> Token[_Header]:
        """Let what this thread writes belong to a cell."""
        return self._parent.set(extract_header(parent))

    def reset_thread_parent(self, token: Token[_Header]) -> None:
        """Undo `set_thread_parent`."""
        self._parent.reset(token)

    def writable(self) -> bool:
        """Say yes."""
        return True

    def isatty(self) -> bool:
        """Say no."""
        return False

    def fileno(self) -> int:
        """Return the descriptor that a process started from here may write to."""
        return self._descriptor

    def write(self, string: str) -> int:
        """Take text; it is sent a little later."""
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string)}")
        if os.getpid() != self._pid:  # forked from the kernel: only the kernel itself writes messages
            os.write(self._descriptor, string.encode("utf-8", "replace"))
            return len(string)
        with self._lock:
            self._take_found()
            self._hold(string, self._parent.get(self._last_parent))
        if self._held_size >= _MUCH:
            self.flush()
        else:
            self._send_soon()
        return len(string)

    def flush(self) -> None:
        """Send what was written."""
        if os.getpid() != self._pid:
            return
        with self._lock:  # also while it is sent: what is displayed next must not overtake it
            self._take_found()
            self._send_held()

    def _hold(self, text: str, parent: _Header) -> None:
        if parent is not self._held_parent:
            self._send_held()
            self._held_parent = parent
        self._held.append(text)
        self._held_size += len(text)

    def _send_held(self) -> None:
        text, self._held, self._held_size = "".join(self._held), [], 0
        for start in range(0, len(text), _MUCH):
            content = {"name": self.name, "text": text[start : start + _MUCH]}
            self._session.send(None, "stream", content, self._held_parent)

    def _take_found(self) -> None:
        """Take what others have written to the descriptor."""
        if self._file is None:
            return
        with contextlib.suppress(OSError):  # the learner's code has closed the file
            number = self._file.fileno()
            if os.fstat(number).st_size:
                found = os.pread(number, _MOST_FOUND, 0)
                os.ftruncate(number, 0)
                self._hold(found.decode("utf-8", "replace"), self._last_parent)

    def _send_soon(self) -> None:
        if not self._has_timer:
            self._has_timer = True
            threading.Thread(target=self._send_later, name=f"situ-{self.name}", daemon=True).start()
        self._wake.set()

    def _send_later(self) -> None:
        pause = threading.Event()
        while self._wake.wait():
            self._wake.clear()
            pause.wait(_WAIT_SECONDS)
            self.flush()
