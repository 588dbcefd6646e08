"""Every kind of form as a learner fills it in: in JupyterLab, by keyboard and by mouse, and through all that can go wrong."""

import json
import re
import shutil
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from graders.answerbook import NAME, read_book
from graders.desk.texts import form_texts
from instructors.lab import learner_folder, learner_lab
from instructors.making import Plan, new_class
from instructors.nbgrader_command import nbgrader

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DESK = Path(__file__).parents[2] / "graders" / "desk"
GALLERY = Path(__file__).parents[1] / "gallery"
LESSON = "01_forms"
LEARNER = "ana"
NOTEBOOK = f"{LESSON}/{LESSON}.ipynb"
AT_ONCE = 5_000  # milliseconds
FIRST, LAST = "1.a", "1.11"
FORMS = 14  # eleven questions, one practice item, one decision, and the converter

MILLISECONDS_TO_A_VERDICT = """check => new Promise(resolve => {
  const pressed = performance.now();
  const said = () => check.closest('.situ-form').querySelector('.situ-status').textContent.includes('Not right');
  const look = () => said() ? resolve(performance.now() - pressed) : requestAnimationFrame(look);
  check.click();
  look();
})"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """The lesson as it is open in the browser."""

    page: Page
    folder: Path

    def form(self, item: str) -> Locator:
        return self.page.locator(f'.situ-form[data-item="{item}"]')

    def button(self, item: str, name: str) -> Locator:
        return self.form(item).get_by_role("button", name=name).first

    def control(self, item: str, role: str = "textbox") -> Locator:
        """The first control of a kind, with the focus on it."""
        control = self.form(item).get_by_role(role).first
        control.focus()
        return control

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def entry(self, item: str):
        return read_book(self.folder / NAME).entries.get(item)

    def has_saved(self, item: str, answer: object) -> bool:
        """Tell whether the answer lands in the file; waits a little."""
        until = time.monotonic() + AT_ONCE / 1000
        while time.monotonic() < until:
            self.page.wait_for_timeout(50)  # the browser goes on meanwhile, as it would not in time.sleep
            if (found := self.entry(item)) is not None and found.answer == answer:
                return True
        raise AssertionError(f"{item}: expected {answer!r}, got {found and found.answer!r}")

    def says(self, item: str, text: str, part: str = "") -> None:
        expect(self.form(item).locator(part) if part else self.form(item)).to_contain_text(text)

    def choose(self, menu: str, command: str) -> None:
        self.page.locator(".lm-MenuBar-item").get_by_text(menu, exact=True).click()
        self.page.locator(f".lm-Menu-item[data-command='{command}']").click()

    def open(self, address: str) -> None:
        self.page.goto(address.format(f"lab/tree/{NOTEBOOK}"))
        self.is_idle()

    def is_idle(self) -> None:
        expect(self.page.locator("#jp-main-statusbar")).to_contain_text("| Idle")

    def run_all(self) -> None:
        """Restart the kernel and run every cell."""
        self.is_idle()
        self.page.keyboard.press("Escape")
        self.choose("Run", "runmenu:restart-and-run-all")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        expect(self.page.locator(".jp-CodeCell .jp-InputPrompt").last).to_have_text(re.compile(r"\[\d+\]"))
        expect(self.form(LAST)).to_have_count(1)

    def restart(self) -> None:
        self.choose("Kernel", "kernelmenu:restart")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.wait_for_timeout(1000)
        self.is_idle()

    def save(self) -> None:
        self.page.keyboard.press("Control+s")
        expect(self.page.locator(".jp-NotebookPanel-toolbar")).to_be_visible()
        self.page.wait_for_timeout(1000)

    def cell_of(self, item: str) -> Locator:
        return self.page.locator(".jp-CodeCell", has_text=f'"{item}"').first

    def run_cell_of(self, item: str) -> None:
        """Click into the cell and run it, as the paper says."""
        self.cell_of(item).locator(".cm-content").click()
        self.keys("Shift+Enter")
        self.form(item).wait_for()

    def run(self, code: str) -> None:
        """Run code in a new cell of the learner's own, at the top."""
        self.page.locator(".jp-CodeCell .jp-InputPrompt").first.click()
        self.keys("Escape", "a", "Enter")
        self.page.keyboard.insert_text(code)
        self.keys("Control+Enter", "Escape")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The fetched lesson in the learner's folder of a class."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SITU_CONTENT", str(GALLERY))
        root = tmp_path_factory.mktemp("gallery") / "autumn"
        made = new_class(root, Plan(str(GALLERY / "courses" / "gallery"), "autumn", seed=7, rows=120))
        nbgrader("generate_assignment", LESSON, folder=made.root)
    folder = learner_folder(made, LEARNER) / LESSON
    folder.mkdir(parents=True)
    with small_disk(folder):
        shutil.copytree(made.root / "release" / LESSON, folder, dirs_exist_ok=True)
        yield made, folder


