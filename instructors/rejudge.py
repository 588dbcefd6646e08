"""Judges stored answers again, after a key was changed: no learner code runs, and nothing is written before somebody agrees.

Owns which answers that concerns and what it changes (`instructors.rejudge_plan`). The answers are those that autograde stored
beside its verdicts; they are judged by the class's keys as they are now, on each learner's case, as `instructors.grading.judge`
judges them. `instructors.rejudge_writing` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nbgrader.api import Gradebook

from graders.answers import JSON
from graders.errors import ClassError, SituError
from graders.expectations import Expectation
from graders.forms.reading import says_nothing
from graders.judging import judge
from graders.keys import Earlier, Key
from graders.verdict import State, Verdict
from instructors.classes import Class
from instructors.grading.classroom import graded_questions
from instructors.grading.counting import Given
from instructors.grading.criteria import criteria_in
from instructors.grading.judge import left_to_a_person, verdict_output
from instructors.grading.stored import Stored, UnreadableError, graded_notebook, read_graded
from instructors.grading.telling import Told, form_held_line, told
from instructors.grading.unanswered import after_lost
from instructors.markers import graded_grade_id
from instructors.rejudge_plan import Change, Failed, Left, Mark, Plan
from instructors.rubric_cells import criterion_of

_CLOSE = 1e-6  # points have two decimals


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the gradebook has of one graded cell."""

    auto: float | None
    manual: float | None
    out_of: float


Book = Mapping[str, Mapping[str, Recorded]]  # by learner, by nbgrader's id of the cell


def plan_rejudging(
    made: Class,
    assignment: str,
    learners: Collection[str] = (),
    questions: Collection[str] = (),
    step: Callable[[int, int], None] = lambda done, of: None,
) -> Plan:
    """Judge the stored answers of an assignment again, and say what changes; nothing is written.

    Parameters
    ----------
    made
        The class, with its keys as they are now.
    assignment
        One of its assignments, autograded before.
    learners, questions
        Only these; all where none is named.
    step
        Told how many submissions are done, and of how many.

    Raises
    ------
    ClassError
        When the class has no such assignment, learner or question, or when a key gives other points than the lesson was made with.
    """
    keys, book = _keys(made, assignment, questions), _gradebook(made, assignment)
    _check_points(assignment, keys, book)
    for learner in sorted(set(learners) - set(book)):
        raise ClassError(
            f"Expected a learner who handed {assignment} in, got {learner!r}. Choose among {_listed(book) or 'none'}."
        )
    wanted = [learner for learner in sorted(book) if not learners or learner in learners]
    found = []
    for done, learner in enumerate(wanted):
        step(done, len(wanted))
        found.append(_submission(made, assignment, learner, keys, set(questions), book[learner]))
    step(len(wanted), len(wanted))
    return _summed(assignment, found)


def _keys(made: Class, assignment: str, questions: Collection[str]) -> Mapping[str, Key]:
    if assignment not in made.settings.assignments:
        known = _listed(made.settings.assignments)
        raise ClassError(f"Expected an assignment among {known}, got {assignment!r}. Choose one.")
    keys = made.keys(assignment)
    for question in sorted(set(questions) - set(keys)):
        raise ClassError(f"Expected a question of {assignment}, among {_listed(keys)}, got {question!r}. Choose one.")
    return keys


def _gradebook(made: Class, assignment: str) -> Book:
    if not any((made.root / "autograded").glob(f"*/{assignment}")):
        return {}  # and no gradebook is made where there is none
    with Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        return {
            submission.student.id: {
                grade.name: Recorded(grade.auto_score, grade.manual_score, float(grade.max_score))
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(assignment)
        }


def _check_points(assignment: str, keys: Mapping[str, Key], book: Book) -> None:
    """Refuse keys whose points are others than nbgrader knows: those only a new release can change."""
    recorded = next((grades for grades in book.values() if grades), {})
    problems = []
    for question, key in keys.items():
        names = [graded_grade_id(question), *(name for name in recorded if (criterion_of(name) or [""])[0] == question)]
        out_of = sum(recorded[name].out_of for name in names if name in recorded)
        if names[0] in recorded and abs(out_of - key.points) > _CLOSE:
            problems.append(f"question {question}: {out_of:g} points, its key now says {key.points:g}")
    if problems:
        raise ClassError(
            f"Expected the points that {assignment} was released with, got others:\n  "
            + "\n  ".join(problems)
            + "\nPut the points in the keys back, and judge again. To change them, write the lesson anew instead: "
            f"situ build, nbgrader generate_assignment {assignment} --force, nbgrader autograde {assignment} --force."
        )


@dataclass(slots=True)
class _Found:
    """What judging one submission again comes to."""

    learner: str
    digest: str = ""
    answers: int = 0
    unanswered: int = 0
    changes: list[Change] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)

    def leave(self, reason: str, question: str = "") -> _Found:
        self.left.append(Left(self.learner, question, reason))
        return self


