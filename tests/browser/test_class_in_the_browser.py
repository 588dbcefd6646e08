"""A class driven as people drive it: JupyterLab and nbgrader's pages in a real browser.

Pictures of the way go to a temporary folder, or to the one that SITU_SCREENSHOTS names.
"""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect, sync_playwright

from instructors.build import answer_grade_id, graded_grade_id, submitted_names
from instructors.classes import Class
from instructors.lab import Lab, instructor_lab, learner_lab, start
from instructors.making import Plan, new_class
from instructors.nbgrader_command import nbgrader
from instructors.simulate import by_grade_id, typed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEARNER = "ana.b"
BLOCK = "credit-xai"
LESSON = "01_log_odds"
QUESTION = "1.1"
NOT_ATTEMPTED = re.compile(r"(\d\.\d) · Not attempted")
TOKEN = "for-this-test-alone"
PATIENCE = 90_000  # milliseconds; JupyterLab starts in six seconds on two idle cores
TRACKER = "@jupyterlab/notebook-extension/tracker.jupyterlab-settings"  # where to ask for cells out of sight as well
SWITCHES = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@dataclass(frozen=True, slots=True)
class Screen:
    """A page of the browser and where its pictures go."""

    page: Page
    pictures: Path

    def picture(self, name: str) -> None:
        self.page.screenshot(path=self.pictures / f"{name}.png")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        lacking = "Expected a browser named chromium, found none. On Debian: apt install chromium"
        pytest.fail(lacking) if os.environ.get("SITU_REQUIRE_BROWSER") else pytest.skip(lacking)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=SWITCHES.split())
        yield opened
        opened.close()


@pytest.fixture
def screen(browser: Browser, tmp_path: Path) -> Iterator[Screen]:
    pictures = Path(os.environ.get("SITU_SCREENSHOTS") or tmp_path / "screenshots")
    pictures.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield Screen(page, pictures)
    page.close()


@pytest.fixture
def released(tmp_path: Path) -> Class:
    """A class whose lesson waits in the exchange."""
    made = new_class(tmp_path / "autumn", Plan(BLOCK, "autumn", seed=7))
    nbgrader("generate_assignment", LESSON, folder=made.root)
    nbgrader("release_assignment", LESSON, folder=made.root)
    return made


def test_a_lesson_goes_from_fetch_to_the_graded_page(screen: Screen, released: Class) -> None:
    stub, filled = answer_cell(released)
    with opened(learner_lab(released, LEARNER, port := free_port(), browser=False), port, screen):
        fetch(screen)
        open_lesson(screen)
        run_all(screen, "3-untouched")
        assert list(released.keys(LESSON)) == NOT_ATTEMPTED.findall(validate(screen, "4-validated-untouched"))
        answer(screen, stub, filled)
        run_all(screen, "5-answered")
        assert f"{QUESTION} · Recorded" in cell(screen, f'submit("{QUESTION}"').inner_text()
        assert QUESTION not in NOT_ATTEMPTED.findall(validate(screen, "6-validated"))
        submit(screen)
    with opened(instructor_lab(released, port := free_port(), browser=False), port, screen):
        grade(screen)
        read_graded_page(screen)
    assert released.keys(LESSON)[QUESTION].points == points(released)


