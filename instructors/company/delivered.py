"""The contract as learners get it: without what a company says of its own file and model, and without comments.

Comments go too: a draft's tell how well a column alone knows the outcome, and people write into them what is not for learners.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import tomlkit

_PARTS = ("file", "model")  # how the company's own file, and its own model, are read
_OWN = ("from", "missing_values", "map")  # of a column


def delivered_contract(file: Path) -> str:
    """Return a contract's text without `[file]` and `[model]`, without `from`, `missing_values`, `map` of its columns.

    Parameters
    ----------
    file
        A contract that `read_contract` accepts.
    """
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    columns = {
        name: {key: value for key, value in column.items() if key not in _OWN}
        for name, column in said["columns"].items()
    }
    return tomlkit.dumps({**{key: part for key, part in said.items() if key not in _PARTS}, "columns": columns})
