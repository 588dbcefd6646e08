"""What LIME makes of this learner's clients in lesson 3: outputs, ten runs on one file, the letters written from two of them.

Goes to learners; used only while a case is built. Everything random hangs on seeds, and what is found is stored as data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.language import number
from graders.references.agreement import in_runs, mean_jaccard, neighbours_jaccard
from graders.references.lime_weights import Lime, LimeRun, quartile_bin
from graders.references.margins import shuffled
from graders.references.picking import is_clearly_refused, is_refused

outputs = load_module(Path(__file__).with_name("outputs_3.py"))

TOP = 5
RUNS = 10
SIZES = {"300 files": 300, "1,000 files": 1_000, "5,000 files": 5_000}  # invented for a run
FEW, MIDDLE, MANY = SIZES
COPIES = 20  # clients whose copy is measured
LETTER_REASONS = 3
_LESS_RUNS = 5
_TRIED = 16  # clients, before the best so far is taken
_FEWER = 6  # of them for practice
_COSTLY = 3  # of them, with many files
_ORDERS = 64  # of the runs
_TOO_MUCH = 0.86  # agreement from which a wrong denominator hardly shows
_FLATTERED = 0.035  # R² with few files over R² with many: enough to tell which was read
_DRAWN = 400
_FROM = 12  # clients that the three outputs are taken from


class Runs(NamedTuple):
    """Several runs on one client.

    Attributes
    ----------
    tops
        The five strongest columns of each, strongest first.
    pushes
        The three facts of each that its strongest pushing rules are about.
    fidelity
        R² of each.
    """

    tops: list[list[str]]
    pushes: list[list[str]]
    fidelity: list[float]

    def in_order(self, order: Sequence[int]) -> Runs:
        """Return the same runs in another order."""
        return Runs(*([part[place] for place in order] for part in self))

    @property
    def furthest(self) -> tuple[int, int]:
        """The two runs whose pushes have least in common."""
        pairs = list(combinations(range(len(self.pushes)), 2))
        shared = [len(set(self.pushes[one]) & set(self.pushes[other])) for one, other in pairs]
        return pairs[int(np.argmin(shared))]


class Told(NamedTuple):
    """All that LIME says in this lesson.

    Attributes
    ----------
    letters
        Applications of the clients K, M, U, V and W.
    three
        Outputs of U, V and W.
    example
        One run on K with 5,000 invented files; one on M.
    few
        Ten runs on K with 300 invented files.
    by_size
        Five runs on M by number of invented files, fewest first.
    parts
        For the case's files.
    """

    letters: dict[str, str]
    three: list[Any]
    example: tuple[LimeRun, LimeRun]
    few: Runs
    by_size: dict[str, Runs]
    parts: dict[str, Any]


@dataclass(frozen=True)
class Outputs:
    """LIME on one learner's ground.

    Attributes
    ----------
    base
        The ground: rows, model, labels.
    lime
        The explainer, made once.
    matrix
        The chosen files as the model reads them.
    done
        The runs so far: a client's first run is asked for more than once.
    """

    base: Any
    lime: Lime
    matrix: Any
    done: dict[tuple[str, int, str], LimeRun] = field(default_factory=dict)

    @classmethod
    def of(cls, base: Any) -> Outputs:
        """Prepare LIME on the loans the model learnt on, categories as categories."""
        codes = range(len(base.contract.numeric), len(base.names))
        predict = base.fit.model.predict_proba
        lime = Lime.of(lambda rows: predict(rows)[:, 1], base.train_matrix, base.names, categorical=codes)
        return cls(base, lime, base.fit.encoder.matrix(base.chosen))

    def row(self, key: str) -> Any:
        """Return one chosen file as the model reads it."""
        return self.matrix[self.base.chosen.index.get_loc(key)]

    def run(self, key: str, *, seed: int = 1, size: str = MANY) -> LimeRun:
        """Explain one chosen file once."""
        if (key, seed, size) not in self.done:
            self.done[key, seed, size] = self.lime.run(self.row(key), seed=seed, samples=SIZES[size])
        return self.done[key, seed, size]

    def runs(self, key: str, count: int, size: str) -> Runs:
        """Explain one chosen file with several seeds."""
        found = [self.run(key, seed=seed, size=size) for seed in range(1, count + 1)]
        tops = [[str(name) for name in run.weights.index[:TOP]] for run in found]
        pushes = [self.facts(run)[:LETTER_REASONS] for run in found]
        return Runs(tops, pushes, [round(run.fidelity, 3) for run in found])

    def facts(self, run: LimeRun) -> list[str]:
        """Return the facts that the pushing rules of a run are about, strongest first, each once."""
        columns = run.weights[run.weights > 0].sort_values(ascending=False, kind="stable").index
        return list(dict.fromkeys(self.base.contract.concept_of(str(name)) for name in columns))

    def output(self, letter: str, key: str, run: LimeRun) -> Any:
        """Return one run as a person reads it: five rules, R², PD by copy and by model."""
        rules = tuple(self.rule(key, str(name), float(weight)) for name, weight in run.weights.iloc[:TOP].items())
        model = float(self.base.explained.pds[key])
        return outputs.Output(letter, rules, round(run.fidelity, 3), round(100 * run.copied, 1), round(model, 1))

    def rule(self, key: str, column: str, weight: float) -> Any:
        """Return what LIME says about one column of one file."""
        label, weight = self.base.labels[column], round(weight, 3)
        if column in self.base.contract.categorical:
            text = outputs.category_in_words(label, self.base.chosen.at[key, column])
            return outputs.Rule(column, text, weight)
        missing = bool(self.base.train[column].isna().any())
        below = bool(self.base.train[column].min() <= outputs.MISSING)  # real values below the code for a missing one
        ends = self.bin(key, column)
        known = [end for end in ends if end is not None and not (missing and end == outputs.MISSING)]
        unit = self.base.units.get(column, "")
        words = outputs.in_words(label, unit, *ends, may_be_missing=missing, may_be_below=below)
        return outputs.Rule(column, words, weight, tuple(known))

    def bin(self, key: str, column: str) -> tuple[float | None, float | None]:
        """Return the quartile bin that a file's number lies in."""
        place = self.base.names.index(column)
        ends = quartile_bin(self.base.train_matrix[:, place], float(self.row(key)[place]))
        return _plain(ends[0]), _plain(ends[1])

    def quartiles(self, columns: Iterable[str]) -> dict[str, list[float | None]]:
        """Return the quartiles at which LIME cuts numeric columns; None where a quartile is "not known"."""
        found: dict[str, list[float | None]] = {}
        for name in (name for name in columns if name in self.base.contract.numeric):
            ends = np.percentile(self.base.train_matrix[:, self.base.names.index(name)], [25, 50, 75])
            missing = bool(self.base.train[name].isna().any())
            found[name] = [None if missing and end == outputs.MISSING else _plain(end) for end in ends]
        return found

    def drawing(self, key: str, run: LimeRun, column: str) -> pd.DataFrame:
        """Return some invented files for the drawing of one rule, the client's own first."""
        low, high = self.bin(key, column)
        some = run.invented[:_DRAWN]
        value = some[:, self.base.names.index(column)]
        if column in self.base.contract.categorical:
            holds = value == value[0]  # the client's own file comes first
        else:
            above = value > (-np.inf if low is None else np.float32(low))
            holds = above & (value <= (np.inf if high is None else np.float32(high)))
        return pd.DataFrame(
            {"value": value, "pd": 100 * self.lime.predict(some), "holds": holds, "kernel": run.kernel[:_DRAWN]}
        )


