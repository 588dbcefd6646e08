"""What is drafted for clients: sentences of a letter, each with the factors it names.

Goes to learners. Whether a draft may go out is not written here: that follows from its factors and from the client's file, and is
worked out by a key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from graders.references.explanation import Explained
from graders.references.margins import shuffled
from graders.references.reasons import LEAST, MOST, principal

NEVER_COLLECTED = (  # what a portfolio may have collected all the same is left out of its letters
    "number of dependants",
    "rent paid",
    "time at the present address",
    "distance to the nearest branch",
    "quality of the handwriting",
    "time of day of the application",
)
_VAGUE = frozenset({"number", "time", "presen", "qualit", "applic", "paid"})  # of no use to tell facts apart
_USUAL = 3  # of them, taken where none was collected

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
        The protected columns; without any, a second factor that was never collected stands for one of them.
    seed
        What the order and the wording hang on.
    """
    made = [
        _reasons(client, texts),
        _never_collected(texts, seed),
        _helpful(client, texts),
        _policy(),
        _protected(texts, protected, seed) if protected else _never_collected(texts, seed + 1),
        _closest(client, texts),
    ]
    return _mixed(made, "d", seed)


def letters(client: Explained, texts: Mapping[str, str], seed: int) -> dict[str, Draft]:
    """Return three drafts for another client by row (``l1``, ...); none of them may go out as it stands."""
    is_long = len(_pushing(client)) > MOST  # else the weakest push is a principal reason
    third = _closest(client, texts) if is_long and not seed % 2 else _never_collected(texts, seed + 1)
    return _mixed([_policy(), _helpful(client, texts), third], "l", seed)


def _mixed(made: Sequence[Draft], prefix: str, seed: int) -> dict[str, Draft]:
    order = shuffled(seed, f"drafts {prefix}", len(made))
    return {f"{prefix}{row}": made[place] for row, place in enumerate(order, start=1)}


def _reasons(client: Explained, texts: Mapping[str, str]) -> Draft:
    named = principal(client.concepts)[:2] or [str(client.concepts.idxmax())]
    return {"text": f"We refused mainly for: {'; '.join(texts[name] for name in named)}.", "factors": named}


def _never_collected(texts: Mapping[str, str], seed: int) -> Draft:
    words = {word for text in texts.values() for word in _telling_words(text)}
    kept = [factor for factor in NEVER_COLLECTED if not words & _telling_words(factor)] or list(NEVER_COLLECTED)
    factor = kept[seed % min(_USUAL, len(kept))]
    return {"text": f"We refused mainly for: {factor}.", "factors": [factor]}


def _telling_words(text: str) -> set[str]:
    """Return the words of a text that say what it is about, cut to their beginning: dependants and dependents are one."""
    return {word[:6] for word in re.findall(r"[^\W\d_]{4,}", text.casefold())} - _VAGUE


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
    factor = [*_pushing(client), str(client.concepts.idxmax())][max(0, len(_pushing(client)) - 1)]
    return {"text": f"Closest entry of our standard list: {texts[factor]}.", "factors": [factor]}


def _pushing(client: Explained) -> list[str]:
    return [str(name) for name in client.concepts.index if client.concepts[name] > LEAST]
