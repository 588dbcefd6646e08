"""Approval rates of two groups, their ratio with its interval, and whether the gap is more than chance.

Counts approvals over all who applied. It knows no law: a ratio is compared with a line that somebody else declares.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from graders.contract.roles import Protected
from graders.errors import DataError

Flags = npt.NDArray[np.bool_]
Standing = Literal["below", "not-below", "inconclusive"]
SLACK = 0.01  # an interval's end this near to the line is read either way: other files would move it across
AT_ONE_PERCENT = 2.576  # |z| from which a two-sided test is significant at 1 %
Z_SLACK = 0.1


@dataclass(frozen=True)
class Approvals:
    """How many of two groups applied, and how many of them are approved.

    Attributes
    ----------
    compared_approved, compared
        Approved and all of the group that is compared.
    reference_approved, reference
        Likewise of the group it is compared with.

    Raises
    ------
    DataError
        When a group is empty.

    Notes
    -----
    The ratio is the selection ratio of the four-fifths rule (29 CFR 1607.4(D)) and of fairlearn's ``demographic_parity_ratio``,
    with the group it is compared with declared beforehand instead of the one approved most. fairlearn counts predicted ones:
    it has to be fed approvals, not predicted defaults.
    """

    compared_approved: int
    compared: int
    reference_approved: int
    reference: int

    def __post_init__(self) -> None:
        if self.compared < 1 or self.reference < 1:
            raise DataError(
                f"Expected people in both groups, got {self.compared} and {self.reference}. Compare other groups."
            )

    @property
    def rates(self) -> tuple[float, float]:
        """Approval rate of the compared and of the reference group, in percent."""
        return 100 * self.compared_approved / self.compared, 100 * self.reference_approved / self.reference

    @property
    def ratio(self) -> float:
        """Approval rate of the compared group over that of the reference group; nan when nobody of the latter is approved."""
        compared, reference = self.rates
        return compared / reference if reference else float("nan")

    @property
    def refusals(self) -> Approvals:
        """The same people, counted the other way round: whoever is refused."""
        refused = self.compared - self.compared_approved, self.reference - self.reference_approved
        return Approvals(refused[0], self.compared, refused[1], self.reference)

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the ratio, on the scale of its logarithm; from 0 to infinity where a group has no approval.

        Notes
        -----
        Katz, Baptista, Azen and Pike 1978, Biometrics 34; statsmodels' method ``log``.
        """
        if not (self.compared_approved and self.reference_approved):
            return 0.0, float("inf")
        from statsmodels.stats.proportion import confint_proportions_2indep  # slow to import, and few need it

        counts = self.compared_approved, self.compared, self.reference_approved, self.reference
        low, high = confint_proportions_2indep(*counts, compare="ratio", method="log")
        return float(low), float(high)

    @cached_property
    def z(self) -> float:
        """The gap between the two rates in standard errors, pooled; negative when the compared group is approved less."""
        approved = self.compared_approved + self.reference_approved
        if approved in (0, self.compared + self.reference):
            return 0.0  # nobody differs from anybody
        from statsmodels.stats.proportion import proportions_ztest  # likewise

        counts = [self.compared_approved, self.reference_approved]
        return float(proportions_ztest(counts, [self.compared, self.reference])[0])

    def rate_interval(self, of: Literal["compared", "reference"]) -> tuple[float, float]:
        """Return the 95 % interval of one group's approval rate, in percent (Wilson 1927)."""
        from statsmodels.stats.proportion import proportion_confint  # likewise

        low, high = proportion_confint(getattr(self, f"{of}_approved"), getattr(self, of), method="wilson")
        return 100 * float(low), 100 * float(high)


class Comparison(NamedTuple):
    """Two groups compared, with what they are called.

    Attributes
    ----------
    of
        The attribute, in words.
    title
        What is compared, in words: the attribute with its groups, or among whom.
    compared, reference
        The two groups, in words.
    approvals
        Their numbers.
    """

    of: str
    title: str
    compared: str
    reference: str
    approvals: Approvals


def members(rows: pd.DataFrame, attribute: Protected) -> tuple[Flags, Flags]:
    """Return which rows belong to the compared group of a protected attribute, and which to its reference group.

    Parameters
    ----------
    rows
        With the attribute's column; a row whose value is missing belongs to neither.
    attribute
        Two values of a category, or the two sides of a cut.
    """
    values = rows[attribute.column]
    if attribute.cut is None:
        return np.asarray(values == attribute.compared), np.asarray(values == attribute.reference)
    below, above = np.asarray(values < attribute.cut), np.asarray(values >= attribute.cut)
    return (below, above) if attribute.compared.startswith("<") else (above, below)


def approvals(approved: npt.ArrayLike, rows: pd.DataFrame, attribute: Protected) -> Approvals:
    """Count the approvals of both groups of a protected attribute.

    Parameters
    ----------
    approved
        Whether each row is approved, shape (n,).
    rows, attribute
        As in `members`.
    """
    flags = np.asarray(approved, dtype=bool)
    compared, reference = members(rows, attribute)
    counts = [int(count) for group in (compared, reference) for count in ((flags & group).sum(), group.sum())]
    return Approvals(*counts)


def standing(interval: tuple[float, float], line: float) -> Standing:
    """Return where an interval lies against a line: wholly below, not below (its low end on it or above), or across.

    >>> standing((0.61, 0.72), 0.8), standing((0.61, 0.91), 0.8), standing((0.85, 0.91), 0.8)
    ('below', 'inconclusive', 'not-below')
    """
    low, high = interval
    return "below" if high < line else "not-below" if low >= line else "inconclusive"


def acceptable_standings(interval: tuple[float, float], line: float, slack: float = SLACK) -> list[Standing]:
    """Return what a careful reader may say of an interval: the exact standing first, then its neighbour where an end is near.

    >>> acceptable_standings((0.70, 0.795), 0.8)
    ['below', 'inconclusive']
    """
    low, high = interval
    found: list[Standing] = [standing(interval, line)]
    if abs(low - line) <= slack:
        found += ["not-below", "inconclusive"]
    if abs(high - line) <= slack:
        found += ["below", "inconclusive"]
    return list(dict.fromkeys(found))


def significance(z: float) -> list[bool]:
    """Return whether a gap is significant at 1 %, and the other answer too where it is that close.

    >>> significance(-6.9), significance(2.55)
    ([True], [False, True])
    """
    exact = abs(z) >= AT_ONE_PERCENT
    return [exact, not exact] if abs(abs(z) - AT_ONE_PERCENT) <= Z_SLACK else [exact]
