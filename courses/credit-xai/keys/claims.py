"""How a bank of claims is judged: claims that the case decides, claims that nothing in it can, and the replies to wrong verdicts.

Serves every question that asks for a verdict on sentences. It knows no claim itself; each bank stands in a file of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from graders.expectations import Trap

SUPPORTED, CONTRADICTED, CANNOT = "supported", "contradicted", "cannot"
OPTIONS = {SUPPORTED: "supported", CONTRADICTED: "contradicted", CANNOT: "cannot be known from this"}
Holds = Callable[[Any, Any], bool]


class Readable(NamedTuple):
    """Two claims that the case decides, one the opposite of the other or the same with another figure.

    Attributes
    ----------
    claim, opposite
        Their names.
    holds
        Whether the first one holds, from the case and what the claim is about (columns, files, numbers).
    trap, misread
        The misconception behind the wrong one of the two verdicts, and its reply; what the claim is about fills its places,
        where that has names.
    where
        Reply to whoever says it cannot be known, likewise.
    other
        Whether the second one holds, where its text has values of its own; without, where the first does not.
    """

    claim: str
    opposite: str
    holds: Holds
    trap: str
    misread: str
    where: str
    other: Holds | None = None

    def is_true(self, claim: str, case: Any, about: Any) -> bool:
        """Return whether one of the two claims holds."""
        if claim == self.claim:
            return self.holds(case, about)
        return self.other(case, about) if self.other else not self.holds(case, about)


class Beyond(NamedTuple):
    """A claim that nothing in this lesson can decide, with a reply to either verdict; each names the missing evidence."""

    claim: str
    supported: str
    contradicted: str


class Bank(NamedTuple):
    """All claims of one question, by name; and the names by the number under which a case has them, where it has numbers."""

    names: Mapping[str, str]
    readable: Mapping[str, Readable]
    beyond: Mapping[str, Beyond]

    @classmethod
    def of(cls, names: Mapping[str, str], readable: Iterable[Readable], beyond: Iterable[Beyond]) -> Bank:
        """Return the bank of these claims; `names` is empty where a case has them by name."""
        pairs = {name: pair for pair in readable for name in (pair.claim, pair.opposite)}
        return cls(names, pairs, {claim.claim: claim for claim in beyond})

    def verdict(self, case: Any, statement: Mapping[str, Any]) -> str:
        """Return the right verdict on one statement of the case."""
        claim = self._named(statement)
        if claim in self.beyond:
            return CANNOT
        return SUPPORTED if self.readable[claim].is_true(claim, case, statement["about"]) else CONTRADICTED

    def replies(self, case: Any, statement: Mapping[str, Any]) -> dict[str, Trap]:
        """Return the reply to each wrong verdict on one statement."""
        claim, about = self._named(statement), statement["about"]
        if claim in self.beyond:
            beyond = self.beyond[claim]
            return {
                SUPPORTED: Trap(f"{claim}-believed", SUPPORTED, beyond.supported),
                CONTRADICTED: Trap(f"{claim}-denied", CONTRADICTED, beyond.contradicted),
            }
        pair = self.readable[claim]
        wrong = CONTRADICTED if self.verdict(case, statement) == SUPPORTED else SUPPORTED
        return {
            wrong: Trap(pair.trap, wrong, _filled(pair.misread, about)),
            CANNOT: Trap(f"{pair.trap}-not-read", CANNOT, _filled(pair.where, about)),
        }

    def _named(self, statement: Mapping[str, Any]) -> str:
        claim = statement["claim"]
        return self.names[claim] if self.names else claim


def _filled(text: str, about: Any) -> str:
    return text.format(**about) if isinstance(about, Mapping) else text
