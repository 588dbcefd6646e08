"""How much each column or fact weighs over all files: mean absolute contributions as bars."""

from __future__ import annotations

from typing import overload

import pandas as pd

from graders.figures.deciding import Decided, Prompt, against_ranks, beside, instead, named
from graders.figures.drawing import FAINT, INK, PROTECT, QUIET, Drawing, canvas, drawn, odds_axis, odds_factor
from graders.language import _, number
from graders.references.explanation import Explanation
from graders.references.margins import BAND, gap


@overload
def bars(explained: Explanation, *, concepts: bool = False, count: int | None = None, mine: None = None) -> Drawing: ...


@overload
def bars(
    explained: Explanation, *, concepts: bool = False, count: int | None = None, mine: Decided
) -> Drawing | Prompt: ...


def bars(
    explained: Explanation, *, concepts: bool = False, count: int | None = None, mine: Decided | None = None
) -> Drawing | Prompt:
    """Draw mean absolute contributions, longest first.

    Parameters
    ----------
    explained
        The explained files.
    concepts
        Columns that say one thing as one bar, their contributions added per file first.
    count
        How many bars; None for all.
    mine
        What the reader decided before looking: the bars named get a mark and a word. Nothing is drawn before the decision
        is made.
    """
    prompt = instead(mine)
    if prompt is not None:
        return prompt
    importance = explained.concept_importance if concepts else explained.importance
    kept, labels, files = importance.iloc[:count], explained.labels, len(explained.rows)
    figure, axes = canvas(1.6 + 0.29 * len(kept))
    places = list(range(len(kept), 0, -1))
    axes.barh(places, kept.to_numpy(), height=0.66, color=PROTECT)
    for place, weight in zip(places, kept, strict=True):
        axes.text(float(weight), place, "  " + _weight(float(weight)), va="center", fontsize=9, color=INK)
    names = [labels.get(str(name), str(name)) for name in kept.index]
    axes.set_yticks(places, [f"{rank}. {name}" for rank, name in enumerate(names, start=1)])
    axes.set_ylim(0.4, len(kept) + 0.6)
    axes.set_xlim(0, float(kept.max()) * 1.12)
    axes.grid(axis="x", color=FAINT, lw=0.8)
    axes.set_xlabel(_("mean absolute contribution, log-odds"), fontsize=9, color=QUIET)
    odds_axis(axes)
    share = float(100 * kept.iloc[:5].sum() / importance.sum())
    title = _title(names, kept).format(first=names[0], second=names[min(1, len(names) - 1)], share=number(share, 0))
    caption = _(
        "Mean over {files} files of the size of the contribution, whatever its sign: a bar says how much, not in which "
        "direction, and nothing about any one client. Reference: 100 loans the model learnt on."
    ).format(files=files)
    words = [
        _("{rank}. {name}: {weight} in log-odds, {factor} on the odds of default.").format(
            rank=rank, name=name, weight=_weight(float(weight)), factor=odds_factor(float(weight))
        )
        for rank, (name, weight) in enumerate(zip(names, kept, strict=True), start=1)
    ]
    parts = named(mine, map(str, importance.index))
    compared = against_ranks(parts, [str(name) for name in importance.index], labels)
    ends = {str(name): (float(kept[name]), float(place)) for place, name in zip(places, kept.index, strict=True)}
    beside(axes, parts, ends, float(kept.max()) * 1.5)
    return drawn(figure, axes, title, "\n".join([*compared, caption]), [*words, *compared])


def _title(names: list[str], kept: pd.Series[float]) -> str:
    if len(names) > 1 and gap(float(kept.iloc[0]), float(kept.iloc[1])) < BAND:
        return _(
            "“{first}” and “{second}” weigh most, too close to tell apart; the first five carry {share} % of all weight."
        )
    return _("“{first}” weighs most; the first five carry {share} % of all weight.")


def _weight(weight: float) -> str:
    return number(weight, 2) if weight >= 0.005 else _("under 0.01")
