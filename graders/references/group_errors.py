"""Whose errors: what a decision does to good and bad payers of a group, and whether its PDs announce the group's defaults.

Outcomes are known of booked loans only; of whoever was refused a loan nobody knows one. Every measure says which people it counts.

Notes
-----
Refusal of good payers is one minus the true positive rate of approving them, which "equal opportunity" compares between groups
(Hardt, Price and Srebro 2016; fairlearn's user guide, common fairness metrics). Calibration within groups: Kleinberg, Mullainathan
and Raghavan 2016; Pleiss et al. 2017. Where default rates differ, a decision that refuses some good and some bad payers of each
group cannot give a refusal the same default rate, and refuse good payers as often, and approve bad payers as often (Chouldechova
2017). Of PDs the like holds on average: calibration, and one mean PD of good and one of bad payers for all groups, cannot all hold
but for PDs that never err (Kleinberg et al.). Calibrated PDs with a cut-off can have equal errors of both kinds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FIFTHS = 5


@dataclass(frozen=True, slots=True)
class GroupErrors:
    """What the decision does to one group.

    Attributes
    ----------
    applications, refused
        All who applied, and those of them whom the model refuses.
    good, good_refused
        Booked loans that were repaid, and those of them that the model would have refused.
    bad, bad_refused
        Booked loans that defaulted, likewise.
    expected
        Defaults that the model announced for the booked loans: the sum of its PDs, as a number of loans.
    """

    applications: int
    refused: int
    good: int
    good_refused: int
    bad: int
    bad_refused: int
    expected: float

    @property
    def refusal_of_good(self) -> float:
        """Share of the good payers that would have been refused, in percent."""
        return 100 * self.good_refused / self.good

    @property
    def refusal_of_bad(self) -> float:
        """Share of the defaulters that would have been refused, in percent."""
        return 100 * self.bad_refused / self.bad

    @property
    def refusal_of_all(self) -> float:
        """Share of all who applied that is refused, in percent."""
        return 100 * self.refused / self.applications

    @property
    def actual_over_expected(self) -> float:
        """Defaults over announced defaults: above 1, more loans default than the model said."""
        return self.bad / self.expected


def group_errors(
    refused: pd.Series[bool], group: pd.Series[bool], bad: pd.Series[float], pd_percent: pd.Series[float]
) -> GroupErrors:
    """Count what the decision does to one group.

    Parameters
    ----------
    refused
        Whether the model refuses each application.
    group
        Whether each belongs to the group; same index.
    bad
        1 for default, 0 for repaid, nan where the outcome was never seen; same index.
    pd_percent
        The model's PD of each, in percent; same index.
    """
    good, defaulted = group & (bad == 0), group & (bad == 1)
    return GroupErrors(
        applications=int(group.sum()),
        refused=int((group & refused).sum()),
        good=int(good.sum()),
        good_refused=int((good & refused).sum()),
        bad=int(defaulted.sum()),
        bad_refused=int((defaulted & refused).sum()),
        expected=float(pd_percent[group & bad.notna()].sum() / 100),
    )


def calibration(pd_percent: npt.ArrayLike, bad: npt.ArrayLike, bins: int = FIFTHS) -> pd.DataFrame:
    """Return announced against observed default rates.

    Parameters
    ----------
    pd_percent
        PD of booked loans, in percent, shape (n,).
    bad
        1 for default, 0 for repaid, shape (n,).
    bins
        Into how many groups of equal size the loans are cut, from the safest.

    Returns
    -------
    One row a bin: ``announced`` (mean PD), ``observed`` (default rate) and its 95 % interval ``low``, ``high`` (Wilson), all in
    percent; ``loans`` and ``defaults``.
    """
    from statsmodels.stats.proportion import proportion_confint  # slow to import, and opening a case needs none of it

    announced, outcome = np.asarray(pd_percent, dtype=float), np.asarray(bad, dtype=float)
    place = np.argsort(np.argsort(announced, kind="stable"), kind="stable") * bins // len(announced)
    grouped = pd.DataFrame({"bin": place, "pd": announced, "bad": outcome}).groupby("bin")
    loans, defaults = grouped.size(), grouped["bad"].sum()
    low, high = proportion_confint(defaults.to_numpy(), loans.to_numpy(), method="wilson")
    columns = {
        "announced": grouped["pd"].mean(),
        "observed": 100 * defaults / loans,
        "low": 100 * np.asarray(low),
        "high": 100 * np.asarray(high),
        "loans": loans,
        "defaults": defaults.astype(int),
    }
    return pd.DataFrame(columns).reset_index(drop=True)
