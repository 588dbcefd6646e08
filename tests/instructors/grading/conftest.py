import copy
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from graders.answerbook import AnswerBook

HERE = Path(__file__).parent
ASSIGNMENT = "01_demo"

_CONFIG = """
import sys
from pathlib import Path
from types import SimpleNamespace
from instructors.grading import configure
root = Path(__file__).parent
sys.path.insert(0, str(root / "content"))
c = get_config()
configure(c, root)
c.ClassStep.opener = "mini_class.open_class"
c.Execute.timeout = 4
"""


def _cell(kind, source, cell_id, **nbgrader):
    make = getattr(nbformat.v4, f"new_{kind}_cell")
    metadata = {"deletable": False}
    if nbgrader:
        flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        metadata["nbgrader"] = {"grade_id": cell_id, **flags, **nbgrader}
    elif not cell_id.startswith("practice"):
        metadata["editable"] = False
    return make(source, id=cell_id, metadata=metadata)


def _answer(number, stub, solution):
    source = f"{stub}\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
    return _cell("code", source, f"answer-1-{number}", solution=True)


def _submit(number, name, points):
    return _cell("code", f'submit("1.{number}", {name})', f"q-1-{number}", grade=True, locked=True, points=points)


_OWN_SOLUTION = '### BEGIN SOLUTION\nsubmit("1.5", "never handed out")\n### END SOLUTION'


def source_notebook():
    cells = [
        _cell("markdown", "# A lesson", "title"),
        _cell("code", "from mini import answer, submit, value", "setup"),
        _cell("code", "# try things here", "practice-1-a"),
        _answer(1, "size = ...", "size = value()"),
        _submit(1, "size", 2),
        _answer(2, "names = [..., ..., ...]", 'names = ["a", "b", "c"]'),
        _submit(2, "[None if name is ... else name for name in names]", 3),
        _answer(3, "word = ...", 'word = "yes"'),
        _submit(3, "word", 1),
        _cell("markdown", "Your memo", "answer-1-4", solution=True, grade=True, points=4),
        _cell("code", 'answer("1.5")', "q-1-5", grade=True, locked=True, points=2),
        _cell("code", _OWN_SOLUTION, "solution-1-5", solution=True),
        _cell("code", 'answer("1.6")', "q-1-6", grade=True, locked=True, points=5),
    ]
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})


class Course:
    """A class folder with one released lesson, and the means to hand in and to grade."""

    def __init__(self, root):
        self.root = root
        for folder, name in (("content", "mini_class.py"), (f"source/{ASSIGNMENT}", "mini.py")):
            (root / folder).mkdir(parents=True)
            (root / folder / name).write_text((HERE / name).read_text())
        (root / "class.toml").write_text('class_id = "autumn"\nblock = "demo"\n\n[assignments]\n01_demo = "1"\n')
        (root / "nbgrader_config.py").write_text(_CONFIG)
        nbformat.write(source_notebook(), root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
        self.nbgrader("generate_assignment", ASSIGNMENT)
        self.released = nbformat.read(self.notebook("release", "."), as_version=4)

    def notebook(self, step, learner):
        return self.root / step / learner / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"

    def folder(self, learner):
        folder = self.root / "submitted" / learner / ASSIGNMENT
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def hand_in(self, learner, answers=(), edit=lambda nb: None, name=ASSIGNMENT, book=()):
        notebook = copy.deepcopy(self.released)
        for cell in notebook.cells:
            cell.source = dict(answers).get(cell.id, cell.source)
        edit(notebook)
        (self.folder(learner) / f"{name}.ipynb").write_text(nbformat.writes(notebook))
        for question, answer in dict(book).items():
            AnswerBook(self.folder(learner)).save(question, answer, by="form", learner=learner)

    def nbgrader(self, *arguments):
        tools = str(Path(sys.executable).parent)
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self.root,
            env={"PATH": f"{tools}:/usr/bin:/bin", "HOME": str(self.root.parent), "SECRET_TOKEN": "s3cret"},
            capture_output=True,
            text=True,
            check=False,
        )
        self.log = done.stdout + done.stderr
        return done.returncode

    def graded(self, learner):
        return nbformat.read(self.notebook("autograded", learner), as_version=4)

    def verdict(self, learner, question):
        cell = next(cell for cell in self.graded(learner).cells if cell.id == "q-" + question.replace(".", "-"))
        return cell.outputs[0].data["application/vnd.situ.verdict+json"]

    def points(self, learner):
        """Points of the three questions answered by code, from the gradebook."""
        grades = self.grades(learner)
        return [grades[f"q-1-{number}"].auto_score for number in (1, 2, 3)]

    def grades(self, learner):
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "autumn") as gradebook:
            notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, learner)
            names = ("auto_score", "manual_score", "max_score", "needs_manual_grade")
            return {
                grade.name: SimpleNamespace(**{name: getattr(grade, name) for name in names})
                for grade in notebook.grades
            }


RIGHT = {"answer-1-1": "size = value()", "answer-1-2": 'names = ["a", "b", "c"]', "answer-1-3": 'word = "yes"'}


@pytest.fixture(scope="session")
def right():
    return dict(RIGHT)


@pytest.fixture(scope="session")
def make_course(tmp_path_factory):
    return lambda name: Course(tmp_path_factory.mktemp(name) / "class")


@pytest.fixture(scope="session")
def mini_class():
    spec = importlib.util.spec_from_file_location("mini_class_for_tests", HERE / "mini_class.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def released():
    """The lesson as released: the source notebook without its solutions."""
    notebook = source_notebook()
    notebook.cells = [cell for cell in notebook.cells if not cell.id.startswith("solution-")]
    for cell in notebook.cells:
        cell.source = cell.source.split("\n### BEGIN SOLUTION")[0]
    return notebook
