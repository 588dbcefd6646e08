"""Judges what the graded cells of a run notebook handed in: key, trusted case and answer to verdict, points and feedback.

Owns the way from an emitted answer to the outputs nbgrader reads points from. The judging itself is `graders.judging`; nothing a
learner's code wrote into a judged cell stays in it.
"""

from __future__ import annotations

from typing import Any

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from graders.answers import ANSWER_MIME, JSON, VERDICT_MIME
from graders.cards import verdict_card
from graders.judging import judge, not_judged
from graders.language import _
from graders.verdict import State, Verdict
from instructors.engine.jobs import CellState, Run
from instructors.grading.classroom import MARK, ClassStep, Step, graded_questions
from instructors.grading.notices import why_stopped


def emitted_answers(cell: NotebookNode, question: str) -> list[JSON]:
    """Return the answers a run cell emitted for a question, in order."""
    bundles = [output["data"] for output in cell.outputs if output.output_type in {"display_data", "execute_result"}]
    found = [bundle[ANSWER_MIME] for bundle in bundles if ANSWER_MIME in bundle]
    return [
        envelope["answer"]
        for envelope in found
        if isinstance(envelope, dict) and envelope.get("question") == question and "answer" in envelope
    ]


def points_for(verdict: Verdict, out_of: float) -> float:
    """Return the points of a verdict as nbgrader keeps them: two decimals, never more than there are.

    >>> points_for(Verdict(State.PARTLY_RIGHT, 1 / 3, ""), 2.0)
    0.67
    """
    return float(min(round(verdict.score * out_of, 2), out_of))


def verdict_output(question: str, verdict: Verdict, out_of: float, answer: JSON = None) -> NotebookNode:
    """Return the one output of a judged cell: its text is the points, its HTML what the learner reads."""
    points = points_for(verdict, out_of)
    data = {
        "v": 1,
        "question": question,
        "state": str(verdict.state),
        "score": verdict.score,
        "points": points,
        "max_points": out_of,
        "trap": verdict.trap,
        "message": verdict.message,
        "answer": answer,
    }
    html = verdict_card(question, verdict.state, verdict.message, points, out_of).html
    bundle = {"text/plain": repr(points), "text/html": html, VERDICT_MIME: data}
    output: NotebookNode = nbformat.v4.new_output("execute_result", data=bundle)
    return output


def cell_verdict(key: Any, case: Any, answers: list[JSON], cell: NotebookNode, run: Run | None, index: int) -> Verdict:
    """Judge one graded cell.

    Parameters
    ----------
    key, case
        Of this question, of this learner; None where there is none.
    answers
        What the cell emitted for its question.
    cell
        The cell as it was run.
    run
        The run it was part of; None when there was none.
    index
        The cell's position in the notebook.

    Returns
    -------
    The verdict. A cell that was not run is not judged: whether it would have been right, nobody knows.
    """
    states = {done.index: done.state for done in run.cells} if run is not None else {}
    state = states.get(index, CellState.NOT_RUN)
    if answers:
        return judge(key, case, answers)
    if run is None:
        return not_judged()
    if state not in {CellState.RAN, CellState.RAISED}:
        reason = why_stopped(run) or _("This cell took too long and was interrupted.")
        closing = _("This question has no answer that could be judged. Your instructor will look at it.")
        return Verdict(State.NOT_JUDGED, 0.0, f"{reason}\n{closing}")
    error = next((output for output in cell.outputs if output.output_type == "error"), None)
    if error is not None:
        return Verdict(State.MALFORMED, 0.0, _no_answer_after(error))
    return judge(key, case, answers)


class JudgeAnswers(ClassStep):
    """nbgrader's step that replaces the outputs of every graded cell by its verdict."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Judge one notebook."""
        run = resources.get(MARK)
        keys, case = self._trusted(resources)
        positions = {id(cell): index for index, cell in enumerate(nb.cells)}
        for question, cell in graded_questions(nb):
            answers = emitted_answers(cell, question)
            verdict = cell_verdict(keys.get(question), case, answers, cell, run, positions[id(cell)])
            if not nb.metadata.get(MARK, {}).get("readable", True):
                verdict = _unreadable()
            out_of = float(cell.metadata["nbgrader"]["points"])
            output = verdict_output(question, verdict, out_of, answers[-1] if answers else None)
            output.execution_count = cell.execution_count
            cell.outputs = [output]
            if verdict.state is State.NOT_JUDGED:
                self.log.error("%s, question %s: not judged", resources["nbgrader"]["student"], question)
        return nb, resources

    def _trusted(self, resources: ResourcesDict) -> tuple[Any, Any]:
        """Return the keys of the assignment and the case of the learner whose folder this is."""
        ids = resources["nbgrader"]
        room = self.open_class()
        try:
            return room.keys(ids["assignment"]), room.case(ids["student"])
        except Exception:  # our content's fault or the machine's: everything is left to a human, and the class goes on
            self.log.exception("cannot judge %s", ids["student"])
            return {}, None


class FlagNotJudged(ClassStep):
    """nbgrader's step that marks, in the gradebook, what a human has to look at."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Mark the graded cells of one notebook that could not be judged."""
        ids = resources["nbgrader"]
        waiting = [cell for _, cell in graded_questions(nb) if _is_not_judged(cell)]
        if waiting:
            with Gradebook(ids["db_url"]) as gradebook:
                for cell in waiting:
                    name = cell.metadata["nbgrader"]["grade_id"]
                    grade = gradebook.find_grade(name, ids["notebook"], ids["assignment"], ids["student"])
                    grade.needs_manual_grade = True
                gradebook.db.commit()
        return nb, resources


def _unreadable() -> Verdict:
    return Verdict(
        State.NOT_JUDGED,
        0.0,
        _("The file you handed in could not be read as a notebook. Your instructor will look at it."),
    )


def _no_answer_after(error: NotebookNode) -> str:
    shown = f"{error['ename']}: {error['evalue']}".splitlines()[0][:120]
    told = _("No answer arrived: the cell stopped with {error}.").format(error=shown)
    return told + "\n" + _("Run the notebook from the top, mend the first cell that stops, hand it in again.")


def _is_not_judged(cell: NotebookNode) -> bool:
    verdicts = [output["data"].get(VERDICT_MIME) for output in cell.outputs if "data" in output]
    return any(verdict and verdict["state"] == State.NOT_JUDGED for verdict in verdicts)
