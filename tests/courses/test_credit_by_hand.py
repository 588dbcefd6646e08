"""Lesson 1 with paper and converter: every answer below is worked out from what is printed, rounded as printed.

The numbers are read off the texts of the tables and figures, as the lesson shows them; nothing is taken from the case itself.
"""

import math
import re
from pathlib import Path

import pytest

from graders.content import load_module
from graders.figures import bars, pushes, sheet, waterfall
from graders.practice import practice_of
from graders.verdict import State
from instructors.content import read_block

BLOCK = read_block(Path(__file__).parents[2] / "courses" / "credit-xai")


@pytest.fixture(params=["ana", "bob", "chloe"])
def case(request, case_of):
    return case_of("credit-xai", "1", request.param)


def numbers(text):
    return [
        float(found) for found in re.findall(r"-?[0-9]+(?:\.[0-9]+)?", text.replace("\u2212", "-").replace(",", ""))
    ]


def as_pd(log_odds):
    """What the converter shows."""
    return round(100 / (1 + math.exp(-log_odds)), 2)


def as_log_odds(pd):
    return round(math.log(pd / (100 - pd)), 3)


def states(case, question, answer):
    return BLOCK.all_keys[question].expect(case).judge(answer, case.picks).state


def checked(case, item, answer):
    practice = practice_of(load_module(BLOCK.folder / "practice_1.py"))[item]
    return practice.expect(case).judge(answer, case.picks).state


def printed_pushes(case, letter):
    return {row[0]: numbers(row[1])[0] for row in pushes(case.applicant(letter)).rows}


def ranks(drawing):
    """Rank by name, as a bar chart says it in words."""
    found = [re.match(r"([0-9]+)\. (.*): (?:[0-9.]+|under)", line) for line in drawing.words]
    return {match[2]: int(match[1]) for match in found if match}


def worth(case, first, second, column):
    """What a contribution is worth to two clients, from the printed comparison."""
    found = []
    for place in (1, 2):
        pd, total, push = (numbers(row[place])[0] for row in sheet(case.compare(first, second, column)).rows)
        found.append(round(pd - as_pd(total - push), 1))
    return found


def test_the_base_value_as_a_pd(case):
    base, mean = (numbers(case.reference[name])[0] for name in ("base value", "mean PD"))
    side = "below" if as_pd(base) < mean else "above"
    assert State.RIGHT is states(case, "1.1", {"base_pd": round(as_pd(base), 1), "side": side})


def test_the_pd_of_a_from_its_table(case):
    base = numbers(case.reference["base value"])[0]
    total = base + numbers(pushes(case.applicant("A")).closing[1])[0]
    assert State.RIGHT is states(case, "1.2", round(as_pd(total), 1))


def test_the_five_drivers_from_the_chart(case):
    assert State.RIGHT is states(case, "1.3", list(ranks(bars(case.explanation)))[:5])


def test_the_reasons_of_b_from_its_table(case):
    left = printed_pushes(case, "B")
    facts = {}
    for fact, told in case.same_fact.items():
        facts[fact] = sum(left.pop(name) for name in re.findall("“(.*?)”", told))
    facts |= left
    assert State.RIGHT is states(case, "1.5", sorted(facts, key=facts.get, reverse=True)[:3])


def test_one_push_in_the_files_of_d_and_e(case):
    d, e = worth(case, "D", "E", case.picks.story)
    sentence = "it is worth more points to E, whose PD is higher"
    assert State.RIGHT is states(case, "1.6", {"d_points": d, "e_points": e, "sentence": sentence})


def test_the_ranks_of_the_fact_and_of_its_columns(case):
    alone, facts = ranks(bars(case.explanation)), ranks(bars(case.explanation, concepts=True))
    ((fact, told),) = case.same_fact.items()
    stronger, weaker = sorted(alone[name] for name in re.findall("“(.*?)”", told))
    reading = "understates" if facts[fact] < stronger else "fair"
    answer = {"together": facts[fact], "stronger_alone": stronger, "weaker_alone": weaker, "reading": reading}
    assert State.RIGHT is states(case, "1.7", answer)


def test_points_lost_from_the_card(case):
    double, lost = numbers(case.card["the scorecard of part 1"].replace("1.a", "").replace("part 1", ""))
    assert State.RIGHT is checked(case, "1.a", round(lost / double * 0.69, 2))


def test_the_bars_of_p_from_its_chart(case):
    lines = [
        re.fullmatch(r"(.*) = .*: (.[0-9.]+) in log-odds, .*", line) for line in waterfall(case.applicant("P")).words
    ]
    read = {match[1]: numbers(match[2])[0] for match in lines if match}
    up, down = max(read, key=read.get), min(read, key=read.get)
    answer = {"push": up, "protection": down, "together": round(read[up] + read[down], 2)}
    assert State.RIGHT is checked(case, "1.c", answer)


def test_the_base_found_back_from_the_chart_of_p(case):
    _log_odds, end = waterfall(case.applicant("P")).words[0], waterfall(case.applicant("P")).words[-1]
    pd, _total, added = numbers(end.replace("client P", ""))
    assert State.RIGHT is checked(case, "1.d", round(as_log_odds(pd) - added, 2))


def test_one_push_in_the_files_of_r_and_s(case):
    r, s = worth(case, "R", "S", case.picks.practice_story)
    assert State.RIGHT is checked(case, "1.e", {"r_points": r, "s_points": s})


def test_the_columns_that_sentences_name_are_drawn(case):
    named = {value for row in case.value("statements").values() for value in row["about"].values()}
    assert named & set(case.contributions.columns) == set(case.claimed)
