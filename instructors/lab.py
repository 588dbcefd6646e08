"""JupyterLab on one machine, without a hub: a class as a learner sees it, or as its instructor does.

Owns the learner's folder in a class, and the command and environment that open JupyterLab on one. It changes no setting of
the person at the machine: JupyterLab's and nbgrader's are read from the class alone.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from graders.errors import ClassError
from graders.identity import checked_id
from instructors.classes import Class

_LEARNER_CONFIG = '''"""nbgrader's settings of one learner's folder, on the machine of the class. `situ` writes this file."""

c = get_config()  # noqa: F821  # nbgrader provides it
c.CourseDirectory.course_id = {course}
c.CourseDirectory.student_id = {learner}
c.Exchange.root = {exchange}
c.Exchange.cache = {cache}
'''

# What a learner has no use for, by the name of its server extension and of its part in the page.
_INSTRUCTORS_ALONE = {
    "nbgrader.server_extensions.formgrader": "@jupyter/nbgrader:formgrader",
    "nbgrader.server_extensions.course_list": "@jupyter/nbgrader:course-list",
}
_CREATE_ASSIGNMENT = "@jupyter/nbgrader:create-assignment"
_LEARNERS_ALONE = {"nbgrader.server_extensions.assignment_list": "@jupyter/nbgrader:assignment-list"}
_OUT_OF_SIGHT = [  # in a learner's list of files
    f"--ContentsManager.hide_globs={name}" for name in ("nbgrader_config.py", "__pycache__", "*~", ".DS_Store")
]
_ANNOUNCEMENTS = "@jupyterlab/apputils-extension:announcements"  # asks a question at start, and a server elsewhere


@dataclass(frozen=True, slots=True)
class Lab:
    """A JupyterLab ready to be started.

    Attributes
    ----------
    folder
        Where it opens; a folder with a lesson in it opens on that lesson.
    command
        Program and arguments.
    environment
        The variables it needs beside, or instead of, those of the caller.
    files
        What must stand in the class before it starts: path -> text.
    """

    folder: Path
    command: tuple[str, ...]
    environment: Mapping[str, str]
    files: Mapping[Path, str]


def learner_folder(made: Class, learner: str) -> Path:
    """Return the folder in which a learner of this class works."""
    return made.root / "learners" / checked_id(learner)


def learner_settings(made: Class, learner: str) -> dict[Path, str]:
    """Return the file that makes nbgrader work for this learner in the learner's folder: path -> text."""
    folder = learner_folder(made, learner)
    text = _LEARNER_CONFIG.format(
        course=json.dumps(made.settings.class_id),
        learner=json.dumps(folder.name),
        exchange=json.dumps(str(made.exchange)),
        cache=json.dumps(str(folder / ".situ" / "cache")),
    )
    return {folder / "nbgrader_config.py": text}


def learner_environment(made: Class, learner: str) -> dict[str, str]:
    """Return the variables that tell a learner's kernels who works here and where the class's data are."""
    folder = learner_folder(made, learner)
    return {
        "SITU_LEARNER": folder.name,
        "SITU_CONFIG": str(folder / ".situ" / "config"),
        "SITU_DATA": str(made.delivery_file),
    }


def some_learner(made: Class) -> str:
    """Return the first learner who has a folder in this class.

    Raises
    ------
    ClassError
        When nobody has.
    """
    folders = sorted(path.name for path in (made.root / "learners").glob("[!.]*") if path.is_dir())
    if not folders:
        raise ClassError(
            f"Expected learners in {made.root / 'learners'}, got none. Name one: situ lab {made.root} --as ID"
        )
    return folders[0]


