"""A short list as a table that is never cut off: what is asked about, with its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Listing:
    """Lines of a name and what it means, in order; shown as a table, in text as lines."""

    lines: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        width = max((len(name) for name, _ in self.lines), default=0)
        return "\n".join(f"{name:<{width}}  {meaning}" for name, meaning in self.lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{escape(name)}</th>'
            f'<td style="text-align:left">{escape(meaning)}</td></tr>'
            for name, meaning in self.lines
        )
        return f"<table>{rows}</table>"


def listing(named: Mapping[str, str]) -> Listing:
    """Return names with their meanings as a table.

    >>> listing({"dti": "Debt service to income"})
    dti  Debt service to income
    """
    return Listing(tuple((str(name), str(meaning)) for name, meaning in named.items()))
