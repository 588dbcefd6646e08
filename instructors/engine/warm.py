"""Keeps this process's fork servers: starts one when it is first needed, asks it for kernels, ends it.

Knows the server's command, environment and end. What a kernel does and sends is `warm_kernel`'s business.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence

from instructors.engine.jobs import JSON, Job, Limits
from instructors.engine.preload import ENVIRONMENT
from instructors.engine.room import bare_environment
from instructors.engine.sealing import EXPOSED, Way
from instructors.engine.warm_kernel import Ended, Kernel, NotReadyError

_START_SECONDS = 120  # importing everything, on a loaded machine
_CLOSE_SECONDS = 40.0  # for its kernels to end


class ServerGoneError(Exception):
    """The fork server could not be started."""


class ForkServer:
    """A process that has imported everything and forks kernels. Any thread may ask it for one.

    Parameters
    ----------
    way
        How its kernels are sealed.
    """

    def __init__(self, way: Way) -> None:
        self.was_closed = False
        self.told: dict[str, JSON] = {}
        self._owner = os.getpid()
        self._getting_ready = threading.Lock()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # read when it dies
        self._home = tempfile.mkdtemp(prefix="situ-warm-")  # for what libraries write when they are first used
        self._sock, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "instructors.engine.forkserver", str(theirs.fileno()), str(way)],
                cwd="/",
                env={**bare_environment(), **ENVIRONMENT},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                start_new_session=True,  # a Ctrl-C in our terminal is for us
            )
        with contextlib.suppress(OSError):  # one that has ended already is told of by `wait_until_ready`
            self._sock.send(os.fsencode(self._home))  # not by the environment, which every kernel can read of itself

    def wait_until_ready(self) -> None:
        """Wait until it has imported everything and can be asked for kernels.

        Raises
        ------
        ServerGoneError
            When it does not start.
        """
        with self._getting_ready:
            if self.told:
                return
            reason = "it ended"
            try:
                self._sock.settimeout(_START_SECONDS)
                told = self._sock.recv(1 << 16)
            except OSError as error:
                told, reason = b"", str(error)
            if told:
                self.told = json.loads(told)
                return
            said = self._last_words()
        self.close()
        raise ServerGoneError(f"the fork server did not start: {reason}: {said}")

    def is_alive(self) -> bool:
        """Tell whether it can be asked for kernels, by this process."""
        return os.getpid() == self._owner and self._process.poll() is None

    def ends_within(self, seconds: float) -> bool:
        """Tell whether it has ended or does so now: its sockets close a little before."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return not self.is_alive()

    def kernel(self, job: Job, hidden: Sequence[str]) -> Kernel:
        """Return a kernel that is ready for the first cell of a job.

        Parameters
        ----------
        job
            Whose files, case, environment and limits it gets.
        hidden
            Paths that must not be visible to it.

        Raises
        ------
        NotReadyError
            When there is none; nothing of the learner's has run then.
        """
        try:
            kernel = self._spawn(job.limits)
        except OSError as error:
            raise NotReadyError(f"the fork server has ended: {self._last_words()}") from error
        try:
            kernel.begin(job, hidden)
        except NotReadyError as error:
            raise NotReadyError(f"{error}{_exit_words(kernel.end(at_once=False))}") from error
        except BaseException:  # Ctrl-C: no learner's process outlives the call
            kernel.end()
            raise
        return kernel

    def _spawn(self, limits: Limits) -> Kernel:
        channel, their_channel = socket.socketpair()
        control, their_control = socket.socketpair()
        with their_channel, their_control:
            asked = json.dumps({"memory_bytes": limits.memory_mb << 20}).encode("ascii")
            try:
                socket.send_fds(self._sock, [asked], [their_channel.fileno(), their_control.fileno()])
            except OSError:
                channel.close()
                control.close()
                raise
        return Kernel(channel, control, limits)

    def close(self) -> None:
        """End the server and all its kernels; one that is not ready yet has none."""
        if os.getpid() != self._owner or self._log.closed:
            return
        self.was_closed = True
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)  # what waits for it to be ready waits no longer
        if not self.told:
            self._process.kill()
        try:
            self._process.wait(_CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with self._getting_ready:
            self._sock.close()
            self._log.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def _last_words(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            self._log.seek(0)
            return self._log.read()[-2000:].decode("utf-8", "replace").strip()
        return ""


def _exit_words(ended: Ended | None) -> str:
    if ended is None:
        return ""
    return " (a path that must be hidden was visible)" if ended.code == EXPOSED else f" (exit code {ended.code})"


_servers: dict[Way, ForkServer] = {}
_choosing = threading.Lock()


def fork_server(way: Way) -> ForkServer:
    """Return this process's fork server, started when there is none or when it has ended.

    Raises
    ------
    ServerGoneError
        When it does not start.
    """
    with _choosing:
        server = _servers.get(way)
        if server is None or not server.is_alive():
            server = _servers[way] = ForkServer(way)
            atexit.register(server.close)
    server.wait_until_ready()
    return server


def end_fork_servers() -> None:
    """End this process's fork servers, and with them all their kernels."""
    with _choosing:
        servers = list(_servers.values())
        _servers.clear()
    for server in servers:
        server.close()
