"""What a lesson's own solutions hand in on a case: runs the author's code, in the instructor's process.

Owns that running alone: figures, practice, forms and decisions are left out. No learner's code ever gets here.
"""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode

from graders.answers import blank
from graders.errors import ContentError
from instructors.markers import Marker, marker, submitted_names
from instructors.passages import settled

_NOT_RUN = {"figure", "practice", "decision", "answer"}


def answers_of_lesson(source: NotebookNode, case: Any, *, solved: bool) -> dict[str, Any]:
    """Return what a lesson hands in on a case, by question.

    Parameters
    ----------
    source
        From `instructors.build.read_source`; or from `instructors.sources.lesson_source`, without what a class does not ask.
    case
        Bound to the name ``case``.
    solved
        With the solutions, or as released.

    Raises
    ------
    ContentError
        When a cell does not run, or a solution submits another question than its own.
    """
    names: dict[str, Any] = {"case": case}
    answers: dict[str, Any] = {}
    for cell in settled(source).cells:
        found = marker(cell)
        if cell.cell_type != "code":
            continue
        if found.part == "answer" and found.item and not solved:
            answers[found.item] = blank()
        elif found.part == "submit" and found.item:
            asked = submitted_names(cell.source)
            whole = {part: names[name] for part, name in asked.items() if part is not None}
            answers[found.item] = whole or names[asked[None]]
        elif found.part == "solution" and found.item:
            if solved:
                answers |= _submitted(cell.source, names, found)
        elif found.part not in _NOT_RUN:
            _run(cell.source if solved else without_solution(cell.source), names, found)
    return answers


def without_solution(source: str) -> str:
    r"""Return a cell in which a learner writes as the learner gets it.

    >>> without_solution("a = ...\n### BEGIN SOLUTION\na = 1\n### END SOLUTION")
    'a = ...'
    """
    kept, inside = [], False
    for line in source.splitlines():
        if "BEGIN SOLUTION" in line:
            inside = True
        elif "END SOLUTION" in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept).rstrip()


def _submitted(code: str, names: dict[str, Any], found: Marker) -> dict[str, Any]:
    """Run a solution, with a `submit` that only takes down what it is given."""
    recorded: dict[str, Any] = {}
    names["submit"] = recorded.__setitem__
    _run(code, names, found)
    if set(recorded) - {found.item}:
        raise ContentError(
            f"The lesson's cell solution {found.item} submits {', '.join(map(str, recorded))}. Submit {found.item} alone."
        )
    return recorded


def _run(code: str, names: dict[str, Any], found: Marker) -> None:
    lines = [line for line in code.splitlines() if "open_case()" not in line]  # the case is given
    try:
        exec(compile("\n".join(lines), f"<{found.part} {found.item or ''}>", "exec"), names)
    except Exception as error:
        raise ContentError(
            f"The lesson's cell {found.part} {found.item or ''} does not run: {error!r}. Mend the source."
        ) from error
