"""The case of lesson 2: what it asks about is clear on a learner's own sample, and nothing in it tells an answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from graders.cases import learner_files, make_case
from graders.content import load_module
from graders.contract import read_contract
from graders.references.curves import adverse_run
from graders.references.stability import actual_over_expected
from graders.sampling import draw, learner_key, seed_of
from instructors.content import read_block

ROOT = Path(__file__).parents[2]
BLOCK, DATASET = ROOT / "courses" / "credit-xai", ROOT / "datasets" / "credit"
KEYS = read_block(BLOCK).all_keys
EXERCISES = load_module(BLOCK / "exercises_2.py")
STATEMENTS = load_module(BLOCK / "statements_2.py")
MEANING = load_module(BLOCK / "keys" / "lesson2_statements.py").MEANING
SEEDS = range(60)
BAND = (0.80, 1.25)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cases")
    tables = {
        variant: load_module(DATASET / "generate.py").generate(seed=11, variant=variant).table for variant in (0, 1)
    }

    def make(learner, variant=0, name=None):
        table, case_file = tables[variant], load_module(BLOCK / "case_2.py")
        key = learner_key("test", learner, "fingerprint")
        strata = load_module(BLOCK / "case.py").strata(table, read_contract(DATASET / "contract.toml"))
        sample = table.iloc[draw(strata, 24_000, key)].reset_index(drop=True)
        place = folder / f"{name or learner}-{variant}"
        return make_case(case_file, sample, DATASET / "contract.toml", seed_of(key, "case"), place)

    return make


@pytest.fixture(scope="module")
def case(made):
    return made("ada")


@pytest.fixture(scope="module")
def second_variant(made):
    return made("ada", variant=1)


def test_the_same_learner_gets_the_same_case(made, case):
    again = made("ada", name="again")
    assert (case.directory / "case.json").read_text() == (again.directory / "case.json").read_text()


def test_two_learners_get_different_numbers_and_exercises(made, case):
    other = made("bob")
    assert case.value("exercises") != other.value("exercises")
    assert case.value("aucs") != other.value("aucs")


def test_a_case_opened_again_says_the_same(case):
    again = type(case)(case.directory)
    assert (list(case.psi.index), repr(case)) == (list(again.psi.index), repr(again))


# Couples and segments


def test_the_shown_couples_hold_the_strongest_of_all(case):
    assert {case.story, case.partner} <= set(case.couples.index)
    assert (8, 8) == case.couples.shape


def test_the_segments_follow_the_partner_of_this_sample(case, second_variant):
    assert ("contract_type", "channel") == (case.partner, second_variant.partner)
    assert any("online" in words for words in second_variant.segment_words.values())


def test_every_file_is_in_one_segment_and_each_has_a_tenth_of_them(case):
    shares = case.segment_of.value_counts(normalize=True)
    assert ({"A", "B"}, True) == (set(shares.index), shares.min() >= 0.1)


@pytest.mark.parametrize("who", ["A", "B", "all"])
def test_the_printed_means_are_those_of_the_drawn_curves(case, who):
    moved = case.table("story_moved")
    np.testing.assert_allclose(moved[f"pd {who}"], case.story_curves.loc[moved.index, who])


# Curves


def test_the_column_looked_at_closely_runs_furthest_against_its_sign(case):
    runs = {name: adverse_run(case.curves[name], sign).size for name, sign in case.declared.items() if sign}
    assert case.turning == max(runs, key=runs.get)


def test_the_two_sides_count_booked_loans_once(case):
    loans = sum(side["loans"] for side in case.value("sides"))
    assert 0 < loans <= case.quarters["loans"].sum()


def test_the_table_of_sides_does_not_say_where_the_curve_turns(case):
    words = " ".join(side["words"] for side in case.value("sides"))
    assert not any(character.isdigit() for character in words)


def test_one_curve_is_foretold_that_turns_and_one_that_is_another(case):
    assert (2, True) == (len(case.picks.foretold), case.turning in case.picks.foretold)


# The leak


def test_the_suspected_column_is_in_no_table_of_classic(case):
    late = case.contract.late[0]
    assert late not in {
        *case.applicants.columns,
        *case.contributions.columns,
        *case.background.columns,
        *case.psi.index,
    }


def test_plus_orders_almost_without_fault_and_classic_does_not(case):
    aucs = case.value("aucs")
    assert aucs["plus"]["later"] - aucs["classic"]["later"] > 0.14


@pytest.mark.parametrize("seed", SEEDS)
def test_six_exhibits_hold_two_to_four_that_name_a_finding(seed):
    words = dict.fromkeys(("column", "auc", "when", "files", "values", "loss", "share", "group", "psi"), "a number")
    kinds = [f"{kind} it" for kind in ("alone", "dated", "unbooked", "lost", "share", "moved")]
    kinds += [f"{kind} other" for kind in ("alone", "dated", "unbooked", "lost", "bar")] + [
        "group proxy",
        "steady model",
    ]
    facts = {kind: {"column": kind, "value": None, "words": words} for kind in kinds}
    chosen = [row["about"]["column"] for row in STATEMENTS.exhibits(facts, seed).values()]
    findings = [name for name in chosen if name in ("alone it", "dated it", "unbooked it", "lost it")]
    assert (6, 6, True) == (len(chosen), len(set(chosen)), 2 <= len(findings) <= 4)
    assert {"share it", "group proxy"} <= set(chosen)


# What moved, what was announced


def test_in_training_as_many_defaulted_as_were_announced(case):
    early = case.quarters[case.quarters.index.str[:4] < "2024"]
    assert pytest.approx(1, abs=0.03) == early["bad"].sum() / early["announced"].sum()


def test_the_vintage_lies_before_the_last_year_and_is_not_exactly_announced(case):
    row = case.quarters.loc[case.value("vintage")]
    assert (True, True) == (case.value("vintage") < "2024", abs(row["bad"] / row["announced"] - 1) > 0.03)


@pytest.mark.parametrize("menu", range(len(STATEMENTS.MENUS)))
def test_every_menu_of_sentences_is_in_balance(case, menu):
    known, findings = load_module(BLOCK / "keys" / "lesson2_statements.py"), load_module(BLOCK / "findings_2.py")
    parts = {name: case.value(name) for name in ("band", "psi_line", "psi", "score_psi")}
    facts = findings.sentence_facts({**parts, "quarters": case.quarters})
    rows = findings.fill(STATEMENTS.CLAIMS, STATEMENTS.MENUS[menu], facts, case.value("labels"), menu)
    verdicts = [known.BANK.verdict(case, row) for row in rows.values()]
    assert [1, 1, 2] == sorted(verdicts.count(one) for one in known.claims.OPTIONS)


def test_every_claim_is_used_and_none_twice_in_a_menu():
    used = [name for menu in STATEMENTS.MENUS for row in menu for name in row.split()]
    assert set(STATEMENTS.CLAIMS) == set(used)
    assert all(len(set(" ".join(menu).split())) == 8 for menu in STATEMENTS.MENUS)


# Exercises


@pytest.mark.parametrize("seed", SEEDS)
def test_the_small_portfolios_cover_the_edges(seed):
    loans = EXERCISES.small_portfolios(seed)
    bads = {name: sum(bad or 0 for _pd, bad in rows) for name, rows in loans.items()}
    unknown = {name for name, rows in loans.items() if any(bad is None for _pd, bad in rows)}
    assert (0, {"C", "D"}) == (bads["B"], unknown)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_a_small_portfolio_the_misreadings_lead_elsewhere(seed):
    for rows in EXERCISES.small_portfolios(seed).values():
        pd = np.array([one for one, _bad in rows]) / 100
        bad = np.array([np.nan if outcome is None else outcome for _pd, outcome in rows], dtype=float)
        right = actual_over_expected(bad, pd)
        for misread in (np.nan_to_num(bad, nan=0.0), np.nan_to_num(bad, nan=1.0)):
            assert not np.isnan(bad).any() or abs(actual_over_expected(misread, pd) - right) > 0.06


@pytest.mark.parametrize("seed", SEEDS)
def test_the_values_to_flag_hold_both_ends_of_the_band_and_both_sides_of_it(seed):
    values = list(EXERCISES.ae_values(seed, BAND).values())
    assert set(BAND) <= set(values)
    assert (1, 1, 5) == (sum(one < BAND[0] for one in values), sum(one > BAND[1] for one in values), len(set(values)))


@pytest.mark.parametrize("seed", SEEDS)
def test_half_of_the_dictionary_was_known_in_time(seed):
    moments = [EXERCISES.DICTIONARY[name][1] for name in EXERCISES.dictionary(seed)]
    assert (6, 3) == (len(set(EXERCISES.dictionary(seed))), moments.count("decision"))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_curve_on_paper_turns_back_before_its_end(seed):
    drawn = EXERCISES.paper_curve(seed)
    run = adverse_run(drawn["log_odds"], drawn["sign"])
    assert (True, True) == (run.size >= 0.3, 0 < run.start < run.end < 6)


@pytest.mark.parametrize("seed", SEEDS)
def test_only_one_column_of_the_hunt_makes_the_slope(seed):
    hunt = EXERCISES.hunt(seed)
    files = hunt["files"]
    value, push = np.array(files["value"]), np.array(files["contribution"])
    gaps = {}
    for name in EXERCISES.HUNT_COLUMNS:
        kind = np.array(files[name]) == files[name][0]
        slopes = [np.polyfit(value[side], push[side], 1)[0] for side in (kind, ~kind)]
        gaps[name] = abs(slopes[0] - slopes[1])
    assert hunt["slope"] == max(gaps, key=gaps.get)
    assert sorted(gaps.values())[-1] > 2 * sorted(gaps.values())[-2]


# What learners get


def test_nothing_that_reaches_learners_says_which_sentence_holds(case):
    told = (case.directory / "case.json").read_text()
    told += "".join(
        (BLOCK / name).read_text() for name in ("case_2.py", "statements_2.py", "findings_2.py", "measures_2.py")
    )
    assert not [word for word in ("supported", "contradicted", '"cannot"', "defensible", '"proves"') if word in told]
    assert not [name for name in MEANING.values() if f'"{name}"' in told.replace('"reason": ', "")]


def test_a_claim_of_a_case_is_named_by_a_number_and_is_about_what_its_sentence_says(case):
    for row in case.value("statements").values():
        about = [case.value("labels").get(value, value) for value in row["about"].values()]
        assert (True, []) == (row["claim"] in MEANING, [words for words in about if words not in row["text"]])
    assert {f"c{place:02d}" for place in range(1, 21)} == set(STATEMENTS.CLAIMS) == set(MEANING)


def test_the_form_of_a_question_is_the_same_in_both_variants(case, second_variant):
    assert {name: key.expect(case).form for name, key in KEYS.items() if name.startswith("2.")} == {
        name: key.expect(second_variant).form for name, key in KEYS.items() if name.startswith("2.")
    }


def test_tables_name_columns_in_words(case):
    frames = [case.story_moved, case.story_observed, case.expectations, case.sides, case.ginis, case.twin_test]
    told = [str(name) for frame in frames for name in (*frame.index, *frame.columns)]
    assert [] == [text for text in told for name in case.contributions.columns if "_" in name and name in text]


def test_what_a_case_needs_travels_with_it(case):
    there = {file.name for file in learner_files(case.directory)}
    assert {
        "case_2.py",
        "measures_2.py",
        "findings_2.py",
        "exercises_2.py",
        "statements_2.py",
        "practice_2.py",
    } <= there
