"""What the fork server imports: nothing that knows an answer, nothing that leaves a trace."""

import sys
from functools import cache
from types import ModuleType, SimpleNamespace

from instructors.engine import preload


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
