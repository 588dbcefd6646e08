"""The figures of groups, reasons and steps: a finding above, the content in words below."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from graders.decisions import Decided
from graders.figures import calibration, facts, ladder, proxies, rates, ratios, reasons
from graders.references.approval import Approvals, Comparison
from graders.references.counterfactual import Ladder
from graders.references.explanation import Explanation
from graders.references.group_errors import calibration as fifths

PAIRS = [
    Comparison("Nationality", "Nationality: b to a", "b", "a", Approvals(508, 1223, 4301, 6792)),
    Comparison("Nationality", "Nationality, online only", "b", "a", Approvals(9, 21, 79, 131)),
]
AUCS = {"Gender": pd.Series({"job": 0.73, "income": 0.61}), "Age": pd.Series({"history": 0.89, "job": 0.6})}
LABELS = {"job": "Occupation", "income": "Net <income>", "history": "History", "use": "Use of lines"}


@pytest.fixture(scope="module")
def client():
    phi = pd.DataFrame({"now": [0.2], "avg": [0.1], "job": [-0.4], "income": [0.25], "history": [0.01]}, index=["A1"])
    labels = {**LABELS, "now": "Use, now", "avg": "Use, average"}
    concepts = {"use": ["now", "avg"], "job": ["job"], "income": ["income"], "history": ["history"]}
    return Explanation(phi.abs(), phi, -2.4, 8.0, concepts, labels, {"income": "EUR"}).one("A1", "K")


@pytest.fixture(scope="module")
def groups():
    rng = np.random.default_rng(1)
    pds = pd.Series(100 * rng.beta(1.5, 12, 400))
    return {name: fifths(pds, (rng.random(400) < pds / 100).astype(float)) for name in ("b", "a")}


STEPS = Ladder("income", 50.0, (1500.0, 1550.0, 1600.0), (9.0, 8.5, 7.5), (0.25, 0.2, -0.1))


def _drawings(client, groups):
    return [
        rates(PAIRS),
        ratios(PAIRS, 0.8),
        proxies(AUCS, LABELS),
        proxies({"Age": AUCS["Age"]}, LABELS),
        calibration(groups),
        facts(client, "the files just approved"),
        ladder(STEPS, client, 8.0),
    ]


def test_every_figure_says_the_same_without_its_picture(client, groups, monkeypatch):
    drawn = [drawing.text for drawing in _drawings(client, groups)]
    monkeypatch.setenv("SITU_FIGURES", "words")
    assert drawn == [drawing.text for drawing in _drawings(client, groups)]


def test_every_figure_is_a_picture_with_a_finding_and_words(client, groups):
    drawings = _drawings(client, groups)
    told = [(one.png[:4] == b"\x89PNG", one.title.endswith("."), len(one.words) > 0) for one in drawings]
    assert [(True, True, True)] * len(drawings) == told


def test_the_widest_gap_between_rates_is_the_finding():
    assert "The widest gap, −21.8 points, is that between “b” and “a”." == rates(PAIRS).title


def test_rates_are_told_by_group_with_their_intervals():
    assert "Nationality: b, 1,223 applications, 41.5 % approved (95 %: 38.8 to 44.3 %)." == rates(PAIRS).words[0]


def test_the_widest_interval_names_how_few_people_it_has():
    assert "21 people" in ratios(PAIRS, 0.8).title


def test_a_ratio_is_told_with_both_ends_and_its_z():
    assert (
        "Nationality: b to a: ratio 0.656, 95 % interval 0.612 to 0.703; 1,223 people compared, z = −14.32."
        == ratios(PAIRS, 0.8).words[0]
    )


def test_a_group_without_an_approval_has_an_interval_without_end():
    none = Comparison("Age", "Age, one month", "b", "a", Approvals(0, 12, 60, 100))
    assert "interval 0.000 to ∞" in ratios([*PAIRS, none], 0.8).words[-1]


def test_proxies_are_told_attribute_by_attribute():
    assert "Gender: 1. Occupation, AUC 0.730." == proxies(AUCS, LABELS).words[0]


def test_calibration_leaves_the_ratio_of_defaults_to_the_reader(groups):
    assert "points lie above the dashed line" in calibration(groups).title


def test_facts_are_added_up_and_the_strongest_stands_first(client):
    drawing = facts(client, "the files just approved")
    assert ("Use of lines: +0.30 in log-odds.", True) == (
        drawing.words[0],
        "the files just approved" in drawing.caption,
    )


def test_nothing_is_drawn_before_a_decision_is_made(client):
    prompt = object()
    undecided = Decided("4.client-k", "Client K", made=False, prompt=prompt)
    assert prompt is facts(client, "the files just approved", mine=undecided)


def test_what_was_decided_is_compared_with_the_facts(client):
    mine = Decided("4.client-k", "Client K", made=True, names={"Mine": ("income", "job")})
    told = facts(client, "the files just approved", mine=mine).words
    assert "Mine: “Net <income>”, “Occupation”. In common with these: “Net <income>”." in told


def test_two_columns_of_one_fact_become_one_reason(client):
    rows = reasons(
        client, {"use": "Use of credit lines", "income": "Income too low"}, {"now": "use", "avg": "use"}
    ).rows
    assert ("Use, now", "+0.200", "reason 1: Use of credit lines", "+0.300") in rows
    assert ("Use, average", "+0.100", "reason 1: Use of credit lines", "+0.300") in rows


def test_what_helps_and_what_is_weak_is_not_named(client):
    rows = {row[0]: row[2] for row in reasons(client, {}, {"now": "use", "avg": "use"}).rows}
    assert ("not named: it helped", "not named: too weak") == (rows["Occupation"], rows["History"])


def test_each_step_is_told_with_its_pd_and_contribution(client):
    assert "Step 1: 1,550 EUR, PD 8.50 %; contribution of the field +0.20." == ladder(STEPS, client, 8.0).words[1]
