"""The keys of lesson 2 on cases made by hand: couples that share no column, curves that no portfolio of ours has."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from graders.content import load_module
from graders.references.leakage import rate_gap_p_value
from graders.verdict import State
from instructors.content import read_block

BLOCK = Path(__file__).parents[2] / "courses" / "credit-xai"
KEYS = read_block(BLOCK).all_keys
MEASURES, CASES = load_module(BLOCK / "measures_2.py"), load_module(BLOCK / "case_2.py")
RATES = {"worse beyond": (100, 200), "better beyond": (200, 100), "alike": (100, 101)}  # defaults of 1,000 loans each
CURVES = {
    "valley, declared to rise": ([-2.4, -2.6, -2.9, -2.88, -2.5, -2.2], 1, {2, 3}),
    "hill, declared to fall": ([-2.9, -2.6, -2.3, -2.32, -2.7, -3.0], -1, {2, 3}),
    "falls, declared to rise": ([-2.0, -2.04, -2.3, -2.5, -2.7, -2.9], 1, {0, 1}),
    "rises, declared to fall": ([-2.9, -2.6, -2.5, -2.4, -2.3, -2.2], -1, {0}),
}


def couples_case(strengths):
    """A case whose couples have these strengths; all others are weak."""
    names = ["age", "dti", "income", "job", "zone"]
    halves = pd.DataFrame(0.001, names, names)
    for (one, other), strength in strengths.items():
        halves.loc[one, other] = halves.loc[other, one] = strength / 2
    applicants = pd.DataFrame({name: [1.0, 2.0, 4.0, place] for place, name in enumerate(names)})
    return SimpleNamespace(
        couples=halves,
        importance=pd.Series({"zone": 1.0, "income": 0.5}),
        applicants=applicants,
        explanation=SimpleNamespace(numeric=names),
        picks={"features": {name: name for name in names}},
    )


def couple_earns(case, couple, strength):
    return KEYS["2.1"].expect(case).judge({"couple": couple, "strength": strength}, case.picks).score


def test_two_tied_couples_that_share_no_column_are_right_each_and_not_crossed():
    case = couples_case({("age", "dti"): 0.100, ("job", "zone"): 0.095})
    given = (["dti", "age"], ["zone", "job"], ["dti", "zone"], ["age", "job"])
    assert [1.0, 1.0, 0.5, 0.5] == [couple_earns(case, couple, 0.098) for couple in given]


def test_two_tied_couples_with_a_column_in_common_are_right_each():
    case = couples_case({("age", "dti"): 0.100, ("dti", "zone"): 0.095})
    given = (["dti", "age"], ["zone", "dti"], ["age", "zone"])
    assert [1.0, 1.0, 0.5] == [couple_earns(case, couple, 0.098) for couple in given]


def turning_case(shape, rates):
    heights, sign, _places = CURVES[shape]
    values = [float(place) for place in range(len(heights))]
    names = [str(place) for place in range(len(heights))]
    bads, loans = RATES[rates], (1000, 1000)
    rows = [{"words": w, "loans": n, "bad": b} for w, n, b in zip(("around", "beyond"), loans, bads, strict=True)]
    measured = {"sides": rows, "sides_p": rate_gap_p_value(bads, loans)}
    return SimpleNamespace(
        curves={"x": pd.Series(heights, values)},
        declared={"x": sign},
        turning="x",
        value=measured.__getitem__,
        sides=pd.DataFrame({"default rate, %": [bad / 10 for bad in bads]}),
        picks=type("Picks", (dict,), {"turning_values": property(lambda own: own["turning_values"])})(
            turning_values={name: name for name in names}
        ),
    )


def solution(question, case):
    """Run the lesson's own solution on a case; return what it hands in."""
    source = (BLOCK / "lessons" / "02_curves.py").read_text().partition(f"# %% solution {question}\n")[2]
    given = {}
    exec(source.partition("\n# %%")[0], {"case": case, "submit": given.__setitem__})
    return given[question]


@pytest.mark.parametrize("rates", RATES)
@pytest.mark.parametrize("shape", CURVES)
def test_the_solution_agrees_with_the_key_on_any_curve(shape, rates):
    case = turning_case(shape, rates)
    assert State.RIGHT is KEYS["2.4"].expect(case).judge(solution("2.4", case), case.picks).state


@pytest.mark.parametrize(
    ("shape", "rates", "finding"),
    [
        ("valley, declared to rise", "worse beyond", "defensible"),
        ("valley, declared to rise", "better beyond", "defect"),
        ("hill, declared to fall", "better beyond", "defensible"),
        ("hill, declared to fall", "worse beyond", "defect"),
        ("falls, declared to rise", "better beyond", "defensible"),
        ("rises, declared to fall", "worse beyond", "defensible"),
        ("rises, declared to fall", "better beyond", "defect"),
        ("falls, declared to rise", "alike", "not-proven"),
    ],
)
def test_a_curve_that_the_loans_bear_out_is_defensible_whatever_its_sign(shape, rates, finding):
    answer = solution("2.4", turning_case(shape, rates))
    assert (finding, True) == (answer["verdict"], int(answer["value"]) in CURVES[shape][2])


@pytest.mark.parametrize("shape", CURVES)
def test_no_reply_on_a_turn_speaks_of_a_valley(shape):
    expected = KEYS["2.4"].expect(turning_case(shape, "alike")).parts["value"]
    assert not [trap.name for trap in expected.traps if "lowest" in trap.reply or "highest" in trap.reply]


def test_training_for_out_of_time_is_told_apart_at_three_decimals():
    aucs = {"plus": {"training": 0.979, "later": 0.970}, "classic": {"training": 0.82, "later": 0.79}}
    key = KEYS["2.6"].expect(SimpleNamespace(value={"aucs": aucs}.__getitem__))
    verdict = key.judge({"plus": 0.979, "classic": 0.79, "report": "classic"})
    assert ("plus:in-sample", True) == (verdict.trap, verdict.score < 1)


def test_means_converted_last_are_told_apart_and_rounded_ones_are_right():
    moved = {f"pd {name}": [5.0, 12.0] for name in ("A", "B", "all")} | {
        f"log {name}": [-3.05, -2.0] for name in ("A", "B", "all")
    }
    observed = {name: [4.0, 15.0] for name in ("A", "B", "all")}
    tables = {"story_moved": pd.DataFrame(moved), "story_observed": pd.DataFrame(observed)}
    part = KEYS["2.2"].expect(SimpleNamespace(table=tables.__getitem__)).parts["a_points"]
    assert "converted-last" in [trap.name for trap in part.live_traps()]
    assert [1.0, 1.0] == [part.judge(answer).score for answer in (7.0, 7.11)]


def test_the_line_for_a_column_alone_is_the_contracts():
    lines = load_module(BLOCK / "findings_2.py").declared_lines
    contracts = [SimpleNamespace(policy=policy) for policy in ({"leak_line": 0.9}, {})]
    assert [0.9, 0.85] == [lines(contract)["leak_rule"]["alone"] for contract in contracts]


def test_the_suspected_column_stands_among_the_others_by_its_label():
    columns = load_module(BLOCK / "findings_2.py")._by_label({"z": "Zone", "a": "income", "late": "Reminders"})
    assert ["income", "Reminders", "Zone"] == list(columns.values())


def test_once_is_not_one_times():
    assert ["about once in 10,000", "about 2 times in 10,000"] == [CASES._chance(p) for p in (0.0001, 0.0002)]
