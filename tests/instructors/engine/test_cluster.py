"""A class graded on a cluster of several worker processes: the same marks, only text on the way, and no worker is missed."""

import json
import os
import shutil
import signal
import threading
import time
from concurrent.futures import Future
from types import SimpleNamespace

import nbformat
import pytest

pytest.importorskip("fcntl", reason="the warm kernel is for Unix")
from instructors import simulate
from instructors.classes import open_class
from instructors.engine.executors import Engine, run_json
from instructors.engine.jobs import Job
from instructors.engine.sealing import Way
from instructors.grade import Wish, grade_class
from instructors.nbgrader_command import nbgrader
from instructors.simulate import Profile

from .conftest import skip_without

distributed = pytest.importorskip("distributed", reason="needs situ-kit[cluster]")

LESSON = "01_mini"
MEMO = "The mean of the amounts says nothing of the largest one."
ALL_WRONG = dict.fromkeys((f"1.{number}" for number in range(1, 9)), 0)
LEARNERS = (
    Profile("ana", "right, by form"),
    Profile("ben", "right, by code", by_code=tuple(ALL_WRONG)),
    Profile("cleo", "falls into every trap", slips=ALL_WRONG),
    Profile("dan", "half done", skips=("1.2", "1.4")),
)
LOOKS_AROUND = """
import os, socket, time
time.sleep(1)
print("sees", sorted(os.listdir("/home") if os.path.exists("/home") else []), len(os.listdir("/proc")) < 80)
try:
    socket.create_connection(("127.0.0.1", 80), 1)
    print("connected")
except OSError:
    print("no network")
"""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def handed_in(made_once, tmp_path_factory):
    """A class in which everybody has handed in; to be copied, not written to."""
    skip_without(Way.NAMESPACES)
    root = tmp_path_factory.mktemp("cluster") / "autumn"
    shutil.copytree(made_once.root, root, symlinks=True)
    nbgrader("generate_assignment", LESSON, folder=root)
    made = open_class(root)
    for profile in LEARNERS:
        _hand_in(made, profile)
    return root


def _hand_in(made, profile):
    folder, keys = made.root / "submitted" / profile.name / LESSON, made.keys(LESSON)
    shutil.copytree(made.root / "release" / LESSON, folder)
    case, file = made.case(profile.name, LESSON), folder / f"{LESSON}.ipynb"
    simulate.fill(file, profile, simulate.answers(profile, keys, case, {"1.4": MEMO}), keys, case)
    notebook = nbformat.read(file, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(LOOKS_AROUND, id="looks"))
    nbformat.write(notebook, file)


@pytest.fixture(scope="module")
def cluster():
    options = {"n_workers": 3, "threads_per_worker": 1, "dashboard_address": None, "silence_logs": 50}
    with distributed.LocalCluster(**options) as started:
        yield started


def test_as_many_run_at_a_time_as_the_cluster_has_threads(cluster):
    with Engine(1, None, cluster.scheduler_address) as engine:
        assert 3 == engine.places


class _Quiet:
    """Is told how grading gets on."""

    def began(self, *_):
        pass

    def ended(self, result):
        pass


def _graded(root, place, cluster=None):
    shutil.copytree(root, place, symlinks=True)
    made = open_class(place)
    done = grade_class(made, Wish(cluster=cluster), _Quiet())
    return SimpleNamespace(
        made=made, marks=_marks(made), outcomes={result.learner: str(result.ending) for result in done.results}
    )


def _marks(made):
    from nbgrader.api import Gradebook

    with Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        return {
            (one.student.id, grade.name): (grade.auto_score, grade.needs_manual_grade)
            for one in gradebook.assignment_submissions(LESSON)
            for notebook in one.notebooks
            for grade in notebook.grades
        }


@pytest.fixture(scope="module")
def here(handed_in, tmp_path_factory):
    return _graded(handed_in, tmp_path_factory.mktemp("here") / "autumn")


@pytest.fixture(scope="module")
def sent():
    """All that crossed the line to the cluster, and all that came back."""
    return SimpleNamespace(there=[], back=[])


@pytest.fixture(scope="module")
def there(handed_in, cluster, sent, tmp_path_factory):
    submit = distributed.cfexecutor.ClientExecutor.submit

    def watched(executor, *asked, **options):
        sent.there.append((asked, options))
        future: Future = submit(executor, *asked, **options)
        future.add_done_callback(lambda ended: sent.back.append(ended.result()))
        return future

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distributed.cfexecutor.ClientExecutor, "submit", watched)
        return _graded(handed_in, tmp_path_factory.mktemp("there") / "autumn", cluster.scheduler_address)


def test_a_cluster_gives_the_marks_of_one_machine(here, there):
    assert len(LEARNERS) == len({learner for learner, _name in there.marks})
    assert here.marks == there.marks


def test_marks_differ_from_learner_to_learner(there):
    by_learner = {
        profile.name: tuple(score for (learner, _name), (score, _) in there.marks.items() if learner == profile.name)
        for profile in LEARNERS
    }
    assert 2 < len(set(by_learner.values()))


def test_only_text_is_sent(there, sent):
    assert {(run_json, str, str)} == {(asked[0], *map(type, asked[1:])) for asked, _options in sent.there}
    assert [{}] * len(LEARNERS) == [options for _asked, options in sent.there]


def test_only_text_comes_back(there, sent):
    assert [str] * len(LEARNERS) == [type(answer) for answer in sent.back]


def test_what_is_sent_holds_no_key_and_no_place_of_the_class(there, sent, handed_in):
    jobs = [Job.from_json(json.loads(asked[1])) for asked, _options in sent.there]
    parts = [content for job in jobs for content in [*job.files.values(), *job.case.values()]]
    told = [
        " ".join([*job.environment, *job.environment.values(), *(cell.source for cell in job.cells)]) for job in jobs
    ]
    everything = b"\n".join([*parts, *(text.encode() for text in told)])
    private = [str(there.made.root), str(handed_in), "@key(", "BEGIN SOLUTION", "gradebook.db"]
    assert [] == [word for word in private if word.encode() in everything]


@pytest.mark.parametrize("learner", [profile.name for profile in LEARNERS])
def test_code_is_sealed_in_on_a_worker(there, learner):
    graded = there.made.root / "autograded" / learner / LESSON / f"{LESSON}.ipynb"
    cells = nbformat.read(graded, as_version=4).cells
    assert "sees [] True\nno network\n" == next(cell for cell in cells if cell.id == "looks").outputs[0].text


def _kill_one_at_work(address, killed):
    """Wait until a worker has a job, and kill it."""
    with distributed.Client(address, set_as_default=False) as client:
        busy = []
        while not busy:
            time.sleep(0.05)
            busy = [worker for worker, jobs in client.processing().items() if jobs]
        killed += client.run(os.getpid, workers=busy[:1]).values()
    os.kill(killed[0], signal.SIGKILL)


@pytest.fixture(scope="module")
def with_a_loss(handed_in, cluster, tmp_path_factory):
    killed, address = [], cluster.scheduler_address
    killing = threading.Thread(target=_kill_one_at_work, args=(address, killed))
    killing.start()
    graded = _graded(handed_in, tmp_path_factory.mktemp("loss") / "autumn", address)
    killing.join()
    return SimpleNamespace(**vars(graded), killed=killed)


def test_a_worker_killed_in_the_middle_costs_no_submission(here, with_a_loss):
    assert 1 == len(with_a_loss.killed)
    assert (here.outcomes, here.marks) == (with_a_loss.outcomes, with_a_loss.marks)
