"""Keys of lesson 5 on the memo: its opening lines, whose numbers are the learner's own, and the memo a person marks (5.4, 5.5)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graders.content import load_module
from graders.expectations import Expectation, Memo, Number, Parts, Trap
from graders.forms import NumberForm, Read
from graders.keys import key

measures = load_module(Path(__file__).with_name("lesson5_measures.py"))
register = load_module(Path(__file__).with_name("lesson5_register.py"))
required = load_module(Path(__file__).with_name("lesson5_required.py"))

LEAST_WORDS, MOST_WORDS = 600, 1_400

_SLOTS = {  # the register's own words, in the order of the sentence
    "auc_learnt": "AUC on the loans it learnt on",
    "auc_later": "AUC out of time",
    "ae": "Defaults for each one announced (A/E)",
    "ratio": "Approval ratio",
}
_ELSEWHERE = {
    "auc_learnt": (
        "auc_later",
        "figures-swapped",
        "That is your figure out of time.\nThe sentence opens with the other one.",
    ),
    "auc_later": (
        "auc_learnt",
        "figures-swapped",
        "That is your figure on the loans it learnt on.\nThe sentence asks what is left.",
    ),
}


_NOT_QUOTED = (
    "This number is not in your register.\n"
    "A reader who finds one number that differs believes none.\nQuote the register, to two decimals."
)
_LEFT_OPEN = (
    "Not the figure that the tables give; the register was left open here.\n"
    "Fill the register first, then quote it to two decimals."
)


@key("5.4", points=2, competency="C8", follows=("5.1",))
def opening(case: Any, earlier: Mapping[str, Any]) -> Expectation:
    """Open the memo: its numbers are those of your register."""
    written = own_register(case, earlier["5.1"])
    own = measures.register(case)._asdict() | written
    asked = {slot: label for slot, label in _SLOTS.items() if slot != "ratio" or case.value("approvals")}
    slots = {slot: _slot(slot, label, own, quoted=slot in written) for slot, label in asked.items()}
    return Parts(slots, label="The memo's opening lines")


def own_register(case: Any, answer: Any) -> dict[str, float]:
    """Return the learner's own figures for the slots, those that can be read."""
    form = register.register(case).form
    pieces = form.split(answer)
    own = {}
    for slot in (slot for slot in _SLOTS if slot in form.parts):
        part = form.parts[slot]
        reading = part.read(pieces[slot]) if isinstance(pieces, dict) and isinstance(part, NumberForm) else None
        if isinstance(reading, Read):
            own[slot] = reading.value
    return own


def _slot(slot: str, label: str, own: Mapping[str, float], quoted: bool) -> Number:
    value = own[slot]
    traps = [
        Trap(
            "rounded-away",
            round(value, 1),
            "Rounded this far, the memo and the register say two things.\nQuote two decimals.",
        )
    ]
    if slot in _ELSEWHERE:
        other, name, reply = _ELSEWHERE[slot]
        traps.insert(0, Trap(name, own[other], reply))
    elif value:
        turned = Trap(
            "turned-over", 1 / value, "In the sentence the ratio stands upside down.\nQuote it as in your register."
        )
        traps.insert(0, turned)
    return Number(
        value,
        tolerance=0.005,
        label=label,
        reason="two decimals of the learner's own figure",
        traps=traps,
        wrong=_NOT_QUOTED if quoted else _LEFT_OPEN,
    )


@key("5.5", points=40, competency="C8")
def memo(case: Any) -> Expectation:
    """Write the audit memo."""
    return Memo("The audit memo", LEAST_WORDS, MOST_WORDS, required=required.points(case))
