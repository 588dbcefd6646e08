"""Keys of lesson 1 on one client and on claims: the reasons of B, and eight statements (1.5, 1.8)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from graders.content import load_module
from graders.expectations import Choices, Expectation, Table, Trap
from graders.forms import Pick
from graders.keys import key
from graders.language import number

claims = load_module(Path(__file__).with_name("claims.py"))
statements = load_module(Path(__file__).with_name("lesson1_statements.py"))


@key("1.5", points=3, competency="C2", needs=("reasons",))
def reasons_of_b(case: Any) -> Expectation:
    """Name the three facts that push client B most towards default."""
    client = case.applicant("B")
    sums, phi = client.concepts, client.contributions
    right = _top(sums, 3)
    twins = case.explanation.twins
    return Choices.top(
        sums.to_dict(),
        3,
        options=Pick("reasons"),
        label="Facts that push client B most towards default",
        traps=[
            Trap(
                "sign-ignored",
                _top(sums.abs(), 3),
                "You took the three largest bars whatever their side.\n"
                "One of them protects this client: given as a reason, it would be untrue.\n"
                "Keep only what pushes towards default.",
            ),
            Trap(
                "sign-reversed",
                _top(-sums, 3),
                "You took what protects this client most.\n"
                "Positive means towards default here, the reverse of scorecard points.\n"
                "Turn the order over.",
            ),
            Trap(
                "striking-value",
                _top(case.explanation.unusual.loc[client.id], 3),
                "You took the most unusual values of the file.\n"
                "A striking value is not a large contribution: the model may hardly use it.\n"
                "Order by contribution, not by how far the value is from the average.",
            ),
            Trap(
                "twins-counted-twice",
                _top(phi, 3),
                "You listed two columns that say the same thing.\n"
                "Two columns, one fact: the client would read one reason twice and miss another.\n"
                "Add the two up, name them once, then look for the third fact.",
            ),
            Trap(
                "column-for-fact",
                [twins[1][0] if twins and name == twins[0] else name for name in right],
                "You named one column of a pair that says the same thing.\n"
                "Alone it carries part of the push; the reason is the two together.\n"
                "Name the fact they share.",
            ),
            Trap(
                "average-for-person",
                list(case.concept_importance.index[:3]),
                "You took the three longest bars of the portfolio.\n"
                f"An average over {number(len(case.applicants))} files is not this client's reason.\n"
                "Read B's own contributions.",
            ),
        ],
    )


@key("1.8", points=3, competency="C6")
def verdicts(case: Any) -> Expectation:
    """Judge eight statements: supported, contradicted, or not to be known from this."""
    rows = case.value("statements")
    return Table(
        {row: statements.BANK.verdict(case, statement) for row, statement in rows.items()},
        rows=Pick("statements"),
        options=claims.OPTIONS,
        label="Verdict on each sentence",
        traps=[
            Trap(
                "refuge-in-cannot",
                dict.fromkeys(rows, claims.CANNOT),
                "You called everything unknowable.\n"
                "An auditor who never commits is no help: much of this can be read or worked out.\n"
                "Take one statement and look for its number in the case.",
            ),
            Trap(
                "all-believed",
                dict.fromkeys(rows, claims.SUPPORTED),
                "You accepted every statement.\n"
                "Some are contradicted by your own numbers, some nobody could know from them.\n"
                "Ask of each one: which cell shows it?",
            ),
        ],
        per_row_replies={row: statements.BANK.replies(case, statement) for row, statement in rows.items()},
    )


def _top(scores: pd.Series, count: int) -> list[str]:
    return [str(name) for name in scores.sort_values(ascending=False, kind="stable").index[:count]]
