"""Reads what a learner handed in, whatever it is, and never stops the class over it.

Owns the one parser of submitted notebooks: of each cell it keeps the kind, the source, nbgrader's id and the cell's own id;
everything else a file may carry is left behind. What cannot be read becomes an empty notebook with a notice.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.corpus.words import generate_corpus_id as random_cell_id

from graders.files import NotAFileError, TooLargeError, regular_bytes
from graders.language import _
from instructors.grading.classroom import MARK
from instructors.grading.folders import released_folder
from instructors.grading.receipts import receipts_in, short
from instructors.printable import printable

MAX_BYTES = 20_000_000
MAX_CELLS = 2_000
MAX_SOURCE = 200_000
_KINDS = {"code", "markdown", "raw"}


@dataclass(frozen=True, slots=True)
class HandedCell:
    """A cell as handed in: its kind, its source, and the two ids by which it may be recognised (empty where it has none)."""

    kind: str
    source: str
    grade_id: str = ""
    cell_id: str = ""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A notebook as handed in.

    Attributes
    ----------
    cells
        What it holds.
    notice
        What the learner should know about the reading of it.
    worked_as
        The learners on whose samples its receipts say it was worked out. Untrusted: good for a remark, never for a mark.
    readable
        False for a file that is no notebook any more: whatever it held, a human has to look.
    shown
        The answers its forms held when their cells were last run, for want of an answer book.
    """

    cells: tuple[HandedCell, ...] = ()
    notice: str = ""
    worked_as: tuple[str, ...] = ()
    readable: bool = True
    shown: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class UnreadableError(Exception):
    """A file that is no notebook; its text tells the learner why."""


def read_notebook(file: Path) -> HandedIn:
    """Read a submitted notebook.

    Parameters
    ----------
    file
        Where it should be.

    Raises
    ------
    UnreadableError
        When it is missing, no regular file, too large, or not a notebook.
    """
    return _parsed(_bytes_of(file))


def find_renamed(file: Path, released: Path) -> Path | None:
    """Return the one notebook in the folder that carries the released cells under another name; None when none or several do."""
    wanted = _ids(read_notebook(released).cells)
    others = (other for other in sorted(file.parent.glob("*.ipynb")) if other.name != file.name)
    found = [other for other in others if wanted & _ids_in(other)]
    return found[0] if len(found) == 1 else None


def read_submission(file: Path, released: Path) -> HandedIn:
    """Read the notebook of a submission, under another name where it was renamed; never raises on what a learner did.

    Parameters
    ----------
    file
        Where the notebook should be.
    released
        The notebook as the learner got it.
    """
    try:
        if os.path.lexists(file):
            return read_notebook(file)
        renamed = find_renamed(file, released)
        if renamed is None:
            return HandedIn(notice=_("No notebook called {name} was handed in.").format(name=file.name))
        notice = _("The notebook {got} was graded in place of {name}.").format(
            got=printable(renamed.name), name=file.name
        )
        return replace(read_notebook(renamed), notice=notice)
    except UnreadableError as problem:
        return HandedIn(notice=str(problem), readable=False)


def as_notebook(handed: HandedIn) -> NotebookNode:
    """Return what was read as a valid notebook; the ids it came with stand in each cell's metadata under our mark."""
    cells = [_as_cell(cell) for cell in handed.cells]
    ours = {
        "notice": handed.notice,
        "worked_as": list(handed.worked_as),
        "readable": handed.readable,
        "shown": handed.shown,
    }
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata={MARK: ours})
    return notebook


def from_notebook(notebook: NotebookNode) -> HandedIn:
    """Return what `as_notebook` was given."""
    cells = tuple(HandedCell(cell.cell_type, cell.source, **cell.metadata[MARK]) for cell in notebook.cells)
    ours = notebook.metadata[MARK]
    return HandedIn(cells, ours["notice"], tuple(ours["worked_as"]), ours["readable"], ours["shown"])


