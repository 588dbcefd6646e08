"""Lesson 5 with paper and converter: every answer below is worked out from what is printed, rounded as printed.

The numbers are read off the texts of the tables and figures, as the lesson shows them. The four learners have four vendors.
"""

import math
import re
from pathlib import Path

import pytest

from graders.content import load_module
from graders.figures import bars, pushes, sheet
from graders.practice import practice_of
from graders.verdict import State
from instructors.build import read_source
from instructors.content import read_block
from instructors.rubric import rubric_of

BLOCK = read_block(Path(__file__).parents[2] / "courses" / "credit-xai")


@pytest.fixture(params=["ana", "bob", "ada", "dora"])
def case(request, case_of):
    return case_of("credit-xai", "5", request.param)


def numbers(text):
    return [
        float(found) for found in re.findall(r"-?[0-9]+(?:\.[0-9]+)?", text.replace("\u2212", "-").replace(",", ""))
    ]


def column(table, head):
    """A column of a printed table, number by number."""
    place = sheet(table).heads.index(head)
    return [numbers(row[place])[0] for row in sheet(table).rows]


def as_pd(log_odds):
    """What the converter shows."""
    return round(100 / (1 + math.exp(-log_odds)), 2)


def states(case, question, answer, earlier=None):
    return BLOCK.all_keys[question].expect(case, earlier or {}).judge(answer, case.picks).state


def checked(case, item, answer):
    return verdict(case, item, answer).state


def verdict(case, item, answer):
    practice = practice_of(load_module(BLOCK.folder / "practice_5.py"))[item]
    return practice.expect(case).judge(answer, case.picks)


def aucs(table):
    counts = [
        column(table, head)
        for head in ("pairs", "pairs with the default ahead", "pairs with the same PD (each counts half)")
    ]
    return [round((ahead + tied / 2) / every, 2) for every, ahead, tied in zip(*counts, strict=True)]


def ratio_of(table, factor):
    """The ratio of the first two lines, and the ends of its interval."""
    (first, second), (one, other) = column(table, "applications")[:2], column(table, "approved")[:2]
    ratio = (one / first) / (other / second)
    return {"ratio": round(ratio, 3), "low": round(ratio / factor, 2), "high": round(ratio * factor, 2)}


def worst_run(table):
    """The largest way against a declared sign, over the turning points of all curves."""
    sizes = [0.0]
    for _name, sign, turns in sheet(table).rows:
        way = {"rises": 1, "falls": -1}.get(sign.partition(":")[0])
        heights = [numbers(point)[0] for point in turns.split("→")]
        pairs = [(a, b) for at, a in enumerate(heights) for b in heights[at + 1 :]]
        sizes += [way * (a - b) for a, b in pairs if way]
    return round(max(sizes), 2)


def best_alone(table):
    return max(max(auc, 1 - auc) for auc in column(table, "AUC if a higher value is taken for riskier"))


def mean_jaccard(table):
    counts, fractions = column(table, "pairs of runs"), [numbers(row[2]) for row in sheet(table).rows]
    jaccards = [round(shared / either, 3) for shared, either in fractions]
    return round(sum(count * one for count, one in zip(counts, jaccards, strict=True)) / sum(counts), 2)


def heaviest(case):
    lines = [
        re.match(r"[0-9]+\. (.*): (?:[0-9.]+|under)", line) for line in bars(case.explanation, concepts=True).words
    ]
    return [match[1] for match in lines if match][:3]


def own_register(case):
    learnt, later, _usual = aucs(case.ordering)
    seen, announced = (column(case.outcomes_table, head)[1:] for head in ("defaults", "sum of PDs, booked"))
    total = numbers(case.base_and_client["base value"])[0] + numbers(pushes(case.applicant("A")).closing[1])[0]
    return {
        "auc_learnt": learnt,
        "auc_later": later,
        "ae": round(sum(seen) / sum(announced), 2),
        "facts": heaviest(case),
        **ratio_of(case.group_table, round(case.factor, 3)),
        "run": worst_run(case.curve_turns),
        "alone": best_alone(case.alone),
        "jaccard": mean_jaccard(case.shared),
        "pd": round(as_pd(total), 1),
    }


def own_defects(case):
    own, lines = own_register(case), {name: numbers(text) for name, text in case.rule.items()}
    ends = [numbers(row[2])[1] for row in sheet(case.other_groups).rows] + [own["high"]]
    band = lines["calibration"][-2:]
    tests = {
        "leak": own["alone"] > lines["leak"][-1],
        "sign": own["run"] > lines["sign"][-1],
        "disparity": min(ends) < lines["disparity"][-1],
        "overfit": own["auc_learnt"] - own["auc_later"] > lines["overfit"][-1],
        "calibration": not band[0] <= own["ae"] <= band[1],
    }
    return [name for name, crossed in tests.items() if crossed]


