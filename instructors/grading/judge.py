"""Judges what a submission handed in: key, trusted case and the answer that counts to verdict, points and feedback.

Owns the way from a run notebook and its answer book to the outputs nbgrader reads points from. The judging itself is
`graders.judging`; nothing a learner's code wrote into a judged cell stays in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode

from graders.answers import VERDICT_MIME, writable
from graders.cards import verdict_card
from graders.forms.reading import says_nothing
from graders.judging import judge
from graders.keys import NONE_EARLIER, Earlier, Key
from graders.language import _
from graders.verdict import State, Verdict
from instructors.engine.jobs import Run
from instructors.grading.book import HandedInBook, remember
from instructors.grading.classroom import MARK, ClassStep, Step, graded_questions
from instructors.grading.counting import Given, emitted_answers, what_counts
from instructors.grading.criteria import criteria_in, points_in
from instructors.grading.ledger import opened
from instructors.grading.stored import verdict_in
from instructors.grading.telling import Told, told
from instructors.grading.unanswered import after_lost, unanswered, unreadable_book, unreadable_notebook
from instructors.markers import answer_grade_id


def points_for(verdict: Verdict, out_of: float) -> float:
    """Return the points of a verdict as nbgrader keeps them: two decimals, never more than there are.

    >>> points_for(Verdict(State.PARTLY_RIGHT, 1 / 3, ""), 2.0)
    0.67
    """
    return float(min(round(verdict.score * out_of, 2), out_of))


def verdict_output(
    question: str, verdict: Verdict, out_of: float, given: Given | None = None, said: Told | None = None
) -> NotebookNode:
    """Return the one output of a judged cell: its text is the points, its HTML what the learner reads.

    Parameters
    ----------
    question, verdict, out_of
        What was judged, how, and the most it can earn.
    given, said
        The answer that counted and what is said of it; None for none.
    """
    points, said = points_for(verdict, out_of), said or Told()
    data = {
        "v": 1,
        "question": question,
        "state": str(verdict.state),
        "score": verdict.score,
        "points": points,
        "max_points": out_of,
        "trap": verdict.trap,
        "message": verdict.message,
        "waits": verdict.waits,
        "required": list(verdict.required),
        "answer": writable(given.answer) if given else None,
        "words": said.words,
        "by": given.by if given and said.words else None,
        "saved": given.saved if given else "",
        "cell": given.cell if given else None,
        "form_held": said.form_held,
    }
    card = verdict_card(
        question,
        verdict.state,
        verdict.message,
        points,
        out_of,
        trap=verdict.trap,
        waits=verdict.waits,
        answer=said.lines,
        passage=said.passage,
        required=verdict.required,
    )
    bundle = {"text/plain": repr(points), "text/html": card.html, VERDICT_MIME: data}
    output: NotebookNode = nbformat.v4.new_output("execute_result", data=bundle)
    return output


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A submission, as far as judging is concerned: the notebook as it was run, its run, and its answer book."""

    notebook: NotebookNode
    run: Run | None
    book: HandedInBook

    @property
    def readable(self) -> bool:
        """Whether the notebook could be read."""
        return bool(self.notebook.metadata.get(MARK, {}).get("readable", True))


def question_verdict(
    question: str,
    key: Key | None,
    case: Any,
    given: Given | None,
    handed: HandedIn,
    *,
    by_form: bool,
    earlier: Earlier = NONE_EARLIER,
) -> Verdict:
    """Judge one question.

    Parameters
    ----------
    question
        Id.
    key, case
        Of this question, of this learner; None where there is none.
    given
        The answer that counts; None for none.
    handed
        All that was handed in.
    by_form
        Whether the question has a form, so that its answer may stand in the book.
    earlier
        The answers that count of all questions, for one that follows others.

    Returns
    -------
    The verdict. Where an answer may have been given that nobody can read, the question is not judged: a human looks.
    """
    if given is not None and _says_something(given):
        return judge(key, case, given.answer, earlier)
    if by_form and handed.book.book.problem:
        return unreadable_book(handed.book.book.problem)
    if by_form and handed.book.may_have_lost(question):
        return unreadable_book(_("A damaged answer book was put aside; an answer to this question may stand in it."))
    if not handed.readable:
        return unreadable_notebook()
    return unanswered(question, handed.notebook, handed.run) or judge(key, case, None)


def left_to_a_person(verdict: Verdict) -> Verdict:
    """Return the verdict on what a person marks: a memo that is too long or too short is read by that person all the same."""
    return replace(verdict, state=State.NOT_JUDGED, waits=True) if verdict.state is State.MALFORMED else verdict


class Judged(NamedTuple):
    """A graded cell with the answer that counted and the verdict on it."""

    question: str
    cell: NotebookNode
    given: Given | None
    by_form: bool
    verdict: Verdict
    is_our_fault: bool = False  # there is an answer, and our key or its case failed on it

    @property
    def is_failed(self) -> bool:
        """Whether it was not judged though it should have been."""
        return _is_failed(self.verdict)


