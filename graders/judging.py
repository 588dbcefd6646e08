"""From the answers one graded cell emitted to its verdict. Pure: no file, no notebook, no gradebook.

Fails closed: what cannot be judged is `not judged`, zero points, for a human to look at.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from graders.answers import JSON, MAX_BYTES
from graders.keys import Key
from graders.language import _
from graders.verdict import State, Verdict

_log = logging.getLogger(__name__)


def judge(key: Key | None, case: Any, answers: Sequence[JSON]) -> Verdict:
    """Judge one question.

    Parameters
    ----------
    key
        The question's key; None when the block has none for it.
    case
        The trusted copy of this learner's case; None when it could not be opened.
    answers
        What the graded cell emitted for this question, in order.

    Returns
    -------
    The verdict; this function does not raise on anything a learner can hand in.
    """
    if not answers:
        return not_attempted()
    if len({json.dumps(answer, sort_keys=True) for answer in answers}) > 1:
        return Verdict(State.MALFORMED, 0.0, _("One answer was expected, several different ones arrived. Submit one."))
    answer = answers[-1]
    if len(json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return Verdict(State.MALFORMED, 0.0, _("The answer is too large to be read. Hand in the few values asked for."))
    if key is None or case is None:
        return not_judged()
    try:
        return key.expect(case).judge(answer, case.picks)
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
        _("This answer could not be judged, through no fault of yours. Your instructor will look at it."),
    )
