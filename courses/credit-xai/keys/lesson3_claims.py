"""Keys of lesson 3 on claims: six sentences on three LIME outputs, eight slides of the vendor (3.4, 3.8)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graders.content import load_module
from graders.expectations import Expectation, Table, Trap
from graders.forms import Pick
from graders.keys import key

claims = load_module(Path(__file__).with_name("claims.py"))
outputs = load_module(Path(__file__).with_name("lesson3_outputs.py"))
slides = load_module(Path(__file__).with_name("lesson3_slides.py"))


@key("3.4", points=3, competency="C5")
def three_outputs(case: Any) -> Expectation:
    """Judge six sentences on three LIME outputs: supported, contradicted, or not to be known from them."""
    return _table(
        case,
        "sayings",
        outputs.BANK,
        "You called everything unknowable.\n"
        "An output says little, and that little can be read: rule, weight, sign, R².\n"
        "Take one sentence and look for its number in the three tables.",
        "You accepted every sentence.\n"
        "Some are contradicted by the tables, some are about people or clients that no table shows.\n"
        "Ask of each one: which line shows it?",
    )


@key("3.8", points=3, competency="C6")
def vendor_slides(case: Any) -> Expectation:
    """Judge eight slides of the vendor: supported, contradicted, or not to be known from this lesson."""
    return _table(
        case,
        "slides",
        slides.BANK,
        "You called everything unknowable.\n"
        "The vendor would be let off with altered figures that you hold in your hands.\n"
        "Take one slide with a number and look for it in the tables.",
        "You accepted every slide.\n"
        "Some figures were altered, and some sentences nobody could support from here.\n"
        "Recompute one figure from your own tables.",
    )


def _table(case: Any, name: str, bank: Any, refuge: str, belief: str) -> Table:
    rows = case.value(name)
    return Table(
        {row: bank.verdict(case, statement) for row, statement in rows.items()},
        rows=Pick(name),
        options=claims.OPTIONS,
        label="Verdict on each sentence",
        traps=[
            Trap("refuge-in-cannot", dict.fromkeys(rows, claims.CANNOT), refuge),
            Trap("all-believed", dict.fromkeys(rows, claims.SUPPORTED), belief),
        ],
        per_row_replies={row: bank.replies(case, statement) for row, statement in rows.items()},
    )
