"""Who works here: the id under which the instructor knows the learner.

Order: the grader's word, the hub's user, what was saved on this machine, one question. In grading the id is that of the
folder that was handed in, whatever a notebook says.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import platformdirs

from graders.errors import LearnerError
from graders.language import _

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_FILE = "learner.txt"


def checked_id(text: str) -> str:
    """Return the id without surrounding space.

    Raises
    ------
    LearnerError
        When it has characters that nbgrader or a file system would trip over.

    >>> checked_id(" ana.b ")
    'ana.b'
    """
    stripped = text.strip()
    if not _ID.fullmatch(stripped):
        raise LearnerError(
            _(
                "Expected an id of letters, digits, dots, dashes or @, got {got!r}. Use the id your instructor gave you."
            ).format(got=stripped[:40])
        )
    return stripped


def is_id(text: str) -> bool:
    """Tell whether a text is an id as it stands."""
    return bool(_ID.fullmatch(text))


def settings_folder() -> Path:
    """Return where this machine keeps the learner's settings."""
    return Path(os.environ.get("SITU_CONFIG") or platformdirs.user_config_dir("situ"))


def known_learner() -> str | None:
    """Return the learner's id when it is known without asking."""
    for variable in ("SITU_LEARNER", "JUPYTERHUB_USER"):
        if os.environ.get(variable):
            return checked_id(os.environ[variable])
    saved = settings_folder() / _FILE
    if saved.is_file():
        return checked_id(saved.read_text(encoding="utf-8"))
    return None


def save_learner(learner: str) -> str:
    """Remember the learner's id on this machine; return it."""
    checked = checked_id(learner)
    folder = settings_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _FILE).write_text(checked + "\n", encoding="utf-8")
    return checked


def learner(ask: Callable[[str], str] = input) -> str:
    """Return the learner's id, asking once on a machine that does not know it yet.

    Raises
    ------
    LearnerError
        When nobody is there to answer.
    """
    known = known_learner()
    if known is not None:
        return known
    question = _("Under which id does your instructor know you? ")
    try:
        answer = ask(question)
    except (EOFError, KeyboardInterrupt, NotImplementedError, RuntimeError) as error:
        raise LearnerError(
            _('Expected your learner id, got no answer. Run sign_in("your-id") from graders, then this cell again.')
        ) from error
    return save_learner(answer)
