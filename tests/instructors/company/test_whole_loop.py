"""Portfolios of other lenders, each from its file to a class, and through real nbgrader to graded notebooks."""

import json
from pathlib import Path

import pytest

from graders.content import load_module
from instructors import gradebook
from instructors.cast import OF_THE_WHOLE
from instructors.company.draft import draft
from instructors.company.making import new_company_class
from instructors.company.offering import Wanted
from instructors.company.reading import read_portfolio
from instructors.content import find_block
from instructors.demo import Show, run_class
from instructors.making import Plan

pytestmark = pytest.mark.slow

portfolios = load_module(Path(__file__).with_name("portfolios.py"))
STRONG = OF_THE_WHOLE[0]


def filed(name, folder):
    """Return the portfolio's file, written the way this company writes."""
    table = portfolios.ALL[name]()
    if name == "wide":
        table.to_excel(folder / "wide.xlsx", index=False, engine="openpyxl")
        return folder / "wide.xlsx"
    how = {"sep": ";", "encoding": "cp1252"} if name == "french" else {}
    table.to_csv(folder / f"{name}.csv", index=False, **how)
    return folder / f"{name}.csv"


@pytest.fixture(scope="module", params=["coded", "french", "wide"])
def graded(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    data, contract = filed(request.param, folder), folder / "ours.toml"
    contract.write_text(portfolios.corrected(request.param, draft(read_portfolio(data), data.name)), encoding="utf-8")
    wanted, plan = Wanted(data, contract), Plan("credit-xai", "ours", seed=5)
    made = new_company_class(folder / "class", plan, wanted, learners=2)
    run_class(made.made, lambda _name, _steps: None, Show((), (STRONG,)))
    return request.param, made


def test_nothing_gets_a_mark_that_it_does_not_deserve(graded):
    _name, made = graded
    assert [] == made.filed.proof.wrong


def test_right_answers_earn_every_point_in_the_gradebook(graded):
    _name, made = graded
    (total,) = gradebook.totals(made.made, [STRONG.name])
    assert set(made.made.settings.assignments) == set(total.marks)
    assert total.out_of == total.points


def test_a_lesson_is_worth_what_it_is_worth_with_all_its_questions(graded):
    _name, made = graded
    whole = find_block("credit-xai")
    for entry in made.filed.offer.lessons:
        points = [sum(key.points for key in block.keys(entry.id).values()) for block in (whole, made.made.block)]
        assert points[0] == points[1]


def test_what_is_kept_left_out_and_added_is_on_record(graded):
    name, made = graded
    result = json.loads((made.made.root / "private" / "portfolio.json").read_text(encoding="utf-8"))
    left_out = {one["question"] for one in result["questions"] if one["left_out"]}
    dated = {"2.7"}
    assert dated <= left_out if name != "french" else not left_out & dated
    assert {"late", "second"} <= {word for added in result["portfolio"]["added"] for word in _kind(added, made)}


def _kind(added, made):
    contract = made.filed.offer.portfolio.contract
    return {"late"} if added in contract.late else {"second"} if added.endswith(("_second", "_fact")) else {"group"}


def test_lessons_say_what_was_added_and_what_the_portfolio_lacks(graded):
    name, made = graded
    text = (made.made.root / "release" / "02_curves" / "02_curves.ipynb").read_text(encoding="utf-8")
    assert "it was made up from the outcomes" in text
    assert ("They have no dates." in text) == (name != "french")
