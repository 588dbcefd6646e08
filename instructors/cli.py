"""The `situ` command line: words to settings, settings to steps, steps to an exit code.

Exit codes: 0 fine, 1 something needs a human, 2 bad usage or content, 3 nothing to do, 130 interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from graders.errors import SituError
from instructors.cli_class import class_app
from instructors.cli_contract import contract_app
from instructors.cli_doctor import doctor
from instructors.cli_grade import grade
from instructors.cli_rejudge import rejudge
from instructors.console import (
    BAD_INPUT,
    FINE,
    INTERRUPTED,
    NEEDS_A_HUMAN,
    NOTHING_TO_DO,
    AsJson,
    err,
    out,
    print_json,
    progress,
)

if TYPE_CHECKING:
    from instructors.content import Block
    from instructors.prove import Given

app = typer.Typer(
    name="situ", no_args_is_help=True, add_completion=False, help="Courses on AI at work, graded with nbgrader."
)
app.add_typer(class_app, name="class")
app.add_typer(contract_app, name="contract")
app.command()(doctor)
app.command()(grade)
app.command()(rejudge)


def main() -> None:
    """Run the command line; every error of ours ends as one message and an exit code."""
    try:
        app()
    except SituError as error:
        err.print(f"situ: {error}", highlight=False, markup=False, soft_wrap=True)
        sys.exit(BAD_INPUT)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            err.print("situ: interrupted; nothing half-written was left.", highlight=False)
        raise


@app.command()
def build(folder: Annotated[Path, typer.Argument(help="The class folder.")], as_json: AsJson = False) -> None:
    """Write a class's source notebooks again, after its content was edited.

    Example: situ build autumn
    """
    from instructors.classes import open_class
    from instructors.making import build_sources

    assignments = build_sources(open_class(folder))
    if as_json:
        print_json({"assignments": assignments})
        return
    out.print(
        f"Written: {', '.join(assignments)}. Next: nbgrader generate_assignment --force, then release.", highlight=False
    )


@app.command()
def guide(
    folder: Annotated[Path | None, typer.Argument(help="The class folder.")] = None,
    block: Annotated[str | None, typer.Option(help="A block's name or folder, where there is no class yet.")] = None,
    look: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say where the instructor's guide of a class or a block is, as a page; it is written anew first.

    Example: situ guide autumn --open
    """
    from instructors.classes import open_class
    from instructors.content import find_block
    from instructors.guide import write_block_guide, write_guide

    if (folder is None) == (block is None):
        raise typer.BadParameter("Expected a class folder or --block, one of the two. Name the class, or the block.")
    page = write_guide(open_class(folder)) if folder is not None else write_block_guide(find_block(str(block)))
    if as_json:
        print_json({"page": str(page) if page else None})
    elif page:
        out.print(str(page), highlight=False, markup=False, soft_wrap=True)
    if page is None:
        err.print("This block has no guide. Next: write guide.md beside its block.toml.", highlight=False)
        raise typer.Exit(NOTHING_TO_DO)
    if look:
        typer.launch(page.as_uri())


