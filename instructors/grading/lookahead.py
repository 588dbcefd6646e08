"""The runs of a class, begun ahead of their turn: while one submission is judged, those after it run.

Owns which runs are under way. nbgrader grades one submission after the other and is not asked to do otherwise; a run that was
begun counts only if, when its turn comes, its order is the same. So a wrong guess costs time and changes nothing.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple

from instructors.engine.jobs import Job, Outcome, Run, nothing_run
from instructors.engine.running import run
from instructors.grading.engines import Engine, close_engines, jobs_of, usable_cores, warm_engine, way_of_sealing
from instructors.grading.ready_cases import CaseBuilders, CaseRequest
from instructors.grading.run import Order, Place, RunSettings, RunSubmission

_ATTRIBUTE = "_situ_lookahead"
_log = logging.getLogger(__name__)

Foresee = Callable[[Place], Order | None]


class _Begun(NamedTuple):
    """A run under way: the key of its order, and how to wait for it."""

    key: str
    wait: Callable[[], Run]


class Cases(NamedTuple):
    """Of which class the cases are: its folder, and what opens it."""

    opener: str
    class_dir: str

    def request(self, place: Place) -> CaseRequest:
        """Return the request for the case of a submission."""
        return CaseRequest(self.opener, self.class_dir, place.learner, place.assignment)


class Lookahead:
    """Runs orders; begins those that will be wanted next.

    Parameters
    ----------
    settings
        How submissions are run.
    cases
        Where their cases are.
    """

    def __init__(self, settings: RunSettings, cases: Cases) -> None:
        self._settings, self._cases = settings, cases
        self.expect((), lambda _: None)
        self._begun: dict[Place, _Begun] = {}
        self._builders: CaseBuilders | None = None
        way_of_sealing(settings)  # refused now, and not when the first submission runs
        self._is_warm = settings.engine == "warm"

    def expect(self, upcoming: Iterable[Place], foresee: Foresee) -> None:
        """Say what will be asked for.

        Parameters
        ----------
        upcoming
            The notebooks that will be graded, in their order.
        foresee
            Returns the order that a notebook will need; None where it will need none, or that cannot be told.
        """
        self._upcoming, self._foresee = deque(upcoming), foresee
        self._turn = {place: turn for turn, place in enumerate(self._upcoming)}

    def run(self, order: Order) -> Run:
        """Return the run of an order, whose turn it is; whatever a job does, a case lacks or the engine fails in is a run too."""
        try:
            begun = self._begun.pop(order.place, None)
            if begun is None or begun.key != order.key:
                begun = self._begin(order)
            self._pass(order.place)
            self._begin_next()
            return self._waited_for(begun, order)
        except (KeyboardInterrupt, SystemExit):
            self.close()
            close_engines()  # else Python, when it ends, waits for every run that is under way
            raise

    def warm_up(self) -> None:
        """Begin to start the engine, so that it is ready when the first submission is."""
        if self._is_warm:
            self._engine()

    def _engine(self) -> Engine:
        return warm_engine(self._settings, self._cases.class_dir)

    @property
    def under_way(self) -> list[str]:
        """Learners whose submissions have been begun ahead of their turn."""
        return [place.learner for place in self._begun]

    @property
    def is_done(self) -> bool:
        """Whether nothing more will be asked for, as far as can be told."""
        return not self._upcoming and not self._begun

    def close(self) -> None:
        """End the processes that build cases; the engine stays warm."""
        if self._builders is not None:
            self._builders.close()
            self._builders = None

    def __enter__(self) -> Lookahead:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End what is under way; else Python, when it ends, waits for all of it. An engine with nothing to do stays warm."""
        self.close()
        if self._begun or (kind is not None and not issubclass(kind, Exception)):
            close_engines()

    def _pass(self, place: Place) -> None:
        """Forget what was foreseen up to this notebook: its turn is over, or was skipped."""
        turn = self._turn.get(place, -1)
        while self._upcoming and self._turn[self._upcoming[0]] <= turn:
            self._upcoming.popleft()
        self._begun = {later: begun for later, begun in self._begun.items() if self._turn[later] > turn}

    def _begin_next(self) -> None:
        if not self._is_warm or not self._upcoming:
            return
        while self._upcoming and len(self._begun) < self._window():
            place = self._upcoming.popleft()
            try:
                order = self._foresee(place)
            except Exception:  # it will fail, and be reported, in its own turn
                _log.debug("nothing foreseen of %s", place, exc_info=True)
                continue
            if order is not None:
                self._begun[place] = self._begin(order)

    def _window(self) -> int:
        """Return how many runs are begun ahead: none where the engine cannot say, which the next run will tell."""
        try:
            return 2 * (self._settings.jobs or self._engine().places) + 2
        except Exception:
            _log.debug("no engine to begin ahead in", exc_info=True)
            return 0

    def _begin(self, order: Order) -> _Begun:
        try:
            request = self._cases.request(order.place)
            directory = request.known()
            if not self._is_warm:
                job = order.with_case(directory or request.build())
                return _Begun("", lambda: run(job))
            start = self._starting(order, request, directory)
        except Exception as error:  # whatever the class lacks, this learner is not judged and the others are
            failed = _without_case(order, error)
            return _Begun(order.key, lambda: failed)
        try:
            return _Begun(order.key, start(self._engine()))
        except Exception as error:
            failed = _without_engine(order, error)
            return _Begun(order.key, lambda: failed)

    def _starting(
        self, order: Order, request: CaseRequest, directory: Path | None
    ) -> Callable[[Engine], Callable[[], Run]]:
        """Return what gives the order to an engine and returns how to wait for the run: now, or once its case is built."""
        if directory is not None:
            job = order.with_case(directory)
            return lambda engine: engine.submit(job).result
        if self._builders is None:
            # Cases are built here, wherever the submissions run.
            self._builders = CaseBuilders(min(jobs_of(self._settings), usable_cores()))
        builders = self._builders

        def start(engine: Engine) -> Callable[[], Run]:
            built = builders.submit(lambda place: _submitted(engine, order, order.with_case(place)), request)
            return lambda: _no_case_or(built, order)

        return start

    def _waited_for(self, begun: _Begun, order: Order) -> Run:
        try:
            return begun.wait()
        except Exception as error:  # nobody's answers were judged by it
            return _without_engine(order, error)
        finally:
            if self.is_done:
                self.close()


