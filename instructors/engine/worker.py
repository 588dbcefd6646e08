"""The process that drives a kernel: reads its room and job from stdin, writes the run to stdout, both JSON.

Owns nothing else. It is started with an environment as bare as the kernel's, because the kernel can look at its parent.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from instructors.engine.jobs import Job
from instructors.engine.kernel import run_in
from instructors.engine.room import Room


def main() -> None:
    """Run the job on stdin."""
    request = json.load(sys.stdin)
    run = run_in(Room(Path(request["room"])), Job.from_json(request["job"]))
    json.dump(run.to_json(), sys.stdout)


if __name__ == "__main__":
    main()
