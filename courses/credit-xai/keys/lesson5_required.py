"""What a good memo on this learner's case says, line by line, for the person who marks it.

Belongs to `lesson5_memo.py`. Computed from the case like every key; what vendor made the model is asked nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graders.content import load_module
from graders.language import number
from graders.references import reasons
from graders.references.audit import Pairs
from graders.references.explanation import shown

measures = load_module(Path(__file__).with_name("lesson5_measures.py"))


def points(case: Any) -> list[str]:
    """Return the points, in the order of the memo's sections."""
    found, (must, may) = measures.register(case), measures.must_and_may(case)
    lines = {"leak": _leak, "sign": _sign, "disparity": _disparity, "overfit": _overfit, "calibration": _calibration}
    findings = [f"Finding: {lines[name](case, found)}" for name in must]
    open_ones = [f"Near the line, either call holds: {lines[name](case, found)}" for name in may]
    nothing = (
        [] if must else ["Finding: none of the five defects; says what was tested, with figures, and what was not."]
    )
    return [_object(case), _verdict(case), *findings, *open_ones, *nothing, *_rest(case, found, must)]


def _object(case: Any) -> str:
    sheet = case.value("sheet")
    learnt, *months = sheet["learnt"]
    when = f" of {months[0]} to {months[1]}" if months else ""
    return (
        f"Object: the vendor's model, version {sheet['version']}, sealed; learnt on {number(learnt)} booked loans{when}; "
        f"tested on {number(sheet['later'][0])} booked loans and {number(sheet['applications'])} applications of the last year."
    )


def _verdict(case: Any) -> str:
    said = " or ".join(measures.words.VERDICTS[name] for name in measures.verdicts(case))
    return f"Verdict: {said} by the declared rule, in five lines, without jargon."


def _leak(case: Any, found: Any) -> str:
    ordering, labels = case.value("ordering"), case.value("labels")
    column = ordering["column"]
    known = case.contract.known_at(column).replace("_", " ")
    weight = 100 * case.importance[column] / case.importance.sum()
    without = Pairs(**ordering["usual"]).auc
    return (
        f"leak: “{labels[column]}” alone has an AUC of {_two(found.alone)} and is known {known}; {number(weight, 0)} % of all "
        f"weight; as it stands on the day of an application, AUC out of time is {_two(without)}, not {_two(found.auc_later)}."
    )


def _sign(case: Any, found: Any) -> str:
    sized, feed = measures.runs(case), case.value("feed")
    column = max(sized, key=lambda name: sized[name])
    text = f"sign: “{case.value('labels')[column]}” runs {_two(found.run)} in log-odds against its declared sign."
    other = {level: row for level, row in feed.get("lines", {}).items() if row[1] > 0}
    if feed.get("column") != column or not other:
        return text
    level, row = max(other.items(), key=lambda item: item[1][1])
    return (
        f"{text} Cause: in the feed, {number(row[1], 0)} % of the files of channel “{shown(level)}” differ from ours, "
        f"mean {_two(row[3])} instead of {_two(row[2])}."
    )


def _disparity(case: Any, _found: Any) -> str:
    line = case.lines["air_line"]
    every = list(zip(case.value("approvals"), measures.groups(case), strict=True))
    told = [_group(row, counted) for row, counted in every if measures.below(counted, line) != "clear"]
    first = measures.below(every[0][1], line) != "clear"
    return f"disparity: {'; '.join(told)}; line {_two(line)}.{_carrier(case) if first else ''}"


def _group(row: dict[str, Any], counted: Any) -> str:
    rates = " against ".join(f"{number(rate, 0)} %" for rate in counted.rates)
    low, high = counted.interval
    return (
        f"approval of {shown(row['compared'])} against {shown(row['reference'])}: {rates}, ratio "
        f"{_two(counted.ratio)} ({_two(low)} to {_two(high)})"
    )


def _carrier(case: Any) -> str:
    """Name the fact that differs most between the first attribute's groups, the only ones whose contributions are printed."""
    means, labels = case.value("by_group").get("means", {}), case.value("labels")
    carrier = next(iter(means), None)
    if carrier is None or None in means[carrier]:
        return ""
    one, other = (f"{value:+.2f}".replace("-", "−") for value in means[carrier])
    return f" Carrier: “{labels[carrier]}”, mean contribution {one} against {other}."


