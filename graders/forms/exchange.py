"""Forms as JSON, as they travel in ``lesson.json``. Owns that shape and refuses whatever else it finds."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from graders.answers import JSON
from graders.errors import ContentError
from graders.forms.names import ChoiceForm, ChoicesForm, RankingForm
from graders.forms.numbers import ArrayForm, NumberForm
from graders.forms.options import Pick
from graders.forms.several import PartsForm, ResultsForm
from graders.forms.tables import MappingForm, TableForm
from graders.forms.text import TextForm

Form = (
    NumberForm
    | ChoiceForm
    | ChoicesForm
    | RankingForm
    | TableForm
    | MappingForm
    | ArrayForm
    | ResultsForm
    | TextForm
    | PartsForm
)

KINDS: dict[str, type[Form]] = {
    "number": NumberForm,
    "choice": ChoiceForm,
    "choices": ChoicesForm,
    "ranking": RankingForm,
    "table": TableForm,
    "mapping": MappingForm,
    "array": ArrayForm,
    "results": ResultsForm,
    "text": TextForm,
    "parts": PartsForm,
}
_NAMES = {form: kind for kind, form in KINDS.items()}


def to_json(form: Form) -> dict[str, JSON]:
    """Return the form as JSON data; it holds no expected value, there is none in a form.

    >>> to_json(NumberForm(unit="%"))
    {'kind': 'number', 'label': '', 'unit': '%', 'low': None, 'high': None, 'whole': False}
    """
    fields = {field.name: _written(getattr(form, field.name)) for field in dataclasses.fields(form)}
    return {"kind": _NAMES[type(form)], **fields}


def from_json(data: JSON) -> Form:
    """Return the form written by `to_json`.

    Raises
    ------
    ContentError
        When the kind is unknown, a field is missing, too many or of another type.

    >>> from_json(to_json(NumberForm(unit="%")))
    NumberForm(label='', unit='%', low=None, high=None, whole=False)
    """
    kind = data.get("kind") if isinstance(data, dict) else None
    form = KINDS.get(kind) if isinstance(kind, str) else None
    if form is None:
        raise ContentError(f"Expected a form of kind {', '.join(KINDS)}, got {kind!r}. Build the lesson again.")
    given = {name: value for name, value in data.items() if name != "kind"}
    names = {field.name for field in dataclasses.fields(form)}
    if set(given) != names:
        raise ContentError(f"Form {kind}: expected the fields {sorted(names)}, got {sorted(map(str, given))}.")
    return form(**{name: _parsed(f"{kind}.{name}", name, value) for name, value in given.items()})


def _written(value: Any) -> JSON:
    if isinstance(value, Pick):
        return {"$pick": value.name}
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, dict):
        return {name: _written(part) for name, part in value.items()}
    return to_json(value) if dataclasses.is_dataclass(value) else value  # type: ignore[arg-type]  # only forms hold forms


def _parsed(place: str, name: str, value: JSON) -> Any:
    parsed = _PARSERS[name](value)
    if parsed is _WRONG:
        raise ContentError(f"Form field {place}: got {value!r}, which is of the wrong type. Build the lesson again.")
    return parsed


_WRONG: Any = object()


def _exact(*types: type) -> Callable[[JSON], Any]:
    return lambda value: value if type(value) in types else _WRONG


def _options(value: JSON) -> Any:
    if not isinstance(value, dict) or not all(isinstance(label, str) for label in value.values()):
        return _WRONG
    return Pick(value["$pick"]) if set(value) == {"$pick"} else value


def _shape(value: JSON) -> Any:
    return tuple(value) if isinstance(value, list) and all(type(length) is int for length in value) else _WRONG


def _parts(value: JSON) -> Any:
    return {name: from_json(part) for name, part in value.items()} if isinstance(value, dict) else _WRONG


_NOTHING = type(None)
_PARSERS: dict[str, Callable[[JSON], Any]] = {
    "label": _exact(str),
    "unit": _exact(str),
    "low": _exact(float, int, _NOTHING),
    "high": _exact(float, int, _NOTHING),
    "whole": _exact(bool),
    "exactly": _exact(int, _NOTHING),
    "at_most": _exact(int, _NOTHING),
    "length": _exact(int),
    "count": _exact(int),
    "least_words": _exact(int),
    "most_words": _exact(int),
    "options": _options,
    "rows": _options,
    "shape": _shape,
    "parts": _parts,
}
