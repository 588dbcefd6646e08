"""Which submissions are graded to the end, and which were left half done when a run was ended: what "go on" means.

Owns the mark that says so, in the graded notebook's metadata, set by the last step: a notebook that was cut off while it was
written, or was written before it was judged, does not have it. nbgrader itself takes any folder for a graded submission.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.utils import rmtree

from instructors.engine.jobs import Run
from instructors.grading.classroom import MARK, ClassStep, Step
from instructors.grading.ledger import close_gradebooks
from instructors.grading.lookahead import lookahead_kept
from instructors.grading.outcomes import failed_by_us, interrupted_cells
from instructors.grading.stored import not_judged
from instructors.grading.versions import content_of, content_remembered, handed_in_at

_METADATA = b'\n "metadata": {'  # of the notebook as a whole: nbformat writes the cells before it, and indents by depth
_FINISHED = "finished"
_CONTENT = "handed_in"


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
        converter = getattr(self.parent, "parent", None)
        content = content_remembered(converter)
        if content:
            mark[_CONTENT] = content
        mark[_FINISHED] = True
        ahead = lookahead_kept(converter)
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
    """Tell whether a submission was graded to the end, run and judged: what we failed to run or to judge is tried again.

    Parameters
    ----------
    folder
        Its folder below ``autograded``.
    notebooks
        The names of the files that are graded.
    """
    return _are_finished([mark_in(folder / name) for name in notebooks])


def _are_finished(marks: Sequence[Mapping[str, Any] | None]) -> bool:
    return all(mark is not None and not failed_by_us(mark) for mark in marks)


def clear_unfinished(graded: Path, notebooks: Sequence[str], submitted: Path) -> str:
    """Remove a graded submission that is not the grading of what was handed in, so that it is graded again.

    Parameters
    ----------
    graded
        Its folder below ``autograded``.
    notebooks
        The names of the files that are graded.
    submitted
        Its folder as handed in.

    Returns
    -------
    Why it was removed; empty when it was left as it is, or there was none.
    """
    reason = _why_again(graded, notebooks, submitted) if graded.is_dir() else ""
    if reason:
        rmtree(str(graded))  # nbgrader's own: it has made the files read-only
    return reason


def _why_again(graded: Path, notebooks: Sequence[str], submitted: Path) -> str:
    """Return why a graded submission does not count; each reason holds until the last of the folder is gone.

    nbgrader removes an older one file by file: where it was ended in between, the date may be gone and the notebook still there.
    """
    marks = [mark_in(graded / name) for name in notebooks]
    if not _are_finished(marks):
        return "was left half done by an earlier run, or not judged through our fault"
    if handed_in_at(submitted) is not None and handed_in_at(graded) is None:
        return "has a date that what was graded has not"
    known = {str(mark[_CONTENT]) for mark in marks if mark is not None and mark.get(_CONTENT)}
    if known and known != {content_of(submitted, notebooks)}:
        return "was handed in anew"
    return ""
