"""``situ grade`` and ``nbgrader collect`` over what a hostile learner may lay into a folder; only the kernels are stand-ins."""

import ctypes
import json
import os
import shutil
import stat
import sys
import traceback
import warnings
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from graders.answerbook import AnswerBook
from graders.content import load_module
from instructors.classes import open_class
from instructors.grade import Wish, grade_class
from instructors.grading import lookahead
from instructors.nbgrader_command import nbgrader

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="links, pipes and rights as Linux has them"
)
stand_ins = load_module(Path(__file__).with_name("stand_ins.py"))
LESSON = stand_ins.LESSON
LEARNERS = ("ana", "ben")
SECRET = "the key of question 1.1"
EARLY, LATE = "2026-11-20 10:00:00 UTC", "2026-11-21 10:00:00 UTC"


@pytest.fixture(scope="module")
def released_once(made_once, tmp_path_factory):
    return stand_ins.handed_in(made_once, tmp_path_factory.mktemp("hostile") / "autumn", LEARNERS)


@pytest.fixture
def made(mini_content, released_once, tmp_path, monkeypatch):
    monkeypatch.setattr(lookahead, "warm_engine", lambda *_: stand_ins.StandIn())
    monkeypatch.setattr("instructors.grade.way_of_sealing", lambda settings: "namespaces")
    shutil.copytree(released_once, tmp_path / "autumn", symlinks=True)
    (tmp_path / "secret").write_text(SECRET)
    return open_class(tmp_path / "autumn")


@pytest.fixture
def folder(made):
    return made.root / "submitted" / "ana" / LESSON


def grade(made, **wish):
    done = grade_class(made, Wish(**wish), stand_ins.Watcher())
    return {result.learner: (str(result.ending), result.is_new) for result in done.results}


def leaked(made):
    files = (file for file in (made.root / "autograded").rglob("*") if file.is_file())
    return [file.name for file in files if SECRET.encode() in file.read_bytes()]


