"""Lessons 3 to 5 on portfolios unlike our own: no dates, no refused rows, one protected attribute or none, no lines, no signs."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from graders.answers import blank, plain
from graders.content import load_module
from graders.contract import fingerprint, read_contract
from graders.delivery import Sampler
from graders.judging import judge
from graders.references import reasons
from graders.references.counterfactual import Ladder, is_clear
from graders.references.explanation import Explanation
from graders.references.lime_weights import Lime
from graders.sampling import learner_key
from graders.verdict import State
from instructors.content import read_block

BLOCK = read_block(Path(__file__).parents[2] / "courses" / "credit-xai")
ROWS = 1_500

HEAD = """
title = "Loans of another lender"
decides_at = "application"
[roles]
id = "row"
{roles}
[roles.target]
column = "bad"
definition = "not paid back"
[columns.row]
type = "code"
label = "Application"
[columns.bad]
type = "flag"
label = "Bad"
"""
NUMBER = """
[columns.{name}]
type = "{type}"
range = [{low}, {high}]
label = "{label}"
missing = {missing}
{more}
"""
REGION = """
[columns.region]
type = "category"
values = ["north", "south", "west"]
label = "Region"
"""
BOTH = """
[concepts.debt_both]
columns = ["debt", "debt_second"]
label = "Debt, both readings"
"""
AGE = """
[[roles.protected]]
column = "age"
cut = 35
reference = ">=35"
compared = "<35"
"""


def number(name, low, high, *, kind="number", missing=False, more=""):
    filled = str(missing).lower()
    return NUMBER.format(
        name=name, type=kind, low=low, high=high, label=name.capitalize(), missing=filled, more=more
    ).replace("missing = false\n", "")


def table_of(seed, *, rate=-1.2):
    """Risk in four numbers, one of them heavy-tailed, one with gaps and real values below the code for them."""
    rng = np.random.default_rng(seed)
    debt, wealth, score = rng.normal(30, 9, ROWS), np.exp(rng.normal(6, 1.6, ROWS)), rng.normal(0, 2, ROWS)
    age, region = rng.integers(20, 75, ROWS), rng.choice(["north", "south", "west"], ROWS)
    count = rng.poisson(2, ROWS)
    risk = rate + 0.08 * (debt - 30) - 0.35 * (np.log(wealth) - 6) + 0.3 * score + 0.3 * (count - 2) - 0.02 * (age - 47)
    bad = (rng.random(ROWS) < 1 / (1 + np.exp(-risk - 0.5 * (region == "west")))).astype(int)
    return pd.DataFrame(
        {
            "row": [f"r{place:05d}" for place in range(ROWS)],
            "bad": bad,
            "debt": debt.round(1),
            "debt_second": (debt + rng.normal(0, 1.5, ROWS)).round(1),
            "wealth": wealth.round(0),
            "score": np.where(rng.random(ROWS) < 0.4, np.nan, score.round(2)),
            "count": count,
            "age": age,
            "reminders": np.where(bad == 1, rng.integers(3, 9, ROWS), rng.integers(0, 4, ROWS)),
            "region": region,
        }
    )


NUMBERS = (
    number("debt", -20, 90)
    + number("debt_second", -20, 90)
    + number("wealth", 0, 10_000_000)
    + number("score", -12, 12, missing=True)
)
COUNT = number("count", 0, 30, kind="whole")
LATE = number("reminders", 0, 12, kind="whole", more='known_at = "after_booking"')
PEOPLE = number("age", 18, 90, kind="whole")

PORTFOLIOS = {
    "numbers only": HEAD.format(roles="") + AGE + NUMBERS + COUNT + LATE + PEOPLE + BOTH,
    "with a category": HEAD.format(roles='amount = "wealth"') + AGE + NUMBERS + COUNT + LATE + PEOPLE + REGION + BOTH,
    "nobody to compare": HEAD.format(roles="") + NUMBERS + COUNT + REGION + BOTH,
    "categories only": HEAD.format(roles="") + AGE + REGION + PEOPLE + REGION.replace("region", "place"),
}


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory):
    made = {}

    def give(name):
        if name not in made:
            file = tmp_path_factory.mktemp("odd") / "contract.toml"
            file.write_text(PORTFOLIOS[name], encoding="utf-8")
            contract = read_contract(file)
            table = table_of(3).assign(place=lambda rows: rows["region"].sample(frac=1, random_state=1).to_numpy())
            made[name] = SimpleNamespace(
                table=table[list(contract.columns)],
                contract=contract,
                sampler=Sampler.of(table[list(contract.columns)], BLOCK.folder, file),
                mark=fingerprint(table[list(contract.columns)], contract),
                lacking=lacking_of(table[list(contract.columns)], contract),
                folder=file.parent,
                cases={},
            )
        return made[name]

    return give


def lacking_of(table, contract):
    found = load_module(BLOCK.folder / "company" / "preflight.py").capabilities(table, contract)
    return {name for name, why in found.items() if why}


@pytest.fixture
def case_on(portfolio):
    def give(name, lesson, learner="ana"):
        of = portfolio(name)
        if (lesson, learner) not in of.cases:
            key = learner_key("odd", learner, of.mark)
            of.cases[lesson, learner] = of.sampler.case(key, lesson, int(0.8 * ROWS), of.folder / lesson / learner)
        return of.cases[lesson, learner]

    return give


def asked(portfolio, name, lesson):
    """The keys of a lesson that this portfolio has what they need for."""
    return {
        question: key
        for question, key in BLOCK.keys(lesson).items()
        if not set(key.needs) & portfolio(name).lacking and not key.follows and question != "5.5"
    }


EVERYWHERE = [(name, lesson) for name in PORTFOLIOS for lesson in "345"]


@pytest.mark.parametrize(("name", "lesson"), EVERYWHERE)
def test_right_answers_earn_all_on_any_portfolio(name, lesson, case_on, portfolio):
    case = case_on(name, lesson)
    wrong = []
    for question, key in asked(portfolio, name, lesson).items():
        answers = key.expect(case).right_answers()
        wrong += [question for answer in answers if judge(key, case, plain(answer)).state is not State.RIGHT]
    assert [] == wrong


@pytest.mark.parametrize(("name", "lesson"), EVERYWHERE)
def test_blanks_and_traps_earn_less_on_any_portfolio(name, lesson, case_on, portfolio):
    case = case_on(name, lesson)
    wrong = []
    for question, key in asked(portfolio, name, lesson).items():
        wrong += [] if judge(key, case, plain(blank())).state is State.NOT_ATTEMPTED else [question]
        for trap in key.expect(case).live_traps():
            verdict = judge(key, case, plain(trap.answer))
            wrong += [] if verdict.score < 1 and verdict.trap == trap.name else [f"{question} {trap.name}"]
    assert [] == wrong


# --- lesson 4 ------------------------------------------------------------------------------------------------------------


def test_one_attribute_is_asked_of_once(case_on):
    form = BLOCK.all_keys["4.3"].expect(case_on("numbers only", "4")).form
    assert ["first_column", "first_auc"] == list(form.parts)


def test_without_months_cells_are_even_parts_and_say_so(case_on):
    case = case_on("with a category", "4")
    assert all("drawn at random" in title or "all applications" in title for title in case.picks.nested.values())


def test_without_a_category_cells_are_bands_of_a_number(case_on):
    titles = case_on("numbers only", "4").picks.nested.values()
    assert all(" only, " in title or "applications" in title for title in titles)


def test_nested_cells_hold_fewer_and_fewer_people(case_on):
    people = [one.approvals.compared for one in case_on("with a category", "4").nested]
    assert sorted(people, reverse=True) == people


def test_without_lines_of_its_own_the_courses_lines_hold(case_on):
    assert (0.8, (0.04, 0.05)) == (case_on("numbers only", "4").line, case_on("numbers only", "4").alternative_lines)


def test_without_groups_nothing_is_counted_by_group(case_on):
    case = case_on("nobody to compare", "4")
    assert ({}, [], {}, {}) == (case.value("groups"), case.comparisons, case.guesses, case.calibrations)


def test_without_groups_no_draft_names_one(case_on):
    drafts = case_on("nobody to compare", "4").value("drafts").values()
    assert [] == [draft["text"] for draft in drafts if "of the applicant" in draft["text"]]


def test_a_step_without_a_declared_sign_is_as_this_model_has_it(case_on):
    assert "as this model has it" in case_on("numbers only", "4").steps("H")["its way"]


def test_a_field_that_may_move_either_way_is_not_said_to_go_down(case_on):
    form = BLOCK.all_keys["4.9"].expect(case_on("numbers only", "4")).form
    assert "With this field moved so far" in str(form.parts["sentence"])


def test_categories_alone_climb_nothing(case_on, portfolio):
    assert {} == case_on("categories only", "4").value("ladders")
    assert "steps" in portfolio("categories only").lacking


def test_what_a_portfolio_collects_is_not_said_to_be_never_collected():
    letters = load_module(BLOCK.folder / "letters_4.py")
    texts = {"dependents": "Number of dependents", "rent": "Rent"}
    told = {letters._never_collected(texts, seed)["factors"][0] for seed in range(9)}
    assert told.isdisjoint({"number of dependants", "rent paid"})


def explanation(sums):
    names = [f"f{place}" for place in range(len(sums))]
    row = pd.DataFrame([sums], ["a"], names)
    return Explanation(row, row, -2.0, 5.0, {name: [name] for name in names}, {})


@pytest.mark.parametrize(
    ("sums", "apart"),
    [
        ([0.5, 0.3, 0.2, 0.1, 0.09], True),
        ([0.5, 0.3, 0.2, 0.1, 0.099], False),
        ([0.5, 0.3, 0.01, -0.1], True),
        ([0.5, 0.3, 0.019, -0.1], False),
        ([0.5, 0.01, -0.2], False),
    ],
)
def test_reasons_are_told_apart_from_what_is_none(sums, apart):
    assert apart is reasons.has_reasons_apart(explanation(sums), "a")


def test_a_file_of_four_facts_has_no_fifth_to_be_clear_of():
    assert reasons.has_clear_reasons(explanation([0.5, 0.4, 0.3, 0.2]), "a") is False


def test_small_pds_are_clear_by_smaller_margins():
    steps = Ladder("x", -1.0, (5.0, 4.0, 3.0, 2.0, 1.0, 0.0), (1.30, 1.28, 1.27, 1.13, 1.12, 1.11))
    assert (False, True) == (is_clear(steps, 1.2), is_clear(steps, 1.2, 0.06))


# --- lesson 3 ------------------------------------------------------------------------------------------------------------


def test_the_line_of_the_gap_has_three_digits_and_is_kept(case_on):
    found = case_on("numbers only", "3").gap_facts
    table = table_of(3)
    gaps = (table["debt"] - table["debt_second"]).abs()
    assert f"{found['line']:.3g}" == f"{found['line']:.12g}"
    assert (gaps > found["line"]).mean() <= 0.002


def test_invented_files_are_past_the_line_and_real_ones_are_not(case_on):
    case = case_on("numbers only", "3")
    line, files = case.gap_facts["line"], case.value("strange").values()
    assert 2 == sum(abs(one - other) > line for one, other in files)


def test_values_below_the_code_for_a_missing_one_are_not_called_unknown_alone():
    outputs = load_module(BLOCK.folder / "outputs_3.py")
    told = [
        outputs.in_words("Score", "", *ends, may_be_missing=True, may_be_below=True)
        for ends in ((None, -1.0), (-1.0, 0.5), (None, -2.0), (-2.0, 0.5))
    ]
    wanted = ["up to -1 or not known", "above -1, up to 0.5", "up to -2", "above -2, up to 0.5 or not known"]
    assert [f"Score: {words}" for words in wanted] == told


def test_lime_on_few_columns_says_what_it_says_by_adding_one_after_the_other(monkeypatch):
    rows = np.random.default_rng(2).normal(size=(300, 5))

    def weights():
        lime = Lime.of(lambda made: 1 / (1 + np.exp(-made[:, 0] - made[:, 1] * made[:, 2])), rows, list("abcde"))
        return lime.run(rows[0], seed=4, samples=500).weights

    at_once = weights()
    monkeypatch.setattr("graders.references.lime_weights._SELECTED_ONE_BY_ONE", 0)
    pd.testing.assert_series_equal(weights(), at_once)


# --- lesson 5 ------------------------------------------------------------------------------------------------------------


def test_the_register_asks_what_the_portfolio_can_answer(case_on):
    parts = {name: set(BLOCK.all_keys["5.1"].expect(case_on(name, "5")).form.parts) for name in PORTFOLIOS}
    assert {"ratio", "low", "high"} == parts["numbers only"] - parts["nobody to compare"]
    assert all("run" not in names for names in parts.values())  # no sign is declared


def test_without_amounts_no_column_of_money_is_shown(case_on):
    heads = {name: " ".join(case_on(name, "5").outcomes_table.columns) for name in ("numbers only", "with a category")}
    assert ["amount in default" in heads[name] for name in heads] == [False, True]


def test_a_vendor_without_a_late_column_does_not_sell_a_leak(portfolio, case_on):
    vendors = load_module(BLOCK.folder / "vendors.py")
    ground = load_module(BLOCK.folder / "case.py").Ground.of(
        portfolio("nobody to compare").table, portfolio("nobody to compare").contract, 1
    )
    possible = [
        make.__name__
        for make in vendors.MAKERS
        if vendors._IF.get(make, vendors._always)(vendors.Portfolio(ground, {}))
    ]
    assert ["_many_trees", "_few_leaves"] == possible


def test_a_memo_without_groups_is_told_to_say_so(case_on):
    required = load_module(BLOCK.folder / "keys" / "lesson5_required.py")
    assert any("no groups to compare" in point for point in required.points(case_on("nobody to compare", "5")))


def test_labels_stand_for_reasons_that_nobody_wrote(case_on):
    case = case_on("with a category", "5")
    assert "the bank has no sentence for it" not in [
        text for name, text in case.reason_sentences.items() if name != "Reminders"
    ]
