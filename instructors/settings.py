"""Reads a TOML file into its settings, or tells every problem of the file at once.

The one way in for ``block.toml`` and ``class.toml``; what the settings mean is their owner's.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from graders.errors import SituError

Settings = TypeVar("Settings", bound=BaseModel)


def read_settings(file: Path, shape: type[Settings], what: str, missing: str, problem: type[SituError]) -> Settings:
    """Read one file.

    Parameters
    ----------
    file, shape
        The file, and the strict model of what it may hold.
    what
        What is expected in it, in words.
    missing
        What to say when the file cannot be opened.
    problem
        The error to raise.

    Raises
    ------
    SituError
        As `problem`, with every problem of the file at once.
    """
    try:
        return shape.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise problem(missing) from error
    except tomllib.TOMLDecodeError as error:
        raise problem(f"{file}: expected TOML, got an error: {error}. Mend that line.") from error
    except ValidationError as error:
        problems = [f"  {'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        raise problem(f"{file}: expected {what}, got\n" + "\n".join(problems)) from error
