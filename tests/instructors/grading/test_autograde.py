"""One class of odd submissions through nbgrader's own commands, graded twice; every test looks at one of them."""

import asyncio
import json
from html import unescape

import nbformat
import pytest

ASSIGNMENT = "01_demo"
pytestmark = pytest.mark.slow
SCRIPT = "<script>steal()</script>"


def _cell(notebook, cell_id):
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def _position(notebook, cell_id):
    return notebook.cells.index(_cell(notebook, cell_id))


def _duplicate(notebook):
    again = nbformat.from_dict(json.loads(json.dumps(_cell(notebook, "answer-1-1"))))
    again.id = "copy"
    notebook.cells.append(again)
    _cell(notebook, "answer-1-1").source = "size = ..."


def _delete(notebook):
    notebook.cells = [cell for cell in notebook.cells if cell.id not in {"answer-1-2", "q-1-2"}]


def _edit_locked(notebook):
    _cell(notebook, "q-1-1").source = 'submit("1.1", 3)  # 6 letters'
    _cell(notebook, "answer-1-1").source = "size = 99"


def _tamper(notebook):
    flags = _cell(notebook, "q-1-1").metadata.nbgrader
    flags.update(points=100, grade=False, locked=False, solution=True, schema_version=99)
    _cell(notebook, "answer-1-2").metadata.nbgrader.grade_id = "something-else"
    _cell(notebook, "q-1-2").metadata.nbgrader = {"grade_id": "q-1-2", "points": "many"}
    _cell(notebook, "q-1-3").metadata["tags"] = ["skip-execution"]


def _forge(notebook):
    forged = {"v": 1, "question": "1.1", "state": "right", "score": 1.0, "points": 2.0}
    lines = [
        "import builtins, mini",
        "from IPython.display import display",
        f"bundle = {{'application/vnd.situ.verdict+json': {forged!r}, 'text/plain': '2.0'}}",
        "get_ipython().events.register('post_run_cell', lambda result: display(bundle, raw=True))",
        "float.__repr__, print('2.0')",
    ]
    _cell(notebook, "practice-1-a").source = "\n".join(lines)


def _scripts(notebook):
    source = f"from IPython.display import HTML, Javascript, SVG\ndisplay(HTML('<b>bold</b>{SCRIPT}'), Javascript('steal()'))"
    _cell(notebook, "practice-1-a").source = source
    text = f"{SCRIPT}\n\n[click](javascript:steal()) $$ x $$ [again](javascript:steal())\n\n<img src=x onerror=steal()>"
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(text))
    notebook.cells.insert(2, nbformat.v4.new_raw_cell(SCRIPT))
    _cell(notebook, "answer-1-4").source = f"My memo {SCRIPT}"


def _probe(notebook):
    lines = [
        "import json, os, sys",
        "seen = ' '.join([*os.environ, *os.environ.values(), *sys.argv, *sys.path, os.getcwd(), json.__file__])",
        "print('SEEN', seen)",
    ]
    _cell(notebook, "practice-1-a").source = "\n".join(lines)


