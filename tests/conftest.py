"""What many tests need: a block and a dataset small enough to run in milliseconds, and a class made of them."""

import os
import shutil
from pathlib import Path

import pytest

collect_ignore = ["mini"]  # content, not tests

MINI = Path(__file__).parent / "mini"
GALLERY = Path(__file__).parent / "gallery"
SWITCHES = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture
def mini_content(monkeypatch):
    """The folder with the small block and dataset, as the content of this machine."""
    monkeypatch.setenv("SITU_CONTENT", str(MINI))
    return MINI


@pytest.fixture
def command(monkeypatch, capsys):
    """Runs `situ` as it is typed; returns exit code, standard output and standard error."""
    from instructors import cli

    def command(*arguments):
        monkeypatch.setattr("sys.argv", ["situ", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code or 0
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """A class of the small block, as an instructor makes it; never written to."""
    from instructors.making import Plan, new_class

    root = tmp_path_factory.mktemp("made") / "autumn"
    return new_class(root, Plan(str(MINI / "courses" / "mini"), "autumn", seed=7, rows=120))


@pytest.fixture
def mini_class(mini_content, made_once, tmp_path):
    """A class of the small block, to do with as one likes."""
    from instructors.classes import open_class

    shutil.copytree(made_once.root, tmp_path / "autumn", symlinks=True)
    return open_class(tmp_path / "autumn")


@pytest.fixture(scope="session")
def memo_class_once(tmp_path_factory):
    """A class of the gallery's second lesson: a question that follows another, and a memo with a rubric; never written to."""
    from instructors.making import Plan, new_class

    root = tmp_path_factory.mktemp("memo") / "autumn"
    return new_class(root, Plan(str(GALLERY / "courses" / "gallery"), "autumn", seed=7, rows=120, lessons=("2",)))


@pytest.fixture
def memo_class(memo_class_once, tmp_path):
    """A class of that lesson, to do with as one likes."""
    from instructors.classes import open_class

    shutil.copytree(memo_class_once.root, tmp_path / "memo", symlinks=True)
    return open_class(tmp_path / "memo")


@pytest.fixture(scope="module")
def browser():
    """Chromium, or a reason to skip; to fail where SITU_REQUIRE_BROWSER says so."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        lacking = "Expected a browser named chromium, found none. On Debian: apt install chromium"
        pytest.fail(lacking) if os.environ.get("SITU_REQUIRE_BROWSER") else pytest.skip(lacking)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=SWITCHES.split())
        yield opened
        opened.close()
