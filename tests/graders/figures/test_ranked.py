from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from graders.figures import auc_bars, psi_bars

AUCS = pd.Series({"reminders": 0.93, "inquiries": 0.65, "amount": 0.5})
PSI = pd.Series({"channel": 0.43, "inquiries": 0.2, "dti": 0.004, "job": 0.001})
LABELS = {"reminders": "Reminders <sent>", "channel": "Channel"}


def test_the_title_compares_the_first_column_with_the_next():
    assert (
        "Alone, “Reminders <sent>” reaches an AUC of 0.93; the next column, “inquiries”, 0.65."
        == auc_bars(AUCS, LABELS).title
    )


def test_auc_bars_start_where_there_is_no_order():
    assert (0.5, 1.0) == auc_bars(AUCS, LABELS).figure.axes[0].get_xlim()


def test_every_column_and_the_score_is_told():
    words = psi_bars(PSI, 0.024, LABELS, 0.1).words
    assert (5, "The score itself: 0.024.") == (len(words), words[-1])


def test_the_lenders_line_is_drawn_across_the_bars():
    axes = psi_bars(PSI, 0.024, LABELS, 0.1).figure.axes[0]
    assert [0.1, 0.1] in [list(line.get_xdata()) for line in axes.lines]


def test_what_was_expected_is_compared_in_words():
    mine = SimpleNamespace(made=True, names={"I expect": ("dti", "channel")}, prompt=None)
    caption = psi_bars(PSI, 0.024, LABELS, 0.1, mine=mine).caption
    assert "I expect: “dti”. It stands on rank 3 of 4; first is “Channel”." in caption


def test_the_bars_that_were_expected_have_a_mark_and_a_word_at_their_own_height():
    mine = SimpleNamespace(made=True, names={"I expect": ("dti", "channel")}, prompt=None)
    texts = psi_bars(PSI, 0.024, LABELS, 0.1, mine=mine).figure.axes[0].texts
    assert [(0.004, 3), (0.43, 5)] == [text.xy for text in texts if text.get_text() == "■ I expect"]


def test_no_bar_is_drawn_before_it_is_decided():
    prompt = object()
    assert prompt is psi_bars(PSI, 0.0, LABELS, 0.1, mine=SimpleNamespace(made=False, names={}, prompt=prompt))


@pytest.mark.parametrize(
    ("psi", "below"), [([0.4, 0.024, 0.001], "0.03"), ([0.4, 0.02, 0.001], "0.03"), ([0.4, 0.0, 0.0], "0.01")]
)
def test_the_title_names_a_number_that_half_of_the_columns_do_stay_below(psi, below):
    title = psi_bars(pd.Series(psi, list("abc")), 0.0, {}, 0.1).title
    assert f"at least half of the 3 columns stay below {below}." in title
    assert sum(one < float(below) for one in psi) >= 1.5
