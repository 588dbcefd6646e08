"""Files that others may write or read at the same time: read with care, and replaced as a whole or not at all.

Owns that care, and no file's shape. Every other reading and writing is `pathlib`'s.
"""

from __future__ import annotations

import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graders.language import _


class NotAFileError(OSError):
    """There is something, and it is no regular file."""


class TooLargeError(OSError):
    """The file is larger than the reader takes."""


def regular_bytes(file: Path, most: int) -> bytes:
    """Read a regular file without following a link, and without waiting for a pipe.

    Parameters
    ----------
    file
        Where it may be.
    most
        Bytes that are taken.

    Raises
    ------
    OSError
        As opening does; `NotAFileError` and `TooLargeError` where it opens and is not what it should be.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(file, flags), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise NotAFileError(0, _("it is not a file"))
        content = stream.read(most + 1)
    if len(content) > most:
        raise TooLargeError(0, _("it is too large"))
    return content


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """Give an unfinished file beside `file`; once it is written it takes that one's place, and on any error it is removed."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.chmod(0o644)  # mkstemp's own are too narrow for a shared exchange
        _put_in_place(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)


def _put_in_place(written: Path, target: Path) -> None:
    """Put the new file in the old one's place; Windows refuses while somebody reads, and a virus scanner always does."""
    for _attempt in range(9):
        try:
            os.replace(written, target)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(0.1)
        else:
            return
    os.replace(written, target)
