"""Every question of every block can be answered without code: it has a form, and the form reads like a person's words."""

import re
from pathlib import Path

import pytest

from graders.cases import lesson_file
from graders.content import load_module
from graders.forms import NotAttempted, drawn
from graders.practice import decisions_of, practice_of
from instructors.build import read_source
from instructors.content import block_names, read_block
from instructors.markers import cells_of

ROOT = Path(__file__).parent.parent.parent
BLOCKS = {name: read_block(ROOT / "courses" / name) for name in block_names(ROOT)}
PRACTICE = {
    (name, entry.id): load_module(lesson_file(block.folder, "practice", entry.id))
    for name, block in BLOCKS.items()
    for entry in block.settings.lessons
}
QUESTIONS = [(name, question) for name, block in BLOCKS.items() for question in block.all_keys]
ITEMS = [(name, item) for (name, _), module in PRACTICE.items() for item in practice_of(module)]
DECISIONS = [(name, item) for (name, _), module in PRACTICE.items() for item in decisions_of(module)]
RAW_ID = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)+")


def _form(case_of, name, item):
    """The form of an item, and the case it is drawn for."""
    lesson = item.partition(".")[0]
    case, module = case_of(name, lesson), PRACTICE[name, lesson]
    if item in BLOCKS[name].all_keys:
        return BLOCKS[name].all_keys[item].expect(case).form, case
    practice = practice_of(module).get(item)
    return (decisions_of(module)[item].form(case) if practice is None else practice.expect(case).form), case


def _fields(form):
    """The form and what it is made of, as drawn."""
    yield form
    for part in form.get("parts", []):
        yield from _fields(part["form"])


@pytest.mark.parametrize(("name", "item"), [*QUESTIONS, *ITEMS, *DECISIONS])
def test_every_item_can_be_answered_in_a_form(case_of, name, item):
    form, case = _form(case_of, name, item)
    kinds = {field["kind"] for field in _fields(drawn(form, case.picks))}
    written = [question for question, _ in cells_of(read_source(_lesson(name, item)), "write")]
    assert item in written or "results" not in kinds


@pytest.mark.parametrize(("name", "item"), [*QUESTIONS, *ITEMS, *DECISIONS])
def test_no_field_of_a_form_shows_a_raw_id(case_of, name, item):
    form, case = _form(case_of, name, item)
    fields = list(_fields(drawn(form, case.picks)))
    shown = [choice["label"] for field in fields for choice in [*field.get("options", []), *field.get("rows", [])]]
    shown += [field["label"] for field in fields] + [
        part["title"] for field in fields for part in field.get("parts", [])
    ]
    assert [] == [label for label in shown if RAW_ID.fullmatch(label)]


@pytest.mark.parametrize(("name", "item"), [*QUESTIONS, *ITEMS, *DECISIONS])
def test_every_field_says_what_it_asks(case_of, name, item):
    form, case = _form(case_of, name, item)
    fields = _fields(drawn(form, case.picks))
    assert [] == [field["kind"] for field in fields if field["kind"] != "parts" and not field["label"].strip()]


@pytest.mark.parametrize(("name", "item"), [*QUESTIONS, *ITEMS, *DECISIONS])
def test_an_empty_form_is_no_answer(case_of, name, item):
    form, case = _form(case_of, name, item)
    assert isinstance(form.read(None, case.picks), NotAttempted)


@pytest.mark.parametrize(("name", "item"), ITEMS)
def test_every_hint_of_a_practice_item_can_be_read(case_of, name, item):
    lesson = item.partition(".")[0]
    practice = practice_of(PRACTICE[name, lesson])[item]
    hints = [practice.hint(level, case_of(name, lesson)) for level in (1, 2, 3)]
    assert 3 == len({hint.strip() for hint in hints if hint.strip()})


@pytest.mark.parametrize(("name", "item"), ITEMS)
def test_no_hint_asks_for_code(case_of, name, item):
    lesson = item.partition(".")[0]
    practice = practice_of(PRACTICE[name, lesson])[item]
    assert [] == [level for level in (1, 2, 3) if "case." in practice.hint(level, case_of(name, lesson))]


@pytest.mark.parametrize(("name", "item"), DECISIONS)
def test_every_decision_has_its_cell(name, item):
    assert item in [decided for decided, _ in cells_of(read_source(_lesson(name, item)), "decision")]


def _lesson(name, item):
    block = BLOCKS[name]
    return next(block.lesson_file(entry) for entry in block.settings.lessons if item.startswith(f"{entry.id}."))
