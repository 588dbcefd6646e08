"""One LIME run, made repeatable: the weights, how faithful they are, and the files LIME invented to find them.

Wraps lime 0.2.0.1, which is no longer developed: what we rely on is tested, and nothing else of it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LimeRun:
    """What one run of LIME says about one applicant.

    Attributes
    ----------
    weights
        Per feature, weight of LIME's local line for "this value (or its quartile)", in probability; strongest first.
    fidelity
        Weighted R² of the line on the invented files: 1 copies the model there, 0 does not.
    invented
        The files LIME made up around the applicant, shape (samples, p); the first is the applicant.
    """

    weights: pd.Series[float]
    fidelity: float
    invented: Floats


def lime_run(
    predict: Callable[[Floats], Floats],
    training: Floats,
    row: Floats,
    names: Sequence[str],
    *,
    seed: int,
    samples: int = 5_000,
    categorical: Sequence[int] = (),
    discretize: bool = True,
) -> LimeRun:
    """Explain one row with LIME under a fixed seed.

    Parameters
    ----------
    predict
        Maps a matrix (n, p) to the probability of default, shape (n,), in [0, 1].
    training
        Rows LIME takes its scales and quartiles from, shape (m, p).
    row
        The applicant, shape (p,).
    names
        The p feature names.
    seed
        Everything random in the run hangs on it.
    samples
        How many files LIME invents.
    categorical
        Positions of columns that are codes, not quantities.
    discretize
        Cut numbers into quartiles, as LIME does unless told otherwise.

    Notes
    -----
    Ribeiro, Singh, Guestrin 2016, "Why should I trust you?".
    """
    from lime.lime_tabular import LimeTabularExplainer  # slow to import, and only some lessons need it

    seen: list[Floats] = []

    def both_classes(matrix: Floats) -> Floats:
        seen.append(np.array(matrix, dtype=float))
        bad = np.asarray(predict(matrix), dtype=float)
        return np.column_stack([1.0 - bad, bad])

    explainer = LimeTabularExplainer(
        np.asarray(training, dtype=float),
        feature_names=list(names),
        categorical_features=list(categorical),
        discretize_continuous=discretize,
        random_state=seed,
    )
    explained = explainer.explain_instance(
        np.asarray(row, dtype=float), both_classes, labels=(1,), num_features=len(names), num_samples=samples
    )
    weights = pd.Series({names[position]: weight for position, weight in explained.as_map()[1]}, dtype=float)
    strongest = weights.abs().sort_values(ascending=False, kind="stable").index
    score = explained.score[1] if isinstance(explained.score, dict) else explained.score
    return LimeRun(weights.reindex(strongest), float(score), seen[0])
