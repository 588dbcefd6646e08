from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from graders.figures import curves, ice

CURVES = {
    "income": pd.Series([-2.2, -2.6, -3.1], [1000.0, 2000.0, 4000.0]),
    "accounts": pd.Series([-2.4, -2.8, -2.3], [0.0, 4.0, 9.0]),
    "amount": pd.Series([-2.6, -2.6, -2.5], [1000.0, 5000.0, 9000.0]),
}
DECLARED = {"income": -1, "accounts": 1, "amount": 0}
LABELS = {"income": "Net <income>", "accounts": "Open accounts"}


def _decided(*ids):
    return SimpleNamespace(made=True, names={"With a higher value": ids}, prompt=None)


def test_every_panel_says_what_was_declared():
    heads = [axes.get_title(loc="left") for axes in curves(CURVES, DECLARED, LABELS, 0.15).figure.axes]
    assert ["Net <income> · declared ↓", "Open accounts · declared ↑", "amount · none declared"] == heads


def test_all_panels_have_one_scale():
    assert 1 == len({axes.get_ylim() for axes in curves(CURVES, DECLARED, LABELS, 0.15).figure.axes})


def test_the_line_stands_in_every_panel_in_its_own_length():
    bars = [axes.lines[1].get_ydata() for axes in curves(CURVES, DECLARED, LABELS, 0.15).figure.axes]
    assert [pytest.approx(0.15)] * 3 == [top - foot for foot, top in bars]


def test_the_words_hold_every_value():
    words = curves(CURVES, DECLARED, LABELS, 0.15).words
    assert "Open accounts. Mean log-odds at 0: −2.40; 4: −2.80; 9: −2.30." == words[1]


def test_the_title_leaves_the_broken_sign_to_the_reader():
    title = curves(CURVES, DECLARED, LABELS, 0.15).title
    assert ("Net <income>" in title, "accounts" in title) == (True, False)


def test_a_shape_that_was_expected_is_sketched_into_its_panel():
    drawing = curves(CURVES, DECLARED, LABELS, 0.15, mine=_decided("accounts: rises", "no column: rises"))
    assert [2, 3, 2] == [len(axes.lines) for axes in drawing.figure.axes]
    assert drawing.caption.startswith("Dotted: the shape you expected.")


def test_nothing_is_drawn_before_it_is_decided():
    prompt = object()
    assert prompt is curves(CURVES, DECLARED, LABELS, 0.15, mine=SimpleNamespace(made=False, names={}, prompt=prompt))


def test_single_files_and_means_are_drawn_and_told():
    means = pd.DataFrame({"A": [5.0, 12.0], "B": [4.0, 5.0], "all": [4.3, 6.8]}, [13.0, 43.5])
    files = pd.DataFrame({"x": [3.0, 9.0], "y": [6.0, 5.5]}, [13.0, 43.5])
    drawing = ice(means, files, pd.Series({"x": "A", "y": "B"}), {"A": "short", "B": "long"}, "Debt service, %")
    assert "1 of 2 files end with a higher PD; the change lies between −0.5 and +6.0 points." == drawing.title
    assert "At 43.5: mean PD 12.0 % in A, 5.0 % in B, 6.8 % over all." == drawing.words[1]
    assert 2 + 3 == len(drawing.figure.axes[0].lines)
