"""Approval rates of groups, and the ratios of them against a declared line, each with its 95 % interval."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes

from graders.figures.drawing import FAINT, INK, PROTECT, PUSH, QUIET, Drawing, canvas, drawn, signed
from graders.language import _, number
from graders.references.approval import Comparison

_WRAP_NAME = 44  # characters of a row's name
_WIDEST = 1.6  # ratio up to which an interval is drawn in full


def rates(comparisons: Sequence[Comparison]) -> Drawing:
    """Draw the approval rate of each group, two groups a comparison.

    Parameters
    ----------
    comparisons
        From the top of the figure down.
    """
    figure, axes = canvas(1.15 + 0.78 * len(comparisons))
    ticks: list[float] = []
    names, words = [], []
    for row, comparison in enumerate(comparisons):
        for side, (name, offset) in enumerate(((comparison.compared, 0.0), (comparison.reference, 0.42))):
            place = -row - offset
            of = "reference" if side else "compared"
            rate, (low, high) = comparison.approvals.rates[side], comparison.approvals.rate_interval(of)  # type: ignore[arg-type]  # one of two literals
            colour, mark = (QUIET, "s") if side else (PUSH, "o")
            _whisker(axes, place, rate, low, high, colour, mark)
            people = comparison.approvals.reference if side else comparison.approvals.compared
            axes.text(
                high + 1.2, place, _("{rate} %").format(rate=number(rate, 1)), va="center", fontsize=9.5, color=INK
            )
            ticks.append(place)
            names.append(_("{of}: {group}").format(of=comparison.of, group=name))
            words.append(
                _("{of}: {group}, {people} applications, {rate} % approved (95 %: {low} to {high} %).").format(
                    of=comparison.of,
                    group=name,
                    people=number(people),
                    rate=number(rate, 1),
                    low=number(low, 1),
                    high=number(high, 1),
                )
            )
    axes.set_yticks(ticks, names)
    axes.set_ylim(min(ticks) - 0.35, 0.35)
    axes.grid(axis="x", color=FAINT, lw=0.8)
    axes.set_xlabel(_("approved, % of all applications"), fontsize=9, color=QUIET)
    axes.set_xlim(left=0)
    axes.margins(x=0.12)
    widest = max(comparisons, key=lambda one: abs(one.approvals.rates[0] - one.approvals.rates[1]))
    gap = widest.approvals.rates[0] - widest.approvals.rates[1]
    title = _("The widest gap, {gap} points, is that between “{compared}” and “{reference}”.").format(
        gap=signed(gap, 1), compared=widest.compared, reference=widest.reference
    )
    caption = _(
        "All applications of the last year, booked or not; approved: PD at or below the cut-off. Circles: the compared group; "
        "squares: its reference group. Lines: 95 % intervals. A rate says how often, not why."
    )
    return drawn(figure, axes, title, caption, words)


def ratios(comparisons: Sequence[Comparison], line: float) -> Drawing:
    """Draw the approval ratio of each comparison with its interval, against a line.

    Parameters
    ----------
    comparisons
        From the top of the figure down.
    line
        The ratio that a policy declares.
    """
    figure, axes = canvas(1.5 + 0.62 * len(comparisons))
    words = []
    axes.axvspan(0, line, color=FAINT, alpha=0.45, lw=0)
    for place, comparison in zip(range(len(comparisons), 0, -1), comparisons, strict=True):
        low, high = comparison.approvals.interval
        _whisker(axes, place, comparison.approvals.ratio, low, min(high, _WIDEST), PROTECT, "D")
        told = _("{ratio} [{low}; {high}]").format(
            ratio=number(comparison.approvals.ratio, 3), low=number(low, 3), high=_bound(high)
        )
        axes.text(1.02, place, told, transform=axes.get_yaxis_transform(), va="center", fontsize=9.5, color=INK)
        words.append(
            _("{title}: ratio {ratio}, 95 % interval {low} to {high}; {people} people compared, z = {z}.").format(
                title=comparison.title,
                ratio=number(comparison.approvals.ratio, 3),
                low=number(low, 3),
                high=_bound(high),
                people=number(comparison.approvals.compared),
                z=signed(comparison.approvals.z, 2),
            )
        )
    axes.axvline(line, color=INK, lw=1.4, ls="--")
    axes.axvline(1, color=QUIET, lw=1)
    axes.annotate(
        _("declared line {line}").format(line=number(line, 2)),
        (line, 1.0),
        xycoords=("data", "axes fraction"),
        ha="right",
        va="bottom",
        fontsize=9,
        color=INK,
    )
    axes.annotate(
        _("equal rates"),
        (1, 1.0),
        xycoords=("data", "axes fraction"),
        ha="left",
        va="bottom",
        fontsize=9,
        color=QUIET,
    )
    axes.set_yticks(
        range(len(comparisons), 0, -1),
        [
            textwrap.fill(one.title, _WRAP_NAME)
            + "\n"
            + _("{people} compared").format(people=number(one.approvals.compared))
            for one in comparisons
        ],
    )
    axes.set_ylim(0.4, len(comparisons) + 0.6)
    lows, highs = zip(*(one.approvals.interval for one in comparisons), strict=True)
    axes.set_xlim(min(0.5, min(lows) - 0.05), min(_WIDEST, max(1.08, *highs)) + 0.04)
    axes.grid(axis="x", color=FAINT, lw=0.8)
    axes.set_xlabel(_("approval rate of the compared group over that of its reference group"), fontsize=9, color=QUIET)
    widest = max(comparisons, key=lambda one: one.approvals.interval[1] - one.approvals.interval[0])
    title = _("The widest interval belongs to {people} people: “{title}”.").format(
        people=number(widest.approvals.compared), title=widest.title
    )
    caption = _(
        "Diamonds: ratios; bars: their 95 % intervals. The dashed line is one that the lender declares: no law, and no test. At a "
        "ratio of 1 both groups are approved as often."
    )
    return drawn(figure, axes, title, caption, words)


def _whisker(axes: Axes, place: float, value: float, low: float, high: float, colour: str, mark: str) -> None:
    axes.plot([low, high], [place, place], color=colour, lw=2.2, solid_capstyle="butt")
    axes.plot([value], [place], ls="", marker=mark, ms=7.5, color=colour)


def _bound(high: float) -> str:
    return number(high, 3) if math.isfinite(high) else "∞"