class _Rights(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def _give_up_roots_rights():
    """Make this process one that file modes hold for, whoever it runs as."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, (_Rights * 2)()):
        raise OSError(ctypes.get_errno(), "capset")


def without_roots_rights(work):
    """Return what `work` returns in a process that file modes hold for."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of forking beside other threads, which Python 3.12 warns of
        child = os.fork()
    if not child:
        try:
            if not os.geteuid():
                _give_up_roots_rights()
            os.write(writing, json.dumps(work()).encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        said = stream.read()
    os.waitpid(child, 0)
    return json.loads(said)


@contextmanager
def closed(path):
    """A folder that its learner made read-only."""
    path.chmod(0o555)
    try:
        yield
    finally:
        for each in (found for found in (path, *path.parents[:1]) if found.exists()):
            each.chmod(0o755)


@pytest.mark.parametrize("place", ["", "sub"])
def test_a_link_in_a_closed_folder_is_not_followed(made, folder, tmp_path, place):
    (folder / place).mkdir(exist_ok=True)
    (folder / place / "x.py").symlink_to(tmp_path / "secret")
    with closed(folder / place):
        ended = without_roots_rights(lambda: grade(made))
    assert ({"ana": ["graded", True], "ben": ["graded", True]}, []) == (ended, leaked(made))


def test_a_huge_file_in_a_closed_folder_is_not_copied(made, folder):
    (folder / "sub").mkdir()
    with (folder / "sub" / "big.bin").open("wb") as stream:
        stream.truncate(10**12)
    with closed(folder / "sub"):
        ended = without_roots_rights(lambda: grade(made))
    assert (["graded", True], False) == (ended["ana"], (made.root / "autograded/ana" / LESSON / "sub/big.bin").exists())


def test_where_taking_a_link_away_fails_that_submission_alone_fails(made, folder, tmp_path, monkeypatch):
    (folder / "x.py").symlink_to(tmp_path / "secret")
    unlink = Path.unlink

    def refusing(path, *rest, **more):
        if path.name == "x.py":
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, *rest, **more)

    monkeypatch.setattr(Path, "unlink", refusing)
    ended = grade(made)
    assert ("not judged", "graded", []) == (ended["ana"][0], ended["ben"][0], leaked(made))


def test_nbgraders_own_autograde_fails_closed_too(made, folder, tmp_path):
    (folder / "x.py").symlink_to(tmp_path / "secret")
    config = made.root / "nbgrader_config.py"
    broken = "\nimport instructors.grading.intake as intake\n\ndef raising(*_):\n    raise PermissionError('no')\n"
    config.write_text(config.read_text() + broken + "\nintake.disarmed = raising\n")
    ran = nbgrader("autograde", LESSON, "--student", "ana", folder=made.root, check=False)
    assert (True, False, []) == ("PermissionError" in ran.output, (made.root / "autograded/ana").exists(), leaked(made))


def test_what_is_too_much_is_set_aside_where_private_is_another_disk(made, folder, tmp_path):
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == folder.stat().st_dev:
        pytest.skip("needs two disks")
    place = elsewhere / f"situ-test-{os.getpid()}"
    place.mkdir()
    try:
        (made.root / "private" / "set-aside").symlink_to(place)
        with (folder / "big.bin").open("wb") as stream:
            stream.truncate(10**12)
        assert ("graded", True) == grade(made)["ana"]
        assert ["big.bin"] == (folder / "set-aside.txt").read_text().splitlines()
        assert 0 == sum(path.stat().st_blocks for path in place.rglob("*.bin"))
    finally:
        shutil.rmtree(place)


def _as_folder(file):
    file.mkdir()


def _as_pipe(file):
    os.mkfifo(file)


def _as_link(file):
    file.symlink_to("/dev/zero")


def _as_digits(file):
    file.write_text("1" * 200_000)


def _as_large(file):
    with file.open("wb") as stream:
        stream.truncate(10**12)


@pytest.mark.parametrize("lay", [_as_folder, _as_pipe, _as_link, _as_digits, _as_large])
def test_a_resubmission_with_a_timestamp_that_is_none_stops_nobody(made, folder, lay):
    (folder / "timestamp.txt").write_text(EARLY)
    grade(made)
    (folder / "timestamp.txt").unlink()
    lay(folder / "timestamp.txt")
    shutil.rmtree(made.root / "autograded" / "ben")
    assert {"ana": "graded", "ben": "graded"} == {learner: how for learner, (how, _) in grade(made).items()}


def test_a_folder_in_the_timestamps_place_is_set_aside_and_told(made, folder):
    (folder / "timestamp.txt").mkdir()
    (folder / "timestamp.txt" / "note").symlink_to("/dev/zero")
    assert ("graded", True) == grade(made)["ana"]
    notebook = made.root / "autograded/ana" / LESSON / f"{LESSON}.ipynb"
    assert "Set aside" in notebook.read_text()
    assert "timestamp.txt" == (folder / "set-aside.txt").read_text().strip()


def test_a_note_that_leads_elsewhere_is_not_written_through(made, folder, tmp_path):
    (folder / "timestamp.txt").mkdir()
    (folder / "set-aside.txt").symlink_to(tmp_path / "secret")
    grade(made)
    assert SECRET == (tmp_path / "secret").read_text()


def test_folders_in_the_place_of_the_timestamp_and_of_the_note_stop_nobody(made, folder):
    for name in ("timestamp.txt", "set-aside.txt"):
        (folder / name).mkdir()
    assert ("graded", True) == grade(made)["ana"]
    assert ["timestamp.txt", "set-aside.txt"] == (folder / "set-aside.txt").read_text().splitlines()


def test_a_submission_that_cannot_be_made_ready_is_told_and_stops_nobody(made, folder, monkeypatch):
    from instructors.grading import beginning

    ready = beginning._make_ready

    def refusing(converter, path):
        if path == folder:
            raise PermissionError(1, "Operation not permitted")
        ready(converter, path)

    monkeypatch.setattr(beginning, "_make_ready", refusing)
    assert {"ben": "graded", "ana": "not judged"} == {learner: how for learner, (how, _) in grade(made).items()}


def test_very_many_files_do_not_hide_that_a_submission_is_late(made, folder):
    from nbgrader.api import Gradebook

    (folder / "timestamp.txt").write_text(LATE)
    for number in range(600):
        (folder / f"{number:04}.txt").touch()
    grade(made)
    with Gradebook(made.gradebook, made.settings.class_id) as gradebook:
        assert gradebook.find_submission(LESSON, "ana").timestamp is not None


def test_folders_too_deep_for_the_system_are_set_aside(made, folder):
    at = os.open(folder, os.O_RDONLY)
    for _ in range(25):
        os.mkdir("d" * 200, dir_fd=at)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
    assert ("graded", True) == grade(made)["ana"]
    assert (folder / "set-aside.txt").read_text().startswith("ddd")


def test_a_second_version_without_a_date_is_graded(made, folder):
    first, second = grade(made), grade(made)
    AnswerBook(folder).save("1.4", "Quite another sentence, upon reflection.", by="form", learner="ana")
    third, fourth = grade(made), grade(made)
    assert [True, False, True, False] == [done["ana"][1] for done in (first, second, third, fourth)]
    assert not third["ben"][1]


def test_a_second_notebook_without_a_date_is_graded(made, folder):
    grade(made)
    file = folder / f"{LESSON}.ipynb"
    file.write_text(file.read_text() + "\n")
    assert {"ana": ("graded", True), "ben": ("graded", False)} == grade(made)


def test_a_run_ended_while_an_older_version_was_removed_is_made_good(made, folder):
    (folder / "timestamp.txt").write_text(EARLY)
    grade(made)
    (folder / "timestamp.txt").write_text(LATE)
    (made.root / "autograded/ana" / LESSON / "timestamp.txt").unlink()
    assert [("graded", True), ("graded", False)] == [grade(made)["ana"], grade(made)["ana"]]


def test_a_broken_key_that_was_mended_has_its_answers_judged(made, folder, monkeypatch):
    from instructors.classes import Class

    keys = Class.keys

    def slip(case):
        raise ZeroDivisionError("a slip in the key")

    def broken(self, assignment):
        return {question: replace(key, maker=slip) for question, key in keys(self, assignment).items()}

    monkeypatch.setattr(Class, "keys", broken)
    first = grade(made)
    monkeypatch.setattr(Class, "keys", keys)
    assert [("not judged", True), ("graded", True), ("graded", False)] == [
        first["ana"],
        grade(made)["ana"],
        grade(made)["ana"],
    ]


def test_a_damaged_book_that_was_put_aside_is_left_to_a_person_once(made, folder):
    (folder / "answers.json").unlink()
    (folder / "answers-unreadable-1.json").write_text("{")
    assert [("answer not read", True), ("answer not read", False)] == [grade(made)["ana"], grade(made)["ana"]]


def lay_in(made, learner, when="2026-11-20 10:00:00.000000 UTC"):
    """Lay a submission into the exchange as a learner can, without nbgrader."""
    inbound = made.root / "exchange" / made.settings.class_id / "inbound"
    inbound.mkdir(parents=True, exist_ok=True)
    folder = inbound / f"{learner}+{LESSON}+{when}+x"
    shutil.copytree(made.root / "release" / LESSON, folder)
    (folder / "timestamp.txt").write_text(when)
    return folder


def collect(made, *more):
    return nbgrader("collect", LESSON, *more, folder=made.root, check=False)


def collected(made, learner="mallory"):
    return made.root / "submitted" / learner / LESSON


def test_collect_follows_no_link(made, tmp_path):
    theirs = lay_in(made, "mallory")
    (theirs / "x.py").symlink_to(tmp_path / "secret")
    (theirs / "all").symlink_to(tmp_path)
    collect(made)
    assert [True, True] == [(collected(made) / name).is_symlink() for name in ("x.py", "all")]
    assert (collected(made) / f"{LESSON}.ipynb").is_file()
    grade(made, only=("mallory",))
    assert [] == leaked(made)


def test_collect_takes_no_folder_that_is_a_link_and_no_pipe(made, tmp_path):
    os.mkfifo(lay_in(made, "ben2") / "pipe")
    theirs = lay_in(made, "mallory")
    shutil.rmtree(theirs)
    theirs.symlink_to(made.root / "source" / LESSON)
    ran = collect(made)
    assert (False, True) == (collected(made).exists(), "it is not collected" in ran.output)
    assert (True, False) == (
        (collected(made, "ben2") / "lesson.json").exists(),
        (collected(made, "ben2") / "pipe").exists(),
    )


@pytest.mark.parametrize("name", ["mallory+{}+never+x", "..+{}+2026-11-20 10:00:00 UTC+x", "mallory+{}+x"])
def test_a_name_in_the_exchange_that_is_no_submissions_stops_nobody(made, name):
    theirs = lay_in(made, "ana2")
    (theirs.parent / name.format(LESSON)).mkdir()
    collect(made)
    assert (True, False) == (collected(made, "ana2").is_dir(), (made.root / LESSON).exists())


def test_what_cannot_be_copied_does_not_cost_what_was_collected_before(made):
    lay_in(made, "mallory")
    lay_in(made, "zoe")
    collect(made)
    with (lay_in(made, "mallory", "2026-11-21 10:00:00.000000 UTC") / "big").open("wb") as stream:
        stream.truncate(10**12)
    newer = lay_in(made, "zoe", "2026-11-21 10:00:00.000000 UTC")
    collect(made, "--update")
    assert (True, False) == (collected(made).is_dir(), (collected(made) / "big").exists())
    assert (newer / "timestamp.txt").read_text() == (collected(made, "zoe") / "timestamp.txt").read_text()


def test_a_collected_timestamp_that_is_a_link_holds_nobody_up(made):
    theirs = lay_in(made, "mallory")
    (theirs / "timestamp.txt").unlink()
    (theirs / "timestamp.txt").symlink_to("/dev/zero")
    collect(made)
    ran = collect(made, "--update")
    assert (0, True) == (ran.code, stat.S_ISDIR(collected(made).lstat().st_mode))
