"""A class of a company's own portfolio: checked, made and proven, or refused with everything that stands against it.

Owns the order of it and the report; the steps of every class are those of `instructors.making`. The company's file is read where
it lies and never copied: what a class keeps of it is the table of the contract's columns. Its contract and the key of the
pseudonyms stay in the class's private folder.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graders.errors import ClassError
from graders.files import replacing
from instructors.classes import Class, open_class, reduced_lines
from instructors.company.checking import conclusion
from instructors.company.checks import Light
from instructors.company.offering import Offer, Wanted, offered, questions_of
from instructors.company.report_page import Filed, faults_in_words, report_page
from instructors.content import Block
from instructors.making import (
    Plan,
    Say,
    copy_content,
    dataset_of,
    deliver,
    finish,
    new_class,
    write_settings,
)
from instructors.prove import Given, Proof, prove

LEARNERS = 8  # whose marking is proven before a class is made
PAGE, RESULT = "portfolio.html", "portfolio.json"
CONTRACT, PSEUDONYMS = "contract.toml", "pseudonyms.key"
_MOST_LINES = 20


class RefusedError(ClassError):
    """No class is made of a portfolio.

    Attributes
    ----------
    filed
        What was checked and proven up to there.
    page
        The report.
    """

    def __init__(self, message: str, filed: Filed, page: Path) -> None:
        super().__init__(message)
        self.filed, self.page = filed, page


@dataclass
class _Way:
    """What is found out on the way to a class."""

    filed: Filed | None = None
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))


@dataclass(frozen=True, slots=True)
class Made:
    """A class of a company's portfolio, and what was checked and proven of it."""

    made: Class
    filed: Filed

    @property
    def page(self) -> Path:
        """The report."""
        return self.made.root / "private" / PAGE


def new_company_class(
    root: Path,
    plan: Plan,
    wanted: Wanted,
    say: Say = lambda _: None,
    told: Callable[[int], None] = lambda _: None,
    learners: int = LEARNERS,
) -> Made:
    """Make a class of a company's own portfolio, whole and proven or not at all.

    Parameters
    ----------
    root
        Must not exist yet, or be empty.
    plan
        What to make; its seed is that of the additions.
    wanted
        The portfolio, its contract, and what of the block is wanted.
    say
        Told each step before it starts.
    told
        Called with the number of learners proven since the last call.
    learners
        How many learners are simulated for the proof.

    Raises
    ------
    RefusedError
        When the portfolio does not hold, or the proof fails; a report is left beside the folder.
    SituError
        When the block, the lessons, the questions or the folder are not what they should be.
    """
    way = _Way()

    def fill(unfinished: Path, plan: Plan, block: Block, say: Say) -> None:
        say(f"Reading {wanted.data.name}")
        seed = secrets.randbits(63) if plan.seed is None else plan.seed
        offer = offered(wanted, block, way.secret, seed)
        way.filed = Filed(block, offer)
        if offer.portfolio is None:
            raise _refused(root, way.filed, conclusion(offer.examined), _problems(offer))
        if not offer.lessons:
            raise _refused(root, way.filed, "no question of the block can be asked of this portfolio.", _gone(offer))
        made = _fill(unfinished, plan, block, offer, wanted, way, say)
        say(f"Proving the marking on {learners} simulated learners")
        proof = _proven(made, offer, learners, told)  # first: what does not run on a learner's case is told, not raised
        way.filed = Filed(made.block, offer, proof)
        if proof.wrong:
            raise _refused(root, way.filed, _at_fault(proof), faults_in_words(proof))
        finish(unfinished, plan, say)
        _file_report(unfinished / "private", way.filed)

    made = new_class(root, plan, say, fill)
    assert way.filed is not None  # without it, nothing was made
    return Made(made, replace(way.filed, block=made.block))


