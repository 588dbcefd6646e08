"""What ``situ grade`` shows: a bar on a terminal, lines elsewhere, and the report of what did not go the normal way.

Owns the showing only; names of learners and files are data in it, never markup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from graders.language import number
from instructors.grade import Graded
from instructors.grading.class_run import Result
from instructors.grading.outcomes import Ending, to_do
from instructors.printable import printable

_MOST_NAMES = 6
_MOST_FOLDERS = 12


class GradeBar(Progress):
    """The bar of a terminal, with the outcomes and the learners under way below it."""

    def __init__(self, total: int, console: Console) -> None:
        self._counts: Counter[Ending] = Counter()  # before anything else: the bar is drawn while it is made
        self._names: tuple[str, ...] = ()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        super().__init__(*columns, TextColumn("left"), TimeRemainingColumn(), console=console, transient=True)
        self._task = self.add_task("grading", total=total)

    def began(self, learner: str, assignment: str, under_way: Sequence[str]) -> None:
        """Show whose turn it is, and who runs meanwhile."""
        self._names = (learner, *under_way)
        self.update(self._task, description=assignment)

    def ended(self, result: Result) -> None:
        """Count a result."""
        self._counts[result.ending] += 1
        self.advance(self._task)

    def get_renderables(self) -> Iterable[RenderableType]:
        """Return the bar and the two lines below it."""
        yield from super().get_renderables()
        yield Text("  " + counted(self._counts), style="dim")
        yield Text("  " + _named(self._names), style="dim", overflow="ellipsis", no_wrap=True)


class GradeLines:
    """A line for every submission that is graded, where there is no terminal; none at all when it shall be quiet."""

    def __init__(self, total: int, console: Console, *, quiet: bool) -> None:
        self._total, self._console, self._quiet, self._done = total, console, quiet, 0

    def __enter__(self) -> GradeLines:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Leave nothing open."""

    def began(self, learner: str, assignment: str, under_way: Sequence[str]) -> None:
        """Say nothing yet."""

    def ended(self, result: Result) -> None:
        """Say what became of a submission, unless an earlier run graded it."""
        self._done += 1
        if result.is_new and not self._quiet:
            line = f"{self._done}/{self._total} {result.assignment} {printable(result.learner)}: {result.ending}"
            self._console.print(line, highlight=False, markup=False, soft_wrap=True)


def counted(counts: Counter[Ending]) -> str:
    """Return the outcomes on one line, the normal one first."""
    return " · ".join(f"{counts[ending]} {ending}" for ending in Ending if counts[ending]) or "starting"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def print_report(done: Graded, console: Console) -> None:
    """Print what became of a class: what did not go the normal way, what waits, the totals, the time."""

    def say(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    if done.unusual:
        say(f"{len(done.unusual)} of {done.total} submissions did not go the normal way:")
        for result in sorted(done.unusual, key=lambda one: (-list(Ending).index(one.ending), one.learner)):
            _say_unusual(done, result, say)
        say("")
    if done.elsewhere:
        say("Handed in under no assignment of this class, and not graded:")
        for name in done.elsewhere[:_MOST_FOLDERS]:
            say(f"  submitted/{printable(name)}")
        if len(done.elsewhere) > _MOST_FOLDERS:
            say(f"  and {len(done.elsewhere) - _MOST_FOLDERS} more")
    waiting = [result.learner for result in done.results if result.ending is Ending.GRADED and done.waits(result)]
    if waiting:
        say(f"{len(waiting)} wait for your mark in formgrader: {printable(_named(sorted(set(waiting))))}.")
    taken = [result for result in done.results if result.ending is not Ending.REFUSED]
    new = sum(result.is_new for result in taken)
    if new and done.way == "none":
        say(
            "Nothing sealed these submissions off: what a learner's code could reach on this machine, it may have read or "
            "changed."
        )
    if done.results:
        say("In all: " + counted(Counter(result.ending for result in done.results)) + ".")
    earlier = len(taken) - new
    say(f"Now: {new} in {number(done.seconds, 1)} s" + (f"; {earlier} by an earlier run." if earlier else "."))


def _say_unusual(done: Graded, result: Result, say: Callable[[str], None]) -> None:
    """Say of one submission what happened and what to do, each on a line that is never cut: there are commands in them."""
    say(f"  {printable(result.learner)}, {result.assignment}: {result.ending}")
    if result.detail:
        say(f"    {printable(result.detail[:400])}")
    say(f"    to do: {to_do(result.ending, waits=done.waits(result))}")
