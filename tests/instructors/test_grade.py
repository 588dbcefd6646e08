"""``situ grade`` in one process, over nbgrader's own autograde; only the kernels are stand-ins, so that nothing takes long."""

import json
import logging
import os
import shutil
import sqlite3
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from graders.answerbook import AnswerBook
from graders.content import load_module
from graders.errors import ClassError, ContentError
from instructors import cli
from instructors.classes import open_class
from instructors.engine.jobs import CellRun, CellState, Outcome, Run
from instructors.grade import Wish, grade_class, things_to_grade
from instructors.grading import lookahead
from instructors.grading.finished import mark_in
from instructors.grading.one_at_a_time import alone
from instructors.nbgrader_command import nbgrader

stand_ins = load_module(Path(__file__).with_name("stand_ins.py"))
LESSON = stand_ins.LESSON
LEARNERS = ("ana", "ben", "cleo", "dan")


class StandIn:
    """Says of every job that it ran and showed nothing, or what it is told to say of one learner."""

    def __init__(self):
        self.jobs, self.outcomes = [], {}

    def submit(self, job):
        learner = job.environment["SITU_LEARNER"]
        self.jobs.append(learner)
        outcome = self.outcomes.get(learner, Outcome.FINISHED)
        if outcome is KeyboardInterrupt:
            raise KeyboardInterrupt
        states = {Outcome.TIMED_OUT: CellState.TIMED_OUT, Outcome.OUT_OF_MEMORY: CellState.OUT_OF_MEMORY}
        cells = [CellRun(cell.index, CellState.RAN, n) for n, cell in enumerate(job.cells, 1)]
        if outcome in states:
            cells[2:] = [CellRun(cell.index, CellState.NOT_RUN) for cell in job.cells[2:]]
            cells[1] = CellRun(cells[1].index, states[outcome], 2)
        done = Future()
        done.set_result(Run(outcome, tuple(cells)))
        return done


class Watcher:
    def __init__(self):
        self.began_with, self.results = [], []

    def began(self, learner, assignment, under_way):
        self.began_with.append(learner)

    def ended(self, result):
        self.results.append(result)


@pytest.fixture(scope="module")
def released_once(made_once, tmp_path_factory):
    root = stand_ins.handed_in(made_once, tmp_path_factory.mktemp("released") / "autumn", LEARNERS)
    for learner in ("bad", "eva"):
        open_class(root).case_directory(learner, LESSON)
    return root


def hand_in(root, learner, text=None):
    folder = stand_ins.hand_in(root, learner)
    if text is not None:
        (folder / f"{LESSON}.ipynb").write_text(text)
    return folder


@pytest.fixture
def engine(monkeypatch):
    stand_in = StandIn()
    monkeypatch.setattr(lookahead, "warm_engine", lambda *_: stand_in)
    monkeypatch.setattr("instructors.grade.way_of_sealing", lambda settings: "namespaces")
    return stand_in


@pytest.fixture
def made(mini_content, released_once, tmp_path, engine):
    shutil.copytree(released_once, tmp_path / "autumn", symlinks=True)
    return open_class(tmp_path / "autumn")


def grade(made, **wish):
    return grade_class(made, Wish(**wish), Watcher())


def endings(done):
    return {result.learner: str(result.ending) for result in done.results}


def graded_file(made, learner):
    return made.root / "autograded" / learner / LESSON / f"{LESSON}.ipynb"


def test_a_class_is_graded(made):
    assert dict.fromkeys(LEARNERS, "graded") == endings(grade(made))


def test_the_gradebook_has_the_points(made):
    assert {8.0} == {mark.out_of for mark in grade(made).marks.values()}


def test_a_memo_that_waits_needs_a_human(made):
    assert grade(made).needs_a_human


def test_what_is_graded_stays_as_it_is(made, engine):
    grade(made)
    before = graded_file(made, "ana").stat().st_mtime_ns
    again = grade(made)
    assert (before, [False] * 4) == (graded_file(made, "ana").stat().st_mtime_ns, [r.is_new for r in again.results])


def test_force_grades_again(made, engine):
    grade(made)
    grade(made, force=True)
    assert 8 == len(engine.jobs)


