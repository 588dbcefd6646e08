"""Defaults seen over defaults announced, quarter by quarter, with what chance alone would allow."""

from __future__ import annotations

import pandas as pd

from graders.figures.drawing import FAINT, INK, PROTECT, PUSH, QUIET, Drawing, canvas, drawn
from graders.language import _, number


def announced(quarters: pd.DataFrame, band: tuple[float, float]) -> Drawing:
    """Draw actual over expected by quarter.

    Parameters
    ----------
    quarters
        By quarter, in order: defaults seen (``bad``) and ``announced``, ends of the interval of their ratio (``low``, ``high``).
    band
        The lender's, drawn as a grey strip.
    """
    figure, axes = canvas(4.3)
    ratios = quarters["bad"] / quarters["announced"]
    places = list(range(len(quarters)))
    last = [str(name)[:4] == str(quarters.index[-1])[:4] for name in quarters.index]
    axes.axhspan(*band, color=FAINT, alpha=0.6, lw=0)
    axes.axhline(1, color=INK, lw=1)
    for place, (low, high, ratio), later in zip(places, _rows(quarters), last, strict=True):
        colour, marker = (PUSH, "^") if later else (PROTECT, "o")
        axes.plot([place, place], [low, high], color=colour, lw=1.8)
        axes.plot([place], [ratio], marker=marker, ms=8, color=colour)
    axes.set_xticks(places, [str(name).replace(" ", "\n") for name in quarters.index])
    axes.set_ylim(0, None)
    axes.grid(axis="y", color=FAINT, lw=0.8)
    axes.set_ylabel(_("defaults seen / defaults announced"), fontsize=9, color=QUIET)
    first = ratios[[not later for later in last]]
    title = _(
        "A/E lies between {low} and {high} in the years of training, between {later_low} and {later_high} in {year}."
    ).format(
        low=number(float(first.min()), 2),
        high=number(float(first.max()), 2),
        later_low=number(float(ratios[last].min()), 2),
        later_high=number(float(ratios[last].max()), 2),
        year=str(quarters.index[-1])[:4],
    )
    caption = _(
        "Booked loans by quarter of application. Announced: the sum of the model's PDs. Lines: 95 % intervals, the "
        "number of defaults taken for a Poisson count. Blue circles: loans the model learnt on. Grey: the lender's band, {low} to "
        "{high}."
    ).format(low=number(band[0], 2), high=number(band[1], 2))
    template = _("{quarter}: {bad} defaults, {announced} announced, A/E {ratio}, interval {low} to {high}.")
    words = [
        template.format(
            quarter=name,
            bad=number(float(bad)),
            announced=number(float(expected), 1),
            ratio=number(ratio, 2),
            low=number(low, 2),
            high=number(high, 2),
        )
        for name, bad, expected, (low, high, ratio) in zip(
            quarters.index, quarters["bad"], quarters["announced"], _rows(quarters), strict=True
        )
    ]
    return drawn(figure, axes, title, caption, words)


def _rows(quarters: pd.DataFrame) -> list[tuple[float, float, float]]:
    """Return the ends of each interval and the ratio."""
    ratios = quarters["bad"] / quarters["announced"]
    return list(zip(quarters["low"].astype(float), quarters["high"].astype(float), ratios.astype(float), strict=True))
