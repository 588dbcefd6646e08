"""One lesson through one class, end to end: what ``situ demo`` does.

Real notebooks and nbgrader's own commands all the way; only the learners are simulated. Owns the order of the steps and the
twelve learners; each step is the one an instructor or a learner would take.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from graders.errors import ClassError
from instructors import simulate
from instructors.classes import Class, open_class
from instructors.lab import learner_folder, learner_settings, write_files
from instructors.making import Plan, new_class
from instructors.nbgrader_command import nbgrader
from instructors.simulate import Profile

CLASS_ID = "credit-xai-demo"
BLOCK = "credit-xai"
ASSIGNMENT = "01_log_odds"

Step = Callable[[str, int], None]

ALL = tuple(f"1.{number}" for number in range(1, 9))

LEARNERS = (
    Profile("amelie", "strong: every answer right, by form"),
    Profile("benoit", "strong: every answer right, by code, in his own spelling", spelling=1, by_code=ALL),
    Profile("carla", "typical: reads shares for effects", slips={"1.1": 0, "1.4": 0, "1.6": 0}),
    Profile("driss", "typical: forgets the base, takes size for direction", slips={"1.2": 0, "1.5": 0, "1.8": 0}),
    Profile("elena", "typical: ranks by signed means, misses the twins", slips={"1.3": 0, "1.7": 0}, by_code=("1.3",)),
    Profile(
        "farid", "typical: adds PDs, and writes where a choice is asked", slips={"1.2": 1, "1.8": 2}, misreads=("1.4",)
    ),
    Profile(
        "gaelle",
        "half done: the first four questions; code and form differ in one",
        skips=("1.5", "1.6", "1.7", "1.8"),
        second_thoughts={"1.2": 0},
    ),
    Profile("hugo", "half done: every second question, one slip", slips={"1.1": 1}, skips=("1.2", "1.4", "1.6", "1.8")),
    Profile("ines", "absent: hands nothing in", absent=True),
    Profile(
        "jonas",
        "broken notebook: the file is cut in half, his forms are not",
        skips=("1.8",),
        tamper=simulate.break_file,
    ),
    Profile("karim", "curious hands: cells deleted, doubled, renamed", tamper=simulate.rearrange),
    Profile(
        "lena",
        "hostile: forges outputs and answers, shows scripts, kills the kernel",
        skips=("1.3",),
        tamper=simulate.attack,
    ),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """A finished demo: the class, and the exit code of nbgrader's autograde."""

    made: Class
    autograde_code: int


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


def steps_in_all() -> int:
    """Return how many steps the progress bar counts."""
    present = sum(not profile.absent for profile in LEARNERS)
    return 3 + len(LEARNERS) + 3 * present + 3


def run_demo(root: Path, step: Step) -> Demo:
    """Run the demo.

    Parameters
    ----------
    root
        A new or empty folder for the class.
    step
        Told the next thing's name, and how many steps were finished before it.
    """
    step("Making the class", 0)
    made = new_class(root, Plan(BLOCK, CLASS_ID))
    step("Generating the assignment", 1)
    nbgrader("generate_assignment", ASSIGNMENT, folder=root)
    step("Releasing it through the exchange", 1)
    nbgrader("release_assignment", ASSIGNMENT, folder=root)
    present = [profile for profile in LEARNERS if not profile.absent]
    step("Learners fetch the lesson", 1)
    _each(lambda profile: _fetch(made, profile), LEARNERS, step, "Learners fetch the lesson")
    _work(made, present, step)
    _each(lambda profile: _hand_in(made, profile), present, step, "Learners hand in")
    step("Collecting", 0)
    nbgrader("collect", ASSIGNMENT, folder=root)
    code = _autograde(made, len(present), step)
    step("Making and releasing feedback", 1)
    nbgrader("generate_feedback", ASSIGNMENT, folder=root)
    nbgrader("release_feedback", ASSIGNMENT, folder=root)
    step("Done", 1)
    return Demo(made, code)


def _each(do: Callable[[Profile], None], profiles: Iterable[Profile], step: Step, name: str) -> None:
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        _wait([pool.submit(do, profile) for profile in profiles], step, name)


def _wait(futures: list[Future[None]], step: Step, name: str) -> None:
    for future in as_completed(futures):
        future.result()
        step(name, 1)


def _fetch(made: Class, profile: Profile) -> None:
    write_files(learner_settings(made, profile.name))
    nbgrader("fetch_assignment", ASSIGNMENT, folder=learner_folder(made, profile.name))


def _work(made: Class, present: list[Profile], step: Step) -> None:
    step("Learners work on their own cases", 0)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread a worker: the workers are the parallelism
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_answer, str(made.root), LEARNERS.index(profile)) for profile in present]
        _wait(futures, step, "Learners work on their own cases")


def _answer(root: str, index: int) -> None:
    """Give one learner's answers, in a worker process."""
    made, profile = open_class(Path(root)), LEARNERS[index]
    file = learner_folder(made, profile.name) / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    keys, case = made.keys(ASSIGNMENT), made.case(profile.name)
    simulate.fill(file, profile, simulate.answers(profile, keys, case), keys, case)
    profile.tamper(file)


def _hand_in(made: Class, profile: Profile) -> None:
    nbgrader("submit", ASSIGNMENT, folder=learner_folder(made, profile.name))


def _autograde(made: Class, submissions: int, step: Step) -> int:
    """Run nbgrader's autograde, moving the bar as graded notebooks appear; return its exit code."""
    step("Autograding", 1)
    seen = 0
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(nbgrader, "autograde", ASSIGNMENT, folder=made.root, check=False)
        while not wait([running], timeout=0.3).done:
            now = min(submissions, len(list((made.root / "autograded").glob(f"*/{ASSIGNMENT}/*.ipynb"))))
            step("Autograding", now - seen)
            seen = now
    ran = running.result()
    step("Autograding", submissions - seen)
    if ran.code and not seen:
        raise ClassError(
            f"Expected nbgrader autograde to grade the class, got exit code {ran.code}:\n{ran.output[-2000:]}"
        )
    return ran.code