@contextmanager
def small_disk(folder):
    """A disk of its own, small enough to be filled, where this machine lets us mount one."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    mounted = shutil.which("mount") and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def address(folder, opened, tmp_path_factory):
    """The address of one JupyterLab for all tests here."""
    made, _folder = folder
    settings = tmp_path_factory.mktemp("settings")
    with opened(lambda port: learner_lab(made, LEARNER, port, browser=False), settings) as address:
        yield address


@pytest.fixture(scope="module")
def first_page(browser, address, folder):
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    page.set_default_timeout(AT_ONCE * 4)
    expect.set_options(timeout=AT_ONCE * 4)
    lesson = Lesson(page, folder[1])
    lesson.open(address)
    lesson.run_all()
    yield lesson
    page.close()


@pytest.fixture
def lesson(first_page):
    """The lesson, all of its forms alive."""
    if first_page.form(LAST).count() == 0:
        first_page.run_all()
    return first_page


def test_a_number_is_saved_as_it_was_typed(lesson):
    lesson.control("1.1")
    lesson.page.keyboard.type("512,5")
    assert lesson.has_saved("1.1", "512,5")
    lesson.says("1.1", "512.5 EUR", ".situ-status")
    lesson.says("1.1", "Saved", ".situ-saved")


def test_nobody_is_told_off_while_typing(lesson):
    field = lesson.control("1.1")
    field.fill("")
    lesson.page.keyboard.type("about ")
    assert lesson.has_saved("1.1", "about ")
    expect(lesson.form("1.1").locator(".situ-status")).not_to_contain_text("Could not be read", timeout=300)
    lesson.keys("Tab")
    lesson.says("1.1", "Could not be read", ".situ-status")
    expect(field).to_have_attribute("aria-invalid", "true")


def test_a_choice_is_made_with_the_arrow_keys_and_can_be_cleared(lesson):
    lesson.control("1.2", "radio")
    lesson.keys("Space", "ArrowDown")
    assert lesson.has_saved("1.2", "equal")
    lesson.keys("Tab", "Enter")
    assert lesson.has_saved("1.2", None)


def test_a_choice_of_many_is_a_list_to_type_into(lesson):
    lesson.control("1.3", "combobox")
    lesson.page.keyboard.type("ten")
    assert lesson.has_saved("1.3", "tenure")


def test_keys_in_a_form_do_nothing_to_the_notebook(lesson):
    before = lesson.page.locator(".jp-Cell").count()
    lesson.control("1.2", "radio")
    lesson.keys("d", "d", "a", "b", "x", "m", "0", "0", "ArrowDown", "Escape")
    assert before == lesson.page.locator(".jp-Cell").count()
    assert lesson.page.locator(".jp-Dialog").count() == 0
    assert lesson.form("1.2").locator(":focus").count() == 1


def test_exactly_three_are_counted_and_found_by_name(lesson):
    lesson.control("1.4", "searchbox")
    lesson.page.keyboard.type("over")
    lesson.keys("Tab", "Space", "Shift+Tab", *["Backspace"] * 4)
    lesson.says("1.4", "1 of 3 chosen")
    lesson.keys("Tab", "Space", "Tab", "Space")
    lesson.says("1.4", "3 of 3 chosen")
    assert lesson.has_saved("1.4", ["income", "tenure", "overdraft"])


def test_none_of_these_is_an_answer_of_its_own(lesson):
    lesson.control("1.5", "checkbox")
    lesson.keys("Space")
    assert lesson.has_saved("1.5", ["income"])
    lesson.keys("Tab", "Tab", "Tab", "Space")
    assert lesson.has_saved("1.5", [])
    lesson.keys("Space")
    assert lesson.has_saved("1.5", None)


def test_a_ranking_is_made_by_keyboard_alone(lesson):
    lesson.control("1.6", "combobox")
    for name in ("inc", "ten", "dti", "util", "age"):
        lesson.page.keyboard.type(name)
        lesson.keys("Tab", "Tab", "Tab")
        if name in ("inc", "age"):  # the first place has no way up, the last no way down
            lesson.keys("Shift+Tab")
    assert lesson.has_saved("1.6", ["income", "tenure", "dti", "utilisation", "age"])
    lesson.form("1.6").get_by_role("combobox", name="Place 4").focus()
    lesson.keys("Tab", "Enter", "Enter")
    assert lesson.has_saved("1.6", ["income", "utilisation", "tenure", "dti", "age"])
    expect(lesson.form("1.6").locator(".situ-spoken")).to_have_text("utilisation is now in place 2")
    expect(lesson.button("1.6", "Move utilisation up")).to_be_focused()


def test_a_name_chosen_twice_changes_places(lesson):
    ranking = lesson.form("1.6")
    for place, name in enumerate(("income", "tenure", "dti", "utilisation", "age"), start=1):
        ranking.get_by_role("combobox", name=f"Place {place}").select_option(name)
    ranking.get_by_role("combobox", name="Place 1").select_option("age")
    assert lesson.has_saved("1.6", ["age", "tenure", "dti", "utilisation", "income"])
    expect(ranking.locator(".situ-spoken")).to_have_text("age and income changed places")


def test_a_ranking_is_dragged_by_mouse(lesson):
    ranking = lesson.form("1.6")
    for place, name in enumerate(("income", "tenure", "dti", "utilisation", "age"), start=1):
        ranking.get_by_role("combobox", name=f"Place {place}").select_option(name)
    ranking.scroll_into_view_if_needed()
    grips = ranking.locator(".situ-grip")
    start, end = grips.nth(4).bounding_box(), grips.nth(1).bounding_box()
    lesson.page.mouse.move(start["x"] + 5, start["y"] + 8)
    lesson.page.mouse.down()
    lesson.page.mouse.move(end["x"] + 5, end["y"] + 8, steps=6)
    lesson.page.mouse.up()
    assert lesson.has_saved("1.6", ["income", "age", "tenure", "dti", "utilisation"])


def test_a_table_is_filled_row_by_row(lesson):
    lesson.control("1.7", "radio")
    lesson.keys("Space", "Tab", "Tab", "Space", "ArrowDown", "Tab", "Tab", "Space", "ArrowUp")
    assert lesson.has_saved("1.7", {"s1": "supported", "s2": "contradicted", "s3": "cannot"})


def test_a_row_left_empty_is_said_to_earn_nothing(lesson):
    lesson.form("1.8").get_by_role("radiogroup", name="dti").get_by_label("more").check()
    assert lesson.has_saved("1.8", {"income": None, "tenure": None, "dti": "more", "age": None})
    lesson.says("1.8", "partly filled in", ".situ-status")


def test_numbers_in_rows_and_columns_are_filled_with_tab(lesson):
    lesson.control("1.9")
    for number in ("500", "100", "899", "10,5", "1", "20"):
        lesson.page.keyboard.type(number)
        lesson.keys("Tab")
    assert lesson.has_saved("1.9", [["500", "100", "899"], ["10,5", "1", "20"]])


def test_a_text_counts_its_words(lesson):
    lesson.control("1.10")
    lesson.page.keyboard.type("A mean hides")
    lesson.keys("Enter", "Shift+Enter")
    lesson.page.keyboard.type("the largest loan.")
    lesson.says("1.10", "6 words, 3 to 60 asked")
    assert lesson.has_saved("1.10", "A mean hides\n\nthe largest loan.")


def test_a_part_that_cannot_be_read_is_named_at_its_field(lesson):
    field = lesson.control("1.11")
    field.fill("much")
    lesson.keys("Tab")
    lesson.says("1.11", "got “much”", '[data-field="largest"] .situ-message')
    described = field.get_attribute("aria-describedby").split()
    assert lesson.form("1.11").locator(".situ-message:visible").get_attribute("id") in described
    field.fill("899")
    assert lesson.has_saved("1.11", {"largest": "899", "names": [None, None]})
    expect(lesson.form("1.11").locator(".situ-message:visible")).to_have_count(0)


def test_practice_is_checked_at_once_by_enter(lesson):
    lesson.control("1.a").fill("1000")
    lesson.keys("Enter")
    lesson.says("1.a", "Not right", ".situ-status")
    assert lesson.has_saved("1.a", "1000")


def test_a_verdict_takes_less_than_a_fifth_of_a_second(lesson):
    lesson.control("1.a").fill("1001")
    assert lesson.has_saved("1.a", "1001")
    lesson.says("1.a", "Not checked yet", ".situ-status")
    taken = lesson.button("1.a", "Check").evaluate(MILLISECONDS_TO_A_VERDICT)
    assert taken < 200, f"{taken:.0f} ms"


def test_hints_come_one_at_a_time(lesson):
    for level in (1, 2, 3):
        lesson.form("1.a").get_by_role("button", name=re.compile("hint", re.I)).click()
        lesson.says("1.a", f"Hint {level} of 3", ".situ-hints")
    lesson.says("1.a", "That was the last hint.", ".situ-hints")
    expect(lesson.form("1.a").locator(":focus")).to_have_text("Check")


def test_looking_without_deciding_is_noted(lesson):
    lesson.button("1.client-c", "Look without deciding").click()
    assert lesson.has_saved("1.client-c", {"$skipped": True})
    lesson.says("1.client-c", "Looked without deciding", ".situ-status")


def test_a_decision_is_there_for_the_next_cell(lesson):
    lesson.form("1.client-c").get_by_label("refuse it").check()
    for name in ("dti", "age"):
        lesson.form("1.client-c").get_by_label(name, exact=True).check()
    assert lesson.has_saved("1.client-c", {"decision": "refuse", "reasons": ["dti", "age"]})


def test_a_result_of_the_notebook_is_put_into_the_form(lesson):
    lesson.run("my_mean = 512.25")
    lesson.button("1.1", "Use my result").click()
    lesson.form("1.1").get_by_role("button", name="my_mean").click()
    assert lesson.has_saved("1.1", "512.25")
    expect(lesson.form("1.1").get_by_role("textbox")).to_have_value("512.25")


def test_an_earlier_answer_is_taken_back(lesson):
    lesson.control("1.3", "combobox").select_option("income")
    assert lesson.has_saved("1.3", "income")
    book = json.loads((lesson.folder / NAME).read_text())
    book["answers"]["1.3"]["saved"] = "2026-01-01T10:00:00+00:00"  # changes within a minute are one answer
    (lesson.folder / NAME).write_text(json.dumps(book))
    lesson.control("1.3", "combobox").select_option("age")
    lesson.form("1.3").get_by_text("Earlier answers").click()
    lesson.form("1.3").get_by_role("button", name="Take back: income").click()
    assert lesson.has_saved("1.3", "income")


def test_tab_goes_through_a_form_in_the_order_of_the_page(lesson):
    lesson.control("1.11")
    order = []
    while lesson.form("1.11").locator(":focus").count():
        order.append(lesson.page.evaluate("document.activeElement.getBoundingClientRect().bottom"))
        lesson.keys("Tab")
    assert len(order) >= 7
    assert all(later >= earlier - 10 for earlier, later in pairwise(order))


def test_the_form_is_as_it_was_after_the_page_is_loaded_again(lesson):
    lesson.control("1.1").fill("410,5")
    assert lesson.has_saved("1.1", "410,5")
    lesson.save()
    lesson.page.reload()
    expect(lesson.form("1.1").get_by_role("textbox")).to_have_value("410,5")
    lesson.control("1.1").fill("411")
    assert lesson.has_saved("1.1", "411")


def test_two_windows_show_the_same_answer(lesson, browser, address):
    page = browser.new_page()
    other = Lesson(page, lesson.folder)
    lesson.save()
    other.open(address)
    lesson.control("1.3", "combobox").select_option("savings")
    expect(other.form("1.3").get_by_role("combobox")).to_have_value("savings")
    other.control("1.3", "combobox").select_option("region")
    expect(lesson.form("1.3").get_by_role("combobox")).to_have_value("region")
    assert lesson.has_saved("1.3", "region")
    page.close()


def test_a_busy_python_is_said_to_be_busy_and_the_answer_is_saved_after(lesson):
    lesson.run("import ctypes, time; time.sleep(0.5); ctypes.PyDLL(None).sleep(6)")  # no other thread gets a word in
    lesson.page.wait_for_timeout(1500)
    lesson.control("1.1").fill("78")
    lesson.says("1.1", "Python is busy", ".situ-note")
    lesson.is_idle()
    assert lesson.has_saved("1.1", "78")
    expect(lesson.form("1.1").locator(".situ-note")).to_be_empty()


def test_what_is_typed_into_a_form_without_python_comes_back(lesson):
    lesson.control("1.1").fill("5")
    assert lesson.has_saved("1.1", "5")
    lesson.restart()
    lesson.control("1.1").fill("815")
    lesson.says("1.1", "Not saved yet: the notebook's Python does not answer.", ".situ-note")
    lesson.says("1.1", "Last saved", ".situ-saved")
    lesson.run_all()
    lesson.says("1.1", "it was not saved: 815 EUR", ".situ-offer")
    lesson.button("1.1", "Use it").click()
    assert lesson.has_saved("1.1", "815")
    expect(lesson.form("1.1").locator(".situ-offer")).to_be_empty()


def test_a_draft_that_is_dropped_stays_away(lesson):
    assert lesson.control("1.1").input_value() == lesson.entry("1.1").answer
    lesson.restart()
    lesson.control("1.1").fill("816")
    lesson.says("1.1", "Not saved yet", ".situ-note")
    lesson.run_all()
    lesson.button("1.1", "Drop it").click()
    lesson.run_all()
    expect(lesson.form("1.1").locator(".situ-offer")).to_be_empty()


def test_running_all_again_keeps_every_answer(lesson):
    before = (lesson.folder / NAME).read_text()
    lesson.run_all()
    lesson.page.wait_for_timeout(1000)
    assert before == (lesson.folder / NAME).read_text()


def test_a_form_whose_python_was_killed_shows_the_last_answer_and_how_to_wake_it(lesson):
    lesson.control("1.1").fill("620,5")
    assert lesson.has_saved("1.1", "620,5")
    lesson.save()
    lesson.run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    lesson.page.locator(".jp-Dialog .jp-mod-accept").click()
    lesson.is_idle()
    lesson.page.reload()
    paper = lesson.cell_of("1.1").locator(".situ-paper")
    expect(paper).to_contain_text("620.5 EUR")
    expect(paper).to_contain_text("wake")
    lesson.page.wait_for_timeout(2000)
    assert lesson.page.get_by_text("Loading widget").filter(visible=True).count() == 0
    assert lesson.page.locator(".situ-paper:visible").count() == FORMS
    lesson.run_all()
    expect(lesson.form("1.1").get_by_role("textbox")).to_have_value("620,5")
    expect(lesson.page.locator(".situ-paper:visible")).to_have_count(0)


def test_a_full_disk_is_told_and_the_answer_saved_when_there_is_room(lesson):
    if not lesson.folder.is_mount():
        pytest.skip("Expected to be allowed to mount a small disk, was not: run as root to try a full one.")
    lesson.control("1.1").fill("640")
    assert lesson.has_saved("1.1", "640")
    with filled(lesson.folder):
        lesson.control("1.1").fill("641")
        lesson.says("1.1", "The disk is full.", ".situ-status")
        lesson.says("1.1", "still stands", ".situ-status")
        assert lesson.entry("1.1").answer == "640"
    lesson.button("1.1", "Save again").click()
    assert lesson.has_saved("1.1", "641")
    expect(lesson.form("1.1").locator(".situ-note")).to_be_empty()


@contextmanager
def filled(folder):
    """The disk, with no byte free."""
    ballast = folder / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"0" * 512)
    yield
    ballast.unlink()


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_the_forms_have_no_accessibility_violation(lesson, theme, pictures):
    use_theme(lesson, theme)
    lesson.control("1.11").fill("much")  # a message at a field is looked at as well
    lesson.keys("Tab")
    lesson.button("1.a", "Check").click()
    lesson.says("1.11", "got “much”", '[data-field="largest"] .situ-message')
    take_pictures(lesson, pictures, theme)
    assert [] == violations(lesson.page)


def test_the_forms_fit_a_telephone(lesson, pictures):
    lesson.keys("Escape", "Control+b")  # without the list of files
    lesson.page.set_viewport_size({"width": 360, "height": 800})
    wide = too_wide(lesson.page)
    take_pictures(lesson, pictures, "narrow")
    found = violations(lesson.page)
    lesson.page.set_viewport_size({"width": 1300, "height": 1000})
    lesson.keys("Control+b")
    assert ([], []) == (wide, found)


def use_theme(lesson, name):
    lesson.page.locator(".lm-MenuBar-item").get_by_text("Settings", exact=True).click()
    lesson.page.locator(".lm-Menu-item[data-type='submenu']", has_text="Theme").first.click()
    lesson.page.locator(".lm-Menu-item", has_text=re.compile(f"^{name}$")).click()
    expect(lesson.page.locator("body")).to_have_attribute("data-jp-theme-name", name)


def too_wide(page):
    forms = "[...document.querySelectorAll('.situ-form')]"
    return page.evaluate(
        f"{forms}.filter(form => form.scrollWidth > form.clientWidth + 1).map(form => form.dataset.item)"
    )


def violations(page):
    found = Axe().run(page, {"include": [".situ-form"]}).response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


def take_pictures(lesson, pictures, theme):
    for item in (FIRST, "1.client-c", *(f"1.{place}" for place in range(1, 12))):
        lesson.form(item).screenshot(path=pictures / f"form-{item}-{theme}.png")


def test_the_forms_work_in_notebook_7(lesson, browser, address):
    lesson.save()
    notebook = Lesson(browser.new_page(viewport={"width": 360, "height": 800}), lesson.folder)
    notebook.page.goto(address.format(f"notebooks/{NOTEBOOK}"))
    notebook.control("1.1").fill("1 234,5")
    assert notebook.has_saved("1.1", "1 234,5")
    expect(lesson.form("1.1").get_by_role("textbox")).to_have_value("1 234,5")
    notebook.control("1.2", "radio")
    notebook.keys("Space", "ArrowDown", "d", "d")
    assert notebook.has_saved("1.2", "equal")
    assert ([], []) == (too_wide(notebook.page), violations(notebook.page))
    assert notebook.page.locator(".situ-paper:visible").count() == 0
    notebook.page.close()


def test_the_converter_goes_both_ways(lesson):
    fields = lesson.page.locator(".situ-converter").get_by_role("textbox")
    fields.nth(0).fill("-2,6 + 1,4")
    expect(fields.nth(1)).to_have_value("23,15")
    fields.nth(3).fill("50")
    expect(fields.nth(2)).to_have_value("0")
    expect(lesson.page.locator(".situ-difference")).to_contain_text("+26,85 points of PD")
    fields.nth(1).fill("120")
    expect(lesson.page.locator(".situ-converter")).to_contain_text("A PD between 0 and 100 was expected")


STAGE = """<!doctype html><html lang="en"><body></body></html>"""

SHOW = """async ([source, traits]) => {
  const listeners = [];
  const model = {
    get: name => traits[name],
    on: (event, listener) => event === "msg:custom" && listeners.push(listener),
    off: () => {},
    send: message => window.sent.push(message),
  };
  window.sent = [];
  window.traits = traits;
  window.reply = message => listeners.forEach(listener => listener(message));
  const module = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
  window.close_form = module.default.render({model, el: document.body});
}"""


@dataclass(frozen=True, slots=True)
class Stage:
    """A form alone on a page; the test answers in Python's place, as late as it likes."""

    page: Page

    def show(self, source: str = "form.js", **traits: object) -> None:
        usual = {"item": "1.1", "title": "Mean", "mode": "question", "texts": form_texts(), "place": "situ:1.1"}
        form = {"kind": "number", "label": "", "unit": "EUR", "whole": False}
        nothing = {"entry": None, "status": None, "hints": None}
        self.page.evaluate(SHOW, [(DESK / source).read_text(), {**usual, "form": form, **nothing, **traits}])

    def types(self, text: str) -> None:
        """Type and go on: what was typed leaves at once."""
        self.page.get_by_role("textbox").fill(text)
        self.page.get_by_role("textbox").blur()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    @property
    def sent(self) -> list[dict]:
        return self.page.evaluate("window.sent")

    def python_answers(self, message: dict, op: str = "saved", **more: object) -> None:
        entry = {"answer": message["answer"], "revision": message["seq"], "saved": "now", "by": "form", "earlier": []}
        reply = {"op": op, "seq": message["seq"], "ok": True, "entry": entry, "status": None, "unseen": None}
        self.page.evaluate("reply => window.reply(reply)", {**reply, **more})

    def another_window_saves(self, entry: dict) -> None:
        shown = {"saved": "now", "by": "form", "earlier": [], **entry}
        self.page.evaluate("entry => {traits.entry = entry; reply({op: 'changed', entry, status: null})}", shown)

    def has_draft(self) -> bool:
        return self.page.evaluate("localStorage.getItem('situ:1.1') !== null")


