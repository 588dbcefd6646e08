"""Lesson 3 with paper and pocket calculator: every answer below is worked out from what is printed, rounded as printed.

The numbers are read off the texts of the tables and figures, as the lesson shows them; nothing is taken from the case itself.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from graders.content import load_module
from graders.figures import fidelities, heat, sheet
from graders.practice import practice_of
from graders.verdict import State
from instructors.build import read_source
from instructors.content import read_block
from instructors.markers import marker

BLOCK = read_block(Path(__file__).parents[2] / "courses" / "credit-xai")
PRACTICE = practice_of(load_module(BLOCK.folder / "practice_3.py"))


@pytest.fixture(params=["ana", "bob", "chloe"])
def case(request, case_of):
    return case_of("credit-xai", "3", request.param)


def numbers(text):
    return [
        float(found) for found in re.findall(r"-?[0-9]+(?:\.[0-9]+)?", text.replace("\u2212", "-").replace(",", ""))
    ]


def columns(table):
    """The cells of a printed table, by heading of the column and of the row."""
    return {
        head: {row[0]: numbers(row[place])[0] for row in table.rows}
        for place, head in enumerate(table.heads)
        if place > 0
    }


def as_pd(log_odds):
    return 100 / (1 + math.exp(-log_odds))


def state(case, question, answer):
    return BLOCK.all_keys[question].expect(case).judge(answer, case.picks).state


def checked(case, item, answer):
    return PRACTICE[item].expect(case).judge(answer, case.picks).state


def test_the_agreement_from_the_counts_of_pairs(case):
    found = []
    for pairs in columns(sheet(case.shared)).values():
        shares = [count * numbers(line)[0] / (10 - numbers(line)[0]) for line, count in pairs.items()]
        found.append(round(sum(shares) / 45, 2))
    assert State.RIGHT is state(case, "3.1", dict(zip(("few", "many"), found, strict=True)))


def test_what_stands_in_all_runs_from_the_heat_map(case):
    lines = [
        re.fullmatch(r"300 files, (.*): in the runs (.*)\.", line)
        for line in heat(case.tops, case.value("labels")).words
    ]
    full = [match[1] for match in lines if match and match[2].count("place") == 10]
    assert State.RIGHT is state(case, "3.2", full)


def test_the_fidelity_from_its_table_and_the_line_from_the_drawing(case):
    runs = columns(sheet(case.fidelity))["R², 5,000 files"].values()
    fidelity = round(sum(runs) / 10, 2)
    line = numbers(fidelities(**case.fidelities).words[-1].removesuffix("."))[0]
    usable = (
        "yes: the copies reach the declared line" if fidelity >= line else "no: the copies stay under the declared line"
    )
    assert State.RIGHT is state(case, "3.3", {"fidelity": fidelity, "usable": usable})


def test_the_share_of_impossible_files_from_the_table_of_gaps(case):
    line = numbers(case.gap_notes["the line"])[-1]
    table = columns(sheet(case.gaps, digits=1))
    past = [name for name in table["invented files"] if name.startswith("above") and numbers(name)[0] >= line]
    share = 100 * sum(table["invented files"][name] for name in past) / sum(table["invented files"].values())
    weight = sum(table["weight of these in the fit, %"][name] for name in past)
    effect = "they take part in the fit with a large share of the weight"
    assert (True, State.RIGHT) == (weight > 5, state(case, "3.5", {"share": f"{share:.0f} %", "effect": effect}))


def test_the_reasons_of_f_from_its_table(case):
    tables = list(columns(sheet(case.facts_twice("F"))).values())
    facts = [
        {name: push for name, push in table.items() if name not in ("sum of all", "base value")} for table in tables
    ]
    four = [set(sorted(table, key=table.get, reverse=True)[:4]) for table in facts]
    shift = round(tables[1]["base value"] - tables[0]["base value"], 2)
    reading = "both may be used: fix one beforehand"
    assert State.RIGHT is state(case, "3.6", {"changed": sorted(four[0] ^ four[1]), "shift": shift, "reading": reading})


def test_the_pairs_from_the_three_columns(case):
    table = list(columns(sheet(case.weights_table)).values())
    answer = {}
    for row, pair in case.picks.pairs.items():
        one, other = pair.split(" / ")
        gaps = [(weights[one] - weights[other]) / max(weights[one], weights[other]) for weights in table]
        kept = all(gap > 0 for gap in gaps) or all(gap < 0 for gap in gaps)
        answer[row] = "separated" if kept and min(map(abs, gaps)) >= 0.15 else "not separated"
    assert State.RIGHT is state(case, "3.7", answer)


def test_the_rule_of_m_from_its_table(case):
    asked = PRACTICE["3.a"].expect(case).form.parts["points"].label
    weights = columns(sheet(case.output("M").table))["weight"]
    rule = re.search("“(.*)”", asked)[1]
    answer = {"points": round(100 * weights[rule], 1), "ends": "quartiles of the loans the model learnt on"}
    assert State.RIGHT is checked(case, "3.a", answer)


def test_two_runs_from_their_table(case):
    one, other = (set(part) for part in zip(*(row[1:] for row in sheet(case.two_runs).rows), strict=True))
    both = sorted(one & other)
    assert State.RIGHT is checked(case, "3.b", {"both": both, "jaccard": round(len(both) / (10 - len(both)), 2)})


def test_more_files_as_the_table_shows_them(case):
    table = columns(sheet(case.samples))
    agreement, fidelity = (list(column.values()) for column in table.values())
    change = fidelity[-1] - fidelity[0]
    answer = {"agreement": "rises clearly", "fidelity": "falls" if change <= -0.02 else "stays about the same"}
    assert (True, State.RIGHT) == (agreement[-1] > agreement[0], checked(case, "3.c", answer))


def test_the_invented_files_from_their_two_readings(case):
    readings = {row[0]: abs(numbers(row[1])[0] - numbers(row[2])[0]) for row in sheet(case.strange, digits=0).rows}
    widest = sorted(readings, key=readings.get, reverse=True)[:2]
    assert State.RIGHT is checked(case, "3.d", widest)


def test_g_from_two_references_from_its_table(case):
    tables = list(columns(sheet(case.facts_twice("G"))).values())
    firsts = [
        max((name for name in table if name not in ("sum of all", "base value")), key=table.get) for table in tables
    ]
    pd = round(as_pd(tables[1]["base value"] + tables[1]["sum of all"]), 1)
    assert State.RIGHT is checked(case, "3.e", {"first": firsts[0], "second": firsts[1], "pd": pd})


def test_the_right_tools(case):
    answer = [
        "contributions of one file, with their reference",
        "the same explanation, run ten times",
        "R² of the copy",
        "approval rates by group",
    ]
    assert State.RIGHT is checked(case, "3.f", answer)


# --- sentences: how a reader of the printed tables decides each; what no pattern fits, no table decides -------------------


def rules(case, letter):
    return columns(sheet(case.output(letter).table))["weight"]


def clients(case, letter):
    """PD by the model, PD by the copy, R² of one client."""
    return [numbers(cell)[0] for row in sheet(case.three).rows if row[0] == f"client {letter}" for cell in row[1:]]


def cut(case, rule):
    """The printed quartiles of the column that a rule is about."""
    return next((row[1:] for row in sheet(case.quartiles).rows if row[0] == about(case, rule)), ())


def about(case, rule):
    """The column that a rule is about."""
    return rule.partition(":")[0]


def firsts(case):
    return {about(case, next(iter(rules(case, letter)))) for letter in case.picks.three}


def apart(case, letter):
    model, copy, _fidelity = clients(case, letter)
    return round(abs(model - copy), 1)


def past(case, column, line):
    """What a column of the table of gaps has in the classes above a line."""
    table = columns(sheet(case.gaps, digits=1))[column]
    return sum(value for name, value in table.items() if name.startswith("above") and numbers(name)[0] >= line)


def line(case):
    return numbers(case.gap_notes["the line"])[-1]


def facts(case):
    return list(columns(sheet(case.facts_twice("F"))).values())


def pd_of(table):
    return as_pd(table["base value"] + table["sum of all"])


def bases(case):
    return [numbers(text)[0] for text in case.base_values.values()]


def rows_with_a_first(case):
    told = heat(case.tops, case.value("labels")).words
    return sum(text.startswith("300 files") and "(place 1)" in text for text in told)


def followed(case):
    return 100 * list(columns(sheet(case.samples))["fidelity of the copy, mean R²"].values())[-1]


SAYINGS = {
    r"In “(.*)” \(.\), LIME took (\S+) from the quartiles": lambda case, m: m[2] in cut(case, m[1]),
    r"In “(.*)” \(.\), LIME took (\S+) from the lender": lambda case, m: m[2] not in cut(case, m[1]),
    r".* better around (.) than around (.)\.": lambda case, m: clients(case, m[1])[2] > clients(case, m[2])[2],
    r"For (.), the copy and the model give the same PD": lambda case, m: apart(case, m[1]) <= 0.5,
    r"For (.), the PD of the copy .* lie (\S+) points": lambda case, m: apart(case, m[1]) == float(m[2]),
    r"The strongest rule is not about": lambda case, m: len(firsts(case)) > 1,
    r"The strongest rule is about": lambda case, m: len(firsts(case)) == 1,
    r"Around (.), the copy follows less": lambda case, m: clients(case, m[1])[2] < 0.5,
    r"Around (.), the copy follows more": lambda case, m: clients(case, m[1])[2] > 0.5,
    r"In (.)'s output, “(.*)” pushes": lambda case, m: rules(case, m[1])[m[2]] > 0,
    r"In (.)'s output, “(.*)” protects": lambda case, m: rules(case, m[1])[m[2]] < 0,
    r"In (.)'s output, “(.*)” weighs more than “(.*)”": lambda case, m: (
        abs(rules(case, m[1])[m[2]]) > abs(rules(case, m[1])[m[3]])
    ),
    r"Where “(.*)” holds, (.)'s PD rises by (\S+)": lambda case, m: (
        round(100 * rules(case, m[2])[m[1]], 1) == float(m[3])
    ),
    r"Where “(.*)” holds, .'s log-odds": lambda case, m: False,  # the weights' unit is printed: probability
}
SLIDES = {
    r"At the cut-off, (\S+) %": lambda case, m: float(m[1]) == numbers(case.measured["at or under the cut-off"])[0],
    r"Measured from .* higher than": lambda case, m: bases(case)[2] > bases(case)[0],
    r"Measured from .* lower than": lambda case, m: bases(case)[2] < bases(case)[0],
    r".* more than a quarter of all weight": lambda case, m: (
        past(case, "weight of these in the fit, %", line(case)) > 25
    ),
    r".* less than one percent of all weight": lambda case, m: (
        past(case, "weight of these in the fit, %", line(case)) < 1
    ),
    r"Around client M, .* follows (\S+) %": lambda case, m: abs(followed(case) - float(m[1])) < 0.2,
    r".* strongest column is not the same": lambda case, m: rows_with_a_first(case) > 1,
    r".* strongest column is the same": lambda case, m: rows_with_a_first(case) == 1,
    r"Both letters .* same model": lambda case, m: True,  # the lesson's text says what the letters are
    r"Between the two letters .* fitted again": lambda case, m: False,
    r"With more invented files, .* no better": lambda case, m: True,  # as the test on 3.c has it
    r"With more invented files, .* the model better": lambda case, m: False,
    r"Explained from files just above the line, .* PD of (\S+) %": lambda case, m: (
        abs(pd_of(facts(case)[1]) - float(m[1])) < 0.1
    ),
    r"From the loans learnt on, “(.*)” adds \+(\S+) to .* log-odds": lambda case, m: (
        abs(facts(case)[0][m[1]] - float(m[2])) < 0.006
    ),
    r"From the loans learnt on, .* points to client F": lambda case, m: False,  # the table's unit is printed: log-odds
    r"Client F: .* a PD of (\S+) %": lambda case, m: abs(pd_of(facts(case)[0]) - float(m[1])) < 0.1,
    r"In 99.9 % of real files, .* lie within (\S+) of": lambda case, m: (
        past(case, "real files", float(m[1])) <= 0.001 * sum(columns(sheet(case.gaps, digits=1))["real files"].values())
    ),
    r"From each of the three references, “(.*)” weighs more than “(.*)”": lambda case, m: all(
        weights[m[1]] > weights[m[2]] for weights in columns(sheet(case.weights_table)).values()
    ),
}


def verdict(case, text, patterns):
    read = [(re.match(pattern, text), decide) for pattern, decide in patterns.items()]
    held = [decide(case, match) for match, decide in read if match]
    return {True: "supported", False: "contradicted"}[held[0]] if held else "cannot be known from this"


def test_the_sentences_on_outputs_from_the_printed_tables(case):
    answer = {row: verdict(case, text.partition(". ")[2], SAYINGS) for row, text in case.picks.sayings.items()}
    assert State.RIGHT is state(case, "3.4", answer)


def test_the_slides_from_the_printed_tables(case):
    answer = {row: verdict(case, text.partition(". ")[2], SLIDES) for row, text in case.picks.slides.items()}
    assert State.RIGHT is state(case, "3.8", answer)


# --- wording ---------------------------------------------------------------------------------------------------------------


def options(case, question, part):
    return list(BLOCK.all_keys[question].expect(case).form.parts[part].options.values())


def test_the_right_option_is_neither_the_first_nor_the_longest(case_of):
    told = options(case_of("credit-xai", "3"), "3.6", "reading")
    assert (2, True) == (told.index("both may be used: fix one beforehand"), len(told[2]) <= min(map(len, told)))


def test_the_effect_of_impossible_files_starts_with_a_wrong_option(case_of):
    assert "LIME drops them before the fit" == options(case_of("credit-xai", "3"), "3.5", "effect")[0]


@pytest.mark.parametrize(("name", "function"), [("references", "_reversed"), ("runs", "_stable")])
def test_a_reply_states_a_direction_only_where_the_case_has_it(name, function):
    found = vars(load_module(BLOCK.folder / "keys" / f"lesson3_{name}.py"))[function]
    claim = {"references": "riskier", "runs": "miss the model"}[name]
    assert (True, False) == tuple(claim in found(value) for value in ((0.4, -0.4) if name == "references" else (1, 0)))


def test_the_lesson_says_that_the_pd_of_a_copy_can_fall_below_zero():
    assert "its PD can fall below 0" in (BLOCK.folder / "lessons" / "03_trust.py").read_text()


@pytest.mark.parametrize(
    ("item", "shows"), [("3.c", "case.samples"), ("3.c", "case.fidelity,"), ("3.e", "two_references(")]
)
def test_a_figure_that_gives_an_answer_away_waits_for_it(item, shows):
    cells = [
        cell.source for cell in read_source(BLOCK.lesson_file(BLOCK.lesson("3"))).cells if marker(cell).part == "figure"
    ]
    giving = [source for source in cells if shows in source]
    assert giving
    assert [] == [source for source in giving if f'decided("{item}").then(' not in source]


def test_a_rule_on_a_number_is_told_with_its_unit(case):
    units = {row[0]: row[-1] for row in sheet(case.quartiles).rows}
    told = [rule for letter in case.picks.three for rule in rules(case, letter) if about(case, rule) in units]
    assert told
    assert [] == [rule for rule in told if "not known" not in rule and not rule.endswith(units[about(case, rule)])]
