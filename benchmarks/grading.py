"""How long grading a class takes: stock `nbgrader autograde` and `situ grade`, the same class side by side in one run.

Usage: python benchmarks/grading.py [--submissions 3 20 200] [--lesson 1] [--stock-sample 20] [--keep DIR] [--json]
Goals on 2 cores: 15 times as fast as stock at 200 submissions, the same points, 0.15 s of processor time per submission beyond the
learner's own cells, formgrader's Autograde button in 1 s once warm.

Both sides have the same preprocessors, class and cases, a fresh gradebook and an empty folder for graded notebooks. Stock is
nbgrader's way: a new kernel each, one by one, figures drawn. `situ grade` tells figures in words unless asked; `pictures` has the
same with figures drawn on both sides. Cases are ready before both; `cold` has the ratio when they still have to be built.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grading_class import SimulatedClass, kept_class
from grading_runs import Took, took

from instructors.engine.preload import ENVIRONMENT
from instructors.grading.engines import usable_cores
from instructors.grading.finished import mark_in

INSIDE = Path(__file__).with_name("grading_inside.py")
AS_STOCK = tuple(f"--RunSubmission.{setting}" for setting in ("engine=stock", "sealed=False", "pictures=True"))
STOCK = ("-m", "nbgrader", "autograde", *AS_STOCK)
SITU = ("-m", "instructors.cli", "grade", ".", "--json")
WAYS = {"stock": STOCK, "situ": SITU, "pictures": (*SITU, "--pictures"), "cold": SITU}
OTHERS = {"pictures": "figures drawn on both sides", "cold": "cases built on the way, stock's reckoned"}
Scores = dict[str, dict[str, tuple[float | None, ...]]]


@dataclass(frozen=True, slots=True)
class Side:
    """One grading of a class: what it took, what every learner got, what the learners' kernels used."""

    took: Took
    learners: tuple[str, ...]
    scores: Scores
    kernel_cpu: dict[str, float]


def graded(room: SimulatedClass, count: int, command: Sequence[str], *, cold: bool = False) -> Side:
    """Grade the first learners of a class, from the beginning."""
    learners = room.learners[:count]
    room.prepare(learners, cold=cold)
    first = _graded_file(room, learners[0])
    done = took([sys.executable, *command, room.assignment], room.made.root, lambda: mark_in(first) is not None)
    marks = {learner: mark_in(_graded_file(room, learner)) for learner in learners}
    missing = [learner for learner, mark in marks.items() if mark is None]
    if missing:
        raise SystemExit(f"not graded: {', '.join(missing)}\n{done.output[-3000:]}")
    kernels = {learner: float((mark or {}).get("cpu_seconds", 0.0)) for learner, mark in marks.items()}
    return Side(done, learners, _scores(room), kernels)


def _graded_file(room: SimulatedClass, learner: str) -> Path:
    return room.made.root / "autograded" / learner / room.assignment / f"{room.assignment}.ipynb"


