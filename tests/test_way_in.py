"""The way in: what a newcomer reads and types first says the same everywhere, and works."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "requirements.lock").read_text()
ENVIRONMENT = (ROOT / "environment.yml").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PYTHONS = ("3.11", "3.12", "3.13")


def locked(python: str) -> dict[str, str]:
    """Name -> version that the lock installs on Linux with this Python."""
    lines = (line.rstrip(" \\") for line in LOCK.splitlines() if re.match(r"[a-z0-9]", line))
    here = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    here |= {"platform_machine": "x86_64", "platform_python_implementation": "CPython"}
    found = [Requirement(line) for line in lines]
    return {one.name: str(one.specifier)[2:] for one in found if not one.marker or one.marker.evaluate(here)}


def in_conda() -> dict[str, str]:
    found = re.findall(r"(?m)^  - ([\w.-]+)=([\w.]+)$", ENVIRONMENT)
    return {name.replace("_", "-"): version for name, version in found}


@pytest.mark.parametrize("python", PYTHONS)
def test_conda_and_the_lock_install_the_same_versions(python: str) -> None:
    versions = locked(python)
    assert {name: versions.get(name) for name in in_conda()} == in_conda()


def test_conda_installs_all_that_the_project_needs_so_that_pip_adds_nothing() -> None:
    needed = {Requirement(line).name.lower() for line in PROJECT["project"]["dependencies"]}
    assert needed <= set(in_conda())


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_holds_all_that_the_project_asks_for(python: str) -> None:
    versions = locked(python)
    asked = [Requirement(line) for line in PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]]
    assert [] == [str(one) for one in asked if not one.specifier.contains(versions.get(one.name.lower(), "0"))]


def test_the_lock_brings_what_installs_and_builds_the_project() -> None:
    assert {"uv", "setuptools"} <= set(locked("3.11"))


def test_the_lock_names_no_host() -> None:
    assert [] == re.findall(r"(?m)https?://.*|^--(?!hash).*|.* @ .*", LOCK)


def test_every_locked_package_has_a_hash() -> None:
    entries = re.findall(r"(?m)^[a-z0-9].*\\\n(    --hash=sha256:[0-9a-f]{64})?", LOCK)
    assert len(entries) > 100
    assert all(entries)


def test_the_readme_opens_with_the_two_commands() -> None:
    first_screen = "\n".join(README.splitlines()[:30])
    assert ["make demo", "make test"] == re.findall(r"(?m)^(make \w+)", first_screen)


def test_ci_calls_the_readmes_test_command() -> None:
    lines = (ROOT / ".ci/run").read_text().splitlines()
    assert "make test" == lines[-1]
    assert "set -euo pipefail" in lines


def test_make_alone_lists_every_target() -> None:
    listed = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    declared = re.search(r"(?m)^\.PHONY: (.*)$", MAKEFILE)
    assert declared is not None
    assert sorted(declared[1].split()) == sorted(re.findall(r"(?m)^make (\w+) ", listed))


def test_make_names_the_package_that_brings_venv(tmp_path: Path) -> None:
    python = tmp_path / "python-without-venv"
    python.write_text('#!/bin/sh\ncase "$2" in *venv*) exit 1 ;; esac\n')
    python.chmod(0o755)
    assert "apt install python3-venv" in refusal(tmp_path, python)


def test_make_refuses_a_python_it_does_not_support(tmp_path: Path) -> None:
    python = tmp_path / "python-too-old"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    assert "Situ needs Python 3.11, 3.12 or 3.13" in refusal(tmp_path, python)


def refusal(folder: Path, python: Path) -> str:
    """What `make test` says on stderr in an empty copy of the project, with this as its python3."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    done = subprocess.run(["make", "test", f"PYTHON={python}"], cwd=folder, capture_output=True, text=True, check=False)
    assert 2 == done.returncode
    assert not (folder / ".venv").exists()
    return done.stderr.splitlines()[0]


@pytest.mark.slow
def test_the_wheel_holds_the_two_packages_and_no_key_or_solution(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "*.egg-info", "build", "demo"))
    build = [sys.executable, "-m", "uv", "build", "-q", "--wheel", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([*build, "--out-dir", tmp_path, source], check=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        texts = {name: wheel.read(name).decode() for name in wheel.namelist()}
    assert {"graders", "instructors"} == {name.split("/")[0] for name in texts if ".dist-info/" not in name}
    assert [] == [name for name, text in texts.items() if re.search(r"(?m)^(### BEGIN SOLUTION|@key\()", text)]


def commands() -> dict[str, Any]:
    """Every command a person can type, by its full name, as the program itself knows them."""
    from instructors.cli import app

    def walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        for sub, child in (inner or {}).items():
            yield from walk(f"{name} {sub}", child)

    return dict(walk("situ", typer.main.get_command(app)))


def sections() -> dict[str, str]:
    """Command -> its part of docs/commands.md."""
    parts = re.split(r"(?m)^## `(situ .*)`$", (ROOT / "docs/commands.md").read_text())
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_docs_list_every_command() -> None:
    assert sorted(commands()) == sorted(sections())


def test_the_docs_name_every_option_and_no_other() -> None:
    in_program = {
        name: {opt for one in command.params for opt in (*one.opts, *one.secondary_opts) if opt.startswith("--")}
        for name, command in commands().items()
    }
    assert in_program == {name: set(re.findall(r"(?m)^\| `(--[\w-]+)", text)) for name, text in sections().items()}


def test_every_command_says_what_it_does() -> None:
    assert [] == [name for name, command in commands().items() if not command.help]


def test_the_docs_show_an_example_of_every_command() -> None:
    assert [] == [name for name, text in sections().items() if f"\n    {name}" not in text]
