"""The case of lesson 5, the four models that vendors sell, and what the keys make of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from graders.answers import MAX_BYTES, plain
from graders.content import load_module
from graders.contract import read_contract
from graders.keys import keys_of
from graders.references.approval import Approvals
from graders.references.audit import Pairs, above, out_of
from graders.references.curves import adverse_run
from graders.sampling import draw, learner_key, seed_of
from graders.verdict import State
from instructors.build import read_source
from instructors.content import read_block
from instructors.rubric import rubric_of
from instructors.solutions import answers_of_lesson

ROOT = Path(__file__).parents[2]
BLOCK, DATASET = read_block(ROOT / "courses" / "credit-xai"), ROOT / "datasets" / "credit"
CONTRACT = read_contract(DATASET / "contract.toml")
MEASURES = load_module(BLOCK.folder / "measures_5.py")
VENDORS = load_module(BLOCK.folder / "vendors.py")
KEYS = load_module(BLOCK.folder / "keys" / "lesson5_measures.py")
VERDICT = load_module(BLOCK.folder / "keys" / "lesson5_verdict.py")
MEMO = load_module(BLOCK.folder / "keys" / "lesson5_memo.py")
LEARNERS = {"own feed": "ana", "many trees": "bob", "few leaves": "ada", "late column": "dora"}


@pytest.fixture(params=LEARNERS)
def case(request, case_of):
    return case_of("credit-xai", "5", LEARNERS[request.param])


@pytest.fixture
def one(case_of):
    return lambda kind: case_of("credit-xai", "5", LEARNERS[kind])


@pytest.fixture(scope="module")
def ground():
    """One learner's rows, before any vendor has seen them."""
    table = load_module(DATASET / "generate.py").generate(seed=11).table
    strata = load_module(BLOCK.folder / "case.py").strata(table, CONTRACT)
    key = learner_key("test", "ada", "fingerprint")
    sample = table.iloc[draw(strata, 24_000, key)].reset_index(drop=True)
    return MEASURES.ground.Ground.of(sample, CONTRACT, seed_of(key, "case"))


@pytest.fixture(scope="module", params=range(4), ids=["late column", "own feed", "many trees", "few leaves"])
def crossed(request, ground):
    """The lines that one of the four models crosses on these rows, near ones left out; with the model's place."""
    signs, amended = VENDORS.amended_signs(ground)
    sold = VENDORS.MAKERS[request.param](VENDORS.Portfolio(ground, signs))
    given = MEASURES.Delivered(sold.rows, CONTRACT, ground.seed, sold, ground, signs, amended)
    ordering, outcomes = MEASURES._ordering(given), MEASURES._outcomes(given).iloc[1:].sum()
    curves = MEASURES._curves(given)["curves"].values()
    learnt, later = (Pairs(**ordering[part]).auc for part in ("development", "later"))
    sides = {
        "leak": above(max(max(auc, 1 - auc) for auc in given.alone.values()), given.lines["leak_line"], KEYS.NEAR),
        "sign": above(
            max(adverse_run(one["heights"], one["sign"]).size for one in curves if one["sign"]),
            given.lines["adverse_line"],
            KEYS.NEAR,
        ),
        "disparity": KEYS.below(Approvals(*MEASURES._approvals(given)[0]["all"]), given.lines["air_line"]),
        "overfit": above(learnt - later, given.lines["overfit_max_gap"], KEYS.NEAR),
        "calibration": out_of(outcomes["defaults"] / outcomes["announced"], given.lines["ae_band"], KEYS.NEAR),
    }
    return request.param, {name for name, side in sides.items() if side == "crossed"}


def test_each_model_crosses_the_lines_it_was_made_to_cross(crossed):
    place, found = crossed
    made = [{"leak"}, {"sign", "disparity", "calibration"}, {"disparity", "overfit", "calibration"}, set()]
    by_chance = (
        {"sign"} if place == 0 else set()
    )  # not held to the signs: on some rows a weak column runs against its own
    assert made[place] == found - (by_chance - made[place])


def test_every_vendor_is_drawn_about_as_often():
    places = [int(VENDORS.shuffled(seed, "vendor", 4)[0]) for seed in range(2_000)]
    assert 400 < min(np.bincount(places)) <= max(np.bincount(places)) < 600


