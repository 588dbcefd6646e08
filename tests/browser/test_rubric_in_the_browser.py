"""A memo with a rubric as people see it: the table before it is written, the formgrader while it is marked, the feedback."""

import re
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from nbgrader.api import Gradebook
from playwright.sync_api import FrameLocator, expect

from graders.answerbook import AnswerBook
from instructors.classes import Class
from instructors.lab import instructor_lab, learner_folder, learner_lab
from instructors.making import Plan, new_class
from instructors.nbgrader_command import nbgrader

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GALLERY = Path(__file__).parents[1] / "gallery"
LESSON = "02_memo"
LEARNER = "ana"
MEMO = (
    "The mean amount is about five hundred euros over forty loans.\n\n"
    "It says nothing of the largest loan. Please look at that one alone before you decide."
)
CRITERIA = {"facts": "4", "limits": "3", "writing": "1.5"}


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Class:
    root = tmp_path_factory.mktemp("rubric") / "autumn"
    made = new_class(root, Plan(str(GALLERY / "courses" / "gallery"), "autumn", seed=7, rows=120, lessons=("2",)))
    nbgrader("generate_assignment", LESSON, folder=root)
    folder = learner_folder(made, LEARNER) / LESSON
    shutil.copytree(root / "release" / LESSON, folder)
    return made


@pytest.fixture(scope="module")
def graded(released: Class) -> Class:
    folder = released.root / "submitted" / LEARNER / LESSON
    shutil.copytree(released.root / "release" / LESSON, folder)
    AnswerBook(folder).save("2.3", MEMO, by="form", learner=LEARNER)
    nbgrader("autograde", LESSON, folder=released.root)
    return released


def test_a_learner_reads_the_rubric_before_the_memo(screen, opened, pictures, released: Class) -> None:
    with opened(lambda port: learner_lab(released, LEARNER, port, browser=False), pictures / ".settings") as address:
        screen.page.goto(address.format(f"lab/tree/{LESSON}/{LESSON}.ipynb"))
        table = screen.page.locator(".jp-MarkdownOutput table").first
        expect(table.locator("th")).to_have_text(
            ["Criterion (12 points)", "Insufficient", "Developing", "Proficient", "Exemplary"]
        )
        expect(table.locator("tbody tr").first).to_contain_text("Facts and units (6 points)")
        cap = "Cap: A memo with an invented number earns four points at most."
        expect(screen.page.locator(".jp-MarkdownOutput p").get_by_text(cap)).to_be_visible()
        screen.centre(table)
        screen.picture("rubric-1-before-the-memo")
        criterion = screen.page.locator(".jp-MarkdownCell", has_text="Writing · at most 2 points")
        screen.centre(criterion)
        screen.picture("rubric-2-after-the-memo")
        screen.page.goto("about:blank")


def test_a_person_marks_a_memo_criterion_by_criterion(screen, opened, pictures, graded: Class) -> None:
    with opened(lambda port: instructor_lab(graded, port, browser=False), pictures / ".settings") as address:
        screen.page.goto(address.format("lab"))
        screen.page.locator(".lm-MenuBar-item").get_by_text("Nbgrader", exact=True).wait_for()
        screen.choose("Nbgrader", "nbgrader:open-formgrader")
        pages = screen.page.frame_locator("iframe")
        open_submission(screen, pages)
        expect(pages.get_by_text("For the person who marks: what a memo on this case has to say")).to_be_visible()
        expect(pages.get_by_text("It says nothing of the largest loan.")).to_be_visible()
        screen.centre(pages.get_by_text("2.3 · Waiting for your instructor"))
        screen.picture("rubric-3-what-it-has-to-say")
        for criterion, points in CRITERIA.items():
            mark(screen, pages, criterion, points)
        screen.centre(box(pages, "limits"))
        screen.picture("rubric-4-marked-by-criteria")
        screen.page.goto("about:blank")
    assert {"facts": 4.0, "limits": 3.0, "writing": 1.5} == saved(graded)
    assert not waits(graded)


