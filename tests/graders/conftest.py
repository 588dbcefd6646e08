"""What tests of the learner's desk need: a fetched lesson on a laptop."""

import shutil

import pytest

from graders.desk.session import renew


@pytest.fixture
def lesson(mini_class, tmp_path, monkeypatch):
    """A learner's laptop: the fetched lesson folder, the class's data file beside it, nothing else of the class."""
    folder = tmp_path / "work" / "01_mini"
    shutil.copytree(mini_class.root / "source" / "01_mini", folder)
    shutil.copy(mini_class.delivery_file, folder.parent)
    for name in ("SITU_CASE", "SITU_DATA", "JUPYTERHUB_USER", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SITU_LEARNER", "ana")
    monkeypatch.setenv("SITU_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(folder)
    renew()
    return folder
