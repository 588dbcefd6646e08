"""What lesson 2 measures against the vendor's offer: a suspected column, what moved since, what was announced; and says of it.

Goes to learners. Measures and the sentences filled with them; no verdict on any.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graders.content import load_module
from graders.language import number
from graders.references.importance import mean_absolute
from graders.references.leakage import univariate_aucs
from graders.references.margins import gap, shuffled
from graders.references.shap_values import float32_exact, shap_values
from graders.references.stability import ae_interval, stability_index
from graders.references.statements import fill
from graders.references.woe import MISSING

ground = load_module(Path(__file__).with_name("case.py"))
statements = load_module(Path(__file__).with_name("statements_2.py"))

LOST_LINE = 0.10  # AUC out of time that a model loses without the column: the team's own
FELT = 0.5  # of the PSI line: a column that moved less has not moved for any reader


def found(base: Any) -> dict[str, Any]:
    """Return what is measured of both models, and the exhibits and sentences made of it."""
    parts = {**declared_lines(base.contract), **_models(base), **_drift(base)}
    exhibits = statements.exhibits(_exhibit_facts(base, parts), base.seed) if parts["late"] else {}
    claims = _claims(base, parts) if parts["quarters"] is not None else {}
    late = {parts["late"]: base.contract.label(parts["late"])} if parts["late"] else {}
    picks = {
        "plus_columns": _by_label({**base.features, **late}),
        "exhibits": _numbered(exhibits),
        "statements": _numbered(claims),
    }
    return {**parts, "exhibits": exhibits, "statements": claims, "picks": picks}


def declared_lines(contract: Any) -> dict[str, Any]:
    """Return the lender's lines, by its policy; those it does not declare are the course's own."""
    return {
        "psi_line": float(ground.line(contract, "psi_line")),
        "band": list(ground.line(contract, "ae_band")),
        "leak_rule": {"alone": float(ground.line(contract, "leak_line")), "lost": LOST_LINE},
    }


def _claims(base: Any, parts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    names = list(statements.CLAIMS)
    spare = [names[place] for place in shuffled(base.seed, "spare", len(names))]
    menu = statements.MENUS[base.seed % len(statements.MENUS)]
    facts = sentence_facts(parts, declined=bool(base.bad[base.audited.index].isna().any()))
    return fill(statements.CLAIMS, menu, facts, base.labels, base.seed, spare=spare)


def _by_label(columns: dict[str, str]) -> dict[str, str]:
    """Return columns in the order of their labels: where one stands tells nothing about it."""
    return dict(sorted(columns.items(), key=lambda item: item[1].casefold()))


def _numbered(rows: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return sentences as a form shows them: with a number, by which receipts and people call them."""
    return {row: f"{row[1:]}. {one['text']}" for row, one in rows.items()}


# --- a suspected column --------------------------------------------------------------------------------------------------


def suspected(base: Any) -> str | None:
    """Return the number known too late that orders the booked loans best alone; None where there is none that ever changes."""
    booked = pd.concat([base.train, base.later])
    numbers = [name for name in base.contract.late if pd.api.types.is_numeric_dtype(booked[name])]
    telling = [name for name in numbers if booked[name].nunique() > 1]
    if not telling:
        return None
    matrix = booked[telling].astype(float).fillna(MISSING).to_numpy()
    return str(univariate_aucs(matrix, base.bad[booked.index], telling).index[0])


def alone(base: Any, late: str | None) -> pd.Series:
    """Return the AUC that each column of Classic, and the suspected one, has alone on the booked loans, highest first."""
    booked = pd.concat([base.train, base.later])
    matrix, names = base.fit.encoder.matrix(booked), list(base.names)
    if late is not None:
        matrix = np.column_stack([matrix, float32_exact(booked[late].astype(float).fillna(MISSING))])
        names.append(late)
    return univariate_aucs(matrix, base.bad[booked.index], names)


def _models(base: Any) -> dict[str, Any]:
    """Fit Plus, and Classic without one of two columns that tell the same fact; measure every column alone."""
    twins = base.explained.twins
    hidden = twins[1][0] if twins else base.names[0]
    models = {"classic": base.fit}
    if len(base.names) > 1:
        models["twin"] = base.fitted(drop=[hidden])
    late = suspected(base)
    if late is None:
        return {"late": None, "hidden": hidden, "aucs": _aucs(base, models), "alone": {}}
    models["plus"] = base.fitted(add=[late])
    return {"late": late, "hidden": hidden, "aucs": _aucs(base, models), **_plus(base, models["plus"], late)}


def _aucs(base: Any, models: dict[str, Any]) -> dict[str, dict[str, float]]:
    return {
        name: {"training": model.auc(base.train, base.bad), "later": model.auc(base.later, base.bad)}
        for name, model in models.items()
    }