@app.command()
def prove(
    block: Annotated[str, typer.Argument(help="A block's name or folder, or a class's: then on its own portfolio.")],
    learners: Annotated[int, typer.Option(min=1, help="How many learners' samples.")] = 25,
    redraws: Annotated[int, typer.Option(min=1, help="How many portfolios they are spread over; a class has one.")] = 3,
    lesson: Annotated[list[str] | None, typer.Option(help="Only this lesson; may be given again.")] = None,
    page: Annotated[Path | None, typer.Option(help="Also write the result as a page in Markdown.")] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that a block marks fairly, on many learners' samples: run it after editing a key.

    Example: situ prove credit-xai --learners 25 --redraws 3
    """
    from instructors.proof_page import proof_page
    from instructors.prove import prove as prove_block

    wanted, given, lessons = _to_prove(block, lesson or [])
    with progress(as_json) as bar:
        task = bar.add_task(f"proving {block}", total=learners)

        def told(done: int) -> None:
            bar.advance(task, done)

        proof = prove_block(wanted, learners, min(redraws, learners), told, lessons=lessons, given=given)
    summary = proof.summary()
    if page is not None:
        page.write_text(proof_page(proof), encoding="utf-8")
    if as_json:
        print_json(summary)
    else:
        _print_proof(summary)
    raise typer.Exit(NEEDS_A_HUMAN if proof.wrong else FINE)


def _to_prove(named: str, lessons: list[str]) -> tuple[Block, Given | None, list[str]]:
    """Return the block, a class's own portfolio where a class is named, and the lessons."""
    from instructors.classes import SETTINGS, open_class
    from instructors.content import find_block
    from instructors.prove import Given

    if not Path(named, SETTINGS).is_file():
        return find_block(named), None, lessons
    made = open_class(Path(named))
    folder, label = made.delivery.folder, made.delivery.label
    given = Given(folder / "data.parquet", folder / "contract.toml", label.sample_rows)
    return made.block, given, lessons or list(made.settings.assignments.values())


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(help="The class folder.")],
    assignment: Annotated[
        str | None, typer.Argument(help="Which assignment; the whole gradebook unless given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what became of an assignment: states, points and recognised misconceptions. Without one: the gradebook.

    Example: situ report autumn 01_log_odds
    """
    from instructors import report as reporting
    from instructors.classes import open_class

    if assignment is None:
        _report_gradebook(folder, as_json)
        return
    found = reporting.results(open_class(folder), assignment)
    if as_json:
        print_json({"assignment": assignment, "learners": reporting.as_json(found)})
    elif found:
        _print_results(found, assignment)
    if not found:
        err.print(f"Nothing of {assignment} was autograded yet. Next: nbgrader autograde {assignment}", highlight=False)
        raise typer.Exit(NOTHING_TO_DO)
    if any(result.needs_a_human for result in found):
        raise typer.Exit(NEEDS_A_HUMAN)


def _report_gradebook(folder: Path, as_json: bool) -> None:
    from instructors import gradebook
    from instructors.classes import open_class

    totals = gradebook.totals(open_class(folder))
    if as_json:
        print_json({"gradebook": gradebook.as_json(totals)})
    elif totals:
        out.print(gradebook.table(totals, "The gradebook"))
    if not totals:
        err.print("Nothing was autograded yet. Next: nbgrader autograde ASSIGNMENT", highlight=False)
        raise typer.Exit(NOTHING_TO_DO)
    if any(mark and mark.waits for total in totals for mark in total.marks.values()):
        raise typer.Exit(NEEDS_A_HUMAN)


@app.command()
def lab(
    folder: Annotated[Path, typer.Argument(help="The class folder.")],
    learner: Annotated[str | None, typer.Option("--as", help="Whose desk; the first learner's unless given.")] = None,
    instructor: Annotated[bool, typer.Option("--instructor", help="The instructor's desk, with formgrader.")] = False,
    port: Annotated[int | None, typer.Option(help="Where JupyterLab listens; the first free one unless given.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Open JupyterLab on a class, as a learner or as its instructor.

    Example: situ lab demo --as ines
    """
    from instructors.classes import open_class
    from instructors.lab import instructor_lab, learner_lab, run, some_learner

    if learner and instructor:
        raise typer.BadParameter("Expected --as or --instructor, got both. Choose one.")
    made = open_class(folder)
    desk = (
        instructor_lab(made, port, browser)
        if instructor
        else learner_lab(made, learner or some_learner(made), port, browser)
    )
    whose = "the instructor" if instructor else desk.folder.name
    made_now = "" if desk.folder.is_dir() else " (a new one: nobody of this id has worked here yet)"
    out.print(f"The desk of {whose}{made_now}, in {desk.folder}. Ctrl-C ends it.", highlight=False, soft_wrap=True)
    raise typer.Exit(run(desk))


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")] = Path("demo"),
    replace: Annotated[bool, typer.Option("--replace", help="Remove an earlier demo in the folder first.")] = False,
    whole: Annotated[bool, typer.Option("--whole", help="All lessons of the block, with four learners.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run one lesson through a class of twelve simulated learners, from making it to feedback.

    Example: situ demo demo
    """
    from instructors import gradebook
    from instructors import report as reporting
    from instructors.demo import DRAWN_ANEW, ONE_LESSON, WHOLE_BLOCK, clear_earlier, run_demo, steps_in_all

    show = WHOLE_BLOCK if whole else ONE_LESSON

    if replace:
        clear_earlier(folder.absolute())
    try:
        with progress(as_json) as bar:
            task = bar.add_task("starting", total=steps_in_all(show))

            def step(name: str, steps: int) -> None:
                bar.update(task, advance=steps, description=name or None)

            done = run_demo(folder.absolute(), step, show)
    except KeyboardInterrupt:
        clear_earlier(folder.absolute())
        raise
    names = [profile.name for profile in show.learners]
    found = {assignment: reporting.results(done.made, assignment, names) for assignment in done.graded}
    totals = gradebook.totals(done.made, names)
    if as_json:
        print_json(
            {
                "outcomes": {assignment: graded.counts for assignment, graded in done.graded.items()},
                "assignments": {assignment: reporting.as_json(results) for assignment, results in found.items()},
                "gradebook": gradebook.as_json(totals),
            }
        )
        return
    for assignment, results in found.items():
        _print_results(results, f"{assignment} · {len(names)} simulated learners")
    if whole:
        out.print(gradebook.table(totals, "The gradebook"))
    out.print(f"\n{DRAWN_ANEW}", highlight=False, soft_wrap=True)
    out.print("\nWho they are:")
    for profile in show.learners:
        out.print(f"  {profile.name:8} {profile.about}", highlight=False)
    last = list(done.graded)[-1]
    page = f"{folder}/feedback/carla/{last}/{last}.html"
    out.print(f"\nA learner's desk:       situ lab {folder} --as ines     (make lab)", highlight=False, soft_wrap=True)
    out.print(
        f"The instructor's desk:  situ lab {folder} --instructor  (make lab ROLE=--instructor)",
        highlight=False,
        soft_wrap=True,
    )
    out.print(f"A feedback page:        {page}", highlight=False, soft_wrap=True)


def _print_results(found: list[Any], title: str) -> None:
    from instructors.report import LEGEND, remarks, table

    out.print(table(found, title))
    out.print(LEGEND, highlight=False)
    for result in found:
        for remark in remarks(result):
            out.print(f"  {result.learner}: {remark}", highlight=False, markup=False, soft_wrap=True)


def _print_proof(summary: dict[str, Any]) -> None:
    over = "of the class's own portfolio" if summary["given"] else f"over {summary['redraws']} portfolios"
    title = f"{summary['block']}: {summary['learners']} learners' samples {over}"
    shown = Table(title=title, title_justify="left")
    for column in ("question", "right accepted", "blanks refused", "traps refused", "guard silent", "wrong marks"):
        shown.add_column(column, justify="left" if column == "question" else "right")
    for question, counts in summary["by_question"].items():
        silent = sum(counts["silent"].values())
        shown.add_row(
            question, *(str(counts[kind]) for kind in ("right", "blank", "trap")), str(silent), str(counts["wrong"])
        )
    out.print(shown)
    for fault in summary["faults"][:20]:
        out.print(
            f"{fault['question']} {fault['learner']}: {fault['detail']}: {fault['fault']}",
            markup=False,
            highlight=False,
        )
    out.print(
        f"{summary['judged']} answers judged, {summary['wrong_marks']} wrong marks, {summary['silent_traps']} traps silent, "
        f"{summary['seconds']} s",
        highlight=False,
    )


if __name__ == "__main__":
    main()
