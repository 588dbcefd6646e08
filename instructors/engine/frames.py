"""What crosses between the engine's processes: a length in four bytes, then that many bytes.

Owns the framing only. Who reads decides how much is read; what a frame means is the business of whoever sends it.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping
from typing import Any

from instructors.engine.jobs import JSON

HEADER = struct.Struct("!I")
_CHUNK = 1 << 20


def write_frame(sock: socket.socket, payload: bytes) -> None:
    """Write one frame to a blocking socket."""
    sock.sendall(HEADER.pack(len(payload)) + payload)


def write_json(sock: socket.socket, data: JSON) -> None:
    """Write one frame of JSON to a blocking socket."""
    write_frame(sock, json.dumps(data).encode("ascii"))


def read_exactly(sock: socket.socket, size: int) -> bytes:
    """Read so many bytes from a blocking socket; raise `EOFError` when it ends before."""
    parts, left = [], size
    while left:
        part = sock.recv(min(left, _CHUNK))
        if not part:
            raise EOFError("the other side is gone")
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def read_json(sock: socket.socket, most: int = 1 << 16) -> Any:
    """Read one frame of JSON, no larger than `most`, from a blocking socket."""
    (size,) = HEADER.unpack(read_exactly(sock, HEADER.size))
    if size > most:
        raise ValueError(f"expected at most {most} bytes, got {size}")
    return json.loads(read_exactly(sock, size))


def write_files(sock: socket.socket, head: Mapping[str, JSON], *folders: Mapping[str, bytes] | None) -> None:
    """Write a request with folders of files: JSON first, then the bare contents, which may be large.

    Parameters
    ----------
    sock
        Blocking.
    head
        What else the request says; the key ``folders`` is ours.
    folders
        Relative path to content; None stands for a folder that is not there.
    """
    listed = [None if files is None else {path: len(content) for path, content in files.items()} for files in folders]
    write_json(sock, {**head, "folders": listed})
    for files in folders:
        for content in (files or {}).values():
            sock.sendall(content)


def read_files(sock: socket.socket, most: int) -> tuple[dict[str, JSON], list[dict[str, bytes] | None]]:
    """Read what `write_files` wrote: the rest of the request, and its folders."""
    head = read_json(sock, most)
    folders: list[dict[str, bytes] | None] = []
    for listed in head.pop("folders"):
        if listed is None:
            folders.append(None)
        else:
            folders.append({path: read_exactly(sock, size) for path, size in listed.items()})
    return head, folders
