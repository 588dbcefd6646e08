"""Which file a gradebook is kept in, if it is kept in one. Opens nothing."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from graders.errors import ClassError


def gradebook_file(db_url: str) -> Path | None:
    """Return the file of a gradebook, which need not be there yet; None for a gradebook on a server.

    Parameters
    ----------
    db_url
        As nbgrader writes it.

    Raises
    ------
    ClassError
        When it is no database URL.

    Examples
    --------
    >>> gradebook_file("sqlite:////srv/autumn/gradebook.db").as_posix()
    '/srv/autumn/gradebook.db'
    >>> gradebook_file("postgresql://situ@db.example.org/autumn")
    """
    try:
        url = make_url(db_url)
    except ArgumentError as error:
        wanted = "a gradebook such as sqlite:////srv/autumn/gradebook.db"
        raise ClassError(f"Expected {wanted}, got {db_url!r}. Mend it in class.toml.") from error
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
