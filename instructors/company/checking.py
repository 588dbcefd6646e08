"""From a company's file and its contract to all that is to be said of them before a class is made. Makes nothing."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from graders.contract import Contract, check_table, normalised, parse_contract, read_contract
from graders.errors import DataError
from instructors.company.adding import Portfolio, with_gaps_as_level
from instructors.company.delivered import delivered_contract
from instructors.company.personal import PersonalFinding, personal_data
from instructors.company.preflight import Check, Light, block_checks, general_checks
from instructors.company.preparing import prepare
from instructors.company.reading import read_portfolio

if TYPE_CHECKING:
    from instructors.content import Block

_STYLES = {Light.GREEN: "green", Light.AMBER: "yellow", Light.RED: "red"}
_HOW = ("format", "sheet", "encoding", "separator", "decimal", "thousands", "header", "left out")


@dataclass(frozen=True)
class Examined:
    """What a portfolio and its contract are found to be.

    Attributes
    ----------
    problems
        What keeps the file from becoming the contract's table; with any, there are no checks.
    how
        How the file was read.
    personal
        What tells of a person in columns that learners would get.
    checks
        The lines of the pre-flight, of every block and of this one.
    contract
        The company's own; None where there are problems.
    portfolio
        The table, and the contract as learners would get it; None where there are problems.
    """

    problems: tuple[str, ...] = ()
    how: Mapping[str, str] = field(default_factory=dict)
    personal: tuple[PersonalFinding, ...] = ()
    checks: tuple[Check, ...] = ()
    contract: Contract | None = None
    portfolio: Portfolio | None = None

    @property
    def holds(self) -> bool:
        """Whether a class can be made of it: no problem, nothing red, nobody to be recognised."""
        return not self.problems and not self.personal and all(check.light is not Light.RED for check in self.checks)

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON data."""
        switched_off = {name for check in self.checks for name in check.switches_off}
        return {
            "holds": self.holds,
            "problems": list(self.problems),
            "read": dict(self.how),
            "rows": None if self.portfolio is None else len(self.portfolio.table),
            "personal": [asdict(finding) for finding in self.personal],
            "checks": [asdict(check) for check in self.checks],
            "switched_off": sorted(switched_off),
        }


def examine(file: Path, contract_file: Path, block: Block, secret: bytes | None = None) -> Examined:
    """Return all that is to be said of a company's file under its contract, for a block.

    Parameters
    ----------
    file
        The company's portfolio.
    contract_file
        Its contract, with `[file]`.
    secret
        The key of the class's pseudonyms; a passing one unless given.
    """
    try:
        contract = read_contract(contract_file)
    except DataError as error:
        return Examined(_lines(error))
    try:
        raw = read_portfolio(file, contract.file)
    except DataError as error:
        return Examined(_lines(error))
    personal = tuple(personal_data(raw, _kept(contract)))
    try:
        table = prepare(raw, contract, secret or secrets.token_bytes(32))
        check_table(table, contract)
    except DataError as error:
        return Examined(_lines(error), raw.how, personal)
    portfolio = _as_class(table, contract_file)
    checks = (*general_checks(table, contract), *block_checks(block, portfolio.table, portfolio.contract))
    return Examined((), raw.how, personal, checks, contract, portfolio)


def _as_class(table: pd.DataFrame, contract_file: Path) -> Portfolio:
    """Return a table that keeps to its contract, with the contract as learners get it."""

    def read(text: str) -> Contract:
        return parse_contract(text, contract_file)

    text = delivered_contract(contract_file)
    return with_gaps_as_level(Portfolio(table, read(text), text), read)


def _kept(contract: Contract) -> list[str]:
    """Return the headers of the columns whose values learners would see."""
    hidden = set(contract.file.pseudonymise)
    return [normalised(contract.header(name)) for name in contract.columns if name not in hidden]


def _lines(error: DataError) -> tuple[str, ...]:
    return tuple(str(error).splitlines())


def lights(examined: Examined) -> Table:
    """Return the pre-flight as a table; what follows and what to do stand below what was found."""
    shown = Table(
        title="Pre-flight", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_header=False
    )
    shown.add_column(no_wrap=True)
    shown.add_column(max_width=28)
    shown.add_column()
    for check in (*map(_as_check, examined.personal), *examined.checks):
        words = Text(check.found)
        if check.consequence and check.light is not Light.GREEN:
            words.append(f"\n{check.consequence}")
        if check.do:
            words.append(f"\nTo do: {check.do}" if check.light is Light.RED else f"\nBetter: {check.do}", style="bold")
        shown.add_row(Text(str(check.light), style=_STYLES[check.light]), Text(check.name), words)
    return shown


def _as_check(finding: PersonalFinding) -> Check:
    found = f'"{finding.column}": {finding.kind} in {finding.share:.0%} of {finding.looked_at:,} values, like {finding.example}'
    return Check("personal data", Light.RED, found, "No class is made of it.", finding.do)


def conclusion(examined: Examined) -> str:
    """Return what was found in one sentence."""
    counts = Counter(check.light for check in examined.checks)
    if examined.problems:
        count = len(examined.problems)
        return f"{count} {'problem' if count == 1 else 'problems'}: no table can be made of this file under this contract yet."
    told = (
        f"{counts[Light.GREEN]} green, {counts[Light.AMBER]} amber, {counts[Light.RED] + len(examined.personal)} red."
    )
    return (
        f"{told} Nothing stands against a class of it."
        if examined.holds
        else f"{told} Mend the red before a class is made of it."
    )


def read_as(raw_how: Mapping[str, str]) -> str:
    """Return how a file was read, in one line.

    >>> read_as({"format": "text", "separator": ";", "thousands": ""})
    'Read as: format text, separator ;'
    """
    called = {" ": "space"}
    said = [f"{name} {called.get(raw_how[name], raw_how[name])}" for name in _HOW if raw_how.get(name)]
    return "Read as: " + ", ".join(said)
