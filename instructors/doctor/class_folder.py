"""How a class stands on its machine: who else can read it, its exchange, its clock, its disk. Looks; changes nothing."""

from __future__ import annotations

import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import graders
from instructors.classes import Class
from instructors.doctor.findings import Finding, Standing
from instructors.doctor.machine import room
from instructors.grading.gradebook_file import gradebook_file

_MB_PER_LEARNER = 5  # of one lesson: case, graded copy, feedback page, and its copy in the exchange
_CLASS_SIZE = 30  # where nobody has handed in yet
_SKEW_SECONDS = 5.0

_READ_AND_ENTER = stat.S_IROTH | stat.S_IXOTH
_WRITE_AND_ENTER = stat.S_IWOTH | stat.S_IXOTH


def examine_class(made: Class) -> list[Finding]:
    """Look at a class from outside: who can read it, its exchange, its clock, its disk."""
    lessons, learners = len(made.settings.assignments), _learners(made)
    wanted = _MB_PER_LEARNER * lessons * learners
    return [
        *_closed(made),
        *_exchange(made),
        *_clock(made),
        *room(made.root, f"learners: {learners}, lessons: {lessons}", wanted),
    ]


def _learners(made: Class) -> int:
    folders = [made.root / name for name in ("submitted", "learners")]
    counts = [sum(path.is_dir() for path in folder.iterdir()) for folder in folders if folder.is_dir()]
    return max(counts, default=0) or _CLASS_SIZE


def _closed(made: Class) -> Iterator[Finding]:
    """Other accounts of this machine need no sandbox to read a key that lies open."""
    gradebook = gradebook_file(made.gradebook)
    places = [made.root / name for name in ("content", "private", "source", "submitted", "autograded")]
    places += [gradebook] if gradebook else []
    open_to_others = [path for path in places if path.exists() and _others_may(path, stat.S_IROTH)]
    about = "other accounts of this machine"
    if open_to_others:
        names = ", ".join(path.name for path in open_to_others)
        yield Finding(about, Standing.FAILS, f"They can read {names} in {made.root}.", f"chmod go-rwx {made.root}")
    else:
        yield Finding(about, Standing.HOLDS, "They can read neither keys nor gradebook nor submissions.")


def _others_may(path: Path, rights: int) -> bool:
    """Tell whether accounts that are neither owner nor of the group have rights over a path, all folders above it included."""
    if path.stat().st_mode & rights != rights:
        return False
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)


def _exchange(made: Class) -> Iterator[Finding]:
    about, root = "exchange", made.exchange
    if not root.is_dir():
        do = f"mkdir -p {root} && chmod ugo+rwx {root}"
        yield Finding(about, Standing.FAILS, f"Expected a folder {root}, got none.", do)
        return
    if root.is_relative_to(made.root):
        says = "It is in the class folder: right for one account on one machine, and closed to all others."
        yield Finding(about, Standing.HOLDS, says)
        return
    course = root / made.settings.class_id
    wanted = {
        root: _READ_AND_ENTER | stat.S_IWOTH,
        course / "outbound": _READ_AND_ENTER,
        course / "inbound": _WRITE_AND_ENTER,
    }
    closed = [path for path, rights in wanted.items() if path.exists() and not _others_may(path, rights)]
    if closed:
        do = "chmod ugo+rwx on the exchange itself, and o+x on the folders above it; nbgrader sets those inside"
        names = ", ".join(map(str, closed))
        yield Finding(about, Standing.FAILS, f"Learners cannot fetch or hand in through {names}.", do)
        return
    if (course / "inbound").exists() and _others_may(course / "inbound", stat.S_IROTH):
        says = f"Learners can list what others handed in: {course / 'inbound'}."
        yield Finding(about, Standing.FAILS, says, f"chmod o-r {course / 'inbound'}")
        return
    yield Finding(
        about, Standing.HOLDS, f"Learners can fetch from {root} and hand in there, and not look at others' work."
    )


def _clock(made: Class) -> Iterator[Finding]:
    """Lateness is told by the time of a file; a file server with another clock makes everybody late, or nobody."""
    places = {made.root} if made.exchange.is_relative_to(made.root) else {made.root, made.exchange}
    for place in sorted(filter(Path.is_dir, places)):
        if not os.access(place, os.W_OK):
            yield Finding("clock", Standing.FAILS, f"You cannot write in {place}.", f"chown or chmod {place}")
            continue
        with tempfile.NamedTemporaryFile(dir=place, prefix=".situ-") as file:
            skew = os.stat(file.name).st_mtime - time.time()
        if abs(skew) > _SKEW_SECONDS:
            says = f"Files in {place} are stamped {skew:+.0f} s off this machine's clock: who is late is told wrongly."
            yield Finding("clock", Standing.FAILS, says, "Set both clocks by a time server (NTP).")
        elif time.time() < Path(str(graders.__file__)).stat().st_mtime:
            says = f"It says {time.strftime('%Y-%m-%d %H:%M')}, before Situ itself was installed."
            yield Finding("clock", Standing.FAILS, says, "Set it by a time server (NTP).")
        else:
            yield Finding("clock", Standing.HOLDS, f"Files in {place} are stamped with this machine's time.")
