"""The case of lesson 3: runs of LIME, files it invented, other references of SHAP, and what outputs and slides are said to show.

Goes to learners. All of it is computed here, when the case is built, and stored as data: a random method gives the same numbers
everywhere only where it is run once. No verdict on an answer is in here; that is for the keys.
"""

from __future__ import annotations

from functools import cached_property
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from graders.content import load_module
from graders.contract import Contract
from graders.errors import DataError
from graders.language import number
from graders.references.agreement import clear_pairs, overlaps
from graders.references.explanation import Explained, Explanation

ground = load_module(Path(__file__).with_name("case.py"))
invented = load_module(Path(__file__).with_name("invented_3.py"))
lime = load_module(Path(__file__).with_name("lime_3.py"))
outputs = load_module(Path(__file__).with_name("outputs_3.py"))
references = load_module(Path(__file__).with_name("references_3.py"))
statements = load_module(Path(__file__).with_name("statements_3.py"))

ASKED_PAIRS = 6
_MINUS = "\u2212"


class Case(ground.GroundCase):  # type: ignore[misc,name-defined]  # content is loaded by path
    """One learner's case of lesson 3."""

    @property
    def card(self) -> dict[str, str]:
        """What this case is, in a few lines; the two letters among them."""
        return {**super().card, **{f"K's {name}": words for name, words in self.letters.items()}}

    # --- LIME ------------------------------------------------------------------------------------------------------------

    @property
    def letters(self) -> dict[str, str]:
        """The two letters that client K got."""
        return dict(self.value("letters"))

    @cached_property
    def runs(self) -> dict[str, Any]:
        """Ten runs on client K, by number of invented files in words; runs 1 and 2 wrote the letters."""
        return {name: lime.Runs(**runs) for name, runs in self.value("runs").items()}

    @property
    def tops(self) -> dict[str, list[list[str]]]:
        """The five strongest columns of each run on client K, by number of invented files in words."""
        return {name: runs.tops for name, runs in self.runs.items()}

    @property
    def shared(self) -> pd.DataFrame:
        """How many of the 45 pairs of runs on client K share how many of their five columns."""
        counts = {f"pairs of runs, {name}": overlaps(tops) for name, tops in self.tops.items()}
        return pd.DataFrame(counts).rename(index=lambda shared: f"{shared} columns in both")

    @property
    def fidelity(self) -> pd.DataFrame:
        """R² of the copy of client K, run by run."""
        found = {f"R², {name}": runs.fidelity for name, runs in self.runs.items()}
        return pd.DataFrame(found, index=[f"run {place}" for place in range(1, lime.RUNS + 1)])

    @property
    def two_runs(self) -> pd.DataFrame:
        """The five strongest columns of two runs on client M, by what they mean."""
        labels = self.explanation.labels
        tops = enumerate(self.value("two_runs"), start=1)
        named = {f"run {place}": [labels[name] for name in top] for place, top in tops}
        return pd.DataFrame(named).rename(index=lambda place: str(place + 1))

    @property
    def samples(self) -> pd.DataFrame:
        """Five runs on client M with more and more invented files: how much they agree, and how faithful the copies are."""
        table = self.value("samples")
        return pd.DataFrame(
            {
                "agreement of five runs, mean Jaccard": [agreement for agreement, _fidelity in table.values()],
                "fidelity of the copy, mean R²": [fidelity for _agreement, fidelity in table.values()],
            },
            index=list(table),
        )

    def output(self, letter: str) -> Any:
        """Return what LIME says about one client, with 5,000 invented files."""
        return outputs.Output.of(letter, self.value("outputs")[letter])

    @property
    def three(self) -> pd.DataFrame:
        """PD by model and copy, and fidelity, of the three clients of the outputs."""
        found = [self.output(letter) for letter in self.picks.three]
        cells = [[number(out.pd, 1), number(out.copied, 1), number(out.fidelity, 2)] for out in found]
        heads = ["PD by the model, %", "PD by the copy, %", "R² of the copy"]
        return pd.DataFrame(cells, [f"client {out.letter}" for out in found], heads)

    @property
    def quartiles(self) -> pd.DataFrame:
        """The quartiles of the numbers that the three outputs have rules on, among the loans the model learnt on; their units."""
        table, labels, units = self.value("quartiles"), self.explanation.labels, self.explanation.units
        heads = ["first quartile", "median", "third quartile", "unit"]
        ends = {name: ["not known" if value is None else number(value) for value in row] for name, row in table.items()}
        cells = [[*row, units.get(name, "")] for name, row in ends.items()]
        return pd.DataFrame(cells, [labels[name] for name in table], heads)

    @property
    def drawing(self) -> dict[str, Any]:
        """What the drawing of one rule of client M is made of."""
        rule = outputs.Rule(**self.value("drawn_rule"))
        label = self.explanation.with_unit(rule.column)
        return {"files": self.table("drawing"), "label": label, "rule": rule.text, "weight": rule.weight}

    @property
    def fidelities(self) -> dict[str, Any]:
        """R² of the copies of twenty clients, and the line the contract declares."""
        line = float(ground.line(self.contract, "lime_fidelity_min"))
        return {"values": self.array("fidelities"), "line": line, "samples": lime.SIZES[lime.MANY]}

    # --- files that LIME invents -----------------------------------------------------------------------------------------

    @property
    def gap_facts(self) -> dict[str, Any]:
        """What was counted about the gap between two readings of one fact."""
        found: dict[str, Any] = self.value("gaps")
        if not found:
            raise DataError(
                "Expected two columns that say the same thing, got none in this portfolio. Leave this question out."
            )
        return found

    @property
    def gaps(self) -> pd.DataFrame:
        """Real files, and those invented around client K, by the gap between the two readings."""
        found = self.gap_facts
        ends = [number(edge) for edge in found["edges"]]
        between = [f"above {low}, up to {high}" for low, high in pairwise(ends)]
        weight = [100 * share for share in found["weight"]]
        table = {
            "real files": found["real"],
            "invented files": found["invented"],
            "weight of these in the fit, %": weight,
        }
        return pd.DataFrame(table, index=[f"gap up to {ends[0]}", *between, f"above {ends[-1]}"])

    @property
    def gap_notes(self) -> dict[str, str]:
        """What stands beside the table of gaps."""
        found, labels = self.gap_facts, self.explanation.labels
        first, second = (labels[name] for name in found["columns"])
        real, made = sum(found["real"]), sum(found["invented"])
        return {
            "the gap": f"between “{first}” and “{second}”: two readings of one fact, in {found['unit'] or 'their unit'}",
            "the line": f"99.9 % of the {number(real)} real files have a gap of {number(found['line'])} or less",
            "the invented files": f"all {number(made)} of one run on client K",
        }

    @property
    def clouds(self) -> dict[str, Any]:
        """What the drawing of real and invented files is made of."""
        files, found = self.table("cloud"), self.gap_facts
        real, made = (files.loc[files["real"] == kind, ["one", "other"]] for kind in (True, False))
        labels = tuple(self.explanation.with_unit(name) for name in found["columns"])
        return {"real": real, "invented": made, "labels": labels, "line": found["line"]}

    @property
    def strange(self) -> pd.DataFrame:
        """Six files by the two readings of one fact; some were invented by LIME."""
        rows = self.value("strange")
        labels = [self.explanation.with_unit(name) for name in self.gap_facts["columns"]]
        cells = [[number(value) for value in row] for row in rows.values()]
        return pd.DataFrame(cells, [self.picks.strange_files[name] for name in rows], labels)

    # --- SHAP from other references --------------------------------------------------------------------------------------

    @cached_property
    def from_line(self) -> Explanation:
        """All explained files against the 100 approved files just above the line."""
        named = self.value("concepts"), self.value("labels"), self.value("units")
        tables = self.applicants, self.table("from_line")
        return Explanation(*tables, self.bases[references.LINE], self.cut, *named)

    @property
    def bases(self) -> dict[str, float]:
        """Base value in log-odds, by reference."""
        return dict(self.value("bases"))

    @property
    def base_values(self) -> dict[str, str]:
        """Base value by reference, in words."""
        return {f"base value from {name}": number(base, 3).replace("-", _MINUS) for name, base in self.bases.items()}

    def twice(self, letter: str) -> tuple[Explained, Explained]:
        """Return one client, explained from the loans the model learnt on and from the files just above the line."""
        return self.applicant(letter), self.from_line.one(self.picks.applicants[letter], letter)

    def facts_twice(self, letter: str) -> pd.DataFrame:
        """Return what each fact adds to one client from either reference, in log-odds; below, their sum and the base value."""
        clients, labels = self.twice(letter), self.explanation.labels
        order = list(clients[0].concepts.index)
        columns = {
            f"from {name}": [*client.concepts[order], client.contributions.sum(), client.base]
            for name, client in zip(self.two_references, clients, strict=True)
        }
        table = pd.DataFrame(columns, index=[*(labels[name] for name in order), "sum of all", "base value"])
        return table.round(3) + 0.0  # no minus before a zero

    @property
    def two_references(self) -> tuple[str, str]:
        """The two references, in words."""
        return references.LEARNT, references.LINE

    @cached_property
    def weights(self) -> pd.DataFrame:
        """Mean absolute contribution over the 600 files in log-odds, by column and reference."""
        return self.table("weights")

    @property
    def weights_table(self) -> pd.DataFrame:
        """The first ten lines of the weights, by what the columns mean."""
        labels = self.explanation.labels
        first = self.weights.head(10).rename(index=labels)
        return first.rename(columns=lambda name: f"from {name}")

    @property
    def choices(self) -> pd.DataFrame:
        """The first facts of client G by three choices: log-odds, probability, and the path through the trees."""
        table, labels = self.value("choices"), self.explanation.labels
        ways = ["log-odds, 100 loans", "points of PD, 100 loans", "log-odds, path through the trees"]
        return pd.DataFrame(table.values(), [labels[name] for name in table], ways)

    # --- the vendor's slides ---------------------------------------------------------------------------------------------

    @property
    def measured(self) -> dict[str, str]:
        """What the model team measured, each figure with its population."""
        found = self.value("measured")
        return {
            "AUC": f"{number(found['auc'], 3)}, on the loans booked in the last year, whose outcome is known",
            "at or under the cut-off": (
                f"{number(found['approved'], 1)} % of all {number(found['all'])} applications of the last year; "
                f"{number(found['approved_booked'], 1)} % of the {number(found['booked'])} loans booked in the last year"
            ),
        }


