"""Why a question has no answer: none was given, the code that would have handed it in did not run, or a file cannot be read.

Owns that distinction, and fails closed: where nobody knows whether there was an answer, a human looks. Points: none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode

from graders.cards import person_will_look
from graders.language import _
from graders.verdict import State, Verdict
from instructors.engine.jobs import CellState, Outcome, Run
from instructors.grading.notices import why_stopped

_SUBMIT = re.compile(r"\bsubmit\s*\(\s*(?:question\s*=\s*)?(?:[\"']([^\"'\n]*)[\"'])?")


def unanswered(question: str, notebook: NotebookNode, run: Run | None) -> Verdict | None:
    """Return what became of an answer that did not arrive, from the cells that would have handed it in.

    Parameters
    ----------
    question
        Id.
    notebook
        As it was run.
    run
        Its run; None when there was none.

    Returns
    -------
    None where no answer was given.
    """
    states = {done.index: done.state for done in run.cells} if run is not None else {}
    verdict = None
    for index, cell in _handing_in(question, notebook):
        state = states.get(index, CellState.NOT_RUN)
        error = next((output for output in cell.outputs if output.output_type == "error"), None)
        if state not in {CellState.RAN, CellState.RAISED}:
            return _not_run(run)
        if error is not None:
            verdict = Verdict(State.MALFORMED, 0.0, _no_answer_after(error))
    return verdict


def unreadable_notebook() -> Verdict:
    """Return the verdict on a question whose answer may stand in a notebook that cannot be read."""
    return _waiting(_("The file you handed in could not be read as a notebook."))


def unreadable_book(problem: str) -> Verdict:
    """Return the verdict on a question whose answer may stand in an answer book that cannot be read."""
    return _waiting(problem)


def after_lost(verdict: Verdict, lost: Sequence[str]) -> Verdict:
    """Return the verdict on a question that follows others, some of which may have an answer that nobody can read.

    Parameters
    ----------
    verdict
        As judged without those answers.
    lost
        The questions they were given to, among those this one follows.

    Returns
    -------
    The verdict itself where nothing is lost, or where nothing could be better than it; else one that leaves it to a human.
    """
    if not lost or verdict.state in {State.RIGHT, State.NOT_ATTEMPTED, State.NOT_JUDGED}:
        return verdict
    reason = _("This question follows {questions}, to which no answer could be read.")
    return Verdict(State.NOT_JUDGED, 0.0, f"{reason.format(questions=', '.join(lost))} {person_will_look()}")


def _handing_in(question: str, notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """Yield the code cells whose source calls `submit` for a question, or for one it does not spell out."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and any(named in ("", question) for named in _SUBMIT.findall(cell.source)):
            yield index, cell


def _not_run(run: Run | None) -> Verdict:
    if run is None:
        return _waiting(_("The notebook could not be run, through no fault of yours."))
    if run.outcome is Outcome.FINISHED:
        return _waiting(_("This cell took too long and was interrupted."))
    return _waiting(why_stopped(run))


def _waiting(reason: str) -> Verdict:
    closing = _("This question has no answer that could be judged.")
    return Verdict(State.NOT_JUDGED, 0.0, f"{reason}\n{closing} {person_will_look()}")


def _no_answer_after(error: NotebookNode) -> str:
    shown = f"{error['ename']}: {error['evalue']}".splitlines()[0][:120]
    told = _("No answer arrived: the cell stopped with {error}.").format(error=shown)
    return told + "\n" + _("Run the notebook from the top, mend the first cell that stops, hand it in again.")
