"""A read answer in words, for the learner's receipt: what we understood, never whether it is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graders.forms.exchange import Form
from graders.forms.names import ChoiceForm, ChoicesForm, RankingForm
from graders.forms.numbers import ArrayForm, NumberForm
from graders.forms.options import menu
from graders.forms.reading import Picks, Read, shorten
from graders.forms.several import PartsForm, ResultsForm
from graders.forms.tables import TableForm
from graders.forms.text import TextForm
from graders.language import _, number

_LONGEST = 1_200
_LONGEST_NAME = 90  # long enough to tell one row from the next
_MOST_NUMBERS = 12


def in_words(form: Form, value: Any, picks: Picks | None = None) -> str:
    """Return what was read, on one line.

    Parameters
    ----------
    form
        The form that read it.
    value
        The value of its `Read`.
    picks
        The learner's picks, for the labels of picked options.

    >>> in_words(NumberForm(unit="EUR"), 1234.5)
    '1,234.5 EUR'
    """
    for kind, write in _WRITERS:
        if isinstance(form, kind):
            return shorten(write(form, value, picks), _LONGEST)
    raise TypeError(f"expected a form, got {form!r}")


def _number(value: float, unit: str) -> str:
    plain = f"{value:.6g}" if value and not 1e-4 <= abs(value) < 1e15 else number(value)
    return _("{number} {unit}").format(number=plain, unit=unit) if unit else plain


def _one_number(form: NumberForm, value: float, picks: Picks | None) -> str:
    return _number(value, form.unit)


def _choice(form: ChoiceForm, value: str, picks: Picks | None) -> str:
    return menu(form.options, picks).label(value)


def _choices(form: ChoicesForm, value: frozenset[str], picks: Picks | None) -> str:
    choices = menu(form.options, picks)
    return ", ".join(sorted(choices.label(name) for name in value)) or _("none of the options")


def _ranking(form: RankingForm, value: tuple[str, ...], picks: Picks | None) -> str:
    choices = menu(form.options, picks)
    return " > ".join(choices.label(name) for name in value)


def _table(form: TableForm, value: dict[str, str | None], picks: Picks | None) -> str:
    choices = menu(form.options, picks)
    filled = {form.row_name(row, picks): choices.label(name) for row, name in value.items() if name is not None}
    if len(filled) < len(value):
        text = _("{filled} of {rows} rows filled in: {cells}")
        return text.format(filled=len(filled), rows=len(value), cells=_pairs(filled))
    return _pairs(filled)


def _array(form: ArrayForm, value: tuple[float | None, ...], picks: Picks | None) -> str:
    shown = ["..." if entry is None else _number(entry, "") for entry in value[:_MOST_NUMBERS]]
    return "; ".join(shown)


def _results(form: ResultsForm, value: tuple[Any, ...], picks: Picks | None) -> str:
    return _("the results of your function on {count} inputs").format(count=len(value))


def _text(form: TextForm, value: str, picks: Picks | None) -> str:
    return value


def _parts(form: PartsForm, value: dict[str, Any], picks: Picks | None) -> str:
    return _pairs(
        {
            form.title(name): in_words(form.parts[name], reading.value, picks) if isinstance(reading, Read) else "..."
            for name, reading in value.items()
        }
    )


def _pairs(cells: dict[str, str]) -> str:
    return "; ".join(
        _("{name}: {value}").format(name=shorten(name, _LONGEST_NAME), value=value) for name, value in cells.items()
    )


_WRITERS: tuple[tuple[type, Callable[[Any, Any, Picks | None], str]], ...] = (
    (NumberForm, _one_number),
    (ChoiceForm, _choice),
    (ChoicesForm, _choices),
    (RankingForm, _ranking),
    (TableForm, _table),
    (ArrayForm, _array),
    (ResultsForm, _results),
    (TextForm, _text),
    (PartsForm, _parts),
)
