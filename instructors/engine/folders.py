"""A run's folders on disk: a job's files laid into a fresh one, and a tree removed in which a learner may have done anything.

Follows no link, going in or coming out. Works wherever Python does.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path, PurePosixPath


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
    """Remove the folders of a run, in which a learner may have forbidden it; nothing of the run is left to interfere."""
    os.chmod(root, stat.S_IRWXU)
    for folder, names, _ in os.walk(root):  # top down: a folder is opened before it is entered
        for name in names:
            inner = os.path.join(folder, name)
            if not os.path.islink(inner):
                os.chmod(inner, stat.S_IRWXU)
    shutil.rmtree(root, ignore_errors=True)
