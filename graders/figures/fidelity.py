"""How faithfully local copies follow a model: one number a client, beside the line that the organisation declares."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from graders.figures.drawing import FAINT, INK, PROTECT, PUSH, QUIET, Drawing, canvas, drawn
from graders.language import _, number

_CLASSES = 20  # of 0.05 each


def fidelities(values: npt.ArrayLike, line: float, samples: int) -> Drawing:
    """Draw the fidelity of many local copies.

    Parameters
    ----------
    values
        R² of one copy a client, at most 1; below 0 counts as 0.
    line
        R² that the organisation asks of a copy.
    samples
        How many files were invented for each.
    """
    scores = np.clip(np.asarray(values, dtype=float), 0.0, 1.0)
    counts, edges = np.histogram(scores, bins=_CLASSES, range=(0.0, 1.0))
    figure, axes = canvas(3.6)
    axes.bar(edges[:-1], counts, width=0.92 / _CLASSES, align="edge", color=PROTECT)
    axes.axvline(line, color=PUSH, lw=2)
    axes.annotate(
        _("declared line, {line}").format(line=number(line, 2)),
        (line, 1.0),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        xytext=(5, -4),
        va="top",
        fontsize=9.5,
        color=INK,
    )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, max(1.0, float(counts.max())) * 1.15)
    axes.grid(axis="y", color=FAINT, lw=0.8)
    axes.set_xlabel(_("R² of the copy: 0 follows nothing, 1 follows the model exactly"), fontsize=9, color=QUIET)
    axes.set_ylabel(_("clients"), fontsize=9, color=QUIET)
    reach = number(int((scores >= line).sum()))
    title = _(
        "{reach} of {all} local copies reach the declared line; at least half of them stay under an R² of {middle}."
    ).format(reach=reach, all=number(len(scores)), middle=number(_above_half(scores), 2))
    caption = _(
        "One copy a client, drawn at random from the applications of the last year, {samples} invented files each. R²: share of "
        "the variation of the model's PD among the invented files that the copy follows."
    ).format(samples=number(samples))
    words = [
        _("R² from {low} to {high}: clients {count}.").format(
            low=number(low, 2), high=number(high, 2), count=number(int(count))
        )
        for low, high, count in zip(edges, edges[1:], counts, strict=False)
        if count
    ]
    return drawn(figure, axes, title, caption, [*words, _("Declared line: {line}.").format(line=number(line, 2))])


def _above_half(scores: npt.NDArray[np.float64]) -> float:
    """Return the smallest R² of two decimals that at least half of the copies stay under: rounding may not make it untrue."""
    middle = float(np.quantile(scores, 0.5, method="inverted_cdf"))
    return (math.floor(100 * middle + 1e-9) + 1) / 100
