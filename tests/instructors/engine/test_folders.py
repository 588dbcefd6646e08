import pytest

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
