"""One class, attacked in every way we know, graded once through the real pipeline; every test looks at one trace of one attack."""

import csv
import re
from pathlib import Path

import pytest

from graders.content import load_module

attack = load_module(Path(__file__).with_name("attack.py"))
arena = load_module(Path(__file__).with_name("arena.py"))
suite = load_module(Path(__file__).with_name("suite.py"))
on_humans = load_module(Path(__file__).with_name("on_humans.py"))

pytestmark = pytest.mark.slow
ATTACKS = suite.ATTACKS
GRADED = [each for each in ATTACKS if each.outcome != "refused"]
REFUSED = [each for each in ATTACKS if each.outcome == "refused"]
HONEST = arena.HONEST
SETTLED = {"graded", "repaired", "missing notebook", "another's work"}


def by_name(attacks):
    return [pytest.param(each, id=each.name) for each in attacks]


# What each attacker got.


@pytest.mark.parametrize("each", by_name(GRADED))
def test_points_are_what_was_honestly_earned(attacked, each):
    assert each.earned == attacked.points_of(each.student)


@pytest.mark.parametrize("each", by_name(ATTACKS))
def test_the_outcome_is_one_word(attacked, each):
    assert each.outcome == attacked.outcome_of(each.student).get("outcome"), attacked.outcome_of(each.student)


@pytest.mark.parametrize("each", by_name([each for each in GRADED if each.told]))
def test_the_learner_is_told(attacked, each):
    assert each.told in plain(attacked.notices(each.student))


@pytest.mark.parametrize("each", by_name(GRADED))
def test_the_instructor_is_told_what_to_do(attacked, each):
    found = attacked.outcome_of(each.student)
    assert found["to_do"]
    assert each.outcome in SETTLED or found["waits"] or "Interrupted" in each.told or each.earned == attack.ALL


@pytest.mark.parametrize("each", by_name(REFUSED))
def test_a_folder_that_is_nobodys_is_graded_as_nobodys(attacked, each):
    assert not attacked.graded_file(each.student).exists()
    assert [] == attacked.rows_of(each.student)


# What each attacker reached.


@pytest.mark.parametrize("each", by_name(GRADED))
def test_nothing_worked_that_should_not(attacked, each):
    assert [] == re.findall(r"^ESCAPED.*", attacked.printed(each.student), re.MULTILINE)


@pytest.mark.parametrize("each", by_name(GRADED))
def test_nothing_secret_was_seen(attacked, each):
    seen = attacked.printed(each.student) + attacked.page(each.student).read_text()
    sources = attacked.graded_file(each.student).read_text()
    assert [] == [name for name, loot in attack.LOOT.items() if loot in seen and loot not in sources]


def test_nobody_outside_heard_anything(attacked):
    assert [] == attacked.listener.heard


def test_no_trace_is_left_on_the_machine(attacked):
    assert [] == attacked.traces()


def test_no_process_is_left(attacked):
    assert [] == attacked.after["processes"]


def test_no_temporary_file_is_left(attacked):
    assert [] == attacked.after["temporary"]


def test_the_graders_home_is_as_it_was(attacked):
    assert attacked.before["home"] == attacked.after["home"]


def test_the_class_folder_is_as_it_was(attacked):
    assert attacked.before["class"] == attacked.after["class"]


# What everybody else got.


@pytest.mark.parametrize("learner", HONEST)
def test_an_honest_learner_has_exactly_the_points_earned(attacked, learner):
    assert attack.ALL == attacked.points_of(learner)
    assert "graded" == attacked.outcome_of(learner)["outcome"]


@pytest.mark.parametrize("learner", HONEST)
def test_an_honest_learner_is_told_nothing(attacked, learner):
    assert "" == attacked.notices(learner)


def test_what_was_handed_in_honestly_is_as_it_was(attacked):
    assert attacked.before["honest"] == attacked.after["honest"]


def test_a_mark_given_before_is_as_it_was(attacked):
    assert attacked.before["early bird"] == attacked.after["early bird"] != []


def test_nobody_has_extra_credit_or_a_mark_by_hand(attacked):
    with attacked.gradebook() as gradebook:
        marked = [
            submission.student.id
            for submission in gradebook.assignment_submissions(attack.ASSIGNMENT)
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.extra_credit or grade.manual_score is not None
        ]
    assert [arena.EARLIER] == marked


def test_the_class_was_finished_and_needs_a_human(attacked):
    handed_in = len(ATTACKS) + len(HONEST) + 1
    assert (1, handed_in) == (attacked.code, len(attacked.outcomes["learners"]))


