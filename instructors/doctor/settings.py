"""How a class's own settings let submissions run: read from its ``nbgrader_config.py``, as grading reads them. Changes nothing."""

from __future__ import annotations

from traitlets.config.loader import PyFileConfigLoader

from instructors.classes import Class
from instructors.doctor.findings import Finding, Standing
from instructors.grading.run import RunSettings, RunSubmission

_FILE = "nbgrader_config.py"


def settings_of(made: Class) -> RunSettings:
    """Return a class's settings.

    Raises
    ------
    Exception
        Whatever the file, which is a program of the instructor's own, raises.
    """
    loader = PyFileConfigLoader(_FILE, str(made.root))
    return RunSubmission(config=loader.load_config()).settings


def examine_settings(settings: RunSettings, jobs: int) -> list[Finding]:
    """Say how submissions of a class run, `jobs` at a time, and whether that is less than safe."""
    limits = settings.limits
    says = (
        f"{jobs} at a time, with {limits.memory_mb} MB each; {limits.cell_seconds} s a cell, "
        f"{limits.total_seconds} s a notebook."
    )
    found = [Finding("how submissions run", Standing.HOLDS, says)]
    if settings.cluster:
        says = f"On the workers of {settings.cluster}, whose memory and sealing are not looked at here."
        found.append(Finding("cluster", Standing.LOOK, says, "Run situ doctor on one of its machines, too."))
    if not settings.sealed:
        says = f"{_FILE} says that submissions run unsealed, with your own rights."
        found.append(Finding("unsealed", Standing.LOOK, says, f"Take c.RunSubmission.sealed = False out of {_FILE}."))
    return found


def unreadable(error: BaseException) -> Finding:
    """Say that a class's settings cannot be read; what is examined beside them holds for the usual ones."""
    says = f"Expected settings in {_FILE}, got {type(error).__name__}: {error}. The usual ones are taken here."
    return Finding("how submissions run", Standing.FAILS, says, f"Mend {_FILE}; nothing can be graded before.")
