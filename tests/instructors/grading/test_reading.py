import json
import os
import threading
from itertools import repeat

import nbformat
import pytest

from instructors.grading.reading import (
    MAX_BYTES,
    MAX_SOURCE,
    HandedCell,
    UnreadableError,
    as_notebook,
    find_renamed,
    from_notebook,
    read_notebook,
    read_submission,
)


def _file(folder, cells, name="lesson.ipynb", **more):
    file = folder / name
    file.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **more}))
    return file


def _cell(source="x = 1", **more):
    return {"cell_type": "code", "source": source, "metadata": {}, **more}


def _graded(grade_id):
    return _cell(metadata={"nbgrader": {"grade_id": grade_id}})


def test_of_a_cell_only_kind_source_and_ids_are_kept(tmp_path):
    cell = _cell(
        ["a\n", "b"],
        id="c1",
        outputs=[{"x": 1}],
        metadata={"nbgrader": {"grade_id": "q-1-1", "points": 9}, "tags": ["t"]},
    )
    assert (HandedCell("code", "a\nb", "q-1-1", "c1"),) == read_notebook(_file(tmp_path, [cell])).cells


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"cell_type": 3, "source": {"a": 1}, "metadata": []},
        {"cell_type": "code", "source": ["a", 1, None], "metadata": {"nbgrader": "x"}, "id": 5},
        {"cell_type": "code", "source": "\ud800\0", "metadata": {"nbgrader": {"grade_id": ["x"]}}, "id": "é\n"},
    ],
)
def test_an_odd_cell_is_read_as_far_as_it_goes_and_written_back_valid(tmp_path, odd):
    notebook = as_notebook(read_notebook(_file(tmp_path, [odd])))
    nbformat.validate(notebook)
    notebook_text = nbformat.writes(notebook)
    assert notebook_text.encode("utf-8")


def test_what_was_read_survives_the_way_through_a_notebook(tmp_path):
    handed = read_notebook(_file(tmp_path, [_graded("q-1-1"), _cell("# hi", cell_type="markdown", id="m")]))
    assert handed == from_notebook(as_notebook(handed))


@pytest.mark.parametrize(
    "content",
    [
        b"not a notebook",
        b"",
        b"\xff\xfe\x00",
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"3",
        b'{"nbformat": 3, "worksheets": []}',
        b'{"nbformat": 5, "cells": []}',
        b'{"nbformat": 4, "cells": {}}',
        b'{"nbformat": 4, "cells": ' + b"[" + b"{},".join(repeat(b"", 2500)) + b"{}]}",
    ],
    ids=[
        "text",
        "empty",
        "bytes",
        "deep list",
        "deep mapping",
        "number",
        "format 3",
        "format 5",
        "no cells",
        "many cells",
    ],
)
def test_what_is_no_notebook_is_refused_with_a_reason(tmp_path, content):
    file = tmp_path / "lesson.ipynb"
    file.write_bytes(content)
    with pytest.raises(UnreadableError, match="notebook"):
        read_notebook(file)


def test_a_notebook_above_the_limit_is_not_read(tmp_path):
    file = tmp_path / "lesson.ipynb"
    with file.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(UnreadableError, match="larger than 20 MB"):
        read_notebook(file)


def test_metadata_nested_too_deep_to_copy_are_left_behind(tmp_path):
    deep = json.loads('{"a":' * 400 + "1" + "}" * 400)
    assert 1 == len(read_notebook(_file(tmp_path, [_cell()], metadata=deep)).cells)


def test_an_endless_cell_is_left_out(tmp_path):
    handed = read_notebook(_file(tmp_path, [_cell("x" * (MAX_SOURCE + 1))]))
    assert handed.cells[0].source.startswith("# This cell was longer")


def test_a_link_is_not_followed(tmp_path):
    link = tmp_path / "link.ipynb"
    link.symlink_to(_file(tmp_path, [_cell()]))
    with pytest.raises(UnreadableError, match="could not be opened"):
        read_notebook(link)


def test_a_pipe_is_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe.ipynb"
    os.mkfifo(pipe)
    threading.Timer(5, lambda: pipe.unlink()).start()
    with pytest.raises(UnreadableError, match="not a file"):
        read_notebook(pipe)


def test_a_folder_in_place_of_the_notebook_is_refused(tmp_path):
    (tmp_path / "lesson.ipynb").mkdir()
    with pytest.raises(UnreadableError):
        read_notebook(tmp_path / "lesson.ipynb")


@pytest.fixture
def released_file(tmp_path):
    folder = tmp_path / "release"
    folder.mkdir()
    return _file(folder, [_graded("answer-1-1"), _graded("q-1-1")])


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "submitted"
    made.mkdir()
    return made


@pytest.mark.parametrize("name", ["lesson (1).ipynb", "lesson-Ana.ipynb", "Lösung.ipynb"])
def test_the_one_notebook_with_our_cells_is_found_under_any_name(folder, released_file, name):
    renamed = _file(folder, [_graded("q-1-1")], name=name)
    _file(folder, [_cell()], name="scratch.ipynb")
    assert renamed == find_renamed(folder / "lesson.ipynb", released_file)


def test_of_two_renamed_notebooks_none_is_chosen(folder, released_file):
    for name in ("one.ipynb", "two.ipynb"):
        _file(folder, [_graded("q-1-1")], name=name)
    assert find_renamed(folder / "lesson.ipynb", released_file) is None


def test_a_renamed_notebook_is_named_in_the_notice(folder, released_file):
    _file(folder, [_graded("q-1-1")], name="mine.ipynb")
    notice = read_submission(folder / "lesson.ipynb", released_file).notice
    assert "The notebook mine.ipynb was graded in place of lesson.ipynb." == notice


def test_a_missing_notebook_is_an_empty_one_with_a_notice(folder, released_file):
    handed = read_submission(folder / "lesson.ipynb", released_file)
    assert ((), "No notebook called lesson.ipynb was handed in.") == (handed.cells, handed.notice)


def test_receipts_tell_on_whose_sample_answers_were_worked_out(tmp_path):
    receipt = {"data": {"application/vnd.situ.answer+json": {"learner": "bob"}}, "output_type": "display_data"}
    handed = read_notebook(_file(tmp_path, [_cell(outputs=[receipt]), _cell(outputs=[7, {"data": 1}, receipt])]))
    assert ("bob",) == handed.worked_as
    assert handed == from_notebook(as_notebook(handed))