def test_the_machine_sealed_every_submission(attacked, sealing):
    assert str(sealing) == attacked.outcomes["sealed"]


# What people see.


def test_the_feedback_of_all_was_made(attacked):
    assert 0 == attacked.feedback.returncode, attacked.feedback.stderr[-2000:]


def test_an_export_holds_no_formula_and_no_forged_row(attacked):
    attacked.nbgrader("export")
    with (attacked.root / "grades.csv").open(newline="") as stream:
        rows = list(csv.reader(stream))
    known = {"assignment", attack.ASSIGNMENT}
    assert [] == [row for row in rows if len(row) != len(rows[0]) or row[0] not in known]
    assert [] == [value for row in rows for value in row if re.match(r"[=+\-@\t\r]", value)]


def test_a_report_shows_no_code_for_the_terminal(attacked):
    shown = attacked.run("report", ".", attack.ASSIGNMENT)
    assert shown.returncode == 1, shown.stderr[-2000:]
    assert [] == re.findall(r"[\x00-\x08\x0b-\x1f\x7f\x9b]", shown.stdout)


def test_what_is_graded_says_nothing_to_the_terminal(attacked):
    shown = attacked.run("grade", ".", attack.ASSIGNMENT)
    assert [] == re.findall(r"[\x00-\x08\x0b-\x1f\x7f\x9b]", shown.stdout + shown.stderr)


@pytest.mark.browser
def test_the_canary_sings_on_a_page_that_nobody_cleaned(canary_at, tmp_path):
    page = tmp_path / "page.html"
    staying = on_humans.ACTIVE.replace("{port}", "9").replace('"refresh"', '"x"')
    page.write_text(f"<body>{on_humans.COVER}{on_humans.LINKS}{staying}</body>")
    did = "\n".join(canary_at("file:///").open(page.as_uri()))
    assert [] == [each for each in ("ran a script", "asked", "onerror", "covers", "A href=/") if each not in did], did


@pytest.mark.browser
def test_the_canary_sings_on_a_page_that_leads_away(canary_at, tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<meta http-equiv="refresh" content="0; url=http://127.0.0.1:9/hit">')
    assert [] != canary_at("file:///").open(page.as_uri())


@pytest.fixture(scope="module")
def feedback(attacked, canary_at):
    return canary_at(f"file://{attacked.root}")


@pytest.mark.browser
@pytest.mark.parametrize("each", by_name(GRADED))
def test_a_feedback_page_does_nothing(attacked, feedback, each):
    usual = set(feedback.open(attacked.page(HONEST[0]).as_uri()))
    assert set() == set(feedback.open(attacked.page(each.student).as_uri())) - usual


@pytest.fixture(scope="module")
def formgrader_page(attacked, formgrader, canary_at):
    canary = canary_at(formgrader)
    canary.open(f"{formgrader}/tree?token=for-this-test-alone")
    usual = set(canary.open(submission_address(attacked, formgrader, HONEST[0])))
    return lambda address: set(canary.open(address)) - usual


def submission_address(attacked, formgrader, learner):
    with attacked.gradebook() as gradebook:
        held = gradebook.find_submission_notebook(attack.ASSIGNMENT, attack.ASSIGNMENT, learner)
        return f"{formgrader}/formgrader/submissions/{held.id}/"


@pytest.mark.browser
@pytest.mark.parametrize("each", by_name(GRADED))
def test_a_formgrader_page_does_nothing(attacked, formgrader, formgrader_page, each):
    assert set() == formgrader_page(submission_address(attacked, formgrader, each.student))


@pytest.mark.browser
@pytest.mark.parametrize(
    "path",
    [
        "manage_assignments",
        "manage_submissions/01_mini",
        "manage_students",
        "gradebook",
        "gradebook/01_mini",
        "gradebook/01_mini/01_mini",
        "manage_students/names-with-markup",
        "manage_students/names-with-markup/01_mini",
        "manage_students/%22;window.__hit=1;%22",
        "manage_students/%3Cimg%20src=x%20onerror=window.__hit=1%3E",
        "gradebook/%22;window.__hit=1;%22/01_mini",
    ],
)
def test_a_list_of_formgrader_does_nothing(formgrader, formgrader_page, path):
    assert set() == formgrader_page(f"{formgrader}/formgrader/{path}")


def plain(html):
    text = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), html)
    return re.sub(r"<[^>]+>", "", text)
