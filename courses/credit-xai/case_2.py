"""The case of lesson 2: two models that compete, their curves and couples, what a column knew too early, what moved since.

Goes to learners. `Case` is what the notebook reads; how it is measured stands in ``measures_2.py``. No verdict on an answer is in
either; that is for the keys.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from graders.content import load_module
from graders.contract import Contract
from graders.language import number
from graders.references.explanation import shown

ground = load_module(Path(__file__).with_name("case.py"))
measures = load_module(Path(__file__).with_name("measures_2.py"))
findings = load_module(Path(__file__).with_name("findings_2.py"))
exercises = load_module(Path(__file__).with_name("exercises_2.py"))

SEGMENTS = ("A", "B")
YEARS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}


class Case(ground.GroundCase, exercises.OnPaper):  # type: ignore[misc,name-defined]  # content is loaded by path
    """One learner's case of lesson 2. Classic is the model of lesson 1; Plus is Classic with one column more."""

    @property
    def card(self) -> dict[str, str]:
        """What this case is, in a few lines: the vendor's slide."""
        aucs, columns = self.value("aucs"), len(self.applicants.columns)
        told = {name: f"AUC {number(auc['training'], 2)} on the loans it learnt on" for name, auc in aucs.items()}
        classic, period = told["classic"], f"loans {self.period}; " if self.period else ""
        plus = {}
        if "plus" in told:
            plus = {"Plus": f"Classic fitted again with one column more; the vendor's slide says: {told['plus']}"}
        return {
            "the portfolio": f"{period}{len(self.applicants)} applications of the last year are explained",
            "Classic": f"the model of lesson 1, {columns} columns; the vendor's slide says: {classic}",
            **plus,
        }

    @property
    def period(self) -> str:
        """Of which time the loans are, in words: "of three years", or from which month to which; "" where rows have no date."""
        return str(self.value("period"))

    def label(self, column: str) -> str:
        """Return what a column means, in words."""
        return str(self.value("labels").get(column) or self.contract.label(column))

    # --- part 1 and 2: couples and segments ------------------------------------------------------------------------------

    @cached_property
    def couples(self) -> pd.DataFrame:
        """As shap gives it, for eight columns: half of each couple, twice; on the diagonal what a column does alone."""
        return self.table("couples")

    @property
    def story(self) -> str:
        """The column whose couple the policy is about."""
        return str(self.value("story"))

    @property
    def story_label(self) -> str:
        """What that column means, with its unit."""
        return str(self.explanation.with_unit(self.story))

    @property
    def partner(self) -> str:
        """The column that acts most together with it."""
        return str(self.value("partner"))

    @property
    def segment_words(self) -> dict[str, str]:
        """What the two segments are, in words."""
        return {name: str(self.value("segments")[name]) for name in SEGMENTS}

    @cached_property
    def segment_of(self) -> pd.Series:
        """The segment of each of the 600 applications."""
        return pd.Series(self.array("segment_of"), self.applicants.index)

    @cached_property
    def story_curves(self) -> pd.DataFrame:
        """Mean PD in percent when everybody is given a value of that column: segment A, segment B, all."""
        return self.table("story_curves")

    @cached_property
    def story_files(self) -> pd.DataFrame:
        """The same curve for each of 30 files, PD in percent; one column a file."""
        return self.table("story_files")

    @property
    def story_moved(self) -> pd.DataFrame:
        """Low and high value of that column, given to everybody: mean PD and mean log-odds."""
        frame = self.table("story_moved")
        unit = self.value("units").get(self.story, "")
        names = [f"all set to {shown(value)} {unit}".strip() for value in frame.index]
        return frame.set_axis(names, axis=0).set_axis([_moved_head(str(column)) for column in frame.columns], axis=1)

    @property
    def story_observed(self) -> pd.DataFrame:
        """Default rate of the booked loans with the lowest and the highest tenth of that column's values."""
        frame = self.table("story_observed")
        return frame.set_axis([f"{name}: default rate, %" for name in ("segment A", "segment B", "all")], axis=1)

    # --- part 3: declared signs and curves -------------------------------------------------------------------------------

    @cached_property
    def curves(self) -> dict[str, pd.Series]:
        """Per quantity, Classic's mean log-odds over the 600 files when all are given a value."""
        frame = self.table("curves")
        return {
            str(name): pd.Series(part["log_odds"].to_numpy(), part["value"].to_numpy(), name=name)
            for name, part in frame.groupby("column", sort=False)
        }

    @property
    def declared(self) -> dict[str, int]:
        """Per quantity, the sign that the lender declared: +1 rises, -1 falls, 0 none."""
        return {name: int(getattr(self.contract.columns[name], "expect", 0)) for name in self.curves}

    @property
    def expectations(self) -> pd.DataFrame:
        """What the lender's policy declares of each curve, beside the correlation with default on the booked loans."""
        names = list(self.declared)
        lines = {
            "declared": [exercises.SIGNS[self.declared[name]] for name in names],
            "correlation with default": [round(self.value("correlation")[name], 2) + 0.0 for name in names],
        }
        return pd.DataFrame(lines, index=[self.label(name) for name in names])

    @property
    def adverse_line(self) -> float:
        """How far a curve may run against its sign, in log-odds."""
        return float(self.value("adverse_line"))

    @property
    def turning(self) -> str:
        """The column whose curve is looked at more closely."""
        return str(self.value("turning"))

    @property
    def turning_curve(self) -> pd.DataFrame:
        """That curve, number by number."""
        curve = self.curves[self.turning]
        return pd.DataFrame([curve.to_numpy()], ["mean log-odds"], [shown(float(value)) for value in curve.index])

    @property
    def sides(self) -> pd.DataFrame:
        """Booked loans on the two sides of where that curve turns: how many, how many defaulted."""
        rows = self.value("sides")
        frame = pd.DataFrame(
            {
                "loans": [row["loans"] for row in rows],
                "defaults": [row["bad"] for row in rows],
                "default rate, %": [round(100 * row["bad"] / max(1, row["loans"]), 1) for row in rows],
            },
            index=[row["words"] for row in rows],
        )
        return frame.astype({"loans": object, "defaults": object})

    @property
    def sides_caption(self) -> str:
        """What the table of the two sides is, and how often chance alone would give so wide a gap between their rates."""
        often = _chance(self.value("sides_p"))
        return f"{f'All booked loans {self.period}'.strip()}. Chance alone gives a gap as wide as this {often}."

    # --- part 4: too good to be true -------------------------------------------------------------------------------------

    @cached_property
    def alone(self) -> pd.Series:
        """AUC of each column of Plus alone, on the booked loans, highest first."""
        return pd.Series(self.value("alone"), name="auc").sort_values(ascending=False, kind="stable")

    @property
    def leak_rule(self) -> dict[str, str]:
        """The four findings on which the validation team strikes a column out."""
        rule = self.value("leak_rule")
        return {
            "1. date": "the dictionary dates the column after the decision",
            "2. alone": f"alone, it orders the booked loans with an AUC of {number(rule['alone'], 2)} or more",
            "3. unbooked": "over all files that were never booked, it has one and the same value" + self._none_unbooked,
            "4. lost": f"fitted again without it, the model loses {number(rule['lost'], 2)} of AUC out of time or more",
        }

    @property
    def _none_unbooked(self) -> str:
        return "" if self.value("unbooked")["files"] else "; this portfolio has no such file"

    @property
    def late(self) -> str:
        """The column that Plus has and Classic has not."""
        return str(self.value("late"))

    @property
    def ginis(self) -> pd.DataFrame:
        """The model team's table: Gini in percent, in training and out of time."""
        aucs = self.value("aucs")
        names = {key: name for key, name in (("classic", "Classic"), ("plus", "Plus")) if key in aucs}
        rows = {names[key]: [200 * aucs[key][part] - 100 for part in ("training", "later")] for key in names}
        return pd.DataFrame(rows, index=["Gini in training, %", "Gini out of time, %"]).T

    @property
    def twin_test(self) -> pd.DataFrame:
        """AUC out of time of Classic as it is, and fitted again without one of two columns that tell the same fact."""
        aucs = self.value("aucs")
        rows = [round(aucs["classic"]["later"] - aucs["twin"]["later"], 3) + 0.0]  # no minus before a zero
        return pd.DataFrame({"AUC lost out of time": rows}, index=[f"without “{self.label(self.value('hidden'))}”"])

    # --- part 5: what moved, and what was announced ----------------------------------------------------------------------

    @cached_property
    def psi(self) -> pd.Series:
        """PSI of each column between the applications of the first and of the last year, highest first."""
        return pd.Series(self.value("psi"), name="psi").sort_values(ascending=False, kind="stable")

    @property
    def score_psi(self) -> float:
        """PSI of Classic's score between the same applications."""
        return float(self.value("score_psi"))

    @cached_property
    def quarters(self) -> pd.DataFrame:
        """Booked loans by quarter: loans, defaults, defaults that Classic announced (the sum of its PDs)."""
        return self.table("quarters")

    @property
    def last_quarters(self) -> pd.DataFrame:
        """The quarters of the last year as a table to read."""
        last = self.quarters.loc[self.quarters.index.str[:4] == self.quarters.index[-1][:4]]
        names = {"loans": "loans", "bad": "defaults", "announced": "defaults announced"}
        whole = last.astype({"loans": int, "bad": int}).astype({"loans": object, "bad": object})
        return whole[list(names)].rename(columns=names)

    @property
    def vintage(self) -> pd.DataFrame:
        """One earlier quarter, as a portfolio report has it: loans, mean PD, defaults."""
        row = self.quarters.loc[self.value("vintage")]
        lines = {
            "loans": number(float(row["loans"])),
            "mean PD": f"{number(100 * row['announced'] / row['loans'], 2)} %",
            "defaults": str(int(row["bad"])),
        }
        return pd.DataFrame(lines, index=[str(self.value("vintage"))])

    @property
    def band(self) -> tuple[float, float]:
        """The lender's band for actual over expected; its ends belong to it."""
        low, high = self.value("band")
        return float(low), float(high)

    @property
    def band_words(self) -> str:
        """The same in words."""
        low, high = self.band
        return f"{number(low, 2)} to {number(high, 2)}, ends included"

    @property
    def psi_line(self) -> float:
        """The lender's line for the PSI."""
        return float(self.value("psi_line"))


