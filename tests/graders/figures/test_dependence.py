from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from graders.figures import colourings, dependence
from graders.references.explanation import Explanation

WORDS = {"A": "Job: fixed term", "B": "Job: permanent"}


@pytest.fixture(scope="module")
def cloud():
    rng = np.random.default_rng(2)
    index = [f"A{number}" for number in range(120)]
    kind = pd.Series(np.where(np.arange(120) % 3 == 0, "A", "B"), index)
    dti = pd.Series(rng.uniform(5, 60, 120), index)
    phi = (dti - 30) / 30 * np.where(kind == "A", 1.0, 0.25)
    rows = pd.DataFrame({"dti": dti})
    labels, units = {"dti": "Debt <service>"}, {"dti": "%"}
    return Explanation(rows, phi.to_frame("dti"), -3.0, 8.0, {"dti": ["dti"]}, labels, units), kind


def test_the_title_says_how_far_each_kind_climbs(cloud):
    explained, kind = cloud
    title = dependence(explained, "dti", kind, WORDS).title
    steep, flat = (float(word) for word in title.replace("+", "").split() if word[0].isdigit())
    assert steep > 3 * flat


def test_each_kind_has_a_line_in_words(cloud):
    words = dependence(cloud[0], "dti", cloud[1], WORDS).words
    assert ["A: Job: fixed term: 40 files", "B: Job: permanent: 80 files"] == [line.partition(",")[0] for line in words]


def test_kinds_differ_by_marker_and_filling_not_by_colour_alone(cloud):
    first, second = dependence(cloud[0], "dti", cloud[1], WORDS).figure.axes[0].collections[:2]
    assert (len(first.get_facecolor()), len(second.get_facecolor())) == (1, 0)
    assert len(first.get_paths()[0].vertices) != len(second.get_paths()[0].vertices)


def test_the_legend_stands_above_every_point(cloud):
    axes = dependence(cloud[0], "dti", cloud[1], WORDS).figure.axes[0]
    assert axes.get_ylim()[1] > 1.1 * cloud[0].contributions["dti"].max()


def test_one_cloud_is_told_apart_panel_by_panel():
    files = pd.DataFrame(
        {
            "value": range(6),
            "contribution": [0.1, -0.2, 0.3, 0.2, 0.5, 0.4],
            "car": list("nunuun"),
            "place": list("tttccc"),
        }
    )
    drawing = colourings(files, {"car": "Car", "place": "Place"}, ("value", "contribution"))
    assert (2, 4, True) == (len(drawing.figure.axes), len(drawing.words), "−0.20 to +0.50" in drawing.title)
