"""Numbers that tell a person or an account, and how sure one can be that a value is one: form, then checksum.

A checksum alone proves little: every tenth ordinary number passes a check digit. So a column counts only when far more of its
values pass than chance allows, and what is no more than a form (a British NINO, an American SSN) must be nearly all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stdnum import iban, luhn
from stdnum.be import nn
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.pt import nif
from stdnum.se import personnummer
from stdnum.us import ssn

_SPACES = re.compile(r"[\s. \-/]")
_GERMAN_PENSION = re.compile(r"\d{2}(0[1-9]|[12]\d|3[01]|[5-7]\d|8[01])(0[1-9]|1[0-2])\d{2}[A-Z]\d{3}")
_PENSION_WEIGHTS = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
_CARD = re.compile(r"(4\d{12}(\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(011|5\d\d)\d{12})")


def _pension_number(text: str) -> bool:
    """Return whether a text is a German pension number (VSNR): area, birth date, letter, serial, check digit."""
    if not _GERMAN_PENSION.fullmatch(text):
        return False
    digits = [int(one) for one in text[:8] + f"{ord(text[8]) - 64:02d}" + text[9:11]]
    products = [digit * weight for digit, weight in zip(digits, _PENSION_WEIGHTS, strict=True)]
    return sum(sum(map(int, str(product))) for product in products) % 10 == int(text[11])


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """One kind of number.

    Attributes
    ----------
    name
        As a finding says it.
    form
        What the value looks like without spaces and dashes.
    valid
        Whether a value of that form passes its checksum.
    telling
        Whether a single value is proof: its form and checksum leave no room for chance.
    share
        Share of the values that must pass where it is not.
    """

    name: str
    form: re.Pattern[str]
    valid: Callable[[str], Any]
    telling: bool = False
    share: float = 0.6

    def passes(self, text: str) -> bool:
        """Return whether a value is one of these numbers."""
        bare = _SPACES.sub("", text).upper()
        return self.form.fullmatch(bare) is not None and bool(self.valid(bare))


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


IBAN = IdentityNumber("IBAN", _form(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}"), iban.is_valid, telling=True)
CARD = IdentityNumber("card number", _CARD, luhn.is_valid, share=0.8)
NATIONAL = (
    IdentityNumber("French social security number (NIR)", _form(r"[12]\d{4}(\d{2}|2[AB])\d{8}"), nir.is_valid),
    IdentityNumber("German tax number (IdNr)", _form(r"[1-9]\d{10}"), idnr.is_valid),
    IdentityNumber("German pension number", _GERMAN_PENSION, _pension_number),
    IdentityNumber("Spanish identity number (DNI)", _form(r"\d{8}[A-Z]"), dni.is_valid),
    IdentityNumber("Spanish identity number (NIE)", _form(r"[XYZ]\d{7}[A-Z]"), nie.is_valid),
    IdentityNumber("Italian codice fiscale", _form(r"[A-Z]{6}[0-9A-Z]{10}"), codicefiscale.is_valid, telling=True),
    IdentityNumber("Belgian national number", _form(r"\d{11}"), nn.is_valid),
    IdentityNumber("Dutch citizen number (BSN)", _form(r"\d{8,9}"), bsn.is_valid),
    IdentityNumber("Portuguese tax number (NIF)", _form(r"[1-3]\d{8}"), nif.is_valid),
    IdentityNumber("Swiss AHV number", _form(r"756\d{10}"), ahv.is_valid),
    IdentityNumber("Polish PESEL", _form(r"\d{11}"), pesel.is_valid),
    IdentityNumber("Swedish personal number", _form(r"(19|20)?\d{6}[+]?\d{4}"), personnummer.is_valid),
    IdentityNumber(
        "British national insurance number", _form(r"(?![DFIQUV])[A-Z](?![DFIQUVO])[A-Z]\d{6}[A-D]"), bool, share=0.9
    ),
)
_DASHED = re.compile(r"\d{3}-\d{2}-\d{4}")  # without its dashes, any nine digits could be one


def is_social_security(text: str, *, named: bool) -> bool:
    """Return whether a value is an American social security number; `named` when the header says so."""
    return (named or _DASHED.fullmatch(text.strip()) is not None) and bool(ssn.is_valid(text))
