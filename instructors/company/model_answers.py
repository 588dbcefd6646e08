"""What a company's model answers, as the PD of the bad outcome: which of its classes is bad, which scale its numbers have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graders.contract import Contract, FlagColumn, normalised
from graders.errors import DataError
from graders.references.odds import pd_percent
from graders.references.scores import as_percent, percent_of_points
from instructors.company.saying import toml

Floats = npt.NDArray[np.float64]
_ROUNDING = 1e-6  # by which a probability in single precision may leave 0 to 1


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model answered.

    Attributes
    ----------
    values
        One row a row asked about: one column a class, or one column only.
    classes
        The classes, in the order of the columns; empty when it has none. None stands for one that it does not name.
    margin
        Whether the one column is the log-odds of the second of two classes.
    """

    values: Floats
    classes: tuple[Any, ...] = ()
    margin: bool = False


def percent_of(answers: Answers, contract: Contract, bad: Floats) -> Floats:
    """Return the PD of the bad outcome in percent, shape (n,).

    Parameters
    ----------
    answers
        Of the model.
    contract
        With `[model]`, where that has something to say.
    bad
        Outcomes of the same rows, 1 bad, 0 good, nan not known: what points mean is learnt from them.

    Raises
    ------
    DataError
        When the bad class or the scale is not clear, or answers are no probabilities.
    """
    if answers.margin:
        places = _bad_places(answers.classes, contract)
        return pd_percent(answers.values[:, 0] * (1 if places == [1] else -1))
    if answers.classes:
        share = answers.values[:, _bad_places(answers.classes, contract)].sum(axis=1)
        _refuse_no_probability(answers.values, "probabilities of classes")
        return np.asarray(100.0 * np.clip(share, 0.0, 1.0))
    return _of_numbers(answers.values[:, 0], contract, bad)


def _of_numbers(values: Floats, contract: Contract, bad: Floats) -> Floats:
    scale = contract.model.scale
    known = values[~np.isnan(values)]
    if scale is None:
        raise DataError(
            "expected probabilities of classes, or a scale, got numbers"
            + (f" from {known.min():.4g} to {known.max():.4g}" if len(known) else "")
            + '. Write under [model] what they are, like scale = "probability" (or "percent", "log-odds", "points").'
        )
    if scale == "points":
        return percent_of_points(values, values, bad)
    percent = as_percent(values, scale)
    _refuse_no_probability(percent / 100, f"answers in {scale}")
    return np.clip(percent, 0.0, 100.0)


def _refuse_no_probability(shares: Floats, called: str) -> None:
    known = shares[~np.isnan(shares)]
    if len(known) and not -_ROUNDING <= known.min() <= known.max() <= 1 + _ROUNDING:
        factor = 100 if called.endswith("percent") else 1
        low, high = factor * known.min(), factor * known.max()
        raise DataError(
            f"expected {called} from 0 to {factor}, got {low:.4g} to {high:.4g}. Correct scale under [model], or name the output "
            "that has probabilities (output)."
        )


# --- which class is bad --------------------------------------------------------------------------------------------------


def _bad_places(classes: Sequence[Any], contract: Contract) -> list[int]:
    """Return the places of the classes that mean bad."""
    written = ["" if one is None else class_text(one) for one in classes]
    said = contract.model.bad
    if said is not None:
        wanted = [class_text(said)]
        do = "Correct bad under [model]."
    else:
        wanted = _bad_in_the_file(written, contract)
        do = "Write under [model] which of them is bad, like bad = " + toml(written[-1] or "bad") + "."
    places = [place for place, name in enumerate(written) if name in wanted]
    if not places and wanted and len(written) == 2 and "" in written:
        places = [written.index("")]
    if not places or len(places) == len(written):
        expected = f"the class {' or '.join(wanted)}" if wanted else "a class that means bad"
        named = ", ".join(name or "one that it does not name" for name in written)
        raise DataError(f"expected {expected}, got {named}. {do}")
    return places


def _bad_in_the_file(written: Sequence[str], contract: Contract) -> list[str]:
    """Return how the bad outcome may be written: as in the file, where that knows all classes, else as in the contract."""
    target = contract.roles.target
    column = None if target is None else contract.columns[target.column]
    if target is None or not isinstance(column, FlagColumn):
        return []
    mapped = {class_text(value): outcome for value, outcome in column.map.items()}
    named = {name for name in written if name}
    if mapped and named <= set(mapped):
        return [name for name, outcome in mapped.items() if outcome == target.bad]
    return [str(target.bad)] if named <= {"0", "1"} else []


def class_text(value: object) -> str:
    """Return a class as it is compared: 1, 1.0, "1" and True are the same.

    >>> class_text(1.0), class_text(True), class_text(" Bad ")
    ('1', '1', 'bad')
    """
    if isinstance(value, bool | np.bool_):
        return str(int(value))
    text = normalised(str(value)).casefold()
    try:
        number = float(text)
    except ValueError:
        return {"true": "1", "false": "0"}.get(text, text)
    return str(int(number)) if number.is_integer() else text
