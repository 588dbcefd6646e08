"""Lesson 2 with paper and pocket calculator: every answer below is worked out from what is printed, rounded as printed.

The numbers are read off the texts of the tables, figures and forms, as the lesson shows them; none is taken from the case.
"""

import math
import re
from pathlib import Path

import pytest

from graders.content import load_module
from graders.figures import announced, auc_bars, colourings, couples, curves, psi_bars, sheet
from graders.practice import practice_of
from graders.verdict import State
from instructors.content import read_block

BLOCK = read_block(Path(__file__).parents[2] / "courses" / "credit-xai")


@pytest.fixture(params=["ana", "bob", "chloe"])
def case(request, case_of):
    return case_of("credit-xai", "2", request.param)


def numbers(text):
    return [
        float(found) for found in re.findall(r"-?[0-9]+(?:\.[0-9]+)?", text.replace("\u2212", "-").replace(",", ""))
    ]


def printed(frame, digits=3):
    """The rows of a table as printed: name, then numbers."""
    return {row[0]: [numbers(cell)[0] for cell in row[1:]] for row in sheet(frame, digits=digits).rows}


def as_pd(log_odds):
    """What the converter shows."""
    return round(100 / (1 + math.exp(-log_odds)), 2)


def states(case, question, answer):
    return BLOCK.all_keys[question].expect(case).judge(answer, case.picks).state


def checked(case, item, answer):
    practice = practice_of(load_module(BLOCK.folder / "practice_2.py"))[item]
    return practice.expect(case).judge(answer, case.picks).state


def run_against(heights, sign):
    """Walk along a printed curve in the declared direction: the most one ever goes back, and where that ends."""
    most, end, reached = 0.0, 0, -99.0
    for place, height in enumerate(sign * one for one in heights):
        reached = max(reached, height)
        if reached - height > most:
            most, end = round(reached - height, 2), place
    return most, end


def last_year(case):
    """Defaults, announced defaults and the lower end of the interval of each quarter of 2024, as printed."""
    loans = printed(case.last_quarters, 1)
    ends = {line[:7]: numbers(line.rpartition("interval")[2])[0] for line in announced(case.quarters, case.band).words}
    return [(defaults, expected, ends[name]) for name, (_loans, defaults, expected) in loans.items()]


def ae_of_the_year(case):
    rows = last_year(case)
    return round(sum(row[0] for row in rows) / sum(row[1] for row in rows), 2)


def stability(case):
    """PSI by name as the chart says it in words, the score itself apart."""
    words = psi_bars(case.psi, case.score_psi, case.value("labels"), case.psi_line).words
    found = [re.match(r"[0-9]+\. (.*): ([0-9.]+)\.$", line) for line in words]
    return {match[1]: float(match[2]) for match in found if match}, numbers(words[-1])[-1]


def test_the_strongest_couple_from_the_shaded_table(case):
    lines = [
        re.fullmatch(r"(.*) with (.*): half of the couple is ([0-9.]+)\.", line)
        for line in couples(case.couples, case.value("labels"), case.value("couple_files")).words
    ]
    halves = {(match[1], match[2]): float(match[3]) for match in lines if match}
    pair = max(halves, key=halves.get)
    assert State.RIGHT is states(case, "2.1", {"couple": list(pair), "strength": round(2 * halves[pair], 3)})


def test_the_two_slopes_from_the_model_table(case):
    low, high = printed(case.story_moved, 2).values()
    a, b = round(high[0] - low[0], 1), round(high[1] - low[1], 1)
    policy = f"a rule for each segment; stricter in {'A' if a > b else 'B'}"
    assert State.RIGHT is states(case, "2.2", {"a_points": a, "b_points": b, "policy": policy})


def test_the_broken_declarations_from_the_panels(case):
    drawing = curves(case.curves, case.declared, case.value("labels"), case.adverse_line)
    line = numbers(drawing.caption)[-1]
    signs = {"↑": 1, "↓": -1}
    broken = []
    for axes, words in zip(drawing.figure.axes, drawing.words, strict=True):
        name, _dot, rest = words.partition(". Mean log-odds at ")
        sign = signs.get(axes.get_title(loc="left")[-1], 0)
        heights = [numbers(point.partition(": ")[2])[0] for point in rest.split("; ")]
        broken += [name] if sign and run_against(heights, sign)[0] > line else []
    assert State.RIGHT is states(case, "2.3", broken)


def test_the_turn_and_its_loans_from_the_two_tables(case):
    curve = sheet(case.turning_curve, digits=2)
    sign = 1 if "riskier" in sheet(case.expectations).rows[list(case.declared).index(case.turning)][1] else -1
    _run, end = run_against([numbers(cell)[0] for cell in curve.rows[0][1:]], sign)
    (_, _, turn), (_, _, beside) = printed(case.sides, 1).values()
    rare = "less than once in 10,000" in case.sides_caption
    verdict = "defensible: document it, amend the declaration" if rare and beside > turn else "not proven"
    assert State.RIGHT is states(case, "2.4", {"value": curve.heads[1:][end], "verdict": verdict})


def is_finding(text, rule):
    """Hold an exhibit against the printed rule."""
    if "known after" in text:
        return True
    if "Alone" in text:
        return numbers(text)[-1] >= numbers(rule["2. alone"])[0]
    if "different values" in text:
        return text.endswith(": 1.")
    return "Fitted again without" in text and numbers(text)[-1] >= numbers(rule["4. lost"])[0]


