"""What lesson 3's claims are about is a list of the values in their text, in order; here it is taken apart for what decides them.

Belongs to `lesson3_claims.py`; the banks are `lesson3_outputs.py` and `lesson3_slides.py`, and how they are judged is `claims.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from graders.content import load_module

claims = load_module(Path(__file__).with_name("claims.py"))

Decides = Callable[..., bool]


def readable(
    claim: str, opposite: str, holds: Decides, trap: str, misread: str, where: str, other: Decides | None = None
) -> Any:
    """Return two claims as `claims.Readable`; `holds` and `other` take the case and the values one by one."""
    apart = None if other is None else _apart(other)
    return claims.Readable(claim, opposite, _apart(holds), trap, misread, where, apart)


def _apart(decides: Decides) -> Callable[[Any, Sequence[Any]], bool]:
    return lambda case, about: decides(case, *about)
