"""What a process does that stays behind to wait for a sealed one: pass signals on, reap, end as it ends."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import NoReturn

_PASSED_ON = (signal.SIGINT, signal.SIGTERM)


def fork_held() -> int:
    """Fork with signals held back until both processes have settled what they do on one: `forward_to`, `released`."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _PASSED_ON)
    return os.fork()


def released() -> None:
    """Let the signals of `fork_held` come through, with the effect that every process starts with."""
    for number in _PASSED_ON:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _PASSED_ON)


def pass_on(child: int) -> NoReturn:
    """Pass an interrupt on to a child, end it when told to end, reap whatever ends, and end as the child ends."""
    forward_to(child)
    os._exit(waited_for(child))


def forward_to(child: int) -> None:
    """Let the signals of `fork_held` come through: an interrupt is passed on to a child, the end ends it at once."""

    def forward(number: int, _frame: object) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.kill(child, signal.SIGKILL if number == signal.SIGTERM else number)

    for number in _PASSED_ON:
        signal.signal(number, forward)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _PASSED_ON)


def waited_for(child: int) -> int:
    """Reap whatever ends until the child does; return the exit code that stands for its end."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == child:
            return exit_code(status)


def exit_code(status: int) -> int:
    """Return the exit code that stands for how a child ended, a signal included, as shells write it."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code
