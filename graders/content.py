"""Finds and loads content: blocks and datasets are drop-in folders, the folder is the list.

Content is loaded by path under a unique module name, never through ``sys.path``; nothing of it runs beyond its definitions.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from graders.errors import ContentError


def load_module(path: Path | str) -> ModuleType:
    """Load one content file as a module of its own.

    Parameters
    ----------
    path
        A ``.py`` file: ``case.py``, ``practice.py``, a key file, a generator.

    Raises
    ------
    ContentError
        When the file is missing or does not import.
    """
    file = Path(path).resolve()
    if not file.is_file():
        raise ContentError(f"Expected a content file at {file}, got nothing. Put it there, or correct the path.")
    digest = hashlib.sha256(str(file).encode() + file.read_bytes()).hexdigest()[:16]
    name = f"situ_content_{file.stem}_{digest}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ContentError(f"{file}: expected a Python file. Rename it to end in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickle look their module up by name
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise ContentError(
            f"{file}: expected it to import, got {type(error).__name__}: {error}. Mend the file."
        ) from error
    return module
