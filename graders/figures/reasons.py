"""One refusal, before and after: from the model's columns to the reasons as a letter would name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import overload

from graders.figures.deciding import Decided, Prompt, against_pushes, instead, legend, marked, named
from graders.figures.drawing import FAINT, INK, PROTECT, PUSH, QUIET, Drawing, canvas, drawn, signed
from graders.figures.sheet import Sheet
from graders.language import _, number
from graders.references.explanation import Explained
from graders.references.reasons import LEAST, MOST, principal


@overload
def facts(client: Explained, reference: str, mine: None = None) -> Drawing: ...


@overload
def facts(client: Explained, reference: str, mine: Decided) -> Drawing | Prompt: ...


def facts(client: Explained, reference: str, mine: Decided | None = None) -> Drawing | Prompt:
    """Draw a client's facts by their contribution, those that push most on top.

    Parameters
    ----------
    client
        An explained file; columns that say one thing are added up.
    reference
        Whom the file is compared with, in words.
    mine
        What the reader decided before looking: the facts named get a mark. Nothing is drawn before the decision is made.
    """
    prompt = instead(mine)
    if prompt is not None:
        return prompt
    sums, parts = client.concepts, named(mine, map(str, client.concepts.index))
    figure, axes = canvas(1.5 + 0.31 * len(sums) + 0.3 * bool(parts))
    places = list(range(len(sums), 0, -1))
    low, high = min(float(sums.min()), 0.0), max(float(sums.max()), 0.0)
    gutter = 0.05 * (high - low)
    axes.barh(places, sums.to_numpy(), height=0.64, color=[PUSH if push > 0 else PROTECT for push in sums])
    for place, push in zip(places, sums, strict=True):
        axes.text(
            max(float(push), 0.0) + 0.2 * gutter, place, signed(float(push), 2), va="center", fontsize=9, color=INK
        )
    axes.axvline(0, color=INK, lw=1)
    labels = [client.labels.get(str(name), str(name)) for name in sums.index]
    axes.set_yticks(places, labels)
    axes.set_ylim(0.4, len(sums) + 0.6)
    axes.set_xlim(low - gutter * (1.2 + len(parts)), high + 3 * gutter)
    axes.grid(axis="x", color=FAINT, lw=0.8)
    axes.set_xlabel(_("contribution of the fact, log-odds   (← protects · towards default →)"), fontsize=9, color=QUIET)
    heights = {str(name): float(place) for name, place in zip(sums.index, places, strict=True)}
    compared: list[str] = []
    if parts:
        marked(axes, parts, heights, low - gutter * len(parts), gutter)
        legend(axes, parts)
        compared = against_pushes(parts, [str(name) for name in sums.index], client.labels)
    pushing = int((sums > LEAST).sum())
    title = _(
        "Client {name}: of {count} facts, {pushing} clearly push towards default, {protecting} clearly protect."
    ).format(
        name=client.name,
        count=number(len(sums)),
        pushing=number(pushing),
        protecting=number(int((sums < -LEAST).sum())),
    )
    caption = _(
        "Contributions in log-odds, columns that tell one fact added up, against {reference}. A push below {least} is no reason."
    ).format(reference=reference, least=number(LEAST, 2))
    words = [
        _("{label}: {push} in log-odds.").format(label=label, push=signed(float(push), 2))
        for label, push in zip(labels, sums, strict=True)
    ]
    return drawn(figure, axes, title, "\n".join([*compared, caption]), [*words, *compared])


def reasons(client: Explained, texts: Mapping[str, str], concepts: Mapping[str, str]) -> Sheet:
    """Return the columns of a file that push, and what becomes of each in a letter.

    Parameters
    ----------
    client
        An explained file.
    texts
        The sentence of a letter, by fact.
    concepts
        The fact that each column tells, by column.
    """
    named_facts = principal(client.concepts)
    pushing = client.contributions.sort_values(ascending=False, kind="stable")
    rows = []
    for name, push in pushing.items():
        fact = concepts.get(str(name), str(name))
        rows.append(
            (client.labels.get(str(name), str(name)), signed(float(push), 3), *_after(client, fact, named_facts, texts))
        )
    heads = (_("before: column"), _("contribution"), _("after: in the letter"), _("of the fact"))
    caption = _("Client {name}: from columns to reasons, at most {most}").format(name=client.name, most=number(MOST))
    return Sheet(caption, heads, tuple(rows))


def _after(client: Explained, fact: str, named_facts: list[str], texts: Mapping[str, str]) -> tuple[str, str]:
    """Return what the letter says for a column's fact, and the fact's own contribution."""
    total = float(client.concepts[fact])
    if fact in named_facts:
        template = _("reason {rank}: {text}")
        return template.format(rank=named_facts.index(fact) + 1, text=texts.get(fact, fact)), signed(total, 3)
    if total < -LEAST:
        return _("not named: it helped"), signed(total, 3)
    why = (
        _("not named: too weak")
        if total <= LEAST
        else _("not named: not among the {most} strongest").format(most=number(MOST))
    )
    return why, signed(total, 3)
