"""A simulated class to be graded again and again: real notebooks, real answers, every learner with a case of their own.

Owns the class folder and what was handed in; each grading run gets a fresh gradebook, and an empty folder for graded notebooks.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from graders.answers import plain
from graders.judging import judge
from instructors import simulate
from instructors.build import read_source
from instructors.classes import Class, open_class
from instructors.grading.judge import points_for
from instructors.making import Plan, new_class
from instructors.nbgrader_command import nbgrader
from instructors.simulate import Profile, has_memo
from instructors.solutions import answers_of_lesson

BLOCK = "credit-xai"
HANDED_IN, FIRST_BOOK, NOTES = "handed-in", "gradebook-at-first.db", "bench.json"
READY, AWAY = "cases", "cases-away"
_KEPT = ("delivery", "truth.json", READY, AWAY)


@dataclass(frozen=True, slots=True)
class SimulatedClass:
    """A class of one lesson, and what it cost to make it.

    Attributes
    ----------
    made, assignment
        The class, and its one assignment.
    earned
        Who handed in, in the order in which nbgrader grades them, and the points their answers earn, judged directly.
    case_seconds
        Processor time of building one learner's case, the median.
    build_seconds
        Wall-clock time of building all cases and answers, on all cores.
    """

    made: Class
    assignment: str
    earned: Mapping[str, float]
    case_seconds: float
    build_seconds: float

    @property
    def learners(self) -> tuple[str, ...]:
        """Who handed in."""
        return tuple(self.earned)

    def prepare(self, learners: Sequence[str], *, cold: bool = False) -> None:
        """Put the class back to the moment before grading, with the submissions of some learners.

        Parameters
        ----------
        learners
            Whose.
        cold
            Whether their cases have yet to be built.
        """
        root = self.made.root
        for folder in ("submitted", "autograded"):
            shutil.rmtree(root / folder, ignore_errors=True)
        for book in root.glob("gradebook.db*"):  # a write-ahead log too
            book.unlink()
        shutil.copy(root / FIRST_BOOK, root / "gradebook.db")
        for learner in learners:
            shutil.copytree(root / HANDED_IN / learner, root / "submitted" / learner)
        private = root / "private"
        if (private / AWAY).exists():
            shutil.rmtree(private / READY, ignore_errors=True)
            (private / AWAY).rename(private / READY)
        for other in private.iterdir():
            if other.name not in _KEPT:
                shutil.rmtree(other) if other.is_dir() else other.unlink()
        if cold:
            (private / READY).rename(private / AWAY)


def kept_class(folder: Path, lesson: str, count: int, block: str = BLOCK) -> SimulatedClass:
    """Return the class that an earlier run has left in a folder, if it is large enough; else make one there.

    Parameters
    ----------
    folder, lesson, count, block
        As in `simulated_class`.
    """
    notes = folder / NOTES
    if not notes.is_file():
        room = simulated_class(folder, lesson, count, block)
        noted = {"lesson": [block, lesson], "earned": room.earned, "seconds": [room.case_seconds, room.build_seconds]}
        notes.write_text(json.dumps(noted), encoding="utf-8")
        return room
    found = json.loads(notes.read_text(encoding="utf-8"))
    if found["lesson"] != [block, lesson] or len(found["earned"]) < count:
        raise SystemExit(
            f"{folder}: expected a class of lesson {lesson} with {count} learners, got another. Remove it."
        )
    made = open_class(folder)
    return SimulatedClass(made, next(iter(made.settings.assignments)), found["earned"], *found["seconds"])


def simulated_class(folder: Path, lesson: str, count: int, block: str = BLOCK) -> SimulatedClass:
    """Make a class of one lesson, in which so many learners hand in.

    Parameters
    ----------
    folder
        Where; it must not exist yet.
    lesson
        Its id in the block.
    count
        How many learners.
    block
        A block's name, or its folder.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread a worker: the workers are the parallelism
    made = new_class(folder, Plan(block, "bench", seed=1, lessons=(lesson,)))
    assignment = next(iter(made.settings.assignments))
    nbgrader("generate_assignment", assignment, folder=folder)
    shutil.copy(folder / "gradebook.db", folder / FIRST_BOOK)
    learners = tuple(f"learner-{number:04}" for number in range(count))
    began = time.perf_counter()
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(_hand_in, [str(folder)] * count, learners, range(count), chunksize=4))
    earned = {learner: points for learner, (points, _spent) in zip(learners, found, strict=True)}
    middle = statistics.median(spent for _points, spent in found)
    return SimulatedClass(made, assignment, earned, middle, time.perf_counter() - began)


def _profiles(questions: Sequence[str]) -> list[Profile]:
    """Return learners of several kinds; all of them hand in a whole notebook and a whole answer book."""
    every_second, others, half = tuple(questions[::2]), questions[1::2], tuple(questions[len(questions) // 2 :])
    return [
        Profile("", "every answer right, by form"),
        Profile("", "every answer right, by code, in a spelling of their own", spelling=1, by_code=tuple(questions)),
        Profile("", "falls into every second trap", slips=dict.fromkeys(every_second, 0)),
        Profile("", "falls into the other traps", slips=dict.fromkeys(others, 1), by_code=every_second),
        Profile("", "hands in half", skips=half),
        Profile("", "every second question, one unreadable", skips=every_second[1:], misreads=every_second[:1]),
    ]


def _hand_in(root: str, learner: str, number: int) -> tuple[float, float]:
    """Build a learner's case, answer on it, hand in; return points earned and the case's CPU time. In a worker process."""
    made = open_class(Path(root))
    assignment, lesson = next(iter(made.settings.assignments.items()))
    keys = made.keys(assignment)
    kinds = _profiles(list(keys))
    began = time.process_time()
    case = made.case(learner, assignment)
    spent = time.process_time() - began
    folder = made.root / HANDED_IN / learner / assignment
    shutil.copytree(made.root / "release" / assignment, folder)
    texts = {}
    if has_memo(keys, case):
        texts = answers_of_lesson(read_source(made.block.lesson_file(made.block.lesson(lesson))), case, solved=True)
    profile = kinds[number % len(kinds)]
    given = simulate.answers(profile, keys, case, texts)
    simulate.fill(folder / f"{assignment}.ipynb", profile, given, keys, case)
    (folder / "timestamp.txt").write_text("2026-11-20 10:00:00 UTC", encoding="utf-8")
    answers = {question: plain(answer) for question, answer in given.items()}
    verdicts = {question: judge(keys[question], case, answer, answers) for question, answer in answers.items()}
    return sum(points_for(verdict, keys[asked].points) for asked, verdict in verdicts.items()), spent
