"""One warm kernel as its owner sees it: hands over the job, runs cells, interrupts, ends it.

Reads what a learner's process sends, in the process that must survive it: every length is checked before it is believed, a frame
too large to be kept is passed over unread, and what is no message ends the kernel, never the reader.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import select
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from time import monotonic
from typing import Any

from instructors.engine.frames import HEADER, read_json, write_files, write_json
from instructors.engine.jobs import Job, Limits

_GRACE_SECONDS = 3.0  # after an interrupt
_POLITE_SECONDS = 1.0  # for a kernel that could not begin
_END_SECONDS = 40.0  # after a kill: the fork server and the sandbox have their own, shorter patience
_SLACK_BYTES = 1 << 16  # what an output is wrapped in
_CHUNK = 1 << 16
_OPENING = b'{"t": "'  # of every honest message


class NotReadyError(Exception):
    """The kernel was not ready in its time, or ended before it was: our fault or the machine's."""


class KernelGoneError(Exception):
    """The kernel has ended."""


class TooLateError(Exception):
    """The kernel did not answer, not even to an interrupt."""


class TooMuchError(Exception):
    """The kernel has sent more than it may."""


class GarbageError(Exception):
    """The kernel sent what no kernel sends."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a kernel ended, as the fork server saw it; `code` as shells write it, 128 and more for a signal."""

    code: int
    cpu_seconds: float
    peak_bytes: int
    over_memory: bool


