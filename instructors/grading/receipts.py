"""The receipts that a submitted notebook still shows: who worked, and the answers its forms held when their cells were last run.

Owns their reading, as untrusted data. The answers stand in only where no answer book was handed in with the notebook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graders.answerbook import Entry
from graders.answers import ANSWER_MIME, JSON, plain, writable

MAX_SIGNATURES = 3
MAX_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Receipts:
    """What the receipts of a notebook say.

    Attributes
    ----------
    learners
        On whose samples it was worked out. Good for a remark, never for a mark.
    shown
        The answers that forms held, by question, as JSON data.
    """

    learners: tuple[str, ...] = ()
    shown: Mapping[str, Mapping[str, JSON]] | None = None


def receipts_in(cells: Sequence[Mapping[str, Any]]) -> Receipts:
    """Read the receipts in the outputs of a notebook's cells, as they stand in the file."""
    learners: set[str] = set()
    shown: dict[str, Mapping[str, JSON]] = {}
    for receipt in (found for cell in cells for found in _receipts(cell)):
        learner, question = short(receipt.get("learner")), short(receipt.get("question"))
        if learner:
            learners.add(learner)
        if question and "saved" in receipt and "answer" in receipt and len(shown) < MAX_SHOWN:
            by = "code" if receipt.get("by") == "code" else "form"
            saved = short(receipt["saved"])
            answer = writable(plain(receipt["answer"]))  # it travels in the notebook's metadata, which nbgrader writes
            shown[question] = {"answer": answer, "by": by, "saved": saved, "learner": learner}
    return Receipts(tuple(sorted(learners)[:MAX_SIGNATURES]), shown)


def entries_shown(shown: Mapping[str, Mapping[str, JSON]]) -> dict[str, Entry]:
    """Return the answers that forms held as entries of an answer book."""
    return {
        question: Entry(held["answer"], held["by"], held["saved"], learner=held["learner"] or None)
        for question, held in shown.items()
    }


def _receipts(cell: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else []:
        bundle = output.get("data") if isinstance(output, dict) else None
        receipt = bundle.get(ANSWER_MIME) if isinstance(bundle, dict) else None
        if isinstance(receipt, dict):
            yield receipt


def short(text: Any) -> str:
    """Return an id out of a submission as plain text of bounded length; empty for what is no text."""
    return text[:100].encode("ascii", "replace").decode("ascii") if isinstance(text, str) else ""
