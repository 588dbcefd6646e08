"""What a machine has: Python, the notebooks' kernel, memory, shared memory, disk. Looks; changes nothing."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from instructors.doctor.findings import Finding, Standing
from instructors.engine.jobs import Limits

PYTHONS = (3, 11), (3, 13)  # the oldest and the newest that Situ is tested with

_LEAST_FREE_MB = 500
_TEMPORARY_MB = 100
_SERVER_MB = 700  # of the fork server, which holds the libraries for all runs
_USUAL_MB = 250  # of an ordinary run, beside that
_SHARED_MEMORY_MB = 64


def examine_machine(jobs: int, memory_mb: int = Limits().memory_mb) -> list[Finding]:
    """Look at this machine; `jobs` is how many submissions run at a time, `memory_mb` what each may take."""
    return [
        _python(),
        _kernel(),
        _memory(jobs, memory_mb),
        *_shared_memory(),
        *room(Path(tempfile.gettempdir()), "temporary files", _TEMPORARY_MB),
    ]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        return Finding("Python", Standing.HOLDS, f"{version}, in {sys.prefix}.")
    known = " to ".join(".".join(map(str, one)) for one in PYTHONS)
    return Finding("Python", Standing.FAILS, f"Expected {known}, got {version}.", "Install Situ with one of those.")


def _kernel() -> Finding:
    """Notebooks name the kernel ``python3``; ipykernel brings it with every environment it is installed in."""
    missing = [name for name in ("ipykernel", "nbgrader", "shap") if find_spec(name) is None]
    if missing:
        do = f"{sys.executable} -m pip install {' '.join(missing)}"
        return Finding("kernel", Standing.FAILS, f"This Python lacks {', '.join(missing)}.", do)
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel  # slow to import

    try:
        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        do = f"{sys.executable} -m ipykernel install --sys-prefix"
        return Finding("kernel", Standing.FAILS, "Jupyter knows no kernel python3, which the notebooks ask for.", do)
    if os.path.isabs(command) and not os.path.exists(command):
        do = f"{sys.executable} -m ipykernel install --sys-prefix"
        return Finding("kernel", Standing.FAILS, f"Jupyter's kernel python3 starts {command}, which is not there.", do)
    return Finding("kernel", Standing.HOLDS, "ipykernel is there, and Jupyter knows it as python3.")


def _memory(jobs: int, each_mb: int) -> Finding:
    free, usual_each = _available_mb(), min(_USUAL_MB, each_mb)
    most, usual = jobs * each_mb + _SERVER_MB, jobs * usual_each + _SERVER_MB
    runs = f"{jobs} run{'s' if jobs > 1 else ''} at a time usually need{'s' if jobs == 1 else ''} {usual} MB"
    if free is None:
        return Finding("memory", Standing.LOOK, f"Unknown here. {runs}.")
    says = f"{free} MB free; {runs}, and may take {most} MB in all."
    if free < usual:
        return Finding("memory", Standing.FAILS, says, "Let fewer run at a time: situ grade --jobs N.")
    if free < most:
        return Finding("memory", Standing.LOOK, says, "Where many submissions are large: situ grade --jobs N.")
    return Finding("memory", Standing.HOLDS, says)


def _available_mb() -> int | None:
    file = Path("/proc/meminfo")
    if not file.is_file():
        return None
    found = dict(line.split(":", 1) for line in file.read_text(encoding="ascii").splitlines())
    return int(found["MemAvailable"].split()[0]) // 1024


def _shared_memory() -> Iterator[Finding]:
    """Look at the machine's own, which the stock kernel of `--unsealed` uses; a sealed run has its own."""
    place = Path("/dev/shm")
    if sys.platform != "linux":
        return
    size = shutil.disk_usage(place).total >> 20 if place.is_dir() else 0
    if size < _SHARED_MEMORY_MB or not os.access(place, os.W_OK):
        says = f"{place} has {size} MB or cannot be written. Sealed runs have their own; unsealed ones may lack it."
        yield Finding("shared memory", Standing.LOOK, says, "In a container: --shm-size=256m.")
    else:
        yield Finding("shared memory", Standing.HOLDS, f"{size} MB in {place}; sealed runs have their own.")


def room(folder: Path, what: str, wanted_mb: int) -> Iterator[Finding]:
    """Say whether there is room for something where it goes."""
    free, wanted = shutil.disk_usage(folder).free >> 20, wanted_mb + _LEAST_FREE_MB
    says = f"{free} MB free in {folder}; about {wanted} MB are needed."
    if free < wanted:
        yield Finding(f"disk, {what}", Standing.FAILS, says, "Make room, or move the class.")
    else:
        yield Finding(f"disk, {what}", Standing.HOLDS, says)
