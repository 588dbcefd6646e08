import io

import pytest
from rich.console import Console

from instructors.grade import Graded, Marked
from instructors.grade_progress import GradeBar, GradeLines, print_report
from instructors.grading.class_run import Result
from instructors.grading.outcomes import Ending


@pytest.fixture
def screen():
    return Console(file=io.StringIO(), width=160, force_terminal=False)


def _done(*results, marks=()):
    return Graded(len(results), list(results), dict(marks), 12.0, way="namespaces")


def _report(screen, done):
    print_report(done, screen)
    return screen.file.getvalue()


def test_what_went_wrong_is_told_with_what_to_do(screen):
    told = _report(screen, _done(Result("ben", "01", Ending.OUT_OF_MEMORY, "The run stopped in cell [3].")))
    assert ["ben", "out of memory", "cell [3]", "memory_mb"] == [
        word for word in ("ben", "out of memory", "cell [3]", "memory_mb") if word in told
    ]


def test_of_a_class_without_trouble_only_the_totals_are_told(screen):
    told = _report(screen, _done(Result("ana", "01", Ending.GRADED)))
    assert "In all: 1 graded.\nNow: 1 in 12.0 s.\n" == told


def test_nothing_that_is_to_be_typed_is_cut_on_a_narrow_screen():
    narrow = Console(file=io.StringIO(), width=40, force_terminal=False)
    told = _report(narrow, _done(Result("a-learner-with-a-long-name", "01_log_odds", Ending.OUT_OF_MEMORY)))
    assert 'c.RunSubmission.limits = {"memory_mb": 4096}' in told
    assert "a-learner-with-a-long-name, 01_log_odds: out of memory" in told


def test_runs_that_nothing_sealed_off_are_named_as_such(screen):
    done = _done(Result("ana", "01", Ending.GRADED))
    done.way = "none"
    assert "Nothing sealed these submissions off" in _report(screen, done)


def test_folders_of_no_assignment_are_told(screen):
    done = _done(Result("ana", "01", Ending.GRADED))
    done.elsewhere = ("ben/01 log odds", "cleo")
    told = _report(screen, done)
    assert "submitted/ben/01 log odds" in told
    assert "submitted/cleo" in told


def test_what_an_earlier_run_graded_is_counted_apart(screen):
    told = _report(screen, _done(Result("ana", "01", Ending.GRADED, is_new=False), Result("ben", "01", Ending.GRADED)))
    assert "Now: 1 in 12.0 s; 1 by an earlier run." in told


def test_who_waits_for_a_mark_by_hand_is_named(screen):
    marks = {("01", "ana"): Marked(3.0, 8.0, waits=True)}
    told = _report(screen, _done(Result("ana", "01", Ending.GRADED), marks=marks))
    assert "1 wait for your mark in formgrader: ana." in told


@pytest.mark.parametrize("name", ["[bold]x[/bold]", "a\x1b[2Jb", "%s {0}"])
def test_a_name_is_data_whatever_is_in_it(screen, name):
    told = _report(screen, _done(Result(name, "01", Ending.REFUSED)))
    assert "".join(letter if letter.isprintable() else "?" for letter in name) in told


def test_without_a_terminal_every_submission_has_a_line(screen):
    with GradeLines(2, screen, quiet=False) as lines:
        lines.ended(Result("ana", "01", Ending.GRADED, is_new=False))
        lines.ended(Result("ben", "01", Ending.REPAIRED))
    assert "2/2 01 ben: repaired\n" == screen.file.getvalue()


def test_quiet_is_quiet(screen):
    with GradeLines(1, screen, quiet=True) as lines:
        lines.ended(Result("ben", "01", Ending.REPAIRED))
    assert "" == screen.file.getvalue()


def test_a_terminal_shows_counts_and_who_is_under_way():
    screen = Console(file=io.StringIO(), width=120, force_terminal=True, no_color=True)
    with GradeBar(3, screen) as bar:
        bar.ended(Result("ana", "01", Ending.TIMED_OUT))
        bar.began("ben", "01", [f"learner{number}" for number in range(9)])
        bar.refresh()
    told = screen.file.getvalue()
    assert ("1 timed out" in told, "ben, learner0" in told, "and 4 more" in told) == (True, True, True)
