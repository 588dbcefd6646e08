"""SHAP from other references: the same files against files just above the line and against all applications, and what changes.

Goes to learners; used only while a case is built. Whoever is asked about is picked for clear lists from either reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from graders.references import picking
from graders.references.backgrounds import by_path, in_probability, just_approved
from graders.references.explanation import Explanation
from graders.references.importance import concept_sums
from graders.references.margins import BAND, clear_top, gap, shuffled
from graders.references.shap_values import BACKGROUND_ROWS, ShapValues, shap_values

LEARNT = "100 loans the model learnt on"
LINE = "100 approved files just above the line"
ALL = "100 applications of the last year"
REASONS = 4  # in a letter: the US commentary finds more than four hardly helpful
_SHOWN = 5


@dataclass(frozen=True)
class Compared:
    """One learner's 600 files, explained from three references.

    Attributes
    ----------
    base
        The ground: rows, model, labels.
    """

    base: Any

    @cached_property
    def matrix(self) -> Any:
        """The 600 files as the model reads them."""
        return self.base.fit.encoder.matrix(self.base.chosen)

    @cached_property
    def found(self) -> dict[str, ShapValues]:
        """SHAP values of the 600 files by reference."""
        audited = self.base.fit.encoder.matrix(self.base.audited)
        near = just_approved(self.base.fit.pd(self.base.audited), self.base.cut)
        anybody = np.sort(shuffled(self.base.seed, "all applications", len(audited))[:BACKGROUND_ROWS])
        others = {LINE: audited[near], ALL: audited[anybody]}
        model = self.base.fit.model
        return {
            LEARNT: self.base.found,
            **{name: shap_values(model, self.matrix, rows) for name, rows in others.items()},
        }

    @cached_property
    def seen(self) -> dict[str, Explanation]:
        """The 600 files explained, by reference."""
        return {name: self.base.explanation(values) for name, values in self.found.items()}

    @property
    def first(self) -> Explanation:
        """The 600 files explained from the loans the model learnt on."""
        return self.seen[LEARNT]

    @property
    def bases(self) -> dict[str, float]:
        """Base value in log-odds, by reference."""
        return {name: values.base for name, values in self.found.items()}

    @property
    def weights(self) -> pd.DataFrame:
        """Mean absolute contribution by column and reference, the column first that weighs most from the first reference."""
        table = pd.DataFrame({name: seen.importance for name, seen in self.seen.items()})
        return table.loc[self.first.importance.index]

    def twice(self, key: str) -> tuple[pd.Series, pd.Series]:
        """Return the sums by fact of one file, from the loans learnt on and from the files just above the line."""
        return self.first.sums(key), self.seen[LINE].sums(key)

    def asked(self) -> dict[str, str]:
        """Return clients F and G: clear reasons from both references, and not the same ones."""
        first = self.first
        found: dict[str, str] = {}
        for letter, tests in (("F", self._changes()), ("G", self._starts_otherwise())):
            free = {"used": set(found.values()), "seed": self.base.seed, "purpose": f"applicant {letter}"}
            found[letter] = picking.first_file(first, tests, **free)
        return found

    def _changes(self) -> tuple[picking.Test, ...]:
        return (
            picking.is_refused,
            picking.is_clearly_refused,
            lambda _seen, key: all(clear_top(sums, REASONS) is not None for sums in self.twice(key)),
            lambda _seen, key: len(changed(self.twice(key))) == 2,
            lambda _seen, key: changed([sums.abs() for sums in self.twice(key)]) != changed(self.twice(key)),
            lambda _seen, key: key not in self.base.seen,  # a slide says what would have become of F
            lambda _seen, key: set(most_moved(self.twice(key))) != changed(self.twice(key)),
        )

    def _starts_otherwise(self) -> tuple[picking.Test, ...]:
        return (
            picking.is_refused,
            picking.is_clearly_refused,
            lambda _seen, key: all(_has_a_first(sums) for sums in self.twice(key)),
            lambda _seen, key: len({sums.idxmax() for sums in self.twice(key)}) == 2,
        )

    def choices(self, key: str) -> dict[str, list[float]]:
        """Return the first facts of a file by three choices: log-odds, points of PD, log-odds along the path."""
        row = self.base.fit.encoder.matrix(self.base.chosen.loc[[key]])
        against = self.base.train_matrix[self.base.reference]
        ways = [self.base.found.values[[self.base.chosen.index.get_loc(key)]]]
        ways += [
            100 * in_probability(self.base.fit.model, row, against).values,
            by_path(self.base.fit.model, row).values,
        ]
        sums = [self._sums(values) for values in ways]
        first = sums[0].sort_values(ascending=False, kind="stable").index[:_SHOWN]
        return {str(name): [round(float(one[name]), 4) for one in sums] for name in first}

    def _sums(self, values: Any) -> pd.Series:
        table = pd.DataFrame(values, columns=self.base.names)
        return concept_sums(table, self.base.contract.concepts).iloc[0]


def reasons(sums: pd.Series) -> set[str]:
    """Return the facts that push most towards default, as many as a letter names."""
    return {str(name) for name in sums.nlargest(REASONS).index}


def changed(sums: Sequence[pd.Series]) -> set[str]:
    """Return the facts that are reasons from one of two references and not from the other."""
    one, other = (reasons(part) for part in sums)
    return one ^ other


def most_moved(sums: Sequence[pd.Series]) -> list[str]:
    """Return the two facts whose contribution changes most from one reference to the other."""
    one, other = sums
    return [str(name) for name in (one - other).abs().nlargest(2).index]


def _has_a_first(sums: pd.Series) -> bool:
    """Return whether one fact pushes clearly more than any other."""
    first, second = [*sums.nlargest(2), 0.0][:2]
    return bool(first >= 0.2 and gap(float(first), float(second)) >= BAND)