def as_data(filed: Filed) -> dict[str, Any]:
    """Return what was checked and proven as JSON data."""
    offer, proof = filed.offer, filed.proof
    data: dict[str, Any] = {"made": filed.holds, "portfolio": offer.as_data()}
    if offer.portfolio is not None:
        asked = questions_of(offer, filed.block)
        data["questions"] = [
            {"question": question, "title": title, "points": points, "left_out": why}
            for question, title, points, why in asked
        ]
    return {**data, "proof": None if proof is None else proof.summary()}


def _fill(root: Path, plan: Plan, block: Block, offer: Offer, wanted: Wanted, way: _Way, say: Say) -> Class:
    assert offer.portfolio is not None
    say(f"Copying the block {block.name}")
    copied = copy_content(root, block)
    (dataset_of(root, block) / CONTRACT).write_text(offer.portfolio.text, encoding="utf-8")
    company = root / "private" / "company"
    company.mkdir(mode=0o700)
    shutil.copyfile(wanted.contract, company / CONTRACT)
    key = company / PSEUDONYMS
    key.touch(mode=0o600)
    key.write_text(way.secret.hex() + "\n", encoding="ascii")
    deliver(root, plan, copied, offer.portfolio.table, offer.sample_rows)
    lines = reduced_lines(offer.left_out, offer.lacking, offer.notes)
    write_settings(root, plan, block, offer.lessons, lines)
    return open_class(root)


def _proven(made: Class, offer: Offer, learners: int, told: Callable[[int], None]) -> Proof:
    delivered = made.delivery.folder
    given = Given(delivered / "data.parquet", delivered / "contract.toml", offer.sample_rows)
    lessons = [entry.id for entry in offer.lessons]
    return prove(made.block, learners, 1, told, lessons=lessons, given=given)


def _file_report(folder: Path, filed: Filed) -> None:
    with replacing(folder / PAGE) as file:
        file.write_text(report_page(filed), encoding="utf-8")
    with replacing(folder / RESULT) as file:
        file.write_text(json.dumps(as_data(filed), indent=1, ensure_ascii=False), encoding="utf-8")


# --- refusing ------------------------------------------------------------------------------------------------------------


def _refused(root: Path, filed: Filed, why: str, lines: list[str]) -> RefusedError:
    page = root.with_name(f"{root.name}-refused.html")
    with replacing(page) as file:
        file.write_text(report_page(filed), encoding="utf-8")
    more = len(lines) - _MOST_LINES
    shown = lines if more <= 0 else [*lines[:_MOST_LINES], f"and {more} more"]
    listed = "\n".join(f"  • {line}" for line in shown)
    return RefusedError(
        f"No class was made of {filed.offer.file.name}: {why}\n{listed}\nThe report: {page}", filed, page
    )


def _problems(offer: Offer) -> list[str]:
    examined = offer.examined
    personal = [f"“{one.column}”: {one.kind}. {one.do}" for one in examined.personal]
    red = [f"{one.name}: {one.found} {one.do}" for one in examined.checks if one.light is Light.RED]
    return [*examined.problems, *personal, *red]


def _gone(offer: Offer) -> list[str]:
    return [f"{question}: {why}" for question, why in offer.left_out.items()]


def _at_fault(proof: Proof) -> str:
    """Say which questions are at fault, and how a class is made without them."""
    asked = list(dict.fromkeys(one.question for one in proof.wrong))
    questions = [one for one in asked if not one.startswith("lesson ")]
    lessons = [one for one in asked if one.startswith("lesson ")]
    do = [f"--without {question}" for question in questions]
    without = f" Make it without them: {' '.join(do)}." if do else ""
    other = f" Make it of the other lessons, by --lesson: {', '.join(lessons)} cannot be given yet." if lessons else ""
    wrong = (
        f"marks would be wrong in {', '.join(questions)}."
        if questions
        else "lessons would not run on learners' own rows."
    )
    return f"{wrong}{without}{other}"
