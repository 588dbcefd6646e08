"""A memo with a rubric, and a question that follows another, through nbgrader's own commands: from release to feedback."""

import csv
import json
import shutil
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.api import Gradebook

from graders.answerbook import AnswerBook, read_book
from graders.desk.standing import lesson_progress
from graders.desk.wording import overview
from graders.feedback import find_feedback
from graders.lesson import find_lesson
from instructors import report
from instructors.lab import learner_folder, learner_settings, write_files
from instructors.nbgrader_command import nbgrader

LESSON = "02_memo"
MEMO = "The mean says <b>nothing</b> of the largest loan.\n\nLook at that one alone, please."
CRITERIA = ["criterion-2-3-facts", "criterion-2-3-limits", "criterion-2-3-writing"]
VERDICT = "application/vnd.situ.verdict+json"
pytestmark = pytest.mark.slow


class Course:
    """A class of the lesson, and the means to hand in, to grade and to mark."""

    def __init__(self, made):
        self.made, self.root = made, made.root
        nbgrader("generate_assignment", LESSON, folder=self.root)

    def hand_in(self, learner, book, edit=lambda notebook: None, raw=None):
        folder = self.root / "submitted" / learner / LESSON
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.root / "release" / LESSON, folder)
        file = folder / f"{LESSON}.ipynb"
        notebook = nbformat.read(file, as_version=4)
        edit(notebook)
        file.write_text(nbformat.writes(notebook) if raw is None else raw)
        for question, answer in book.items():
            AnswerBook(folder).save(question, answer, by="form", learner=learner)

    def fetch_and_submit(self, learner, book):
        """Hand in through the exchange, with nbgrader's own commands."""
        nbgrader("release_assignment", LESSON, folder=self.root)
        write_files(learner_settings(self.made, learner))
        nbgrader("fetch_assignment", LESSON, folder=learner_folder(self.made, learner))
        for question, answer in book.items():
            AnswerBook(self.desk(learner)).save(question, answer, by="form", learner=learner)
        nbgrader("submit", LESSON, folder=learner_folder(self.made, learner))
        nbgrader("collect", LESSON, folder=self.root)

    def desk(self, learner):
        return learner_folder(self.made, learner) / LESSON

    def autograde(self, *more):
        return nbgrader("autograde", LESSON, *more, folder=self.root)

    def mark(self, learner, *points, comment=""):
        with self.gradebook() as gradebook:
            for name, given in zip(CRITERIA, points, strict=True):
                grade = gradebook.find_grade(name, LESSON, LESSON, learner)
                grade.manual_score, grade.needs_manual_grade = given, False
                gradebook.find_comment(name, LESSON, LESSON, learner).manual_comment = comment
            gradebook.db.commit()

    def grades(self, learner):
        names = ("auto_score", "manual_score", "score", "max_score", "needs_manual_grade")
        with self.gradebook() as gradebook:
            notebook = gradebook.find_submission_notebook(LESSON, LESSON, learner)
            return {
                grade.name: SimpleNamespace(**{name: getattr(grade, name) for name in names})
                for grade in notebook.grades
            }

    def waiting(self, learner):
        return sorted(name for name, grade in self.grades(learner).items() if grade.needs_manual_grade)

    def gradebook(self):
        return Gradebook(self.made.gradebook, "autumn")

    def verdict(self, learner, question):
        notebook = nbformat.read(self.root / "autograded" / learner / LESSON / f"{LESSON}.ipynb", as_version=4)
        cell = next(cell for cell in notebook.cells if cell.id == "q-" + question.replace(".", "-"))
        return cell.outputs[0].data[VERDICT]

    def feedback(self, learner):
        """Make the feedback on one learner, fetch it, and return the lesson's folder."""
        nbgrader("generate_feedback", LESSON, "--student", learner, "--force", folder=self.root)
        folder = self.root / "learners" / learner / LESSON
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.root / "submitted" / learner / LESSON, folder)
        shutil.copytree(
            self.root / "feedback" / learner / LESSON, folder / "feedback" / "2026-11-22 10:42:00.123456 UTC"
        )
        return folder

    def told(self, learner):
        """What the learner's desk says after the feedback was fetched."""
        return told_in(self.feedback(learner))

    def result(self, learner):
        return report.results(self.made, LESSON, [learner])[0].questions[2]


def told_in(folder):
    """What the desk says in a lesson's folder."""
    found = find_feedback(folder, LESSON)
    return overview(lesson_progress(find_lesson(folder), read_book(folder / "answers.json"), {}, found)).text