def _plain(end: float | None) -> float | None:
    """Return an end of a bin as it was filed: the matrix is exact in float32, which turns 33.3 into 33.299999."""
    return None if end is None else float(np.format_float_positional(np.float32(end)))


def told(base: Any, taken: Iterable[str]) -> Told:
    """Run LIME for the whole lesson.

    Parameters
    ----------
    base
        The ground.
    taken
        Applications that are asked about elsewhere.
    """
    said, used = Outputs.of(base), set(taken)
    everybody = [str(base.chosen.index[place]) for place in shuffled(base.seed, "LIME clients", len(base.chosen))]
    refused = [key for key in everybody if is_refused(base.explained, key)]
    refused.sort(key=lambda key: not is_clearly_refused(base.explained, key))
    k, few, many = _complaint(said, [key for key in refused if key not in used] or everybody)
    m, drawn = _practised(said, [key for key in refused if key not in {*used, k}] or everybody)
    others = [key for key in everybody if key not in {*used, k, m}][:COPIES]
    copies = {key: said.run(key) for key in others}
    three = _three(said, {key: copies[key] for key in others[:_FROM]}, base.labels)
    k_run, m_run = said.run(k), said.run(m)
    output = said.output("M", m, m_run)
    by_size = {size: said.runs(m, _LESS_RUNS, size) for size in SIZES}
    parts = {
        "letters": _letters(few, base.contract),
        "runs": {FEW: few._asdict(), MANY: many._asdict()},
        "two_runs": by_size[FEW].tops[:2],
        "samples": {size: [mean_jaccard(runs.tops), float(np.mean(runs.fidelity))] for size, runs in by_size.items()},
        "outputs": {out.letter: out.stored for out in [*three.values(), output]},
        "quartiles": said.quartiles(dict.fromkeys(rule.column for out in three.values() for rule in out.rules)),
        "drawn_rule": drawn._asdict(),
        "drawing": said.drawing(m, m_run, drawn.column),
        "fidelities": np.array([run.fidelity for run in copies.values()]),
    }
    letters = {"K": k, "M": m, **{out.letter: key for key, out in three.items()}}
    return Told(letters, list(three.values()), (k_run, m_run), few, by_size, parts)


# --- who is asked about --------------------------------------------------------------------------------------------------