def test_only_one_learner_is_graded(made):
    grade(made, only=("cleo",))
    assert ["cleo"] == sorted(path.name for path in (made.root / "autograded").iterdir())


def test_only_a_learner_without_any_notebook_is_graded_as_such(made):
    (made.root / "submitted" / "eva" / LESSON).mkdir(parents=True)
    assert {"eva": "missing notebook"} == endings(grade(made, only=("eva",)))


def test_a_broken_notebook_stops_nobody(made):
    hand_in(made.root, "bad", "not a notebook")
    assert ("broken notebook", "graded") == (endings(grade(made))["bad"], endings(grade(made))["dan"])


def test_a_folder_that_is_no_learners_is_reported_and_not_graded(made):
    hand_in(made.root, "we[i]rd {0} %s")
    done = grade(made)
    assert "refused" == endings(done)["we[i]rd {0} %s"]
    assert not (made.root / "autograded" / "we[i]rd {0} %s").exists()


@pytest.mark.parametrize(
    ("outcome", "word"), [(Outcome.TIMED_OUT, "timed out"), (Outcome.OUT_OF_MEMORY, "out of memory")]
)
def test_how_a_run_ended_is_reported_with_its_cell(made, engine, outcome, word):
    engine.outcomes["ben"] = outcome
    result = next(result for result in grade(made).results if result.learner == "ben")
    assert (word, True) == (str(result.ending), "cell [2]" in result.detail)


def test_what_we_failed_to_run_is_not_judged_and_tried_again(made, engine):
    engine.outcomes["ben"] = Outcome.NOT_STARTED
    first = endings(grade(made))["ben"]
    engine.outcomes.clear()
    assert ("not judged", "graded") == (first, endings(grade(made))["ben"])


def test_a_step_that_raises_stops_nobody(made, monkeypatch):
    from instructors.grading.clean import CleanNotebook

    def raising(self, nb, resources):
        if resources["nbgrader"]["student"] == "ben":
            raise ZeroDivisionError("a fault of ours")
        return nb, resources

    monkeypatch.setattr(CleanNotebook, "preprocess", raising)
    done = grade(made)
    failed = next(result for result in done.results if result.learner == "ben")
    assert ("ZeroDivisionError: a fault of ours", "graded") == (failed.detail, endings(done)["cleo"])


@pytest.mark.parametrize("share", [0.4, 0.999])
def test_what_was_cut_off_is_graded_again(made, share):
    grade(made)
    file = graded_file(made, "ben")
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])
    assert {"ben"} == {result.learner for result in grade(made).results if result.is_new}
    assert mark_in(file) is not None


def test_an_interrupted_class_goes_on_where_it_stopped(made, engine):
    engine.outcomes["cleo"] = KeyboardInterrupt
    stopped = grade(made, jobs=1)
    engine.outcomes.clear()
    went_on = grade(made)
    assert (True, dict.fromkeys(LEARNERS, "graded")) == (stopped.is_interrupted, endings(went_on))


def test_a_resubmission_is_graded_again(made):
    folder = made.root / "submitted" / "ana" / LESSON
    (folder / "timestamp.txt").write_text("2026-11-20 10:00:00 UTC")
    grade(made)
    (folder / "timestamp.txt").write_text("2026-11-21 10:00:00 UTC")
    assert {"ana"} == {result.learner for result in grade(made).results if result.is_new}


def test_a_resubmission_with_a_date_that_is_none_stops_nobody(made):
    grade(made)
    (made.root / "submitted" / "ana" / LESSON / "timestamp.txt").write_text("last night")
    assert dict.fromkeys(LEARNERS, "graded") == endings(grade(made))


def test_somebody_elses_lock_on_the_gradebook_is_waited_for(made, monkeypatch):
    monkeypatch.setattr("instructors.grading.patience.WAIT_SECONDS", 0.2)
    grade(made)
    with sqlite3.connect(made.root / "gradebook.db") as reader:  # a page of formgrader that is still open
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM grade").fetchall()
        assert dict.fromkeys(LEARNERS, "graded") == endings(grade(made, force=True))
    reader.close()


