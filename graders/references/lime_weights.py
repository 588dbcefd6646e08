"""LIME, made repeatable: the weights of a run, how faithful they are, and the files LIME invented to find them.

Wraps lime 0.2.0.1, which is no longer developed: what we rely on is tested, and nothing else of it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Predict = Callable[[Floats], Floats]
_SELECTED_ONE_BY_ONE = (
    6  # columns: up to so many, LIME's "auto" adds one after the other to the fit, and ends with all of them
)
KERNEL_WIDTH = 0.75  # of the square root of the number of columns: LIME's own default


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
    copied
        Probability of default that the line itself gives the applicant.
    kernel
        Weight of each invented file in the fit, shape (samples,), in (0, 1].
    """

    weights: pd.Series[float]
    fidelity: float
    invented: Floats
    copied: float
    kernel: Floats


@dataclass(frozen=True, slots=True)
class Lime:
    """LIME for one model and its loans: made once, since reading the loans costs more than a run.

    Attributes
    ----------
    predict
        Maps a matrix (n, p) to the probability of default, shape (n,), in [0, 1].
    names
        The p feature names.
    explainer
        Of lime itself.
    random
        What everything random in the explainer hangs on; each run sets its seed anew.
    kernels
        The weights of the files of the last run.
    """

    predict: Predict
    names: tuple[str, ...]
    explainer: Any
    random: np.random.RandomState
    kernels: list[Floats]

    @classmethod
    def of(
        cls,
        predict: Predict,
        training: Floats,
        names: Sequence[str],
        *,
        categorical: Sequence[int] = (),
    ) -> Lime:
        """Prepare LIME.

        Parameters
        ----------
        predict
            Maps a matrix (n, p) to the probability of default, shape (n,), in [0, 1].
        training
            Rows LIME takes its scales and quartiles from, shape (m, p).
        names
            The p feature names.
        categorical
            Positions of columns that are codes, not quantities.

        Notes
        -----
        Ribeiro, Singh, Guestrin 2016, "Why should I trust you?".
        """
        from lime.lime_tabular import LimeTabularExplainer  # slow to import, and only some lessons need it

        random = np.random.RandomState(0)
        kernels: list[Floats] = []

        def kernel(distances: Floats, kernel_width: float) -> Floats:
            weights: Floats = np.sqrt(np.exp(-(distances**2) / kernel_width**2))
            kernels[:] = [weights]
            return weights

        explainer = LimeTabularExplainer(
            np.asarray(training, dtype=float),
            feature_names=list(names),
            categorical_features=list(categorical),
            discretize_continuous=True,
            kernel=kernel,
            kernel_width=KERNEL_WIDTH * float(np.sqrt(len(names))),
            feature_selection="none" if len(names) <= _SELECTED_ONE_BY_ONE else "auto",
            random_state=random,
        )
        return cls(predict, tuple(names), explainer, random, kernels)

    def run(self, row: Floats, *, seed: int, samples: int = 5_000) -> LimeRun:
        """Explain one row under a fixed seed.

        Parameters
        ----------
        row
            The applicant, shape (p,).
        seed
            Everything random in the run hangs on it.
        samples
            How many files LIME invents.
        """
        seen: list[Floats] = []

        def both_classes(matrix: Floats) -> Floats:
            seen.append(np.array(matrix, dtype=float))
            bad = np.asarray(self.predict(matrix), dtype=float)
            return np.column_stack([1.0 - bad, bad])

        self.random.seed(seed)
        explained = self.explainer.explain_instance(
            np.asarray(row, dtype=float), both_classes, labels=(1,), num_features=len(self.names), num_samples=samples
        )
        weights = pd.Series({self.names[position]: weight for position, weight in explained.as_map()[1]}, dtype=float)
        strongest = weights.abs().sort_values(ascending=False, kind="stable").index
        score = explained.score[1] if isinstance(explained.score, dict) else explained.score
        copied = explained.local_pred[1] if isinstance(explained.local_pred, dict) else explained.local_pred
        return LimeRun(
            weights.reindex(strongest), float(score), seen[0], float(np.ravel(copied)[0]), np.array(self.kernels[0])
        )


def quartile_bin(column: npt.ArrayLike, value: float) -> tuple[float | None, float | None]:
    """Return the ends of the quartile bin LIME puts a value into: above the first, up to the second; None for no end.

    Parameters
    ----------
    column
        The values the quartiles are taken from.
    value
        The applicant's.

    >>> quartile_bin([0.0, 1.0, 2.0, 3.0, 4.0], 2.5), quartile_bin([0.0, 1.0, 2.0, 3.0, 4.0], 9.0)
    ((2.0, 3.0), (3.0, None))
    """
    ends = np.unique(np.percentile(np.asarray(column, dtype=float), [25, 50, 75]))
    place = int(np.searchsorted(ends, value))
    return (float(ends[place - 1]) if place else None, float(ends[place]) if place < len(ends) else None)
