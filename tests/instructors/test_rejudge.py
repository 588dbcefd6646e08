"""A key that was wrong: judging stored answers again, on a class that nbgrader graded."""

import json
import shutil
import subprocess
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.api import Gradebook

from graders.answerbook import AnswerBook
from graders.errors import ClassError
from instructors import cli, rejudge_writing
from instructors.classes import open_class
from instructors.grading.one_at_a_time import alone
from instructors.nbgrader_command import nbgrader
from instructors.rejudge import plan_rejudging
from instructors.rejudge_writing import write_rejudged

LESSON = "02_memo"
MEMO = "The mean says <b>nothing</b> of the largest loan.\n\nLook at that one alone, please."
CRITERIA = ["criterion-2-3-facts", "criterion-2-3-limits", "criterion-2-3-writing"]
VERDICT = "application/vnd.situ.verdict+json"
MEDIAN = ("Number(amount.mean(), 0.5, unit=MEAN.unit", "Number(amount.max(), 0.5, unit=MEAN.unit")
NO_TRAP = ("Add all amounts, then divide.", "Divide by the loans.")
RAISES = ('    own = MEAN.read(earlier["2.1"]', '    1 / 0\n    own = MEAN.read(earlier["2.1"]')
pytestmark = pytest.mark.slow


class Course:
    """A graded class, and the means to edit a key and to look."""

    def __init__(self, root):
        self.made, self.root = open_class(root), root

    def edit(self, *edits):
        file = self.root / "content" / "courses" / "gallery" / "keys" / "lesson2.py"
        text = file.read_text()
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        file.write_text(text)
        self.made = open_class(self.root)

    def plan(self, **only):
        return plan_rejudging(self.made, LESSON, **only)

    def rejudge(self):
        return write_rejudged(self.made, self.plan())

    def gradebook(self):
        return Gradebook(self.made.gradebook, "autumn")

    def grade(self, learner, question):
        with self.gradebook() as gradebook:
            grade = gradebook.find_grade(_name(question), LESSON, LESSON, learner)
            names = ("auto_score", "manual_score", "extra_credit", "score", "needs_manual_grade")
            return SimpleNamespace(**{name: getattr(grade, name) for name in names})

    def set(self, learner, name, **values):
        with self.gradebook() as gradebook:
            grade = gradebook.find_grade(name, LESSON, LESSON, learner)
            for field, value in values.items():
                setattr(grade, field, value)
            gradebook.db.commit()

    def notebook(self, learner):
        return self.root / "autograded" / learner / LESSON / f"{LESSON}.ipynb"

    def verdict(self, learner, question):
        cells = nbformat.read(self.notebook(learner), as_version=4).cells
        return next(cell for cell in cells if cell.id == _name(question)).outputs[0].data[VERDICT]

    def not_judged(self, learner):
        """What the notebook as a whole says of its questions."""
        return nbformat.read(self.notebook(learner), as_version=4).metadata.situ.get("not_judged")

    def everything(self):
        """All verdicts and all automatic marks."""
        with self.gradebook() as gradebook:
            marks = {
                (one.student.id, grade.name): (grade.auto_score, grade.needs_manual_grade)
                for one in gradebook.assignment_submissions(LESSON)
                for notebook in one.notebooks
                for grade in notebook.grades
            }
        learners = sorted({learner for learner, _name in marks})
        verdicts = {(name, asked): self.verdict(name, asked) for name in learners for asked in ("2.1", "2.2", "2.3")}
        return marks, verdicts, {name: self.not_judged(name) for name in learners}


def _name(question):
    return "q-" + question.replace(".", "-") if "." in question else question


def _hand_in(course, learner, book, code="", raw=None):
    folder = course.root / "submitted" / learner / LESSON
    shutil.copytree(course.root / "release" / LESSON, folder)
    file = folder / f"{LESSON}.ipynb"
    if code:
        notebook = nbformat.read(file, as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell(code))
        nbformat.write(notebook, file)
    if raw is not None:
        file.write_text(raw)
    for question, answer in book.items():
        AnswerBook(folder).save(question, answer, by="form", learner=learner)


def _mean(course, learner):
    return f"{course.made.case(learner, LESSON).data['amount'].mean():.1f}"


def _largest(course, learner):
    return f"{course.made.case(learner, LESSON).data['amount'].max():.1f}"


