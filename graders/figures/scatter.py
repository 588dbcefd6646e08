"""One column, or several small beside each other: its value against its contribution, one point a file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from graders.figures.drawing import (
    FAINT,
    INK,
    PROTECT,
    PUSH,
    QUIET,
    Drawing,
    canvas,
    drawn,
    odds_axis,
    panels,
    signed,
)
from graders.language import _, number
from graders.references.explanation import Explanation, shown

_WRAP_LABEL = 44  # characters below a small panel


def scatter(explained: Explanation, column: str) -> Drawing:
    """Draw a column's contributions against its values.

    Parameters
    ----------
    explained
        The explained files.
    column
        A numeric column, or a category, whose levels are then ordered by their median contribution.
    """
    figure, axes = canvas(4.5)
    phi, label = explained.contributions[column], explained.labels.get(column, column)
    if column in explained.numeric:
        words = _numbers(axes, explained.rows[column].astype(float), phi)
        title = _finding(label, phi)
        axes.set_xlabel(explained.with_unit(column), fontsize=9.5, color=INK)
    else:
        words, title = _levels(axes, explained.rows[column], phi, label)
    axes.axhline(0, color=INK, lw=1)
    axes.grid(axis="y", color=FAINT, lw=0.8)
    axes.set_ylabel(_("contribution, log-odds\n← protects · towards default →"), fontsize=9, color=QUIET)
    odds_axis(axes, "right")
    caption = _(
        "One point a client ({files} applications of the last year). Above zero (orange triangles): towards default; below (blue "
        "circles): protects. Against 100 reference loans. Several heights above one value: the rest of the file plays in."
    ).format(files=len(phi))
    return drawn(figure, axes, title, caption, words)


def scatters(explained: Explanation, columns: Iterable[str]) -> Drawing:
    """Draw the contributions of several numeric columns against their values, each in a small panel with its own scale.

    Parameters
    ----------
    explained
        The explained files.
    columns
        Numeric columns; others are left out where there is a numeric one, and so are repeated ones.
    """
    given = list(dict.fromkeys(columns))
    names = [name for name in given if name in explained.numeric] or given
    if not names:
        raise ValueError("expected a column to draw, got none")
    figure, grid = panels(len(names))
    words = []
    for axes, name in zip(grid, names, strict=True):
        if name in explained.numeric:
            lines = _numbers(axes, explained.rows[name].astype(float), explained.contributions[name])
        else:
            lines, _found = _levels(axes, explained.rows[name], explained.contributions[name], name)
        axes.axhline(0, color=INK, lw=1)
        axes.grid(axis="y", color=FAINT, lw=0.8)
        axes.set_xlabel(textwrap.fill(explained.with_unit(name), _WRAP_LABEL), fontsize=9.5, color=INK)
        axes.set_ylabel(_("contribution, log-odds"), fontsize=8.8, color=QUIET)
        low, high = axes.get_ylim()
        axes.set_ylim(low, high + 0.07 * (high - low))  # room between the highest tick and the word above it
        words += [_("{label}. {line}").format(label=explained.labels.get(name, name), line=line) for line in lines]
    title = _("One point a client: what each value contributes to the log-odds of default.")
    caption = _(
        "Above zero (orange triangles): towards default; below (blue circles): protects. Dotted: the median of the values. "
        "Each panel has scales of its own: compare heights within a panel, not between panels."
    )
    return drawn(figure, grid[0], title, caption, words)


def _points(axes: Axes, x: pd.Series[float], phi: pd.Series[float]) -> None:
    up = phi > 0
    axes.scatter(x[up], phi[up], s=16, marker="^", color=PUSH, alpha=0.65, linewidths=0)
    axes.scatter(x[~up], phi[~up], s=14, marker="o", color=PROTECT, alpha=0.65, linewidths=0)


def _numbers(axes: Axes, values: pd.Series[float], phi: pd.Series[float]) -> list[str]:
    known = values.notna()
    _points(axes, values[known], phi[known])
    middle = float(values.median())
    axes.axvline(middle, color=QUIET, lw=1, ls=":")
    _name_above(axes, middle, _("median"))
    if not known.all():
        span = float(np.ptp(values[known]))
        place = float(values[known].min()) - 0.08 * span
        _points(axes, pd.Series(place, phi.index[~known]), phi[~known])
        axes.axvline(place + 0.04 * span, color=FAINT, lw=1)
        _name_above(axes, place, _("not\nknown"))
    axes.xaxis.set_major_formatter(lambda value, _place: number(float(value)))
    bands = [_band(values, phi, low, high) for low, high in ((0.0, 0.2), (0.4, 0.6), (0.8, 1.0))]
    above = phi[values > middle]
    safe = _("Files above the median: {files}, of which {safe} are protected.").format(
        files=number(len(above)), safe=number(int((above < 0).sum()))
    )
    return [_("Median of the values: {median}.").format(median=number(middle)), safe, *bands]


def _name_above(axes: Axes, place: float, name: str) -> None:
    axes.annotate(
        name, (place, 1.0), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=8, color=QUIET
    )


def _band(values: pd.Series[float], phi: pd.Series[float], low: float, high: float) -> str:
    first, last = float(values.quantile(low)), float(values.quantile(high))
    inside = phi[(values >= first) & (values <= last)]
    return _("Values from {first} to {last}: contributions from {low} to {high}, mean {mean}.").format(
        first=number(first),
        last=number(last),
        low=signed(float(inside.min()), 2),
        high=signed(float(inside.max()), 2),
        mean=signed(float(inside.mean()), 2),
    )


def _finding(label: str, phi: pd.Series[float]) -> str:
    """Return the span, not the direction: lessons ask for that, and reading it off the title would teach nothing."""
    return _("“{label}” moves these clients by {low} to {high} in log-odds.").format(
        label=label, low=signed(float(phi.min()), 2), high=signed(float(phi.max()), 2)
    )


def _levels(axes: Axes, values: pd.Series[float], phi: pd.Series[float], label: str) -> tuple[list[str], str]:
    medians = phi.groupby(values.astype(str)).median().sort_values()
    places = values.astype(str).map({level: place for place, level in enumerate(medians.index)}).astype(float)
    _points(axes, places + 0.5 * (np.argsort(np.argsort(phi.to_numpy())) % 7 - 3) / 7, phi)
    axes.set_xticks(
        range(len(medians)), [shown(level) for level in medians.index], rotation=0 if len(medians) < 8 else 90
    )
    axes.set_xlabel(label, fontsize=9.5, color=INK)
    words = [
        _("{level}: median contribution {median}.").format(level=shown(level), median=signed(float(median), 2))
        for level, median in medians.items()
    ]
    title = _("“{label}”: {safe} is the safest for the model, {risky} the riskiest.").format(
        label=label, safe=shown(medians.index[0]), risky=shown(medians.index[-1])
    )
    return words, title
