"""What a reader decided before looking, laid over a figure: marks, a legend for them, and the same in words.

Owns the marks and the sentences. It knows a decision by its shape alone, not by the desk that keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from graders.figures.drawing import INK
from graders.language import _, number

MARKS = (("s", INK, "■"), ("o", "white", "○"), ("^", INK, "▲"), ("v", "white", "▽"))  # told apart without colour


class Prompt(Protocol):
    """What a notebook shows in place of a figure while nothing is decided."""

    def _ipython_display_(self) -> None: ...


class Decided(Protocol):
    """A decision as `graders.decided` returns it."""

    @property
    def made(self) -> bool:
        """Whether there is anything to go on: a decision, or the wish to look without one."""

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Ids named, by what they were named as."""

    @property
    def prompt(self) -> Prompt | None:
        """What is shown while nothing is decided."""


class Named(NamedTuple):
    """Names given under one title, with their mark: its shape, its filling, and the same as a letter."""

    title: str
    ids: tuple[str, ...]
    mark: str
    fill: str
    letter: str


def instead(mine: Decided | None) -> Prompt | None:
    """Return what is shown instead of a figure: nothing else where there is no decision, or one that was made."""
    return None if mine is None or mine.made else mine.prompt


def named(mine: Decided | None, known: Iterable[str]) -> list[Named]:
    """Return what was named, part by part, as far as the figure knows the names; parts that name nothing of it are left out."""
    if mine is None or not mine.made:
        return []
    there = set(known)
    parts = [(title, tuple(name for name in ids if name in there)) for title, ids in mine.names.items()]
    kept = [(title or _("You expected"), ids) for title, ids in parts if ids]
    return [Named(title, ids, *mark) for (title, ids), mark in zip(kept, MARKS, strict=False)]


def marked(axes: Axes, parts: Sequence[Named], rows: Mapping[str, float], left: float, step: float) -> None:
    """Put the marks beside their rows, one column a part.

    Parameters
    ----------
    axes
        Where.
    parts
        What was named.
    rows
        Height of the row that holds each name.
    left, step
        Place of the first column of marks, and from one to the next, in data units.
    """
    for place, part in enumerate(parts):
        heights = {rows[name] for name in part.ids if name in rows}
        for height in heights:
            axes.plot(
                [left + place * step],
                [height],
                marker=part.mark,
                ms=7.5,
                color=INK,
                markerfacecolor=part.fill,
                ls="",
                zorder=4,
            )


def beside(axes: Axes, parts: Sequence[Named], ends: Mapping[str, tuple[float, float]], right: float) -> None:
    """Put mark and word behind the lying bars that were named, and make room for them.

    Parameters
    ----------
    axes
        Where.
    parts
        What was named.
    ends
        End of each bar and its height, in data units, by name.
    right
        Where the axis is to end once anything was named.
    """
    for part in parts:
        for name in part.ids:
            if name in ends:
                axes.annotate(
                    f"{part.letter} {part.title}",
                    ends[name],
                    textcoords="offset points",
                    xytext=(46, 0),
                    va="center",
                    fontsize=9,
                    color=INK,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},  # a line across the bars stays behind
                )
    if parts:
        axes.set_xlim(0, right)


def legend(axes: Axes, parts: Sequence[Named]) -> None:
    """Say below the figure what each mark stands for."""
    handles = [
        Line2D([], [], ls="", marker=part.mark, ms=7.5, color=INK, markerfacecolor=part.fill, label=part.title)
        for part in parts
    ]
    axes.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.0, -0.15),
        ncols=len(handles),
        fontsize=9,
        frameon=False,
        handletextpad=0.2,
    )


def against_pushes(parts: Sequence[Named], pushes: Sequence[str], labels: Mapping[str, str]) -> list[str]:
    """Return which pushes are the longest, as many as were named, and what each part has in common with them."""
    if not parts:
        return []
    first = [str(name) for name in pushes[: max(len(part.ids) for part in parts)]]
    lines = [_("Longest pushes towards default: {names}.").format(names=_listed(first, labels))]
    for part in parts:
        common = _listed([name for name in part.ids if name in first], labels) or _("none")
        template = _("{title}: {named}. In common with these: {common}.")
        lines.append(template.format(title=part.title, named=_listed(part.ids, labels), common=common))
    return lines


def against_ranks(parts: Sequence[Named], ranked: Sequence[str], labels: Mapping[str, str]) -> list[str]:
    """Return, for each part, what was named and on which rank it stands."""
    lines = []
    for part in parts:
        for name in part.ids:
            template = _("{title}: “{named}”. It stands on rank {rank} of {count}; first is “{first}”.")
            lines.append(
                template.format(
                    title=part.title,
                    named=labels.get(name, name),
                    rank=number(ranked.index(name) + 1),
                    count=number(len(ranked)),
                    first=labels.get(ranked[0], ranked[0]),
                )
            )
    return lines


def _listed(names: Iterable[str], labels: Mapping[str, str]) -> str:
    return ", ".join(_("“{name}”").format(name=labels.get(name, name)) for name in names)
