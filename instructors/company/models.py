"""A company's own model file, asked for every row of the company's own table; its answers become a column of the class.

On the company's side only: no learner gets the model, or what the contract says under `[model]`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import tomlkit

from graders.contract import Contract
from graders.errors import DataError
from graders.references.scores import bad_outcomes
from instructors.company.adding import Portfolio, free_name
from instructors.company.model_answers import Answers, percent_of
from instructors.company.model_inputs import Inputs
from instructors.company.model_onnx import onnx_answers
from instructors.company.model_python import load_pickle, load_skops, python_answers
from instructors.company.reading import RawTable
from instructors.company.saying import where

PICKLES = (".pkl", ".pickle", ".joblib")
LABEL = "PD by your organisation's model"
SAID = "your organisation's own model gave it when this class was made"
_NAME = "own_model_pd"


def scored(file: Path, raw: RawTable, contract: Contract, trusted: bool = False) -> pd.Series[float]:
    """Return the PD of the bad outcome that a company's model gives to every row of its file.

    Parameters
    ----------
    file
        ONNX (``.onnx``), skops (``.skops``), or a pickle (``.pkl``, ``.pickle``, ``.joblib``).
    raw
        The company's file, read with the contract's `[file]` part.
    contract
        Says what columns mean; its `[model]` part what the model does not say itself.
    trusted
        Whether a pickle may be opened: doing so runs the code it holds.

    Returns
    -------
    Percent, index 0 to n - 1: the rows of the class's table, in their order.

    Raises
    ------
    DataError
        When the model cannot be opened, reads other columns, or its answers are no PD of the bad outcome.
    """
    try:
        inputs = Inputs(raw, contract)
        answers = _answers(file, inputs, contract, trusted)
        _refuse_gaps(answers, raw)
        rows = len(raw.table)
        points = contract.model.scale == "points"
        bad = bad_outcomes(inputs.prepared, contract) if points else np.full(rows, np.nan)
        percent = percent_of(answers, contract, bad)
        if np.ptp(percent) == 0:
            raise DataError(
                f"expected different PDs, got {percent[0]:.4g} % in all {rows:,} rows. Name the columns that the model reads under "
                "[model], in its order."
            )
    except DataError as error:
        raise DataError("\n".join(f"{file.name}: {line}" for line in str(error).splitlines())) from None
    return pd.Series(percent, name=_NAME)


def _answers(file: Path, inputs: Inputs, contract: Contract, trusted: bool) -> Answers:
    suffix = file.suffix.lower()
    if suffix not in (".onnx", ".skops", *PICKLES):
        raise DataError(
            f"expected a model in ONNX (.onnx) or skops (.skops), got {suffix or 'no suffix'}. Ask for an ONNX file, or write the "
            "model's PD into a column of the file and name that under roles.score."
        )
    if not file.is_file():
        raise DataError("expected a file to read, got none of this name. Correct its name.")
    if suffix == ".onnx":
        return onnx_answers(file, inputs, contract)
    return python_answers(load_skops(file) if suffix == ".skops" else load_pickle(file, trusted), inputs, contract)


def _refuse_gaps(answers: Answers, raw: RawTable) -> None:
    gaps = np.asarray(~np.isfinite(answers.values).all(axis=1))
    if gaps.any():
        raise DataError(
            f"expected an answer for every row, got none {where(raw.table.index, gaps)}. Fill in what the model cannot read there, "
            "or leave these rows out of the file."
        )


def with_score(portfolio: Portfolio, pd_percent: pd.Series[float], read: Callable[[str], Contract]) -> Portfolio:
    """Return a portfolio with the PD of the company's model as a column, described and declared in its contract.

    Parameters
    ----------
    portfolio
        The table and the contract of the class.
    pd_percent
        From `scored`, one a row.
    read
        Reads a contract's text.

    Raises
    ------
    DataError
        When the contract has a score already.
    """
    score = portfolio.contract.roles.score
    if score is not None:
        raise DataError(
            f"Expected one source of the model's answers, got roles.score (`{score.column}`) and a model file. Take the former "
            "out of the contract, or leave out --model."
        )
    name = free_name(portfolio.contract, _NAME)
    said = tomllib.loads(portfolio.text)
    said["columns"][name] = {"type": "number", "range": [0, 100], "unit": "%", "label": LABEL}
    said["roles"]["score"] = {"column": name, "scale": "percent"}
    said["added"] = {**said.get("added", {}), name: SAID}
    text = tomlkit.dumps(said)
    return Portfolio(portfolio.table.assign(**{name: pd_percent.to_numpy()}), read(text), text)
