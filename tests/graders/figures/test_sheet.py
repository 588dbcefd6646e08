"""Tables as a person reads them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from graders.figures import filed, pushes, sheet
from graders.references.explanation import Explanation

LABELS = {"income": "Net <income>", "savings": "Declared savings", "job": "Job"}


@pytest.fixture(scope="module")
def client():
    phi = pd.DataFrame({"income": [-0.1234], "savings": [0.5], "job": [0.25]}, index=["A1"])
    rows = pd.DataFrame({"income": [2100.0], "savings": [np.nan], "job": ["fixed_term"]}, index=["A1"])
    units = {"income": "EUR per month", "savings": "EUR"}
    return Explanation(rows, phi, -3.0, 8.0, {name: [name] for name in LABELS}, LABELS, units).one("A1", "B")


def test_a_file_is_told_in_words(client):
    expected = (
        ("Net <income>", "2,100", "EUR per month"),
        ("Declared savings", "not known", ""),
        ("Job", "fixed term", ""),
    )
    assert expected == filed(client).rows


def test_the_largest_contribution_stands_first(client):
    assert [("Declared savings", "+0.500"), ("Job", "+0.250"), ("Net <income>", "−0.123")] == [
        row[:2] for row in pushes(client).rows
    ]


def test_the_contributions_are_added_up_in_the_last_line(client):
    assert ("sum of all 3", "+0.627", "", "") == pushes(client).closing


def test_every_line_is_in_the_page_and_escaped(client):
    html = pushes(client)._repr_html_()
    assert (True, True, False) == ("Net &lt;income&gt;" in html, "sum of all 3" in html, "<income>" in html)


def test_numbers_stand_below_each_other_and_words_begin_at_the_left(client):
    html = pushes(client)._repr_html_()
    assert 'text-align:right">+0.500' in html
    assert 'text-align:left">fixed term' in html


def test_a_frame_is_shown_with_the_decimals_asked_for():
    shown = sheet(pd.DataFrame({"client D": [-2.84, 12345.6]}, index=["total", "amount"]), digits=1)
    assert (("total", "−2.8"), ("amount", "12,345.6")) == shown.rows


def test_a_table_in_text_is_never_cut_off():
    frame = pd.DataFrame({"meaning": ["a sentence " * 30]}, index=["s1"])
    assert ("a sentence " * 30).strip() in repr(sheet(frame, "Sentences"))


def test_the_caption_names_the_table():
    html = sheet(pd.DataFrame({"x": [1.0]}, index=["a"]), "Clients D & E")._repr_html_()
    assert "Clients D &amp; E</caption>" in html
