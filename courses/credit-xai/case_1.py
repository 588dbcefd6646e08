"""The case of lesson 1: the files this learner is asked about, and what is claimed of them.

Goes to learners. Whatever is asked about is picked for being clear on this learner's own sample: a wide margin, and traps that
lead elsewhere. No verdict on an answer is in here; that is for the keys.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.contract import Contract
from graders.errors import DataError
from graders.language import number
from graders.references import facts, picking
from graders.references.explanation import Explanation, shown
from graders.references.importance import auc_loss, mean_absolute
from graders.references.margins import shuffled
from graders.references.shap_values import shap_values

ground = load_module(Path(__file__).with_name("case.py"))
statements = load_module(Path(__file__).with_name("statements_1.py"))

SHUFFLED_ROWS = 2_000  # out-of-time loans: enough to order the losses of AUC
TWIN_ROWS = 100
_MINUS = "\u2212"


class Case(ground.GroundCase):  # type: ignore[misc,name-defined]  # content is loaded by path
    """One learner's case of lesson 1."""

    @property
    def card(self) -> dict[str, str]:
        """What this case is, in a few lines."""
        card = self.picks.scorecard
        return {
            **super().card,
            "the scorecard of part 1": (
                f"{card['points_to_double']} points double the odds; "
                f"the client of 1.a is {card['points_lost']} points below the neutral line"
            ),
        }

    @property
    def twins(self) -> tuple[str, list[str]]:
        """A fact that several columns tell, and those columns, the one with the longest bar first."""
        if self.explanation.twins is None:
            raise DataError(
                "Expected columns that tell the same fact, got none in this portfolio. Leave this question out."
            )
        return self.explanation.twins

    @property
    def twin_test(self) -> pd.DataFrame:
        """The bar of one column that tells a shared fact, before and after the other is taken out and the model fitted again."""
        test, labels = self.value("twin_test"), self.explanation.labels
        without = f"without “{labels[test['hidden']]}”, fitted again"
        bar = [round(test["before"], 2), round(test["after"], 2)]
        return pd.DataFrame({f"bar of “{labels[test['stays']]}”": bar}, index=["both columns in the model", without])

    @cached_property
    def auc_loss(self) -> pd.Series:
        """The model team's table: AUC lost out of time when a column is shuffled, largest loss first."""
        return pd.Series(self.value("auc_loss"), name="auc_loss").sort_values(ascending=False, kind="stable")

    @property
    def auc_table(self) -> pd.DataFrame:
        """The first eight lines of the model team's table, by what the columns mean."""
        first = self.auc_loss.head(8)
        meanings = [f"{rank}. {self.explanation.labels[name]}" for rank, name in enumerate(first.index, start=1)]
        return pd.DataFrame({"AUC lost when shuffled": first.to_numpy()}, meanings)

    @property
    def reference(self) -> dict[str, str]:
        """The numbers around the base value, with what they are."""
        rebuilt = self.to_pd(self.base + self.contributions.sum(axis=1).to_numpy())
        base = number(self.base, 3).replace("-", _MINUS)
        gap = max(0.01, float(np.abs(rebuilt - self.pds.to_numpy()).max()))
        return {
            "base value": f"{base} in log-odds: the model's mean log-odds over the 100 reference loans",
            "mean PD": f"{number(float(self.background['pd'].mean()), 1)} %: mean of the model's PDs of the same 100 loans",
            "default rate": f"{number(self.bad_rate, 1)} % of the loans the model learnt on defaulted: observed, no model in it",
            "the sum, tried": (
                f"added up for each of the {len(self.pds)} files, base value and contributions give the model's PD "
                f"to within {number(gap, 2)} points"
            ),
        }

    @property
    def same_fact(self) -> dict[str, str]:
        """The facts that several columns tell, each with these columns, in words."""
        labels = self.explanation.labels
        several = {fact: names for fact, names in self.explanation.concept_columns.items() if len(names) > 1}
        return {
            labels[fact]: "one fact, told by " + " and ".join(f"“{labels[name]}”" for name in names)
            for fact, names in several.items()
        }

    @property
    def claimed(self) -> list[str]:
        """The columns that the statements of this learner name, in the order of the bar chart."""
        named = {value for statement in self.value("statements").values() for value in statement["about"].values()}
        drawn = [str(name) for name in self.importance.index if name in named]
        quantities = [str(name) for name in self.importance.index if name in self.explanation.numeric]
        return drawn if set(drawn) & set(quantities) else [*drawn, *quantities[:1]]

    def compare(self, first: str, second: str, column: str) -> pd.DataFrame:
        """Put two applicants side by side: PD, total in log-odds, and what one column contributes to it."""
        clients = [self.applicant(first), self.applicant(second)]
        lines = ["PD, %", "total, log-odds", f"contribution of “{self.explanation.labels[column]}”, log-odds"]
        values = {f"client {one.name}": [one.pd, one.log_odds, one.contributions[column]] for one in clients}
        return pd.DataFrame(values, index=lines)


