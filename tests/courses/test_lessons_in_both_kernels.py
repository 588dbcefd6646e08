"""A lesson with its solutions shows the same in the warm, sealed kernel as in the stock one, and no warning in either."""

import re

import pytest

pytest.importorskip("fcntl", reason="the warm kernel is for Linux")

from pathlib import Path

from graders.lesson import Lesson, Question, write_lesson
from instructors.build import build_notebook, read_source
from instructors.card import lesson_parts
from instructors.content import read_block
from instructors.engine import running
from instructors.engine.jobs import Cell, CellState, Job
from instructors.engine.sealed import run_sealed
from instructors.engine.sealing import Way, probe
from instructors.grading.run import case_files
from instructors.rubric import rubric_of

pytestmark = pytest.mark.slow
COURSES = Path(__file__).parents[2] / "courses"
LESSONS = [
    (block.name, entry.id)
    for block in (read_block(file.parent) for file in sorted(COURSES.glob("*/block.toml")))
    for entry in block.settings.lessons
]
VARYING = re.compile(r"0x[0-9a-f]{6,}|'image/png': '[^']*'|\b[0-9a-f]{32}\b")


def _job(block_name, lesson, case, folder):
    """Return the lesson as its author handed it in."""
    block = read_block(COURSES / block_name)
    entry, keys = block.lesson(lesson), block.keys(lesson)
    source = read_source(block.lesson_file(entry))
    notebook = build_notebook(source, entry, keys, block.name, rubric_of(block, lesson))
    questions = {name: Question(name, key.title, key.points, key.expect(case).form) for name, key in keys.items()}
    parts = lesson_parts(source, entry)
    told = {"title": entry.title, "minutes": entry.minutes, "parts": parts, "outline": ()}
    write_lesson(Lesson(folder, lesson, block.name, "autumn", "x", (), questions, **told))
    code = [cell for cell in enumerate(notebook.cells) if cell[1].cell_type == "code" and cell[1].source.strip()]
    files = {file.name: file.read_bytes() for file in folder.iterdir()}
    cells = tuple(Cell(index, cell.source) for index, cell in code)
    return Job(cells, files, case_files(case.directory), {"SITU_LEARNER": "ana", "NBGRADER_EXECUTION": "autograde"})


@pytest.fixture(scope="module", params=LESSONS, ids="-".join)
def both(request, case_of, tmp_path_factory):
    way = probe().way
    if way is Way.NONE:
        pytest.skip(f"this machine seals nothing: {probe().reason}")
    block, lesson = request.param
    job = _job(block, lesson, case_of(block, lesson), tmp_path_factory.mktemp("lesson"))
    return running.run(job), run_sealed(job, way)


def test_every_cell_shows_the_same_in_both_kernels(both):
    stock, warm = ([VARYING.sub("-", repr(cell.outputs)) for cell in run.cells] for run in both)
    assert stock == warm


def test_every_cell_runs_without_a_warning_in_the_warm_kernel(both):
    _, warm = both
    assert {CellState.RAN} == {cell.state for cell in warm.cells}
    assert not [output for cell in warm.cells for output in cell.outputs if output.get("name") == "stderr"]
