"""A model's answer as one column is moved: file by file with two means, and column by column against declared signs."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any, overload

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from graders.figures.deciding import Decided, Prompt, instead, named
from graders.figures.dependence import KINDS
from graders.figures.drawing import FAINT, INK, PROTECT, QUIET, WIDTH, Drawing, canvas, drawn, panels, signed
from graders.language import _, number
from graders.references.explanation import shown

_DASHES = {"A": "-", "B": (0, (4, 2)), "all": (0, (1, 1.2))}
_PANEL = 1.72  # inches a row of panels takes
_WRAP_LABEL = 40
_SKETCHES = {
    "rises": (0.0, 0.5, 1.0),
    "falls": (1.0, 0.5, 0.0),
    "valley": (1.0, 0.0, 1.0),
    "hill": (0.0, 1.0, 0.0),
    "flat": (0.5, 0.5, 0.5),
}


def ice(
    means: pd.DataFrame, files: pd.DataFrame, kind: pd.Series[Any], words: Mapping[str, str], label: str
) -> Drawing:
    """Draw the PD of some files as one column is moved, and the mean PD of two kinds of files.

    Parameters
    ----------
    means
        Mean PD in percent by value moved to; columns ``A``, ``B`` and ``all``.
    files
        PD in percent by value moved to, one column a file.
    kind
        Which of A and B each file is of.
    words
        A and B in words.
    label
        What is moved, with its unit.
    """
    figure, axes = canvas(4.9)
    looks = dict(zip(words, KINDS, strict=True))
    for name in files.columns:
        axes.plot(files.index, files[name], color=looks[kind[name]][1], ls=_DASHES[kind[name]], lw=0.8, alpha=0.45)
    for name in words:
        marker, edge, face = looks[name]
        axes.plot(
            means.index,
            means[name],
            color=edge,
            ls=_DASHES[name],
            lw=2.6,
            marker=marker,
            markerfacecolor=face,
            ms=6,
            label=textwrap.fill(_("{name}: {words}").format(name=name, words=words[name]), 62, break_on_hyphens=False),
        )
    axes.plot(means.index, means["all"], color=QUIET, ls=_DASHES["all"], lw=2.2, label=_("all files together"))
    axes.legend(loc="upper left", fontsize=9, frameon=False)
    axes.set_ylim(0, None)
    axes.set_xlabel(_("{label}, the same for every file").format(label=label), fontsize=9.5, color=INK)
    axes.set_ylabel(_("PD, %"), fontsize=9, color=QUIET)
    axes.grid(color=FAINT, lw=0.8)
    gains = (files.iloc[-1] - files.iloc[0]).sort_values()
    title = _(
        "{rising} of {count} files end with a higher PD; the change lies between {least} and {most} points."
    ).format(
        rising=number(int((gains > 0).sum())),
        count=number(len(gains)),
        least=signed(float(gains.iloc[0]), 1),
        most=signed(float(gains.iloc[-1]), 1),
    )
    caption = _(
        "Thin: {count} applications of the last year, each with only this value moved. Thick: the mean PD of all explained "
        "files, by segment. "
        "The model's answers, not what clients would do: some moved files are files that nobody ever filed."
    ).format(count=number(len(gains)))
    lines = [
        _("At {value}: mean PD {a} % in A, {b} % in B, {all} % over all.").format(
            value=shown(value), a=number(a, 1), b=number(b, 1), all=number(all_files, 1)
        )
        for value, a, b, all_files in zip(means.index, means["A"], means["B"], means["all"], strict=True)
    ]
    return drawn(figure, axes, title, caption, lines)


@overload
def curves(
    heights: Mapping[str, pd.Series[float]],
    declared: Mapping[str, int],
    labels: Mapping[str, str],
    line: float,
    *,
    mine: None = None,
) -> Drawing: ...


@overload
def curves(
    heights: Mapping[str, pd.Series[float]],
    declared: Mapping[str, int],
    labels: Mapping[str, str],
    line: float,
    *,
    mine: Decided,
) -> Drawing | Prompt: ...


def curves(
    heights: Mapping[str, pd.Series[float]],
    declared: Mapping[str, int],
    labels: Mapping[str, str],
    line: float,
    *,
    mine: Decided | None = None,
) -> Drawing | Prompt:
    """Draw the mean log-odds of all files as each column is moved, all panels to one scale.

    Parameters
    ----------
    heights
        By column, mean log-odds by value moved to, ascending.
    declared
        The sign declared for each: +1, -1, or 0 for none.
    labels
        What the columns mean.
    line
        Length of the bar that stands beside the curves, in log-odds.
    mine
        What the reader decided before looking, ``"column: shape"`` by `_SKETCHES`: drawn into the panel as a dotted line.
        Nothing is drawn before the decision is made.
    """
    prompt = instead(mine)
    if prompt is not None:
        return prompt
    known = [f"{name}: {shape}" for name in heights for shape in _SKETCHES]
    sketched = [tuple(one.split(": ")) for part in named(mine, known) for one in part.ids]
    figure, grid = panels(len(heights))
    figure.set_size_inches(WIDTH, 1.0 + _PANEL * -(-len(heights) // 2))
    low = min(float(curve.min()) for curve in heights.values()) - 0.1
    high = max(float(curve.max()) for curve in heights.values()) + 0.1
    for axes, (name, curve) in zip(grid, heights.items(), strict=True):
        _panel(axes, curve, (low, high), line)
        heading = textwrap.fill(labels.get(name, name), _WRAP_LABEL)
        axes.set_title(f"{heading} · {_declared(declared[name])}", fontsize=9.5, color=INK, loc="left")
    for name, shape in sketched:
        _sketch(grid[list(heights).index(name)], heights[name], shape)
    spans = {name: float(curve.max() - curve.min()) for name, curve in heights.items()}
    most, least = max(spans, key=lambda name: spans[name]), min(spans, key=lambda name: spans[name])
    title = _("Moved over its values, “{most}” shifts the mean log-odds by {far}, “{least}” by {little}.").format(
        most=labels.get(most, most),
        far=number(spans[most], 2),
        least=labels.get(least, least),
        little=number(spans[least], 2),
    )
    caption = _(
        "Mean log-odds of default over applications of the last year, every one given the same value; higher is riskier. "
        "Values from the 2nd to the 98th percentile. One scale for all panels; the upright bar is {line} long."
    ).format(line=number(line, 2))
    told = [_("Dotted: the shape you expected.")] if sketched else []
    return drawn(
        figure,
        grid[0],
        title,
        "\n".join([*told, caption]),
        [_in_words(name, curve, labels) for name, curve in heights.items()],
    )


def _declared(sign: int) -> str:
    return _("declared ↑") if sign > 0 else _("declared ↓") if sign < 0 else _("none declared")


def _panel(axes: Axes, curve: pd.Series[float], limits: tuple[float, float], line: float) -> None:
    x = curve.index.to_numpy(dtype=float)
    axes.plot(x, curve.to_numpy(), color=PROTECT, lw=1.8, marker="o", ms=3.5)
    axes.set_ylim(*limits)
    span = float(np.ptp(x)) or 1.0
    place, foot = float(x.max()) + 0.06 * span, limits[0] + 0.08 * (limits[1] - limits[0])
    axes.plot([place, place], [foot, foot + line], color=INK, lw=3, solid_capstyle="butt")
    axes.grid(color=FAINT, lw=0.8)
    axes.tick_params(labelsize=8.5)
    axes.xaxis.set_major_formatter(lambda value, _place: number(float(value)))


def _sketch(axes: Axes, curve: pd.Series[float], shape: str) -> None:
    x = curve.index.to_numpy(dtype=float)
    low, high = float(curve.min()), float(curve.max())
    heights = [low + share * (high - low) for share in _SKETCHES[shape]]
    axes.plot([x.min(), (x.min() + x.max()) / 2, x.max()], heights, color=INK, lw=1.6, ls=":")


def _in_words(name: str, curve: pd.Series[float], labels: Mapping[str, str]) -> str:
    points = _("; ").join(
        _("{value}: {height}").format(value=shown(value), height=signed(float(height), 2))
        for value, height in zip(curve.index, curve, strict=True)
    )
    return _("{label}. Mean log-odds at {points}.").format(label=labels.get(name, name), points=points)