def test_a_sign_is_given_up_where_the_banks_own_loans_contradict_it(ground):
    assert ["n_open_accounts"] == VENDORS.amended_signs(ground)[1]


def test_the_strongest_proxy_is_the_one_that_was_planted(ground):
    assert ["postcode_zone"] == VENDORS.strongest_proxy(ground)


def test_without_a_protected_group_there_is_no_proxy(ground):
    contract = CONTRACT.model_copy(update={"roles": CONTRACT.roles.model_copy(update={"protected": ()})})
    assert [] == VENDORS.strongest_proxy(replace(ground, contract=contract))


def test_base_and_contributions_give_the_models_own_pd(case):
    np.testing.assert_allclose(case.to_pd((case.base + case.contributions.sum(axis=1)).to_numpy()), case.pds, atol=1e-4)


def test_the_client_is_refused(case):
    assert case.applicant("A").refused


def test_the_lines_are_those_of_the_contract(case):
    policy = case.contract.policy
    assert policy["air_line"] == case.lines["air_line"]
    assert list(policy["ae_band"]) == case.lines["ae_band"]
    assert policy["overfit_max_gap"] == case.lines["overfit_max_gap"]


def test_the_feed_differs_where_a_vendor_has_its_own(one):
    differing = {
        kind: [level for level, row in one(kind).value("feed")["lines"].items() if row[1] > 0] for kind in LEARNERS
    }
    assert {"own feed": ["online"], "many trees": [], "few leaves": [], "late column": []} == differing


def test_a_level_set_on_later_loans_stands_on_the_data_sheet(one):
    assert {kind: "2024" in one(kind).data_sheet["level set on"] for kind in LEARNERS} == {
        kind: kind == "few leaves" for kind in LEARNERS
    }


def test_no_outcome_and_no_protected_attribute_reaches_the_tables(case):
    kept = {*case.contract.protected, *case.contract.roles.kept_from_models}
    assert not kept & {*case.applicants.columns, *case.background.columns, *case.contributions.columns}


def test_the_case_names_neither_the_vendor_nor_a_verdict(case):
    told = (case.directory / "case.json").read_text()
    names = [maker.__name__ for maker in VENDORS.MAKERS]
    assert [] == [word for word in [*names, "crossed", "refuse", "conditions", "leak:"] if word in told]


def test_tables_name_columns_in_words(case):
    tables = [
        case.feed,
        case.ordering,
        case.alone,
        case.curve_turns,
        case.by_group,
        case.reason_table,
        case.group_table,
    ]
    told = [str(text) for table in tables for text in [*table.index, *table.columns]]
    assert [] == [text for text in told for name in case.contributions.columns if "_" in name and name in text]


def test_neighbouring_runs_of_lime_are_not_all_pairs(case):
    neighbours = MEASURES.neighbours_jaccard(case.lime_tops)
    assert 0.03 < abs(neighbours - KEYS.register(case).jaccard)


def test_no_defect_is_a_right_answer(one):
    verdict = BLOCK.all_keys["5.2"].expect(one("few leaves")).judge([], one("few leaves").picks)
    assert State.RIGHT is verdict.state


def test_where_no_defect_is_found_the_rule_approves(one):
    assert ["approve"] == KEYS.verdicts(one("few leaves"))


@pytest.mark.parametrize(
    ("defects", "said"),
    [([], "approve"), (["calibration"], "conditions"), (["sign", "leak"], "refuse"), (["overfit"], "refuse")],
)
def test_the_rule_is_read_from_the_top(defects, said):
    assert said == KEYS.verdict(defects)


@pytest.mark.parametrize(
    ("counts", "side"),
    [
        ((420, 1_000, 2_100, 3_000), "crossed"),
        ((530, 1_000, 2_100, 3_000), "near"),
        ((680, 1_000, 2_100, 3_000), "clear"),
    ],
)
def test_an_interval_across_the_line_may_be_called_either_way(counts, side):
    assert side == KEYS.below(Approvals(*counts), 0.8)


def test_the_opening_follows_the_learners_own_register(case):
    own = {"auc_learnt": "0,91", "auc_later": 0.55, "ae": 2.0, "ratio": 0.4}
    assert State.RIGHT is _opening(case, own, own)


def test_what_is_right_by_the_rows_is_wrong_beside_another_register(case):
    found = KEYS.register(case)._asdict()
    slots = {slot: found[slot] for slot in ("auc_learnt", "auc_later", "ae", "ratio")}
    assert State.RIGHT is not _opening(case, slots, {**slots, "ae": slots["ae"] + 1})


