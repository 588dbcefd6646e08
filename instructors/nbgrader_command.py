"""Runs nbgrader's own commands, as an instructor or a learner would type them.

Owns the environment they need and what becomes of their output; what the commands do is nbgrader's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graders.errors import ClassError


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished command: its exit code and all it printed."""

    code: int
    output: str


def put_tools_on_path() -> None:
    """Let nbgrader find alembic, which it runs by name, also when Situ is called by the path of its own environment."""
    folder = str(Path(sys.executable).parent)
    if folder not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = folder + os.pathsep + os.environ.get("PATH", "")


def nbgrader(*arguments: str, folder: Path, settings: Mapping[str, str] | None = None, check: bool = True) -> Ran:
    """Run ``nbgrader <arguments>`` in a folder.

    Parameters
    ----------
    arguments
        As typed after ``nbgrader``.
    folder
        The course directory, or a learner's folder.
    settings
        Environment variables to add.
    check
        Whether a failure is an error here.

    Raises
    ------
    ClassError
        When the command fails and `check` is set; the text ends with what nbgrader said last.
    """
    put_tools_on_path()
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env={**os.environ, **(settings or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if check and done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-12:])
        raise ClassError(
            f"Expected `nbgrader {' '.join(arguments)}` in {folder} to succeed, got exit code {done.returncode}:\n{last}"
        )
    return Ran(done.returncode, done.stdout)
