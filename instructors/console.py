"""What every command says things with: the two consoles, the one JSON object, the progress bar, the exit codes."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from graders.errors import ClassError

FINE, NEEDS_A_HUMAN, BAD_INPUT, NOTHING_TO_DO, INTERRUPTED = 0, 1, 2, 3, 130

_READ_COMPANY_FILES = ("charset_normalizer", "clevercsv", "phonenumbers", "python_calamine", "stdnum", "tomlkit")

out = Console()
err = Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def print_json(data: dict[str, Any]) -> None:
    """Print a command's one JSON object."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")


def progress(quiet: bool) -> Progress:
    """Return a bar on standard error; nothing is shown where that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err, disable=quiet or not err.is_terminal)


def refuse_without_company_libraries() -> None:
    """Say what to install where a company's files cannot be read yet.

    Raises
    ------
    ClassError
        When a library of the extra ``company`` is missing.
    """
    lacking = [name for name in _READ_COMPANY_FILES if find_spec(name) is None]
    if lacking:
        raise ClassError(
            f"Expected the libraries that read a company's files, got none of {', '.join(lacking)}. "
            "Install them: pip install 'situ-kit[company]'"
        )
