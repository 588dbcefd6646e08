"""The owner's side of a warm kernel: what it believes of what a learner's process sends. No kernel runs here."""

import json
import socket
import struct
import threading
from time import monotonic

import pytest

pytest.importorskip("fcntl", reason="the warm kernel is for Unix")

from instructors.engine import warm_kernel
from instructors.engine.jobs import Cell, Job, Limits

LIMITS = Limits(cell_bytes=1000, sent_bytes=100_000)


def frame(data):
    payload = data if isinstance(data, bytes) else json.dumps(data).encode()
    return struct.pack("!I", len(payload)) + payload


def message(kind="stream", cell=None, **content):
    return frame({"t": kind, "p": cell, "c": content})


class Scene:
    """A kernel without a process: the test plays it, and its fork server."""

    def __init__(self):
        ours, self.channel = socket.socketpair()
        control, self.control = socket.socketpair()
        self.kernel = warm_kernel.Kernel(ours, control, LIMITS)

    def close(self):
        for sock in (self.channel, self.control, self.kernel._channel, self.kernel._control):
            sock.close()

    def read(self):
        return self.kernel._message(monotonic() + 0.2)


@pytest.fixture
def scene():
    scene = Scene()
    yield scene
    scene.close()


def test_a_message_is_read(scene):
    scene.channel.sendall(message(text="x"))
    assert {"t": "stream", "p": None, "c": {"text": "x"}} == scene.read()


@pytest.mark.parametrize(
    "sent", [b"hello", b"[" * 30_000, b"3", b'{"t": 3, "c": {}}', b'{"t": "x", "c": []}', b"\xff\xfe", b"1" * 5000]
)
def test_what_is_no_message_is_called_garbage(scene, sent):
    scene.channel.sendall(frame(sent))
    with pytest.raises(warm_kernel.GarbageError):
        scene.read()


def test_a_message_too_large_to_be_kept_is_passed_over(scene):
    threading.Thread(target=scene.channel.sendall, args=[message(text="x" * 90_000) + message(text="after")]).start()
    assert (None, {"text": "after"}) == (scene.read(), scene.read()["c"])


def test_more_than_may_be_sent_is_too_much(scene):
    threading.Thread(target=scene.channel.sendall, args=[message(text="x" * 60_000) * 2]).start()
    scene.read()
    with pytest.raises(warm_kernel.TooMuchError, match="100000"):
        scene.read()


def test_a_length_nobody_would_send_is_garbage(scene):
    scene.channel.sendall(b"\xff" * 20)
    with pytest.raises(warm_kernel.GarbageError):
        scene.read()


def test_a_message_that_comes_in_parts_survives_a_timeout(scene):
    whole = message(text="x")
    scene.channel.sendall(whole[:9])
    with pytest.raises(TimeoutError):
        scene.read()
    scene.channel.sendall(whole[9:])
    assert {"text": "x"} == scene.read()["c"]


def test_an_end_is_noticed_after_all_that_was_sent_is_read(scene):
    scene.channel.sendall(message(text="last"))
    scene.control.sendall(frame({}))
    assert {"text": "last"} == scene.read()["c"]
    with pytest.raises(warm_kernel.KernelGoneError):
        scene.read()


def test_messages_of_other_cells_are_not_this_cells(scene):
    taken = []

    def play():
        asked = json.loads(scene.channel.recv(1000)[4:])
        replies = [message(cell=cell, text=cell) for cell in ("another", None, asked["id"])]
        scene.channel.sendall(b"".join(replies) + message("execute_reply", asked["id"], status="ok"))

    threading.Thread(target=play).start()
    assert (True, False) == scene.kernel.execute("1", 5, lambda _, content: taken.append(content["text"]))
    assert 1 == len(taken)


def test_a_kernel_that_says_why_it_is_not_ready_is_quoted(scene):
    scene.channel.sendall(message("failed", detail="OSError: mount refused"))
    with pytest.raises(warm_kernel.NotReadyError, match="mount refused"):
        scene.kernel.begin(Job((Cell(0, "1"),), limits=LIMITS), ())
