"""Running code sealed in, the way the tests of both ways of sealing do it."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from signal import SIGKILL
from subprocess import PIPE

import pytest

from instructors.engine import linux, sealing
from instructors.engine.sealing import Way

LOCK_IN = Path(__file__).with_name("lock_in.py")


def sealed_in(way, code, *, files=(), case=(), limits=(), hidden=(), when_ready=None, **more):
    """Run code sealed in; return what it printed, and the exit code that its waiter passed on.

    With `when_ready`, the waiter gets that signal as soon as the code has printed ``ready``; with ``"KILL THE SERVER"``, its
    parent is killed then.
    """
    asked = {"way": way, "code": textwrap.dedent(code), "hidden": list(hidden), "more": more}
    asked |= {"files": dict(files), "case": dict(case), "limits": dict(limits)}
    command = [sys.executable, "-P", str(LOCK_IN)]
    # Without a buffer: `communicate` would not see what has been read into it behind a line.
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, bufsize=0) as server:
        server.stdin.write(json.dumps(asked).encode() + b"\n")
        waiter = int(server.stdout.readline())
        if when_ready:
            assert b"ready\n" == server.stdout.readline()
            os.kill(*((server.pid, SIGKILL) if when_ready == "KILL THE SERVER" else (waiter, when_ready)))
        out, err = (told.decode() for told in server.communicate(timeout=100))
    said, _, code = out.rpartition("EXIT ")
    assert code or when_ready, out + err
    return said.strip(), int(code or -1)


def skip_without(way):
    """Skip where the machine cannot seal in this way."""
    refusal = "not Linux" if not linux.is_known_machine() else sealing._attempt(way)
    if refusal:
        pytest.skip(f"this machine refuses {way}: {refusal}")


@pytest.fixture(params=[Way.NAMESPACES, Way.LANDLOCK])
def locked_in(request):
    """Return what runs code sealed in, in both ways that this machine can do."""
    skip_without(request.param)
    return lambda code, **more: sealed_in(request.param, code, **more)


@pytest.fixture
def in_namespaces():
    """Return what runs code sealed in with namespaces."""
    skip_without(Way.NAMESPACES)
    return lambda code, **more: sealed_in(Way.NAMESPACES, code, **more)


@pytest.fixture
def in_landlock():
    """Return what runs code sealed in with Landlock, as the same user as everything else: the hardest case for it."""
    skip_without(Way.LANDLOCK)
    return lambda code, **more: sealed_in(Way.LANDLOCK, code, **{"drop_to": 0, **more})