def tampered(notebook):
    """Delete a criterion, edit another, double and turn a third into code with points of its own."""
    cells = {cell.id: cell for cell in notebook.cells}
    notebook.cells.remove(cells[CRITERIA[0]])
    cells[CRITERIA[1]].source = "**I deserve 4.** <script>alert(1)</script>"
    cells[CRITERIA[2]].metadata["nbgrader"]["points"] = 100
    cells[CRITERIA[2]].update(cell_type="code", outputs=[], execution_count=None)
    twin = nbformat.from_dict(json.loads(json.dumps(cells[CRITERIA[2]])))
    twin["id"] = "twin"
    notebook.cells.append(twin)
    flags = {"grade_id": "criterion-2-3-mine", "task": True, "grade": False, "solution": False, "locked": True}
    own = nbformat.v4.new_markdown_cell("mine", metadata={"nbgrader": {**flags, "schema_version": 3, "points": 50}})
    notebook.cells.append(own)


@pytest.fixture(scope="module")
def course(memo_class_once, tmp_path_factory):
    from instructors.classes import open_class

    root = tmp_path_factory.mktemp("graded") / "autumn"
    shutil.copytree(memo_class_once.root, root, symlinks=True)
    made = Course(open_class(root))
    case = made.made.case("follows", LESSON)
    largest = case.data["amount"].max()
    made.hand_in("ana", {"2.3": MEMO})
    made.hand_in("again", {"2.3": MEMO})
    made.hand_in("changes", {"2.3": MEMO})
    made.hand_in("late", {})
    made.hand_in("blank", {"2.1": "1"})
    made.hand_in("short", {"2.3": "Too few words."})
    made.hand_in("long", {"2.3": "many words " * 100})
    made.hand_in("wordy", {"2.3": "many words " * 100})
    made.hand_in("untouched", {"2.1": "1"})
    made.hand_in("curious", {"2.3": MEMO}, tampered)
    made.hand_in("broken", {"2.3": MEMO}, raw="{")
    made.hand_in("follows", {"2.1": f"{largest:.1f}", "2.2": f"{12 * largest:.1f}"})
    made.hand_in("junk", {"2.1": [[{"a": "a lot"}]], "2.2": "10"})
    made.hand_in("lost", {})
    (made.root / "submitted" / "lost" / LESSON / "answers.json").write_text("{")
    made.fetch_and_submit("exchanging", {"2.3": MEMO})
    made.before_feedback = told_in(made.desk("exchanging"))
    made.first = made.autograde()
    return made


def test_the_memo_counts_once_with_the_points_of_its_criteria(course):
    with course.gradebook() as gradebook:
        assert (16.0, 12.0) == ((found := gradebook.find_assignment(LESSON)).max_score, found.max_task_score)


def test_the_release_shows_the_rubric_before_and_a_locked_cell_a_criterion_after(course):
    notebook = nbformat.read(course.root / "release" / LESSON / f"{LESSON}.ipynb", as_version=4)
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    assert ["q-2-1", "q-2-2", "q-2-3", *CRITERIA] == [name for name in ids if name]
    assert all(not cell.metadata.get("editable", True) for cell in notebook.cells if cell.cell_type == "markdown")


def test_nothing_a_marker_looks_for_is_released(course):
    released = [file.read_bytes() for file in (course.root / "release" / LESSON).iterdir()]
    delivered = (course.made.root / "delivery" / "autumn.situ").read_bytes()
    assert not any(b"not seen in the mean" in content for content in [*released, delivered])
    assert b"rubric_2" not in delivered


def test_an_untouched_lesson_is_no_success_when_it_is_validated(course, monkeypatch):
    folder = course.root / "learners" / "nobody"
    shutil.copytree(course.root / "release" / LESSON, folder / LESSON)
    shutil.copy(course.made.delivery_file, folder)
    monkeypatch.setenv("SITU_LEARNER", "nobody")
    monkeypatch.setenv("SITU_CONFIG", str(course.root / "config"))
    said = nbgrader("validate", f"{LESSON}/{LESSON}.ipynb", folder=folder, check=False).output
    assert "VALIDATION FAILED ON 3 CELL(S)" in said.replace("\n", " ")


def test_a_memo_that_was_handed_in_waits_criterion_by_criterion(course):
    assert CRITERIA == course.waiting("ana")
    assert [None, None, None] == [course.grades("ana")[name].auto_score for name in CRITERIA]


def test_the_memos_own_cell_carries_no_points_and_waits_for_nobody(course):
    grade = course.grades("ana")["q-2-3"]
    assert (0.0, 0.0, False) == (grade.max_score, grade.score, grade.needs_manual_grade)


