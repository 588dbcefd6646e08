"""Grading that is ended early, and gone on with; and what must not grade beside it. Only the kernels are stand-ins, but for one."""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from graders.content import load_module
from graders.errors import ClassError
from instructors import cli
from instructors.classes import open_class
from instructors.engine import process_tree
from instructors.grade import Wish, as_json, grade_class
from instructors.grading import engines, lookahead
from instructors.grading.configure import configure
from instructors.grading.judge import JudgeAnswers
from instructors.grading.one_at_a_time import REJUDGE, alone

stand_ins = load_module(Path(__file__).with_name("stand_ins.py"))
LESSON = stand_ins.LESSON
LEARNERS = ("ana", "ben", "cleo", "dan")


class StandIn(stand_ins.StandIn):
    """Does what it is told when the first job comes; remembers whose jobs came."""

    def __init__(self):
        self.jobs, self.first = [], lambda: None

    def submit(self, job):
        if not self.jobs:
            self.first()
        self.jobs.append(job.environment["SITU_LEARNER"])
        return super().submit(job)


@pytest.fixture(scope="module")
def released_once(made_once, tmp_path_factory):
    return stand_ins.handed_in(made_once, tmp_path_factory.mktemp("interrupted") / "autumn", LEARNERS)


@pytest.fixture
def engine(monkeypatch):
    stand_in = StandIn()
    monkeypatch.setattr(lookahead, "warm_engine", lambda *_: stand_in)
    monkeypatch.setattr("instructors.grade.way_of_sealing", lambda settings: "namespaces")
    monkeypatch.setattr(lookahead, "way_of_sealing", lambda settings: None)
    return stand_in


@pytest.fixture
def made(mini_content, released_once, tmp_path, engine):
    shutil.copytree(released_once, tmp_path / "autumn", symlinks=True)
    return open_class(tmp_path / "autumn")


@pytest.fixture
def press(made, monkeypatch):
    """Return formgrader's Autograde button: what its server does when it is pressed."""
    monkeypatch.chdir(made.root)
    config = Config()
    configure(config, made.root)
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    return lambda learner="ana": api.autograde(LESSON, learner)


def grade(made, patience=99, **wish):
    return grade_class(made, Wish(**wish), stand_ins.Watcher(patience))


def graded_file(made, learner):
    return made.root / "autograded" / learner / LESSON / f"{LESSON}.ipynb"


def test_what_force_did_not_reach_is_gone_on_with_without_it(made):
    grade(made)
    grade(made, patience=2, force=True, jobs=1)
    assert ["cleo", "dan"] == [result.learner for result in grade(made).results if result.is_new]


def test_what_force_did_not_reach_stays_as_it_was_until_its_turn(made):
    grade(made)
    before = nbformat.read(graded_file(made, "dan"), 4)
    grade(made, patience=2, force=True, jobs=1)
    assert before.cells == nbformat.read(graded_file(made, "dan"), 4).cells


def test_marks_by_hand_outlive_an_interrupted_force(made):
    grade(made)
    with Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        for learner in LEARNERS:
            gradebook.find_submission_notebook(LESSON, LESSON, learner).grades[0].manual_score = 0.5
        gradebook.db.commit()
    grade(made, patience=2, force=True, jobs=1)
    grade(made)
    with Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        notebooks = [gradebook.find_submission_notebook(LESSON, LESSON, learner) for learner in LEARNERS]
        assert [0.5] * 4 == [notebook.grades[0].manual_score for notebook in notebooks]


def test_a_learner_whom_the_class_leaves_out_keeps_what_is_graded(made):
    grade(made)
    config = made.root / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.CourseDirectory.student_id_exclude = "dan"\n')
    grade(made, force=True)
    assert "graded" == {result.learner: str(result.ending) for result in grade(made).results}["dan"]


@pytest.mark.parametrize(
    "options",
    [("--only", "ana", "--only", "cleo", "--jobs", "1"), ("--unsealed", "--pictures"), ("--cluster", "tcp://there:1")],
)
def test_the_way_to_go_on_has_all_that_was_asked_for(made, monkeypatch, capsys, options):
    monkeypatch.setattr(JudgeAnswers, "preprocess", _interrupted)
    monkeypatch.setattr("sys.argv", ["situ", "grade", str(made.root), LESSON, "--force", "--quiet", *options])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    expected = f"To go on: situ grade {made.root} {LESSON} {' '.join(options)}\n"
    assert (130, True) == (stop.value.code, expected in capsys.readouterr().err)


