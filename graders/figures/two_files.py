"""One push in two files: the same step in log-odds on the curve that leads to PDs."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from graders.figures.drawing import FAINT, INK, PROTECT, PUSH, QUIET, Drawing, canvas, drawn, signed
from graders.language import _, number
from graders.references.explanation import Explained
from graders.references.odds import pd_percent


def two_files(safer: Explained, riskier: Explained, column: str) -> Drawing:
    """Draw what a contribution of one column is worth in the PD of two files.

    Parameters
    ----------
    safer, riskier
        The two explained files.
    column
        The column whose contribution is compared.
    """
    figure, axes = canvas(4.6)
    totals = [client.log_odds for client in (safer, riskier)]
    pushes = [float(client.contributions[column]) for client in (safer, riskier)]
    grid = np.linspace(min(totals) - max(pushes) - 0.8, max(totals) + 0.8, 300)
    axes.plot(grid, pd_percent(grid), color=QUIET, lw=1.6)
    for client, colour, mark, above in ((safer, PROTECT, "o", True), (riskier, PUSH, "^", False)):
        _step(axes, client, column, colour, mark, above)
    axes.set_xlim(float(grid[0]) - 0.6, float(grid[-1]) + 0.9)
    axes.set_ylim(-2, float(pd_percent(grid[-1])) * 1.06)
    axes.grid(color=FAINT, lw=0.8)
    axes.set_xlabel(_("total of the file, log-odds of default"), fontsize=9, color=QUIET)
    axes.set_ylabel(_("PD, %"), fontsize=9, color=QUIET)
    label = safer.labels.get(column, column)
    worth = [float(client.points[column]) for client in (safer, riskier)]
    title = _("The same push from “{label}” is worth {few} points of PD for {safer} and {many} for {riskier}.").format(
        label=label, few=number(worth[0], 1), many=number(worth[1], 1), safer=safer.name, riskier=riskier.name
    )
    caption = _(
        "Each step to the right is that contribution in log-odds, taken away last; its height is what it is worth in points "
        "of PD. The curve is flat for safe files and steep near a PD of 50 %."
    )
    words = [
        _("Client {name}: PD {without} % without it, {pd} % with it; {push} in log-odds, {points} points.").format(
            name=client.name,
            without=number(float(pd_percent(client.log_odds - client.contributions[column])), 1),
            pd=number(client.pd, 1),
            push=signed(float(client.contributions[column]), 2),
            points=signed(points, 1),
        )
        for client, points in zip((safer, riskier), worth, strict=True)
    ]
    return drawn(figure, axes, title, caption, words)


def _step(axes: Axes, client: Explained, column: str, colour: str, mark: str, above: bool) -> None:
    total, push = client.log_odds, float(client.contributions[column])
    before, after = float(pd_percent(total - push)), client.pd
    axes.plot([total - push, total, total], [before, before, after], color=colour, lw=2.2, solid_joinstyle="round")
    axes.plot([total - push, total], [before, after], ls="", marker=mark, ms=7, color=colour)
    axes.annotate(
        _("{name}: {points} points\nfor {push} in log-odds").format(
            name=client.name, points=signed(after - before, 1), push=signed(push, 2)
        ),
        (total, after if above else (before + after) / 2),
        textcoords="offset points",
        xytext=(-4, 14) if above else (12, 0),
        ha="right" if above else "left",
        va="bottom" if above else "center",
        fontsize=9.5,
        color=INK,
    )
