"""How long each lesson takes the machine: its case built cold, and the notebook run top to bottom, solutions included.

Usage: python benchmarks/lessons.py [--block credit-xai] [--lesson 2 ...] [--json]
Goal on 2 cores: every lesson under 60 s, its case included. Each is set beside the quickest of the same run; `cells` are
those a learner gets.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from instructors.classes import Class
from instructors.grading.release import is_own_solution
from instructors.making import Plan, new_class

LEARNER, GOAL = "bench", 60.0


def measured(made: Class, assignment: str) -> dict[str, Any]:
    """Return seconds for the learner's case and for the whole notebook, with what went wrong in it."""
    began = time.perf_counter()
    case = made.case_directory(LEARNER, assignment)
    built = time.perf_counter()
    folder = made.root / "source" / assignment
    notebook = nbformat.read(folder / f"{assignment}.ipynb", as_version=4)
    os.environ |= {"SITU_CASE": str(case), "SITU_LEARNER": LEARNER}
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    ran = time.perf_counter()
    cells = [cell for cell in notebook.cells if not is_own_solution(cell)]
    said = [
        output.text for cell in notebook.cells for output in cell.get("outputs", []) if output.output_type == "stream"
    ]
    return {
        "assignment": assignment,
        "cells": len(cells),
        "case_seconds": round(built - began, 2),
        "run_seconds": round(ran - built, 2),
        "of_goal": round((ran - began) / GOAL, 2),
        "warnings": said,
    }


def main() -> None:
    """Print a line a lesson, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--block", default="credit-xai")
    parser.add_argument("--lesson", action="append", default=[])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as learners' kernels and the trusted side fit their models
    with tempfile.TemporaryDirectory() as folder:
        made = new_class(Path(folder) / "class", Plan(options.block, "bench", seed=1, lessons=tuple(options.lesson)))
        found = [measured(made, assignment) for assignment in made.settings.assignments]
    quickest = min(lesson["run_seconds"] for lesson in found)
    for lesson in found:
        lesson["ratio_to_quickest"] = round(lesson["run_seconds"] / quickest, 2)
    if options.json:
        print(json.dumps({"block": options.block, "goal_seconds": GOAL, "lessons": found}))
        return
    print(f"{'lesson':14} cells  case s  run s  of {GOAL:.0f} s  ratio")
    for lesson in found:
        print(
            f"{lesson['assignment']:14} {lesson['cells']:5} {lesson['case_seconds']:7.1f} {lesson['run_seconds']:6.1f} "
            f"{lesson['of_goal']:8.2f} {lesson['ratio_to_quickest']:6.2f}"
        )
        for text in lesson["warnings"]:
            print(f"  it says: {text.strip()[:200]}")


if __name__ == "__main__":
    main()
