"""Statements made of claims: a menu of them, filled with a learner's own numbers, in an order of the learner's own.

Fills and mixes; whether a statement holds is worked out by a key, from the case. A claim keeps its name, so that a key knows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graders.language import number
from graders.references.facts import Fact
from graders.references.margins import shuffled

NOTHING = "nothing"  # the fact of claims that have no place to fill


class Claim(NamedTuple):
    """A sentence with places to fill.

    Attributes
    ----------
    about
        Name of the fact it is filled with.
    text
        The sentence.
    """

    about: str
    text: str


def fill(
    claims: Mapping[str, Claim],
    menu: Sequence[str],
    facts: Mapping[str, Fact],
    labels: Mapping[str, str],
    seed: int,
    *,
    spare: Sequence[str] = (),
    words: Mapping[str, str] | None = None,
) -> dict[str, dict[str, Any]]:
    """Return the statements of a menu by row id (``s1``, ``s2``, ...).

    Parameters
    ----------
    claims
        By name.
    menu
        A claim a row, with its stand-in: ``"claim stand-in"``. The stand-in serves where the claim's fact is too faint; where
        its own is too faint as well, one of `spare` does, and the row is left out where there is none.
    facts
        What claims are filled with, by name; None where this portfolio shows one too faintly.
    labels
        What columns and concepts mean, in words; put in quotation marks where they stand in a text.
    seed
        What the order hangs on.
    spare
        Claims for rows that would be left out, in the order they are tried; one that the menu has, and one that says something of
        a fact that the menu speaks of, are passed over.
    words
        What fills places in every text alike.

    Returns
    -------
    Per row: the text, the name of its claim, and what it is about.
    """
    wanted = [name for row in menu if (name := _first_clear(row.split(), claims, facts)) is not None]
    for name in spare:
        if len(wanted) < len(menu) and facts[claims[name].about] is not None and not _is_touched(name, wanted, claims):
            wanted.append(name)
    rows: dict[str, dict[str, Any]] = {}
    for row, place in enumerate(shuffled(seed, "statements", len(wanted)), start=1):
        claim = claims[wanted[place]]
        about = dict(facts[claim.about] or {})
        filled = {name: _in_words(value, labels) for name, value in about.items()}
        text = claim.text.format(**(words or {}), **filled)
        rows[f"s{row}"] = {"claim": wanted[place], "about": about, "text": text}
    return rows


def _is_touched(name: str, wanted: Sequence[str], claims: Mapping[str, Claim]) -> bool:
    """Return whether a claim is among those wanted, or says something of a fact that one of them is filled with."""
    about = claims[name].about
    return name in wanted or (about != NOTHING and any(claims[one].about == about for one in wanted))


def _first_clear(names: Sequence[str], claims: Mapping[str, Claim], facts: Mapping[str, Fact]) -> str | None:
    return next((name for name in names if facts[claims[name].about] is not None), None)


def _in_words(value: Any, labels: Mapping[str, str]) -> str:
    if isinstance(value, float):
        return number(value, 1)  # "1.0 points": a plural that any number can have
    return f"“{labels[value]}”" if value in labels else str(value)
