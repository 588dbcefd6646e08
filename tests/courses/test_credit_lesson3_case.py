"""What must hold of the case of lesson 3, on several learners' samples."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from graders.content import load_module
from graders.language import number
from graders.references.agreement import in_runs, mean_jaccard, neighbours_jaccard, separation
from graders.references.margins import clear_top

BLOCK = Path(__file__).parents[2] / "courses" / "credit-xai"
OUTPUTS, SLIDES = load_module(BLOCK / "outputs_3.py"), load_module(BLOCK / "statements_3.py")
READ = {name: load_module(BLOCK / "keys" / f"lesson3_{name}.py") for name in ("outputs", "slides", "verdicts")}


@pytest.fixture(params=["ana", "bob", "chloe"])
def case(request, case_of):
    return case_of("credit-xai", "3", request.param)


def test_nobody_is_asked_about_twice(case):
    clients = list(case.picks.applicants.values())
    assert (7, 7) == (len(clients), len(set(clients)))


def test_the_same_model_as_in_lesson_one(case_of):
    first, third = case_of("credit-xai", "1"), case_of("credit-xai", "3")
    assert (first.base, first.cut, True) == (third.base, third.cut, first.pds.equals(third.pds))


def test_the_letters_have_at_most_one_reason_in_common(case):
    one, other = (set(letter.split("; ")) for letter in case.letters.values())
    reasons = [{reason.partition(". ")[2] for reason in letter} for letter in (one, other)]
    assert (3, True) == (len(reasons[0]), len(reasons[0] & reasons[1]) <= 1)


def test_a_letter_names_no_fact_twice(case):
    few, _many = case.runs.values()
    assert [3] * 10 == [len(set(pushes)) for pushes in few.pushes]


def test_more_files_bring_agreement_and_no_fidelity(case):
    few, many = case.runs.values()
    assert mean_jaccard(few.tops) + 0.1 <= mean_jaccard(many.tops)
    assert np.mean(many.fidelity) < np.mean(few.fidelity)


def test_what_all_runs_name_is_neither_nothing_nor_what_most_name(case):
    tops = case.tops["300 files"]
    assert 1 <= len(in_runs(tops, 10)) < len(in_runs(tops, 6))


def test_neighbouring_runs_alone_show_another_agreement(case):
    tops = case.tops["300 files"]
    assert 0.03 <= abs(neighbours_jaccard(tops) - mean_jaccard(tops))


def test_the_reasons_of_f_are_clear_from_both_references_and_differ(case):
    tops = [clear_top(client.concepts, 4) for client in case.twice("F")]
    assert (True, 2) == (None not in tops, len(set(tops[0]) ^ set(tops[1])))


def test_both_references_give_the_models_own_pd(case):
    assert [case.pds[case.picks.applicants["F"]]] * 2 == pytest.approx([one.pd for one in case.twice("F")], abs=1e-3)


def test_no_pair_between_the_lines_is_asked(case):
    kinds = [separation(case.weights, *pair) for pair in case.value("pairs").values()]
    assert (6, {"separated", "not"}) == (len(kinds), set(kinds))


def test_the_table_of_weights_has_every_pair_that_is_asked(case):
    asked = {name for pair in case.value("pairs").values() for name in pair}
    assert asked <= set(case.weights.head(10).index)


def test_one_real_file_in_a_thousand_at_most_passes_the_line(case):
    found = case.gap_facts
    past = found["edges"].index(found["line"]) + 1
    assert sum(found["real"][past:]) <= 0.001 * sum(found["real"])


def test_two_of_the_six_files_contradict_themselves(case):
    gaps = [abs(one - other) for one, other in case.value("strange").values()]
    assert 2 == sum(gap > case.gap_facts["line"] for gap in gaps)


def test_the_drawing_starts_with_the_client_and_has_both_kinds_of_files(case):
    files, client = case.table("drawing"), case.applicant("M")
    assert files["pd"].iloc[0] == pytest.approx(client.pd, abs=1e-3)
    assert (True, False) == (bool(files["holds"].iloc[0]), bool(files["holds"].all()))


def test_rules_end_at_filed_values_not_at_those_of_the_matrix(case):
    ends = [end for letter in "MUVW" for rule in case.output(letter).rules for end in rule.bounds]
    assert [] == [end for end in ends if len(f"{end!r}") > 8]


def test_every_bound_of_the_outputs_stands_in_the_table_of_quartiles(case):
    cut = case.value("quartiles")
    rules = [rule for letter in case.picks.three for rule in case.output(letter).rules]
    assert [] == [end for rule in rules for end in rule.bounds if end not in cut[rule.column]]


def test_tables_name_columns_in_words(case):
    tables = [case.shared, case.two_runs, case.samples, case.quartiles, case.weights_table, case.choices, case.strange]
    told = [text for table in tables for text in [*map(str, table.index), *map(str, table.columns)]]
    told += [*case.gap_notes.values(), *case.facts_twice("F").index, *case.picks.pairs.values(), *case.letters.values()]
    assert [] == [text for text in told for name in case.picks.features if "_" in name and name in text]


def test_nothing_that_reaches_learners_says_which_sentence_holds(case):
    files = [file.read_text() for file in case.directory.glob("*_3.py") if file.name != "practice_3.py"]
    told = json.dumps([case.value("sayings"), case.value("slides")]) + "".join(files)
    names = [name for bank in ("outputs", "slides") for name in READ[bank].BANK.names.values()]
    assert [] == [word for word in ("supported", "contradicted", "cannot", *names) if f'"{word}"' in told]


def test_a_sentence_keeps_its_number_and_the_values_of_its_text_and_nothing_more(case):
    rows = [*case.value("sayings").values(), *case.value("slides").values()]
    assert {("about", "claim", "text")} == {tuple(sorted(row)) for row in rows}
    assert [] == [row["claim"] for row in rows if not re.fullmatch(r"c\d\d", row["claim"])]
    words = {**case.value("labels")}
    assert [] == [row for row in rows for value in row["about"] if _said(value, words) not in row["text"]]


def _said(value, words):
    return number(value, 1) if isinstance(value, float) else words.get(value, value)


@pytest.mark.parametrize("menu", range(12))
def test_every_menu_on_outputs_is_in_balance(case_of, menu):
    case = case_of("credit-xai", "3")
    rows = OUTPUTS.six([case.output(letter) for letter in case.picks.three], case.value("labels"), menu)
    verdicts = [READ["outputs"].BANK.verdict(case, row) for row in rows.values()]
    assert [2, 2, 2] == [verdicts.count(verdict) for verdict in READ["verdicts"].claims.OPTIONS]


def test_the_slides_of_everybody_are_in_balance(case):
    verdicts = [READ["slides"].BANK.verdict(case, row) for row in case.value("slides").values()]
    assert [2, 3, 3] == sorted(verdicts.count(verdict) for verdict in READ["verdicts"].claims.OPTIONS)


@pytest.mark.parametrize("bank", [OUTPUTS, SLIDES], ids=["outputs", "slides"])
def test_every_claim_is_used_and_none_twice_in_a_menu(bank):
    menus = [" ".join(menu).split() for menu in bank.MENUS]
    assert set(bank.CLAIMS) == {name for menu in menus for name in menu}
    assert [] == [menu for menu in menus if len(menu) != len(set(menu))]


@pytest.mark.parametrize(("bank", "keys"), [(OUTPUTS, "outputs"), (SLIDES, "slides")], ids=["outputs", "slides"])
def test_a_stand_in_is_of_the_kind_of_its_claim(bank, keys):
    beyond, readable, names = READ[keys].BANK.beyond, READ[keys].BANK.readable, READ[keys].BANK.names
    kinds = {row: "beyond" if (name := names[row]) in beyond else readable[name].claim == name for row in bank.CLAIMS}
    assert [] == [row for menu in bank.MENUS for row in menu if len({kinds[name] for name in row.split()}) > 1]


@pytest.mark.parametrize(("bank", "keys"), [(OUTPUTS, "outputs"), (SLIDES, "slides")], ids=["outputs", "slides"])
def test_no_menu_has_a_claim_beside_its_opposite(bank, keys):
    readable, names = READ[keys].BANK.readable, READ[keys].BANK.names
    for menu in bank.MENUS:
        first = [names[row.split()[0]] for row in menu]
        pairs = [readable[name].claim for name in first if name in readable]
        assert len(pairs) == len(set(pairs))


def test_a_case_opened_again_says_the_same(case):
    again = type(case)(case.directory)
    assert (case.tops, case.letters, case.bases) == (again.tops, again.letters, again.bases)
