import os

import pytest

from instructors.engine.jobs import Cell, Job
from instructors.engine.room import furnished, kernel_environment, worker_environment


def _job(**more):
    return Job((Cell(0, "1"),), **more)


def test_files_of_the_job_lie_in_the_working_directory():
    with furnished(_job(files={"data/a.csv": b"1"})) as room:
        assert b"1" == (room.work / "data" / "a.csv").read_bytes()


@pytest.mark.parametrize("path", ["../up", "/etc/x", "a/../../b", "", "."])
def test_a_path_out_of_the_working_directory_is_refused(path):
    with pytest.raises(ValueError, match="inside the folder"), furnished(_job(files={path: b""})):
        pass


def test_the_case_is_read_only():
    with furnished(_job(case={"case.json": b"{}"})) as room:
        assert (0o444, 0o555) == ((room.case / "case.json").stat().st_mode & 0o777, room.case.stat().st_mode & 0o777)


def test_the_kernel_is_told_where_its_case_is():
    job = _job(case={"case.json": b"{}"}, environment={"SITU_LEARNER": "ana"})
    with furnished(job) as room:
        environment = kernel_environment(room, job)
    assert (str(room.case), "ana") == (environment["SITU_CASE"], environment["SITU_LEARNER"])


def test_our_own_environment_stays_with_us(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "s3cret")
    with furnished(_job()) as room:
        known = {**worker_environment(room), **kernel_environment(room, _job())}
    assert "s3cret" not in known.values()


def test_nothing_is_left_of_a_room_whatever_was_forbidden_in_it():
    with furnished(_job(files={"a/b/c.txt": b""})) as room:
        (room.work / "a" / "b").chmod(0)
        (room.work / "a").chmod(0)
        (room.work / "link").symlink_to("/")
    assert not os.path.lexists(room.root)