def _scores(room: SimulatedClass) -> Scores:
    """Return all that the gradebook has of every question, by learner and cell."""
    from nbgrader.api import Gradebook

    names = ("auto_score", "manual_score", "extra_credit", "max_score", "needs_manual_grade")
    with Gradebook(room.made.gradebook, room.made.settings.class_id) as gradebook:
        return {
            submission.student.id: {
                grade.name: tuple(getattr(grade, name) for name in names)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(room.assignment)
        }


def from_inside(room: SimulatedClass, what: str, learners: Sequence[str]) -> dict[str, Any]:
    """Return what `grading_inside.py` finds."""
    room.prepare(learners)
    command = [sys.executable, str(INSIDE), what, str(room.made.root), room.assignment, *learners]
    done = subprocess.run(command, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{what}: {done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


class Bench:
    """Grades one class in several ways, each once for a number of submissions.

    Parameters
    ----------
    room
        The class.
    samples
        How many submissions are graded at most, by way; all of them unless named.
    """

    def __init__(self, room: SimulatedClass, samples: Mapping[str, int | None]) -> None:
        self.room, self._samples = room, samples
        self._sides: dict[tuple[str, int], Side] = {}
        self.kernel = from_inside(room, "kernel", room.learners[:1])

    def side(self, way: str, count: int) -> Side:
        """Return what grading so many submissions took, or as many of them as the sample of this way has."""
        known = min(count, self._samples.get(way) or count)
        if (way, known) not in self._sides:
            print(f"grading {known}: {way}", file=sys.stderr)
            self._sides[way, known] = graded(self.room, known, WAYS[way], cold=way == "cold")
        return self._sides[way, known]

    def reckoned(self, way: str, count: int, what: str = "seconds") -> float:
        """Return what all take: as measured, or each after the first as much as those of the sample did."""
        side = self.side(way, count)
        whole, known = float(getattr(side.took, what)), len(side.learners)
        if known == count:
            return whole
        first = float(getattr(self.side(way, 1).took, what))
        return first + (count - 1) * (whole - first) / (known - 1)

    def own_cells(self, side: Side) -> float:
        """Return processor seconds that a submission's own cells took, on average: beyond those of cells that do nothing."""
        return sum(side.kernel_cpu.values()) / len(side.learners) - float(self.kernel["idle_cpu"])

    def overhead(self, side: Side) -> float | None:
        """Return processor seconds that each further submission took beyond its own cells; None with too few to tell."""
        count, one = len(side.learners), self.side("situ", 1)
        if count < 10:
            return None
        spent = side.took.cpu_seconds - one.took.cpu_seconds
        return round((spent - count * self.own_cells(side) + self.own_cells(one)) / (count - 1), 3)

    def row(self, count: int) -> dict[str, Any]:
        """Grade so many submissions in all ways; return what is to be told."""
        stock, situ = self.side("stock", count), self.side("situ", count)
        others = [self.side(way, count) for way in OTHERS]
        own, seconds = self.own_cells(situ), situ.took.seconds
        limit = own * count / usable_cores()
        return {
            "submissions": count,
            "stock_seconds": round(self.reckoned("stock", count), 2),
            "situ_seconds": round(seconds, 2),
            "ratio": round(self.reckoned("stock", count) / seconds, 2),
            "points_equal": all(_equal(other, situ) for other in (stock, *others)),
            "points_as_judged": _as_judged(self.room, situ),
            "stock_measured": len(stock.learners),
            "stock_cpu_seconds": round(self.reckoned("stock", count, "cpu_seconds"), 2),
            "situ_cpu_seconds": round(situ.took.cpu_seconds, 2),
            "stock_peak_mb": round(stock.took.peak_mb),
            "situ_peak_mb": round(situ.took.peak_mb),
            "stock_first_seconds": stock.took.first_seconds and round(stock.took.first_seconds, 2),
            "situ_first_seconds": situ.took.first_seconds and round(situ.took.first_seconds, 2),
            "own_cells_cpu": round(own, 3),
            "overhead_cpu": self.overhead(situ),
            "limit_seconds": round(limit, 2),
            "times_the_limit": round(seconds / limit, 2),
            **{way: self._other(way, count) for way in OTHERS},
        }

    def _other(self, way: str, count: int) -> dict[str, float]:
        side, seconds = self.side(way, count), self.reckoned(way, count)
        builds = count * self.room.case_seconds if way == "cold" else 0.0  # stock builds them one by one
        stock = self.reckoned("stock", count) + builds
        return {
            "measured": len(side.learners),
            "stock_seconds": round(stock, 2),
            "situ_seconds": round(seconds, 2),
            "ratio": round(stock / seconds, 2),
            "situ_cpu_seconds": round(self.reckoned(way, count, "cpu_seconds"), 2),
            "own_cells_cpu": round(self.own_cells(side), 3),
        }


def _equal(one: Side, other: Side) -> bool:
    """Tell whether all that both have graded has the same marks on every question."""
    both = [learner for learner in one.learners if learner in other.learners]
    return bool(both) and all(one.scores[learner] == other.scores[learner] for learner in both)


def _as_judged(room: SimulatedClass, side: Side) -> bool:
    """Tell whether everybody has the points that the keys give their answers when asked directly."""
    totals = {learner: sum(score[0] or 0.0 for score in side.scores[learner].values()) for learner in side.learners}
    return all(abs(total - room.earned[learner]) < 0.005 for learner, total in totals.items())


def benchmark(bench: Bench, sizes: Sequence[int]) -> dict[str, Any]:
    """Return all figures; those of the largest class first, and all sizes below them."""
    room, kernel = bench.room, bench.kernel
    single = {
        way: round(bench.side(way, 1).took.seconds, 2) for way in ("stock", "situ")
    }  # files are cached from here on
    rows = []
    for count in sorted(set(sizes)):
        rows.append(bench.row(count))
        print(f"{count} submissions: {rows[-1]['ratio']} times as fast as stock", file=sys.stderr)
    parts = from_inside(room, "split", room.learners[: min(20, max(sizes))])
    parts |= {"fork": kernel.get("fork_cpu"), "seal": kernel.get("seal_cpu")}
    parts["protocol"] = round(kernel["idle_cpu"] - sum(kernel.get(name, 0.0) for name in ("fork_cpu", "seal_cpu")), 4)
    return {
        **rows[-1],
        "lesson": room.assignment,
        "cores": usable_cores(),
        "cases": {"state": "ready", "cpu_seconds_each": round(room.case_seconds, 2)},
        "single": single,
        "split_cpu": {**parts, "cells": rows[-1]["own_cells_cpu"]},
        "kernel": kernel,
        "button_seconds": from_inside(room, "button", room.learners[: min(5, max(sizes))])["seconds"],
        "sizes": rows,
    }


OTHERS = {"pictures": "figures drawn on both sides", "cold": "cases built on the way, stock's reckoned"}
_COLUMNS = (
    ("submissions", "n", 5),
    ("stock_seconds", "stock s", 9),
    ("situ_seconds", "situ s", 8),
    ("ratio", "ratio", 7),
    ("points_equal", "equal", 7),
    ("stock_cpu_seconds", "stock CPU", 10),
    ("situ_cpu_seconds", "situ CPU", 9),
    ("stock_peak_mb", "stock MB", 9),
    ("situ_peak_mb", "situ MB", 8),
    ("stock_first_seconds", "first s", 8),
    ("situ_first_seconds", "first s", 8),
    ("overhead_cpu", "overhead", 9),
    ("times_the_limit", "x limit", 8),
)


def printed(found: dict[str, Any]) -> None:
    """Print the figures for people."""
    print(
        f"{found['lesson']}, {found['cores']} cores; cases ready, each took {found['cases']['cpu_seconds_each']} CPU s"
    )
    print("".join(f"{title:>{width}}" for _name, title, width in _COLUMNS))
    for row in found["sizes"]:
        print("".join(f"{row[name] if row[name] is not None else '-':>{width}}" for name, _title, width in _COLUMNS))
        if row["stock_measured"] != row["submissions"]:
            print(f"      stock: {row['stock_measured']} were graded, the others reckoned from them")
        for name, told in OTHERS.items():
            other = row[name]
            sample = "" if other["measured"] == row["submissions"] else f", reckoned from {other['measured']}"
            print(
                f"      {told}: {other['stock_seconds']} s, {other['situ_seconds']} s, ratio {other['ratio']}{sample}"
            )
    own, limit = found["own_cells_cpu"], found["limit_seconds"]
    print(f"limit: the learners' own cells, {own} CPU s each, on all cores at once: {limit} s")
    print("CPU s a submission:", ", ".join(f"{name} {value}" for name, value in found["split_cpu"].items()))
    print("formgrader's button, pressed for one after another, s:", *found["button_seconds"])


def main() -> None:
    """Print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, nargs="+", default=[3, 20, 200])
    parser.add_argument("--lesson", default="1")
    parser.add_argument(
        "--stock-sample", type=int, default=None, help="let stock grade so many at most; reckon the rest"
    )
    parser.add_argument(
        "--other-sample", type=int, default=20, help="the same of `situ grade` with pictures, and with cases cold"
    )
    parser.add_argument("--keep", type=Path, help="a folder to make the class in, or to find it in from an earlier run")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if min(options.stock_sample or 2, options.other_sample) < 2:
        parser.error("expected samples of 2 submissions or more: the first takes longer than each after it")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        room = kept_class(options.keep or Path(folder) / "class", options.lesson, max(options.submissions))
        samples = {"stock": options.stock_sample, **dict.fromkeys(OTHERS, options.other_sample)}
        found = benchmark(Bench(room, samples), options.submissions)
    print(json.dumps(found)) if options.json else printed(found)


if __name__ == "__main__":
    main()
