"""Fetches what only a company's model needs: libraries that a class without one goes without."""

from __future__ import annotations

import importlib
from typing import Any

from graders.errors import DataError


def library(name: str) -> Any:
    """Return a library.

    Raises
    ------
    DataError
        When it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        raise DataError(
            f"expected {name}, which reads this kind of model, got none. Install it: pip install 'situ-kit[company]'."
        ) from None
