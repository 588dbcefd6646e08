"""How long a learner waits for a form: saving a change, and the verdict on practice, beside the same check typed as code.

Usage: python benchmarks/forms.py [--block credit-xai] [--runs 30] [--json]
Goal on 2 cores: a verdict in under 0.2 s. Timed in Python, from the front end's message to the reply, file written and synced;
the browser test of the forms times the whole way, from the click to the words on the page.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graders import check
from graders.answers import plain
from graders.desk.form_widget import FormWidget
from graders.desk.items import Mode, find_item
from graders.desk.session import Session, current
from instructors.making import Plan, new_class

LEARNER = "bench"


def seconds(do: Callable[..., Any], *args: Any) -> float:
    """Return how long a call takes."""
    began = time.perf_counter()
    do(*args)
    return time.perf_counter() - began


def measured(session: Session, runs: int) -> dict[str, dict[str, float]]:
    """Time every practice item, form and code in turn; return medians and worst in milliseconds by item, and their ratio."""
    found = {}
    for part in session.known_lesson().parts:
        for item in part.items:
            asked = find_item(session, item)
            if asked is None or asked.mode is not Mode.PRACTICE or asked.expectation is None:
                continue
            answer = plain(asked.expectation.right_answers()[0])
            form = FormWidget(session, asked, session.opened().picks)
            saving, checking, code = [], [], []
            for run in range(runs):
                message = {"seq": run, "answer": answer, "base": 0}
                saving.append(seconds(form._handle_custom_msg, {"op": "save", **message}, []))
                checking.append(seconds(form._handle_custom_msg, {"op": "check", **message}, []))
                code.append(seconds(check, item, answer))
            found[item] = {
                "save_ms": 1000 * statistics.median(saving),
                "check_ms": 1000 * statistics.median(checking),
                "check_worst_ms": 1000 * max(checking),
                "code_ms": 1000 * statistics.median(code),
                "form_to_code": statistics.median(checking) / statistics.median(code),
            }
    return found


def main() -> None:
    """Print the medians, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--block", default="credit-xai")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = new_class(Path(folder) / "class", Plan(options.block, "bench", seed=1))
        own = {"SITU_LEARNER": LEARNER, "SITU_DATA": str(made.delivery_file), "XDG_CACHE_HOME": folder}
        os.environ.update(own)
        os.chdir(made.root / "source" / next(iter(made.settings.assignments)))
        found = measured(current(), options.runs)
        os.chdir("/")
    if options.json:
        print(json.dumps({"block": options.block, "runs": options.runs, "items": found}))
        return
    for item, values in found.items():
        print(item, *(f"{name} {value:.1f}" for name, value in values.items()), sep="  ")


if __name__ == "__main__":
    main()
