"""A class from making it to feedback, end to end: what ``situ demo`` does, with one lesson or with the whole block.

Real notebooks, nbgrader's own commands and ``situ grade`` all the way; only the learners are simulated. Owns the order of the
steps; each is the one an instructor or a learner would take.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from graders.errors import ClassError
from instructors import simulate
from instructors.cast import LEARNERS, OF_THE_WHOLE
from instructors.classes import Class, open_class
from instructors.content import find_block
from instructors.engine.sealing import Way, probe
from instructors.grade import Graded, Wish, grade_class
from instructors.grading.class_run import Result
from instructors.lab import learner_folder, learner_settings, write_files
from instructors.making import Plan, new_class
from instructors.marking import mark_memos
from instructors.nbgrader_command import nbgrader
from instructors.simulate import Profile, has_memo
from instructors.solutions import answers_of_lesson
from instructors.sources import lesson_source

CLASS_ID = "credit-xai-demo"
BLOCK = "credit-xai"
DRAWN_ANEW = (
    "Portfolio and samples are drawn anew in every demo: numbers, and some points, are not those of the last one."
)

Step = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Show:
    """What a demo runs.

    Attributes
    ----------
    lessons
        Ids of the lessons; none for all of the block.
    learners
        Who takes part.
    """

    lessons: tuple[str, ...]
    learners: tuple[Profile, ...]

    @property
    def assignments(self) -> list[str]:
        """The assignments of the lessons, in the block's order."""
        entries = find_block(BLOCK).settings.lessons
        return [entry.file for entry in entries if not self.lessons or entry.id in self.lessons]

    def present(self, lesson: str) -> list[Profile]:
        """Return who hands a lesson in."""
        return [profile for profile in self.learners if not profile.absent and lesson not in profile.misses]


ONE_LESSON = Show(("1",), LEARNERS)
WHOLE_BLOCK = Show((), OF_THE_WHOLE)


@dataclass(frozen=True, slots=True)
class Demo:
    """A finished demo: the class, and how grading went, by assignment."""

    made: Class
    graded: Mapping[str, Graded]


def clear_earlier(root: Path) -> None:
    """Remove an earlier demo, finished or interrupted; nothing else is ever removed.

    Raises
    ------
    ClassError
        When the folder holds anything but a demo.
    """
    if not root.exists() or (root.is_dir() and not any(root.iterdir())):
        return
    if open_class(root).settings.class_id != CLASS_ID:
        raise ClassError(f"Expected an earlier demo in {root}, got another class. Choose another folder.")
    shutil.rmtree(root)


def steps_in_all(show: Show = ONE_LESSON) -> int:
    """Return how many steps the progress bar counts."""
    entries = [entry for entry in find_block(BLOCK).settings.lessons if entry.file in show.assignments]
    return 1 + sum(2 + len(show.learners) + 3 * len(show.present(entry.id)) + 3 for entry in entries)


def run_demo(root: Path, step: Step, show: Show = ONE_LESSON) -> Demo:
    """Run the demo.

    Parameters
    ----------
    root
        A new or empty folder for the class.
    step
        Told the next thing's name, and how many steps were finished before it.
    show
        Which lessons, and who takes part.
    """
    step("Making the class", 0)
    made = new_class(root, Plan(BLOCK, CLASS_ID, lessons=show.lessons))
    step("Done", 1)
    return run_class(made, step, show)


def run_class(made: Class, step: Step, show: Show) -> Demo:
    """Run simulated learners through every lesson of a class that was made, from the first fetch to feedback.

    Parameters
    ----------
    made
        The class; nothing of it is released yet.
    step
        As of `run_demo`.
    show
        Who takes part.
    """
    graded = {assignment: _one_lesson(_Week(made, assignment, show), step) for assignment in made.settings.assignments}
    return Demo(made, graded)


