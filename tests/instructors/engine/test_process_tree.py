"""Looking at processes: who descends from whom, and what memory is theirs."""

import os
import signal
import subprocess
import sys
import time

import pytest

from instructors.engine import process_tree
from instructors.engine.process_tree import Memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
HOLD = "held = bytearray(50_000_000); print('ready', flush=True); import time; time.sleep(600)"


@pytest.fixture
def family():
    """A shell with a child of its own."""
    with subprocess.Popen(["sh", "-c", "sleep 600; true"]) as parent:
        while not process_tree.children(parent.pid):
            time.sleep(0.01)
        yield parent.pid, process_tree.children(parent.pid)[0]
        process_tree.end([parent.pid, *process_tree.descendants(parent.pid)])


def test_descendants_are_found_through_their_parents(family):
    parent, child = family
    found = process_tree.descendants(os.getpid())
    assert found.index(parent) < found.index(child)


def test_a_process_that_is_gone_has_no_children_and_no_memory_and_cannot_be_ended():
    with subprocess.Popen(["true"]) as gone:
        pass
    process_tree.end([gone.pid])
    assert ([], Memory(0, 0)) == (process_tree.children(gone.pid), process_tree.memory([gone.pid], 0, 0))


def test_ending_is_final(family):
    parent, _ = family
    process_tree.end([parent])
    assert -signal.SIGKILL == os.waitstatus_to_exitcode(os.waitpid(parent, 0)[1])


@pytest.mark.parametrize("limit", [0, 1 << 40])
def test_memory_is_what_a_process_holds_whether_estimated_or_asked_for(limit):
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        held = process_tree.memory([process.pid], 0, limit)
        process.kill()
    assert 50_000_000 < held.now <= held.most < 120_000_000


def test_what_a_process_has_let_go_of_is_in_its_peak():
    let_go = HOLD.replace("held = bytearray(50_000_000)", "b'x' * 50_000_000")
    with subprocess.Popen([sys.executable, "-c", let_go], stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        held = process_tree.memory([process.pid], 0, 1 << 40)
        process.kill()
    assert held.now + 40_000_000 < held.most < 120_000_000


def test_what_was_inherited_is_not_counted():
    inherited = process_tree.own_anonymous_bytes()
    assert 0 == process_tree.memory([os.getpid()], inherited + 1, 1 << 40).now
