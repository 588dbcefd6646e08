"""From the one answer that counts to its verdict. Pure: no file, no notebook, no gradebook.

Fails closed: what cannot be judged is `not judged`, zero points, for a human to look at.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from graders.answers import JSON, MAX_BYTES
from graders.cards import person_will_look
from graders.keys import NONE_EARLIER, Earlier, Key
from graders.language import _
from graders.verdict import State, Verdict

_log = logging.getLogger(__name__)


def judge(key: Key | None, case: Any, answer: JSON, earlier: Earlier = NONE_EARLIER) -> Verdict:
    """Judge one question.

    Parameters
    ----------
    key
        The question's key; None when the block has none for it.
    case
        The trusted copy of this learner's case; None when it could not be opened.
    answer
        The answer that counts; None when none arrived.
    earlier
        The answers that count of all the lesson's questions, for a key that follows some of them.

    Returns
    -------
    The verdict; this function does not raise on anything a learner can hand in.
    """
    if answer is None:
        return not_attempted()
    if len(json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return Verdict(State.MALFORMED, 0.0, _("The answer is too large to be read. Hand in the few values asked for."))
    if key is None or case is None:
        return not_judged()
    try:
        verdict = key.expect(case, earlier).judge(answer, case.picks)
        return not_attempted() if verdict.state is State.NOT_ATTEMPTED else verdict
    except Exception:  # our content's fault, never the learner's: flagged for a human, and the class goes on
        _log.exception("key of question %s failed", key.question)
        return not_judged()


def not_attempted() -> Verdict:
    """Return the verdict on a question without an answer."""
    return Verdict(State.NOT_ATTEMPTED, 0.0, _("No answer was handed in for this question."))


def not_judged() -> Verdict:
    """Return the verdict on an answer that we failed to judge."""
    return Verdict(
        State.NOT_JUDGED,
        0.0,
        _("This answer could not be judged, through no fault of yours.") + " " + person_will_look(),
    )