def _complaint(said: Outputs, clients: Sequence[str]) -> tuple[str, Runs, Runs]:
    """Return a client two of whose letters differ, with ten runs at either number of invented files.

    Runs with few files are cheap, those with many are not: at most `_COSTLY` clients are run with many.
    """
    best: tuple[int, str, Runs, Runs] | None = None
    costly = 0
    for key in clients[:_TRIED]:
        few = said.runs(key, RUNS, FEW)
        if not _teaches(few):
            continue
        many = said.runs(key, RUNS, MANY)
        lacking = _lacking(few, many)
        best = (lacking, key, few, many) if best is None or lacking < best[0] else best
        costly += 1
        if not lacking or costly == _COSTLY:
            break
    _lacks, key, few, many = best or (0, clients[0], *(said.runs(clients[0], RUNS, size) for size in (FEW, MANY)))
    return key, *_arranged(few, many, said.base.seed)


def _lacking(few: Runs, many: Runs) -> int:
    """Count what is not as clear as it should be: agreement that rises, and not to the end; R² that few files flatter."""
    agreement = [mean_jaccard(runs.tops) for runs in (few, many)]
    flattered = float(np.mean(few.fidelity) - np.mean(many.fidelity))
    return sum([agreement[0] + 0.1 > agreement[1], agreement[1] > _TOO_MUCH, flattered < _FLATTERED])


def _teaches(runs: Runs) -> bool:
    """Return whether the runs disagree, and the columns in all of them are others than those in most, or in the first."""
    always, most = in_runs(runs.tops, RUNS), in_runs(runs.tops, 6)
    one, other = (set(runs.pushes[place]) for place in runs.furthest)
    return 0.3 <= mean_jaccard(runs.tops) <= 0.75 and 1 <= len(always) < len(most) and len(one & other) <= 1


def _arranged(few: Runs, many: Runs, seed: int) -> tuple[Runs, Runs]:
    """Put the letters' runs first; order the rest so that neighbouring runs alone show another agreement than all pairs."""
    first = few.furthest
    rest = [place for place in range(RUNS) if place not in first]
    mixed = [[rest[place] for place in shuffled(seed, f"runs {turn}", len(rest))] for turn in range(_ORDERS)]
    means = [(runs, mean_jaccard(runs.tops)) for runs in (few, many)]

    def off(order: Sequence[int]) -> float:
        """Return how far neighbouring runs are off all pairs; more than enough counts as enough."""
        return sum(min(0.045, abs(neighbours_jaccard(runs.in_order(order).tops) - mean)) for runs, mean in means)

    best = max(([*first, *order] for order in mixed), key=off)
    return few.in_order(best), many.in_order(best)


def _practised(said: Outputs, clients: Sequence[str]) -> tuple[str, Any]:
    """Return a client for practice, and its strongest rule on a number that pushes; there is another strong push to ask about.

    Its runs agree more with more invented files, and its copy is no more faithful.
    """
    first: tuple[str, Any] | None = None
    for key in clients[:_FEWER]:
        rules = [rule for rule in said.output("M", key, said.run(key)).rules if rule.weight >= 0.02]
        bounded = [rule for rule in rules if rule.bounds]
        if not bounded or len(rules) < 2:
            continue
        first = first or (key, bounded[0])
        few, many = (said.runs(key, _LESS_RUNS, size) for size in (FEW, MANY))
        steadier = mean_jaccard(many.tops) - mean_jaccard(few.tops)
        if steadier >= 0.1 and float(np.mean(few.fidelity)) - float(np.mean(many.fidelity)) >= 0.01:
            return key, bounded[0]
    if first is not None:
        return first
    rules = said.output("M", clients[0], said.run(clients[0])).rules
    return clients[0], next((rule for rule in rules if rule.bounds), rules[0])


def _three(said: Outputs, copies: dict[str, LimeRun], labels: dict[str, str]) -> dict[str, Any]:
    """Return three clients with their outputs, about which most can be said."""
    found = {key: said.output("", key, run) for key, run in copies.items()}
    groups = [dict(zip(keys, _lettered([found[key] for key in keys]), strict=True)) for keys in combinations(found, 3)]
    return min(groups, key=lambda group: sum(fact is None for fact in outputs.facts_of(list(group.values())).values()))


def _lettered(three: Sequence[Any]) -> list[Any]:
    return [out._replace(letter=letter) for letter, out in zip("UVW", three, strict=True)]


def _letters(runs: Runs, contract: Any) -> dict[str, str]:
    """Return the two letters: the reasons of the first two runs, as the contract words them."""
    days = ("letter of 3 March", "letter of 17 March")
    return {day: "; ".join(_numbered(pushes, contract)) for day, pushes in zip(days, runs.pushes, strict=False)}


def _numbered(facts: Sequence[str], contract: Any) -> list[str]:
    words = [contract.reason(name) or contract.label(name) for name in facts]
    return [f"{number(place)}. {text}" for place, text in enumerate(words, start=1)]
