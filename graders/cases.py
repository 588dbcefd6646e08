"""A case on disk: what one learner works on, as read-only files that open in milliseconds.

Owns the layout of a case directory, its atomic writing and its lazy reading. What is in a case is the block's choice
(`case.py`: a function ``build`` and a class ``Case``). A model file is only ever read where the same side wrote it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from graders.content import load_module
from graders.contract import Contract, read_contract
from graders.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt

VALUES = "case.json"
_MADE_BY = "made_by"
_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Model:
    """Marks a fitted estimator among the things a case is built of."""

    estimator: Any


class Picks(Mapping[str, Any]):
    """The things this learner is asked about, by name: ``picks["applicant"]`` or ``picks.applicant``."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"No pick is called {name!r}; there are: {', '.join(self._values)}.") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Picks({', '.join(self._values)})"


class CaseFiles:
    """A case opened from its directory; a block's ``Case`` adds its own plain names to it.

    Parameters
    ----------
    directory
        What `write_case` wrote.

    Raises
    ------
    DataError
        When the directory holds no case.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = Path(directory)
        try:
            self._values: dict[str, Any] = json.loads((self.directory / VALUES).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DataError(
                f"Expected a case in {self.directory}, got {error}. Delete the folder; it is made again."
            ) from error
        self.picks = Picks(self._values.get("picks", {}))

    @cached_property
    def contract(self) -> Contract:
        """What the columns mean."""
        return read_contract(self.directory / "contract.toml")

    def table(self, name: str) -> pd.DataFrame:
        """Return a stored table."""
        import pyarrow.parquet  # paid only by those who read a table

        # As pandas reads it, without threads and reading ahead, which for small files take three times the work.
        with pyarrow.parquet.ParquetFile(self.directory / f"{name}.parquet", pre_buffer=False) as stored:
            table: pd.DataFrame = stored.read(use_threads=False).to_pandas(use_threads=False)
        return table

    def array(self, name: str) -> npt.NDArray[Any]:
        """Return a stored array, memory-mapped and read-only."""
        array: npt.NDArray[Any] = np.load(self.directory / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        return array

    def value(self, name: str) -> Any:
        """Return a stored number, text, list or mapping."""
        return self._values[name]

    def model_named(self, name: str) -> Any:
        """Return a stored model."""
        import joblib  # scikit-learn's import is paid only by those who ask for the model

        return joblib.load(self.directory / f"{name}.joblib")


def make_case(case_file: ModuleType, sample: pd.DataFrame, contract: Path, seed: int, directory: Path) -> Any:
    """Build a case and write it, whole or not at all.

    Parameters
    ----------
    case_file
        The loaded file of the block that builds this lesson's case.
    sample
        The learner's rows, sorted by id.
    contract
        The ``contract.toml`` file; it is copied into the case.
    seed
        The learner's own, 63 bits.
    directory
        Where the case shall stand; an existing case there is replaced.

    Returns
    -------
    The opened case, of the block's own class ``Case``.
    """
    with _one_thread():
        parts = case_file.build(sample, read_contract(contract), seed)
    directory.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".case-", dir=directory.parent))
    try:
        _write_parts({**parts, _MADE_BY: Path(str(case_file.__file__)).name}, unfinished)
        shutil.copyfile(contract, unfinished / "contract.toml")
        for file in learner_files(Path(str(case_file.__file__)).parent):
            shutil.copyfile(file, unfinished / file.name)
        _move_into_place(unfinished, directory)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return case_file.Case(directory)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep numeric libraries to one thread: beside other busy processes, waiting threads make a fit many times slower.

    The variable speaks to OpenMP where it is not loaded yet, the limit where it is.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with threadpool_limits(1):
        yield


def learner_files(folder: Path) -> list[Path]:
    """Return what of a block goes to learners: every ``.py`` beside ``case.py`` and the law card, none of its folders."""
    return sorted([*folder.glob("*.py"), *folder.glob("law.toml")])


def lesson_file(folder: Path, part: str, lesson: str) -> Path:
    """Return the file of a block that serves a lesson: its own, ``case_2.py``, or the one for all, ``case.py``.

    Parameters
    ----------
    folder
        Where the block's learner files are.
    part
        ``"case"`` or ``"practice"``.
    lesson
        The lesson's id.
    """
    own = folder / f"{part}_{lesson}.py"
    return own if own.is_file() else folder / f"{part}.py"


def is_case(directory: Path) -> bool:
    """Tell whether a whole case stands in a directory."""
    return (directory / VALUES).is_file()


def open_case_directory(directory: Path) -> Any:
    """Open a case by the file that made it, which was stored with it."""
    return load_module(directory / CaseFiles(directory).value(_MADE_BY)).Case(directory)


def _write_parts(parts: Mapping[str, Any], directory: Path) -> None:
    values: dict[str, Any] = {}
    for name, part in parts.items():
        if isinstance(part, pd.DataFrame):
            part.to_parquet(directory / f"{name}.parquet")
        elif isinstance(part, np.ndarray):
            np.save(directory / f"{name}.npy", part, allow_pickle=False)
        elif isinstance(part, Model):
            import joblib

            joblib.dump(part.estimator, directory / f"{name}.joblib")
        else:
            values[name] = part
    (directory / VALUES).write_text(json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def _move_into_place(unfinished: Path, directory: Path) -> None:
    """Give a case its place; of several processes that build the same one, the first does, and nobody ever reads half of one."""
    for _attempt in range(_ATTEMPTS):
        with contextlib.suppress(OSError):  # an older case stands there, or another process was quicker
            os.rename(unfinished, directory)
            return
        with contextlib.suppress(OSError):  # what stands there is no case, or was moved aside just now
            if (directory / VALUES).read_bytes() == (unfinished / VALUES).read_bytes():
                return
        aside = Path(tempfile.mkdtemp(prefix=".old-", dir=directory.parent))
        with contextlib.suppress(OSError):  # another process has just moved it aside
            os.rename(directory, aside / "case")
        shutil.rmtree(aside, ignore_errors=True)
    os.rename(unfinished, directory)
