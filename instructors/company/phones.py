"""Whether a text is a phone number. Ordinary numbers look much like one: the digits alone prove nothing."""

from __future__ import annotations

import re
from functools import cache

import phonenumbers

_WITH_ZERO = ("FR", "DE", "IT", "GB", "BE", "NL", "CH", "AT")
_WITHOUT = ("ES", "PT", "US", "IT", "LU")
_SHAPE = re.compile(r"[+(]?[\d ().\-/]{7,22}")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_PARTED = re.compile(
    r"\(?0\d{1,4}\)?([ ./-]\d{2,8}){1,5}|\(\d{3}\) ?\d{3}-\d{4}|\d{3}-\d{3}-\d{4}|[679]\d{2}( \d{3}){2}"
)


@cache
def _is_valid(text: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def is_phone(text: str, *, named: bool) -> bool:
    """Return whether a text is a valid phone number, as it is written.

    Parameters
    ----------
    text
        A value.
    named
        Whether the header says that it is one; otherwise it must be written as one, with a country code or in parts.

    >>> is_phone("+33 6 12 34 56 78", named=False), is_phone("0.12345678", named=False)
    (True, False)
    """
    bare = text.strip()
    if not _SHAPE.fullmatch(bare) or _DATE.fullmatch(bare) or not 8 <= sum(map(str.isdigit, bare)) <= 15:
        return False
    if bare.startswith("+") or re.match(r"00[1-9]\d[ \-]", bare):
        return _is_valid(re.sub("^00", "+", bare), None)
    if not named and (not _PARTED.fullmatch(bare) or re.fullmatch(r"\d+\.\d+", bare)):
        return False
    regions = _WITH_ZERO if bare.startswith(("0", "(0")) else _WITHOUT
    # a spreadsheet takes the leading zero away
    return any(_is_valid(bare, region) or (named and _is_valid("0" + bare, region)) for region in regions)


def is_bare_mobile(text: str) -> bool:
    """Return whether a text is ten digits that begin as French or Belgian mobile numbers do, valid there."""
    return re.fullmatch(r"0[67]\d{8}", text) is not None and _is_valid(text, "FR")
