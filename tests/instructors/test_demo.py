"""One class from making it to feedback, with real nbgrader: what `make demo` shows must be true."""

import subprocess
import sys

import pytest

from instructors import cli, report
from instructors import demo as demonstration
from instructors.cast import LEARNERS
from instructors.demo import run_demo, steps_in_all
from instructors.nbgrader_command import nbgrader

pytestmark = pytest.mark.slow

ASSIGNMENT = "01_log_odds"


@pytest.fixture(scope="module")
def steps():
    return []


@pytest.fixture(scope="module")
def demo(tmp_path_factory, steps):
    return run_demo(tmp_path_factory.mktemp("demo") / "class", lambda name, done: steps.append(done))


@pytest.fixture(scope="module")
def found(demo):
    return {
        item.learner: item for item in report.results(demo.made, ASSIGNMENT, [profile.name for profile in LEARNERS])
    }


def states(result):
    return [question.state for question in result.questions]


def feedback(demo, learner):
    return (demo.made.root / "feedback" / learner / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()


def test_each_submission_is_graded_and_has_its_outcome(demo):
    expected = {"graded": 8, "repaired": 1, "kernel killed": 1, "broken notebook": 1}
    assert expected == demo.graded[ASSIGNMENT].counts


def test_the_progress_bar_ends_full(demo, steps):
    assert steps_in_all() == sum(steps)


def test_whoever_compares_two_demos_is_told_why_their_numbers_differ(demo, monkeypatch, capsys):
    monkeypatch.setattr(demonstration, "run_demo", lambda *_: demo)
    monkeypatch.setattr("sys.argv", ["situ", "demo", str(demo.made.root)])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert (None, True) == (stop.value.code or None, "drawn anew" in capsys.readouterr().out)


@pytest.mark.parametrize("learner", ["amelie", "benoit"])
def test_right_answers_earn_all_points_in_any_spelling(found, learner):
    assert 20 == found[learner].points


def test_rearranged_cells_cost_nothing_and_are_told(found):
    assert 20 == found["karim"].points
    assert found["karim"].notices


@pytest.mark.parametrize(
    "profile", [profile for profile in LEARNERS if profile.slips], ids=lambda profile: profile.name
)
def test_every_misconception_is_recognised_and_costs_points(found, profile):
    slipped = [question for question in found[profile.name].questions if question.question in profile.slips]
    assert all(question.trap and question.points < question.out_of for question in slipped)


def test_an_answer_that_cannot_be_read_says_so(found):
    assert "malformed" == found["farid"].questions[3].state


def test_what_was_left_blank_is_not_attempted(found):
    assert ["not attempted"] * 4 == states(found["gaelle"])[4:]


def test_the_absent_have_no_submission(found):
    assert not found["ines"].handed_in


def test_a_broken_notebook_costs_no_answer_that_was_given_by_form(found):
    assert (17, ["right"] * 7) == (found["jonas"].points, states(found["jonas"])[:7])


def test_what_a_broken_notebook_may_have_held_waits_for_a_human_with_a_reason(found):
    assert ("not judged", True) == (states(found["jonas"])[7], found["jonas"].questions[7].waits)
    assert found["jonas"].notices


def test_an_attack_costs_only_the_answers_it_was_put_in_the_place_of(found):
    assert ("malformed", "not attempted", "malformed") == tuple(states(found["lena"])[place] for place in (1, 2, 7))
    assert 12 == found["lena"].points


def test_answers_say_how_they_came(found):
    assert ({"form"}, {"code"}) == tuple({q.by for q in found[name].questions} for name in ("amelie", "benoit"))


def test_where_code_and_form_differ_the_code_counts_and_the_page_says_so(demo, found):
    assert ("right", "code") == (found["gaelle"].questions[1].state, found["gaelle"].questions[1].by)
    assert "The form held another answer: " in feedback(demo, "gaelle")


def test_no_solution_is_released(demo):
    assert "SOLUTION" not in (demo.made.root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()


def test_no_script_of_a_learner_reaches_a_feedback_page(demo):
    page = feedback(demo, "lena")
    assert "<script>document" not in page
    assert "javascript:alert" not in page


def test_feedback_has_the_reply_and_never_a_key(demo, found):
    page, wrong = feedback(demo, "carla"), found["carla"].questions[0]
    assert wrong.message.splitlines()[0].split("'")[0][:30] in page
    assert not [word for word in ("situ.verdict", "expected=", "tolerance") if word in page]


def test_every_learner_fetched_feedback_of_their_own(demo):
    assert {profile.name for profile in LEARNERS} - {"ines"} == {
        path.name for path in (demo.made.root / "feedback").iterdir()
    }


def test_neither_submissions_nor_graded_folders_hold_the_portfolio(demo):
    kept = [path for folder in ("submitted", "autograded", "learners") for path in (demo.made.root / folder).rglob("*")]
    assert not [path for path in kept if path.suffix in {".parquet", ".situ", ".npy", ".joblib"}]


def test_a_report_says_by_its_exit_code_that_a_human_has_to_look(demo):
    command = [sys.executable, "-m", "instructors.cli", "report", str(demo.made.root), ASSIGNMENT, "--json"]
    assert 1 == subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode


def test_a_broken_class_file_grades_nobody(demo):
    settings = demo.made.root / "class.toml"
    kept = settings.read_text()
    settings.write_text("class_id = \n")
    try:
        ran = nbgrader("autograde", ASSIGNMENT, "--student", "gaelle", "--force", folder=demo.made.root, check=False)
    finally:
        settings.write_text(kept)
    assert (True, True) == (ran.code != 0, "Restore the file" in ran.output)
    assert [10] == [item.points for item in report.results(demo.made, ASSIGNMENT, ["gaelle"])]
