"""Some of the attacks on a machine that cannot seal, graded with --unsealed: what is judged elsewhere cannot be forged there."""

from pathlib import Path

import pytest

from graders.content import load_module

attack = load_module(Path(__file__).with_name("attack.py"))
arena = load_module(Path(__file__).with_name("arena.py"))
suite = load_module(Path(__file__).with_name("suite.py"))

pytestmark = pytest.mark.slow
CHOSEN = suite.chosen(
    "input-transformer",
    "equal-to-all",
    "patched-judge",
    "faked-verdict",
    "own-submit",
    "eight-hundred-guesses",
    "skipped-tests",
    "garbage-metadata",
    "shadowed-kernel",
    "fifty-thousand-cells",
    "script-in-html",
    "ends-python",
)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    return arena.attacked(tmp_path_factory.mktemp("unsealed"), CHOSEN, "\nc.RunSubmission.sealed = False\n")


@pytest.mark.parametrize("each", [pytest.param(each, id=each.name) for each in CHOSEN])
def test_points_are_what_was_honestly_earned(attacked, each):
    assert each.earned == attacked.points_of(each.student)


@pytest.mark.parametrize("each", [pytest.param(each, id=each.name) for each in CHOSEN])
def test_the_outcome_is_one_word(attacked, each):
    assert each.outcome == attacked.outcome_of(each.student)["outcome"]


@pytest.mark.parametrize("learner", arena.HONEST)
def test_an_honest_learner_has_exactly_the_points_earned(attacked, learner):
    assert attack.ALL == attacked.points_of(learner)


def test_it_is_said_that_nothing_was_sealed(attacked):
    assert "none" == attacked.outcomes["sealed"]
