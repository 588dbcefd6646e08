"""The wire and the streams of the warm kernel, without a kernel."""

import os
import signal
import socket
import threading
from types import SimpleNamespace

import pytest

pytest.importorskip("fcntl", reason="the warm kernel is for Unix")

from instructors.engine import pipe_stream
from instructors.engine.frames import read_exactly, read_files, read_json, write_files, write_json
from instructors.engine.pipe_session import PipeSession, Wire
from instructors.engine.pipe_stream import PipeStream

CELL = {"header": {"msg_id": "c1"}}


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


class Sent(list):
    """Stands in for a session: keeps what is sent."""

    def send(self, _, kind, content, parent):
        self.append((kind, content["name"], content["text"], parent.get("msg_id")))


@pytest.fixture
def stream():
    stream = PipeStream(Sent(), "stdout", 1)
    stream.set_parent(CELL)
    return stream


def texts(stream):
    return [text for _, _, text, _ in stream._session]


def test_what_is_printed_is_sent_in_one_piece_and_belongs_to_its_cell(stream):
    print("a", "b", file=stream)
    stream.flush()
    assert [("stream", "stdout", "a b\n", "c1")] == stream._session


def test_what_was_printed_in_one_cell_is_not_sent_as_the_next_ones(stream):
    stream.write("one")
    stream.set_parent({"header": {"msg_id": "c2"}})
    stream.write("two")
    stream.flush()
    assert [("one", "c1"), ("two", "c2")] == [(text, cell) for _, _, text, cell in stream._session]


def test_a_thread_prints_into_the_cell_that_runs(stream):
    thread = threading.Thread(target=stream.write, args=["from a thread"])
    thread.start()
    thread.join()
    stream.flush()
    assert [("stream", "stdout", "from a thread", "c1")] == stream._session


def test_much_text_is_sent_without_waiting_and_in_pieces(stream, monkeypatch):
    monkeypatch.setattr(pipe_stream, "_MUCH", 4)
    stream.write("123456789")
    assert ["1234", "5678", "9"] == texts(stream)


def test_what_is_no_text_is_refused_as_python_refuses_it(stream):
    with pytest.raises(TypeError, match="must be str, not <class 'bytes'>"):
        stream.write(b"x")


def test_a_forked_process_writes_to_the_descriptor_and_sends_nothing(stream, monkeypatch):
    reading, writing = os.pipe()
    monkeypatch.setattr(stream, "_descriptor", writing)
    monkeypatch.setattr(stream, "_pid", -1)  # as if this process were a child
    stream.write("é")
    stream.flush()
    assert ("é".encode(), []) == (os.read(reading, 10), stream._session)
    os.close(reading)
    os.close(writing)


@pytest.fixture
def session(pair):
    session = PipeSession(key=b"k", wire=Wire(pair[0]))
    session.received = lambda: read_json(pair[1])
    return session


def test_a_message_is_one_frame_with_its_cell(session):
    session.send(None, "display_data", {"data": {"text/plain": "é"}}, parent=CELL)
    assert {"t": "display_data", "p": "c1", "c": {"data": {"text/plain": "é"}}} == session.received()


def test_half_a_character_in_a_text_arrives(session):
    session.send(None, "stream", {"name": "stdout", "text": "\ud800"}, parent=CELL)
    assert "\ud800" == session.received()["c"]["text"]


def test_half_a_character_in_a_display_raises_where_it_was_displayed(session):
    with pytest.raises(UnicodeEncodeError):
        session.send(None, "display_data", {"data": {"text/plain": "\ud800"}}, parent=CELL)


def test_what_is_no_output_is_not_sent(session):
    for kind in ("status", "execute_input", "comm_open"):
        session.send(None, kind, {}, parent=CELL)
    session.send(None, "clear_output", {}, parent=CELL)
    assert "clear_output" == session.received()["t"]


def test_the_reply_is_kept_until_all_outputs_are_out(session):
    session.send(None, "execute_reply", {"status": "ok"}, parent=CELL)
    assert "ok" == session.replied


def test_a_process_forked_from_the_kernel_has_no_voice(session):
    session.pid = -1
    assert session.send(None, "stream", {"name": "stdout", "text": "x"}, parent=CELL) is None


class Interrupting:
    """Stands in for a socket that takes a byte at a time, with an interrupt before each."""

    def __init__(self):
        self.got = b""

    def send(self, data):
        signal.raise_signal(signal.SIGINT)
        self.got += bytes(data[:1])
        return 1


def test_an_interrupt_waits_until_the_frame_is_out():
    sock = Interrupting()
    with pytest.raises(KeyboardInterrupt):
        Wire(sock).write(b"whole")
    assert b"\0\0\0\5whole" == sock.got


def test_a_full_socket_is_waited_for(pair):
    ours, theirs = pair
    ours.setblocking(False)
    reader = SimpleNamespace(got=b"")
    thread = threading.Thread(target=lambda: setattr(reader, "got", read_exactly(theirs, 4_000_004)))
    thread.start()
    Wire(ours).write(b"x" * 4_000_000)
    thread.join()
    assert b"x" * 4_000_000 == reader.got[4:]


def test_files_cross_with_their_request(pair):
    files = {"a/b.txt": b"\xff", "empty": b""}
    write_files(pair[0], {"limits": 3}, files, None)
    assert ({"limits": 3}, [files, None]) == read_files(pair[1], 10_000)


def test_a_frame_larger_than_allowed_is_not_read(pair):
    write_json(pair[0], "x" * 100)
    with pytest.raises(ValueError, match="expected at most 50 bytes, got 102"):
        read_json(pair[1], 50)


def test_a_frame_cut_short_is_the_end(pair):
    pair[0].sendall(b"\0\0\0\5ab")
    pair[0].close()
    with pytest.raises(EOFError):
        read_json(pair[1])
