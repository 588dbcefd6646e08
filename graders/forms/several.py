"""Forms made of several answers: results of a learner's function, and named parts of one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graders.answers import JSON
from graders.errors import ContentError
from graders.forms.options import fold
from graders.forms.reading import Malformed, NotAttempted, Picks, Read, Reading, is_blank, listed, settled, shown
from graders.language import _

if TYPE_CHECKING:
    from graders.forms import Form

MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class ResultsForm:
    """What a learner's function returned on the inputs of the locked cell, in their order.

    >>> ResultsForm(2).read([0.5, {"$number": "nan"}])
    Read(value=(0.5, {'$number': 'nan'}))
    """

    count: int
    label: str = ""

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ContentError(f"Expected 1 result or more, got {self.count!r}.")

    def read(self, raw: JSON, picks: Picks | None = None) -> Reading:
        """Read the results; `picks` are not used, and a single result that is no number spoils only itself.

        Returns
        -------
        Reading
            Its value a tuple of JSON data.
        """
        early = settled(raw)
        if early is not None:
            return early
        items = listed(raw)
        if items is not None and all(is_blank(item) for item in items):
            return NotAttempted()
        if items is None or len(items) != self.count:
            return Malformed(
                _(
                    "Results expected: {count}, one for each input. Got {got}.\n"
                    "Leave the last line of the cell as it was: it calls your function."
                ).format(count=self.count, got=shown(raw))
            )
        return Read(tuple(items))


@dataclass(frozen=True, slots=True)
class PartsForm:
    """Several named answers in one question.

    Attributes
    ----------
    parts
        Form by name of the part.
    """

    parts: dict[str, Form]
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", dict(self.parts))
        if not self.parts:
            raise ContentError("Expected at least one part, got none.")

    def split(self, raw: JSON) -> dict[str, JSON] | NotAttempted | Malformed:
        """Return what was typed for each part, parts left out as None."""
        early = settled(raw)
        if early is not None:
            return early
        pieces: dict[str, JSON] = dict.fromkeys(self.parts)
        if raw == [] or not isinstance(raw, dict | list):
            return self._refused(raw)
        if isinstance(raw, list):
            return dict(zip(pieces, raw, strict=True)) if len(raw) == len(pieces) else self._refused(raw)
        for given, piece in raw.items():
            name = self._name(given)
            if name is None or pieces[name] is not None:
                return self._refused(raw)
            pieces[name] = piece
        return pieces

    def read(self, raw: JSON, picks: Picks | None = None) -> Reading:
        """Read every part.

        Returns
        -------
        Reading
            Its value a dict of part name to that part's own reading; malformed when any part is, with a line for each.
        """
        pieces = self.split(raw)
        if not isinstance(pieces, dict):
            return pieces
        readings = {name: self.parts[name].read(piece, picks) for name, piece in pieces.items()}
        lines = [
            part_line(self.title(name), reading.message)
            for name, reading in readings.items()
            if isinstance(reading, Malformed)
        ]
        if lines:
            return Malformed(at_most_three(lines))
        if all(isinstance(reading, NotAttempted) for reading in readings.values()):
            return NotAttempted()
        return Read(readings)

    def title(self, name: str) -> str:
        """Return what the learner sees of a part."""
        return self.parts[name].label or name

    def _name(self, given: str) -> str | None:
        if given in self.parts:
            return given
        meant = [name for name in self.parts if fold(given) in (fold(name), fold(self.title(name)))]
        return meant[0] if len(meant) == 1 else None

    def _refused(self, raw: JSON) -> Malformed:
        return Malformed(
            _("These parts were expected: {parts}. Got {got}.\nLeave the names of the parts as they were.").format(
                parts=", ".join(self.parts), got=shown(raw)
            )
        )


def part_line(title: str, message: str) -> str:
    """Return one line on one part of a question."""
    return _("{part}: {reply}").format(part=title, reply=" ".join(message.split("\n")))


def at_most_three(lines: list[str]) -> str:
    """Return the lines as one message, what is beyond three only counted."""
    if len(lines) <= MOST_LINES:
        return "\n".join(lines)
    rest = _("Other parts to look at again: {count}.").format(count=len(lines) - MOST_LINES + 1)
    return "\n".join([*lines[: MOST_LINES - 1], rest])
