"""The case of lesson 4: approvals by group, what tells a group, other models, errors by group, and four refused clients.

Goes to learners. Protected attributes are in it as counts of groups only, never of a person. No verdict on an answer is in here;
that is for the keys.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from graders.content import load_module
from graders.contract import Contract
from graders.language import number
from graders.references.approval import Approvals, Comparison
from graders.references.counterfactual import Ladder, from_data
from graders.references.explanation import Explained, Explanation
from graders.references.group_errors import GroupErrors

ground = load_module(Path(__file__).with_name("case.py"))
clients = load_module(Path(__file__).with_name("clients_4.py"))
groups = load_module(Path(__file__).with_name("groups_4.py"))

_MINUS = "\u2212"


class Case(ground.GroundCase):  # type: ignore[misc,name-defined]  # content is loaded by path
    """One learner's case of lesson 4. PDs and rates are in percent, contributions in log-odds of default."""

    @property
    def card(self) -> dict[str, str]:
        """What this case is, in a few lines."""
        ratio, loss, gain = (
            number(ground.line(self.contract, name), 2)
            for name in ("air_line", "lda_max_auc_loss", "lda_min_ratio_gain")
        )
        proposed = f"another model is proposed if it loses at most {loss} of AUC and raises a ratio by {gain} or more"
        share = f"the {number(100 * self.value('share'))} % of all applications with the lowest PD"
        return {**super().card, "approved": share, "the lender's own lines": f"approval ratio {ratio}; {proposed}"}

    # --- groups ----------------------------------------------------------------------------------------------------------

    @property
    def counts(self) -> pd.DataFrame:
        """Of each group: who applied, who is approved, whose loan was booked, how many of those are approved, and defaulted."""
        rows = {
            f"{self.words[column]}: {of['name']}": [of[count] for count in groups.COUNTS]
            for column, both in self.value("groups").items()
            for of in (both["compared"], both["reference"])
        }
        heads = [
            "applied",
            "approved by the model",
            "booked in the past",
            "of these approved by the model",
            "defaulted",
        ]
        return pd.DataFrame.from_dict(rows, orient="index", columns=heads)

    @property
    def words(self) -> dict[str, str]:
        """What the protected columns are called."""
        return {column: self.contract.label(column) for column in self.value("groups")}

    def approvals(self, column: str, people: str = "applications") -> Approvals:
        """Return the approvals of a protected column's groups: of all applications, or of the ``booked`` only."""
        approved = "approved" if people == "applications" else f"{people}_approved"
        both = [self.value("groups")[column][side] for side in ("compared", "reference")]
        return Approvals(*(of[count] for of in both for count in (approved, people)))

    @property
    def comparisons(self) -> list[Comparison]:
        """The declared comparisons over all applications, then the small one where one can be shown."""
        small = self.value("cell")
        return [*self.declared, *([] if small is None else [self._cell(small)])]

    @property
    def declared(self) -> list[Comparison]:
        """The comparisons that the contract declares, over all applications."""
        found = []
        for column, both in self.value("groups").items():
            names, of = [both[side]["name"] for side in ("compared", "reference")], self.words[column]
            found.append(Comparison(of, f"{of}: {names[0]} to {names[1]}", *names, self.approvals(column)))
        return found

    @property
    def nested(self) -> list[Comparison]:
        """One comparison over fewer and fewer people, such as a year, a quarter and a month of one kind of application."""
        return [self._cell(cell) for cell in self.value("nested").values()]

    def _cell(self, cell: dict[str, Any]) -> Comparison:
        column, both = next(iter(self.value("groups").items()))
        names = [both[side]["name"] for side in ("compared", "reference")]
        return Comparison(self.words[column], cell["title"], *names, Approvals(*cell["counts"]))

    @property
    def tests(self) -> pd.DataFrame:
        """The test of each comparison: the gap between the rates in points, in standard errors (z), and people compared."""
        rows = {}
        for one in self.comparisons:
            compared, reference = one.approvals.rates
            rows[one.title] = [_signed(compared - reference, 1), _signed(one.approvals.z, 2), one.approvals.compared]
        heads = ["gap, points", "z: gap in standard errors", "people compared"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=heads)

    # --- what tells a group ----------------------------------------------------------------------------------------------

    def telling(self, column: str) -> pd.Series[float]:
        """Return how well each model column alone tells a protected column's groups: AUC, highest first."""
        found = pd.Series(self.value("telling")[column], name="auc")
        return found.sort_values(ascending=False, kind="stable")

    def told(self, *columns: str) -> dict[str, pd.Series[float]]:
        """Return `telling` of protected columns, by what they are called."""
        return {self.words[column]: self.telling(column) for column in columns}

    @property
    def default_auc(self) -> pd.Series[float]:
        """How well each model column alone tells default, on the booked loans of the last year: AUC, highest first."""
        return pd.Series(self.value("default_auc"), name="auc").sort_values(ascending=False, kind="stable")

    @property
    def other_measures(self) -> pd.DataFrame:
        """The eight columns that weigh most in the score, with their weight and how well each tells default."""
        kept = self.importance.index[:8]
        names = [f"{rank}. {self.explanation.labels[name]}" for rank, name in enumerate(kept, start=1)]
        columns = {
            "weight in the score, log-odds": self.importance[kept],
            "AUC of telling default": self.default_auc[kept],
        }
        return pd.DataFrame({head: series.to_numpy() for head, series in columns.items()}, names)

    @property
    def typical(self) -> str:
        """How much more often one level of a column is found among one group: a sentence."""
        return str(self.value("typical"))

    @property
    def guesses(self) -> dict[str, str]:
        """What the model team tried, each with its AUC."""
        told, group = self.value("guess"), next(iter(self.words.values()), "")
        if not told:
            return {}
        return {
            "the score": f"AUC {number(told['default'], 3)}: the model under audit tells default, on booked loans of the last year",
            f"{group}, from the score": f"AUC {number(told['score'], 3)}: the same score, taken as a guess of the group",
            f"{group}, same half": (
                f"AUC {number(told['same_half'], 3)}: a model of the same kind reads the same columns, learns the group on one "
                "half of the applications, and is tried on that half"
            ),
            f"{group}, other half": f"AUC {number(told['other_half'], 3)}: the same guess, tried on the other half",
        }

    # --- other models, errors --------------------------------------------------------------------------------------------

    @property
    def alternatives(self) -> pd.DataFrame:
        """The model under audit and others of its kind, fitted again without a column: AUC, approved, approval ratios."""
        rows = {}
        for one in self.value("alternatives"):
            ratios = [number(ratio, 3) for ratio in one["ratios"].values()]
            rows[one["name"]] = [number(one["auc"], 4), number(one["approved"], 1), *ratios]
        heads = ["AUC, loans of the last year", "approved, %", *(f"ratio, {label}" for label in self.words.values())]
        return pd.DataFrame.from_dict(rows, orient="index", columns=heads)

    def errors(self, side: str) -> GroupErrors:
        """Return the errors of the first protected column's ``compared`` or ``reference`` group."""
        return GroupErrors(**self.value("errors")[side])

    @property
    def error_table(self) -> pd.DataFrame:
        """The counts of both groups, one line a count."""
        names = {side: of["name"] for side, of in next(iter(self.value("groups").values())).items()}
        lines = {
            "all who applied": "applications",
            "all who applied: refused by the model": "refused",
            "booked and repaid": "good",
            "booked and repaid: the model would have refused": "good_refused",
            "booked and defaulted": "bad",
            "booked and defaulted: the model would have refused": "bad_refused",
            "defaults announced for the booked loans (sum of their PDs)": "expected",
        }
        found = {names[side]: self.errors(side) for side in ("compared", "reference")}
        table = {name: [_shown(getattr(errors, field)) for field in lines.values()] for name, errors in found.items()}
        return pd.DataFrame(table, index=list(lines))

    @cached_property
    def calibrations(self) -> dict[str, pd.DataFrame]:
        """Announced and observed default rates of both groups of the first protected column, by fifths of the PD."""
        table = self.table("calibration")
        if table.empty:
            return {}
        return {str(name): part.drop(columns="group") for name, part in table.groupby("group", sort=False)}

    # --- clients ---------------------------------------------------------------------------------------------------------

    @cached_property
    def refused(self) -> Explanation:
        """The refused files among the 600, explained against the files just approved."""
        phi = self.table("against_just_approved")
        named = self.value("concepts"), self.value("labels"), self.value("units")
        return Explanation(self.applicants.loc[phi.index], phi, self.value("just_approved")["base"], self.cut, *named)

    def client(self, name: str) -> Explained:
        """Return a refused client by letter ("G"), explained against the files just approved."""
        return self.refused.one(self.picks.applicants.get(name, name), name)

    def ladder(self, name: str) -> Ladder:
        """Return what the model answers to a client's file with one field changed step by step."""
        return from_data(self.value("ladders")[name])

    def steps(self, name: str) -> dict[str, str]:
        """Return what is changed in a client's file, and where it starts."""
        ladder, client = self.ladder(name), self.client(name)
        label, unit = client.labels[ladder.column], client.units.get(ladder.column, "")
        way = "less" if ladder.step < 0 else "more"
        undeclared = getattr(self.contract.columns[ladder.column], "expect", 0) == 0
        way_of_model = (
            {"its way": f"{way} of it lowers the PD, as this model has it; no sign is declared"} if undeclared else {}
        )
        return {
            "the field": f"“{label}”{f', in {unit}' if unit else ''}: {number(abs(ladder.step))} {way} at each step",
            f"client {name}": f"{number(ladder.values[0])} as filed; PD {number(client.pd, 2)} %, cut-off {number(self.cut, 2)} %",
            "its contribution": f"{_signed(ladder.pushes[0], 2)} in log-odds, against {self.reference}",
            "these files": f"{number(self.usual(ladder.column), 1)} on average",
            **way_of_model,
        }

    def usual(self, column: str) -> float:
        """Return the mean of a column over the files just approved."""
        return float(self.value("just_approved")["means"][column])

    @property
    def reference(self) -> str:
        """Whom the letters compare a client with, in words."""
        return "the 100 approved files just above the line"

    @property
    def line(self) -> float:
        """The approval ratio that the lender's policy declares."""
        return float(ground.line(self.contract, "air_line"))

    @property
    def alternative_lines(self) -> tuple[float, float]:
        """The AUC that another model may lose, and the rise of a ratio that it must bring, before it is proposed."""
        loss, gain = (float(ground.line(self.contract, name)) for name in ("lda_max_auc_loss", "lda_min_ratio_gain"))
        return loss, gain

    @property
    def texts(self) -> dict[str, str]:
        """What a letter says for each fact, and for the columns that share one."""
        return dict(self.value("texts"))

    @property
    def facts(self) -> dict[str, str]:
        """The fact that each column tells, by column."""
        return {column: fact for fact, columns in self.value("concepts").items() for column in columns}

    @property
    def branch(self) -> pd.DataFrame:
        """The branch of practice: counts of two groups."""
        return pd.DataFrame.from_dict(self.value("branch"), orient="index", columns=list(groups.BRANCH_HEADS))


def _shown(value: float) -> str:
    return number(value, 1 if isinstance(value, float) else 0)


def _signed(value: float, digits: int) -> str:
    return ("+" if value > 0 else "") + number(value, digits).replace("-", _MINUS)


# --- building ------------------------------------------------------------------------------------------------------------


def build(sample: pd.DataFrame, contract: Contract, seed: int) -> dict[str, object]:
    """Count the groups, fit the other models, and pick the clients who are asked about."""
    base = ground.Ground.of(sample, contract, seed)
    counted = groups.counted(base)
    asked = clients.asked(base, groups.best_proxy(counted["telling"]))
    return {**base.parts(), **counted, **asked["parts"], "picks": {**_picks(base, counted), **asked["picks"]}}


def _picks(base: Any, counted: dict[str, Any]) -> dict[str, Any]:
    tested = {
        column: f"{base.contract.label(column)}: {both['compared']['name']} to {both['reference']['name']}"
        for column, both in counted["groups"].items()
    }
    return {
        "tested": {**tested, **({} if counted["cell"] is None else {"cell": counted["cell"]["title"]})},
        "nested": {name: cell["title"] for name, cell in counted["nested"].items()},
        "features": base.features,
    }
