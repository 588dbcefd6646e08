from __future__ import annotations

import pandas as pd

from graders.figures import announced

QUARTERS = pd.DataFrame(
    {"bad": [90, 110, 181], "announced": [100.0, 100.0, 123.5], "low": [0.72, 0.9, 1.26], "high": [1.11, 1.33, 1.7]},
    index=["2023 Q3", "2023 Q4", "2024 Q1"],
)


def test_the_title_compares_training_with_the_last_year():
    expected = "A/E lies between 0.90 and 1.10 in the years of training, between 1.47 and 1.47 in 2024."
    assert expected == announced(QUARTERS, (0.8, 1.25)).title


def test_every_quarter_is_told_with_its_interval():
    words = announced(QUARTERS, (0.8, 1.25)).words
    assert "2024 Q1: 181 defaults, 123.5 announced, A/E 1.47, interval 1.26 to 1.70." == words[-1]


def test_the_last_year_has_a_marker_of_its_own():
    lines = announced(QUARTERS, (0.8, 1.25)).figure.axes[0].lines
    assert ["o", "o", "^"] == [line.get_marker() for line in lines if line.get_marker() in ("o", "^")]