# --- building ------------------------------------------------------------------------------------------------------------


def build(sample: pd.DataFrame, contract: Contract, seed: int) -> dict[str, object]:
    """Run LIME and SHAP as often as the lesson talks about it, and pick what is asked about."""
    base = ground.Ground.of(sample, contract, seed)
    compared = references.Compared(base)
    letters = compared.asked()
    told = lime.told(base, letters.values())
    letters |= told.letters
    weights = compared.weights
    pairs = clear_pairs(weights, ASKED_PAIRS, seed) or list(combinations(map(str, weights.index), 2))[:ASKED_PAIRS]
    files, measured = _files(base, told), _measured(base)
    client, other = (compared.seen[name].one(letters["F"], "F") for name in (references.LEARNT, references.LINE))
    slides = statements.Ground(base, compared, told, client, other, pairs, measured, files["gaps"])
    said = {
        "sayings": outputs.six(told.three, base.labels, seed),
        "slides": statements.eight(slides, seed),
    }
    return {
        **base.parts(),
        **told.parts,
        **files,
        **said,
        "from_line": compared.seen[references.LINE].contributions,
        "bases": compared.bases,
        "weights": weights,
        "pairs": {f"p{row}": list(pair) for row, pair in enumerate(pairs, start=1)},
        "choices": compared.choices(letters["G"]),
        "measured": measured,
        "picks": {
            "applicants": dict(sorted(letters.items())),
            "features": base.features,
            "facts": {name: base.labels[name] for name in base.explained.concepts.columns},
            "three": [out.letter for out in told.three],
            "pairs": {f"p{row}": _named_pair(pair, base.labels) for row, pair in enumerate(pairs, start=1)},
            "strange_files": {name: f"file {name.removeprefix('f')}" for name in files["strange"]},
            **{name: _numbered(rows) for name, rows in said.items()},
        },
    }


