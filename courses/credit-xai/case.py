"""What all lessons of the credit block stand on: the split of a learner's rows, the model under audit, 600 files explained.

Goes to learners. `Ground` is for building a case, `GroundCase` for reading one; each lesson's own file, ``case_<lesson>.py``, adds
what it asks about. Every lesson starts from the same rows and the same seed, so it is the same model in all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from graders.cases import CaseFiles, Model
from graders.contract import Contract
from graders.errors import DataError
from graders.language import number
from graders.references.explanation import Explained, Explanation
from graders.references.margins import shuffled
from graders.references.odds import pd_percent
from graders.references.scores import bad_outcomes, own_pd, taught_rows
from graders.references.shap_values import BACKGROUND_ROWS, ShapValues, float32_thresholds, shap_values
from graders.references.woe import WoeEncoder

EXPLAINED_ROWS = 600

# The course's own lines, where the contract's policy does not declare the organisation's. None of them is law.
LINES: dict[str, float | tuple[float, float]] = {
    "approve_share": 0.60,  # of all applications, lowest risk first
    "air_line": 0.80,  # approval ratio of a compared group to its reference group
    "psi_line": 0.10,
    "lime_fidelity_min": 0.60,  # R² of a local surrogate
    "lda_max_auc_loss": 0.04,
    "lda_min_ratio_gain": 0.05,
    "ae_band": (0.80, 1.25),
    "overfit_max_gap": 0.12,
    "adverse_line": 0.15,  # log-odds
    "leak_line": 0.85,  # AUC of one column alone
}


def line(contract: Contract, name: str) -> Any:
    """Return a line of the policy, the organisation's own where it declares one, else the course's: a number, of a band both ends.

    Raises
    ------
    DataError
        When what is declared is a band where a number is meant, or a number where a band is.
    """
    declared, own = contract.policy.get(name), LINES[name]
    if declared is None:
        return own
    if isinstance(declared, tuple) != isinstance(own, tuple):
        wanted = "a band such as [0.8, 1.25]" if isinstance(own, tuple) else f"a number such as {own}"
        raise DataError(f"{contract.title}: expected {wanted} for the line {name}, got {declared}. Correct it.")
    return declared


def strata(table: pd.DataFrame, contract: Contract) -> pd.Series:
    """Return what every learner's sample keeps in proportion: year and outcome, not known included."""
    year = "" if contract.roles.date is None else table[contract.roles.date].astype(str).str[:4]
    return year + outcome(table, contract).map({0.0: " good", 1.0: " bad"}).fillna(" not known")


def outcome(rows: pd.DataFrame, contract: Contract) -> pd.Series:
    """Return 1 for bad, 0 for good, nan where the outcome is not known."""
    if contract.roles.target is None:
        raise DataError(
            f"{contract.title}: expected a target, got none. Add it: this block fits its model on outcomes."
        )
    return pd.Series(bad_outcomes(rows, contract), rows.index)


class GroundCase(CaseFiles):
    """What every lesson's case has. Contributions are in log-odds of default, probabilities of default (PD) in percent."""

    @property
    def card(self) -> dict[str, str]:
        """What this case is, in a few lines."""
        card = {
            "the portfolio": f"{len(self.applicants)} applications of the last year, {self.applicants.shape[1]} columns each",
            "the model": f"its PD is explained for each of them; above {number(self.cut, 1)} % an application is refused",
        }
        clients = ", ".join(self.picks.get("applicants", ()))
        return {**card, "your clients": f"{clients}: drawn for you, nobody else has the same"} if clients else card

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {words}" for name, words in self.card.items())

    def _repr_html_(self) -> str:
        from graders.figures import listing  # the drawing library is slow to load, and grading draws nothing

        return listing(self.card)._repr_html_()

    @cached_property
    def explanation(self) -> Explanation:
        """All explained files, with everything that follows from their contributions."""
        tables = self.table("applicants"), self.table("contributions")
        named = self.value("concepts"), self.value("labels"), self.value("units")
        return Explanation(*tables, self.base, self.cut, *named)

    @property
    def applicants(self) -> pd.DataFrame:
        """The 600 explained applications of the last year, as they were filed."""
        return self.explanation.rows

    @property
    def contributions(self) -> pd.DataFrame:
        """SHAP values of the 600 applications, one column a model column."""
        return self.explanation.contributions

    @property
    def concepts(self) -> pd.DataFrame:
        """The contributions with columns that say the same thing added up, applicant by applicant."""
        return self.explanation.concepts

    @property
    def importance(self) -> pd.Series:
        """Mean absolute contribution per column over the 600 applications, largest first."""
        return self.explanation.importance

    @property
    def concept_importance(self) -> pd.Series:
        """Mean absolute sum per concept over the 600 applications, largest first."""
        return self.explanation.concept_importance

    @property
    def pds(self) -> pd.Series:
        """The PD the model itself gives to the 600 applications."""
        return pd.Series(self.array("pds"), self.applicants.index, name="pd")

    @cached_property
    def background(self) -> pd.DataFrame:
        """The 100 reference loans, with the model's PD of each in the column ``pd``."""
        return self.table("background")

    @cached_property
    def model(self) -> Any:
        """The model under audit, fitted."""
        return self.model_named("model")

    @property
    def base(self) -> float:
        """Base value: mean log-odds of the 100 reference loans."""
        return float(self.value("base"))

    @property
    def cut(self) -> float:
        """PD above which an application is refused."""
        return float(self.value("cut"))

    @property
    def bad_rate(self) -> float:
        """Observed default rate of the loans the model learnt on, in percent."""
        return float(self.value("bad_rate"))

    def law(self, *names: str) -> Any:
        """Show what rules say, each with place, date and source, as the block's dated card has it; no key reads it."""
        from graders.figures import law_card  # the drawing library is slow to load, and grading draws nothing
        from graders.law import read_law

        card = read_law(self.directory / "law.toml")
        return law_card([card[name] for name in names])

    def to_pd(self, log_odds: Any) -> Any:
        """Turn log-odds of default into a PD in percent; one number, or many at once."""
        return pd_percent(log_odds) if np.ndim(log_odds) else float(pd_percent(log_odds))

    def applicant(self, name: str) -> Explained:
        """Return one applicant, by letter ("A") or by application number."""
        return self.explanation.one(self.picks.applicants.get(name, name), name)


