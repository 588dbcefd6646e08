"""A figure as a notebook shows it: the picture, what it says, and the same in words below. Owns the common look.

Where ``SITU_FIGURES`` is ``words``, as when a class is graded, nothing is drawn and the words stand open: a picture takes ten
times as long as all else in a lesson, and the learner has it.

Colours are Okabe and Ito's, which colour-blind readers tell apart; a sign, a side or a marker always says the same as the colour.
"""

from __future__ import annotations

import base64
import io
import os
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from graders.language import _, number

PUSH, PROTECT, INK, QUIET, FAINT = "#d55e00", "#0072b2", "#222222", "#5f5f5f", "#dddddd"
WIDTH = 8.6
_DPI = 110
_WRAP_TITLE, _WRAP_CAPTION = 78, 122
_LINE = 0.165  # inches a caption line takes
MINUS = "\u2212"


@dataclass(frozen=True)
class Drawing:
    """One figure.

    Attributes
    ----------
    figure
        The matplotlib figure, finished.
    title
        What is found, in one sentence.
    caption
        Unit, sign and reference population.
    words
        The figure's content, line by line, for readers who do not see it.
    """

    figure: Figure
    title: str
    caption: str
    words: tuple[str, ...]

    @property
    def png(self) -> bytes:
        """The picture."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=_DPI, facecolor="white")
        return buffer.getvalue()

    @property
    def text(self) -> str:
        """The figure in words."""
        return "\n".join([self.title, *(f"  {line}" for line in self.words), self.caption])

    @property
    def html(self) -> str:
        """The figure in words, folded away below the picture."""
        lines = "".join(f"<li>{escape(line)}</li>" for line in self.words)
        summary = escape(_("This figure in words"))
        return (
            f'<details style="margin:0 0 8px 4px"><summary>{summary}</summary>'
            f'<p style="margin:4px 0">{escape(self.title)}</p><ul style="margin:4px 0">{lines}</ul>'
            f'<p style="margin:4px 0">{escape(self.caption)}</p></details>'
        )

    @property
    def words_html(self) -> str:
        """The figure in words, open, in the place of the picture."""
        lines = "".join(f"<li>{escape(line)}</li>" for line in self.words)
        instead = escape(_("The picture stands in the lesson; here is what it shows."))
        return (
            f"<div><p><strong>{escape(self.title)}</strong></p><p><em>{instead}</em></p><ul>{lines}</ul>"
            f"<p>{escape(self.caption)}</p></div>"
        )

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if only_words():
            display({"text/html": self.words_html, "text/plain": self.text}, raw=True)
            return
        picture = {"image/png": base64.b64encode(self.png).decode("ascii"), "text/plain": self.title}
        display(picture, metadata={"image/png": {"alt": self.text}}, raw=True)
        display({"text/html": self.html, "text/plain": self.text}, raw=True)


def only_words() -> bool:
    """Tell whether figures are shown in words alone."""
    return os.environ.get("SITU_FIGURES") == "words"


class NoInk:
    """Stands in for a figure and its axes where only the words are wanted: takes all that is drawn on it, and draws nothing."""

    def __getattr__(self, name: str) -> NoInk:
        if name.startswith("_"):  # what Python, IPython and numpy ask of anything
            raise AttributeError(name)
        return self

    def __call__(self, *_: object, **__: object) -> NoInk:
        """Do nothing."""
        return self

    def __getitem__(self, _: object) -> NoInk:
        return self

    def __iter__(self) -> Iterator[NoInk]:
        return iter(())

    def get_xlim(self) -> tuple[float, float]:
        """Return the limits of axes on which nothing is."""
        return (0.0, 1.0)

    get_ylim = get_xlim


NO_INK = NoInk()


def drawn(figure: Figure, axes: Axes, title: str, caption: str, words: list[str]) -> Drawing:
    """Finish a figure: the finding above, the caption below, room for both."""
    if only_words():
        return Drawing(figure, title, caption, tuple(words))
    heading = textwrap.fill(title, _WRAP_TITLE, break_on_hyphens=False)
    foot = "\n".join(textwrap.fill(line, _WRAP_CAPTION, break_on_hyphens=False) for line in caption.splitlines())
    height = float(figure.get_figheight())
    above = 0.34 + 0.24 * heading.count("\n")
    below = 0.12 + _LINE * (foot.count("\n") + 1)
    figure.text(0.012, 1 - 0.09 / height, heading, ha="left", va="top", fontsize=12.5, fontweight="bold", color=INK)
    figure.text(0.012, 0.07 / height, foot, ha="left", va="bottom", fontsize=8.6, color=QUIET, linespacing=1.25)
    figure.get_layout_engine().set(rect=(0.005, below / height, 0.99, 1 - (above + below) / height))  # type: ignore[union-attr,call-arg]  # always constrained here
    return Drawing(figure, title, caption, tuple(words))


def canvas(height: float) -> tuple[Figure, Axes]:
    """Return an empty figure of the common width, in inches, with quiet axes."""
    if only_words():
        return cast(Figure, NO_INK), cast(Axes, NO_INK)
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.add_subplot()
    _quiet(axes)
    return figure, axes


def panels(count: int) -> tuple[Figure, list[Axes]]:
    """Return a figure of that many small axes, two in a row, of the common width."""
    if only_words():
        return cast(Figure, NO_INK), [cast(Axes, NO_INK)] * count
    rows = -(-count // 2)
    figure = Figure(figsize=(WIDTH, 1.0 + 2.35 * rows), layout="constrained")
    grid = [figure.add_subplot(rows, 2, place) for place in range(1, count + 1)]
    for axes in grid:
        _quiet(axes)
    return figure, grid


def _quiet(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(QUIET)
    axes.tick_params(colors=QUIET, labelcolor=INK, labelsize=9.5, length=0)
    axes.set_axisbelow(True)


def signed(value: float, digits: int) -> str:
    """Return a number with its sign, as a reader writes it.

    >>> signed(0.351, 2), signed(-1.0, 1)
    ('+0.35', '−1.0')
    """
    mark = "+" if value > 0 else MINUS if value < 0 else "±"
    return mark + number(abs(value), digits)


def odds_factor(log_odds: float) -> str:
    """Return what a push does to the odds of default.

    >>> odds_factor(0.69), odds_factor(-0.69)
    ('×2.0', '÷2.0')
    """
    return ("×" if log_odds >= 0 else "÷") + number(float(np.exp(abs(log_odds))), 1 if abs(log_odds) > 0.4 else 2)


def odds_axis(axes: Axes, side: str = "top") -> None:
    """Mark, opposite the log-odds, what they do to the odds of default."""
    if only_words():
        return
    low, high = axes.get_xlim() if side == "top" else axes.get_ylim()
    steps = (1.5, 2, 3, 5, 10, 20) if high - low >= 0.9 else (1.1, 1.2, 1.3, 1.4, 1.5, 1.75, 2)
    sizes = [0.0, *(float(np.log(step)) for step in steps)]
    ticks = sorted({place for size in sizes for place in (size, -size) if low <= place <= high})
    twin = axes.secondary_xaxis("top") if side == "top" else axes.secondary_yaxis("right")
    labels = ["×1" if abs(tick) < 1e-9 else _factor(tick) for tick in ticks]
    if side == "top":
        twin.set_xticks(ticks, labels)
        twin.set_xlabel(_("odds of default multiplied or divided by"), fontsize=8.8, color=QUIET)
    else:
        twin.set_yticks(ticks, labels)
        twin.set_ylabel(_("odds of default multiplied or divided by"), fontsize=8.8, color=QUIET)
    twin.tick_params(colors=QUIET, labelcolor=QUIET, labelsize=8.5, length=0)
    for spine in twin.spines.values():
        spine.set_visible(False)


def _factor(tick: float) -> str:
    return ("×" if tick > 0 else "÷") + number(round(float(np.exp(abs(tick))), 2))
