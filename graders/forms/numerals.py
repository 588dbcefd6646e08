"""The reading of a number however it is written.

Owns decimal commas, grouped thousands, units and currency signs. It never guesses: "1,234" is refused, with what to write.
"""

from __future__ import annotations

import re

from graders.answers import JSON
from graders.forms.reading import Malformed, is_non_finite, listed, not_a_number, shown
from graders.language import _

_LONGEST_NUMBER = 60
_MOST = 1e100  # far beyond any amount, and a key may still multiply it, or square it, within a float
_CHARACTERS = str.maketrans(
    {
        **dict.fromkeys(
            "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t\r\n", " "
        ),
        **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d", "-"),
        **dict.fromkeys("\u2019\u02bc", "'"),
    }
)
_WRITTEN = re.compile(
    r"(?P<before>[^0-9+.,-]*)(?P<sign>[+-]?) *(?P<body>[0-9][0-9 .,']*|[.,][0-9]+)(?P<power>[eE][+-]?[0-9]{1,3})?(?P<after>.*)"
)
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+")
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_GROUPED = (
    (re.compile(r"[0-9]{1,3}(?:[ '][0-9]{3})+(?:[.,][0-9]*)?"), " '"),
    (re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*|[0-9]{1,3}(?:,[0-9]{3}){2,}"), ","),
    (re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]*|[0-9]{1,3}(?:\.[0-9]{3}){2,}"), "."),
)
_PERCENT = frozenset({"%", "percent", "per cent", "pct", "pour cent", "pourcent"})
_POINTS = frozenset({"pp", "p.p", "pt", "point", "percentage point", "point de pourcentage", "pd point", "% point"})
_UNITS = (
    _PERCENT | _POINTS,
    frozenset({"€", "eur", "euro"}),
    frozenset({"$", "usd", "us$", "dollar"}),
    frozenset({"£", "gbp", "pound"}),
    frozenset({"month", "moi", "mois"}),
    frozenset({"year", "an", "année"}),
    frozenset({"day", "jour"}),
)


def is_percent(unit: str) -> bool:
    """Return whether a unit counts in hundredths: percent or percentage points."""
    return _core(unit) in _PERCENT | _POINTS


def read_number(raw: JSON, unit: str = "") -> float | Malformed:
    """Read a number however it is written.

    Parameters
    ----------
    raw
        A number, or text with decimal comma or point, grouped thousands, unit or currency sign.
    unit
        The unit that was asked; with none, "8.1 %" is read as 0.081.

    Returns
    -------
    A finite float that may be calculated with, no larger than 1e100; or the message on what was got instead.

    >>> read_number("1 234,5 EUR", "EUR"), read_number("8,1 %")
    (1234.5, 0.081)
    """
    if is_non_finite(raw):
        return Malformed(not_a_number(raw))
    if isinstance(raw, str):
        return _from_text(raw, unit)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _usable(raw, raw)
    pair = listed(raw)
    if pair is not None and len(pair) == 2 and all(type(half) is int for half in pair):
        return Malformed(
            _("One number was expected, got two: {got}.\nWrite decimals with a point, not with a comma.").format(
                got=shown(raw)
            )
        )
    return _refused(raw, unit)


def _from_text(raw: str, unit: str) -> float | Malformed:
    text = raw.translate(_CHARACTERS).strip(" \"'`“”«»") if len(raw) <= _LONGEST_NUMBER else ""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return _refused(raw, unit)
    body = written["body"].rstrip(" '")
    if _AMBIGUOUS.fullmatch(body):
        return Malformed(
            _(
                "A number was expected, got {got}, which can be read in two ways.\nWrite {thousands} or {decimal}."
            ).format(got=shown(raw), thousands=body.replace(",", ""), decimal=body.replace(",", "."))
        )
    digits, scale = _digits(body), _scale(written["before"], written["after"], unit)
    if digits is None or scale is None:
        return _refused(raw, unit)
    value = float(written["sign"] + digits + (written["power"] or "")) / scale
    return _usable(value, raw)


def _usable(value: float, raw: JSON) -> float | Malformed:
    """Return a number that may be calculated with; what is worked out of an absurdly large one would overflow."""
    return float(value) if abs(value) <= _MOST else Malformed(not_a_number(raw))


def _digits(body: str) -> str | None:
    """Return the digits as Python writes them, None when separators stand where none can."""
    if _PLAIN.fullmatch(body):
        return body.replace(",", ".")
    for pattern, separators in _GROUPED:
        if pattern.fullmatch(body):
            for separator in separators:
                body = body.replace(separator, "")
            return body.replace(",", ".")
    return None


def _scale(before: str, after: str, unit: str) -> float | None:
    """Return what to divide by for the unit that was written; None when it is another than was asked."""
    words = {_core(word) for word in (before, after) if _core(word)}
    asked = _core(unit)
    if all(word == asked or any({word, asked} <= family for family in _UNITS) for word in words):
        return 1.0
    return 100.0 if not asked and words <= _PERCENT else None


def _core(unit: str) -> str:
    bare = " ".join(unit.casefold().replace("(", " ").replace(")", " ").split()).rstrip(".")
    return bare.rstrip("s") if len(bare) > 2 else bare


def _refused(raw: JSON, unit: str) -> Malformed:
    if unit:
        return Malformed(
            _("A number in {unit} was expected, got {got}.\nWrite it in digits, without other text.").format(
                unit=unit, got=shown(raw)
            )
        )
    return Malformed(
        _("A number was expected, got {got}.\nWrite it in digits, without other text.").format(got=shown(raw))
    )
