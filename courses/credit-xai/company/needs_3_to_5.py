"""What the questions of lessons 3 to 5 need of a portfolio beyond `preflight.py`'s own list, and why a portfolio lacks it.

Stays with the instructor, as `preflight.py` does, which calls it with the rows that one learner would draw. Every threshold leaves
room for the next learner, whose rows are others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graders.content import load_module
from graders.references import reasons
from graders.references.approval import members

clients = load_module(Path(__file__).parents[1] / "clients_4.py")
invented = load_module(Path(__file__).parents[1] / "invented_3.py")
lime = load_module(Path(__file__).parents[1] / "lime_3.py")
groups = load_module(Path(__file__).parents[1] / "groups_4.py")

FACTS = reasons.MOST + 1  # facts from which four reasons leave one out
ASKED, PAST = 3, 15  # files around which LIME invents others, and how many of these must contradict themselves
GOOD, BAD = 30, 10  # booked loans of a group in the last year, repaid and not: errors of fewer are chance


def lacking(drawn: Any) -> dict[str, str]:
    """Return, for each of these capabilities, "" when the portfolio has it, else why not."""
    if drawn.lacking_outcomes:
        return dict.fromkeys(("facts", "readings", "steps", "group_errors"), drawn.lacking_outcomes)
    facts = len(drawn.contract.concepts)
    return {
        "facts": "" if facts >= FACTS else f"{facts} facts in a model, {FACTS} are needed",
        "readings": _readings(drawn),
        "steps": _steps(drawn),
        "group_errors": _group_errors(drawn),
    }


def _readings(drawn: Any) -> str:
    """Ask of a few files whether LIME invents others around them whose two readings of one fact contradict each other."""
    ground = drawn.ground
    columns = invented.readings(ground)
    if not columns:
        return "no two numbers are declared to tell one fact (concepts), or they are always equal"
    said, line = lime.Outputs.of(ground), invented.line_of(ground, columns)
    refused = ground.explained.pds.sort_values(kind="stable").index[-len(ground.chosen) // 4 :]
    runs = [said.run(str(key)) for key in refused[:: max(1, len(refused) // ASKED)][:ASKED]]
    fewest = min(len(invented.past(ground, columns, run, line)) for run in runs)
    return "" if fewest >= PAST else f"of the files that LIME invents, as few as {fewest} pass the line of {columns}"


def _steps(drawn: Any) -> str:
    found = clients.asked(drawn.ground, None)["parts"]["ladders"]
    return (
        "" if len(found) > 1 else "no two refused files that one number, moved step by step, would turn into approvals"
    )


def _group_errors(drawn: Any) -> str:
    ground = drawn.ground
    attributes = groups.compared_attributes(ground)
    if not attributes:
        return "no protected attribute has two groups that can be shown"
    bad = ground.bad[ground.later.index]
    counted = [
        (int((bad[inside] == 0).sum()), int((bad[inside] == 1).sum()))
        for inside in members(ground.later, attributes[0])
    ]
    good, bads = (min(counts) for counts in zip(*counted, strict=True))
    if good >= GOOD and bads >= BAD:
        return ""
    return f"{good} repaid and {bads} defaulted loans of a group in the last year, {GOOD} and {BAD} are needed"