class Kernel:
    """One kernel, on its way or running. Not for several threads."""

    def __init__(self, channel: socket.socket, control: socket.socket, limits: Limits) -> None:
        self._channel, self._control, self._limits = channel, control, limits
        self._got = bytearray()
        self._to_skip = 0
        self._sent = 0
        self._most = limits.cell_bytes + _SLACK_BYTES
        self._ended: Ended | None = None

    def begin(self, job: Job, hidden: Sequence[str]) -> None:
        """Hand the job over and wait until the kernel is ready for its first cell.

        Raises
        ------
        NotReadyError
            When it is not; nothing of the learner's has run then.
        """
        deadline = monotonic() + self._limits.startup_seconds
        head = {"environment": dict(job.environment), "limits": asdict(job.limits), "hidden": list(hidden)}
        try:
            self._channel.settimeout(self._limits.startup_seconds)
            write_files(self._channel, head, job.files, job.case)
            message = self._message(deadline)
        except TimeoutError:
            raise NotReadyError(f"not ready after {self._limits.startup_seconds} s") from None
        except (OSError, KernelGoneError, GarbageError, TooMuchError) as error:
            raise NotReadyError(f"{type(error).__name__}: {error}") from error
        if message is None or message["t"] != "ready":
            raise NotReadyError(str((message or {}).get("c", {}).get("detail", "it said something else than ready")))

    def execute(self, source: str, seconds: float, take: Callable[[str | None, Any], None]) -> tuple[bool, bool]:
        """Run one cell.

        Parameters
        ----------
        source
            Of the cell.
        seconds
            Wall-clock time until it is interrupted.
        take
            Is given kind and content of every message of this cell; the kind None stands for one that was too large.

        Returns
        -------
        Whether it ended well, and whether it was interrupted.

        Raises
        ------
        KernelGoneError, TooLateError, TooMuchError, GarbageError
            The kernel runs no further cell.
        """
        cell = secrets.token_hex(8)
        is_interrupted, deadline = False, monotonic() + seconds
        self._ask(cell, source, seconds)
        while True:
            try:
                message = self._message(deadline)
            except TimeoutError:
                if is_interrupted:
                    raise TooLateError from None
                is_interrupted, deadline = True, monotonic() + _GRACE_SECONDS
                self._signal(signal.SIGINT)
                continue
            if message is None:
                take(None, None)
            elif message.get("p") == cell and message["t"] == "execute_reply":
                return message["c"].get("status") == "ok", is_interrupted
            elif message.get("p") == cell:
                take(message["t"], message["c"])

    def end(self, *, at_once: bool = True) -> Ended | None:
        """End the kernel and all it started; return how it ended, None when nobody is left who knows.

        Parameters
        ----------
        at_once
            Without first letting it end by itself. What it used is only known in full when it is ended at once.
        """
        if self._control.fileno() < 0:  # it was ended before
            return self._ended
        if not at_once:
            with contextlib.suppress(OSError):
                self._channel.shutdown(socket.SHUT_WR)
            self.wait(_POLITE_SECONDS)
        if self._ended is None:
            self._signal(signal.SIGKILL)
            self.wait(_END_SECONDS)
        self._channel.close()
        self._control.close()
        return self._ended

    def wait(self, seconds: float) -> Ended | None:
        """Wait for the kernel's end; return how it ended, None when it has not or nobody is left who knows."""
        if self._ended is None:
            self._control.settimeout(seconds)
            with contextlib.suppress(OSError, EOFError, ValueError):
                told = read_json(self._control)
                self._ended = Ended(told["exit"], told["cpu_seconds"], told["peak_bytes"], told["over_memory"])
        return self._ended

    def _signal(self, number: int) -> None:
        with contextlib.suppress(OSError):  # it has ended
            write_json(self._control, {"signal": int(number)})

    def _ask(self, cell: str, source: str, seconds: float) -> None:
        try:
            self._channel.settimeout(seconds)
            write_json(self._channel, {"id": cell, "code": source})
        except TimeoutError:  # it does not even read
            raise TooLateError from None
        except OSError as error:
            raise KernelGoneError(str(error)) from error

    def _message(self, deadline: float) -> dict[str, Any] | None:
        """Return the next message; None stands for one that was too large to be looked at.

        A `TimeoutError` leaves everything as it was: the rest of the message may still come.
        """
        if not self._to_skip:
            self._fill(HEADER.size, deadline)
            (size,) = HEADER.unpack(self._got[: HEADER.size])
            if self._sent + size > self._limits.sent_bytes:
                self._fill(HEADER.size + len(_OPENING), deadline)
                if self._got[HEADER.size :].startswith(_OPENING):
                    raise TooMuchError(f"more than {self._limits.sent_bytes} bytes")
                raise GarbageError("not a message")
            if size <= self._most:
                self._fill(HEADER.size + size, deadline)
                payload = bytes(self._got[HEADER.size : HEADER.size + size])
                del self._got[: HEADER.size + size]
                self._sent += HEADER.size + size
                return _parsed(payload)
            self._sent += HEADER.size + size
            del self._got[: HEADER.size]
            self._to_skip = size
        while self._to_skip:
            self._fill(1, deadline)
            skipped = min(self._to_skip, len(self._got))
            del self._got[:skipped]
            self._to_skip -= skipped
        return None

    def _fill(self, size: int, deadline: float) -> None:
        """Have so many bytes at hand."""
        while len(self._got) < size:
            left = deadline - monotonic()
            if left <= 0:
                raise TimeoutError
            poll = select.poll()
            poll.register(self._channel, select.POLLIN)
            poll.register(self._control, select.POLLIN)
            ready = {descriptor for descriptor, _ in poll.poll(left * 1000)}
            if self._channel.fileno() in ready:
                self._receive()
            elif self._control.fileno() in ready:  # its end is reported, and nothing it sent is left
                raise KernelGoneError("it ended")

    def _receive(self) -> None:
        try:
            part = self._channel.recv(_CHUNK, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError as error:
            raise KernelGoneError(str(error)) from error
        if not part:
            raise KernelGoneError("it closed its channel")
        self._got += part


def _parsed(payload: bytes) -> dict[str, Any]:
    try:
        message = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise GarbageError(f"{type(error).__name__}: {error}"[:200]) from None
    is_message = isinstance(message, dict) and isinstance(message.get("t"), str) and isinstance(message.get("c"), dict)
    if not is_message:
        raise GarbageError("not a message")
    return dict(message)
