"""Runs a submission: from the rebuilt notebook to a job for the engine, and from its run back to the notebook.

Owns what a job may contain. No key, no gradebook and no path of the class goes into it; the learner's case goes as a copy.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import Execute
from traitlets import Integer

from graders.language import _
from instructors.engine.jobs import Cell, CellRun, Job, Limits, Outcome, Run, nothing_run
from instructors.engine.running import run
from instructors.grading.classroom import MARK, ClassStep, Step
from instructors.grading.notices import why_stopped

MAX_FILES = 500


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
    files: dict[str, bytes] = {}
    left_out = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        for file in (Path(base, name) for name in sorted(names)):
            if file.suffix.lower() == ".ipynb" or file.name in ignored or not stat.S_ISREG(file.lstat().st_mode):
                continue
            size = file.stat().st_size
            if size > max_bytes or len(files) >= MAX_FILES:
                left_out.append(file.relative_to(folder).as_posix())
                continue
            max_bytes -= size
            files[file.relative_to(folder).as_posix()] = file.read_bytes()
    return Belongings(files, tuple(left_out))


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

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict, km: object = None) -> Step:
        """Run one notebook."""
        learner = resources["nbgrader"]["student"]
        found = belongings(Path(resources["metadata"]["path"]), self.max_file_bytes, ignored=("timestamp.txt",))
        done = self._run(self._cells(nb), found, learner, resources["nbgrader"]["assignment"])
        write_back(nb, done)
        nb.metadata[MARK]["left_out"] = [
            _("The file {name} is too large, or one too many, and was left out of the run.").format(name=name)
            for name in found.left_out[:5]
        ]
        resources[MARK] = done
        if done.outcome is Outcome.FINISHED:
            self.log.info("%s: ran in %.1f s", learner, done.seconds)
        else:
            self.log.warning("%s: %s, %s", learner, done.outcome, done.detail)
        return nb, resources

    def _run(self, cells: tuple[Cell, ...], found: Belongings, learner: str, assignment: str) -> Run:
        try:
            case = str(self.open_class().case_directory(learner, assignment))
        except Exception as error:  # whatever the class lacks, this learner is not judged and the others are
            self.log.exception("no case for %s", learner)
            return nothing_run(cells, Outcome.NOT_STARTED, f"no case: {error}")
        environment = {"SITU_LEARNER": learner, "NBGRADER_EXECUTION": "autograde"}
        limits = Limits(
            cell_seconds=self.timeout if self.timeout and self.timeout > 0 else self.total_timeout,
            total_seconds=self.total_timeout,
            startup_seconds=self.startup_timeout,
        )
        return run(Job(cells, found.files, case, environment, limits))

    @staticmethod
    def _cells(nb: NotebookNode) -> tuple[Cell, ...]:
        code = ((index, cell.source) for index, cell in enumerate(nb.cells) if cell.cell_type == "code")
        return tuple(Cell(index, source) for index, source in code if source.strip())


def _numbered(output: dict[str, object], cell_run: CellRun) -> dict[str, object]:
    return {**output, "execution_count": cell_run.number} if "execution_count" in output else output
