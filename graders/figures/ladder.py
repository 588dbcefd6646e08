"""One field of one file changed step by step: the PD that the model gives at each step, against the cut-off."""

from __future__ import annotations

from graders.figures.drawing import FAINT, INK, PROTECT, PUSH, QUIET, Drawing, canvas, drawn, signed
from graders.language import _, number
from graders.references.counterfactual import Ladder
from graders.references.explanation import Explained

_MARGIN = 1.08


def ladder(steps: Ladder, client: Explained, cut: float) -> Drawing:
    """Draw the re-scored PD of each step.

    Parameters
    ----------
    steps
        What the model answers, step by step.
    client
        Whose file it is.
    cut
        PD above which a file is refused, in percent.
    """
    label, unit = client.labels.get(steps.column, steps.column), client.units.get(steps.column, "")
    figure, axes = canvas(3.9)
    places = range(len(steps.pds))
    axes.plot(places, steps.pds, color=QUIET, lw=1.2, drawstyle="steps-mid", zorder=1)
    for place, value in zip(places, steps.pds, strict=True):
        refused = value > cut
        axes.plot([place], [value], ls="", marker="^" if refused else "o", ms=7, color=PUSH if refused else PROTECT)
    axes.axhline(cut, color=INK, lw=1.4, ls="--")
    axes.annotate(
        _("cut-off {cut} %").format(cut=number(cut, 2)),
        (len(steps.pds) - 0.6, cut),
        ha="right",
        va="bottom",
        fontsize=9.5,
        color=INK,
        xytext=(0, 3),
        textcoords="offset points",
    )
    axes.set_xticks(list(places), [number(value) for value in places])
    axes.set_xlim(-0.6, len(steps.pds) - 0.4)
    axes.set_ylim(0, max(*steps.pds, cut) * _MARGIN)
    axes.grid(color=FAINT, lw=0.8)
    size, way = number(abs(steps.step)), _("less") if steps.step < 0 else _("more")
    what = _("“{label}” ({unit})").format(label=label, unit=unit) if unit else _("“{label}”").format(label=label)
    below = _("steps of {size} {way} in {what}, all else as filed").format(size=size, way=way, what=what)
    axes.set_xlabel(below, fontsize=9, color=QUIET)
    axes.set_ylabel(_("PD, re-scored, %"), fontsize=9, color=QUIET)
    title = _("Client {name}: one step moves the PD by {largest} points, another by {smallest}.").format(
        name=client.name, largest=signed(_moves(steps)[0], 2), smallest=signed(_moves(steps)[1], 2)
    )
    caption = _(
        "Each point: the file re-scored with this one field changed. Orange triangles: above the cut-off, refused; blue circles: "
        "at or below it. What the model would answer; no client was observed before and after such a change."
    )
    return drawn(figure, axes, title, caption, [_in_words(steps, place, unit) for place in places])


def _moves(ladder: Ladder) -> tuple[float, float]:
    """Return the largest and the smallest change of PD between two steps, with their signs."""
    moves = [after - before for before, after in zip(ladder.pds, ladder.pds[1:], strict=False)]
    return max(moves, key=abs), min(moves, key=abs)


def _in_words(ladder: Ladder, place: int, unit: str) -> str:
    value, pd = _amount(ladder.values[place], unit), number(ladder.pds[place], 2)
    if not ladder.pushes:
        return _("Step {step}: {value}, PD {pd} %.").format(step=place, value=value, pd=pd)
    template = _("Step {step}: {value}, PD {pd} %; contribution of the field {push}.")
    return template.format(step=place, value=value, pd=pd, push=signed(ladder.pushes[place], 2))


def _amount(value: float, unit: str) -> str:
    text = number(round(value, 6))
    return f"{text} {unit}" if unit else text
