"""The fork server: imports the libraries once, then forks one sealed kernel per submission.

    python -P -m instructors.engine.forkserver DESCRIPTOR WAY

DESCRIPTOR is a SOCK_SEQPACKET pair with its owner, see `warm`. A packet asks for one kernel: its memory limit, and with it two
sockets: the kernel's channel, whose first frame is the request and is read by the fork only, so that no learner's file is in the
memory the next one inherits; and the control, over which the owner sends signals and learns of the end. Nothing has a name in the
file system. When the pair ends, because the owner did, all kernels and the server end.

Runs no learner's code, holds no key, reads nothing that a learner sent. Has one thread: a fork takes no other along.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from instructors.engine import linux, preload, process_tree, sealing
from instructors.engine.forked import become_kernel, say_failed
from instructors.engine.frames import read_json, write_json
from instructors.engine.pipe_kernel import PipeApp, prepare, warm_up
from instructors.engine.sealing import Way

_LOOK_SECONDS = 0.1  # between two looks at the memory of what runs
_SOCKET_BYTES = 256 * 1024  # what the kernel lets one of them hold, about; nobody counts it
_REFUSED = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EINTR, errno.EAGAIN}  # now, and not for ever
_END_SECONDS = 30.0  # for a kernel that is being ended and its waiter; then that is ended too


@dataclass(slots=True)
class _Fork:
    """One kernel, as its server knows it: `pid` is the process that waits for it outside the sandbox, if there is one."""

    pid: int
    handle: int
    control: socket.socket
    memory: int
    peak: int = 0
    over_memory: bool = False
    ending_since: float | None = None


@dataclass(slots=True)
class _Server:
    owner: socket.socket
    way: Way
    inherited: int
    app: PipeApp
    network: str = field(default_factory=lambda: os.readlink("/proc/self/ns/net"))
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    forks: dict[int, _Fork] = field(default_factory=dict)

    def serve(self) -> None:
        """Fork and watch until the owner is gone."""
        parent = os.getppid()
        self.selector.register(self.owner, selectors.EVENT_READ)
        looked = monotonic()
        while os.getppid() == parent:
            for key, _ in self.selector.select(_LOOK_SECONDS if self.forks else 1.0):
                fork = key.data
                if fork is None:
                    if not self._fork():
                        return
                elif fork.pid not in self.forks:
                    continue  # reported a moment ago
                elif key.fd == fork.handle:
                    self._report(fork)
                else:
                    self._obey(fork)
            if monotonic() - looked >= _LOOK_SECONDS:
                looked = monotonic()
                for fork in list(self.forks.values()):
                    self._look_at(fork)

    def _fork(self) -> bool:
        """Start one kernel; tell whether there still is an owner who asks for it. What the machine refuses ends nobody else."""
        try:
            packet, descriptors, _, _ = socket.recv_fds(self.owner, 4096, 2)
        except OSError as error:
            return error.errno in _REFUSED
        if not packet:
            return False
        with contextlib.ExitStack() as unused:
            sockets = [unused.enter_context(socket.socket(fileno=descriptor)) for descriptor in descriptors]
            if len(sockets) != 2:
                return True  # no more may be open here: the owner sees that nobody has taken them
            channel, control = sockets
            try:
                self._fork_with(channel, control, json.loads(packet)["memory_bytes"])
            except OSError as error:
                say_failed(channel, error)
            else:
                unused.pop_all()
        return True

    def _fork_with(self, channel: socket.socket, control: socket.socket, memory: int) -> None:
        channel.set_inheritable(False)  # not for the programs that the learner's code starts
        pid = os.fork()
        if not pid:
            become_kernel(channel, self.way, self.app)
        try:
            fork = _Fork(pid, os.pidfd_open(pid), control, memory)
            self.selector.register(fork.handle, selectors.EVENT_READ, fork)
            self.selector.register(fork.control, selectors.EVENT_READ, fork)
        except OSError:
            process_tree.end([pid])  # it waits for its request, and has started nothing
            os.waitpid(pid, 0)
            raise
        self.forks[pid] = fork
        channel.close()

    def _obey(self, fork: _Fork) -> None:
        """Do what the owner asks: pass a signal on, or end the kernel, also when the owner has let go of it."""
        try:
            number = read_json(fork.control)["signal"]
        except (EOFError, OSError, ValueError):
            self.selector.unregister(fork.control)
            number = signal.SIGKILL
        if number == signal.SIGKILL:
            self._look_at(fork)  # what a run of less than a look's time used would not be known otherwise
            self._end(fork)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.kill(fork.pid, number)  # the waiter passes it on

    def _look_at(self, fork: _Fork) -> None:
        """Look at the memory of a kernel and all it started; go on ending what is being ended."""
        if fork.ending_since is not None:
            self._end(fork)
            return
        pids = [fork.pid, *process_tree.descendants(fork.pid)]
        memory, stored = process_tree.memory(pids, self.inherited, fork.memory), self._stored(pids[-1])
        fork.peak = max(fork.peak, memory.most + stored)
        if memory.now + stored > fork.memory:
            fork.over_memory = True
            self._end(fork)

    def _stored(self, pid: int) -> int:
        """Return what is kept outside of processes: in the private temporary space, and on its way in sockets."""
        if self.way is not Way.NAMESPACES:
            return 0
        try:
            if os.readlink(f"/proc/{pid}/ns/net") == self.network:  # not sealed in yet: these would be the host's
                return 0
            space = os.statvfs(f"/proc/{pid}/root{sealing.ROOT}")
            sockets = Path(f"/proc/{pid}/net/sockstat").read_text(encoding="ascii")
        except OSError:  # the process has just ended, or its space is not there yet
            return 0
        return (space.f_blocks - space.f_bfree) * space.f_frsize + int(sockets.split()[2]) * _SOCKET_BYTES

    def _end(self, fork: _Fork) -> None:
        """End a kernel with all it started, trying again at every look. Its waiter ends by itself, when it has cleaned up."""
        below, now = process_tree.descendants(fork.pid), monotonic()
        if fork.ending_since is None:
            fork.ending_since = now
            if self.way is Way.NAMESPACES:
                below = below[1:] or below  # the first process counts what the others used, if it outlives them
        process_tree.end(below)
        if not below:  # not that far yet, or cleaning up
            with contextlib.suppress(ProcessLookupError):
                os.kill(fork.pid, signal.SIGTERM)
        if now - fork.ending_since > _END_SECONDS:
            process_tree.end([fork.pid])

    def _report(self, fork: _Fork) -> None:
        """Tell the owner how a kernel ended, when nothing of it is left."""
        self.selector.unregister(fork.handle)
        os.close(fork.handle)
        _, status, used = os.wait4(fork.pid, 0)
        del self.forks[fork.pid]
        self._end_orphans()
        report = {
            "exit": sealing.exit_code(status),
            "cpu_seconds": round(used.ru_utime + used.ru_stime, 3),
            "peak_bytes": fork.peak,
            "over_memory": fork.over_memory,
        }
        with contextlib.suppress(OSError):  # the owner has let go of it
            write_json(fork.control, report)
        with contextlib.suppress(KeyError, ValueError):
            self.selector.unregister(fork.control)
        fork.control.close()

    def _end_orphans(self) -> None:
        """End what a kernel left behind where no namespace does it: its processes are ours now."""
        for pid in process_tree.children(os.getpid()):
            if pid not in self.forks:
                process_tree.end([pid, *process_tree.descendants(pid)])
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)

    def close(self) -> None:
        """End all kernels; their waiters end after them, with what is left to do."""
        while self.forks:
            for fork in list(self.forks.values()):
                self._end(fork)
                if os.waitpid(fork.pid, os.WNOHANG)[0]:
                    del self.forks[fork.pid]
            sleep(_LOOK_SECONDS / 10)
        self._end_orphans()


def main() -> None:
    """Warm up, close the door behind us, say that we are ready, and serve."""
    owner, way = socket.socket(fileno=int(sys.argv[1])), Way(sys.argv[2])
    owner.set_inheritable(False)
    began = monotonic()
    app, failed = _warm(os.fsdecode(owner.recv(4096)))
    if way is Way.NAMESPACES:
        sealing.outer(sealing.shown_paths())
    linux.adopt_orphans()
    preload.freeze()
    threads = preload.thread_count()
    if threads != 1:
        sys.exit(f"expected one thread before the first fork, got {threads}: a library has started its own")
    inherited = process_tree.own_anonymous_bytes()
    ready = {"failed": failed, "seconds": round(monotonic() - began, 3), "inherited_bytes": inherited}
    owner.send(json.dumps(ready).encode("ascii"))
    server = _Server(owner, way, inherited, app)
    try:
        server.serve()
    finally:
        server.close()


def _warm(home: str) -> tuple[PipeApp, list[str]]:
    """Build the kernel and import the libraries, in a home that is gone afterwards; return what could not be had."""
    os.environ["TMPDIR"] = os.environ["HOME"] = home
    # The shell comes first: pandas, matplotlib-inline, tqdm look for a running one when they are imported.
    app = prepare()
    sys.path.append("")  # the learner's own files can be imported, but last: a json.py hides no library
    with app.shell.builtin_trap:
        failed = preload.import_libraries()
    failed += filter(None, [warm_up(app, preload.first_uses())])
    preload.forget()
    shutil.rmtree(home, ignore_errors=True)
    del os.environ["TMPDIR"]
    tempfile.tempdir = None
    return app, failed


if __name__ == "__main__":
    main()
