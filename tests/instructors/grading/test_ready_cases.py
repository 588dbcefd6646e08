import os
import shutil
import signal
import time

import pytest

from graders.errors import ClassError
from instructors.classes import open_class
from instructors.grading.ready_cases import CaseBuilders, CaseRequest

OPENER = "instructors.classes.open_class"


@pytest.fixture
def made(mini_content, made_once, tmp_path):
    """A real class of the small block; the fixtures of this folder have one without content."""
    shutil.copytree(made_once.root, tmp_path / "autumn", symlinks=True)
    return open_class(tmp_path / "autumn")


@pytest.fixture
def builders():
    some = CaseBuilders(2)
    yield some
    some.close()


def _request(made, learner="ana", assignment="01_mini"):
    return CaseRequest(OPENER, str(made.root), learner, assignment)


def test_a_case_is_built_in_another_process_where_its_class_keeps_it(made, builders):
    assert builders.build(_request(made)) == made.case_directory("ana", "01_mini")


def test_a_case_that_is_there_is_known_without_building(made):
    before = _request(made).known()
    directory = made.case_directory("ana", "01_mini")
    assert (None, directory) == (before, _request(made).known())


def test_one_that_cannot_be_built_says_why_and_the_next_is_built(made, builders):
    with pytest.raises(ClassError, match="the case of ana, got KeyError"):
        builders.build(_request(made, assignment="99_none"))
    assert builders.build(_request(made, "ben")).is_dir()


def test_a_process_that_dies_fails_its_own_case_only(made, builders):
    builders.build(_request(made))
    os.kill(builders._all[0]._process.pid, signal.SIGKILL)
    with pytest.raises(ClassError, match="the end of the process"):
        builders.build(_request(made, "ben"))
    assert builders.build(_request(made, "cleo")).is_dir()


def test_what_a_class_prints_is_no_answer(made, builders):
    file = made.root / "private" / "delivery" / "case.py"
    file.write_text('print("{}")\n' + file.read_text())
    assert builders.build(_request(made)).is_dir()


def test_the_processes_end_when_they_are_no_longer_needed(made, builders):
    builders.build(_request(made))
    process = builders._all[0]._process
    builders.close()
    assert process.poll() is not None


def test_a_process_ends_with_whoever_started_it(made, builders):
    builders.build(_request(made))
    process = builders._all[0]._process
    process.stdin.close()  # what the end of its parent does, however that ended
    for _ in range(200):
        if process.poll() is not None:
            break
        time.sleep(0.05)
    assert 0 == process.poll()


def test_nothing_is_built_once_they_are_closed(made, builders):
    builders.close()
    with pytest.raises(ClassError, match="the end of grading"):
        builders.build(_request(made))
