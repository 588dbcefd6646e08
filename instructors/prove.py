"""The proof of fair marking: what a block's keys do on many learners' cases, before any learner is marked by them.

For each question and each case: the lesson's own solution, by code and as its form holds it, and every equivalent spelling of a
right answer earn all points; a blank earns none; each trap is refused with its own reply or silent under the collision guard; a
memo that is handed in waits for a person. A question that follows others is tried after wrong answers to them too. Any other mark
is wrong. The form learners are checked against is the same in every case; one that differs would tell something.

The cases are drawn from portfolios that the dataset's generator makes, or from one that is given: a company's own.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from typing import Any

import pandas as pd

from graders.answers import JSON, blank, plain
from graders.content import load_module
from graders.contract import check_table, fingerprint, read_contract
from graders.delivery import Sampler
from graders.errors import SituError
from graders.expectations import Expectation
from graders.forms import fitted, to_json
from graders.judging import judge
from graders.keys import Earlier, Key
from graders.sampling import learner_key
from graders.verdict import State, Verdict
from instructors.content import PORTFOLIO_ROWS, Block, LessonEntry, dataset_folder
from instructors.following import earns_all, followed
from instructors.solutions import answers_of_lesson
from instructors.sources import lesson_source


@dataclass(frozen=True, slots=True)
class Judged:
    """One judged answer of the proof: what it was, whether the mark was the one it deserves, and what went wrong if not."""

    question: str
    learner: str
    redraw: int
    kind: str
    detail: str
    fault: str | None


@dataclass(frozen=True, slots=True)
class Silent:
    """A trap that the collision guard switched off on one learner's case."""

    question: str
    learner: str
    redraw: int
    trap: str


@dataclass(frozen=True, slots=True)
class _Tried:
    """What a worker brings back."""

    judged: list[Judged]
    silent: list[Silent]
    forms: dict[str, set[str]]
    built: dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Proof:
    """The result for a block.

    Attributes
    ----------
    block, questions, learners, redraws, seconds
        What was proven, on how many cases, and how long it took (wall time).
    judged
        Every judged answer.
    silent
        Every trap that kept silent.
    case_seconds
        Mean time of building a learner's case, by lesson.
    given
        Whether the portfolio was a class's own.
    """

    block: str
    questions: tuple[str, ...]
    learners: int
    redraws: int
    judged: tuple[Judged, ...]
    silent: tuple[Silent, ...]
    seconds: float
    case_seconds: Mapping[str, float] = field(default_factory=dict)
    given: bool = False

    @property
    def wrong(self) -> list[Judged]:
        """The answers that did not get the mark they deserve."""
        return [item for item in self.judged if item.fault]

    def summary(self) -> dict[str, Any]:
        """Return the proof as one JSON object, with counts by question and all faults."""
        return {
            "block": self.block,
            "questions": len(self.questions),
            "learners": self.learners,
            "redraws": self.redraws,
            "given": self.given,
            "judged": len(self.judged),
            "wrong_marks": len(self.wrong),
            "silent_traps": len(self.silent),
            "seconds": round(self.seconds, 1),
            "case_seconds": {lesson: round(mean, 2) for lesson, mean in self.case_seconds.items()},
            "by_question": {question: self._counts(question) for question in self.questions},
            "faults": [asdict(item) for item in self.wrong],
        }

    def _counts(self, question: str) -> dict[str, Any]:
        counts = Counter(item.kind for item in self.judged if item.question == question and not item.fault)
        silent = Counter(item.trap for item in self.silent if item.question == question)
        wrong = sum(1 for item in self.wrong if item.question == question)
        return {**{kind: counts[kind] for kind in ("right", "blank", "trap")}, "wrong": wrong, "silent": dict(silent)}


@dataclass(frozen=True, slots=True)
class Given:
    """A portfolio that is there: a class's own table, and the contract it keeps to.

    Attributes
    ----------
    table, contract
        A Parquet file, and a contract's file.
    sample_rows
        Rows each learner draws.
    """

    table: Path
    contract: Path
    sample_rows: int


@dataclass(frozen=True, slots=True)
class _Generated:
    """Portfolios that the dataset's generator makes."""

    dataset: Path
    rows: int
    sample_rows: int

    @property
    def contract(self) -> Path:
        return self.dataset / "contract.toml"


@dataclass(frozen=True, slots=True)
class _Share:
    """What one worker is given: a portfolio, the learners to try on it, and in which lessons."""

    block: Block
    portfolio: Given | _Generated
    redraw: int
    learners: tuple[str, ...]
    lessons: tuple[str, ...]


