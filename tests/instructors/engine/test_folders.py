import os
import tempfile

import pytest

from instructors.engine import folders
from instructors.engine.folders import lay, remove


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/x", "", ".", "a\0b"])
def test_a_path_that_leads_out_of_the_folder_is_refused(tmp_path, path):
    with pytest.raises(ValueError, match="inside the folder"):
        lay(tmp_path / "work", {path: b"x"})


def test_what_is_laid_is_there_byte_for_byte(tmp_path):
    lay(tmp_path, {"data/a.csv": b"1\r\n2\n"})
    assert b"1\r\n2\n" == (tmp_path / "data" / "a.csv").read_bytes()


def test_a_link_is_not_followed_when_files_are_laid(tmp_path):
    (tmp_path / "x").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        lay(tmp_path, {"x": b"x"})


def test_removing_follows_no_link(tmp_path):
    root, kept = tmp_path / "run", tmp_path / "kept"
    root.mkdir()
    kept.mkdir(mode=0o500)
    (root / "link").symlink_to(kept)
    remove(root)
    assert (False, 0o500) == (root.exists(), kept.stat().st_mode & 0o777)


def test_a_tree_in_which_everything_was_forbidden_is_removed(tmp_path):
    inner = tmp_path / "run" / "a" / "b"
    inner.mkdir(parents=True)
    for folder in (inner, *inner.parents[:2]):
        folder.chmod(0)
    remove(tmp_path / "run")
    assert [] == list(tmp_path.iterdir())


@pytest.fixture(params=[True, False], ids=["by descriptor", "plainly"])
def either_way(request, monkeypatch):
    if request.param and not folders._BY_DESCRIPTOR:
        pytest.skip("this system opens no folders")
    monkeypatch.setattr(folders, "_BY_DESCRIPTOR", request.param)
    return request.param


def _nested(root, names):
    """Make a folder in a folder in a folder, deeper than a path can say."""
    root.mkdir()
    at = os.open(root, os.O_RDONLY)
    for name in names:
        os.mkdir(name, dir_fd=at)
        inner = os.open(name, os.O_RDONLY, dir_fd=at)
        os.close(os.open("file", os.O_CREAT, dir_fd=inner))
        os.close(at)
        at = inner
    os.close(at)


@pytest.mark.skipif(os.name != "posix", reason="folders cannot be opened")
@pytest.mark.parametrize("names", [["n" * 200] * 25, ["n"] * 1_200, ["n" * 250] * 3_000], ids=["long", "deep", "both"])
def test_a_tree_deeper_than_a_path_can_say_is_removed(tmp_path, names):
    _nested(tmp_path / "run", names)
    remove(tmp_path / "run")
    assert [] == list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="folders cannot be opened")
@pytest.mark.parametrize("names", [["n" * 200] * 25, ["n"] * 1_200], ids=["long", "deep"])
def test_what_cannot_be_removed_is_nobodys_failure(tmp_path, monkeypatch, names):
    _nested(tmp_path / "run", names)
    with monkeypatch.context() as plain:
        plain.setattr(folders, "_BY_DESCRIPTOR", False)
        remove(tmp_path / "run")
    remove(tmp_path / "run")


def test_a_folder_that_is_not_there_is_removed(tmp_path, either_way):
    remove(tmp_path / "run")
    assert [] == list(tmp_path.iterdir())


def test_files_and_folders_are_removed(tmp_path, either_way):
    lay(tmp_path / "run", {"a/b.txt": b"1", "a/c/d.txt": b"2", "e.txt": b"3"})
    (tmp_path / "run" / "a").chmod(0o500)
    remove(tmp_path / "run")
    assert [] == list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="root becomes somebody else")
def test_whoever_is_not_root_removes_what_was_forbidden():
    with tempfile.TemporaryDirectory() as place:  # pytest's own is closed to everybody else
        os.chmod(place, 0o777)
        child = os.fork()
        if not child:
            _forbid_and_remove(f"{place}/run")
        os.waitpid(child, 0)
        assert [] == os.listdir(place)


def _forbid_and_remove(run):
    try:
        os.setgid(60000)
        os.setuid(60000)
        lay(run, {"a/b/f": b"1", "a/b/c/f": b"2"})
        for folder in (f"{run}/a/b/c", f"{run}/a/b", f"{run}/a", run):
            os.chmod(folder, 0)
        remove(run)
    finally:
        os._exit(0)
