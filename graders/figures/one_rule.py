"""LIME in one drawing: invented files, one rule, and the step that the copy makes of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from graders.figures.drawing import FAINT, INK, PROTECT, PUSH, QUIET, Drawing, canvas, drawn, signed
from graders.language import _, number


def one_rule(files: pd.DataFrame, rule: str, label: str, weight: float) -> Drawing:
    """Draw the invented files against one column, and what the copy makes of one rule about it.

    Parameters
    ----------
    files
        Invented files, the client's own first: ``value`` of the column, ``pd`` of the model in percent, ``holds`` whether the rule
        does, ``kernel`` weight in the fit.
    rule
        The rule in words.
    label
        What the column means, with its unit.
    weight
        Of the rule in the copy, as a probability.
    """
    inside, points = files["holds"].astype(bool), 100 * weight
    figure, axes = canvas(4.4)
    for chosen, colour, mark in ((~inside, PROTECT, "o"), (inside, PUSH, "^")):
        drawn_files = files[chosen]
        axes.scatter(
            drawn_files["value"],
            drawn_files["pd"],
            s=70 * drawn_files["kernel"] ** 2,
            marker=mark,
            color=colour,
            alpha=0.5,
            lw=0,
        )
    level = float(np.average(files.loc[~inside, "pd"], weights=files.loc[~inside, "kernel"]))
    ends = [
        (float(part.min()), float(part.max())) for part in (files.loc[~inside, "value"], files.loc[inside, "value"])
    ]
    for (low, high), height, colour in zip(ends, (level, level + points), (PROTECT, PUSH), strict=True):
        axes.plot([low, high], [height, height], color=colour, lw=3)
    axes.plot(files["value"].iloc[0], files["pd"].iloc[0], ls="", marker="D", ms=10, color=INK)
    axes.annotate(
        _("the client"),
        (float(files["value"].iloc[0]), float(files["pd"].iloc[0])),
        textcoords="offset points",
        xytext=(9, 6),
        fontsize=9.5,
        color=INK,
    )
    axes.grid(color=FAINT, lw=0.8)
    axes.set_xlabel(label, fontsize=9.5, color=INK)
    axes.set_ylabel(_("PD by the model, %"), fontsize=9, color=QUIET)
    title = _("The copy turns a cloud into one step: {points} points of PD where “{rule}” holds.").format(
        points=signed(points, 1), rule=rule
    )
    caption = _(
        "One point an invented file, {count} drawn; the nearer to the client, the larger the point and the more it counts. "
        "Triangles: the rule holds; circles: it does not. The two levels lie apart by the rule's weight."
    ).format(count=number(len(files)))
    words = [
        _("The client. {label}: {value}; PD: {pd} %.").format(
            label=label, value=number(float(files["value"].iloc[0])), pd=number(float(files["pd"].iloc[0]), 1)
        ),
        *(
            _("{which}: files {count}, PD of the model from {low} to {high} %.").format(
                which=which,
                count=number(int(chosen.sum())),
                low=number(float(files.loc[chosen, "pd"].min()), 1),
                high=number(float(files.loc[chosen, "pd"].max()), 1),
            )
            for which, chosen in ((_("The rule holds"), inside), (_("The rule does not hold"), ~inside))
        ),
        _("The copy's step: {points} points.").format(points=signed(points, 1)),
    ]
    return drawn(figure, axes, title, caption, words)
