"""Which statements of question 1.8 hold, worked out from the case, and what each wrong verdict deserves as a reply.

Belongs to `lesson1_reasons.py`. A claim is known by its name; what it is about (columns, files, numbers) stands in the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from graders.content import load_module
from graders.references.odds import pd_percent

claims = load_module(Path(__file__).with_name("claims.py"))
Readable, Beyond = claims.Readable, claims.Beyond


# --- what the case says --------------------------------------------------------------------------------------------------


def _weighs_more(case: Any, about: Mapping[str, Any]) -> bool:
    return bool(case.importance[about["first"]] > case.importance[about["second"]])


def _differs_at_one_value(case: Any, about: Mapping[str, Any]) -> bool:
    pushes = case.contributions[about["column"]].groupby(case.applicants[about["column"]])
    return bool((pushes.max() - pushes.min()).max() > 1e-9)


def _has_exceptions(case: Any, about: Mapping[str, Any]) -> bool:
    values = case.applicants[about["column"]]
    return bool((case.contributions.loc[values > values.median(), about["column"]] < 0).any())


def _passes_a_bar(case: Any, about: Mapping[str, Any]) -> bool:
    return bool(case.contributions[about["column"]].abs().max() > case.importance[about["other"]])


def _sum_closes(case: Any, about: Mapping[str, Any]) -> bool:
    rebuilt = pd_percent(case.base + case.contributions.sum(axis=1).to_numpy())
    return bool(np.abs(rebuilt - case.pds.to_numpy()).max() < 1e-3)


def _worth_more_in_s(case: Any, about: Mapping[str, Any]) -> bool:
    safer, riskier = case.applicant("R"), case.applicant("S")
    return bool(riskier.points[about["column"]] > 1.5 * safer.points[about["column"]])


def _pushes_a(case: Any, about: Mapping[str, Any]) -> bool:
    return bool(case.applicant("A").contributions[about["column"]] > 0)


def _base_below_rate(case: Any, about: Mapping[str, Any]) -> bool:
    return float(pd_percent(case.base)) < case.bad_rate - 0.5


def _not_largest_here(case: Any, about: Mapping[str, Any]) -> bool:
    return bool(case.applicant(about["letter"]).contributions.abs().idxmax() != about["column"])


def _pushes_few(case: Any, about: Mapping[str, Any]) -> bool:
    return bool((case.contributions[about["column"]] > 0).mean() < 0.5)


def _heavier_together(case: Any, about: Mapping[str, Any]) -> bool:
    columns = case.value("concepts")[about["concept"]]
    return bool(case.concept_importance[about["concept"]] > case.importance[columns].max())


def _rises(case: Any, about: Mapping[str, Any]) -> bool:
    return bool(case.explanation.directions[about["column"]] > 0)


def _largest_single(case: Any, about: Mapping[str, Any]) -> bool:
    return bool(case.contributions.abs().max().idxmax() == about["column"])


def _worth_these_points(case: Any, about: Mapping[str, Any]) -> bool:
    return bool(abs(case.applicant("A").points[about["column"]] - about["points"]) <= 0.1)


_READABLE_PAIRS = (
    Readable(
        "weighs-more",
        "weighs-less",
        _weighs_more,
        "chart-read-upside-down",
        "This compares two bars, and you have them the other way round.\n"
        "In a validation report the wrong driver would come first.\n"
        "Read the two mean absolute contributions off the bar chart.",
        "Both columns have a bar in the chart: this can be read.\nCompare the two lengths.",
    ),
    Readable(
        "same-value-may-differ",
        "same-value-same-push",
        _differs_at_one_value,
        "read-as-scorecard-points",
        "On a scorecard one value has one number of points. A SHAP value has not.\n"
        "It also depends on the rest of the file.\n"
        "In its panel above question 1.8: above one value, how many heights?",
        "Its panel above question 1.8 shows it.\n"
        "Look straight up from one value: is there one height, or are there several?",
    ),
    Readable(
        "has-exceptions",
        "has-no-exception",
        _has_exceptions,
        "tendency-taken-for-rule",
        "A tendency over the files was read as a rule for each of them, or the reverse.\n"
        "One file that goes the other way is enough to sink a sentence with “every”.\n"
        "In its panel above question 1.8: any points below zero, right of the median?",
        "Its panel above question 1.8 has one point a file.\nLook below zero, right of the dotted median.",
    ),
    Readable(
        "last-still-counts",
        "last-never-counts",
        _passes_a_bar,
        "small-mean-taken-for-nothing",
        "A short bar is a small average, not a small effect on everybody.\n"
        "A client refused for that very column would not accept “it never matters”.\n"
        "In the swarm of question 1.4, compare the outermost points of its row with that bar.",
        "The swarm of question 1.4 has its largest contributions, the bar chart has the bar.\nCompare the two lengths.",
    ),
    Readable(
        "sum-closes",
        "sum-misses",
        _sum_closes,
        "sum-not-trusted",
        "Contributions are in log-odds, and there they add up exactly, at low and at high PD.\n"
        "It is PD points that do not add up.\n"
        "The table above question 1.1 says how far off they are at most.",
        "The table above question 1.1 says how far the sum was off, over all files.\nQuestion 1.2 did it for one.",
    ),
    Readable(
        "push-worth-more",
        "push-worth-same",
        _worth_more_in_s,
        "points-taken-for-constant",
        "One push in log-odds is not one number of PD points.\n"
        "The curve from log-odds to PD is flat at low risk and steep near even odds.\n"
        "Convert the total with and without the push, in each of the two files.",
        "You have both files, their totals and the push: this can be worked out.\nConvert with and without the push.",
    ),
    Readable(
        "pushes-a",
        "protects-a",
        _pushes_a,
        "sign-reversed",
        "The sign was read the other way round: here positive means towards default.\n"
        "On your scorecard high is safe, in this model high is risky.\n"
        "Look at its sign in A's table, above question 1.1.",
        "A's table, above question 1.1, has a contribution for that column.\nWhich sign does it have?",
    ),
    Readable(
        "base-below-rate",
        "base-is-rate",
        _base_below_rate,
        "base-taken-for-bad-rate",
        "The base value is the model's mean log-odds over 100 reference loans, no default rate.\n"
        "Quoting it as one understates the risk of the portfolio.\n"
        "Compare your answer to 1.1 with the default rate printed in part 3.",
        "You converted the base value in question 1.1; the default rate is printed above it.\nCompare the two.",
    ),
    Readable(
        "first-not-here",
        "first-also-here",
        _not_largest_here,
        "average-taken-for-this-file",
        "The bar chart is an average over all files; the average is not this file.\n"
        "A letter written from it would give a client somebody else's reason.\n"
        "Look at the first line of that file's own contributions.",
        "That file's contributions are printed, largest first: A in part 3, C and P in part 2.\nRead the first line.",
    ),
    Readable(
        "pushes-few",
        "pushes-most",
        _pushes_few,
        "mean-taken-for-majority",
        "A few strong pushes can carry an average; they are not a majority of files.\n"
        "“Most clients are penalised by it” is then a false sentence in a report.\n"
        "In the swarm of question 1.4, on which side of zero do most points of its row lie?",
        "Each file is a point in the swarm of question 1.4; its words below give the share that is pushed.\nLook at its row.",
    ),
    Readable(
        "twins-weigh-more",
        "twins-weigh-same",
        _heavier_together,
        "twins-read-one-by-one",
        "Two columns that say the same thing share the credit between them.\n"
        "Read one by one, each looks weaker than the fact it stands for.\n"
        "Add the two per applicant first, then take the mean absolute value.",
        "The chart of part 6 has the bar of the fact, the chart of part 4 those of its columns.\nCompare them.",
    ),
    Readable(
        "rises",
        "falls",
        _rises,
        "direction-reversed",
        "The direction was read the other way round.\n"
        "A sign review would report a broken expectation where there is none.\n"
        "In its panel above question 1.8: do the points climb or sink from left to right?",
        "Its panel above question 1.8 shows it.\nDo the points climb or sink from left to right?",
    ),
    Readable(
        "largest-is",
        "largest-is-other",
        _largest_single,
        "longest-bar-taken-for-extreme",
        "The longest bar is the largest average, not the largest single contribution.\n"
        "An extreme file and an important column are two findings, not one.\n"
        "In the swarm of question 1.4, find the point furthest from zero: whose row is it?",
        "Each single contribution is a point in the swarm of question 1.4.\nFind the one furthest from zero, on either side.",
    ),
    Readable(
        "taken-out-points",
        "taken-out-percent",
        _worth_these_points,
        "log-odds-read-as-percent",
        "A contribution in log-odds is not a percentage.\n"
        "Read as one, it promises the committee an effect the model does not show.\n"
        "Convert A's total with and without it; the difference is in points.",
        "A's total and that contribution are enough: convert with and without it.\nThen compare with the number claimed.",
    ),
)
_BEYOND_ALL = (
    Beyond(
        "would-fall",
        "The model would answer differently; the borrower may not behave differently.\n"
        "No client was observed before and after such a change.\n"
        "Which cell of the case shows that? None does.",
        "That nothing would change is as unproven as that it would.\n"
        "Missing: clients observed before and after such a change.\n"
        "Say what the model says, and stop there.",
    ),
    Beyond(
        "is-cause",
        "The model uses the column because it goes along with default; that is no cause.\n"
        "Whatever else goes along with it, stable work or local prices, may be behind it.\n"
        "Missing: a comparison in which nothing else differs.",
        "The charts do not show that it is no cause either.\n"
        "Missing: a comparison in which nothing else differs.\n"
        "Ask what would have to be observed to decide it.",
    ),
    Beyond(
        "would-default",
        "A PD is a share among many alike, never a certainty about one.\n"
        "A was declined at the time, so no outcome was ever seen.\n"
        "Missing: what would have become of this client.",
        "A PD below 100 % does not mean that this client would have paid.\n"
        "A was declined at the time: nobody saw an outcome.\n"
        "A probability neither foretells nor rules out.",
    ),
    Beyond(
        "next-year",
        "The chart describes these files; next year's applicants are not in it.\n"
        "Prices, channels and clients move, and so do the averages.\n"
        "Missing: next year's applications.",
        "Nothing here says that the order will change either.\n"
        "Missing: next year's applications.\n"
        "A chart of this year is silent on the next.",
    ),
    Beyond(
        "other-model",
        "A contribution explains this model, not the client.\n"
        "Another model, as good as this one, may lean on other columns.\n"
        "Missing: the other model's answer on this file.",
        "Another model might well agree: we have not seen it.\n"
        "Missing: the other model's answer on this file.\n"
        "Not seen is not the same as not so.",
    ),
    Beyond(
        "left-out",
        "It sounds likely, but a column that was never collected cannot be tested here.\n"
        "Charts speak of the columns the model has, and of nothing else.\n"
        "Missing: the rents, and a model fitted with them.",
        "That it would bring nothing is not shown either.\n"
        "Missing: the rents, and a model fitted with them.\n"
        "The charts speak only of the columns there are.",
    ),
)
BANK = claims.Bank.of({}, _READABLE_PAIRS, _BEYOND_ALL)
