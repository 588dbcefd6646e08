"""A run's folders on disk: a job's files laid into a fresh one, and a tree removed in which a learner may have done anything.

Follows no link, going in or coming out. Works wherever Python does.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

_BY_DESCRIPTOR = {os.open, os.unlink, os.rename} <= os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")


def lay(folder: str | Path, files: Mapping[str, bytes]) -> None:
    """Write a job's files into a fresh folder.

    Raises
    ------
    ValueError
        When a path is absolute, climbs, or is no path.
    """
    for path, content in files.items():
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts or "\0" in path:
            raise ValueError(f"expected a path inside the folder, got {path!r}")
        target = os.path.join(folder, *parts)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        # Only we have written here, so there is no link to follow; were there one, "x" would refuse it.
        with open(target, "xb", opener=_for_us_to_write) as file:
            file.write(content)


def _for_us_to_write(path: str, flags: int) -> int:
    return os.open(path, flags, 0o644)


def remove(root: str | Path) -> None:
    """Remove the folders of a run, in which a learner may have forbidden it; nothing of the run is left to interfere.

    Never raises, because how a run ended must not depend on it: what cannot be removed stays. A tree may be deeper than Python
    calls itself, and its paths longer than the system takes.
    """
    with contextlib.suppress(OSError, RecursionError):
        if _BY_DESCRIPTOR:
            _remove_flattened(root)
        else:
            _remove_plainly(root)


def _remove_flattened(root: str | Path) -> None:
    """Remove a tree with two folders open at a time: every folder is moved up to the root before it is emptied."""
    parent = os.open(os.path.dirname(os.path.abspath(root)), os.O_RDONLY | os.O_DIRECTORY)
    try:
        name = os.path.basename(os.path.abspath(root))
        top = _opened(name, parent)
        try:
            _empty(top)
        finally:
            os.close(top)
        os.rmdir(name, dir_fd=parent)
    finally:
        os.close(parent)


def _empty(top: int) -> None:
    token, count = secrets.token_hex(8), 0  # a name that nobody has guessed
    waiting = _folders_left(top)
    while waiting:
        name = waiting.pop()
        with contextlib.suppress(OSError):  # what is in the way of one folder is not in the way of the next
            folder = _opened(name, top)
            try:
                for inner in _folders_left(folder):
                    count += 1
                    with contextlib.suppress(OSError):
                        os.close(_opened(inner, folder))  # its owner must be able to write in what is moved
                        os.rename(inner, f"{token}-{count}", src_dir_fd=folder, dst_dir_fd=top)
                        waiting.append(f"{token}-{count}")
            finally:
                os.close(folder)
            os.rmdir(name, dir_fd=top)


def _folders_left(folder: int) -> list[str]:
    """Remove all files of an open folder; return the names of the folders in it."""
    left = []
    for name in os.listdir(folder):
        try:
            os.unlink(name, dir_fd=folder)
        except OSError:  # a folder, or not to be removed: the next one who tries finds out
            left.append(name)
    return left


def _opened(name: str, parent: int) -> int:
    """Open a folder, no link, and allow its owner everything in it."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        folder = os.open(name, flags, dir_fd=parent)
    except PermissionError:
        if not stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
            raise
        os.chmod(name, stat.S_IRWXU, dir_fd=parent)
        folder = os.open(name, flags, dir_fd=parent)
    try:
        os.fchmod(folder, stat.S_IRWXU)
    except OSError:
        os.close(folder)
        raise
    return folder


def _remove_plainly(root: str | Path) -> None:
    """Remove a tree by its paths, where folders cannot be opened: on Windows."""
    os.chmod(root, stat.S_IRWXU)
    for folder, names, _ in os.walk(root):  # top down: a folder is opened before it is entered
        for name in names:
            inner = os.path.join(folder, name)
            if not os.path.islink(inner):
                with contextlib.suppress(OSError):
                    os.chmod(inner, stat.S_IRWXU)
    shutil.rmtree(root, ignore_errors=True)
