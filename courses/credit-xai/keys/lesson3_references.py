"""Keys of lesson 3 on the reference: reasons that change with it, and pairs of columns that it tells apart or not (3.6, 3.7).

Two references, two admissible lists: no key calls one of them wrong. Pairs between the two lines of separation are never asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from graders.expectations import Choice, Choices, Expectation, Mapping, Number, Parts, Trap
from graders.forms import Pick
from graders.keys import key
from graders.references.agreement import separation
from graders.references.odds import pd_percent

REASONS = 4
SEPARATED, NOT = "separated", "not"


@key("3.6", points=3, competency="C6", needs=("facts",))
def other_reference(case: Any) -> Expectation:
    """Say which reasons of client F change with the reference, and by how much the base value moves."""
    one, other = case.twice("F")
    sums = [client.concepts for client in (one, other)]
    kept = sorted(_reasons(sums[0]) & _reasons(sums[1]))
    shift = other.base - one.base
    learnt, *_line, everybody = case.bases.values()
    return Parts(
        {
            "changed": Choices(
                must=sorted(_changed(sums)),
                options=Pick("facts"),
                label="Reasons from one reference only",
                traps=[
                    Trap(
                        "size-without-sign",
                        sorted(_changed([part.abs() for part in sums])),
                        "You ordered by size and dropped the sign.\n"
                        "A fact that protects would then stand in a letter of refusal: untrue.\n"
                        "Take the four largest with a plus, from each reference.",
                    ),
                    Trap(
                        "most-moved",
                        [str(name) for name in (sums[0] - sums[1]).abs().nlargest(2).index],
                        "These contributions move most, but moving is not entering or leaving the first four.\n"
                        "The client reads four reasons, not a table of numbers.\n"
                        "Write down four names per reference, then compare the two lists.",
                    ),
                    Trap(
                        "only-what-enters",
                        sorted(_reasons(sums[1]) - _reasons(sums[0])),
                        "You named what is new in the second list, and left out what it replaced.\n"
                        "A client whose reason vanishes asks as well.\n"
                        "Name the facts that stand in one list and not in the other, both ways.",
                    ),
                    Trap(
                        "only-what-leaves",
                        sorted(_reasons(sums[0]) - _reasons(sums[1])),
                        "You named what the second list lost, and left out what came in for it.\n"
                        "Both letters are read: both changes count.\n"
                        "Name the facts that stand in one list and not in the other, both ways.",
                    ),
                    Trap(
                        "what-stays",
                        kept,
                        "These stand in both lists: they do not change.\n"
                        "They are what may be said with either reference.\n"
                        "Name the others.",
                    ),
                ],
                wrong="These are reasons from both references, or from neither.\n"
                "Write down the four largest with a plus, once per column.\nThen compare the two lists.",
            ),
            "shift": Number(
                shift,
                tolerance=0.02,
                label="Shift of the base value, log-odds",
                reason="base values are printed to three decimals",
                traps=[
                    Trap(
                        "shift-reversed",
                        -shift,
                        _reversed(shift),
                    ),
                    Trap(
                        "base-not-shift",
                        other.base,
                        "That is the second base value itself.\n"
                        "Asked is by how much it differs from the first.\n"
                        "Subtract the first from it.",
                    ),
                    Trap(
                        "in-points",
                        float(pd_percent(other.base) - pd_percent(one.base)),
                        "That is the shift in points of PD.\n"
                        "Base and contributions add up in log-odds, so their shift is told in log-odds.\n"
                        "Subtract the two base values as printed.",
                    ),
                    Trap(
                        "other-reference",
                        everybody - learnt,
                        "That is the shift to all applications of the last year, a third reference.\n"
                        "Which reference a number is from has to be said, and read.\n"
                        "Take the last line of F's table.",
                    ),
                ],
            ),
            "reading": Choice(
                "choose",
                {
                    "error": "one of the two lists is an error and has to be found",
                    "other-pd": "the model now gives client F another PD",
                    "choose": "both may be used: fix one beforehand",
                    "fitting": "take for each client the list that reads better",
                },
                label="What the lender makes of two lists",
                traps=[
                    Trap(
                        "one-is-an-error",
                        "error",
                        "Both lists are right: each answers “compared with whom?”, and they compare with different files.\n"
                        "The US commentary describes more than one such reference as admissible.\n"
                        "Choose one beforehand, write it down, keep it.",
                    ),
                    Trap(
                        "other-pd",
                        "other-pd",
                        "Base and sum move against each other: together they give the same PD.\n"
                        "Telling the client of another score would be untrue.\n"
                        "Add the last two lines of F's table, once per column.",
                    ),
                    Trap(
                        "list-to-measure",
                        "fitting",
                        "A reference chosen client by client explains the chooser, not the model.\n"
                        "Nobody could check such letters against each other.\n"
                        "Fix the reference before the first letter.",
                    ),
                ],
            ),
        }
    )


def _reversed(shift: float) -> str:
    """Return the reply to the other sign; which way the base moves is said only where it moves so."""
    why = (
        "Files just above the line are riskier than the loans learnt on: measured from them, the way is shorter.\n"
        if shift > 0
        else "A reference that starts elsewhere leaves another way to go; the sign says on which side it starts.\n"
    )
    return f"The size is right, the sign is not.\n{why}Second base value minus the first."


def _reasons(sums: pd.Series) -> set[str]:
    return {str(name) for name in sums.nlargest(REASONS).index}


def _changed(sums: Sequence[pd.Series]) -> set[str]:
    return _reasons(sums[0]) ^ _reasons(sums[1])


@key("3.7", points=2, competency="C2")
def told_apart(case: Any) -> Expectation:
    """Say which pairs of columns are really told apart over three references."""
    pairs = {row: tuple(names) for row, names in case.value("pairs").items()}
    kinds = {row: separation(case.weights, *names) for row, names in pairs.items()}
    alone = {row: separation(case.weights.iloc[:, :1], *names) for row, names in pairs.items()}
    return Mapping(
        {row: [SEPARATED, NOT] if kind == "between" else kind for row, kind in kinds.items()},
        rows=Pick("pairs"),
        options={SEPARATED: "separated", NOT: "not separated"},
        label="Over the three references, the two are",
        traps=[
            Trap(
                "all-separated",
                dict.fromkeys(pairs, SEPARATED),
                "You separated every pair: different decimals are not different ranks.\n"
                "A report would defend an order that the next reference turns round.\n"
                "Look for pairs whose order changes between the columns, or that nearly touch in one.",
            ),
            Trap(
                "none-separated",
                dict.fromkeys(pairs, NOT),
                "You separated none: caution can go too far.\n"
                "Pairs 15 % apart kept their order in nearly all trials; such an order may be reported.\n"
                "Work out the gap of the most distant pair.",
            ),
            Trap(
                "one-column",
                {row: NOT if kind == NOT else SEPARATED for row, kind in alone.items()},
                "You judged by the first reference alone.\n"
                "What one reference tells apart, the next may not.\n"
                "Compare all three columns, pair by pair.",
            ),
        ],
        per_row_replies={row: _replies(case, names, kinds[row]) for row, names in pairs.items()},
    )


def _replies(case: Any, names: tuple[str, ...], kind: str) -> dict[str, Trap]:
    if kind == SEPARATED:
        gap_missed = (
            "the order is the same in all three columns, and the gap at least 15 % in each.\n"
            "Such an order holds: it may stand in a report.\n"
            "Divide the difference by the larger, once per column."
        )
        return {NOT: Trap("gap-missed", NOT, gap_missed)}
    one, other = (case.weights.loc[name] for name in names)
    if (one > other).any() and (one < other).any():
        turned = "the order turns round between the columns.\nThe next reference may turn it back.\nCompare all three."
        return {SEPARATED: Trap("order-turns", SEPARATED, turned)}
    close = "in one of the columns the two nearly touch.\nUnder 5 %, an order is little better than a coin.\nFind that column."
    return {SEPARATED: Trap("nearly-touch", SEPARATED, close)}
