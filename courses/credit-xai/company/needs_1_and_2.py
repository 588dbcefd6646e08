"""What the questions of lessons 1 and 2 need of a portfolio, and why a portfolio lacks it.

Stays with the instructor, as `preflight.py` does, which calls it with the rows that one learner would draw. Every threshold leaves
room for the next learner, whose rows are others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from graders.content import load_module

case = load_module(Path(__file__).parents[1] / "case.py")
findings = load_module(Path(__file__).parents[1] / "findings_2.py")

BAD_LEAST = 400  # of bad outcomes to learn on; blueprint 2.5: below it, couples and curves are chance
REASONS = 4  # facts of which three are the strongest
AUC_AHEAD = 0.02  # of what is known too late over every column of a model: no learner's sample turns them round
LEAST_YEAR = 100  # rows of the first and of the last year that a PSI compares
NUMBERS = 3  # numbers of a model: one shown as an example, two asked about
FIVE = 5  # columns of a model from which a top five can be named
SIGNS = 2  # declared signs: the curve looked at closely, and one to compare
MANY = 6  # columns of a model from which a top five leaves something out


def lacking(drawn: Any) -> dict[str, str]:
    """Return, for each of these capabilities, "" when the portfolio has it, else why not."""
    columns = len(drawn.contract.features)
    return {
        "date": _date(drawn),
        "late": _late(drawn),
        "twins": _twins(drawn),
        "expectations": _expectations(drawn),
        "reasons": _reasons(drawn),
        "interaction": _interaction(drawn),
        "many_features": "" if columns >= MANY else f"{columns} columns of a model, {MANY} are needed",
        "five_columns": "" if columns >= FIVE else f"{columns} columns of a model, {FIVE} are needed",
        "numbers": _numbers(drawn),
    }


def _date(drawn: Any) -> str:
    date = drawn.contract.roles.date
    if date is None:
        return "the contract has no date"
    rows = drawn.rows[date].astype(str).str[:4].value_counts().sort_index()
    if len(rows) < 2:
        return "all rows are of one calendar year"
    fewest = int(min(rows.iloc[0], rows.iloc[-1]))
    return "" if fewest >= LEAST_YEAR else f"{fewest} rows of the first or of the last year, {LEAST_YEAR} are needed"


def _late(drawn: Any) -> str:
    late = [one for one in drawn.contract.late if pd.api.types.is_numeric_dtype(drawn.rows[one])]
    if not late:
        return "no number is declared as known too late (known_at)"
    if drawn.lacking_outcomes:
        return drawn.lacking_outcomes
    aucs = findings.alone(drawn.ground, findings.suspected(drawn.ground))
    line, known = case.line(drawn.contract, "leak_line"), drawn.contract.features
    if aucs.drop(known).empty:
        return "what is known too late has one value only"
    best = float(aucs.drop(known).iloc[0])
    if best < line:
        return (
            f"what is known too late orders outcomes with an AUC of {best:.2f} alone, {line:.2f} is the line for a leak"
        )
    ahead = best - float(aucs[known].max())
    return "" if ahead >= AUC_AHEAD else "a column of the model orders outcomes as well as what is known too late"


def _twins(drawn: Any) -> str:
    contract = drawn.contract
    told = (names for fact, names in contract.concepts.items() if fact in contract.declared_concepts)
    two = any(len([one for one in names if one in drawn.numbers]) > 1 for names in told)
    return "" if two else "no concept is declared that two numbers tell"


def _numbers(drawn: Any) -> str:
    count = len(drawn.numbers)
    return "" if count >= NUMBERS else f"{count} numbers of a model that change, {NUMBERS} are needed"


def _expectations(drawn: Any) -> str:
    contract = drawn.contract
    declared = sum(bool(getattr(contract.columns[name], "expect", 0)) for name in drawn.numbers)
    if declared < SIGNS:
        return f"{declared} columns have a declared sign (expect), {SIGNS} are needed"
    return _enough_bad(drawn)


def _interaction(drawn: Any) -> str:
    if len(drawn.contract.features) < 3:
        return "less than three columns of a model"
    if not drawn.numbers:
        return "no number of a model that changes"
    return _enough_bad(drawn)


def _enough_bad(drawn: Any) -> str:
    if drawn.lacking_outcomes:
        return drawn.lacking_outcomes
    return "" if drawn.bads[0] >= BAD_LEAST else f"{drawn.bads[0]} bad outcomes to learn on, {BAD_LEAST} are needed"


def _reasons(drawn: Any) -> str:
    facts = len(drawn.contract.concepts)
    return "" if facts >= REASONS else f"{facts} facts of a model, {REASONS} are needed"
