"""What must not be handed out with a lesson: the author's own solutions, and answers an instructor tried out beside it.

Owns their removal, in generate_assignment and in release_assignment. Where the step of the first is missing, nbgrader's own
still empties the solution cells, whose whole content is marked.
"""

from __future__ import annotations

from fnmatch import fnmatch

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.exchange.default import ExchangeReleaseAssignment

from graders.answerbook import NAME
from instructors.grading.book import PUT_ASIDE
from instructors.grading.classroom import ClassStep, Step

TRIED_OUT = (NAME, f".{NAME}*", PUT_ASIDE)  # what a form leaves behind in the folder it is tried in
_PREFIX = "solution-"


def is_own_solution(cell: NotebookNode) -> bool:
    """Tell whether a cell is the author's own solution, of which learners have no use."""
    flags = cell.metadata.get("nbgrader", {})
    return bool(flags.get("solution")) and not flags.get("grade") and str(flags.get("grade_id")).startswith(_PREFIX)


class TakeOutSolutions(ClassStep):
    """nbgrader's step that takes the solution cells out of a release, before anything of them is saved."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Prepare one notebook, and the folder it is released in."""
        nb.cells = [cell for cell in nb.cells if not is_own_solution(cell)]
        for file in self.released(resources).parent.glob("*"):
            if any(fnmatch(file.name, pattern) for pattern in TRIED_OUT):
                file.unlink()
        return nb, resources


class ReleaseLesson(ExchangeReleaseAssignment):  # type: ignore[misc]  # nbgrader publishes no types
    """nbgrader's release to the exchange, without the answers of a preview."""

    def do_copy(self, src: str, dest: str, log: object = None) -> None:
        """Copy a lesson to the exchange."""
        kept = self.coursedir.ignore
        self.coursedir.ignore = [*kept, *TRIED_OUT]
        try:
            super().do_copy(src, dest, log)
        finally:
            self.coursedir.ignore = kept