def build(sample: pd.DataFrame, contract: Contract, seed: int) -> dict[str, object]:
    """Measure the two models on a learner's rows."""
    base = ground.Ground.of(sample, contract, seed)
    measured, found = measures.measured(base), findings.found(base)
    period = _period(base)
    own = exercises.exercises(seed, tuple(found["band"]))
    lines = {name: exercises.DICTIONARY[name][0] for name in own["dictionary"]}
    picks = {
        "applicants": {},
        "features": base.features,
        **measured.pop("picks"),
        **found.pop("picks"),
        "dictionary": lines,
        "ae_values": {row: f"A/E = {number(value, 2)}" for row, value in own["ae_values"].items()},
    }
    return {**base.parts(), **measured, **found, "period": period, "exercises": own, "picks": picks}


def _period(base: Any) -> str:
    """Return of which time a learner's loans are, in words."""
    date = base.contract.roles.date
    if date is None:
        return ""
    months = base.rows[date].astype(str).str[:7]
    first, last = months.min(), months.max()
    years = int(last[:4]) - int(first[:4]) + 1
    if years in YEARS and (first[5:], last[5:]) == ("01", "12"):
        return f"of {YEARS[years]} years"
    return f"from {first} to {last}" if first != last else f"of {first}"


def _moved_head(column: str) -> str:
    kind, _space, who = column.partition(" ")
    return f"{'all' if who == 'all' else f'segment {who}'}: mean {'PD, %' if kind == 'pd' else 'log-odds'}"


def _chance(p: float) -> str:
    if p < 0.0001:
        return "less than once in 10,000 times"
    often = round(10_000 * p)
    return f"about {'once' if often == 1 else f'{shown(often)} times'} in 10,000"
