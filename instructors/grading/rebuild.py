"""Rebuilds a submission: the released notebook, with the learner's source in the cells that are the learner's.

Owns which cell of a submission is which cell of the lesson. Points, flags, tags and locked text come from the release by
construction, so that nothing done to them in a submission means anything; what was put back is told in plain words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.corpus.words import generate_corpus_id as random_cell_id

from graders.errors import ClassError
from graders.language import _
from instructors.grading.classroom import MARK, ClassStep, Step
from instructors.grading.notices import NOTICE_CELL
from instructors.grading.reading import HandedCell, HandedIn, from_notebook

_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The rebuilt notebook, and what had to be put back, in the learner's words."""

    notebook: NotebookNode
    repairs: tuple[str, ...]


@dataclass(slots=True)
class _Place:
    """One cell of the lesson, and what of the submission belongs to it."""

    released: NotebookNode
    copies: list[HandedCell] = field(default_factory=list)
    chosen: HandedCell | None = None

    @property
    def label(self) -> str:
        """How we name the cell to a learner."""
        name = _grade_id(self.released) or str(self.released.get("id", ""))
        name = re.sub(r"^criterion-([0-9]+)-([0-9]+)-", r"\1.\2 ", name)
        return re.sub(r"^(answer|q|practice|decision)-([0-9]+)-", r"\2.", name)

    @property
    def is_the_learners(self) -> bool:
        """Whether the learner writes in it: an answer cell, or code that the lesson left open."""
        metadata = self.released.metadata
        if "nbgrader" in metadata:
            return bool(metadata["nbgrader"].get("solution"))
        return bool(self.released.cell_type == "code" and metadata.get("editable", True))

    def choose(self) -> None:
        """Choose the copy that counts: the last one that the learner changed, else the last one."""
        if self.copies:
            changed = [cell for cell in self.copies if not _same(cell.source, self.released.source)]
            self.chosen = (changed or self.copies)[-1]

    def is_spare(self, cell: HandedCell) -> bool:
        """Tell whether a copy holds work that neither the chosen copy nor the lesson has."""
        known = (self.released.source, self.chosen.source if self.chosen else "")
        return not any(_same(cell.source, source) for source in known)

    def cell(self) -> NotebookNode:
        """Return the cell as it is graded."""
        cell = deepcopy(self.released)
        if "id" not in cell:  # older releases have none
            cell["id"] = random_cell_id()
        if self.is_the_learners and self.chosen is not None:
            cell.source = self.chosen.source
        cell.metadata[MARK] = {"released": bool(cell.source == self.released.source)}
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        return cell


def rebuild(released: NotebookNode, handed: HandedIn) -> Rebuilt:
    """Rebuild a submission on the released notebook.

    Parameters
    ----------
    released
        The notebook as the learner got it.
    handed
        What came back.

    Returns
    -------
    A notebook with exactly the released cells, each once and in the released order, the learner's own further cells after
    the cell they followed.
    """
    places = [_Place(cell) for cell in released.cells]
    owners = _matched(places, handed.cells)
    for place in places:
        place.choose()
    kept, taken = _further_cells(handed.cells, owners), {NOTICE_CELL, *(str(cell.get("id")) for cell in released.cells)}
    cells: list[NotebookNode] = []
    waiting = kept[None]
    for place in places:
        if place.copies or not place.is_the_learners:
            cells += [_further(cell, taken) for cell in waiting]
            waiting = []
        cells.append(place.cell())  # a missing answer cell, empty, goes before what may have been written in its place
        waiting = waiting + kept[id(place)]
    cells += [_further(cell, taken) for cell in waiting]
    repairs = tuple(_repairs(places)) if handed.cells else ()
    metadata = deepcopy(released.metadata)
    ours = {"notice": handed.notice, "readable": handed.readable, "repairs": list(repairs)}
    ours["without_cells"] = not handed.cells
    metadata[MARK] = {**metadata.get(MARK, {}), **ours}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return Rebuilt(notebook, repairs)


def read_released(file: Path) -> NotebookNode:
    """Read the released notebook of a lesson, once per version of the file; nobody changes what is returned.

    Raises
    ------
    ClassError
        When it cannot be read.
    """
    try:
        status = file.stat()
        return _read_released(file, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError) as error:
        raise ClassError(
            f"Expected the released notebook {file}, got {error}. Run: nbgrader generate_assignment"
        ) from error