def _overfit(case: Any, found: Any) -> str:
    gap = found.auc_learnt - found.auc_later
    line = _two(case.lines["overfit_max_gap"])
    return (
        f"overfit: AUC {_two(found.auc_learnt)} on the loans it learnt on, {_two(found.auc_later)} out of time: "
        f"a gap of {_two(gap)}, line {line}."
    )


def _calibration(case: Any, found: Any) -> str:
    last = measures.last_year(case)
    low, high = (_two(end) for end in case.lines["ae_band"])
    money = ""
    if last["lost"] == last["lost"]:
        extra = last["lost"] - last["lost_announced"]
        money = f"; {_two(extra)} million {case.contract.currency or ''} more in default than announced".rstrip()
    points_off = 100 * (last["defaults"] - last["announced"]) / last["loans"]
    return (
        f"calibration: A/E {_two(found.ae)}, band {low} to {high}: {number(last['defaults'])} defaults for "
        f"{number(last['announced'], 0)} announced, {number(points_off, 1)} points of PD{money}."
    )


def _rest(case: Any, found: Any, must: list[str]) -> Iterator[str]:
    fidelity = case.value("lime")["fidelity"]
    line = case.lines["lime_fidelity_min"]
    mean = sum(fidelity) / len(fidelity)
    stands = "at" if found.high < case.lines["air_line"] else "not wholly below"
    if not case.value("approvals"):
        yield "Discrimination: the portfolio names no groups to compare; nothing was measured, and the memo says so."
    elif "disparity" not in must:
        yield (
            f"Discrimination: ratio {_two(found.ratio)} ({_two(found.low)} to {_two(found.high)}), {stands} the line; "
            "a difference that stays is named; no alternative could be tried on a sealed model."
        )
    else:
        yield "Discrimination: all applications and not booked ones only; alternative (without the carrier) asked of the vendor."
    side = "below" if mean < line else "above"
    yield (
        f"Explanations: LIME's top five agree with a Jaccard of {_two(found.jaccard)}, R² {_two(mean)}, {side} the bank's "
        f"{_two(line)}; SHAP against 100 loans it learnt on; no method here shows a cause."
    )
    yield _letter(case)
    yield (
        "Limits: outcomes of booked loans only; declined files never seen; the model is sealed, so nothing was fitted again; "
        f"one year of outcomes; {_calibrated(case)}"
    )
    yield "Monitoring: A/E by quarter against the band, approval ratio with interval, PSI; trigger, owner and date for each."


def _letter(case: Any) -> str:
    texts, labels = case.value("reason_texts"), case.value("labels")
    turned, words = misread(case), []
    for place, name in enumerate(reasons.principal(case.applicant("A").concepts), 1):
        text = texts[name] or f"“{labels[name]}”: not known in time, no reason to write"
        if name == turned:
            text = f"“{labels[name]}”: not to be told: the feed does not say what the client filed"
        words.append(f"{place}. {text}")
    return f"Client A, PD {number(case.applicant('A').pd, 1)} %, reasons in order: {'; '.join(words)}. No promise."


def misread(case: Any) -> str | None:
    """Return the fact that the vendor's feed reports otherwise than client A filed it, None where it reports all as filed."""
    feed = case.value("feed")
    level = str(case.applicant("A").values.get(feed["category"], "")) if feed else ""
    if not feed or not feed["lines"].get(level, [0, 0])[1] > 0:
        return None
    told_by = case.explanation.concept_columns.items()
    return next((fact for fact, names in told_by if feed["column"] in names), feed["column"])


def _calibrated(case: Any) -> str:
    sheet = case.value("sheet")
    if sheet["calibrated"] == sheet["learnt"]:
        return "the level was set before the last year began."
    count = number(sheet["calibrated"][0])
    return f"the level was set on {count} loans of the last year itself, so A/E of that part is no test."


def _two(value: float) -> str:
    return number(float(value), 2)
