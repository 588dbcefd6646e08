import shutil
from dataclasses import replace

import pytest

from graders.errors import ContentError
from instructors.build import build_notebook
from instructors.card import block_outline, class_parts
from instructors.content import read_block
from instructors.markers import marker
from instructors.solutions import answers_of_lesson
from instructors.sources import lesson_source

CARD = """# %% [markdown]
# # Two questions
#
# | | |
# |---|---|
# | Time | 10 min; each part says how long it takes |
# | You hand in | four answers, 8 points |
#
# *Practice* (1.a) is for you, *questions* (1.1 to 1.4) are judged. In code: `submit("1.1", answer)`.
#
# ## 1 · Means (6 min)
#
# <!-- with 1.1 -->
# ### Question 1.1 (2 points)
#
# What is the mean amount?
# <!-- end -->
# <!-- with date -->
# Look at the last year.
# <!-- end -->
"""


@pytest.fixture
def block(mini_content, tmp_path):
    folder = shutil.copytree(mini_content / "courses" / "mini", tmp_path / "courses" / "mini")
    settings = folder / "block.toml"
    settings.write_text(settings.read_text().replace("sample_rows = 40", 'sample_rows = 40\ncapabilities = ["date"]'))
    lesson = folder / "lessons" / "01_mini.py"
    text = lesson.read_text().replace("# # Two questions and a memo\n#\n# ## 1 · Means (6 min)\n", "", 1)
    text = text.replace(
        "# %% [markdown]\n# ## 2 · A loan (4 min)\n#\n", '# %% [markdown] with="1.2"\n# ## 2 · A loan (4 min)\n#\n'
    )
    lesson.write_text(CARD + text.removeprefix("# %% [markdown]\n"))
    return read_block(folder)


def text_of(block):
    return "\n".join(cell.source for cell in lesson_source(block, "1").cells if cell.cell_type == "markdown")


def without(block, *questions, **changed):
    return replace(block, left_out=dict.fromkeys(questions, "none"), **changed)


def test_a_class_that_asks_all_reads_what_the_author_wrote(block):
    text = text_of(block)
    told = ["four answers, 8 points", "(1.1 to 1.4)", "Question 1.1 (2 points)", "| 10 min;", "the last year"]
    assert [] == [one for one in told if one not in text]


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (["1.2"], ["three answers, 8 points", "(1.1, 1.3 and 1.4)", "Question 1.1 (3.5 points)", "| Time | 6 min;"]),
        (["1.1"], ["three answers, 8 points", "(1.2 to 1.4)", '`submit("1.2", answer)`', "| Time | 10 min;"]),
        (["1.1", "1.2", "1.3"], ["one answer, 8 points", "(1.4)", '`submit("1.4", answer)`']),
        (["1.3"], ["(1.1, 1.2 and 1.4)", "Question 1.1 (2.5 points)"]),
    ],
)
def test_figures_in_the_text_are_those_of_the_class(block, gone, told):
    text = text_of(without(block, *gone))
    assert [] == [one for one in told if one not in text]


def test_what_needs_a_capability_goes_with_it(block):
    assert "the last year" not in text_of(without(block, lacking={"date": "none"}))
    assert "the last year" in text_of(without(block, lacking={"date": ""}))


def test_notes_stand_after_the_first_text_and_at_the_end(block):
    cells = lesson_source(without(block, notes={"all": ["A."], "1": ["B."], "2": ["C."], "1.end": ["D."]}), "1").cells
    assert "**About this class**\n\n- A.\n- B." == cells[1].source
    assert ["**About this class**\n\n- D.", "progress()"] == [cell.source for cell in cells[-2:]]


def test_a_class_without_notes_has_no_cell_for_them_and_one_with_gaps_says_so(block):
    assert not any("About this class" in cell.source for cell in lesson_source(block, "1").cells)
    assert "have gaps" in lesson_source(without(block, "1.2"), "1").cells[1].source


def test_a_reduced_lesson_is_a_valid_notebook_of_what_it_asks(block):
    kept = without(block, "1.2")
    notebook = build_notebook(lesson_source(kept, "1"), kept.lesson("1"), kept.keys("1"), "mini")
    points = {
        cell.id: cell.metadata["nbgrader"]["points"]
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert {"q-1-1": 3.5, "q-1-3": 1.5, "q-1-4": 3.0} == points


def test_a_part_with_nothing_left_is_gone_from_the_card_and_its_minutes_with_it(block):
    assert [("1 · Means", 6)] == [(part.title, part.minutes) for part in class_parts(without(block, "1.2"), "1")]
    assert [6] == [outline.minutes for outline in block_outline(without(block, "1.2"), {"01_mini": "1"})]
    assert [10] == [outline.minutes for outline in block_outline(block, {"01_mini": "1"})]


def test_minutes_of_the_whole_lesson_are_checked_in_a_reduced_class_too(block):
    file = block.folder / "lessons" / "01_mini.py"
    file.write_text(file.read_text().replace("(4 min)", "(5 min)"))
    with pytest.raises(ContentError, match="1 too many"):
        class_parts(without(block, "1.2"), "1")


def test_solutions_of_a_reduced_lesson_hand_in_what_it_asks(block, mini_class):
    answers = answers_of_lesson(
        lesson_source(without(block, "1.2"), "1"), mini_class.case("ada", "01_mini"), solved=True
    )
    assert ["1.1", "1.3", "1.4"] == list(answers)


def test_names_that_the_block_does_not_have_are_told_with_the_lesson(block):
    file = block.folder / "lessons" / "01_mini.py"
    file.write_text(file.read_text().replace("<!-- with date -->", "<!-- with dates 1.9 -->"))
    with pytest.raises(ContentError, match=r"01_mini\.py: text .* got dates, 1\.9\."):
        lesson_source(block, "1")


def test_all_that_is_marked_is_dropped_with_its_question(block):
    assert "1.1" not in [marker(cell).item for cell in lesson_source(without(block, "1.1"), "1").cells]
