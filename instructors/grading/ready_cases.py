"""Learners' cases, ready before their submissions run: those not made yet are built beside each other, in trusted processes.

Owns these processes. They run our own content only, never a submission; one that dies fails the one case it was building. They
end with whoever started them, also when that one is killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO, Any

from traitlets.utils.importstring import import_item

from graders.errors import ClassError
from instructors.engine.room import ONE_THREAD


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """A case that is wanted: how its class is opened, whose it is, and of what."""

    opener: str
    class_dir: str
    learner: str
    assignment: str

    def known(self) -> Path | None:
        """Return where the case stands; None when it has to be built first."""
        found: Path | None = self._room().known_case(self.learner, self.assignment)
        return found

    def build(self) -> Path:
        """Build the case, if it is not there, and return where it stands."""
        made: Path = self._room().case_directory(self.learner, self.assignment)
        return made

    def _room(self) -> Any:
        return import_item(self.opener)(Path(self.class_dir))


class CaseBuilders:
    """Builds cases, some at a time, each in a process of its own; the processes start when they are needed.

    Parameters
    ----------
    count
        How many at a time.
    """

    def __init__(self, count: int) -> None:
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="situ-cases")
        self._idle: list[_Builder] = []
        self._all: list[_Builder] = []
        self._lock = Lock()
        self._closed = False

    def submit(self, then: Any, request: CaseRequest) -> Future[Any]:
        """Build a case and call `then` with where it stands, in a thread; the future has what that returned."""
        return self._threads.submit(lambda: then(self.build(request)))

    def build(self, request: CaseRequest) -> Path:
        """Build one case, and wait for it.

        Raises
        ------
        ClassError
            When it could not be built.
        """
        builder = self._take()
        try:
            built = builder.build(request)
        except BaseException:
            builder.end()
            raise
        with self._lock:
            self._idle.append(builder)
        return built

    def close(self) -> None:
        """End all processes; what was under way fails."""
        with self._lock:
            self._closed = True
            ended, self._all = self._all, []
        self._threads.shutdown(wait=False, cancel_futures=True)
        for builder in ended:
            builder.end()

    def _take(self) -> _Builder:
        with self._lock:
            if self._closed:
                raise ClassError("Expected a case to be built, got the end of grading. Grade again.")
            if self._idle:
                return self._idle.pop()
            builder = _Builder()
            self._all.append(builder)
            return builder


class _Builder:
    """One process: requests go in and answers come out, a line each."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from instructors.grading.ready_cases import serve; serve()"],
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the one who grades
        )

    def build(self, request: CaseRequest) -> Path:
        wanted = (request.opener, request.class_dir, request.learner, request.assignment)
        try:
            _stream(self._process.stdin).write(json.dumps(wanted) + "\n")
            _stream(self._process.stdin).flush()
            answer = json.loads(_stream(self._process.stdout).readline())
        except (OSError, ValueError) as error:
            raise ClassError(
                f"Expected the case of {request.learner}, got the end of the process building it."
            ) from error
        if "directory" not in answer:
            raise ClassError(f"Expected the case of {request.learner}, got {answer.get('error')}.")
        return Path(answer["directory"])

    def end(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            _stream(self._process.stdin).close()  # nothing more to build: it ends by itself, unless it is building
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError, ValueError):
            _stream(self._process.stdout).close()


def _stream(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise ValueError("a process without pipes")
    return stream


def serve() -> None:
    """Build the cases that standard input asks for, until it ends: what a builder's process does."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what content prints is no answer
    for line in sys.stdin:
        try:
            answer = {"directory": str(CaseRequest(*json.loads(line)).build())}
        except Exception as error:  # one case's failure; its learner is not judged, and the others are
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
