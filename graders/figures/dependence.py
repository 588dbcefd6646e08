"""One column's contribution against its value, clients told apart by a second column that may change the slope.

Kinds of clients are told apart by marker, filling and colour; the two colours are none of those for risk and protection.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from graders.figures.drawing import FAINT, INK, QUIET, Drawing, canvas, drawn, odds_axis, panels, signed
from graders.language import _, number
from graders.references.explanation import Explanation

KINDS = (("^", "#009e73", "#009e73"), ("o", INK, "none"))  # marker, edge, filling
_WRAP_KIND = 62


def dependence(explained: Explanation, column: str, kind: pd.Series[Any], words: Mapping[str, str]) -> Drawing:
    """Draw a quantity's contributions against its values, two kinds of clients told apart.

    Parameters
    ----------
    explained
        The explained files.
    column
        The quantity.
    kind
        Which of the two kinds each file is of.
    words
        The two kinds in words, by name.
    """
    figure, axes = canvas(4.9)
    values, phi = explained.rows[column].astype(float), explained.contributions[column]
    for name, look in zip(words, KINDS, strict=True):
        _cloud(axes, values[kind == name], phi[kind == name], _named(name, words), look)
    axes.axhline(0, color=INK, lw=1)
    axes.grid(axis="y", color=FAINT, lw=0.8)
    axes.set_xlabel(explained.with_unit(column), fontsize=9.5, color=INK)
    axes.set_ylabel(_("contribution, log-odds\n← protects · towards default →"), fontsize=9, color=QUIET)
    axes.xaxis.set_major_formatter(lambda value, _place: number(float(value)))
    axes.legend(loc="upper left", fontsize=9, frameon=False, handletextpad=0.2)
    odds_axis(axes, "right")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.16 * (high - low))  # room for the legend above the points
    climbs = [_climb(values[kind == name], phi[kind == name], values) for name in words]
    first, second = words
    title = _(
        "From the lowest to the highest fifth, contributions change by {a} in {first} and by {b} in {second}."
    ).format(a=signed(climbs[0], 2), first=first, b=signed(climbs[1], 2), second=second)
    caption = _(
        "One point a client ({files} applications of the last year). Above zero: towards default; below: protects. Against 100 "
        "reference loans. Filled triangles and open circles tell two kinds of clients apart: compare the two slopes."
    ).format(files=number(len(phi)))
    lines = [_line(values, phi, kind == name, _named(name, words)) for name in words]
    return drawn(figure, axes, title, caption, lines)


def colourings(files: pd.DataFrame, columns: Mapping[str, str], labels: tuple[str, str]) -> Drawing:
    """Draw one cloud several times, told apart by another column each time.

    Parameters
    ----------
    files
        With the columns ``value`` and ``contribution``, and two levels in each of `columns`.
    columns
        What tells files apart, panel by panel, in words.
    labels
        What value and contribution are, for the axes.
    """
    figure, grid = panels(len(columns))
    lines = []
    for axes, (column, words) in zip(grid, columns.items(), strict=True):
        for level, look in zip(sorted(files[column].unique()), KINDS, strict=True):
            mine = files[column] == level
            _cloud(axes, files.loc[mine, "value"], files.loc[mine, "contribution"], str(level), look)
            lines.append(
                _line(
                    files["value"],
                    files["contribution"],
                    mine,
                    _("{column}, {level}").format(column=words, level=level),
                )
            )
        axes.axhline(0, color=INK, lw=1)
        axes.grid(axis="y", color=FAINT, lw=0.8)
        axes.set_title(words, fontsize=10, color=INK, loc="left")
        axes.set_xlabel(labels[0], fontsize=9, color=QUIET)
        axes.set_ylabel(labels[1], fontsize=9, color=QUIET)
        axes.legend(loc="upper left", fontsize=8.5, frameon=False, handletextpad=0.2)
    title = _("{files} files, told apart in {panels} ways: contributions from {low} to {high}.").format(
        files=number(len(files)),
        panels=number(len(columns)),
        low=signed(float(files["contribution"].min()), 2),
        high=signed(float(files["contribution"].max()), 2),
    )
    caption = _(
        "Made up. Every panel shows the same points; only the markers change. Two slopes: the columns act together. One marker "
        "left and the other right: they only go along with each other. Both markers all over: neither."
    )
    return drawn(figure, grid[0], title, caption, lines)


def _cloud(axes: Axes, x: pd.Series[float], y: pd.Series[float], label: str, look: tuple[str, str, str]) -> None:
    marker, edge, face = look
    axes.scatter(x, y, s=17, marker=marker, edgecolors=edge, facecolors=face, linewidths=0.8, alpha=0.75, label=label)


def _named(name: str, words: Mapping[str, str]) -> str:
    return textwrap.fill(_("{name}: {words}").format(name=name, words=words[name]), _WRAP_KIND, break_on_hyphens=False)


def _climb(values: pd.Series[float], phi: pd.Series[float], everybody: pd.Series[float]) -> float:
    """Return by how much the mean contribution changes from the lowest to the highest fifth of everybody's values."""
    low, high = everybody.quantile([0.2, 0.8])
    return _mean(phi[values >= high]) - _mean(phi[values <= low])


def _line(values: pd.Series[float], phi: pd.Series[float], mine: pd.Series[bool], words: str) -> str:
    edges = values.quantile([0, 1 / 3, 2 / 3, 1]).to_numpy()
    thirds = [mine & (values >= low) & (values <= high) for low, high in pairwise(edges)]
    template = _("{kind}: {files} files, mean contribution {low} at low, {middle} at middle, {high} at high values.")
    low, middle, high = (signed(_mean(phi[third]), 2) for third in thirds)
    return template.format(
        kind=words.replace("\n", " "), files=number(int(mine.sum())), low=low, middle=middle, high=high
    )


def _mean(values: pd.Series[float] | npt.NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else 0.0
