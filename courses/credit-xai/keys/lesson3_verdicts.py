"""How a bank of claims is judged: claims that the case decides, claims that nothing in it can, and the replies to wrong verdicts.

Belongs to `lesson3_claims.py`. It knows no claim itself; the banks are `lesson3_outputs.py` and `lesson3_slides.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from graders.expectations import Trap

SUPPORTED, CONTRADICTED, CANNOT = "supported", "contradicted", "cannot"
OPTIONS = {SUPPORTED: "supported", CONTRADICTED: "contradicted", CANNOT: "cannot be known from this"}
Holds = Callable[..., bool]


class Readable(NamedTuple):
    """Two claims that the case decides, one the opposite of the other or the same with another figure.

    Attributes
    ----------
    claim, opposite
        Their names.
    holds
        Whether the first one holds, from the case and the values in its text, in their order.
    trap, misread
        The misconception behind the wrong one of the two verdicts, and its reply.
    where
        Reply to whoever says it cannot be known.
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


class Beyond(NamedTuple):
    """A claim that nothing in this lesson can decide, with a reply to either verdict; each names the missing evidence."""

    claim: str
    supported: str
    contradicted: str


class Bank(NamedTuple):
    """All claims of one question, by name, and the names by the number under which a case has them."""

    names: Mapping[str, str]
    readable: Mapping[str, Readable]
    beyond: Mapping[str, Beyond]

    @classmethod
    def of(cls, names: Mapping[str, str], readable: Iterable[Readable], beyond: Iterable[Beyond]) -> Bank:
        """Return the bank of these claims."""
        pairs = {name: pair for pair in readable for name in (pair.claim, pair.opposite)}
        return cls(names, pairs, {claim.claim: claim for claim in beyond})

    def verdict(self, case: Any, statement: Mapping[str, Any]) -> str:
        """Return the right verdict on one statement of the case."""
        claim, about = self.names[statement["claim"]], statement["about"]
        if claim in self.beyond:
            return CANNOT
        pair = self.readable[claim]
        if claim == pair.claim:
            true = pair.holds(case, *about)
        else:
            true = pair.other(case, *about) if pair.other else not pair.holds(case, *about)
        return SUPPORTED if true else CONTRADICTED

    def replies(self, case: Any, statement: Mapping[str, Any]) -> dict[str, Trap]:
        """Return the reply to each wrong verdict on one statement."""
        claim = self.names[statement["claim"]]
        if claim in self.beyond:
            beyond = self.beyond[claim]
            return {
                SUPPORTED: Trap(f"{claim}-believed", SUPPORTED, beyond.supported),
                CONTRADICTED: Trap(f"{claim}-denied", CONTRADICTED, beyond.contradicted),
            }
        pair = self.readable[claim]
        wrong = CONTRADICTED if self.verdict(case, statement) == SUPPORTED else SUPPORTED
        return {
            wrong: Trap(pair.trap, wrong, pair.misread),
            CANNOT: Trap(f"{pair.trap}-not-read", CANNOT, pair.where),
        }
