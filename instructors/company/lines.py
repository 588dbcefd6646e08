"""Lines that the draft of a contract, the pre-flight and the making of a class draw alike."""

from __future__ import annotations

import numpy as np

from graders.contract import Contract

DOUBLES = 0.90  # blueprint 3.2: absolute Spearman correlation from which two numbers may tell one fact
LEAK = 0.85  # blueprint 3.2: AUC of one column alone, unless the contract's policy says otherwise
MOST_LEVELS = 110  # of a category, which menus and charts can show; the departments of France are 101
_DRAWN = 0.8  # of the rows, at most: learners of a small portfolio would all draw the same


def leak_line(contract: Contract) -> float:
    """Return the AUC from which a column alone is suspected to know the outcome."""
    return float(np.min(contract.policy.get("leak_line", LEAK)))


def rows_drawn(wanted: int, rows: int) -> int:
    """Return how many rows each learner draws of a portfolio.

    >>> rows_drawn(24_000, 50_000), rows_drawn(24_000, 1_000)
    (24000, 800)
    """
    return min(wanted, max(1, int(_DRAWN * rows)))
