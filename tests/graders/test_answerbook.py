"""The answer book: what is saved stays saved, and nothing in a stranger's file does harm."""

import errno
import json
import os
import subprocess
import sys
import time

import pytest
from filelock import FileLock

from graders import answerbook, files
from graders.answerbook import EARLIER_KEPT, MAX_BYTES, NAME, AnswerBook, Book, NotSavedError, read_book

SAVING = """
import sys
from pathlib import Path
from graders.answerbook import AnswerBook
book, name, count = AnswerBook(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
for number in range(count):
    book.save(f"1.{name}-{number % 20}", "x" * 2000, by="form")
"""


@pytest.fixture
def book(tmp_path):
    return AnswerBook(tmp_path)


@pytest.fixture
def clock(monkeypatch):
    """Sets what time it is when an answer is saved."""

    def at(moment):
        monkeypatch.setattr(answerbook, "_now", lambda: f"2020-11-22T{moment}:00+00:00")

    at("09:00")
    return at


def save(book, answer, item="1.3", by="form", **more):
    return book.save(item, answer, by=by, **more)


def written(**changes):
    data = {"format": 1, "revision": 1, "answers": {"1.3": {"answer": 5}}, **changes}
    return json.dumps(data).encode()


def names(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


@pytest.mark.parametrize("answer", [None, 3, "3,5 %", ["a", None], {"pd": 4.2, "side": None}, {"$blank": True}])
def test_an_answer_is_read_back_as_it_was_saved(book, answer):
    save(book, answer, learner="ana", words="in words")
    entry = book.read().entries["1.3"]
    assert (answer, "form", "ana", "in words") == (entry.answer, entry.by, entry.learner, entry.words)


def test_without_a_file_the_book_is_empty_and_nothing_is_wrong(book):
    assert Book() == book.read()


def test_saving_one_item_leaves_the_others(book):
    save(book, 1, "1.1")
    save(book, 2, "1.a")
    assert {"1.1": 1, "1.a": 2} == {item: entry.answer for item, entry in book.read().entries.items()}


def test_the_file_can_be_read_by_people(book):
    save(book, "é", words="un é")
    assert '   "words": "un é",' in book.file.read_text(encoding="utf-8").splitlines()


def test_the_revision_counts_the_savings_of_the_book(book):
    assert [1, 2, 3] == [
        save(book, answer, item).entry.revision for answer, item in ((1, "1.1"), (2, "1.2"), (3, "1.1"))
    ]


def test_what_is_typed_in_one_sitting_is_one_answer(book):
    save(book, "3")
    assert () == save(book, "3,5").entry.earlier


def test_an_answer_that_stood_for_a_while_is_kept_when_it_is_replaced(book, clock):
    save(book, "3")
    clock("09:10")
    assert [("3", "2020-11-22T09:00:00+00:00")] == [(old.answer, old.saved) for old in save(book, "4").entry.earlier]


def test_an_answer_that_came_another_way_is_kept_at_once(book):
    save(book, 3, by="code")
    assert [(3, "code")] == [(old.answer, old.by) for old in save(book, "4").entry.earlier]


def test_saving_the_same_again_keeps_no_copy(book, clock):
    save(book, 3)
    assert () == save(book, 3).entry.earlier


def test_only_so_many_earlier_answers_are_kept_newest_first(book, clock):
    for number in range(EARLIER_KEPT + 5):
        save(book, number)
    assert list(range(EARLIER_KEPT + 3, 3, -1)) == [old.answer for old in book.read().entries["1.3"].earlier]


def test_an_answer_of_another_window_is_told_and_kept(book):
    base = save(book, "mine").entry.revision
    save(book, "theirs", base=base)
    kept = save(book, "mine again", base=base)
    assert ("theirs", ["theirs"]) == (kept.unseen.answer, [old.answer for old in kept.entry.earlier])


def test_an_answer_that_was_seen_is_not_told(book):
    base = save(book, "mine").entry.revision
    assert save(book, "mine too", base=base).unseen is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"format"',
        b"\xff\xfe\x00",
        written()[:-9],
        written(format=2),
        written(answers=[]),
        written(answers=7),
        written(answers={"1.3": None}),
        written(answers={"1.3": {}}),
        written(answers={"1.3": "5"}),
        written(answers={f"1.{number}": {"answer": 1} for number in range(1, 600)}),
        b"[" * 200_000,
        b'{"format": 1, "answers": {"1.3": {"answer": ' + b"9" * 6000 + b"}}}",
        b" " * (MAX_BYTES + 1),
    ],
)
def test_a_file_that_is_no_book_is_empty_with_a_reason(tmp_path, content):
    (tmp_path / NAME).write_bytes(content)
    book = read_book(tmp_path / NAME)
    assert ({}, True) == (book.entries, book.problem.startswith(NAME))


