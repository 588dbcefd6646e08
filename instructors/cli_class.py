"""The command ``situ class new``: a class on a generated portfolio, or on a company's own, checked and proven first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graders.errors import ClassError
from instructors.console import NEEDS_A_HUMAN, AsJson, err, out, print_json, progress, refuse_without_company_libraries

if TYPE_CHECKING:
    from instructors.classes import Class
    from instructors.company.making import Made
    from instructors.company.offering import Wanted
    from instructors.company.report_page import Filed
    from instructors.making import Plan

class_app = typer.Typer(no_args_is_help=True, help="Make a class.")


@class_app.callback()
def _class() -> None:
    """Keep `new` a command of its own, though it is the only one."""


@class_app.command("new")
def class_new(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    block: Annotated[str, typer.Option(help="A block's name, or its folder.")],
    class_id: Annotated[
        str | None, typer.Option("--id", help="nbgrader's course id; the folder's name unless given.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Your own portfolio: CSV or other text, Excel (.xlsx), Parquet. Generated unless given."),
    ] = None,
    contract: Annotated[Path | None, typer.Option(help="Your portfolio's contract; see situ contract draft.")] = None,
    model: Annotated[
        Path | None,
        typer.Option(
            help="Your own model, whose copy learners audit: ONNX, skops, or a pickle. One is fitted unless given."
        ),
    ] = None,
    trust_pickle: Annotated[
        bool, typer.Option("--trust-pickle", help="Open --model though it is a pickle: that runs the code it holds.")
    ] = False,
    without: Annotated[
        list[str] | None, typer.Option(help="A question to leave out, such as 2.3; may be given again.")
    ] = None,
    learners: Annotated[
        int | None, typer.Option(min=1, help="Own portfolio: simulated learners of the proof; 8 unless given.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of the portfolio; random and secret unless given.")] = None,
    variant: Annotated[
        int, typer.Option(min=0, max=1, help="Which planted interaction; change it from cohort to cohort.")
    ] = 0,
    exchange: Annotated[
        Path | None, typer.Option(help="nbgrader's exchange; inside the class folder unless given.")
    ] = None,
    share: Annotated[
        Path | None, typer.Option(help="A folder all learners can read, for the class's data file.")
    ] = None,
    lesson: Annotated[list[str] | None, typer.Option(help="Only this lesson of the block; may be given again.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a class: an nbgrader course directory with a block's lessons.

    Example: situ class new autumn --block credit-xai

    On your own portfolio: situ class new autumn --block credit-xai --data portfolio.csv --contract ours.toml
    """
    from instructors.making import Plan, new_class

    further = {"--without": without, "--learners": learners, "--model": model, "--trust-pickle": trust_pickle}
    _refuse_halves(data, contract, [name for name, value in further.items() if value])
    plan = Plan(block, class_id or _class_id(folder), seed, variant, exchange, share, lessons=tuple(lesson or ()))
    if data is not None and contract is not None:
        refuse_without_company_libraries()
        from instructors.company.offering import Wanted  # reads company files: its libraries are an extra

        wanted = Wanted(data, contract, model, trust_pickle, plan.lessons, tuple(without or ()))
        _new_company_class(folder, plan, wanted, learners, as_json)
        return
    made = new_class(folder.absolute(), plan, say=lambda text: None if as_json else out.print(f"{text} …"))
    if as_json:
        print_json(_as_data(made))
    else:
        _print_next(made, folder)


def _refuse_halves(data: Path | None, contract: Path | None, further: list[str]) -> None:
    """Refuse options that only an own portfolio has, where there is none, and a portfolio without its contract."""
    if (data is None) != (contract is None):
        given, lacking = ("--data", "--contract") if contract is None else ("--contract", "--data")
        raise ClassError(
            f"Expected --data and --contract together, got {given} alone. Give {lacking} too; "
            "a first contract is proposed by: situ contract draft"
        )
    if data is None and further:
        raise ClassError(
            f"Expected {further[0]} together with --data and --contract, got it alone. Give these, or leave it out."
        )


def _new_company_class(folder: Path, plan: Plan, wanted: Wanted, learners: int | None, as_json: bool) -> None:
    from instructors.company.making import LEARNERS, RefusedError, as_data, new_company_class

    count = learners or LEARNERS
    try:
        with progress(as_json) as bar:
            task = bar.add_task("proving", total=count, visible=False)

            def told(done: int) -> None:
                bar.update(task, advance=done, visible=True)

            def say(text: str) -> None:
                if not as_json:
                    bar.console.print(f"{text} …", highlight=False)

            made = new_company_class(folder.absolute(), plan, wanted, say, told, count)
    except RefusedError as refused:
        if as_json:
            print_json({**as_data(refused.filed), "report": str(refused.page), "refused": str(refused)})
        else:
            err.print(f"situ: {refused}", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(NEEDS_A_HUMAN) from refused
    if as_json:
        print_json({**_as_data(made.made), **as_data(made.filed), "report": str(made.page)})
        return
    _print_offer(made, made.filed)
    _print_next(made.made, folder)


def _print_offer(made: Made, filed: Filed) -> None:
    """Say what the class asks, what it leaves out, what was added, and what was proven."""
    from instructors.company.offering import in_words

    proof = filed.proof
    assert proof is not None  # else it was refused
    out.print()
    for line in in_words(filed.offer, filed.block):
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    out.print(
        f"Proven: {len(proof.judged):,} answers of {proof.learners} simulated learners, none with a wrong mark, in "
        f"{proof.seconds:.0f} s.",
        highlight=False,
    )
    out.print(f"The report to file: {made.page}", highlight=False, soft_wrap=True)


def _as_data(made: Class) -> dict[str, object]:
    return {
        "folder": str(made.root),
        "class_id": made.settings.class_id,
        "assignments": list(made.settings.assignments),
    }


def _print_next(made: Class, folder: Path) -> None:
    out.print(f"\nThe class {made.settings.class_id} is in {folder}. Next, there:", highlight=False)
    for assignment in made.settings.assignments:
        out.print(
            f"  nbgrader generate_assignment {assignment} && nbgrader release_assignment {assignment}",
            highlight=False,
            soft_wrap=True,
        )
    out.print(
        f"Learners need one more file, beside the lessons they fetch: {made.delivery_file}",
        highlight=False,
        soft_wrap=True,
    )


def _class_id(folder: Path) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in folder.absolute().name).strip(
        "-"
    )
