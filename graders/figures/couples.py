"""Columns that act together: a table in shades, half of every couple twice, on the diagonal what a column does alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from graders.figures.drawing import INK, Drawing, canvas, drawn
from graders.language import _, number

_WHITE_INK = 0.6  # share of the darkest shade from which ink is white


def couples(halves: pd.DataFrame, labels: Mapping[str, str], files: int) -> Drawing:
    """Draw the strengths of couples of columns.

    Parameters
    ----------
    halves
        Symmetric, in log-odds: off the diagonal half of each couple, on it a column's main effect.
    labels
        What the columns mean.
    files
        Over how many applications the strengths are means.
    """
    names = [str(name) for name in halves.index]
    count, table = len(names), halves.to_numpy(dtype=float)
    figure, axes = canvas(1.3 + 0.44 * count)
    beside = table[~np.eye(count, dtype=bool)]
    shade = np.where(np.eye(count, dtype=bool), np.nan, table)
    axes.imshow(shade, cmap="Purples", vmin=0, vmax=float(beside.max()), aspect="auto")
    for row in range(count):
        for place in range(count):
            alone = row == place
            dark = not alone and table[row, place] > _WHITE_INK * beside.max()
            ink = "white" if dark else INK
            axes.text(place, row, number(table[row, place], 3), ha="center", va="center", fontsize=9, color=ink)
            if alone:
                frame = Rectangle((place - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=INK, lw=1.4)
                axes.add_patch(frame)
    numbered = [f"{place}. {labels.get(name, name)}" for place, name in enumerate(names, start=1)]
    axes.set_yticks(range(count), numbered)
    axes.set_xticks(range(count), [str(place) for place in range(1, count + 1)])
    axes.xaxis.tick_top()
    axes.spines["bottom"].set_visible(False)
    own = np.diag(table).sum()
    title = _("These {count} columns work mostly alone: main effects make up {share} % of all strength.").format(
        count=number(count), share=number(float(100 * own / (own + beside.sum())), 0)
    )
    caption = _(
        "Mean absolute SHAP interaction values over {files} applications of the last year, log-odds of default. Framed, on the "
        "diagonal: what a column does alone. Off it, each couple stands twice, half of its strength in each cell. The darker, the "
        "stronger."
    ).format(files=number(files))
    words = [
        _("{name} alone: {strength}.").format(name=labels.get(name, name), strength=number(table[at, at], 3))
        for at, name in enumerate(names)
    ]
    words += [
        _("{first} with {second}: half of the couple is {strength}.").format(
            first=labels.get(names[row], names[row]),
            second=labels.get(names[place], names[place]),
            strength=number(table[row, place], 3),
        )
        for row in range(count)
        for place in range(row + 1, count)
    ]
    return drawn(figure, axes, title, caption, words)
