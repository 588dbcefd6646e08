from __future__ import annotations

import pandas as pd

from graders.figures import couples

HALVES = pd.DataFrame([[0.3, 0.04, 0.01], [0.04, 0.2, 0.02], [0.01, 0.02, 0.1]], list("abc"), list("abc"))


def test_every_couple_and_every_column_alone_is_told_once():
    words = couples(HALVES, {"a": "Income", "b": "Debt <service>"}, 500).words
    assert 3 + 3 == len(set(words)) == len(words)
    assert "Income with Debt <service>: half of the couple is 0.040." in words


def test_the_title_weighs_alone_against_together():
    assert (
        "These 3 columns work mostly alone: main effects make up 81 % of all strength."
        == couples(HALVES, {}, 500).title
    )


def test_the_diagonal_is_framed_and_not_shaded():
    axes = couples(HALVES, {}, 500).figure.axes[0]
    assert (3, True) == (len(axes.patches), bool(axes.images[0].get_array().mask.diagonal().all()))


def test_the_caption_counts_the_applications_of_this_case():
    assert "over 321 applications" in couples(HALVES, {}, 321).caption
