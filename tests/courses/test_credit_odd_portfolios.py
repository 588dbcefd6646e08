"""Lessons 1 and 2 on portfolios of other lenders: small, without dates, without numbers, with odd words, hardly telling anything.

Each is a table built here with its contract. What a class of it would ask is judged on one learner's case: what is right, what is
blank, and what leads elsewhere.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from graders.content import load_module
from graders.contract import check_table, fingerprint, read_contract
from graders.delivery import Sampler
from graders.practice import practice_of
from graders.references.curves import adverse_run
from graders.sampling import learner_key
from instructors.content import read_block
from instructors.leaving_out import left_out
from instructors.prove import Judged, forms_on_case, judged_on_case

ROOT = Path(__file__).parents[2]
BLOCK = read_block(ROOT / "courses" / "credit-xai")
PREFLIGHT = load_module(BLOCK.folder / "company" / "preflight.py")
HEAD = """
title = 'Loans, "old" {system} [2]'
[roles]
id = "file"
[roles.target]
column = "bad"
definition = "90 days past due"
[columns.file]
type = "code"
label = "File"
[columns.bad]
type = "flag"
label = "Bad"
"""
DATED = (
    HEAD.replace('id = "file"', 'id = "file"\ndate = "month"') + '[columns.month]\ntype = "month"\nlabel = "Month"\n'
)
TWO_OF_A = '[concepts.told]\ncolumns = ["a", "again"]\nlabel = "A, told twice"\n'


def described(name, kind, label, more=""):
    return f"[columns.{name}]\ntype = {kind}\nlabel = '{label}'\n{more}\n"


def number(name, label="", more=""):
    return described(name, '"number"\nrange = [-1000000, 1000000]', label or f"Number {name}", more)


def drawn_bad(luck, log_odds):
    return (luck.random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))).astype(int)


def few_numbers():
    """Five numbers and an outcome: no date, no group, a whole number as the file's name."""
    luck = np.random.default_rng(1)
    values = {name: luck.normal(50, 12, 1_500).round(1) for name in "abcde"}
    bad = drawn_bad(luck, -1.4 + 0.08 * (values["a"] - 50) - 0.06 * (values["b"] - 50) + 0.03 * (values["c"] - 50))
    return pd.DataFrame({"file": np.arange(1_500) + 70_000, **values, "bad": bad}), HEAD + "".join(map(number, "abcde"))


def words_only():
    """Seven categories, and not one number."""
    luck = np.random.default_rng(2)
    words = {name: luck.choice(["high", "low", "a_b, c; d"], 2_000) for name in "abcdefg"}
    risk = -1.4 + 1.1 * (words["a"] == "high") - 0.9 * (words["b"] == "low") + 0.7 * (words["c"] == "high")
    kind = '"category"\nvalues = ["high", "low", "a_b, c; d"]'
    text = HEAD + "".join(described(name, kind, f"Answer {name}") for name in "abcdefg")
    return pd.DataFrame({"file": range(2_000), **words, "bad": drawn_bad(luck, risk)}), text