def test_the_feedback_shows_every_criterion_with_its_points(screen, graded: Class) -> None:
    nbgrader("generate_feedback", LESSON, "--force", folder=graded.root)
    asked = []
    screen.page.on("request", lambda request: asked.append(request.url))
    screen.page.goto((graded.root / "feedback" / LEARNER / LESSON / f"{LESSON}.html").as_uri())
    expect(screen.page.get_by_text("2.3 · Marked by your instructor · 8.5 of 12")).to_be_visible()
    row = screen.page.locator("table.criteria tr", has_text="Facts and units")
    expect(row).to_contain_text("Proficient · Every number has its unit")
    expect(row).to_contain_text("4 of 6")
    expect(row).to_contain_text("On facts.")
    screen.page.get_by_role("link", name="2.3").first.click()
    screen.centre(screen.page.get_by_text("What a memo on this case had to say"))
    screen.picture("rubric-5-feedback")
    screen.centre(row)
    screen.picture("rubric-6-feedback-by-criteria")
    assert 1 == len({url.partition("#")[0] for url in asked}), "the page asks for nothing beside itself"


@pytest.fixture(scope="module")
def feedback(graded: Class) -> str:
    nbgrader("generate_feedback", LESSON, "--force", folder=graded.root)
    return (graded.root / "feedback" / LEARNER / LESSON / f"{LESSON}.html").as_uri()


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_the_feedback_page_is_readable_by_all_at_any_width(screen, feedback: str, width: int) -> None:
    screen.page.set_viewport_size({"width": width, "height": 900})
    screen.page.goto(feedback)
    screen.page.locator("details.lesson > summary").click()
    screen.page.screenshot(path=screen.pictures / f"feedback-{width}.png", full_page=True)
    found = Axe().run(screen.page).response["violations"]
    assert [] == [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found]
    assert width >= screen.page.evaluate("document.documentElement.scrollWidth")


def open_submission(screen, pages: FrameLocator) -> None:
    pages.get_by_role("link", name="Manual Grading").click()
    pages.get_by_role("link", name=LESSON).click()
    pages.locator("tbody").get_by_role("link", name=LESSON).click()
    expect(pages.locator("tbody a.name-hidden")).to_be_visible()
    screen.picture("rubric-3-needs-grading")
    pages.locator("tbody a.name-hidden").click()


def box(pages: FrameLocator, criterion: str):
    return pages.locator(f"#criterion-2-3-{criterion}")


def mark(screen, pages: FrameLocator, criterion: str, points: str) -> None:
    """Type the points into the criterion's own box, and a comment into the one below."""
    expect(box(pages, criterion)).to_have_class(re.compile("needs_manual_grade"))
    panel = pages.locator(".nbgrader_cell").filter(has=box(pages, criterion))
    expect(panel.locator("th")).to_have_text(["Insufficient", "Developing", "Proficient", "Exemplary"])
    box(pages, criterion).fill(points)
    box(pages, criterion).press("Tab")
    expect(box(pages, criterion)).not_to_have_class(re.compile("needs_manual_grade"))
    comment = pages.locator(f"#criterion-2-3-{criterion}-comment")
    comment.fill(f"On {criterion}.")
    with screen.page.expect_response(re.compile("/api/comment/")):
        comment.press("Tab")


def saved(made: Class) -> dict[str, float]:
    with Gradebook(made.gradebook) as gradebook:
        found = gradebook.find_submission_notebook(LESSON, LESSON, LEARNER).grades
        return {
            grade.name.removeprefix("criterion-2-3-"): grade.manual_score
            for grade in found
            if "criterion" in grade.name
        }


def waits(made: Class) -> bool:
    with Gradebook(made.gradebook) as gradebook:
        return bool(gradebook.find_submission(LESSON, LEARNER).needs_manual_grade)
