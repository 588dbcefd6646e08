"""The command ``situ grade``: words to a wish, the wish to grading, what became of it to a report and an exit code."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from instructors.console import FINE, INTERRUPTED, NEEDS_A_HUMAN, NOTHING_TO_DO, AsJson, err, out, print_json

if TYPE_CHECKING:  # slow to import, and only this command needs it
    from instructors.grade import Graded, Wish


def grade(
    folder: Annotated[Path, typer.Argument(help="The class folder.")],
    assignments: Annotated[
        list[str] | None, typer.Argument(metavar="[ASSIGNMENT]...", help="All that were handed in, unless given.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this learner; may be given again.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Also what is graded already.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="How many at a time; one per core, or per thread of the cluster, unless given."),
    ] = None,
    unsealed: Annotated[
        bool, typer.Option("--unsealed", help="Go on without sealing submissions off; see docs/instructors.md.")
    ] = False,
    pictures: Annotated[bool, typer.Option("--pictures", help="Draw the figures in graded notebooks.")] = False,
    cluster: Annotated[
        str | None, typer.Option("--cluster", "--dask", help="A Dask scheduler, such as tcp://host:8786.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show neither progress nor report.")] = False,
    as_json: AsJson = False,
) -> None:
    """Grade what a class has handed in. What is graded already stays; what was interrupted is gone on with.

    Example: situ grade autumn 01_log_odds
    """
    from instructors import grade as grading
    from instructors.classes import open_class
    from instructors.grade_progress import GradeBar, GradeLines, print_report

    made = open_class(folder)
    # An option that is not given leaves the say to the class's nbgrader_config.py.
    sealed, drawn = (False if unsealed else None), (pictures or None)
    wish = grading.Wish(tuple(assignments or ()), tuple(only or ()), force, jobs, sealed, drawn, cluster)
    total = sum(map(len, grading.things_to_grade(made, wish).values()))
    silent = quiet or as_json
    if unsealed and total and not silent:
        said = "Unsealed: learners' code runs as you, with your files and your network. See Machines in docs/instructors.md."
        err.print(said, highlight=False, markup=False, soft_wrap=True)
    shown = GradeBar(total, err) if err.is_terminal and total and not silent else GradeLines(total, err, quiet=silent)
    with shown:
        done = grading.grade_class(made, wish, shown)
    if as_json:
        print_json(grading.as_json(done))
    elif total and not quiet:
        print_report(done, out)
    raise typer.Exit(_code(done, folder, wish))


def _code(done: Graded, folder: Path, wish: Wish) -> int:
    if done.is_interrupted:
        said = f"{len(done.results)} of {done.total} submissions are done, and stay so. To go on: {_to_go_on(folder, wish)}"
        err.print(said, highlight=False, markup=False, soft_wrap=True)
        return INTERRUPTED
    if not done.total:
        err.print("Nothing was handed in. Next: nbgrader collect ASSIGNMENT", highlight=False)
        return NOTHING_TO_DO
    return NEEDS_A_HUMAN if done.needs_a_human else FINE


def _to_go_on(folder: Path, wish: Wish) -> str:
    """Return the command that does the rest of what was wished for: without --force, which would begin from the beginning."""
    words = ["situ", "grade", str(folder), *wish.assignments]
    for learner in wish.only:
        words += ["--only", learner]
    if wish.jobs is not None:
        words += ["--jobs", str(wish.jobs)]
    words += ["--unsealed"] * (wish.sealed is False) + ["--pictures"] * bool(wish.pictures)
    if wish.cluster is not None:
        words += ["--cluster", wish.cluster]
    return shlex.join(words)
