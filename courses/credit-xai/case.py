"""The credit case: the model under audit, 600 applications explained, and the files this learner is asked about.

Goes to learners. Whatever is asked about is picked for being clear on this learner's own sample: a wide margin, and traps that
lead elsewhere. No verdict on an answer is in here; that is for the keys.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graders.cases import CaseFiles, Model
from graders.content import load_module
from graders.contract import Contract
from graders.errors import DataError
from graders.language import number
from graders.references import facts, picking
from graders.references.explanation import Explained, Explanation, shown
from graders.references.importance import auc_loss, mean_absolute
from graders.references.margins import shuffled
from graders.references.odds import pd_percent
from graders.references.shap_values import BACKGROUND_ROWS, shap_values
from graders.references.woe import WoeEncoder

statements = load_module(Path(__file__).with_name("statements.py"))

EXPLAINED_ROWS = 600
SHUFFLED_ROWS = 2_000  # out-of-time loans: enough to order the losses of AUC
TWIN_ROWS = 100
_MINUS = "\u2212"
APPROVED_SHARE = 0.60  # the lowest-risk part of the applications, unless the contract's policy says otherwise


class Case(CaseFiles):
    """One learner's credit case. Contributions are in log-odds of default, probabilities of default (PD) in percent."""

    @cached_property
    def explanation(self) -> Explanation:
        """All explained files, with everything that follows from their contributions."""
        tables = self.table("applicants"), self.table("contributions")
        named = self.value("concepts"), self.value("labels"), self.value("units")
        return Explanation(*tables, self.base, self.cut, *named)

    @property
    def card(self) -> dict[str, str]:
        """What this case is, in a few lines."""
        card = self.picks.scorecard
        return {
            "the portfolio": f"{len(self.applicants)} applications of the last year, {self.applicants.shape[1]} columns each",
            "the model": f"its PD is explained for each of them; above {number(self.cut, 1)} % an application is refused",
            "your clients": f"{', '.join(self.picks.applicants)}: drawn for you, nobody else has the same",
            "the scorecard of part 1": (
                f"{card['points_to_double']} points double the odds; "
                f"the client of 1.a is {card['points_lost']} points below the neutral line"
            ),
        }

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {words}" for name, words in self.card.items())

    def _repr_html_(self) -> str:
        from graders.figures import listing  # the drawing library is slow to load, and grading draws nothing

        return listing(self.card)._repr_html_()

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
        return [str(name) for name in self.importance.index if name in named]

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

    def to_pd(self, log_odds: Any) -> Any:
        """Turn log-odds of default into a PD in percent; one number, or many at once."""
        return pd_percent(log_odds) if np.ndim(log_odds) else float(pd_percent(log_odds))

    def applicant(self, name: str) -> Explained:
        """Return one applicant, by letter ("A") or by application number."""
        return self.explanation.one(self.picks.applicants.get(name, name), name)

    def compare(self, first: str, second: str, column: str) -> pd.DataFrame:
        """Put two applicants side by side: PD, total in log-odds, and what one column contributes to it."""
        clients = [self.applicant(first), self.applicant(second)]
        lines = ["PD, %", "total, log-odds", f"contribution of “{self.explanation.labels[column]}”, log-odds"]
        values = {f"client {one.name}": [one.pd, one.log_odds, one.contributions[column]] for one in clients}
        return pd.DataFrame(values, index=lines)


# --- building ------------------------------------------------------------------------------------------------------------


def strata(table: pd.DataFrame, contract: Contract) -> pd.Series:
    """Return what every learner's sample keeps in proportion: year and outcome, not known included."""
    year = "" if contract.roles.date is None else table[contract.roles.date].astype(str).str[:4]
    return year + _outcome(table, contract).map({0.0: " good", 1.0: " bad"}).fillna(" not known")


