"""Looks at grading from inside, in a process of its own: python grading_inside.py WHAT CLASS ASSIGNMENT LEARNER ...

WHAT is ``split`` (processor time of every step of `situ grade`), ``button`` (formgrader's Autograde, pressed for one learner after
another) or ``kernel`` (what a submission costs whose cells do nothing: fork, seal, protocol). Prints one JSON object.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat

_PARTS = {
    "Rebuild": "rebuild",
    "OverwriteCells": "rebuild",
    "CheckCellMetadata": "rebuild",
    "ClearOutput": "rebuild",
    "RunSubmission": "next",  # foreseeing and sending the runs that come after it
    "JudgeAnswers": "judge",
    "CleanNotebook": "judge",
    "LimitOutput": "judge",
    "ShowNotices": "judge",
    "FlagCriteria": "judge",
    "SaveAutoGrades": "save",
    "FlagNotJudged": "save",
    "AssignLatePenalties": "save",
    "MarkFinished": "save",
}
_TIMES = 12


def split(root: Path, assignment: str, learners: list[str]) -> dict[str, Any]:
    """Return processor seconds per submission of each part of the trusted side's work."""
    from nbconvert.preprocessors import Preprocessor

    from instructors.classes import open_class
    from instructors.grade import Wish, grade_class

    spent: dict[str, float] = defaultdict(float)
    called = Preprocessor.__call__

    def timed(step: Any, *args: Any) -> Any:
        began = time.thread_time()
        try:
            return called(step, *args)
        finally:
            spent[_PARTS.get(type(step).__name__, "save")] += time.thread_time() - began

    Preprocessor.__call__ = timed
    done = grade_class(open_class(root), Wish((assignment,), tuple(learners)), _Nobody())
    count = len(done.results)
    whole = sum(result.trusted_seconds for result in done.results)
    spent["files"] = whole - sum(spent.values())  # copying, reading and writing them
    start, cells = (sum(result.seconds[part] for result in done.results) for part in (1, 2))
    wall = {"start_seconds": round(start / count, 4), "cells_seconds": round(cells / count, 4)}
    return {**{name: round(value / count, 4) for name, value in sorted(spent.items())}, **wall}


class _Nobody:
    """Is told how grading gets on."""

    def began(self, *_: Any) -> None:
        """Take no notice."""

    def ended(self, *_: Any) -> None:
        """Take no notice."""


def button(root: Path, assignment: str, learners: list[str]) -> dict[str, Any]:
    """Return seconds until formgrader's button has answered, for one learner after another in one server."""
    from nbgrader.apps.api import NbGraderAPI
    from traitlets.config.loader import PyFileConfigLoader

    os.chdir(root)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        api = NbGraderAPI(config=PyFileConfigLoader("nbgrader_config.py", str(root)).load_config())
        seconds = [_pressed(api, assignment, learner) for learner in learners]
    return {"seconds": [round(value, 3) for value in seconds]}


def _pressed(api: Any, assignment: str, learner: str) -> float:
    began = time.perf_counter()
    result = api.autograde(assignment, learner)
    if not result["success"]:
        raise RuntimeError(result.get("error") or result.get("log"))
    return time.perf_counter() - began


def kernel(root: Path, assignment: str, learners: list[str]) -> dict[str, Any]:
    """Return processor and wall-clock seconds of a fork, of sealing it, and of a run of cells that do nothing."""
    from instructors.classes import open_class
    from instructors.engine.jobs import Cell
    from instructors.engine.sealed import run_sealed
    from instructors.engine.sealing import probe
    from instructors.grading.run import Place, RunSettings

    released = nbformat.read(root / "release" / assignment / f"{assignment}.ipynb", as_version=4)
    order = RunSettings().order(Place(learners[0], assignment, assignment), released, {})
    job = order.with_case(open_class(root).case_directory(learners[0], assignment))
    job = replace(job, cells=tuple(Cell(cell.index, "pass") for cell in job.cells))
    way = probe().way
    run_sealed(job, way)  # starts the fork server
    began = time.process_time()
    runs = [run_sealed(job, way) for _ in range(_TIMES)]
    owner = (time.process_time() - began) / _TIMES
    one = [run_sealed(replace(job, cells=job.cells[:1]), way) for _ in range(_TIMES)]
    middle = statistics.median
    return {
        "idle_cpu": round(middle(run.usage.cpu_seconds for run in runs), 4),
        "idle_seconds": round(middle(run.seconds for run in runs), 4),
        "one_cell_cpu": round(middle(run.usage.cpu_seconds for run in one), 4),
        "owner_cpu": round(owner, 4),
        **_forks(job, way),
    }


def _forks(job: Any, way: Any) -> dict[str, float]:
    """Return what a fork of a warm process takes, and what sealing adds to it; this process is its root's prisoner afterwards."""
    from instructors.engine import linux, preload, sealing
    from instructors.engine.sealing import Inside, Way

    preload.import_libraries()
    small = statistics.median(_forked(lambda: None) for _ in range(_TIMES))
    preload.freeze()
    if way is not Way.NAMESPACES or preload.thread_count() != 1:
        return {}
    inside = Inside(job.files, job.case, job.limits)
    sealing.outer(sealing.shown_paths())
    linux.adopt_orphans()
    plain = statistics.median(_forked(lambda: None) for _ in range(_TIMES))
    sealed = statistics.median(_forked(lambda: sealing.enter(inside, lambda: None)) for _ in range(_TIMES))
    return {"fork_cpu_small_pages": round(small, 4), "fork_cpu": round(plain, 4), "seal_cpu": round(sealed - plain, 4)}


def _forked(do: Callable[[], Any]) -> float:
    """Return the processor time of a fork that does one thing and ends, the fork itself included."""
    began, code = time.process_time(), 1
    pid = os.fork()
    if not pid:
        try:
            do()
            code = 0
        finally:
            os._exit(code)
    mine = time.process_time() - began
    _, status, used = os.wait4(pid, 0)
    if status:
        raise OSError(f"a fork ended with status {status}")
    return mine + used.ru_utime + used.ru_stime


def main() -> None:
    """Do what is asked, and print it."""
    what, root, assignment, *learners = sys.argv[1:]
    found = {"split": split, "button": button, "kernel": kernel}[what](Path(root), assignment, learners)
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({**found, "own_cpu": round(own.ru_utime + own.ru_stime, 2)}))


if __name__ == "__main__":
    main()
