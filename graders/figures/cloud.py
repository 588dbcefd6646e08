"""Two readings of one fact: real files beside the files that LIME invented, on the same axes."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from graders.figures.drawing import FAINT, INK, PROTECT, PUSH, QUIET, Drawing, drawn, panels
from graders.language import _, number

_WRAP_LABEL = 44  # characters beside a panel


def clouds(real: pd.DataFrame, invented: pd.DataFrame, labels: tuple[str, str], line: float) -> Drawing:
    """Draw real and invented files by two columns that tell one fact.

    Parameters
    ----------
    real, invented
        One row a file, two columns, the same in both; a draw of them, so that points can be told apart.
    labels
        What the two columns mean, with their unit.
    line
        Gap between the two that hardly any real file passes.
    """
    figure, (left, right) = panels(2)
    figure.set_figheight(4.6)
    both = pd.concat([real, invented])
    low, high = float(both.to_numpy().min()), float(both.to_numpy().max())
    for axes, files, colour, mark, name in (
        (left, real, PROTECT, "o", _("real files")),
        (right, invented, PUSH, "^", _("invented by LIME")),
    ):
        axes.scatter(files.iloc[:, 0], files.iloc[:, 1], s=11, marker=mark, color=colour, alpha=0.55, linewidths=0)
        _band(axes, low, high, line)
        axes.set_title(_("{name}: {count} drawn").format(name=name, count=number(len(files))), fontsize=10, color=INK)
        axes.set_xlabel(labels[0], fontsize=9, color=QUIET)
        axes.set_xlim(low - 2, high + 2)
        axes.set_ylim(low - 2, high + 2)
        axes.grid(color=FAINT, lw=0.8)
    left.set_ylabel(textwrap.fill(labels[1], _WRAP_LABEL), fontsize=9, color=QUIET)
    together = [float(np.corrcoef(files.to_numpy(dtype=float).T)[0, 1]) for files in (real, invented)]
    title = _(
        "In real files the two readings go together (correlation {real}); LIME draws each on its own ({made})."
    ).format(real=number(together[0], 2), made=number(together[1], 2).replace("-", "\u2212"))
    caption = _(
        "One point a file. Between the dashed lines the two readings lie within {line} of each other, as in 99.9 % of all real "
        "files. Both panels have the same scales."
    ).format(line=number(line))
    words = [
        _("{name}: middle half of {label} from {low} to {high}.").format(
            name=name,
            label=label,
            low=number(float(column.quantile(0.25)), 0),
            high=number(float(column.quantile(0.75)), 0),
        )
        for name, files in ((_("Real files"), real), (_("Invented files"), invented))
        for label, (_column, column) in zip(labels, files.items(), strict=True)
    ]
    words.append(_("Largest gap drawn in a real file: {gap}.").format(gap=number(_widest(real), 0)))
    words.append(_("Largest gap drawn in an invented file: {gap}.").format(gap=number(_widest(invented), 0)))
    return drawn(figure, left, title, caption, words)


def _band(axes: Axes, low: float, high: float, line: float) -> None:
    for shift in (-line, line):
        axes.plot([low, high], [low + shift, high + shift], color=INK, lw=1, ls="--")


def _widest(files: pd.DataFrame) -> float:
    return float((files.iloc[:, 0] - files.iloc[:, 1]).abs().max())
