"""The figures of the lesson on trust: runs side by side, faithful copies, invented files, two references."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from graders.decisions import Decided
from graders.figures import clouds, fidelities, heat, one_rule, together, two_references
from graders.references.explanation import Explanation

LABELS = {"income": "Net <income>", "dti": "Debt service", "job": "Job"}
RUNS = {
    "300 files": [["income", "dti"], ["dti", "job"], ["dti", "income"]],
    "5,000 files": [["dti", "income"]] * 3,
}


def _explained(shift):
    phi = pd.DataFrame({"income": [0.5 - shift], "dti": [0.3], "job": [-0.1]}, index=["A1"])
    rows = pd.DataFrame({"income": [900.0], "dti": [40.0], "job": ["a"]}, index=phi.index)
    return Explanation(rows, phi, -3.0 + shift, 8.0, {name: [name] for name in LABELS}, LABELS).one("A1", "F")


def _files(count, spread):
    random = np.random.default_rng(1)
    one = random.uniform(0, 100, count)
    return pd.DataFrame({"one": one, "other": one + random.normal(0, spread, count)})


def _rule():
    random = np.random.default_rng(2)
    value = random.uniform(0, 60, 50)
    return pd.DataFrame(
        {"value": value, "pd": random.uniform(1, 30, 50), "holds": value > 30, "kernel": random.uniform(0.4, 1, 50)}
    )


def _drawings():
    yield heat(RUNS, LABELS)
    yield fidelities([0.1, 0.31, 0.7], 0.6, 5_000)
    yield clouds(_files(60, 4), _files(60, 40), ("Use, now", "Use, average"), 20.0)
    yield two_references(_explained(0.0), _explained(0.4), ("loans", "files near the line"))
    yield one_rule(_rule(), "Debt service above 30", "Debt service, %", 0.04)


def test_every_figure_says_the_same_without_its_picture(monkeypatch):
    drawn = [drawing.text for drawing in _drawings()]
    monkeypatch.setenv("SITU_FIGURES", "words")
    assert drawn == [drawing.text for drawing in _drawings()]


def test_every_figure_is_a_picture_with_a_finding_and_words():
    found = [(drawing.png[:4], drawing.title[-1], len(drawing.words) > 0) for drawing in _drawings()]
    assert {(b"\x89PNG", ".", True)} == set(found)


def test_a_run_is_told_by_its_places():
    assert "300 files, Job: in the runs 2 (place 2)." in heat(RUNS, LABELS).words


def test_a_column_that_no_run_of_a_setting_names_is_told():
    assert "5,000 files, Job: in none of the runs." in heat(RUNS, LABELS).words


def test_the_title_counts_the_columns_and_leaves_the_common_ones_to_the_reader():
    assert "3 columns take a place with 300 files, 2 columns take a place with 5,000 files" in heat(RUNS, LABELS).title


def test_what_was_expected_is_compared_also_where_no_run_names_it():
    labels = {**LABELS, "zone": "Zone"}
    mine = Decided("3.x", "Runs", made=True, names={"I expect": ("dti", "zone")})
    words = heat(RUNS, labels, mine=mine).words
    assert "I expect: “Debt service”. With 300 files it has a place in 3 of 3 runs." in words
    assert "I expect: “Zone”. With 300 files it has a place in 0 of 3 runs." in words


def test_before_a_decision_there_is_a_prompt_and_no_heat_map():
    prompt = object()
    mine = replace(Decided("3.x", "Runs", made=False), prompt=prompt)
    assert prompt is heat(RUNS, LABELS, mine=mine)


def test_copies_are_counted_against_the_line():
    assert "1 of 3 local copies reach the declared line" in fidelities([0.1, 0.31, 0.7], 0.6, 5_000).title


@pytest.mark.parametrize("values", [[0.1, 0.314, 0.7], [0.31, 0.31, 0.7], [0.2, 0.3049, 0.4, 0.6]])
def test_what_half_of_the_copies_stay_under_is_not_rounded_down(values):
    title = fidelities(values, 0.6, 5_000).title
    under = float(title.rsplit(" ", 1)[1].rstrip("."))
    assert ("at least half" in title, True) == (True, 2 * sum(value < under for value in values) >= len(values))


def test_a_copy_on_the_line_reaches_it():
    assert fidelities([0.6], 0.6, 300).title.startswith("1 of 1")


def test_every_copy_is_in_the_words():
    words = fidelities([0.1, 0.11, 0.7, -0.2], 0.6, 5_000).words[:-1]
    assert 4 == sum(int(line.rsplit(" ", 1)[1].rstrip(".")) for line in words)


def test_real_files_go_together_and_invented_ones_do_not():
    title = clouds(_files(400, 3), _files(400, 90), ("a", "b"), 20.0).title
    assert "correlation 0.99" in title


def test_both_clouds_have_the_same_scales():
    left, right = clouds(_files(60, 4), _files(60, 40), ("a", "b"), 20.0).figure.axes
    assert (left.get_xlim(), left.get_ylim()) == (right.get_xlim(), right.get_ylim())


def test_a_fact_is_told_from_both_references():
    words = two_references(_explained(0.0), _explained(0.4), ("loans", "files near the line")).words
    assert "Net <income>: +0.50 from loans, +0.10 from files near the line." in words


def test_the_title_has_the_one_pd_of_both_references():
    one = _explained(0.0)
    assert f"one PD of {one.pd:.1f} %" in two_references(one, _explained(0.4), ("loans", "files")).title


def test_the_two_levels_lie_apart_by_the_weight():
    axes = one_rule(_rule(), "r", "x", 0.04).figure.axes[0]
    below, above = (float(line.get_ydata()[0]) for line in axes.lines[:2])
    assert 4.0 == pytest.approx(above - below)


def test_the_clients_own_value_is_told_with_its_column_and_unit():
    assert one_rule(_rule(), "r", "Debt service, %", 0.04).words[0].startswith("The client. Debt service, %: ")


def test_what_is_shown_together_comes_in_its_order(monkeypatch):
    seen = []
    monkeypatch.setattr("IPython.display.display", seen.append)
    together("a table", "a figure")._ipython_display_()
    assert ["a table", "a figure"] == seen


def test_words_reach_the_page_escaped():
    assert "Net &lt;income&gt;" in heat(RUNS, LABELS).html
