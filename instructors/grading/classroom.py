"""What grading needs to know of a class, and how a step of nbgrader's gets at it.

Owns the protocol only. Keys and cases are opened here, in the trusted process, and go nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode
from traitlets.utils.importstring import import_item

from graders.keys import Key

Step = tuple[NotebookNode, ResourcesDict]
_ROOM = "_situ_class"  # where an nbgrader run keeps the class it grades
MARK = "situ"  # the name under which notebook and cell metadata are ours


class ClassRoom(Protocol):
    """A class, as grading sees it."""

    def keys(self, assignment: str) -> Mapping[str, Key]:
        """Return the keys of an assignment by question."""

    def case(self, learner: str, assignment: str) -> Any:
        """Return the learner's case of an assignment, from the trusted side's own files."""

    def case_directory(self, learner: str, assignment: str) -> Path:
        """Return the directory of the learner's case of an assignment, made if it is not there yet."""

    def known_case(self, learner: str, assignment: str) -> Path | None:
        """Return the directory of the learner's case of an assignment; None when it is not made yet."""


class ClassStep(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader publishes no types
    """A step of autograde that belongs to a class."""

    class_dir = Unicode(help="The class folder.").tag(config=True)
    opener = Unicode("instructors.classes.open_class", help="What opens the class folder.").tag(config=True)

    def open_class(self) -> ClassRoom:
        """Open the class this step grades, once for all the submissions of one nbgrader run."""
        converter = getattr(getattr(self, "parent", None), "parent", None)
        room: ClassRoom | None = getattr(converter, _ROOM, None)
        if room is None:
            room = import_item(self.opener)(Path(self.class_dir))
            if converter is not None:
                setattr(converter, _ROOM, room)
        return room

    def released(self, resources: Mapping[str, Any]) -> Path:
        """Return the released notebook of the one being graded."""
        ids = resources["nbgrader"]
        return Path(self.class_dir, "release", ids["assignment"], f"{ids['notebook']}.ipynb")


def graded_questions(notebook: NotebookNode) -> list[tuple[str, NotebookNode]]:
    """Return (question, cell) of every cell that is judged.

    The grade id ``q-1-3`` belongs to question ``1.3``; nbgrader allows no dot in it.
    """
    return [
        (str(cell.metadata["nbgrader"]["grade_id"]).removeprefix("q-").replace("-", "."), cell)
        for cell in notebook.cells
        if is_judged(cell)
    ]


def is_judged(cell: NotebookNode) -> bool:
    """Tell whether a cell is one whose answer we judge: graded code that the learner does not write."""
    flags = cell.metadata.get("nbgrader", {})
    return bool(cell.cell_type == "code" and flags.get("grade") and not flags.get("solution"))
