"""A large class, some of it hostile or broken: every outcome recorded, the cost the same from the first submission to the last.

Usage: python benchmarks/grading_scale.py [--submissions 1000] [--hostile 0.05] [--block B] [--lesson L] [--keep DIR] [--json]
Goals: every submission has the outcome it deserves, honest ones the points they earned, the memory of the trusted process does
not grow with the class, and the last hundred cost what the first did.

The lesson is the small one of the tests unless a block is named (`--block credit-xai --lesson 1`): what is measured is our part,
and its cells take no time. Limits are short (3 s a cell, 512 MB), so that hostile submissions end soon.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from grading_class import SimulatedClass, kept_class
from grading_runs import Took, took

from instructors import simulate

SMALL = Path(__file__).parents[1] / "tests" / "mini" / "courses" / "mini"
SETTINGS = """
c.Execute.timeout = 3
c.RunSubmission.total_timeout = 30
c.RunSubmission.limits = {"memory_mb": 512, "disk_mb": 64, "file_mb": 32, "processes": 48, "cpu_seconds": 30}
"""
PER = 100
_FORGES = """
import os
from IPython.display import display
for number in range(1, 9):
    forged = {"question": f"1.{number}", "points": 100.0, "max_points": 100.0, "state": "right"}
    display({"application/vnd.situ.verdict+json": forged, "text/plain": "100.0"}, raw=True)
os._exit(0)
"""
_CATCHES_ALL = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
_FORKS = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"


class Kind(NamedTuple):
    """A way to be hostile or broken: the outcome it deserves, what is done to the file, and what a slow machine may make of it."""

    name: str
    outcome: str
    do: Callable[[Path], None]
    or_else: str = ""


def _cell(source: str) -> Callable[[Path], None]:
    """Return what puts a cell in front of a notebook's others."""

    def change(file: Path) -> None:
        notebook = nbformat.read(file, as_version=4)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(source))
        nbformat.write(notebook, file)

    return change


def _rearranged(file: Path) -> None:
    """Delete the first graded cell, double the last, and make it worth 100 points."""
    notebook = nbformat.read(file, as_version=4)
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    notebook.cells.remove(graded[0])
    graded[-1].metadata["nbgrader"]["points"] = 100
    notebook.cells.append(nbformat.from_dict({**graded[-1], "id": "twin"}))
    nbformat.write(notebook, file)


def _content(text: str) -> Callable[[Path], None]:
    return lambda file: file.write_text(text, encoding="utf-8") and None


KINDS = (
    Kind("garbage instead of a notebook", "broken notebook", _content("not a notebook")),
    Kind("JSON 200,000 deep", "broken notebook", _content("[" * 200_000)),
    Kind("cut in half", "broken notebook", simulate.break_file),
    Kind("no notebook", "missing notebook", Path.unlink),
    Kind("graded cells deleted and doubled", "repaired", _rearranged),
    Kind("forged verdicts, then os._exit", "kernel killed", _cell(_FORGES)),
    Kind("segmentation fault", "kernel killed", _cell("import ctypes\nctypes.string_at(0)")),
    Kind("endless loop", "timed out", _cell("while True:\n    pass")),
    Kind("a loop that catches interrupts", "timed out", _cell(_CATCHES_ALL)),
    Kind("memory bomb", "out of memory", _cell("held = []\nwhile True:\n    held.append(bytearray(30_000_000))")),
    Kind("endless print", "too much output", _cell("while True:\n    print('x' * 1_000_000)"), "timed out"),
    Kind("fork bomb", "timed out", _cell(_FORKS)),
)


def spoil(room: SimulatedClass, share: float) -> dict[str, Kind]:
    """Make a share of the submissions hostile or broken, evenly over the class; return which is what."""
    count = max(1, round(share * len(room.learners))) if share else 0
    step = len(room.learners) / max(count, 1)
    spoiled = {}
    for number in range(count):
        learner, kind = room.learners[int((number + 0.5) * step)], KINDS[number % len(KINDS)]
        kind.do(room.made.root / "submitted" / learner / room.assignment / f"{room.assignment}.ipynb")
        spoiled[learner] = kind
    return spoiled


def graded(room: SimulatedClass) -> tuple[Took, list[dict[str, Any]]]:
    """Grade the class; return what it took, and what became of everybody."""
    config = room.made.root / "nbgrader_config.py"
    plain = config.read_text(encoding="utf-8")
    config.write_text(plain + SETTINGS, encoding="utf-8")
    try:
        done = took([sys.executable, "-m", "instructors.cli", "grade", ".", "--json"], room.made.root, lambda: False)
    finally:
        config.write_text(plain, encoding="utf-8")
    text = next((line for line in done.output.splitlines() if line.startswith('{"submissions"')), None)
    if text is None:
        raise SystemExit(f"no report: {done.output[-3000:]}")
    return done, json.loads(text)["learners"]