def test_the_register_from_the_tables(case):
    assert State.RIGHT is states(case, "5.1", own_register(case))


def test_the_defects_from_the_register_and_the_rule(case):
    assert State.RIGHT is states(case, "5.2", own_defects(case))


def test_the_recommendation_from_the_defects(case):
    found = own_defects(case)
    by_rule = "refuse" if {"leak", "overfit"} & {*found} else "approve with conditions" if found else "approve"
    assert by_rule in case.decision_rule
    assert State.RIGHT is states(case, "5.3", by_rule, {"5.2": found})


def test_the_opening_lines_from_the_register(case):
    own = own_register(case)
    slots = {slot: own[slot] for slot in ("auc_learnt", "auc_later", "ae", "ratio")}
    assert State.RIGHT is states(case, "5.4", slots, {"5.1": own})


def test_harbours_order_from_its_table(case):
    learnt, later = aucs(case.other.ordering)
    assert State.RIGHT is checked(case, "5.a", {"auc_later": later, "gap": round(learnt - later, 2)})


@pytest.mark.parametrize("tie", [0.0, 1.0])
def test_another_way_to_count_ties_makes_harbours_gap_wrong(case, tie):
    learnt, later = ((row["ahead"] + tie * row["tied"]) / (row["bad"] * row["good"]) for row in harbours_pairs(case))
    assert State.RIGHT is not checked(case, "5.a", {"auc_later": later, "gap": learnt - later})
    judged = verdict(case, "5.a", {"auc_later": 0.5, "gap": learnt - later})
    assert "Pairs with the same PD count half" in judged.message


def test_harbours_ties_left_out_above_and_below_are_named(case):
    learnt, later = (row["ahead"] / (row["bad"] * row["good"] - row["tied"]) for row in harbours_pairs(case))
    judged = verdict(case, "5.a", {"auc_later": later, "gap": learnt - later})
    assert (State.WRONG, True) == (judged.state, "You left the pairs with the same PD out" in judged.message)


def harbours_pairs(case):
    return [case.value("other")["ordering"][part] for part in ("development", "later")]


def test_the_row_beside_the_excerpts_is_the_rubrics(case):
    levels = next(one.levels for one in rubric_of(BLOCK, "5").criteria if one.id == "explanations")
    assert {level.name.lower(): level.text for level in levels} == case.rubric_row


def test_the_bet_is_shown_again_above_the_second_look():
    cells = [cell.source for cell in read_source(BLOCK.lesson_file(BLOCK.lesson("5"))).cells]
    assert 'decided("5.my-bet").words' in cells[cells.index('decide("5.my-bet-after")') - 1]


def test_the_sample_memo_excludes_no_reading_that_it_did_not_try():
    source = BLOCK.lesson_file(BLOCK.lesson("5")).read_text(encoding="utf-8")
    assert not [told for told in ("risk really turns", "does not explain a", "set on noise") if told in source]


def test_harbours_level_and_groups_from_its_tables(case):
    seen, announced = (column(case.other.outcomes, head) for head in ("defaults", "sum of PDs"))
    ratio = ratio_of(case.other.approvals, numbers(case.other.factor)[0])
    assert State.RIGHT is checked(case, "5.b", {"ae": round(sum(seen) / sum(announced), 2), **ratio})


def test_harbours_curve_and_columns_from_its_tables(case):
    answer = {"run": worst_run(case.other.curve), "alone": best_alone(case.other.alone)}
    assert State.RIGHT is checked(case, "5.c", answer)


def test_harbours_explanations_from_its_tables(case):
    total = sum(numbers(case.other.client["base value"])[:1] + numbers(case.other.client["all contributions"]))
    assert State.RIGHT is checked(
        case, "5.d", {"jaccard": mean_jaccard(case.other.shared), "pd": round(as_pd(total), 1)}
    )


def test_harbours_verdict_by_the_banks_rule(case):
    (learnt, later), lines = aucs(case.other.ordering), case.lines
    seen, announced = (sum(column(case.other.outcomes, head)) for head in ("defaults", "sum of PDs"))
    high = ratio_of(case.other.approvals, numbers(case.other.factor)[0])["high"]
    crossed = {
        "sign": worst_run(case.other.curve) > lines["adverse_line"],
        "disparity": high < lines["air_line"],
        "overfit": learnt - later > lines["overfit_max_gap"],
        "calibration": not lines["ae_band"][0] <= seen / announced <= lines["ae_band"][1],
    }
    found = [name for name, is_crossed in crossed.items() if is_crossed]
    said = "refuse" if "overfit" in found else "conditions"
    assert State.RIGHT is checked(case, "5.e", {"defects": found, "recommendation": said})