# --- building ------------------------------------------------------------------------------------------------------------


def build(sample: pd.DataFrame, contract: Contract, seed: int) -> dict[str, object]:
    """Pick the files that are asked about, and what is said of them."""
    base = ground.Ground.of(sample, contract, seed)
    tried = base.later.iloc[shuffled(seed, "later", len(base.later))[:SHUFFLED_ROWS]]
    losses = auc_loss(base.fit.model, base.fit.encoder.matrix(tried), base.bad[tried.index], base.names, seed=seed)
    picks = _picks(base.explained, seed, base.seen)
    about = picks["applicants"], picks["practice_story"], base.bad_rate, base.seen
    said = statements.eight(statements.Ground(base.explained, *about), seed)
    return {
        **base.parts(),
        "auc_loss": losses.to_dict(),
        "twin_test": _twin_test(base),
        "statements": said,
        "picks": {**picks, "statements": _numbered(said)},
    }


def _numbered(said: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return the statements as a form shows them: with a number, by which receipts and people call them."""
    return {row: f"{row.removeprefix('s')}. {statement['text']}" for row, statement in said.items()}


def _twin_test(base: Any) -> dict[str, object]:
    """Fit again without the stronger twin column, and measure the bar of the one that stays, before and after."""
    explained = base.explained
    if explained.twins is None:
        return {}
    hidden, *_others, stays = explained.twins[1]
    kept = [place for place, name in enumerate(base.names) if name != hidden]
    matrix, rows = base.train_matrix[:, kept], base.fit.encoder.matrix(base.chosen)[:TWIN_ROWS, kept]
    again = base.taught(matrix)
    values = shap_values(again, np.ascontiguousarray(rows), matrix[base.reference]).values
    after = mean_absolute(pd.DataFrame(values, columns=[base.names[place] for place in kept]))
    before = mean_absolute(explained.contributions.iloc[:TWIN_ROWS])
    return {"hidden": hidden, "stays": stays, "before": float(before[stays]), "after": float(after[stays])}


# --- who and what is asked about -----------------------------------------------------------------------------------------


def _picks(explained: Explanation, seed: int, seen: frozenset[str]) -> dict[str, Any]:
    story, safer, riskier = picking.same_push_pair(explained, explained.numeric, set())
    others = [name for name in explained.numeric if name != story]
    practice_story, low, high = picking.same_push_pair(explained, others, {safer, riskier})
    letters = {"D": safer, "E": riskier, "R": low, "S": high}
    for letter, tests in _wanted(story, seen).items():
        used = set(letters.values())
        letters[letter] = picking.first_file(explained, tests, used=used, seed=seed, purpose=f"applicant {letter}")
    asked = picking.clear_directions(explained, 6, seed, shown=practice_story)
    labels = explained.labels
    twins = [] if explained.twins is None else explained.twins[1]
    signs = picking.predictable_signs(explained, letters["P"])
    return {
        "applicants": dict(sorted(letters.items())),
        "story": story,
        "practice_story": practice_story,
        "directions": {name: labels[name] for name in asked},
        "signs": {name: _beside_usual(explained, letters["P"], name) for name in signs},
        "features": {name: labels[name] for name in explained.contributions.columns},
        "reasons": {name: labels[name] for name in [*explained.concepts.columns, *twins]},
        "scorecard": {"points_to_double": 20, "points_lost": (15, 25, 30, 35, 45, 50, 55)[seed % 7]},
    }


def _beside_usual(explained: Explanation, key: str, column: str) -> str:
    """Return a line of a file in words, with the usual value: the median of all explained files, or the most frequent word."""
    label, unit = explained.labels[column], explained.units.get(column, "")
    values = explained.rows[column]
    usual = values.median() if column in explained.numeric else values.mode().iloc[0]
    line = f"{label}: {shown(values[key])}, usually {shown(usual)}"
    return f"{line} ({unit})" if unit else line


def _wanted(story: str, seen: frozenset[str]) -> dict[str, tuple[picking.Test, ...]]:
    return {
        "B": (
            picking.is_refused,
            picking.has_three_reasons,
            picking.is_clearly_refused,
            picking.has_three_clear_reasons,
            picking.has_a_strong_protector,
            picking.is_striking_elsewhere,
            picking.is_pushed_by_both_twins,
            picking.is_unlike_the_average,
        ),
        "C": (picking.is_refused, picking.is_clearly_refused, picking.is_pushed_by(story), picking.pushes_both_ways),
        "A": (
            lambda _explained, key: key not in seen,  # a sentence asks what would have become of A
            picking.is_refused,
            picking.is_clearly_refused,
            picking.pushes_both_ways,
            lambda explained, key: facts.worth_in(explained, key) is not None,
        ),
        "P": (picking.pushes_either_way, picking.has_one_strongest_each_way, picking.has_predictable_signs),
    }