def _submission(
    made: Class,
    assignment: str,
    learner: str,
    keys: Mapping[str, Key],
    only: Collection[str],
    recorded: Mapping[str, Recorded],
) -> _Found:
    found = _Found(learner)
    try:
        graded = read_graded(graded_notebook(made.root, learner, assignment))
    except UnreadableError as problem:
        return found.leave(str(problem))
    if not graded.stored:
        return found.leave("its graded notebook holds no stored answers; grade it again with nbgrader autograde")
    try:
        case = made.case(learner, assignment)
    except Exception as error:  # whatever the class lacks, this learner is left alone and the others are judged
        return found.leave(f"the case could not be opened: {error}")
    found.digest = graded.digest
    earlier = {question: held.answer for question, held in graded.stored.items() if held.answer is not None}
    lost = {question for question, held in graded.stored.items() if held.is_lost}
    by_criteria = criteria_in(graded.notebook)
    for question, cell in graded_questions(graded.notebook):
        if only and question not in only:
            continue
        held, name = graded.stored.get(question), str(cell.metadata["nbgrader"]["grade_id"])
        if held is None or name not in recorded:
            found.leave("nothing is stored of it" if held is None else "the gradebook does not know it", question)
        elif held.is_lost:
            found.leave("no answer of it could be read: " + held.first_line, question)
        elif says_nothing(held.answer):
            found.unanswered += 1
        else:
            asked = _Asked(question, keys.get(question), case, earlier, lost, question in by_criteria)
            _judge_again(found, asked, held, recorded[name], cell.execution_count)
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, and all it is judged by."""

    question: str
    key: Key | None
    case: Any
    earlier: Earlier
    lost: Collection[str]
    by_criteria: bool

    def settled(self) -> Key:
        """Return the key with its expectation made once: a key that raises is the author's to mend, and told as such."""
        if self.key is None:
            raise ClassError("the class has no key for it")
        made: Expectation = self.key.expect(self.case, self.earlier)
        return replace(self.key, maker=lambda *_: made)


def _judge_again(found: _Found, asked: _Asked, held: Stored, recorded: Recorded, number: int | None) -> None:
    found.answers += 1
    try:
        key = asked.settled()
        verdict = _verdict(key, asked, held.answer)
    except Exception as error:  # whatever a key under repair does, it is told and the class goes on
        told_as = str(error) if isinstance(error, SituError) else f"{type(error).__name__}: {error}"
        found.failed.append((asked.question, told_as))
        return
    given = Given(held.answer, held.by, held.saved, held.cell)
    output = verdict_output(asked.question, verdict, held.out_of, given, _said(key, asked.case, given, held.form_held))
    output.execution_count = number
    after = Stored.of(output)
    points = held.points if recorded.auto is None else recorded.auto
    if after is None or (after.says_the_same(held) and abs(after.points - points) < _CLOSE):
        return
    before, now = (Mark(each.state, each.points, each.trap, each.message, each.waits) for each in (held, after))
    before = replace(before, points=points)
    found.changes.append(Change(found.learner, asked.question, before, now, held.out_of, recorded.manual, output))


def _verdict(key: Key, asked: _Asked, answer: JSON) -> Verdict:
    """Judge one answer, as `judged_cells` does for one that says something."""
    verdict = judge(key, asked.case, answer, asked.earlier)
    if verdict.state is State.NOT_JUDGED and not verdict.waits:
        key.expect(asked.case).judge(answer, asked.case.picks)  # raises again what `judge` has logged
        raise ClassError("its key could not judge an answer")
    verdict = after_lost(verdict, [question for question in key.follows if question in asked.lost])
    return left_to_a_person(verdict) if asked.by_criteria or verdict.waits else verdict


def _said(key: Key, case: Any, given: Given, form_held: str) -> Told:
    said = told(key, case, given)
    if not form_held or not said.words:
        return said
    return replace(said, lines=(*said.lines, form_held_line(form_held)), form_held=form_held)


def _summed(assignment: str, found: Collection[_Found]) -> Plan:
    failed = dict(_failures(found))
    return Plan(
        assignment,
        sum(bool(one.digest) for one in found),
        sum(one.answers for one in found),
        sum(one.unanswered for one in found),
        tuple(change for one in found for change in one.changes if change.question not in failed),
        tuple(left for one in found for left in one.left),
        tuple(failed.values()),
        {one.learner: one.digest for one in found if one.digest},
    )


def _failures(found: Collection[_Found]) -> Iterator[tuple[str, Failed]]:
    by_question: dict[str, list[tuple[str, str]]] = {}
    for one in found:
        for question, error in one.failed:
            by_question.setdefault(question, []).append((one.learner, error))
    for question, cases in by_question.items():
        yield question, Failed(question, tuple(learner for learner, _error in cases), cases[0][1])


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names)[:12]) + (" …" if len(names) > 12 else "")
