"""A class driven as people drive it: JupyterLab and nbgrader's pages in a real browser, the whole lesson by form."""

import re
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import FrameLocator, expect

from graders.answerbook import NAME, read_book
from graders.content import load_module
from graders.forms import drawn, fitted
from graders.practice import practice_of
from instructors.classes import Class
from instructors.lab import instructor_lab, learner_folder, learner_lab
from instructors.making import Plan, new_class
from instructors.nbgrader_command import nbgrader

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEARNER = "ana.b"
BLOCK = "credit-xai"
LESSON = "01_log_odds"
QUESTION = "1.1"
NOT_ATTEMPTED = re.compile(r"(\d\.\d) · Not attempted")


@pytest.fixture
def released(tmp_path: Path) -> Class:
    """A class whose lesson waits in the exchange."""
    made = new_class(tmp_path / "autumn", Plan(BLOCK, "autumn", seed=7))
    nbgrader("generate_assignment", LESSON, folder=made.root)
    nbgrader("release_assignment", LESSON, folder=made.root)
    return made


def test_a_lesson_done_by_form_alone_goes_from_fetch_to_full_points(screen, opened, pictures, released: Class) -> None:
    settings = pictures / ".settings"
    with opened(lambda port: learner_lab(released, LEARNER, port, browser=False), settings) as address:
        open_lab(screen, address)
        fetch(screen)
        open_lesson(screen)
        run_all(screen, "3-untouched")
        assert list(released.keys(LESSON)) == NOT_ATTEMPTED.findall(validate(screen, "4-validated-untouched"))
        do_all_practice(screen, released)
        answer_all_questions(screen, released)
        run_all(screen, "5-answered")
        assert [] == NOT_ATTEMPTED.findall(validate(screen, "6-validated"))
        submit(screen)
        screen.page.goto("about:blank")
    with opened(lambda port: instructor_lab(released, port, browser=False), settings) as address:
        open_lab(screen, address)
        grade(screen)
        read_graded_page(screen)
        screen.page.goto("about:blank")
    assert sum(key.points for key in released.keys(LESSON).values()) == points(released)


def do_all_practice(screen, made: Class) -> None:
    case = made.case(LEARNER, LESSON)
    for item, practice in practice_of(load_module(case.directory / "practice_1.py")).items():
        expectation = practice.expect(case)
        fill(form(screen, item), expectation.form, expectation.right_answers()[0], case)
        form(screen, item).get_by_role("button", name="Check").click()
        expect(form(screen, item).locator(".situ-status")).to_contain_text(f"{item} · Right")


def answer_all_questions(screen, made: Class) -> None:
    case, book = made.case(LEARNER, LESSON), learner_folder(made, LEARNER) / LESSON / NAME
    for question, key in made.keys(LESSON).items():
        expectation = key.expect(case)
        fill(form(screen, question), expectation.form, expectation.right_answers()[0], case)
        expect(form(screen, question).locator(".situ-status")).to_contain_text(f"{question} · Recorded")
        screen.centre(form(screen, question))
        screen.picture(f"question-{question}")
        assert "form" == read_book(book).entries[question].by


def form(screen, item: str):
    return screen.page.locator(f'.situ-form[data-item="{item}"]')


def fill(place, asked, answer, case) -> None:
    """Fill in a form, or a part of one, with mouse and keys."""
    fill_in(place, drawn(asked, case.picks), fitted(asked, answer, case.picks))


def fill_in(place, form, answer) -> None:
    if form["kind"] == "parts":
        for part in form["parts"]:
            fill_in(place.locator(f'[data-field="{part["name"]}"]'), part["form"], answer[part["name"]])
    elif form["kind"] in ("number", "text"):
        place.get_by_role("textbox").first.fill(str(answer))
        place.get_by_role("textbox").first.press("Tab")
    elif form["kind"] == "choice":
        pick(place, answer)
    elif form["kind"] == "choices":
        for name in answer:
            place.locator(f'input[type=checkbox][value="{name}"]').check()
    elif form["kind"] == "ranking":
        for at, name in enumerate(answer):
            place.get_by_role("combobox").nth(at).select_option(name)
    else:
        for at, row in enumerate(form["rows"]):
            pick(place.get_by_role("radiogroup").nth(at), answer[row["id"]])


