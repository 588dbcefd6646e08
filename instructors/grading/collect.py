"""nbgrader's collect, from an exchange into which learners write themselves: what lies there is copied, and never followed.

Owns which of it is taken. nbgrader's own copies what a link leads to, with the instructor's rights, and stops at the first
submission that cannot be copied; here that one is left out, the log says why, and what was collected of it before stays.
"""

from __future__ import annotations

import datetime
import os
import shutil
import stat
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import ignore_patterns

from graders.identity import is_id
from instructors.grading.copying import copy_regular, stop
from instructors.grading.versions import TIMESTAMP, handed_in_at, settle_timestamp
from instructors.printable import printable


class CollectSubmissions(ExchangeCollect):  # type: ignore[misc]  # nbgrader publishes no types
    """nbgrader's collect, without following what learners may have linked."""

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        """List what was handed in, without what is no submission."""
        super().init_src()
        self.src_records = [record for record in self.src_records if record["username"] is not None]

    def copy_files(self) -> None:
        """Collect one submission after the other; one that cannot be copied stops nobody."""
        listed = self.src_records
        try:
            if not listed:
                super().copy_files()  # which says so
            for record in listed:
                self.src_records = [record]
                self._collect(record)
        finally:
            self.src_records = listed

    def do_copy(self, src: str, dest: str, log: object = None) -> None:
        """Copy one submission: links as links, files as files, and nothing else; it is there as a whole or not at all."""
        unfinished = _unfinished(dest)
        if not unfinished.is_dir():
            self._copy(src, unfinished)
        os.rename(unfinished, dest)

    def _path_to_record(self, path: str) -> dict[str, Any]:
        """Read a folder's name; what is no submission belongs to nobody, and `init_src` drops it."""
        try:
            record: dict[str, Any] = super()._path_to_record(path)
            refused = _refusal(Path(path), record["username"])
        except Exception as error:  # a date parser may raise anything on text that is no date
            refused = f"its name is not that of a submission ({type(error).__name__})"
        if not refused:
            return record
        self.log.error("%s: %s; it is not collected", printable(os.path.basename(path)), refused)
        return {"username": None, "filename": os.path.basename(path), "timestamp": datetime.datetime.min}

    def _collect(self, record: dict[str, Any]) -> None:
        course = self.coursedir
        dest = Path(course.format_path(course.submitted_directory, record["username"], course.assignment_id))
        try:
            shutil.rmtree(_unfinished(dest), ignore_errors=True)
            if dest.is_dir():
                settle_timestamp(dest / TIMESTAMP)
                if handed_in_at(dest) != record["timestamp"] and (self.update or self.before_duedate):
                    # nbgrader removes what it has before it copies; what cannot be copied must not cost that.
                    self._copy(os.path.join(self.inbound_path, record["filename"]), _unfinished(dest))
            super().copy_files()
        except Exception as error:  # whatever one learner left there
            self.log.error("%s: could not be copied (%s); it is not collected", printable(record["filename"]), error)
        finally:
            shutil.rmtree(_unfinished(dest), ignore_errors=True)

    def _copy(self, src: str, dest: Path) -> None:
        size, most = self.get_size(src), 1000 * self.coursedir.max_dir_size
        if size > most:
            raise OSError(f"expected at most {most} bytes, got {size}")
        course, mode = self.coursedir, 0o660 if self.coursedir.groupshared else 0o600
        kept = {"exclude": course.ignore, "include": course.include, "max_file_size": course.max_file_size}
        ignored = ignore_patterns(**kept, log=self.log)
        for base, folders, names, within in os.fwalk(src, onerror=stop, follow_symlinks=False):
            left_out = ignored(base, [*folders, *names])
            folders[:] = [name for name in folders if name not in left_out]
            target = dest / os.path.relpath(base, src)
            target.mkdir(parents=True, exist_ok=True)
            if course.groupshared:
                target.chmod(0o2770 | stat.S_IMODE(target.stat().st_mode))
            for name in (name for name in [*folders, *names] if name not in left_out):
                self._copy_one(name, target / name, within, mode)
        settle_timestamp(dest / TIMESTAMP)

    def _copy_one(self, name: str, target: Path, within: int, mode: int) -> None:
        found = os.stat(name, dir_fd=within, follow_symlinks=False)
        if stat.S_ISLNK(found.st_mode):
            target.symlink_to(os.readlink(name, dir_fd=within))
        elif stat.S_ISREG(found.st_mode):
            copy_regular(name, target, within=within)
            target.chmod(mode | stat.S_IMODE(found.st_mode) & 0o777)
            os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))
        elif not stat.S_ISDIR(found.st_mode):
            self.log.warning("%s: is no regular file, and is not collected", printable(str(target)))


def _unfinished(dest: str | Path) -> Path:
    return Path(dest).with_name(f".{Path(dest).name}.collecting")


def _refusal(path: Path, learner: str) -> str:
    if not is_id(learner):
        return "it names no learner's id"
    return "" if stat.S_ISDIR(path.lstat().st_mode) else "it is no folder, or a link to one"
