"""What tests in the browser need: a screen with its pictures, and JupyterLab on a class.

Pictures go to a temporary folder, or to the one that SITU_SCREENSHOTS names.
"""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from instructors.lab import Lab, start

TOKEN = "for-this-test-alone"
PATIENCE = 90_000  # milliseconds; JupyterLab starts in six seconds on two idle cores
expect.set_options(timeout=PATIENCE)
TRACKER = "@jupyterlab/notebook-extension/tracker.jupyterlab-settings"  # where to ask for cells out of sight as well


@dataclass(frozen=True, slots=True)
class Screen:
    """A page of the browser and where its pictures go."""

    page: Page
    pictures: Path

    def picture(self, name: str) -> None:
        self.page.screenshot(path=self.pictures / f"{name}.png")

    def cell(self, text: str) -> Locator:
        return self.page.locator(".jp-CodeCell", has_text=text).first

    def choose(self, menu: str, command: str) -> None:
        """Choose a command from one of JupyterLab's menus."""
        self.page.locator(".lm-MenuBar-item").get_by_text(menu, exact=True).click()
        self.page.locator(f".lm-Menu-item[data-command='{command}']").click()

    def centre(self, shown: Locator) -> None:
        """Bring something into the middle of the picture."""
        shown.evaluate("shown => shown.scrollIntoView({block: 'center'})")


Opened = Callable[[Callable[[int], Lab], Path], AbstractContextManager[str]]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(os.environ.get("SITU_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def screen(browser: Browser, pictures: Path) -> Iterator[Screen]:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE)
    yield Screen(page, pictures)
    page.close()


@pytest.fixture(scope="session")
def opened() -> Opened:
    """Return a context in which JupyterLab runs on a class; it gives the server's address, with a place for path and token."""
    return _opened


@contextmanager
def _opened(lab_at: Callable[[int], Lab], settings: Path) -> Iterator[str]:
    port = _free_port()
    lab = lab_at(port)
    own = {"JUPYTER_TOKEN": TOKEN, "JUPYTERLAB_SETTINGS_DIR": str(settings)}
    every_cell = {settings / TRACKER: '{"windowingMode": "none"}'}
    process = start(Lab(lab.folder, lab.command, {**lab.environment, **own}, {**lab.files, **every_cell}))
    try:
        _wait_until_listening(port, process)
        yield f"http://127.0.0.1:{port}/{{}}?token={TOKEN}"
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _wait_until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        with suppress(subprocess.TimeoutExpired):
            pytest.fail(f"JupyterLab ended with exit code {process.wait(0.1)} before it listened")
