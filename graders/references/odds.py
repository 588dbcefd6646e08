"""Odds, log-odds, default probabilities in percent, scorecard points: conversions, nothing else.

Everywhere in the kit log-odds are those of *default*: higher is riskier. A default probability ("PD") is in percent.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

Floats = npt.NDArray[np.float64]


def pd_percent(log_odds: npt.ArrayLike) -> Floats:
    """Return the default probability of log-odds of default.

    Parameters
    ----------
    log_odds
        Natural logarithm of bad/good odds, any shape.

    Returns
    -------
    Percent, same shape.

    >>> round(float(pd_percent(0.0)), 1)
    50.0
    """
    return np.asarray(100.0 * expit(np.asarray(log_odds, dtype=float)))


def log_odds(pd_in_percent: npt.ArrayLike) -> Floats:
    """Return the log-odds of default of a probability in percent; the inverse of `pd_percent`.

    >>> round(float(log_odds(20.0)), 3)
    -1.386
    """
    return np.asarray(logit(np.asarray(pd_in_percent, dtype=float) / 100.0))


def probability_points(total: npt.ArrayLike, contribution: npt.ArrayLike) -> Floats:
    """Return what a contribution is worth in percentage points of PD, taken away last.

    Parameters
    ----------
    total
        Log-odds of default of the applicant, all contributions included.
    contribution
        The part of it that is taken away, in log-odds; broadcasts with `total`.

    Returns
    -------
    ``100 * (s(total) - s(total - contribution))`` with s the logistic function. Such points do not add up over features:
    log-odds do (Lundberg et al. 2020, Nature Machine Intelligence 2, on the choice of output space).

    >>> round(float(probability_points(0.0, 1.0)), 1)
    23.1
    """
    f = np.asarray(total, dtype=float)
    return np.asarray(pd_percent(f) - pd_percent(f - np.asarray(contribution, dtype=float)))


def points_to_log_odds(points_lost: float, points_to_double: float) -> float:
    """Return what points lost on a scorecard are in log-odds of default.

    Parameters
    ----------
    points_lost
        Scorecard points below the neutral line, where more points mean a safer file.
    points_to_double
        The scorecard's PDO: points that double the good/bad odds.

    Returns
    -------
    ``points_lost / points_to_double * ln 2``, positive towards default (Siddiqi 2017, Intelligent Credit Scoring, ch. 10).

    >>> round(points_to_log_odds(20, 20), 3)
    0.693
    """
    return points_lost / points_to_double * float(np.log(2.0))
