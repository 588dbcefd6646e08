"""Columns by how well each alone tells a group that no model is told: bars from guessing, small panels side by side."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from graders.figures.drawing import FAINT, INK, PROTECT, QUIET, Drawing, canvas, drawn, panels
from graders.language import _, number

_SHORTEST = 0.5  # AUC of guessing: bars start here


def proxies(aucs: Mapping[str, pd.Series[float]], labels: Mapping[str, str], count: int = 6) -> Drawing:
    """Draw the columns that best tell each attribute, longest first.

    Parameters
    ----------
    aucs
        By attribute, in words: AUC by column (`graders.references.proxies.group_auc`).
    labels
        What columns mean.
    count
        How many columns an attribute.
    """
    if len(aucs) == 1:
        figure, single = canvas(1.2 + 0.33 * count)
        grid = [single]
    else:
        figure, grid = panels(len(aucs))
    words = []
    longest = max(float(one.max()) for one in aucs.values())
    for axes, (attribute, found) in zip(grid, aucs.items(), strict=True):
        kept = found.sort_values(ascending=False, kind="stable").iloc[:count]
        _bars(axes, kept, labels, longest)
        axes.set_title(attribute, fontsize=10.5, color=INK, loc="left")
        words += [
            _("{attribute}: {rank}. {column}, AUC {auc}.").format(
                attribute=attribute, rank=rank, column=labels.get(str(name), str(name)), auc=number(float(auc), 3)
            )
            for rank, (name, auc) in enumerate(kept.items(), start=1)
        ]
    caption = _(
        "AUC of telling the group from one column alone: the chance that, of one person of the compared group and one of the "
        "reference group, the column points to the right one. 0.5 is guessing. All applications of the last year. Not the weight "
        "of a column in the score, and not its link with default."
    )
    return drawn(figure, grid[0], _title(aucs), caption, words)


def _bars(axes: Axes, kept: pd.Series[float], labels: Mapping[str, str], longest: float) -> None:
    places = list(range(len(kept), 0, -1))
    axes.barh(places, kept.to_numpy() - _SHORTEST, left=_SHORTEST, height=0.62, color=PROTECT)
    for place, auc in zip(places, kept, strict=True):
        axes.text(float(auc) + 0.006, place, number(float(auc), 3), va="center", fontsize=9, color=INK)
    axes.set_yticks(places, [labels.get(str(name), str(name)) for name in kept.index])
    axes.set_xlim(_SHORTEST, max(longest, 0.6) + 0.08)
    axes.set_ylim(0.4, len(kept) + 0.6)
    axes.grid(axis="x", color=FAINT, lw=0.8)
    axes.set_xlabel(_("AUC (0.5: guessing)"), fontsize=9, color=QUIET)


def _title(aucs: Mapping[str, pd.Series[float]]) -> str:
    ordered = {attribute: one.sort_values(ascending=False, kind="stable") for attribute, one in aucs.items()}
    attribute, found = max(ordered.items(), key=lambda item: float(item[1].iloc[0]))
    return _("One column alone tells “{attribute}” with an AUC of {first}; the next reaches {second}.").format(
        attribute=attribute, first=number(float(found.iloc[0]), 2), second=number(float(found.iloc[1]), 2)
    )