@lru_cache(maxsize=16)
def _read_released(file: Path, _written: int, _size: int) -> NotebookNode:
    released: NotebookNode = nbformat.read(file, as_version=4)
    return released


class Rebuild(ClassStep):
    """nbgrader's step that puts the released notebook in place of what was handed in, answers kept."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Rebuild one notebook."""
        released = read_released(self.released(resources))
        handed = from_notebook(nb)
        rebuilt = rebuild(released, handed)
        learner = resources["nbgrader"]["student"]
        rebuilt.notebook.metadata[MARK]["shown"] = handed.shown
        rebuilt.notebook.metadata[MARK]["worked_as"] = [other for other in handed.worked_as if other != learner]
        for repair in rebuilt.repairs:
            self.log.warning("%s: %s", learner, repair)
        return rebuilt.notebook, resources


def _matched(places: Sequence[_Place], cells: Sequence[HandedCell]) -> dict[int, _Place]:
    """Give each place its copies: by nbgrader's id, and where that names none, by the cell's own id."""
    by_grade_id = {_grade_id(place.released): place for place in places if _grade_id(place.released)}
    by_cell_id = {str(place.released.get("id")): place for place in places if "id" in place.released}
    owners = {index: by_grade_id[cell.grade_id] for index, cell in enumerate(cells) if cell.grade_id in by_grade_id}
    found = {id(place) for place in owners.values()}
    for index, cell in enumerate(cells):
        place = by_cell_id.get(cell.cell_id)
        if index not in owners and place is not None and id(place) not in found:
            owners[index] = place
    for index, place in sorted(owners.items()):
        place.copies.append(cells[index])
    return owners


def _further_cells(cells: Sequence[HandedCell], owners: dict[int, _Place]) -> dict[int | None, list[HandedCell]]:
    """Return the learner's further cells by the place they followed; None stands for the top of the notebook."""
    kept: dict[int | None, list[HandedCell]] = defaultdict(list)
    followed: int | None = None
    for index, cell in enumerate(cells):
        owner = owners.get(index)
        if owner is None:
            kept[followed].append(cell)
        elif owner.is_the_learners and owner.is_spare(cell):
            kept[followed].append(cell)  # a cell that was split or copied: its other part still runs, where it stood
        else:
            followed = id(owner)
    return kept


def _further(cell: HandedCell, taken: set[str]) -> NotebookNode:
    """Return a learner's own cell: source only, under an id that nothing else has."""
    kind = "code" if cell.kind == "code" else "markdown"
    node: NotebookNode = getattr(nbformat.v4, f"new_{kind}_cell")(cell.source, metadata={MARK: {"released": False}})
    if _CELL_ID.fullmatch(cell.cell_id) and cell.cell_id not in taken:
        node["id"] = cell.cell_id
    taken.add(str(node["id"]))
    return node


def _repairs(places: Sequence[_Place]) -> Iterable[str]:
    asked = [place for place in places if _grade_id(place.released)]
    if asked and not any(place.copies for place in asked):
        yield _("None of the cells of this lesson's questions are in the notebook; they were put back.")
        return
    for place in places:
        yield from _answer_repairs(place) if place.is_the_learners else _locked_repairs(place)


def _answer_repairs(place: _Place) -> Iterable[str]:
    if not place.copies and _grade_id(place.released):
        yield _("The answer cell {name} was missing; it was put back empty.").format(name=place.label)
    if len(place.copies) > 1:
        yield _("The answer cell {name} was there {count} times; the last one you changed was graded.").format(
            name=place.label, count=len(place.copies)
        )
    if place.chosen is not None and place.chosen.kind != place.released.cell_type:
        yield _("The kind of the answer cell {name} was changed; it was put back.").format(name=place.label)


def _locked_repairs(place: _Place) -> Iterable[str]:
    if not place.copies and _grade_id(place.released):
        yield _("The cell of question {name} was missing; it was put back.").format(name=place.label)
    elif place.copies and not any(_same(copy.source, place.released.source) for copy in place.copies):
        if _grade_id(place.released):
            yield _("The cell of question {name} was changed; it was put back as released.").format(name=place.label)
        else:
            yield _("A locked cell of the lesson was changed; it was put back as released.")


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _same(mine: str, released: str) -> bool:
    return mine.strip() == released.strip()
