"""Forms as a front end draws them: options resolved for one learner, answers in the shape the fields hold.

Owns that shape, and nothing of how it looks. There is no expected value in it, as there is none in a form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graders.answers import JSON
from graders.forms.exchange import Form
from graders.forms.names import ChoiceForm, ChoicesForm, RankingForm
from graders.forms.numbers import ArrayForm, NumberForm
from graders.forms.options import Options, menu
from graders.forms.reading import Malformed, Picks, Read
from graders.forms.several import PartsForm, ResultsForm
from graders.forms.tables import MappingForm, TableForm
from graders.forms.text import TextForm

Drawn = dict[str, JSON]


def drawn(form: Form, picks: Picks | None = None) -> Drawn:
    """Return the form as JSON data for the front end.

    Parameters
    ----------
    form
        Any form.
    picks
        The learner's picks, from which picked rows and options are taken.

    >>> drawn(NumberForm(label="PD", unit="%"))
    {'kind': 'number', 'label': 'PD', 'unit': '%', 'whole': False}
    """
    for kind, draw in _DRAWERS:
        if isinstance(form, kind):
            return draw(form, picks)
    raise TypeError(f"expected a form, got {form!r}")


def fitted(form: Form, raw: JSON, picks: Picks | None = None) -> JSON:
    """Return an answer in the shape the form's fields hold; one that cannot be read comes back as it is.

    >>> fitted(RankingForm(["income", "dti"], 2), "DTI, income")
    ['dti', 'income']
    """
    reading = form.read(raw, picks)
    return _unread(form, reading.value) if isinstance(reading, Read) else raw


def field_messages(form: Form, raw: JSON, picks: Picks | None = None) -> dict[str, str]:
    """Return what is the matter with each part of an answer, by name; empty for forms of one field."""
    if not isinstance(form, PartsForm):
        return {}
    pieces = form.split(raw)
    if not isinstance(pieces, dict):
        return {}
    readings = {name: form.parts[name].read(piece, picks) for name, piece in pieces.items()}
    return {name: reading.message for name, reading in readings.items() if isinstance(reading, Malformed)}


def _listed(options: Options, picks: Picks | None) -> list[dict[str, str]]:
    return [{"id": name, "label": label} for name, label in (menu(options, picks).labels or {}).items()]


def _number(form: NumberForm, picks: Picks | None) -> Drawn:
    return {"kind": "number", "label": form.label, "unit": form.unit, "whole": form.whole}


def _choice(form: ChoiceForm, picks: Picks | None) -> Drawn:
    return {"kind": "choice", "label": form.label, "options": _listed(form.options, picks)}


def _choices(form: ChoicesForm, picks: Picks | None) -> Drawn:
    return {
        "kind": "choices",
        "label": form.label,
        "options": _listed(form.options, picks),
        "exactly": form.exactly,
        "at_most": form.at_most,
        "may_be_none": form.exactly is None,
    }


def _ranking(form: RankingForm, picks: Picks | None) -> Drawn:
    return {"kind": "ranking", "label": form.label, "options": _listed(form.options, picks), "length": form.length}


def _table(form: TableForm, picks: Picks | None) -> Drawn:
    kind = "mapping" if isinstance(form, MappingForm) else "table"
    rows, options = _listed(form.rows, picks), _listed(form.options, picks)
    return {"kind": kind, "label": form.label, "rows": rows, "options": options}


def _array(form: ArrayForm, picks: Picks | None) -> Drawn:
    return {"kind": "array", "label": form.label, "unit": form.unit, "shape": list(form.shape)}


def _text(form: TextForm, picks: Picks | None) -> Drawn:
    words = {"least_words": form.least_words, "most_words": form.most_words}
    return {"kind": "text", "label": form.label, **words}


def _results(form: ResultsForm, picks: Picks | None) -> Drawn:
    return {"kind": "results", "label": form.label, "count": form.count}


def _parts(form: PartsForm, picks: Picks | None) -> Drawn:
    parts = [{"name": name, "title": form.title(name), "form": drawn(part, picks)} for name, part in form.parts.items()]
    return {"kind": "parts", "label": form.label, "parts": parts}


def _unread(form: Form, value: Any) -> JSON:
    """Return a read value as the fields hold it."""
    if isinstance(form, NumberForm):
        return f"{value:.10g}"
    if isinstance(form, ChoicesForm):
        return sorted(value)
    if isinstance(form, RankingForm | ResultsForm):
        return list(value)
    if isinstance(form, ArrayForm):
        return _nested(iter("" if entry is None else f"{entry:.10g}" for entry in value), form.shape)
    if isinstance(form, PartsForm):
        return {
            name: _unread(form.parts[name], reading.value) if isinstance(reading, Read) else None
            for name, reading in value.items()
        }
    return value  # a name, a text, a dict of row to option


def _nested(entries: Iterator[str], shape: tuple[int, ...]) -> JSON:
    if len(shape) == 1:
        return [next(entries) for _place in range(shape[0])]
    return [_nested(entries, shape[1:]) for _row in range(shape[0])]


_DRAWERS: tuple[tuple[type, Callable[[Any, Picks | None], Drawn]], ...] = (
    (NumberForm, _number),
    (ChoiceForm, _choice),
    (ChoicesForm, _choices),
    (RankingForm, _ranking),
    (TableForm, _table),
    (ArrayForm, _array),
    (TextForm, _text),
    (ResultsForm, _results),
    (PartsForm, _parts),
)
