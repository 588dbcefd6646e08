"""An answer given in code counts wherever in its cell the line stands: graded for real, without an answer book."""

import shutil

import nbformat
import pytest

from graders.answerbook import AnswerBook
from instructors.nbgrader_command import nbgrader

LESSON = "02_memo"
VERDICT = "application/vnd.situ.verdict+json"
WAYS = {
    "alone": "submit('2.1', right)",
    "not-last": "submit('2.1', right)\nprint('done')",
    "silenced": "submit('2.1', right);",
    "named": "handed = submit('2.1', right)",
    "in-a-loop": "for answer in (1.0, right):\n    submit('2.1', answer)",
    "in-a-function": "def hand_in():\n    submit('2.1', right)\n\n\nhand_in()\n1 + 1",
    "before-an-error": "submit('2.1', right)\nnobody",
    "two-in-one": "submit('2.1', right)\nsubmit('2.2', 12 * right)",
    "over-the-form": "submit('2.1', right)\nprint('done')",
}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def graded(memo_class_once, tmp_path_factory):
    root = tmp_path_factory.mktemp("code") / "autumn"
    shutil.copytree(memo_class_once.root, root, symlinks=True)
    nbgrader("generate_assignment", LESSON, folder=root)
    for learner, line in WAYS.items():
        folder = root / "submitted" / learner / LESSON
        shutil.copytree(root / "release" / LESSON, folder)
        notebook = nbformat.read(folder / f"{LESSON}.ipynb", as_version=4)
        source = f"from graders import submit\n\nright = float(case.data['amount'].mean())\n{line}"
        notebook.cells.append(nbformat.v4.new_code_cell(source))
        nbformat.write(notebook, folder / f"{LESSON}.ipynb")
    AnswerBook(root / "submitted" / "over-the-form" / LESSON).save("2.1", "1", by="form", learner="over-the-form")
    nbgrader("autograde", LESSON, folder=root)
    return root


def _verdict(root, learner, question):
    cells = nbformat.read(root / "autograded" / learner / LESSON / f"{LESSON}.ipynb", as_version=4).cells
    cell = next(cell for cell in cells if cell.id == "q-" + question.replace(".", "-"))
    return cell.outputs[0].data[VERDICT]


@pytest.mark.parametrize("learner", WAYS)
def test_a_submitted_answer_counts_wherever_it_stands(graded, learner):
    found = _verdict(graded, learner, "2.1")
    assert ("right", "code") == (found["state"], found["by"])


def test_every_answer_of_a_cell_counts(graded):
    assert "right" == _verdict(graded, "two-in-one", "2.2")["state"]


def test_a_receipt_is_shown_once(graded):
    cells = nbformat.read(graded / "autograded" / "alone" / LESSON / f"{LESSON}.ipynb", as_version=4).cells
    assert 1 == sum("2.1 · Recorded" in str(output) for output in cells[-1].outputs)