def odd_words():
    """Labels of every kind, heavy tails, constants, 40 % missing, three readings of one fact, two columns known late; one year."""
    luck, rows = np.random.default_rng(3), 4_000
    values = {name: luck.normal(0, 1, rows).round(3) for name in ("a", "b", "gaps")}
    values["tail"] = np.exp(luck.normal(3, 2.5, rows)).round(4)
    values["small"] = luck.beta(1, 60, rows).round(5)
    values["few"] = luck.integers(0, 2, rows).astype(float)
    values["same"] = np.where(np.arange(rows) % 1_000 == 0, 4.0, 3.0)
    values |= {name: (values["a"] + luck.normal(0, 0.3, rows)).round(2) for name in ("again", "third")}
    risk = -1.3 + 0.7 * values["a"] - 0.5 * values["b"] * values["few"] + 0.2 * np.log(values["tail"])
    bad = drawn_bad(luck, risk - 20 * values["small"])
    values["gaps"][luck.random(rows) < 0.4] = np.nan
    for name, mean in (("weak_late", 0.9), ("late", 0.1)):
        values[name] = np.where(bad == 1, luck.poisson(3, rows), luck.poisson(mean, rows)).astype(float)
    levels = ['a "quoted" one', "b [x] (y), z", "c {brace}"]
    table = {"file": range(rows), "month": luck.choice(["2023-02", "2023-05", "2023-11"], rows), **values}
    table |= {"kind": luck.choice(levels, rows), "bad": bad}
    labels = {
        "a": 'Amount "A" in $ of $B',
        "b": "Use {of} lines [%], a_b^c",
        "tail": "A label that goes on and on " * 6,
    }
    more = {"gaps": "missing = true", "a": "expect = 1", "b": "expect = -1", "tail": "expect = 1"}
    more |= dict.fromkeys(("late", "weak_late"), 'known_at = "after_booking"')
    text = DATED + "".join(number(name, labels.get(name, ""), more.get(name, "")) for name in values)
    text += described("kind", f'"category"\nvalues = {levels!r}'.replace("\\'", "'"), "Kind, of loan; or: so")
    return pd.DataFrame(table), text + TWO_OF_A.replace('"again"', '"again", "third"')


def months_of_two_years():
    """November to February, nobody ever refused, one default in fifteen."""
    luck, rows = np.random.default_rng(4), 6_000
    values = {name: luck.normal(0, 1, rows).round(2) for name in "abcd"}
    values["again"] = (values["a"] + luck.normal(0, 0.3, rows)).round(2)
    bad = drawn_bad(luck, -3.1 + 0.9 * values["a"] - 0.6 * values["b"] + 0.8 * values["c"] * (values["d"] > 0))
    values["late"] = np.where(bad == 1, luck.poisson(3, rows), luck.poisson(0.1, rows)).astype(float)
    months = luck.choice(["2023-11", "2023-12", "2024-01", "2024-02"], rows)
    text = DATED + "".join(number(name) for name in ("a", "b", "c", "d", "again"))
    text += number("late", more='known_at = "after_booking"') + TWO_OF_A
    return pd.DataFrame({"file": range(rows), "month": months, **values, "bad": bad}), text


PORTFOLIOS = {made.__name__: made for made in (few_numbers, words_only, odd_words, months_of_two_years)}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    @cache
    def portfolio(name):
        table, text = PORTFOLIOS[name]()
        file = tmp_path_factory.mktemp(name) / "contract.toml"
        file.write_text(text, encoding="utf-8")
        contract = read_contract(file)
        check_table(table, contract)
        lacking = {name: why for name, why in PREFLIGHT.capabilities(table, contract).items() if why}
        block = replace(BLOCK, left_out=left_out(BLOCK, lacking), lacking=lacking)
        return block, Sampler.of(table, BLOCK.folder, file), fingerprint(table, contract), int(0.8 * len(table))

    @cache
    def case(name, lesson, learner):
        _block, sampler, mark, rows = portfolio(name)
        return sampler.case(learner_key("odd", learner, mark), lesson, rows, tmp_path_factory.mktemp("case") / learner)

    return lambda name, lesson, learner="ana": (portfolio(name)[0], case(name, lesson, learner))


@pytest.mark.parametrize("lesson", ["1", "2"])
@pytest.mark.parametrize("name", PORTFOLIOS)
def test_every_answer_gets_the_mark_that_it_deserves(name, lesson, drawn):
    block, case = drawn(name, lesson)
    judged = [one for one in judged_on_case(block, block.lesson(lesson), case) if isinstance(one, Judged)]
    assert set(block.keys(lesson)) == {one.question for one in judged}
    assert [] == [one for one in judged if one.fault]


@pytest.mark.parametrize("lesson", ["1", "2"])
@pytest.mark.parametrize("name", ["few_numbers", "months_of_two_years"])
def test_forms_are_the_same_for_everybody_in_a_class(name, lesson, drawn):
    forms = [
        forms_on_case(block, block.lesson(lesson), case) for block, case in (drawn(name, lesson, one) for one in "ab")
    ]
    assert forms[0] == forms[1]


