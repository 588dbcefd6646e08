"""What lesson 2 measures against the vendor's offer: a suspected column, what moved since, what was announced; and says of it.

Goes to learners. Measures and the sentences filled with them; no verdict on any.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.language import number
from graders.references.importance import mean_absolute
from graders.references.leakage import univariate_aucs
from graders.references.margins import gap, shuffled
from graders.references.shap_values import shap_values
from graders.references.stability import ae_interval, stability_index
from graders.references.statements import fill

statements = load_module(Path(__file__).with_name("statements_2.py"))

LOST_LINE = 0.10  # AUC out of time that a model loses without the column: the team's own
LEAK_LINE, PSI_LINE, AE_BAND = 0.85, 0.10, (0.80, 1.25)  # unless the contract's policy says otherwise


def found(base: Any) -> dict[str, Any]:
    """Return what is measured of both models, and the exhibits and sentences made of it."""
    parts = {**declared_lines(base.contract.policy), **_two_models(base), **_drift(base)}
    menu = statements.MENUS[base.seed % len(statements.MENUS)]
    claims = fill(statements.CLAIMS, menu, sentence_facts(parts), base.labels, base.seed)
    exhibits = statements.exhibits(_exhibit_facts(base, parts), base.seed)
    picks = {"exhibits": _numbered(exhibits), "statements": _numbered(claims)}
    return {**parts, "exhibits": exhibits, "statements": claims, "picks": picks}


def declared_lines(policy: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lender's lines, by its policy; those it does not declare are the lesson's own."""
    return {
        "psi_line": policy.get("psi_line", PSI_LINE),
        "band": list(policy.get("ae_band", AE_BAND)),
        "leak_rule": {"alone": policy.get("leak_line", LEAK_LINE), "lost": LOST_LINE},
    }


