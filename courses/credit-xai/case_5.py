"""The case of lesson 5: a vendor's sealed model, and the counts, sums and tables from which an auditor works out the rest.

Goes to learners. `Case` is what the notebook reads; how it is measured stands in ``measures_5.py``, what vendors sell in
``vendors.py``. No verdict on the model is in any of them; that is for the keys.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from graders.content import load_module
from graders.contract import Contract
from graders.language import number
from graders.references import picking, reasons
from graders.references.agreement import overlaps
from graders.references.audit import Pairs
from graders.references.explanation import shown

ground = load_module(Path(__file__).with_name("case.py"))
measures = load_module(Path(__file__).with_name("measures_5.py"))
harbour = load_module(Path(__file__).with_name("harbour_5.py"))
tables = load_module(Path(__file__).with_name("tables_5.py"))
words = load_module(Path(__file__).with_name("words_5.py"))

CLIENT = "A"


class Case(ground.GroundCase):  # type: ignore[misc,name-defined]  # content is loaded by path
    """One learner's case of lesson 5: the model under audit is the vendor's, read through the vendor's own feed."""

    @property
    def card(self) -> dict[str, str]:
        """What this case is, in a few lines."""
        sheet = self.value("sheet")
        return {
            "the model": f"the vendor's, version {sheet['version']}, sealed: you see what it answers, not how it was made",
            "your rows": (
                f"{number(sheet['learnt'][0])} loans it learnt on, {number(sheet['later'][0])} later loans, "
                f"{number(sheet['applications'])} applications of the last year"
            ),
            "refused": f"above a PD of {number(self.cut, 1)} %, so that the declared share of applications is approved",
            "your client": f"{CLIENT}, refused by this model; {len(self.applicants)} files are explained",
        }

    # --- the commission --------------------------------------------------------------------------------------------------

    @property
    def lines(self) -> dict[str, Any]:
        """The bank's lines."""
        return dict(self.value("lines"))

    @property
    def rule(self) -> dict[str, str]:
        """The five defects, each with its test and line."""
        lines = self.lines
        low, high = (number(end, 2) for end in lines["ae_band"])
        gap, run = number(lines["overfit_max_gap"], 2), number(lines["adverse_line"], 2)
        air, leak = number(lines["air_line"], 2), number(lines["leak_line"], 2)
        return {
            "leak": f"a column that alone orders the loans it learnt on with an AUC over {leak}",
            "sign": f"a curve that runs against its declared sign by more than {run} in log-odds",
            "disparity": f"a protected group whose approval ratio has an interval wholly below {air}",
            "overfit": f"an AUC that is more than {gap} lower out of time than on the loans it learnt on",
            "calibration": f"A/E of the last year outside {low} to {high}",
        }

    @property
    def decision_rule(self) -> dict[str, str]:
        """What the bank does with what was found."""
        return {
            "refuse": "there is a leak or an overfit: the vendor's own figures do not tell what the bank would get",
            "approve with conditions": (
                "neither of these, but a sign, a disparity or a calibration defect: "
                "no use before each is put right and measured again"
            ),
            "approve": "none of the five",
        }

    @property
    def data_sheet(self) -> dict[str, str]:
        """The vendor's data sheet."""
        sheet, labels = self.value("sheet"), self.value("labels")
        gini = 2 * Pairs(**self.value("ordering")["development"]).auc - 1
        calibrated = (
            "the loans it learnt on" if sheet["calibrated"] == sheet["learnt"] else tables.loans(sheet["calibrated"])
        )
        calibrated += (
            " of the last year" if sheet["calibrated"] != sheet["learnt"] and not sheet["calibrated"][1:] else ""
        )
        return {
            "version": sheet["version"],
            "columns": f"{len(sheet['columns'])}: " + ", ".join(labels[name] for name in sheet["columns"]),
            "read through": "the vendor's own feed, one line per application",
            "learnt on": tables.loans(sheet["learnt"]),
            "level set on": calibrated,
            "declared signs": self._signs_kept(sheet["signs_kept"]),
            "quality": f"Gini {number(100 * gini, 1)} % on the loans it learnt on",
            "fairness": "no protected attribute is used",
            "explanations": "LIME, on request",
        }

    def _signs_kept(self, kept: bool) -> str:
        if not measures.has_signs(self.contract):
            return "none was declared"
        return "the curves were made to follow them" if kept else "not imposed"

    @property
    def feed(self) -> pd.DataFrame:
        """The vendor's feed beside the bank's own files, applications of the last year."""
        found = self.value("feed")
        if not found:
            return pd.DataFrame()
        label = self.value("labels")[found["column"]]
        heads = [
            "applications",
            "with a number that differs, %",
            f"mean of “{label}”, our files",
            "the same, in the feed",
        ]
        lines = {
            shown(level): [number(row[0]), number(row[1], 1), number(row[2], 2), number(row[3], 2)]
            for level, row in found["lines"].items()
        }
        return pd.DataFrame(lines, index=heads).T

    # --- order and level -------------------------------------------------------------------------------------------------

    @property
    def ordering(self) -> pd.DataFrame:
        """Pairs of a loan that defaulted and one that did not, and how many of them the score puts in order."""
        found = self.value("ordering")
        usual = f"last year, “{self.value('labels')[found['column']]}” set to its usual value for all"
        names = {"development": "loans it learnt on", "later": "last year, out of time", "usual": usual}
        return tables.ordering({names[part]: found[part] for part in names})

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Loans, defaults, announced defaults and amounts in millions: learnt on, then quarter by quarter."""
        return self.table("outcomes")

    @property
    def outcomes_table(self) -> pd.DataFrame:
        """The same to read."""
        frame, currency = self.outcomes, self.contract.currency or ""
        shown_columns = {
            "booked loans": [number(row) for row in frame["loans"]],
            "defaults": [number(row) for row in frame["defaults"]],
            "sum of PDs, booked": [number(row, 1) for row in frame["announced"]],
            "sum of PDs, all applications": ["–", *(number(row, 1) for row in frame["everybody"].iloc[1:])],
        }
        if self.contract.roles.amount is not None:
            head = f"amount in default, {currency} million" if currency else "amount in default, million"
            shown_columns[head] = [tables.money(row) for row in frame["lost"]]
            shown_columns["the same, announced"] = [tables.money(row) for row in frame["lost_announced"]]
        return pd.DataFrame(shown_columns, index=[str(name).replace(" ", "\u00a0") for name in frame.index])

    # --- what it leans on ------------------------------------------------------------------------------------------------

    @property
    def same_fact(self) -> dict[str, str]:
        """The facts that several columns tell, each with these columns, in words."""
        labels = self.explanation.labels
        several = {fact: names for fact, names in self.explanation.concept_columns.items() if len(names) > 1}
        return {
            labels[fact]: "told by " + " and ".join(f"“{labels[name]}”" for name in names)
            for fact, names in several.items()
        }

    @property
    def alone(self) -> pd.DataFrame:
        """AUC of each column alone, a higher value taken for riskier, and when it is known; in the data sheet's order."""
        labels = self.value("labels")
        lines = {
            labels[name]: [number(auc, 3), self.contract.known_at(name).replace("_", " ")]
            for name, auc in self.value("alone").items()
        }
        return pd.DataFrame(lines, index=["AUC if a higher value is taken for riskier", "known at"]).T

    @cached_property
    def curves(self) -> dict[str, pd.Series]:
        """Four curves: mean log-odds over 600 applications when all are given a value."""
        found = self.value("curves")
        return {name: pd.Series(one["heights"], one["values"], name=name, dtype=float) for name, one in found.items()}

    @property
    def signs(self) -> dict[str, int]:
        """The sign that the bank still expects of each of the four curves, 0 for none."""
        return {name: int(one["sign"]) for name, one in self.value("curves").items()}

    @property
    def curve_turns(self) -> pd.DataFrame:
        """Four curves by their turning points: mean log-odds over 600 applications when all are given a value."""
        labels = self.value("labels")
        rows = {
            labels[name]: [curve["values"], curve["heights"], curve["sign"] if curve["declared"] else None]
            for name, curve in self.value("curves").items()
        }
        return tables.turns(rows)

    @property
    def amended(self) -> dict[str, str]:
        """The signs that the bank gave up after lesson 2, and why."""
        labels = self.value("labels")
        return {
            labels[name]: (
                f"no sign is expected any more: of the bank's own loans with {tables.span(row[0], row[1])}, "
                f"{number(row[2], 1)} % defaulted, with {tables.span(row[3], row[4])} only {number(row[5], 1)} %"
            )
            for name, row in self.value("amended").items()
        }

    # --- groups ----------------------------------------------------------------------------------------------------------

    @property
    def group_table(self) -> pd.DataFrame:
        """Approvals by group of the attribute that is left to the learner: all applications, and booked ones alone."""
        first = next(iter(self.value("approvals")), None)
        if first is None:
            return pd.DataFrame()
        return tables.approvals(
            {"all applications": first["all"], "booked loans only": first["booked"]},
            (shown(first["compared"]), shown(first["reference"])),
        )

    @property
    def factor(self) -> float:
        """The factor of its interval, all applications; nan where no groups can be compared."""
        first = next(iter(self.value("approvals")), None)
        return float("nan") if first is None else float(first["factor"])

    @property
    def other_groups(self) -> pd.DataFrame:
        """What a colleague worked out for the other protected attributes."""
        lines = {}
        for row in self.value("approvals")[1:]:
            a, n, b, m = row["all"]
            ratio = (a / n) / (b / m)
            label = (
                f"{self.contract.label(row['attribute'])}: {shown(row['compared'])} against {shown(row['reference'])}"
            )
            ends = f"{number(ratio / row['factor'], 2)} to {number(ratio * row['factor'], 2)}"
            lines[label] = [number(ratio, 2), ends]
        return pd.DataFrame(lines, index=["approval ratio", "95 % interval"]).T

    @property
    def by_group(self) -> pd.DataFrame:
        """Mean contribution of the facts that differ most between the two groups, log-odds; a group under ten is left out."""
        found, labels = self.value("by_group"), self.value("labels")
        if not found:
            return pd.DataFrame()
        first = self.value("approvals")[0]
        heads = [
            f"{shown(first[side])} ({'under ten files, left out' if count is None else f'{count} files'})"
            for side, count in zip(("compared", "reference"), found["people"], strict=True)
        ]
        rows = {labels[name]: ["" if mean is None else mean for mean in row] for name, row in found["means"].items()}
        return pd.DataFrame.from_dict(rows, orient="index", columns=heads)

    # --- explanations ----------------------------------------------------------------------------------------------------

    @property
    def lime_tops(self) -> list[list[str]]:
        """The five strongest columns of each of ten LIME runs on the client, strongest first."""
        return [list(top) for top in self.value("lime")["tops"]]

    @property
    def shared(self) -> pd.DataFrame:
        """All pairs of runs by how many of their five columns they share."""
        return tables.shared(overlaps(self.lime_tops))

    @property
    def lime_fidelity(self) -> pd.DataFrame:
        """R² of the ten runs, beside the bank's line."""
        found = pd.Series(self.value("lime")["fidelity"])
        row = [float(found.mean()), float(found.min()), float(found.max()), float(self.lines["lime_fidelity_min"])]
        return pd.DataFrame([row], columns=["mean", "lowest", "highest", "the bank's line"], index=["R² of ten runs"])

    @property
    def base_and_client(self) -> dict[str, str]:
        """The base value, and what the client's table is read against."""
        return {
            "base value": f"{tables.signed(self.base, 3)} in log-odds: the model's mean log-odds over 100 loans it learnt on"
        }

    @property
    def reason_sentences(self) -> dict[str, str]:
        """The bank's sentences for a letter, for the facts that push the client most; one without a sentence is no reason yet."""
        sums, labels = self.applicant(CLIENT).concepts, self.value("labels")
        texts = self.value("reason_texts")
        return {labels[name]: texts[name] or "the bank has no sentence for it" for name in reasons.principal(sums)}

    @property
    def rubric_row(self) -> dict[str, str]:
        """The memo's rubric on the critical reading of explanations, level by level."""
        return dict(words.LEVEL_TEXTS)

    @property
    def draft_register(self) -> dict[str, str]:
        """The register of another audit, beside the draft of which 5.g asks."""
        return dict(words.DRAFT_REGISTER)

    @property
    def reason_table(self) -> pd.DataFrame:
        """The facts that push the client most, with the bank's sentences for a letter."""
        return pd.DataFrame({"the bank's sentence for a letter": self.reason_sentences})

    # --- another model ---------------------------------------------------------------------------------------------------

    @property
    def other(self) -> Any:
        """Harbour, the model to warm up on."""
        return harbour.Harbour(self.value("other"))


# --- building ------------------------------------------------------------------------------------------------------------


def build(sample: pd.DataFrame, contract: Contract, seed: int) -> dict[str, object]:
    """Fit the vendor's model on a learner's rows and measure it."""
    given = measures.Delivered.to(ground.Ground.of(sample, contract, seed))
    explained = given.explained
    tests = (
        picking.is_refused,
        picking.is_clearly_refused,
        reasons.has_reasons_apart,
        reasons.has_clear_reasons,
        picking.pushes_both_ways,
    )
    client = picking.first_file(explained, tests, used=set(), seed=seed, purpose="client")
    twins = [] if explained.twins is None else explained.twins[1]
    facts = {name: given.labels.get(name, contract.label(name)) for name in [*explained.concepts.columns, *twins]}
    parts = given.parts()
    present = {fact: [name for name in names if name in given.names] for fact, names in contract.concepts.items()}
    present |= {name: [name] for name in given.names if name in contract.late}
    return {
        **parts,
        "concepts": {fact: names for fact, names in present.items() if names},
        **measures.measured(given, client),
        "other": harbour.other_model(seed),
        "picks": {"applicants": {CLIENT: client}, "features": given.features, "facts": facts},
    }
