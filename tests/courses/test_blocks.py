"""What must hold of every block there is; the folder is the list."""

import os
import re
from pathlib import Path

import pytest

from graders.cases import lesson_file
from graders.content import load_module
from graders.practice import practice_of
from instructors.build import build_notebook
from instructors.content import block_names, read_block
from instructors.markers import cells_of, marker
from instructors.prove import prove
from instructors.rubric import rubric_of
from instructors.sources import lesson_source

ROOT = Path(__file__).parent.parent.parent
BLOCKS = [read_block(ROOT / "courses" / name) for name in block_names(ROOT)]
LESSONS = [(block, entry) for block in BLOCKS for entry in block.settings.lessons]

each_block = pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
each_lesson = pytest.mark.parametrize(
    ("block", "entry"), LESSONS, ids=lambda item: getattr(item, "name", getattr(item, "file", ""))
)


@pytest.mark.slow
@each_block
def test_every_mark_is_the_one_the_answer_deserves(block):
    proof = prove(block, learners=int(os.environ.get("SITU_LEARNERS", "12")), redraws=4)
    print(proof.summary())  # noqa: T201  # the count of judged answers belongs in the test report
    assert [] == proof.wrong


@each_lesson
def test_every_question_has_its_cells_and_its_key(block, entry):
    source, rubric = lesson_source(block, entry.id), rubric_of(block, entry.id)
    notebook = build_notebook(source, entry, block.keys(entry.id), block.name, rubric)
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert len(block.keys(entry.id)) == len(graded)


@each_lesson
def test_every_practice_item_has_its_cell(block, entry):
    module = load_module(lesson_file(block.folder, "practice", entry.id))
    items = [item for item in practice_of(module) if item.startswith(f"{entry.id}.")]
    assert items == [item for item, _ in cells_of(lesson_source(block, entry.id), "practice")]


@each_lesson
def test_every_key_is_evidence_for_a_competency_of_the_block(block, entry):
    assert {key.competency for key in block.keys(entry.id).values()} <= set(block.settings.competencies)


def _learners_cells(block, entry):
    return [cell for cell in lesson_source(block, entry.id).cells if marker(cell).part != "solution"]


@each_lesson
def test_a_lesson_is_short_and_its_visible_code_too(block, entry):
    cells = _learners_cells(block, entry)
    code = [cell.source.partition("### BEGIN SOLUTION")[0].strip() for cell in cells if cell.cell_type == "code"]
    assert 20 <= len(cells) <= 45
    assert max(len([line for line in source.splitlines() if line.strip()]) for source in code) <= 5


@each_lesson
def test_the_text_asks_nobody_to_type_code(block, entry):
    texts = [cell.source for cell in _learners_cells(block, entry) if cell.cell_type == "markdown"]
    outside = [re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL) for text in texts]
    assert [] == [text for text in outside if re.search(r"`[^`]*\(", text)]


@each_lesson
def test_what_is_decided_is_asked_before_it_is_looked_at(block, entry):
    source = lesson_source(block, entry.id).cells
    parts = ("decision", "practice", "answer")
    asked = {marker(cell).item: place for place, cell in enumerate(source) if marker(cell).part in parts}
    looked = [
        (item, place) for place, cell in enumerate(source) for item in re.findall(r'decided\("(.*?)"\)', cell.source)
    ]
    assert [] == [item for item, place in looked if asked.get(item, place) >= place]


@each_lesson
def test_every_form_stands_right_under_its_own_question(block, entry):
    above, asked = "", {}
    for cell in lesson_source(block, entry.id).cells:
        above = cell.source if cell.cell_type == "markdown" else above
        if marker(cell).part == "answer":
            asked[marker(cell).item] = re.findall(r"### Question (\S+)", above)
    assert {item: [item] for item in asked} == asked


@each_lesson
def test_no_other_form_stands_between_a_question_and_its_own(block, entry):
    cells = _learners_cells(block, entry)
    told = {
        asked: place
        for place, cell in enumerate(cells)
        for asked in re.findall(r"### Question (\d+\.\d+)", cell.source)
    }
    forms = [(marker(cell).item, place) for place, cell in enumerate(cells) if marker(cell).item]
    between = [
        (asked, other)
        for asked, place in forms
        for other, at in forms
        if marker(cells[place]).part == "answer" and told.get(asked, place) < at < place
    ]
    assert [] == between


@each_lesson
def test_a_lesson_opens_with_its_card_and_closes_with_text(block, entry):
    cells = lesson_source(block, entry.id).cells
    assert cells[0].source.startswith("# ")
    assert "markdown" in {cell.cell_type for cell in cells[-2:]}
