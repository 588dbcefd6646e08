"""A portfolio for the gallery of forms, small enough for tests."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True)
class Portfolio:
    table: pd.DataFrame
    truth: dict


def generate(rows=120, seed=0, variant=0):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "loan": [f"L{number:05d}" for number in range(rows)],
            "amount": rng.integers(100, 900, rows).astype(float),
            "rate": rng.uniform(1, 20, rows).round(1),
        }
    )
    return Portfolio(table, {"planted": "nothing"})
