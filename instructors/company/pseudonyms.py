"""Keyed pseudonyms: the same for the same value and key, no way back without the key. Owns no key."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pandas as pd

_DIGITS = 16  # hexadecimal: two of a million codes are alike once in thirty million classes


def pseudonyms(values: pd.Series[Any], column: str, secret: bytes) -> pd.Series[Any]:
    """Return a pseudonym for each value, 16 hexadecimal digits; missing ones stay missing.

    Parameters
    ----------
    values
        Text.
    column
        The contract's column: the same value has another pseudonym in another column, so that the two tell nothing together.
    secret
        The key, kept on the company's side.
    """
    codes, distinct = pd.factorize(values)
    made = [_pseudonym(str(value), column, secret) for value in distinct]
    return pd.Series([made[code] if code >= 0 else None for code in codes], index=values.index, dtype=object)


def _pseudonym(value: str, column: str, secret: bytes) -> str:
    return hmac.new(secret, f"{column}\0{value}".encode(), hashlib.sha256).hexdigest()[:_DIGITS]
