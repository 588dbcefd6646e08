"""All files at once: one point a file and column, by its contribution, coloured and marked by its value."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from graders.figures.drawing import FAINT, INK, QUIET, Drawing, canvas, drawn, odds_axis, signed
from graders.language import _, number
from graders.references.explanation import Explanation

_THIRDS = (("v", "#d9a520"), ("o", "#8d8d8d"), ("^", "#0b2c6b"))  # low, middle, high value: marker, and light to dark
_LAYERS = 4
_ROW = 0.40  # of the row's height on either side of its middle


def beeswarm(explained: Explanation, columns: int = 10) -> Drawing:
    """Draw the contributions of all files, for the columns that weigh most.

    Parameters
    ----------
    explained
        The explained files.
    columns
        How many columns, from the one that weighs most.
    """
    names = [str(name) for name in explained.importance.index[:columns]]
    figure, axes = canvas(1.75 + 0.44 * len(names))
    for place, name in zip(range(len(names), 0, -1), names, strict=True):
        _row(axes, place, explained.contributions[name].to_numpy(dtype=float), _thirds(explained, name))
    axes.axvline(0, color=INK, lw=1)
    axes.set_yticks(range(len(names), 0, -1), [explained.labels.get(name, name) for name in names])
    axes.set_ylim(0.4, len(names) + 0.6)
    axes.grid(axis="x", color=FAINT, lw=0.8)
    axes.set_xlabel(_("contribution, log-odds   (← protects · towards default →)"), fontsize=9, color=QUIET)
    odds_axis(axes)
    _legend(axes)
    return drawn(figure, axes, _title(explained), _caption(explained), [_in_words(explained, name) for name in names])


def _thirds(explained: Explanation, name: str) -> npt.NDArray[np.int64]:
    """Return 0, 1, 2 for low, middle and high values, -1 for categories and missing values."""
    if name not in explained.numeric:
        return np.full(len(explained.rows), -1)
    values = explained.rows[name].astype(float)
    rank = values.rank(method="min", pct=True) - 1 / len(values)
    return np.asarray(np.where(values.isna(), -1, np.minimum((rank * 3).fillna(0), 2.999).astype(int)), dtype=np.int64)


def _row(axes: Axes, place: int, phi: npt.NDArray[np.float64], thirds: npt.NDArray[np.int64]) -> None:
    heights = place + _swarm(phi)
    layer = np.arange(len(phi)) % _LAYERS
    for place in range(_LAYERS):  # in turns, so that no third lies on top of the others
        for third, (mark, colour) in enumerate(_THIRDS):
            chosen = (thirds == third) & (layer == place)
            axes.scatter(phi[chosen], heights[chosen], s=11, marker=mark, color=colour, alpha=0.75, linewidths=0)
    chosen = thirds == -1
    axes.scatter(phi[chosen], heights[chosen], s=9, marker="o", facecolors="none", edgecolors=QUIET, linewidths=0.5)


def _swarm(phi: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Spread points of equal contribution up and down, the densest spot filling the row."""
    bins = np.round(phi / max(float(np.ptp(phi)) / 70, 1e-9)).astype(int)
    offsets = np.zeros(len(phi))
    for bin_ in np.unique(bins):
        members = np.flatnonzero(bins == bin_)
        offsets[members] = (np.arange(len(members)) + 1) // 2 * np.where(np.arange(len(members)) % 2, 1, -1)
    return np.asarray(_ROW * offsets / max(np.abs(offsets).max(), 6.0), dtype=np.float64)


def _legend(axes: Axes) -> None:
    kinds = [*_THIRDS, ("o", "none")]
    texts = [_("low value"), _("middle"), _("high value"), _("category or not known")]
    handles = [
        Line2D(
            [],
            [],
            ls="",
            marker=mark,
            ms=6,
            color=colour,
            markeredgecolor=QUIET if colour == "none" else colour,
            label=text,
        )
        for (mark, colour), text in zip(kinds, texts, strict=True)
    ]
    axes.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.38, -0.095),
        ncols=4,
        fontsize=8.8,
        frameon=False,
        handletextpad=0.2,
    )


def _title(explained: Explanation) -> str:
    phi = explained.contributions
    both = int(((phi > 0.02).mean().ge(0.05) & (phi < -0.02).mean().ge(0.05)).sum())
    template = _("{both} of {all} columns push some clients towards default and protect others.")
    return template.format(both=both, all=phi.shape[1])


def _caption(explained: Explanation) -> str:
    return _(
        "One point a client ({files} applications of the last year). Position: contribution in log-odds of default, against "
        "100 reference loans. Marker and colour: the client's own value, by thirds of the "
        "files; fewer groups where many share a value."
    ).format(files=len(explained.rows))


def _in_words(explained: Explanation, name: str) -> str:
    phi, label = explained.contributions[name], explained.labels.get(name, name)
    spread = (signed(float(phi.min()), 2), signed(float(phi.max()), 2), number(float(100 * (phi > 0).mean()), 0))
    if name not in explained.numeric:
        template = _("{label}: from {low} to {high}; pushes {share} % of the files towards default.")
        return template.format(label=label, low=spread[0], high=spread[1], share=spread[2])
    thirds = _thirds(explained, name)
    template = _(
        "{label}: from {low} to {high}; pushes {share} % of the files; mean {few} at low values, {many} at high values."
    )
    means: list[float] = [float(pd.Series(phi.to_numpy()[thirds == third]).mean()) for third in (0, 2)]
    few, many = (signed(mean, 2) if mean == mean else "–" for mean in means)
    return template.format(label=label, low=spread[0], high=spread[1], share=spread[2], few=few, many=many)
