"""Runs a submission: from the rebuilt notebook to a job for the engine, and from its run back to the notebook.

Owns what a job may contain. No key, no gradebook and no path of the class goes into it; the learner's case goes as a copy.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import Execute
from traitlets import Bool, Dict, Enum, Integer, TraitError, Unicode, validate

from graders.language import _
from instructors.engine.jobs import Cell, CellRun, Job, Limits, Outcome, Run
from instructors.grading.classroom import MARK, ClassStep, Step
from instructors.grading.notices import why_stopped
from instructors.grading.surplus import NOTE, set_aside_in

MAX_FILES = 500
NOT_PASSED_ON = ("timestamp.txt", NOTE)  # nbgrader's own, and ours, beside a submission
_MOST_NAMES = 5
FIGURES = {False: {"SITU_FIGURES": "words"}, True: {}}


@dataclass(frozen=True, slots=True)
class Belongings:
    """The files that lie beside a notebook, and the names of those that were too many or too large."""

    files: dict[str, bytes]
    left_out: tuple[str, ...] = ()


def belongings(folder: Path, max_bytes: int, ignored: Sequence[str] = ()) -> Belongings:
    """Read the regular files of a folder, notebooks and hidden folders left out.

    Parameters
    ----------
    folder
        nbgrader's copy of a submission, in which files of the lesson have replaced the learner's own of that name.
    max_bytes
        How much is read in all.
    ignored
        Names of files that are not passed on.
    """
    return read_files(files_in(folder), max_bytes, ignored)


def read_files(found: Mapping[str, Path], max_bytes: int, ignored: Sequence[str] = ()) -> Belongings:
    """Read files by their place in a folder, as `belongings` does.

    Parameters
    ----------
    found
        Relative path, with ``/``, to the file.
    max_bytes, ignored
        As in `belongings`.
    """
    files: dict[str, bytes] = {}
    left_out = []
    for place, file in sorted(found.items(), key=lambda item: _place_of(item[0])):
        if not _is_passed_on(place, ignored) or not stat.S_ISREG(file.lstat().st_mode):
            continue
        size = file.stat().st_size
        if size > max_bytes or len(files) >= MAX_FILES:
            left_out.append(place)
            continue
        max_bytes -= size
        files[place] = file.read_bytes()
    return Belongings(files, tuple(left_out))


def files_in(folder: Path, ignored: Sequence[str] = (), *, links: bool = False) -> dict[str, Path]:
    """Return the regular files of a folder by their place in it.

    Parameters
    ----------
    folder
        Where they are.
    ignored
        Patterns of names that nbgrader's settings ignore.
    links
        Whether a link to a file counts as one: in a folder of the instructor's own, never in a learner's.
    """
    found = {}
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_ignored(name, ignored)]
        for path in (Path(base, name) for name in names if not _is_ignored(name, ignored)):
            if stat.S_ISREG(path.lstat().st_mode) or (links and path.is_file()):
                found[path.relative_to(folder).as_posix()] = path
    return found


def _is_ignored(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _place_of(path: str) -> tuple[tuple[str, ...], str]:
    *folders, name = path.split("/")
    return tuple(folders), name


def _is_passed_on(path: str, ignored: Sequence[str]) -> bool:
    *folders, name = path.split("/")
    hidden = any(folder.startswith(".") or folder == "__pycache__" for folder in folders)
    return not hidden and PurePosixPath(name).suffix.lower() != ".ipynb" and name not in ignored


def case_files(directory: Path) -> dict[str, bytes]:
    """Read the files of a case, as a job carries them; what Python compiled beside them is left out."""
    found = (file for file in sorted(directory.rglob("*")) if file.is_file() and "__pycache__" not in file.parts)
    return {file.relative_to(directory).as_posix(): file.read_bytes() for file in found}


class Place(NamedTuple):
    """Which notebook of a class."""

    learner: str
    assignment: str
    notebook: str


@dataclass(frozen=True, slots=True)
class Order:
    """A run that is wanted: of which notebook, and the job, its case still to be added."""

    place: Place
    job: Job

    @property
    def key(self) -> str:
        """Name of the order's content: the same for the same cells, files, limits and learner."""
        content = json.dumps([*self.place, self.job.to_json()], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def with_case(self, directory: Path) -> Job:
        """Return the job with the files of the learner's case."""
        return replace(self.job, case=case_files(directory))


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How submissions are run.

    Attributes
    ----------
    engine
        ``warm``: forked from a warm process, many at a time; ``stock``: nbgrader's way, a fresh kernel each, one by one.
    jobs
        How many at a time; 0 for as many as this process has cores.
    sealed
        Whether a machine that cannot seal submissions off is refused.
    cluster
        Address of a scheduler of dask.distributed; empty for this machine alone.
    pictures
        Whether figures are drawn; in words otherwise.
    limits
        What a run may use.
    max_file_bytes
        Bytes of the files beside a notebook.
    """

    engine: str = "warm"
    jobs: int = 0
    sealed: bool = True
    cluster: str = ""
    pictures: bool = False
    limits: Limits = field(default_factory=Limits)
    max_file_bytes: int = 20_000_000

    def order(self, place: Place, notebook: NotebookNode, files: Mapping[str, bytes]) -> Order:
        """Return the order of a rebuilt notebook, with the files beside it."""
        environment = {"SITU_LEARNER": place.learner, "NBGRADER_EXECUTION": "autograde", **FIGURES[self.pictures]}
        return Order(place, Job(_code(notebook.cells), files, None, environment, self.limits))


def write_back(notebook: NotebookNode, done: Run) -> None:
    """Put the outputs of a run into the notebook it came from."""
    for cell_run in done.cells:
        cell = notebook.cells[cell_run.index]
        cell.execution_count = cell_run.number
        cell.outputs = [from_dict(_numbered(output, cell_run)) for output in cell_run.outputs]
    mark = notebook.metadata.setdefault(MARK, NotebookNode())
    mark["outcome"] = str(done.outcome)
    mark["stopped"] = why_stopped(done)


class RunSubmission(ClassStep, Execute):  # type: ignore[misc]  # nbgrader publishes no types
    """nbgrader's step `Execute`, with the engine in its place; the settings of `Execute` still count."""

    total_timeout = Integer(600, help="Seconds for all cells of a notebook.").tag(config=True)
    max_file_bytes = Integer(20_000_000, help="Bytes of the files handed in beside the notebook.").tag(config=True)
    jobs = Integer(0, min=0, help="Submissions at a time; 0: as many as this process has cores.").tag(config=True)
    sealed = Bool(True, help="Refuse to run submissions where the machine cannot seal them off.").tag(config=True)
    cluster = Unicode("", help="A scheduler of dask.distributed, such as tcp://host:8786.").tag(config=True)
    pictures = Bool(False, help="Draw figures; in words otherwise. The points are the same.").tag(config=True)
    engine = Enum(["warm", "stock"], "warm", help="warm: forked, many at a time; stock: one by one.").tag(config=True)
    limits = Dict(help="Other limits of a run than the usual, by name: memory_mb, processes ...").tag(config=True)

    @validate("limits")
    def _known_limits(self, proposal: Mapping[str, Any]) -> dict[str, int]:
        given: dict[str, int] = proposal["value"]
        known = {known.name for known in fields(Limits)}
        wrong = [name for name, value in given.items() if name not in known or not isinstance(value, int) or value <= 0]
        if wrong:
            raise TraitError(f"limits: expected whole numbers for {', '.join(sorted(known))}, got {', '.join(wrong)}.")
        return given

    @property
    def settings(self) -> RunSettings:
        """The settings, as everything else here takes them."""
        per_cell = self.timeout if self.timeout and self.timeout > 0 else self.total_timeout
        seconds = {"cell_seconds": per_cell, "total_seconds": self.total_timeout}
        limits = Limits(**{**seconds, "startup_seconds": self.startup_timeout, **self.limits})
        chosen = (self.engine, self.jobs, self.sealed, self.cluster, self.pictures)
        return RunSettings(*chosen, limits, self.max_file_bytes)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict, km: object = None) -> Step:
        """Run one notebook."""
        from instructors.grading.lookahead import lookahead_of  # it builds jobs by this module

        ids = resources["nbgrader"]
        place = Place(ids["student"], ids["assignment"], ids["notebook"])
        folder = Path(resources["metadata"]["path"])
        found = belongings(folder, self.max_file_bytes, NOT_PASSED_ON)
        done = lookahead_of(self).run(self.settings.order(place, nb, found.files))
        write_back(nb, done)
        nb.metadata[MARK]["left_out"] = _told_of(found.left_out, set_aside_in(folder))
        resources[MARK] = done
        if done.outcome is Outcome.FINISHED:
            self.log.info("%s: ran in %.1f s", place.learner, done.seconds)
        else:
            self.log.warning("%s: %s, %s", place.learner, done.outcome, done.detail)
        return nb, resources


def _told_of(left_out: Sequence[str], aside: Sequence[str]) -> list[str]:
    """Return what the learner is told of files that were not passed on to the run, or not even copied."""
    told = _("The file {name} is too large, or one too many, and was left out of the run.")
    lines = [told.format(name=name) for name in left_out[:_MOST_NAMES]]
    if aside:
        names = ", ".join(aside[:_MOST_NAMES]) + (", …" if len(aside) > _MOST_NAMES else "")
        told = _("Set aside, because it was too large, too deep, too much, or had a name that is no text: {names}.")
        lines.append(told.format(names=names))
    return lines


def _code(cells: Iterable[NotebookNode]) -> tuple[Cell, ...]:
    code = ((index, cell.source) for index, cell in enumerate(cells) if cell.cell_type == "code")
    return tuple(Cell(index, source) for index, source in code if source.strip())


def _numbered(output: dict[str, object], cell_run: CellRun) -> dict[str, object]:
    return {**output, "execution_count": cell_run.number} if "execution_count" in output else output
