"""What the fork server imports: nothing that knows an answer, nothing that leaves a trace."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from instructors.engine import linux, preload


def test_a_library_that_is_not_there_is_no_failure(monkeypatch):
    monkeypatch.setattr(preload, "_MODULES", ("no_such_library.part",))
    monkeypatch.setattr(preload, "_ours", list)
    assert [] == preload.import_libraries()


def test_a_library_that_is_broken_is_named(monkeypatch, tmp_path):
    (tmp_path / "broken_library.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(preload, "_MODULES", ("broken_library",))
    monkeypatch.setattr(preload, "_ours", list)
    assert ["broken_library: ZeroDivisionError: division by zero"] == preload.import_libraries()


def test_of_our_own_only_what_a_notebook_may_use_is_imported():
    ours = preload._ours()
    assert "graders.desk" in ours
    assert not [name for name in ours if name in ("graders.judging", "graders.feedback") or "instructors" in name]


def test_a_warning_given_while_warming_up_is_given_again(monkeypatch):
    module = ModuleType("graders_like")
    module.__warningregistry__ = {"version": 1, ("w", UserWarning, 1): True}
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", SimpleNamespace(close=print))
    monkeypatch.setitem(sys.modules, "graders_like", module)
    preload.forget()
    assert {} == module.__warningregistry__


def test_results_of_our_own_functions_are_forgotten(monkeypatch):
    counted = []
    module = ModuleType("graders.counting")
    module.language = cache(lambda: counted.append(1))
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", SimpleNamespace(close=print))
    monkeypatch.setitem(sys.modules, "graders.counting", module)
    module.language()
    preload.forget()
    module.language()
    assert [1, 1] == counted


GATHERS = """
import mmap
from instructors.engine import linux
held = mmap.mmap(-1, 16 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
for place in range(0, len(held), 4096): held[place] = place % 251
def large():
    return sum(int(line.split()[1]) for line in open("/proc/self/smaps") if line.startswith("AnonHugePages:"))
before = large()
linux.gather_pages()
same = all(held[place] == place % 251 for place in range(0, len(held), 4096))
print(same, large() - before >= 8 << 10)
"""


@pytest.mark.skipif(not linux.is_known_machine(), reason="for Linux")
def test_pages_are_gathered_into_large_ones_and_hold_what_they_held():
    done = subprocess.run([sys.executable, "-P", "-c", GATHERS], capture_output=True, text=True, check=True)
    same, gathered = done.stdout.split()
    assert "True" == same
    if not _can_gather():
        pytest.skip("this kernel gathers no pages: older than 6.1, or without large ones")
    assert "True" == gathered


def _can_gather():
    release = tuple(int(part) for part in os.uname().release.split(".")[:2])
    return release >= (6, 1) and Path("/sys/kernel/mm/transparent_hugepage/enabled").exists()