def pick(place, name: str) -> None:
    if place.get_by_role("combobox").count():
        place.get_by_role("combobox").first.select_option(name)
    else:
        place.locator(f'input[type=radio][value="{name}"]').check()


def open_lab(screen, address: str) -> None:
    screen.page.goto(address.format("lab"))
    screen.page.locator(".lm-MenuBar-item").get_by_text("Nbgrader", exact=True).wait_for()


def fetch(screen) -> None:
    screen.choose("Nbgrader", "nbgrader:open-assignment-list")
    screen.page.locator("#released_assignments_list").get_by_role("button", name="Fetch").click()
    expect(screen.page.locator("#fetched_assignments_list").get_by_role("button", name="Submit")).to_be_visible()
    screen.picture("1-fetched")


def open_lesson(screen) -> None:
    screen.page.locator("#fetched_assignments_list a.assignment-notebooks-link").click()
    screen.page.locator("#fetched_assignments_list .assignment-notebooks a", has_text=LESSON).click()
    screen.cell(f'answer("{QUESTION}"').wait_for()
    screen.picture("2-opened")


def run_all(screen, picture: str) -> None:
    """Run every cell in a fresh kernel, and wait until the last one has run."""
    page = screen.page
    last = page.locator(".jp-CodeCell .jp-InputPrompt").last
    expect(page.locator("#jp-main-statusbar")).to_contain_text(
        "| Idle"
    )  # cells sent to a kernel that starts are dropped
    screen.choose("Edit", "editmenu:clear-all")
    expect(last).to_have_text(re.compile(r"\[ \]"))
    screen.choose("Run", "runmenu:restart-and-run-all")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(last).to_have_text(re.compile(r"\[\d+\]"))
    screen.centre(screen.cell(f'answer("{QUESTION}"'))
    screen.picture(picture)


def validate(screen, picture: str) -> str:
    """Press Validate, which saves first; return what it says."""
    screen.page.locator(".jp-NotebookPanel-toolbar").get_by_text("Validate").click()
    said = screen.page.locator(".jp-Dialog")
    expect(said).to_contain_text("Validation Results")
    screen.picture(picture)
    text = said.inner_text()
    said.get_by_role("button", name="Ok").click()
    return text


def submit(screen) -> None:
    screen.choose("Nbgrader", "nbgrader:open-assignment-list")
    screen.page.locator("#fetched_assignments_list").get_by_role("button", name="Submit").click()
    expect(screen.page.locator("#submitted_assignments_list")).to_contain_text(LESSON)
    screen.picture("7-submitted")


def grade(screen) -> None:
    """Collect and autograde with the formgrader's own buttons."""
    screen.choose("Nbgrader", "nbgrader:open-formgrader")
    pages = screen.page.frame_locator("iframe")
    press(screen, pages, "td.collect a", "8-collected")
    pages.locator("td.num-submissions a").click()
    press(screen, pages, "td.autograde a", "9-autograded")


def press(screen, pages: FrameLocator, button: str, picture: str) -> None:
    pages.locator(button).click()
    said = pages.locator(".modal.in")
    expect(said.locator(".modal-title")).to_have_text("Success")
    expect(said).to_have_css("opacity", "1")
    screen.picture(picture)
    said.get_by_role("button", name="OK").click()
    expect(said).to_have_count(0)


def read_graded_page(screen) -> None:
    pages = screen.page.frame_locator("iframe")
    pages.get_by_role("link", name="Manual Grading").click()
    pages.get_by_role("link", name=LESSON).click()
    pages.locator("tbody").get_by_role("link", name=LESSON).click()
    pages.locator("tbody a.name-hidden").click()
    screen.centre(pages.get_by_text(f"{QUESTION} · Right"))
    screen.picture("10-graded-page")


def points(made: Class) -> float:
    with Gradebook(f"sqlite:///{made.root / 'gradebook.db'}") as gradebook:
        return float(gradebook.find_submission(LESSON, LEARNER).score)
