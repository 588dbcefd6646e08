from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from graders.figures import bars, beeswarm, listing, scatter, scatters, two_files, waterfall
from graders.references.explanation import Explanation


@pytest.fixture(scope="module")
def explained():
    rng = np.random.default_rng(4)
    rows = pd.DataFrame(
        {"income": rng.normal(2000, 400, 80), "dti": rng.normal(30, 9, 80), "job": rng.choice(["a_b", "c"], 80)}
    )
    rows.loc[:5, "dti"] = np.nan
    phi = pd.DataFrame(
        {"income": (2000 - rows["income"]) / 800, "dti": rng.normal(0, 0.2, 80), "job": rng.normal(0, 0.1, 80)}
    )
    rows.index = phi.index = [f"A{number}" for number in range(80)]
    labels = {"income": "Net <income>", "dti": "Debt service", "job": "Job"}
    return Explanation(rows, phi, -3.0, 8.0, {name: [name] for name in labels}, labels, {"income": "EUR"})


def _drawings(explained):
    one, other = explained.one("A1", "R"), explained.one("A2", "S")
    yield waterfall(one, bars=2)
    yield bars(explained)
    yield bars(explained, concepts=True, count=2)
    yield beeswarm(explained)
    yield from (scatter(explained, column) for column in explained.rows)
    yield scatters(explained, explained.rows)
    yield two_files(one, other, "income")


def test_every_figure_says_the_same_without_its_picture(explained, monkeypatch):
    drawn = [drawing.text for drawing in _drawings(explained)]
    monkeypatch.setenv("SITU_FIGURES", "words")
    assert drawn == [drawing.text for drawing in _drawings(explained)]


def test_every_figure_is_a_picture_with_a_finding_and_words(explained):
    for drawing in _drawings(explained):
        assert (True, True, True) == (
            drawing.png[:4] == b"\x89PNG",
            drawing.title.endswith("."),
            len(drawing.words) > 0,
        )


def test_the_waterfall_closes_in_words(explained):
    one = explained.one("A1", "R")
    start, *steps, end = waterfall(one, bars=2).words
    assert (True, 3, True) == ("−3.00" in start, len(steps), f"PD {one.pd:.1f} %" in end)


def test_a_title_names_both_when_two_columns_weigh_the_same(explained):
    even = Explanation(
        explained.rows,
        explained.contributions.assign(dti=explained.contributions["income"]),
        -3.0,
        8.0,
        {},
        explained.labels,
    )
    assert "too close to tell apart" in bars(even).title


def test_the_scatter_leaves_the_direction_to_the_reader(explained):
    title = scatter(explained, "income").title
    assert title.startswith("“Net <income>” moves these clients by")
    assert "safer" not in title


def test_a_scatter_says_where_half_of_the_files_lie(explained):
    even = Explanation(explained.rows.assign(dti=7.5), explained.contributions, -3.0, 8.0, {}, explained.labels)
    assert "Median of the values: 7.5." == scatter(even, "dti").words[0]


def test_words_reach_the_page_escaped(explained):
    assert "Net &lt;income&gt;" in bars(explained).html


def test_a_list_is_never_cut_off():
    long = "a sentence " * 40
    assert long.strip() in listing({"s1": long})._repr_html_()


def test_small_panels_draw_each_numeric_column_once(explained):
    words = scatters(explained, ["income", "job", "income", "dti"]).words
    assert ["Net <income>", "Debt service"] == list(dict.fromkeys(line.partition(".")[0] for line in words))


def test_small_panels_refuse_to_draw_nothing(explained):
    with pytest.raises(ValueError, match="a column to draw"):
        scatters(explained, [])


def test_small_panels_draw_words_where_there_is_no_number(explained):
    levels = set(explained.rows["job"].astype(str))
    assert len(levels) == len(scatters(explained, ["job"]).words)


def test_a_panel_says_how_many_high_values_are_protected(explained):
    rows = explained.rows.assign(dti=np.arange(80.0))
    phi = explained.contributions.assign(dti=np.where(np.arange(80) < 70, 0.1, -0.1))
    told = scatters(Explanation(rows, phi, -3.0, 8.0, {}, explained.labels), ["dti"]).words
    assert "Debt service. Files above the median: 40, of which 10 are protected." in told


def test_no_third_of_the_values_lies_on_top_of_the_others(explained):
    axes = beeswarm(explained).figure.axes[0]
    fills = [tuple(dots.get_facecolor()[0][:3]) for dots in axes.collections if len(dots.get_facecolor())]
    assert fills[0] in fills[3:]


def test_a_small_pd_is_shown_so_that_its_log_odds_can_be_worked_back(explained):
    safe = Explanation(explained.rows, explained.contributions, -7.0, 8.0, {}, explained.labels).one("A1", "R")
    assert f"PD {safe.pd:.2f} %" in waterfall(safe).words[-1]
