"""Tries out one way of sealing, in a process made for it, and looks from inside whether it holds.

    python -P -m instructors.engine.attempt WAY SECRET

WAY is one of `sealing.Way`, SECRET a file that must not be readable inside. Says `sealing.SEALED` when all is well; otherwise the
last line of stderr says what is not.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from instructors.engine import landlock, linux, sealing
from instructors.engine.sealing import Inside, Place, Way

_WHY = {sealing.EXPOSED: "a file of the host could be seen inside"}


def main() -> None:
    """Seal a fork of this process in, and end as it ends."""
    way, secret = Way(sys.argv[1]), sys.argv[2]
    if way is Way.LANDLOCK and not linux.landlock_version():
        sys.exit("this kernel has no Landlock, or it is not switched on")
    child = os.fork()
    if child == 0:
        _try_out(way, secret)
    code = sealing.exit_code(os.waitpid(child, 0)[1])
    if code in _WHY:
        sys.exit(_WHY[code])
    sys.exit(code)


def _try_out(way: Way, secret: str) -> None:
    code = 1
    try:
        inside = Inside({"file.txt": b"work"}, {"case.txt": b"case"}, hidden=(secret,))
        _look_around(way, _seal(way)(inside, lambda: None))
        os.write(1, sealing.SEALED.encode())
        code = 0
    except BaseException:  # said on stderr, and by the exit code; a fork must never go on as its parent would
        traceback.print_exc()
    finally:
        os._exit(code)


def _seal(way: Way) -> Callable[[Inside, Callable[[], None]], Place]:
    if way is Way.LANDLOCK:
        return landlock.enter
    sealing.outer(sealing.shown_paths())
    return sealing.enter


def _look_around(way: Way, place: Place) -> None:
    """Check from inside what a refusal of the kernel would not have told."""
    if way is Way.NAMESPACES and os.getpid() != 2:
        raise OSError("the processes of the host can be seen inside")
    Path(place.work, "file.txt").write_text("changed", encoding="utf-8")
    try:
        Path(str(place.case), "case.txt").write_text("changed", encoding="utf-8")
    except OSError:
        return
    raise OSError("the case could be changed inside")


if __name__ == "__main__":
    main()