class SubmissionExporter(NotebookExporter):
    """nbgrader's reader and writer of notebooks; reads submissions with care, and its own files as it always did."""

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **settings: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Convert one notebook; a submitted one is never an error."""
        course = getattr(self.parent, "coursedir", None)
        if course is None or resources is None or not getattr(self.parent, "_sanitizing", False):
            return super().from_filename(filename, resources=resources, **settings)
        file, ids = Path(filename), resources["nbgrader"]
        released = released_folder(course, ids["assignment"]) / file.name
        handed = read_submission(file, released)
        if handed.notice:
            self.log.warning("%s, %s: %s", ids["student"], ids["assignment"], handed.notice)
        resources["metadata"] = ResourcesDict(name=file.stem, path=str(file.parent))
        converted: tuple[NotebookNode, dict[str, Any]] = self.from_notebook_node(  # type: ignore[no-untyped-call]  # likewise
            as_notebook(handed), resources, **settings
        )
        return converted


def _bytes_of(file: Path) -> bytes:
    try:
        return regular_bytes(file, MAX_BYTES)
    except NotAFileError as error:
        raise UnreadableError(_("{name} is not a file.").format(name=file.name)) from error
    except TooLargeError as error:
        raise UnreadableError(
            _("{name} is larger than {limit} MB. Clear its outputs, then hand it in again.").format(
                name=file.name, limit=MAX_BYTES // 1_000_000
            )
        ) from error
    except OSError as error:
        raise UnreadableError(
            _("{name} could not be opened ({reason}). Hand in the notebook itself, not a link to it.").format(
                name=file.name, reason=error.strerror
            )
        ) from error


def _parsed(content: bytes) -> HandedIn:
    try:
        data = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError, MemoryError) as error:
        raise UnreadableError(_("The file is not a notebook: it could not be read as one.")) from error
    if not isinstance(data, dict) or data.get("nbformat") != 4 or not isinstance(data.get("cells"), list):
        raise UnreadableError(_("The file is not a notebook of the kind JupyterLab writes (format 4)."))
    cells: Sequence[Any] = data["cells"]
    if len(cells) > MAX_CELLS:
        raise UnreadableError(
            _("The notebook has {count} cells; at most {limit} can be read.").format(count=len(cells), limit=MAX_CELLS)
        )
    found = [cell for cell in cells if isinstance(cell, dict)]
    receipts = receipts_in(found)
    return HandedIn(tuple(_cell(cell) for cell in found), worked_as=receipts.learners, shown=receipts.shown or {})


def _cell(data: dict[str, Any]) -> HandedCell:
    kind = data.get("cell_type")
    metadata = data.get("metadata")
    ours = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = ours.get("grade_id") if isinstance(ours, dict) else None
    return HandedCell(
        kind=kind if kind in _KINDS else "raw",
        source=_source(data.get("source")),
        grade_id=short(grade_id),
        cell_id=short(data.get("id")),
    )


def _source(raw: Any) -> str:
    lines = [line for line in raw if isinstance(line, str)] if isinstance(raw, list) else []
    text = raw if isinstance(raw, str) else "".join(lines)
    if len(text) > MAX_SOURCE:
        return _("# This cell was longer than can be read and is left out.")
    text = text.replace("\0", "").replace("\r\n", "\n")
    return text.encode("utf-8", "replace").decode("utf-8")  # half characters cannot be written back


def _as_cell(cell: HandedCell) -> NotebookNode:
    """Return a cell as a notebook has it; the notebook is validated as a whole, which is much faster than cell by cell."""
    node = NotebookNode(id=random_cell_id(), cell_type=cell.kind, source=cell.source)
    node.metadata = NotebookNode({MARK: NotebookNode(grade_id=cell.grade_id, cell_id=cell.cell_id)})
    if cell.kind == "code":
        node.update(outputs=[], execution_count=None)
    return node


def _ids(cells: Sequence[HandedCell]) -> set[str]:
    return {id_ for cell in cells for id_ in (cell.grade_id, cell.cell_id)} - {""}


def _ids_in(file: Path) -> set[str]:
    try:
        return _ids(read_notebook(file).cells)
    except UnreadableError:
        return set()
