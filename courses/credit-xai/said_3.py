"""What a case of lesson 3 keeps of a statement: its text, the number of its claim, and the values that stand in the text.

Goes to learners. Values that only another wording would need, and names that tell which figure is whose, stay out.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from graders.references.facts import Fact
from graders.references.statements import Claim, fill


def said(
    claims: Mapping[str, Claim], menu: tuple[str, ...], facts: Mapping[str, Fact], labels: Mapping[str, str], seed: int
) -> dict[str, dict[str, Any]]:
    """Return a menu's statements by row: text, number of the claim, and its values in the order in which the text has them."""
    filled = fill(claims, menu, facts, labels, seed)
    return {row: {**statement, "about": _in_order(claims, statement)} for row, statement in filled.items()}


def _in_order(claims: Mapping[str, Claim], statement: Mapping[str, Any]) -> list[Any]:
    """Return each value once, where the text has it first."""
    places = (name for _text, name, _form, _kind in Formatter().parse(claims[statement["claim"]].text) if name)
    return [statement["about"][name] for name in dict.fromkeys(places)]
