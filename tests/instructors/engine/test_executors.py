"""Where jobs run: on this machine, unsealed and sealed, and on a cluster."""

import json
import sys
import time
from concurrent.futures import Future

import pytest

pytest.importorskip("fcntl", reason="the warm kernel is for Unix")

from graders.errors import ClassError
from instructors.engine import executors
from instructors.engine.executors import Engine, run_json
from instructors.engine.jobs import Cell, Job, Limits, Outcome, Run
from instructors.engine.sealing import Way

from .conftest import skip_without


def _job(source="print(1)", **more):
    return Job((Cell(0, source),), **more)


def _text(run):
    return "".join(output["text"] for output in run.cells[0].outputs)


@pytest.fixture
def quick(monkeypatch):
    """Return what takes the place of running a job: the test says what becomes of it."""
    done = {"run": lambda job: Run(Outcome.FINISHED, ())}
    monkeypatch.setattr(executors.running, "run", lambda job: done["run"](job))
    return done


def test_without_a_way_a_job_runs_in_the_stock_kernel(quick):
    with Engine(1, None) as engine:
        assert Run(Outcome.FINISHED, ()) == engine.submit(_job()).result()


def test_a_way_that_seals_nothing_is_refused():
    with pytest.raises(ValueError, match="None for unsealed"):
        Engine(1, Way.NONE)


def test_a_fault_of_ours_is_an_outcome(quick):
    quick["run"] = lambda job: 1 / 0
    with Engine(1, None) as engine:
        run = engine.submit(_job()).result()
    assert (Outcome.FAILED, "ZeroDivisionError: division by zero") == (run.outcome, run.detail)


def test_a_job_that_waits_is_forgotten_when_the_engine_closes(quick):
    quick["run"] = lambda job: time.sleep(0.2)
    engine = Engine(1, None)
    waiting = [engine.submit(_job()) for _ in range(3)][-1]
    engine.close()
    assert waiting.cancelled()


def test_closing_at_once_waits_for_nothing_that_never_began(quick):
    quick["run"] = lambda job: time.sleep(0.2)
    engine = Engine(1, None)
    asked = [engine.submit(_job()) for _ in range(3)]
    engine.close(at_once=True)
    assert [False, True] == [asked[0].cancelled(), asked[-1].cancelled()]


@pytest.mark.slow
def test_closing_at_once_ends_what_is_not_sealed_off():
    engine, since = Engine(1, None), time.monotonic()
    run = engine.submit(_job("import time; time.sleep(60)", limits=Limits(cell_seconds=50)))
    time.sleep(4)
    engine.close(at_once=True)
    assert (Outcome.FAILED, True) == (run.result().outcome, time.monotonic() - since < 30)


def test_a_run_crosses_as_json(quick):
    told = run_json(json.dumps(_job().to_json()), "")
    assert Run(Outcome.FINISHED, ()) == Run.from_json(json.loads(told))


class _Cluster:
    """Stands in for a dask client and its executor: the test settles what was asked for."""

    def __init__(self):
        self.asked = []

    def get_executor(self, **_):
        return self

    def submit(self, _function, job, way):
        json.loads(job)
        self.asked.append(Future())
        return self.asked[-1]

    def shutdown(self, wait):
        assert not wait

    def close(self):
        self.asked.append("closed")


@pytest.fixture
def cluster(monkeypatch):
    cluster = _Cluster()
    monkeypatch.setattr(executors, "_connected", lambda address: cluster)
    return cluster


def test_what_a_cluster_returns_is_a_run_or_a_failure(cluster):
    with Engine(1, None, "tcp://there:8786") as engine:
        runs = [engine.submit(_job()) for _ in range(3)]
        cluster.asked[0].set_result(json.dumps(Run(Outcome.FINISHED, ()).to_json()))
        cluster.asked[1].set_result('{"outcome": "finished", "cells": 3}')
        cluster.asked[2].set_exception(RuntimeError("the worker was lost"))
    assert [Outcome.FINISHED, Outcome.FAILED, Outcome.FAILED] == [run.result().outcome for run in runs]


def test_a_job_that_is_no_longer_wanted_is_taken_back_from_the_cluster(cluster):
    with Engine(1, None, "tcp://there:8786") as engine:
        engine.submit(_job()).cancel()
        assert cluster.asked[0].cancelled()


def test_what_a_cluster_gave_up_is_given_up(cluster):
    with Engine(1, None, "tcp://there:8786") as engine:
        run = engine.submit(_job())
        cluster.asked[0].cancel()
    assert run.cancelled()


def test_a_cluster_that_is_gone_has_the_places_it_had(cluster):
    with Engine(1, None, "tcp://there:8786") as engine:
        cluster.nthreads = lambda: {"one": 4, "two": 2}
        before = engine.places
        cluster.nthreads = lambda: (_ for _ in ()).throw(RuntimeError("Cluster is closed"))
        assert (6, 6) == (before, engine.places)


def test_a_missing_library_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClassError, match=r"situ-kit\[cluster\]"):
        Engine(1, None, "tcp://127.0.0.1:1")


@pytest.fixture(scope="module")
def sealed_engine():
    skip_without(Way.NAMESPACES)
    engine = Engine(2, Way.NAMESPACES, hidden=["/nowhere"])
    engine.warm_up()
    yield engine
    engine.close(at_once=True)


@pytest.mark.slow
def test_sealed_jobs_run_side_by_side(sealed_engine):
    runs = [sealed_engine.submit(_job(f"import time; time.sleep(.3); print({number})")) for number in range(4)]
    assert ["0\n", "1\n", "2\n", "3\n"] == [_text(run.result()) for run in runs]


@pytest.mark.slow
def test_closing_at_once_ends_what_runs():
    skip_without(Way.NAMESPACES)
    engine = Engine(1, Way.NAMESPACES)
    run = engine.submit(_job("import time; time.sleep(600)", limits=Limits(cell_seconds=500)))
    engine.submit(_job())
    while not run.running():
        time.sleep(0.05)
    engine.close(at_once=True)
    assert run.result().outcome in (Outcome.FAILED, Outcome.NOT_STARTED)


def test_a_cluster_that_does_not_answer_says_so(monkeypatch):
    distributed = pytest.importorskip("distributed", reason="needs situ-kit[cluster]")
    monkeypatch.setattr(distributed, "Client", lambda *_, **__: (_ for _ in ()).throw(OSError("timed out")))
    with pytest.raises(ClassError, match=r"No scheduler answers at tcp://127\.0\.0\.1:9"):
        Engine(1, None, "tcp://127.0.0.1:9")