@pytest.mark.parametrize("item", ["", "1", "1.", "0.1", "1.A", "../x", "1.3 ", "1.3\n", "1." + "a" * 50, "١.٣"])
def test_what_is_no_item_is_passed_over(tmp_path, item):
    (tmp_path / NAME).write_bytes(written(answers={"1.3": {"answer": 5}, item: {"answer": 6}}))
    assert ["1.3"] == list(read_book(tmp_path / NAME).entries)


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        (b"NaN", {"$number": "nan"}),
        (b"-Infinity", {"$number": "-infinity"}),
        (b"1e999", {"$number": "inf"}),
        (b"[" * 60 + b"]" * 60, {"$refused": "depth", "type": "list"}),
        (b'"' + b"x" * 100_000 + b'"', {"$refused": "size", "type": "str"}),
    ],
)
def test_what_is_no_data_is_marked_as_such(tmp_path, answer, read):
    (tmp_path / NAME).write_bytes(b'{"format": 1, "answers": {"1.3": {"answer": ' + answer + b"}}}")
    assert read == read_book(tmp_path / NAME).entries["1.3"].answer


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("by", "magic", "form"),
        ("by", ["code"], "form"),
        ("saved", "yesterday", ""),
        ("saved", 20201122, ""),
        ("revision", -1, 0),
        ("revision", True, 0),
        ("revision", 2**60, 0),
        ("learner", {"a": 1}, None),
        ("learner", "x" * 1000, "x" * 100),
        ("words", 5, ""),
        ("earlier", "none", ()),
        ("earlier", [5, None], ()),
    ],
)
def test_a_field_of_another_kind_does_no_harm(tmp_path, field, value, read):
    (tmp_path / NAME).write_bytes(written(answers={"1.3": {"answer": 5, field: value}}))
    entry = read_book(tmp_path / NAME).entries["1.3"]
    assert (5, read) == (entry.answer, getattr(entry, field))


def test_half_characters_in_a_strangers_words_can_be_written_again(tmp_path):
    (tmp_path / NAME).write_bytes(b'{"format": 1, "answers": {"1.3": {"answer": "\\ud800", "learner": "\\ud800"}}}')
    save(AnswerBook(tmp_path), 1, "1.4")
    assert ["1.3", "1.4"] == list(AnswerBook(tmp_path).read().entries)


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "other.json").write_bytes(written())
    (tmp_path / NAME).symlink_to(tmp_path / "other.json")
    assert ({}, True) == ((book := read_book(tmp_path / NAME)).entries, bool(book.problem))


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / NAME)
    assert "it is not a file" in read_book(tmp_path / NAME).problem


def test_a_folder_is_no_book(tmp_path):
    (tmp_path / NAME).mkdir()
    assert read_book(tmp_path / NAME).problem


@pytest.mark.parametrize("content", [b"{", b"[" * 200_000, written(format=99)])
def test_a_damaged_file_is_put_aside_whole_and_writing_goes_on(book, content):
    book.file.write_bytes(content)
    save(book, 5)
    aside = next(path for path in book.folder.iterdir() if path.name.startswith("answers-unreadable-"))
    assert (content, 5) == (aside.read_bytes(), book.read().entries["1.3"].answer)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "The disk is full."),
        (errno.EDQUOT, "The disk is full."),
        (errno.EROFS, "This folder may not be written to."),
        (errno.EIO, "The folder cannot be written to (Input/output error)."),
    ],
)
@pytest.mark.parametrize("where", ["mkstemp", "fsync", "replace"])
def test_where_writing_fails_the_last_answer_stands_and_the_reason_is_told(book, monkeypatch, number, told, where):
    save(book, "stands")

    def fail(*_args, **_named):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.tempfile if where == "mkstemp" else files.os, where, fail)
    with pytest.raises(NotSavedError, match=told.replace("(", r"\(").replace(")", r"\)")):
        save(book, "lost")
    assert ("stands", [NAME]) == (book.read().entries["1.3"].answer, names(book.folder))


def test_where_writing_fails_nothing_half_written_is_left(book, monkeypatch):
    monkeypatch.setattr(answerbook.os, "fsync", lambda _handle: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        save(book, 1)
    assert [] == names(book.folder)
    assert [f".{NAME}.lock"] == [path.name for path in book.folder.iterdir()]


def test_a_book_that_another_program_holds_is_told(book, monkeypatch):
    monkeypatch.setattr(answerbook, "_PATIENCE", 0.05)
    with FileLock(book.folder / f".{NAME}.lock"), pytest.raises(NotSavedError, match="Another program holds answers"):
        save(book, 1)


def test_two_writers_at_once_lose_nothing(book):
    command = [sys.executable, "-c", SAVING, str(book.folder)]
    writers = [subprocess.Popen([*command, name, "20"]) for name in ("left", "right")]
    assert [0, 0] == [writer.wait(timeout=60) for writer in writers]
    assert 40 == len(book.read().entries)
    assert 40 == book.read().revision


def test_a_writer_that_is_killed_leaves_a_whole_book(book):
    writer = subprocess.Popen([sys.executable, "-c", SAVING, str(book.folder), "kill", "100000"])
    try:
        deadline = time.monotonic() + 30
        while book.read().revision < 40 and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        writer.kill()
        writer.wait(timeout=30)
    assert ("", 20) == (book.read().problem, len(book.read().entries))
    assert "after" == save(book, "after").entry.answer


def test_a_disk_that_cannot_be_read_puts_no_book_aside(tmp_path, monkeypatch):
    book = AnswerBook(tmp_path)
    book.save("1.1", 1, by="form")
    monkeypatch.setattr(
        "graders.answerbook.regular_bytes", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "I/O error"))
    )
    with pytest.raises(NotSavedError, match="I/O error"):
        book.save("1.2", 2, by="form")
    monkeypatch.undo()
    assert {"1.1"} == set(book.read().entries)


def test_a_file_system_without_locks_still_saves(tmp_path, monkeypatch):
    def no_locks(*_):
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr("graders.answerbook.FileLock.acquire", no_locks)
    AnswerBook(tmp_path).save("1.1", 1, by="form")
    assert 1 == AnswerBook(tmp_path).read().entries["1.1"].answer


def test_the_same_answer_given_again_keeps_its_moment(tmp_path):
    book = AnswerBook(tmp_path)
    first = book.save("1.1", 1, by="form").entry
    assert first == book.save("1.1", 1, by="form").entry