def _plus(base: Any, plus: Any, late: str) -> dict[str, Any]:
    """Return what each column of Plus says alone, how much weight the suspected one has, and its values on files never booked."""
    ordered = alone(base, late)
    reference = plus.encoder.matrix(base.train.iloc[base.reference])
    values = shap_values(plus.model, plus.encoder.matrix(base.chosen), reference).values
    weight = mean_absolute(pd.DataFrame(values, columns=list(plus.encoder.names)))
    declined = base.rows[base.bad.isna()]
    return {
        "alone": ordered.to_dict(),
        "share": float(100 * weight[late] / weight.sum()),
        "unbooked": {
            "files": len(declined),
            "values": {name: max(1, int(declined[name].nunique())) for name in _asked(ordered, late)},
        },
    }


def _asked(alone: pd.Series, late: str) -> list[str]:
    """Return the suspected column and, of the others, the one that orders loans best."""
    return [late, next(str(name) for name in alone.index if name != late)]


def _exhibit_facts(base: Any, parts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    late, hidden, aucs, auc = parts["late"], parts["hidden"], parts["aucs"], parts["alone"]
    second = _asked(pd.Series(auc), late)[1]
    first_bar = str(base.explained.importance.index[0])
    lost, kept = aucs["plus"]["later"] - aucs["classic"]["later"], aucs["classic"]["later"]
    facts = {
        "alone it": _fact(base, late, value=round(auc[late], 2), auc=number(auc[late], 2)),
        "alone other": _fact(base, second, value=round(auc[second], 2), auc=number(auc[second], 2)),
        "dated it": _fact(base, late, when=base.contract.known_at(late).replace("_", " ")),
        "dated other": _fact(base, second, when=f"at {base.contract.known_at(second).replace('_', ' ')}"),
        **_unbooked(base, parts, late, second),
        "lost it": _fact(base, late, value=round(lost, 2), loss=number(round(lost, 2) + 0.0, 2)),
        "lost other": _lost_other(base, hidden, kept - aucs["twin"]["later"]) if "twin" in aucs else None,
        "share it": _fact(base, late, share=number(parts["share"], 0)),
        "moved it": None if base.years is None else _moved(base, late),
        "bar other": _fact(base, first_bar),
        "steady model": _fact(base, late, loss=_small(aucs["plus"]["training"] - aucs["plus"]["later"])),
    }
    return {name: fact for name, fact in {**facts, **_proxy(base)}.items() if fact is not None}


def _unbooked(base: Any, parts: dict[str, Any], late: str, second: str) -> dict[str, dict[str, Any]]:
    """Return how many values two columns have over the files never booked; nothing where every file was."""
    files, values = parts["unbooked"]["files"], parts["unbooked"]["values"]
    if not files:
        return {}
    return {
        f"unbooked {who}": _fact(base, name, value=values[name], values=str(values[name]), files=number(files))
        for who, name in (("it", late), ("other", second))
    }


def _lost_other(base: Any, hidden: str, loss: float) -> dict[str, Any]:
    return _fact(base, hidden, value=round(loss, 3), loss=_small(loss))


def _moved(base: Any, late: str) -> dict[str, Any]:
    return _fact(base, late, psi=number(stability_index(*_first_and_last(base, late)), 2))


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
    if member.nunique() < 2:
        return {}
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


def _first_and_last(base: Any, column: str) -> tuple[pd.Series, pd.Series]:
    year = base.years
    return base.rows.loc[year == year.min(), column], base.rows.loc[year == year.max(), column]


def _drift(base: Any) -> dict[str, Any]:
    year = base.years
    if year is None:
        return {"psi": {}, "score_psi": None, "quarters": None, "vintage": None}
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
    seen = quarters[quarters["bad"] > 0] if (quarters["bad"] > 0).any() else quarters
    off = (seen["bad"] / seen["announced"] - 1).abs()
    clear = [str(name) for name in off.index[off >= 0.07]]
    return clear[int(shuffled(seed, "vintage", len(clear))[0])] if clear else str(off.idxmax())


def sentence_facts(parts: dict[str, Any], *, declined: bool = True) -> dict[str, dict[str, Any] | None]:
    """Return what the sentences of question 2.7 are filled with; None where this portfolio shows it too faintly.

    Parameters
    ----------
    parts
        What was measured.
    declined
        Whether some applications of the last year were declined: their outcome was never seen.
    """
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
        "declined": {} if declined else None,
        "drifted": {"column": str(psi.index[0])} if psi.iloc[0] >= FELT * parts["psi_line"] else None,
        "first_moved": {"column": str(psi.index[0])},
        "score": {} if abs(score - parts["psi_line"]) >= 0.02 else None,
        "stable": {} if score <= parts["psi_line"] - 0.02 and abs(abs(ratio - 1) - 0.1) >= 0.03 else None,
    }
