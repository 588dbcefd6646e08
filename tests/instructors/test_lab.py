"""A class opened in JupyterLab on one machine: what a learner gets, what the instructor gets."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from graders.errors import ClassError, LearnerError
from instructors.classes import Class, ClassSettings
from instructors.lab import Lab, instructor_lab, learner_lab, some_learner, start, write_files


@pytest.fixture
def made(tmp_path: Path) -> Class:
    settings = ClassSettings(format=1, class_id="autumn", block="b", dataset="d", assignments={"01_odds": "1"})
    return Class(tmp_path, settings)


def nbgrader_settings(made: Class, learner: str) -> SimpleNamespace:
    """What nbgrader reads in the learner's folder."""
    c = SimpleNamespace(CourseDirectory=SimpleNamespace(), Exchange=SimpleNamespace())
    write_files(learner_lab(made, learner).files)
    text = (made.root / "learners" / learner / "nbgrader_config.py").read_text()
    exec(text, {"get_config": lambda: c})
    return c


def hidden(lab: Lab) -> list[str]:
    """Which parts of the page are switched off."""
    page = next(text for path, text in lab.files.items() if path.name == "page_config.json")
    return list(json.loads(page)["disabledExtensions"])


def test_a_learner_opens_on_a_folder_of_their_own(made: Class) -> None:
    lab = learner_lab(made, "ana.b")
    assert made.root / "learners" / "ana.b" == lab.folder
    assert f"--ServerApp.root_dir={lab.folder}" in lab.command


def test_nbgrader_hands_in_under_the_learners_id_whoever_is_at_the_machine(made: Class) -> None:
    assert "ana.b" == nbgrader_settings(made, "ana.b").CourseDirectory.student_id


def test_a_learner_uses_the_exchange_of_the_class(made: Class) -> None:
    settings = nbgrader_settings(made, "ana.b")
    assert ("autumn", str(made.exchange)) == (settings.CourseDirectory.course_id, settings.Exchange.root)


def test_two_learners_on_one_machine_do_not_see_each_others_submissions(made: Class) -> None:
    assert nbgrader_settings(made, "ana.b").Exchange.cache != nbgrader_settings(made, "carl").Exchange.cache


def test_a_quote_in_the_classs_path_breaks_nothing(tmp_path: Path, made: Class) -> None:
    odd = Class(tmp_path / 'a "b" \\c é', made.settings)
    assert str(odd.root / "exchange") == nbgrader_settings(odd, "ana.b").Exchange.root


def test_kernels_know_the_learner_and_the_data(made: Class) -> None:
    environment = learner_lab(made, "ana.b").environment
    assert ("ana.b", str(made.delivery_file)) == (environment["SITU_LEARNER"], environment["SITU_DATA"])


def test_the_instructor_opens_on_the_class_as_nobody_in_particular(made: Class) -> None:
    lab = instructor_lab(made)
    assert made.root == lab.folder
    assert [] == [name for name in lab.environment if name.startswith("SITU_")]


def test_a_learner_gets_no_formgrader(made: Class) -> None:
    lab = learner_lab(made, "ana.b")
    assert "--ServerApp.jpserver_extensions=nbgrader.server_extensions.formgrader=False" in lab.command
    assert "@jupyter/nbgrader:formgrader" in hidden(lab)


def test_the_settings_of_the_folder_are_out_of_the_learners_sight(made: Class) -> None:
    assert "--ContentsManager.hide_globs=nbgrader_config.py" in learner_lab(made, "ana.b").command


def test_the_instructor_gets_the_formgrader(made: Class) -> None:
    lab = instructor_lab(made)
    assert [] == [word for word in lab.command if "formgrader=False" in word]
    assert "@jupyter/nbgrader:formgrader" not in hidden(lab)


def test_jupyterlab_asks_no_server_elsewhere_for_news(made: Class) -> None:
    assert "@jupyterlab/apputils-extension:announcements" in hidden(learner_lab(made, "ana.b"))
    assert "@jupyterlab/apputils-extension:announcements" in hidden(instructor_lab(made))


def test_a_lesson_that_was_fetched_is_opened(made: Class) -> None:
    lesson = made.root / "learners" / "ana.b" / "01_odds" / "01_odds.ipynb"
    write_files({lesson: "{}"})
    assert "--LabApp.default_url=/lab/tree/01_odds/01_odds.ipynb" in learner_lab(made, "ana.b").command


def test_a_wanted_port_is_taken_or_refused_never_replaced(made: Class) -> None:
    assert {"--ServerApp.port=8123", "--ServerApp.port_retries=0"} <= set(instructor_lab(made, 8123).command)


def test_the_browser_stays_shut_when_asked(made: Class) -> None:
    assert "--no-browser" in learner_lab(made, "ana.b", browser=False).command
    assert "--no-browser" not in learner_lab(made, "ana.b").command


@pytest.mark.parametrize("learner", ["", "../private", "a/b", "a+b", ".hidden"])
def test_an_id_that_is_no_id_is_refused(made: Class, learner: str) -> None:
    with pytest.raises(LearnerError):
        learner_lab(made, learner)


def test_without_a_name_the_first_learners_desk_is_opened(made: Class) -> None:
    write_files(learner_lab(made, "zoe").files | learner_lab(made, "ana.b").files)
    assert "ana.b" == some_learner(made)


def test_a_class_without_learners_says_how_to_name_one(made: Class) -> None:
    with pytest.raises(ClassError, match="--as ID"):
        some_learner(made)


def test_settings_of_another_class_do_not_leak_in(made: Class, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SITU_CASE", "elsewhere")
    seen = tmp_path / "seen"
    command = ("/bin/sh", "-c", f"env > '{seen}'")
    assert 0 == start(Lab(tmp_path, command, {"SITU_LEARNER": "ana.b"}, {})).wait()
    assert ["SITU_LEARNER=ana.b"] == [line for line in seen.read_text().splitlines() if line.startswith("SITU_")]


def test_the_tools_beside_this_python_come_first(made: Class) -> None:
    first = learner_lab(made, "ana.b").environment["PATH"].split(os.pathsep)[0]
    assert (Path(first) / "python").exists()
