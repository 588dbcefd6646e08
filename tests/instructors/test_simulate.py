"""What simulated learners leave in their folder is what people leave there."""

import nbformat
import pytest

from graders.answerbook import AnswerBook, read_book
from instructors import simulate
from instructors.build import build_notebook, read_source
from instructors.simulate import Profile


@pytest.fixture
def lesson(mini_class, tmp_path):
    """Answers a profile in a folder of its own and returns the notebook's path."""
    entry, keys = mini_class.block.lesson("1"), mini_class.keys("01_mini")
    drawn = (mini_class.case(f"ana{n}", "01_mini") for n in range(50))
    case = next(one for one in drawn if keys["1.1"].expect(one).live_traps())  # on some samples the trap is the answer
    notebook = build_notebook(read_source(mini_class.block.lesson_file(entry)), entry, keys, "mini")
    notebook.cells = [cell for cell in notebook.cells if not cell.id.startswith("solution-")]

    def answered(**settings):
        file = tmp_path / "01_mini.ipynb"
        nbformat.write(notebook, file)
        profile = Profile("ana", "", skips=("1.4",), **settings)
        simulate.fill(file, profile, simulate.answers(profile, keys, case), keys, case)
        return file

    return answered


def _sources(file):
    return [cell.source for cell in nbformat.read(file, as_version=4).cells]


def test_answers_go_by_form_unless_a_function_is_asked(lesson):
    book = AnswerBook(lesson().parent).read()
    assert {"1.1": "form", "1.2": "form"} == {item: entry.by for item, entry in book.entries.items()}


def test_a_form_holds_what_its_fields_hold(lesson):
    answer = AnswerBook(lesson().parent).read().entries["1.2"].answer
    assert (["amount", "rate"], str) == (answer["columns"], type(answer["rate"]))


def test_a_function_is_written_in_its_cell(lesson):
    assert any(source.startswith("halves = [0.5, 2.0]") for source in _sources(lesson()))


def test_an_answer_by_code_stands_in_a_cell_of_its_own(lesson):
    file = lesson(by_code=("1.1",))
    assert any(source.startswith('submit("1.1", ') for source in _sources(file))
    assert "code" == AnswerBook(file.parent).read().entries["1.1"].by


def test_second_thoughts_leave_code_and_form_apart(lesson):
    file = lesson(second_thoughts={"1.1": 0})
    entry = AnswerBook(file.parent).read().entries["1.1"]
    assert ("form", ["code"], True) == (
        entry.by,
        [past.by for past in entry.earlier],
        any("submit" in line for line in _sources(file)),
    )


def test_a_forged_book_is_read_as_data(tmp_path):
    for question in ("1.1", "1.2", "1.3"):
        AnswerBook(tmp_path).save(question, 5, by="form", learner="ana")
    simulate.forge(tmp_path / "answers.json")
    entries = read_book(tmp_path / "answers.json").entries
    assert {"1.1", "1.2", "1.3", "9.9"} == set(entries)
    assert ("amelie", {"$number": "nan"}, "depth") == (
        entries["1.1"].learner,
        entries["1.2"].answer,
        entries["1.3"].answer["$refused"],
    )
