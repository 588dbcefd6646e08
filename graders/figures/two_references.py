"""One client explained from two references: each fact twice, on the same axis."""

from __future__ import annotations

from graders.figures.drawing import FAINT, INK, PROTECT, PUSH, QUIET, Drawing, canvas, drawn, odds_axis, signed
from graders.language import _, number
from graders.references.explanation import Explained

_NEAR = 0.004  # log-odds under which two marks lie on one spot


def two_references(one: Explained, other: Explained, names: tuple[str, str]) -> Drawing:
    """Draw what each fact contributes from either reference, the largest push of the first on top.

    Parameters
    ----------
    one, other
        The same file, explained from two references.
    names
        What the references are, in words.
    """
    facts = [str(name) for name in one.concepts.index]
    figure, axes = canvas(1.9 + 0.32 * len(facts))
    words = []
    for place, name in zip(range(len(facts), 0, -1), facts, strict=True):
        pushes = [float(client.concepts[name]) for client in (one, other)]
        if abs(pushes[0] - pushes[1]) > _NEAR:
            axes.plot(pushes, [place, place], color=QUIET, lw=1.4, zorder=1)
        axes.plot(pushes[0], place, ls="", marker="o", ms=8, color=PROTECT, label=names[0] if place == 1 else None)
        axes.plot(
            pushes[1], place, ls="", marker="s", ms=6.5, color=PUSH, mec="white", label=names[1] if place == 1 else None
        )
        words.append(
            _("{label}: {one} from {first}, {other} from {second}.").format(
                label=one.labels.get(name, name),
                one=signed(pushes[0], 2),
                first=names[0],
                other=signed(pushes[1], 2),
                second=names[1],
            )
        )
    axes.axvline(0, color=INK, lw=1)
    axes.set_yticks(range(len(facts), 0, -1), [one.labels.get(name, name) for name in facts])
    axes.set_ylim(0.3, len(facts) + 0.7)
    axes.grid(color=FAINT, lw=0.8)
    axes.set_xlabel(_("contribution, log-odds   (← protects · towards default →)"), fontsize=9, color=QUIET)
    odds_axis(axes)
    axes.legend(loc="upper center", bbox_to_anchor=(0.36, -0.11), ncols=2, fontsize=9, frameon=False)
    moved = max(abs(float(one.concepts[name] - other.concepts[name])) for name in facts)
    title = _(
        "Client {name}: one PD of {pd} %, two references; a contribution moves by up to {moved} in log-odds."
    ).format(name=one.name, pd=number(one.pd, 1), moved=number(moved, 2))
    caption = _(
        "Circle: from {first}. Square: from {second}. Columns that tell one fact are added up. Each set adds up to "
        "the same PD, from a base value of its own."
    ).format(first=names[0], second=names[1])
    return drawn(figure, axes, title, caption, words)
