"""What several tests of grading share: a class in which everybody has handed in, an engine that runs nothing, a watcher."""

import shutil
from concurrent.futures import Future

from graders.answerbook import AnswerBook
from instructors.classes import open_class
from instructors.engine.jobs import CellRun, CellState, Outcome, Run
from instructors.nbgrader_command import nbgrader

LESSON = "01_mini"
MEMO = {"1.4": "A mean says little about the largest loan."}


def hand_in(root, learner, answers=MEMO):
    """Hand in the lesson as it was released, with answers by form; return the folder."""
    folder = root / "submitted" / learner / LESSON
    shutil.copytree(root / "release" / LESSON, folder)
    for question, answer in answers.items():
        AnswerBook(folder).save(question, answer, by="form", learner=learner)
    return folder


def handed_in(made, root, learners, answers_of=lambda learner: MEMO):
    """Copy a class to a folder, release its lesson, and let everybody hand in; their cases are ready."""
    shutil.copytree(made.root, root, symlinks=True)
    nbgrader("generate_assignment", LESSON, folder=root)
    for learner in learners:
        open_class(root).case_directory(learner, LESSON)
        hand_in(root, learner, answers_of(learner))
    return root


class StandIn:
    """Says of every job that it ran and showed nothing."""

    def submit(self, job):
        done = Future()
        cells = tuple(CellRun(cell.index, CellState.RAN, n) for n, cell in enumerate(job.cells, 1))
        done.set_result(Run(Outcome.FINISHED, cells))
        return done


class Watcher:
    """Presses Ctrl-C after so many results; never unless told."""

    def __init__(self, patience=0):
        self._left = patience

    def began(self, learner, assignment, under_way):
        pass

    def ended(self, result):
        self._left -= 1
        if not self._left:
            raise KeyboardInterrupt