def test_a_submission_that_finds_the_gradebook_locked_is_tried_again(made, monkeypatch):
    monkeypatch.setattr("instructors.grading.patience.WAIT_SECONDS", 0.1)
    book = sqlite3.connect(made.root / "gradebook.db", isolation_level=None)
    paused, watcher = [], Watcher()
    monkeypatch.setattr(watcher, "began", lambda *_: paused or book.execute("BEGIN IMMEDIATE"))
    monkeypatch.setattr("instructors.grading.class_run.sleep", lambda _: paused.append(book.execute("COMMIT")))
    done = grade_class(made, Wish(), watcher)
    book.close()
    assert (1, dict.fromkeys(LEARNERS, "graded")) == (len(paused), endings(done))


def test_a_second_situ_grade_is_refused(made):
    with alone(made.root), pytest.raises(ClassError, match="got `situ grade` at work"):
        grade(made)


def test_formgraders_button_is_refused_while_situ_grade_is_at_work(made):
    with alone(made.root):
        ran = nbgrader("autograde", LESSON, folder=made.root, check=False)
    assert (True, False) == ("got `situ grade` at work" in ran.output, (made.root / "autograded").exists())


def test_a_machine_that_cannot_seal_grades_nobody(made, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv("SITU_CONTENT", os.environ.get("SITU_CONTENT", ""))
    from instructors.engine import sealing

    found = SimpleNamespace(way=sealing.Way.NONE, reason="There are no user namespaces here.")
    monkeypatch.setattr(sealing, "probe", lambda: found)
    with pytest.raises(ClassError, match=r"no user namespaces here.*--unsealed"):
        grade(made)
    assert not (made.root / "autograded").exists()


def test_an_unknown_assignment_is_named(made):
    with pytest.raises(ClassError, match="among 01_mini, got 02_more"):
        things_to_grade(made, Wish(("02_more",)))


def test_an_unknown_learner_is_named(made):
    with pytest.raises(ClassError, match="a submission of zoe"):
        things_to_grade(made, Wish(only=("zoe",)))


def test_a_broken_key_is_told_before_anybody_is_graded(made):
    grade(made)
    before = {learner: graded_file(made, learner).read_bytes() for learner in LEARNERS}
    with next((made.root / "content").rglob("keys/*.py")).open("a") as key:
        key.write("\ndef broken(:\n")
    with pytest.raises(ContentError, match="SyntaxError"):
        grade(open_class(made.root), force=True)
    assert before == {learner: graded_file(made, learner).read_bytes() for learner in LEARNERS}


def test_what_was_handed_in_under_no_assignment_is_named(made):
    (made.root / "submitted" / "ana" / "01 mini").mkdir()
    (made.root / "submitted" / "nobody").mkdir()
    assert ("ana/01 mini", "nobody") == grade(made).elsewhere


def test_work_that_was_done_as_another_learner_is_named(made):
    AnswerBook(made.root / "submitted" / "ben" / LESSON).save("1.1", 1.0, by="form", learner="ana", words="1")
    done = grade(made)
    assert ("another's work", "worked out as ana") == next(
        (str(result.ending), result.detail) for result in done.results if result.learner == "ben"
    )


def test_the_log_is_in_the_class_not_on_the_screen(made, capfd):
    grade(made)
    assert ("", "") == capfd.readouterr()
    assert "Autograding" in (made.root / "private" / "grade.log").read_text()


def test_a_name_that_is_no_text_can_be_logged(made, monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # pytest could not pass on what it caught
    watcher = Watcher()
    monkeypatch.setattr(watcher, "began", lambda learner, *_: logging.getLogger().warning("%s \udcff", learner))
    grade_class(made, Wish(only=("ana",)), watcher)
    assert r"ana \udcff" in (made.root / "private" / "grade.log").read_text(encoding="utf-8")


@pytest.fixture
def situ(monkeypatch, capsys):
    def typed(*arguments):
        monkeypatch.setattr("sys.argv", ["situ", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        return stop.value.code or 0, captured.out, captured.err

    return typed


def test_the_report_is_one_json_object(made, situ):
    code, out, err = situ("grade", made.root, "--json")
    found = json.loads(out)
    assert (1, 4, {"graded": 4}, "") == (code, found["submissions"], found["outcomes"], err)


def test_what_did_not_go_the_normal_way_is_in_a_table(made, situ, monkeypatch):
    hand_in(made.root, "bad", "not a notebook")
    code, out, err = situ("grade", made.root)
    assert (1, True) == (code, "broken notebook" in out and "1 of 5 submissions did not go the normal way" in out)
    assert "1/5 01_mini ana: graded" in err


def test_a_class_without_submissions_has_nothing_to_do(made, situ):
    shutil.rmtree(made.root / "submitted")
    assert 3 == situ("grade", made.root)[0]


def test_an_interrupt_says_how_to_go_on(made, situ, engine):
    engine.outcomes["cleo"] = KeyboardInterrupt
    code, _, err = situ("grade", made.root, "--jobs", 1, "--quiet")
    assert (130, True) == (code, "To go on: situ grade" in err)


def test_the_points_are_those_of_nbgraders_own_steps(made):
    """The steps that share one gradebook save what nbgrader's own save, manual marks and late penalties included."""
    from instructors.grading.configure import AUTOGRADE

    grade(made)
    mine = _rows(made)
    stock = [name.replace("instructors.grading.steps", "nbgrader.preprocessors") for name in AUTOGRADE]
    config = made.root / "nbgrader_config.py"
    config.write_text(config.read_text() + f"\nc.Autograde.autograde_preprocessors = {stock!r}\n")
    grade(made, force=True)
    assert mine == _rows(made)


def _rows(made):
    query = "SELECT cell_id, notebook_id, auto_score, manual_score, needs_manual_grade FROM grade ORDER BY 1, 2"
    book = sqlite3.connect(made.root / "gradebook.db")
    try:
        return book.execute(query).fetchall()
    finally:
        book.close()


def test_what_is_foreseen_is_what_is_run(made, engine):
    """Else every submission would run twice: the guess must see files, links and names as nbgrader's copy will."""
    folder = hand_in(made.root, "bad", "not a notebook")
    (folder / "data").mkdir()
    (folder / "data" / "own.csv").write_text("a,b")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_text("x")
    (folder / "link.csv").symlink_to("/etc/passwd")
    (made.root / "submitted" / "eva" / LESSON).mkdir(parents=True)
    (made.root / "submitted" / "dan" / LESSON / f"{LESSON}.ipynb").rename(
        made.root / "submitted" / "dan" / LESSON / "mine.ipynb"
    )
    (made.root / "submitted" / "cleo" / LESSON / "lesson.json").write_text("mine, not the lesson's")
    grade(made, jobs=3)
    assert sorted((*LEARNERS, "bad", "eva")) == sorted(engine.jobs)


def test_a_folder_of_very_many_files_holds_nobody_up(made):
    folder = made.root / "submitted" / "ana" / LESSON
    for number in range(3_000):
        (folder / f"{number:04}.txt").touch()
    done = grade(made, only=("ana",))
    assert {"ana": "graded"} == endings(done)
    assert (graded_file(made, "ana").parent / "answers.json").is_file()


def test_late_submissions_cost_what_the_class_says(made):
    from nbgrader.api import Gradebook

    config = made.root / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    with Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        gradebook.update_or_create_assignment(LESSON, duedate="2026-11-20 10:00:00 UTC")
    folder = made.root / "submitted" / "ana" / LESSON
    (folder / "timestamp.txt").write_text("2026-11-21 10:00:00 UTC")
    right = float(made.case("ana", LESSON).data["amount"].mean())
    AnswerBook(folder).save("1.1", right, by="form", learner="ana")
    grade(made)
    with Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        handed_in = gradebook.find_submission_notebook(LESSON, LESSON, "ana")
        assert (2.0, 2.0) == (handed_in.score, handed_in.late_submission_penalty)


def test_graded_notebooks_are_valid(made):
    grade(made)
    nbformat.validate(nbformat.read(graded_file(made, "ana"), as_version=4))