def _submitted(engine: Engine, order: Order, job: Job) -> Future[Run]:
    try:
        return engine.submit(job)
    except Exception as error:
        done: Future[Run] = Future()
        done.set_result(_without_engine(order, error))
        return done


def _no_case_or(built: Future[Future[Run]], order: Order) -> Run:
    try:
        started = built.result()
    except Exception as error:
        return _without_case(order, error)
    return started.result()


def _without_case(order: Order, error: Exception) -> Run:
    _log.error("%s: no case", order.place.learner, exc_info=error)
    return nothing_run(order.job.cells, Outcome.NOT_STARTED, f"no case: {error}")


def _without_engine(order: Order, error: Exception) -> Run:
    _log.error("%s: the engine failed", order.place.learner, exc_info=error)
    return nothing_run(order.job.cells, Outcome.FAILED, f"the engine failed: {type(error).__name__}: {error}")


def lookahead_of(step: RunSubmission) -> Lookahead:
    """Return the lookahead of the nbgrader run that a step belongs to; one that foresees nothing where there is none."""
    converter = getattr(getattr(step, "parent", None), "parent", None)
    found = lookahead_kept(converter)
    if found is None:
        found = Lookahead(step.settings, Cases(step.opener, step.class_dir))
        if converter is not None:
            keep_lookahead(converter, found)
    return found


def lookahead_kept(converter: Any) -> Lookahead | None:
    """Return the lookahead of an nbgrader run, if it has one."""
    found: Lookahead | None = getattr(converter, _ATTRIBUTE, None)
    return found


def keep_lookahead(converter: Any, lookahead: Lookahead) -> None:
    """Keep a lookahead for the whole nbgrader run: its steps are made anew for each notebook."""
    setattr(converter, _ATTRIBUTE, lookahead)
