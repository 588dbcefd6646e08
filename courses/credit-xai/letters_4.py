"""What is drafted for clients: sentences of a letter, each with the factors it names.

Goes to learners. Whether a draft may go out is not written here: that follows from its factors and from the client's file, and is
worked out by a key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graders.errors import DataError
from graders.references.explanation import Explained
from graders.references.margins import shuffled
from graders.references.reasons import LEAST, principal

NEVER_COLLECTED = ("number of dependants", "rent paid", "time at the present address")  # of no portfolio of this kit

Draft = dict[str, Any]


def drafts(client: Explained, texts: Mapping[str, str], protected: Sequence[str], seed: int) -> dict[str, Draft]:
    """Return six drafts for a client by row (``d1``, ``d2``, ...), in an order of the learner's own.

    Parameters
    ----------
    client
        The refused client, against the reference of the letters.
    texts
        What a letter says for each fact, and what protected columns are called.
    protected
        The protected columns.
    seed
        What the order and the wording hang on.
    """
    made = [
        _reasons(client, texts),
        _never_collected(seed),
        _helpful(client, texts),
        _policy(),
        _protected(texts, protected, seed),
        _closest(client, texts),
    ]
    return _mixed(made, "d", seed)


def letters(client: Explained, texts: Mapping[str, str], seed: int) -> dict[str, Draft]:
    """Return three drafts for another client by row (``l1``, ...); none of them may go out as it stands."""
    third = _never_collected(seed + 1) if seed % 2 else _closest(client, texts)
    return _mixed([_policy(), _helpful(client, texts), third], "l", seed)


def _mixed(made: Sequence[Draft], prefix: str, seed: int) -> dict[str, Draft]:
    order = shuffled(seed, f"drafts {prefix}", len(made))
    return {f"{prefix}{row}": made[place] for row, place in enumerate(order, start=1)}


def _reasons(client: Explained, texts: Mapping[str, str]) -> Draft:
    named = principal(client.concepts)
    if len(named) < 2:
        raise DataError(
            f"Expected a refused client with two reasons above {LEAST} or more, got {len(named)}. Draw a larger sample."
        )
    first, second = named[:2]
    return {"text": f"We refused mainly for: {texts[first]}; {texts[second]}.", "factors": [first, second]}


def _never_collected(seed: int) -> Draft:
    factor = NEVER_COLLECTED[seed % len(NEVER_COLLECTED)]
    return {"text": f"We refused mainly for: {factor}.", "factors": [factor]}


def _helpful(client: Explained, texts: Mapping[str, str]) -> Draft:
    factor = str(client.concepts.idxmin())
    return {"text": f"We refused mainly for: {texts[factor]}.", "factors": [factor]}


def _policy() -> Draft:
    return {"text": "Your application did not reach the score that our internal policy requires.", "factors": []}


def _protected(texts: Mapping[str, str], protected: Sequence[str], seed: int) -> Draft:
    factor = protected[seed % len(protected)]
    return {"text": f"We refused mainly for: {texts[factor]} of the applicant.", "factors": [factor]}


def _closest(client: Explained, texts: Mapping[str, str]) -> Draft:
    """Name a true but minor factor, as a form of fixed reasons makes one do: the weakest that still pushes."""
    pushing = [str(name) for name in client.concepts.index if client.concepts[name] > LEAST]
    factor = pushing[-1]
    return {"text": f"Closest entry of our standard list: {texts[factor]}.", "factors": [factor]}
