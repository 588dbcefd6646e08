"""What a class can be made of a company's portfolio: its table and contract with what was added, and the questions it will ask.

Puts together what `checking` finds, `adding` adds and `leaving_out` leaves out. Makes no class and writes no file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from graders.contract import Contract, check_table, fingerprint, parse_contract
from graders.errors import DataError
from instructors.company.adding import Portfolio, with_additions, without_columns
from instructors.company.checking import Examined, examine
from instructors.company.lines import rows_drawn
from instructors.company.models import scored, with_score
from instructors.company.preflight import block_notes, block_preflight, copy_checks, copy_sentence
from instructors.company.reading import read_portfolio
from instructors.content import Block, LessonEntry
from instructors.leaving_out import left_out, lessons_kept


@dataclass(frozen=True)
class Offer:
    """What a class can be made of.

    Attributes
    ----------
    file
        The company's portfolio.
    examined
        What was found in it; where that does not hold, nothing else is there.
    portfolio
        The table and the contract as learners get them; None where no class can be made.
    dropped
        Protected attributes that are left out of the class's table, with why.
    lacking
        What questions may need and the portfolio has not, with why, after the additions.
    left_out
        Question -> why this class does not ask it.
    notes
        Lesson, or ``all`` -> what the lesson says of the portfolio.
    asked
        Ids of the lessons that were asked for.
    lessons
        Those of them that still ask something.
    sample_rows
        Rows each learner draws.
    """

    file: Path
    examined: Examined
    portfolio: Portfolio | None = None
    dropped: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    lessons: tuple[LessonEntry, ...] = ()
    sample_rows: int = 0

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON data."""
        if self.portfolio is None:
            return self.examined.as_data()
        return {
            **self.examined.as_data(),
            "fingerprint": fingerprint(self.portfolio.table, self.portfolio.contract),
            "added": dict(self.portfolio.contract.added),
            "dropped": dict(self.dropped),
            "lacking": dict(self.lacking),
            "left_out": dict(self.left_out),
            "lessons": [entry.id for entry in self.lessons],
            "sample_rows": self.sample_rows,
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a class.

    Attributes
    ----------
    data, contract
        The company's portfolio, and its contract.
    model
        The company's own model, whose copy is audited; None where the class fits one, or the portfolio holds its answers.
    trust_pickle
        Whether that may be a pickle: opening one runs the code it holds.
    lessons
        Ids of the lessons; all of the block's unless named.
    without
        Questions that the instructor leaves out.
    """

    data: Path
    contract: Path
    model: Path | None = None
    trust_pickle: bool = False
    lessons: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def read(self, text: str) -> Contract:
        """Return the contract of a text; errors name the company's own file."""
        return parse_contract(text, self.contract)


def offered(wanted: Wanted, block: Block, secret: bytes, seed: int) -> Offer:
    """Return what a class can be made of a company's portfolio.

    Parameters
    ----------
    wanted
        The files, the lessons, what is left out.
    block
        With all its questions.
    secret
        The key of the class's pseudonyms.
    seed
        Of what is drawn for the additions.

    Raises
    ------
    ContentError
        When a lesson or a question is none of the block's.
    """
    named = {block.lesson(lesson).id for lesson in wanted.lessons}
    asked = tuple(entry.id for entry in block.settings.lessons if not named or entry.id in named)
    left_out(block, {}, wanted.without)  # an unknown question is told before anything is read
    examined = examine(wanted.data, wanted.contract, block, secret)
    portfolio = _own(examined, wanted)
    if isinstance(portfolio, DataError):
        examined = replace(examined, problems=tuple(str(portfolio).splitlines()))
    if not examined.holds or not isinstance(portfolio, Portfolio) or examined.contract is None:
        return Offer(wanted.data, examined)
    checks = copy_checks(block, portfolio.table, _with_model(portfolio.contract, examined.contract))
    additions, examined = examined.contract.file.additions, replace(examined, checks=(*examined.checks, *checks))
    if not examined.holds:
        return Offer(wanted.data, examined)
    portfolio = _mixed(portfolio, seed)
    own, dropped, found = block_preflight(block), {}, {}
    if own is not None:
        dropped = own.too_small(portfolio.table, portfolio.contract)
        portfolio = without_columns(portfolio, dropped, wanted.read)
        found, before = own.capabilities(portfolio.table, portfolio.contract), portfolio
        lacking = {name for name, why in found.items() if why}
        portfolio = with_additions(before, lacking, additions, wanted.read, seed)
        if portfolio is not before:
            check_table(portfolio.table, portfolio.contract)
            found = own.capabilities(portfolio.table, portfolio.contract)
    still = {name: why for name, why in found.items() if why}
    gone = left_out(block, still, wanted.without)
    return Offer(
        file=wanted.data,
        examined=examined,
        portfolio=portfolio,
        dropped=dropped,
        lacking=still,
        left_out={question: why for question, why in gone.items() if question.partition(".")[0] in asked},
        notes=_notes(block, portfolio, still, asked),
        asked=asked,
        lessons=tuple(entry for entry in lessons_kept(block, gone) if entry.id in asked),
        sample_rows=rows_drawn(block.settings.sample_rows, len(portfolio.table)),
    )


def _own(examined: Examined, wanted: Wanted) -> Portfolio | DataError | None:
    """Return the company's portfolio with the answers of its model file, where there is one, or what is wrong with that."""
    portfolio = examined.portfolio
    if not examined.holds or portfolio is None or examined.contract is None or wanted.model is None:
        return portfolio
    try:
        raw = read_portfolio(wanted.data, examined.contract.file)
        answers = scored(wanted.model, raw, examined.contract, wanted.trust_pickle)
        return with_score(portfolio, answers, wanted.read)
    except DataError as error:
        return error


def _mixed(portfolio: Portfolio, seed: int) -> Portfolio:
    """Return a portfolio with its rows in another order: by their place nobody finds them in the company's own file."""
    order = np.random.default_rng(seed).permutation(len(portfolio.table))
    return replace(portfolio, table=portfolio.table.iloc[order].reset_index(drop=True))


def _with_model(contract: Contract, whole: Contract) -> Contract:
    """Return a contract with the company's own words on its model: a check may name what that reads."""
    return contract.model_copy(update={"model": whole.model})


def _notes(
    block: Block, portfolio: Portfolio, lacking: Mapping[str, str], asked: tuple[str, ...]
) -> dict[str, list[str]]:
    """Return what the lessons that are asked for say of the portfolio."""
    words = block_notes(block)
    if words is None:
        return {}
    notes: dict[str, list[str]] = words.notes(portfolio.contract, lacking)
    if said := copy_sentence(block, portfolio.table, portfolio.contract):
        notes.setdefault("all", []).append(said)
    return {place: notes[place] for lesson in ("all", *asked) for place in (lesson, f"{lesson}.end") if place in notes}


def as_offered(block: Block, offer: Offer) -> Block:
    """Return a block as a class of this offer has it."""
    return replace(block, left_out=offer.left_out, lacking=offer.lacking, notes=offer.notes)


def in_words(offer: Offer, block: Block) -> list[str]:
    """Return what a class asks, what it leaves out, and what was added, a line each.

    Parameters
    ----------
    offer
        What the class is made of, with a portfolio.
    block
        As the class has it: with what it leaves out.
    """
    asked = questions_of(offer, block)
    kept = [points for _question, _title, points, why in asked if not why]
    lines = [f"It asks {len(kept)} questions, {sum(kept):g} points."]
    lines += [f"  not compared: {name} ({why})" for name, why in offer.dropped.items()]
    lines += [f"  left out: {question} {title} ({why})" for question, title, _points, why in asked if why]
    if offer.portfolio is not None:
        contract = offer.portfolio.contract
        lines += [f"  added: “{contract.label(name)}”, {said}" for name, said in contract.added.items()]
    return lines


def questions_of(offer: Offer, block: Block) -> list[tuple[str, str, float, str]]:
    """Return every question of the lessons that a class was asked for: id, title, its points in the class, why it is left out.

    Parameters
    ----------
    offer
        What the class is made of.
    block
        As the class has it: with what it leaves out.
    """
    found = []
    for question, key in block.every_key.items():
        if question.partition(".")[0] in offer.asked:
            kept = block.all_keys.get(question)
            found.append((question, key.title, kept.points if kept else 0.0, offer.left_out.get(question, "")))
    return found
