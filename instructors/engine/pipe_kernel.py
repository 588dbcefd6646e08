"""An IPython kernel whose wire is one AF_UNIX stream, in place of five ZeroMQ sockets and four threads.

The application, kernel, shell, display publisher and display hook are ipykernel's own, so a cell's outputs are those of the
stock kernel; only what carries them is ours. `prepare` builds the kernel where no sandbox is yet, `serve` runs cells in the
fork. Requests are frames of JSON, ``{"id", "code"}``; replies ``{"t": message type, "p": id of the cell, "c": content}``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import threading
from types import SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.profiledir import ProfileDir
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets import default
from traitlets.utils.importstring import import_item

from instructors.engine.frames import HEADER
from instructors.engine.pipe_session import PipeSession, Wire
from instructors.engine.pipe_stream import PipeStream


class PipeApp(IPKernelApp):
    """ipykernel's application without sockets, threads, connection file and log."""

    shell: Any
    streams: tuple[PipeStream, PipeStream]

    @default("session")
    def _session_default(self) -> Session:
        return PipeSession(parent=self)

    def _nothing(self, **_: Any) -> None:
        """Stand in for a step that a kernel without sockets does not need."""

    init_connection_file = init_poller = init_sockets = init_heartbeat = _nothing
    write_connection_file = log_connection_info = _nothing

    def init_io(self) -> None:
        """Let what is printed go over the wire."""
        self.streams = PipeStream(self.session, "stdout", 1), PipeStream(self.session, "stderr", 2)
        sys.stdout, sys.stderr = self.streams
        self.displayhook = import_item(str(self.displayhook_class))(self.session, None)
        sys.displayhook = self.displayhook
        self.patch_io()  # type: ignore[no-untyped-call]

    def init_kernel(self) -> None:
        """Build the kernel; a thread is named that does not exist, because ipykernel asks whose child runs the cells."""
        self.log.handlers[:] = [logging.NullHandler()]  # the stock kernel's log is not shown to learners either
        self.log.propagate = False
        logging.getLogger("tornado").addHandler(logging.NullHandler())
        self.kernel = IPythonKernel.instance(
            parent=self,
            session=self.session,
            shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
            _execute_sleep=0.0,  # with sockets it kept outputs from arriving after the reply
        )
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count


def prepare() -> PipeApp:
    """Build the kernel in the fork server, before any library is imported: many look for a running shell when they are.

    Returns
    -------
    The application; its kernel runs no cell before `serve`, save those of `warm_up`.
    """
    app: PipeApp = PipeApp.instance()
    # A history has a thread that saves it, and a thread forbids to fork.
    app.initialize(["--HistoryManager.enabled=False"])  # type: ignore[no-untyped-call]
    _stop_printing()
    return app


def warm_up(app: PipeApp, source: str) -> str:
    """Run a trusted cell in the fork server and forget what it left; return what went wrong, if anything."""
    names = set(app.shell.user_ns)
    sys.stdout, sys.stderr = app.streams
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        app.kernel.io_loop = IOLoop.current()
        result = loop.run_until_complete(_warm(app, source))
    finally:
        loop.close()
        asyncio.set_event_loop(None)
        IOLoop.clear_current()
        app.kernel.io_loop = None
        _stop_printing()
    for name in set(app.shell.user_ns) - names:
        del app.shell.user_ns[name]
    app.shell.reset(new_session=True, aggressive=False)
    app.shell.execution_count = 1
    return result


async def _warm(app: PipeApp, source: str) -> str:
    reply = await app.kernel.do_execute(source, silent=False, store_history=True)
    return "" if reply["status"] == "ok" else f"{reply['ename']}: {reply['evalue']}"


def _stop_printing() -> None:
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__


def serve(app: PipeApp, sock: socket.socket) -> None:
    """Run cells until the other side closes the stream; called in the fork, when its sandbox stands.

    Parameters
    ----------
    app
        Inherited from the fork server.
    sock
        The stream. From the frame ``ready`` on a death is the learner's, before it ours.
    """
    app.session.pid = os.getpid()
    app.session.wire = Wire(sock)
    app.shell.profile_dir = ProfileDir.create_profile_dir(os.path.join(os.environ["HOME"], ".ipython"))
    for stream in app.streams:
        stream.begin()
    sys.stdout, sys.stderr = app.streams
    sock.setblocking(False)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(_serve(app, sock))


async def _serve(app: PipeApp, sock: socket.socket) -> None:
    app.kernel.io_loop = IOLoop.current()
    _wake_on_signals()
    app.session.write("ready", None, {})
    while (size := await _read(sock, HEADER.size)) is not None:
        request = json.loads(await _read(sock, *HEADER.unpack(size)) or b"{}")
        await _execute(app, request["id"], request["code"])


def _wake_on_signals() -> None:
    """Let an interrupt reach a cell that awaits: ipykernel only notes it, and the loop would sleep on."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    signal.set_wakeup_fd(theirs.detach(), warn_on_full_buffer=False)
    asyncio.get_running_loop().add_reader(ours, ours.recv, 1 << 12)


async def _read(sock: socket.socket, size: int) -> bytes | None:
    loop, data = asyncio.get_running_loop(), b""
    while len(data) < size:
        part = await loop.sock_recv(sock, size - len(data))
        if not part:
            return None
        data += part
    return data


async def _execute(app: PipeApp, cell: str, code: str) -> None:
    """Run one cell as ipykernel's `dispatch_shell` does, and reply when all it put out is on its way."""
    kernel, session = app.kernel, app.session
    asked = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": False}
    parent = session.msg("execute_request", asked)
    parent["header"]["msg_id"] = parent["msg_id"] = cell
    kernel.set_parent([], parent, channel="shell")
    session.replied = "error"  # unless the kernel says otherwise
    try:
        kernel.pre_handler_hook()  # from here on an interrupt is the cell's
        await kernel.execute_request(None, [], parent)
    except (
        KeyboardInterrupt,
        Exception,
    ):  # what escapes from the shell is the learner's doing; the next cell can still run
        session.replied = "error"
    finally:
        _ignore_interrupts(kernel)
    for stream in app.streams:
        stream.flush()
    session.write("execute_reply", cell, {"status": session.replied})


def _ignore_interrupts(kernel: Any) -> None:
    try:
        kernel.post_handler_hook()
    except KeyboardInterrupt:  # it came just now, before it could be ignored
        kernel.post_handler_hook()
