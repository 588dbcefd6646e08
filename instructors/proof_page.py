"""The proof of fair marking as a page: what was accepted and refused by question, and which traps kept silent, how often.

Owns the page alone; what is proven, and how, is `instructors.prove`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from instructors.prove import Proof

_HEAD = """\
# Proof of fair marking: {block}

{made}
{judged} answers were judged, {wrong} of them with a wrong mark.

On every sample, each question is given the lesson's own solution, by code and by form, every equivalent spelling of a right
answer (other order, other type, comma decimals, a unit typed, a percentage as asked), blanks, and each known misconception,
computed from that sample. A right answer must earn all points, a blank none, and a misconception must be refused with its own
reply. Where a misconception happens to lead to the right answer on a sample, or to that of another misconception, the collision
guard keeps it silent: it marks nobody down.

| question | right accepted | blanks refused | traps refused | guard silent | of traps | wrong marks |
|---|---:|---:|---:|---:|---:|---:|
"""
_DRAWN = """\
Made by `situ prove {block} --learners {learners} --redraws {redraws}`: {learners} learners' samples over {redraws} portfolios,
every second one with the dataset's other planted variant."""
_GIVEN = "Made by `situ prove CLASS --learners {learners}`: {learners} learners' samples of the class's own portfolio."
_SILENT = """
## Traps that kept silent

Share of the samples on which the guard kept a trap silent; traps that were live on every sample are not listed.

| question | trap | silent on |
|---|---|---:|
"""


def proof_page(proof: Proof) -> str:
    """Return a proof as a page in Markdown.

    Parameters
    ----------
    proof
        From `instructors.prove.prove`.
    """
    made = _GIVEN if proof.given else _DRAWN
    head = _HEAD.format(
        block=proof.block,
        made=made.format(block=proof.block, learners=proof.learners, redraws=proof.redraws),
        judged=f"{len(proof.judged):,}",
        wrong=len(proof.wrong),
    )
    return "\n".join([head + "\n".join(_rows(proof)), _SILENT.rstrip("\n"), *_silent_rows(proof), ""])


def _rows(proof: Proof) -> Iterator[str]:
    good = Counter((item.question, item.kind) for item in proof.judged if not item.fault)
    wrong = Counter(item.question for item in proof.wrong)
    silent = Counter(item.question for item in proof.silent)
    for question in proof.questions:
        right, blank, trap = (good[question, kind] for kind in ("right", "blank", "trap"))
        of_traps = _share(silent[question], trap + silent[question])
        cells = (question, right, blank, trap, silent[question], of_traps, wrong[question])
        yield f"| {' | '.join(map(str, cells))} |"


def _silent_rows(proof: Proof) -> Iterator[str]:
    silent = {(item.question, item.trap, item.learner) for item in proof.silent}
    counted = Counter((question, trap) for question, trap, _learner in silent)
    place = {question: number for number, question in enumerate(proof.questions)}
    for (question, trap), count in sorted(
        counted.items(), key=lambda found: (place[found[0][0]], -found[1], found[0][1])
    ):
        yield f"| {question} | `{trap}` | {_share(count, proof.learners)} |"


def _share(count: int, of: int) -> str:
    """Return a share as a whole percentage; a share that rounds to nothing says so.

    >>> _share(1, 300), _share(0, 0), _share(3, 10)
    ('< 1 %', '0 %', '30 %')
    """
    if not count:
        return "0 %"
    percent = 100 * count / of
    return "< 1 %" if percent < 1 else f"{percent:.0f} %"