def _interrupted(*_):
    raise KeyboardInterrupt


class Builders:
    """Builds a case at once, and notes that it was closed."""

    closed = 0

    def __init__(self, count):
        pass

    def submit(self, then, request):
        done = Future()
        done.set_result(then(request.build()))
        return done

    def close(self):
        Builders.closed += 1


@pytest.mark.parametrize("how", ["situ grade", "formgrader"])
def test_ctrl_c_while_judging_ends_what_runs_and_what_builds(made, press, monkeypatch, how):
    ended = []
    monkeypatch.setattr(lookahead, "close_engines", lambda: ended.append("engines"))
    monkeypatch.setattr(lookahead, "CaseBuilders", Builders)
    monkeypatch.setattr(Builders, "closed", 0)
    monkeypatch.setattr(JudgeAnswers, "preprocess", _interrupted)
    monkeypatch.setattr(lookahead.CaseRequest, "known", lambda request: None)
    monkeypatch.setattr(lookahead.Lookahead, "is_done", property(lambda ahead: False))
    grade(made) if how == "situ grade" else press()
    assert (["engines"], 1) == (ended, Builders.closed)


def test_the_engine_stays_warm_between_two_presses(made, press, monkeypatch):
    ended = []
    monkeypatch.setattr(lookahead, "close_engines", lambda: ended.append("engines"))
    assert ([True, True], []) == ([press("ana")["success"], press("ana")["success"]], ended)


def test_nbgraders_own_run_is_left_alone(made, press, engine):
    """Nothing that it has half written is cleared away under it."""
    refused = []
    engine.first = lambda: refused.append(_refusal(made))
    assert press()["success"]
    assert "`nbgrader autograde` (or formgrader's Autograde button) at work" in refused[0]
    assert f"process {os.getpid()}" in refused[0]


def _refusal(made):
    with pytest.raises(ClassError) as error:
        grade(made)
    return str(error.value)


@pytest.mark.parametrize("fails", [False, True])
def test_the_class_is_free_again_when_the_button_is_done(made, press, monkeypatch, fails):
    if fails:
        monkeypatch.setattr(JudgeAnswers, "preprocess", _interrupted)
    assert fails is not press()["success"]
    monkeypatch.undo()
    with alone(made.root):
        pass


def test_the_button_says_that_situ_rejudge_is_at_work(made, press):
    with alone(made.root, REJUDGE):
        assert "got `situ rejudge` at work" in press()["log"]
    assert not graded_file(made, "ana").exists()


def test_how_many_run_at_a_time_on_a_cluster_is_told(made, monkeypatch):
    there = SimpleNamespace(places=7, close=lambda **_: None)
    monkeypatch.setitem(engines._engines, (1, None, "tcp://there:1", ""), there)
    assert 7 == as_json(grade(made, cluster="tcp://there:1"))["jobs"]


def test_how_many_run_at_a_time_here_is_told(made):
    assert 3 == as_json(grade(made, jobs=3))["jobs"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes")
def test_ctrl_c_does_not_wait_for_code_that_is_not_sealed_off(made):
    for learner in LEARNERS:
        file = made.root / "submitted" / learner / LESSON / f"{LESSON}.ipynb"
        notebook = nbformat.read(file, 4)
        notebook.cells.append(nbformat.v4.new_code_cell("import time; time.sleep(50)"))
        nbformat.write(notebook, file)
    command = [sys.executable, "-m", "instructors.cli", "grade", str(made.root), "--unsealed", "--jobs", "2", "--quiet"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as grading:
        kernels = _wait_for(lambda: _kernels_of(grading.pid), 60)
        time.sleep(3)
        since = time.monotonic()
        grading.send_signal(signal.SIGINT)
        _, said = grading.communicate(timeout=100)
    assert (130, True) == (grading.returncode, time.monotonic() - since < 15), said
    assert (True, []) == (bool(kernels), [pid for pid in kernels if Path(f"/proc/{pid}/exe").exists()])


def _kernels_of(pid):
    below = [str(one) for one in process_tree.descendants(pid)]
    return [one for one in below if b"ipykernel_launcher" in _command(one)]


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _wait_for(found, seconds):
    until = time.monotonic() + seconds
    while not found() and time.monotonic() < until:
        time.sleep(0.05)
    return found()
