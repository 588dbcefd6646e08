"""Files that a learner handed in, walked and copied so that nothing in them leads elsewhere.

Owns the care: no link is followed, no pipe waited for, and a folder that its owner has closed is opened before it is entered.
What is in the way of that raises `OSError`; nothing is passed over in silence.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from graders.files import NotAFileError

_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def walked(folder: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Walk a folder from the top, as `os.walk` does; each folder is made readable and changeable before it is entered.

    Parameters
    ----------
    folder
        Itself no link.

    Yields
    ------
    A folder, the names of the folders in it, from which the caller may take those that are not to be entered, and all other names:
    links to folders are among those.
    """
    open_up(folder, stat.S_IRWXU)
    for base, below, names in os.walk(folder, onerror=stop):
        here = Path(base)
        links = {name for name in below if (here / name).is_symlink()}
        below[:] = sorted(set(below) - links)
        for name in below:
            open_up(here / name, stat.S_IRWXU)
        yield here, below, sorted([*names, *links])


def open_up(path: Path, rights: int) -> None:
    """Give its owner, who is us, the rights to a file or folder that its learner took away; nothing is done to a link."""
    mode = path.lstat().st_mode
    if not stat.S_ISLNK(mode) and mode & rights != rights:
        path.chmod(stat.S_IMODE(mode) | rights)


def copy_regular(source: Path | str, target: Path, *, within: int | None = None) -> None:
    """Copy the content of a regular file to where nothing is yet.

    Parameters
    ----------
    source, target
        From where, and to where.
    within
        Descriptor of the folder that `source` is a name in.

    Raises
    ------
    OSError
        When the source is a link or no regular file, or there is something at the target.
    """
    with os.fdopen(os.open(source, _READ, dir_fd=within), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise NotAFileError(0, "it is not a file")
        with target.open("xb") as copy:
            shutil.copyfileobj(stream, copy)


def stop(error: OSError) -> NoReturn:
    """Raise what a walk could not read; `os.walk` itself passes it over in silence."""
    raise error
