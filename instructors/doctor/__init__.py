"""Examines a machine, and a class on it: what holds, what does not, and what to do about it.

Whether submissions can be sealed is asked of the engine, then tried from inside a sealed run (`inside`); the rest is looked at from
outside. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from instructors.classes import Class
from instructors.doctor import inside
from instructors.doctor.class_folder import examine_class
from instructors.doctor.findings import Finding
from instructors.doctor.machine import examine_machine
from instructors.doctor.sealing import examine_sealing
from instructors.doctor.settings import examine_settings, settings_of, unreadable
from instructors.engine.sealing import Probe, Way, probe
from instructors.grading.engines import usable_cores
from instructors.grading.gradebook_file import gradebook_file
from instructors.grading.run import RunSettings

Examination = dict[str, list[Finding]]  # what was examined -> what was found


def examine(
    made: Class | None, jobs: int | None, step: Callable[[str], None], probed: Probe | None = None
) -> Examination:
    """Examine this machine, and a class on it.

    Parameters
    ----------
    made
        The class; None examines the machine alone, with something made up in place of a class.
    jobs
        How many submissions run at a time; None for what the class's settings say, or one per core.
    step
        Told what is done next.
    probed
        What the machine can do; probed unless given.
    """
    step("trying how this machine can seal")
    found = probed or probe()
    parts = {"sealing": examine_sealing(found)}
    if found.way is not Way.NONE:
        step("looking around from inside a sealed run")
        parts["from inside a sealed run"] = _examine_inside(made, found.way)
    step("looking at the machine")
    settings, faults = _settings(made)
    jobs = jobs or settings.jobs or usable_cores()
    parts["this machine"] = examine_machine(jobs, settings.limits.memory_mb)
    if made is not None:
        parts["the class"] = [*(faults or examine_settings(settings, jobs)), *examine_class(made)]
    return parts


def _settings(made: Class | None) -> tuple[RunSettings, list[Finding]]:
    """Return a class's settings, or the usual ones and what is wrong with its own."""
    try:
        return (RunSettings() if made is None else settings_of(made)), []
    except (Exception, SystemExit) as error:  # the file is a program
        return RunSettings(), [unreadable(error)]


def _examine_inside(made: Class | None, way: Way) -> list[Finding]:
    if made is not None:
        return inside.examine(_secrets(made), way)
    with inside.made_up() as kept:
        return inside.examine(kept, way)


def _secrets(made: Class) -> inside.Secrets:
    block = made.root / "content" / "courses" / made.settings.block
    gradebook = gradebook_file(made.gradebook)
    files = [gradebook] if gradebook else []
    files += [made.root / "private" / "truth.json", *block.glob("keys/*.py"), *block.glob("lessons/*.py")]
    private = [made.root / name for name in ("content", "private", "source")]
    others = [made.root / name for name in ("submitted", "autograded", "feedback", "learners")]
    return inside.Secrets(
        made.root,
        tuple(filter(Path.exists, private)),
        tuple(filter(Path.exists, (*others, made.exchange))),
        tuple(filter(Path.is_file, files)),
    )
