"""What an examination finds: one sentence per thing looked at, whether it holds, and what to do where it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text


class Standing(StrEnum):
    """How one thing stands. `LOOK` is worth a thought; only `FAILS` asks for something to be done before grading."""

    HOLDS = "holds"
    LOOK = "look"
    FAILS = "fails"


_STYLES = {Standing.HOLDS: "green", Standing.LOOK: "yellow", Standing.FAILS: "red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is about, how it stands, a sentence on it, and what to do, if anything."""

    about: str
    standing: Standing
    says: str
    do: str = ""


def conclusion(found: Sequence[Finding]) -> str:
    """Return the findings in one sentence."""
    if not holds(found):
        return "Something does not hold: see what is marked as failing."
    if any(one.standing is Standing.LOOK for one in found):
        return "All that is needed holds; have a look at what is marked so."
    return "All holds."


def holds(found: Sequence[Finding]) -> bool:
    """Tell whether nothing fails."""
    return not any(one.standing is Standing.FAILS for one in found)


def as_data(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return the findings as JSON data."""
    return [asdict(one) for one in found]


def table(found: Sequence[Finding], title: str) -> Table:
    """Return the findings as a table; what to do stands below what it is about."""
    shown = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_header=False)
    shown.add_column(no_wrap=True)
    shown.add_column(max_width=28)
    shown.add_column()
    for one in found:
        words = Text(one.says)
        if one.do:
            label = "To do" if one.standing is Standing.FAILS else "Better"
            words.append(f"\n{label}: {one.do}", style="bold")
        shown.add_row(Text(one.standing, style=_STYLES[one.standing]), Text(one.about), words)
    return shown