@dataclass(frozen=True, slots=True)
class _Week:
    """One lesson of a class, and who works on it."""

    made: Class
    assignment: str
    show: Show

    @property
    def present(self) -> list[Profile]:
        return self.show.present(self.made.settings.assignments[self.assignment])

    def named(self, text: str) -> str:
        return text if len(self.made.settings.assignments) == 1 else f"{self.assignment}: {text}"


def _one_lesson(week: _Week, step: Step) -> Graded:
    made, assignment = week.made, week.assignment
    step(week.named("Generating the assignment"), 0)
    nbgrader("generate_assignment", assignment, folder=made.root)
    step(week.named("Releasing it through the exchange"), 1)
    nbgrader("release_assignment", assignment, folder=made.root)
    step(week.named("Learners fetch the lesson"), 1)
    _each(lambda profile: _fetch(week, profile), week.show.learners, step)
    _work(week, step)
    step(week.named("Learners hand in"), 0)
    _each(lambda profile: _hand_in(week, profile), week.present, step)
    step(week.named("Collecting"), 0)
    nbgrader("collect", assignment, folder=made.root)
    graded = _grade(week, step)
    mark_memos(made, assignment, {profile.name: profile.memo for profile in week.present})
    step(week.named("Making and releasing feedback"), 1)
    nbgrader("generate_feedback", assignment, folder=made.root)
    nbgrader("release_feedback", assignment, folder=made.root)
    step(week.named("Done"), 1)
    return graded


def _each(do: Callable[[Profile], None], profiles: Iterable[Profile], step: Step) -> None:
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        _wait([pool.submit(do, profile) for profile in profiles], step)


def _wait(futures: list[Future[None]], step: Step) -> None:
    for future in as_completed(futures):
        future.result()
        step("", 1)


def _fetch(week: _Week, profile: Profile) -> None:
    write_files(learner_settings(week.made, profile.name))
    nbgrader("fetch_assignment", week.assignment, folder=learner_folder(week.made, profile.name))


def _work(week: _Week, step: Step) -> None:
    step(week.named("Learners work on their own cases"), 0)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread a worker: the workers are the parallelism
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        cast = "the whole" if all(profile in OF_THE_WHOLE for profile in week.show.learners) else "one lesson"
        tasks = [(str(week.made.root), week.assignment, cast, profile.name) for profile in week.present]
        _wait([pool.submit(_answer, *task) for task in tasks], step)


def _answer(root: str, assignment: str, cast: str, name: str) -> None:
    """Give one learner's answers, in a worker process: what a profile does to its files cannot travel, its name can."""
    profiles = OF_THE_WHOLE if cast == "the whole" else LEARNERS
    made, profile = open_class(Path(root)), next(profile for profile in profiles if profile.name == name)
    file = learner_folder(made, profile.name) / assignment / f"{assignment}.ipynb"
    keys, case = made.keys(assignment), made.case(profile.name, assignment)
    source = lesson_source(made.block, made.settings.assignments[assignment])
    texts = answers_of_lesson(source, case, solved=True) if has_memo(keys, case) else {}
    simulate.fill(file, profile, simulate.answers(profile, keys, case, texts), keys, case)
    profile.tamper(file)


def _hand_in(week: _Week, profile: Profile) -> None:
    nbgrader("submit", week.assignment, folder=learner_folder(week.made, profile.name))


class _Moving:
    """Moves the bar by one for each submission that is done with."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def began(self, learner: str, assignment: str, under_way: Sequence[str]) -> None:
        """Take no note."""

    def ended(self, result: Result) -> None:
        self._step("", 1)


def _grade(week: _Week, step: Step) -> Graded:
    """Grade as ``situ grade`` does. These learners are ours: a machine that cannot seal them off may show the demo too."""
    step(week.named("Grading"), 1)
    sealed = False if probe().way is Way.NONE else None
    done = grade_class(week.made, Wish((week.assignment,), sealed=sealed), _Moving(step))
    if done.is_interrupted:
        raise KeyboardInterrupt
    return done
