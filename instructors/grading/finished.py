"""Which submissions are graded to the end, and which were left half done when a run was ended: what "go on" means.

Owns the mark that says so, in the graded notebook's metadata, set by the last step: a notebook that was cut off while it was
written, or was written before it was judged, does not have it. nbgrader itself takes any folder for a graded submission.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.utils import rmtree

from instructors.engine.jobs import Run
from instructors.grading.classroom import MARK, ClassStep, Step
from instructors.grading.ledger import close_gradebooks
from instructors.grading.lookahead import lookahead_kept
from instructors.grading.outcomes import OURS, interrupted_cells
from instructors.grading.stored import not_judged

_METADATA = b'\n "metadata": {'  # of the notebook as a whole: nbformat writes the cells before it, and indents by depth
_FINISHED = "finished"


class MarkFinished(ClassStep):
    """nbgrader's last step for a submission: says in the notebook that nothing is missing, and how it went."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Mark one notebook; it is written, as a whole, after this."""
        mark = nb.metadata.setdefault(MARK, NotebookNode())
        mark["not_judged"] = not_judged(nb)
        run: Run | None = resources.get(MARK)
        if run is not None:
            mark["interrupted"] = interrupted_cells(run)
            mark["seconds"] = {"run": run.seconds, "start": run.usage.start_seconds, "cells": run.usage.cells_seconds}
            mark["cpu_seconds"], mark["peak_mb"] = run.usage.cpu_seconds, run.usage.peak_mb
        mark[_FINISHED] = True
        ahead = lookahead_kept(getattr(self.parent, "parent", None))
        if ahead is None or ahead.is_done:
            close_gradebooks()
        return nb, resources


def mark_in(file: Path) -> dict[str, Any] | None:
    """Return what a graded notebook says of itself under our mark; None when it was not graded to the end.

    Parameters
    ----------
    file
        The graded notebook. Only its end is parsed: outputs can be large, and a class has many.
    """
    try:
        content = file.read_bytes()
        metadata = json.loads(b"{" + content[content.rindex(_METADATA) :])["metadata"]
    except (OSError, ValueError, KeyError):
        return None
    mark = metadata.get(MARK)
    return mark if isinstance(mark, dict) and mark.get(_FINISHED) is True else None


def is_finished(folder: Path, notebooks: Iterable[str]) -> bool:
    """Tell whether a submission was graded to the end, and run at all: what we failed to run is tried again.

    Parameters
    ----------
    folder
        Its folder below ``autograded``.
    notebooks
        The names of the files that are graded.
    """
    marks = [mark_in(folder / name) for name in notebooks]
    return all(mark is not None and mark.get("outcome") not in OURS for mark in marks)


def clear_unfinished(folder: Path, notebooks: Iterable[str]) -> bool:
    """Remove what an interrupted run left of a submission, so that it is graded again; return whether there was anything.

    Parameters
    ----------
    folder, notebooks
        As in `is_finished`.
    """
    if not folder.is_dir() or is_finished(folder, notebooks):
        return False
    rmtree(str(folder))  # nbgrader's own: it has made the files read-only
    return True
