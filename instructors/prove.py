"""The proof of fair marking: what a block's keys do on many learners' cases, before any learner is marked by them.

For each question and each case: the lesson's own solution, by code and as its form holds it, and every equivalent spelling of a
right answer earn all points; a blank earns none; each trap is refused with its own reply or silent under the collision guard; a
memo that is handed in waits for a person. A question that follows others is tried after wrong answers to them too. Any other mark
is wrong. The form learners are checked against is the same in every case; one that differs would tell something.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from typing import Any

from graders.answers import JSON, blank, plain
from graders.content import load_module
from graders.contract import check_table, fingerprint, read_contract
from graders.delivery import Sampler
from graders.expectations import Expectation
from graders.forms import fitted, to_json
from graders.judging import judge
from graders.keys import Earlier, Key
from graders.sampling import learner_key
from graders.verdict import State, Verdict
from instructors.build import read_source
from instructors.content import PORTFOLIO_ROWS, Block, LessonEntry, dataset_folder, read_block
from instructors.following import earns_all, followed
from instructors.solutions import answers_of_lesson


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
    """

    block: str
    questions: tuple[str, ...]
    learners: int
    redraws: int
    judged: tuple[Judged, ...]
    silent: tuple[Silent, ...]
    seconds: float

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
            "judged": len(self.judged),
            "wrong_marks": len(self.wrong),
            "silent_traps": len(self.silent),
            "seconds": round(self.seconds, 1),
            "by_question": {question: self._counts(question) for question in self.questions},
            "faults": [asdict(item) for item in self.wrong],
        }

    def _counts(self, question: str) -> dict[str, Any]:
        counts = Counter(item.kind for item in self.judged if item.question == question and not item.fault)
        silent = Counter(item.trap for item in self.silent if item.question == question)
        wrong = sum(1 for item in self.wrong if item.question == question)
        return {**{kind: counts[kind] for kind in ("right", "blank", "trap")}, "wrong": wrong, "silent": dict(silent)}


@dataclass(frozen=True, slots=True)
class _Share:
    """What one worker is given: a portfolio to draw again, the learners to try on it, and in which lessons."""

    block_folder: str
    dataset: str
    redraw: int
    rows: int
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
) -> Proof:
    """Prove a block.

    Parameters
    ----------
    block
        Which.
    learners
        How many learners' samples, spread evenly over the redraws.
    redraws
        How many portfolios; every second one with the dataset's other planted variant.
    told
        Called with the number of learners done since the last call.
    lessons
        Ids of the lessons that are proven; all unless named.
    rows
        Size of each portfolio.
    """
    started = time.monotonic()
    entries = [block.lesson(lesson) for lesson in lessons] or block.settings.lessons
    questions = tuple(question for entry in entries for question in block.keys(entry.id))
    shares = list(_shares(block, learners, redraws, rows, tuple(entry.id for entry in entries)))
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
    seconds = time.monotonic() - started
    return Proof(block.name, questions, learners, redraws, tuple(judged), tuple(silent), seconds)


def _shares(block: Block, learners: int, redraws: int, rows: int, lessons: tuple[str, ...]) -> Iterator[_Share]:
    dataset = str(dataset_folder(block.settings.dataset, block))
    names = [f"learner-{number:03d}" for number in range(1, learners + 1)]
    for redraw in range(redraws):
        mine = names[redraw::redraws]
        for start in range(0, len(mine), 4):  # small shares keep all cores busy to the end
            yield _Share(str(block.folder), dataset, redraw, rows, tuple(mine[start : start + 4]), lessons)


def _prove_share(share: _Share) -> _Tried:
    block = read_block(Path(share.block_folder))
    dataset = Path(share.dataset)
    portfolio = load_module(dataset / "generate.py").generate(
        rows=share.rows, seed=1000 + share.redraw, variant=share.redraw % 2
    )
    contract_file = dataset / "contract.toml"
    contract = read_contract(contract_file)
    check_table(portfolio.table, contract)
    sampler = Sampler.of(portfolio.table, block.folder, contract_file)
    mark = fingerprint(portfolio.table, contract)
    entries = [block.lesson(lesson) for lesson in share.lessons]
    tried = _Tried([], [], {question: set() for entry in entries for question in block.keys(entry.id)})
    with tempfile.TemporaryDirectory() as folder:
        for learner in share.learners:
            key = learner_key("proof", learner, mark)
            for entry in entries:
                case = sampler.case(key, entry.id, block.settings.sample_rows, Path(folder) / learner / entry.id)
                for item in judged_on_case(block, entry, case):
                    if isinstance(item, Silent):
                        tried.silent.append(replace(item, learner=learner, redraw=share.redraw))
                    else:
                        tried.judged.append(replace(item, learner=learner, redraw=share.redraw))
                for question, form in forms_on_case(block, entry, case).items():
                    tried.forms[question].add(form)
                rmtree(case.directory)  # many learners' cases of many lessons would fill a small disk
    return tried


def judged_on_case(block: Block, entry: LessonEntry, case: Any) -> Iterator[Judged | Silent]:
    """Yield what every question of a lesson does on one case."""
    source, keys = read_source(block.lesson_file(entry)), block.keys(entry.id)
    solved = {asked: plain(answer) for asked, answer in answers_of_lesson(source, case, solved=True).items()}
    unsolved = answers_of_lesson(source, case, solved=False)
    for question, key in keys.items():
        expectation = key.expect(case, solved)
        yield from _right(key, case, expectation, solved)
        yield from _blank(key, case, plain(unsolved[question]), solved)
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


def forms_on_case(block: Block, entry: LessonEntry, case: Any) -> dict[str, str]:
    """Return the form of every question of a lesson as it would be exported from this case, as JSON text."""
    return {question: json.dumps(to_json(key.expect(case).form)) for question, key in block.keys(entry.id).items()}


def _differing_forms(tried: list[_Tried]) -> Iterator[Judged]:
    for question in tried[0].forms:
        forms = set().union(*(share.forms[question] for share in tried))
        if len(forms) > 1:
            fault = f"its form differs from learner to learner: {sorted(forms)[0][:150]} … {sorted(forms)[1][:150]}"
            yield Judged(question, "all", 0, "form", "exported form", fault)