@pytest.fixture(scope="module")
def graded_once(memo_class_once, tmp_path_factory):
    root = tmp_path_factory.mktemp("rejudge") / "autumn"
    shutil.copytree(memo_class_once.root, root, symlinks=True)
    course = Course(root)
    nbgrader("generate_assignment", LESSON, folder=root)
    _hand_in(course, "right", {"2.1": _mean(course, "right"), "2.2": "1", "2.3": MEMO})
    largest = _largest(course, "slipped")
    _hand_in(course, "slipped", {"2.1": largest, "2.2": f"{12 * float(largest):.1f}"})
    _hand_in(course, "coding", {"2.1": "1"}, f'submit("2.1", {_largest(course, "coding")})')
    _hand_in(course, "raising", {"2.2": "much"}, 'submit("2.1", nobody)')
    _hand_in(course, "broken", {"2.1": _mean(course, "broken"), "2.3": MEMO}, raw="{")
    _hand_in(course, "lost", {})
    (root / "submitted" / "lost" / LESSON / "answers.json").write_text("{")
    nbgrader("autograde", LESSON, folder=root)
    return root


@pytest.fixture
def course(graded_once, tmp_path):
    shutil.copytree(graded_once, tmp_path / "autumn", symlinks=True)
    return Course(tmp_path / "autumn")


