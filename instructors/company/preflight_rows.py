"""The pre-flight's lines on rows: how many, which outcomes, decisions, groups and months. Each returns what it found."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from graders.contract import Contract, Protected
from graders.references.approval import members
from graders.references.scores import bad_outcomes
from instructors.company.checks import Check, amber, green, percent, red
from instructors.company.measured import numbers_of

# Thresholds; the blueprint is blocks/credit-xai.md, section 3
ROWS_GREEN, ROWS_RED = (
    8_000,
    200,
)  # 3.3: a small file is one below 8,000; below 200 a third of the rows cannot be judged
BAD_RED, BAD_GREEN = 20, 100  # bad outcomes; 3.2: measures by group need 100 a group; below 20 nothing is learnt
BASE_RATE = (0.02, 0.30)  # 3.2, practice
GROUP_COMPARED, GROUP_REFERENCE, GROUP_FEWEST = 300, 1_000, 10  # 3.2; cells below 10 are masked
APPROVED = (0.20, 0.90)  # 3.2: ratios of approvals cannot be read at extremes
LAST_YEAR = (0.10, 0.70)  # share of the last calendar year, on which models are judged
IMMATURE = 0.5  # outcomes known in the last months against those before, from which they are late
MONTHS_GREEN = 12


def size(table: pd.DataFrame) -> Check:
    """Say how many rows there are."""
    found = f"{len(table):,} rows."
    if len(table) < ROWS_RED:
        return red("rows", found, f"Bring at least {ROWS_RED} rows, better {ROWS_GREEN:,}.")
    if len(table) < ROWS_GREEN:
        return amber(
            "rows",
            f"{found} {ROWS_GREEN:,} and more are best.",
            "All learners get most of the same rows, intervals are wide, and more answers are too close to call.",
            "Bring more months or branches, if there are any.",
        )
    return green("rows", found)


def outcomes(table: pd.DataFrame, contract: Contract) -> Check:
    """Say how many outcomes are known, and how many of them are bad."""
    target = contract.roles.target
    if target is None:
        lost = "No model can be fitted, and no answer can be compared with what happened."
        return amber("outcomes", "The contract has no target.", lost, "Name it under roles.target.", off=("target",))
    bad = bad_outcomes(table, contract)
    known = int((~np.isnan(bad)).sum())
    count = int(np.nansum(bad))
    if count == 0 or count == known:
        what = "not known" if known == 0 else "good" if count == 0 else "bad"
        do = f"Check the mapping of `{target.column}`, and which value is bad: both outcomes are needed."
        return red("outcomes", f"Every outcome of `{target.column}` is {what}.", do)
    rate = count / known
    found = f"{known:,} outcomes known, {count:,} of them bad: a base rate of {percent(rate)}."
    if min(count, known - count) < BAD_RED:
        return red("outcomes", found, f"Bring at least {BAD_RED} of each outcome: a model learns nothing from fewer.")
    reasons = []
    if count < BAD_GREEN:
        reasons.append(f"With less than {BAD_GREEN} bad outcomes, every rate by group is uncertain.")
    if rate < BASE_RATE[0]:
        reasons.append("So rare an outcome leaves groups with too few bad ones to compare errors.")
    if rate > BASE_RATE[1]:
        reasons.append(
            "So frequent an outcome is unlike a loan book: check that bad is bad, and that rows were not chosen by outcome."
        )
    return amber("outcomes", found, " ".join(reasons)) if reasons else green("outcomes", found)


def decisions(table: pd.DataFrame, contract: Contract) -> Check:
    """Say what share was accepted, and whether only their outcomes are known."""
    decision = contract.roles.decision
    if decision is None:
        return amber(
            "past decisions",
            "The contract has no decision.",
            "Rates of approval are read on these rows as if they were all applications.",
            "Name the column under roles.decision, if refused applications are in the file.",
            off=("decision",),
        )
    accepted = (table[decision.column].astype(object) == decision.accepted).to_numpy(dtype=bool)
    found = f"{percent(float(accepted.mean()))} of the rows are `{decision.accepted}`."
    if accepted.all() or not accepted.any():
        lost = "There is nothing to compare with: this class goes without past decisions."
        do = f"Check the value named as accepted of `{decision.column}`."
        return amber("past decisions", found, lost, do, off=("decision",))
    known = ~np.isnan(bad_outcomes(table, contract))
    of_refused = percent(float(known[~accepted].mean()))
    if contract.roles.target is not None and known[~accepted].mean() > 0.5:
        lost = "An outcome of a refused loan is unusual: lessons say that outcomes are known for booked loans only."
        return amber(
            "past decisions", f"{found} {of_refused} of the refused have an outcome.", lost, "Check both columns."
        )
    return green("past decisions", found)


def groups(table: pd.DataFrame, contract: Contract) -> Iterator[Check]:
    """Say how many rows each group of a protected attribute has."""
    if not contract.roles.protected:
        yield amber(
            "protected attributes",
            "The contract has none.",
            "Whether groups are treated alike cannot be tested on real groups; that is a finding in itself.",
            "Name one under roles.protected, if your organisation may use it for this.",
            off=("protected", "protected_2"),
        )
    for attribute in contract.roles.protected:
        compared, reference = group_sizes(table, attribute)
        called = attribute.called("compared"), attribute.called("reference")
        name = f"groups of `{attribute.column}`"
        found = f"{compared:,} {called[0]}, {reference:,} {called[1]}."
        if not min(compared, reference):
            do = f"Name two groups that have rows, or take `{attribute.column}` out of roles.protected."
            yield red(name, found, do)
        elif min(compared, reference) < GROUP_FEWEST:
            lost = f"A group of less than {GROUP_FEWEST} people is masked: this attribute is not compared."
            yield amber(name, found, lost, f"Take `{attribute.column}` out of roles.protected, or join groups.")
        elif compared < GROUP_COMPARED or reference < GROUP_REFERENCE:
            wide = f"Below {GROUP_COMPARED} and {GROUP_REFERENCE:,}, intervals are wide: many comparisons end as inconclusive."
            yield amber(name, found, wide)
        else:
            yield green(name, found)
    if len(contract.roles.protected) == 1:
        yield amber(
            "a second protected attribute",
            "The contract has one.",
            "Tables by group have one line less.",
            off=("protected_2",),
        )


def group_sizes(table: pd.DataFrame, attribute: Protected) -> tuple[int, int]:
    """Return how many rows the compared and the reference group of a protected attribute have."""
    values = table[attribute.column]
    # pandas' own missing value is neither below a cut nor above it, and no truth value
    plain = pd.Series(numbers_of(values)) if attribute.cut is not None else values.astype(object).reset_index(drop=True)
    compared, reference = members(plain.where(plain.notna(), np.nan).to_frame(attribute.column), attribute)
    return int(np.sum(compared)), int(np.sum(reference))


def months(table: pd.DataFrame, contract: Contract) -> Iterator[Check]:
    """Say which months there are, how much of the file is of the last year, and whether its outcomes are known yet."""
    if contract.roles.date is None:
        yield amber(
            "months",
            "The contract has no date.",
            "A random third of the rows stands for the last year, and nothing can be said about change over time.",
            "Name the month of application under roles.date, if there is one.",
            off=("date",),
        )
        return
    month = pd.PeriodIndex(table[contract.roles.date].astype(str), freq="M")
    span = f"{month.min()} to {month.max()}"
    every = (month.max() - month.min()).n + 1
    gaps, share = every - month.nunique(), float((month.year == month.year.max()).mean())
    found = f"{span}, {month.nunique()} months with rows; {percent(share)} of the rows are of {month.year.max()}."
    if month.year.nunique() == 1:
        lost = "There is no earlier year to learn on and no later one to judge on: change over time is left out."
        yield amber(
            "months", found, lost, "Take the date out of the contract, or bring two calendar years.", off=("date",)
        )
        return
    problems = []
    if not LAST_YEAR[0] <= share <= LAST_YEAR[1]:
        few = "few rows to judge on" if share < LAST_YEAR[0] else "few rows to learn on"
        problems.append(f"The last calendar year leaves {few}.")
    if every < MONTHS_GREEN:
        problems.append(f"Less than {MONTHS_GREEN} months: a season may look like a change.")
    if gaps:
        problems.append(f"{gaps} months in between have no row.")
    yield amber("months", found, " ".join(problems)) if problems else green("months", found)
    yield _maturity(table, contract, month)


def _maturity(table: pd.DataFrame, contract: Contract, month: pd.PeriodIndex) -> Check:
    name = "outcomes of the last months"
    if contract.roles.target is None:
        return green(name, "Not looked at: there is no target.")
    bad = bad_outcomes(table, contract)
    recent = np.asarray(month > month.max() - 3)
    if recent.all():
        return green(name, "Not looked at: there are no more than three months.")
    known = ~np.isnan(bad)
    share, before = float(known[recent].mean()), float(known[~recent].mean())
    found = f"known for {percent(share)} of the last three months, for {percent(before)} before."
    if share < IMMATURE * before:
        lost = "The last rows have had no time to turn bad: models are judged on the few that have."
        return amber(name, found, lost, "End the file at the last month whose outcomes are all known.")
    rates = [float(bad[part & known].mean()) if (part & known).any() else 0.0 for part in (recent, ~recent)]
    if rates[1] > 0 and rates[0] < IMMATURE * rates[1] and (recent & known).sum() * rates[1] >= BAD_RED:
        lost = f"The bad rate falls from {percent(rates[1])} to {percent(rates[0])}: loans too young to have turned bad look good."
        return amber(name, found, lost, "End the file at the last month whose outcomes have had their full time.")
    return green(name, found)


def approval(contract: Contract) -> Check:
    """Say what share of applications the policy approves."""
    line = contract.policy.get("approve_share")
    if line is None:
        return green("approvals", "The policy declares no share; the block's own is used.")
    share = float(np.min(line))
    found = f"The policy approves {percent(share)} of the applications."
    if not 0 < share < 1:
        return red("approvals", found, "Write approve_share under policy as a share between 0 and 1, such as 0.60.")
    if not APPROVED[0] <= share <= APPROVED[1]:
        lost = "So close to nobody or everybody, ratios of approvals between groups can hardly be read."
        return amber("approvals", found, lost, "Declare a share between 0.20 and 0.90 for the class.")
    return green("approvals", found)
