import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook

from graders.errors import ClassError
from instructors.grading import ledger, patience
from instructors.grading.gradebook_file import gradebook_file
from instructors.grading.one_at_a_time import BusyError, alone, alone_with, holding
from instructors.nbgrader_command import put_tools_on_path


@pytest.fixture
def book(tmp_path):
    put_tools_on_path()
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Gradebook(url) as gradebook:
        gradebook.update_or_create_student("ana")
    yield url
    ledger.close_gradebooks()


def _mode(url):
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        return connection.execute("PRAGMA journal_mode").fetchone()[0]
    finally:
        connection.close()


def test_readers_do_not_hinder_the_one_who_writes(book):
    patience.be_patient(book)
    assert "wal" == _mode(book)


def test_a_gradebook_that_is_no_database_url_is_named():
    with pytest.raises(ClassError, match=r"got 'gradebook\.db'\. Mend it in class\.toml\."):
        gradebook_file("gradebook.db")


def test_on_a_network_the_gradebook_stays_as_it_is(book, monkeypatch, tmp_path):
    (tmp_path / "mounts").write_text(f"server:/home {tmp_path} nfs4 rw 0 0\n/dev/sda / ext4 rw 0 0\n")
    monkeypatch.setattr(patience, "_MOUNTS", tmp_path / "mounts")
    patience.be_patient(book)
    assert "delete" == _mode(book)


def test_who_finds_the_gradebook_locked_waits(book):
    patience.be_patient(book)
    with ledger.opened(book) as gradebook:
        wait = gradebook.db.connection().exec_driver_sql("PRAGMA busy_timeout").scalar()
    assert 60_000 == wait


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///nowhere/gradebook.db", "postgresql://server/book"])
def test_a_gradebook_that_is_no_file_needs_nothing(url):
    patience.be_patient(url)


def test_a_gradebook_is_opened_once(book):
    with ledger.opened(book) as first, ledger.opened(book) as second:
        assert first is second


def test_what_a_step_did_not_commit_is_undone(book):
    with ledger.opened(book) as gradebook:
        gradebook.find_student("ana").first_name = "Ana"
    with ledger.opened(book) as gradebook:
        assert gradebook.find_student("ana").first_name is None


def test_a_gradebook_that_was_replaced_is_opened_anew(book):
    file = Path(book.removeprefix("sqlite:///"))
    with ledger.opened(book) as gradebook:
        pass
    copy = file.read_bytes()
    file.rename(file.with_name("old.db"))
    file.write_bytes(copy)
    with ledger.opened(book) as other:
        assert gradebook is not other


def test_a_class_is_graded_by_one_at_a_time(tmp_path):
    (tmp_path / "private").mkdir()
    with alone(tmp_path), pytest.raises(BusyError), alone(tmp_path):
        pass


def test_the_lock_goes_with_whoever_had_it(tmp_path):
    (tmp_path / "private").mkdir()
    with alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_the_runs_of_situ_grade_itself_are_not_refused(tmp_path):
    (tmp_path / "private").mkdir()
    converter = SimpleNamespace()
    holding(converter)
    with alone(tmp_path):
        with alone_with(tmp_path, converter):
            pass
        with pytest.raises(BusyError, match="`situ grade` at work"), alone_with(tmp_path, SimpleNamespace()):
            pass
