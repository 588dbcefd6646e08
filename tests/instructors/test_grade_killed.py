"""``situ grade`` killed in the middle, as a power cut would, and gone on with; all of it real."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graders.content import load_module
from instructors.engine.sealing import Way, probe
from instructors.grading.finished import is_finished

stand_ins = load_module(Path(__file__).with_name("stand_ins.py"))
LESSON = stand_ins.LESSON
LEARNERS = ("ana", "ben", "cleo", "dan", "eva", "finn")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(probe().way is Way.NONE, reason="submissions cannot be sealed off on this machine"),
]


@pytest.fixture(scope="module")
def handed_in(made_once, tmp_path_factory):
    root = tmp_path_factory.mktemp("killed") / "autumn"
    return stand_ins.handed_in(made_once, root, LEARNERS, lambda learner: {"1.1": 100 + len(learner)})


def _grade(root, **how):
    return subprocess.Popen(
        [sys.executable, "-m", "instructors.cli", "grade", str(root), "--jobs", "1", "--quiet"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        **how,
    )


def _finished(root):
    return [name for name in LEARNERS if is_finished(root / "autograded" / name / LESSON, [f"{LESSON}.ipynb"])]


def _wait_for(done, seconds=120):
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        time.sleep(0.02)


def _rows(root):
    query = (
        "SELECT s.student_id, c.name, g.auto_score, g.needs_manual_grade FROM grade g"
        " JOIN submitted_notebook n ON g.notebook_id = n.id JOIN submitted_assignment s ON n.assignment_id = s.id"
        " JOIN base_cell c ON g.cell_id = c.id ORDER BY 1, 2"
    )
    book = sqlite3.connect(root / "gradebook.db")
    try:
        return book.execute(query).fetchall()
    finally:
        book.close()


def _left_running(root):
    """Processes that know the class folder; a submission's own never do."""
    commands = [file.read_bytes() for file in Path("/proc").glob("[0-9]*/cmdline") if os.access(file, os.R_OK)]
    return [command for command in commands if str(root).encode() in command]


@pytest.fixture(scope="module")
def graded_at_once(handed_in, tmp_path_factory):
    root = tmp_path_factory.mktemp("whole") / "autumn"
    shutil.copytree(handed_in, root, symlinks=True)
    grading = _grade(root)
    assert 0 == grading.wait(300), grading.stderr.read()
    grading.stderr.close()
    return root


@pytest.fixture(scope="module")
def gone_on_with(handed_in, tmp_path_factory):
    root = tmp_path_factory.mktemp("again") / "autumn"
    shutil.copytree(handed_in, root, symlinks=True)
    for count in (1, 3):
        grading = _grade(root)
        _wait_for(lambda count=count: len(_finished(root)) >= count)
        grading.send_signal(signal.SIGKILL)
        grading.wait()
        grading.stderr.close()
    before = _finished(root)
    grading = _grade(root)
    grading.wait(300)
    grading.stderr.close()
    return root, before


def test_some_were_finished_when_it_was_killed_and_some_were_not(gone_on_with):
    assert 1 <= len(gone_on_with[1]) < len(LEARNERS)


def test_all_are_finished_when_it_has_gone_on(gone_on_with):
    assert list(LEARNERS) == _finished(gone_on_with[0])


def test_the_gradebook_is_the_one_of_a_run_that_was_left_alone(gone_on_with, graded_at_once):
    assert _rows(graded_at_once) == _rows(gone_on_with[0])


def test_nothing_is_left_running(gone_on_with):
    _wait_for(lambda: not _left_running(gone_on_with[0]), 10)
    assert [] == _left_running(gone_on_with[0])


def test_ctrl_c_ends_it_with_its_own_code(handed_in, tmp_path):
    root = tmp_path / "autumn"
    shutil.copytree(handed_in, root, symlinks=True)
    grading = _grade(root, start_new_session=True)
    _wait_for(lambda: len(_finished(root)) >= 1)
    os.killpg(grading.pid, signal.SIGINT)
    _, said = grading.communicate(timeout=120)
    assert (130, True) == (grading.returncode, "To go on: situ grade" in said)
