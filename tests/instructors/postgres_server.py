"""A PostgreSQL server for tests: of the machine's own package, in a folder of its own, reached by a socket there, then gone."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
_DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()  # a killed test leaves no server
_SETTINGS = ("-c", "listen_addresses=", "-c", "fsync=off", "-c", "logging_collector=off")


@contextmanager
def server() -> Iterator["Server"]:
    """Start a server; skip the test, with a reason, where there is none to start."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'situ-kit[postgres]'")
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="situ-pg-"))
    started = Server(programs, folder)
    try:
        started.start()
        yield started
    finally:
        started.stop()
        shutil.rmtree(folder)


def _programs() -> Path:
    known = shutil.which("initdb")
    found = [Path(known).resolve().parent] if known else []
    found += [path for pattern in _PLACES for path in sorted(Path("/").glob(pattern[1:]), reverse=True)]
    usable = [folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()]
    if not usable:
        pytest.skip("no PostgreSQL server is installed; on Debian: apt install postgresql")
    return usable[0]


class Server:
    """A server in a folder, and its databases."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder = programs, folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make its files and start it; as another user where we are root, who may not run one."""
        (self._folder / "data").mkdir(mode=0o700)
        if self._user:
            for path in (self._folder, self._folder / "data"):
                shutil.chown(path, self._user)
        self._folder.chmod(0o755)
        asked = ("-D", "data", "-A", "trust", "-U", "situ", "-E", "UTF8", "--locale=C", "--no-sync")
        made = self._begin("initdb", *asked).wait()
        if made:
            pytest.skip(f"this machine's PostgreSQL cannot be set up: initdb ended with {made}")
        self._process = self._begin("postgres", "-D", "data", "-k", str(self._folder), *_SETTINGS)
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "log").read_text()
            time.sleep(0.1)

    def stop(self) -> None:
        """End it, whatever is connected."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()

    def database(self, name: str) -> str:
        """Make a database; return its address as nbgrader takes it."""
        import psycopg

        with psycopg.connect(f"host={self._folder} user=situ dbname=postgres", autocommit=True) as connection:
            connection.execute(f'create database "{name}"')
        return f"postgresql+psycopg://situ@/{name}?host={self._folder}"

    @property
    def _user(self) -> str | None:
        if os.geteuid():
            return None
        return "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(f"host={self._folder} user=situ dbname=postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _begin(self, program: str, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [*_DIES_WITH_US, self._programs / program, *arguments],
                cwd=self._folder,
                user=self._user,
                env={"PATH": "/usr/bin:/bin", "LANG": "C", "HOME": str(self._folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