def test_the_leak_and_its_exhibits_from_the_bars_and_the_rule(case):
    first = re.match(r"1\. (.*): [0-9.]+\.$", auc_bars(case.alone, case.picks.plus_columns).words[0])[1]
    exhibits = [
        "a finding of the rule" if is_finding(text, case.leak_rule) else "no finding"
        for text in case.picks.exhibits.values()
    ]
    assert State.RIGHT is states(case, "2.5", {"column": first, "exhibits": exhibits})


def test_both_aucs_from_the_table_of_ginis(case):
    plus, classic = (round((printed(case.ginis, 1)[name][1] / 100 + 1) / 2, 3) for name in ("Plus", "Classic"))
    report = "the one without it: what a new file will have"
    assert State.RIGHT is states(case, "2.6", {"plus": plus, "classic": classic, "report": report})


def verdict(case, text):
    """Judge a sentence of the debate by what the two charts print."""
    ratio, (psi, score) = ae_of_the_year(case), stability(case)
    low, high = numbers(case.band_words)[:2]
    columns = re.findall("“(.*?)”", text)
    readings = {
        "the whole interval of A/E lies above 1": all(row[2] > 1 for row in last_year(case)),
        "reaches down to 1 or below": any(row[2] <= 1 for row in last_year(case)),
        "more loans defaulted than the model had": ratio > 1,
        "fewer loans defaulted than the model had": ratio < 1,
        "lies inside the lender's band": low <= ratio <= high,
        "lies outside the lender's band": not low <= ratio <= high,
        "moved less than": len(columns) > 1 and psi[columns[0]] < psi[columns[1]],
        "moved more than": len(columns) > 1 and psi[columns[0]] > psi[columns[1]],
        "got no alarm": score < case.psi_line,
        "would have given the alarm": score >= case.psi_line,
        "says how much Gini": False,
        "it does not say how well the model still ranks": True,
        "none of their charts can show": True,
        "would have shown whether more loans": False,
        "were right to within a tenth": abs(ratio - 1) <= 0.1,
        "wrong by more than a tenth": abs(ratio - 1) > 0.1,
    }
    read = [true for words, true in readings.items() if words in text]
    return "cannot be known" if not read else "supported" if read[0] else "contradicted"


def test_what_moved_and_what_was_announced_from_the_two_charts(case):
    moved = [name for name, psi in stability(case)[0].items() if psi >= case.psi_line]
    verdicts = [verdict(case, text) for text in case.picks.statements.values()]
    assert State.RIGHT is states(case, "2.7", {"moved": moved, "ae": ae_of_the_year(case), "verdicts": verdicts})


def test_the_small_portfolios_from_their_lines(case):
    answer = {}
    for name in "ABCD":
        loans = [cell.split(": ") for cell in case.small_table[f"portfolio {name}"] if cell != "–"]
        known = [(numbers(pd)[0], outcome == "default") for pd, outcome in loans if outcome != "not known"]
        answer[name] = round(sum(bad for _pd, bad in known) / (sum(pd for pd, _bad in known) / 100), 2)
    low, high = numbers(case.band_words)
    values = [numbers(text)[0] for text in case.picks.ae_values.values()]
    answer["flags"] = ["no flag" if low <= one <= high else "flag it" for one in values]
    assert State.RIGHT is states(case, "2.8", answer)


def test_the_colour_hunt_and_the_three_files(case):
    drawing = colourings(case.hunt, case.hunt_columns, ("value", "contribution"))
    climbs = [numbers(line.rpartition("contribution")[2]) for line in drawing.words]
    gaps = [abs((one[-1] - one[0]) - (two[-1] - two[0])) for one, two in zip(climbs[::2], climbs[1::2], strict=True)]
    partner = list(case.hunt_columns.values())[gaps.index(max(gaps))]
    before, after = (
        [round(as_pd(one), 1) for one in heights]
        for heights in printed(case.three_files.set_axis(["b", "a"]), 1).values()
    )
    points = round((sum(after) - sum(before)) / 3, 1)
    assert State.RIGHT is checked(case, "2.a", {"partner": partner, "points": points})


def test_the_curve_on_paper(case):
    curve = sheet(case.paper_curve, digits=2)
    run, end = run_against([numbers(cell)[0] for cell in curve.rows[0][1:]], 1 if "rises" in case.paper_caption else -1)
    assert State.RIGHT is checked(case, "2.b", {"run": run, "turn": curve.heads[1:][end]})


def test_the_lines_of_the_dictionary(case):
    late = ("extraction", "collections", "this loan", "so far", "first six months")
    answer = [
        "known too late" if any(word in line for word in late) else "known at the decision"
        for line in case.picks.dictionary.values()
    ]
    assert State.RIGHT is checked(case, "2.c", answer)


def test_a_strong_column_with_a_twin_is_not_missed(case):
    assert State.RIGHT is checked(case, "2.d", "it stays about the same")
    assert abs(numbers(sheet(case.twin_test, digits=3).rows[0][1])[0]) < 0.04


def test_the_psi_of_three_bins(case):
    psi = sum((after - before) / 100 * log for before, after, log in printed(case.three_bins).values())
    assert State.RIGHT is checked(case, "2.e", round(psi, 3))


def test_ae_of_one_quarter(case):
    ((loans, pd, defaults),) = printed(case.vintage).values()
    assert State.RIGHT is checked(case, "2.f", round(defaults / (loans * pd / 100), 2))


def test_the_card_has_the_vendors_slide(case):
    classic, plus = (numbers(case.card[name])[-1] for name in ("Classic", "Plus"))
    assert 0.8 < classic < 0.9 < 0.95 < plus
