"""One class, attacked by everybody at once: built, handed in, graded through the real pipeline, and looked at before and after.

Owns the traps around the class: a home and an environment with secrets in them, a listener that nobody should reach, the marks of a
learner who was graded before, three honest learners between the attackers.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook

from graders.content import load_module
from instructors.classes import Class, open_class
from instructors.making import Plan, new_class

attack = load_module(Path(__file__).with_name("attack.py"))
MINI = Path(__file__).parents[1] / "mini" / "courses" / "mini"
ASSIGNMENT = attack.ASSIGNMENT
HONEST = ("aa-honest", "mm-honest", "zz-honest")
EARLIER = "early-bird"  # graded and marked by hand before the others hand in
SETTINGS = """
c.Execute.timeout = 8
c.RunSubmission.total_timeout = 120
c.RunSubmission.limits = {"memory_mb": 768, "disk_mb": 96, "file_mb": 64, "processes": 48, "cpu_seconds": 60}
"""
_OURS_TO_CHANGE = (
    "autograded",
    "feedback",
    "submitted",
    "gradebook.db",
    "private/cases",
    "private/grade",
    "private/memos",
)
_OURS_TO_CHANGE += ("private/jupyter", "private/set-aside", "exchange")
_PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Listener:
    """Ears outside: TCP and UDP on one port, and Unix sockets with and without a name in the file system."""

    folder: Path
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sockets = [socket.create_server(("127.0.0.1", 0))]
        self.port = self._sockets[0].getsockname()[1]
        for family, kind, name in (
            (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", self.port)),
            (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.abstract}"),
            (socket.AF_UNIX, socket.SOCK_STREAM, self.path),
        ):
            ear = socket.socket(family, kind)
            ear.bind(name)
            if kind == socket.SOCK_STREAM:
                ear.listen()
            self._sockets.append(ear)
        for ear in self._sockets:
            threading.Thread(target=self._listen, args=(ear,), daemon=True).start()

    @property
    def abstract(self) -> str:
        return f"situ-attacks-{os.getpid()}"

    @property
    def path(self) -> str:
        return str(self.folder / "ear")

    def _listen(self, ear: socket.socket) -> None:
        while True:
            try:
                said = ear.recv(1000) if ear.type == socket.SOCK_DGRAM else ear.accept()[1]
            except OSError:
                return
            if said:  # nothing: it is being closed
                self.heard.append(f"{ear.family.name} {ear.type.name}: {said!r}")

    def close(self) -> None:
        for ear in self._sockets:
            with suppress(OSError):
                ear.shutdown(socket.SHUT_RDWR)
            ear.close()


@dataclass
class Arena:
    """The class, the attacks on it, and what is known of them when it was graded."""

    made: Class
    home: Path
    temporary: Path
    listener: Listener
    attacks: tuple[Any, ...]
    code: int = -1
    said: str = ""
    log: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    outcomes: dict[str, Any] = field(default_factory=dict)
    feedback: Any = None

    @property
    def root(self) -> Path:
        return self.made.root

    @property
    def environment(self) -> dict[str, str]:
        tools = str(Path(sys.executable).parent)
        return {
            "PATH": f"{tools}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": "1",
            "SECRET_TOKEN": attack.LOOT["the grader's environment"],
        }

    def run(self, *arguments: str, module: str = "instructors.cli") -> subprocess.CompletedProcess[str]:
        """Run one of our commands, or nbgrader's, as the instructor of this class."""
        command = [sys.executable, "-P", "-m", module, *arguments]
        return subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )

    def nbgrader(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(*arguments, module="nbgrader")

    def hand_in(self) -> None:
        """Let everybody hand in; the honest ones as anybody would."""
        released = nbformat.read(self.root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
        target = attack.Target(self._places())
        for learner in HONEST:
            honest = attack.answered(released, self.submitted(learner), target, attack.RIGHT)
            attack.code("# " + attack.LOOT["another learner's work"])(honest)
            honest.write()
        for each in self.attacks:
            each.hand_in(released, self.submitted(each.student), target)

    def submitted(self, learner: str) -> Path:
        return self.root / "submitted" / learner / ASSIGNMENT

    def _places(self) -> dict[str, str]:
        case = self.made.case(HONEST[-1], ASSIGNMENT)
        return {
            "root": str(self.root),
            "home": str(self.home),
            "port": str(self.listener.port),
            "abstract": self.listener.abstract,
            "socket": self.listener.path,
            "grader": str(os.getpid()),
            "neighbour": repr(float(case.data["amount"].mean())),
        }

    def grade_early_bird(self) -> None:
        """Grade one learner before all others, and mark by hand: none of it may change."""
        released = nbformat.read(self.root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
        attack.answered(released, self.submitted(EARLIER), attack.Target({}), attack.RIGHT).write()
        self.run("grade", ".", ASSIGNMENT, "--json")
        with self.gradebook() as gradebook:
            gradebook.find_grade("q-1-4", ASSIGNMENT, ASSIGNMENT, EARLIER).manual_score = 1.5
            gradebook.db.commit()

    def enter_roster(self) -> None:
        with self.gradebook() as gradebook:
            for each in self.attacks:
                if each.roster:
                    gradebook.update_or_create_student(each.student, **each.roster)

    def grade(self) -> None:
        """Grade the class once, all of it, and make the feedback."""
        self.before = self.snapshot()
        own = _children()
        with _adopting():
            done = self.run("grade", ".", ASSIGNMENT, "--json", "--jobs", "2")
            self.after = {"processes": sorted(_children() - own)}
        self.code, self.said = done.returncode, done.stderr
        if not done.stdout.startswith("{"):
            raise AssertionError(f"situ grade said no JSON: {done.stdout[-500:]}{done.stderr[-3000:]}")
        self.outcomes = json.loads(done.stdout)
        self.after |= self.snapshot()

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        with Gradebook(self.made.gradebook, self.made.settings.class_id) as gradebook:
            yield gradebook

    def snapshot(self) -> dict[str, Any]:
        return {
            "class": dict(_files(self.root, _OURS_TO_CHANGE)),
            "honest": {learner: dict(_files(self.submitted(learner))) for learner in (*HONEST, EARLIER)},
            "home": dict(_files(self.home)),
            "temporary": sorted(os.listdir(self.temporary)),
            "early bird": self.rows_of(EARLIER),
        }

    def rows_of(self, learner: str) -> list[tuple[Any, ...]]:
        """Return all that the gradebook has of a learner's marks; nothing of one it does not know."""
        with self.gradebook() as gradebook:
            if not any(each.id == learner for each in gradebook.students):
                return []
            held = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, learner)
            names = ("name", "auto_score", "manual_score", "extra_credit", "max_score", "needs_manual_grade")
            rows = [tuple(getattr(grade, name) for name in names) for grade in held.grades]
            return sorted(rows) + sorted((comment.name, comment.comment) for comment in held.comments)

    def points_of(self, learner: str) -> tuple[float, ...]:
        """Return what the gradebook gives for each question, extra credit included."""
        with self.gradebook() as gradebook:
            held = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, learner)
            grades = {grade.name: float(grade.score + (grade.extra_credit or 0)) for grade in held.grades}
        return tuple(grades.get("q-" + asked.replace(".", "-"), -1.0) for asked in attack.QUESTIONS)

    def outcome_of(self, learner: str) -> dict[str, Any]:
        names = (learner, os.fsencode(learner).decode("utf-8", "replace"))
        found = [each for each in self.outcomes["learners"] if each["learner"] in names]
        return found[0] if found else {}

    def graded_file(self, learner: str) -> Path:
        return self.root / "autograded" / learner / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"

    def page(self, learner: str) -> Path:
        return self.root / "feedback" / learner / ASSIGNMENT / f"{ASSIGNMENT}.html"

    def printed(self, learner: str) -> str:
        """Return what a learner's code printed or showed as text."""
        notebook = nbformat.read(self.graded_file(learner), as_version=4)
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
        return "\n".join(str(output.get("text") or output.get("data", {}).get("text/plain", "")) for output in outputs)

    def notices(self, learner: str) -> str:
        first = nbformat.read(self.graded_file(learner), as_version=4).cells[0]
        return str(first.source) if first.id == "situ-notices" else ""

    def traces(self) -> list[str]:
        """Return every file outside the class's own folders that an attack was able to make."""
        import site

        places = [
            "/tmp",
            "/dev/shm",
            "/var/tmp",
            str(self.home),
            *site.getsitepackages(),
            str(Path(site.__file__).parent),
        ]
        found = [os.path.join(place, name) for place in places for name in _names(place) if attack.HIT in name]
        for base, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in ("submitted", "autograded", "feedback", "set-aside")]
            found += [os.path.join(base, name) for name in (*folders, *names) if attack.HIT in name]
        return found


