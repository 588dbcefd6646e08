"""Runs nbgrader's own commands, as an instructor or a learner would type them.

Owns the environment they need and what becomes of their output; what the commands do is nbgrader's. Where the system can, each
is a fork of one process that has imported nbgrader already: importing it takes longer than most of its commands.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from pathlib import Path

from graders.errors import ClassError

_PRELOADED = ["nbgrader.apps.nbgraderapp"]


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
    environment = {**os.environ, **(settings or {})}
    if "forkserver" in multiprocessing.get_all_start_methods():
        done = _forked(arguments, folder, environment)
    else:
        done = _started(arguments, folder, environment)
    if check and done.code:
        last = "\n".join(done.output.strip().splitlines()[-12:])
        raise ClassError(
            f"Expected `nbgrader {' '.join(arguments)}` in {folder} to succeed, got exit code {done.code}:\n{last}"
        )
    return done


def _forked(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ran:
    context: ForkServerContext = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    with tempfile.TemporaryDirectory(prefix="situ-nbgrader-") as notes:
        said, ended = Path(notes, "said.txt"), Path(notes, "ended.txt")
        process = context.Process(
            target=_become_nbgrader, args=(tuple(arguments), str(folder), dict(environment), str(said), str(ended))
        )
        process.start()
        try:
            process.join()
        finally:  # also on Ctrl-C
            process.kill()
            process.join()
        output = said.read_text(encoding="utf-8", errors="replace") if said.exists() else ""
        # Its own word counts: where the process that forked it is gone, multiprocessing says 255, whatever the code was.
        code = int(ended.read_text(encoding="ascii")) if ended.exists() else process.exitcode or 1
    return Ran(code, output)


def _become_nbgrader(
    arguments: Sequence[str], folder: str, environment: Mapping[str, str], said: str, ended: str
) -> None:
    """Do in a fresh fork what ``nbgrader`` does when it is started."""
    with open(said, "wb") as file, open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv[:] = ["nbgrader", *arguments]
    from nbgrader.apps.nbgraderapp import main

    code = 1
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        raise
    finally:
        unfinished = Path(ended + ".new")
        unfinished.write_text(str(code), encoding="ascii")
        unfinished.rename(ended)


def _started(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ran:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return Ran(done.returncode, done.stdout)
