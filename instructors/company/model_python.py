"""Asks a model that Python stored, by scikit-learn's ways: skops without trusting it, a pickle only when it is trusted."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graders.contract import Contract, normalised
from graders.errors import DataError
from instructors.company.model_answers import Answers
from instructors.company.model_inputs import Inputs
from instructors.company.model_library import library
from instructors.company.saying import listed

_NAMES = ("feature_names_in_", "feature_names_", "feature_name_")  # of scikit-learn and XGBoost, CatBoost, LightGBM
_INSIDE = ("best_estimator_", "estimator_", "estimator", "base_estimator", "calibrated_classifiers_", "estimators_")
_PLAIN = {  # data without code of its own, in files of nearly every imputer and of gradient boosting; skops asks about them
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.link.Interval",
}
_DEEPEST = 6  # models inside models


def load_skops(file: Path) -> Any:
    """Return the model of a skops file, if every type in it is one that skops itself trusts."""
    skops = library("skops.io")
    try:
        untrusted = sorted(set(skops.get_untrusted_types(file=file)) - _PLAIN)
    except Exception as error:
        raise _unreadable("skops", error) from None
    if untrusted:
        raise DataError(
            f"expected types that skops trusts, got {', '.join(untrusted)}. --trust-pickle does not help here: ask who "
            "made the model for an ONNX file of it, and what these types are."
        )
    return _loaded("skops", lambda: skops.load(file, trusted=sorted(_PLAIN)))


def load_pickle(file: Path, trusted: bool) -> Any:
    """Return the model of a pickle, if it is trusted: opening one runs whatever code it holds."""
    if not trusted:
        raise DataError(
            "expected a model that can be opened without running code (.onnx or .skops), got a pickle: whoever made it can run "
            "anything on this computer. Ask for an ONNX file; if you know who made this one, and that nobody changed it, add "
            "--trust-pickle."
        )
    return _loaded("a pickle", lambda: library("joblib").load(file))  # reads pickles of Python's own too


def _loaded(kind: str, load: Callable[[], Any]) -> Any:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            model = load()
        except DataError:
            raise
        except ModuleNotFoundError as error:
            raise DataError(
                f"expected a model whose libraries are installed here, got one that needs {error.name}. Install that, or bring "
                "the model as ONNX."
            ) from None
        except Exception as error:
            raise _unreadable(kind, error) from None
    for one in said:
        if type(one.message).__name__ == "InconsistentVersionWarning":
            then, now = (getattr(one.message, name) for name in ("original_sklearn_version", "current_sklearn_version"))
            raise DataError(
                f"expected a model saved with scikit-learn {now}, got one of {then}: it may answer wrongly here. Bring it as ONNX, "
                "or write its PD into a column of the file and name that under roles.score."
            )
    return model


def _unreadable(kind: str, error: Exception) -> DataError:
    words = " ".join(str(error).split())[:200].rstrip(".")
    return DataError(f"expected a model stored by {kind}, got: {type(error).__name__}: {words}. Store it again.")


# --- asking --------------------------------------------------------------------------------------------------------------


def python_answers(model: Any, inputs: Inputs, contract: Contract) -> Answers:
    """Return what a model answers for all rows: probabilities of classes, else a margin, else numbers.

    Raises
    ------
    DataError
        When it is no model, reads other columns, or fails on their values.
    """
    ask = next(
        (name for name in ("predict_proba", "decision_function", "predict") if callable(_part(model, name))), None
    )
    if ask is None:
        raise DataError(
            f"expected a model with predict_proba or predict, got {type(model).__name__}. Store the model itself."
        )
    read = _matrix(model, inputs, contract)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of rows with levels never seen; what matters is checked in the answers
            found = np.asarray(getattr(model, ask)(read), dtype=np.float64)
    except Exception as error:
        words = " ".join(str(error).split())[:200].rstrip(".")
        raise DataError(
            f"expected answers for these rows, got {type(error).__name__}: {words}. Compare what the model reads with the file's "
            "columns, or name others under [model] (columns)."
        ) from None
    values, classes = found.reshape(len(found), -1), tuple(np.asarray(_part(model, "classes_", ())).tolist())
    if len(values) != len(inputs.raw.table):
        raise DataError(
            f"expected an answer a row, got {len(values)} for {len(inputs.raw.table)} rows. Bring another model."
        )
    if ask == "predict_proba":
        return Answers(values, classes or tuple(range(values.shape[1])))
    if ask == "decision_function" and contract.model.scale is None:
        if values.shape[1] != 1 or len(classes) != 2:
            raise DataError(f"expected two classes, got {len(classes)}. Bring a model with predict_proba.")
        return Answers(values, classes, margin=True)
    return Answers(values[:, :1])


def _matrix(model: Any, inputs: Inputs, contract: Contract) -> Any:
    """Return what the model reads: a table when it knows its columns by name, else a matrix in its order."""
    named = contract.model.columns
    levels = _levels(model)
    for attribute in _NAMES:
        names = _part(model, attribute)
        if names is not None and len(names):
            own = [str(name) for name in names]
            if named and len(named) != len(own):
                raise DataError(
                    f"expected the {len(own)} columns that the model reads, got {len(named)}. Correct columns under [model]."
                )
            kinds = [_are_words(levels[one]) if one in levels else None for one in own]
            sources = dict(zip(named or own, kinds, strict=True))
            frame = _as_learnt(inputs.frame(list(sources), sources.get).set_axis(own, axis=1), levels)
            _refuse_unknown(frame, levels)
            return frame
    count = _part(model, "n_features_in_")
    columns = list(named) or (contract.features if count == len(contract.features) else [])
    if not columns or count not in (None, len(columns)):
        got = f"{len(columns)} under [model]" if columns else f"{len(contract.features)} features in the contract"
        raise DataError(
            f"expected the names of the {'' if count is None else f'{count} '}columns that the model reads, in its order, for it "
            f'does not know them itself, got {got}. Write them under [model], like columns = ["income", "age", ...].'
        )
    frame = inputs.frame(columns)
    is_numbers = all(kind.kind in "fiub" for kind in frame.dtypes)
    return frame.to_numpy(dtype=np.float64 if is_numbers else object)


def _part(model: Any, name: str, default: Any = None) -> Any:
    try:
        return getattr(model, name, default)
    except Exception:  # a property of a model that is not fitted may raise anything
        return default


def _levels(model: Any, columns: Sequence[str] = (), deep: int = 0) -> dict[str, Sequence[Any]]:
    """Return the levels that encoders inside a model have learnt, by the columns that reach them.

    Parameters
    ----------
    columns
        What the part of the model gets; encoders that were fitted on a matrix know no names themselves.
    """
    if deep > _DEEPEST or model is None or isinstance(model, str):
        return {}
    own = _part(model, "feature_names_in_")
    names = list(columns) if own is None else [str(name) for name in own]
    known = _part(model, "categories_")
    if known is not None:
        return dict(zip(names, known, strict=True)) if len(known) == len(names) else {}
    found: dict[str, Sequence[Any]] = {}
    for _, part, chosen, *_rest in _part(model, "transformers_", None) or ():
        found |= _levels(part, _chosen(names, chosen), deep + 1)
    if found:
        return found
    for part in _inside(model):
        found |= _levels(part, names, deep + 1)
        if found:
            break  # what later steps get are other columns
    return found


def _chosen(names: Sequence[str], chosen: Any) -> list[str]:
    """Return the columns that a part of a ColumnTransformer gets; none where it does not say them by name or place."""
    if isinstance(chosen, str):
        return [chosen]
    if isinstance(chosen, slice):
        return list(names[chosen]) if names else []
    listed = list(chosen) if isinstance(chosen, Sequence | np.ndarray) else []
    if all(isinstance(one, str) for one in listed):
        return listed
    if len(listed) == len(names) and all(isinstance(one, bool | np.bool_) for one in listed):
        return [name for name, kept in zip(names, listed, strict=True) if kept]
    return (
        [names[int(one)] for one in listed]
        if names and all(isinstance(one, int | np.integer) for one in listed)
        else []
    )


def _inside(model: Any) -> Iterator[Any]:
    """Yield the fitted steps of a model, and the model inside one that searches, calibrates or votes."""
    for several in ("steps", "transformer_list"):
        yield from (named[1] for named in _part(model, several, None) or ())
    for name in _INSIDE:
        part = _part(model, name)
        if isinstance(part, Sequence) and not isinstance(part, str):
            yield from list(part)[:1]
        elif part is not None:
            yield part


def _are_words(levels: Sequence[Any]) -> bool:
    return any(isinstance(level, str) for level in levels)


def _as_learnt(frame: pd.DataFrame, levels: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Return words as the model has learnt them: with the spaces around them that its own table had."""
    learnt = frame.copy()
    for name in [name for name in levels if name in frame and _are_words(levels[name])]:
        written = {normalised(level): level for level in levels[name] if isinstance(level, str)}
        learnt[name] = frame[name].astype(object).map(lambda value, written=written: written.get(value, value))
    return learnt


def _refuse_unknown(frame: pd.DataFrame, levels: Mapping[str, Sequence[Any]]) -> None:
    """Refuse values of which a model knows hardly one: it would say nothing, and take them for none of its levels."""
    lines = []
    for name in [name for name in levels if name in frame]:
        values = frame[name].dropna()
        known = [level for level in levels[name] if isinstance(level, str) == _are_words(levels[name])]
        strange = values[~values.isin(known)]
        if len(strange) > len(values) / 2:
            expected, got = (listed(map(str, some)) for some in (known, strange.value_counts().index))
            lines.append(f'"{name}": expected values that the model knows, {expected}, got {got}.')
    if lines:
        lines[-1] += " Export the file as the model was fitted on it, or name other columns under [model]."
        raise DataError("\n".join(lines))
