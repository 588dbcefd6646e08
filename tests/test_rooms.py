"""The walls of DESIGN.md, proven from the imports themselves."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = ("verdict", "answers", "judging", "keys", "practice", "forms", "expectations", "references", "sampling")
OUTSIDE = {"nbgrader", "nbclient", "nbconvert", "nbformat", "traitlets", "IPython", "instructors", "pickle"}
FILES = {"open", "read_text", "write_text", "read_bytes", "write_bytes", "read_parquet", "read_csv", "load", "dump"}


def modules(package):
    return sorted((ROOT / package).rglob("*.py"))


def imported(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def called(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "id", getattr(node.func, "attr", ""))


def names(files):
    return [str(file.relative_to(ROOT)) for file in files]


GRADERS = modules("graders")
JUDGING = [file for file in GRADERS if file.relative_to(ROOT / "graders").parts[0].removesuffix(".py") in PURE]


@pytest.mark.parametrize("file", GRADERS, ids=names(GRADERS))
def test_graders_never_imports_instructors_or_nbgrader(file):
    assert not {"instructors", "nbgrader", "nbclient", "nbconvert"} & set(imported(file))


@pytest.mark.parametrize("file", GRADERS, ids=names(GRADERS))
def test_only_the_desk_shows_widgets(file):
    assert file.parent.name == "desk" or not {"traitlets", "anywidget", "ipywidgets"} & set(imported(file))


@pytest.mark.parametrize("file", JUDGING, ids=names(JUDGING))
def test_judging_knows_no_notebook_and_opens_no_file(file):
    assert not OUTSIDE & set(imported(file))
    assert not FILES & set(called(file))


def test_the_engine_knows_no_key_and_no_gradebook():
    for file in modules("instructors/engine"):
        text = file.read_text(encoding="utf-8")
        assert not {"nbgrader", "sqlalchemy"} & set(imported(file))
        assert "graders.keys" not in text
        assert "graders.expectations" not in text


def test_only_judging_asks_for_a_verdict_in_grading():
    asking = [
        file.name for file in modules("instructors/grading") if "graders.judging" in file.read_text(encoding="utf-8")
    ]
    assert ["judge.py"] == asking


@pytest.mark.parametrize("folder", ["courses", "datasets"])
def test_content_folders_are_no_packages(folder):
    assert [] == list((ROOT / folder).rglob("__init__.py"))


def test_no_module_is_too_long_to_be_read_alone():
    long = [str(file) for file in [*GRADERS, *modules("instructors")] if len(file.read_text().splitlines()) > 400]
    assert [] == long
