"""What a fork of the fork server does before its first cell: take its request, shed what it inherited, lock itself in.

Ours until the kernel says ``ready``: whatever goes wrong here is said in a frame ``failed`` and is never the learner's fault.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from instructors.engine import landlock
from instructors.engine.frames import read_files, write_frame
from instructors.engine.jobs import Limits
from instructors.engine.pipe_kernel import PipeApp, serve
from instructors.engine.room import CASE_VARIABLE
from instructors.engine.sealing import Inside, Place, Way, enter

_MOST_HEAD_BYTES = 1 << 22
_ENTER = {Way.NAMESPACES: enter, Way.LANDLOCK: landlock.enter}
_FIRST_TO_GO = "800"  # when the machine itself runs out of memory, a kernel ends before anything else


def become_kernel(channel: socket.socket, way: Way, app: PipeApp) -> NoReturn:
    """Turn this process, just forked, into the kernel of one submission; ends the process.

    Parameters
    ----------
    channel
        To the owner; its first frame is the request.
    way
        How to seal.
    app
        Inherited from the fork server.
    """
    code = 1
    try:
        _shed(channel)
        request, (files, case) = read_files(channel, _MOST_HEAD_BYTES)
        inside = Inside(files or {}, case, Limits(**request["limits"]), request["hidden"])
        place = _ENTER[way](inside, lambda: _close_all_but(()))
        _settle_in(place, request["environment"])
        serve(app, channel)
        code = 0
    except (KeyboardInterrupt, SystemExit):
        pass
    except BaseException as error:  # said to the owner, which knows whether the kernel was ready
        say_failed(channel, error)
    finally:
        os._exit(code)


def _shed(channel: socket.socket) -> None:
    """Let go of all that is the server's: its signals, its descriptors, its log."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    _close_all_but((channel.fileno(),))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO, encoding="ascii")


def _close_all_but(kept: tuple[int, ...]) -> None:
    lowest = 3
    for descriptor in sorted(kept):
        os.closerange(lowest, descriptor)
        lowest = descriptor + 1
    os.closerange(lowest, 1 << 20)


def _settle_in(place: Place, environment: Mapping[str, str]) -> None:
    """Complete the environment, which is the server's own bare one, and set anew what was derived from it."""
    home = os.path.join(place.temporary, "home")
    os.mkdir(home)
    os.environ.update({"HOME": home, "TMPDIR": place.temporary, **environment})
    if place.case is not None:
        os.environ[CASE_VARIABLE] = place.case
    time.tzset()
    tempfile.tempdir = None
    random.seed()  # or all learners would draw the same numbers
    sys.modules["numpy"].random.seed()
    sys.argv[:] = ["ipykernel_launcher"]
    os.chdir(place.work)


def say_failed(channel: socket.socket, error: BaseException) -> None:
    """Tell the owner of a channel why there will be no kernel."""
    said = {"t": "failed", "p": None, "c": {"detail": f"{type(error).__name__}: {error}"[:2000]}}
    with contextlib.suppress(OSError):  # nobody is there to hear it
        channel.setblocking(True)
        write_frame(channel, json.dumps(said).encode("ascii"))
