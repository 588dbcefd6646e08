"""The end of an nbgrader run, however it comes: what was held for it is let go of.

Owns that moment alone. nbgrader has no hook that Ctrl-C or an error would reach.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any


def let_go_at_the_end(converter: Any, held: ExitStack) -> None:
    """Have a run close what it holds when it has converted its notebooks.

    Parameters
    ----------
    converter
        nbgrader's, about to begin.
    held
        Closed also after an error or Ctrl-C, and told of it.
    """
    convert = converter.convert_notebooks

    def convert_and_let_go() -> None:
        with held:
            convert()

    converter.convert_notebooks = convert_and_let_go
