"""Announced against observed default rates, group by group: whether a PD means the same for both."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from graders.figures.drawing import FAINT, INK, PROTECT, PUSH, QUIET, Drawing, canvas, drawn
from graders.language import _, number

_LOOKS = ((PUSH, "o", -1), (PROTECT, "D", 1))  # colour, marker, and to which side of its place a group is moved


def calibration(groups: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw observed default rates over announced ones, one line a group.

    Parameters
    ----------
    groups
        By group, in words, two at most: as `graders.references.group_errors.calibration` returns them.
    """
    figure, axes = canvas(4.3)
    top = max(float(bins["high"].max()) for bins in groups.values())
    right = max(float(bins["announced"].max()) for bins in groups.values())
    axes.plot([0, max(top, right)], [0, max(top, right)], color=QUIET, lw=1.2, ls="--")
    axes.annotate(
        _("as announced"),
        (right * 0.97, right * 0.97),
        fontsize=9,
        color=QUIET,
        va="top",
        ha="left",
        xytext=(3, -3),
        textcoords="offset points",
    )
    words = []
    for (group, bins), (colour, mark, side) in zip(groups.items(), _LOOKS, strict=False):
        places = bins["announced"] + side * 0.004 * right
        axes.vlines(places, bins["low"], bins["high"], color=colour, lw=1.6, alpha=0.8)
        axes.plot(places, bins["observed"], color=colour, marker=mark, ms=7, lw=1, label=group)
        words += [
            _(
                "{group}: announced {announced} %, observed {observed} % (95 %: {low} to {high} %), {loans} loans."
            ).format(
                group=group,
                announced=number(float(row["announced"]), 1),
                observed=number(float(row["observed"]), 1),
                low=number(float(row["low"]), 1),
                high=number(float(row["high"]), 1),
                loans=number(float(row["loans"])),
            )
            for row in bins.to_dict("records")
        ]
    axes.set_xlim(0, right * 1.12)
    axes.set_ylim(0, top * 1.03)
    axes.grid(color=FAINT, lw=0.8)
    axes.set_xlabel(_("announced: mean PD of the fifth, %"), fontsize=9, color=QUIET)
    axes.set_ylabel(_("observed: loans that defaulted, %"), fontsize=9, color=QUIET)
    axes.legend(frameon=False, fontsize=9.5, loc="upper left", labelcolor=INK)
    caption = _(
        "Booked loans of the last year, each group cut into fifths by PD, from the safest. Vertical lines: 95 % intervals. Above "
        "the dashed line: more defaults than announced. Of refused applications no outcome is known."
    )
    return drawn(figure, axes, _title(groups), caption, words)


def _title(groups: Mapping[str, pd.DataFrame]) -> str:
    """Return how many points lie above the line: what each group's points add up to is for the reader to work out."""
    points = [(row["observed"], row["announced"]) for bins in groups.values() for row in bins.to_dict("records")]
    above = sum(observed > announced for observed, announced in points)
    return _("{above} of the {all} points lie above the dashed line: more loans defaulted than announced.").format(
        above=number(above), all=number(len(points))
    )
