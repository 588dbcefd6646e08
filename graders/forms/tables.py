"""Forms that hold one option a row: verdicts on statements, or names mapped to options. Knows no right option."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graders.answers import JSON
from graders.forms.options import Menu, Options, menu, tidy
from graders.forms.reading import (
    Malformed,
    NotAttempted,
    Picks,
    Read,
    Reading,
    is_blank,
    listed,
    settled,
    shorten,
    shown,
)
from graders.language import _


@dataclass(frozen=True, slots=True)
class TableForm:
    """One option for each row; rows are statements by id.

    >>> form = TableForm({"a": "Income matters", "b": "Age causes it"}, {"yes": "Supported", "no": "Contradicted"})
    >>> form.read({"a": "supported", "b": ...})
    Read(value={'a': 'yes', 'b': None})
    """

    rows: Options
    options: Options
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tidy(self.rows))
        object.__setattr__(self, "options", tidy(self.options))

    def read(self, raw: JSON, picks: Picks | None = None) -> Reading:
        """Read a dict of row to option, or a list with one option for each row in the order shown.

        Returns
        -------
        Reading
            Its value a dict of row id to option id, None for a row still blank.
        """
        early = settled(raw)
        if early is not None:
            return early
        rows, choices = menu(self.rows, picks), menu(self.options, picks)
        cells = _cells(raw, rows)
        if cells is None:
            return Malformed(
                _("One choice for each row was expected, got {got}.\nFill the rows in as they stand.").format(
                    got=shown(raw)
                )
            )
        return _read_cells(cells, rows, choices, lambda row: self.row_name(row, picks))

    def row_name(self, row: str, picks: Picks | None) -> str:
        """Return how a row is called to the learner: a statement by its number, which is how it stands in the form."""
        rows = list(menu(self.rows, picks).labels or ())
        return str(rows.index(row) + 1) if row in rows else row


@dataclass(frozen=True, slots=True)
class MappingForm(TableForm):
    """One option for each name; as `TableForm`, with names as rows."""

    def row_name(self, row: str, picks: Picks | None) -> str:
        """Return the name's label."""
        return menu(self.rows, picks).label(row)


def _cells(raw: JSON, rows: Menu) -> list[tuple[str, JSON]] | None:
    """Return row and option as typed; None when the answer is no table of these rows at all."""
    items = listed(raw)
    if items is not None and rows.labels is not None and not (isinstance(raw, dict) and set(raw) & set(rows.labels)):
        return list(zip(rows.labels, items, strict=True)) if len(items) == len(rows.labels) else None
    return list(raw.items()) if isinstance(raw, dict) else None


def _read_cells(cells: list[tuple[str, JSON]], rows: Menu, choices: Menu, row_name: Callable[[str], str]) -> Reading:
    read: dict[str, str | None] = dict.fromkeys(rows.labels or ())
    seen = set()
    for row, raw in cells:
        name = rows.find(row)
        if name is None:
            return Malformed(
                _("A row of the question was expected, got {got}.\nLeave the names of the rows as they were.").format(
                    got=shown(row)
                )
            )
        if name in seen:
            return Malformed(
                _("Each row was expected once, got {row} twice.\nKeep one of them.").format(row=shorten(row_name(name)))
            )
        seen.add(name)
        read[name] = None if is_blank(raw) else choices.find(raw)
        if read[name] is None and not is_blank(raw):
            template = _("Row {row}: {problem}")
            return Malformed(template.format(row=shorten(row_name(name)), problem=choices.refusal(raw)))
    return Read(read) if any(option is not None for option in read.values()) else NotAttempted()
