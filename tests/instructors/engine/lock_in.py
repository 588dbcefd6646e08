"""Run by the tests as a program: seals a fork of itself in and runs code there. Reads what to do as a line of JSON.

The code finds `PLACE`, where it is; `SERVER`, the id of this process; and `WAITER`, that of the process waiting outside.
"""

import json
import os
import sys
import traceback

from instructors.engine import landlock, linux, sealing
from instructors.engine.jobs import Limits
from instructors.engine.sealing import Inside, Way


def main():
    asked = json.loads(sys.stdin.readline())
    way = Way(asked["way"])
    if way is Way.NAMESPACES:
        sealing.outer(sealing.shown_paths())
    linux.adopt_orphans()
    known = {"SERVER": os.getpid()}
    child = os.fork()
    if child == 0:
        _run(way, asked, known)
    os.write(1, b"%d\n" % child)
    os.write(1, b"EXIT %d\n" % sealing.exit_code(os.waitpid(child, 0)[1]))


def _run(way, asked, known):
    try:
        known["WAITER"] = os.getpid()
        files, case = ({path: text.encode() for path, text in asked[name].items()} for name in ("files", "case"))
        inside = Inside(files, case, Limits(**asked["limits"]), asked["hidden"], **asked["more"])
        known["PLACE"] = (landlock if way is Way.LANDLOCK else sealing).enter(inside, lambda: None)
        exec(asked["code"], known)
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc(file=sys.stdout)
        sys.stdout.flush()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":  # pytest imports every module for its doctests
    main()