@pytest.fixture
def stage(browser):
    page = browser.new_page()
    page.set_default_timeout(AT_ONCE)
    page.clock.install()
    page.route("http://stage.test/", lambda route: route.fulfill(body=STAGE, content_type="text/html"))
    page.goto("http://stage.test/")
    yield Stage(page)
    page.close()


def test_a_late_reply_to_an_older_answer_does_not_acknowledge_the_newer_one(stage):
    stage.show()
    stage.types("1")
    stage.types("2")
    stage.page.clock.run_for(3500)
    older, newer = stage.sent
    stage.python_answers(older)
    assert ("1", "2", True) == (older["answer"], newer["answer"], stage.has_draft())
    another = {"saved": "now", "words": "1 EUR"}  # which was typed here
    stage.python_answers(newer, unseen=another)
    assert not stage.has_draft()
    expect(stage.page.locator(".situ-offer")).to_be_empty()


@pytest.mark.parametrize("wait", [0, 3500])
def test_a_check_that_waits_takes_the_newest_answer_along(stage, wait):
    stage.show(mode="practice")
    stage.types("1")
    stage.press("Check")
    stage.types("2")
    stage.page.clock.run_for(wait)
    if not wait:
        stage.python_answers(stage.sent[0])
    assert [("save", "1"), ("check", "2")] == [(one["op"], one["answer"]) for one in stage.sent]