def prove(
    block: Block,
    learners: int,
    redraws: int,
    told: Callable[[int], None] = lambda _: None,
    *,
    lessons: Sequence[str] = (),
    rows: int = PORTFOLIO_ROWS,
    given: Given | None = None,
) -> Proof:
    """Prove a block.

    Parameters
    ----------
    block
        Which.
    learners
        How many learners' samples, spread evenly over the redraws.
    redraws
        How many portfolios; every second one with the dataset's other planted variant. One where a portfolio is given.
    told
        Called with the number of learners done since the last call.
    lessons
        Ids of the lessons that are proven; all unless named.
    rows
        Size of each portfolio.
    given
        The portfolio whose cases are tried, instead of generated ones.
    """
    started = time.monotonic()
    entries = [block.lesson(lesson) for lesson in lessons] or block.settings.lessons
    questions = tuple(question for entry in entries for question in block.keys(entry.id))
    made = given or _Generated(dataset_folder(block.settings.dataset, block), rows, block.settings.sample_rows)
    shares = list(_shares(block, made, learners, 1 if given else redraws, tuple(entry.id for entry in entries)))
    tried: list[_Tried] = []
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread a worker: the workers are the parallelism
    workers = min(os.cpu_count() or 1, len(shares))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = {pool.submit(_prove_share, share): share for share in shares}
        for future in as_completed(futures):
            tried.append(future.result())
            told(len(futures[future].learners))
    judged = [item for share in tried for item in share.judged] + list(_differing_forms(tried))
    silent = [item for share in tried for item in share.silent]
    built = {entry.id: [one for share in tried for one in share.built[entry.id]] for entry in entries}
    seconds = {lesson: sum(times) / len(times) for lesson, times in built.items() if times}
    took = time.monotonic() - started
    return Proof(
        block=block.name,
        questions=questions,
        learners=learners,
        redraws=1 if given else redraws,
        judged=tuple(judged),
        silent=tuple(silent),
        seconds=took,
        case_seconds=seconds,
        given=given is not None,
    )


def _shares(
    block: Block, portfolio: Given | _Generated, learners: int, redraws: int, lessons: tuple[str, ...]
) -> Iterator[_Share]:
    sent = replace(block)  # without the keys it may have read: functions do not travel
    names = [f"learner-{number:03d}" for number in range(1, learners + 1)]
    for redraw in range(redraws):
        mine = names[redraw::redraws]
        for start in range(0, len(mine), 4):  # small shares keep all cores busy to the end
            yield _Share(sent, portfolio, redraw, tuple(mine[start : start + 4]), lessons)


def _table(share: _Share) -> pd.DataFrame:
    portfolio = share.portfolio
    if isinstance(portfolio, Given):
        return pd.read_parquet(portfolio.table)
    generator = load_module(portfolio.dataset / "generate.py")
    table: pd.DataFrame = generator.generate(
        rows=portfolio.rows, seed=1000 + share.redraw, variant=share.redraw % 2
    ).table
    return table


def _prove_share(share: _Share) -> _Tried:
    block, contract_file = share.block, share.portfolio.contract
    table, contract = _table(share), read_contract(contract_file)
    check_table(table, contract)
    sampler = Sampler.of(table, block.folder, contract_file)
    mark = fingerprint(table, contract)
    entries = [block.lesson(lesson) for lesson in share.lessons]
    questions = [question for entry in entries for question in block.keys(entry.id)]
    tried = _Tried([], [], {question: set() for question in questions}, {entry.id: [] for entry in entries})
    with tempfile.TemporaryDirectory() as folder:
        for learner in share.learners:
            key = learner_key("proof", learner, mark)
            for entry in entries:
                started = time.monotonic()
                try:
                    place = Path(folder) / learner / entry.id
                    case = sampler.case(key, entry.id, share.portfolio.sample_rows, place)
                except Exception as error:
                    tried.judged.append(_unbuilt(entry, learner, share.redraw, error))
                    continue
                tried.built[entry.id].append(time.monotonic() - started)
                _try_case(block, entry, case, (learner, share.redraw), tried)
                rmtree(case.directory)  # many learners' cases of many lessons would fill a small disk
    return tried


def _try_case(block: Block, entry: LessonEntry, case: Any, whose: tuple[str, int], tried: _Tried) -> None:
    """Judge everything on one case, and take down what became of it; a lesson that does not run is a fault, not the end."""
    learner, redraw = whose
    try:
        for item in judged_on_case(block, entry, case):
            if isinstance(item, Silent):
                tried.silent.append(replace(item, learner=learner, redraw=redraw))
            else:
                tried.judged.append(replace(item, learner=learner, redraw=redraw))
        crashed = {item.question for item in tried.judged if item.kind == "key"}
        for question, form in forms_on_case(block, entry, case, without=crashed).items():
            tried.forms[question].add(form)
    except Exception as error:
        tried.judged.append(
            Judged(f"lesson {entry.id}", learner, redraw, "lesson", "the lesson's own solutions", _words(error))
        )