# --- building ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model and the encoder that feeds it.

    Attributes
    ----------
    model
        With ``decision_function`` in log-odds of default.
    encoder
        Turns application rows into the model's matrix.
    """

    model: Any
    encoder: WoeEncoder

    def log_odds(self, rows: pd.DataFrame) -> Any:
        """Return the log-odds of default of application rows."""
        return self.model.decision_function(self.encoder.matrix(rows))

    def pd(self, rows: pd.DataFrame) -> Any:
        """Return the PD of application rows, in percent."""
        return pd_percent(self.log_odds(rows))

    def auc(self, rows: pd.DataFrame, bad: pd.Series) -> float:
        """Return the area under the ROC curve on rows whose outcome is known."""
        from sklearn.metrics import roc_auc_score  # slow to import, and opening a case needs none of it

        return float(roc_auc_score(bad[rows.index].to_numpy(dtype=int), self.log_odds(rows)))


@dataclass(frozen=True)
class Ground:
    """One learner's rows and what is made of them; each part is computed when first asked for.

    Attributes
    ----------
    rows
        The learner's applications, indexed by their number.
    contract
        What the columns mean.
    seed
        The learner's own.
    """

    rows: pd.DataFrame
    contract: Contract
    seed: int

    @classmethod
    def of(cls, sample: pd.DataFrame, contract: Contract, seed: int) -> Ground:
        """Return the ground of a learner's sample."""
        rows = sample.set_index(contract.roles.id)
        return cls(rows.set_axis(rows.index.astype(str)), contract, seed)  # a number of a file is a name, no quantity

    @cached_property
    def bad(self) -> pd.Series:
        """1 for bad, 0 for good, nan where the outcome is not known; all rows."""
        return outcome(self.rows, self.contract)

    @cached_property
    def is_last_year(self) -> pd.Series:
        """Which rows are of the last year; where rows have no date, or all of one year, a third of them stands for it."""
        if self.years is None:
            return pd.Series(shuffled(self.seed, "undated", len(self.rows)) % 3 == 0, self.rows.index)
        return self.years == self.years.max()

    @cached_property
    def years(self) -> pd.Series | None:
        """The year of each row; None where rows have no date, or are all of one year: then nothing can be compared."""
        date = self.contract.roles.date
        years = None if date is None else self.rows[date].astype(str).str[:4]
        return None if years is None or years.nunique() < 2 else years

    @cached_property
    def train(self) -> pd.DataFrame:
        """Booked loans before the last year: what the model learns on."""
        return self.rows[self.bad.notna() & ~self.is_last_year]

    @cached_property
    def later(self) -> pd.DataFrame:
        """Booked loans of the last year: out of time."""
        return self.rows[self.bad.notna() & self.is_last_year]

    @cached_property
    def audited(self) -> pd.DataFrame:
        """All applications of the last year, booked or not."""
        return self.rows[self.is_last_year]

    @cached_property
    def fit(self) -> Fit:
        """The model under audit."""
        return self.fitted()

    @cached_property
    def train_matrix(self) -> Any:
        """The matrix the model under audit learnt on."""
        return self.fit.encoder.matrix(self.train)

    def fitted(self, *, drop: Sequence[str] = (), add: Sequence[str] = (), outcomes: bool = False) -> Fit:
        """Fit the kind of model under audit again, without some columns or with further numeric ones: those learn outcomes."""
        numeric = [*(name for name in self.contract.numeric if name not in drop), *add]
        categorical = [name for name in self.contract.categorical if name not in drop]
        bad = self.bad[self.train.index]
        encoder = WoeEncoder.fitted(self.train, bad, numeric, categorical)
        matrix = encoder.matrix(self.train)
        return Fit(fitted(matrix, bad) if add or outcomes else self.taught(matrix), encoder)

    def taught(self, matrix: Any) -> Any:
        """Fit on the loans learnt on: their outcomes, or, at twice the rate for they have no noise, its own model's answers."""
        if self.own_pds is None:
            return fitted(matrix, self.bad[self.train.index])
        return fitted(*taught_rows(matrix, self.own_pds[self.train.index]), learning_rate=0.1, early_stopping=False)

    @cached_property
    def own_pds(self) -> pd.Series | None:
        """PD by the organisation's own model in percent, nan where it gives none; None where there is no such model."""
        return None if self.contract.roles.score is None else own_pd(self.rows, self.contract, self.train)

    @property
    def share(self) -> float:
        """Share of all applications of the last year that is approved, lowest risk first."""
        return float(line(self.contract, "approve_share"))

    @cached_property
    def cut(self) -> float:
        """PD in percent above which an application is refused."""
        return float(pd_percent(np.quantile(self.fit.log_odds(self.audited), self.share)))

    @cached_property
    def chosen(self) -> pd.DataFrame:
        """The applications of the last year that are explained."""
        return self.audited.iloc[np.sort(shuffled(self.seed, "explained", len(self.audited))[:EXPLAINED_ROWS])]

    @cached_property
    def reference(self) -> Any:
        """Where the reference loans stand among the loans the model learnt on."""
        return shuffled(self.seed, "background", len(self.train))[:BACKGROUND_ROWS]

    @cached_property
    def found(self) -> ShapValues:
        """SHAP values of the chosen files against the reference loans."""
        return shap_values(self.fit.model, self.fit.encoder.matrix(self.chosen), self.train_matrix[self.reference])

    @cached_property
    def names(self) -> list[str]:
        """The model's columns."""
        return list(self.fit.encoder.names)

    @cached_property
    def features(self) -> dict[str, str]:
        """The model's columns in words: the pick that menus of columns show."""
        return {name: self.labels[name] for name in self.names}

    @cached_property
    def labels(self) -> dict[str, str]:
        """What the model's columns and the concepts mean, in words."""
        return {name: self.contract.label(name) for name in [*self.names, *self.contract.concepts]}

    @cached_property
    def units(self) -> dict[str, str]:
        """The units of the columns that have one."""
        return {name: unit for name in self.names if (unit := getattr(self.contract.columns[name], "unit", ""))}

    @cached_property
    def explained(self) -> Explanation:
        """The chosen files, explained."""
        return self.explanation(self.found)

    def explanation(self, found: ShapValues) -> Explanation:
        """Return the chosen files as other SHAP values explain them: another reference, another model of the same columns."""
        contributions = pd.DataFrame(found.values, index=self.chosen.index, columns=self.names)
        named = self.contract.concepts, self.labels, self.units
        return Explanation(self.chosen[self.names], contributions, found.base, self.cut, *named)

    @cached_property
    def seen(self) -> frozenset[str]:
        """The chosen files whose outcome was seen."""
        return frozenset(map(str, self.chosen.index[self.bad[self.chosen.index].notna()]))

    @cached_property
    def bad_rate(self) -> float:
        """Observed default rate of the loans the model learnt on, in percent."""
        return float(100 * self.bad[self.train.index].mean())

    def parts(self) -> dict[str, Any]:
        """Return what `GroundCase` reads, for the case's files; a lesson adds its own parts, and its picks."""
        loans, log_odds = self.train.iloc[self.reference][self.names], self.fit.model.decision_function
        return {
            "model": Model(self.fit.model),
            "applicants": self.chosen[self.names],
            "contributions": self.explained.contributions,
            "background": loans.assign(pd=pd_percent(log_odds(self.train_matrix[self.reference]))),
            "pds": self.fit.pd(self.chosen),
            "base": self.found.base,
            "cut": self.cut,
            "bad_rate": self.bad_rate,
            "concepts": self.contract.concepts,
            "labels": self.labels,
            "units": self.units,
        }


def fitted(matrix: Any, bad: Any, weights: Any = None, **changed: float) -> Any:
    """Fit the kind of model under audit on a float32-exact matrix."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # slow to import, and opening a case fits nothing

    recipe: dict[str, Any] = {
        "max_iter": 120,
        "learning_rate": 0.05,
        "max_leaf_nodes": 8,
        "min_samples_leaf": 100,
        "l2_regularization": 5,
        "max_features": 0.4,  # spreads the credit over twin columns, as in models learners will meet
    }
    model = HistGradientBoostingClassifier(**{**recipe, **changed}, random_state=0)
    return float32_thresholds(model.fit(matrix, bad.astype(int), weights))
