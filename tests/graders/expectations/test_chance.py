"""What guessing earns; the figures are those the credit block was designed with."""

import random
from itertools import combinations, permutations
from statistics import mean

import pytest

from graders.expectations import Choices, Ranking, Table

CLEAR = {"dti": 16.0, "zone": 8.0, "late": 4.0, "age": 2.0, "job": 1.0}


@pytest.mark.parametrize(
    ("scores", "share"), [(CLEAR, 0.163), ({**CLEAR, "zone": 15.0, "age": 3.8}, 0.19)], ids=["no ties", "two ties"]
)
def test_a_random_order_of_the_right_five_names_earns_about_a_fifth(scores, share):
    drivers = Ranking(scores, k=5)
    assert share == pytest.approx(mean(drivers.judge(list(names)).score for names in permutations(scores)), abs=0.005)


def test_a_random_set_of_three_of_seven_earns_about_a_seventh():
    top = Choices.top({**CLEAR, "channel": 0.5, "income": 0.25}, k=3)
    assert (
        pytest.approx(mean(top.judge(list(names)).score for names in combinations(top.form.options, 3)), abs=0.01)
        == 0.14
    )


def test_random_verdicts_on_eight_statements_earn_about_a_tenth():
    rng = random.Random(20240607)
    options = ["supported", "contradicted", "unknown"]
    rows = [f"claim {number}" for number in range(8)]
    claims = Table({row: rng.choice(options) for row in rows}, rows, options)
    guesses = [claims.judge({row: rng.choice(options) for row in rows}).score for _ in range(2000)]
    assert pytest.approx(mean(guesses), abs=0.015) == 0.11
