"""Columns by one number, longest bar first, with a line to compare them with: what each says alone, and how far each moved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import overload

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from graders.figures.deciding import Decided, Prompt, against_ranks, beside, instead, named
from graders.figures.drawing import FAINT, INK, PROTECT, QUIET, Drawing, canvas, drawn
from graders.language import _, number


def auc_bars(alone: pd.Series[float], labels: Mapping[str, str]) -> Drawing:
    """Draw how well each column alone orders good and bad loans.

    Parameters
    ----------
    alone
        AUC by column, highest first.
    labels
        What the columns mean.
    """
    figure, axes = _bars(alone, labels, start=0.5, digits=2)
    axes.set_xlim(0.5, 1.0)
    axes.set_xlabel(_("AUC of the column alone; 0.5 is no order at all, 1 no fault"), fontsize=9, color=QUIET)
    first, second = (labels.get(str(name), str(name)) for name in alone.index[:2])
    title = _("Alone, “{first}” reaches an AUC of {high}; the next column, “{second}”, {next}.").format(
        first=first, high=number(float(alone.iloc[0]), 2), second=second, next=number(float(alone.iloc[1]), 2)
    )
    caption = _(
        "All booked loans, whose outcome is known; each column by itself, no model, the better of the two "
        "directions. Strength is not guilt: a good column orders well, too."
    )
    return drawn(figure, axes, title, caption, _ranks(alone, labels, 2))


@overload
def psi_bars(
    psi: pd.Series[float], score: float, labels: Mapping[str, str], line: float, *, mine: None = None
) -> Drawing: ...


@overload
def psi_bars(
    psi: pd.Series[float], score: float, labels: Mapping[str, str], line: float, *, mine: Decided
) -> Drawing | Prompt: ...


def psi_bars(
    psi: pd.Series[float], score: float, labels: Mapping[str, str], line: float, *, mine: Decided | None = None
) -> Drawing | Prompt:
    """Draw how far the population of each column, and of the score, has moved between two years.

    Parameters
    ----------
    psi
        Population stability index by column, highest first.
    score
        That of the model's score.
    labels
        What the columns mean.
    line
        The lender's, drawn across the bars.
    mine
        What the reader decided before looking: the bars named get a mark and a word. Nothing is drawn
        before the decision is made.
    """
    prompt = instead(mine)
    if prompt is not None:
        return prompt
    ranked = [str(name) for name in psi.index]
    own = _("the score itself")
    shown = pd.concat([psi, pd.Series({own: score})])
    figure, axes = _bars(shown, labels, start=0.0, digits=2)
    axes.axhline(1.5, color=QUIET, lw=0.8)
    axes.axvline(line, color=INK, lw=1.4, ls="--")
    axes.text(
        line, len(shown) + 0.62, _(" the lender's line, {line}").format(line=number(line, 2)), fontsize=8.8, color=INK
    )
    axes.set_xlim(0, 1.15 * max(float(shown.max()), line))
    axes.set_ylim(0.4, len(shown) + 1.2)
    axes.set_xlabel(_("PSI, applications of the first against those of the last year"), fontsize=9, color=QUIET)
    title = _("“{first}” has moved most, by {psi}; at least half of the {count} columns stay below {middle}.").format(
        first=labels.get(ranked[0], ranked[0]),
        psi=number(float(psi.iloc[0]), 2),
        count=number(len(psi)),
        middle=number(_above(float(psi.median())), 2),
    )
    caption = _(
        "Population stability index: ten bins of the first year, a bin for missing values, a bin for each category. 0 is no "
        "change. It compares two populations and sees no outcome. The line is the lender's own, a convention and no test."
    )
    parts = named(mine, ranked)
    ends = {name: (float(psi[name]), float(len(shown) - place)) for place, name in enumerate(ranked)}
    beside(axes, parts, ends, 1.5 * max(float(shown.max()), line))
    compared = against_ranks(parts, ranked, labels)
    words = [*_ranks(psi, labels, 3), _("The score itself: {psi}.").format(psi=number(score, 3)), *compared]
    return drawn(figure, axes, title, "\n".join([*compared, caption]), words)


def _above(value: float) -> float:
    """Return the next hundredth above a number: whatever is not larger than it stays below."""
    return (math.floor(round(100 * value, 6)) + 1) / 100


def _bars(values: pd.Series[float], labels: Mapping[str, str], *, start: float, digits: int) -> tuple[Figure, Axes]:
    figure, axes = canvas(1.5 + 0.28 * len(values))
    places = list(range(len(values), 0, -1))
    axes.barh(places, values.to_numpy() - start, left=start, height=0.66, color=PROTECT)
    for place, value in zip(places, values, strict=True):
        axes.text(float(value), place, "  " + number(float(value), digits), va="center", fontsize=9, color=INK)
    axes.set_yticks(places, [labels.get(str(name), str(name)) for name in values.index])
    axes.set_ylim(0.4, len(values) + 0.6)
    axes.grid(axis="x", color=FAINT, lw=0.8)
    return figure, axes


def _ranks(values: pd.Series[float], labels: Mapping[str, str], digits: int) -> list[str]:
    return [
        _("{rank}. {name}: {value}.").format(
            rank=rank, name=labels.get(str(name), str(name)), value=number(float(value), digits)
        )
        for rank, (name, value) in enumerate(values.items(), start=1)
    ]
