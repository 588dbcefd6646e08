"""The pre-flight: what a portfolio has for a class, line by line, before anything is built of it. Changes no value.

`general_checks` holds for every block; what a block itself needs, it says in its own ``company/preflight.py``, which no
learner gets, and which runs here. No line crashes on a table that keeps to its contract: what cannot be measured is said to be so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from graders.content import load_module
from graders.contract import Contract
from instructors.company import preflight_columns as columns
from instructors.company import preflight_rows as rows
from instructors.company.checks import Check, Light, green

if TYPE_CHECKING:
    from instructors.content import Block

__all__ = [
    "Check",
    "Light",
    "block_checks",
    "block_notes",
    "block_preflight",
    "copy_checks",
    "copy_sentence",
    "general_checks",
]


def general_checks(table: pd.DataFrame, contract: Contract) -> list[Check]:
    """Return what every block asks of a portfolio.

    Parameters
    ----------
    table
        A table that passed `check_table`.
    contract
        What its columns mean.
    """
    found = [
        rows.size(table),
        green("identifiers", f"`{contract.roles.id}` is different in all {len(table):,} rows."),
        rows.outcomes(table, contract),
        rows.decisions(table, contract),
        *rows.groups(table, contract),
        *rows.months(table, contract),
        rows.approval(contract),
        columns.count(contract),
        columns.constant(table, contract),
        columns.missing(table, contract),
        *columns.doubles(table, contract),
        *columns.categories(table, contract),
        columns.unseen(table, contract),
        columns.leaks(table, contract),
        columns.late(table, contract),
        columns.one_value_on_refused(table, contract),
        columns.large_numbers(table, contract),
        columns.disguised(table, contract),
    ]
    return [check for check in found if check is not None]


def block_preflight(block: Block) -> Any | None:
    """Return the block's own pre-flight as a module, None when it has none."""
    return _own(block, "preflight.py")


def block_notes(block: Block) -> Any | None:
    """Return the module with what the block's lessons say of a company's portfolio, None when it has none."""
    return _own(block, "notes.py")


def copy_checks(block: Block, table: pd.DataFrame, contract: Contract) -> list[Check]:
    """Return how good the block's copy of the organisation's own model is; nothing where the contract has no score."""
    own = None if contract.roles.score is None else _own(block, "copied.py")
    return [] if own is None else list(own.checks(table, contract))


def copy_sentence(block: Block, table: pd.DataFrame, contract: Contract) -> str:
    """Return what the block's lessons say of that copy, "" where the model under audit is none."""
    own = None if contract.roles.score is None else _own(block, "copied.py")
    return "" if own is None else str(own.sentence(table, contract))


def _own(block: Block, name: str) -> Any | None:
    file = block.folder / "company" / name
    return load_module(file) if file.is_file() else None


def block_checks(block: Block, table: pd.DataFrame, contract: Contract) -> list[Check]:
    """Return what this block asks of a portfolio; parameters as of `general_checks`."""
    own = block_preflight(block)
    return [] if own is None else list(own.checks(table, contract))
