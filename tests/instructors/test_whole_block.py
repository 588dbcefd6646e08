"""Simulated learners through all lessons of the block, with real nbgrader, from the first fetch to the final gradebook."""

import pytest

from instructors import gradebook
from instructors.cast import OF_THE_WHOLE
from instructors.demo import Show, run_demo, steps_in_all
from instructors.report import results

pytestmark = pytest.mark.slow

STRONG, HALF_DONE = OF_THE_WHOLE[0], OF_THE_WHOLE[-1]
SHOW = Show((), (STRONG, HALF_DONE))


@pytest.fixture(scope="module")
def steps():
    return []


@pytest.fixture(scope="module")
def demo(tmp_path_factory, steps):
    return run_demo(tmp_path_factory.mktemp("whole") / "class", lambda _name, done: steps.append(done), SHOW)


@pytest.fixture(scope="module")
def totals(demo):
    return {total.learner: total for total in gradebook.totals(demo.made)}


def test_every_submission_of_every_lesson_goes_the_normal_way(demo):
    assert [["graded"]] * 5 == [list(graded.counts) for graded in demo.graded.values()]


def test_the_progress_bar_ends_full(demo, steps):
    assert steps_in_all(SHOW) == sum(steps)


def test_right_answers_and_an_exemplary_memo_earn_every_point_of_the_block(totals):
    strong = totals[STRONG.name]
    assert [20, 20, 20, 25, 55] == [mark.points for mark in strong.marks.values()]
    assert (140, 140) == (strong.points, strong.out_of)


def test_a_lesson_that_was_not_handed_in_has_no_mark(totals):
    assert ["04_fair"] == [name for name, mark in totals[HALF_DONE.name].marks.items() if mark is None]


def test_nothing_waits_once_the_memos_are_marked(totals):
    assert [] == [name for total in totals.values() for name, mark in total.marks.items() if mark and mark.waits]


def test_a_memo_that_was_not_written_earns_nothing_and_waits_for_nobody(demo):
    (found,) = results(demo.made, "05_audit", [HALF_DONE.name])
    memo = next(question for question in found.questions if question.question == "5.5")
    assert ("not attempted", 0.0, False) == (memo.state, memo.points, memo.waits)


def test_every_learner_has_a_feedback_page_for_what_was_handed_in(demo):
    pages = {path.parent.parent.name + "/" + path.parent.name for path in (demo.made.root / "feedback").rglob("*.html")}
    assert {f"{STRONG.name}/05_audit", f"{HALF_DONE.name}/05_audit", f"{STRONG.name}/04_fair"} <= pages