def test_whoever_marks_sees_the_text_and_what_it_has_to_say_on_this_case(course):
    verdict, case = course.verdict("ana", "2.3"), course.made.case("ana", LESSON)
    assert (12.0, True, MEMO) == (verdict["max_points"], verdict["waits"], verdict["answer"])
    assert f"The mean amount is {case.data['amount'].mean():,.0f} EUR, over 40 loans." == verdict["required"][0]


def test_a_blank_memo_earns_nothing_and_waits_for_nobody(course):
    assert ([], [0.0, 0.0, 0.0]) == (
        course.waiting("blank"),
        [course.grades("blank")[name].auto_score for name in CRITERIA],
    )
    assert ("not attempted", []) == (
        course.verdict("blank", "2.3")["state"],
        course.verdict("blank", "2.3")["required"],
    )


@pytest.mark.parametrize(("learner", "told"), [("short", "At least 10 words"), ("long", "At most 120 words")])
def test_a_memo_of_another_length_waits_for_a_person_too_and_says_why(course, learner, told):
    assert CRITERIA == course.waiting(learner)
    assert (True, True) == ((verdict := course.verdict(learner, "2.3"))["waits"], told in verdict["message"])


def test_what_a_learner_does_to_the_criteria_is_put_back(course):
    notebook = nbformat.read(course.root / "autograded" / "curious" / LESSON / f"{LESSON}.ipynb", as_version=4)
    released = nbformat.read(course.root / "release" / LESSON / f"{LESSON}.ipynb", as_version=4)
    kept = [(cell.id, cell.cell_type, cell.source) for cell in notebook.cells if "task" in str(cell.metadata)]
    assert [(cell.id, "markdown", cell.source) for cell in released.cells if cell.id in CRITERIA] == [
        cell for cell in kept if cell[0].startswith("criterion")
    ]
    assert [6.0, 4.0, 2.0] == [course.grades("curious")[name].max_score for name in CRITERIA]


def test_what_was_put_back_is_told_by_its_name(course):
    notices = report.results(course.made, LESSON, ["curious"])[0].notices
    assert any("2.3 facts" in notice for notice in notices)


@pytest.mark.parametrize("learner", ["broken", "lost"])
def test_a_memo_in_a_broken_file_waits_for_a_person(course, learner):
    assert set(CRITERIA) <= set(course.waiting(learner))


def test_after_a_wrong_answer_a_consistent_one_earns_its_points(course):
    grades = course.grades("follows")
    assert (0.0, 2.0) == (grades["q-2-1"].score, grades["q-2-2"].score)


def test_an_earlier_answer_that_is_no_data_stops_nobody(course):
    assert ("malformed", "wrong") == tuple(course.verdict("junk", asked)["state"] for asked in ("2.1", "2.2"))


def test_marks_and_comments_reach_the_learners_desk(course):
    course.mark("ana", 4.0, 3.0, 1.5, comment="Say over *which* loans.")
    told = course.told("ana")
    assert "8.5 of 12 · Marked by your instructor" in told
    assert "Facts and units: 4 of 6. Your instructor writes: Say over which loans." in told
    assert "8.5 of 16 points." in told


def test_from_fetch_to_feedback_through_the_exchange(course):
    course.mark("exchanging", 2.0, 2.0, 1.0, comment="Through the exchange.")
    nbgrader("generate_feedback", LESSON, "--student", "exchanging", folder=course.root)
    nbgrader("release_feedback", LESSON, "--student", "exchanging", folder=course.root)
    nbgrader("fetch_feedback", LESSON, folder=learner_folder(course.made, "exchanging"))
    told = told_in(course.desk("exchanging"))
    assert "12 · Recorded" in course.before_feedback
    assert "5 of 12 · Marked by your instructor" in told
    assert "Writing: 1 of 2. Your instructor writes: Through the exchange." in told


def test_the_feedback_page_says_marked_and_shows_what_it_had_to_say(course):
    course.mark("ana", 4.0, 3.0, 1.5)
    page = next(course.feedback("ana").glob("feedback/*/*.html")).read_text()
    assert "2.3 · Marked by your instructor · 8.5 of 12" in page
    assert not any(
        told in page for told in ("Waiting for your instructor", "For the person who marks", "reads it and gives")
    )
    assert "What a memo on this case had to say" in page
    assert "&lt;b&gt;nothing&lt;/b&gt;" in page


def test_making_feedback_warns_of_nothing_that_is_ours(course):
    said = nbgrader("generate_feedback", LESSON, "--student", "ana", "--force", folder=course.root).output
    assert not [line for line in said.splitlines() if "TellMarks" in line or "Alternative text" in line]


