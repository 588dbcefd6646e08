"""The runs of a class, begun ahead of their turn: while one submission is judged, those after it run.

Owns which runs are under way. nbgrader grades one submission after the other and is not asked to do otherwise; a run that was
begun counts only if, when its turn comes, its order is the same. So a wrong guess costs time and changes nothing.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, NamedTuple

from instructors.engine.jobs import Outcome, Run, nothing_run
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
        """Return the run of an order, whose turn it is; never raises on what a job does or a case lacks."""
        try:
            begun = self._begun.pop(order.place, None)
            if begun is None or begun.key != order.key:
                begun = self._begin(order)
            self._pass(order.place)
            self._begin_next()
            return self._waited_for(begun)
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

    def _pass(self, place: Place) -> None:
        """Forget what was foreseen up to this notebook: its turn is over, or was skipped."""
        turn = self._turn.get(place, -1)
        while self._upcoming and self._turn[self._upcoming[0]] <= turn:
            self._upcoming.popleft()
        self._begun = {later: begun for later, begun in self._begun.items() if self._turn[later] > turn}

    def _begin_next(self) -> None:
        if not self._is_warm or not self._upcoming:
            return
        window = 2 * (self._settings.jobs or self._engine().places) + 2
        while self._upcoming and len(self._begun) < window:
            place = self._upcoming.popleft()
            try:
                order = self._foresee(place)
            except Exception:  # it will fail, and be reported, in its own turn
                _log.debug("nothing foreseen of %s", place, exc_info=True)
                continue
            if order is not None:
                self._begun[place] = self._begin(order)

    def _begin(self, order: Order) -> _Begun:
        try:
            request = self._cases.request(order.place)
            directory = request.known()
            if not self._is_warm:
                job = order.with_case(directory or request.build())
                return _Begun("", lambda: run(job))
            if directory is not None:
                return _Begun(order.key, self._engine().submit(order.with_case(directory)).result)
            if self._builders is None:
                # Cases are built here, wherever the submissions run.
                self._builders = CaseBuilders(min(jobs_of(self._settings), usable_cores()))
            engine = self._engine()
            built = self._builders.submit(lambda place: engine.submit(order.with_case(place)), request)
            return _Begun(order.key, lambda: _no_case_or(built, order))
        except Exception as error:  # whatever the class lacks, this learner is not judged and the others are
            _log.exception("%s: no case", order.place.learner)
            failed = _not_started(order, error)
            return _Begun(order.key, lambda: failed)

    def _waited_for(self, begun: _Begun) -> Run:
        try:
            return begun.wait()
        except Exception as error:  # the engine's own failure, whatever it is: nobody's answers were judged by it
            _log.exception("the engine failed")
            return Run(Outcome.FAILED, (), f"{type(error).__name__}: {error}")
        finally:
            if self.is_done:
                self.close()


def _no_case_or(built: Future[Future[Run]], order: Order) -> Run:
    try:
        started = built.result()
    except Exception as error:
        _log.error("%s: no case: %s", order.place.learner, error)
        return _not_started(order, error)
    return started.result()


def _not_started(order: Order, error: Exception) -> Run:
    return nothing_run(order.job.cells, Outcome.NOT_STARTED, f"no case: {error}")


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