def _names(place: str) -> list[str]:
    try:
        return os.listdir(place)
    except OSError:
        return []


def _files(folder: Path, without: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
    for base, _folders, names in os.walk(folder):
        for path in (Path(base, name) for name in names):
            place = path.relative_to(folder).as_posix()
            if place.startswith(tuple(without)) or "__pycache__" in place:
                continue
            content = path.read_bytes() if path.is_file() else b""
            yield place, hashlib.sha256(content).hexdigest()


@contextmanager
def _adopting() -> Iterator[None]:
    """Become the parent of every process that a child of ours leaves behind."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def _children() -> set[str]:
    """Return the number and the command line of each child of this process, those it adopted too."""
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            if int(stat[1]) == os.getpid():
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found.add(f"{pid} {command}")
    return found


def attacked(folder: Path, attacks: Iterable[Any], settings: str = "") -> Arena:
    """Make a class below a folder, let it be attacked, and grade it.

    Parameters
    ----------
    folder
        An empty one.
    attacks
        Which.
    settings
        Lines for the class's ``nbgrader_config.py``.
    """
    home, temporary = folder / "home", folder / "tmp"
    for place in (home, temporary):
        place.mkdir()
    (home / ".netrc").write_text(attack.LOOT["the grader's home"])
    made = new_class(folder / "autumn", Plan(str(MINI), "autumn", seed=7, rows=120))
    with (made.root / "nbgrader_config.py").open("a") as stream:
        stream.write(SETTINGS + settings)
    with ExitStack() as last:
        listener = Listener(folder)
        last.callback(listener.close)
        arena = Arena(open_class(made.root), home, temporary, listener, tuple(attacks))
        arena.nbgrader("generate_assignment", ASSIGNMENT)
        arena.grade_early_bird()
        arena.hand_in()
        arena.enter_roster()
        arena.grade()
        arena.feedback = arena.nbgrader("generate_feedback", ASSIGNMENT)
    return arena