def test_feedback_before_the_marking_calls_nothing_a_mark(course):
    told = course.told("long")
    assert "12 · Waiting for your instructor" in told
    assert "Marked by" not in told
    page = (course.root / "feedback" / "long" / LESSON / f"{LESSON}.html").read_text()
    assert ("Waiting for your instructor" in page, "not seen in the mean" in page) == (True, False)


def test_a_memo_that_is_too_short_tells_nobody_the_required_points(course):
    folder = course.feedback("short")
    page = next(folder.glob("feedback/*/*.html")).read_text()
    assert ("2.3 · Waiting for your instructor · 12 points at most" in page, "At least 10 words" in page) == (
        True,
        True,
    )
    assert not any(
        told in text
        for told in ("not seen in the mean", "For the person who marks")
        for text in (page, told_in(folder))
    )


def test_a_memo_that_is_too_long_once_marked_says_so(course):
    course.mark("wordy", 4.0, 3.0, 1.0)
    page = next(course.feedback("wordy").glob("feedback/*/*.html")).read_text()
    assert ("2.3 · Marked by your instructor · 8 of 12" in page, "At most 120 words" in page) == (True, True)
    assert "2.3 · Could not be read" not in page
    assert "not seen in the mean" in page


def test_a_blank_memo_is_called_marked_only_where_somebody_gave_it_points(course):
    page = next(course.feedback("untouched").glob("feedback/*/*.html")).read_text()
    assert ("2.3 · Not attempted" in page, "Marked by your instructor" in page) == (True, False)
    course.mark("untouched", 1.0, 1.0, 1.0)
    page = next(course.feedback("untouched").glob("feedback/*/*.html")).read_text()
    assert "2.3 · Marked by your instructor · 3 of 12" in page


def test_a_memo_in_a_broken_file_once_marked_says_so(course):
    course.mark("broken", 4.0, 3.0, 1.0)
    page = next(course.feedback("broken").glob("feedback/*/*.html")).read_text()
    assert "2.3 · Marked by your instructor · 8 of 12" in page


def test_a_report_gives_the_memo_its_points_and_its_criteria(course):
    course.mark("ana", 4.0, 3.0, 1.5, comment="Good.")
    result = course.result("ana")
    assert (8.5, 12.0, False) == (result.points, result.out_of, result.waits)
    assert [("facts", 4.0, 6.0, "Good."), ("limits", 3.0, 4.0, "Good."), ("writing", 1.5, 2.0, "Good.")] == [
        (one.id, one.points, one.out_of, one.comment) for one in result.criteria
    ]


def test_a_report_says_who_waits(course):
    assert (True, False) == (course.result("short").waits, course.result("blank").waits)


def test_an_export_counts_the_criteria(course):
    course.mark("ana", 4.0, 3.0, 1.5)
    nbgrader("export", "--to", "grades.csv", folder=course.root)
    with (course.root / "grades.csv").open() as stream:
        rows = {row["student_id"]: row for row in csv.DictReader(stream)}
    assert (8.5, 16.0) == (float(rows["ana"]["score"]), float(rows["ana"]["max_score"]))


def test_grading_again_keeps_marks_and_asks_for_nothing_that_was_marked(course):
    course.mark("again", 6.0, 0.0, 2.0, comment="Kept.")
    course.autograde("--student", "again", "--force")
    grades = course.grades("again")
    assert [6.0, 0.0, 2.0] == [grades[name].score for name in CRITERIA]
    assert ([], "Kept.") == (course.waiting("again"), course.result("again").criteria[0].comment)


def test_a_memo_that_changed_after_it_was_marked_waits_again_with_its_marks(course):
    course.mark("changes", 6.0, 4.0, 2.0)
    course.hand_in("changes", {"2.3": MEMO + " And more."})
    course.autograde("--student", "changes", "--force")
    assert (CRITERIA, 12.0) == (course.waiting("changes"), course.result("changes").points)


def test_a_memo_handed_in_after_a_blank_one_waits(course):
    assert [] == course.waiting("late")
    course.hand_in("late", {"2.3": MEMO})
    course.autograde("--student", "late", "--force")
    assert (CRITERIA, None) == (course.waiting("late"), course.grades("late")[CRITERIA[0]].auto_score)


def test_points_for_a_memo_that_came_on_paper_stay(course):
    course.mark("blank", 1.0, 1.0, 1.0)
    course.autograde("--student", "blank", "--force")
    assert ([], 3.0) == (course.waiting("blank"), course.result("blank").points)


def test_the_rest_of_the_class_is_graded_without_a_failure(course):
    assert 0 == course.first.code
