"""Keys of lesson 2 on a column that knew too much: which one, on what evidence, and which AUC may be reported (2.5, 2.6).

The findings that strike a column out are the team's own rule, shown in the lesson; every exhibit is held against its numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graders.expectations import Choice, Expectation, Number, Parts, Table, Trap
from graders.forms import Pick
from graders.keys import key

PROVES, SILENT = "proves", "not"
_MISREAD = {
    "share": (
        "symptom-for-proof",
        "A column that weighs much may simply be good: weight is a symptom, no proof.\n"
        "It stands in none of the four findings.",
    ),
    "group": (
        "proxy-for-leak",
        "That is a matter of who is treated how, and it comes back in lesson 4. It says nothing about time.\n"
        "A leak is a value known too late.",
    ),
    "steady": (
        "stable-so-sound",
        "The column is filled in both files in the same way, so the AUC holds in both.\n"
        "On the day of the decision it will be empty: none of the four findings.",
    ),
    "moved": (
        "psi-for-leak",
        "The PSI compares two populations. It does not say when a value became known.\nNone of the four findings.",
    ),
    "bar": (
        "strong-for-leaking",
        "Strong is not leaking: some column has to come first.\nIt stands in none of the four findings.",
    ),
    "alone": (
        "strong-for-leaking",
        "Strong is not leaking: that AUC lies below the line of the rule.\nCompare the number with finding 2.",
    ),
    "dated": (
        "early-for-late",
        "That moment is in time: the value was there when the loan was decided.\nCompare it with finding 1.",
    ),
    "unbooked": (
        "values-not-counted",
        "Several values, so the files that were never booked differ in it: it was filled for them too.\n"
        "Compare it with finding 3.",
    ),
    "lost": (
        "loss-not-compared",
        "That loss lies below the line of the rule: the model hardly misses the column.\nCompare it with finding 4.",
    ),
}
_MISSED = {
    "alone": "No column known in time comes near such an AUC here.\nIt is finding 2: compare the number with its line.",
    "dated": "Known after the decision: a new application will not have it.\nIt is finding 1.",
    "unbooked": "One value on all files never booked: it starts to count only after booking.\nIt is finding 3.",
    "lost": "All that Plus has over Classic hangs on this column.\nIt is finding 4: compare the number with its line.",
}


@key("2.5", points=3, competency="C4", needs=("late",))
def the_leak(case: Any) -> Expectation:
    """Name the column of Plus that knew too much, and say which exhibits strike it out."""
    late = str(case.value("late"))
    rows = case.value("exhibits")
    right = {row: PROVES if _is_finding(case, exhibit) else SILENT for row, exhibit in rows.items()}
    proxy = next((one["about"]["column"] for one in rows.values() if one["kind"] == "group"), None)
    strongest = next((str(name) for name in case.importance.index if name != proxy), None)
    second = next((str(name) for name in case.alone.index if name not in (late, proxy, strongest)), None)
    return Parts(
        {
            "column": Choice(
                late,
                Pick("plus_columns"),
                label="The column that knew too much",
                traps=[
                    Trap(
                        "strongest-of-classic",
                        strongest,
                        "That column weighs much in Classic. Strong is not leaking.\n"
                        "Look for the one that no model could have had in time.",
                    ),
                    Trap(
                        "proxy-of-a-group",
                        proxy,
                        "That column tells of a group: a question of fairness, not of time.\n"
                        "Look for the one that was filled after the decision.",
                    ),
                    Trap(
                        "second-best-alone",
                        second,
                        "Alone it orders loans as good columns do.\nLook at the bar that stands far above all others.",
                    ),
                ],
            ),
            "exhibits": Table(
                right,
                rows=Pick("exhibits"),
                options={PROVES: "a finding of the rule", SILENT: "no finding"},
                label="Each exhibit, held against the rule",
                traps=[
                    Trap(
                        "everything-accuses",
                        dict.fromkeys(rows, PROVES),
                        "You took every exhibit for a finding.\n"
                        "A vendor's lawyer would start with the weakest of them.\n"
                        "Hold each one against the four lines of the rule.",
                    ),
                ],
                per_row_replies={row: _replies(exhibit, right[row]) for row, exhibit in rows.items()},
            ),
        },
        weights={"column": 1, "exhibits": 2},
    )


def _is_finding(case: Any, exhibit: Mapping[str, Any]) -> bool:
    """Return whether an exhibit is one of the four findings, by its numbers."""
    kind, about, rule = exhibit["kind"], exhibit["about"], case.value("leak_rule")
    if kind == "dated":
        return bool(case.contract.is_late(about["column"]))
    if kind in ("alone", "lost"):
        return bool(about["value"] >= rule[kind])
    return bool(kind == "unbooked" and about["value"] == 1)


def _replies(exhibit: Mapping[str, Any], right: str) -> dict[str, Trap]:
    kind = exhibit["kind"]
    if right == PROVES:
        return {SILENT: Trap(f"{kind}-missed", SILENT, _MISSED[kind])}
    name, reply = _MISREAD[kind]
    return {PROVES: Trap(name, PROVES, reply)}


@key("2.6", points=2, competency="C4", needs=("late",))
def honest_auc(case: Any) -> Expectation:
    """Give the AUC out of time with and without the column, and say which one may be reported."""
    aucs = case.value("aucs")
    return Parts(
        {
            "plus": _auc("Plus", aucs["plus"], aucs["classic"]),
            "classic": _auc("Classic", aucs["classic"], aucs["plus"]),
            "report": Choice(
                "classic",
                {
                    "plus": "the one with the column: it was measured out of time",
                    "classic": "the one without it: what a new file will have",
                    "mean": "the mean of the two",
                    "training": "the one in training: it has more loans",
                },
                label="Which AUC may be reported",
                traps=[
                    Trap(
                        "the-higher-one",
                        "plus",
                        "Out of time is not enough: these loans were booked too, and the column was filled for them.\n"
                        "On Monday, the file of a new client will not have this column.",
                    ),
                    Trap(
                        "split-the-difference",
                        "mean",
                        "A mean with a number that nobody will ever reach is not careful, it is wrong.\n"
                        "Which of the two will a new file get?",
                    ),
                    Trap(
                        "in-sample",
                        "training",
                        "In training a model is asked what it was told.\nMore loans do not mend that: take loans it never saw.",
                    ),
                ],
            ),
        }
    )


def _auc(name: str, own: Mapping[str, float], other: Mapping[str, float]) -> Number:
    gini = 2 * own["later"] - 1
    return Number(
        own["later"],
        tolerance=0.002,
        low=0,
        high=1,
        label=f"{name}: AUC out of time, three decimals",
        reason="a Gini printed to one decimal of a percent, and rounding to three decimals",
        traps=[
            Trap(
                "gini-for-auc",
                gini,
                "That is the Gini. AUC was asked.\nGini = 2 × AUC − 1: turn it round.",
            ),
            Trap(
                "in-sample",
                own["training"],
                "That is from training: the loans that the model learnt on.\nTake the column “out of time”.",
            ),
            Trap(
                "half-of-gini",
                gini / 2,
                "Half of the Gini is how far the AUC lies above one half.\nAdd the half.",
            ),
            Trap(
                "other-model",
                other["later"],
                "That is the other model.\nTake this model's own line.",
            ),
        ],
    )
