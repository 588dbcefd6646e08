"""Asks a model in ONNX: a format of numbers and operations, which runs no code of whoever made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from graders.contract import Contract
from graders.errors import DataError
from instructors.company.model_answers import Answers
from instructors.company.model_inputs import Inputs
from instructors.company.model_library import library

_NUMBERS: Mapping[str, Any] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
}
_WORDS = "tensor(string)"
_MAP = "seq(map("  # probabilities by class, as scikit-learn's converter writes them
_ERRORS_ONLY = 3
_BATCH = 50_000  # rows asked at a time


def onnx_answers(file: Path, inputs: Inputs, contract: Contract) -> Answers:
    """Return what a model answers for all rows.

    Raises
    ------
    DataError
        When it is no model, or reads or answers something else than this table has.
    """
    runtime = library("onnxruntime")
    runtime.disable_telemetry_events()  # on Windows it would tell its makers of its use
    settings = runtime.SessionOptions()
    settings.log_severity_level = _ERRORS_ONLY
    try:
        session = runtime.InferenceSession(str(file), settings, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library has a class for every kind of failure
        raise DataError(
            f"expected a model in ONNX, got one that cannot be opened: {_first(error)}. Export it again."
        ) from None
    fed = _fed(session.get_inputs(), inputs, contract)
    outputs = session.get_outputs()
    asked = _answer_of(outputs, contract)
    label = next((one.name for one in outputs if _is_label(one) and one is not asked), None)
    names = [asked.name, *([label] if label else [])]
    rows = len(inputs.raw.table)
    parts = []
    for start in range(0, rows, _BATCH):
        some = {name: values[start : start + _BATCH] for name, values in fed.items()}
        try:
            parts.append(session.run(names, some))
        except Exception as error:
            raise DataError(
                f"expected answers for these rows, got: {_first(error)}. Compare the model's inputs with columns under [model]."
            ) from None
    labels = np.concatenate([np.asarray(part[1]).ravel() for part in parts]) if label else None
    if asked.type.startswith(_MAP):
        return _of_maps([one for part in parts for one in part[0]])
    return _of_tensor([part[0] for part in parts], asked.name, rows, labels)


# --- what it reads -------------------------------------------------------------------------------------------------------


def _fed(wanted: Sequence[Any], inputs: Inputs, contract: Contract) -> dict[str, npt.NDArray[Any]]:
    """Return the values of every input, shape (n, width)."""
    unknown = [f"{one.name} ({one.type})" for one in wanted if one.type not in _NUMBERS and one.type != _WORDS]
    if unknown:
        raise DataError(f"expected inputs of numbers or words, got {', '.join(unknown)}. Export the model otherwise.")
    widths = [_width(one.shape) for one in wanted]
    if all(width == 1 for width in widths) and not contract.model.columns:
        columns = [[one.name] for one in wanted]
    else:
        columns = _shared_out(widths, contract)
    types = {name: one.type for one, names in zip(wanted, columns, strict=True) for name in names}
    frame = inputs.frame(list(types), lambda name: types[name] == _WORDS)
    fed = {}
    for one, names in zip(wanted, columns, strict=True):
        part = frame[names]
        if one.type == _WORDS:
            fed[one.name] = part.astype(object).where(part.notna(), "").to_numpy(dtype=object)
            continue
        numbers = part.to_numpy(dtype=np.float64, na_value=np.nan)
        kind = _NUMBERS[one.type]
        if not np.issubdtype(kind, np.floating) and np.isnan(numbers).any():
            gaps = [name for name in names if part[name].isna().any()]
            raise DataError(
                f"expected a value in every row of {', '.join(gaps)}, for the model reads them as {one.type}, got none in some. "
                "Fill them in, or export the model with inputs of type float."
            )
        fed[one.name] = numbers.astype(kind)
    return fed


def _width(shape: Sequence[Any]) -> int | None:
    """Return how many columns an input takes, None when it does not say."""
    if len(shape) < 2:
        return 1
    return shape[1] if isinstance(shape[1], int) else None


def _shared_out(widths: Sequence[int | None], contract: Contract) -> list[list[str]]:
    """Return the columns of every input: those of `[model]`, else the features where their number is the model's."""
    columns = list(contract.model.columns)
    total = None if None in widths else sum(width for width in widths if width is not None)
    if not columns and total == len(contract.features):
        columns = contract.features
    if not columns or (total is not None and total != len(columns)) or (total is None and len(widths) > 1):
        got = f"{len(columns)} under [model]" if columns else f"{len(contract.features)} features in the contract"
        raise DataError(
            f"expected the names of the {total or ''} columns that the model reads, in its order, got {got}. Write them under "
            '[model], like columns = ["income", "age", ...].'.replace("the  columns", "the columns")
        )
    shares: list[list[str]] = []
    for width in widths:
        shares.append(columns[: width or len(columns)])
        columns = columns[width or len(columns) :]
    return shares


# --- what it answers -----------------------------------------------------------------------------------------------------


def _answer_of(outputs: Sequence[Any], contract: Contract) -> Any:
    """Return the output with the answer: the one named, else probabilities by class, else the only one of numbers."""
    listed = ", ".join(f"{one.name} ({one.type})" for one in outputs)
    if contract.model.output is not None:
        named = next((one for one in outputs if one.name == contract.model.output), None)
        if named is None:
            raise DataError(
                f'expected an output "{contract.model.output}", got {listed}. Correct output under [model].'
            )
        return named
    maps = [one for one in outputs if one.type.startswith(_MAP)]
    numbers = [one for one in outputs if one.type in ("tensor(float)", "tensor(double)", "tensor(float16)")]
    found = maps or [one for one in numbers if "prob" in one.name.lower()] or numbers
    if len(found) != 1:
        do = "Write under [model] which has the PD, like output = " + (f'"{found[0].name}".' if found else '"...".')
        raise DataError(f"expected one output with probabilities, got {listed}. {do}")
    return found[0]


def _is_label(output: Any) -> bool:
    return output.type in ("tensor(int64)", "tensor(int32)", "tensor(string)", "tensor(bool)")


def _of_maps(rows: Sequence[Mapping[Any, float]]) -> Answers:
    classes = list(rows[0])
    return Answers(np.array([[row[name] for name in classes] for row in rows], dtype=np.float64), tuple(classes))


def _of_tensor(parts: Iterable[npt.NDArray[Any]], name: str, rows: int, labels: npt.NDArray[Any] | None) -> Answers:
    values = np.concatenate([np.asarray(part, dtype=np.float64) for part in parts])
    values = values.reshape(len(values), -1)
    if len(values) != rows:
        raise DataError(
            f"expected an answer for each of {rows} rows, got {len(values)} of {name}. Name another output."
        )
    if values.shape[1] == 1:
        return Answers(values)
    return Answers(values, _names_of(values, labels))


def _names_of(values: npt.NDArray[np.float64], labels: npt.NDArray[Any] | None) -> tuple[Any, ...]:
    """Return the class of every column of probabilities: the label that the model gives where that column is highest."""
    if labels is None:
        return tuple(range(values.shape[1]))  # as every trainer counts classes that have no names
    highest = values.argmax(axis=1)
    known = Counter(zip(highest.tolist(), labels.tolist(), strict=True))
    best: dict[int, Any] = {}
    for (place, label), _count in known.most_common():
        best.setdefault(place, label)
    return tuple(best.get(place) for place in range(values.shape[1]))


def _first(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
