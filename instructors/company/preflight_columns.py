"""The pre-flight's lines on the columns that a model may use: constant, missing, alike, rare, knowing too much, too large."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from graders.contract import Contract
from graders.references.scores import bad_outcomes
from instructors.company.checks import Check, amber, green, listed, percent, red
from instructors.company.lines import DOUBLES, MOST_LEVELS, leak_line
from instructors.company.measured import (
    auc_of,
    is_date_in_disguise,
    is_running,
    near_doubles,
    numbers_of,
    same_words,
)

# Thresholds; the blueprint is blocks/credit-xai.md, section 3.2
NEAR_CONSTANT = 0.995
MISSING = 0.60
UNSEEN = 0.02
RARE = 10  # rows of a category; smaller cells are masked
LARGEST = 1e7  # section 7: float32 holds whole numbers exactly up to 16,777,216
FEW_FEATURES = 3
ONE_VALUE_CHANCE = 1e-6
ROWS = 50_000  # on which a column alone is compared with the outcome


def count(contract: Contract) -> Check:
    """Say how many columns a model may use."""
    number = len(contract.features)
    found = f"{number}: {len(contract.numeric)} numbers and {len(contract.categorical)} categories."
    if number < FEW_FEATURES:
        lost = "With so few columns there is little to rank and nothing to compare."
        return amber("columns of a model", found, lost, "Describe more columns, if the file has any.")
    return green("columns of a model", found)


def constant(table: pd.DataFrame, contract: Contract) -> Check:
    """Say which columns have nearly always the same value."""
    name = "columns with one value"
    found = [one for one in contract.features if _top_share(table[one]) > NEAR_CONSTANT]
    if not found:
        return green(name, "None.")
    said = f"{listed(found)}: the same value in more than {percent(NEAR_CONSTANT)} of the rows."
    if len(found) == len(contract.features):
        return red(name, f"Every column of a model. {said}", "Check the file: a model has nothing to learn from.")
    return amber(name, said, "A model can make nothing of them.", "Take them out of the contract's columns.")


def _top_share(values: pd.Series) -> float:
    counts = values.value_counts(dropna=False)
    return float(counts.iloc[0] / len(values)) if len(counts) else 1.0


def missing(table: pd.DataFrame, contract: Contract) -> Check:
    """Say which columns are mostly missing."""
    shares = {one: float(table[one].isna().mean()) for one in contract.features}
    most = max(shares.values())
    found = [one for one, share in shares.items() if share > MISSING]
    if not found:
        return green("missing values", f"At most {percent(most)} of a column.")
    lost = "Their curves and reasons tell more of who did not answer than of the value."
    do = "Take them out of the contract's columns, or make a flag of whether there is a value."
    return amber("missing values", f"{listed(found)}: more than {percent(MISSING)} missing.", lost, do)


def doubles(table: pd.DataFrame, contract: Contract) -> Iterator[Check]:
    """Say which columns tell nearly the same as another."""
    pairs = near_doubles(table, contract.numeric, DOUBLES)
    copies = [(pair.first, pair.second) for pair in pairs if pair.exact]
    copies += same_words(table, contract.categorical)
    if copies:
        said = ", ".join(f"`{first}` and `{second}`" for first, second in copies[:6])
        lost = "A model shares the credit between them by chance."
        yield amber("copies", f"{said} say the same in every row.", lost, "Keep one, or declare them as a concept.")
    near = [pair for pair in pairs if not pair.exact]
    declared = [facts for facts in contract.concepts.values() if len(set(facts) & set(contract.numeric)) > 1]
    if not pairs and declared:
        yield green("twin columns", f"{listed(declared[0])}, declared as a concept.")
        return
    if not pairs:
        lost = "A number is read a second time for training, and the lessons say so."
        none = f"No two numbers with a Spearman correlation of {DOUBLES:.2f} or more."
        yield amber("twin columns", none, lost, off=("twins",))
        return
    said = ", ".join(f"`{pair.first}` and `{pair.second}` ({pair.spearman:+.2f})" for pair in (near or pairs)[:6])
    apart = [pair for pair in pairs if contract.concept_of(pair.first) != contract.concept_of(pair.second)]
    if apart:
        name = f"`{apart[0].first}` and `{apart[0].second}`"
        lost = (
            f"{name} tell nearly the same; where no concept is declared, one is for training, and the lessons say so."
        )
        do = "Declare what tells one fact as a concept; the draft of a contract proposes them."
        yield amber("twin columns", f"{said}.", lost, do)
    else:
        yield green("twin columns", f"{said}, declared as concepts.")


def categories(table: pd.DataFrame, contract: Contract) -> Iterator[Check]:
    """Say which categories have few rows, and which columns too many categories."""
    counts = {one: table[one].astype(object).value_counts() for one in contract.categorical}
    many = [one for one, found in counts.items() if len(found) > MOST_LEVELS]
    rare = {one: list(found.index[found < RARE]) for one, found in counts.items() if (found < RARE).any()}
    if many:
        lost = "Menus and charts cannot show them, and most of them have few rows."
        yield amber(
            "too many categories", f"{listed(many)}: more than {MOST_LEVELS}.", lost, "Group them, or leave them out."
        )
    if rare:
        said = "; ".join(
            f"`{one}`: {listed([str(value) for value in values], 3)}" for one, values in list(rare.items())[:6]
        )
        lost = f"Categories of less than {RARE} rows are masked in tables and tell little in a model."
        yield amber("rare categories", f"{said}.", lost, "Map them to a category such as `other`.")
    elif not many:
        yield green("categories", f"All have {RARE} rows or more.")


def unseen(table: pd.DataFrame, contract: Contract) -> Check:
    """Say which categories come up in the last year only."""
    name = "categories first seen in the last year"
    if contract.roles.date is None or not contract.categorical:
        return green(name, "Not looked at: there are no months, or no categories.")
    year = table[contract.roles.date].astype(str).str[:4]
    later = (year == year.max()).to_numpy(dtype=bool)
    if later.all():
        return green(name, "Not looked at: all rows are of one year.")
    shares = {one: _unseen_share(table[one].astype(object), later) for one in contract.categorical}
    found = {one: share for one, share in shares.items() if share > UNSEEN}
    if not found:
        return green(name, f"At most {percent(max(shares.values()))} of the last year's rows.")
    said = ", ".join(f"`{one}` ({percent(share)} of the last year's rows)" for one, share in found.items())
    lost = "A model has never seen them and takes them for average."
    return amber(name, f"{said}.", lost, "Map old and new categories to the same words, or leave the column out.")


def _unseen_share(values: pd.Series, later: np.ndarray) -> float:
    return float((~values[later].isin(values[~later].dropna().unique()) & values[later].notna()).mean())


def _aucs(table: pd.DataFrame, contract: Contract, names: list[str]) -> dict[str, float]:
    rows = np.linspace(0, len(table) - 1, min(len(table), ROWS)).astype(int)
    some = table.iloc[rows]
    bad = bad_outcomes(some, contract)
    return {one: auc_of(some[one], bad) for one in names}


def leaks(table: pd.DataFrame, contract: Contract) -> Check:
    """Say which columns, taken as known at the decision, know the outcome."""
    name = "columns that know the outcome"
    if contract.roles.target is None:
        return green(name, "Not looked at: there is no target.")
    line, aucs = leak_line(contract), _aucs(table, contract, contract.features)
    best = max(aucs, key=lambda one: aucs[one])
    found = [one for one, auc in aucs.items() if auc >= line]
    if not found:
        return green(name, f"None; the most telling alone is `{best}` with an AUC of {aucs[best]:.2f}.")
    said = ", ".join(f"`{one}` (AUC {aucs[one]:.2f})" for one in found)
    do = (
        f'If it is known only after the decision, write known_at = "after booking" at `{found[0]}`, or leave it out. '
        f"If it is truly known before, declare a higher leak_line under policy than {line:.2f}."
    )
    return red(name, f"{said}: alone at or above the leak line of {line:.2f}.", do)


def late(table: pd.DataFrame, contract: Contract) -> Check:
    """Say which columns are declared as known too late."""
    name = "columns known too late"
    if not contract.late:
        lost = "A column is made up from the outcomes for training, and the lesson says so."
        do = "Describe one with known_at, if the file has any: reminders, recoveries, a closing date."
        return amber(name, "None is declared.", lost, do, off=("late",))
    aucs = _aucs(table, contract, contract.late)
    said = ", ".join(f"`{one}` (AUC alone {aucs[one]:.2f})" for one in contract.late[:6])
    return green(name, f"{said}: kept from models, shown in the question on leaks.")


def one_value_on_refused(table: pd.DataFrame, contract: Contract) -> Check | None:
    """Say which columns have one value on all refused rows and others on accepted ones: filled in after the decision."""
    decision = contract.roles.decision
    if decision is None:
        return None
    name = "columns that stand still on refused rows"
    accepted = (table[decision.column].astype(object) == decision.accepted).to_numpy(dtype=bool)
    refused = table[~accepted]
    found = []
    for one in contract.features if len(refused) and accepted.any() else []:
        values = refused[one].astype(object).where(refused[one].notna(), "missing")
        if values.nunique() == 1:
            there = table.loc[accepted, one].astype(object).where(table.loc[accepted, one].notna(), "missing")
            share = float((there == values.iloc[0]).mean())
            if share < 1 and len(refused) * np.log(max(share, 1e-12)) < np.log(ONE_VALUE_CHANCE):
                found.append(one)
    if not found:
        return green(name, "None.")
    lost = (
        "They were filled in after the decision, or are a rule of it: on all applications a model reads them wrongly."
    )
    do = 'Write known_at = "after booking" there, or leave them out, unless a policy rule explains it.'
    return amber(name, listed(found), lost, do)


def large_numbers(table: pd.DataFrame, contract: Contract) -> Check:
    """Say which numbers are too large to be held exactly by what explains the model."""
    name = "large numbers"
    largest = {one: _largest(table[one]) for one in contract.numeric}
    beyond = [one for one, value in largest.items() if value > float(np.finfo(np.float32).max)]
    if beyond:
        return red(name, f"{listed(beyond)}: beyond 1e38.", "Write what stands for missing under missing_values.")
    merged = [one for one in contract.numeric if largest[one] > LARGEST and _lost(table[one]) > 0.5]
    if merged:
        do = "Leave out moments and codes written as numbers; write amounts in thousands."
        return red(name, f"{listed(merged)}: most values cannot be told apart once rounded to seven digits.", do)
    found = [one for one, value in largest.items() if value > LARGEST]
    if found:
        lost = "They are rounded to seven digits in the model, so that explanations add up."
        do = "Write them in thousands; if the number stands for missing, name it under missing_values."
        return amber(name, f"{listed(found)}: above ten million.", lost, do)
    return green(name, "None above ten million.")


def _largest(values: pd.Series) -> float:
    there = np.abs(numbers_of(values))
    return float(np.nanmax(there)) if (~np.isnan(there)).any() else 0.0


def _lost(values: pd.Series) -> float:
    """Return the share of different values that float32 cannot tell from another."""
    different = np.unique(numbers_of(values.dropna()))
    return 1 - len(np.unique(different.astype(np.float32))) / len(different)


def disguised(table: pd.DataFrame, contract: Contract) -> Check:
    """Say which numbers are row numbers or dates."""
    name = "row numbers and dates as numbers"
    found = [
        one for one in contract.numeric if is_running(numbers := numbers_of(table[one])) or is_date_in_disguise(numbers)
    ]
    if not found:
        return green(name, "None.")
    lost = "A model learns when a file was written, not who repays."
    return amber(name, listed(found), lost, "Leave them out, or make a length of time of them.")
