"""What a case of lesson 4 is made of, over learners and portfolios: counts that fit, clear picks, no person by group."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from graders.cases import make_case
from graders.content import load_module
from graders.contract import fingerprint, read_contract
from graders.delivery import Sampler
from graders.references import reasons
from graders.references.counterfactual import is_clear
from graders.references.odds import log_odds
from graders.sampling import learner_key
from instructors.build import read_source
from instructors.content import read_block

ROOT = Path(__file__).parents[2]
BLOCK, CONTRACT_FILE = read_block(ROOT / "courses" / "credit-xai"), ROOT / "datasets" / "credit" / "contract.toml"
CONTRACT = read_contract(CONTRACT_FILE)
PORTFOLIOS = {"first": (5, 0), "near the line": (1005, 1)}  # seed and variant


@pytest.fixture(scope="module")
def tables():
    generate = load_module(ROOT / "datasets" / "credit" / "generate.py").generate
    return {name: generate(seed=seed, variant=variant).table for name, (seed, variant) in PORTFOLIOS.items()}


@pytest.fixture(scope="module")
def cases(tables, tmp_path_factory):
    made = {}
    for name, table in tables.items():
        sampler, mark = Sampler.of(table, BLOCK.folder, CONTRACT_FILE), fingerprint(table, CONTRACT)
        place = tmp_path_factory.mktemp("cases") / "ada"
        made[name] = sampler.case(learner_key("lesson 4", "ada", mark), "4", BLOCK.settings.sample_rows, place)
    return made


@pytest.fixture(params=PORTFOLIOS)
def case(cases, request):
    return cases[request.param]


def _keys(case, question):
    return BLOCK.all_keys[question].expect(case)


# Groups


def test_every_application_is_in_one_of_two_groups(case):
    totals = {sum(both[side]["applications"] for side in both) for both in case.value("groups").values()}
    assert 1 == len(totals)


def test_the_share_approved_is_the_policys(case):
    found = case.approvals("gender")
    share = (found.compared_approved + found.reference_approved) / (found.compared + found.reference)
    assert CONTRACT.policy["approve_share"] == pytest.approx(share, abs=0.001)


def test_booked_loans_alone_hide_part_of_the_gap(case):
    everybody, booked = case.approvals("nationality_group"), case.approvals("nationality_group", "booked")
    assert booked.ratio > everybody.ratio + 0.03


def test_the_model_as_it_is_stands_first_with_the_same_ratios(case):
    ratios = case.value("alternatives")[0]["ratios"]
    assert {column: pytest.approx(case.approvals(column).ratio) for column in case.words} == ratios


def test_other_models_approve_as_many_but_where_the_old_cut_off_is_kept(case):
    approved = [round(one["approved"], 1) for one in case.value("alternatives")]
    assert [60.0, 60.0, 60.0] == [*approved[:2], approved[3]]


def test_errors_are_counted_on_the_same_loans_as_groups(case):
    for side, of in case.value("groups")["nationality_group"].items():
        errors = case.errors(side)
        assert (of["applications"], of["booked"], of["defaulted"]) == (
            errors.applications,
            errors.good + errors.bad,
            errors.bad,
        )


def test_calibration_cuts_the_same_loans_into_fifths(case):
    loans = [int(bins["loans"].sum()) for bins in case.calibrations.values()]
    assert [of["booked"] for of in case.value("groups")["nationality_group"].values()] == loans


def test_the_point_of_the_small_cell_misleads(case):
    found = case.comparisons[-1].approvals
    low, high = found.interval
    assert (True, True) == (found.ratio < case.line < high, low < case.line)
    assert min(found.compared, found.reference) >= 10


def test_the_cells_of_practice_are_of_another_kind_and_nested(case):
    year, quarter, month = (one.approvals.compared for one in case.nested)
    graded, practised = case.value("cell")["title"], case.value("nested")["month"]["title"]
    assert (True, True) == (year > quarter >= month, graded.split(",")[1] != practised.split(",")[1])


def test_the_half_the_guess_was_fitted_on_flatters_it(case):
    guess = case.value("guess")
    assert guess["same_half"] > guess["other_half"] + 0.02


def test_no_table_of_the_case_tells_anybodys_group(case):
    known = {*CONTRACT.protected, CONTRACT.roles.target.column, CONTRACT.roles.decision.column}
    columns = [column for file in case.directory.glob("*.parquet") for column in pd.read_parquet(file)]
    assert [] == [column for column in columns if column in known]


# Clients


def test_no_two_letters_stand_for_one_client(case):
    assert 4 == len(set(case.picks.applicants.values()))


def test_every_client_is_refused(case):
    assert all(case.client(letter).pd > case.cut for letter in case.picks.applicants)


def test_base_and_contributions_give_the_pd_of_the_model(case):
    kept = case.refused.contributions.index
    np.testing.assert_allclose(case.refused.pds, case.pds[kept], atol=1e-4)


def test_the_reference_of_the_letters_lies_just_below_the_line(case):
    gap = float(log_odds(case.cut)) - case.value("just_approved")["base"]
    assert 0 < gap < 0.1


def test_the_reasons_of_g_are_clear_and_misreadings_lead_elsewhere(case):
    explained, g = case.refused, case.picks.applicants["G"]
    right = set(reasons.principal(explained.sums(g)))
    misread = [set(explained.sums(g).abs().nlargest(4).index), set(explained.phi(g).nlargest(4).index)]
    assert (True, True) == (reasons.has_clear_reasons(explained, g), right not in misread)


def test_a_reason_one_would_rather_leave_out_is_among_those_of_g(case):
    assert "postcode_zone" in reasons.principal(case.client("G").concepts)


@pytest.mark.parametrize("letter", ["H", "J"])
def test_one_field_turns_the_file_into_a_lasting_approval(case, letter):
    assert is_clear(case.ladder(letter), case.cut)


@pytest.mark.parametrize("learner", ["chloe"])  # the first clear files of this one are helped by the field
def test_the_field_of_h_pushes_towards_default(case_of, learner):
    assert case_of("credit-xai", "4", learner).ladder("H").pushes[0] > reasons.LEAST


def test_waiting_for_a_contribution_that_helped_as_filed_is_no_reading(case, monkeypatch):
    ladder = case.ladder("H")
    monkeypatch.setattr(type(case), "ladder", lambda _case, _name: replace(ladder, pushes=(-0.1,) * len(ladder.pds)))
    assert "steps:contribution-gone" in [trap.name for trap in _keys(case, "4.9").silent_traps()]


@pytest.mark.parametrize("letter", ["H", "J"])
def test_the_first_step_is_the_file_as_filed(case, letter):
    ladder, client = case.ladder(letter), case.client(letter)
    assert (pytest.approx(client.pd), client.values[ladder.column]) == (ladder.pds[0], ladder.values[0])


def test_h_moves_another_field_than_j(case):
    assert ("dti", "net_income") == (case.ladder("H").column, case.ladder("J").column)


def test_one_draft_may_go_out_three_are_untrue_and_two_say_too_little(case):
    right = [names[0] for names in _keys(case, "4.8").expected.values()]
    assert [1, 3, 2] == [right.count(verdict) for verdict in ("valid", "untrue", "lacking")]


def test_drafts_stand_in_an_order_of_the_learners_own(cases):
    orders = {tuple(len(draft["factors"]) for draft in case.value("drafts").values()) for case in cases.values()}
    assert len(orders) > 1


def test_no_reason_text_names_a_protected_column(case):
    words = [label.casefold() for label in case.words.values()]
    assert [] == [text for text in case.picks.reasons.values() for word in words if word in text.casefold()]


# Keys near the line


def test_a_nationality_interval_near_the_line_is_inconclusive_or_below(cases):
    rows = _keys(cases["near the line"], "4.2").parts["standing"].expected
    assert set(rows["nationality_group"]) <= {"below", "inconclusive"}


def test_the_verdict_on_errors_follows_the_numbers(case):
    parts = _keys(case, "4.6").parts
    ratio = parts["ae_compared"].expected / parts["ae_reference"].expected
    alike = "alike" if 0.85 <= ratio <= 1.20 else "unlike"
    assert parts["verdict"].expected[0].startswith(f"{alike}-")


def _reply(case, question, trap):
    found = _keys(case, question)
    return next(one.reply for one in (*found.live_traps(), *found.silent_traps()) if one.name == trap)


@pytest.mark.parametrize(
    ("question", "trap", "claim"),
    [
        ("4.2", "sentence:above-taken-for-fine", "over a difference that is there"),
        ("4.4", "defence:unaware-so-equal", "what that does to approvals"),
        ("4.5", "decision:unaware-so-unchanged", "You answered"),
        ("4.6", "verdict:calibration-clears", "cannot all hold"),
        ("4.7", "reasons:helping-factor-listed", "\nOne of them"),
        ("4.9", "steps:contribution-gone", "equals the reference"),
    ],
)
def test_a_reply_claims_nothing_that_it_did_not_look_at(case, question, trap, claim):
    assert claim not in _reply(case, question, trap)


@pytest.mark.parametrize("claim", ["not enough", "not say enough", "too little", "untrue", "may go out", "principal"])
def test_no_reply_on_a_draft_names_a_verdict_of_the_menu(case, claim):
    key = _keys(case, "4.8")
    rows = [one for replies in key.per_row_replies.values() for one in replies.values()]
    assert [] == [one.name for one in rows if claim in one.reply]


def test_the_reasons_without_the_zone_are_told_with_and_without_another_in_its_place(case):
    live = {trap.name: trap.answer["reasons"] for trap in _keys(case, "4.7").live_traps()}
    sizes = [len(live[f"reasons:sensitive-left-out{end}"]) for end in ("", "-of-three")]
    assert [4, 3] == sizes


def test_the_step_itself_earns_all_and_one_beside_it_half(case):
    part, first = _keys(case, "4.9").parts["steps"], case.ladder("H").first_lasting(case.cut)
    assert [0.5, 1.0, 0.5] == [part.judge(first + off).score for off in (-1, 0, 1)]


def test_the_loss_of_auc_is_wanted_to_three_decimals(case):
    part = _keys(case, "4.5").parts["loss"]
    assert part.judge(part.expected + 0.0018).score < 0.5


# What learners get


def test_nothing_that_reaches_learners_says_which_draft_may_go_out(case):
    files = ["case.json", "case_4.py", "cells_4.py", "clients_4.py", "climbers_4.py", "groups_4.py", "letters_4.py"]
    told = "".join((case.directory / file).read_text() for file in files)
    assert [] == [word for word in ('"valid"', "untrue", "lacking", "look-into-both") if word in told]


def test_the_same_learner_gets_the_same_case(tables, cases, tmp_path):
    sampler = Sampler.of(tables["first"], BLOCK.folder, CONTRACT_FILE)
    key = learner_key("lesson 4", "ada", fingerprint(tables["first"], CONTRACT))
    again = sampler.case(key, "4", BLOCK.settings.sample_rows, tmp_path / "again")
    read = [json.loads((one.directory / "case.json").read_text()) for one in (cases["first"], again)]
    assert read[0] == read[1]


def test_a_portfolio_without_protected_attributes_has_no_groups_and_letters_all_the_same(tables, tmp_path):
    contract = tmp_path / "contract.toml"
    text = CONTRACT_FILE.read_text()
    kept = text[: text.index("[[roles.protected]]")] + text[text.index("[concepts.utilisation]") :]
    contract.write_text(kept)
    lesson, sample = load_module(BLOCK.folder / "case_4.py"), tables["first"].iloc[::10].reset_index(drop=True)
    case = make_case(lesson, sample, contract, 7, tmp_path / "case")
    assert ({}, None, 6) == (case.value("groups"), case.value("cell"), len(case.value("drafts")))


def test_every_definition_of_the_lesson_has_two_sources():
    named = read_source(BLOCK.lesson_file(BLOCK.lesson("4"))).metadata["definitions"]
    assert dict.fromkeys(named, 2) == {name: len(set(sources)) for name, sources in named.items()}


def test_the_lesson_does_not_call_calibrated_pds_and_equal_errors_incompatible():
    text = " ".join(BLOCK.lesson_file(BLOCK.lesson("4")).read_text().replace("\n# ", " ").split())
    assert "being refused means the same default rate, good payers refused as often" in text
    assert "PDs that mean the same, good payers refused as often" not in text


def test_the_band_of_alike_is_called_a_convention():
    assert "convention of this lesson and no test" in BLOCK.lesson_file(BLOCK.lesson("4")).read_text()


CELLS = load_module(BLOCK.folder / "cells_4.py")
LETTERS = load_module(BLOCK.folder / "letters_4.py")
OF = CONTRACT.roles.protected[0]


def _cells(kinds, groups):
    rows = pd.DataFrame({"channel": kinds, "month": "2024-01", OF.column: groups})
    roles = SimpleNamespace(date="month", amount=None)
    contract = SimpleNamespace(
        title="", categorical=["channel"], numeric=[], roles=roles, policy=CONTRACT.policy, label=str
    )
    explained = SimpleNamespace(importance=pd.Series(dtype=float))
    base = SimpleNamespace(audited=rows, contract=contract, seed=1, explained=explained)
    return CELLS.Cells(base, pd.Series(True, rows.index), OF).drawn()


def test_a_cell_with_nine_people_of_a_group_is_never_shown():
    assert {"cell": None, "nested": {}} == _cells(["a", "b", "c"] * 13, [OF.compared] * 9 + [OF.reference] * 30)


def test_ten_people_of_each_group_are_compared_as_a_whole_at_least():
    found = _cells(["a", "b"] * 20, [OF.compared] * 10 + [OF.reference] * 30)
    assert (None, [10, 10, 30, 30]) == (found["cell"], found["nested"]["year"]["counts"])


def test_a_client_with_one_reason_gets_a_draft_of_one():
    draft = LETTERS._reasons(SimpleNamespace(concepts=pd.Series({"dti": 0.3, "income": -0.1})), {"dti": "debt service"})
    assert {"text": "We refused mainly for: debt service.", "factors": ["dti"]} == draft
