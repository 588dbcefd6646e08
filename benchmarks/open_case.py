"""How long a learner waits for `open_case()`: cold (nothing cached) beside warm, in fresh processes, in one run.

Usage: python benchmarks/open_case.py [--block credit-xai] [--runs 5] [--json]
Goal on 2 cores: 3 s cold, 0.3 s warm. The imports of the lesson's set-up cell are timed apart.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from instructors.classes import Class
from instructors.making import Plan, new_class

OPEN = """
import json, time
began = time.perf_counter()
from graders import open_case
imported = time.perf_counter()
case = open_case()
opened = time.perf_counter()
print(json.dumps({"import": imported - began, "open": opened - imported}))
"""


def timed(made: Class, assignment: str, learner: str, cache: str) -> dict[str, float]:
    """Return seconds for the import and for `open_case()` in a process of its own."""
    settings = {
        **os.environ,
        "SITU_LEARNER": learner,
        "SITU_DATA": str(made.delivery_file),
        "XDG_CACHE_HOME": cache,
    }
    folder = made.root / "source" / assignment
    done = subprocess.run(
        [sys.executable, "-c", OPEN], cwd=folder, env=settings, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def measured(made: Class, assignment: str, runs: int) -> dict[str, float]:
    """Time cold and warm in turn, so that both see the same machine; return medians in seconds and their ratio."""
    cold, warm = [], []
    for run in range(runs):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(timed(made, assignment, f"learner-{run}", cache))
            warm.append(timed(made, assignment, f"learner-{run}", cache))
    middle = statistics.median
    result = {
        "import_seconds": middle(item["import"] for item in cold + warm),
        "cold_seconds": middle(item["open"] for item in cold),
        "warm_seconds": middle(item["open"] for item in warm),
    }
    return {**result, "ratio": result["cold_seconds"] / result["warm_seconds"]}


def main() -> None:
    """Print the medians, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--block", default="credit-xai")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = new_class(Path(folder) / "class", Plan(options.block, "bench", seed=1))
        found = measured(made, next(iter(made.settings.assignments)), options.runs)
    found = {"block": options.block, "runs": options.runs, **{name: round(value, 3) for name, value in found.items()}}
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:15} {value}")


if __name__ == "__main__":
    main()