@pytest.mark.parametrize("name", PORTFOLIOS)
def test_as_many_sentences_and_directions_are_asked_of_everybody(name, drawn):
    asked = [drawn(name, "1", learner)[1].picks for learner in ("ana", "b")]
    assert [8, 8] == [len(picks.statements) for picks in asked]
    assert 1 == len({len(picks.directions) for picks in asked})


@pytest.mark.parametrize("name", PORTFOLIOS)
def test_signs_are_foretold_whatever_the_columns_are(name, drawn):
    _block, case = drawn(name, "1")
    item = practice_of(load_module(BLOCK.folder / "practice_1.py"))["1.b"]
    expectation = item.expect(case)
    assert 3 == len(case.picks.signs)
    assert 1.0 == expectation.judge(expectation.right_answers()[0], case.picks).score
    assert 3 == len(item.hint(2, case).splitlines())


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("few_numbers", {"1": "1.1 1.2 1.3 1.4 1.5 1.6 1.8", "2": "2.8"}),
        ("words_only", {"1": "1.1 1.2 1.3 1.5 1.6 1.8", "2": "2.8"}),
        ("odd_words", {"1": "1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8", "2": "2.1 2.2 2.3 2.4 2.5 2.6 2.8"}),
        ("months_of_two_years", {"1": "1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8", "2": "2.5 2.6 2.7 2.8"}),
    ],
)
def test_what_is_asked_is_what_the_portfolio_can_answer(name, asked, drawn):
    block, _case = drawn(name, "1")
    assert asked == {lesson: " ".join(block.keys(lesson)) for lesson in asked}


def test_of_two_columns_known_late_the_one_that_orders_best_is_asked_about(drawn):
    _block, case = drawn("odd_words", "2")
    assert ("late", "late") == (case.late, case.alone.index[0])
    assert "weak_late" not in case.picks.plus_columns


def test_where_nobody_was_refused_no_exhibit_speaks_of_the_files_never_booked(drawn):
    _block, case = drawn("months_of_two_years", "2")
    assert "unbooked" not in {one["kind"] for one in case.value("exhibits").values()}
    assert 6 == len(case.value("exhibits"))
    assert case.leak_rule["3. unbooked"].endswith("this portfolio has no such file")
    assert "c19" not in {one["claim"] for one in case.value("statements").values()}


def test_the_time_of_the_loans_is_said_as_it_is(drawn):
    cases = [drawn(name, "2")[1] for name in ("few_numbers", "odd_words", "months_of_two_years")]
    assert ["", "from 2023-02 to 2023-11", "from 2023-11 to 2024-02"] == [case.period for case in cases]


def test_a_column_in_small_numbers_keeps_its_two_ends_apart(drawn):
    _block, case = drawn("odd_words", "2")
    low, high = case.table("story_moved").index
    assert low < high
    assert all(len(curve) == len(set(curve.index)) for curve in case.curves.values())


def test_a_curve_turns_where_walking_along_it_by_hand_says(drawn):
    block, case = drawn("odd_words", "2")
    curve, sign = list(case.curves[case.turning]), case.declared[case.turning]
    back = [max(sign * before for before in curve[: at + 1]) - sign * here for at, here in enumerate(curve)]
    assert adverse_run(curve, sign).size == pytest.approx(max(back))
    at = back.index(max(back))
    at = at if at < len(curve) - 1 else max(range(len(curve)), key=lambda place: sign * curve[place])
    part = block.keys("2")["2.4"].expect(case).parts["value"]
    assert 1.0 == part.judge(list(case.picks.turning_values)[at], case.picks).score


def test_the_fact_of_three_columns_is_ranked_with_its_strongest_and_its_weakest(drawn):
    block, case = drawn("odd_words", "1")
    order = list(case.importance.index)
    ranks = sorted(order.index(name) + 1 for name in ("a", "again", "third"))
    parts = block.keys("1")["1.7"].expect(case).parts
    assert "Rank of its weakest column alone" == parts["weaker_alone"].label
    found = [
        parts[name].judge(str(rank)).score for name, rank in (("stronger_alone", ranks[0]), ("weaker_alone", ranks[-1]))
    ]
    assert [1.0, 1.0] == found
