"""The machine refuses the fork server another process or another open file: that job has no kernel, and the others go on."""

import errno
import json
import os
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="the warm kernel is for Linux")

import resource

from instructors.engine import forkserver
from instructors.engine.frames import read_json
from instructors.engine.jobs import Cell, Job, Limits, Outcome
from instructors.engine.sealed import run_sealed
from instructors.engine.sealing import Way
from instructors.engine.warm import fork_server

from .conftest import skip_without

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the warm kernel is for Linux")


def _job(source):
    return Job((Cell(0, source),), limits=Limits(cell_seconds=30))


@pytest.mark.slow
@pytest.mark.parametrize("more", [0, 1, 2])
def test_a_server_that_may_open_no_more_files_goes_on_with_its_runs(more):
    skip_without(Way.NAMESPACES)
    server = fork_server(Way.NAMESPACES)
    pid = server._process.pid
    with ThreadPoolExecutor(1) as threads:
        going = threads.submit(run_sealed, _job("import time; time.sleep(4)"), Way.NAMESPACES)
        time.sleep(1.5)
        taken = set(map(int, os.listdir(f"/proc/{pid}/fd")))
        free = [number for number in range(len(taken) + 3) if number not in taken]
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (free[more], before[1]))  # leaves so many
        try:
            refused = run_sealed(_job("1"), Way.NAMESPACES)
        finally:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        assert (Outcome.FINISHED, True) == (going.result().outcome, server.is_alive())
    assert more == 2 or Outcome.NOT_STARTED is refused.outcome
    assert Outcome.FINISHED is run_sealed(_job("1"), Way.NAMESPACES).outcome


@pytest.fixture
def asked():
    """Return a server, asked for one kernel, and the owner's ends of its channel and its control."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pairs = socket.socketpair(), socket.socketpair()
    socket.send_fds(ours, [json.dumps({"memory_bytes": 1 << 30}).encode()], [pair[1].fileno() for pair in pairs])
    for pair in pairs:
        pair[1].close()
    with ours, theirs, pairs[0][0] as channel, pairs[1][0] as control:
        yield forkserver._Server(theirs, Way.NAMESPACES, 0, None), channel, control


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.ENOMEM])
def test_a_fork_that_is_refused_is_told_to_its_owner(asked, monkeypatch, number):
    server, channel, control = asked
    monkeypatch.setattr(os, "fork", lambda: (_ for _ in ()).throw(OSError(number, "refused")))
    assert (True, {}) == (server._fork(), server.forks)
    assert ("failed", b"") == (read_json(channel)["t"], control.recv(1))


def test_a_fork_that_cannot_be_watched_is_ended(asked, monkeypatch):
    server, channel, _ = asked
    began = []
    monkeypatch.setattr(forkserver, "become_kernel", lambda *_: time.sleep(60))
    monkeypatch.setattr(
        os, "pidfd_open", lambda pid: began.append(pid) or (_ for _ in ()).throw(OSError(errno.EMFILE, "x"))
    )
    assert (True, "failed", False) == (server._fork(), read_json(channel)["t"], Path(f"/proc/{began[0]}").exists())