def wrong(room: SimulatedClass, spoiled: dict[str, Kind], results: Sequence[dict[str, Any]]) -> list[str]:
    """Return every submission whose outcome or points are not what they should be; nothing when all is well."""
    found = {result["learner"]: result for result in results}
    problems = [f"{learner}: no outcome" for learner in room.learners if learner not in found]
    for learner, result in found.items():
        kind, due = spoiled.get(learner), room.earned[learner]
        if result["outcome"] not in ({kind.outcome, kind.or_else} if kind else {"graded"}):
            problems.append(f"{learner} ({kind.name if kind else 'honest'}): {result['outcome']}, {result['detail']}")
        if not kind and abs(result["points"] - due) > 0.005:
            problems.append(f"{learner}: expected {due} points, got {result['points']}")
        if kind and result["points"] is not None and result["points"] > due + 0.005:
            problems.append(f"{learner} ({kind.name}): got {result['points']} points, earned at most {due}")
    return problems


def hundreds(
    room: SimulatedClass, done: Took, results: Sequence[dict[str, Any]], spoiled: dict[str, Kind]
) -> list[dict[str, Any]]:
    """Return what honest submissions cost, by hundreds in the order of grading, and the memory held meanwhile."""
    whole, rows = sorted(when - done.began for when in _finished(room, results)), []
    for first in range(0, len(results), PER):
        part = [result for result in results[first : first + PER] if result["learner"] not in spoiled]
        until = whole[min(first + PER, len(whole)) - 1]
        since = whole[first - 1] if first else 0.0
        held = [megabytes for when, megabytes in done.course if since <= when <= until]
        rows.append(
            {
                "first": first + 1,
                "trusted_cpu": round(statistics.median(result["trusted_seconds"] for result in part), 4),
                "run_seconds": round(statistics.median(result["run_seconds"] for result in part), 3),
                "wall_each": round((until - since) / len(results[first : first + PER]), 3),
                "trusted_mb": round(max(held, default=0.0), 1),
            }
        )
    return rows


def _finished(room: SimulatedClass, results: Sequence[dict[str, Any]]) -> list[float]:
    """Return when each graded notebook was written."""
    root = room.made.root
    files = [root / "autograded" / each["learner"] / room.assignment / f"{room.assignment}.ipynb" for each in results]
    return [file.stat().st_mtime for file in files if file.exists()]


def measured(room: SimulatedClass, share: float) -> dict[str, Any]:
    """Grade the class; return all figures."""
    room.prepare(room.learners)
    spoiled = spoil(room, share)
    done, results = graded(room)
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        kind = spoiled.get(result["learner"])
        by_kind[kind.name if kind else "honest"][result["outcome"]] += 1
    rows = hundreds(room, done, results, spoiled)
    return {
        "submissions": len(room.learners),
        "lesson": room.assignment,
        "hostile": len(spoiled),
        "recorded": len(results),
        "wrong": wrong(room, spoiled, results),
        "outcomes": {name: dict(counts) for name, counts in by_kind.items()},
        "seconds": round(done.seconds, 1),
        "cpu_seconds": round(done.cpu_seconds, 1),
        "exit_code": done.code,
        "peak_mb": round(done.peak_mb),
        "trusted_peak_mb": round(done.trusted_mb, 1),
        "last_to_first": round(rows[-1]["trusted_cpu"] / rows[0]["trusted_cpu"], 2),
        "hundreds": rows,
    }


def printed(found: dict[str, Any]) -> None:
    """Print the figures for people."""
    print(f"{found['recorded']} of {found['submissions']} outcomes recorded in {found['seconds']} s")
    for name, counts in sorted(found["outcomes"].items()):
        print(f"  {name:48}", ", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    print(f"wrong: {len(found['wrong'])}", *found["wrong"], sep="\n  ")
    print("from   trusted CPU s  run s  wall s each  trusted MB")
    for row in found["hundreds"]:
        print(
            f"{row['first']:5} {row['trusted_cpu']:13} {row['run_seconds']:6} {row['wall_each']:12} {row['trusted_mb']:11}"
        )
    print(f"last hundred to first: {found['last_to_first']}; trusted process at most {found['trusted_peak_mb']} MB")


def main() -> None:
    """Print a table, or one JSON object; exit code 1 when an outcome is not what it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--hostile", type=float, default=0.05, help="which share of them")
    parser.add_argument("--block", default=str(SMALL))
    parser.add_argument("--lesson", default="1")
    parser.add_argument("--keep", type=Path, help="a folder to make the class in, or to find it in from an earlier run")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        room = kept_class(options.keep or Path(folder) / "class", options.lesson, options.submissions, options.block)
        found = measured(room, options.hostile)
    print(json.dumps(found)) if options.json else printed(found)
    sys.exit(1 if found["wrong"] else 0)


if __name__ == "__main__":
    main()
