"""A class whose gradebook is on a PostgreSQL server: made, released, graded, marked, judged again, reported, given feedback."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from graders.answerbook import AnswerBook
from graders.content import load_module
from instructors import gradebook
from instructors.classes import open_class
from instructors.grade import Wish, grade_class
from instructors.marking import mark_memos
from instructors.nbgrader_command import put_tools_on_path
from instructors.rejudge import plan_rejudging
from instructors.rejudge_writing import write_rejudged
from instructors.report import results

postgres = load_module(Path(__file__).with_name("postgres_server.py"))
LESSON = "02_memo"
MEMO = "The mean says <b>nothing</b> of the largest loan.\n\nLook at that one alone, please."
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server():
    with postgres.server() as started:
        yield started


def _on_server(root, address):
    """Do what docs/cluster.md tells an instructor to do with a new class."""
    settings = root / "class.toml"
    line = f"gradebook = {json.dumps(address)}\n\n[assignments]"
    settings.write_text(settings.read_text().replace("[assignments]", line))
    (root / "gradebook.db").unlink()
    return open_class(root)


def _formgrader(made):
    """Return what stands behind the formgrader's buttons."""
    from nbgrader.apps.api import NbGraderAPI
    from traitlets.config.loader import PyFileConfigLoader

    return NbGraderAPI(config=PyFileConfigLoader("nbgrader_config.py", str(made.root)).load_config())


def _hand_in(made, learner, book):
    folder = made.root / "submitted" / learner / LESSON
    shutil.copytree(made.root / "release" / LESSON, folder)
    for question, answer in book.items():
        AnswerBook(folder).save(question, answer, by="form", learner=learner)


def _mean(made, learner):
    return f"{made.case(learner, LESSON).data['amount'].mean():.1f}"


class _Quiet:
    """Is told how grading gets on."""

    def began(self, *_):
        pass

    def ended(self, result):
        pass


def _points(made):
    return {total.learner: total.points for total in gradebook.totals(made)}


def _edit_key(made):
    file = made.root / "content" / "courses" / "gallery" / "keys" / "lesson2.py"
    old, new = "Number(amount.mean(), 0.5, unit=MEAN.unit", "Number(amount.max(), 0.5, unit=MEAN.unit"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    return open_class(made.root)


@pytest.fixture(scope="module")
def story(server, memo_class_once, tmp_path_factory):
    """What an instructor does with a class, from the first line to the last, and what came of it."""
    root = tmp_path_factory.mktemp("postgres") / "autumn"
    shutil.copytree(memo_class_once.root, root, symlinks=True)
    made = _on_server(root, server.database("autumn"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        put_tools_on_path()
        buttons = _formgrader(made)
        told = SimpleNamespace(root=root, released=buttons.generate_assignment(LESSON))
        _hand_in(made, "ana", {"2.1": _mean(made, "ana"), "2.2": "1", "2.3": MEMO})
        _hand_in(made, "ben", {"2.1": "1"})
        told.graded, told.points = grade_class(made, Wish(), _Quiet()), _points(made)
        told.again = grade_class(made, Wish(), _Quiet())
        mark_memos(made, LESSON, {"ana": 2})
        told.marked = _points(made)
        told.button, told.after_the_button = buttons.autograde(LESSON, "ben"), _points(made)
        made = _edit_key(made)
        told.rejudged = write_rejudged(made, plan_rejudging(made, LESSON))
        told.after_rejudging = _points(made)
        told.feedback = buttons.generate_feedback(LESSON)
        told.report = results(made, LESSON, ["ana", "ben"])
        told.rows = buttons.get_submissions(LESSON)
    return told


def test_a_lesson_is_released(story):
    assert story.released["success"], story.released.get("log")


def test_everybody_is_graded(story):
    assert {"graded": 2} == story.graded.counts


def test_points_are_in_the_gradebook_on_the_server(story):
    assert {"ana": 2.0, "ben": 0.0} == story.points
    assert not (story.root / "gradebook.db").exists()


def test_what_is_graded_is_not_graded_twice(story):
    assert [False, False] == [result.is_new for result in story.again.results]


def test_a_mark_by_hand_counts(story):
    assert story.points["ana"] < story.marked["ana"]


def test_formgraders_button_grades_alike(story):
    assert (True, story.marked) == (story.button["success"], story.after_the_button), story.button.get("log")


def test_formgrader_lists_the_submissions(story):
    assert story.after_rejudging == {row["student"]: row["score"] for row in story.rows}


def test_judging_again_takes_away_what_a_wrong_key_gave(story):
    assert ["ana"] == [change.learner for change in story.rejudged.changes]
    assert story.marked["ana"] - 2.0 == story.after_rejudging["ana"]


def test_the_report_has_the_points_of_the_gradebook(story):
    points = {one.learner: sum(question.points for question in one.questions) for one in story.report}
    assert story.after_rejudging == points


def test_everybody_has_a_feedback_page(story):
    assert story.feedback["success"], story.feedback.get("log")
    pages = {path.parent.parent.name for path in (story.root / "feedback").rglob("*.html")}
    assert {"ana", "ben"} == pages