@pytest.fixture
def situ(monkeypatch, capsys, course):
    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["situ", "rejudge", str(course.root), LESSON, *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        return stop.value.code, captured.out, captured.err

    return run


def test_the_same_keys_change_nothing(course):
    before = course.everything()
    plan = course.plan()
    assert ((), (), 6) == (plan.changes, plan.failed, plan.submissions)
    assert () == course.rejudge().changes
    assert before == course.everything()


def test_a_changed_key_says_who_changes_by_how_much(course):
    course.edit(MEDIAN)
    found = {(one.learner, one.question): (one.before.points, one.after.points) for one in course.plan().changes}
    assert {
        ("right", "2.1"): (2.0, 0.0),
        ("slipped", "2.1"): (0.0, 2.0),
        ("coding", "2.1"): (0.0, 2.0),
        ("broken", "2.1"): (2.0, 0.0),
    } == found


def test_a_plan_writes_nothing(course):
    before = course.everything()
    course.edit(MEDIAN)
    course.plan()
    assert before == course.everything()


def test_judging_again_comes_to_what_grading_again_comes_to(course, tmp_path):
    course.edit(MEDIAN, NO_TRAP, ("12 * mean, 6", "13 * mean, 6"), ("{len(amount)} loans", "{len(amount)} of them"))
    shutil.copytree(course.root, tmp_path / "again", symlinks=True)
    course.rejudge()
    again = Course(tmp_path / "again")
    nbgrader("autograde", LESSON, "--force", folder=again.root)
    assert again.everything() == course.everything()


def test_no_code_runs(course, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", None)
    course.edit(MEDIAN)
    assert 4 == len(course.rejudge().changes)


def test_points_reach_gradebook_and_graded_notebook(course):
    course.edit(MEDIAN)
    course.rejudge()
    assert (2.0, False) == (course.grade("slipped", "2.1").score, course.grade("slipped", "2.1").needs_manual_grade)
    assert ("right", 2.0) == ((verdict := course.verdict("slipped", "2.1"))["state"], verdict["points"])


def test_a_question_that_follows_is_judged_on_the_learners_own_answer(course):
    course.edit(("12 * mean, 6", "13 * mean, 6"))
    changes = course.plan().changes
    assert [("slipped", "2.2")] == [(change.learner, change.question) for change in changes]


def test_another_message_is_a_change_without_points(course):
    course.edit(NO_TRAP)
    change = next(one for one in course.plan().changes if one.learner == "slipped")
    assert (0.0, "Divide by the loans." in change.after.message) == (change.gained, True)


def test_the_answer_stays_told_as_it_was_given(course):
    course.edit(MEDIAN)
    before = course.verdict("coding", "2.1")
    course.rejudge()
    after = course.verdict("coding", "2.1")
    told = ("answer", "words", "by", "saved", "cell", "form_held")
    assert [before[name] for name in told] == [after[name] for name in told]
    assert before["form_held"]


def test_a_manual_mark_counts_on_and_is_flagged_for_another_look(course):
    course.set("slipped", "q-2-1", manual_score=1.5, needs_manual_grade=False)
    course.edit(MEDIAN)
    change = next(one for one in course.rejudge().changes if one.learner == "slipped")
    assert (1.5, 0.0) == (change.kept, change.gained)
    grade = course.grade("slipped", "2.1")
    assert (2.0, 1.5, 1.5, True) == (grade.auto_score, grade.manual_score, grade.score, grade.needs_manual_grade)


def test_a_manual_mark_on_an_answer_that_stays_is_not_flagged(course):
    course.set("right", "q-2-2", manual_score=1.0, needs_manual_grade=False)
    course.edit(MEDIAN)
    course.rejudge()
    assert not course.grade("right", "2.2").needs_manual_grade


def test_extra_credit_comments_and_late_penalties_stay(course):
    course.set("slipped", "q-2-1", extra_credit=0.5)
    with course.gradebook() as gradebook:
        gradebook.find_submission_notebook(LESSON, LESSON, "slipped").late_submission_penalty = 1.0
        gradebook.find_comment(CRITERIA[0], LESSON, LESSON, "slipped").manual_comment = "Good."
        gradebook.db.commit()
    course.edit(MEDIAN)
    course.rejudge()
    with course.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook(LESSON, LESSON, "slipped")
        comment = gradebook.find_comment(CRITERIA[0], LESSON, LESSON, "slipped").comment
        assert (1.0, "Good.") == (notebook.late_submission_penalty, comment)
    assert 2.5 == course.grade("slipped", "2.1").score


def test_what_a_memo_has_to_say_is_renewed_and_its_marks_stay(course):
    course.set("right", CRITERIA[0], manual_score=4.0, needs_manual_grade=False)
    course.edit(("{len(amount)} loans", "{len(amount)} of them"))
    course.rejudge()
    assert any("of them" in line for line in course.verdict("right", "2.3")["required"])
    grade = course.grade("right", CRITERIA[0])
    assert (4.0, False) == (grade.manual_score, grade.needs_manual_grade)


def test_what_nobody_could_read_is_left_and_told(course):
    course.edit(MEDIAN)
    left = {(one.learner, one.question) for one in course.plan().left}
    assert {("lost", "2.1"), ("lost", "2.2"), ("lost", "2.3"), ("broken", "2.2")} <= left


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": 3}', '{"nbformat": 4}', "[" * 100_000, "\0"])
def test_a_graded_notebook_that_cannot_be_read_is_left_and_told(course, content):
    file = course.notebook("slipped")
    file.chmod(0o644)
    file.write_text(content)
    course.edit(MEDIAN)
    plan = course.plan()
    assert ["slipped"] == [one.learner for one in plan.left if not one.question]
    assert "slipped" not in {change.learner for change in plan.changes}


@pytest.mark.parametrize("put", ["nothing", "a link", "a folder"])
def test_a_graded_notebook_that_is_none_is_left_and_told(course, put):
    file = course.notebook("slipped")
    kept = file.rename(course.root / "kept.ipynb")
    if put == "a link":
        file.symlink_to(kept)
    elif put == "a folder":
        file.mkdir()
    assert ["slipped"] == [one.learner for one in course.plan().left if not one.question]


def test_a_forged_verdict_is_no_answer(course):
    file = course.notebook("slipped")
    notebook = nbformat.read(file, as_version=4)
    data = next(cell for cell in notebook.cells if cell.id == "q-2-1").outputs[0].data
    data[VERDICT] |= {"state": "perfect", "points": 1e300}
    file.chmod(0o644)
    nbformat.write(notebook, file)
    assert [("slipped", "2.1", "nothing is stored of it")] == [
        (one.learner, one.question, one.reason) for one in course.plan().left if one.learner == "slipped"
    ]


def test_a_key_that_raises_is_told_and_nothing_is_written_for_its_question(course):
    before = course.verdict("slipped", "2.2")
    course.edit(MEDIAN, RAISES)
    plan = course.plan()
    assert [("2.2", "ZeroDivisionError: division by zero")] == [(one.question, one.error) for one in plan.failed]
    course.rejudge()
    assert (before, 2.0) == (course.verdict("slipped", "2.2"), course.grade("slipped", "2.1").score)


def test_other_points_are_refused_with_what_to_do(course):
    course.edit(('"2.1", points=2', '"2.1", points=5'))
    with pytest.raises(ClassError, match=r"question 2\.1: 2 points, its key now says 5") as refused:
        course.plan()
    assert "nbgrader generate_assignment 02_memo --force" in str(refused.value)


def test_a_stop_between_gradebook_and_notebook_is_finished_by_a_second_call(course, monkeypatch):
    course.edit(MEDIAN)
    with monkeypatch.context() as patched:
        patched.setattr(rejudge_writing, "replacing", None)
        with pytest.raises(TypeError):
            course.rejudge()
    assert "broken" == course.plan().changes[0].learner
    course.rejudge()
    assert ((), 0.0) == (course.plan().changes, course.grade("broken", "2.1").auto_score)


def test_a_stop_and_the_old_key_again_puts_the_points_back(course, monkeypatch):
    course.edit(MEDIAN)
    with monkeypatch.context() as patched:
        patched.setattr(rejudge_writing, "replacing", None)
        with pytest.raises(TypeError):
            course.rejudge()
    course.edit(MEDIAN[::-1])
    course.rejudge()
    assert 2.0 == course.grade("broken", "2.1").auto_score


def test_what_was_graded_anew_since_is_not_overwritten(course):
    course.edit(MEDIAN)
    plan = course.plan()
    file = course.notebook("slipped")
    file.chmod(0o644)
    file.write_text(file.read_text() + "\n")
    written = write_rejudged(course.made, plan)
    assert [("slipped", "it was graded anew in the meantime; judge again")] == [
        (one.learner, one.reason) for one in written.left
    ]
    assert 0.0 == course.grade("slipped", "2.1").auto_score


def test_nothing_is_written_while_the_class_is_being_graded(course):
    course.edit(MEDIAN)
    with alone(course.root), pytest.raises(ClassError, match="nobody else to be grading"):
        course.rejudge()
    assert 0.0 == course.grade("slipped", "2.1").score


def test_a_key_that_failed_and_was_mended_gives_the_points_and_nobody_is_waited_for(course):
    data = {"state": "not judged", "points": 0.0, "message": "This answer could not be judged."}
    file = course.notebook("right")
    notebook = nbformat.read(file, as_version=4)
    next(cell for cell in notebook.cells if cell.id == "q-2-1").outputs[0].data[VERDICT] |= data
    notebook.metadata.situ["not_judged"] = ["2.1"]
    file.chmod(0o644)
    nbformat.write(notebook, file)
    course.set("right", "q-2-1", auto_score=0.0, needs_manual_grade=True)
    course.rejudge()
    grade = course.grade("right", "2.1")
    assert (2.0, False, []) == (grade.auto_score, grade.needs_manual_grade, course.not_judged("right"))


def test_a_graded_notebook_keeps_its_permissions(course):
    mode = course.notebook("slipped").stat().st_mode
    course.edit(MEDIAN)
    course.rejudge()
    assert mode == course.notebook("slipped").stat().st_mode


def test_only_one_learner_and_one_question(course):
    course.edit(MEDIAN, NO_TRAP)
    assert {"slipped"} == {change.learner for change in course.plan(learners=["slipped"]).changes}
    assert () == course.plan(questions=["2.2"]).changes


@pytest.mark.parametrize("only", [{"learners": ["nobody"]}, {"questions": ["9.9"]}])
def test_an_unknown_learner_or_question_is_refused(course, only):
    with pytest.raises(ClassError, match="Choose"):
        course.plan(**only)


def test_where_nobody_can_be_asked_nothing_is_written(course, situ):
    course.edit(MEDIAN)
    code, out, err = situ()
    assert (1, True, True) == (code, "wrong → right" in out, "give --yes" in err)
    assert 0.0 == course.grade("slipped", "2.1").score


def test_with_yes_it_is_written_and_says_what_is_next(course, situ):
    (course.root / "feedback" / "slipped" / LESSON).mkdir(parents=True)
    course.edit(MEDIAN)
    code, out, _ = situ("--yes", "--only", "slipped")
    assert (0, True) == (code, f"nbgrader generate_feedback {LESSON} --force" in out)
    assert 2.0 == course.grade("slipped", "2.1").score


@pytest.mark.parametrize(("answer", "points"), [(True, 2.0), (False, 0.0)])
def test_a_person_is_asked(course, situ, monkeypatch, answer, points):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda asked: answer)
    course.edit(MEDIAN)
    situ()
    assert points == course.grade("slipped", "2.1").score


def test_nothing_to_change_says_so(situ):
    code, out, _ = situ("--only", "slipped")
    assert (0, True) == (code, "nothing changes" in out)


def test_one_json_object_says_it_all(course, situ):
    course.edit(MEDIAN, RAISES)
    code, out, _ = situ("--json", "--yes")
    told = json.loads(out)
    assert (1, True, 0.0, 4) == (code, told["written"], told["points"], len(told["changes"]))
    assert ["2.2"] == [failed["question"] for failed in told["failed"]]


def test_before_grading_there_is_nothing_to_do(course, situ):
    shutil.rmtree(course.root / "autograded")
    code, _, err = situ()
    assert (3, True) == (code, f"nbgrader autograde {LESSON}" in err)
