"""Who climbs in lesson 4: clients H and J, each with one field that would have been enough, and the model's answer step by step.

Goes to learners; used while a case is built. Columns with a declared sign are tried first; where none leads anywhere, those whose
effect on this model is clearly one way, then any number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

import pandas as pd

from graders.contract import Contract
from graders.references import reasons
from graders.references.counterfactual import (
    CLEAR_PD,
    Ladder,
    far_from,
    is_clear,
    ladders,
    nice_step,
    straight_steps,
)
from graders.references.explanation import Explanation
from graders.references.margins import shuffled
from graders.references.odds import log_odds
from graders.references.picking import CLEAR_DIRECTION
from graders.references.shap_values import shap_values

STEPS = 20
TRIED = (
    8  # clear files of a column whose steps are explained, at most: each costs a tenth of a second; pushed ones first
)
APART = 4.0  # steps between the first approval and each misreading, where such a file can be found
WIDER = (1, 2, 5, 10)  # times the usual step, where no sign is declared: heavy tails need longer ones
_NEAR_ENOUGH = 2.5  # times the cut-off: a PD that one field can bring down
_COLUMNS = 12  # tried without a declared sign: each costs a tenth of a second
_SHARE = 0.05  # of the cut-off: how clear a step is where PDs are small


class Near(NamedTuple):
    """The refused files against the files just approved.

    Attributes
    ----------
    explained
        The refused files among those explained.
    rows
        The files just approved.
    matrix
        What the model reads of them.
    """

    explained: Explanation
    rows: pd.DataFrame
    matrix: Any


class Climbed(NamedTuple):
    """A client, and what the model answers step by step."""

    key: str
    ladder: Ladder


def goes_down(contract: Contract) -> bool:
    """Return whether H's field is moved down in every learner's case: where a number of its own has the declared sign +."""
    return any(_can_be_stepped(contract, column, 1) for column in contract.numeric)


def climbed(base: Any, near: Near, used: set[str]) -> dict[str, Climbed]:
    """Return clients H and J, another column for each where there are two; H's field is moved down where `goes_down` says so.

    Whoever cannot be found is not there.
    """
    found: dict[str, Climbed] = {}
    taken = set(used)
    for letter, sign in (("H", 1), ("J", -1)):
        ways = (-sign,) if letter == "H" and goes_down(base.contract) else (-sign, sign)
        avoid = {one.ladder.column for one in found.values()}
        one = _climber(base, near, sign, ways, taken, avoid, f"applicant {letter}")
        if one is not None:
            found[letter] = one
            taken.add(one.key)
    return found


def _climber(
    base: Any, near: Near, sign: int, ways: tuple[int, ...], used: set[str], avoid: set[str], purpose: str
) -> Climbed | None:
    """Return a refused file that one column of the declared sign turns into an approval, and its steps.

    Columns are tried in the contract's order; those that share a fact with others are left out, for they would move together.
    A column that pushes its file goes before one that helps it: the lesson invites a guess from the push.
    """
    declared = [column for column in base.contract.numeric if _can_be_stepped(base.contract, column, sign)]
    helping = None
    for column in declared:
        found = _of_column(base, near, column, -sign * nice_step(base.train[column]), used, purpose)
        if found is not None and found.ladder.pushes[0] > reasons.LEAST:
            return found
        helping = helping or found
    if helping is not None:
        return helping
    for column, step in _others(base, ways, avoid):
        found = _of_column(base, near, column, step, used, purpose)
        if found is not None and found.ladder.pushes[0] > reasons.LEAST:
            return found
        helping = helping or found
    return helping


def _can_be_stepped(contract: Contract, column: str, sign: int) -> bool:
    described = contract.columns[column]
    return _is_alone(contract, column) and getattr(described, "expect", None) == sign and described.type == "number"


def _is_alone(contract: Contract, column: str) -> bool:
    return len(contract.concepts[contract.concept_of(column)]) == 1


def _others(base: Any, ways: tuple[int, ...], avoid: set[str]) -> Iterator[tuple[str, float]]:
    """Yield columns and steps without a declared sign: clear effects first, facts of one column first, the heaviest first."""
    contract, rho = base.contract, base.explained.directions
    numbers = [
        str(name)
        for name in base.explained.importance.index
        if name in contract.numeric and contract.columns[name].type in ("number", "whole")
    ][:_COLUMNS]
    ordered = sorted(numbers, key=lambda name: (name in avoid, not _is_alone(contract, name)))
    clear = [name for name in ordered if abs(rho.get(name, 0.0)) >= CLEAR_DIRECTION]
    for names, follow in ((clear, True), (ordered, False)):
        for way in ways:
            for name in names:
                if not follow or rho[name] * way < 0:
                    yield from ((name, way * step) for step in _steps(base.train[name]))


def _steps(values: pd.Series) -> list[float]:
    """Return round steps for a column, the shortest first; whole numbers take whole steps."""
    known = values.dropna().astype(float)
    low, high = (known.quantile(part) for part in (0.25, 0.75))
    spread = known if high > low else known[known != known.median()]
    if spread.nunique() < 2:
        return []
    step = nice_step(spread)
    if (known % 1 == 0).all():
        step = max(step, 1.0)
    return [step * wider for wider in WIDER]


# --- one column ----------------------------------------------------------------------------------------------------------


def _of_column(base: Any, near: Near, column: str, step: float, used: set[str], purpose: str) -> Climbed | None:
    explained, cut = near.explained, base.cut
    files = explained.rows[explained.rows[column].notna() & (explained.pds <= _NEAR_ENOUGH * cut)]
    files = files.drop(index=[key for key in used if key in files.index])
    mixed = files.iloc[shuffled(base.seed, purpose, len(files))]
    if mixed.empty:
        return None
    within = base.contract.columns[column].range
    found = ladders(mixed, column, step, STEPS, within, base.fit.pd)
    clear = [key for key in mixed.index if is_clear(found[key], cut, min(CLEAR_PD, _SHARE * cut))]
    if not clear:
        return None
    ordered = sorted(clear, key=lambda key: _first_guess(near, found[key], key), reverse=True)
    tried = [Climbed(key, _explained(base, near, found[key], key)) for key in islice(ordered, TRIED)]
    ranks = [(one.pushes[0] > reasons.LEAST, len(_misreadings_apart(near, one, key))) for key, one in tried]
    return tried[ranks.index(max(ranks))]


def _explained(base: Any, near: Near, ladder: Ladder, key: str) -> Ladder:
    """Return the steps with the column's contribution at each."""
    file = near.explained.rows.loc[[key] * len(ladder.values)].assign(**{ladder.column: list(ladder.values)})
    found = shap_values(base.fit.model, base.fit.encoder.matrix(file), near.matrix)
    return replace(ladder, pushes=tuple(found.values[:, base.names.index(ladder.column)].tolist()))


def _first_guess(near: Near, ladder: Ladder, key: str) -> tuple[bool, bool]:
    """Return whether the field pushes the file as filed, and whether a straight line through the push clearly misleads.

    Both follow from contributions known already: no step has to be explained for them.
    """
    push = float(near.explained.contributions.loc[key, ladder.column])
    return push > reasons.LEAST, "straight" in _misreadings_apart(near, replace(ladder, pushes=(push,)), key)


def _misreadings_apart(near: Near, ladder: Ladder, key: str) -> list[str]:
    """Return which misreadings lead somewhere, and clearly elsewhere: a straight line, and the step without a contribution."""
    first = ladder.first_lasting(near.explained.cut)
    usual = float(near.rows[ladder.column].mean())
    excess = float(log_odds(near.explained.pds[key]) - log_odds(near.explained.cut))
    readings = {
        "straight": straight_steps(ladder.pushes[0], ladder.values[0], usual, ladder.step, excess),
        "no push": ladder.first_without_push(),
    }
    return [
        name
        for name, other in readings.items()
        if first is not None and other is not None and far_from(first, [other], APART)
    ]
