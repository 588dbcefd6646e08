"""Results of the learner's own code that fit into a form: "use my result".

Owns which names of the notebook are offered. It reads values as any answer is read; none of them is an expected one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from graders.answers import JSON, plain
from graders.forms import Form, PartsForm, Read, fitted, in_words
from graders.language import _

MOST = 12


def fitting_results(form: Form, picks: Mapping[str, Any], part: JSON = None) -> list[dict[str, JSON]]:
    """Return the notebook's results that can be read into a form, newest first.

    Parameters
    ----------
    form
        Of the item.
    picks
        The learner's.
    part
        Name of a part, where only that is to be filled.

    Returns
    -------
    At most twelve, each with its ``name``, the value in ``words`` and the ``answer`` for the fields.
    """
    if isinstance(form, PartsForm) and part in form.parts:
        form = form.parts[part]
    found: list[dict[str, JSON]] = []
    for name, value in _results():
        answer = plain(value)
        reading = form.read(answer, picks)
        if isinstance(reading, Read):
            words = in_words(form, reading.value, picks)
            found.append({"name": name, "words": words, "answer": fitted(form, answer, picks)})
        if len(found) == MOST:
            break
    return found


def _results() -> Iterator[tuple[str, Any]]:
    """Yield the names a learner gave to values, newest first, after the last result a cell showed."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    namespace = dict(shell.user_ns)
    if namespace.get("Out"):
        yield _("the last result shown"), namespace["Out"][max(namespace["Out"])]
    for name in reversed(list(namespace)):
        value = namespace[name]
        if (
            name.startswith("_")
            or name in shell.user_ns_hidden
            or isinstance(value, ModuleType | type)
            or callable(value)
        ):
            continue
        yield name, value
