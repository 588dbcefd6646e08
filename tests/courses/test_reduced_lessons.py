"""Every lesson of every block: with each question left out alone, and where a portfolio lacks one capability, or all of them."""

import ast
import builtins
import re
import symtable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from graders.content import load_module
from graders.contract import read_contract
from instructors.build import build_notebook
from instructors.card import class_parts
from instructors.content import block_names, dataset_folder, read_block
from instructors.leaving_out import left_out, lessons_kept
from instructors.markers import cells_of, marker
from instructors.rubric import rubric_of, rubric_questions
from instructors.solutions import answers_of_lesson
from instructors.sources import lesson_source

ROOT = Path(__file__).parents[2]
BLOCKS = {name: read_block(ROOT / "courses" / name) for name in block_names(ROOT)}
REDUCED = [
    *(
        (name, reduced)
        for name, block in BLOCKS.items()
        for reduced in [*block.every_key, *block.settings.capabilities]
    ),
    *((name, "all") for name, block in BLOCKS.items() if block.settings.capabilities),
]
NOTES = {"all": ["A note."]}
GIVEN = {*dir(builtins), "case", "submit", "display"}  # names that a solution need not define
ASKS = r'(?:[Qq]uestions? |\(|"|of |after |above |below |with )'  # what stands before an item that a text speaks of

each = pytest.mark.parametrize(("name", "reduced"), REDUCED)


def reduced_block(name, reduced):
    block = BLOCKS[name]
    asked = reduced in block.every_key
    gone = block.settings.capabilities if reduced == "all" else [] if asked else [reduced]
    lacking = dict.fromkeys(gone, "none")
    return replace(block, left_out=left_out(block, lacking, [reduced] if asked else []), lacking=lacking, notes=NOTES)


@cache
def lessons(name, reduced):
    """Each lesson that is left: the block, the lesson, its source and its parts."""
    block = reduced_block(name, reduced)
    entries = lessons_kept(block, block.left_out)
    return [(block, entry, lesson_source(block, entry.id), class_parts(block, entry.id)) for entry in entries]


def items(source):
    return {item for part in ("answer", "write", "practice", "decision") for item, _cell in cells_of(source, part)}


def read_by_learners(source):
    return "\n".join(cell.source for cell in source.cells if marker(cell).part != "solution")


def mentions(text, item):
    return re.search(rf"{ASKS}{re.escape(item)}(?![\w.]*\d|\w| points| %| times)", text)


@each
def test_every_lesson_that_is_left_is_a_valid_notebook(name, reduced):
    for block, entry, source, _parts in lessons(name, reduced):
        made = build_notebook(source, entry, block.keys(entry.id), name, rubric_of(block, entry.id))
        graded = [cell for cell in made.cells if cell.metadata.get("nbgrader", {}).get("grade")]
        assert len(block.keys(entry.id)) == len(graded)


@each
def test_no_text_speaks_of_what_is_not_there(name, reduced):
    for block, entry, source, _parts in lessons(name, reduced):
        gone = [
            one for one in every_item(name) - items(source) if one in block.left_out or one.startswith(f"{entry.id}.")
        ]
        text = read_by_learners(source)
        assert [] == [found[0] for item in gone if (found := mentions(text, item))]


@cache
def every_item(name):
    return {item for entry in BLOCKS[name].settings.lessons for item in items(lesson_source(BLOCKS[name], entry.id))}


@each
def test_a_lesson_is_worth_what_it_was_and_its_card_says_so(name, reduced):
    for block, entry, source, _parts in lessons(name, reduced):
        by_rubric = rubric_questions(block.folder)
        was = sum(key.points for question, key in BLOCKS[name].keys(entry.id).items() if question not in by_rubric)
        keys = [key for question, key in block.keys(entry.id).items() if question not in by_rubric]
        assert was == sum(key.points for key in keys)
        assert re.search(rf"\w+ answers?, {was:g} points", source.cells[0].source)


@each
def test_every_item_stands_in_a_part_with_minutes_and_the_card_adds_them_up(name, reduced):
    for _block, entry, source, parts in lessons(name, reduced):
        assert items(source) == {item for part in parts for item in part.items}
        hours, rest = divmod(sum(part.minutes for part in parts), 60)
        told = f"{hours} h {rest:02d}".removesuffix(" 00") if hours else f"{rest} min"
        assert f"| Time | {told}" in source.cells[0].source
        assert sum(part.minutes for part in parts) <= entry.minutes


@each
def test_no_part_is_a_heading_alone(name, reduced):
    for _block, entry, _source, parts in lessons(name, reduced):
        filled = {part.title for part in class_parts(BLOCKS[name], entry.id) if part.items}
        assert [] == [part.title for part in parts if not part.items and part.title in filled]


@each
def test_nothing_waits_for_what_is_not_asked(name, reduced):
    for _block, _entry, source, _parts in lessons(name, reduced):
        waited = re.findall(r'decided\("(.*?)"\)', read_by_learners(source))
        assert [] == [item for item in waited if item not in items(source)]


@each
def test_a_reduced_lesson_stays_short(name, reduced):
    for _block, _entry, source, _parts in lessons(name, reduced):
        assert len([cell for cell in source.cells if marker(cell).part != "solution"]) <= 46  # 45 and the notes


@each
def test_solutions_use_no_name_that_only_another_question_defines(name, reduced):
    for _block, _entry, source, _parts in lessons(name, reduced):
        parts = ("solution", "setup", "write", "submit")
        code = "\n".join(cell.source for cell in source.cells if marker(cell).part in parts)
        assert set() == _undefined(code)


def _undefined(code):
    """The global names that a program reads and never defines."""
    ast.parse(code)
    top = symtable.symtable(code, "solutions", "exec")
    defined = {
        one.get_name() for one in top.get_symbols() if one.is_assigned() or one.is_imported() or one.is_namespace()
    }
    tables, read = [top], set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        read |= {
            one.get_name() for one in table.get_symbols() if one.is_referenced() and (table is top or one.is_global())
        }
    return read - defined - GIVEN


@pytest.mark.parametrize("lesson", ["1", "2", "3", "4", "5"])
def test_solutions_of_what_is_left_answer_it(case_of, lesson):
    case, whole = case_of("credit-xai", lesson), BLOCKS["credit-xai"]
    for question in whole.keys(lesson):
        block = reduced_block("credit-xai", question)
        answers = answers_of_lesson(lesson_source(block, lesson), case, solved=True)
        assert list(block.keys(lesson)) == list(answers)


@pytest.mark.parametrize("name", [name for name, block in BLOCKS.items() if block.settings.capabilities])
def test_a_block_names_the_capabilities_that_its_own_preflight_tells(name):
    block = BLOCKS[name]
    folder = dataset_folder(block.settings.dataset, block)
    preflight = load_module(block.folder / "company" / "preflight.py")
    table = load_module(folder / "generate.py").generate(seed=3).table
    told = preflight.capabilities(table, read_contract(folder / "contract.toml"))
    assert set(block.settings.capabilities) == set(told)
    assert {} == {capability: why for capability, why in told.items() if why}
