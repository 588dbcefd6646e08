"""What ``situ report`` says of a class that was graded, marked by hand, or left half graded. Only the kernels are stand-ins."""

import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from graders.content import load_module
from instructors import cli
from instructors.classes import open_class
from instructors.grade import Wish, grade_class
from instructors.grading import lookahead

stand_ins = load_module(Path(__file__).with_name("stand_ins.py"))
LESSON = stand_ins.LESSON
LEARNERS = ("ana", "ben")


@pytest.fixture(scope="module")
def released_once(made_once, tmp_path_factory):
    answers = {"1.1": 1.0, **stand_ins.MEMO}
    return stand_ins.handed_in(made_once, tmp_path_factory.mktemp("reported") / "autumn", LEARNERS, lambda _: answers)


@pytest.fixture
def made(mini_content, released_once, tmp_path, monkeypatch):
    monkeypatch.setattr(lookahead, "warm_engine", lambda *_: stand_ins.StandIn())
    monkeypatch.setattr("instructors.grade.way_of_sealing", lambda settings: "namespaces")
    monkeypatch.setattr(lookahead, "way_of_sealing", lambda settings: None)
    shutil.copytree(released_once, tmp_path / "autumn", symlinks=True)
    return open_class(tmp_path / "autumn")


@pytest.fixture
def report(made, monkeypatch, capsys):
    """Return what the command says: its exit code, and its lines by their first word."""

    def call():
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setattr("sys.argv", ["situ", "report", str(made.root), LESSON])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        lines = capsys.readouterr().out.splitlines()
        return stop.value.code or 0, {line.split()[0]: " ".join(line.split()[1:]) for line in lines if line.strip()}

    return call


def grade(made, patience=99, **wish):
    grade_class(made, Wish(**wish), stand_ins.Watcher(patience))


def mark_by_hand(made, name, points):
    with Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        grade = gradebook.find_grade(name, LESSON, LESSON, "ana")
        grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.db.commit()


def test_whom_an_interrupted_force_left_without_a_graded_notebook_is_not_graded_yet(made, report):
    grade(made)
    mark_by_hand(made, "q-1-1", 1.5)
    shutil.rmtree(made.root / "autograded" / "ana" / LESSON)  # as nbgrader does before it grades anew
    assert (1, "not graded yet") == (report()[0], report()[1]["ana"])


def test_a_submission_that_was_never_reached_is_not_graded_yet(made, report):
    grade(made, patience=1, jobs=1)
    assert "not graded yet" == report()[1]["ben"]


def test_marks_that_an_interrupted_force_did_not_reach_are_said_to_be_earlier_ones(made, report):
    grade(made)
    grade(made, patience=1, jobs=1, force=True)
    assert "earlier marks" in report()[1]["ben:"]


def test_a_wrong_answer_that_was_given_points_by_hand_is_shown_as_marked_by_hand(made, report):
    grade(made)
    assert report()[1]["ana"].startswith("W 0 ")
    mark_by_hand(made, "q-1-1", 1.25)
    assert report()[1]["ana"].startswith("H 1.25 ")


def test_a_mark_by_hand_that_shall_be_looked_at_again_has_a_star(made, report):
    grade(made)
    mark_by_hand(made, "q-1-1", 1.25)
    grade(made, force=True)
    assert report()[1]["ana"].startswith("H 1.25* ")


def test_a_memo_waits_until_it_is_marked_by_hand(made, report):
    grade(made)
    assert "M" in report()[1]["ana"].split()
    mark_by_hand(made, "q-1-4", 2.0)
    assert "H 2 " in report()[1]["ana"]