def learner_lab(made: Class, learner: str, port: int | None = None, browser: bool = True) -> Lab:
    """Return JupyterLab as a learner of this class has it: assignment list and validate, nothing of the instructor's.

    Parameters
    ----------
    made
        The class.
    learner
        The learner's id; the learner's folder is made if it is not there yet.
    port
        Where it listens; None takes 8888 or the next free one.
    browser
        Whether to open the browser.

    Raises
    ------
    LearnerError
        When the id is none.
    """
    folder = learner_folder(made, learner)
    return _lab(
        folder,
        settings=folder / ".situ" / "jupyter",
        hidden=[*_INSTRUCTORS_ALONE.values(), _CREATE_ASSIGNMENT],
        switches=[*_switched_off(_INSTRUCTORS_ALONE), *_OUT_OF_SIGHT, *_where(port, browser)],
        environment=learner_environment(made, learner),
        files=learner_settings(made, learner),
    )


def instructor_lab(made: Class, port: int | None = None, browser: bool = True) -> Lab:
    """Return JupyterLab as the instructor of this class has it: the class folder, with the formgrader.

    Parameters
    ----------
    made
        The class.
    port
        Where it listens; None takes 8888 or the next free one.
    browser
        Whether to open the browser.
    """
    return _lab(
        made.root,
        settings=made.root / "private" / "jupyter",
        hidden=_LEARNERS_ALONE.values(),
        switches=[
            _switched("instructors.formgrader", on=True),
            *_switched_off(_LEARNERS_ALONE),
            *_where(port, browser),
        ],
        environment={},
        files={},
    )


def write_files(files: Mapping[Path, str]) -> None:
    """Write each text at its path, folders included."""
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def start(lab: Lab) -> subprocess.Popen[bytes]:
    """Write the lab's files and start it; nothing that `SITU_` variables of the caller say reaches it."""
    write_files(lab.files)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SITU_")}
    return subprocess.Popen(lab.command, cwd=lab.folder, env=inherited | dict(lab.environment))


def run(lab: Lab) -> int:
    """Start the lab and wait until it is shut down; return its exit code."""
    process = start(lab)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())  # nothing goes on running behind a stopped command
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # went to JupyterLab as well, which ends its kernels before it ends
            continue


def _lab(
    folder: Path,
    *,
    settings: Path,
    hidden: Iterable[str],
    switches: Iterable[str],
    environment: Mapping[str, str],
    files: Mapping[Path, str],
) -> Lab:
    page = {"disabledExtensions": dict.fromkeys((*hidden, _ANNOUNCEMENTS), True)}
    return Lab(
        folder,
        (
            sys.executable,
            "-m",
            "jupyterlab",
            "--log-level=WARN",
            f"--ServerApp.root_dir={folder}",
            f"--LabApp.default_url={_first_page(folder)}",
            "--ServerApp.answer_yes=True",
            *switches,
        ),
        {
            **environment,
            "JUPYTER_CONFIG_DIR": str(settings),
            "JUPYTER_PREFER_ENV_PATH": "1",  # a kernel registered for the user under the same name must not win
            "PATH": os.pathsep.join(
                [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
            ),  # nbgrader: alembic
        },
        {**files, settings / "labconfig" / "page_config.json": json.dumps(page, indent=1)},
    )


def _first_page(folder: Path) -> str:
    """Return the address of the first lesson that was fetched, or of JupyterLab alone."""
    lessons = sorted(file for file in folder.glob("*/*.ipynb") if file.stem == file.parent.name)
    return "/lab/tree/" + quote(lessons[0].relative_to(folder).as_posix()) if lessons else "/lab"


def _switched_off(extensions: Iterable[str]) -> list[str]:
    return [_switched(name, on=False) for name in extensions]


def _switched(extension: str, *, on: bool) -> str:
    return f"--ServerApp.jpserver_extensions={extension}={on}"


def _where(port: int | None, browser: bool) -> list[str]:
    root = getattr(os, "geteuid", lambda: 1)() == 0
    return [
        *([f"--ServerApp.port={port}", "--ServerApp.port_retries=0"] if port else []),
        *([] if browser else ["--no-browser"]),
        *(["--allow-root"] if root else []),  # in a container there is often nobody else
    ]
