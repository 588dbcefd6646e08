"""Statements made of templates: each learner gets eight, filled with their own numbers, the kinds in balance.

Fills and mixes; whether a statement holds is worked out by a key, from the case. A claim keeps its name, so that a key knows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graders.language import number
from graders.references.facts import Fact
from graders.references.margins import shuffled

_ROWS_BY_TURN = ((3, 3, 2), (3, 2, 3), (2, 3, 3))  # how many of each of the three kinds a learner gets, in turn


class Template(NamedTuple):
    """Claims that can be made of the same fact.

    Attributes
    ----------
    about
        What the claims are filled with; None where this portfolio shows the fact too faintly.
    claims
        Text by name of the claim: two that differ in what they say, or one.
    """

    about: Fact
    claims: Mapping[str, str]


def fill(
    readable: Sequence[Template], beyond: Sequence[Template], labels: Mapping[str, str], seed: int
) -> dict[str, dict[str, Any]]:
    """Return eight statements by row id ``s1`` to ``s8``, in an order of the learner's own.

    Parameters
    ----------
    readable, beyond
        Templates with two claims, and with one.
    labels
        What columns and concepts mean, in words; put in quotation marks where they stand in a text.
    seed
        What choice and order hang on.

    Returns
    -------
    Per row: the text, the name of its claim, and what it is about.
    """
    first, second, third = _ROWS_BY_TURN[seed % 3]
    turns = [0] * first + [1] * second
    chosen = list(zip(turns, _mixed(readable, seed), strict=False))
    chosen += [(0, template) for template in _mixed(beyond, seed)[:third]]
    rows: dict[str, dict[str, Any]] = {}
    for row, place in enumerate(shuffled(seed, "statements", len(chosen)), start=1):
        turn, template = chosen[place]
        claim, text = list(template.claims.items())[turn]
        about = dict(template.about or {})
        words = {name: _in_words(value, labels) for name, value in about.items()}
        rows[f"s{row}"] = {"claim": claim, "about": about, "text": text.format(**words)}
    return rows


def _mixed(templates: Sequence[Template], seed: int) -> list[Template]:
    order = shuffled(seed, f"{len(templates)} templates", len(templates))
    return [templates[place] for place in order if templates[place].about is not None]


def _in_words(value: Any, labels: Mapping[str, str]) -> str:
    if isinstance(value, float):
        return number(value)
    return f"“{labels[value]}”" if value in labels else str(value)
