"""What may stand for a missing value in a company's file: words for it, and numbers that stand alone outside all others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Read as missing wherever they stand
SIGNS = frozenset(
    {
        "?",
        "-",
        "--",
        "---",
        ".",
        "..",
        "na",
        "n/a",
        "n.a.",
        "n/d",
        "nd",
        "n.d.",
        "#n/a",
        "#na",
        "nan",
        "null",
        "nil",
        "(null)",
    }
)
# Read as missing among numbers; among words they may be an answer
WORDS = frozenset(
    {
        *("unknown", "missing", "not available", "not known", "none", "no answer", "not stated", "undefined", "xna"),
        *("inconnu", "inconnue", "non renseigné", "non renseigne", "non communiqué", "nc", "n.c.", "sans réponse"),
        *("unbekannt", "keine angabe", "k.a.", "k. a.", "ohne angabe", "fehlt"),
        *("desconocido", "desconocida", "sin dato", "sin datos", "no consta", "ns/nc"),
        *("sconosciuto", "sconosciuta", "non disponibile", "non noto", "mancante"),
    }
)
_USUAL = frozenset(
    {
        *(-(10**n - 1) for n in range(1, 8)),
        *(10**n - 1 for n in range(2, 8)),
        -1,
        -2,
        -8,
        -88,
        -888,
        -7,
        -77,
        97,
        98,
        997,
        998,
    }
)
_FEWEST, _LEAST_SHARE = 3, 0.002  # rows, and share of them, from which a value is a spike
_SPREAD = 8  # different other values below which nothing stands outside


def lone_numbers(values: Floats) -> tuple[float, ...]:
    """Return numbers that may stand for missing: usual codes, and repeated ones far outside all others.

    >>> lone_numbers(np.array([*range(20), -1, -1, -1, 999, 999, 999], dtype=float))
    (-1.0, 999.0)
    """
    there = values[~np.isnan(values)]
    found: list[float] = []
    while (code := _outside(there)) is not None:
        found.append(code)
        there = there[there != code]
    return tuple(sorted(found))


def _outside(there: Floats) -> float | None:
    different, counts = np.unique(there, return_counts=True)
    if len(different) <= _SPREAD:
        return None
    spike = max(_FEWEST, _LEAST_SHARE * len(there))
    for place, rest in ((0, different[1:]), (-1, different[:-1])):
        value, gap = float(different[place]), abs(float(different[place] - rest[0 if place == 0 else -1]))
        if counts[place] >= spike and _stands_alone(value, rest, gap, counts[place] / len(there)):
            return value
    return None


def _stands_alone(value: float, rest: Floats, gap: float, share: float) -> bool:
    width = float(rest[-1] - rest[0])
    if value < 0:
        usual = value in _USUAL and rest[0] >= 0
        return usual or (share >= 0.01 and gap > 3 * width)
    usual = value in _USUAL and gap > max(width / 2, 2)
    return usual or (share >= 0.01 and gap > 3 * width)
