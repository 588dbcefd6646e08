"""What was decided before looking, laid over a figure."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from graders.decisions import Decided
from graders.figures import bars, waterfall
from graders.references.explanation import Explanation

LABELS = {"income": "Net income", "dti": "Debt service", "job": "Job"}


@dataclass
class Prompt:
    shown: list[str] = field(default_factory=list)

    def _ipython_display_(self) -> None:
        self.shown.append("decide first")


@pytest.fixture(scope="module")
def explained():
    phi = pd.DataFrame({"income": [0.5, -0.4], "dti": [0.3, 0.1], "job": [-0.1, 0.2]}, index=["A1", "A2"])
    rows = pd.DataFrame({"income": [900.0, 3000.0], "dti": [40.0, 20.0], "job": ["a", "b"]}, index=phi.index)
    return Explanation(rows, phi, -3.0, 8.0, {name: [name] for name in LABELS}, LABELS)


def decided(**names):
    return Decided("1.c", "Client C", made=True, names={name.replace("_", " "): ids for name, ids in names.items()})


def marks(drawing):
    """Height of every mark of a decision: those with an outline that a bar's end has not."""
    return sorted(
        float(np.asarray(line.get_ydata())[0])
        for line in drawing.figure.axes[0].lines
        if line.get_marker() in {"s", "o", "^", "v"}
    )


def test_before_a_decision_there_is_a_prompt_and_no_figure(explained):
    prompt = Prompt()
    open_decision = Decided("1.c", "Client C", made=False, prompt=prompt)
    assert [prompt, prompt] == [
        waterfall(explained.one("A1", "C"), mine=open_decision),
        bars(explained, mine=open_decision),
    ]


def test_who_looks_without_deciding_sees_the_plain_figure(explained):
    skipped = Decided("1.c", "Client C", made=True, skipped=True)
    assert waterfall(explained.one("A1", "C")).words == waterfall(explained.one("A1", "C"), mine=skipped).words


def test_what_was_named_is_compared_with_the_longest_pushes_in_words(explained):
    told = waterfall(explained.one("A1", "C"), mine=decided(My_reasons=("job", "dti"))).words[-2:]
    assert (
        "Longest pushes towards default: “Net income”, “Debt service”.",
        "My reasons: “Job”, “Debt service”. In common with these: “Debt service”.",
    ) == told


def test_nothing_in_common_is_said(explained):
    told = waterfall(explained.one("A1", "C"), mine=decided(My_reasons=("job",))).words[-1]
    assert told.endswith("In common with these: none.")


def test_the_comparison_stands_below_the_picture_too(explained):
    drawing = waterfall(explained.one("A1", "C"), mine=decided(My_reasons=("dti",)))
    assert "My reasons: “Debt service”." in drawing.caption
    assert "To the right" in drawing.caption


def test_every_name_has_a_mark_at_its_row(explained):
    drawing = waterfall(explained.one("A1", "C"), mine=decided(My_reasons=("income", "job")))
    assert [1.0, 3.0] == marks(drawing)


def test_a_name_among_the_others_has_its_mark_there(explained):
    drawing = waterfall(explained.one("A1", "C"), bars=1, mine=decided(My_reasons=("dti", "job")))
    assert [1.0] == marks(drawing)


def test_two_parts_are_told_apart_by_their_marks(explained):
    drawing = waterfall(explained.one("A1", "C"), mine=decided(Mine=("income",), Of_the_model=("income",)))
    named = {text.get_text() for text in drawing.figure.axes[0].get_legend().get_texts()}
    assert {"Mine", "Of the model"} == named
    assert {"s", "o"} == {line.get_marker() for line in drawing.figure.axes[0].lines} & {"s", "o", "^", "v"}


def test_a_part_that_names_no_column_is_left_out(explained):
    plain = waterfall(explained.one("A1", "C")).words
    assert plain == waterfall(explained.one("A1", "C"), mine=decided(My_decision=("refuse",))).words


def test_a_column_expected_first_is_told_its_rank(explained):
    told = bars(explained, mine=decided(I_expect_first=("dti",))).words[-1]
    assert "I expect first: “Debt service”. It stands on rank 2 of 3; first is “Net income”." == told


def test_the_bar_that_was_expected_has_a_mark_and_a_word(explained):
    drawing = bars(explained, mine=decided(I_expect_first=("dti",)))
    assert "■ I expect first" in [text.get_text() for text in drawing.figure.axes[0].texts]


def test_a_bar_that_is_not_drawn_is_still_told_its_rank(explained):
    assert "rank 3 of 3" in bars(explained, count=1, mine=decided(First=("job",))).words[-1]
