"""Each learner's own sample of the portfolio: a deterministic, stratified draw.

The draw is keyed by a hash of (class salt, learner, dataset fingerprint) and made of SHAKE-256 output alone, so that it is the
same on every machine and under every version of NumPy. Copying a neighbour's numbers is useless, replaying is exact.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import pandas as pd

from graders.errors import DataError


def learner_key(salt: str, learner: str, fingerprint: str) -> bytes:
    """Return the 32 bytes that everything drawn for this learner hangs on."""
    text = "\x1f".join(("situ-sample-1", salt, learner, fingerprint))
    return hashlib.sha256(text.encode()).digest()


def seed_of(key: bytes, purpose: str) -> int:
    """Return a 63-bit seed for one purpose of one learner."""
    return int.from_bytes(hashlib.sha256(key + purpose.encode()).digest()[:8], "big") >> 1


def draw(strata: pd.Series, size: int, key: bytes) -> npt.NDArray[np.int64]:
    """Draw rows without replacement, each stratum in proportion.

    Parameters
    ----------
    strata
        One label a row of the portfolio, shape (n,); rows in the portfolio's own order.
    size
        How many rows to draw, at most n.
    key
        From `learner_key`.

    Returns
    -------
    Sorted row positions, shape (size,).

    Raises
    ------
    DataError
        When the portfolio has fewer rows than asked for.
    """
    rows = len(strata)
    if not 0 < size <= rows:
        raise DataError(f"Expected a sample of 1 to {rows} rows, got {size}. Lower the sample size of the class.")
    luck = np.frombuffer(hashlib.shake_256(key + b"rows").digest(8 * rows), dtype=">u8")
    codes = pd.factorize(strata, sort=True, use_na_sentinel=False)[0]
    quotas = _quotas(np.bincount(codes), size)
    order = np.lexsort((luck, codes))
    starts = np.concatenate([[0], np.cumsum(np.bincount(codes))[:-1]])
    chosen = [order[start : start + quota] for start, quota in zip(starts, quotas, strict=True)]
    return np.sort(np.concatenate(chosen)).astype(np.int64)


def _quotas(counts: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """Share `size` over the strata by largest remainder, ties to the earlier stratum."""
    exact = counts * (size / counts.sum())
    quotas: npt.NDArray[np.int64] = np.floor(exact).astype(np.int64)
    missing = size - int(quotas.sum())
    for stratum in np.argsort(-(exact - quotas), kind="stable")[:missing]:
        quotas[stratum] += 1
    return quotas