@pytest.mark.parametrize("answer", [None, "a word", [], {"ae": "about one"}, {"$refused": "type"}])
def test_without_a_register_the_opening_is_that_of_the_rows(case, answer):
    found = KEYS.register(case)._asdict()
    assert State.RIGHT is _opening(
        case, {slot: found[slot] for slot in ("auc_learnt", "auc_later", "ae", "ratio")}, answer
    )


def _opening(case, slots, register):
    return MEMO.opening(case, {"5.1": register}).judge(plain(slots), case.picks).state


def test_where_the_register_was_left_open_the_reply_says_so(case):
    replies = [MEMO.opening(case, {"5.1": answer}).parts["ae"].wrong for answer in (None, {"ae": 1.0})]
    assert [True, False] == ["left open" in reply for reply in replies]


def _recommended(case, said, defects):
    return VERDICT.recommendation(case, {"5.2": defects}).judge(said, case.picks).state


@pytest.mark.parametrize(
    ("defects", "said"),
    [([], "approve"), (["calibration"], "conditions"), (["overfit", "sign"], "refuse"), ("LEAK", "refuse")],
)
def test_the_recommendation_follows_the_learners_own_list(case, defects, said):
    assert State.RIGHT is _recommended(case, said, defects)


def test_what_the_figures_say_is_wrong_after_another_list(one):
    assert State.RIGHT is not _recommended(one("many trees"), "refuse", ["calibration"])


@pytest.mark.parametrize("answer", [None, {"a": 1}, ["no such defect"], {"$refused": "type"}])
def test_without_a_list_the_recommendation_is_that_of_the_figures(case, answer):
    assert [State.RIGHT] * len(KEYS.verdicts(case)) == [
        _recommended(case, said, answer) for said in KEYS.verdicts(case)
    ]


def test_after_a_right_list_every_verdict_by_the_figures_is_accepted(case, monkeypatch):
    must = KEYS.must_and_may(case)[0]
    monkeypatch.setattr(VERDICT.measures, "must_and_may", lambda _case: (must, ["overfit"]))
    assert {KEYS.verdict(must), "refuse"} <= {*VERDICT.by_the_rule(case, must)}


def test_a_reply_on_a_missed_leak_says_what_its_column_is_on_the_day():
    assert "the same for everybody" in VERDICT._MISSED["leak"]


NEEDED = {  # what the rubric's levels ask of “Critical reading of explanations”, as the excerpts say it
    "reference": "against 100 booked loans",
    "unit": "log-odds",
    "twins": "as one",
    "ties": "not told apart",
    "stability": "Jaccard of 0.58",
    "fidelity, beside the line": "below our 0.60",
}


@pytest.mark.parametrize(
    ("excerpt", "lacking"), [("read", []), ("limits", []), ("named", [*NEEDED]), ("cause", [*NEEDED])]
)
def test_an_excerpt_has_what_its_level_asks_in_full(excerpt, lacking):
    assert lacking == [item for item, words in NEEDED.items() if words not in KEYS.words.EXCERPTS[excerpt]]


def test_the_anchor_says_what_a_proficient_memo_must():
    lesson = BLOCK.lesson_file(BLOCK.lesson("5")).read_text().replace("\n#", "")
    anchor = lesson[lesson.index("An example to read first") :].partition("</details>")[0]
    asked = ["log-odds", "as one fact", "not told apart", "Jaccard of 0.58", "below our 0.60", "a version without it"]
    assert [] == [words for words in asked if words not in anchor]


class Amended:
    """A case of which some of what was counted is another."""

    def __init__(self, case, **values):
        self._case, self._values = case, values

    def __getattr__(self, name):
        return getattr(self._case, name)

    def value(self, name):
        return self._values.get(name, self._case.value(name))


def fed(case):
    """The same case, with client A's channel fed otherwise than filed in the column of the first reason."""
    first, feed = MEMO.required.reasons.principal(case.applicant("A").concepts)[0], case.value("feed")
    channel, column = str(case.applicant("A").values[feed["category"]]), case.explanation.concept_columns[first][0]
    lines = {level: [1, 100.0 if level == channel else 0.0, 1.0, 2.0] for level in feed["lines"]}
    return Amended(case, feed={**feed, "column": column, "lines": lines}), case.value("labels")[first]