def judged_cells(handed: HandedIn, keys: Mapping[str, Key], case: Any) -> Iterator[Judged]:
    """Judge every question of a submission, in the lesson's order: what a question follows comes before it."""
    counted, forms = _that_count(handed)
    earlier = {question: given.answer for question, given in counted.items() if given is not None}
    by_criteria, lost = points_in(handed.notebook), set[str]()
    for question, cell in graded_questions(handed.notebook):
        given, key, by_form = counted[question], keys.get(question), question in forms
        verdict = question_verdict(question, key, case, given, handed, by_form=by_form, earlier=earlier)
        is_ours = _is_failed(verdict) and _says_something(given)
        if key is not None:
            verdict = after_lost(verdict, [asked for asked in key.follows if asked in lost])
        if question in by_criteria or verdict.waits:
            verdict = left_to_a_person(verdict)
        judged = Judged(question, cell, given, by_form, verdict, is_ours)
        if judged.is_failed and not _says_something(given):
            lost.add(question)
        yield judged


def _is_failed(verdict: Verdict) -> bool:
    return verdict.state is State.NOT_JUDGED and not verdict.waits


def _says_something(given: Given | None) -> bool:
    return given is not None and not says_nothing(given.answer)


class JudgeAnswers(ClassStep):
    """nbgrader's step that replaces the outputs of every graded cell by its verdict."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Judge one notebook."""
        learner = resources["nbgrader"]["student"]
        book = HandedInBook.beside(Path(resources["metadata"]["path"]), nb)
        keys, case = self._trusted(resources)
        by_criteria, missed, ours = points_in(nb), False, list[str]()
        for judged in list(judged_cells(HandedIn(nb, resources.get(MARK), book), keys, case)):
            question, cell, given, by_form, verdict, is_ours = judged
            out_of = by_criteria.get(question, float(cell.metadata["nbgrader"]["points"]))
            output = verdict_output(question, verdict, out_of, given, told(keys.get(question), case, given))
            output.execution_count = cell.execution_count
            cell.outputs = [output]
            missed = missed or (by_form and verdict.state is State.NOT_ATTEMPTED)
            if judged.is_failed:
                self.log.error("%s, question %s: not judged", learner, question)
            if is_ours:
                ours.append(question)
        nb.metadata.setdefault(MARK, NotebookNode())["failed_keys"] = ours
        remember(nb, book, learner, missed=missed)
        return nb, resources

    def _trusted(self, resources: ResourcesDict) -> tuple[Any, Any]:
        """Return the keys of the assignment and the case of the learner whose folder this is."""
        ids = resources["nbgrader"]
        room = self.open_class()
        try:
            keys, case = room.keys(ids["assignment"]), room.case(ids["student"], ids["assignment"])
            return {question: asked_once(key) for question, key in keys.items()}, case
        except Exception:  # our content's fault or the machine's: everything is left to a human, and the class goes on
            self.log.exception("cannot judge %s", ids["student"])
            return {}, None


def asked_once(key: Key) -> Key:
    """Return the key of one learner's submission: what it expects is worked out once, and used for judging and for telling."""
    if key.follows:
        return key  # depends on the answers as well
    known: list[Any] = []

    @wraps(key.maker)
    def maker(case: Any) -> Any:
        if not known:
            known.append(key.maker(case))
        return known[0]

    return replace(key, maker=maker)


def _that_count(handed: HandedIn) -> tuple[dict[str, Given | None], set[str]]:
    """Return the answer to every question that counts, and the questions that have a form."""
    emitted, entries = emitted_answers(handed.notebook), handed.book.book.entries
    written = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in handed.notebook.cells}
    asked = [question for question, _cell in graded_questions(handed.notebook)]
    forms = {question for question in asked if answer_grade_id(question) not in written}
    counted = {
        question: what_counts(emitted.get(question, []), entries.get(question) if question in forms else None)
        for question in asked
    }
    return counted, forms


class FlagNotJudged(ClassStep):
    """nbgrader's step that marks, in the gradebook, what a human has to look at."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Mark the graded cells of one notebook that could not be judged."""
        ids = resources["nbgrader"]
        by_criteria = criteria_in(nb)  # of those the criteria wait, not the memo itself
        waiting = [cell for asked, cell in graded_questions(nb) if asked not in by_criteria and _is_not_judged(cell)]
        if waiting:
            with opened(ids["db_url"]) as gradebook:
                for cell in waiting:
                    name = cell.metadata["nbgrader"]["grade_id"]
                    grade = gradebook.find_grade(name, ids["notebook"], ids["assignment"], ids["student"])
                    grade.needs_manual_grade = True
                gradebook.db.commit()
        return nb, resources


def _is_not_judged(cell: NotebookNode) -> bool:
    return verdict_in(cell).get("state") == State.NOT_JUDGED
