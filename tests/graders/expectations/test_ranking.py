"""An order of names is judged only where the scores are clearly apart."""

import numpy as np
import pandas as pd
import pytest

from graders.errors import ContentError
from graders.expectations import Ranking, Trap

SCORES = {"dti": 1.0, "zone": 0.8, "late": 0.55, "age": 0.52, "job": 0.50, "channel": 0.1}
DRIVERS = Ranking(
    SCORES,
    k=4,
    traps=[
        Trap("signed-mean", pd.Index(["channel", "job", "age", "late"]), "Opposite effects cancel in a signed mean."),
        Trap("tied-order", ["dti", "zone", "job", "late"], "Never shown."),
    ],
)


@pytest.mark.parametrize(
    "names", [["dti", "zone", "late", "age"], ["dti", "zone", "age", "late"], ["dti", "zone", "job", "late"]]
)
def test_tied_names_are_right_in_any_order(names):
    assert DRIVERS.judge(names).score == 1.0


def test_two_tied_names_are_right_both_ways():
    tied = Ranking({"dti": 1.0, "age": 0.9}, k=2)
    assert [tied.judge(names).score for names in (["dti", "age"], ["age", "dti"])] == [1.0, 1.0]


def test_separated_names_in_the_wrong_order_cost_points():
    assert pytest.approx(DRIVERS.judge(["zone", "dti", "late", "age"]).score) == 0.6  # one of five separated pairs


def test_a_wrong_name_costs_its_place():
    assert pytest.approx(DRIVERS.judge(["dti", "zone", "late", "channel"]).score) == 0.75


def test_the_reverse_order_earns_nothing():
    assert Ranking({"dti": 4.0, "age": 2.0, "job": 1.0}, k=3).judge(["job", "age", "dti"]).score == 0.0


def test_an_exact_sequence_is_recognised_as_its_trap():
    assert DRIVERS.judge(["channel", "job", "age", "late"]).trap == "signed-mean"
    assert DRIVERS.judge(["job", "channel", "age", "late"]).trap is None


def test_a_trap_in_a_tied_order_is_silent():
    assert [trap.name for trap in DRIVERS.silent_traps()] == ["tied-order"]


def test_trap_answers_are_shown_as_plain_data():
    assert DRIVERS.live_traps()[0].answer == ["channel", "job", "age", "late"]


def test_scores_may_come_from_a_series():
    assert Ranking(pd.Series(np.float32([3, 2]), index=["dti", "age"]), k=2).judge(["dti", "age"]).score == 1.0


def test_the_right_names_in_another_order_are_told_so():
    assert "The right names, in another order." in DRIVERS.judge(["zone", "dti", "late", "age"]).message


def test_too_few_scores_are_our_mistake():
    with pytest.raises(ContentError):
        Ranking({"dti": 1.0}, k=2)
