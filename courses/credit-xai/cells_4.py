"""Small comparisons of lesson 4: ever fewer applications of one kind, and how little their approval ratio then says.

Goes to learners; used while a case is built. A cell with fewer than ten people of a group is never shown. Where months are too
thin, or there are none, applications are cut into even parts at random, and the titles say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.contract.roles import Protected
from graders.language import number
from graders.references.approval import SLACK, Approvals, approvals, members
from graders.references.explanation import shown
from graders.references.margins import shuffled

ground = load_module(Path(__file__).with_name("case.py"))

FEWEST = 10  # people of a group, below which a cell is never shown
_BANDS = 3
_EVEN = {  # parts of equal size, how many of them make the middle cell, and what the three cells are called
    12: (3, "all applications", "a quarter of them, drawn at random", "a twelfth of them, drawn at random"),
    6: (2, "all applications", "a third of them, drawn at random", "a sixth of them, drawn at random"),
    3: (2, "all applications", "two thirds of them, drawn at random", "a third of them, drawn at random"),
}


class Plan(NamedTuple):
    """A way to cut the applications.

    Attributes
    ----------
    kinds
        The kind of each application; "" where it is not cut by kind.
    parts
        The month of each, or the even part it was drawn into.
    together
        How many neighbouring parts make the middle cell.
    names
        What all parts, the middle cell and one part are called; empty where parts go by their own names.
    """

    kinds: pd.Series[str]
    parts: pd.Series[str]
    together: int
    names: tuple[str, ...] = ()

    @property
    def order(self) -> list[str]:
        """The parts, the first one first."""
        return sorted(self.parts.unique())

    def middle(self, part: str) -> list[str]:
        """Return the parts that make the middle cell around one of them."""
        order = self.order
        return order[self.together * (order.index(part) // self.together) :][: self.together]

    def spans(self, part: str) -> dict[str, tuple[list[str], str]]:
        """Return the cells around one part, with what they are called, largest first."""
        middle = self.middle(part)
        everything, some = self.names[:2] or ("all year", f"{middle[0]} to {middle[-1]}")
        return {"year": (self.order, everything), "quarter": (middle, some)}


class Found(NamedTuple):
    """A cell of the applications: one part of one kind, and its comparison."""

    part: str
    kind: str
    cell: dict[str, Any]


class Cells:
    """The applications of one learner, compared in cells.

    Parameters
    ----------
    base
        The ground.
    approved
        Whether each application of the last year is approved.
    attribute
        Whose groups are compared.
    """

    def __init__(self, base: Any, approved: pd.Series[bool], attribute: Protected) -> None:
        self.base, self.approved, self.attribute = base, approved, attribute
        self.rows: pd.DataFrame = base.audited
        self.line = float(ground.line(base.contract, "air_line"))

    def drawn(self) -> dict[str, Any]:
        """Return one small comparison whose point misleads where there is one, and up to three nested ones for practice."""
        first: tuple[dict[str, Any], list[Found]] | None = None
        for plan in self._plans():
            found = self._mixed(plan)
            if not found:
                continue
            chosen = self._chosen(plan, found)
            if chosen["cell"] is not None:
                return chosen
            first = first or (chosen, found)
        if first is not None:
            return {**first[0], "cell": min(first[1], key=lambda one: sum(one.cell["counts"])).cell}
        whole = self._cell(self.rows, self._titled("", "all applications"))
        return {"cell": None, "nested": {} if whole is None else {"year": whole}}

    # --- how applications are cut ----------------------------------------------------------------------------------------

    def _plans(self) -> Iterator[Plan]:
        """Yield the ways to cut, the finest first: kinds by months, kinds by even parts, even parts of everybody."""
        date = self.base.contract.roles.date
        kinds = [*self._kinds()]
        everybody = pd.Series("", self.rows.index)
        if date is not None:
            months = self.rows[date].astype(str)
            yield from (Plan(kind, months, 3) for kind in kinds)
        for kind in [*kinds, everybody]:
            for count, (together, *names) in _EVEN.items():
                yield Plan(kind, self._even(count), together, tuple(names))

    def _kinds(self) -> Iterator[pd.Series[str]]:
        """Yield kinds of application: by the category with the fewest kinds, three at least; else by bands of a number."""
        counted = {name: self.rows[name].nunique() for name in self.base.contract.categorical}
        enough = [name for name in counted if counted[name] >= 3]
        if enough:
            yield self.rows[min(enough, key=lambda name: counted[name])].astype(str)
            return
        for name in self._numbers():
            bands = self._bands(name)
            if bands.nunique() == _BANDS:
                yield bands
                return

    def _numbers(self) -> list[str]:
        amount, numbers = self.base.contract.roles.amount, self.base.contract.numeric
        heaviest = [str(name) for name in self.base.explained.importance.index if name in numbers]
        return [*([amount] if amount in self.rows.columns else []), *heaviest]

    def _bands(self, name: str) -> pd.Series[str]:
        values = self.rows[name].astype(float)
        ends = np.unique(values.quantile([1 / 3, 2 / 3], interpolation="lower"))
        if len(ends) < _BANDS - 1:
            return pd.Series("", self.rows.index)
        label, (low, high) = self.base.contract.label(name), (number(float(end)) for end in ends)
        words = [f"{label} up to {low}", f"{label} above {low}, up to {high}", f"{label} above {high}"]
        told = np.array(words)[np.searchsorted(ends, values.fillna(-np.inf).to_numpy(), side="left")]
        return pd.Series(told, self.rows.index)

    def _even(self, count: int) -> pd.Series[str]:
        parts = shuffled(self.base.seed, "months", len(self.rows)) % count
        return pd.Series([f"part {part + 1:02d}" for part in parts], self.rows.index)

    # --- which cells are taken -------------------------------------------------------------------------------------------

    def _mixed(self, plan: Plan) -> list[Found]:
        found = []
        for (part, kind), rows in self.rows.groupby([plan.parts.rename("part"), plan.kinds.rename("kind")]):
            cell = self._cell(rows, self._titled(str(kind), plan.names[2] if plan.names else str(part)))
            found += [] if cell is None else [Found(str(part), str(kind), cell)]
        return [found[place] for place in shuffled(self.base.seed, "cell", len(found))]

    def _chosen(self, plan: Plan, mixed: Sequence[Found]) -> dict[str, Any]:
        kinds = sorted({one.kind for one in mixed})  # those with a part that may be shown
        nested = self._kind_below(plan, kinds) or mixed[0].kind
        practised = [one for one in mixed if one.kind == nested]
        month = _misleading(practised, self.line) or practised[0]
        others = [one for one in mixed if one.kind != nested] or [one for one in mixed if one != month]
        asked = _misleading(others, self.line)
        return {"cell": None if asked is None else asked.cell, "nested": self._nested(plan, month)}

    def _kind_below(self, plan: Plan, kinds: Sequence[str]) -> str | None:
        """Return a kind that as a whole lies clearly below the line, while its parts do not; None without one."""
        for place in shuffled(self.base.seed, "kind", len(kinds)):
            rows = self.rows[plan.kinds == kinds[place]]
            counted = approvals(self.approved[rows.index], rows, self.attribute)
            if counted.interval[1] <= self.line - 2 * SLACK:
                return kinds[place]
        return None

    def _nested(self, plan: Plan, of: Found) -> dict[str, dict[str, Any]]:
        """Return all applications of one kind, some of them, and one part of them."""
        kept = plan.kinds == of.kind
        found = {}
        for name, (wanted, when) in plan.spans(of.part).items():
            rows = self.rows[kept & plan.parts.isin(wanted)]
            found[name] = self._cell(rows, self._titled(of.kind, when)) or of.cell
        return {**found, "month": of.cell}

    def _cell(self, rows: pd.DataFrame, title: str) -> dict[str, Any] | None:
        """Return a comparison as data, None where a group has too few people to be shown."""
        compared, reference = members(rows, self.attribute)
        if min(compared.sum(), reference.sum()) < FEWEST:
            return None
        found = approvals(self.approved[rows.index], rows, self.attribute)
        counts = [found.compared_approved, found.compared, found.reference_approved, found.reference]
        return {"title": title, "counts": counts}

    def _titled(self, kind: str, when: str) -> str:
        label = self.base.contract.label(self.attribute.column)
        return f"{label}, {shown(kind)} only, {when}" if kind else f"{label}, {when}"


def _misleading(cells: Sequence[Found], line: float) -> Found | None:
    """Return the first cell whose interval covers the line widely though its point lies below, and whose gap may be chance."""
    for least, slack, most, largest in ((20, 0.05, 0.04, 2.2), (FEWEST, 0.05, 0.02, 2.4), (FEWEST, 0.02, -1.0, 9.0)):
        for one in cells:
            found = Approvals(*one.cell["counts"])
            low, high = found.interval
            wide = low <= line - slack and high >= line + slack
            if found.compared >= least and wide and found.ratio <= line - most and abs(found.z) <= largest:
                return one
    return None
