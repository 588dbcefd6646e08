"""What a class hands its learners once: portfolio, contract and the block's learner code.

Owns the folder's layout, the one file it travels as (a zip named ``<class>.situ``), and the learner's case made from it. No
key, no planted truth and no generator seed is ever in it: the salt only says who draws which rows.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from graders.cases import is_case, learner_files, lesson_file, make_case
from graders.content import load_module
from graders.contract import read_contract
from graders.errors import DataError
from graders.files import replacing
from graders.sampling import draw, learner_key, seed_of

SUFFIX = ".situ"
FORMAT = 1
_FILES = ("delivery.json", "contract.toml", "data.parquet", "case.py")
_PART = re.compile(r"[a-z][a-z0-9_]*\.(json|toml|parquet|py)")
_MAX_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Label:
    """What is written on a delivery.

    Attributes
    ----------
    class_id, block
        Whose it is.
    salt
        The class's own; with the learner's id it decides who draws which rows.
    fingerprint
        Of the portfolio (`graders.contract.fingerprint`).
    sample_rows
        Rows each learner draws.
    shared_sample
        True when the class has switched own samples off and everybody draws the same rows.
    """

    class_id: str
    block: str
    salt: str
    fingerprint: str
    sample_rows: int
    shared_sample: bool = False
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery unpacked in a folder.

    Attributes
    ----------
    folder, label
        Where, and what it says of itself.
    code
        Digest of the learner files and the contract, as they were when it was opened.
    """

    folder: Path
    label: Label
    code: bytes

    def case(self, learner: str, lesson: str, cache_root: Path) -> Any:
        """Return the learner's case of a lesson, built on the first call and opened from `cache_root` afterwards."""
        case_file = load_module(lesson_file(self.folder, "case", lesson))  # what the directory's own copy is named by
        return case_file.Case(self.ready_case(learner, lesson, cache_root))

    def ready_case(self, learner: str, lesson: str, cache_root: Path) -> Path:
        """Return the directory of the learner's case of a lesson, built if it is not there yet."""
        directory = self.case_directory(learner, lesson, cache_root)
        if not is_case(directory):
            self._build(learner, lesson, directory)
        return directory

    def case_directory(self, learner: str, lesson: str, cache_root: Path) -> Path:
        """Return where the case stands or will stand: named by all that it is made of; lessons of one case file share it."""
        made_by = lesson_file(self.folder, "case", lesson).name.encode()
        made_of = self._key(learner) + self.code + made_by + _versions().encode()
        return cache_root / hashlib.sha256(made_of).hexdigest()[:24]

    def _key(self, learner: str) -> bytes:
        return learner_key(self.label.salt, "" if self.label.shared_sample else learner, self.label.fingerprint)

    def _build(self, learner: str, lesson: str, directory: Path) -> None:
        sampler = Sampler.of(pd.read_parquet(self.folder / "data.parquet"), self.folder, self.folder / "contract.toml")
        sampler.case(self._key(learner), lesson, self.label.sample_rows, directory)


@dataclass(frozen=True, slots=True)
class Sampler:
    """A portfolio from which learners' cases are drawn: the one way from a learner's key to a case, also for the proof.

    Attributes
    ----------
    table, strata
        The portfolio, and what every draw keeps in proportion, row by row.
    code
        The folder of the block's learner files.
    contract
        The contract's file.
    """

    table: pd.DataFrame
    strata: pd.Series
    code: Path
    contract: Path

    @classmethod
    def of(cls, table: pd.DataFrame, code: Path, contract: Path) -> Sampler:
        """Return the sampler of a portfolio, by the block whose learner files are in the folder `code`."""
        strata = load_module(code / "case.py").strata(table, read_contract(contract))
        return cls(table, strata, code, contract)

    def case(self, key: bytes, lesson: str, sample_rows: int, directory: Path) -> Any:
        """Draw the rows of a learner's key, build the case of a lesson in a directory and return it."""
        rows = draw(self.strata, min(sample_rows, len(self.table)), key)
        sample = self.table.iloc[rows].reset_index(drop=True)
        case_file = load_module(lesson_file(self.code, "case", lesson))
        return make_case(case_file, sample, self.contract, seed_of(key, "case"), directory)


def open_delivery(folder: Path) -> Delivery:
    """Open an unpacked delivery.

    Raises
    ------
    DataError
        When files are missing or the label is not of this version.
    """
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        raise DataError(
            f"{folder}: expected the class's data, got a folder without {', '.join(missing)}. Ask for the file again."
        )
    try:
        raw = json.loads((folder / "delivery.json").read_text(encoding="utf-8"))
        label = Label(**raw)
    except (ValueError, TypeError) as error:
        raise DataError(
            f"{folder / 'delivery.json'}: expected a delivery label, got {error}. Ask for the file again."
        ) from error
    if label.format != FORMAT:
        raise DataError(
            f"{folder}: expected data of format {FORMAT}, got {label.format}. Update Situ, or ask for the file again."
        )
    code = b"".join(file.read_bytes() for file in [*learner_files(folder), folder / "contract.toml"])
    return Delivery(folder, label, hashlib.sha256(code).digest())


def write_label(folder: Path, label: Label) -> None:
    """Write the label of a delivery folder."""
    (folder / "delivery.json").write_text(json.dumps(asdict(label), indent=1) + "\n", encoding="utf-8")


def pack(folder: Path, file: Path) -> None:
    """Make the one file that travels; replaced as a whole or not at all."""
    open_delivery(folder)
    with replacing(file) as new, zipfile.ZipFile(new, "w", zipfile.ZIP_STORED) as archive:
        for part in sorted(file.name for file in folder.iterdir() if _PART.fullmatch(file.name)):
            archive.writestr(zipfile.ZipInfo(part), (folder / part).read_bytes())


def unpack(file: Path, cache_root: Path) -> Delivery:
    """Open the one file, unpacked once into the cache.

    Raises
    ------
    DataError
        When the file is not a delivery.
    """
    folder = cache_root / hashlib.sha256(file.read_bytes()).hexdigest()[:24]
    if not folder.is_dir():
        cache_root.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".delivery-", dir=cache_root))
        try:
            _extract(file, unfinished)
            open_delivery(unfinished)
            _settle(unfinished, folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return open_delivery(folder)


def _settle(unfinished: Path, folder: Path) -> None:
    try:
        unfinished.rename(folder)
    except OSError:
        if (
            not folder.is_dir()
        ):  # a second notebook unpacking the same file may have been quicker; anything else is a fault
            raise


def _extract(file: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            sizes = {part.filename: part.file_size for part in archive.infolist()}
            if not set(_FILES) <= set(sizes) or sum(sizes.values()) > _MAX_BYTES:
                raise DataError(
                    f"{file}: expected the data of a class, got another kind of file. Ask for the file again."
                )
            for part in filter(_PART.fullmatch, sizes):
                (folder / part).write_bytes(archive.read(part))
    except (zipfile.BadZipFile, EOFError) as error:
        raise DataError(
            f"{file}: expected the data of a class, got a damaged file ({error}). Copy it again."
        ) from error


@cache
def _versions() -> str:
    """Name what a case's numbers depend on besides its own code; a new library version makes a new case."""
    return " ".join(
        f"{name} {metadata.version(name)}"
        for name in ("lime", "numpy", "pandas", "scikit-learn", "scipy", "shap", "situ-kit", "statsmodels")
    )
