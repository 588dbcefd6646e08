"""Guesses which column of a company's file is what: outcome, identifier, month, amount, decision, protected attributes.

By the words of the header and by what the values are. A guess is never silent: the draft says it, with what speaks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from instructors.company import headers
from instructors.company.codes import Floats
from instructors.company.looks import Look

_TARGET_ITSELF = {
    "target",
    "y",
    "class",
    "label",
    "outcome",
    "bad",
    "default",
    "gb",
    "good bad",
    "creditability",
    "credit risk",
    "loan status",
}
_OUTCOMES = 3
_DECISIONS = 8
_GROUPS = 12
CUT = 30  # years of age, as in the kit's own portfolio


@dataclass(frozen=True, slots=True)
class Group:
    """A protected attribute: two groups, by value or by a cut."""

    attribute: str
    look: Look
    reference: str
    compared: str
    counts: tuple[int, int]
    cut: float | None = None


@dataclass(frozen=True)
class Guesses:
    """Which look is what, None or nothing where nothing speaks for any."""

    all_looks: tuple[Look, ...]
    personal: frozenset[str]

    @cached_property
    def looks(self) -> list[Look]:
        """The columns that are not to be dropped."""
        return [look for look in self.all_looks if look.header not in self.personal]

    @cached_property
    def target(self) -> Look | None:
        """The outcome: two or three values, and a header that says so; of several the one that says it best, then the last."""
        scored = [(self._says_outcome(look), place, look) for place, look in enumerate(self.looks)]
        best = max((one for one in scored if one[0] > 0), key=lambda one: one[:2], default=None)
        return best[2] if best else None

    def _says_outcome(self, look: Look) -> int:
        if (
            look.kind not in ("number", "words")
            or not 2 <= len(look.levels) <= _OUTCOMES
            or not look.says(headers.TARGET)
        ):
            return 0
        if any(headers.ACCEPTED.is_said_by(text) or headers.REFUSED.is_said_by(text) for text in look.levels.index):
            return 0
        itself = " ".join(headers.words(look.header)) in _TARGET_ITSELF or "target" in headers.words(look.header)
        two, last = len(look.levels) == 2, look is self.looks[-1]
        return 2 + 3 * itself + two + 2 * last

    @cached_property
    def outcome(self) -> dict[str, int | None]:
        """What each value of the target means: 1 bad, 0 good, None for neither yet."""
        if self.target is None:
            return {}
        levels, good_header = self.target.levels, self.target.says(headers.IS_GOOD)
        yes_no = self.target.yes_no
        if yes_no:
            return {text: 1 - value if good_header else value for text, value in yes_no.items()}
        if self.target.is_flag:
            return {text: int((float(text) == 1) != good_header) for text in levels.index}
        said = {
            text: 1 if headers.BAD_OUTCOME.is_said_by(text) else 0 if headers.GOOD_OUTCOME.is_said_by(text) else None
            for text in levels.index
        }
        if {0, 1} <= set(said.values()):
            return dict(sorted(said.items()))
        if len(levels) == 2:
            bad = next((text for text, value in said.items() if value == 1), None)
            good = next((text for text, value in said.items() if value == 0), None)
            rarer = bad or next(text for text in reversed(levels.index) if text != good)
            return {text: int(text == rarer) for text in sorted(levels.index)}
        good_text = min(levels.index, key=float) if self.target.kind == "number" else levels.index[0]
        return {text: int(text != good_text) for text in sorted(levels.index)}

    @cached_property
    def bad(self) -> Floats:
        """1 for bad, 0 for good, nan where not known or where there is no target."""
        if self.target is None:
            return np.full(len(self.all_looks[0].column) if self.all_looks else 0, np.nan)
        return self.target.texts.map(self.outcome).to_numpy(dtype=np.float64)

    @cached_property
    def identifier(self) -> Look | None:
        """What tells rows apart: different in every row; personal numbers too, for they are replaced by pseudonyms."""
        unique = [look for look in self.all_looks if look.is_unique and look is not self.target]
        unique = [look for look in unique if look.kind == "words" or look.is_whole]
        named = [look for look in unique if look.says(headers.IDENTIFIER) and look.header not in self.personal]
        running = [
            look for look in unique if look.is_running or (look.kind == "words" and look.header not in self.personal)
        ]
        return next(iter([*named, *running]), None)

    @cached_property
    def date(self) -> Look | None:
        """The month of a row: dates in every row; those of applications first."""
        dates = [look for look in self.looks if look.kind == "date" and look.months.values.notna().all()]
        dates = [look for look in dates if not look.says(headers.BIRTH) and not look.months.mixed]
        return next(iter([*(look for look in dates if look.says(headers.APPLICATION)), *dates]), None)

    @cached_property
    def amount(self) -> Look | None:
        """The money at stake."""
        numbers = [look for look in self._free() if look.kind == "number" and len(look.levels) > 10]
        named = [look for look in numbers if look.says(headers.AMOUNT)]
        lent = ("loan", "credit", "kredit", "pret", "prestamo", "darlehen", "prestito", "limit")
        return next(iter([*(one for one in named if set(lent) & set(headers.words(one.header))), *named]), None)

    @cached_property
    def decision(self) -> Look | None:
        """What was decided: a few words, one of which says that it was accepted."""
        few = [
            look for look in self._free() if look.kind in ("number", "words") and 2 <= len(look.levels) <= _DECISIONS
        ]
        by_value = [look for look in few if any(headers.ACCEPTED.is_said_by(text) for text in look.levels.index)]
        named = [look for look in few if look.says(headers.DECISION)]
        return next(iter([*by_value, *named]), None)

    @cached_property
    def accepted(self) -> str:
        """The decision's value for what was accepted."""
        if self.decision is None:
            return ""
        levels = list(self.decision.levels.index)
        said = [text for text in levels if headers.ACCEPTED.is_said_by(text) and not headers.REFUSED.is_said_by(text)]
        yes = [text for text, value in (self.decision.yes_no or {}).items() if value] + [
            one for one in levels if one == "1"
        ]
        refusal = {"declined", "rejected", "refuse"} & set(headers.words(self.decision.header))
        other = [text for text in levels if text not in yes] if refusal else yes
        return str(next(iter([*said, *other, *levels])))

    @cached_property
    def groups(self) -> list[Group]:
        """Candidates for protected attributes, each with its largest group as the reference."""
        found = []
        taken = [
            look for look in (self.target, self.identifier, self.date, self.amount, self.decision) if look is not None
        ]
        for look in self.looks:
            attribute = next((name for name, meaning in headers.PROTECTED.items() if look.says(meaning)), None)
            if attribute is None and look.says(headers.BIRTH) and look.kind == "number":
                attribute = "age"
            if attribute is None or any(look is one for one in taken):
                continue
            group = _cut(attribute, look) if _is_measure(look) else _largest(attribute, look)
            found += [group] if group else []
        return found

    def _free(self) -> Iterable[Look]:
        taken = [look for look in (self.target, self.identifier, self.date) if look is not None]
        return [look for look in self.looks if not any(look is one for one in taken)]


def _is_measure(look: Look) -> bool:
    return look.kind == "number" and len(look.levels) > _GROUPS


def _cut(attribute: str, look: Look) -> Group | None:
    there = look.numbers[~np.isnan(look.numbers)]
    cut = float(CUT)
    if not 0.05 <= float((there < cut).mean()) <= 0.95:
        cut = float(f"{np.median(there):.3g}")
    below = int((there < cut).sum())
    above = len(there) - below
    if not min(below, above):
        return None
    names = [f"<{cut:.12g}", f">={cut:.12g}"]
    reference, compared = names if below > above else names[::-1]
    whole = int(cut) if cut == int(cut) else cut
    return Group(attribute, look, reference, compared, (max(below, above), min(below, above)), whole)


def _largest(attribute: str, look: Look) -> Group | None:
    if look.kind not in ("words", "number") or not 2 <= len(look.levels) <= _GROUPS:
        return None
    reference, compared = str(look.levels.index[0]), str(look.levels.index[1])
    return Group(attribute, look, reference, compared, (int(look.levels.iloc[0]), int(look.levels.iloc[1])))