def test_an_answer_taken_back_keeps_what_it_replaces(stage):
    earlier = [{"answer": "1", "words": "1 EUR", "saved": "before", "by": "form"}]
    stage.show(entry={"answer": "2", "revision": 2, "saved": "now", "by": "form", "earlier": earlier})
    stage.page.get_by_text("Earlier answers").click()
    stage.press("Take back: 1 EUR")
    assert [("1", True)] == [(one["answer"], one["fresh"]) for one in stage.sent]


def test_a_result_of_the_notebook_keeps_what_it_replaces(stage):
    stage.show()
    stage.press("Use my result")
    found = [{"name": "mine", "words": "5 EUR", "answer": "5"}]
    reply = {"op": "mine", "seq": stage.sent[0]["seq"], "part": None, "found": found}
    stage.page.evaluate("reply => window.reply(reply)", reply)
    stage.press("mine 5 EUR")
    assert ("5", True) == (stage.sent[1]["answer"], stage.sent[1]["fresh"])


def test_a_draft_that_is_used_keeps_what_it_replaces(stage):
    stage.page.evaluate("localStorage.setItem('situ:1.1', JSON.stringify({answer: '7', base: 0, at: Date.now()}))")
    stage.show()
    stage.press("Use it")
    assert [("7", True)] == [(one["answer"], one["fresh"]) for one in stage.sent]


