"""Some of the attacks, where the machine refuses namespaces and Landlock seals instead: the same must hold."""

import re
from pathlib import Path

import pytest

from graders.content import load_module
from instructors.engine import linux

attack = load_module(Path(__file__).with_name("attack.py"))
arena = load_module(Path(__file__).with_name("arena.py"))
suite = load_module(Path(__file__).with_name("suite.py"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not linux.landlock_version(), reason="this kernel has no Landlock, or it is not switched on"),
]
CHOSEN = suite.chosen(
    "reads-by-path",
    "reads-upwards",
    "writes-gradebook",
    "others-submissions",
    "plants-startup",
    "writes-libraries",
    "reads-proc",
    "reads-environment",
    "network",
    "unix-sockets",
    "new-namespaces",
    "kernel-doors",
    "signals-to-grader",
    "leaves-a-daemon",
    "digs-deep",
    "memory-bomb",
    "endless-print",
    "ends-python",
)
PRETENDING = """
from instructors.engine import sealing
sealing.probe = lambda: sealing.Probe(sealing.Way.LANDLOCK, "a test asked for it")
"""


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    return arena.attacked(tmp_path_factory.mktemp("landlock"), CHOSEN, PRETENDING)


@pytest.mark.parametrize("each", [pytest.param(each, id=each.name) for each in CHOSEN])
def test_points_are_what_was_honestly_earned(attacked, each):
    assert each.earned == attacked.points_of(each.student)


@pytest.mark.parametrize("each", [pytest.param(each, id=each.name) for each in CHOSEN])
def test_nothing_worked_that_should_not(attacked, each):
    assert [] == re.findall(r"^ESCAPED.*", attacked.printed(each.student), re.MULTILINE)


@pytest.mark.parametrize("learner", arena.HONEST)
def test_an_honest_learner_has_exactly_the_points_earned(attacked, learner):
    assert attack.ALL == attacked.points_of(learner)


def test_it_was_landlock_that_sealed(attacked):
    assert "landlock" == attacked.outcomes["sealed"]


def test_nobody_outside_heard_anything(attacked):
    assert [] == attacked.listener.heard


def test_no_process_and_no_file_is_left(attacked):
    assert ([], [], []) == (attacked.after["processes"], attacked.after["temporary"], attacked.traces())


def test_the_graders_home_and_class_are_as_they_were(attacked):
    for place in ("home", "class", "honest", "early bird"):
        assert attacked.before[place] == attacked.after[place]
