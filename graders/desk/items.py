"""What a learner is asked, whatever its kind: a graded question, a practice item, a decision to make before looking.

Owns the finding of an item by its id. Of a graded question it knows the form alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graders.cases import lesson_file
from graders.content import load_module
from graders.desk.session import Session
from graders.expectations import Expectation
from graders.forms import Form
from graders.practice import Practice, decisions_of, practice_of


class Mode(StrEnum):
    """What becomes of an answer."""

    QUESTION = "question"
    PRACTICE = "practice"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Asked:
    """One item.

    Attributes
    ----------
    item, title, mode, form
        Its id, what is asked in one line, what becomes of the answer, and the answer's form.
    look
        Of a decision: whether a later cell waits for it.
    practice, expectation
        Of a practice item: itself, and what is expected of this learner.
    """

    item: str
    title: str
    mode: Mode
    form: Form
    look: bool = True
    practice: Practice | None = None
    expectation: Expectation | None = None


def find_item(session: Session, item: str) -> Asked | None:
    """Return the item of an id; None when the lesson has none.

    Raises
    ------
    SituError
        When the lesson, the case or the practice file cannot be opened.
    """
    if not isinstance(item, str):
        return None  # whatever a learner typed, it names nothing
    question = session.known_lesson().questions.get(item)
    if question is not None:
        return Asked(item, question.title, Mode.QUESTION, question.form)
    case = session.opened()
    module = load_module(lesson_file(case.directory, "practice", item.partition(".")[0]))
    practice = practice_of(module).get(item)
    if practice is not None:
        expectation = practice.expect(case)
        return Asked(item, practice.title, Mode.PRACTICE, expectation.form, practice=practice, expectation=expectation)
    decision = decisions_of(module).get(item)
    if decision is None:
        return None
    return Asked(item, decision.title, Mode.DECISION, decision.form(case), look=decision.look)
