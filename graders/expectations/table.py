"""One option a row: verdicts on statements, or names mapped to options; corrected for guessing."""

from __future__ import annotations

import re
from collections import abc
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graders.answers import JSON
from graders.errors import ContentError
from graders.expectations.base import Expectation, Trap, check_reply, right_text
from graders.expectations.choice import among, names_of, respelled
from graders.forms import MappingForm, TableForm
from graders.forms.options import GivenOptions, menu, tidy
from graders.forms.reading import Picks, shorten
from graders.language import _

RowReplies = abc.Mapping[str, abc.Mapping[str, str | Trap]]


@dataclass(frozen=True, slots=True)
class Table(Expectation):
    """One option is expected for every row.

    With p the share of right rows and m the number of options, the score is (p - 1/m) / (1 - 1/m), never below 0, so that
    guessing earns next to nothing. A row left blank is a row not right.

    Parameters
    ----------
    expected
        Right option by row; several acceptable options where the case is on the line.
    rows, options
        Ids with labels, a list of names, or a `Pick`.
    label, traps, wrong
        As in `Number`; a trap is a whole answer.
    per_row_replies
        By row and wrong option: the reply, or a `Trap` for a name of its own (its answer is not used). They are exposed as
        traps ``"<row>:<name>"``; the first wrong row that has a reply is the one the learner reads about.

    Raises
    ------
    ContentError
        When a row or option is unknown, or there is but one option.

    >>> asked = Table({"a": "yes", "b": "no"}, {"a": "Income counts", "b": "Age counts"}, ["yes", "no", "unknown"])
    >>> asked.judge({"a": "Yes", "b": "unknown"}).score
    0.25
    """

    expected: abc.Mapping[str, str | Collection[str]]
    rows: GivenOptions
    options: GivenOptions
    label: str = ""
    traps: Sequence[Trap] = ()
    per_row_replies: RowReplies = field(default_factory=dict)
    wrong: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "expected", {str(row): names_of(names) for row, names in self.expected.items()})
        object.__setattr__(self, "rows", tidy(self.rows))
        object.__setattr__(self, "options", tidy(self.options))
        object.__setattr__(self, "traps", tuple(self.traps))
        object.__setattr__(self, "per_row_replies", dict(self._named_replies()))
        form = self.form
        among([name for names in self.expected.values() for name in names], form.options, "expected")
        among([*self.expected, *self.per_row_replies], form.rows, "rows")
        among([name for replies in self.per_row_replies.values() for name in replies], form.options, "per_row_replies")
        missing = [row for row in form.rows if row not in self.expected] if isinstance(form.rows, dict) else []
        if missing or not self.expected or not all(self.expected.values()):
            raise ContentError(f"Expected a right option for every row, got none for {missing or 'some'}.")
        if isinstance(form.options, dict) and len(form.options) < 2:
            raise ContentError("Expected two options or more to choose from, got one.")
        if self.wrong:
            check_reply(self.wrong, "wrong")

    def _named_replies(self) -> Iterator[tuple[str, dict[str, Trap]]]:
        for row, replies in self.per_row_replies.items():
            yield str(row), {str(option): _row_trap(str(row), str(option), reply) for option, reply in replies.items()}

    @property
    def form(self) -> TableForm:
        """The rows and the options."""
        return TableForm(self.rows, self.options, self.label)  # type: ignore[arg-type]  # tidied above

    def right_answers(self) -> list[JSON]:
        """Return the whole table, then with other acceptable options, in another order, as labels, as a list."""
        first = self._right()
        last = {row: tuple(names)[-1] for row, names in self.expected.items()}
        rows, options = menu(self.form.rows, None), self.form.options
        spelled: list[JSON] = [dict(zip(first, way, strict=True)) for way in respelled(list(first.values()), options)]
        spelled.append({rows.label(row): name for row, name in first.items()})
        spelled.append([first[row] for row in rows.labels or first])
        return [first, last, dict(reversed(first.items())), *self._read_alike(first, spelled)]

    def _right(self) -> dict[str, str]:
        return {row: next(iter(names)) for row, names in self.expected.items()}

    def _traps(self) -> Iterator[Trap]:
        yield from self.traps
        right = self._right()
        for row, replies in self.per_row_replies.items():
            for option, trap in replies.items():
                assert isinstance(trap, Trap)  # made one in __post_init__
                yield Trap(trap.name, {**right, row: option}, trap.reply)

    def _wrong_rows(self, value: abc.Mapping[str, str | None]) -> list[str]:
        return [row for row, names in self.expected.items() if value.get(row) not in names]

    def _score(self, value: Any, picks: Picks | None) -> float:
        wrong = len(self._wrong_rows(value))
        if not wrong:
            return 1.0
        labels = menu(self.form.options, picks).labels
        chance = 1.0 / max(2, len(labels)) if labels is not None else 0.0
        return max(0.0, (1.0 - wrong / len(self.expected) - chance) / (1.0 - chance))

    def _recognised(self, value: Any) -> Trap | None:
        for (trap, known), _whole in zip(self._guarded(), self.traps, strict=False):  # whole answers come first
            if known is not None and self._same(value, known):
                return trap
        return next(self._row_traps(value), None)

    def _trap_reply(self, trap: Trap, picks: Picks | None) -> str:
        row = next((row for row, replies in self.per_row_replies.items() if trap in replies.values()), None)
        if row is None:
            return trap.reply
        return _("{row}: {reply}").format(row=shorten(menu(self.form.rows, picks).label(row)), reply=trap.reply)

    def _row_traps(self, value: abc.Mapping[str, str | None]) -> Iterator[Trap]:
        for row in self._wrong_rows(value):
            trap = self.per_row_replies.get(row, {}).get(value.get(row) or "")
            if isinstance(trap, Trap):
                yield trap

    def _same(self, value: Any, known: Any) -> bool:
        return all(value.get(row) == known.get(row) for row in self.expected)

    def _reply(self, value: Any, score: float, picks: Picks | None) -> str:
        if score >= 1.0:
            return right_text()
        if self.wrong and score <= 0.0:
            return self.wrong
        wrong = self._wrong_rows(value)
        return _("Rows that are right: {good} of {count}.\nLook again at: {rows}.").format(
            good=len(self.expected) - len(wrong),
            count=len(self.expected),
            rows=", ".join(shorten(self.form.row_name(row, picks), 40) for row in wrong),
        )


@dataclass(frozen=True, slots=True)
class Mapping(Table):
    """One option is expected for every name; judged as a `Table` whose rows are names.

    >>> Mapping({"dti": "raises", "income": "lowers"}, ["dti", "income"], ["raises", "lowers"]).judge(["raises", "lowers"]).score
    1.0
    """

    @property
    def form(self) -> MappingForm:
        """The names and the options."""
        return MappingForm(self.rows, self.options, self.label)  # type: ignore[arg-type]  # tidied in __post_init__


def _row_trap(row: str, option: str, reply: str | Trap) -> Trap:
    """Return a reply as a trap of its row; a bare text is named after the wrong option."""
    if isinstance(reply, Trap):
        return reply if reply.name.startswith(f"{row}:") else Trap(f"{row}:{reply.name}", option, reply.reply)
    slug = re.sub(r"[^a-z0-9]+", "-", option.casefold()).strip("-")
    return Trap(f"{row}:{slug or 'other'}", option, reply)