def _unbuilt(entry: LessonEntry, learner: str, redraw: int, error: Exception) -> Judged:
    return Judged(
        f"lesson {entry.id}", learner, redraw, "case", "a learner's case", f"it cannot be built: {_words(error)}"
    )


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, SituError) else repr(error)


def judged_on_case(block: Block, entry: LessonEntry, case: Any) -> Iterator[Judged | Silent]:
    """Yield what every question of a lesson does on one case."""
    source, keys = lesson_source(block, entry.id), block.keys(entry.id)
    solved = {asked: plain(answer) for asked, answer in answers_of_lesson(source, case, solved=True).items()}
    unsolved = answers_of_lesson(source, case, solved=False)
    for key in keys.values():
        try:
            yield from list(_on_question(key, keys, case, solved, unsolved))
        except Exception as error:  # of one key: the others are tried all the same
            yield Judged(key.question, "", 0, "key", "its expectation", f"the key does not run: {error!r}")


def _on_question(
    key: Key, keys: Mapping[str, Key], case: Any, solved: Earlier, unsolved: Mapping[str, Any]
) -> Iterator[Judged | Silent]:
    expectation = key.expect(case, solved)
    yield from _right(key, case, expectation, solved)
    yield from _blank(key, case, plain(unsolved[key.question]), solved)
    yield from _traps(key, case, expectation, solved)
    for after, answer, fault in followed(key, keys, case, solved):
        yield _judged(key, "right", f"after {after}", answer, fault)


def _right(key: Key, case: Any, expectation: Expectation, solved: Earlier) -> Iterator[Judged]:
    solution = solved[key.question]
    answers = [
        ("solution", solution),
        ("solution by form", fitted(expectation.form, solution, case.picks)),
        *((f"equivalent {n}", answer) for n, answer in enumerate(expectation.right_answers())),
    ]
    for name, answer in answers:
        verdict = judge(key, case, plain(answer), solved)
        fault = (
            None if earns_all(expectation, verdict) else f"a right answer was marked {verdict.state}: {verdict.message}"
        )
        yield _judged(key, "right", name, answer, fault)


def _blank(key: Key, case: Any, unsolved: JSON, solved: Earlier) -> Iterator[Judged]:
    for name, answer in (("as released", unsolved), ("empty", blank()), ("deleted", None)):
        verdict = judge(key, case, answer, solved)
        refused = verdict.state is State.NOT_ATTEMPTED and verdict.score == 0
        yield _judged(key, "blank", name, answer, None if refused else f"a blank was marked {verdict.state}")


def _traps(key: Key, case: Any, expectation: Expectation, solved: Earlier) -> Iterator[Judged | Silent]:
    for trap in expectation.live_traps():
        verdict = judge(key, case, plain(trap.answer), solved)
        yield _judged(key, "trap", trap.name, trap.answer, _trap_fault(verdict, trap.name, trap.reply))
    for trap in expectation.silent_traps():
        yield Silent(key.question, "", 0, trap.name)


def _trap_fault(verdict: Verdict, name: str, reply: str) -> str | None:
    if verdict.score >= 1:
        return "a trap earned all points"
    if verdict.trap != name:
        return f"the trap was taken for {verdict.trap}"
    if not reply.strip() or reply.splitlines()[0] not in verdict.message:
        return f"the trap's own reply did not arrive, but: {verdict.message}"
    return None


def _judged(key: Key, kind: str, detail: str, answer: JSON, fault: str | None) -> Judged:
    shown = detail if fault is None else f"{detail}: {str(answer)[:200]}"
    return Judged(key.question, "", 0, kind, shown, fault)


def forms_on_case(block: Block, entry: LessonEntry, case: Any, without: Collection[str] = ()) -> dict[str, str]:
    """Return the form of every question of a lesson as it would be exported from this case, as JSON text."""
    keys = block.keys(entry.id).items()
    return {question: json.dumps(to_json(key.expect(case).form)) for question, key in keys if question not in without}


def _differing_forms(tried: list[_Tried]) -> Iterator[Judged]:
    for question in tried[0].forms:
        forms = set().union(*(share.forms[question] for share in tried))
        if len(forms) > 1:
            fault = f"its form differs from learner to learner: {sorted(forms)[0][:150]} … {sorted(forms)[1][:150]}"
            yield Judged(question, "all", 0, "form", "exported form", fault)
