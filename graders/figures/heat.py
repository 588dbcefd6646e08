"""Several runs of one explanation side by side: which columns take the first places, run by run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import overload

from matplotlib.axes import Axes

from graders.figures.deciding import Decided, Named, Prompt, instead, marked, named
from graders.figures.drawing import FAINT, INK, QUIET, Drawing, drawn, panels
from graders.language import _, number
from graders.references.agreement import Tops, in_runs

_SHADES = ("#08306b", "#2b6aad", "#6baed6", "#abcfe6", "#dbe9f6")  # first place to last, dark to light
_LIGHT_FROM = 2  # the shade from which dark figures can be read on it


@overload
def heat(runs: Mapping[str, Tops], labels: Mapping[str, str], *, mine: None = None) -> Drawing: ...


@overload
def heat(runs: Mapping[str, Tops], labels: Mapping[str, str], *, mine: Decided) -> Drawing | Prompt: ...


def heat(runs: Mapping[str, Tops], labels: Mapping[str, str], *, mine: Decided | None = None) -> Drawing | Prompt:
    """Draw which columns take the first places of each run, one panel a setting.

    Parameters
    ----------
    runs
        Per setting, in words such as ``"300 samples"``, the first names of every run, strongest first; two settings.
    labels
        What the columns mean.
    mine
        What the reader decided before looking: the columns named get a mark. Nothing is drawn before the decision is made.
    """
    prompt = instead(mine)
    if prompt is not None:
        return prompt
    everywhere = [top for tops in runs.values() for top in tops]
    names, parts = in_runs(everywhere, 1), named(mine, labels)
    figure, grid = panels(len(runs))
    figure.set_figheight(1.6 + 0.30 * len(names))
    rows = {name: float(place) for name, place in zip(names, range(len(names), 0, -1), strict=True)}
    words: list[str] = []
    for axes, (setting, tops) in zip(grid, runs.items(), strict=True):
        _panel(axes, tops, rows, setting)
        words += [_in_words(setting, labels.get(name, name), tops, name) for name in names]
    grid[0].set_yticks(list(rows.values()), [labels.get(name, name) for name in names])
    marked(grid[0], parts, rows, -0.1, -0.6)
    several = zip(runs.items(), (len(in_runs(tops, 1)) for tops in runs.values()), strict=True)
    lines = [
        _("{count} columns take a place with {setting}").format(count=number(count), setting=setting)
        for (setting, _tops), count in several
    ]
    places = len(everywhere[0])
    title = _("One file, {runs} runs, {places} places: {counts}.").format(
        runs=number(len(next(iter(runs.values())))), places=number(places), counts=", ".join(lines)
    )
    caption = _(
        "One square a run and column: its place among the strongest rules of that run, 1 the strongest, whatever its sign. "
        "Nothing between two runs changes but the seed of the random draw."
    )
    compared = list(_compared(parts, runs, labels))
    return drawn(figure, grid[0], title, "\n".join([*compared, caption]), [*words, *compared])


def _panel(axes: Axes, tops: Tops, rows: Mapping[str, float], setting: str) -> None:
    for run, top in enumerate(tops, start=1):
        empty = [height for name, height in rows.items() if name not in top]
        axes.barh(empty, 0.94, height=0.92, left=run - 0.47, color="none", edgecolor=FAINT, lw=0.6)
        for place, name in enumerate(top):
            shade = _SHADES[min(place, len(_SHADES) - 1)]
            axes.barh(rows[name], 0.94, height=0.92, left=run - 0.47, color=shade)
            colour = INK if place >= _LIGHT_FROM else "white"
            axes.text(run, rows[name], str(place + 1), ha="center", va="center", fontsize=8.5, color=colour)
    axes.set_xlim(-0.6, len(tops) + 0.6)
    axes.set_ylim(0.4, len(rows) + 0.6)
    axes.set_xticks(range(1, len(tops) + 1))
    axes.set_yticks([])
    axes.set_xlabel(_("run, {setting}").format(setting=setting), fontsize=9, color=QUIET)


def _in_words(setting: str, label: str, tops: Tops, name: str) -> str:
    found = [(run, list(top).index(name) + 1) for run, top in enumerate(tops, start=1) if name in top]
    if not found:
        return _("{setting}, {label}: in none of the runs.").format(setting=setting, label=label)
    each = ", ".join(_("{run} (place {place})").format(run=run, place=place) for run, place in found)
    return _("{setting}, {label}: in the runs {each}.").format(setting=setting, label=label, each=each)


def _compared(parts: Sequence[Named], runs: Mapping[str, Tops], labels: Mapping[str, str]) -> list[str]:
    setting, tops = next(iter(runs.items()))
    template = _("{title}: “{name}”. With {setting} it has a place in {times} of {all} runs.")
    return [
        template.format(
            title=part.title,
            name=labels.get(name, name),
            setting=setting,
            times=number(sum(name in top for top in tops)),
            all=number(len(tops)),
        )
        for part in parts
        for name in part.ids
    ]