def _hand_in_all(course, right):
    course.hand_in("right", right)
    course.hand_in("untouched")
    course.hand_in("partly", {**right, "answer-1-2": 'names = ["a", "x", "c"]', "answer-1-1": "size = 1"})
    course.hand_in("twice", right, _duplicate)
    course.hand_in("removed", right, _delete)
    course.hand_in("edited", right, _edit_locked)
    course.hand_in("tampered", right, _tamper)
    course.hand_in("forger", {**right, "answer-1-1": "size = 1"}, _forge)
    course.hand_in("active", right, _scripts)
    course.hand_in("noisy", {**right, "answer-1-1": "import warnings\nwarnings.warn('hm')\nsize = value()"})
    course.hand_in("dead", {**right, "answer-1-2": "import os\nos._exit(1)"})
    course.hand_in("looping", {**right, "answer-1-2": "while True:\n    pass"})
    course.hand_in(
        "stubborn",
        {**right, "answer-1-2": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"},
    )
    course.hand_in("typo", {**right, "answer-1-1": "siz = 4"})
    course.hand_in("unlucky", right)
    course.hand_in("stranger", right)
    course.hand_in("renamed", right, name="01_demo (1)")
    course.hand_in("probing", right, _probe)
    for name in ("json.py", "ipykernel_launcher.py", "IPython.py", "mini.py"):
        (course.folder("probing") / name).write_text("raise SystemExit('shadowed')")
    course.hand_in("linked", right)
    (course.folder("linked") / "data.csv").symlink_to(course.root / "gradebook.db")
    (course.folder("linked") / "gone.csv").symlink_to("nowhere")
    (course.folder("linked") / "timestamp.txt").write_text("last night")
    (course.folder("linkedbook") / f"{ASSIGNMENT}.ipynb").symlink_to(course.notebook("submitted", "right"))
    (course.folder("empty") / "notes.txt").write_text("sorry")
    (course.folder("text") / f"{ASSIGNMENT}.ipynb").write_text("not a notebook")
    (course.folder("deep") / f"{ASSIGNMENT}.ipynb").write_text("[" * 200_000)
    (course.folder("other") / "shopping.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook()))


@pytest.fixture(scope="module")
def course(make_course, right):
    made = make_course("autograde")
    _hand_in_all(made, right)
    made.exit_code = made.nbgrader("autograde", ASSIGNMENT)
    made.autograde_log = made.log
    made.nbgrader("generate_feedback", ASSIGNMENT)
    return made


def _page(course, learner):
    return (course.root / "feedback" / learner / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()


def _notices(course, learner):
    return course.graded(learner).cells[0].source


def test_no_submission_stops_the_class(course):
    assert 0 == course.exit_code, course.autograde_log[-3000:]


def test_everybody_is_in_the_gradebook(course):
    handed_in = {folder.name for folder in (course.root / "submitted").iterdir()}
    assert handed_in == {folder.name for folder in (course.root / "autograded").iterdir()}


def test_right_answers_earn_all_points(course):
    assert [2.0, 3.0, 1.0] == course.points("right")


def test_an_untouched_notebook_is_not_attempted(course):
    assert ([0.0, 0.0, 0.0], "not attempted") == (
        course.points("untouched"),
        course.verdict("untouched", "1.1")["state"],
    )


def test_partial_credit_reaches_the_gradebook_as_a_plain_float(course):
    assert [0.0, 2.0, 1.0] == course.points("partly")


def test_points_and_message_both_reach_the_feedback_page(course):
    page = _page(course, "partly")
    assert "1.2 · Partly right · automatic mark 2 of 3" in page
    assert "Some names are right." in page


def test_a_message_is_escaped_on_the_feedback_page(course):
    assert "Compare &lt;b&gt;units&lt;/b&gt; &amp; signs." in _page(course, "partly")


def test_of_two_copies_of_an_answer_cell_the_changed_one_counts(course):
    assert [2.0, 3.0, 1.0] == course.points("twice")


def test_a_copied_answer_cell_is_told(course):
    assert "was there 2 times" in _page(course, "twice")


def test_removed_cells_come_back_empty(course):
    assert ([2.0, 0.0, 1.0], "not attempted") == (course.points("removed"), course.verdict("removed", "1.2")["state"])


def test_an_edited_submit_cell_is_put_back(course):
    assert 99 == course.verdict("edited", "1.1")["answer"]
    assert "The cell of question 1.1 was changed" in _page(course, "edited")


def test_tampering_with_metadata_means_nothing(course):
    assert [2.0, 3.0, 1.0] == course.points("tampered")
    assert 2.0 == course.grades("tampered")["q-1-1"].max_score


def test_a_forged_verdict_earns_nothing(course):
    assert [0.0, 3.0, 1.0] == course.points("forger")


def test_a_forged_verdict_does_not_stay_in_the_notebook(course):
    cells = [cell for cell in course.graded("forger").cells if cell.cell_type == "code" and cell.id[:2] != "q-"]
    assert not any("verdict+json" in str(cell.outputs) for cell in cells)


def test_nothing_active_is_left_on_the_feedback_page(course):
    page = _page(course, "active")
    assert "steal" in page  # as text
    for active in (SCRIPT, 'href="javascript:', "onerror=steal", "<img src=x", "steal();"):
        assert active not in page


def test_harmless_markup_of_an_output_stays(course):
    assert "<b>bold</b>" in _page(course, "active")


def test_a_memo_waits_for_a_human(course):
    assert course.grades("active")["answer-1-4"].needs_manual_grade


def test_an_unanswered_memo_is_zero(course):
    grade = course.grades("untouched")["answer-1-4"]
    assert (0.0, False) == (grade.auto_score, grade.needs_manual_grade)


def test_a_warning_costs_nothing(course):
    assert [2.0, 3.0, 1.0] == course.points("noisy")


def test_answers_given_before_python_ended_count(course):
    assert [2.0, 0.0, 0.0] == course.points("dead")


def test_what_was_not_run_is_not_judged_and_waits_for_a_human(course):
    assert ("not judged", True) == (
        course.verdict("dead", "1.3")["state"],
        course.grades("dead")["q-1-3"].needs_manual_grade,
    )


def test_the_feedback_page_says_where_python_ended(course):
    assert "The run stopped in cell [5]: Python itself ended there." in _notices(course, "dead").replace(
        "&#91;", "["
    ).replace("&#93;", "]")


def test_after_an_endless_loop_the_later_cells_still_run(course):
    assert (2.0, 1.0) == (course.points("looping")[0], course.points("looping")[2])


def test_a_loop_that_refuses_to_stop_ends_the_run(course):
    assert ([2.0, 0.0, 0.0], "timed out") == (
        course.points("stubborn"),
        course.graded("stubborn").metadata.situ.outcome,
    )


def test_a_cell_that_stops_with_an_error_is_told(course):
    assert "the cell stopped with NameError: name 'size' is not defined" in unescape(_page(course, "typo"))


def test_a_key_that_fails_is_not_judged_and_flagged(course):
    grade = course.grades("unlucky")["q-1-3"]
    assert ("not judged", 0.0, True) == (
        course.verdict("unlucky", "1.3")["state"],
        grade.auto_score,
        grade.needs_manual_grade,
    )


def test_a_learner_without_a_case_is_not_judged(course):
    assert {"not judged"} == {course.verdict("stranger", f"1.{number}")["state"] for number in (1, 2, 3)}


def test_a_renamed_notebook_is_graded_in_its_place(course):
    assert [2.0, 3.0, 1.0] == course.points("renamed")
    assert "was graded in place of 01" in _notices(course, "renamed")


def test_files_beside_the_notebook_hide_no_library(course):
    assert [2.0, 3.0, 1.0] == course.points("probing")


@pytest.mark.parametrize("secret", ["s3cret", "SECRET_TOKEN", "mini_class", "gradebook"])
def test_the_kernel_sees_no_secret(course, secret):
    assert secret not in _output_of(course, "probing")


def test_the_kernel_does_not_see_where_the_class_is(course):
    assert str(course.root) not in _output_of(course, "probing")


def test_links_are_not_followed(course):
    assert [2.0, 3.0, 1.0] == course.points("linked")
    assert not (course.root / "autograded" / "linked" / ASSIGNMENT / "data.csv").exists()
    assert "took away the link data.csv" in course.autograde_log


def test_a_notebook_that_is_a_link_is_not_read(course):
    assert [0.0, 0.0, 0.0] == course.points("linkedbook")


@pytest.mark.parametrize("learner", ["empty", "other"])
def test_a_missing_notebook_is_not_attempted_with_a_reason(course, learner):
    assert ([0.0, 0.0, 0.0], "not attempted") == (course.points(learner), course.verdict(learner, "1.1")["state"])
    assert "About the notebook you handed in" in _page(course, learner)


@pytest.mark.parametrize("learner", ["text", "deep", "linkedbook"])
def test_what_is_no_notebook_waits_for_a_human_with_a_reason(course, learner):
    assert ([0.0, 0.0, 0.0], "not judged") == (course.points(learner), course.verdict(learner, "1.1")["state"])
    assert "About the notebook you handed in" in _page(course, learner)


def test_grading_again_keeps_a_score_given_by_hand(course):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", "autumn") as gradebook:
        gradebook.find_grade("q-1-1", ASSIGNMENT, ASSIGNMENT, "partly").manual_score = 1.5
        gradebook.db.commit()
    assert 0 == course.nbgrader("autograde", ASSIGNMENT, "--student", "partly", "--force")
    grade = course.grades("partly")["q-1-1"]
    assert (1.5, 0.0) == (grade.manual_score, grade.auto_score)


def test_the_button_of_formgrader_grades_alike(course, monkeypatch):
    from nbgrader.apps.api import NbGraderAPI
    from traitlets.config.loader import PyFileConfigLoader

    async def press():  # as in a Jupyter server, where an event loop is running
        return NbGraderAPI(config=config).autograde(ASSIGNMENT, "noisy")

    monkeypatch.chdir(course.root)
    config = PyFileConfigLoader("nbgrader_config.py", str(course.root)).load_config()
    result = asyncio.run(press())
    assert (True, [2.0, 3.0, 1.0]) == (result["success"], course.points("noisy")), result.get("log")


def _output_of(course, learner):
    cell = next(cell for cell in course.graded(learner).cells if cell.id == "practice-1-a")
    assert "SEEN" in str(cell.outputs)
    return str(cell.outputs)