def _numbered(rows: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return sentences as a form shows them: with a number, by which receipts and people call them."""
    return {row: f"{row[1:]}. {one['text']}" for row, one in rows.items()}


# --- a suspected column --------------------------------------------------------------------------------------------------


def _two_models(base: Any) -> dict[str, Any]:
    """Fit Plus, and Classic without one of two columns that tell the same fact; measure every column alone."""
    late = base.contract.late[0]
    plus = base.fitted(add=[late])
    twins = base.explained.twins
    hidden = twins[1][0] if twins else base.names[0]
    models = {"classic": base.fit, "plus": plus, "twin": base.fitted(drop=[hidden])}
    aucs = {
        name: {"training": model.auc(base.train, base.bad), "later": model.auc(base.later, base.bad)}
        for name, model in models.items()
    }
    booked = pd.concat([base.train, base.later])
    alone = univariate_aucs(plus.encoder.matrix(booked), base.bad[booked.index], plus.encoder.names)
    reference = plus.encoder.matrix(base.train.iloc[base.reference])
    values = shap_values(plus.model, plus.encoder.matrix(base.chosen), reference).values
    weight = mean_absolute(pd.DataFrame(values, columns=list(plus.encoder.names)))
    declined = base.rows[base.bad.isna()]
    return {
        "late": late,
        "hidden": hidden,
        "aucs": aucs,
        "alone": alone.to_dict(),
        "share": float(100 * weight[late] / weight.sum()),
        "unbooked": {
            "files": len(declined),
            "values": {name: int(declined[name].nunique()) for name in _asked(base, alone)},
        },
    }


def _asked(base: Any, alone: pd.Series) -> list[str]:
    """Return the suspected column and the one that orders loans best after it."""
    return [base.contract.late[0], next(str(name) for name in alone.index if name != base.contract.late[0])]


def _exhibit_facts(base: Any, parts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    late, hidden, alone, aucs = parts["late"], parts["hidden"], pd.Series(parts["alone"]), parts["aucs"]
    second = _asked(base, alone.sort_values(ascending=False))[1]
    first_bar = str(base.explained.importance.index[0])
    lost = {
        late: aucs["plus"]["later"] - aucs["classic"]["later"],
        hidden: aucs["classic"]["later"] - aucs["twin"]["later"],
    }
    files, values = parts["unbooked"]["files"], parts["unbooked"]["values"]
    moved_psi = stability_index(*_first_and_last(base, late))
    facts = {
        "alone it": _fact(base, late, value=alone[late], auc=number(alone[late], 2)),
        "alone other": _fact(base, second, value=alone[second], auc=number(alone[second], 2)),
        "dated it": _fact(base, late, when=base.contract.known_at(late).replace("_", " ")),
        "dated other": _fact(base, second, when=f"at {base.contract.known_at(second).replace('_', ' ')}"),
        "unbooked it": _fact(base, late, value=values[late], values=str(values[late]), files=number(files)),
        "unbooked other": _fact(base, second, value=values[second], values=str(values[second]), files=number(files)),
        "lost it": _fact(base, late, value=lost[late], loss=number(lost[late], 2)),
        "lost other": _fact(base, hidden, value=lost[hidden], loss=_small(lost[hidden])),
        "share it": _fact(base, late, share=number(parts["share"], 0)),
        "moved it": _fact(base, late, psi=number(moved_psi, 2)),
        "bar other": _fact(base, first_bar),
        "steady model": _fact(base, late, loss=_small(aucs["plus"]["training"] - aucs["plus"]["later"])),
    }
    return {**facts, **_proxy(base)}


def _fact(base: Any, column: str, *, value: float | None = None, **words: str) -> dict[str, Any]:
    """Return what an exhibit is about: the column, the number it is measured by, and the words that fill its places."""
    named = f"“{base.contract.label(column)}”"
    return {"column": column, "value": value, "words": {"column": named, **words}}


def _small(loss: float) -> str:
    return number(max(0.0, round(loss, 3)), 3)


def _proxy(base: Any) -> dict[str, Any]:
    """Return the column from which a protected group is guessed best, with its AUC; nothing where no group is declared."""
    group = next((one for one in base.contract.protected.values() if one.cut is None), None)
    if group is None:
        return {}
    member = (base.audited[group.column] == group.compared).astype(float)
    codes = [
        member.groupby(base.audited[name].astype(str)).transform("mean")
        if name in base.contract.categorical
        else base.audited[name].astype(float).fillna(-1.0)
        for name in base.names
    ]
    aucs = univariate_aucs(np.column_stack(codes), member, base.names)
    column = str(aucs.index[0])
    words = {"group": base.contract.label(group.column).lower(), "auc": number(float(aucs.iloc[0]), 2)}
    return {"group proxy": _fact(base, column, **words)}


# --- what moved, and what was announced ----------------------------------------------------------------------------------


def _years(base: Any) -> pd.Series:
    return base.rows[base.contract.roles.date].astype(str).str[:4]


def _first_and_last(base: Any, column: str) -> tuple[pd.Series, pd.Series]:
    year = _years(base)
    return base.rows.loc[year == year.min(), column], base.rows.loc[year == year.max(), column]


def _drift(base: Any) -> dict[str, Any]:
    year = _years(base)
    scores = [pd.Series(base.fit.log_odds(base.rows[year == one])) for one in (year.min(), year.max())]
    loans = base.rows[base.bad.notna()]
    quarter = pd.PeriodIndex(loans[base.contract.roles.date].astype(str), freq="M").asfreq("Q").astype(str)
    per_loan = pd.DataFrame({"loans": 1, "bad": base.bad[loans.index], "announced": base.fit.pd(loans) / 100})
    quarters = (
        per_loan.groupby(np.asarray(quarter).astype(str)).sum().rename(index=lambda name: name.replace("Q", " Q"))
    )
    ends = [ae_interval(int(row.bad), float(row.announced)) for row in quarters.itertuples()]
    quarters = quarters.assign(low=[end.low for end in ends], high=[end.high for end in ends])
    return {
        "psi": {name: stability_index(*_first_and_last(base, name)) for name in base.names},
        "score_psi": stability_index(*scores),
        "quarters": quarters.round(3),
        "vintage": _vintage(quarters[quarters.index.str[:4] != year.max()], base.seed),
    }


def _vintage(quarters: pd.DataFrame, seed: int) -> str:
    """Return an earlier quarter whose A/E is not 1: of this learner's own, or the furthest off where none is clear."""
    off = (quarters["bad"] / quarters["announced"] - 1).abs()
    clear = [str(name) for name in off.index[off >= 0.07]]
    return clear[int(shuffled(seed, "vintage", len(clear))[0])] if clear else str(off.idxmax())


def sentence_facts(parts: dict[str, Any]) -> dict[str, dict[str, Any] | None]:
    """Return what the sentences of question 2.7 are filled with; None where this portfolio shows it too faintly."""
    low, high = parts["band"]
    quarters: pd.DataFrame = parts["quarters"]
    last = quarters[quarters.index.str[:4] == str(quarters.index[-1])[:4]]
    ratio = last["bad"].sum() / last["announced"].sum()
    psi, score = pd.Series(parts["psi"]).sort_values(ascending=False), parts["score_psi"]
    lowest = float(last["low"].min())
    others = [name for name in psi.index[1:] if gap(float(psi.iloc[0]), float(psi[name])) >= 0.3]
    clear_band = min(abs(ratio - low), abs(ratio - high)) >= 0.03
    ends = {"low": number(low, 2), "high": number(high, 2)}
    return {
        "nothing": {},
        "side": {} if abs(ratio - 1) >= 0.05 else None,
        "band": ends if clear_band else None,
        "quarters": {} if abs(lowest - 1) >= 0.03 else None,
        "moved": {"column": str(psi.index[0]), "other": others[0]} if others else None,
        "first_moved": {"column": str(psi.index[0])},
        "score": {} if abs(score - parts["psi_line"]) >= 0.02 else None,
        "stable": {} if score <= parts["psi_line"] - 0.02 and abs(abs(ratio - 1) - 0.1) >= 0.03 else None,
    }