def build(sample: pd.DataFrame, contract: Contract, seed: int) -> dict[str, object]:
    """Fit the model on this learner's sample, explain 600 applications and pick those asked about."""
    rows = sample.set_index(contract.roles.id)
    bad, last = _outcome(rows, contract), _last_year(rows, contract, seed)
    train, later, audited = rows[bad.notna() & ~last], rows[bad.notna() & last], rows[last]
    encoder = WoeEncoder.fitted(train, bad[train.index], contract.numeric, contract.categorical)
    names, matrix = list(encoder.names), encoder.matrix(train)
    model = _fitted(matrix, bad[train.index])
    share = float(np.min(contract.policy.get("approve_share", APPROVED_SHARE)))
    cut = float(pd_percent(np.quantile(model.decision_function(encoder.matrix(audited)), share)))
    chosen = audited.iloc[np.sort(shuffled(seed, "explained", len(audited))[:EXPLAINED_ROWS])]
    reference = shuffled(seed, "background", len(train))[:BACKGROUND_ROWS]
    to_explain = encoder.matrix(chosen)
    found = shap_values(model, to_explain, matrix[reference])
    contributions = pd.DataFrame(found.values, index=chosen.index, columns=names)
    labels = {name: contract.label(name) for name in [*names, *contract.concepts]}
    units = {name: unit for name in names if (unit := getattr(contract.columns[name], "unit", ""))}
    explained = Explanation(chosen[names], contributions, found.base, cut, contract.concepts, labels, units)
    tried = later.iloc[shuffled(seed, "later", len(later))[:SHUFFLED_ROWS]]
    bad_rate = float(100 * bad[train.index].mean())
    seen = frozenset(map(str, chosen.index[bad[chosen.index].notna()]))
    picks = _picks(explained, seed, seen)
    client_files = statements.Ground(explained, picks["applicants"], picks["practice_story"], bad_rate, seen)
    said = statements.eight(client_files, seed)
    return {
        "model": Model(model),
        "applicants": chosen[names],
        "contributions": contributions,
        "background": train.iloc[reference][names].assign(pd=pd_percent(model.decision_function(matrix[reference]))),
        "pds": pd_percent(model.decision_function(to_explain)),
        "base": found.base,
        "cut": cut,
        "bad_rate": bad_rate,
        "concepts": contract.concepts,
        "labels": labels,
        "units": units,
        "auc_loss": auc_loss(model, encoder.matrix(tried), bad[tried.index], names, seed=seed).to_dict(),
        "twin_test": _twin_test(matrix, bad[train.index], to_explain[:TWIN_ROWS], reference, explained),
        "statements": said,
        "picks": {**picks, "statements": _numbered(said)},
    }


def _numbered(said: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return the statements as a form shows them: with a number, by which receipts and people call them."""
    return {row: f"{row.removeprefix('s')}. {statement['text']}" for row, statement in said.items()}


def _outcome(rows: pd.DataFrame, contract: Contract) -> pd.Series:
    """Return 1 for bad, 0 for good, nan where the outcome is not known."""
    target = contract.roles.target
    if target is None:
        raise DataError(
            f"{contract.title}: expected a target, got none. Add it: this block fits its model on outcomes."
        )
    known = rows[target.column]
    return (known == target.bad).astype(float).where(known.notna())


def _last_year(rows: pd.DataFrame, contract: Contract, seed: int) -> pd.Series:
    """Return which rows are of the last year; where rows have no date, a third of them stands for it."""
    if contract.roles.date is None:
        return pd.Series(shuffled(seed, "undated", len(rows)) % 3 == 0, rows.index)
    year = rows[contract.roles.date].astype(str).str[:4]
    return year == year.max()


def _fitted(matrix: Any, bad: pd.Series) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier  # slow to import, and opening a case fits nothing

    model = HistGradientBoostingClassifier(
        max_iter=120,
        learning_rate=0.05,
        max_leaf_nodes=8,
        min_samples_leaf=100,
        l2_regularization=5,
        max_features=0.4,  # spreads the credit over twin columns, as in models learners will meet
        random_state=0,
    )
    return model.fit(matrix, bad.to_numpy(dtype=int))


def _twin_test(matrix: Any, bad: pd.Series, rows: Any, reference: Any, explained: Explanation) -> dict[str, object]:
    """Fit again without the stronger twin column, and measure the bar of the one that stays, before and after."""
    if explained.twins is None:
        return {}
    hidden, *_others, stays = explained.twins[1]
    names = list(explained.contributions.columns)
    kept = [place for place, name in enumerate(names) if name != hidden]
    again = shap_values(_fitted(matrix[:, kept], bad), np.ascontiguousarray(rows[:, kept]), matrix[reference][:, kept])
    after = mean_absolute(pd.DataFrame(again.values, columns=[names[place] for place in kept]))
    before = mean_absolute(explained.contributions.iloc[: len(rows)])
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
    """Return a line of a file in words, with the usual value: the median of all explained files."""
    label, unit = explained.labels[column], explained.units.get(column, "")
    values = explained.rows[column]
    line = f"{label}: {shown(values[key])}, usually {shown(values.median())}"
    return f"{line} ({unit})" if unit else line


def _wanted(story: str, seen: frozenset[str]) -> dict[str, tuple[picking.Test, ...]]:
    return {
        "B": (
            picking.is_clearly_refused,
            picking.has_three_clear_reasons,
            picking.has_a_strong_protector,
            picking.is_striking_elsewhere,
            picking.is_pushed_by_both_twins,
            picking.is_unlike_the_average,
        ),
        "C": (picking.is_clearly_refused, picking.is_pushed_by(story), picking.pushes_both_ways),
        "A": (
            lambda _explained, key: key not in seen,  # a sentence asks what would have become of A
            picking.is_clearly_refused,
            picking.pushes_both_ways,
            lambda explained, key: facts.worth_in(explained, key) is not None,
        ),
        "P": (picking.has_one_strongest_each_way, picking.has_predictable_signs),
    }