def test_a_reason_that_the_feed_turns_round_is_not_to_be_told(one):
    case, label = fed(one("own feed"))
    assert f"1. “{label}”: not to be told: the feed does not say what the client filed" in MEMO.required._letter(case)


def test_a_reason_that_the_feed_reports_as_filed_is_told(one):
    assert "not to be told" not in MEMO.required._letter(one("few leaves"))


def test_the_disparity_points_name_each_group_below_with_its_own_ratio(one):
    first, second, *rest = one("few leaves").value("approvals")
    case = Amended(one("few leaves"), approvals=[first, {**second, "all": [400, 1_000, 2_800, 4_000]}, *rest])
    told = MEMO.required._disparity(case, None)
    assert [True, False, False] == [words in told for words in ("ratio 0.57 (0.5", "Carrier", first["compared"])]


def test_a_group_under_ten_people_has_no_mean(ground):
    given = MEASURES.Delivered.to(ground)
    few = given.chosen.assign(nationality_group="national")
    few.iloc[:9, few.columns.get_loc("nationality_group")] = "non_national"
    vars(given)["chosen"] = few
    found = MEASURES._by_group(given)
    assert None is found["people"][0]
    assert {None} == {mean[0] for mean in found["means"].values()}


def test_the_table_says_that_a_small_group_is_left_out(one, monkeypatch):
    case = one("few leaves")
    found = {"people": [None, 250], "means": {"dti": [None, 0.2]}}
    whole = case.value
    monkeypatch.setattr(type(case), "value", lambda _self, name: found if name == "by_group" else whole(name))
    assert "under ten files, left out" in case.by_group.columns[0]
    assert ["", 0.2] == case.by_group.iloc[0].tolist()


def test_the_rubric_is_worth_what_the_memo_is():
    assert keys_of(MEMO)["5.5"].points == rubric_of(BLOCK, "5").points == 40


def test_automatic_points_and_memo_make_fifty_five():
    assert [6, 5, 2, 2, 40] == [key.points for key in BLOCK.keys("5").values()]


def test_the_required_points_name_every_defect_that_must_be_named(case):
    told = [point.removeprefix("Finding: ").partition(":")[0] for point in MEMO.memo(case).required]
    assert KEYS.must_and_may(case)[0] == [name for name in told if name in KEYS.words.DEFECTS]


def test_the_longest_memo_fits_into_an_answer():
    assert MEMO.MOST_WORDS * 16 < MAX_BYTES  # letters a word, at most two bytes each


def test_the_authors_own_memo_is_one(case):
    memo = answers_of_lesson(read_source(BLOCK.lesson_file(BLOCK.lesson("5"))), case, solved=True)["5.5"]
    assert BLOCK.all_keys["5.5"].expect(case).judge(memo, case.picks).waits
    assert [f"({place})" in memo for place in range(1, 8)] == [True] * 7


def _written(case):
    return answers_of_lesson(read_source(BLOCK.lesson_file(BLOCK.lesson("5"))), case, solved=True)["5.5"]


def test_the_authors_memo_says_what_the_order_falls_to_on_the_day(one):
    usual = Pairs(**one("late column").value("ordering")["usual"]).auc
    assert f"the order that we paid for falls to an AUC of {usual:.2f}" in _written(one("late column"))


def test_the_authors_memo_does_not_tell_what_the_feed_turns_round(one):
    case, label = fed(one("own feed"))
    assert f"“{label}” is not to be told" in _written(case)


def test_the_authors_memo_excludes_a_bad_quarter_only_where_the_quarters_lie_on_one_side(one, monkeypatch):
    case = one("own feed")
    uneven = case.outcomes.copy()
    uneven.loc[uneven.index[1], "defaults"] = 1.0
    told = [_written(case)]
    monkeypatch.setitem(vars(case), "outcomes", uneven)
    assert [True, False] == ["one bad quarter" in memo for memo in [*told, _written(case)]]


def test_the_authors_memo_says_where_the_level_was_set_only_of_the_model_it_is_true_of(one):
    case = one("few leaves")
    of_old = Amended(case, sheet={**case.value("sheet"), "calibrated": case.value("sheet")["learnt"]})
    assert [True, False] == ["the level was set on loans of the year" in _written(any_) for any_ in (case, of_old)]
