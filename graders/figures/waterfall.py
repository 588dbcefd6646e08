"""One client: from the reference loans to this client's PD, bar by bar.

Bars are as long as the contributions in log-odds, because those add up and points of PD do not; the scale below them is in PD,
and each bar says what it is worth in points of this client's PD when it is taken away last.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple, overload

from matplotlib.axes import Axes

from graders.figures.deciding import Decided, Named, Prompt, against_pushes, instead, legend, marked, named
from graders.figures.drawing import FAINT, INK, PROTECT, PUSH, QUIET, Drawing, canvas, drawn, signed
from graders.language import _, number
from graders.references.explanation import Explained, shown
from graders.references.odds import log_odds, pd_percent, probability_points

_PD_TICKS = (0.1, 0.2, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95, 99)
_NEAR = 0.125  # of the width, between two ticks that can still be read


class _Step(NamedTuple):
    label: str
    push: float
    points: float
    columns: tuple[str, ...]


@overload
def waterfall(client: Explained, bars: int = 7, mine: None = None) -> Drawing: ...


@overload
def waterfall(client: Explained, bars: int = 7, *, mine: Decided) -> Drawing | Prompt: ...


def waterfall(client: Explained, bars: int = 7, mine: Decided | None = None) -> Drawing | Prompt:
    """Draw one client's PD as base value plus contributions.

    Parameters
    ----------
    client
        The explained file.
    bars
        How many contributions get a bar of their own; the rest are drawn as one.
    mine
        What the reader decided before looking: the columns named get a mark beside their row. Nothing is drawn before the
        decision is made.
    """
    prompt = instead(mine)
    if prompt is not None:
        return prompt
    steps, parts = _steps(client, bars), named(mine, map(str, client.contributions.index))
    figure, axes = canvas(1.75 + 0.42 * (len(steps) + 2) + 0.3 * bool(parts))
    places = list(range(len(steps), 0, -1))
    totals = list(accumulate((step.push for step in steps), initial=client.base))
    for place, start, step in zip(places, totals, steps, strict=False):
        axes.barh(place, step.push, left=start, height=0.62, color=PUSH if step.push > 0 else PROTECT)
        axes.plot([start + step.push] * 2, [place - 0.69, place - 0.31], color=QUIET, lw=0.8)
    _ends(axes, client, len(steps) + 1)
    low, high = min(totals), max(totals)
    room = 0.42 * (high - low)
    gutter = 0.055 * (high - low)  # of a column of marks
    axes.set_xlim(low - gutter * (1 + len(parts)), high + room)
    for place, step in zip(places, steps, strict=True):
        axes.text(high + 0.56 * room, place, signed(step.points, 1), ha="right", va="center", fontsize=10, color=INK)
        axes.text(high + 0.97 * room, place, signed(step.push, 2), ha="right", va="center", fontsize=9, color=QUIET)
    top = len(steps) + 1
    axes.text(high + 0.56 * room, top, _("points\nof PD"), ha="right", va="center", fontsize=8.8, color=INK)
    axes.text(high + 0.97 * room, top, _("log-\nodds"), ha="right", va="center", fontsize=8.8, color=QUIET)
    total = "Σ " + signed(client.log_odds - client.base, 2)
    axes.text(high + 0.97 * room, 0, total, ha="right", va="center", fontsize=9, color=QUIET)
    axes.set_yticks(
        [top, *places, 0],
        [_("reference loans"), *(step.label for step in steps), _("client {name}").format(name=client.name)],
    )
    axes.set_ylim(-0.7, top + 0.6)
    ticks = _ticks(low, high)
    axes.set_xticks([float(log_odds(tick)) for tick in ticks], [_("{pd} %").format(pd=number(tick)) for tick in ticks])
    axes.grid(axis="x", color=FAINT, lw=0.8)
    axes.set_xlabel(_("PD on the way (scale in log-odds: equal steps are equal pushes)"), fontsize=9, color=QUIET)
    compared = _marks(axes, client, dict(zip(places, steps, strict=True)), parts, low - gutter * len(parts), gutter)
    caption = "\n".join([*compared, _caption()])
    return drawn(figure, axes, _title(client, steps), caption, [*_words(client, steps), *compared])


def _marks(
    axes: Axes, client: Explained, rows: dict[int, _Step], parts: Sequence[Named], left: float, step: float
) -> list[str]:
    """Mark the rows that the reader had named, and return how they compare with the longest pushes."""
    if not parts:
        return []
    heights = {column: float(place) for place, row in rows.items() for column in row.columns}
    marked(axes, parts, heights, left, step)
    legend(axes, parts)
    pushes = client.contributions.sort_values(ascending=False, kind="stable").index
    return against_pushes(parts, [str(name) for name in pushes], client.labels)


def _steps(client: Explained, bars: int) -> list[_Step]:
    phi = client.contributions
    first, others = phi.iloc[:bars], phi.iloc[bars:]
    labels = [f"{client.labels.get(str(name), str(name))} = {shown(client.values[name])}" for name in first.index]
    pushes = [float(push) for push in first]
    columns: list[tuple[str, ...]] = [(str(name),) for name in first.index]
    if len(others):
        labels.append(_("the {count} others").format(count=len(others)))
        pushes.append(float(others.sum()))
        columns.append(tuple(map(str, others.index)))
    points = probability_points(client.log_odds, pushes)
    return [_Step(*step) for step in zip(labels, pushes, map(float, points), columns, strict=True)]


def _ends(axes: Axes, client: Explained, top: int) -> None:
    for place, total, pd_ in ((top, client.base, float(pd_percent(client.base))), (0, client.log_odds, client.pd)):
        axes.plot([total], [place], marker="D", ms=8, color=INK)
        axes.annotate(
            _("{pd} %").format(pd=_pd(pd_)),
            (total, place),
            textcoords="offset points",
            xytext=(9, 0),
            va="center",
            fontsize=10.5,
            fontweight="bold",
            color=INK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )
    axes.plot([client.base] * 2, [top - 0.69, top - 0.2], color=QUIET, lw=0.8)


def _ticks(low: float, high: float) -> list[float]:
    near = _NEAR * (high - low)
    kept: list[float] = []
    for tick in _PD_TICKS:
        place = float(log_odds(tick))
        if low - 0.2 <= place <= high + 0.2 and (not kept or place - float(log_odds(kept[-1])) >= near):
            kept.append(tick)
    return kept


def _title(client: Explained, steps: list[_Step]) -> str:
    first = client.labels.get(str(client.contributions.idxmax()), str(client.contributions.idxmax()))
    template = _("Client {name}: from {base} % for the reference loans to {pd} %; “{first}” pushes most.")
    return template.format(name=client.name, base=_pd(float(pd_percent(client.base))), pd=_pd(client.pd), first=first)


def _pd(percent: float) -> str:
    """Return a PD so precisely that its log-odds can be worked back to two decimals."""
    return number(percent, 1 if percent >= 2 else 2)


def _caption() -> str:
    return _(
        "To the right (orange, +): towards default; to the left (blue, −): protects. Start: mean log-odds of 100 reference loans. "
        "Log-odds add up to the end point. Points: what this PD loses if the line is taken away last; they do not add up."
    )


def _words(client: Explained, steps: list[_Step]) -> list[str]:
    lines = [
        _("Start: reference loans, PD {pd} %, log-odds {total}.").format(
            pd=_pd(float(pd_percent(client.base))), total=signed(client.base, 2)
        )
    ]
    one = _("{label}: {push} in log-odds, {points} points of PD.")
    lines += [one.format(label=step.label, push=signed(step.push, 2), points=signed(step.points, 1)) for step in steps]
    end = _("End: client {name}, PD {pd} %, log-odds {total}: the base plus {sum} in contributions.")
    total, added = signed(client.log_odds, 2), signed(client.log_odds - client.base, 2)
    return [*lines, end.format(name=client.name, pd=_pd(client.pd), total=total, sum=added)]