def test_looking_without_deciding_keeps_what_it_replaces(stage):
    stage.show(mode="decision")
    stage.press("Look without deciding")
    assert [("skip", True)] == [(one["op"], one["fresh"]) for one in stage.sent]


def test_what_is_typed_keeps_nothing_within_a_minute(stage):
    stage.show()
    stage.types("1")
    assert "fresh" not in stage.sent[0]


def test_a_choice_that_another_window_replaced_can_be_made_again(stage):
    options = [{"id": "up", "label": "up"}, {"id": "down", "label": "down"}]
    stage.show(form={"kind": "choice", "label": "", "options": options})
    stage.page.get_by_label("up").check()
    stage.python_answers(stage.sent[0])
    stage.another_window_saves({"answer": "down", "revision": stage.sent[0]["seq"] + 1})
    stage.page.get_by_label("up").check()
    assert ["up", "up"] == [one["answer"] for one in stage.sent]


@pytest.mark.parametrize(("source", "item"), [("form.js", "1.1"), ("converter.js", "converter")])
def test_the_paper_of_a_form_is_hidden_while_the_form_lives_wherever_it_stands(stage, source, item):
    said = dict.fromkeys(("first", "second", "log_odds", "pd", "difference", "title", "how"), "")
    stage.show(source, texts=form_texts() | said)
    papers = (
        f'<div class="situ-paper" data-item="{item}">asleep</div><div class="situ-paper" data-item="1.10">other</div>'
    )
    stage.page.evaluate("papers => document.body.insertAdjacentHTML('beforeend', papers)", papers)
    expect(stage.page.locator(".situ-paper:visible")).to_have_text(["other"])
    stage.page.evaluate("() => window.close_form()")
    expect(stage.page.locator(".situ-paper:visible")).to_have_text(["asleep", "other"])


def test_a_text_has_an_end(stage):
    stage.show(form={"kind": "text", "label": "", "least_words": 0, "most_words": 400})
    stage.page.get_by_role("textbox").focus()
    stage.page.keyboard.insert_text("a" * 40_001)
    assert 40_000 == len(stage.page.get_by_role("textbox").input_value())


def test_nothing_moves_while_the_mouse_is_pressed_so_that_no_click_is_lost(stage):
    stage.show()
    stage.types("about 4")
    stage.page.mouse.down()
    status = {"tone": "care", "title": "Not saved", "lines": [], "fields": {}}
    stage.python_answers(stage.sent[-1], ok=False, status=status)
    stage.page.clock.run_for(1000)
    expect(stage.page.locator(".situ-status")).not_to_contain_text("Not saved", timeout=300)
    stage.page.mouse.up()
    stage.page.clock.run_for(1000)
    expect(stage.page.locator(".situ-status")).to_contain_text("Not saved", timeout=AT_ONCE)