@contextmanager
def opened(lab: Lab, port: int, screen: Screen) -> Iterator[None]:
    """JupyterLab on a class, open in the browser and shut down after."""
    own = {"JUPYTER_TOKEN": TOKEN, "JUPYTERLAB_SETTINGS_DIR": str(screen.pictures / ".settings")}
    every_cell = {Path(own["JUPYTERLAB_SETTINGS_DIR"], TRACKER): '{"windowingMode": "none"}'}
    process = start(Lab(lab.folder, lab.command, {**lab.environment, **own}, {**lab.files, **every_cell}))
    try:
        wait_until_listening(port, process)
        screen.page.goto(f"http://127.0.0.1:{port}/lab?token={TOKEN}")
        screen.page.locator(".lm-MenuBar-item").get_by_text("Nbgrader", exact=True).wait_for()
        yield
    finally:
        screen.page.goto("about:blank")
        process.terminate()
        process.wait(30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        with suppress(subprocess.TimeoutExpired):
            pytest.fail(f"JupyterLab ended with exit code {process.wait(0.1)} before it listened")


def choose(screen: Screen, menu: str, command: str) -> None:
    """Choose a command from one of JupyterLab's menus."""
    screen.page.locator(".lm-MenuBar-item").get_by_text(menu, exact=True).click()
    screen.page.locator(f".lm-Menu-item[data-command='{command}']").click()


def fetch(screen: Screen) -> None:
    choose(screen, "Nbgrader", "nbgrader:open-assignment-list")
    screen.page.locator("#released_assignments_list").get_by_role("button", name="Fetch").click()
    expect(screen.page.locator("#fetched_assignments_list").get_by_role("button", name="Submit")).to_be_visible()
    screen.picture("1-fetched")


def open_lesson(screen: Screen) -> None:
    screen.page.locator("#fetched_assignments_list a.assignment-notebooks-link").click()
    screen.page.locator("#fetched_assignments_list .assignment-notebooks a", has_text=LESSON).click()
    cell(screen, f'submit("{QUESTION}"').wait_for()
    screen.picture("2-opened")


def cell(screen: Screen, text: str) -> Locator:
    return screen.page.locator(".jp-CodeCell", has_text=text).first


def centre(shown: Locator) -> None:
    """Bring something into the middle of the picture."""
    shown.evaluate("shown => shown.scrollIntoView({block: 'center'})")


def run_all(screen: Screen, picture: str) -> None:
    """Run every cell in a fresh kernel, and wait until the last one has run."""
    page = screen.page
    last = page.locator(".jp-CodeCell .jp-InputPrompt").last
    expect(page.locator("#jp-main-statusbar")).to_contain_text(
        "| Idle"
    )  # cells sent to a kernel that starts are dropped
    choose(screen, "Edit", "editmenu:clear-all")
    expect(last).to_have_text(re.compile(r"\[ \]"))
    choose(screen, "Run", "runmenu:restart-and-run-all")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(last).to_have_text(re.compile(r"\[\d+\]"))
    centre(cell(screen, f'submit("{QUESTION}"'))
    screen.picture(picture)


def answer(screen: Screen, stub: str, filled: str) -> None:
    cell(screen, stub).locator(".cm-content").click()
    screen.page.keyboard.press("Control+a")
    screen.page.keyboard.insert_text(filled)


def validate(screen: Screen, picture: str) -> str:
    """Press Validate, which saves first; return what it says."""
    screen.page.locator(".jp-NotebookPanel-toolbar").get_by_text("Validate").click()
    said = screen.page.locator(".jp-Dialog")
    expect(said).to_contain_text("Validation Results")
    screen.picture(picture)
    text = said.inner_text()
    said.get_by_role("button", name="Ok").click()
    return text


def submit(screen: Screen) -> None:
    choose(screen, "Nbgrader", "nbgrader:open-assignment-list")
    screen.page.locator("#fetched_assignments_list").get_by_role("button", name="Submit").click()
    expect(screen.page.locator("#submitted_assignments_list")).to_contain_text(LESSON)
    screen.picture("7-submitted")


def grade(screen: Screen) -> None:
    """Collect and autograde with the formgrader's own buttons."""
    choose(screen, "Nbgrader", "nbgrader:open-formgrader")
    pages = screen.page.frame_locator("iframe")
    press(screen, pages, "td.collect a", "8-collected")
    pages.locator("td.num-submissions a").click()
    press(screen, pages, "td.autograde a", "9-autograded")


def press(screen: Screen, pages: FrameLocator, button: str, picture: str) -> None:
    pages.locator(button).click()
    said = pages.locator(".modal.in")
    expect(said.locator(".modal-title")).to_have_text("Success")
    expect(said).to_have_css("opacity", "1")
    screen.picture(picture)
    said.get_by_role("button", name="OK").click()
    expect(said).to_have_count(0)


def read_graded_page(screen: Screen) -> None:
    pages = screen.page.frame_locator("iframe")
    pages.get_by_role("link", name="Manual Grading").click()
    pages.get_by_role("link", name=LESSON).click()
    pages.locator("tbody").get_by_role("link", name=LESSON).click()
    pages.locator("tbody a.name-hidden").click()
    centre(pages.get_by_text(f"{QUESTION} · Right"))
    screen.picture("10-graded-page")


def answer_cell(made: Class) -> tuple[str, str]:
    """The first line of the question's answer cell, and what this learner types there to be right."""
    cells = by_grade_id(nbformat.read(made.root / "release" / LESSON / f"{LESSON}.ipynb", as_version=4))
    right = made.keys(LESSON)[QUESTION].expect(made.case(LEARNER)).right_answers()[0]
    asked = submitted_names(cells[graded_grade_id(QUESTION)].source)
    return cells[answer_grade_id(QUESTION)].source.splitlines()[0], typed(asked, right)


def points(made: Class) -> float:
    with Gradebook(f"sqlite:///{made.root / 'gradebook.db'}") as gradebook:
        return float(gradebook.find_submission(LESSON, LEARNER).score)
