"""The commands ``situ contract draft`` and ``situ contract check``: a company's own portfolio, before a class is made of it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from graders.contract import FileSettings
from graders.errors import DataError
from instructors.console import FINE, NEEDS_A_HUMAN, AsJson, err, out, print_json, refuse_without_company_libraries

contract_app = typer.Typer(no_args_is_help=True, help="Describe your own portfolio, and check it.")

Portfolio = Annotated[Path, typer.Argument(help="Your portfolio: CSV or other text, Excel (.xlsx), Parquet.")]
ForBlock = Annotated[str, typer.Option("--block", help="The block it is for: its name, or its folder.")]


@contract_app.command("draft")
def contract_draft(
    file: Portfolio,
    block: ForBlock,
    output: Annotated[
        Path | None, typer.Option(help="Where to write the contract; it is printed unless given.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Which sheet of an Excel file.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a contract that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Propose a contract from your portfolio, with a comment on each line; you correct it.

    Example: situ contract draft portfolio.csv --block credit-xai --output ours.toml
    """
    refuse_without_company_libraries()
    from instructors.company.draft import draft
    from instructors.company.reading import read_portfolio
    from instructors.content import find_block

    wanted = find_block(block)
    if output is not None and output.exists() and not force:
        raise DataError(
            f"Expected no file at {output} yet, got one. Name another with --output, or overwrite it with --force."
        )
    text = draft(read_portfolio(file, FileSettings(sheet=sheet)), file.name)
    if sheet is not None:
        text = text.replace("\n# sheet = ", "\nsheet = ", 1)  # what was asked for is no suggestion
    if output is not None:
        output.write_text(text, encoding="utf-8")
    if as_json:
        print_json({"contract": text, "output": None if output is None else str(output)})
    elif output is None:
        out.print(text, highlight=False, markup=False, soft_wrap=True, end="")
    else:
        next_step = f"situ contract check {file} {output} --block {wanted.name}"
        out.print(f"Written: {output}. Correct it, then: {next_step}", highlight=False, markup=False, soft_wrap=True)


@contract_app.command("check")
def contract_check(
    file: Portfolio,
    contract: Annotated[Path, typer.Argument(help="Its contract.")],
    block: ForBlock,
    as_json: AsJson = False,
) -> None:
    """Say all that keeps a class from being made of your portfolio, with the line to write, and what it would go without.

    Example: situ contract check portfolio.csv ours.toml --block credit-xai
    """
    refuse_without_company_libraries()
    from instructors.company.checking import conclusion, lights, read_as
    from instructors.company.offering import Wanted, as_offered, in_words, offered
    from instructors.content import find_block

    wanted = find_block(block)
    with err.status("reading …", spinner="dots"):
        offer = offered(Wanted(file, contract), wanted, secrets.token_bytes(32), seed=0)
    found = offer.examined
    if as_json:
        print_json(offer.as_data())
    else:
        if found.how:
            out.print(read_as(found.how), highlight=False, markup=False, soft_wrap=True)
        for problem in found.problems:
            out.print(f"• {problem}", highlight=False, markup=False, soft_wrap=True)
        if found.personal or found.checks:
            out.print(lights(found))
        out.print(conclusion(found), highlight=False)
        if offer.portfolio is not None:
            for line in ("", "A class of it:", *in_words(offer, as_offered(wanted, offer))):
                out.print(line, highlight=False, markup=False, soft_wrap=True)
            out.print(
                f"Next: situ class new FOLDER --block {wanted.name} --data {file} --contract {contract}", soft_wrap=True
            )
    raise typer.Exit(FINE if found.holds else NEEDS_A_HUMAN)
