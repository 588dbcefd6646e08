"""The command ``situ doctor``: examines the machine, and a class on it, and says what holds and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from instructors.console import FINE, NEEDS_A_HUMAN, AsJson, err, out, print_json


def doctor(
    folder: Annotated[Path | None, typer.Argument(help="The class folder; the machine alone unless given.")] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="How many submissions run at a time; as the class's settings say unless given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Examine this machine and a class: whether submissions are sealed, tried from inside, and all else that grading needs.

    Example: situ doctor autumn
    """
    from instructors.classes import open_class
    from instructors.doctor import examine
    from instructors.doctor.findings import as_data, conclusion, holds, table

    made = None if folder is None else open_class(folder)
    with err.status("", spinner="dots") as status:
        parts = examine(made, jobs, lambda text: status.update(f"{text} …"))
    everything = [one for part in parts.values() for one in part]
    is_well = holds(everything)
    if as_json:
        print_json({"holds": is_well, "findings": {part: as_data(found) for part, found in parts.items()}})
    else:
        for part, found in parts.items():
            out.print(table(found, part))
        out.print(conclusion(everything), highlight=False)
    raise typer.Exit(FINE if is_well else NEEDS_A_HUMAN)