def _named_pair(pair: tuple[str, str], labels: dict[str, str]) -> str:
    return " / ".join(labels[name] for name in pair)


def _numbered(said: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return statements as a form shows them: with a number, by which receipts and people call them."""
    return {row: f"{row.removeprefix('s')}. {statement['text']}" for row, statement in said.items()}


def _files(base: Any, told: Any) -> dict[str, Any]:
    """Return what is asked about invented files; nothing where no two numbers tell one fact."""
    columns = invented.readings(base)
    if not columns:
        return {"gaps": {}, "strange": {}, "cloud": pd.DataFrame()}
    of_k, of_m = told.example
    gaps = invented.gaps(base, columns, of_k)
    strange = invented.strange(base, columns, of_m, gaps["line"])
    return {"gaps": gaps, "strange": strange, "cloud": invented.cloud(base, columns, of_k)}


def _measured(base: Any) -> dict[str, float]:
    """Return what the model team measured: AUC out of time, and the share at or under the cut-off, of all and of booked."""
    of_all, of_booked = (base.fit.pd(rows) <= base.cut for rows in (base.audited, base.later))
    return {
        "auc": base.fit.auc(base.later, base.bad),
        "approved": float(100 * of_all.mean()),
        "all": len(of_all),
        "approved_booked": float(100 * of_booked.mean()),
        "booked": len(of_booked),
    }
