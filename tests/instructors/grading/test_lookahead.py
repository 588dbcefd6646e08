"""The lookahead without nbgrader: a class that needs no content, an engine that only counts."""

from concurrent.futures import Future

import pytest

from graders.errors import ClassError
from instructors.engine.jobs import Cell, Job, Outcome, Run
from instructors.grading import lookahead as looking
from instructors.grading.lookahead import Cases, Lookahead
from instructors.grading.run import Order, Place, RunSettings

OPENER = f"{__name__}.open_class"
NAMES = [f"learner{number}" for number in range(12)]


class CountingEngine:
    """Finishes every job at once; remembers in which order they came, and fails where it is told to."""

    def __init__(self):
        self.begun, self.failing, self.is_closed, self.places = [], set(), False, 4

    def submit(self, job):
        learner = job.environment["SITU_LEARNER"]
        self.begun.append(learner)
        done = Future()
        if learner in self.failing:
            done.set_exception(RuntimeError("the engine broke"))
        else:
            done.set_result(Run(Outcome.FINISHED, (), detail=job.cells[0].source))
        return done

    def close(self):
        self.is_closed = True


class Room:
    def __init__(self, root):
        self.root = root

    def known_case(self, learner, assignment):
        return self.root if learner != "unbuilt" else None

    def case_directory(self, learner, assignment):
        raise LookupError("no such learner")


@pytest.fixture
def engine(monkeypatch):
    counting = CountingEngine()
    monkeypatch.setattr(looking, "warm_engine", lambda *_: counting)
    monkeypatch.setattr("instructors.grading.ready_cases.import_item", lambda name: Room)
    return counting


def _place(learner):
    return Place(learner, "01", "01")


def _order(learner, source="x = 1"):
    return Order(_place(learner), Job((Cell(0, source),), environment={"SITU_LEARNER": learner}))


def _ahead(tmp_path, names=NAMES, foresee=lambda place: _order(place.learner), jobs=2):
    ahead = Lookahead(RunSettings(jobs=jobs), Cases(OPENER, str(tmp_path)))
    ahead.expect([_place(name) for name in names], foresee)
    return ahead


def test_the_next_runs_begin_while_one_is_waited_for(tmp_path, engine):
    _ahead(tmp_path).run(_order("learner0"))
    assert NAMES[:7] == engine.begun  # this one, and twice two and two


def test_as_many_are_begun_as_the_engine_has_places_unless_told_otherwise(tmp_path, engine):
    _ahead(tmp_path, jobs=0).run(_order("learner0"))
    assert NAMES[:11] == engine.begun  # this one, and twice four and two


def test_every_run_begins_once(tmp_path, engine):
    ahead = _ahead(tmp_path)
    for name in NAMES:
        ahead.run(_order(name))
    assert NAMES == sorted(engine.begun, key=NAMES.index)


def test_a_wrong_guess_changes_nothing(tmp_path, engine):
    ahead = _ahead(tmp_path, foresee=lambda place: _order(place.learner, "guessed"))
    assert ["mine"] * 3 == [ahead.run(_order(name, "mine")).detail for name in NAMES[:3]]


def test_a_learner_who_is_passed_over_is_not_run(tmp_path, engine):
    ahead = _ahead(tmp_path, foresee=lambda place: None if place.learner == "learner2" else _order(place.learner))
    ahead.run(_order("learner0"))
    assert "learner2" not in engine.begun


def test_what_cannot_be_foreseen_fails_in_its_own_turn_only(tmp_path, engine):
    def foresee(place):
        raise OSError("a broken disk")

    assert Outcome.FINISHED is _ahead(tmp_path, foresee=foresee).run(_order("learner0")).outcome


def test_a_run_foreseen_for_nobody_makes_room_for_the_next(tmp_path, engine):
    ahead = _ahead(tmp_path)
    ahead.run(_order("learner0"))
    ahead.run(_order("learner9"))
    assert ["learner10", "learner11"] == ahead.under_way


def test_two_learners_who_hand_in_the_same_are_run_each(tmp_path, engine):
    assert _order("ana").key != _order("ben").key


@pytest.mark.parametrize("source", ["x = 1 ", "x = 2"])
def test_an_order_is_named_by_its_content(source):
    assert _order("ana").key != _order("ana", source).key


def test_an_engine_that_breaks_is_nobodys_fault_and_stops_nobody(tmp_path, engine):
    engine.failing = {"learner1"}
    ahead = _ahead(tmp_path)
    outcomes = [ahead.run(_order(name)).outcome for name in NAMES[:3]]
    assert [Outcome.FINISHED, Outcome.FAILED, Outcome.FINISHED] == outcomes


@pytest.mark.parametrize("learner", ["learner0", "unbuilt"])
def test_an_engine_that_takes_nothing_is_told_as_such(tmp_path, engine, monkeypatch, learner):
    monkeypatch.setattr(looking.CaseBuilders, "build", lambda *_: tmp_path)
    monkeypatch.setattr(engine, "submit", lambda job: (_ for _ in ()).throw(RuntimeError("the client is closed")))
    done = _ahead(tmp_path, names=[learner]).run(_order(learner))
    assert (Outcome.FAILED, "the engine failed: RuntimeError: the client is closed") == (done.outcome, done.detail)


def test_an_engine_that_cannot_be_had_is_told_as_such(tmp_path, engine, monkeypatch):
    monkeypatch.setattr(looking, "warm_engine", lambda *_: (_ for _ in ()).throw(ClassError("No scheduler answers.")))
    done = _ahead(tmp_path, jobs=0).run(_order("learner0"))
    assert (Outcome.FAILED, "the engine failed: ClassError: No scheduler answers.") == (done.outcome, done.detail)


def test_an_engine_that_does_not_know_its_places_still_runs(tmp_path, engine):
    del engine.places
    assert Outcome.FINISHED is _ahead(tmp_path, jobs=0).run(_order("learner0")).outcome


def test_a_case_that_is_missing_is_told_as_such(tmp_path, engine):
    done = _ahead(tmp_path, names=["unbuilt"]).run(_order("unbuilt"))
    assert (Outcome.NOT_STARTED, True) == (done.outcome, done.detail.startswith("no case: ")), done.detail


def test_a_case_that_cannot_be_built_fails_its_own_learner_only(tmp_path, engine):
    ahead = _ahead(tmp_path, names=["unbuilt", "learner1"])
    done = [ahead.run(_order(name)) for name in ("unbuilt", "learner1")]
    assert [Outcome.NOT_STARTED, Outcome.FINISHED] == [run.outcome for run in done]


def test_ctrl_c_ends_the_engine(tmp_path, engine, monkeypatch):
    closed = []
    monkeypatch.setattr(looking, "close_engines", lambda: closed.append(True))

    def interrupted(place):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _ahead(tmp_path, foresee=interrupted).run(_order("learner0"))
    assert [True] == closed


def test_a_stock_run_is_not_begun_ahead(tmp_path, engine, monkeypatch):
    monkeypatch.setattr(looking, "run", lambda job: Run(Outcome.FINISHED, ()))
    ahead = Lookahead(RunSettings(engine="stock", sealed=False), Cases(OPENER, str(tmp_path)))
    ahead.expect([_place(name) for name in NAMES], lambda place: _order(place.learner))
    assert (Outcome.FINISHED, []) == (ahead.run(_order("learner0")).outcome, ahead.under_way)


def test_a_stock_run_does_not_pass_for_a_sealed_one(tmp_path):
    with pytest.raises(ClassError, match="stock"):
        Lookahead(RunSettings(engine="stock"), Cases(OPENER, str(tmp_path)))
