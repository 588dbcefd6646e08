"""What a learner is told about a submission as a whole: how its files were read, what was put back, where the run stopped.

Owns these sentences and the first cell of the graded notebook, in which they stand. Points are not decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode

from graders.cards import note_card
from graders.language import _
from instructors.engine.jobs import Outcome, Run
from instructors.grading.classroom import MARK, ClassStep, Step
from instructors.grading.outcomes import interrupted_cells
from instructors.inert import inert
from instructors.printable import printable

NOTICE_CELL = "situ-notices"
_MOST_LINES = 12


def why_stopped(run: Run) -> str:
    """Return why a run ended early, or which cell was interrupted, in a learner's words; empty when nothing of that happened."""
    if run.outcome is Outcome.FINISHED:
        return _interrupted(run)
    reason = _reasons().get(run.outcome)
    stopped = run.stopped_in
    if reason is None:
        return _("The notebook could not be run, through no fault of yours.")
    if stopped is None or stopped.number is None:
        return reason.anywhere
    return reason.in_cell.format(number=stopped.number)


class _Reason(NamedTuple):
    """Why a run stopped: where the cell is known, and where it is not."""

    in_cell: str
    anywhere: str


def _reasons() -> dict[Outcome, _Reason]:
    return {
        Outcome.TIMED_OUT: _Reason(
            _("The run stopped in cell [{number}]: it took too long and could not be interrupted."),
            _("The run stopped before the last cell: the notebook took too long as a whole."),
        ),
        Outcome.OUT_OF_MEMORY: _Reason(
            _("The run stopped in cell [{number}]: it needed more memory than a notebook gets here."),
            _("The run stopped: the notebook needed more memory than one gets here."),
        ),
        Outcome.TOO_MUCH_OUTPUT: _Reason(
            _("The run stopped in cell [{number}]: it printed or showed more than can be kept."),
            _("The run stopped: the notebook printed or showed more than can be kept."),
        ),
        Outcome.KERNEL_DIED: _Reason(
            _("The run stopped in cell [{number}]: Python itself ended there."),
            _("The run stopped before the last cell: Python itself ended."),
        ),
    }


def _interrupted(run: Run) -> str:
    numbers = list(map(str, interrupted_cells(run)))
    if not numbers:
        return ""
    told = _("Interrupted, because they took too long: cells [{numbers}]. The cells after them ran.")
    return told.format(numbers="], [".join(numbers))


def lines_for(mark: Mapping[str, Any]) -> list[str]:
    """Return what is to be said of a notebook, from its metadata under our mark."""
    others = [_worked_as_another(name) for name in mark.get("worked_as", ())]
    told = [mark.get("notice"), *mark.get("book", ()), *others, *mark.get("repairs", ())]
    said = [*told, mark.get("stopped"), *mark.get("left_out", ())]
    lines = [printable(str(line)) for line in said if line]  # it goes to a terminal, too
    if len(lines) <= _MOST_LINES:
        return lines
    more = _("{count} more remarks of this kind.").format(count=len(lines) - _MOST_LINES)
    return [*lines[:_MOST_LINES], more]


def _worked_as_another(name: str) -> str:
    said = _(
        "Answers were worked out as {name}, on that learner's sample, and judged on the sample of whoever handed in."
    )
    return said.format(name=name)


def is_notice(cell: NotebookNode) -> bool:
    """Tell whether a cell is the notices, written by us: a learner's own cell may have its id."""
    is_ours = cell.cell_type == "markdown" and cell.metadata.get(MARK, {}).get("released")
    return bool(is_ours and cell.get("id") == NOTICE_CELL)


class ShowNotices(ClassStep):
    """nbgrader's step that puts the notices on top of the graded notebook."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Add the cell of notices, if there is anything to say."""
        lines = lines_for(nb.metadata.get(MARK, {}))
        if lines:
            card = note_card(_("About the notebook you handed in"), lines, needs_care=True)
            top = nbformat.v4.new_markdown_cell(inert(card.html), id=NOTICE_CELL, metadata={MARK: {"released": True}})
            nb.cells.insert(0, top)
        return nb, resources
